"""The tables on change that a report shows."""

import pandas as pd
import pytest

from helpers.integration.change.shares import cells_by_wave
from helpers.integration.change.studies import two_waves
from helpers.integration.change.summaries import beyond_chance, how_many, index_changes, share_changes, shown_changes, stated_changes, surest_change
from helpers.reporting.disclosure import suppress
from integration.change.made import CLAIMS, codebook, wave


def shown(before, now, *, k=5, language="en", stated=CLAIMS):
    changes = share_changes(two_waves(before, now), stated)
    return shown_changes(changes, suppress(cells_by_wave(changes), k=k), codebook(), language=language)


def test_changes_stand_in_words_with_both_waves():
    table = shown(wave(), wave(plan=(50, 10), first=20), language="de")
    row = table.loc[[("plan", "yes")]].iloc[0]
    assert (row["question"], row["option"], row["direction"]) == ("Gibt es einen Plan?", "yes (de)", "risen")
    assert (row["n_before"], row["n"]) == (60, 60)
    assert (row["share_before"], row["share_now"]) == pytest.approx((1 / 2, 5 / 6))
    assert row["change"] == pytest.approx(1 / 3)
    assert 0 < row["change_low"] < row["change"] < row["change_high"]
    words = table["question"].str.cat(table["option"], sep="|").tolist()
    assert "Welche Ziele?|Ziel a" in words and "Ansichten|Ansicht X: low (de)" in words and "Größe|small (de)" in words


def test_of_two_answers_that_exclude_each_other_one_is_shown():
    table = shown(wave(), wave(first=20))
    assert table.index.tolist().count(("plan", "yes")) == 1
    assert ("plan", "no") not in table.index
    assert sum(place[0] == "size" for place in table.index) == 3


def test_only_all_units_together_are_shown():
    """Numbers of those who answered twice, beside those of all, would tell of the others."""
    table = shown(wave(), wave(first=20))
    assert table["n"].eq(60).all() and table["n_before"].eq(60).all()
    assert not table.index.duplicated().any()
    assert "units" not in table


def test_directions_follow_holm_and_the_sign():
    """The change of 'large' has a p-value of its own below .05 and is one of seven tests of its family."""
    fallen = shown(wave(plan=(50, 10)), wave(first=20))
    assert fallen.loc[[("plan", "yes")], "direction"].tolist() == ["fallen"]
    small = shown(wave(size=(20, 20, 20)), wave(size=(24, 23, 13), first=20), stated=CLAIMS.iloc[:0])
    row = small.loc[[("size", "large")]].iloc[0]
    assert row["change_high"] < 0 and row["p_holm"] > 0.05
    assert row["direction"] == "same"


@pytest.mark.parametrize(("yes", "direction"), [(39, "same"), (40, "risen")])
def test_a_change_counts_from_five_in_a_hundred(yes, direction):
    """Holm's p-values are .078 and .037."""
    table = shown(wave(), wave(plan=(yes, 60 - yes), first=20))
    assert table.loc[[("plan", "yes")], "direction"].tolist() == [direction]


def test_a_share_that_is_hidden_in_either_wave_has_no_change():
    few = {"aim_b": 3}
    for before, now in ((wave(aims=few), wave()), (wave(), wave(aims=few))):
        places = shown(before, now).index.tolist()
        assert ("aim_b", "") not in places and ("aim_a", "") in places
    partner = shown(wave(size=(3, 20, 37)), wave()).index.tolist()
    assert ("size", "small") not in partner and ("size", "middle") not in partner and ("size", "large") in partner


def families(stated):
    table = share_changes(two_waves(wave(), wave(plan=(38, 22), size=(28, 16, 16), first=20)), stated)
    return table[table["units"].eq("all")].set_index(["question", "answer"])


def test_the_questions_of_the_headline_statements_are_a_family_of_their_own():
    apart, together = families(CLAIMS), families(CLAIMS.iloc[:0])
    # Tests of the first family: plan (its two answers are one test) and three aims; of the second: three sizes and three views.
    plan, size = ("plan", "yes"), ("size", "small")
    assert apart.loc[plan, "p_holm"] == pytest.approx(min(1, 4 * apart.loc[plan, "p_value"]))
    assert apart.loc[size, "p_holm"] == pytest.approx(min(1, 6 * apart.loc[size, "p_value"]))
    assert together.loc[plan, "p_holm"] > apart.loc[plan, "p_holm"]


def test_an_item_that_is_stated_takes_its_battery_into_the_first_family():
    item = CLAIMS.iloc[[0]].assign(question="view_x", answer="high")
    table = families(item)
    assert table.loc[("size", "small"), "p_holm"] == pytest.approx(min(1, 7 * table.loc[("size", "small"), "p_value"]))


def test_the_figure_shows_what_the_headlines_name_and_what_changed():
    table = shown(wave(), wave(size=(45, 10, 5), aims={"aim_a": 20, "aim_b": 25}, first=20))
    stated = stated_changes(table, CLAIMS)
    assert stated.index.tolist() == [("plan", "yes"), ("size", "small"), ("size", "middle"), ("size", "large"), ("aim_b", ""), ("aim_a", "")]
    for _, rows in stated.groupby("question", sort=False):
        assert rows["share_now"].is_monotonic_decreasing
    assert stated["question"].drop_duplicates().tolist() == ["Is there a plan?", "Size", "Which aims?"]


def test_the_surest_change_leads_and_all_are_counted():
    some = surest_change(shown(wave(), wave(plan=(58, 2), size=(45, 10, 5), first=20), k=1), ended=2024).iloc[0]
    assert (some["option"], some["found"], some["ended"]) == ("yes", "several", 2024)
    one = shown(wave(), wave(plan=(52, 8), first=20))
    assert surest_change(one, ended=2024)[["found", "changed", "compared"]].to_numpy().tolist() == [["one", 1, len(one)]]
    none = shown(wave(), wave(first=20))
    assert surest_change(none, ended=2024)["found"].tolist() == ["none"]
    assert [(beyond_chance(table), how_many(table)) for table in (none, one)] == [(0, "none"), (1, "one")]


def test_indices_are_about_all_units_and_need_enough_answers():
    waves = two_waves(wave(staff=5), wave(staff=7, first=20))
    (row,) = index_changes(waves, least=5).to_dict("records")
    assert (row["question"], row["direction"], row["mean_before"], row["mean_now"]) == ("level", "risen", 50, 70)
    assert row["points_difference"] == 20 and row["points_low"] < 20 < row["points_high"]
    assert index_changes(waves, least=61).empty
    few = wave(staff=5)
    few.responses.loc[4:, "staff"] = None
    assert index_changes(two_waves(few, wave(first=20)), least=5).empty
    assert index_changes(two_waves(wave(first=20), few), least=5).empty


def test_tables_are_empty_without_an_earlier_wave():
    nothing = two_waves(None, wave())
    table = shown(None, wave())
    found = [table, stated_changes(table, CLAIMS), surest_change(table, ended=None), index_changes(nothing, least=5)]
    assert all(isinstance(one, pd.DataFrame) and one.empty for one in found)
    assert how_many(table) == "none"
