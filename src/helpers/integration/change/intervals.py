"""Intervals for the change of a share between two samples that partly hold the same units.

One rule serves paired, unpaired and partly overlapping samples: the change, give or take what the limits of both waves leave, lessened by
the correlation of the two estimates. Where all units are paired it is Newcombe's interval for paired shares, where none is and the
populations are unlimited his interval for independent ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from helpers.integration.change.overlap import Populations
from helpers.quantitative.arguments import checked_level

Numbers = NDArray[np.float64]
_HALVINGS = 60  # of a p-value's bracket; further ones change no digit
_FARTHEST = 40.0  # standard errors: the p-value of anything beyond is 0 in floating point


def share_change(
    before: tuple[ArrayLike, ArrayLike], now: tuple[ArrayLike, ArrayLike], *, correlation: ArrayLike, populations: Populations, level: float = 0.95
) -> tuple[Any, Any, Any]:
    """Interval and p-value for the change of a share.

    Parameters
    ----------
    before, now : (count, n), array-like of int
        Units with the property, and units that answered, at least one.
    correlation : array-like of float
        Of the two estimates, see `overlap.estimate_correlation`.
    populations : Populations
        Where one is not known there is no finite population correction.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    low, high, p_value : array of float
        Limits of "share now minus share before", and the smallest error probability at which the interval leaves out "no change".

    Raises
    ------
    ValueError
        If nobody answered, more are counted than answered, or more answered than the population has.

    References
    ----------
    Newcombe (1998), "Improved confidence intervals for the difference between binomial proportions based on paired data", Statistics in
    Medicine 17:2635-2650, method 10, and "Interval estimation for the difference between independent proportions", 17:873-890, method 10.
    Zou and Donner (2008), "Construction of confidence limits about effect measures", Statistics in Medicine 27:1693-1702, for any
    correlation. The limits of each wave are Wilson's with finite population correction, see `helpers.quantitative.intervals`.

    Examples
    --------
    >>> low, high, p_value = share_change((48, 80), (56, 70), correlation=0.0, populations=Populations())
    >>> round(float(low), 4), round(float(high), 4), round(float(p_value), 3)
    (0.0524, 0.3339, 0.008)
    """
    z = float(stats.norm.isf((1 - checked_level(level)) / 2))
    first, second = _Wave(*before, populations.before), _Wave(*now, populations.now)
    r, difference = np.asarray(correlation, dtype=float), second.share - first.share
    down, up = _reaches(first, second, r, z)
    return difference - down, difference + up, _p_value(first, second, r, difference)


class _Wave:
    """Shares of one wave, with their Wilson limits for any number of standard errors."""

    def __init__(self, count: ArrayLike, n: ArrayLike, population: int | None) -> None:
        yes, asked = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
        if np.any((asked < 1) | (yes > asked) | (yes < 0) | (asked > (np.inf if population is None else population))):
            raise ValueError("each wave needs an answer, no more answers than its population has units, and no more counted than answered")
        self.share, self.census = yes / asked, asked == population
        # Divided by 1 instead of 0 where everybody answered; there the share itself is known.
        self.effective = asked if population is None else (asked - 1) / np.where(self.census, 1.0, 1 - asked / population)

    def reach(self, z: ArrayLike) -> tuple[Numbers, Numbers]:
        """How far the lower limit lies below the share, and the upper limit above it."""
        z2, n, share = np.asarray(z, dtype=float) ** 2, self.effective, self.share
        scale = np.maximum(n + z2, np.finfo(float).tiny)
        centre, half = (n * share + z2 / 2) / scale, np.sqrt(z2 * (n * share * (1 - share) + z2 / 4)) / scale
        below, above = np.maximum(share - centre + half, 0.0), np.maximum(centre + half - share, 0.0)
        return np.where(self.census, 0.0, below), np.where(self.census, 0.0, above)


def _reaches(before: _Wave, now: _Wave, r: Numbers, z: ArrayLike) -> tuple[Numbers, Numbers]:
    """How far the interval of the change reaches down and up."""
    (before_below, before_above), (now_below, now_above) = before.reach(z), now.reach(z)
    return together(before_above, now_below, r), together(before_below, now_above, r)


def together(before: ArrayLike, now: ArrayLike, correlation: ArrayLike) -> Numbers:
    """The reach (or standard error) of a difference from those of its two parts and their correlation: the law of cosines.

    Examples
    --------
    >>> float(together(3.0, 4.0, 0.0)), float(together(3.0, 4.0, 1.0))
    (5.0, 1.0)
    """
    first, second = np.asarray(before, dtype=float), np.asarray(now, dtype=float)
    return np.sqrt(np.maximum(first**2 + second**2 - 2 * np.asarray(correlation, dtype=float) * first * second, 0.0))


def _p_value(before: _Wave, now: _Wave, r: Numbers, difference: Numbers) -> Numbers:
    """Twice the tail beyond the largest number of standard errors at which the interval still leaves out 0; bisection, all rows at once."""
    low, high = np.zeros(np.broadcast(r, difference).shape), np.full(np.broadcast(r, difference).shape, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        down, up = _reaches(before, now, r, middle)
        apart = np.where(difference > 0, difference > down, -difference > up)
        low, high = np.where(apart, middle, low), np.where(apart, high, middle)
    return np.where(difference == 0, 1.0, 2 * stats.norm.sf(low))
