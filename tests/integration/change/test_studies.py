"""What two waves of a study have in common, and what they have not."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.integration.change.overlap import Populations
from helpers.integration.change.studies import comparable_claims, two_waves
from integration.change.made import wave


def test_two_waves_hold_the_questions_that_were_put_alike():
    waves = two_waves(wave(), wave(first=20, ended=2026))
    assert list(waves.now) == ["plan", "size", "aim_a", "aim_b", "aim_c", "view_x", "unit"]
    assert list(waves.scores_before) == ["level", "unit"]
    assert waves.apart.empty
    assert waves.ended == 2024
    assert waves.sets == {"aims": ["aim_a", "aim_b", "aim_c"], "views": ["view_x"]}
    assert waves.before["unit"].iloc[0] == "u0" and waves.now["unit"].iloc[0] == "u20"


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_question_put_in_other_words_is_apart_in_whichever_language(language):
    waves = two_waves(wave().reworded("plan", language), wave())
    assert waves.apart.to_dict("records") == [{"question": "plan", "reason": "wording", "n": 60}]
    assert "plan" not in waves.before and "plan" not in waves.now


def test_a_set_put_in_other_words_takes_its_options_with_it():
    waves = two_waves(wave().reworded("aims"), wave())
    assert waves.apart["question"].tolist() == ["aim_a", "aim_b", "aim_c"]
    assert "aims" not in waves.sets


def test_what_was_asked_once_is_apart_with_those_who_answered():
    before = wave().without("view_x")
    before.responses.loc[:4, "size"] = None
    table = two_waves(before, wave().without("size")).apart.set_index("question")
    assert table["reason"].to_dict() == {"size": "only_before", "view_x": "only_now"}
    assert table["n"].to_dict() == {"size": 55, "view_x": 60}


def test_an_index_is_compared_only_where_all_its_items_are_alike():
    waves = two_waves(wave().reworded("staff"), wave())
    assert list(waves.scores_now) == ["unit"]
    assert "staff" in waves.apart["question"].tolist()


def test_lists_of_units_tell_the_populations_else_their_numbers():
    assert two_waves(wave(listed=range(112)), wave(first=20, listed=range(8, 126))).populations == Populations(112, 118, 104)
    assert two_waves(wave(listed=range(112)), wave(first=20)).populations == Populations(120, 120, None)


def test_without_an_earlier_wave_there_is_nothing_to_compare():
    waves = two_waves(None, wave())
    assert waves.before.empty and waves.now.empty and waves.apart.empty
    assert waves.ended is None


def test_the_stricter_study_says_how_small_a_number_may_be():
    strict = replace(wave(), min_cell=10)
    assert [two_waves(*both).least for both in ((strict, wave()), (wave(), strict), (None, strict), (wave(), wave()))] == [10, 10, 10, 5]


def kept(before, now):
    return comparable_claims(before, now, two_waves(before, now))["id"].tolist()


def test_statements_on_answers_are_compared():
    assert kept(wave(), wave()) == ["C1", "C2", "C3", "C4"]


@pytest.mark.parametrize(
    ("name", "left"), [("plan", ["C2", "C3", "C4"]), ("aim_c", ["C1", "C3", "C4"]), ("view_x", ["C1", "C2", "C4"]), ("size", ["C1", "C2", "C3"])]
)
def test_a_statement_on_a_question_that_is_apart_is_not(name, left):
    """A further option to tick changes the test of all others."""
    assert kept(wave().reworded(name), wave()) == left


def test_a_statement_of_which_one_part_is_apart_is_not_compared():
    now = wave()
    both = pd.concat([now.claims.iloc[[0]], now.claims.iloc[[2]].assign(id="C1", part=2)], ignore_index=True)
    now = replace(now, claims=both)
    assert kept(wave(), now) == ["C1", "C1"]
    assert kept(wave().reworded("view_x"), now) == []
