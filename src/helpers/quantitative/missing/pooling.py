"""Rubin's rules: the estimates from several imputed tables become one, with the uncertainty that the missing answers add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates: one number each, or an array with one entry per parameter.

    Parameters
    ----------
    estimate : float or array
        Mean of the estimates.
    within, between, total : float or array
        Variance within the imputed tables, between them, and of the pooled estimate.
    df : float or array
        Barnard-Rubin degrees of freedom; at most those of the complete table.
    riv : float or array
        Relative increase in variance due to non-response.
    lambda_ : float or array
        Share of the total variance that is due to non-response.
    fmi : float or array
        Fraction of missing information.
    std_error, statistic, p_value, low, high : float or array
        Of a two-sided t test against 0, and the interval. The statistic is nan where estimate and variance are both 0.
    imputations : int
        Number of imputed tables.
    """

    estimate: Any
    within: Any
    between: Any
    total: Any
    df: Any
    riv: Any
    lambda_: Any
    fmi: Any
    std_error: Any
    statistic: Any
    p_value: Any
    low: Any
    high: Any
    imputations: int

    def table(self, terms: Sequence[str]) -> pd.DataFrame:
        """One row per parameter: ``term``, ``estimate``, ``std_error``, ``statistic``, ``df``, ``p_value``, ``low``, ``high``, ``fmi``.

        Raises
        ------
        ValueError
            If there are not as many terms as parameters.
        """
        if len(terms) != np.size(self.estimate):
            raise ValueError(f"{np.size(self.estimate)} parameters were pooled, but {len(terms)} terms are named; name one per parameter")
        columns = ("estimate", "std_error", "statistic", "df", "p_value", "low", "high", "fmi")
        return pd.DataFrame({"term": list(terms)} | {name: np.atleast_1d(getattr(self, name)) for name in columns})


_NUMBERS = tuple(field.name for field in fields(Pooled) if field.name != "imputations")


def pool(estimates: ArrayLike, variances: ArrayLike, *, complete_df: float = np.inf, level: float = 0.95) -> Pooled:
    """Pool the estimates of several imputed tables by Rubin's rules.

    Parameters
    ----------
    estimates : array-like, shape (m,) or (m, p)
        Estimates of one, or of p, parameters in each of m imputed tables.
    variances : array-like, the same shape
        Their squared standard errors.
    complete_df : float
        Degrees of freedom that the analysis would have had without missing answers, such as n - p in a regression. Infinite: Rubin's (1987)
        degrees of freedom, too many in small samples.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    Pooled
        Floats for shape (m,), arrays of length p for shape (m, p).

    Raises
    ------
    ValueError
        If shapes differ, there are fewer than two tables, values are not finite, variances negative or degrees of freedom not positive.

    References
    ----------
    Rubin (1987), "Multiple imputation for nonresponse in surveys"; Barnard and Rubin (1999), "Small-sample degrees of freedom with multiple
    imputation", Biometrika 86:948-955; fmi as in van Buuren (2018), "Flexible imputation of missing data", section 2.3.

    Examples
    --------
    >>> pooled = pool([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], complete_df=40)
    >>> round(pooled.estimate, 3), round(pooled.total, 3), round(pooled.df, 2)
    (2.0, 2.333, 4.46)
    """
    values, squares = _checked(estimates, variances, complete_df)
    m = len(values)
    estimate, within, between = values.mean(axis=0), squares.mean(axis=0), values.var(axis=0, ddof=1)
    added = (1 + 1 / m) * between
    total = within + added
    share = np.divide(added, total, out=np.zeros_like(total), where=total > 0)
    riv = np.divide(added, within, out=np.where(added > 0, np.inf, 0.0), where=within > 0)
    df = _degrees_of_freedom(share, m, complete_df)
    # The same as (riv + 2 / (df + 3)) / (riv + 1), but also where all variance lies between the tables.
    fmi = share + (1 - share) * 2 / (df + 3)
    error = np.sqrt(total)
    statistic = np.divide(estimate, error, out=np.where(estimate == 0, np.nan, np.copysign(np.inf, estimate)), where=error > 0)
    half = stats.t.isf((1 - checked_level(level)) / 2, df) * error
    test = (error, statistic, 2 * stats.t.sf(np.abs(statistic), df), estimate - half, estimate + half)
    numbers = dict(zip(_NUMBERS, (estimate, within, between, total, df, riv, share, fmi, *test), strict=True))
    return Pooled(imputations=m, **{name: float(number) if np.ndim(number) == 0 else number for name, number in numbers.items()})


def _degrees_of_freedom(share: NDArray[np.float64], m: int, complete_df: float) -> NDArray[np.float64]:
    """Barnard and Rubin (1999), their two parts added as reciprocals, which stays finite where nothing lies between the tables."""
    observed = 0.0 if np.isinf(complete_df) else (complete_df + 3) / ((complete_df + 1) * complete_df)
    # 1 - share is 0 where all variance lies between; the table's own degrees of freedom are 0 there.
    own = np.divide(observed, 1 - share, out=np.full_like(share, np.inf if observed else 0.0), where=share < 1)
    rate = share**2 / (m - 1) + own
    return np.divide(1, rate, out=np.full_like(share, np.inf), where=rate > 0)


def _checked(estimates: ArrayLike, variances: ArrayLike, complete_df: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values, squares = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    if values.shape != squares.shape or values.ndim not in (1, 2):
        raise ValueError(f"estimates {values.shape} and variances {squares.shape} need one shape: tables, or tables by parameters")
    if len(values) < 2:
        raise ValueError(f"{len(values)} imputed tables tell nothing of the variance between them; at least 2 are needed, better 20")
    unusable = int((~np.isfinite(values) | ~np.isfinite(squares) | (squares < 0)).sum())
    if unusable:
        raise ValueError(f"{unusable} of {values.size} estimates or variances are missing, not finite or negative; a model may have failed there")
    if not complete_df > 0:
        raise ValueError("the degrees of freedom of the complete table are above 0, such as cases less coefficients")
    return values, squares
