"""Drawing whole groups (interviews, or units) with replacement, as weights: how often each was drawn."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK = 2**21  # numbers held at once


def drawn_weights(groups: int, *, resamples: int, seed: int, width: int) -> Iterator[NDArray[np.float64]]:
    """Blocks of resamples x groups: how often each group was drawn; every row sums to the number of groups.

    Parameters
    ----------
    groups : int
        Groups to draw from, and number of draws per resample.
    resamples, seed : int
        Rows in all blocks together, and the seed of the draws.
    width : int
        Numbers that each resample makes of a row, so that a block of them stays small.

    Examples
    --------
    >>> [block.sum(axis=1).tolist() for block in drawn_weights(3, resamples=2, seed=1, width=1)]
    [[3.0, 3.0]]
    """
    rng = np.random.default_rng(seed)
    size = max(1, BLOCK // max(groups, width))
    for start in range(0, resamples, size):
        rows = min(size, resamples - start)
        drawn = rng.integers(0, groups, (rows, groups)) + np.arange(rows)[:, None] * groups
        yield np.bincount(drawn.ravel(), minlength=rows * groups).reshape(rows, groups).astype(float)


def percentile_interval(drawn: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Low and high (first axis) of the resampled values (first axis of ``drawn``), undefined ones left out; NaN where all are.

    Examples
    --------
    >>> percentile_interval(np.array([0.0, 1, 2, 3, 4, np.nan]), 0.5).tolist()
    [1.0, 3.0]
    """
    bounds = np.full((2, *drawn.shape[1:]), np.nan)
    defined = ~np.isnan(drawn).all(axis=0)
    tail = (1 - level) / 2
    bounds[:, defined] = np.nanquantile(drawn[:, defined], [tail, 1 - tail], axis=0)
    return bounds


def checked_resampling(resamples: int, level: float) -> None:
    """Refuse a number of resamples or a confidence level that makes no sense."""
    if int(resamples) != resamples or resamples < 1:
        raise ValueError("the number of resamples is a whole number of at least 1, for example 2000")
    if not 0 < level < 1:
        raise ValueError("the confidence level lies between 0 and 1, for example 0.95")
