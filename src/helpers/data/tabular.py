"""Tabular files: CSV of any usual encoding and separator, and Excel, as one table of texts."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import itertools
import re
import warnings
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.problems import Problem, StudyError, named

NAMELESS = "Unnamed: "
TEXT_KINDS, EXCEL_KINDS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm")
_SEPARATORS = (",", ";", "\t")
ENCODINGS = "UTF-8, UTF-16 with mark, cp1252"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# A byte-order mark, and its UTF-8 bytes once read as cp1252.
_MARKS = re.compile("\ufeff|ï»¿")
# UTF-8 bytes once read as cp1252 and saved again: "Ã¤" for "ä", "â€“" for a dash; and letters that an earlier program could not read.
BROKEN = re.compile("[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013-\u2122]|â€|\ufffd")


def read_texts(
    path: Path, *, name: str | None = None, encoding: str | None = None, separator: str | None = None, sheet: str | int = 0
) -> pd.DataFrame:
    """Read a CSV or Excel file without interpreting anything.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, ``.txt``, ``.xlsx`` or ``.xlsm``.
    name : str, optional
        The file's name in messages; the path where it is missing.
    encoding, separator : str, optional
        Recognised where missing: a byte-order mark, then UTF-8, then cp1252; ``,``, ``;`` or tab.
    sheet : str or int
        Name or place of a sheet of an Excel file.

    Returns
    -------
    DataFrame
        One row per record, index = the row as a spreadsheet counts it (the header is row 1); rows without any content are left out. All values
        are texts, empty ones ``""``; byte-order marks and blanks around a value are gone. A column without a head is called ``Unnamed: 0``,
        counted from 0.

    Raises
    ------
    StudyError
        If the file is missing, empty, wrongly encoded, ragged, or has a column twice.
    """
    name = name or str(path)
    if not path.is_file():
        raise StudyError([Problem(name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    kind = path.suffix.lower()
    if kind not in (*TEXT_KINDS, *EXCEL_KINDS):
        raise StudyError([Problem(name, "files of this kind are not read", ", ".join([*TEXT_KINDS, *EXCEL_KINDS]), "Save it as one of these.")])
    rows = _excel_rows(path, name, sheet) if kind in EXCEL_KINDS else _csv_rows(path, name, encoding, separator)
    filled = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    if not filled:
        what = "the sheet is empty" if kind in EXCEL_KINDS else "the file is empty"
        raise StudyError([Problem(name, what, remedy="Export it again, or choose another file or sheet in study.yaml.")])
    _refuse_broken_letters(filled, name)
    return _table(filled, name)


def csv_text(path: Path, name: str, encoding: str | None) -> str:
    """The file's text, without byte-order marks."""
    text = _decode(path.read_bytes(), name, encoding)
    # The pattern looks at every letter.
    return _MARKS.sub("", text) if any(mark in text for mark in _MARKS.pattern.split("|")) else text


def _csv_rows(path: Path, name: str, encoding: str | None, separator: str | None) -> list[list[str]]:
    text = csv_text(path, name, encoding)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or csv_separator(text), skipinitialspace=True, strict=True)
    try:
        for record in reader:
            rows.append([field.strip() for field in record])
    except csv.Error:
        what = "a quotation mark is never closed, or stands alone inside a text"
        raise StudyError([Problem(name, what, rows=[len(rows) + 1], remedy="Export it again; inside a text a quotation mark is doubled.")]) from None
    return rows


def _decode(raw: bytes, name: str, encoding: str | None) -> str:
    """Text of the bytes: as declared, else by byte-order mark, else UTF-8, else cp1252."""
    marked = next((known for mark, known in _BOMS.items() if raw.startswith(mark)), "utf-8")
    tried = [encoding] if encoding else [marked, "cp1252"]
    for candidate in tried:
        try:
            text = raw.decode(candidate)
        except UnicodeDecodeError:
            continue
        except (LookupError, ValueError):
            remedy = "Say one of these, or leave it out."
            raise StudyError([Problem("study.yaml", "the encoding is not known", "utf-8, cp1252, utf-16", remedy, column="files.encoding")]) from None
        if "\x00" in text:
            raise StudyError([Problem(name, "the file is not text in a known encoding (it has zero bytes)", ENCODINGS, "Save it as 'CSV UTF-8'.")])
        # Bytes of UTF-8 that are taken for UTF-16 become other letters, and no line end is left.
        if not encoding or text.isascii() or re.search("[\r\n]", text):
            return text
    remedy = f"Save it as 'CSV UTF-8'{', or correct files.encoding in study.yaml' if encoding else ''}."
    raise StudyError([Problem(name, f"the bytes are not {' or '.join(tried)}", ENCODINGS, remedy, rows=_undecodable_rows(raw, tried[0]))])


def _undecodable_rows(raw: bytes, encoding: str) -> list[int]:
    try:
        text = raw.decode(encoding, errors="replace")
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=csv_separator(text)))
    except (csv.Error, ValueError):
        return []
    return [number for number, record in enumerate(records, start=1) if any("\ufffd" in field for field in record)]


def csv_separator(text: str) -> str:
    """The separator that splits the first rows into most columns, all of them alike; a header may hold the others in its words."""

    def fit(separator: str) -> tuple[bool, int]:
        try:
            reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator, skipinitialspace=True)
            widths = [len(record) for record in itertools.islice((record for record in reader if record), 20)]
        except csv.Error:
            widths = []
        return (len(set(widths)) == 1 and widths[0] > 1, widths[0] if widths else 0)

    return max(_SEPARATORS, key=fit)


def _excel_rows(path: Path, name: str, sheet: str | int) -> list[list[str]]:
    import openpyxl  # slow, and most studies do without

    with warnings.catch_warnings():
        # It warns of fonts and menus that it cannot keep; nothing of them is read here.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError):
            raise StudyError([Problem(name, "the file is not an Excel workbook", ".xlsx without a password", "Save it again in Excel.")]) from None
        with closing(book):
            page: Any = next((page for place, page in enumerate(book.worksheets) if sheet in (place, page.title)), None)
            if page is None:
                allowed = named(page.title for page in book.worksheets)
                raise StudyError([Problem(name, "there is no such sheet", allowed, "Correct files.sheet in study.yaml.")])
            page.reset_dimensions()  # some programs write wrong ones
            rows = [[_cell_text(cell) for cell in row] for row in page.iter_rows()]
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _cell_text(cell: Any) -> str:
    """What the cell shows: 3 for 3.0, 45% for 0.45 in a percentage format, dates in ISO order."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        text = f"{value * 100:.15g}%" if "%" in cell.number_format else f"{value:.15g}"
        return re.sub(r"(\.\d{3})$", r"\g<1>0", text)  # three decimals in a text could be thousands
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
    return _MARKS.sub("", str(value)).strip()


def _table(rows: dict[int, list[str]], name: str) -> pd.DataFrame:
    """The first row is the header; every other one has as many fields."""
    (_, heads), *records = rows.items()
    width = len(heads)
    heads = [head or f"{NAMELESS}{place}" for place, head in enumerate(heads)]
    twice = [_letters(place) for place, head in enumerate(heads) if heads.count(head) > 1]
    checks = [
        ([1] if twice else [], f"columns {named(twice)} have the same header", "Keep one of each, under its own name; the first row is the header."),
        (
            [number for number, row in records if len(row) < width],
            f"the row has fewer fields than the header's {width}",
            "Export it again; a record may be cut off.",
        ),
        (
            [number for number, row in records if any(row[width:])],
            f"the row has more fields than the header's {width}",
            "Put texts with separators into quotation marks.",
        ),
    ]
    problems = [Problem(name, what, rows=bad, remedy=remedy) for bad, what, remedy in checks if bad]
    if problems:
        raise StudyError(problems)
    table = pd.DataFrame([row[:width] for _, row in records], index=[number for number, _ in records], columns=heads, dtype="str")
    return table[[head for head in heads if not head.startswith(NAMELESS) or table[head].ne("").any()]]


def _refuse_broken_letters(rows: dict[int, list[str]], name: str) -> None:
    broken = [(number, place) for number, row in rows.items() for place, field in enumerate(row) if BROKEN.search(field)]
    if broken:
        places = named(_letters(place) for place in sorted({place for _, place in broken}))
        remedy = "Export it again as UTF-8, do not open and save it in between; if study.yaml says files.encoding, correct that."
        what = f"letters such as umlauts were lost or encoded twice, in columns {places}"
        raise StudyError([Problem(name, what, rows=sorted({number for number, _ in broken}), remedy=remedy)])


def _letters(place: int) -> str:
    """A column as a spreadsheet calls it.

    Examples
    --------
    >>> _letters(0), _letters(27)
    ('A', 'AB')
    """
    before, letter = divmod(place, 26)
    return (_letters(before - 1) if before else "") + chr(ord("A") + letter)
