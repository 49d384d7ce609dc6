"""The covariance of two estimates of waves that share units, against simulation."""

import numpy as np
import pytest

from helpers.integration.change.overlap import UNLIMITED, Populations, estimate_correlation, open_part


def test_simulated_errors_are_correlated_as_told():
    """Fixed populations of 60 and 64 units, 56 the same; 28 and 30 answer, 20 of them twice."""
    rng, draws, common, panel = np.random.default_rng(11), 40_000, 56, 20
    values = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=common)
    first, second = np.r_[values[:, 0], rng.standard_normal(4)], np.r_[values[:, 1], rng.standard_normal(8)]
    order = rng.random((draws, common)).argsort(axis=1)
    # Of the other 8 and 10 answers some come from stayers that answered once, some from units of one wave, as chance has it.
    alone_before = np.concatenate([order[:, panel : panel + 18], np.broadcast_to(np.arange(common, 60), (draws, 4))], axis=1)
    alone_now = np.concatenate([order[:, panel + 18 :], np.broadcast_to(np.arange(common, 64), (draws, 8))], axis=1)
    before = np.concatenate([order[:, :panel], rng.permuted(alone_before, axis=1)[:, :8]], axis=1)
    now = np.concatenate([order[:, :panel], rng.permuted(alone_now, axis=1)[:, :10]], axis=1)
    found = np.corrcoef(first[before].mean(axis=1), second[now].mean(axis=1))[0, 1]
    rho = np.corrcoef(values.T)[0, 1]
    assert float(estimate_correlation(rho, panel, 28, 30, Populations(60, 64, common))) == pytest.approx(found, abs=0.06)


def test_the_same_population_drawn_twice_by_chance_shows_no_correlation():
    """Independent samples of 30 of 60 units overlap in 15 on average: then the overlap tells nothing."""
    assert float(estimate_correlation(0.8, 15, 30, 30, Populations(60, 60, 60))) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("panel", "populations", "expected"),
    [
        (50, UNLIMITED, 0.7),  # all paired
        (50, Populations(118, 118, 118), 0.7),
        (0, UNLIMITED, 0.0),
        (25, UNLIMITED, 0.35),
        (0, Populations(100, 100, 100), -0.7),  # each half of the population answers one of the waves
        (0, Populations(100, 100, 0), 0.0),
        (50, Populations(50, 118, 50), 0.0),  # a census has no error
    ],
)
def test_known_cases(panel, populations, expected):
    assert float(estimate_correlation(0.7, panel, 50, 50, populations)) == pytest.approx(expected, abs=1e-12)


def test_an_unknown_overlap_of_the_populations_is_taken_as_the_largest_possible():
    assert Populations(112, 118).shared == Populations(112, 118, 112).shared == pytest.approx(1 / 118)
    assert Populations(112, None, 100).shared == 0.0
    assert float(estimate_correlation(0.8, 30, 50, 50, Populations(112, 118))) < float(
        estimate_correlation(0.8, 30, 50, 50, Populations(112, 118, 90))
    )


def test_stayers_are_a_population_of_their_own():
    assert Populations(112, 118, 104).stayers == Populations(104, 104, 104)
    assert Populations(112, 118).stayers == Populations(112, 118, 0).stayers == UNLIMITED


def test_open_part():
    assert open_part([50, 118], 118).tolist() == pytest.approx([1 / 50 - 1 / 118, 0.0])
    assert open_part(50, None) == pytest.approx(0.02)


@pytest.mark.parametrize("numbers", [(0, 10, None), (10, 10, 11), (10, 10, -1), (None, 10, 11)])
def test_impossible_populations_are_refused(numbers):
    with pytest.raises(ValueError, match="each population has at least 1 unit"):
        Populations(*numbers)
