"""Evidence: the numbers behind the verdict on a statement, as sentences; what rests on too few is withheld."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.attack import audit
from helpers.reporting.disclosure import suppress
from helpers.reporting.items import answer_counts
from helpers.reporting.labels import variable_label
from helpers.reporting.wording import Wording, capital

KEPT = ["count", "n", "share", "low", "high", "effect", "effect_low", "effect_high", "worst_low", "worst_high"]


def evidence_cells(study: Study, tests: pd.DataFrame) -> pd.DataFrame:
    """The numbers of every test as cells that can be checked and published.

    Parameters
    ----------
    study : Study
    tests : DataFrame
        See `helpers.integration.statements.verdicts.statement_verdicts`.

    Returns
    -------
    DataFrame
        One row per test, same index: ``question``, ``option``, ``answer`` (of several, joined by "+"), the numbers of the test, ``suppressed``: where
        it is True, all numbers are missing.
    """
    claims = study.claims.set_index(["id", "part"])
    rows = [_cell(claims.loc[(test.id, test.part)], test) for test in tests.itertuples()]
    cells = pd.DataFrame(rows, index=tests.index, columns=["question", "option", "answer"]).join(tests[[name for name in KEPT if name in tests]])
    checked = [_checked(study, cells.loc[[row]]) for row in cells.index]
    return pd.concat(checked) if checked else cells.assign(suppressed=False)


def evidence_sentence(study: Study, test: pd.Series, cell: pd.Series, wording: Wording) -> str:
    """What a test found, in one sentence with its numbers."""
    if cell["suppressed"]:
        return wording.say("evidence.withheld", k=study.min_cell)
    if test["assumption"] in ("no_answers", "no_model", "interviews"):
        return wording.say(f"evidence.{test['assumption']}")
    names = {name: variable_label(test[name], study.codebook, wording) for name in ("option", "other") if test[name]}
    return wording.say(f"evidence.{test['kind']}", **{**cell.to_dict(), **names})


def _cell(claim: pd.Series, test: Any) -> tuple[str, str | None, str | None]:
    """Question, option and answer that a test is about."""
    if test.kind in ("majority", "minority"):
        return claim["question"], None, claim["answer"].replace("|", "+") or None
    if test.kind == "ratings":
        return test.option or claim["question"], None, claim["answer"].replace("|", "+")
    return claim["question"], test.option or None, None


def _checked(study: Study, row: pd.DataFrame) -> pd.DataFrame:
    """A row, suppressed where it or an answer beside it in its distribution could be worked out."""
    cell = row.drop(columns=["count"]) if row["count"].isna().all() else row
    cell = cell.dropna(axis=1, how="all")
    hidden = suppress(cell, k=study.min_cell)
    question = row["question"].item()
    if not hidden["suppressed"].item() and "answer" in cell and question in study.responses:
        whole = suppress(answer_counts(study, question), k=study.min_cell)
        hidden = hidden if audit([whole, hidden], k=study.min_cell)["safe"].all() else suppress(cell.assign(count=0), k=study.min_cell)
    return hidden.reindex(columns=[*row.columns, "suppressed"])


def verdict_word(verdict: str, wording: Wording) -> str:
    """A verdict as readers see it."""
    return capital(wording.say(f"certainty.{verdict}"))
