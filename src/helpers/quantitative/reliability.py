"""How well the items of a reflective block measure what they share: Cronbach's alpha and McDonald's omega.

For blocks whose items are said to reflect one thing. The items of a formative index, which *make up* the thing, need not go together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, optimize, stats

from helpers.quantitative.arguments import checked_level
from helpers.quantitative.columns import ordered_values

Matrix = NDArray[np.float64]

# Uniqueness below which a solution counts as improper, as in R's factanal and psych::fa.
_LEAST_UNIQUENESS = 0.005
# Step of the numerical derivatives, in units of a correlation.
_STEP = 1e-3


@dataclass(frozen=True)
class Reliability:
    """A coefficient of reliability; `float()` gives its value.

    Parameters
    ----------
    value : float
        The coefficient, at most 1; nan where the items go together less than by chance (their average covariance is negative), as no
        reliability is defined then. An item to be reversed is the usual cause.
    low, high : float
        Its confidence interval; nan where the value is nan, or where no interval is known.
    mean_correlation : float
        Between two items.
    n_used, n_dropped : int
        Respondents the coefficient rests on, and those left out because an answer was missing.
    items : tuple of str
        Names of the items.
    """

    value: float
    low: float
    high: float
    mean_correlation: float
    n_used: int
    n_dropped: int
    items: tuple[str, ...]

    def __float__(self) -> float:
        return self.value


def cronbach_alpha(
    items: pd.DataFrame, *, level: float = 0.95, missing: Literal["complete", "pairwise"] = "complete", standardised: bool = False
) -> Reliability:
    """Cronbach's alpha of a block of items, with the exact interval of Feldt.

    Parameters
    ----------
    items : DataFrame
        One row per respondent, one numeric or ordered categorical column per item, all pointing the same way.
    level : float
        Confidence level, a proportion in (0, 1).
    missing : {"complete", "pairwise"}
        "complete" uses the respondents who answered every item. "pairwise" uses for each pair of items all who answered both (only those
        without any answer are dropped); its interval is nan.
    standardised : bool
        Whether to give all items the same variance first; the interval is then nan, as Feldt's is that of the plain coefficient.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        If there are fewer than two items, an item has neither order nor numbers, fewer than three respondents remain, an item is
        constant, or a pair of items has no respondents in common.

    References
    ----------
    Cronbach (1951), Psychometrika 16:297-334; Feldt, Woodruff and Salih (1987), "Statistical inference for coefficient alpha", Applied
    Psychological Measurement 11:93-103 (the interval is exact for normal items with equal covariances).

    Examples
    --------
    >>> items = pd.DataFrame({"trust": [1, 2, 4, 5, 3], "language": [2, 2, 5, 4, 3], "culture": [1, 3, 4, 5, 1]})
    >>> alpha = cronbach_alpha(items)
    >>> round(float(alpha), 3), round(alpha.low, 3), round(alpha.high, 3), alpha.n_used
    (0.9, 0.495, 0.989, 5)
    """
    tail = (1 - checked_level(level)) / 2
    values, dropped = _answers(items, least=2, missing=missing)
    covariance, correlation = _covariance(values, items)
    summed = correlation if standardised else covariance
    n, k = values.shape
    value = low = high = float("nan")
    if _off_diagonal(summed).mean() >= 0:
        value = float(k / (k - 1) * (1 - np.trace(summed) / summed.sum()))
    if missing == "complete" and not standardised:
        low, high = (1 - (1 - value) * stats.f.ppf([1 - tail, tail], n - 1, (n - 1) * (k - 1))).tolist()
    return Reliability(value, low, high, _off_diagonal(correlation).mean().item(), n, dropped, tuple(map(str, items.columns)))


def mcdonald_omega(items: pd.DataFrame, *, level: float = 0.95, method: Literal["minres", "ml"] = "minres") -> Reliability:
    """McDonald's omega of a block of items: the part of the variance of their standardised sum that one common factor explains.

    Parameters
    ----------
    items, level
        As in `cronbach_alpha`; the respondents who answered every item are used.
    method : {"minres", "ml"}
        How the factor is fitted to the correlations: least squares of the residual correlations, or maximum likelihood. No item's
        uniqueness is let fall below .005.

    Returns
    -------
    Reliability
        Unlike alpha, omega does not ask that all items reflect the factor equally. The interval needs no normal items: it follows from
        the influence of every respondent on omega (delta method on the scale of log(1 - omega), Student's t).

    Raises
    ------
    ValueError
        As `cronbach_alpha`, and if there are fewer than three items, which leave a factor undetermined.

    References
    ----------
    McDonald (1999), "Test theory: a unified treatment", chapter 6; Harman and Jones (1966), Psychometrika 31:351-368 (minres).

    Examples
    --------
    >>> items = pd.DataFrame({"trust": [1, 2, 4, 5, 3], "language": [2, 2, 5, 4, 3], "culture": [1, 3, 4, 5, 1]})
    >>> round(float(mcdonald_omega(items)), 3)
    0.913
    """
    tail = (1 - checked_level(level)) / 2
    fitted = {"minres": _minres, "ml": _maximum_likelihood}.get(method)
    if fitted is None:
        raise ValueError('the method is "minres" or "ml"')
    values, dropped = _answers(items, least=3, missing="complete")
    covariance, correlation = _covariance(values, items)
    value = low = high = float("nan")
    if _off_diagonal(covariance).mean() >= 0:
        value = _omega(correlation, fitted)
        error = _influence(values, lambda matrix: float(np.log1p(-_omega(matrix, fitted)))).std() / np.sqrt(len(values) - 1)
        low, high = (1 - (1 - value) * np.exp(stats.t.isf([tail, 1 - tail], len(values) - 1) * error)).tolist()
    return Reliability(value, low, high, _off_diagonal(correlation).mean().item(), len(values), dropped, tuple(map(str, items.columns)))


def _answers(items: pd.DataFrame, *, least: int, missing: str) -> tuple[Matrix, int]:
    """Answers of the respondents that count, and how many do not."""
    if missing not in ("complete", "pairwise"):
        raise ValueError('missing is "complete" or "pairwise"')
    if items.shape[1] < least:
        raise ValueError(f"{items.shape[1]} items are too few; this coefficient needs at least {least}")
    if not items.columns.is_unique:
        raise ValueError(f"{items.columns.duplicated().sum()} item names occur more than once; each item needs a name of its own")
    values = np.column_stack([ordered_values(answers, name=str(name)) for name, answers in items.items()])
    answered = np.isfinite(values)
    kept = values[answered.all(axis=1) if missing == "complete" else answered.any(axis=1)]
    if len(kept) < 3:
        raise ValueError(f"{len(kept)} of {len(values)} respondents remain; a reliability needs at least 3 who answered the items")
    return kept, len(values) - len(kept)


def _covariance(values: Matrix, items: pd.DataFrame) -> tuple[Matrix, Matrix]:
    """Covariances of the items, and their correlations."""
    covariance = pd.DataFrame(values).cov(min_periods=2).to_numpy()
    constant = [str(name) for name, column in zip(items.columns, values.T, strict=True) if np.nanmin(column) == np.nanmax(column)]
    if constant:
        raise ValueError(f"all answers to {', '.join(constant)} are the same; leave the item out")
    if apart := int(np.isnan(_off_diagonal(covariance)).sum()):
        raise ValueError(f"{apart} pairs of items have fewer than 2 respondents in common; leave such items out")
    deviation = np.sqrt(np.diag(covariance))
    return covariance, covariance / np.outer(deviation, deviation)


def _omega(correlation: Matrix, fitted: Callable[[Matrix], Matrix]) -> float:
    loadings = fitted(correlation)
    common = loadings.sum() ** 2
    return float(common / (common + (1 - loadings**2).sum()))


def _minres(correlation: Matrix) -> Matrix:
    """Loadings of one factor that leave the smallest squares of residual correlations."""
    first, second = np.triu_indices(len(correlation), 1)
    unit, bound = np.eye(len(correlation)), np.sqrt(1 - _LEAST_UNIQUENESS)

    def residuals(loadings: Matrix) -> Matrix:
        return loadings[first] * loadings[second] - correlation[first, second]

    def slopes(loadings: Matrix) -> Matrix:
        return unit[first] * loadings[second, None] + unit[second] * loadings[first, None]

    start, _ = _first_factor(correlation, np.full(len(correlation), 0.5))
    found = optimize.least_squares(residuals, start, slopes, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14).x
    if np.abs(found).max() <= bound:
        return np.asarray(found)
    return np.asarray(optimize.least_squares(residuals, np.clip(start, -0.9, 0.9), slopes, bounds=(-bound, bound)).x)


def _maximum_likelihood(correlation: Matrix) -> Matrix:
    """Loadings of one factor that make the correlations likeliest; the uniquenesses are searched, as in Joereskog (1967)."""

    def discrepancy(uniqueness: Matrix) -> tuple[float, Matrix]:
        loadings, roots = _first_factor(correlation, uniqueness)
        rest = np.maximum(roots[:-1], 1e-12)
        slope = (loadings**2 + uniqueness - np.diag(correlation)) / uniqueness**2
        return float((rest - np.log(rest) - 1).sum()), slope

    start = 1 - _minres(correlation) ** 2
    limits = [(_LEAST_UNIQUENESS, 1.0)] * len(start)
    found = optimize.minimize(discrepancy, start, jac=True, method="L-BFGS-B", bounds=limits, options={"ftol": 1e-15, "gtol": 1e-9})
    return _first_factor(correlation, found.x)[0]


def _first_factor(correlation: Matrix, uniqueness: Matrix) -> tuple[Matrix, Matrix]:
    """Loadings of the first factor at given uniquenesses, and all roots."""
    scale = 1 / np.sqrt(uniqueness)
    roots, vectors = linalg.eigh(scale[:, None] * correlation * scale)
    loadings = vectors[:, -1] * np.sqrt(max(roots[-1] - 1, 0)) / scale
    return loadings, roots


def _influence(values: Matrix, statistic: Callable[[Matrix], float]) -> Matrix:
    """Influence of every respondent on a statistic of the correlations."""
    scores = stats.zscore(values, axis=0)
    correlation = scores.T @ scores / len(scores)
    total = np.zeros(len(scores))
    for j, k in zip(*np.triu_indices(len(correlation), 1), strict=True):
        step = np.zeros_like(correlation)
        step[j, k] = step[k, j] = _STEP
        slope = (statistic(correlation + step) - statistic(correlation - step)) / (2 * _STEP)
        # The influence on a correlation, whose scale is estimated too.
        total += slope * (scores[:, j] * scores[:, k] - correlation[j, k] * (scores[:, j] ** 2 + scores[:, k] ** 2) / 2)
    return total


def _off_diagonal(matrix: Matrix) -> Matrix:
    return matrix[np.triu_indices(len(matrix), 1)]
