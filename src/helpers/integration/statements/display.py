"""The joint display: what the survey found, what the interviews say, and a quotation, side by side for each statement."""

from __future__ import annotations

import pandas as pd

from helpers.integration.statements.interviews import CONTRA, FOR
from helpers.integration.statements.ledger import DECIDING

FINDING = ["option", "other", "count", "share", "low", "high", "effect", "effect_low", "effect_high"]
VOICE = ["voice", "convergence"]
PLACE = ["document", "start", "end", "code"]


def joint_display(
    claims: pd.DataFrame, ledger: pd.DataFrame, tests: pd.DataFrame, quotations: pd.DataFrame, codes: pd.DataFrame, stances: pd.DataFrame
) -> pd.DataFrame:
    """One row per statement, with both strands.

    Parameters
    ----------
    claims : DataFrame
        ``id``, ``codes`` (ids of codes joined by "|": the themes that belong to a statement; those of all its rows count).
    ledger : DataFrame
        See `statement_ledger`, with evidence of the interviews.
    tests : DataFrame
        See `statement_verdicts`; the ledger was made from them.
    quotations : DataFrame
        Passages cleared for publication, in the order in which they shall be considered: ``document``, ``start``, ``end``, ``code``.
    codes : DataFrame
        ``code``, ``parent``: a main code stands for its subcodes too.
    stances : DataFrame
        Agreed version: ``document``, ``claim``, ``stance``.

    Returns
    -------
    DataFrame
        One row per statement, in the order of the ledger: ``id``, ``codes`` (joined by "|", or ""); ``verdict`` with the numbers of the test that
        decides: ``part``, ``kind``, ``step``, ``option``, ``other``, ``count``, ``share``, ``low``, ``high``, ``effect``, ``effect_low``,
        ``effect_high``, ``n`` (its respondents); ``voice`` and ``convergence``; ``document``, ``start``, ``end``, ``code`` of the quotation, missing
        where there is none: the first with one of these codes from an interview that is on the side of the voice; else the first with one of
        the codes.

    References
    ----------
    Guetterman, Fetters and Creswell (2015), "Integrating Quantitative and Qualitative Results in Health Science Mixed Methods Research
    Through Joint Displays", Annals of Family Medicine 13:554-561.
    """
    themes = claims.groupby("id", sort=False)["codes"].agg(lambda cells: "|".join(dict.fromkeys(_split(cells))))
    finding = ledger[["id", *DECIDING, *VOICE]].merge(_deciding_tests(tests), on=["id", *DECIDING], how="left")
    shown = finding[["id", "verdict", "part", "kind", "step", *FINDING, "n", *VOICE]]
    shown.insert(1, "codes", shown["id"].map(themes).fillna(""))
    quoted = illustrations(shown, quotations, codes, stances).astype({"start": "Int64", "end": "Int64"})
    return shown.merge(quoted, on="id", how="left", validate="one_to_one")


def illustrations(statements: pd.DataFrame, quotations: pd.DataFrame, codes: pd.DataFrame, stances: pd.DataFrame) -> pd.DataFrame:
    """The quotation that illustrates each statement.

    Parameters
    ----------
    statements : DataFrame
        One row per statement: ``id``, ``codes`` (joined by "|"), ``voice``.
    quotations, codes, stances : DataFrame
        As in `joint_display`.

    Returns
    -------
    DataFrame
        One row per statement that has a quotation: ``id``, ``document``, ``start``, ``end``, ``code``. A quotation that contradicts what most say
        is shown only where there is no other.

    Examples
    --------
    >>> statements = pd.DataFrame({"id": ["C05"], "codes": ["relation"], "voice": ["for"]})
    >>> codes = pd.DataFrame({"code": ["relation", "contacts"], "parent": ["", "relation"]})
    >>> quotations = pd.DataFrame({"document": ["I04", "I06"], "start": [0, 5], "end": [9, 8], "code": "contacts"})
    >>> stances = pd.DataFrame({"document": ["I04", "I06"], "claim": "C05", "stance": ["against", "for"]})
    >>> illustrations(statements, quotations, codes, stances).values.tolist()
    [['C05', 'I06', 5, 8, 'contacts']]
    """
    named = statements[["id", "voice"]].assign(named=statements["codes"].str.split("|")).explode("named")
    itself_and_below = pd.concat([codes.assign(named=codes["code"]), codes.assign(named=codes["parent"])])[["named", "code"]]
    placed = quotations[PLACE].assign(place=range(len(quotations)))
    candidates = named.merge(itself_and_below[itself_and_below["named"].ne("")], on="named").merge(placed, on="code")
    candidates = candidates.merge(stances.rename(columns={"claim": "id"})[["id", "document", "stance"]], on=["id", "document"], how="left")
    beside = candidates["voice"].isin([FOR, CONTRA]) & candidates["stance"].ne(candidates["voice"])
    best = candidates.assign(beside=beside).sort_values(["beside", "place"], kind="stable").drop_duplicates("id")
    return statements[["id"]].merge(best[["id", *PLACE]], on="id")


def _deciding_tests(tests: pd.DataFrame) -> pd.DataFrame:
    """The numbers of each test that may decide; of tests alike in everything by which the ledger decides, the first."""
    return tests.drop_duplicates(["id", *DECIDING])[["id", *DECIDING, *FINDING, "n"]]


def _split(cells: pd.Series) -> list[str]:
    return [code for cell in cells for code in cell.split("|") if code]
