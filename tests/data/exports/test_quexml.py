"""queXML: a real questionnaire of 98 questions with its answers against the XML itself, and small ones built as LimeSurvey builds them."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest

from helpers.data.exports.quexml import looks_like, read
from helpers.data.problems import StudyError

REAL = Path(__file__).parents[4] / "shared" / "real" / "limesurvey"
DATA, QUESTIONNAIRE = REAL / "limesurvey_hejuniors_dummy_data_codeandtext.csv", REAL / "limesurvey_hejuniors_survey_structure.xml"
real = pytest.mark.skipif(not DATA.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")


@pytest.fixture(scope="module")
def delivery():
    return read(DATA)


@pytest.fixture(scope="module")
def raw():
    """The columns of the file by their codes, without its blank last line."""
    with DATA.open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = [row for row in csv.reader(file) if len(row) > 1]
    return {head.split(". ")[0]: [row[place].strip() for row in rows] for place, head in enumerate(heads)}


@real
def test_questions_and_pages_of_the_real_questionnaire_are_those_of_its_xml(delivery):
    root = ET.parse(QUESTIONNAIRE).getroot()
    structure = delivery.structure
    assert structure.pages["label_en"].tolist() == [section.findtext("sectionInfo/text") for section in root.iterfind("section")]
    # Two questions have other codes in the answers than in the questionnaire, as the reader says.
    elements = [question for question in root.iter("question") if not (question.find("response").get("varName") or "").startswith(("a_", "b_"))]
    assert len(structure.questions[structure.questions["parent"] == ""]) == len(elements)
    assert sum("a_SQ001" in sentence for sentence in delivery.unread) == 1
    boxes = [
        box for box in root.iter("response") if [value.text for value in box.iter("value")] == ["Y"] and box.find(".//contingentQuestion") is None
    ]
    known = [box for box in boxes if not box.get("varName").startswith(("a_", "b_"))]
    assert (structure.questions["kind"] == "multiple").sum() == len(known)
    assert (structure.questions["type"] == "C").sum() == 1 + len([item for item in root.iter("subQuestion") if item.get("varName").startswith("C7_")])


@real
def test_answers_of_the_real_questionnaire_are_those_of_its_xml(delivery):
    expected = {}
    for question in ET.parse(QUESTIONNAIRE).getroot().iter("question"):
        response = question.find("response")
        pairs = [(entry.findtext("value"), entry.findtext("label").strip()) for entry in response.iter("category")]
        if len(pairs) > 1:
            expected[response.get("varName")] = [pair for pair in pairs if pair[0] != "-oth-"]
    told = delivery.structure.answers
    assert {question: list(zip(rows["code"], rows["label_en"], strict=True)) for question, rows in told.groupby("question")} == expected
    assert told["missing"].isna().all()


@real
def test_words_of_the_real_answers_become_codes_one_to_one(delivery, raw):
    records = delivery.records
    assert len(records) == 12
    words = {"A1": {}, "A6": {}, "C2": {}, "C1": {}}
    for question in ET.parse(QUESTIONNAIRE).getroot().iter("question"):
        name = question.find("response").get("varName")
        if name in words:
            words[name] = {entry.findtext("label").strip(): entry.findtext("value") for entry in question.iter("category")}
    for column in ("A1", "A6", "C2", "C1[SQ001]", "C1[SQ021]"):
        known = words[column.partition("[")[0]] | {"": "", "N/A": "N/A", "Other": "-oth-"}
        assert records[column].tolist() == [known[text] for text in raw[column]]
    coded = [column for column in records if column in raw and column.partition("[")[0] in set(delivery.structure.answers["question"])]
    for column in coded:
        assert sorted(Counter(records[column]).values()) == sorted(Counter(raw[column]).values())


@real
def test_ticks_not_shown_and_unfinished_records_of_the_real_answers(delivery, raw):
    ticks = {"Yes": "Y", "No": "N", "": "", "N/A": "N/A"}
    for column in ("A8[SQ001]", "C3[SQ013]", "B1[81160]"):
        assert delivery.records[column].tolist() == [ticks[text] for text in raw[column]]
    assert [bool(text) for text in delivery.records["submitdate"]] == [bool(text) for text in raw["submitdate"]]
    assert delivery.records["A4[other]"].tolist() == raw["A4[other]"]
    times = [column for column in raw if column.endswith("Time") or column.startswith(("interviewtime", "groupTime"))]
    assert times and not set(times) & set(delivery.records)
    assert any("interviewtime" in sentence for sentence in delivery.unread)


@real
def test_either_real_file_is_recognised_and_the_other_found(delivery):
    assert looks_like(DATA) and looks_like(QUESTIONNAIRE)
    assert not looks_like(REAL / "limesurvey_two_languages.lss")
    assert read(QUESTIONNAIRE).records.equals(delivery.records)


def question(text, *parts):
    return f"<question><text>{text}</text>{''.join(parts)}</question>"


def response(name, *categories, other=""):
    listed = [f"<category><label>{label}</label><value>{code}</value></category>" for code, label in categories]
    if other:
        field = f'<contingentQuestion varName="{name}other"><text>{other}</text><length>24</length><format>longtext</format></contingentQuestion>'
        listed.append(f"<category><label>{other}</label><value>-oth-</value>{field}</category>")
    return f'<response varName="{name}"><fixed>{"".join(listed)}</fixed></response>'


def free(name, form, label=""):
    return f'<response varName="{name}"><free><format>{form}</format><length>10</length><label>{label}</label></free></response>'


def items(*pairs):
    return "".join(f'<subQuestion varName="{name}"><text>{text}</text></subQuestion>' for name, text in pairs)


QUESTIONS = [
    question("Sector?", response("B1", ("A1", "Industry &amp; trade"), ("A2", "Health"), other="Something else")),
    question("Member?", response("B2", ("Y", "Yes"), ("N", "No"))),
    question("Regions?", response("C3_SQ001", ("Y", "Europe")), response("C3_SQ002", ("Y", "Asia"))),
    question("Known?", items(("C4_SQ001", "Fair"), ("C4_SQ002", "Club")), response("C4", ("Y", "Yes"), ("U", "Uncertain"), ("N", "No"))),
    question("Rank them", items(("C5_A1", "Price"), ("C5_A2", "Quality")), free("C5", "integer")),
    question("Members?", free("C6", "integer")),
    question("Hours", free("C7_SQ001", "integer", "Mondays"), free("C7_SQ002", "integer", "Fridays")),
    "<question><text>Costs</text><text>Rent</text>" + free("C8_Y1_X1", "text", "per year") + "</question>",
    "<question><text>Costs</text><text>Heat</text>" + free("C8_Y2_X1", "text", "per year") + "</question>",
]
HEADS = ["id", "submitdate", "startlanguage", "B1", "B1[other]", "B2", "C3[SQ001]", "C3[SQ002]", "C4[SQ001]", "C4[SQ002]", "C5[1]", "C5[2]"]
HEADS += ["C6", "C7[SQ001]", "C7[SQ002]", "C8[Y1_X1]", "C8[Y2_X1]", "B1Time"]
ROWS = [
    ["1", "2025-01-01", "de", "Industry & trade", "", "Yes", "Yes", "No", "Uncertain", "No", "Quality", "Price", "12", "3", "", "5", "6", "9.1"],
    ["2", "", "de", "Other", "Space", "", "N/A", "N/A", "", "", "", "", "", "", "", "", "", "1.0"],
]


def xml(questions=QUESTIONS, prefix=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{prefix}<questionnaire id="1"><title>T</title><section id="1"><sectionInfo><position>title</position>'
        f"<text>First page</text></sectionInfo>{''.join(questions)}</section></questionnaire>"
    )


@pytest.fixture
def pair(tmp_path):
    def write(questions=QUESTIONS, heads=HEADS, rows=ROWS, prefix=""):
        data, questionnaire = tmp_path / "answers.csv", tmp_path / "survey.xml"
        data.write_text("".join(",".join(f'"{field}"' for field in row) + "\n" for row in [heads, *rows]), encoding="utf-8")
        questionnaire.write_text(xml(questions, prefix), encoding="utf-8")
        return data, questionnaire

    return write


def test_every_kind_of_question_is_read(pair):
    delivery = read(pair()[0])
    told = delivery.structure.questions
    assert [f"{parent}.{code} {kind}" for parent, code, kind in told[["parent", "code", "kind"]].itertuples(index=False)] == [
        ".B1 single",
        ".B2 single",
        *(".C3 set", "C3.SQ001 multiple", "C3.SQ002 multiple"),
        *(".C4 set", "C4.SQ001 single", "C4.SQ002 single"),
        *(".C5 set", "C5.1 single", "C5.2 single"),
        ".C6 number",
        *(".C7 set", "C7.SQ001 number", "C7.SQ002 number"),
        *(".C8 set", "C8.Y1_X1 text", "C8.Y2_X1 text"),
    ]
    assert told["other"].tolist() == [True] + [False] * 17
    assert told.loc[told["parent"] == "C8", "label_de"].tolist() == ["Rent – per year", "Heat – per year"]
    assert delivery.records.loc[2].tolist()[3:] == ["A1", "", "Y", "Y", "N", "U", "N", "A2", "A1", "12", "3", "", "5", "6"]
    assert delivery.records.loc[3].tolist()[1:8] == ["", "de", "-oth-", "Space", "", "N/A", "N/A"]
    assert delivery.unread == ["Times that LimeSurvey took are not read: B1Time."]


def test_codes_as_values_and_names_of_older_versions_are_read(pair):
    older = [text.replace("C3_", "C3").replace("C4_", "C4") for text in QUESTIONS]
    coded = [["1", "x", "de", "A1", "", "Y", "Y", "", "U", "N", "A2", "A1", "12", "3", "", "5", "6", "9"]]
    data, _ = pair(older, rows=coded)
    assert read(data).records.loc[2].tolist()[3:12] == ["A1", "", "Y", "Y", "", "U", "N", "A2", "A1"]


def test_words_that_two_answers_share_stay_and_are_told(pair):
    twice = [question("Sector?", response("B1", ("A1", "Other"), ("A2", "Other"), ("A3", "Health")))]
    data, _ = pair(twice, HEADS[:4], [["1", "x", "de", "Other"], ["2", "x", "de", "Health"], ["3", "x", "de", "Secret"]])
    delivery = read(data)
    assert delivery.records["B1"].tolist() == ["Other", "A3", "Secret"]
    assert delivery.unread == ["Column 'B1': 2 answers are not among those that the questionnaire offers; they stay as they are."]


def test_a_missing_or_foreign_companion_is_told(pair, tmp_path):
    data, questionnaire = pair()
    questionnaire.rename(tmp_path / "away.txt")
    with pytest.raises(StudyError, match=r"answers\.csv: the queXML file \(\.xml\) that explains these answers is missing"):
        read(data)
    assert not looks_like(data)
    data, questionnaire = pair([question("Else?", response("Z9", ("A1", "a"), ("A2", "b")))])
    with pytest.raises(StudyError, match=r"no column carries the code of a question of survey\.xml"):
        read(data, companion=questionnaire)
    data.unlink()
    with pytest.raises(StudyError, match=r"survey\.xml: the answers .* is missing"):
        read(questionnaire)


def test_columns_are_found_by_their_heads_in_any_order(pair):
    usual = read(pair()[0]).records
    turned = read(pair(heads=HEADS[::-1], rows=[row[::-1] for row in ROWS])[0]).records
    assert turned[list(usual.columns)].equals(usual)


def test_a_column_that_is_there_twice_is_refused(pair):
    data, _ = pair(heads=[*HEADS[:-1], "B1. Sector?"])
    with pytest.raises(StudyError, match="several columns carry the same question code: B1"):
        read(data)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (xml()[:900], "cut off"),
        ('<?xml version="1.0"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>', "this is not a queXML questionnaire"),
        (xml(prefix='<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>').replace("Sector?", "&b;"), "declares entities"),
        (xml(prefix='<!DOCTYPE q [<!ENTITY a SYSTEM "file:///etc/passwd">]>').replace("Sector?", "&a;"), "declares entities"),
        (xml().replace("Sector?", "Geschäft").encode("cp1252"), "not XML in the encoding it says"),
    ],
    ids=["cut off", "another kind", "entity bomb", "entity of a file", "encoding"],
)
def test_damaged_and_dangerous_files_are_refused(pair, content, what):
    data, questionnaire = pair()
    questionnaire.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StudyError, match=what) as caught:
        read(data, companion=questionnaire)
    assert "Space" not in str(caught.value) and "root:" not in str(caught.value)


def test_answers_in_a_wrong_encoding_or_cut_off_are_refused(pair):
    data, _ = pair(rows=[[*ROWS[0][:4], "Luft- und Raumfahrt über München", *ROWS[0][5:]]])
    with pytest.raises(StudyError, match="umlauts were lost or encoded twice"):
        read(data, encoding="cp1252")
    data.write_bytes(data.read_bytes()[:-60])
    with pytest.raises(StudyError, match="row 2") as caught:
        read(data)
    assert "Raumfahrt" not in str(caught.value)
