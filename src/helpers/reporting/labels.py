"""Labels: codes of a result table become the words that readers see."""

from __future__ import annotations

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.reporting.wording import Wording

VARIABLE_COLUMNS = ("question", "item", "option", "other", "by", "outcome", "coding")
WORDED_COLUMNS = (
    "measure",
    "step",
    "variant",
    "weighting",
    "theme",
    "code",
    "with_code",
    "definition",
    "origin",
    *("statement", "true_state", "direction", "reason", "verdict_before", "verdict_now"),
)  # their values have words of their own, or are words already
ANSWERED_COLUMNS = ("item", "question")
NAMED = (*VARIABLE_COLUMNS, "answer", "group")


def identifying(table: pd.DataFrame) -> list[str]:
    """The columns that say what a row is, in table order."""
    return [column for column in table.columns if column in (*NAMED, "outcome", "coding", *WORDED_COLUMNS)]


def label_table(table: pd.DataFrame, codebook: Codebook, wording: Wording) -> pd.DataFrame:
    """The table with variables, answers and groups in words.

    Parameters
    ----------
    table : DataFrame
        A result table; columns ``question``, ``item``, ``option``, ``other`` and ``by`` hold names of the codebook, ``answer`` and ``group``
        level codes.
    codebook : Codebook
    wording : Wording

    Returns
    -------
    DataFrame
        Same rows and columns. What the codebook does not know stays as it is.
    """
    words = {column: table[column].map(lambda name: variable_label(name, codebook, wording)) for column in VARIABLE_COLUMNS if column in table}
    asked = next((column for column in ANSWERED_COLUMNS if column in table), None)
    if "answer" in table and asked:
        words["answer"] = _levels(table[asked], table["answer"], codebook, wording)
    if "group" in table and "by" in table:
        words["group"] = _levels(table["by"], table["group"], codebook, wording)
    for column in WORDED_COLUMNS:
        if column in table:
            words[column] = table[column].map(lambda value, column=column: _worded(value, column, codebook, wording))
    return table.assign(**words)


def variable_label(name: str, codebook: Codebook, wording: Wording) -> str:
    """The words for a variable, set or grouping; what is none of these has its own wording, or stays."""
    if name in codebook.variables.index:
        return codebook.label(name, wording.language)
    return wording.say(f"question.{name}") if f"question.{name}" in wording else str(name)


def _worded(value: object, column: str, codebook: Codebook, wording: Wording) -> object:
    """The words declared for a value of a column, else those of the codebook, else the value: it may be words already."""
    if f"{column}.{value}" in wording:
        return wording.say(f"{column}.{value}")
    return codebook.label(str(value), wording.language) if value in codebook.variables.index else value


def _levels(names: pd.Series, codes: pd.Series, codebook: Codebook, wording: Wording) -> list[str]:
    """Words of level codes; merged levels are joined, and what no level declares (such as "not stated") has its own wording."""
    known = {}
    for name in names.unique():
        levels = codebook.answers(name)
        known[name] = dict(zip(levels["code"], levels[f"label_{wording.language}"], strict=True))

    def words(name: str, code: str) -> str:
        return known[name].get(code) or (wording.say(f"answer.{code}") if f"answer.{code}" in wording else code)

    def joined(parts: list[str]) -> str:
        return " / ".join(parts) if len(parts) < 3 else f"{parts[0]} – {parts[-1]}"

    return [joined([words(name, part) for part in str(code).split("+")]) for name, code in zip(names, codes, strict=True)]
