"""Tabular files: CSV of any usual encoding and separator, and Excel, as one table of texts."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named

BYTE_ORDER_MARK = "\ufeff"
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# UTF-8 bytes once read as cp1252 and saved again: "Ã¤" for "ä", "â€“" for a dash.
_ENCODED_TWICE = re.compile("[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u2013-\u2122]|â€")


def read_texts(path: Path, *, name: str | None = None, encoding: str | None = None, separator: str | None = None, sheet: str | int = 0) -> pd.DataFrame:
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
        Sheet of an Excel file.

    Returns
    -------
    DataFrame
        One row per record, index = the row as a spreadsheet counts it (the header is row 1). All values are texts, empty ones ``""``;
        byte-order marks and blanks around a value are gone.

    Raises
    ------
    StudyError
        If the file is missing, empty, wrongly encoded, ragged, or has a column twice.
    """
    name = name or str(path)
    if not path.is_file():
        raise StudyError([Problem(name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        table = _read_excel(path, name, sheet)
    else:
        table = _read_csv(path, name, encoding, separator)
    table = table.apply(lambda column: column.str.replace(BYTE_ORDER_MARK, "", regex=False).str.strip())
    table.columns = pd.Index([str(head).replace(BYTE_ORDER_MARK, "").strip() for head in table.columns])
    _refuse_double_heads(table, name)
    _refuse_encoded_twice(table, name)
    table.index = pd.RangeIndex(2, len(table) + 2)
    return table


def _read_csv(path: Path, name: str, encoding: str | None, separator: str | None) -> pd.DataFrame:
    text = _decode(path.read_bytes(), name, encoding)
    if not text.strip():
        raise StudyError([Problem(name, "the file is empty", remedy="Export it again.")])
    separator = separator or _separator(text)
    try:
        table = pd.read_csv(io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=True, index_col=False)
    except (pd.errors.ParserError, csv.Error) as error:
        row = re.search(r"line (\d+)", str(error))
        rows = [int(row.group(1))] if row else []
        what = "the row has more fields than the header, or a quotation mark is never closed"
        raise StudyError([Problem(name, what, rows=rows, remedy="Export it again, with text fields in quotation marks.")]) from None
    _refuse_short_rows(text, separator, table.shape[1], name)
    return table


def _decode(raw: bytes, name: str, encoding: str | None) -> str:
    """Text of the bytes: as declared, else by byte-order mark, else UTF-8, else cp1252."""
    marked = next((known for mark, known in _BOMS.items() if raw.startswith(mark)), None)
    if marked is None and b"\x00" in raw[:4096]:
        raise StudyError([Problem(name, "the file is not text in a known encoding (it has zero bytes)", "UTF-8, UTF-16 with mark, cp1252", "Save it as 'CSV UTF-8'.")])
    for candidate in [encoding] if encoding else [marked or "utf-8", "cp1252"]:
        try:
            return raw.decode(candidate).removeprefix(BYTE_ORDER_MARK)
        except LookupError:
            raise StudyError([Problem("study.yaml", "the encoding is not known", "utf-8, cp1252, utf-16", column="files.encoding")]) from None
        except UnicodeDecodeError as error:
            row = raw[: error.start].count(b"\n") + 1
            tried = candidate
    what = f"the bytes are not {tried}"
    raise StudyError([Problem(name, what, "UTF-8, UTF-16 with mark, cp1252", "Save it as 'CSV UTF-8', or correct files.encoding in study.yaml.", rows=[row])])


def _separator(text: str) -> str:
    """The separator that splits the header into most columns; quoted parts do not count."""
    header = re.sub(r'"(?:[^"]|"")*"', "", text[:200_000]).split("\n", 1)[0]
    return max((",", ";", "\t"), key=header.count)


def _refuse_short_rows(text: str, separator: str, columns: int, name: str) -> None:
    """pandas fills short rows up in silence; a row that lost fields must be seen."""
    records = (record for record in csv.reader(io.StringIO(text), delimiter=separator) if record)
    rows = [number for number, record in enumerate(records, start=1) if len(record) < columns]
    if rows:
        raise StudyError([Problem(name, f"the row has fewer fields than the header's {columns}", rows=rows, remedy="Export it again; a record may be cut off.")])


def _read_excel(path: Path, name: str, sheet: str | int) -> pd.DataFrame:
    try:
        table = pd.read_excel(path, sheet_name=sheet, dtype=object, keep_default_na=False, na_filter=False)
    except ValueError:
        raise StudyError([Problem(name, "there is no such sheet, or the file is no Excel workbook", remedy="Correct files.sheet in study.yaml.")]) from None
    if table.empty:
        raise StudyError([Problem(name, "the sheet is empty", remedy="Choose the sheet with files.sheet in study.yaml.")])
    return table.map(_cell_text).astype("str")


def _cell_text(value: object) -> str:
    """A cell as text: Excel keeps 3 as 3.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _refuse_double_heads(table: pd.DataFrame, name: str) -> None:
    twice = table.columns[table.columns.duplicated()].unique()
    # pandas renames a second `x` to `x.1`
    renamed = [head for head in table.columns if re.search(r"\.\d+$", head) and re.sub(r"\.\d+$", "", head) in table.columns]
    if len(twice) or renamed:
        columns = named(sorted({*twice, *(re.sub(r"\.\d+$", "", head) for head in renamed)}))
        raise StudyError([Problem(name, f"columns that occur twice: {columns}", remedy="Keep one of each.", rows=[1])])


def _refuse_encoded_twice(table: pd.DataFrame, name: str) -> None:
    broken = table.apply(lambda column: column.str.contains(_ENCODED_TWICE) | column.str.contains("\ufffd", regex=False))
    if broken.any(axis=None):
        rows = [int(row) + 2 for row in broken.any(axis=1).to_numpy().nonzero()[0]]
        columns = named(broken.columns[broken.any()])
        what = f"letters such as umlauts were lost or encoded twice, in {columns}"
        raise StudyError([Problem(name, what, rows=rows, remedy="Export it again as UTF-8; do not open and save it in between.")])
