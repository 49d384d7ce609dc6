"""LimeSurvey's CSV and Excel exports: codes in any style of header, words in the header, and the structure beside the export."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from helpers.data.exports.limesurvey import looks_like, read
from helpers.data.problems import StudyError
from helpers.data.structure import write_structure

REAL = Path(__file__).parents[3].parent / "shared" / "real" / "rse2017_nl" / "responses.csv"


def write(path: Path, *rows: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_columns_are_named_by_their_codes(tmp_path):
    path = write(tmp_path / "a.csv", ["id. Response ID", "B1. Is it. So?", "C3[SQ001]. Where? [in Europe]"], ["1", "A1", "Y"])
    delivery = read(path)
    assert list(delivery.records.columns) == ["id", "B1", "C3[SQ001]"]
    assert delivery.records.loc[2].tolist() == ["1", "A1", "Y"]


def test_the_words_in_the_header_become_questions(tmp_path):
    heads = ["id. Response ID", "B1. Is it so?", "C3[SQ001]. Where? [in Europe]", "C3[SQ002]. Where? [in Asia]", "C3[other]. Where? [Other]"]
    structure = read(write(tmp_path / "a.csv", heads, ["1", "A1", "Y", "", ""])).structure
    asked = structure.questions[["parent", "code", "label_und", "kind"]].to_numpy().tolist()
    assert asked == [
        ["", "B1", "Is it so?", ""],
        ["", "C3", "Where?", ""],
        ["C3", "SQ001", "in Europe", ""],
        ["C3", "SQ002", "in Asia", ""],
        ["C3", "other", "Other", ""],
    ]
    assert structure.answers.empty


@pytest.mark.parametrize(
    ("words", "question", "item"),
    [
        ("Where? [in Europe]", "Where?", "in Europe"),
        ("Where [abroad]? [in Asia]", "Where [abroad]?", "in Asia"),
        ("[How satisfied are you with [your work]]", "", "How satisfied are you with [your work]"),
        ("[In Asia]", "", "In Asia"),
        ("Who uses it? []", "Who uses it?", ""),
    ],
)
def test_question_and_item_are_told_apart_in_a_head(words, question, item, tmp_path):
    asked = read(write(tmp_path / "a.csv", [f"C3[1]. {words}"], ["Y"])).structure.questions
    assert asked["label_und"].tolist() == [question, item]


def test_a_header_of_codes_says_nothing_of_the_questions(tmp_path):
    assert read(write(tmp_path / "a.csv", ["id", "submitdate", "B1"], ["1", "", "A1"])).structure is None


def test_two_columns_of_one_code_keep_their_heads(tmp_path):
    delivery = read(write(tmp_path / "a.csv", ["id", "B1. Once", "B1. Again", "B2. Else"], ["1", "x", "y", "z"]))
    assert list(delivery.records.columns) == ["id", "B1. Once", "B1. Again", "B2"]


def test_the_structure_beside_the_export_is_taken_only_where_it_fits(folder, small_questionnaire):
    folder.structure = small_questionnaire
    folder.write()
    beside = read(folder.path / "survey" / "responses.csv").structure
    assert set(beside.questions["code"]) == {"B1", "B2", "B4", "SQ001", "SQ002"}
    write_structure(small_questionnaire, folder.path / "survey" / "other.lss", title={"de": "x", "en": "y"})
    assert read(folder.path / "survey" / "responses.csv").structure is None
    other = small_questionnaire.questions.replace({"B1": "Z1", "B2": "Z2", "B4": "Z4"})
    foreign = type(small_questionnaire)(other, small_questionnaire.answers.iloc[:0], small_questionnaire.pages, ("de", "en"))
    write_structure(foreign, folder.path / "survey" / "other.lss", title={"de": "x", "en": "y"})
    assert set(read(folder.path / "survey" / "responses.csv").structure.questions["code"]) == {"B1", "B2", "B4", "SQ001", "SQ002"}


def test_what_is_wrong_with_both_files_is_told_at_once(tmp_path):
    path = write(tmp_path / "a.csv", ["id", "B1", "B1"], ["1", "CANARY", ""])
    with pytest.raises(StudyError) as caught:
        read(path, companion=tmp_path / "missing.lss")
    assert [problem.what for problem in caught.value.problems] == ["there is no such file", "columns B, C have the same header"]
    assert "CANARY" not in str(caught.value)


def test_a_missing_structure_and_one_of_another_survey_are_refused(tmp_path, small_questionnaire):
    path = write(tmp_path / "a.csv", ["id", "lastpage", "Z1"], ["1", "2", "CANARY"])
    with pytest.raises(StudyError, match=r"^lost\.lss: there is no such file\."):
        read(path, companion=tmp_path / "lost.lss")
    write_structure(small_questionnaire, tmp_path / "other.lss", title={"de": "x", "en": "y"})
    with pytest.raises(StudyError, match=r"^other\.lss: none of its questions is in the export, so it is of another survey\."):
        read(path, companion=tmp_path / "other.lss")
    # An export may leave questions out.
    assert read(write(path, ["id", "lastpage", "B1"], ["1", "2", "full"]), companion=tmp_path / "other.lss").structure is not None


def test_a_wrong_encoding_is_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("id,lastpage,B1\n1,2,CANARY für\n".encode("cp1252"))
    with pytest.raises(StudyError, match=r"row 2: the bytes are not utf-8.*correct files\.encoding") as caught:
        read(path, encoding="utf-8")
    assert "CANARY" not in str(caught.value)


def test_columns_are_found_by_their_heads_in_any_order(tmp_path):
    heads, record = ["id", "B1. Which?", "C3[SQ001]. Where? [in Europe]"], ["1", "A1", "Y"]
    usual, turned = read(write(tmp_path / "a.csv", heads, record)), read(write(tmp_path / "b.csv", heads[::-1], record[::-1]))
    assert usual.records.loc[2].to_dict() == turned.records.loc[2].to_dict() == {"id": "1", "B1": "A1", "C3[SQ001]": "Y"}


@pytest.mark.skipif(not REAL.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")
def test_the_real_export_says_its_questions():
    assert looks_like(REAL)
    delivery = read(REAL)
    with REAL.open(encoding="utf-8-sig", newline="") as stream:
        heads, *records = csv.reader(stream)
    assert delivery.records.shape == (len(records), len(heads))
    questions = delivery.structure.questions
    assert len(questions[questions["parent"] == "currentEmp13"]) == sum(head.startswith("currentEmp13[") for head in heads) == 65
    assert questions.set_index("code").at["socio1", "label_und"] == "In which country do you work?"
