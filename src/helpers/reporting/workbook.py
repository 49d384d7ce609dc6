"""Workbook: the published tables of one language as one Excel file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from helpers.data.study import Study
from helpers.reporting.items import Item
from helpers.reporting.wording import Wording

_LONG_AGO = datetime(1980, 1, 1)
_BOLD = Font(bold=True)


def write_workbook(items: Sequence[Item], study: Study, path: Path) -> None:
    """One sheet of contents, one sheet per table; the same items give the same bytes.

    Parameters
    ----------
    items : sequence of Item
        Tables and figures with their numbers.
    study : Study
    path : Path
    """
    wording = Wording(study.language)
    book = Workbook()
    book.properties.created = book.properties.modified = _LONG_AGO
    contents = book.active
    assert isinstance(contents, Worksheet)
    contents.title = wording.say("workbook.contents")
    _write_head(contents, study, wording)
    for number, item in enumerate(items, start=1):
        sheet = book.create_sheet(f"{number:02d} {item.anchor}"[:31])
        _write_table(sheet, item, study, wording)
        row = contents.max_row + 1
        contents.cell(row, 1, sheet.title).hyperlink = f"#'{sheet.title}'!A1"
        contents.cell(row, 2, item.title)
    contents.column_dimensions["A"].width, contents.column_dimensions["B"].width = 34, 100
    path.write_bytes(_same_bytes(book))


def _write_head(sheet: Worksheet, study: Study, wording: Wording) -> None:
    sheet["A1"], sheet["A1"].font = study.settings.title[study.language], Font(bold=True, size=14)
    lines = [
        wording.say("page.facts", instrument=study.settings.instrument[study.language], place=study.settings.place[study.language], **_period(study))
    ]
    lines += [wording.say("synthetic.line")] if study.settings.synthetic else []
    lines += [wording.say("note.suppressed", k=study.min_cell)]
    for line in lines:
        sheet.cell(sheet.max_row + 1, 1, line)
    sheet.cell(sheet.max_row + 1, 1, "")


def _write_table(sheet: Worksheet, item: Item, study: Study, wording: Wording) -> None:
    german = study.language == "de"
    table = pd.read_csv(io.StringIO(item.csv), sep=";" if german else ",", decimal="," if german else ".", keep_default_na=False, na_values=[""])
    sheet["A1"], sheet["A1"].font = item.title, _BOLD
    if study.settings.synthetic:
        sheet["A2"] = wording.say("synthetic.line")
    for place, name in enumerate(table.columns, start=1):
        head = sheet.cell(4, place, name)
        head.font, head.alignment = _BOLD, Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[head.column_letter].width = 38 if not pd.api.types.is_numeric_dtype(table[name]) else 14
        for row, value in enumerate(table[name], start=5):
            sheet.cell(row, place, None if pd.isna(value) else value.item() if hasattr(value, "item") else value)
    sheet.freeze_panes = "A5"


def _period(study: Study) -> dict:
    return {"start": study.settings.fieldwork.start, "end": study.settings.fieldwork.end}


def _same_bytes(book: Workbook) -> bytes:
    """The file without the times at which it was written."""
    written, fixed = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            target.writestr(zipfile.ZipInfo(name, _LONG_AGO.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
