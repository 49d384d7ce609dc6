"""The workbook: the same numbers as the files beside it, as numbers; texts stay texts; a spreadsheet of today opens it."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from conftest import ROOT
from helpers import open_study
from helpers.reporting import charts
from helpers.reporting.cells import read_sheet, write_text
from helpers.reporting.items import figure_items, table_items
from helpers.reporting.tables import table_csv
from helpers.reporting.wording import Wording
from helpers.reporting.workbook import write_workbook

SIGNS = {"–", "x", ".", "•"}
SHARES = pd.DataFrame(
    {
        "question": "target_regions",
        "option": ["europe", "north_america", "africa", "south_east_asia"],
        "count": [37, 27, 3, 20],
        "n": 48,
        "share": [37 / 48, 27 / 48, 3 / 48, 20 / 48],
        "low": [0.63, 0.41, 0.02, 0.0004],
        "high": [0.88, 0.7, 0.17, 0.6],
        "published_n": [100, np.nan, np.nan, 1234],
        "year": [2021, np.nan, np.nan, 2007],
        "mean": [np.nan, 3.25, np.nan, 4.0],
        "p_value": [0.00004, 0.5, np.nan, 1.0],
    }
)
FLOW = pd.DataFrame({"step": ["came", "empty"], "records": [1234, 0], "n": [60, 60], "weighted_share": [0.25, 0.0]})


@cache
def made(language):
    """A study, and the items of a small report."""
    study = open_study(ROOT / "data" / "demo", language=language)
    items = figure_items(study, SHARES[["question", "option", "count", "n", "share", "low", "high"]], charts.draw_shares, "descriptives.sets")
    return study, [*items, *table_items(study, SHARES, "descriptives.set_table"), *table_items(study, FLOW, "response.ledger")]


@pytest.fixture(scope="module", params=["de", "en"])
def written(request, tmp_path_factory):
    """The study, its items and the path of their workbook."""
    study, items = made(request.param)
    path = tmp_path_factory.mktemp(request.param) / f"tables-{request.param}.xlsx"
    write_workbook(items, study, path)
    return study, items, path


def as_number(text):
    """A number out of a file of either language; a text stays."""
    plain = text.replace(",", ".") if re.fullmatch(r"-?\d+,\d+(e-\d+)?", text) else text
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        return plain


def rows_of(item):
    return [[as_number(cell) for cell in row] for row in csv.reader(io.StringIO(item.csv), delimiter=";" if item.language == "de" else ",")]


def test_every_cell_is_that_of_the_file_and_what_is_empty_there_has_its_symbol(written):
    _, items, path = written
    book = openpyxl.load_workbook(path)
    for sheet, item in zip(book.worksheets[1:], items, strict=True):
        rows = rows_of(item)
        cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=3 + len(rows), max_col=len(rows[0]))]
        for expected, found in zip(rows, cells, strict=True):
            for number, cell in zip(expected, found, strict=True):
                assert cell in SIGNS | {None} if number == "" else cell == number
        assert sheet.cell(4 + len(rows), 1).value is None, "nothing between the table and its notes"


def test_symbols_tell_withheld_from_unknown_and_from_meaningless(written):
    study, items, path = written
    sheet = openpyxl.load_workbook(path).worksheets[2]
    columns = read_sheet(items[1], Wording(study.language)).columns
    cell = {name: [sheet.cell(row, place).value for row in range(5, 9)] for place, name in enumerate(columns, start=1)}
    assert cell["count"][2] == cell["share"][2] == "•"
    assert cell["mean"][0] == "x"
    assert cell["published_n"][1] == cell["year"][1] == "."
    below = " ".join(str(row[0]) for row in sheet.iter_rows(min_row=9, max_col=1, values_only=True) if row[0])
    signs = {"de": ["• geheim gehalten", "x Tabellenfach gesperrt", ". Zahlenwert unbekannt"], "en": ["• withheld", "x no entry", ". value unknown"]}
    assert all(sign in below for sign in signs[study.language])
    assert all(note in below for note in items[1].notes)
    assert items[1].anchor in below


def test_numbers_are_shown_as_in_the_report(written):
    study, items, path = written
    sheets = openpyxl.load_workbook(path).worksheets
    forms = {}
    for sheet, item in zip(sheets[2:], items[1:], strict=True):
        for place, name in enumerate(read_sheet(item, Wording(study.language)).columns, start=1):
            forms |= dict.fromkeys([name], next((c.number_format for c in next(sheet.iter_cols(place, place, 5, 8)) if c.data_type == "n"), ""))
    assert forms["share"] == '0.0%;-0.0%;"–"'
    assert forms["records"] == '#,##0;-#,##0;"–"'
    assert (forms["low"], forms["n"], forms["year"], forms["mean"], forms["p_value"]) == ("0.0%", "#,##0", "0", "#,##0.0", "0.000")


def test_sheets_have_title_source_frozen_head_and_fit_on_paper(written):
    study, items, path = written
    book = openpyxl.load_workbook(path)
    assert len(set(book.sheetnames)) == len(items) + 1
    for sheet, item in zip(book.worksheets[1:], items, strict=True):
        assert sheet["A1"].value == item.title
        assert sheet["A2"].value == Wording(study.language).say("synthetic.line")
        assert sheet.freeze_panes == "A5"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, 1, 0)
        assert sheet.print_title_rows == "$1:$4"
        width = sum(sheet.column_dimensions[head.column_letter].width for head in sheet[4])
        assert sheet.page_setup.orientation == ("landscape" if width > 100 else "portrait")
        assert all(len(str(cell.value)) <= width for cell in sheet["A"][3 + len(rows_of(item)) :] if cell.value)
    assert {sheet.page_setup.orientation for sheet in book.worksheets} == {"landscape", "portrait"}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_sheet_of_a_whole_report_has_title_and_source_and_every_number_its_form(demo_outputs, language):
    book = openpyxl.load_workbook(demo_outputs / "public" / f"tables-{language}.xlsx")
    source, without_form = {"de": "Quelle: ", "en": "Source: "}[language], set()
    for sheet in book.worksheets[1:]:
        below = " ".join(str(value) for (value,) in sheet.iter_rows(min_row=5, max_col=1, values_only=True) if value)
        assert sheet["A1"].value and source in below, sheet.title
        for head, *column in sheet.iter_cols(min_row=4):
            without_form |= {head.value for cell in column if cell.data_type == "n" and cell.value is not None and cell.number_format == "General"}
    assert without_form <= {"Interview"}, "the number of an interview is its name"


def test_the_contents_lead_to_every_sheet_and_back(written):
    _, items, path = written
    book = openpyxl.load_workbook(path)
    contents = book.worksheets[0]
    told = {row[0].value: row for row in contents.iter_rows() if row[0].hyperlink}
    assert list(told) == book.sheetnames[1:]
    for (name, row), item in zip(told.items(), items, strict=True):
        assert (row[1].value, row[2].value) == (item.title, item.anchor)
        assert row[0].hyperlink.location == f"'{name}'!A1" or row[0].hyperlink.target == f"#'{name}'!A1"
        assert contents.title in str(book[name]["A3"].hyperlink.location or book[name]["A3"].hyperlink.target)


def test_the_properties_say_what_it_is_and_that_it_is_synthetic(written):
    study, _, path = written
    said = openpyxl.load_workbook(path).properties
    assert said.title.startswith(study.settings.title[study.language])
    assert said.title.endswith({"de": "(synthetische Daten)", "en": "(synthetic data)"}[study.language])
    assert said.description == Wording(study.language).say("synthetic.line")
    assert (said.language, said.creator) == (study.language, "cluster-studies")
    assert said.created.date() == said.modified.date() == study.settings.fieldwork.end


def test_a_real_study_is_not_called_synthetic(tmp_path):
    study, items = made("en")
    real = replace(study, settings=study.settings.model_copy(update={"synthetic": False}))
    write_workbook(items, real, tmp_path / "real.xlsx")
    with zipfile.ZipFile(tmp_path / "real.xlsx") as book:
        assert not any(b"ynthetic" in book.read(name) for name in book.namelist())


def test_same_inputs_same_bytes(written, tmp_path):
    study, items, path = written
    write_workbook(items, study, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_no_table_is_a_workbook_of_contents_alone(tmp_path):
    write_workbook([], made("de")[0], tmp_path / "none.xlsx")
    assert openpyxl.load_workbook(tmp_path / "none.xlsx").sheetnames == ["Inhalt"]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", ""]), st.text(max_size=12))
def test_no_text_becomes_a_formula(start, rest):
    book = Workbook()
    write_text(book.active["A1"], start + rest)
    assert book.active["A1"].data_type == "s"
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_label_that_looks_like_a_formula_stays_as_declared(tmp_path, start):
    study, (item, *_) = made("en")
    table = pd.DataFrame({"option": [f"{start}1+1"], "count": [20], "n": [48], "suppressed": [False]})
    cells = {"columns": list(table), "data": table.to_numpy().tolist(), "index": [0]}
    write_workbook([replace(item, csv=table_csv(table, Wording("en")), cells=cells, title=f"{start}2")], study, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[1]
    assert (sheet["A1"].value, sheet["A5"].value, sheet["A5"].data_type, sheet["A5"].quotePrefix) == (f"{start}2", f"{start}1+1", "s", True)


def test_libreoffice_finds_the_same_numbers(written):
    if shutil.which("soffice") is None:
        pytest.skip("no LibreOffice (soffice) on this machine")
    study, items, path = written
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    every_sheet = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
    command = ["soffice", profile, "--headless", "--convert-to", every_sheet, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    name = {"de": "Tabelle", "en": "Table"}[study.language]
    for number, item in enumerate(items, start=1):
        opened = list(csv.reader((path.parent / f"{path.stem}-{name} {number}.csv").read_text(encoding="utf-8").splitlines()))
        assert opened[0][0] == item.title
        rows = rows_of(item)
        for expected, found in zip(rows, opened[3 : 3 + len(rows)], strict=True):
            for value, text in zip(expected, found, strict=True):
                assert text in SIGNS | {""} if value == "" else as_number(text) == (pytest.approx(value, rel=1e-5) if value != str(value) else value)
