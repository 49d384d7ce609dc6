"""The ledger: one row per statement, on which its weakest part decides."""

from __future__ import annotations

import pandas as pd

from helpers.integration.statements.interviews import convergence
from helpers.integration.statements.rule import UNTESTED, VERDICTS

WHOLE = "whole"
DECIDING = ["verdict", "part", "kind", "step", "probability", "p_value", "assumption"]


def statement_ledger(tests: pd.DataFrame, evidence: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per statement; the parts stay in the table of tests, under the same id.

    A statement says that all its parts hold. If it is wrong, one part at least is; so it is called supported only where that part is, and the
    chance of this error is not larger for many parts than for one.

    Parameters
    ----------
    tests : DataFrame
        See `statement_verdicts`.
    evidence : DataFrame, optional
        See `interview_evidence`.

    Returns
    -------
    DataFrame
        One row per statement, in the order of the tests: ``id``; ``verdict`` of its weakest test ("untested" where it rests on interviews
        alone) with this test's ``part``, ``kind``, ``step``, ``probability``, ``p_value``, ``assumption``; ``survives`` (no test's sign can be turned
        round by non-response; missing where that does not apply); ``n`` (fewest respondents of a test that has any); ``tests`` (tests on
        answers, "whole" ones not counted) and how many of them are ``supported``, ``tendency``, ``open``, ``doubtful``, ``against``. With evidence
        also ``speak_for``, ``speak_against``, ``mixed``, ``speak``, ``interviews``, ``voice`` and ``convergence``. Of equally weak tests the one with
        the lowest probability decides, then the first.

    References
    ----------
    Berger (1982), "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24:295-300 (intersection-union tests).
    """
    asked = tests[tests["verdict"].ne(UNTESTED)]
    weakness = asked.assign(rank=asked["verdict"].map({verdict: rank for rank, verdict in enumerate(VERDICTS)}))
    # "whole" after its own steps: where both are equally weak, the step says why.
    weakest = weakness.assign(whole=asked["step"].eq(WHOLE)).sort_values(["rank", "probability", "whole"], kind="stable").drop_duplicates("id")
    ids = pd.Index(tests["id"].drop_duplicates(), name="id")
    ledger = weakest.set_index("id")[DECIDING].reindex(ids)
    untested = ledger["verdict"].isna()
    ledger[untested] = tests.drop_duplicates("id").set_index("id").loc[ids[untested], DECIDING]
    counted = asked[asked["step"].ne(WHOLE)]
    numbers = pd.crosstab(counted["id"], counted["verdict"]).reindex(index=ids, columns=list(reversed(VERDICTS)), fill_value=0)
    ledger = ledger.assign(
        part=ledger["part"].astype("int64"),
        survives=asked.dropna(subset=["survives"]).groupby("id")["survives"].all().reindex(ids),
        n=asked[asked["n"] > 0].groupby("id")["n"].min().reindex(ids, fill_value=0),
        tests=numbers.sum(axis=1),
    ).join(numbers)
    if evidence is not None:
        heard = evidence.set_index("id").reindex(ids)
        ledger = ledger.join(heard).assign(convergence=convergence(ledger["verdict"], evidence))
    return ledger.reset_index()
