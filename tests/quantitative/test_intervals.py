from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.intervals import clopper_pearson_interval, hypergeometric_interval, wilson_interval
from reference.expected import expected, numbered

# Newcombe (1998), Statistics in Medicine 17:857-872, Table I: method 3 (Wilson) and method 5 (Clopper-Pearson), four decimals.
NEWCOMBE_WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)]
NEWCOMBE_EXACT = [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0000, 0.1684), (1, 29, 0.0009, 0.1776)]


@pytest.mark.parametrize("yes, asked, low, high", NEWCOMBE_WILSON)
def test_wilson_matches_newcombe(yes, asked, low, high):
    assert wilson_interval(yes, asked) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("yes, asked, low, high", NEWCOMBE_EXACT)
def test_clopper_pearson_matches_newcombe(yes, asked, low, high):
    assert clopper_pearson_interval(yes, asked) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("yes, asked", [(81, 263), (1, 29)])
def test_reference_intervals_without_a_population(yes, asked):
    name = f"{yes}_{asked}"
    wilson, exact = wilson_interval(yes, asked), clopper_pearson_interval(yes, asked)
    assert numbered(f"prop.{name}.wilson", wilson) == expected(f"prop.{name}.wilson")
    assert numbered(f"prop.{name}.cp", exact) == expected(f"prop.{name}.cp")
    assert {f"newcombe.{name}.wilson.lo": wilson[0], f"newcombe.{name}.wilson.hi": wilson[1]} == expected(f"newcombe.{name}.wilson")


@pytest.mark.parametrize("yes", [30, 5])
def test_reference_intervals_of_a_finite_population(yes):
    assert numbered(f"fpc.{yes}_60_100.exact", hypergeometric_interval(yes, 60, 100)) == expected(f"fpc.{yes}_60_100.exact")


def test_wilson_corrects_by_the_variance_of_a_sample_without_replacement():
    # An end of a score interval solves (p - end)^2 = z^2 end (1 - end) / n_eff; that n_eff must give the design-based standard error.
    share, z = 24 / 60, stats.norm.ppf(0.975)
    for end in wilson_interval(24, 60, 100):
        effective = z**2 * end * (1 - end) / (share - end) ** 2
        assert numbered("svy.srs.prop", [share, np.sqrt(share * (1 - share) / effective)]) == expected("svy.srs.prop")


def coverage(interval, sample: int, population: int) -> np.ndarray:
    """Probability that the interval holds the true share, for every true count, by enumerating all samples."""
    counts, truth = np.arange(sample + 1), np.arange(population + 1)
    low, high = interval(counts, sample, population)
    probability = stats.hypergeom.pmf(counts[:, None], population, truth, sample)
    holds = (low[:, None] <= truth / population + 1e-12) & (truth / population <= high[:, None] + 1e-12)
    return (probability * holds).sum(axis=0)


@pytest.mark.parametrize("sample, population", [(50, 118), (31, 118), (70, 118), (60, 100), (3, 7)])
def test_exact_interval_covers_every_true_share(sample, population):
    assert coverage(hypergeometric_interval, sample, population).min() >= 0.95


def test_exact_coverage_at_the_study_s_size_is_not_wasteful():
    # METHODS: .954 at worst for n=60 of N=100. An interval one unit too wide on each side would lie above .98 throughout.
    assert coverage(hypergeometric_interval, 60, 100).min() == pytest.approx(0.954, abs=5e-4)


def test_wilson_coverage_has_the_floor_that_small_shares_set():
    covered = coverage(wilson_interval, 50, 118)
    # At 6 of 118 it fails where none of the six is sampled (upper end 5.1 of 118) and where five or six are (lower end above 6 of 118).
    floor = stats.hypergeom.cdf(4, 118, 6, 50) - stats.hypergeom.pmf(0, 118, 6, 50)
    assert covered.min() == pytest.approx(floor, abs=1e-12) == pytest.approx(0.9182, abs=5e-5)
    assert covered.argmin() == 6
    # On average over all shares it keeps its level, which is why it may stand in figures.
    assert covered.mean() >= 0.95


def test_tail_inversion_against_plain_enumeration():
    truth = np.arange(23)
    for count in range(9):
        kept = truth[(stats.hypergeom.sf(count - 1, 22, truth, 8) > 0.025) & (stats.hypergeom.cdf(count, 22, truth, 8) > 0.025)]
        assert hypergeometric_interval(count, 8, 22) == (kept[0] / 22, kept[-1] / 22)


def test_a_tie_with_the_tail_is_rejected_on_both_sides():
    # One of 20 sampled: with one "yes" in the population the chance of finding it is exactly the tail of .05.
    assert hypergeometric_interval(1, 1, 20, level=0.9) == (0.1, 1.0)
    assert hypergeometric_interval(0, 1, 20, level=0.9) == (0.0, 0.9)


@st.composite
def cells(draw):
    population = draw(st.integers(1, 400))
    sample = draw(st.integers(1, population))
    return draw(st.integers(0, sample)), sample, population


LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])


@settings(max_examples=150, deadline=None)
@given(cells(), LEVELS)
def test_intervals_hold_the_share_and_mirror_when_yes_and_no_are_swapped(cell, level):
    count, sample, population = cell
    # The share of the sample need not be one that the population can have; the exact interval then ends within one unit of it.
    unit = 1 / population
    for interval, margin in (
        (lambda x: hypergeometric_interval(x, sample, population, level=level), unit),
        (lambda x: wilson_interval(x, sample, population, level=level), 1e-12),
        (lambda x: wilson_interval(x, sample, level=level), 1e-12),
        (lambda x: clopper_pearson_interval(x, sample, level=level), 1e-12),
    ):
        low, high = interval(count)
        assert 0 <= low <= count / sample + margin and count / sample - margin <= high <= 1
        assert interval(sample - count) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.integers(0, 200), LEVELS)
def test_intervals_rise_with_the_count(sample, others, level):
    counts = np.arange(sample + 1)
    for low, high in (
        hypergeometric_interval(counts, sample, sample + others, level=level),
        wilson_interval(counts, sample, sample + others, level=level),
        clopper_pearson_interval(counts, sample, level=level),
    ):
        assert (np.diff(low) >= 0).all() and (np.diff(high) >= 0).all()


@settings(max_examples=80, deadline=None)
@given(cells())
def test_the_exact_interval_stays_among_the_shares_that_are_possible(cell):
    count, sample, population = cell
    low, high = hypergeometric_interval(count, sample, population)
    assert count / population <= low and high <= (population - sample + count) / population
    assert (low * population) == pytest.approx(round(low * population)) and (high * population) == pytest.approx(round(high * population))


def test_a_higher_level_is_wider_and_a_huge_population_is_the_binomial_one():
    narrow, wide = hypergeometric_interval(20, 50, 118, level=0.8), hypergeometric_interval(20, 50, 118, level=0.99)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert hypergeometric_interval(20, 50, 10**7) == pytest.approx(clopper_pearson_interval(20, 50), abs=1e-5)
    assert wilson_interval(20, 51, 10**9) == pytest.approx(wilson_interval(20, 51), abs=3e-3)


@pytest.mark.parametrize("interval", [hypergeometric_interval, wilson_interval])
def test_a_census_gives_the_share_itself_and_an_empty_sample_nothing(interval):
    assert interval(47, 118, 118) == (47 / 118, 47 / 118)
    assert interval(1, 1, 1) == (1.0, 1.0)
    assert interval(0, 0, 118) == (0.0, 1.0)
    assert interval(1, 1, 118)[0] < 0.03


def test_without_answers_nothing_is_known():
    assert wilson_interval(0, 0) == (0.0, 1.0) == clopper_pearson_interval(0, 0)


def test_arrays_broadcast_and_scalars_stay_floats():
    low, high = hypergeometric_interval(pd.Series([5, 30]), 60, 100)
    assert isinstance(low, np.ndarray) and low.tolist() == [0.05, 0.42] and high.tolist() == [0.14, 0.58]
    low, _ = wilson_interval([[1], [2]], [10, 20], 30)
    assert low.shape == (2, 2)
    assert all(type(bound) is float for bound in (*hypergeometric_interval(1, 2, 3), *wilson_interval(1, 2), *clopper_pearson_interval(1, 2)))
    assert [bound.tolist() for bound in hypergeometric_interval([], [], [])] == [[], []]


@pytest.mark.parametrize(
    "count, sample, population, level, message",
    [
        (11, 10, 20, 0.95, "outside their sample"),
        (-1, 10, 20, 0.95, "outside their sample"),
        (5, 30, 20, 0.95, "exceed their population"),
        (0, 0, 0, 0.95, "at least 1"),
        (1.5, 10, 20, 0.95, "whole numbers"),
        (np.nan, 10, 20, 0.95, "whole numbers"),
        (1, 10, np.inf, 0.95, "whole numbers"),
        (1, 10, 20, 1.0, "between 0 and 1"),
        (1, 10, 20, 95, "between 0 and 1"),
    ],
)
def test_impossible_input_is_refused_with_what_is_allowed(count, sample, population, level, message):
    for interval in (hypergeometric_interval, wilson_interval):
        with pytest.raises(ValueError, match=message):
            interval(count, sample, population, level=level)
    if "population" not in message and "at least 1" not in message and np.isfinite(population):
        with pytest.raises(ValueError, match=message):
            clopper_pearson_interval(count, sample, level=level)
