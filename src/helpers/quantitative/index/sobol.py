"""Sobol indices: how much of the variance of a result is due to each of its inputs, alone and with all its interactions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from helpers.quantitative.arguments import checked_resamples


def sobol_indices(
    function: Callable[[NDArray[np.float64]], NDArray[np.float64]], inputs: Mapping[str, int], *, draws: int, seed: int, block: int = 1024
) -> pd.DataFrame:
    """First-order and total Sobol indices of independent inputs.

    Parameters
    ----------
    function : callable
        Takes uniform numbers in [0, 1), one row per draw and as many columns as the inputs have together, in their order; gives one number
        per draw, or an array (draws, outputs). Several outputs are taken together: each counts by its variance.
    inputs : mapping
        Name of the input -> how many columns it has. An input of several columns (such as weights) counts as one.
    draws : int
        Base draws; the function is evaluated ``draws * (len(inputs) + 2)`` times. The points are a scrambled Sobol sequence, best at powers of 2.
    seed : int
        Seed of the scrambling.
    block : int
        Draws evaluated at once.

    Returns
    -------
    DataFrame
        One row per input: ``input``, ``first_order`` (share of the variance that would go if the input alone were fixed), ``total`` (share that
        would stay if all the others were fixed). What the first-order indices lack of 1 is interaction. Estimates are kept within what they
        can be, 0 to the total index; all nan where the result does not vary.

    Raises
    ------
    ValueError
        If ``draws`` is no whole number of at least 1.

    References
    ----------
    Jansen (1999), Computer Physics Communications 117:35-43; Saltelli et al. (2010), "Variance based sensitivity analysis of model output",
    Computer Physics Communications 181:259-270, table 2 (b) and (f) with Jansen's first-order estimator; Lamboni, Monod and Makowski
    (2011), Reliability Engineering & System Safety 96:450-459, for several outputs.

    Examples
    --------
    >>> table = sobol_indices(lambda u: 2 * u[:, 0] + u[:, 1], {"first": 1, "second": 1}, draws=1024, seed=1)
    >>> table.round(2)
        input  first_order  total
    0   first          0.8    0.8
    1  second          0.2    0.2
    """
    width = sum(inputs.values())
    points = uniform_points(2 * width, draws=draws, seed=seed)
    base, other = points[:, :width], points[:, width:]
    ends = np.cumsum([0, *inputs.values()])
    pivot = _outputs(function, base[:1])
    sums, squares, apart = np.zeros(pivot.shape[1]), np.zeros(pivot.shape[1]), np.zeros((2, len(inputs)))
    for start in range(0, draws, block):
        a, b = base[start : start + block], other[start : start + block]
        # Measured from one value of their own, sums of squares lose no digits.
        from_a, from_b = _outputs(function, a) - pivot, _outputs(function, b) - pivot
        sums += from_a.sum(axis=0) + from_b.sum(axis=0)
        squares += np.square(from_a).sum(axis=0) + np.square(from_b).sum(axis=0)
        for place in range(len(inputs)):
            swapped = a.copy()
            swapped[:, ends[place] : ends[place + 1]] = b[:, ends[place] : ends[place + 1]]
            mixed = _outputs(function, swapped) - pivot
            apart[:, place] += np.square(from_b - mixed).sum(), np.square(from_a - mixed).sum()
    variance = float((squares / (2 * draws) - np.square(sums / (2 * draws))).sum())
    return _table(inputs, variance, apart / (2 * draws))


def uniform_points(dimensions: int, *, draws: int, seed: int) -> NDArray[np.float64]:
    """Evenly spread uniform numbers, one row per draw: the beginning of a scrambled Sobol sequence.

    Examples
    --------
    >>> uniform_points(3, draws=5, seed=1).shape
    (5, 3)
    """
    power = max(checked_resamples(draws) - 1, 1).bit_length()
    return np.asarray(qmc.Sobol(dimensions, rng=np.random.default_rng(seed)).random_base2(power)[:draws], dtype=float)


def _outputs(function: Callable[[NDArray[np.float64]], NDArray[np.float64]], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(function(points), dtype=float).reshape(len(points), -1)


def _table(inputs: Mapping[str, int], variance: float, halved: NDArray[np.float64]) -> pd.DataFrame:
    if variance <= 1e-12:
        return pd.DataFrame({"input": list(inputs), "first_order": np.nan, "total": np.nan})
    total = halved[1] / variance
    return pd.DataFrame({"input": list(inputs), "first_order": np.clip(1 - halved[0] / variance, 0, total), "total": total})
