"""Paired: the same units before and now, by whether they had a property."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats


def mcnemar_exact(risen: ArrayLike, fallen: ArrayLike) -> Any:
    """Exact McNemar test: among the units that changed, did as many rise as fall?

    Parameters
    ----------
    risen, fallen : array-like of int
        Units that have the property only now, and only before.

    Returns
    -------
    array of float
        Two-sided p-value; 1 where no unit changed.

    References
    ----------
    McNemar (1947), "Note on the sampling error of the difference between correlated proportions or percentages", Psychometrika 12:153-157.

    Examples
    --------
    >>> mcnemar_exact([2, 0], [10, 0]).round(4).tolist()
    [0.0386, 1.0]
    """
    up, down = np.asarray(risen, dtype=int), np.asarray(fallen, dtype=int)
    return np.minimum(2 * stats.binom.cdf(np.minimum(up, down), up + down, 0.5), 1.0)


def paired_correlation(both: ArrayLike, fallen: ArrayLike, risen: ArrayLike, neither: ArrayLike) -> Any:
    """Correlation of a property before and now, drawn towards 0 as in Newcombe's method 10.

    Parameters
    ----------
    both, fallen, risen, neither : array-like of int
        Units with the property in both waves, only before, only now, and in none.

    Returns
    -------
    array of float
        Phi; where it is positive, with half a unit taken off each cell's product first. 0 where all or no units have the property in a wave.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17:2635-2650.

    Examples
    --------
    >>> paired_correlation([59, 1], [6, 1], [16, 7], [80, 12]).round(3).tolist()
    [0.716, 0.0]
    """
    a, b, c, d = (np.asarray(cell, dtype=float) for cell in (both, fallen, risen, neither))
    margins = np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    surplus = a * d - b * c
    drawn = np.where(surplus > 0, np.maximum(surplus - (a + b + c + d) / 2, 0), surplus)
    return np.divide(drawn, margins, out=np.zeros(np.shape(drawn)), where=margins > 0)
