"""Krippendorff's coincidences: how often two coders of a unit chose each pair of categories, and what that says about agreement.

All functions take stacks: the last axes are categories, any axes before them (units, groups, resamples) are done at once.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from helpers.qualitative.coefficients.ratings import Ratings

Array = NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval", "ratio"]


def checked_metric(metric: str, ratings: Ratings) -> None:
    """Refuse a metric that is unknown or that the ratings do not have."""
    if metric not in get_args(Metric):
        raise ValueError(f"the metric is one of {', '.join(get_args(Metric))}")
    if metric == "ordinal" and not ratings.ordered:
        raise ValueError("text has no order by itself; give all categories in their order, or use the nominal metric")
    if metric in ("interval", "ratio") and not (ratings.numeric and np.isfinite(ratings.scores).all()):
        raise ValueError(f"the {metric} metric needs finite numbers; use the ordinal metric for ordered text and the nominal one otherwise")
    if metric == "ratio" and (ratings.scores < 0).any():
        raise ValueError(f"the ratio metric needs a true zero: {(ratings.scores < 0).sum()} values are negative; use the interval metric")


def coincidence_matrix(ratings: Ratings) -> Array:
    """Coincidences of all units together, categories x categories."""
    total = np.zeros((len(ratings.scores), len(ratings.scores)))
    for counts in ratings.count_blocks():
        weighted = counts * _pair_weight(counts)
        total += counts.T @ weighted - np.diag(weighted.sum(axis=0))
    return total


def unit_coincidences(counts: Array) -> Array:
    """Coincidences of each unit, units x categories x categories.

    Examples
    --------
    >>> unit_coincidences(np.array([[2.0, 0], [1, 1], [1, 0]])).tolist()
    [[[2.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]]
    """
    weighted = counts * _pair_weight(counts)
    return counts[:, :, None] * weighted[:, None, :] - weighted[:, :, None] * np.eye(counts.shape[1])


def alpha_of(coincidences: Array, *, metric: str, scores: Array) -> Array:
    """Alpha of every coincidence matrix; NaN where all pairable ratings are the same, as no disagreement can be expected then.

    Examples
    --------
    >>> float(alpha_of(np.array([[4.0, 1], [1, 2]]), metric="nominal", scores=np.array([0.0, 1])))
    0.5333333333333333
    """
    marginal = coincidences.sum(axis=-1)
    distance = _distances(marginal, metric, scores)
    pairs = marginal[..., :, None] * marginal[..., None, :]
    observed = (coincidences * distance).sum(axis=(-2, -1))
    expected = (pairs * distance).sum(axis=(-2, -1))
    ratio = np.divide(observed * (marginal.sum(axis=-1) - 1), expected, out=np.full(expected.shape, np.nan), where=expected > 0)
    return np.asarray(1 - ratio)


def _distances(marginal: Array, metric: str, scores: Array) -> Array:
    """Krippendorff's squared differences between categories; the ordinal ones depend on how often each category was used."""
    if metric == "nominal":
        return 1 - np.eye(len(scores))
    if metric == "ordinal":
        # The ratings between two categories, half of each end counted, are the difference of their middle ranks.
        scores = np.cumsum(marginal, axis=-1) - marginal / 2
    first, second = scores[..., :, None], scores[..., None, :]
    if metric == "ratio":
        return np.asarray(np.divide(first - second, first + second, out=np.zeros((len(scores),) * 2), where=first + second > 0) ** 2)
    return np.asarray((first - second) ** 2)


def _pair_weight(counts: Array) -> Array:
    """Weight of a unit's pairs, so that each of its ratings counts once; a unit that one coder or nobody rated has no pairs to weigh."""
    return np.asarray(1 / np.maximum(counts.sum(axis=-1, keepdims=True) - 1, 1))
