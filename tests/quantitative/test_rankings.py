from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative import rankings
from helpers.quantitative.multiplicity import holm
from helpers.quantitative.rankings import cochran_test, option_differences, rank_intervals
from reference.expected import expected, numbered, reference_data

# Benjamini and Hochberg (1995), JRSS B 57:289-300, the 15 p-values of their example.
BENJAMINI_HOCHBERG = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def drug_responses() -> pd.DataFrame:
    return pd.read_csv(reference_data("drugs_cochran.csv")).astype(bool).set_axis(["A", "B", "C"], axis=1)


def simulated_ticks(true_shares, cases, seed) -> pd.DataFrame:
    drawn = np.random.default_rng(seed).random((cases, len(true_shares))) < np.asarray(true_shares)
    return pd.DataFrame(drawn, columns=[f"option_{place}" for place in range(len(true_shares))])


def test_mcnemar_matches_the_reference_for_every_pair():
    drugs = drug_responses()
    p_values = [option_differences(drugs[list(pair)])["p_value"].item() for pair in ("AB", "AC", "BC")]
    assert numbered("mcnemar.drugs.exact", p_values) == expected("mcnemar.drugs.exact")
    assert numbered("mcnemar.drugs.holm", holm(p_values)) == expected("mcnemar.drugs.holm")


def test_cochran_matches_sas():
    # SAS/STAT User's Guide, PROC FREQ, "Cochran's Q Test", data of Agresti (2002): Q = 8.4706, 2 degrees of freedom, p = 0.0145.
    row = cochran_test(drug_responses()).iloc[0]
    assert (row["statistic"], row["dof"], row["p_value"], row["n"]) == (pytest.approx(8.4706, abs=5e-5), 2, pytest.approx(0.0145, abs=5e-5), 46)


def test_cochran_of_two_options_is_mcnemar_without_correction():
    drugs = drug_responses()
    p_values = [cochran_test(drugs[list(pair)])["p_value"].item() for pair in ("AB", "AC", "BC")]
    assert numbered("mcnemar.drugs.p", p_values) == expected("mcnemar.drugs.p")


def test_holm_matches_the_reference():
    assert numbered("bh95.holm", holm(BENJAMINI_HOCHBERG)) == expected("bh95.holm")


def test_holm_keeps_order_and_missing_tests():
    shuffled = [0.04, np.nan, 0.01, 0.03]
    assert holm(shuffled) == pytest.approx([0.06, np.nan, 0.03, 0.06], nan_ok=True)
    assert holm([]).tolist() == [] and holm([np.nan]).tolist() == pytest.approx([np.nan], nan_ok=True)
    with pytest.raises(ValueError, match="1 of 2 p-values lie outside"):
        holm([0.5, 1.2])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_only_raises_p_values_and_keeps_their_order(p_values):
    adjusted = holm(p_values)
    assert (adjusted >= p_values).all() and (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p_values, kind="stable")]) >= 0).all()


def test_neighbours_of_the_ranking_are_compared_from_the_top():
    ticks = pd.DataFrame({"asia": [True] * 3 + [False] * 9, "europe": [True] * 10 + [False] * 2, "africa": [True] * 6 + [False] * 6})
    table = option_differences(ticks)
    assert list(table) == ["option", "other", "share_difference", "n", "p_value", "p_holm"]
    assert table[["option", "other"]].to_numpy().tolist() == [["europe", "africa"], ["africa", "asia"]]
    assert table["share_difference"].tolist() == pytest.approx([4 / 12, 3 / 12])
    # All discordant cases point one way: the exact p-value is 2 / 2^discordant.
    assert table["p_value"].tolist() == pytest.approx([2 / 2**4, 2 / 2**3])
    assert table["p_holm"].tolist() == pytest.approx([0.25, 0.25])


def test_pairs_use_the_cases_asked_for_both():
    ticks = pd.DataFrame({"europe": [True] * 6 + [None], "asia": [None, False, False, False, True, True, False]}, dtype="boolean")
    row = option_differences(ticks).iloc[0]
    assert (row["n"], row["share_difference"], row["p_value"]) == (5, pytest.approx(3 / 5), pytest.approx(0.25))
    assert cochran_test(ticks)["n"].item() == 5


def test_sets_without_differences_or_cases_give_nan_without_a_warning(recwarn):
    same = pd.DataFrame({"europe": [True, False], "asia": [True, False]})
    silent = pd.DataFrame({"europe": [None, None], "asia": [None, None]}, dtype="boolean")
    for ticks in (same, silent, same[["europe"]]):
        assert cochran_test(ticks)[["statistic", "p_value"]].isna().all(axis=None)
    assert option_differences(same)["p_value"].tolist() == [1.0]
    assert option_differences(silent)["p_value"].isna().all()
    assert option_differences(same[["europe"]]).empty
    table = rank_intervals(silent, resamples=20, seed=1)
    assert table[["rank", "rank_low", "rank_high", "first"]].isna().all(axis=None)
    assert not recwarn.list


def test_rank_table_says_rank_interval_and_chance_of_being_first():
    ticks = simulated_ticks([0.9, 0.1, 0.5], cases=60, seed=3)
    table = rank_intervals(ticks, resamples=2000, seed=11)
    assert list(table) == ["option", "count", "n", "share", "rank", "rank_low", "rank_high", "first"]
    assert table["rank"].tolist() == table["rank_low"].tolist() == table["rank_high"].tolist() == [1, 3, 2]
    assert table["first"].tolist() == [1.0, 0.0, 0.0]
    assert {str(table[name].dtype) for name in ("rank", "rank_low", "rank_high")} == {"Int64"}


def test_probability_of_being_first_is_the_posterior_s_own():
    # Ticks that exclude each other: the weights of the two groups are Gamma(18) and Gamma(12), so P(first larger) = P(Beta(18, 12) > 1/2).
    ticks = pd.DataFrame({"europe": [True] * 18 + [False] * 22, "asia": [False] * 18 + [True] * 12 + [False] * 10})
    exact, resamples = stats.beta.sf(0.5, 18, 12), 20_000
    first = rank_intervals(ticks, resamples=resamples, seed=5)["first"].to_numpy()
    assert first == pytest.approx([exact, 1 - exact], abs=4 * np.sqrt(exact * (1 - exact) / resamples))


def test_ties_share_the_better_rank_in_data_and_draws():
    ticks = pd.DataFrame({"europe": [True, True, False], "asia": [True, True, False], "africa": [False, False, True]})
    table = rank_intervals(ticks, resamples=500, seed=1)
    assert table["rank"].tolist() == [1, 1, 3]
    assert table["first"][0] == table["first"][1] and table["first"][0] + table["first"][2] == pytest.approx(1)


def test_an_option_nobody_was_asked_has_no_rank():
    ticks = pd.DataFrame({"europe": [True, False, True], "asia": [None] * 3, "africa": [False] * 3}, dtype="boolean")
    table = rank_intervals(ticks, resamples=50, seed=1)
    assert table["rank"].isna().tolist() == [False, True, False] and table["rank"].dropna().tolist() == [1, 2]


def test_rank_intervals_recover_the_true_ranks():
    true_shares, held, width = np.array([0.75, 0.6, 0.5, 0.35, 0.2, 0.1]), [], []
    for seed in range(120):
        table = rank_intervals(simulated_ticks(true_shares, 55, seed), resamples=300, seed=seed)
        held.append((table["rank_low"] <= np.arange(1, 7)) & (np.arange(1, 7) <= table["rank_high"]))
        width.append(table["rank_high"] - table["rank_low"])
    # 720 intervals at a level of .95; ranks are whole numbers, so they hold more often than that, never much less.
    assert np.mean(held) >= 0.95
    # Neighbours .1 to .15 apart can change places at 55 cases, options further apart cannot: about one rank of leeway, of five possible.
    assert 0.5 < np.mean(width) < 1.5


def test_level_widens_and_cases_narrow_the_ranks():
    ticks = simulated_ticks([0.55, 0.5, 0.45, 0.4], cases=40, seed=2)
    widths = [rank_intervals(ticks, resamples=1000, seed=1, level=level).eval("rank_high - rank_low").sum() for level in (0.5, 0.8, 0.99)]
    assert widths == sorted(widths) and widths[0] < widths[-1]
    many = rank_intervals(pd.concat([ticks] * 50, ignore_index=True), resamples=1000, seed=1)
    assert many.eval("rank_high - rank_low").sum() < widths[-1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(4)))
def test_the_order_of_options_does_not_matter_and_the_seed_repeats(seed, order):
    ticks = simulated_ticks([0.6, 0.5, 0.5, 0.2], cases=30, seed=seed)
    table = rank_intervals(ticks, resamples=60, seed=seed).set_index("option")
    turned = rank_intervals(ticks.iloc[:, order], resamples=60, seed=seed).set_index("option")
    pd.testing.assert_frame_equal(turned.loc[table.index], table)
    assert (table["rank_low"] <= table["rank_high"]).all()


def test_draws_in_blocks_are_the_same_draws(monkeypatch):
    ticks = simulated_ticks([0.6, 0.5, 0.4], cases=30, seed=1)
    whole = rank_intervals(ticks, resamples=100, seed=1)
    monkeypatch.setattr("helpers.quantitative.rankings.BLOCK", 7 * 30)
    pd.testing.assert_frame_equal(rank_intervals(ticks, resamples=100, seed=1), whole)


def test_settings_are_checked():
    ticks = simulated_ticks([0.5, 0.5], cases=5, seed=1)
    with pytest.raises(ValueError, match="whole number of at least 1"):
        rank_intervals(ticks, resamples=0, seed=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        rank_intervals(ticks, resamples=10, seed=1, level=95)


def test_many_cases_are_drawn_by_the_way_in_which_they_ticked(monkeypatch):
    """The same posterior as case by case, whatever the order of the options; who was not asked for an option is a way of its own."""
    rng = np.random.default_rng(1)
    ticks = pd.DataFrame({"fairs": rng.random(400) < 0.5, "visits": rng.random(400) < 0.45, "offices": rng.random(400) < 0.2}).astype("boolean")
    ticks.loc[:99, "visits"] = pd.NA
    alone = rank_intervals(ticks, resamples=4_000, seed=1)
    monkeypatch.setattr(rankings, "MANY", 100)
    together = rank_intervals(ticks, resamples=4_000, seed=2)
    np.testing.assert_allclose(together["first"], alone["first"], atol=0.04)
    pd.testing.assert_frame_equal(together.drop(columns="first"), alone.drop(columns="first"))
    turned = rank_intervals(ticks[["offices", "visits", "fairs"]], resamples=4_000, seed=2)
    pd.testing.assert_frame_equal(turned[::-1].reset_index(drop=True), together)
