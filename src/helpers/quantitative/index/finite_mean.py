"""Interval for the mean of a small finite population, bounded between two ends of a scale, from the part of it that answered."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.quantitative.arguments import checked_level, checked_resamples

BLOCK = 2**22  # numbers drawn at once, so that many resamples of many units stay within 64 MB


def mean_interval(
    sample: ArrayLike, population: int | None, *, resamples: int, seed: int, level: float = 0.95, scale: tuple[float, float] = (0.0, 100.0)
) -> tuple[float, float]:
    r"""Symmetric bootstrap-t interval for the mean of a finite population.

    The mean, give or take a quantile of \|t\| times the standard error. The quantile comes from samples of the same size, drawn without
    replacement from pseudo-populations of the same size (copies of the sample, completed at random), and so corrects for the share of the
    population that was asked. The interval is cut to what the others leave open if each of them lay at one end of the scale.

    Parameters
    ----------
    sample : array-like
        One number per unit that answered.
    population : int or None
        Units, answered or not. None: no finite population, no correction.
    resamples : int
        Bootstrap samples.
    seed : int
        Seed of the draws.
    level : float
        Confidence level, a proportion in (0, 1).
    scale : tuple of float
        Smallest and largest value that a unit can have.

    Returns
    -------
    low, high : float
        With fewer than two values, or only equal ones, nothing is known of the spread and the interval is what the others leave open.

    Raises
    ------
    ValueError
        If values are missing or outside the scale, there are more of them than units, or ``resamples`` or ``level`` make no sense.

    References
    ----------
    Booth, Butler and Hall (1994), "Bootstrap methods for finite populations", JASA 89:1282-1289; Hall (1988), "Theoretical comparison of
    bootstrap confidence intervals", The Annals of Statistics 16:927-953, for the symmetric interval.

    Examples
    --------
    >>> low, high = mean_interval([20, 35, 40, 30, 55, 25, 45, 38], 20, resamples=999, seed=1)
    >>> round(low), round(high)
    (29, 43)
    >>> mean_interval([40, 40], 4, resamples=99, seed=1)
    (20.0, 70.0)
    """
    values, tail = np.asarray(sample, dtype=float), 1 - checked_level(level)
    checked_resamples(resamples)
    outside = int((~((values >= scale[0]) & (values <= scale[1]))).sum())
    if outside:
        raise ValueError(f"{outside} of {values.size} values are missing or outside {scale[0]:g} to {scale[1]:g}; leave out or correct them")
    n = len(values)
    if population is not None and population < n:
        raise ValueError(f"{n} values exceed the population of {population}; the population holds the sample")
    worst = _left_open(values, population, scale)
    if n == population or n < 2 or np.ptp(values) == 0:
        return worst
    drawn = np.abs(_pseudo_t(values, population, resamples, np.random.default_rng(seed)))
    reach = float(np.quantile(drawn, 1 - tail, method="higher")) * float(_standard_error(values))
    mean = float(values.mean())
    return float(max(mean - reach, worst[0])), float(min(mean + reach, worst[1]))


def _left_open(values: NDArray[np.float64], population: int | None, scale: tuple[float, float]) -> tuple[float, float]:
    """Smallest and largest mean that the population can have."""
    if not population:
        return scale
    silent = population - len(values)
    low, high = ((values.sum() + silent * end) / population for end in scale)
    return float(low), float(high)


def _standard_error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without the finite population correction: the same factor in the statistic and in the interval, it would cancel."""
    return values.std(axis=-1, ddof=1) / np.sqrt(values.shape[-1])


def _pseudo_t(values: NDArray[np.float64], population: int | None, resamples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Studentised means of samples whose true mean is known; infinite where a sample has no spread but misses the mean."""
    n = len(values)
    width = n if population is None else population
    block = max(1, BLOCK // width)
    parts = []
    for start in range(0, resamples, block):
        count = min(block, resamples - start)
        if population is None:
            drawn, truth = values[rng.integers(n, size=(count, n))], np.full(count, values.mean())
        else:
            copies = _pseudo_populations(values, population, count, rng)
            chosen = rng.random(copies.shape).argpartition(n - 1, axis=1)[:, :n]
            drawn, truth = np.take_along_axis(copies, chosen, axis=1), copies.mean(axis=1)
        error, apart = _standard_error(drawn), drawn.mean(axis=1) - truth
        # Equal values give a spread of rounding noise.
        flat = np.ptp(drawn, axis=1) == 0
        parts.append(np.divide(apart, error, out=np.where(np.abs(apart) > 1e-9, np.inf, 0.0), where=~flat))
    return np.concatenate(parts)


def _pseudo_populations(values: NDArray[np.float64], population: int, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Every value as often as it goes into the population, and the remainder filled by a random part of the sample."""
    whole, rest = divmod(population, len(values))
    fixed = np.broadcast_to(np.tile(values, whole), (count, whole * len(values)))
    completed = rng.permuted(np.broadcast_to(values, (count, len(values))), axis=1)[:, :rest]
    return np.concatenate([fixed, completed], axis=1)
