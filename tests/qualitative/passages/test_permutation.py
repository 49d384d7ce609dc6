from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.qualitative.passages.permutation import expected_joint, joint_counts, joint_p_values


def drawn(strata, seed, rate=0.4):
    return np.random.default_rng(seed).random((len(strata), 2)) < rate


def by_enumeration(present, strata):
    """Joint counts of two codes over all permutations of the second within the strata."""
    counts = np.zeros(1, dtype=int)
    for stratum in np.unique(strata):
        first, second = present[strata == stratum].T
        counts = np.add.outer(counts, [int(sum(first & np.array(order))) for order in permutations(second)]).ravel()
    return counts


def two_sided(counts, present):
    observed, mean = (present[:, 0] & present[:, 1]).sum(), counts.mean()
    return (np.abs(counts - mean) >= abs(observed - mean) - 1e-9).mean()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 2)), min_size=2, max_size=7))
def test_mean_variance_and_p_value_are_those_over_all_permutations(units):
    present, strata = np.array([unit[:2] for unit in units]), np.unique([unit[2] for unit in units], return_inverse=True)[1]
    counts = by_enumeration(present, strata)
    mean, variance = expected_joint(present, strata)
    assert (mean[0, 1], variance[0, 1]) == pytest.approx((counts.mean(), counts.var()))
    p_values = joint_p_values(present, strata)
    assert p_values[0, 1] == pytest.approx(two_sided(counts, present) if counts.var() else np.nan, nan_ok=True)
    assert p_values[1, 0] == pytest.approx(p_values[0, 1], nan_ok=True) and np.isnan(p_values.diagonal()).all()


@pytest.mark.parametrize("strata", [np.zeros(40, dtype=int), np.random.default_rng(21).permutation(np.repeat([0, 1], [14, 26]))])
def test_p_values_are_those_of_drawn_permutations_too(strata):
    rng = np.random.default_rng(21)
    present = rng.random((40, 2)) < np.where(strata == 0, 0.7, 0.15)[:, None]
    # Sorting random keys plus the stratum shuffles the units of every stratum among themselves.
    ordered = present[np.argsort(strata, kind="stable")]
    keys = rng.random((8000, 40)) + np.sort(strata)
    counts = (ordered[:, 0] & ordered[:, 1][keys.argsort(axis=1)]).sum(axis=1)
    mean = expected_joint(present, strata)[0][0, 1]
    observed = abs((present[:, 0] & present[:, 1]).sum() - mean)
    assert joint_p_values(present, strata)[0, 1] == pytest.approx((np.abs(counts - mean) >= observed - 1e-9).mean(), abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_without_strata_and_with_equal_halves_it_is_fishers_test(seed):
    # With half of the units carrying the first code the distribution is symmetric, and every definition of two-sided is the same.
    present = np.column_stack([np.arange(20) % 2 == 0, np.random.default_rng(seed).random(20) < 0.4])
    table = [[int(((present[:, 0] == a) & (present[:, 1] == b)).sum()) for b in (True, False)] for a in (True, False)]
    assert joint_p_values(present, np.zeros(20, dtype=int))[0, 1] == pytest.approx(stats.fisher_exact(table).pvalue)


def test_many_pairs_are_worked_out_each_by_itself():
    strata = np.repeat([0, 1, 2], [9, 1, 14])
    present = np.random.default_rng(3).random((24, 6)) < 0.4
    whole = joint_p_values(present, strata)
    for first, second in [(0, 1), (2, 5), (3, 4)]:
        assert whole[first, second] == pytest.approx(joint_p_values(present[:, [first, second]], strata)[0, 1])


def test_what_cannot_vary_has_no_p_value():
    constant = np.array([[True, True], [True, False], [True, False]])
    assert np.isnan(joint_p_values(constant, [0, 0, 0])).all()
    # Each code varies, but never within the same interview.
    apart = np.array([[True, True], [False, True], [False, False], [False, True]])
    assert np.isnan(joint_p_values(apart, [0, 0, 1, 1])).all()
    assert joint_p_values(np.zeros((3, 0), dtype=bool), [0, 0, 0]).shape == (0, 0)


def test_joint_counts():
    assert joint_counts(np.array([[True, True, False], [True, False, False]])).tolist() == [[2, 1, 0], [1, 1, 0], [0, 0, 0]]
