"""The same answers, however the export is written, give the same table."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from helpers.data.limesurvey import column_code
from helpers.data.problems import StudyError
from helpers.data.tabular import read_texts

EXPORT = "survey/responses.csv"


def written(**how):
    """Another encoding, separator or index column."""
    values = {part: how.pop(part) for part in ("headers", "values") if part in how}

    def change(folder, as_csv, **_):
        folder.files[EXPORT] = as_csv(folder.exported(**values), **how)

    return change


def plain(**how):
    def change(folder, **tools):
        folder.settings["files"]["reader"] = "csv"
        written(**how)(folder, **tools)

    return change


def words_of_the_questionnaire(folder, as_csv, small_questionnaire, **_):
    folder.structure = small_questionnaire
    folder.settings["files"]["structure"] = "survey/structure.lss"
    folder.files[EXPORT] = as_csv(folder.exported(headers="texts", values="lss"))


def german_decimals(folder, as_csv, **_):
    for record in folder.records:
        record["B6"] = record["B6"].replace(".", ",")
    folder.files[EXPORT] = as_csv(folder.records, separator=";", encoding="cp1252")


def long_decimals(folder, **_):
    for record in folder.records:
        for code in ("B5", "B6"):
            record[code] = f"{float(record[code]):.10f}" if record[code] else ""


def percent_signs(folder, **_):
    for record in folder.records:
        record["B6"] += " %" if record["B6"] else ""


def marks_in_values(folder, **_):
    for record in folder.records:
        for code in ("token", "B1", "B5"):
            record[code] = f"\ufeff{record[code]} " if record[code] else "\ufeff"
        record["B2"] = f"ï»¿{record['B2']}"


def mark_read_as_cp1252(folder, as_csv, **_):
    folder.files[EXPORT] = "ï»¿".encode() + as_csv(folder.records)


def excel(rows="records", **settings):
    def change(folder, as_excel, **_):
        cells = folder.typed_cells() if rows == "typed" else folder.records
        folder.settings["files"] |= {"responses": "survey/responses.xlsx", **settings}
        folder.files["survey/responses.xlsx"] = as_excel(cells, sheet="Antworten", percent=["B6"] if rows == "typed" else [])

    return change


def excel_with_a_stray_column(folder, as_excel, **_):
    excel()(folder, as_excel=as_excel)
    folder.files["survey/responses.xlsx"] = as_excel([{"": str(number), **record} for number, record in enumerate(folder.records)])


def empty_columns_and_rows(folder, **_):
    """A spreadsheet that saves CSV also writes cells that only have a format."""
    rows = [[*folder.records[0], "", ""], *([*record.values(), "", ""] for record in folder.records)]
    rows[3:3] = [[""] * len(rows[0]), []]
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([*rows, [""] * len(rows[0])])
    folder.files[EXPORT] = stream.getvalue().encode()


def old_line_ends(folder, as_csv, **_):
    folder.files[EXPORT] = as_csv(folder.records).replace(b"\r\n", b"\r")


def no_quotation_marks_where_none_are_needed(folder, **_):
    frame = pd.DataFrame(folder.exported(headers="texts"))
    folder.files[EXPORT] = frame.to_csv(index=False, sep=";").encode()


def columns_in_another_order(folder, as_csv, **_):
    folder.files[EXPORT] = as_csv([dict(reversed(record.items())) for record in folder.records])


WAYS = {
    "codes": written(),
    "codes and texts in headers": written(headers="texts", encoding="utf-8-sig"),
    "underscored headers": written(headers="underscored"),
    "German labels": written(values="label_de"),
    "English labels": written(values="label_en"),
    "texts in headers, German labels": written(headers="texts", values="label_de", separator=";", encoding="cp1252"),
    "the questionnaire's own words": words_of_the_questionnaire,
    "semicolons": written(separator=";"),
    "tabs": written(separator="\t"),
    "no byte-order mark": written(encoding="utf-8"),
    "UTF-16": written(encoding="utf-16"),
    "cp1252": written(encoding="cp1252"),
    "stray index": written(index=True),
    "stray index, texts in headers": written(index=True, headers="texts"),
    "German decimals": german_decimals,
    "ten decimals": long_decimals,
    "percent signs": percent_signs,
    "byte-order marks in values": marks_in_values,
    "byte-order mark read as cp1252": mark_read_as_cp1252,
    "empty columns and rows": empty_columns_and_rows,
    "old line ends": old_line_ends,
    "few quotation marks, separators in headers": no_quotation_marks_where_none_are_needed,
    "columns in another order": columns_in_another_order,
    "plain CSV": plain(),
    "plain CSV, semicolons, cp1252": plain(separator=";", encoding="cp1252"),
    "Excel": excel(),
    "Excel with numbers, dates and booleans": excel("typed"),
    "Excel, its own reader": excel("typed", reader="excel"),
    "Excel, sheet by name": excel(sheet="Antworten", reader="excel"),
    "Excel with a stray column": excel_with_a_stray_column,
}


@pytest.fixture
def tools(as_csv, as_excel, small_questionnaire):
    return {"as_csv": as_csv, "as_excel": as_excel, "small_questionnaire": small_questionnaire}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_write_the_export_gives_the_same_answers(way, new_folder, tools):
    expected = new_folder().open()
    folder = new_folder()
    WAYS[way](folder, **tools)
    study = folder.open()
    pd.testing.assert_frame_equal(study.responses, expected.responses)
    pd.testing.assert_frame_equal(study.missing.astype(str), expected.missing.astype(str))
    pd.testing.assert_frame_equal(study.ledger, expected.ledger)
    assert study.confidential == expected.confidential


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_line_breaks_and_separators_inside_a_field_stay_inside(separator, encoding, tmp_path, as_csv):
    texts = ['a,b;c\td "q"', "one\ntwo\r\nthree", "ä – € ß", "last"]
    (tmp_path / "t.csv").write_bytes(as_csv([{"x": text, "y": "1"} for text in texts], separator=separator, encoding=encoding))
    table = read_texts(tmp_path / "t.csv")
    assert [text.replace("\r\n", "\n") for text in table["x"]] == [text.replace("\r\n", "\n") for text in texts]
    assert list(table.index) == [2, 3, 4, 5]


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path):
    (tmp_path / "t.csv").write_bytes(b'x,y\n"two\nlines",1\n\n,\nlast,2\n')
    assert read_texts(tmp_path / "t.csv").to_dict("index") == {2: {"x": "two\nlines", "y": "1"}, 5: {"x": "last", "y": "2"}}


def test_excel_rows_are_counted_as_excel_does(tmp_path, as_excel):
    (tmp_path / "t.xlsx").write_bytes(as_excel([{"x": "a", "y": 1}, {"x": None, "y": None}, {"x": "b", "y": 2.5}]))
    assert read_texts(tmp_path / "t.xlsx").to_dict("index") == {2: {"x": "a", "y": "1"}, 4: {"x": "b", "y": "2.5"}}


def test_a_dotted_name_beside_the_plain_one_is_no_double(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"x,x.1\n1,2\n")
    assert list(read_texts(tmp_path / "t.csv").columns) == ["x", "x.1"]


def test_nothing_is_interpreted(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"x,y\nNA,007\nnull,1e3\n#N/A,True\n")
    assert read_texts(tmp_path / "t.csv").to_numpy().tolist() == [["NA", "007"], ["null", "1e3"], ["#N/A", "True"]]


def test_the_declared_separator_and_encoding_are_used(folder, as_csv):
    folder.settings["files"] |= {"separator": "\t", "encoding": "utf-16-le"}
    folder.files[EXPORT] = as_csv(folder.records, separator="\t", encoding="utf-16-le")
    assert len(folder.open().responses) == 5


def test_a_frame_in_excel_is_the_same_frame(new_folder, as_excel, as_csv):
    expected = new_folder().open().frame
    folder = new_folder()
    folder.settings["files"]["frame"] = "frame.xlsx"
    folder.files["frame.xlsx"] = as_excel([{**row, "size": float(row["size"])} for row in folder.frame])
    pd.testing.assert_frame_equal(folder.open().frame, expected)
    folder.settings["files"] |= {"frame": "frame.csv", "reader": "csv", "separator": ","}
    folder.files["frame.csv"] = as_csv(folder.frame, separator=";", encoding="cp1252")
    pd.testing.assert_frame_equal(folder.open().frame, expected)


def test_columns_that_the_codebook_does_not_know_are_told(folder, as_csv):
    folder.files[EXPORT] = as_csv([{**record, "Z9": "x", "interviewtime. Total time": "12.5"} for record in folder.records], index=True)
    assert folder.open().ignored == ["", "Z9", "interviewtime"]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("B1", "B1"),
        ("B1. Is it so?", "B1"),
        ("B1.", "B1"),
        ("C3[SQ001]. Where? [Europe [EU]]", "C3[SQ001]"),
        ("C3[SQ001][2]. Where?", "C3[SQ001][2]"),
        ("submitdate. Date submitted", "submitdate"),
        ("C3_SQ001", "C3_SQ001"),
        ("v1.5", "v1.5"),
        ("", ""),
    ],
)
def test_the_code_in_a_header(head, code):
    assert column_code(head) == code


def test_a_plain_csv_may_call_a_variable_like_a_system_column(folder, as_csv):
    folder.without_frame()
    folder.settings["files"]["reader"] = "csv"
    folder.settings["repeated"] = "keep_latest"
    folder.variable("unit_id")["code"] = "id"
    again = [{**folder.records[0], "B5": "13", "datestamp": "2025-12-01 08:00:00"}]
    folder.files[EXPORT] = as_csv([*folder.records, *again])
    assert folder.open().responses["partners"].tolist()[-1] == 13


def test_an_unknown_kind_of_file_is_named(tmp_path):
    (tmp_path / "t.sav").write_bytes(b"$FL2")
    with pytest.raises(StudyError, match=r"t\.sav: files of this kind are not read\. Allowed: \.csv, \.tsv, \.txt, \.xlsx, \.xlsm\."):
        read_texts(tmp_path / "t.sav", name="t.sav")
