"""How the ranking of options changed between two waves: by hand where it can be counted out, by simulation where it is chance."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.integration.change.rankings import leading_options, rank_changes, shown_ranks, surest_move
from helpers.integration.change.shares import cells_by_wave
from helpers.integration.change.studies import two_waves
from helpers.integration.change.summaries import share_changes, shown_changes
from helpers.quantitative.rankings import rank_intervals
from helpers.reporting.disclosure import suppress
from integration.change.made import CLAIMS, codebook, wave

APART = {"aim_a": 50, "aim_b": 30, "aim_c": 10}
TURNED = {"aim_a": 10, "aim_b": 30, "aim_c": 50}


def two_sided(a, b, c=10, **more):
    """A wave in which those who tick the first aim come first and those who tick the second last, so that neither holds the other."""
    made = wave(**more)
    ticks = {"aim_a": np.arange(60) < a, "aim_b": np.arange(60) >= 60 - b, "aim_c": np.arange(60) % (60 // c) == 0}
    return replace(made, responses=made.responses.assign(**ticks))


def ranked(before, now, *, k=5, resamples=1000):
    waves = two_waves(before, now)
    changes = share_changes(waves, CLAIMS)
    shown = shown_changes(changes, suppress(cells_by_wave(changes), k=k), codebook(), language="en")
    return rank_changes(waves, resamples=resamples, seed=1), shown


def test_an_option_that_overtook_the_others_has_moved():
    changes, shown = ranked(wave(aims=APART), wave(aims=TURNED, first=20))
    table = shown_ranks(changes, shown).set_index("option")
    assert table.index.tolist() == ["Aim c", "Aim b", "Aim a"]
    assert table["direction"].to_dict() == {"Aim c": "ahead", "Aim b": "same", "Aim a": "behind"}
    assert table["rank_before"].to_dict() == {"Aim c": 3, "Aim b": 2, "Aim a": 1}
    assert (table["rank_now"] == 4 - table["rank_before"]).all()
    assert table["question"].unique().tolist() == ["Which aims?"] and table["n"].eq(60).all()
    (move,) = surest_move(table.reset_index()).to_dict("records")
    assert (move["found"], move["moved"], move["compared"]) == ("several", 2, 3)


def test_ranks_are_those_that_one_wave_alone_has():
    now = wave(aims={"aim_a": 33, "aim_b": 30, "aim_c": 12}, first=20)
    changes, _ = ranked(wave(aims=APART), now)
    alone = rank_intervals(now.responses[["aim_a", "aim_b", "aim_c"]], resamples=1000, seed=1)
    pairs = {"rank": "rank_now", "rank_low": "rank_now_low", "rank_high": "rank_now_high", "first": "first_now", "share": "share_now"}
    for single, compared in pairs.items():
        assert changes[compared].tolist() == alone[single].tolist()


def test_the_p_value_is_the_tail_of_the_change_of_rank():
    """Reference: the shares of each wave drawn anew with Dirichlet weights."""
    before, now = two_sided(36, 26), two_sided(26, 36, first=20)
    changes, _ = ranked(before, now, resamples=8000)
    rng = np.random.default_rng(5)

    def ranks(made):
        ticks = made.responses[["aim_a", "aim_b", "aim_c"]].to_numpy(dtype=float)
        return stats.rankdata(-np.round(rng.dirichlet(np.ones(60), size=20_000) @ ticks, 12), method="min", axis=1)

    moved = ranks(now) - ranks(before)
    tails = np.minimum((moved >= 0).mean(axis=0), (moved <= 0).mean(axis=0))
    assert changes["p_value"].to_numpy() == pytest.approx(np.minimum(1, 2 * tails), abs=0.03)
    assert 0.2 < changes["p_value"].iloc[0] < 0.5


def test_all_options_of_all_sets_are_one_family():
    changes, _ = ranked(two_sided(48, 20), two_sided(20, 48, first=20))
    smallest = changes["p_value"].idxmin()
    assert changes["p_holm"][smallest] == pytest.approx(3 * changes["p_value"][smallest]) and changes["p_value"][smallest] < 0.05


def test_chance_alone_moves_an_option_in_few_samples():
    """Two waves of a hundred units each with the same shares, three of five alike; half of the units answer both times."""
    rng, moved = np.random.default_rng(3), 0
    shares = np.array([0.6, 0.5, 0.5, 0.5, 0.2])
    for _ in range(60):
        first = rng.random((100, 5)) < shares
        second = np.vstack([first[:50], rng.random((50, 5)) < shares])
        tables = [pd.DataFrame(ticks, columns=[f"o{place}" for place in range(5)]) for ticks in (first, second)]
        waves, units = two_waves(None, wave()), [f"u{place}" for place in range(100)]
        made = {"before": tables[0].assign(unit=units), "now": tables[1].assign(unit=units[:50] + [f"n{place}" for place in range(50)])}
        waves = replace(waves, **made, sets={"set": list(tables[0])})
        moved += bool(rank_changes(waves, resamples=400, seed=1)["direction"].ne("same").any())
    assert moved <= 6  # .05 of 60, and twice as many at worst


@pytest.mark.parametrize(
    ("before", "now", "found", "option", "other"),
    [
        ((50, 30), (50, 30), "same", "Aim a", "Aim a"),
        ((50, 30), (32, 30), "close", "Aim a", "Aim a"),
        ((52, 15), (15, 52), "moved", "Aim b", "Aim a"),
        ((31, 30), (30, 31), "other", "Aim b", "Aim a"),
        ((30, 30), (30, 31), "close", "Aim b", "Aim b"),  # of equals, that which leads now
    ],
)
def test_who_leads_then_and_now(before, now, found, option, other):
    (row,) = leading_options(*ranked(two_sided(*before), two_sided(*now, first=20))).to_dict("records")
    assert (row["found"], row["option"], row["other"], row["question"]) == (found, option, other, "Which aims?")
    counts = {"Aim a": 0, "Aim b": 1}
    assert row["share_now"] == pytest.approx(now[counts[option]] / 60) and row["share_before"] == pytest.approx(before[counts[other]] / 60)


def test_what_either_wave_hides_has_no_rank_and_does_not_lead():
    nearly_all = {"aim_a": 58, "aim_b": 30, "aim_c": 12}
    for before, now in ((nearly_all, APART), (APART, nearly_all)):
        changes, shown = ranked(wave(aims=before), wave(aims=now, first=20))
        table = shown_ranks(changes, shown)
        assert table["option"].tolist() == ["Aim b", "Aim c"] and table["rank_now"].tolist() == [2, 3]
        assert leading_options(changes, shown).empty


def test_options_offered_once_are_not_ranked_and_a_battery_is_none():
    changes, _ = ranked(wave(aims=APART), wave(aims=TURNED, first=20).without("aim_c"))
    assert changes["option"].tolist() == ["aim_a", "aim_b"] and changes["rank_now"].tolist() == [2, 1]
    assert ranked(wave().reworded("aims"), wave())[0].empty


def test_without_an_earlier_wave_nothing_is_ranked():
    changes, shown = ranked(None, wave())
    assert changes.empty and shown_ranks(changes, shown).empty
    assert surest_move(shown_ranks(changes, shown)).empty and leading_options(changes, shown).empty
