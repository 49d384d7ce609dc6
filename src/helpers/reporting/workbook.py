"""Workbook: the published tables of one language as one Excel file, a sheet each, with what stands under them in the report."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from helpers.data.study import Study
from helpers.reporting.cells import HEADING, LINK, TITLE, cell_at, read_sheet, wrapped, write_body, write_text
from helpers.reporting.items import Item
from helpers.reporting.values import study_values
from helpers.reporting.wording import Wording, capital

_A4 = 9  # as Excel counts sizes of paper
_UPRIGHT = 100  # characters that a line of A4 upright holds
_NAME = "cluster-studies"


def write_workbook(items: Sequence[Item], study: Study, path: Path) -> None:
    """One sheet of contents, one sheet per table; the same items give the same bytes.

    Cells hold numbers before rounding and show them as the report does. A number that is withheld, unknown or not meaningful is its symbol,
    explained below the table.

    Parameters
    ----------
    items : sequence of Item
        Tables and figures with their numbers.
    study : Study
    path : Path
    """
    wording = Wording(study.language)
    book = Workbook()
    _describe(book, study, wording)
    contents = book.active
    assert isinstance(contents, Worksheet)
    contents.title = wording.say("workbook.contents")
    names = [wording.say("workbook.sheet", number=number) for number in range(1, len(items) + 1)]
    _write_contents(contents, items, names, study, wording)
    for name, item in zip(names, items, strict=True):
        sheet = book.create_sheet(name)
        _write_table(sheet, item, study, wording, contents=contents.title)
    path.write_bytes(_same_bytes(book, study))


def _describe(book: Workbook, study: Study, wording: Wording) -> None:
    """What the properties of the file say: title, what it is of, and that it is synthetic."""
    synthetic = study.settings.synthetic
    book.properties.title = study.settings.title[study.language] + (f" ({wording.say('page.synthetic.short')})" if synthetic else "")
    book.properties.subject = _facts(study, wording)
    book.properties.description = wording.say("synthetic.line") if synthetic else None
    book.properties.keywords = wording.say("page.synthetic.short") if synthetic else None
    book.properties.language = study.language
    book.properties.creator = _NAME


def _facts(study: Study, wording: Wording) -> str:
    return capital(wording.say("page.facts", **study_values(study)))


def _write_contents(sheet: Worksheet, items: Sequence[Item], names: Sequence[str], study: Study, wording: Wording) -> None:
    """Title, what the tables are of, and a link to each."""
    sheet["A1"], sheet["A1"].font = study.settings.title[study.language], HEADING
    lines = [wording.say("synthetic.line")] if study.settings.synthetic else []
    lines += [_facts(study, wording), wording.say("workbook.shares"), wording.say("note.suppressed", k=study.min_cell)]
    lines.append(f"{wording.say('reading.symbols')}: {wording.say('reading.symbols.text')}")
    width = 14 + 90 + 44
    rows = [line for text in lines for line in wrapped(text, width)]
    for row, line in enumerate(rows, start=2):
        write_text(cell_at(sheet, row, 1), line)
    head = len(rows) + 3
    for column, key in enumerate(("sheet", "title", "key"), start=1):
        write_text(cell_at(sheet, head, column), wording.say(f"workbook.head.{key}"))
        cell_at(sheet, head, column).font = TITLE
    for row, (name, item) in enumerate(zip(names, items, strict=True), start=head + 1):
        for column, text in enumerate((name, item.title, item.anchor), start=1):
            write_text(cell_at(sheet, row, column), text)
        cell_at(sheet, row, 1).hyperlink, cell_at(sheet, row, 1).font = f"#'{name}'!A1", LINK
    for letter, columns in zip("ABC", (14, 90, 44), strict=True):
        sheet.column_dimensions[letter].width = columns
    sheet.freeze_panes = f"A{head + 1}"
    _set_up_print(sheet, study, wide=True, repeated=f"{head}:{head}")


def _write_table(sheet: Worksheet, item: Item, study: Study, wording: Wording, *, contents: str) -> None:
    """Title in row 1, where it comes from in rows 2 and 3, heads in row 4, then the numbers and the notes."""
    read = read_sheet(item, wording)
    write_text(cell_at(sheet, 1, 1), item.title)
    sheet["A1"].font = TITLE
    if study.settings.synthetic:
        write_text(cell_at(sheet, 2, 1), wording.say("synthetic.line"))
    write_text(cell_at(sheet, 3, 1), wording.say("workbook.back"))
    sheet["A3"].hyperlink, sheet["A3"].font = f"#'{contents}'!A1", LINK
    width = write_body(sheet, read, wording, first=4)
    notes = [*read.legend(wording, k=study.min_cell), *item.notes, f"{wording.say('trace.key')} {item.anchor}"]
    for row, line in enumerate((line for note in notes for line in wrapped(note, width)), start=6 + len(read.rows)):
        write_text(cell_at(sheet, row, 1), line)
    sheet.freeze_panes = "A5"
    _set_up_print(sheet, study, wide=width > _UPRIGHT, repeated="1:4")


def _set_up_print(sheet: Worksheet, study: Study, *, wide: bool, repeated: str) -> None:
    """A4, one page wide, heads on every page, running title and page numbers."""
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = repeated
    footer = sheet.oddFooter
    footer.left.text = study.settings.title[study.language].replace("&", "&&")  # type: ignore[union-attr]
    footer.right.text = "&P / &N"  # type: ignore[union-attr]


def _same_bytes(book: Workbook, study: Study) -> bytes:
    """The file as if it had been written on the day the survey ended: the clock would give other bytes for the same inputs."""
    day = datetime.combine(study.settings.fieldwork.end, time())
    written, fixed = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + f"{day.isoformat()}Z".encode(), content)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
