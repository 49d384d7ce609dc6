"""Codes: the code system, in two levels, with the rules of coding and the words of both languages."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Container
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, read_columns, read_whole, write_rows
from helpers.data.problems import Problem, collect

CODES_FILE = "codes.csv"
COLUMNS = (
    "code",
    "parent",
    "label_de",
    "label_en",
    "definition_de",
    "definition_en",
    "rule",
    "anchor",
    "exclusion",
    "colour",
    "origin",
    "patterns",
)
ORIGINS = ("deductive", "inductive")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def read_codes(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read codes.csv.

    Parameters
    ----------
    path : path
        A CSV file, or an Excel workbook.

    Returns
    -------
    DataFrame, shape (n_codes, 12)
        One row per code, in the file's order, all columns texts: ``code`` (short id), ``parent`` (id of the main code, or ""), ``label_de``,
        ``label_en``, ``definition_de``, ``definition_en``, ``rule``, ``anchor``, ``exclusion``, ``colour`` ("#rrggbb"), ``origin`` ("deductive" or
        "inductive"), ``patterns`` (separated by "|", may be empty).

    Raises
    ------
    StudyError
        If a column is missing, an id is malformed or there twice, a parent unknown or itself a subcode, a label, colour or origin wrong; all at once.
    """
    return read_whole(Path(path), codes_by_row)


def codes_by_row(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The same with the row of the file as index; what is wrong is added to ``problems``, None where there is no such table."""
    codes = collect(problems, read_columns, path, COLUMNS)
    if codes is None:
        return None
    problems += found(path, _code_checks(codes))
    return codes


def _code_checks(codes: pd.DataFrame) -> list[Check]:
    malformed = ~codes["code"].str.fullmatch(r"[a-z0-9_]+")
    main = set(codes.loc[codes["parent"].eq(""), "code"])
    known = codes["parent"].eq("") | (codes["parent"].isin(codes["code"]) & codes["parent"].ne(codes["code"]))
    subcode = known & ~codes["parent"].isin([*main, ""])
    return [
        Check(malformed, "code", "the id is empty or malformed", "small letters a to z, digits and _"),
        Check(codes["code"].duplicated(keep=False) & ~malformed, "code", "the code is there twice", remedy="Keep one of them."),
        Check(~known, "parent", "there is no such code to stand under", "the id of a main code, or nothing", "Correct it, or add the main code."),
        Check(subcode, "parent", "the code stands on a third level", "main codes and their subcodes", "Put it under the main code."),
        *(Check(codes[column].eq(""), column, "the label is empty", remedy="Write it.") for column in ("label_de", "label_en")),
        Check(~codes["colour"].str.fullmatch(r"#[0-9a-fA-F]{6}"), "colour", "not a colour", "#rrggbb, such as #1f77b4"),
        Check(~codes["origin"].isin(ORIGINS), "origin", "no such origin", " or ".join(ORIGINS)),
    ]


def write_codes(codes: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write codes.csv: main codes in the order they have, each followed by its subcodes, so that the same codes give the same bytes.

    Parameters
    ----------
    codes : DataFrame
        As `read_codes` returns them.
    path : path
        The file is written beside and renamed, so that it is never half there.
    """
    write_rows(in_tree_order(codes)[list(COLUMNS)], Path(path))


def no_codes() -> pd.DataFrame:
    """A code system without codes."""
    return pd.DataFrame(columns=list(COLUMNS), dtype="str")


def in_tree_order(codes: pd.DataFrame) -> pd.DataFrame:
    """The same rows, every main code followed by its subcodes; what stands under no code of the table comes last."""
    places = pd.Series(range(len(codes)), index=codes["code"])
    main = codes["parent"].where(codes["parent"].ne(""), codes["code"]).map(places[~places.index.duplicated()]).fillna(len(codes))
    order = pd.DataFrame({"main": main.to_numpy(), "below": codes["parent"].ne("").to_numpy()}, index=range(len(codes)))
    return codes.iloc[order.sort_values(["main", "below"], kind="stable").index]


def new_code_id(label: str, taken: Container[str]) -> str:
    """An id for a code of this name.

    Parameters
    ----------
    label : str
        In any language.
    taken : container of str
        Ids that are given already.

    Examples
    --------
    >>> new_code_id("Märkte & Absatz", []), new_code_id("Trust", ["trust"]), new_code_id("信頼", [])
    ('maerkte_absatz', 'trust_2', 'code')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", label).lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "code"
    number = 1
    while (candidate := name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    return candidate
