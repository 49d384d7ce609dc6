"""Codings: who gave which passage of which transcript which code."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, position_checks, read_columns, read_whole, whole_numbers, write_rows
from helpers.data.problems import Problem, collect

CODINGS_FILE = "codings.csv"
DICTIONARY = "dictionary"  # the coder of automatic suggestions
COLUMNS = ("document", "start", "end", "code", "coder")


def read_codings(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read codings.csv.

    Parameters
    ----------
    path : path
        A CSV file, or an Excel workbook.

    Returns
    -------
    DataFrame, shape (n_codings, 5)
        One row per coded passage, in the file's order: ``document`` (id of the interview), ``start``, ``end`` (int64; Unicode code points of the
        canonical text, ``end`` exclusive), ``code``, ``coder``.

    Raises
    ------
    StudyError
        If a column is missing, a position is no whole number, a passage is empty, a field is empty, or a coding is there twice; all at once.
        Whether documents and codes exist is not asked here.
    """
    return read_whole(Path(path), codings_by_row)


def codings_by_row(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The same with the row of the file as index; what is wrong is added to ``problems``, None where there is no such table."""
    texts = collect(problems, read_columns, path, COLUMNS)
    if texts is None:
        return None
    twice = texts.duplicated(keep=False)
    problems += found(
        path,
        [
            *(Check(texts[column].eq(""), column, "the field is empty", remedy="Fill it in.") for column in ("document", "code", "coder")),
            *position_checks(texts),
            Check(twice, "", "the same coding is there twice", remedy="Keep one of them."),
        ],
    )
    return texts.assign(start=whole_numbers(texts["start"]), end=whole_numbers(texts["end"]))


def write_codings(codings: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write codings.csv: sorted by document, start, end, code and coder, so that the same codings give the same bytes.

    Parameters
    ----------
    codings : DataFrame
        As `read_codings` returns them, in any order.
    path : path
        The file is written beside and renamed, so that it is never half there.
    """
    columns = list(COLUMNS)
    write_rows(codings[columns].sort_values(columns, kind="stable"), Path(path))


def no_codings() -> pd.DataFrame:
    """A table of codings without rows, for a material that nobody has coded yet."""
    return pd.DataFrame({column: pd.Series(dtype="int64" if column in ("start", "end") else "str") for column in COLUMNS})
