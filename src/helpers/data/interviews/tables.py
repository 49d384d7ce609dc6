"""Tables of the interviews folder: CSV files with fixed columns, read with everything that is wrong, written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named
from helpers.data.qda.packing import write_whole
from helpers.data.tabular import read_texts

PROJECT = ".qdpx"


@dataclass(frozen=True)
class Check:
    """Rows of a file that are wrong, and why.

    Parameters
    ----------
    bad : Series of bool
        Index = rows of the file.
    column : str
    what, allowed, remedy : str
        As in `Problem`.
    """

    bad: pd.Series
    column: str
    what: str
    allowed: str = ""
    remedy: str = "Correct it."


def read_columns(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """The texts of these columns; index = the row as a spreadsheet counts it. Further columns are left out.

    Raises
    ------
    StudyError
        If the file cannot be read, or a column is missing.
    """
    texts = read_texts(path, name=file_name(path))
    lacking = [column for column in columns if column not in texts]
    if lacking:
        what = f"columns are missing: {named(lacking)}"
        raise StudyError([Problem(file_name(path), what, ", ".join(columns), "data/README.md says what they mean.", rows=[1])])
    return texts[list(columns)]


def file_name(path: Path) -> str:
    """The file as messages call it: with its folder, without the way there."""
    return "/".join(path.parts[-2:])


def found(path: Path, checks: Iterable[Check]) -> list[Problem]:
    """The checks that some row fails, as problems of this file; where the file is no table, with their number instead of their rows."""
    failed = [(check, list(check.bad.index[check.bad])) for check in checks if check.bad.any()]
    project = path.suffix.lower() == PROJECT
    return [
        Problem(
            file_name(path),
            f"{check.what} ({len(rows)} times)" if project else check.what,
            check.allowed,
            check.remedy,
            rows=[] if project else rows,
            column=check.column,
        )
        for check, rows in failed
    ]


def read_whole(path: Path, by_row: Callable[[Path, list[Problem]], pd.DataFrame | None]) -> pd.DataFrame:
    """A table in which nothing is wrong, index 0, 1, ...

    Raises
    ------
    StudyError
        With everything that is wrong.
    """
    problems = list[Problem]()
    table = by_row(path, problems)
    if table is None or problems:
        raise StudyError(problems)
    return table.reset_index(drop=True)


def whole_numbers(texts: pd.Series) -> pd.Series:
    """Positions as integers; -1 where the text is none."""
    return pd.to_numeric(texts.where(texts.str.fullmatch(r"[0-9]{1,15}"), "-1")).astype("int64")


def position_checks(texts: pd.DataFrame) -> list[Check]:
    """What can be wrong with the columns ``start`` and ``end`` of a table of passages."""
    start, end = whole_numbers(texts["start"]), whole_numbers(texts["end"])
    allowed = "whole numbers from 0, counted in characters of the transcript"
    return [
        *(Check(numbers < 0, str(numbers.name), "not a position", allowed) for numbers in (start, end)),
        Check((start >= 0) & (end >= 0) & (end <= start), "end", "the passage ends before it begins, or is empty", "end above start"),
    ]


def write_rows(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in UTF-8, whole or not at all; its folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, table.to_csv(index=False, lineterminator="\n").encode())
