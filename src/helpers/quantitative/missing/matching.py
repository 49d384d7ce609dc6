"""Donors for predictive mean matching: for every gap one of the observed cells with the closest predictions, many chains at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 2**22  # distances computed at once, so that large tables stay within 64 MB


def draw_donors(observed: NDArray[np.float64], gaps: NDArray[np.float64], *, donors: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw for every gap one of the nearest observed cells.

    Parameters
    ----------
    observed : array, shape (chains, cells, k)
        Predictions of the observed cells.
    gaps : array, shape (chains, gaps, k)
        Predictions of the gaps.
    donors : int
        Nearest cells (Euclidean distance, ties at random) among which one is drawn with equal probability; all where there are fewer.
    rng : Generator
        Source of the draws.

    Returns
    -------
    array of int, shape (chains, gaps)
        Place of the drawn cell among the observed ones.

    Examples
    --------
    >>> observed, gaps = np.array([[[0.0], [10.0], [20.0]]]), np.array([[[19.0], [-3.0]]])
    >>> draw_donors(observed, gaps, donors=1, rng=np.random.default_rng(1))
    array([[2, 0]])
    """
    donors = min(donors, observed.shape[1])
    # Cells in random order: whatever then picks among equals picks at random.
    shuffled = rng.permuted(np.broadcast_to(np.arange(observed.shape[1]), observed.shape[:2]), axis=1)
    cells = np.take_along_axis(observed, shuffled[:, :, None], axis=1)
    nearest = _nearest_on_line(cells[:, :, 0], gaps[:, :, 0], donors) if cells.shape[2] == 1 else _nearest(cells, gaps, donors)
    chosen = rng.integers(donors, size=(*gaps.shape[:2], 1))
    return np.take_along_axis(shuffled, np.take_along_axis(nearest, chosen, axis=2)[:, :, 0], axis=1)


def _nearest_on_line(cells: NDArray[np.float64], gaps: NDArray[np.float64], donors: int) -> NDArray[np.intp]:
    """The nearest cells to every gap, (chains, gaps, donors), from one sort: they lie within `donors` steps on either side of the gap."""
    chains, n = cells.shape
    order = np.argsort(cells, axis=1, kind="stable")
    both = np.argsort(np.concatenate([gaps, cells], axis=1), axis=1, kind="stable")
    passed = np.cumsum(both >= gaps.shape[1], axis=1)
    before = np.empty_like(both)
    np.put_along_axis(before, both, passed, axis=1)
    window = before[:, : gaps.shape[1], None] + np.arange(-donors, donors)
    inside = (window >= 0) & (window < n)
    candidates = np.take_along_axis(order, np.clip(window, 0, n - 1).reshape(chains, -1), axis=1)
    apart = np.abs(np.take_along_axis(cells, candidates, axis=1).reshape(window.shape) - gaps[:, :, None])
    closest = np.argpartition(np.where(inside, apart, np.inf), donors - 1, axis=2)[:, :, :donors]
    return np.take_along_axis(candidates.reshape(window.shape), closest, axis=2)


def _nearest(cells: NDArray[np.float64], gaps: NDArray[np.float64], donors: int) -> NDArray[np.intp]:
    """The nearest cells to every gap, (chains, gaps, donors), from all distances, some gaps at a time."""
    at_once = max(1, BLOCK // (cells.shape[0] * cells.shape[1] * cells.shape[2]))
    parts = [np.empty((len(cells), 0, donors), dtype=np.intp)]
    for start in range(0, gaps.shape[1], at_once):
        apart = np.square(gaps[:, start : start + at_once, None, :] - cells[:, None, :, :]).sum(axis=3)
        parts.append(np.argpartition(apart, donors - 1, axis=2)[:, :, :donors])
    return np.concatenate(parts, axis=1)
