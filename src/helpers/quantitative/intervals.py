"""Intervals for the share of a population, from a count in a sample.

The population of such a study is small and much of it answers, so the part that was not asked is what the interval is about:
`hypergeometric_interval` is exact for a finite population, `wilson_interval` close to it and smooth enough for figures, and
`clopper_pearson_interval` the exact one where no finite population can be named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level

Counts = NDArray[np.int64]


def hypergeometric_interval(count: ArrayLike, sample: ArrayLike, population: ArrayLike, *, level: float = 0.95) -> tuple[Any, Any]:
    """Exact interval for the share of a finite population, by inverting the two tails of the hypergeometric distribution.

    Parameters
    ----------
    count : int or array-like of int
        Respondents with the property.
    sample : int or array-like of int
        Respondents who answered.
    population : int or array-like of int
        Eligible units, respondents and non-respondents together.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    low, high : float, or array of float where any argument is an array
        Smallest and largest share of the population (a multiple of 1/population) that each tail does not reject. A census gives the
        share itself, an empty sample 0 and 1. Where nearly all were asked, the share of the sample may be none that the population
        can have, and then lie outside by less than one unit.

    Raises
    ------
    ValueError
        If counts are no whole numbers, a count lies outside its sample, a sample outside its population, or the level outside (0, 1).

    References
    ----------
    Buonaccorsi (1987), "A note on confidence intervals for proportions in finite populations", The American Statistician 41:215-218;
    Wright (1991), "Exact confidence bounds when sampling from small finite universes".

    Examples
    --------
    >>> hypergeometric_interval(30, 60, 100)
    (0.42, 0.58)
    >>> hypergeometric_interval(60, 100, 100)
    (0.6, 0.6)
    """
    yes, asked, units = _counts(count, sample, population)
    tail = (1 - checked_level(level)) / 2
    low = _least_total(yes, asked, units, tail)
    # The upper bound mirrors the lower bound of "no", so that swapping yes and no mirrors the interval to the last digit.
    high = units - _least_total(asked - yes, asked, units, tail)
    return _pair(low / units, high / units)


def wilson_interval(count: ArrayLike, sample: ArrayLike, population: ArrayLike | None = None, *, level: float = 0.95) -> tuple[Any, Any]:
    """Wilson score interval, with finite population correction where the population is given.

    The correction replaces the sample size by ``(n - 1) / (1 - n / N)``: the variance of a share is then that of a simple random
    sample without replacement.

    Parameters
    ----------
    count, sample, population, level
        As in `hypergeometric_interval`; without a population there is no correction.

    Returns
    -------
    low, high : float, or array of float where any argument is an array
        A census gives the share itself; an empty sample, or a corrected sample of one, gives 0 and 1.

    Raises
    ------
    ValueError
        As in `hypergeometric_interval`.

    References
    ----------
    Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:857-872, method 3; Cochran (1977), "Sampling Techniques",
    chapter 3, for the variance with finite population correction.

    Examples
    --------
    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    """
    yes, asked, units = _counts(count, sample, population)
    z2 = stats.norm.isf((1 - checked_level(level)) / 2) ** 2
    share = yes / np.maximum(asked, 1)
    census = (asked == units) & (asked > 0)
    # Divided by 1 instead of 0 where everyone answered; those cells take the share itself below.
    effective = asked * 1.0 if population is None else np.maximum(asked - 1, 0) / np.where(census, 1.0, 1 - asked / units)
    centre = (effective * share + z2 / 2) / (effective + z2)
    half = np.sqrt(z2 * (effective * share * (1 - share) + z2 / 4)) / (effective + z2)
    low = np.where(yes == 0, 0.0, np.clip(centre - half, 0, 1))
    high = np.where(yes == asked, 1.0, np.clip(centre + half, 0, 1))
    return _pair(np.where(census, share, low), np.where(census, share, high))


def clopper_pearson_interval(count: ArrayLike, sample: ArrayLike, *, level: float = 0.95) -> tuple[Any, Any]:
    """Exact interval for a share where no finite population is given: both binomial tails inverted.

    Parameters
    ----------
    count, sample, level
        As in `hypergeometric_interval`.

    Returns
    -------
    low, high : float, or array of float where any argument is an array
        An empty sample gives 0 and 1.

    Raises
    ------
    ValueError
        As in `hypergeometric_interval`.

    References
    ----------
    Clopper and Pearson (1934), Biometrika 26:404-413; Newcombe (1998), Statistics in Medicine 17:857-872, method 5.

    Examples
    --------
    >>> low, high = clopper_pearson_interval([1, 81], [29, 263])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0009, 0.2527], [0.1776, 0.3676])
    """
    yes, asked, _ = _counts(count, sample, None)
    tail = (1 - checked_level(level)) / 2
    # The beta quantile is undefined at either end, where the bound is 0 or 1: the 1 only keeps its arguments valid there.
    low = np.where(yes == 0, 0.0, stats.beta.ppf(tail, np.maximum(yes, 1), asked - yes + 1))
    high = np.where(yes == asked, 1.0, stats.beta.isf(tail, yes + 1, np.maximum(asked - yes, 1)))
    return _pair(low, high)


def _least_total(count: Counts, sample: Counts, population: Counts, tail: float) -> Counts:
    """Smallest number of "yes" in the population under which a count this high is less rare than the tail (bisection, all cells at once)."""
    low, high = count.copy(), population - sample + count
    while np.any(low < high):
        middle = (low + high) // 2
        # The margin keeps an exact tie (rarity equal to the tail) rejected on every machine, whatever the last digit.
        plausible = stats.hypergeom.sf(count - 1, population, middle, sample) > tail * (1 + 1e-9)
        low, high = np.where(plausible, low, np.minimum(middle + 1, high)), np.where(plausible, middle, high)
    return low


def _counts(count: ArrayLike, sample: ArrayLike, population: ArrayLike | None) -> tuple[Counts, Counts, Counts]:
    """Counts, samples and populations (unbounded where not given) broadcast to one shape, or a ValueError that says what is wrong."""
    unbounded = np.iinfo(np.int64).max
    given = [np.asarray(value, dtype=float) for value in (count, sample, unbounded if population is None else population)]
    yes, asked, units = np.broadcast_arrays(*given)
    whole = np.logical_and.reduce([np.isfinite(values) & (np.floor(values) == values) for values in (yes, asked, units)])
    if broken := int((~whole).sum()):
        raise ValueError(f"{broken} of {yes.size} cells hold no whole numbers; count, sample and population count units")
    if outside := int(((yes < 0) | (yes > asked)).sum()):
        raise ValueError(f"{outside} of {yes.size} counts lie outside their sample; a count lies between 0 and the sample")
    if outside := int(((asked > units) | (units < 1)).sum()):
        raise ValueError(f"{outside} of {yes.size} samples exceed their population; a sample is at most the population, which is at least 1")
    # The largest integer is no float: as a population without bound it is put in only here.
    bounded = np.full(yes.shape, unbounded) if population is None else units.astype(np.int64)
    return yes.astype(np.int64), asked.astype(np.int64), bounded


def _pair(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[Any, Any]:
    return (float(low), float(high)) if np.ndim(low) == 0 else (low, high)
