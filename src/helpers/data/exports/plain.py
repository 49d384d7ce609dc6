"""Plain tables: any CSV or Excel file whose first row names its columns."""

from __future__ import annotations

from pathlib import Path

from helpers.data.coded_tables import read_coded_texts
from helpers.data.exports.delivery import Delivery
from helpers.data.problems import Problem, StudyError, collect
from helpers.data.structure import read_structure
from helpers.data.tabular import EXCEL_KINDS, TEXT_KINDS


def looks_like(path: Path) -> bool:
    """Whether the file is a table at all; it is the last reader that is asked."""
    return path.suffix.lower() in (*TEXT_KINDS, *EXCEL_KINDS)


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None, separator: str | None = None, sheet: str | int = 0) -> Delivery:
    """Read the table; its heads are the codes, and it says nothing of its questions, unless the companion (an .lss file) does.

    Raises
    ------
    StudyError
        As `read_coded_texts` and `read_structure`, both at once.
    """
    problems: list[Problem] = []
    structure = collect(problems, read_structure, companion) if companion else None
    table = collect(problems, read_coded_texts, path, encoding=encoding, separator=separator, sheet=sheet)
    if table is None or problems:
        raise StudyError(problems)
    return Delivery(table, structure)
