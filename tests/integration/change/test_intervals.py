"""One rule for paired, unpaired and overlapping samples: published values at its ends, invariants between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.change.intervals import share_change, together
from helpers.integration.change.overlap import UNLIMITED, Populations
from helpers.integration.change.paired import paired_correlation
from helpers.quantitative.intervals import wilson_interval

# Newcombe (1998), Stat Med 17:873-890, table II, method 10; printed to four decimals.
UNPAIRED = [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 20, 0.6791, 1.0000), (0, 10, 0, 20, -0.1611, 0.2775)]
# Fagerland, Lydersen and Laake (2014), Stat Med 33:2850-2875: Bentur et al. (2009) and Cavo et al. (2012), Newcombe's square-and-add
# interval; four decimals for the latter as their package contingencytables asserts them.
PAIRED = [((1, 1, 7, 12), -0.507, -0.026, 5e-4), ((59, 6, 16, 80), -0.1186, -0.0046, 5e-5)]


def interval(before, now, *, correlation=0.0, populations=UNLIMITED, level=0.95):
    return [float(part) for part in share_change(before, now, correlation=correlation, populations=populations, level=level)]


@pytest.mark.parametrize(("now", "n_now", "before", "n_before", "low", "high"), UNPAIRED)
def test_without_overlap_it_is_newcombes_interval_for_independent_shares(now, n_now, before, n_before, low, high):
    assert interval((before, n_before), (now, n_now))[:2] == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(("cells", "low", "high", "digits"), PAIRED)
def test_with_the_same_units_it_is_newcombes_interval_for_paired_shares(cells, low, high, digits):
    both, first, second, neither = cells
    n = sum(cells)
    found = interval((both + second, n), (both + first, n), correlation=paired_correlation(both, first, second, neither))
    assert found[:2] == pytest.approx([low, high], abs=digits)


counts = st.integers(2, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
# Of fewer than the root of its population a corrected sample counts as one unit less: there the correction is not yet a gain.
larger = st.integers(10, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
correlations = st.floats(-0.9, 0.95)


@settings(max_examples=60, deadline=None)
@given(counts, counts, correlations)
def test_looking_back_and_asking_for_no_instead_of_yes_mirror_the_change(before, now, r):
    populations = Populations(70, 80, 65)
    low, high, p_value = interval(before, now, correlation=r, populations=populations)
    back = interval(now, before, correlation=r, populations=Populations(80, 70, 65))
    opposite = interval((before[1] - before[0], before[1]), (now[1] - now[0], now[1]), correlation=r, populations=populations)
    assert back == pytest.approx([-high, -low, p_value], abs=1e-9)
    assert opposite == pytest.approx([-high, -low, p_value], abs=1e-9)
    assert low - 1e-9 <= now[0] / now[1] - before[0] / before[1] <= high + 1e-9


@settings(max_examples=60, deadline=None)
@given(counts, counts, correlations, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_the_p_value_belongs_to_the_interval(before, now, r, level):
    populations = Populations(70, 80)
    p_value = interval(before, now, correlation=r, populations=populations)[2]
    low, high, _ = interval(before, now, correlation=r, populations=populations, level=level)
    if abs(p_value - (1 - level)) > 1e-6:
        assert (low > 0 or high < 0) == (p_value < 1 - level)


@settings(max_examples=40, deadline=None)
@given(larger, larger)
def test_a_finite_population_and_answers_that_go_along_make_it_shorter(before, now):
    def width(**options):
        low, high, _ = interval(before, now, **options)
        return high - low

    assert width(populations=Populations(70, 80, 0)) <= width() + 1e-12
    assert width(correlation=0.6) <= width() + 1e-12


def test_the_limits_of_a_wave_are_wilsons_with_finite_population():
    """Against a census, the change is uncertain by the sample alone."""
    populations = Populations(118, 40)
    low, high, _ = interval((21, 50), (10, 40), populations=populations)
    assert (0.25 - high, 0.25 - low) == pytest.approx(wilson_interval(21, 50, 118))


def test_two_censuses_leave_nothing_open():
    assert interval((20, 80), (30, 90), populations=Populations(80, 90, 70)) == pytest.approx([1 / 3 - 1 / 4] * 2 + [0.0])
    assert interval((20, 80), (20, 80), populations=Populations(80, 80, 80)) == [0.0, 0.0, 1.0]


def test_rows_are_worked_out_side_by_side():
    low, high, p_value = share_change(([5, 48], [40, 80]), ([9, 56], [50, 70]), correlation=[0.3, 0.0], populations=UNLIMITED)
    assert [low[1], high[1]] == pytest.approx([0.0524, 0.3339], abs=5e-5)
    assert [low[0], high[0], p_value[0]] == pytest.approx(interval((5, 40), (9, 50), correlation=0.3))


@pytest.mark.parametrize(("before", "now"), [((0, 0), (1, 4)), ((3, 2), (1, 4)), ((1, 4), (1, 30)), ((-1, 4), (1, 4))])
def test_impossible_counts_are_refused(before, now):
    with pytest.raises(ValueError, match="each wave needs an answer"):
        interval(before, now, populations=Populations(20, 20))


def test_together_is_the_error_of_a_difference():
    rng = np.random.default_rng(4)
    x = rng.standard_normal(200_000)
    y = 2 * (0.7 * x + np.sqrt(1 - 0.49) * rng.standard_normal(200_000))
    assert float(together(1.0, 2.0, 0.7)) == pytest.approx((y - x).std(), rel=0.01)
