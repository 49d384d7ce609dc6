from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.index.finite_mean import mean_interval
from helpers.quantitative.index.summaries import agreement_of_indices, index_summary, portfolio, portfolio_fields
from helpers.quantitative.intervals import clopper_pearson_interval, hypergeometric_interval

SHAPES = {
    "normal": lambda rng, units: np.clip(rng.normal(45, 18, units), 0, 100),
    "right_skewed": lambda rng, units: 100 * rng.beta(1, 3, units),
    "left_skewed": lambda rng, units: 100 - 100 * rng.beta(0.7, 5, units),
    "six_ratings": lambda rng, units: 25 * rng.integers(0, 5, (units, 6)).mean(axis=1),
    "two_camps": lambda rng, units: 100 * rng.beta(0.5, 0.5, units),
}


def coverage(shape: str, sample: int, population: int, replicates: int) -> float:
    rng, held = np.random.default_rng(5), 0
    for replicate in range(replicates):
        units = SHAPES[shape](rng, population)
        low, high = mean_interval(rng.choice(units, sample, replace=False), population, resamples=300, seed=replicate)
        held += low <= units.mean() <= high
    return held / replicates


@pytest.mark.slow
@pytest.mark.parametrize("sample, population", [(50, 118), (8, 20), (8, 30), (12, 25), (15, 30)])
def test_the_interval_of_the_mean_covers_as_it_says(sample, population):
    covered = {shape: coverage(shape, sample, population, 600) for shape in SHAPES}
    camps = covered.pop("two_camps")
    # Within .93 to .97, give or take one Monte Carlo standard error (.009) of a single shape; scores in two camps may be on the careful side.
    assert all(0.921 <= share <= 0.979 for share in covered.values()), covered
    assert 0.93 <= np.mean(list(covered.values())) <= 0.97, covered
    assert 0.93 <= camps <= 0.985


@pytest.mark.slow
def test_the_t_interval_would_not_do():
    rng, held = np.random.default_rng(5), []
    for _ in range(2000):
        units = SHAPES["left_skewed"](rng, 30)
        sample = rng.choice(units, 8, replace=False)
        reach = stats.t.ppf(0.975, 7) * sample.std(ddof=1) * np.sqrt((1 - 8 / 30) / 8)
        held.append(abs(sample.mean() - units.mean()) <= reach)
    assert np.mean(held) < 0.925


def test_the_interval_shrinks_with_the_share_asked_and_a_census_has_none():
    values = np.array([20, 35, 40, 30, 55, 25, 45, 38.0])
    widths = [np.diff(mean_interval(values, units, resamples=2000, seed=1))[0] for units in (8, 9, 12, 20, 60, None)]
    assert widths[0] == 0 and np.all(np.diff(widths) > 0)
    # Normal enough for the t interval to be a yardstick.
    reach = stats.t.ppf(0.975, 7) * values.std(ddof=1) * np.sqrt(1 / 8)
    assert mean_interval(values, None, resamples=20_000, seed=1) == pytest.approx((36 - reach, 36 + reach), abs=2)


def test_where_the_spread_is_unknown_the_silent_decide():
    assert mean_interval([40.0], 4, resamples=9, seed=1) == (10.0, 85.0)
    assert mean_interval([40.0, 40.0], None, resamples=9, seed=1) == (0.0, 100.0)
    assert mean_interval([], 4, resamples=9, seed=1) == (0.0, 100.0)
    assert mean_interval([40.0, 60.0], 2, resamples=9, seed=1) == (50.0, 50.0)
    assert mean_interval([5.0], 2, resamples=9, seed=1, scale=(1, 5)) == (3.0, 5.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 100), max_size=12), st.integers(0, 30), st.integers(0, 5))
def test_the_interval_holds_the_mean_lies_within_what_is_possible_and_mirrors(values, silent, seed):
    units = max(1, len(values) + silent)
    low, high = mean_interval(values, units, resamples=60, seed=seed)
    total = sum(values)
    assert total / units - 1e-9 <= low <= high <= (total + 100 * (units - len(values))) / units + 1e-9
    if values:
        assert low - 1e-9 <= np.mean(values) <= high + 1e-9
    mirrored = mean_interval(100 - np.array(values, dtype=float), units, resamples=60, seed=seed)
    assert mirrored == pytest.approx((100 - high, 100 - low))


@pytest.fixture
def scores():
    rng = np.random.default_rng(2)
    return pd.Series(np.append(rng.uniform(0, 100, 48), [np.nan, np.nan]), index=pd.RangeIndex(100, 150))


@pytest.fixture
def sector(scores):
    return pd.Series(pd.Categorical(["b"] * 20 + ["a"] * 20 + [None] * 4 + ["b"] * 6, categories=["b", "a", "none"]), index=scores.index)


def test_the_summary_has_one_row_per_group_and_none_per_unit(scores, sector):
    table = index_summary(scores, sector, population=118, resamples=200, seed=1)
    assert list(table) == ["group", "n", "mean", "median", "quartile_low", "quartile_high", "low", "high"]
    assert table["group"].tolist() == ["b", "a", "none"] and table["n"].tolist() == [24, 20, 0]
    inside = scores[sector == "a"]
    row = table.iloc[1]
    assert row[["mean", "median", "quartile_low", "quartile_high"]].tolist() == pytest.approx([inside.mean(), *inside.quantile([0.5, 0.25, 0.75])])
    assert table.iloc[2, 2:6].isna().all()
    assert table.iloc[2, 6:].tolist() == [0, 100]
    everyone = index_summary(scores, population=118, resamples=200, seed=1)
    assert everyone[["group", "n"]].to_numpy().tolist() == [["all", 48]]
    assert everyone["mean"].item() == pytest.approx(scores.mean())


def test_a_group_takes_its_population_as_given_or_in_proportion(scores, sector):
    inside = scores[sector == "a"].dropna()
    proportion = index_summary(scores, sector, population=118, resamples=200, seed=1).iloc[1]
    assert (proportion["low"], proportion["high"]) == mean_interval(inside, round(20 * 118 / 48), resamples=200, seed=1)
    for given_units in ({"a": 22, "b": 60, "none": 3}, pd.Series({"b": 60, "a": 22, "none": 0}), {"b": 60, "a": 22}):
        row = index_summary(scores, sector, population=given_units, resamples=200, seed=1, level=0.9).iloc[1]
        assert (row["low"], row["high"]) == mean_interval(inside, 22, resamples=200, seed=1, level=0.9)
        nobody = index_summary(scores, sector, population=given_units, resamples=9, seed=1).iloc[2]
        assert nobody["n"] == 0 and np.isnan(nobody["mean"]) and (nobody["low"], nobody["high"]) == (0, 100)
    unlimited = index_summary(scores, sector, population=None, resamples=200, seed=1).iloc[1]
    assert (unlimited["low"], unlimited["high"]) == mean_interval(inside, None, resamples=200, seed=1)


def test_spearman_is_scipys_and_its_interval_repeats(scores):
    second = (scores / 20).round() * 20 + pd.Series(np.random.default_rng(4).integers(0, 3, 50) * 20, index=scores.index)
    row = agreement_of_indices(scores, second, resamples=500, seed=3).iloc[0]
    assert row["n"] == 48
    assert row["correlation"] == pytest.approx(stats.spearmanr(scores, second, nan_policy="omit").statistic, abs=1e-12)
    pd.testing.assert_frame_equal(agreement_of_indices(second, scores, resamples=500, seed=3), row.to_frame().T.astype({"n": int}))
    # One resample, ranked by hand.
    pair = np.stack([scores.dropna(), second.dropna()])
    drawn = np.repeat(np.arange(48), np.random.default_rng(3).multinomial(48, np.full(48, 1 / 48), size=1)[0])
    alone = agreement_of_indices(scores, second, resamples=1, seed=3).iloc[0]
    assert alone["low"] == alone["high"] == pytest.approx(stats.spearmanr(*pair[:, drawn]).statistic)


@pytest.mark.slow
@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_the_interval_of_the_agreement_covers(rho):
    rng, held, truth = np.random.default_rng(5), [], 6 / np.pi * np.arcsin(rho / 2)
    for seed in range(500):
        x, noise = rng.normal(size=(2, 50))
        y = rho * x + np.sqrt(1 - rho**2) * noise
        row = agreement_of_indices(pd.Series(x), pd.Series(y), resamples=400, seed=seed).iloc[0]
        held.append(row["low"] <= truth <= row["high"])
    assert 0.93 <= np.mean(held) <= 0.975


def test_agreement_without_spread_or_with_two_units_is_unknown(recwarn):
    for first, second in (([1.0, 2, 3], [5.0, 5, 5]), ([1.0, 2], [2.0, 1]), ([], []), ([np.nan] * 3, [1.0, 2, 3])):
        row = agreement_of_indices(pd.Series(first, dtype=float), pd.Series(second, dtype=float), resamples=9, seed=1).iloc[0]
        assert row[["correlation", "low", "high"]].isna().all()
    assert not recwarn.list


def test_the_portfolio_counts_its_four_fields(scores):
    first, second = pd.Series([10, 60, 50, 49.9, None, 80, 20]), pd.Series([50, 20, 90, 0, 10, 70.0, 99])
    table = portfolio(first, second, population=12)
    assert list(table) == ["field", "count", "n", "share", "low", "high"]
    assert table["field"].tolist() == ["low_low", "low_high", "high_low", "high_high"] and table["count"].tolist() == [1, 2, 1, 2]
    assert (table["n"] == 6).all() and table["share"].tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3])
    assert (table["low"].iloc[3], table["high"].iloc[3]) == hypergeometric_interval(2, 6, 12)
    assert portfolio(first, second)["high"].iloc[3] == clopper_pearson_interval(2, 6)[1]
    assert portfolio(first, second, cut=75)["count"].tolist() == [3, 2, 1, 0]
    assert portfolio_fields(first, second).isna().tolist() == [False] * 4 + [True, False, False]
    assert portfolio(first * np.nan, second)["share"].isna().all()


def test_input_that_does_not_fit_is_refused(scores, sector):
    with pytest.raises(ValueError, match=r"different respondents \(50 and 49 rows\)"):
        index_summary(scores, sector.iloc[1:], population=118, resamples=9, seed=1)
    with pytest.raises(ValueError, match="1 of 50 scores lie outside"):
        index_summary(scores.mask(scores.index == 100, 101), population=118, resamples=9, seed=1)
    with pytest.raises(ValueError, match="48 scores exceed the population of 40"):
        index_summary(scores, sector, population=40, resamples=9, seed=1)
    with pytest.raises(ValueError, match="groups a have no population"):
        index_summary(scores, sector, population={"b": 60}, resamples=9, seed=1)
    with pytest.raises(ValueError, match="20 values exceed the population of 19"):
        index_summary(scores, sector, population={"b": 60, "a": 19, "none": 2}, resamples=9, seed=1)
    with pytest.raises(ValueError, match="neither categorical nor boolean"):
        index_summary(scores, scores, population=118, resamples=9, seed=1)
    with pytest.raises(ValueError, match="whole number"):
        index_summary(scores, population=118, resamples=0, seed=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        index_summary(scores, population=118, resamples=9, seed=1, level=95)
    with pytest.raises(ValueError, match="1 of 2 values are missing"):
        mean_interval([1, np.nan], 4, resamples=9, seed=1)
    with pytest.raises(ValueError, match="different respondents"):
        agreement_of_indices(scores, scores.iloc[1:], resamples=9, seed=1)
    with pytest.raises(ValueError, match="different respondents"):
        portfolio(scores, scores.iloc[1:])
