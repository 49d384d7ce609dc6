"""Change of the mean of every index between two waves: of this population, of the units that answered both times, and of the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.integration.change.intervals import together
from helpers.integration.change.overlap import UNLIMITED, Populations, estimate_correlation, open_part
from helpers.integration.change.panel import panel_values
from helpers.integration.change.shares import ALL, OTHERS, PANEL
from helpers.quantitative.arguments import checked_level
from helpers.quantitative.columns import is_number
from helpers.quantitative.multiplicity import holm

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
_COLUMNS = ["n_before", "mean_before", "n_now", "mean_now", "n", "points_difference", "points_low", "points_high", "p_value", "p_holm"]


def change_in_means(
    before: pd.DataFrame,
    now: pd.DataFrame,
    *,
    unit: str,
    populations: Populations = UNLIMITED,
    level: float = 0.95,
) -> pd.DataFrame:
    """How the mean of every index changed since the previous wave.

    As in `change_in_shares`, the leading rows are about this population ("all"); the units that answered both times ("panel"), paired, and
    those that answered once ("others") stand beside them.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent: the unit's identifier, and one numeric column per index, computed with the same items, goalposts and weights
        in both waves. Columns of one wave only are left out.
    unit : str
        The column with the identifier; who has none is no panel unit.
    populations : Populations
        Eligible units of both waves. Without them there is no finite population correction.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        Three rows ("all", "panel", "others" in ``units``) per index: ``question`` (its name), ``n_before``, ``mean_before``, ``n_now``,
        ``mean_now``, ``n`` (respondents of the smaller wave), ``points_difference`` (now minus before), ``points_low``, ``points_high``,
        ``p_value``, ``p_holm`` (family: all indices, within ``units``). Nan where fewer than two units of a wave, or only equal ones, tell
        nothing of the spread.

    Raises
    ------
    ValueError
        If a wave has no identifiers, two answers of one unit, or more answers than its population has units.

    Notes
    -----
    Intervals are Student's, with finite population correction: of the differences for the panel, elsewhere with Welch's degrees of freedom
    and the covariance that the panel tells (see `overlap.estimate_correlation`). A difference of two means of bounded scores is close to
    normal even where the scores are skewed, so that no bootstrap is needed: with 50 of 112 and 50 of 118 units, about 30 of them the same,
    they cover .94 to .955 for normal and skewed scores.

    References
    ----------
    Welch (1938), "The significance of the difference between two means when the population variances are unequal", Biometrika 29:350-362;
    Cochran (1977), "Sampling Techniques", chapters 2 and 12.

    Examples
    --------
    >>> before = pd.DataFrame({"unit": ["a", "b", "c", "d"], "degree": [20.0, 30.0, 50.0, 40.0]})
    >>> now = pd.DataFrame({"unit": ["a", "b", "c", "e"], "degree": [26.0, 34.0, 55.0, 45.0]})
    >>> table = change_in_means(before, now, unit="unit", populations=Populations(6, 6, 5)).round(2)
    >>> table[["units", "n_before", "n_now", "points_difference", "points_low", "points_high"]]
        units  n_before  n_now  points_difference  points_low  points_high
    0     all         4      4                5.0       -3.26        13.26
    1   panel         3      3                5.0        3.43         6.57
    2  others         1      1                5.0         NaN          NaN
    """
    shared = [str(name) for name in now if name in before and name != unit and is_number(before[name]) and is_number(now[name])]
    first, second = (table[shared].to_numpy(dtype=float, na_value=np.nan) for table in (before, now))
    panel = panel_values(before, now, first, second, unit=unit)
    correlation = _correlation(panel.before, panel.now)
    tables = {
        ALL: _apart(first, second, correlation=correlation, panel=panel.n, populations=populations, level=level),
        PANEL: _paired(panel.before, panel.now, populations=populations.stayers, level=level),
        OTHERS: _apart(panel.others_before, panel.others_now, correlation=correlation, panel=0 * panel.n, populations=populations, level=level),
    }
    parts = [pd.DataFrame({"question": shared, "units": units, **table}) for units, table in tables.items()]
    table = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    return table.assign(p_holm=table.groupby("units")["p_value"].transform(lambda p_values: holm(p_values)))[["question", "units", *_COLUMNS]]


def _apart(before: Numbers, now: Numbers, *, correlation: Numbers, panel: Counts, populations: Populations, level: float) -> dict[str, Any]:
    """The change between two samples that have ``panel`` units in common."""
    (n_before, mean_before, spread_before), (n_now, mean_now, spread_now) = _moments(before), _moments(now)
    first, second = _error(n_before, spread_before, populations.before), _error(n_now, spread_now, populations.now)
    r = estimate_correlation(correlation, panel, n_before, n_now, populations)
    weight = first**4 / np.maximum(n_before - 1, 1) + second**4 / np.maximum(n_now - 1, 1)
    freedom = np.divide((first**2 + second**2) ** 2, weight, out=np.ones(len(weight)), where=weight > 0)
    means = {"n_before": n_before, "mean_before": mean_before, "n_now": n_now, "mean_now": mean_now}
    return means | _interval(mean_now - mean_before, together(first, second, r), freedom, np.minimum(n_before, n_now), level)


def _paired(before: Numbers, now: Numbers, *, populations: Populations, level: float) -> dict[str, Any]:
    """The mean change of the same units."""
    n, change, spread = _moments(now - before)
    means = {"n_before": n, "mean_before": _moments(before)[1], "n_now": n, "mean_now": _moments(now)[1]}
    return means | _interval(change, _error(n, spread, populations.now), np.maximum(n - 1.0, 1.0), n, level)


def _interval(change: Numbers, error: Numbers, freedom: Numbers, n: Numbers, level: float) -> dict[str, Any]:
    """Student's interval and test; a change without error is certain."""
    reach = error * stats.t.isf((1 - checked_level(level)) / 2, freedom)
    sure = np.where(change == 0, 0.0, np.inf)
    statistic = np.divide(np.abs(change), error, out=np.where(np.isnan(error), np.nan, sure), where=error > 0)
    ends = {"points_low": change - reach, "points_high": change + reach}
    return {"n": n, "points_difference": change} | ends | {"p_value": 2 * stats.t.sf(statistic, freedom)}


def _error(n: Numbers, spread: Numbers, population: int | None) -> Numbers:
    """Standard error of a mean; nan where the spread is not known and not everybody answered."""
    if population is not None and (n > population).any():
        raise ValueError(f"a wave has {int(n.max())} answers from a population of {population}; correct the population")
    left = open_part(n, population)
    told = (n >= 2) & (spread > 0)
    return np.where(told, spread * np.sqrt(left), np.where((left == 0) & (n > 0), 0.0, np.nan))


def _moments(values: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """How many, their mean, and their standard deviation; nan where nobody, or a single unit, has a value."""
    n = (~np.isnan(values)).sum(axis=0)
    mean = np.divide(np.nansum(values, axis=0), n, out=np.full(n.shape, np.nan), where=n > 0)
    square = np.nansum((values - mean) ** 2, axis=0)
    return n, mean, np.sqrt(np.divide(square, n - 1, out=np.full(n.shape, np.nan), where=n > 1))


def _correlation(before: Numbers, now: Numbers) -> Numbers:
    """Pearson's correlation of the panel's values; 0 where they do not tell it."""
    (_, mean_before, spread_before), (n, mean_now, spread_now) = _moments(before), _moments(now)
    product = np.nansum((before - mean_before) * (now - mean_now), axis=0)
    scale = (n - 1) * spread_before * spread_now
    told = (n > 2) & (scale > 0)
    return np.divide(product, scale, out=np.zeros(n.shape), where=told)
