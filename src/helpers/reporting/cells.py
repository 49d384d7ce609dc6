"""Cells: a published table as the cells of a spreadsheet, each a number with its form, a symbol, or a text that stays a text."""

from __future__ import annotations

import csv
import datetime
import io
import re
import textwrap
from copy import copy
from dataclasses import dataclass
from typing import Literal, cast

import pandas as pd
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from helpers.reporting.items import Item
from helpers.reporting.symbols import AMOUNTS, CHANCES, NOTHING, SIGNS, legend, missing_sign
from helpers.reporting.tables import FORMATS, STARTS_A_FORMULA, file_head, told_apart, write_value
from helpers.reporting.wording import SUPPRESSED, Wording

_FACE = "Calibri"  # that of all other cells; without a name each program takes its own
TITLE, LINK = Font(name=_FACE, bold=True), Font(name=_FACE, color="0B6E99", underline="single")
HEADING = Font(name=_FACE, bold=True, size=14)
_HEAD = Border(bottom=Side(style="thin"))
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?")
_FORMS = {"per_cent": "0.0%", "integer": "#,##0", "one_decimal": "#,##0.0", "decimal": "#,##0.00", "p_value": "0.000", "year": "0"}
_DAYS = {"de": "dd.mm.yyyy", "en": "d mmm yyyy"}
_NARROW, _WIDEST, _LINE = 13, 46, 90  # characters
_LINE_HEIGHT = 15  # points


@dataclass(frozen=True)
class Sheet:
    """A table as read back from its file.

    Parameters
    ----------
    heads : list of str
        As written in the file.
    columns : list of str
        Their names in the result table; empty where a head has none.
    rows : list of list
        Numbers, dates, texts and symbols; None where a text is missing.
    """

    heads: list[str]
    columns: list[str]
    rows: list[list[object]]

    def legend(self, wording: Wording, *, k: int) -> list[str]:
        """What the symbols in the sheet mean."""
        places = [place for place, column in enumerate(self.columns) if column in FORMATS]
        texts = pd.DataFrame(
            [[cell if cell in SIGNS else write_value(cell, self.columns[place], wording) for place, cell in _at(row, places)] for row in self.rows],
            columns=[self.heads[place] for place in places],
        )
        amounts = [self.heads[place] for place in places if self.columns[place] in (*AMOUNTS, *CHANCES)]
        return legend(texts, wording, k=k, amounts=amounts)


def read_sheet(item: Item, wording: Wording) -> Sheet:
    """The cells of an item's table, from the very file that is published beside the report."""
    heads, *rows = csv.reader(io.StringIO(item.csv, newline=""), delimiter=";" if item.language == "de" else ",")
    named = {}
    for column in told_apart(pd.DataFrame(columns=item.cells["columns"])):
        if f"column.{column}" in wording or f"column.plain.{column}" in wording:
            named[file_head(str(column), wording)] = str(column)
    columns = [named.get(head, "") for head in heads]
    hidden = columns.index("suppressed") if "suppressed" in columns else None

    def read(row: list[str]) -> list[object]:
        gone = hidden is not None and row[hidden] == SUPPRESSED
        return [_value(text, column, item.language, hidden=gone) for text, column in zip(row, columns, strict=True)]

    return Sheet(heads, columns, [read(row) for row in rows])


def write_body(sheet: Worksheet, read: Sheet, wording: Wording, *, first: int) -> int:
    """Write heads and cells from row `first` on; the result is the width of the table in characters."""
    rows: list[list[object]] = [list(read.heads), *read.rows]
    styles: dict[tuple[str, type], StyleArray] = {}
    for row, cells in enumerate(rows, start=first):
        for place, value in enumerate(cells):
            _write(cell_at(sheet, row, place + 1), value, read.columns[place], wording.language, styles)
    widths = [_width(read, place) for place in range(len(read.heads))]
    widths[0] += max(0, _LINE - sum(widths))  # room for the title and the notes on paper
    for place, width in enumerate(widths):
        head = cell_at(sheet, first, place + 1)
        head.font, head.border = TITLE, _HEAD
        head.alignment = Alignment(wrap_text=True, vertical="bottom", horizontal=_side(read.columns[place]))
        sheet.column_dimensions[head.column_letter].width = width
    for row, cells in enumerate(rows, start=first):
        lines = [len(wrapped(cell, width - 1)) for cell, width in zip(cells, widths, strict=True) if isinstance(cell, str)]
        sheet.row_dimensions[row].height = _LINE_HEIGHT * max([1, *lines])
    return sum(widths)


def _width(read: Sheet, place: int) -> int:
    """Room for the longest word of the head, and for most texts."""
    head = max(map(len, read.heads[place].split()), default=0) + 3
    if read.columns[place] in FORMATS:
        return max(head, _NARROW)
    longest = max((len(row[place]) for row in read.rows if isinstance(row[place], str)), default=0)  # type: ignore[arg-type]
    return max(head, min(longest + 2, _WIDEST))


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell by its place; none is part of a merged one, which screen readers and sorting stumble over."""
    return cast(Cell, sheet.cell(row, column))


def write_text(cell: Cell, text: str) -> None:
    """A text that no spreadsheet takes for a formula, whatever it begins with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(STARTS_A_FORMULA)


def wrapped(text: str, width: int) -> list[str]:
    """A note in lines that fit: a cell runs over its neighbours on screen, and is cut off at the edge of the paper."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _value(text: str, column: str, language: str, *, hidden: bool) -> object:
    """What a cell of the file holds."""
    if text == "":
        return missing_sign(column, hidden=hidden) if column in FORMATS else None
    plain = text.replace(",", ".") if language == "de" else text
    if _NUMBER.fullmatch(plain):
        number = float(plain)
        return int(number) if number.is_integer() and FORMATS.get(column) in (None, "integer", "year") else number
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.date.fromisoformat(text)
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTS_A_FORMULA) else text


def _write(cell: Cell, value: object, column: str, language: str, styles: dict[tuple[str, type], StyleArray]) -> None:
    """Write a value; cells of one kind in a column take the style of the first of them, which openpyxl would look up anew for each."""
    if value is None:
        return
    known = styles.get((column, type(value)))
    if known is not None:
        cell._style = copy(known)  # type: ignore[attr-defined]
    elif isinstance(value, str):
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=_side(column))
    else:
        cell.alignment = Alignment(vertical="top")
        cell.number_format = _DAYS[language] if isinstance(value, datetime.date) else _form(column)
    styles.setdefault((column, type(value)), copy(cell._style))  # type: ignore[attr-defined]
    if isinstance(value, str):
        write_text(cell, value)
    else:
        cell.value = value  # type: ignore[assignment]


def _side(column: str) -> Literal["left", "center", "right"]:
    return "right" if column in FORMATS else "center" if column == "suppressed" else "left"


def _form(column: str) -> str:
    """How Excel shows the numbers of a column: of an amount, nothing at all is a dash."""
    form = _FORMS.get(FORMATS.get(column, ""), "General")
    return f'{form};-{form};"{NOTHING}"' if column in AMOUNTS else form


def _at(row: list[object], places: list[int]) -> list[tuple[int, object]]:
    return [(place, row[place]) for place in places]
