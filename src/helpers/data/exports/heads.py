"""Heads: the first row of a file, to tell by it what wrote the file."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import closing
from pathlib import Path

from helpers.data.exports.decoding import beginning
from helpers.data.tabular import EXCEL_KINDS, TEXT_KINDS

_LOOKED_AT = 400_000  # bytes; the heads of a large LimeSurvey export carry a question each
_SEPARATORS = ",;\t|"


def first_rows(path: Path) -> list[list[str]]:
    """The first row of a CSV file, or of every sheet of an Excel file; nothing where the file is neither.

    It is only looked at: what is wrong with the file is for its reader to say.
    """
    kind = path.suffix.lower()
    if kind not in (*TEXT_KINDS, *EXCEL_KINDS) or not path.is_file():
        return []
    return _of_sheets(path) if kind in EXCEL_KINDS else [_of_text(path)]


def _of_text(path: Path) -> list[str]:
    text = beginning(path, _LOOKED_AT).replace("\x00", "").lstrip()
    rows = []
    for separator in _SEPARATORS:
        try:
            rows.append(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True), []))
        except csv.Error:
            continue
    return [head.strip() for head in max(rows, key=len, default=[])]


def _of_sheets(path: Path) -> list[list[str]]:
    import openpyxl  # slow, and most studies do without

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        return []
    with closing(book):
        rows = [next(page.iter_rows(max_row=1, values_only=True), ()) for page in book.worksheets]
    return [["" if head is None else str(head).strip() for head in row] for row in rows]
