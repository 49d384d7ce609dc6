"""What may be said of an index without naming a unit: its mean by group, its agreement with another index, the portfolio of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.arguments import checked_level, checked_resamples
from helpers.quantitative.columns import categories, same_respondents
from helpers.quantitative.index.finite_mean import mean_interval
from helpers.quantitative.shares import answer_shares

BLOCK = 2**22  # numbers drawn at once, so that many resamples of many units stay within 64 MB
FIELDS = ("low_low", "low_high", "high_low", "high_high")
ALL = "all"

Population: TypeAlias = int | Mapping[str, int] | pd.Series | None


def index_summary(
    scores: pd.Series,
    groups: pd.Series | None = None,
    *,
    population: Population,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> pd.DataFrame:
    """Mean of an index over this population, or over each of its groups, with an interval; no row is a unit.

    The interval is the symmetric bootstrap-t of `finite_mean.mean_interval`: the standard error times a quantile that is found by
    drawing from pseudo-populations of the same size, cut to what the units without a score leave open.

    Parameters
    ----------
    scores : Series
        An index from 0 to 100, one value per respondent; missing values are left out.
    groups : Series, optional
        Categorical (or boolean), the same respondents; who lacks it is left out. Without it the table has one row, "all".
    population : int, mapping, Series or None
        Eligible units, respondents and non-respondents together: in total, or by group. Where groups are asked for and only the total is
        known, each group is taken to have answered as often as all. None: no finite population, no correction.
    resamples : int
        Bootstrap samples; 2000 are enough for a 95 % interval.
    seed : int
        Seed of the draws; the interval of a group does not depend on the other groups.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per group, in the order declared: ``group``, ``n`` (respondents with a score), ``mean``, ``median``, ``quartile_low``,
        ``quartile_high`` (linear interpolation), ``low``, ``high`` (interval of the mean); in points. With fewer than two scores, or only
        equal ones, nothing is known of the spread and the interval is what the units without a score leave open.

    Raises
    ------
    ValueError
        If scores lie outside 0 to 100, respondents differ, or a group has more scores than units.

    References
    ----------
    As in `finite_mean.mean_interval`. In simulations of this study's sizes (n = 50 of 118; 8 to 15 of 20 to 30) it covers .93 to .97 for
    normal and skewed scores (up to .98 where scores lie at the two ends), where the t interval falls to .90.

    Examples
    --------
    >>> scores = pd.Series([20.0, 35.0, 40.0, 30.0, 55.0, 25.0, 45.0, 38.0])
    >>> index_summary(scores, population=20, resamples=500, seed=1)[["group", "n", "mean", "median"]]
      group  n  mean  median
    0   all  8  36.0    36.5
    """
    values = _checked_scores(scores)
    if groups is None:
        members = {ALL: np.ones(len(values), dtype=bool)}
    else:
        same_respondents(scores, groups)
        grouping = categories(groups.to_frame("group"))["group"]
        members = {str(name): np.asarray(grouping == name) for name in grouping.categories}
    samples = {name: values[inside & ~np.isnan(values)] for name, inside in members.items()}
    units = _group_populations(population, {name: len(sample) for name, sample in samples.items()}, total=int((~np.isnan(values)).sum()))
    rows = []
    for name, sample in samples.items():
        low, high = mean_interval(sample, units[name], resamples=resamples, seed=seed, level=level)
        # Quantiles of nothing are nan, but the library warns of them.
        lower, median, upper = np.quantile(sample, [0.25, 0.5, 0.75]) if len(sample) else np.full(3, np.nan)
        rows.append([name, len(sample), sample.mean() if len(sample) else np.nan, median, lower, upper, low, high])
    return pd.DataFrame(rows, columns=["group", "n", "mean", "median", "quartile_low", "quartile_high", "low", "high"])


def agreement_of_indices(first: pd.Series, second: pd.Series, *, resamples: int, seed: int, level: float = 0.95) -> pd.DataFrame:
    """Do units that score high on one index score high on the other? Spearman's rank correlation with a bootstrap interval over units.

    Parameters
    ----------
    first, second : Series
        Two indices of the same respondents. Who lacks one of them is left out.
    resamples, seed, level
        As in `index_summary`.

    Returns
    -------
    DataFrame
        One row: ``n`` (respondents with both), ``correlation`` (mid-ranks for ties), ``low``, ``high`` (percentile interval; it is about the
        process behind this population, without finite population correction). Nan with fewer than three respondents, or without spread.

    Raises
    ------
    ValueError
        If the two hold different respondents.

    References
    ----------
    Spearman (1904), American Journal of Psychology 15:72-101; Efron and Tibshirani (1993), "An introduction to the bootstrap", chapter 13.

    Examples
    --------
    >>> degree, potential = pd.Series([10.0, 20.0, 30.0, 40.0]), pd.Series([15.0, 12.0, 50.0, 70.0])
    >>> agreement_of_indices(degree, potential, resamples=200, seed=1)[["n", "correlation"]]
       n  correlation
    0  4          0.8
    """
    same_respondents(first, second)
    x, y = first.to_numpy(dtype=float, na_value=np.nan), second.to_numpy(dtype=float, na_value=np.nan)
    both = ~np.isnan(x) & ~np.isnan(y)
    pair = np.stack([x[both], y[both]])
    n = pair.shape[1]
    observed = float(_spearman(np.ones((1, n)), pair)[0]) if n >= 3 else np.nan
    low = high = np.nan
    if np.isfinite(observed):
        drawn = np.concatenate([_spearman(counts, pair) for counts in _resampled_counts(n, checked_resamples(resamples), seed)])
        tail = (1 - checked_level(level)) / 2
        low, high = np.nanquantile(drawn, [tail, 1 - tail])
    return pd.DataFrame({"n": [n], "correlation": observed, "low": low, "high": high})


def portfolio(first: pd.Series, second: pd.Series, *, cut: float = 50.0, population: int | None = None, level: float = 0.95) -> pd.DataFrame:
    """How many units lie in each of the four fields that two indices span; no row is a unit.

    Parameters
    ----------
    first, second : Series
        Two indices of the same respondents, 0 to 100. Who lacks one of them is left out.
    cut : float
        A score of at least this is high.
    population : int, optional
        Eligible units; the intervals are then those of this finite population.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        Four rows: ``field`` ("low_low", "low_high", "high_low", "high_high"; the first index is named first), ``count``, ``n`` (respondents
        with both), ``share``, ``low``, ``high`` (proportions, exact intervals as in `shares.answer_shares`).

    Raises
    ------
    ValueError
        If the two hold different respondents, or more of them than the population has.

    Examples
    --------
    >>> degree, potential = pd.Series([10.0, 60.0, 30.0, 80.0]), pd.Series([15.0, 12.0, 50.0, 70.0])
    >>> portfolio(degree, potential)[["field", "count", "n", "share"]]
           field  count  n  share
    0    low_low      1  4   0.25
    1   low_high      1  4   0.25
    2   high_low      1  4   0.25
    3  high_high      1  4   0.25
    """
    fields = portfolio_fields(first, second, cut=cut)
    table = answer_shares(fields.to_frame("field"), population=population, level=level)
    return table.drop(columns="question").rename(columns={"answer": "field"})


def portfolio_fields(first: pd.Series, second: pd.Series, *, cut: float = 50.0) -> pd.Series:
    """Field of every unit in the portfolio, for tables by group; missing where one of the indices is. Not for publication unit by unit.

    Examples
    --------
    >>> portfolio_fields(pd.Series([10.0, 60.0]), pd.Series([50.0, None])).tolist()
    ['low_high', nan]
    """
    same_respondents(first, second)
    x, y = _checked_scores(first), _checked_scores(second)
    code = np.where(np.isnan(x) | np.isnan(y), -1, 2 * (x >= cut) + (y >= cut))
    return pd.Series(pd.Categorical.from_codes(code, categories=list(FIELDS)), index=first.index, name="field")


def _checked_scores(scores: pd.Series) -> NDArray[np.float64]:
    values = scores.to_numpy(dtype=float, na_value=np.nan)
    outside = int(((values < 0) | (values > 100)).sum())
    if outside:
        raise ValueError(f"{outside} of {len(values)} scores lie outside 0 to 100; an index is a number from 0 to 100, or missing")
    return values


def _group_populations(population: Population, answered: dict[str, int], *, total: int) -> dict[str, int | None]:
    """Units of every group: as given, or as many as the total has if all groups answered equally often."""
    if population is None:
        return dict.fromkeys(answered, None)
    if isinstance(population, (Mapping, pd.Series)):
        given = {str(name): int(units) for name, units in population.items()}
        lacking = [name for name, n in answered.items() if n and name not in given]
        if lacking:
            raise ValueError(f"groups {', '.join(lacking)} have no population; give the eligible units of every group that answered, or their total")
        return {name: given.get(name, 0) for name in answered}
    if population < max(total, 1):
        raise ValueError(f"{total} scores exceed the population of {population}; the population is at least 1 and holds the sample")
    if set(answered) == {ALL}:
        return {ALL: int(population)}
    return {name: max(round(n * population / total), n, 1) if total else None for name, n in answered.items()}


def _resampled_counts(n: int, resamples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each unit is drawn, in blocks of resamples."""
    rng, block = np.random.default_rng(seed), max(1, BLOCK // n)
    for start in range(0, resamples, block):
        yield rng.multinomial(n, np.full(n, 1 / n), size=min(block, resamples - start)).astype(float)


def _spearman(counts: NDArray[np.float64], pair: NDArray[np.float64]) -> NDArray[np.float64]:
    """Spearman's correlation of the units, each as often as counted (one row per resample); nan without spread.

    Mid-ranks of a resample are sums of the counts below, so that all resamples are ranked by one product instead of a sort each.
    """
    below = (pair[:, :, None] < pair[:, None, :]) + 0.5 * (pair[:, :, None] == pair[:, None, :])
    ranks = [counts @ matrix - counts.sum(axis=1, keepdims=True) / 2 for matrix in below]
    (x, y) = ranks
    products = [(counts * a * b).sum(axis=1) for a, b in ((x, y), (x, x), (y, y))]
    spread = np.sqrt(products[1] * products[2])
    return np.divide(products[0], spread, out=np.full(len(counts), np.nan), where=spread > 1e-9)
