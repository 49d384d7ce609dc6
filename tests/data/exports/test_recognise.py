"""Which reader takes a file is told by looking at it; a second file, or study.yaml, may say otherwise."""

from __future__ import annotations

from typing import get_args

import openpyxl
import pytest
import yaml

from helpers.data.exports.recognise import READERS, ReaderName, read_export, recognise
from helpers.data.problems import StudyError
from helpers.data.settings import Files

SOSCI = "CASE\tSERIAL\tREF\tQUESTNNR\tMODE\tSTARTED\tAB01\n1\t\t\tbase\tinterview\t2025-01-01 10:00:00\t2\n"
LIMESURVEY = {
    "codes and the tool's own columns": "id,submitdate,lastpage,B1\n1,2025-01-01 10:00:00,3,A1\n",
    "codes with items": "name,C3[SQ001],C3[SQ002]\nx,Y,\n",
    "codes before the words": ',socio1. In which country?,"edu1. What, then?"\n1,NL,PhD\n',
    "semicolons": "id;submitdate;startlanguage;B1\n1;;de;A1\n",
}
PLAIN = {
    "words as heads": "Name,Number of members,No. of staff\nx,3,4\n",
    "a key and a token of its own": "id,token,size\n1,a,3\n",
    "nothing but a header": "a,b\n",
    "an empty file": "",
}


@pytest.mark.parametrize("words", LIMESURVEY)
def test_a_limesurvey_export_is_known_by_its_heads(words, tmp_path):
    (tmp_path / "any.csv").write_text(LIMESURVEY[words], encoding="utf-8-sig")
    assert recognise(tmp_path / "any.csv") == "limesurvey"


@pytest.mark.parametrize("words", PLAIN)
def test_any_other_table_is_a_plain_one(words, tmp_path):
    (tmp_path / "any.csv").write_text(PLAIN[words], encoding="utf-8")
    assert recognise(tmp_path / "any.csv") == "csv"


def test_a_file_is_known_in_utf_16_with_and_without_a_mark(tmp_path):
    for encoding in ("utf-16", "utf-16-le"):
        (tmp_path / "any.csv").write_bytes(LIMESURVEY["semicolons"].encode(encoding))
        assert recognise(tmp_path / "any.csv") == "limesurvey"


def test_excel_is_known_by_the_heads_of_any_of_its_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["remark"])
    book.save(tmp_path / "plain.xlsx")
    assert recognise(tmp_path / "plain.xlsx") == "excel"
    book.create_sheet("answers").append(["id", "submitdate", "lastpage", "B1"])
    book.save(tmp_path / "answers.xlsx")
    assert recognise(tmp_path / "answers.xlsx") == "limesurvey"


def test_the_name_of_the_file_does_not_count(tmp_path):
    (tmp_path / "limesurvey.csv").write_text(SOSCI, encoding="utf-8")
    assert recognise(tmp_path / "limesurvey.csv") == "sosci"
    (tmp_path / "survey.dta.sav").write_bytes(b"$FL2@(#) SPSS DATA FILE")
    assert recognise(tmp_path / "survey.dta.sav") == "sav"


def test_a_questionnaire_as_quexml_calls_for_its_reader(tmp_path):
    (tmp_path / "answers.csv").write_text(LIMESURVEY["codes with items"], encoding="utf-8")
    (tmp_path / "survey.xml").write_text('<?xml version="1.0"?>\n<questionnaire id="1"><title>x</title></questionnaire>', encoding="utf-8")
    assert recognise(tmp_path / "answers.csv") == "limesurvey"
    assert recognise(tmp_path / "answers.csv", tmp_path / "survey.xml") == "quexml"


def test_a_kind_that_nobody_reads_is_refused(tmp_path):
    (tmp_path / "answers.docx").write_bytes(b"PK\x03\x04")
    with pytest.raises(StudyError, match=r"^answers\.docx: no reader knows this kind of file\. Allowed: .*SPSS.*Qualtrics.*\.xlsx"):
        recognise(tmp_path / "answers.docx")
    with pytest.raises(StudyError, match=r"^nowhere\.csv: there is no such file\. Put it there"):
        recognise(tmp_path / "nowhere.csv")


def test_messages_name_the_file_as_study_yaml_does(tmp_path):
    (tmp_path / "answers.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"^survey/answers\.csv: row 1: columns A, B have the same header"):
        read_export(tmp_path / "answers.csv", name="survey/answers.csv")


def test_a_reader_that_is_named_is_taken(tmp_path):
    (tmp_path / "answers.csv").write_text("v1. x,id,lastpage,submitdate\n1,2,3,4\n", encoding="utf-8")
    assert list(read_export(tmp_path / "answers.csv").records.columns) == ["v1", "id", "lastpage", "submitdate"]
    assert "v1. x" in read_export(tmp_path / "answers.csv", reader="csv").records


def test_study_yaml_and_the_table_of_readers_know_the_same_names():
    assert set(get_args(ReaderName)) == set(READERS)
    for name in READERS:
        assert Files.model_validate(yaml.safe_load(f"{{responses: a.csv, reader: {name}}}")).reader == name
    assert Files.model_validate({"responses": "a.csv"}).reader is None
