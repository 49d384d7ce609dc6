"""Do two codes come up together more often than chance has it? The permutation test over all permutations, without drawing any.

The places of every code are permuted, its frequency kept, within strata if there are any. Of two codes only the joint count then varies:
hypergeometrically within a stratum, so its distribution over all permutations can be worked out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats


def joint_counts(present: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Units that carry both of two codes, codes x codes; `present` is units x codes.

    Examples
    --------
    >>> joint_counts(np.array([[True, True], [True, False]])).tolist()
    [[2, 1], [1, 1]]
    """
    whole = present.astype(np.int64)
    return whole.T @ whole


def expected_joint(present: NDArray[np.bool_], strata: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and variance of the joint counts over all permutations of the places of every code within the strata.

    Parameters
    ----------
    present : array of bool, shape (n_units, n_codes)
        Which unit carries which code.
    strata : array of int, shape (n_units,)
        The stratum of each unit, numbered from 0.

    Returns
    -------
    tuple of arrays, each of shape (n_codes, n_codes)
        Sums over strata of the hypergeometric mean a b / N and variance a (N - a) b (N - b) / (N^2 (N - 1)), where a and b of the N units
        carry the codes. Where the variance is 0 the joint count cannot vary, and there is nothing to test.

    Examples
    --------
    >>> mean, variance = expected_joint(np.array([[True, True], [True, False], [False, True], [False, False]]), [0, 0, 0, 0])
    >>> float(mean[0, 1]), round(float(variance[0, 1]), 3)
    (1.0, 0.333)
    """
    carried, size = _by_stratum(present, strata)
    spread = carried * (size - carried)
    return carried.T @ (carried / np.maximum(size, 1)), spread.T @ (spread / np.maximum(size**2 * (size - 1), 1))


def joint_p_values(present: NDArray[np.bool_], strata: ArrayLike) -> NDArray[np.float64]:
    """Two-sided p-values of all joint counts.

    Parameters
    ----------
    present, strata
        As in `expected_joint`.

    Returns
    -------
    array, shape (n_codes, n_codes)
        Share of all permutations whose joint count lies at least as far from its mean as the one observed; nan where it cannot vary, and on
        the diagonal.

    References
    ----------
    Within one stratum the distribution is that of Fisher's exact test; over strata it is the convolution, as in the exact version of the
    test of Mantel and Haenszel (Agresti 2002, "Categorical Data Analysis", section 6.3.5).

    Examples
    --------
    >>> together = np.repeat([[True, True], [False, False]], 4, axis=0)
    >>> joint_p_values(together, [0] * 8)[0, 1].round(4)
    np.float64(0.0286)
    """
    mean, variance = expected_joint(present, strata)
    first, second = np.triu_indices(len(mean), k=1)
    distribution = _distribution(present, strata, first, second)
    distance = np.abs(np.arange(distribution.shape[1]) - mean[first, second][:, None])
    observed = np.abs(joint_counts(present) - mean)[first, second]
    tail = np.where(distance >= observed[:, None] - 1e-9, distribution, 0).sum(axis=1)
    p_values = np.full(mean.shape, np.nan)
    p_values[first, second] = p_values[second, first] = np.where(variance[first, second] > 0, np.minimum(tail, 1), np.nan)
    return p_values


def _by_stratum(present: NDArray[np.bool_], strata: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Units that carry each code, strata x codes, and units, strata x 1."""
    stratum = np.asarray(strata, dtype=np.int64)
    size = np.bincount(stratum).astype(float)[:, None]
    carried = np.zeros((len(size), present.shape[1]))
    np.add.at(carried, stratum, present)
    return carried, size


def _distribution(present: NDArray[np.bool_], strata: ArrayLike, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.float64]:
    """Probability of every joint count, pairs x counts from 0 up: the strata's distributions, convolved."""
    carried, size = _by_stratum(present, strata)
    whole = np.ones((len(first), 1))
    for own, units in zip(carried, size, strict=True):
        most = int(np.minimum(own[first], own[second]).max(initial=0))
        counts = stats.hypergeom.pmf(np.arange(most + 1), units, own[first][:, None], own[second][:, None])
        parts = [np.pad(whole * counts[:, [count]], ((0, 0), (count, most - count))) for count in range(most + 1)]
        whole = np.sum(parts, axis=0)
    return whole
