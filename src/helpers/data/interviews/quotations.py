"""Quotations: passages that a person chose and cleared for publication, with their translation."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, position_checks, read_columns, read_whole, whole_numbers, write_rows
from helpers.data.problems import Problem, collect

QUOTATIONS_FILE = "quotations.csv"
COLUMNS = ("document", "start", "end", "code", "text_en")


def read_quotations(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read quotations.csv.

    Returns
    -------
    DataFrame, shape (n_quotations, 5)
        One row per cleared passage: ``document``, ``start``, ``end`` (int64, as in `read_codings`), ``code`` that it illustrates, ``text_en`` (its
        translation, or "").

    Raises
    ------
    StudyError
        If a column is missing, a position is no whole number, a field is empty, or a passage is there twice for one code; all at once.
    """
    return read_whole(Path(path), quotations_by_row)


def quotations_by_row(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The same with the row of the file as index; what is wrong is added to ``problems``, None where there is no such table."""
    texts = collect(problems, read_columns, path, COLUMNS)
    if texts is None:
        return None
    twice = texts[["document", "start", "end", "code"]].duplicated(keep=False)
    problems += found(
        path,
        [
            *(Check(texts[column].eq(""), column, "the field is empty", remedy="Fill it in.") for column in ("document", "code")),
            *position_checks(texts),
            Check(twice, "", "the same quotation is there twice", remedy="Keep one of them."),
        ],
    )
    return texts.assign(start=whole_numbers(texts["start"]), end=whole_numbers(texts["end"]))


def write_quotations(quotations: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write quotations.csv, sorted by document, start, end and code; beside first, then renamed."""
    columns = list(COLUMNS)
    write_rows(quotations[columns].sort_values(columns, kind="stable"), Path(path))


def no_quotations() -> pd.DataFrame:
    """A table of quotations without rows, for a material from which nobody has chosen any."""
    return pd.DataFrame({column: pd.Series(dtype="int64" if column in ("start", "end") else "str") for column in COLUMNS})
