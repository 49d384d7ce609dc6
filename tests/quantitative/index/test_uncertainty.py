from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.index.sobol import sobol_indices, uniform_points
from helpers.quantitative.index.uncertainty import index_uncertainty
from helpers.quantitative.indices import index_scores
from reference.expected import expected


# ------------------------------------------------------------------------------------------------------------------- Sobol indices
def ishigami(uniform: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * uniform - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sobol_indices_match_ishigami(seed):
    table = sobol_indices(ishigami, {"x1": 1, "x2": 1, "x3": 1}, draws=2**14, seed=seed)
    computed = {f"sobol.ishigami.S{place + 1}": value for place, value in enumerate(table["first_order"])}
    computed |= {f"sobol.ishigami.ST{place + 1}": value for place, value in enumerate(table["total"])}
    assert computed == expected("sobol.ishigami")


def test_an_input_of_several_columns_counts_as_one():
    table = sobol_indices(ishigami, {"first and second": 2, "third": 1}, draws=2**14, seed=1).set_index("input")
    # Closed form: what the pair explains alone is all that the third does not take part in.
    third = expected("sobol.ishigami.ST3")["sobol.ishigami.ST3"].expected
    assert table.loc["first and second", ["first_order", "total"]].tolist() == pytest.approx([1 - third, 1], abs=0.01)
    assert table.loc["third", ["first_order", "total"]].tolist() == pytest.approx([0, third], abs=0.01)


def test_several_outputs_count_by_their_variance_and_blocks_change_nothing():
    def two(uniform):
        return np.column_stack([3 * uniform[:, 0], 1e6 + uniform[:, 1]])

    table = sobol_indices(two, {"a": 1, "b": 1, "idle": 1}, draws=4096, seed=1)
    assert table["first_order"].tolist() == pytest.approx([0.9, 0.1, 0], abs=0.01)
    assert table["total"].tolist() == pytest.approx([0.9, 0.1, 0], abs=0.01)
    pd.testing.assert_frame_equal(sobol_indices(two, {"a": 1, "b": 1, "idle": 1}, draws=4096, seed=1, block=100), table)


def test_a_result_that_never_varies_has_no_drivers(recwarn):
    table = sobol_indices(lambda uniform: np.full(len(uniform), 7.0), {"a": 1}, draws=64, seed=1)
    assert table[["first_order", "total"]].isna().all(axis=None)
    assert uniform_points(2, draws=1, seed=1).shape == (1, 2) and uniform_points(2, draws=100, seed=1).shape == (100, 2)
    with pytest.raises(ValueError, match="whole number"):
        sobol_indices(ishigami, {"x": 3}, draws=0, seed=1)
    assert not recwarn.list


# ------------------------------------------------------------------------------------------------------------- index uncertainty
NAMES = ["countries", "projects", "effort", "contact"]
ITEMS = pd.DataFrame({"variable": NAMES, "low": [0, 0, 0, 1], "high": [15, 8, 0.3, 5], "weight": [2, 1, 1, 1]})
LEVELS = pd.CategoricalDtype(["A1", "A2", "A3", "A4", "A5"], ordered=True)


def survey(n: int = 40, seed: int = 1, missing: float = 0.1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, 4))
    share = stats.norm.cdf(size / 1.3)
    contact = pd.Categorical.from_codes(np.minimum((share[:, 3] * 5).astype(int), 4), dtype=LEVELS)
    table = pd.DataFrame({"countries": np.round(15 * share[:, 0]), "projects": np.round(9 * share[:, 1]), "effort": 0.3 * share[:, 2]})
    return table.assign(contact=contact).set_axis([f"CI-{place}" for place in range(n)]).mask(rng.random((n, 4)) < missing)


@pytest.fixture(scope="module")
def found():
    return index_uncertainty(survey(), ITEMS, draws=512, seed=1, population=118)


def test_every_unit_has_its_declared_score_within_what_the_choices_leave_open(found):
    scores = index_scores(survey(), ITEMS)
    units = found.unit_intervals
    assert (found.n_used, found.n_dropped) == (scores.notna().sum(), scores.isna().sum())
    pd.testing.assert_series_equal(units["score"], scores.dropna(), check_names=False)
    assert units["rank"].tolist() == stats.rankdata(-scores.dropna().round(9)).tolist()
    assert (units["low"] <= units["high"]).all() and (units["rank_low"] <= units["rank_high"]).all()
    assert units[["rank_low", "rank_high"]].stack().between(1, found.n_used).all()
    assert found.scores.shape == (found.n_used, 512) and ((found.scores >= 0) & (found.scores <= 100)).all()
    inside = (units["rank_low"] <= units["rank"]) & (units["rank"] <= units["rank_high"])
    assert inside.mean() > 0.9


def test_what_is_printed_of_the_result_names_no_unit(found):
    assert "CI-" not in repr(found) and "unit_intervals" not in repr(found)


def test_the_mean_moves_with_the_choices_and_more_so_with_sampling(found):
    table = found.mean_interval.set_index("source")
    assert list(table) == ["n", "mean", "low", "high"] and list(table.index) == ["choices", "choices_and_sampling"]
    assert table.loc["choices", "mean"] == pytest.approx(found.unit_intervals["score"].mean())
    widths = table["high"] - table["low"]
    assert 0 < widths["choices"] < widths["choices_and_sampling"]
    alone = index_uncertainty(survey(), ITEMS, draws=512, seed=1)
    assert alone.mean_interval["source"].tolist() == ["choices"]
    census = index_uncertainty(survey(), ITEMS, draws=512, seed=1, population=found.n_used).mean_interval
    assert census["low"].nunique() == census["high"].nunique() == 1


def test_ranks_and_z_scores_do_not_pull_the_level_towards_fifty():
    low = survey(missing=0).assign(countries=lambda table: table["countries"] / 5, projects=0.5, effort=0.02)
    wide = index_uncertainty(low, ITEMS, draws=512, seed=1)
    assert wide.mean_interval["high"].item() < 40
    assert wide.scores.mean() > 1.5 * wide.mean_interval["high"].item()


def test_without_a_choice_nothing_is_open():
    only = {"normalisations": ["goalposts"], "aggregations": ["arithmetic"]}
    fixed = index_uncertainty(survey(missing=0), ITEMS, draws=256, seed=1, concentration=1e9, **only)
    assert fixed.unit_intervals["low"].tolist() == pytest.approx(fixed.unit_intervals["score"].tolist(), abs=0.02)
    assert fixed.unit_intervals["high"].tolist() == pytest.approx(fixed.unit_intervals["score"].tolist(), abs=0.02)
    assert fixed.pairs_ordered > 0.98 and fixed.rank_shift < 0.1


def test_every_choice_by_itself_is_the_only_driver():
    whole, gappy = survey(missing=0), survey()
    still = {"normalisations": ["goalposts"], "aggregations": ["arithmetic"], "concentration": 1e12}
    # Not quite the only one: mid-ranks often add up alike, and the least change of the weights breaks such ties.
    cases = {
        "normalisation": (whole, still | {"normalisations": ["goalposts", "rank", "z"]}),
        "aggregation": (whole, still | {"aggregations": ["arithmetic", "geometric"]}),
        "weights": (whole, still | {"concentration": 30}),
        "imputation": (gappy, still),
    }
    for name, (answers, options) in cases.items():
        drivers = index_uncertainty(answers, ITEMS, draws=512, seed=1, **options).drivers
        ranks = drivers[drivers["of"] == "rank"].set_index("input")
        assert list(ranks.index) == ["normalisation", "aggregation", "imputation", "weights"]
        assert ranks.loc[name, ["first_order", "total"]].tolist() == pytest.approx([1, 1], abs=0.1), name
        assert ranks["total"].drop(name).max() < 0.1
        assert "normalisation" not in set(drivers.loc[drivers["of"] == "score", "input"])


def test_drivers_are_shares(found):
    assert (found.drivers["first_order"].between(0, 1) & (found.drivers["first_order"] <= found.drivers["total"])).all()
    sums = found.drivers.groupby("of")[["first_order", "total"]].sum()
    assert (sums["first_order"] < 1.06).all() and (sums["total"] > 0.94).all()


def test_weights_are_drawn_around_the_declared_ones():
    # One item answered 100 and the others 0: the score is the weight of that item.
    items = pd.DataFrame({"variable": list("abcdef"), "low": 0, "high": 1, "weight": 1})
    answers = pd.DataFrame(np.eye(6), columns=list("abcdef"))
    found = index_uncertainty(answers, items, draws=4096, seed=1, normalisations=["goalposts"], aggregations=["arithmetic"])
    assert found.scores.mean(axis=1) == pytest.approx(np.full(6, 100 / 6), abs=0.2)
    low, high = stats.beta.ppf([0.025, 0.975], 5, 25)
    assert found.unit_intervals["low"].tolist() == pytest.approx([100 * low] * 6, abs=0.3)
    assert found.unit_intervals["high"].tolist() == pytest.approx([100 * high] * 6, abs=0.5)
    assert found.scores.sum(axis=0) == pytest.approx(np.full(4096, 100))
    skewed = index_uncertainty(
        answers, items, draws=4096, seed=1, weights=[0, 1, 1, 1, 1, 4], normalisations=["goalposts"], aggregations=["arithmetic"]
    )
    assert skewed.scores.mean(axis=1) == pytest.approx([0, 12.5, 12.5, 12.5, 12.5, 50], abs=0.2)


def test_a_pair_is_ordered_where_the_same_unit_leads_in_enough_draws():
    found = index_uncertainty(survey(12), ITEMS, draws=128, seed=1)
    ahead = [(found.scores[one] > found.scores[two]).mean() for one in range(found.n_used) for two in range(found.n_used) if one != two]
    pairs = found.n_used * (found.n_used - 1) / 2
    assert found.pairs_ordered == pytest.approx(sum(share >= 0.9 for share in ahead) / pairs)
    assert index_uncertainty(survey(12), ITEMS, draws=128, seed=1, certainty=1).pairs_ordered <= found.pairs_ordered
    clones = pd.concat([survey(1, missing=0)] * 4, ignore_index=True)
    assert index_uncertainty(clones, ITEMS, draws=64, seed=1).pairs_ordered == 0


def test_the_same_points_in_another_order_tie_under_equal_weights():
    items = pd.DataFrame({"variable": list("abcde"), "low": 0, "high": 1, "weight": 1})
    points = np.array([0.13, 0.27, 0.31, 0.77, 0.91])
    answers = pd.DataFrame([np.random.default_rng(seed).permutation(points) for seed in range(20)], columns=list("abcde"))
    assert index_scores(answers, items).nunique() > 1  # they differ in the last digit
    assert index_uncertainty(answers, items, draws=64, seed=1).unit_intervals["rank"].tolist() == [10.5] * 20


def test_one_that_leads_in_every_item_leads_in_every_draw():
    answers = survey(20, missing=0)
    answers.iloc[0] = [15, 8, 0.3, "A5"]
    answers.iloc[1] = [0, 0, 0.0, "A1"]
    units = index_uncertainty(answers, ITEMS, draws=256, seed=1).unit_intervals
    assert units["rank_high"].iloc[0] <= 2 and units["rank_low"].iloc[1] >= 19


def test_the_same_seed_repeats_and_blocks_change_nothing(found, monkeypatch):
    monkeypatch.setattr("helpers.quantitative.index.choices.BLOCK", 5000)
    monkeypatch.setattr("helpers.quantitative.index.uncertainty.BLOCK", 5000)
    again = index_uncertainty(survey(), ITEMS, draws=512, seed=1, population=118)
    np.testing.assert_array_equal(again.scores, found.scores)
    pd.testing.assert_frame_equal(again.drivers, found.drivers)
    assert again.pairs_ordered == found.pairs_ordered
    other = index_uncertainty(survey(), ITEMS, draws=512, seed=2, population=118)
    assert not np.array_equal(other.scores, found.scores)
    assert other.pairs_ordered == pytest.approx(found.pairs_ordered, abs=0.05)


def test_items_that_never_vary_are_no_obstacle_and_silent_ones_are_named(recwarn):
    answers = survey().assign(projects=pd.Series([3.0, None] * 20, index=survey().index))
    assert index_uncertainty(answers, ITEMS, draws=64, seed=1).n_used > 30
    with pytest.raises(ValueError, match="projects has no answer at all"):
        index_uncertainty(answers.assign(projects=np.nan), ITEMS, draws=64, seed=1)
    assert not recwarn.list


def test_options_that_make_no_sense_are_refused():
    answers = survey(12, missing=0)
    for options, message in [
        ({"normalisations": ["rank"]}, "must include 'goalposts'"),
        ({"normalisations": ["goalposts", "log"]}, "'log' is unknown"),
        ({"aggregations": []}, "at least one aggregation"),
        ({"aggregations": ["harmonic"]}, "'harmonic' is unknown"),
        ({"certainty": 0.5}, "above 0.5"),
        ({"concentration": 0}, "at least 1"),
        ({"imputations": 0}, "whole number"),
        ({"draws": 0}, "whole number"),
        ({"level": 1}, "between 0 and 1"),
        ({"population": 5}, "12 scores exceed the population of 5"),
    ]:
        with pytest.raises(ValueError, match=message):
            index_uncertainty(answers, ITEMS, **({"draws": 32, "seed": 1} | options))
    with pytest.raises(ValueError, match="1 of 12 respondents have a score"):
        index_uncertainty(answers[:1].reindex(answers.index), ITEMS, draws=32, seed=1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 25), st.randoms(use_true_random=False))
def test_the_order_of_respondents_and_the_units_of_an_item_do_not_matter(seed, n, random):
    answers = survey(n, seed, missing=0)
    before = answers.copy(deep=True)
    order = random.sample(range(n), n)
    found = index_uncertainty(answers, ITEMS, draws=64, seed=seed)
    turned = index_uncertainty(
        answers.iloc[order].assign(effort=lambda table: table["effort"] * 100), ITEMS.assign(high=[15, 8, 30, 5]), draws=64, seed=seed
    )
    pd.testing.assert_frame_equal(turned.unit_intervals.loc[found.unit_intervals.index], found.unit_intervals, rtol=1e-6)
    assert turned.pairs_ordered == pytest.approx(found.pairs_ordered)
    assert 0 <= found.pairs_ordered <= 1
    pd.testing.assert_frame_equal(answers, before)
