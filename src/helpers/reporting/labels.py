"""Labels: codes of a result table become the words that readers see."""

from __future__ import annotations

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.reporting.wording import Wording

VARIABLE_COLUMNS = ("question", "item", "option", "other", "by")
ANSWERED_COLUMNS = ("item", "question")
OWN_ANSWERS = ("yes", "no", "mean")
NOT_STATED = "not_stated"
NAMED = (*VARIABLE_COLUMNS, "answer", "group")


def identifying(table: pd.DataFrame) -> list[str]:
    """The columns that say what a row is, in table order."""
    return [column for column in table.columns if column in (*NAMED, "measure", "step")]


def label_table(table: pd.DataFrame, codebook: Codebook, wording: Wording) -> pd.DataFrame:
    """The table with variables, answers and groups in words.

    Parameters
    ----------
    table : DataFrame
        A result table; columns ``question``, ``item``, ``option``, ``other`` and ``by`` hold names of the codebook, ``answer`` and ``group`` level codes.
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
    for column in ("measure", "step"):
        if column in table:
            words[column] = table[column].map(lambda value, column=column: wording.say(f"{column}.{value}") if f"{column}.{value}" in wording else value)
    return table.assign(**words)


def variable_label(name: str, codebook: Codebook, wording: Wording) -> str:
    """The words for a variable, set or grouping."""
    return codebook.label(name, wording.language) if name in codebook.variables.index else str(name)


def _levels(names: pd.Series, codes: pd.Series, codebook: Codebook, wording: Wording) -> list[str]:
    known = {name: _level_words(name, codebook, wording) for name in names.unique()}
    return [" / ".join(known[name].get(part, part) for part in str(code).split("+")) for name, code in zip(names, codes, strict=True)]


def _level_words(name: str, codebook: Codebook, wording: Wording) -> dict[str, str]:
    own = {code: wording.say(f"answer.{code}") for code in (*OWN_ANSWERS, NOT_STATED)}
    levels = codebook.answers(name)
    return {**own, **dict(zip(levels["code"], levels[f"label_{wording.language}"], strict=True))}
