"""The structure of a questionnaire: reading what LimeSurvey writes, writing what LimeSurvey reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import defusedxml.ElementTree
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.structure import Structure, kind_of, read_structure, write_structure

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "real" / "limesurvey" / "limesurvey_two_languages.lss"
needs_real = pytest.mark.skipif(not REAL.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")


def same(one: Structure, other: Structure) -> None:
    """Both hold the same tables, types of the columns included."""
    assert (one.languages, one.own_language) == (other.languages, other.own_language)
    for part in ("questions", "answers", "pages", "columns", "second", "settings"):
        pd.testing.assert_frame_equal(getattr(one, part), getattr(other, part))


def table(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    return pd.DataFrame(rows, columns=columns).astype({name: types.get(name, "str") for name in columns})


# Everything XML can carry, the awkward ones on purpose: markup, the end of CDATA, quotes, both kinds of line end, umlauts, emoji.
LABELS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12),
    st.sampled_from(["", "]]>", "a]]>b]]>", "<b>&amp;</b>", "ä \"ö\" 'ß'", "one\ntwo", "one\r\ntwo\r", " blank ", "\t", "😀"]),
)


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    languages = tuple(draw(st.lists(st.sampled_from(["de", "en", "fr", "de-informal"]), min_size=1, max_size=3, unique=True)))
    labels = [f"label_{language}" for language in languages]
    words = st.fixed_dictionaries({label: LABELS for label in labels})
    last = draw(st.integers(1, 3))
    rows: dict[str, list[dict]] = {part: [] for part in ("questions", "answers", "columns", "second", "settings")}
    for number, page in enumerate(sorted(draw(st.lists(st.integers(1, last), max_size=5))), start=1):
        code, letter = f"Q{number}", draw(st.sampled_from("LYNMKFTSQ5!:;1RX"))
        head = {"code": code, "parent": "", "kind": kind_of(letter), "type": letter, "page": page}
        rows["questions"].append({**head, "other": draw(st.booleans()), "relevance": draw(LABELS), **draw(words)})
        item = {"parent": code, "kind": kind_of(letter, item=True), "type": letter, "page": page, "other": False, "relevance": "1"}
        items = draw(st.integers(0, 3)) if kind_of(letter) == "set" else 0
        rows["questions"] += [{**item, "code": f"SQ{place}", **draw(words)} for place in range(items)]
        rows["columns"] += [
            {"question": code, "code": f"SQ{place}", **draw(words)} for place in range(draw(st.integers(0, 2)) if letter in ":;" else 0)
        ]
        for part, letters in (("answers", "LF!1R"), ("second", "1")):
            offered = draw(st.integers(0, 3)) if letter in letters else 0
            rows[part] += [{"question": code, "code": f"A{order}", "order": order, **draw(words)} for order in range(1, offered + 1)]
        told = {
            "preg": LABELS,
            "mandatory": st.sampled_from(["", "Y", "S"]),
            "encrypted": st.sampled_from(["", "Y"]),
            "help": LABELS,
            "prefix": LABELS,
        }
        for attribute, values in told.items():
            spoken = languages if attribute == "help" else [draw(st.sampled_from(["", *languages]))] if attribute == "prefix" else [""]
            given = [{"question": code, "attribute": attribute, "language": language, "value": draw(values)} for language in spoken]
            rows["settings"] += [setting for setting in given if setting["value"]]
    return Structure(
        questions=table(rows["questions"], ["code", "parent", "kind", "type", "page", "other", "relevance", *labels]),
        answers=table(rows["answers"], ["question", "code", "order", *labels]),
        pages=table([{"page": page, "relevance": draw(LABELS), **draw(words)} for page in range(1, last + 1)], ["page", "relevance", *labels]),
        languages=languages,
        columns=table(rows["columns"], ["question", "code", *labels]),
        second=table(rows["second"], ["question", "code", "order", *labels]),
        settings=table(rows["settings"], ["question", "attribute", "value", "language"]),
        own_language=draw(st.sampled_from(languages)),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(structures())
def test_what_is_written_is_read_again(tmp_path: Path, structure: Structure) -> None:
    path = tmp_path / "survey.lss"
    write_structure(structure, path, title=dict.fromkeys(structure.languages, "A survey"))
    same(read_structure(path), structure)


@needs_real
def test_the_real_file_in_two_languages_reads() -> None:
    structure = read_structure(REAL)
    assert structure.languages == ("et", "en")
    assert structure.questions[["code", "parent", "kind", "type", "page", "relevance"]].values.tolist() == [["Q1", "", "text", "T", 1, "1"]]
    assert structure.questions[["label_et", "label_en"]].eq("").all(axis=None)
    assert structure.pages.values.tolist() == [[1, "", "G1", "G1"]]
    assert structure.answers.empty
    # Of the 31 rows of question_attributes 22 hold an empty value, counted by a search for the text.
    assert dict(zip(structure.settings["attribute"], structure.settings["value"], strict=True)) == {
        **{"hidden": "0", "hide_tip": "0", "page_break": "0", "save_as_default": "N", "statistics_graphtype": "0", "statistics_showgraph": "1"},
        **{"time_limit_action": "1", "time_limit_disable_next": "0", "time_limit_disable_prev": "0"},
    }
    assert structure.own_language == "en"


@needs_real
def test_what_is_written_has_the_sections_and_columns_of_the_real_file(tmp_path: Path) -> None:
    write_structure(read_structure(ROOT / "data" / "demo" / "survey" / "structure.lss"), tmp_path / "demo.lss", title={"de": "Titel", "en": "title"})
    ours, real = (defusedxml.ElementTree.parse(path).getroot() for path in (tmp_path / "demo.lss", REAL))
    assert ours.findtext("DBVersion") == real.findtext("DBVersion")
    for section in ours:
        told = {cell.tag for cell in section.iterfind("rows/row/*")}
        assert told == {field.text for field in section.iterfind("fields/fieldname")}
        theirs = real.find({"subquestions": "questions", "answers": "", "answer_l10ns": ""}.get(section.tag, section.tag) or "missing")
        if theirs is not None and told:
            assert told <= {field.text for field in theirs.iterfind("fields/fieldname")} | {"active"}
    needed = {"groups", "group_l10ns", "questions", "question_l10ns", "surveys", "surveys_languagesettings"}
    assert needed <= {section.tag for section in ours}


@needs_real
def test_the_real_file_survives_being_written(tmp_path: Path) -> None:
    structure = read_structure(REAL)
    write_structure(structure, tmp_path / "again.lss", title={"et": "küsitlus", "en": "survey"})
    same(read_structure(tmp_path / "again.lss"), structure)


def test_the_demo_questionnaire_asks_what_the_codebook_declares() -> None:
    structure = read_structure(ROOT / "data" / "demo" / "survey" / "structure.lss")
    questions = structure.questions.set_index(["parent", "code"])
    assert structure.languages == ("de", "en")
    assert questions.loc[("", "B1"), ["kind", "type", "relevance"]].tolist() == ["single", "Y", "1"]
    assert questions.loc[("", "B2"), ["kind", "type", "relevance"]].tolist() == ["set", "M", '((B1.NAOK == "Y"))']
    assert questions.loc[("B2", "FAIR"), ["kind", "label_de"]].tolist() == ["multiple", "Auftritte auf Auslandsmessen"]
    assert questions.loc[("E1", "TRUST"), ["kind", "type", "label_en"]].tolist() == ["ordinal", "F", "Trust"]
    assert questions.loc[("A5", "FEE"), ["kind", "type"]].tolist() == ["number", "K"]
    assert questions.loc[("", "H3"), "type"] == "T"
    assert questions.index[questions["other"]].tolist() == [("", "D2")]
    assert structure.answers.query("question == 'B3'")["code"].tolist() == ["full", "part", "prep", "none", "dk"]
    assert structure.pages["label_de"].iloc[2] == "Zielregionen und Kontakte"


def test_the_title_of_the_demo_says_synthetic() -> None:
    text = (ROOT / "data" / "demo" / "survey" / "structure.lss").read_text(encoding="utf-8")
    titles = [line for line in text.splitlines() if "<surveyls_title>" in line]
    assert len(titles) == 2
    assert "Synthetische Daten" in titles[0]
    assert "Synthetic data" in titles[1]


def test_codes_keep_to_the_limits_of_limesurvey() -> None:
    structure = read_structure(ROOT / "data" / "demo" / "survey" / "structure.lss")
    items = structure.questions[structure.questions["parent"].ne("")]
    questions = structure.questions[structure.questions["parent"].eq("")]
    assert items["code"].str.fullmatch(r"[A-Za-z0-9]{1,5}").all()
    assert structure.answers["code"].str.fullmatch(r"[A-Za-z0-9]{1,5}").all()
    assert questions["code"].str.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}").all()


# LimeSurvey before version 4 kept one row per language, the text beside the code, and no table of texts.
OLDER = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>178</DBVersion>
<languages><language>de</language><language>en</language></languages>
<answers><rows>
<row><qid>7</qid><code>A2</code><answer>spät</answer><sortorder>2</sortorder><language>de</language><scale_id>0</scale_id></row>
<row><qid>7</qid><code>A1</code><answer>früh</answer><sortorder>1</sortorder><language>de</language><scale_id>0</scale_id></row>
<row><qid>7</qid><code>A1</code><answer>early</answer><sortorder>1</sortorder><language>en</language><scale_id>0</scale_id></row>
<row><qid>7</qid><code>A2</code><answer>late</answer><sortorder>2</sortorder><language>en</language><scale_id>0</scale_id></row>
</rows></answers>
<groups><rows>
<row><gid>31</gid><group_name>Zwei</group_name><group_order>1</group_order><language>de</language></row>
<row><gid>30</gid><group_name>Eins</group_name><group_order>0</group_order><language>de</language></row>
</rows></groups>
<questions><rows>
<row><qid>7</qid><parent_qid>0</parent_qid><gid>31</gid><type>F</type><title>Q2</title><question>Wann?</question><question_order>1</question_order><language>de</language></row>
<row><qid>7</qid><parent_qid>0</parent_qid><gid>31</gid><type>F</type><title>Q2</title><question>When?</question><question_order>1</question_order><language>en</language></row>
<row><qid>5</qid><parent_qid>0</parent_qid><gid>30</gid><type>M</type><title>Q1</title><question/><question_order>4</question_order><language>de</language><other>Y</other></row>
</rows></questions>
<subquestions><rows>
<row><qid>9</qid><parent_qid>7</parent_qid><gid>31</gid><type>T</type><title>b</title><question>Zweitens</question><question_order>2</question_order><language>de</language><scale_id>0</scale_id></row>
<row><qid>8</qid><parent_qid>7</parent_qid><gid>31</gid><type>T</type><title>a</title><question>Erstens</question><question_order>1</question_order><language>de</language><scale_id>0</scale_id></row>
<row><qid>10</qid><parent_qid>7</parent_qid><gid>31</gid><type>T</type><title>x</title><question>Spalte</question><question_order>1</question_order><language>de</language><scale_id>1</scale_id></row>
<row><qid>11</qid><parent_qid>99</parent_qid><gid>31</gid><type>T</type><title>lost</title><question>Waise</question><question_order>1</question_order><language>de</language></row>
</rows></subquestions>
</document>"""


@pytest.fixture
def older(tmp_path: Path) -> Structure:
    (tmp_path / "older.lss").write_text(OLDER, encoding="utf-8")
    return read_structure(tmp_path / "older.lss")


def test_items_are_encrypted_as_their_question_is(tmp_path: Path, older: Structure) -> None:
    given = table([{"question": "Q2", "attribute": name, "value": "Y", "language": ""} for name in ("mandatory", "encrypted")], list(older.settings))
    write_structure(replace(older, settings=given), tmp_path / "again.lss", title={"de": "Titel", "en": "title"})
    rows = list(defusedxml.ElementTree.parse(tmp_path / "again.lss").getroot().iterfind("*/rows/row[encrypted]"))
    told = {row.findtext("title"): (row.findtext("mandatory"), row.findtext("encrypted")) for row in rows}
    assert told == {"Q1": ("N", "N"), "Q2": ("Y", "Y"), "a": ("N", "Y"), "b": ("N", "Y"), "x": ("N", "Y")}


def test_older_files_carry_their_texts_beside_the_codes(older: Structure) -> None:
    assert older.questions.query("code == 'Q2'")[["label_de", "label_en"]].values.tolist() == [["Wann?", "When?"]]
    assert older.answers[["code", "order", "label_de", "label_en"]].values.tolist() == [["A1", 1, "früh", "early"], ["A2", 2, "spät", "late"]]
    assert older.pages["label_de"].tolist() == ["Eins", "Zwei"]


def test_the_second_scale_of_an_array_is_told_apart(older: Structure) -> None:
    assert older.columns[["question", "code", "label_de", "label_en"]].values.tolist() == [["Q2", "x", "Spalte", ""]]


def test_numbers_are_asked_for_as_the_language_writes_them(tmp_path: Path, older: Structure) -> None:
    write_structure(older, tmp_path / "numbers.lss", title={"de": "Titel", "en": "title"})
    told = defusedxml.ElementTree.parse(tmp_path / "numbers.lss").getroot().iterfind("surveys_languagesettings/rows/row")
    assert {row.findtext("surveyls_language"): row.findtext("surveyls_numberformat") for row in told} == {"de": "1", "en": "0"}


def test_questions_stand_in_the_order_of_the_questionnaire(older: Structure) -> None:
    assert older.questions["code"].tolist() == ["Q1", "Q2", "a", "b"]
    assert older.questions["page"].tolist() == [1, 2, 2, 2]
    assert older.questions["kind"].tolist() == ["set", "set", "ordinal", "ordinal"]
    assert older.questions["other"].tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "id,submitdate\n1,2025-11-03\n",
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>",
        "<html><body/></html>",
        "<document><LimeSurveyDocType>Question</LimeSurveyDocType></document>",
        '<!DOCTYPE d [<!ENTITY e "secret">]><document><LimeSurveyDocType>&e;</LimeSurveyDocType></document>',
    ],
    ids=["empty", "a table", "cut off", "another format", "a single question", "entities"],
)
def test_a_file_that_is_no_survey_structure_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "wrong.lss").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.lss: this is not the structure of a LimeSurvey survey.*Survey structure \(\.lss\)"):
        read_structure(tmp_path / "wrong.lss")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere\.lss: there is no such file"):
        read_structure(tmp_path / "nowhere.lss")


def test_characters_that_xml_cannot_carry_are_refused_without_showing_them(tmp_path: Path, older: Structure) -> None:
    spoiled = Structure(older.questions.assign(label_de="secret\x00"), older.answers, older.pages, older.languages)
    with pytest.raises(ValueError, match="characters that XML cannot carry") as caught:
        write_structure(spoiled, tmp_path / "spoiled.lss", title={"de": "", "en": ""})
    assert "secret" not in str(caught.value)
    assert not (tmp_path / "spoiled.lss").exists()
