"""What is guessed of the columns of an export, with and without a structure; and that no typed answer becomes a level."""

from __future__ import annotations

import string

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.drafting.codebook import CONTRADICTED, REFUSALS, WORDLESS, Draft, draft_codebook
from helpers.data.drafting.guess import CODED, DATES, DOUBTFUL, EMPTY, NUMBERED, RARE, REASONED, TURNED, UNKNOWN, UNWORDED
from helpers.data.drafting.questions import questions
from helpers.data.exports.assembly import Answer, Question, assembled
from helpers.data.exports.delivery import Delivery
from helpers.data.structure import Structure


def draft(columns: dict[str, list[str]], structure: Structure | None = None) -> Draft:
    return draft_codebook(questions(Delivery(pd.DataFrame(columns, dtype=str), structure))[0])


def variable(drafted: Draft, code: str) -> pd.Series:
    return drafted.variables.set_index("code").loc[code]


def levels(drafted: Draft, name: str) -> list[tuple[str, object, str]]:
    own = drafted.levels[drafted.levels["variable"] == name]
    return list(own[["code", "order", "missing"]].itertuples(index=False, name=None))


KINDS = {
    "a choice": (["Red", "Blue", "Red", "Blue", "Red", "Blue"], "single", "open"),
    "a scale": (["Often", "Never", "Always", "Never", "Often", "Sometimes"], "ordinal", "open"),
    "classes": (["20-29", "under 20", "30-39", "20-29", "under 20", "30-39"], "ordinal", "open"),
    "numbers": (["12", "7,5", "12", "3", "", "40"], "number", "open"),
    "numbers and a wording": (["12", "7", "don't know", "3", "5", "40"], "number", "open"),
    "typed texts": (["it went well", "too long", "thank you", "no more time", "nothing", "see above"], "text", "free"),
    "keys": (["x81", "x12", "b77", "q01", "zz9", "p3r"], "text", "identifier"),
    "mail": (["a@b.de", "c@d.org", "e@f.eu", "g@h.de", "i@j.fr", ""], "text", "identifier"),
    "counted records": (["11", "12", "13", "15", "16", "18"], "text", "identifier"),
    "telephone numbers": (["+49 711 1234567"] * 3 + ["0711/7654321"] * 3, "text", "identifier"),
    "dates": (["2025-01-02", "2025-01-02", "2025-01-03", "2025-02-01 10:00:00", "", ""], "text", "free"),
    "nothing": ([""] * 6, "text", "free"),
}


@pytest.mark.parametrize("words", KINDS)
def test_the_values_tell_the_type(words):
    texts, kind, sensitive = KINDS[words]
    found = variable(draft({"v": texts}), "v")
    assert (found["type"], found["sensitivity"]) == (kind, sensitive)


@pytest.mark.parametrize(
    ("head", "texts", "kind", "sensitive"),
    [
        ("E-Mail", ["x", "x", "y", "y"], "text", "identifier"),
        ("Ihr Name", ["Q", "Q", "R", "R"], "text", "identifier"),
        ("token", ["1", "2", "3", "4"], "text", "identifier"),
        ("Telefon privat", ["12", "12", "13", "14"], "text", "identifier"),
        ("Geburtsjahr", ["1980", "1981", "1980", "1990"], "number", "quasi"),
        ("Gender", ["Woman", "Man", "Woman", "Man"], "single", "quasi"),
        ("Anteil der Exporte", ["10", "20", "90", "15"], "share", "open"),
        ("Exporte", ["10 %", "20 %", "90 %", "15 %"], "share", "open"),
        ("Stunden", ["10", "20", "90", "15"], "number", "open"),
        ("mailing lists read", ["1", "2", "1", "5"], "number", "open"),
    ],
)
def test_the_words_of_a_head_tell_what_is_sensitive_or_a_share(head, texts, kind, sensitive):
    found = variable(draft({head: texts}), head)
    assert (found["type"], found["sensitivity"]) == (kind, sensitive)


def test_an_answer_of_one_record_makes_no_level():
    drafted = draft({"v": ["Red"] * 5 + ["Blue"] * 4 + ["CANARY lives in Aalen"]})
    assert variable(drafted, "v")["type"] == "text"
    assert drafted.levels.empty
    assert drafted.notes == {RARE: ["v"]}
    assert list(drafted.variables["note"]) == [RARE]


def test_common_wordings_may_be_given_once():
    drafted = draft({"v": ["Red"] * 5 + ["Blue"] * 4 + ["Other", "Don't know"]})
    assert levels(drafted, "v") == [("Blue", 1, ""), ("Red", 2, ""), ("Other", 3, ""), ("Don't know", "", "dont_know")]


def test_what_others_gave_to_another_question_may_be_given_once():
    drafted = draft({"v": ["1 (not)", "2", "1 (not)", "2"], "w": ["2", "2", "2", "1 (not)"]})
    assert levels(drafted, "w") == [("1 (not)", 1, ""), ("2", 2, "")]


def test_a_scale_of_numbers_with_words_at_its_ends_has_every_step():
    drafted = draft({"v": ["1 (none)", "2", "5", "1 (none)", "2", "5", "7 (all)", "7 (all)"]})
    assert [code for code, _, _ in levels(drafted, "v")] == ["1 (none)", "2", "3", "4", "5", "6", "7 (all)"]
    unused = draft({"v": ["2", "5", "2", "5", "7 (all)", "7 (all)"]})
    assert [code for code, _, _ in levels(unused, "v")] == ["1", "2", "3", "4", "5", "6", "7 (all)"]


def test_boxes_become_a_set_and_their_field_for_others_stands_alone():
    ticks = {"C3[SQ001]": ["Y", "", "Y", "N"], "C3[SQ002]": ["", "Y", "", ""], "C3[other]": ["", "CANARY", "", ""]}
    drafted = draft(ticks)
    assert drafted.variables[["name", "code", "type", "set"]].to_numpy().tolist() == [
        ["c3", "C3", "set", ""],
        ["c3_sq001", "C3[SQ001]", "multiple", "c3"],
        ["c3_sq002", "C3[SQ002]", "multiple", "c3"],
        ["c3_other", "C3[other]", "text", ""],
    ]
    assert drafted.levels.empty


def test_boxes_of_a_plain_table_are_found_by_what_they_share():
    drafted = draft({"region_europe": ["1", "0", "1"], "region_asia": ["0", "0", "1"], "age_group": ["1", "0", "1"], "x": ["x", "", "x"]})
    assert list(drafted.variables["name"]) == ["region", "region_europe", "region_asia", "age_group", "x"]
    assert drafted.variables["label_en"].tolist()[1:3] == ["europe", "asia"]


def test_a_set_without_words_begins_as_its_items_do_and_this_is_said():
    items = [Question("1", "How often do you travel?", "", "", parent="D"), Question("2", "How often do you phone?", "", "", parent="D")]
    drafted = draft({"D[1]": ["Y", "N"], "D[2]": ["N", "N"]}, assembled([Question("D", "", "", ""), *items], []))
    assert drafted.variables["label_en"].tolist() == ["How often do you ...", "travel?", "phone?"]
    assert drafted.notes == {WORDLESS: ["d"]}


def test_crosses_are_declared_as_the_tick():
    drafted = draft({"region_a": ["x", "", "x"], "region_b": ["", "x", ""]})
    assert list(drafted.variables["type"]) == ["set", "multiple", "multiple"]
    assert levels(drafted, "region") == [("x", 1, "")]


def test_a_battery_in_numbers_has_all_its_steps():
    drafted = draft({"D[1]": ["1", "2", "5", "-9"], "D[2]": ["2", "4", "1", "2"]})
    assert [code for code, _, _ in levels(drafted, "d")] == ["1", "2", "3", "4", "5", "-9"]
    assert drafted.notes == {NUMBERED: ["d"]}


def test_codes_for_no_answer_are_marked_among_numbers():
    drafted = draft({"v": ["3", "12", "-99", "7", "999", "3"]})
    assert levels(drafted, "v") == [("-99", "", "no_answer"), ("999", "", "no_answer")]
    assert drafted.notes == {CODED: ["v"]}


def test_what_is_nothing_or_a_date_is_said():
    assert draft({"v": ["", ""], "w": ["2025-01-01", "2025-01-02"]}).notes == {EMPTY: ["v"], DATES: ["w"]}


def test_a_guess_that_a_value_contradicts_is_given_up():
    asked = assembled([Question("v", "How many?", "number", "N")], [])
    drafted = draft({"v": ["3", "CANARY"]}, asked)
    assert (variable(drafted, "v")["type"], drafted.notes) == ("text", {CONTRADICTED: ["v"]})


def declared(*answers: Answer, kind: str = "single", letter: str = "L", other: bool = False, language: str = "und") -> Structure:
    return assembled([Question("v", "<p>Which <b>one</b>?</p>", kind, letter, other=other)], answers, language=language)


def test_the_answers_of_a_structure_are_all_declared_in_its_order():
    structure = declared(Answer("v", "b", "Blue"), Answer("v", "r", "<i>Red</i>"), Answer("v", "z", "", "no_answer"))
    drafted = draft({"v": ["r", "Red", "z", ""]}, structure)
    assert levels(drafted, "v") == [("b", 1, ""), ("r", 2, ""), ("z", "", "no_answer")]
    assert drafted.levels["label_en"].tolist() == ["Blue", "Red", "z"]
    assert drafted.variables["label_en"].tolist() == ["Which one?"]


def test_a_reason_that_the_structure_does_not_tell_is_guessed_from_the_words():
    answers = pd.DataFrame({"question": "v", "code": ["1", "2"], "order": [1, 2], "label_de": ["Ja", "Weiß nicht"]})
    structure = declared(language="de")
    drafted = draft({"v": ["1", "2"]}, Structure(structure.questions, answers, structure.pages, ("de",)))
    assert levels(drafted, "v") == [("1", 1, ""), ("2", "", "dont_know")]


def test_the_field_for_other_answers_has_its_code():
    drafted = draft({"v": ["b", "-oth-"], "v[other]": ["", "CANARY"]}, declared(Answer("v", "b", "Blue"), other=True))
    assert levels(drafted, "v") == [("b", 1, ""), ("-oth-", 2, "")]
    assert variable(drafted, "v[other]")["sensitivity"] == "free"


def test_answers_of_a_scale_in_the_order_of_the_questionnaire_are_ordinal():
    assert (
        variable(draft({"v": ["1"]}, declared(Answer("v", "1", "Nie"), Answer("v", "2", "Manchmal"), Answer("v", "3", "Oft"))), "v")["type"]
        == "ordinal"
    )
    assert variable(draft({"v": ["1"]}, declared(Answer("v", "1", "Rot"), Answer("v", "2", "Blau"))), "v")["type"] == "single"


def test_a_scale_that_is_listed_from_most_to_least_is_turned_and_this_is_said():
    offered = [Answer("v", str(place), label) for place, label in enumerate(["Very satisfied", "Satisfied", "Dissatisfied", "Don't know"])]
    drafted = draft({"v": ["0", "2"]}, declared(*offered))
    assert levels(drafted, "v") == [("2", 1, ""), ("1", 2, ""), ("0", 3, ""), ("3", "", "dont_know")]
    assert drafted.notes == {TURNED: ["v"], REASONED: ["v"]}


def test_a_scale_of_unfamiliar_steps_is_doubtful():
    """The questionnaire has them as one; whether they run from least to most only a reader can tell."""
    steps = [Answer("v", str(place), label) for place, label in enumerate(["Fully aware", "Somewhat aware", "Not aware"])]
    drafted = draft({"v": ["0", "2"]}, declared(*steps, kind="ordinal"))
    assert levels(drafted, "v") == [("0", 1, ""), ("1", 2, ""), ("2", 3, "")]
    assert drafted.notes == {DOUBTFUL: ["v"]}


@pytest.mark.parametrize(
    ("offered", "unworded"),
    [
        ({"1": "low", "2": "", "3": "high"}, False),
        ({"1": "low", "2": "high", "9": ""}, True),
        ({"1": "", "2": ""}, True),
        ({"a": "low", "b": "high"}, False),
    ],
)
def test_codes_without_words_are_named_but_for_the_steps_between_two_worded_ones(offered, unworded):
    drafted = draft({"v": [next(iter(offered))]}, declared(*[Answer("v", code, label) for code, label in offered.items()]))
    assert (UNWORDED in drafted.notes) == unworded


def test_a_box_that_stands_for_no_answer_is_named():
    items = [Question("1", "By car", "multiple", "M", parent="D"), Question("2", "Don't know", "multiple", "M", parent="D")]
    drafted = draft({"D[1]": ["Y", "N"], "D[2]": ["N", "Y"]}, assembled([Question("D", "How?", "set", "M"), *items], []))
    assert drafted.notes == {REFUSALS: ["d_2"]}


def test_what_has_no_words_is_named_where_others_have_them():
    asked = assembled([Question("v", "How?", "single", "L"), Question("w", "w", "single", "L")], [Answer("w", "1", "Red"), Answer("w", "2", "Blue")])
    assert draft({"v": ["Yes", "No"], "w": ["1", "2"]}, asked).notes == {WORDLESS: ["w"]}
    assert draft({"v": ["Yes", "No"], "w": ["Yes", "No"]}).notes == {}


def test_bare_codes_are_in_no_order():
    assert variable(draft({"v": ["1"]}, declared(Answer("v", "1", ""), Answer("v", "4", ""))), "v")["type"] == "single"


def test_several_records_add_a_level_and_one_does_not():
    offered = declared(Answer("v", "b", "Blue"), Answer("v", "r", "Red"))
    assert levels(draft({"v": ["b", "Green", "Green"]}, offered), "v")[-1] == ("Green", 3, "")
    for typed in ("CANARY", "07112345678"):
        drafted = draft({"v": ["b", "b", typed]}, offered)
        assert (levels(drafted, "v"), drafted.notes) == ([], {UNKNOWN: ["v"]})


def test_answers_that_limesurvey_brings_along_are_declared():
    drafted = draft({"v": ["Y", "N"]}, declared(kind="single", letter="Y"))
    assert drafted.levels[["code", "label_de", "label_en"]].to_numpy().tolist() == [["Y", "Ja", "Yes"], ["N", "Nein", "No"]]


def test_answers_that_read_alike_are_told_apart():
    drafted = draft({"v": ["1", "2"]}, declared(Answer("v", "1", "<b>Same</b>"), Answer("v", "2", "Same")))
    assert drafted.levels["label_de"].tolist() == ["Same (1)", "Same (2)"]


def test_both_languages_of_a_structure_are_kept():
    structure = declared(language="de")
    two = structure.questions.assign(label_en="Which?")
    answers = pd.DataFrame(columns=["question", "code", "order", "label_de", "label_en"])
    found = variable(draft({"v": ["3", "4"]}, Structure(two.assign(kind="number"), answers, structure.pages, ("de", "en"))), "v")
    assert (found["label_de"], found["label_en"]) == ("Which one?", "Which?")


WORDS = st.sampled_from(["Yes", "No", "Never", "Often", "1", "2", "-9", "3.5", "Y", "", "", "N/A", "Berlin", "Red"])
CELLS = WORDS | st.text(string.ascii_letters + " ;,<>&äß", max_size=8).map(lambda text: f"CANARY{text.strip()}")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_answer_that_one_record_alone_gave_becomes_a_level(data):
    heads = data.draw(st.lists(st.sampled_from(["A1", "B[1]", "B[2]", "C_x", "C_y", "Größe", "class", "A 1"]), min_size=1, unique=True))
    columns = {head: data.draw(st.lists(CELLS, min_size=6, max_size=6)) for head in heads}
    drafted = draft(columns)
    for code in drafted.levels["code"]:
        if code.startswith("CANARY"):
            assert len({record for texts in columns.values() for record, text in enumerate(texts) if text == code}) > 1
    names = drafted.variables["name"]
    assert names.is_unique
    assert names.str.fullmatch("[a-z][a-z0-9_]*").all()
