"""Code words: a new code, or new words for one, as a row of the code system."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from helpers.data.interviews.codes import COLUMNS, new_code_id
from helpers.workbench.notices import Refusal

# Far apart in hue; the desk shifts their lightness for light and dark grounds.
COLOURS = (
    "#0b6e99",
    "#b24a08",
    "#4d7c0f",
    "#a21caf",
    "#b45309",
    "#0f766e",
    "#be123c",
    "#4338ca",
    "#15803d",
    "#7e22ce",
    "#92400e",
    "#0369a1",
)


def new_row(codes: pd.DataFrame, words: Mapping[str, str], *, language: str) -> dict[str, str]:
    """The row of a new code.

    Parameters
    ----------
    codes : DataFrame
        The code system so far, one row per code.
    words : mapping
        Columns of the code system; ``label_…`` and ``definition_…`` of the language are needed. A label that the other language lacks is
        taken from this one; a colour that is missing is the one least used.
    language : {"de", "en"}

    Raises
    ------
    Refusal
        If a label or definition is missing, the label is taken, the parent is not of the first level, or the colour is none.
    """
    row = {column: " ".join(str(words.get(column, "")).split()) for column in COLUMNS}
    other = "en" if language == "de" else "de"
    _check_label(codes, row[f"label_{language}"], language=language)
    if not row[f"definition_{language}"]:
        raise Refusal("no_definition")
    if row["parent"] and row["parent"] not in set(codes.loc[codes["parent"].eq(""), "code"]):
        raise Refusal("no_parent")
    row["colour"] = row["colour"].lower() or least_used(codes)
    if not re.fullmatch("#[0-9a-f]{6}", row["colour"]):
        raise Refusal("bad_colour")
    row["code"] = new_code_id(row[f"label_{language}"], set(codes["code"]))
    row[f"label_{other}"] = row[f"label_{other}"] or row[f"label_{language}"]
    return row | {"origin": "inductive"}


def renamed_row(codes: pd.DataFrame, code: str, label: str, *, language: str) -> dict[str, str]:
    """The row of a code with another label; its identifier stays, so that codings keep their code.

    Raises
    ------
    Refusal
        If there is no such code, or the label is empty or taken.
    """
    row = row_of(codes, code)
    label = " ".join(label.split())
    _check_label(codes[codes["code"].ne(code)], label, language=language)
    return row | {f"label_{language}": label}


def row_of(codes: pd.DataFrame, code: str) -> dict[str, str]:
    """A code's row, as column -> text."""
    found = codes[codes["code"].eq(code)]
    if found.empty:
        raise Refusal("no_code")
    return {str(column): str(value) for column, value in found.iloc[0].items()}


def least_used(codes: pd.DataFrame) -> str:
    """The colour that fewest codes have."""
    used = list(codes["colour"].str.lower())
    return min(COLOURS, key=used.count)


def _check_label(codes: pd.DataFrame, label: str, *, language: str) -> None:
    if not label:
        raise Refusal("no_label")
    if label.casefold() in {known.casefold() for known in codes[f"label_{language}"]}:
        raise Refusal("label_taken")
