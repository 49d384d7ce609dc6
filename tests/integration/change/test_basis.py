"""Who answered both times, told without small numbers, and which questions are left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.change.basis import answered_units, left_counts, questions_left
from helpers.integration.change.studies import two_waves
from helpers.reporting.disclosure import suppress
from integration.change.made import codebook, wave


def told(before, now, least=5):
    table = answered_units(two_waves(before, now), least=least)
    return {question: dict(zip(rows["answer"], rows["count"], strict=True)) for question, rows in table.groupby("question", sort=False)}


def test_each_wave_says_what_became_of_its_units():
    found = told(wave(listed=range(74)), wave(first=20, listed=range(10, 110)))
    assert found == {"units_before": {"both": 40, "lost": 10, "gone": 10}, "units_now": {"both": 40, "added": 14, "new": 6}}


def test_kinds_that_are_too_few_are_told_together():
    found = told(wave(listed=range(100)), wave(first=20, listed=range(4, 110)))
    assert found["units_before"] == {"both": 40, "alone_before": 20}


def test_respondents_without_a_unit_are_told():
    before = wave()
    before.units.iloc[:8] = ""
    assert told(before, wave(first=20))["units_before"] == {"both": 40, "only_before": 12, "unnamed": 8}
    before.units.iloc[8:16] = ""
    assert told(before, wave(first=20))["units_before"] == {"both": 40, "alone_before": 20}


@pytest.mark.parametrize("first", [56, 60, 4])
def test_where_too_few_answered_twice_or_once_nothing_is_told(first):
    """Those with both answers stand in both parts: shown in one, they would give away what the other hides."""
    assert told(wave(), wave(first=first)) == {}


@settings(max_examples=40, deadline=None)
@given(first=st.integers(0, 60), gone=st.integers(0, 60), known=st.integers(60, 120), least=st.integers(1, 9))
def test_no_number_is_smaller_than_allowed_and_the_door_hides_none(first, gone, known, least):
    """Units ``first`` to 59 answered twice; of the others, those below ``gone`` left, and those from ``known`` on were not there before."""
    still = [*range(min(gone, first), 60), *range(60, first + 60)]
    waves = two_waves(wave(listed=range(known)), wave(first=first, listed=still))
    table = answered_units(waves, least=least)
    assert (table["count"] >= least).all()
    assert table.empty or not suppress(table, k=least)["suppressed"].any()
    assert (table.groupby("question")["count"].sum() == 60).all()


def test_questions_left_out_are_named_in_words():
    before, now = wave().without("view_x"), wave().reworded("aims").without("size")
    waves = two_waves(before, now)
    table = questions_left(waves, now.codebook, before.codebook, language="de").set_index("question")["reason"]
    assert table["Ansichten – Ansicht X"] == "only_now"
    assert table["Größe"] == "only_before"
    assert table["Welche Ziele? Bitte alle ankreuzen. – Ziel a"] == "wording"
    assert left_counts(waves).to_dict("records") == [{"found": "some", "apart": 5, "n": 60}]


def test_a_question_that_only_the_earlier_codebook_knows_has_its_words():
    waves = two_waves(wave(), wave().without("size"))
    now = codebook()
    lacking = type(now)(now.variables.drop("size"), now.levels)
    assert questions_left(waves, lacking, now, language="en")["question"].tolist() == ["Size"]


def test_nothing_is_said_without_an_earlier_wave_and_none_where_all_are_alike():
    nothing = two_waves(None, wave())
    tables = [answered_units(nothing, least=5), left_counts(nothing), questions_left(nothing, codebook(), None, language="en")]
    assert all(table.empty for table in tables)
    assert left_counts(two_waves(wave(), wave()))["found"].tolist() == ["none"]
