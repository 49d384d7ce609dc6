"""The table of coefficients: estimates, tests and intervals, as each family and covariance has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.regression.covariance import Estimated
from helpers.quantitative.regression.maximum import DISPERSION, PRECISION

Floats = NDArray[np.float64]


def coefficient_table(estimated: Estimated, covariance: Floats, *, tested: int, level: float, df_resid: float = np.inf) -> pd.DataFrame:
    """Wald tests and intervals.

    Parameters
    ----------
    estimated : Estimated
        The fit.
    covariance : array of float, shape (k, k)
        Of its parameters.
    tested : int
        The first so many parameters are coefficients; 0 means nothing for the others, thresholds, precision or dispersion.
    level : float
        Confidence level, a proportion in (0, 1).
    df_resid : float
        Degrees of freedom of t; infinite gives the normal distribution.

    Returns
    -------
    DataFrame
        One row per parameter: ``term``, ``estimate``, ``std_error``, ``statistic``, ``p_value``, ``low``, ``high``. Bounds of a precision or
        dispersion are symmetric in its logarithm.
    """
    reference = stats.t(df_resid) if np.isfinite(df_resid) else stats.norm()
    estimates, std_errors = estimated.estimates, np.sqrt(np.diag(covariance))
    # An exact fit has no error: its coefficients are infinitely many standard errors from 0.
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where(np.arange(len(estimates)) < tested, estimates / std_errors, np.nan)
    half = reference.isf((1 - level) / 2) * std_errors
    low, high = estimates - half, estimates + half
    for place, name in enumerate(estimated.names):
        if name in (PRECISION, DISPERSION):
            factor = np.exp(half[place] / estimates[place])
            low[place], high[place] = estimates[place] / factor, estimates[place] * factor
    columns = {"term": estimated.names, "estimate": estimates, "std_error": std_errors, "statistic": statistics}
    return pd.DataFrame(columns | {"p_value": 2 * reference.sf(np.abs(statistics)), "low": low, "high": high})
