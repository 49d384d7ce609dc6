"""Single cases in a least-squares model: what it leaves of each, and how far each decides what it says.

`influence` and `residuals` have a row per case and are for the researcher alone; `without_influential` names nobody and may be published.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.regression.covariance import Estimated
from helpers.quantitative.regression.design import Design, make_design
from helpers.quantitative.regression.least_squares import least_squares
from helpers.quantitative.regression.outcomes import checked_outcome

Array = NDArray[np.float64]
# What is less than this, relative to its whole, is rounding error.
_NOTHING = 1e-9


def residuals(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """What the model says of every case and what it leaves, for plots in the notebook. Never published: one row is one respondent.

    Parameters
    ----------
    data : DataFrame
        One row per case; cases without all variables are left out.
    formula : str
        As in `helpers.quantitative.regression.design.make_design`.

    Returns
    -------
    DataFrame
        One row per case used, index as in the table: ``fitted``, ``residual`` (units of the outcome), ``standardised`` (over its standard
        deviation, which is smaller for cases of high leverage; nan where the leverage is 1).

    Raises
    ------
    ValueError
        If the outcome is no number or constant, the model fits it exactly, or the design cannot be made.

    Examples
    --------
    >>> residuals(pd.DataFrame({"y": [1.0, 3.0, 2.0, 6.0], "size": [1, 2, 3, 4]}), "y ~ size").round(2)
       fitted  residual  standardised
    0     0.9       0.1          0.13
    1     2.3       0.7          0.58
    2     3.7      -1.7         -1.40
    3     5.1       0.9          1.13
    """
    design, fitted = fit_with_residuals(data, formula)
    residual = fitted.scores[:, 0]
    table = {"fitted": design.outcome.to_numpy(dtype=float) - residual, "residual": residual, "standardised": _standardised(fitted)}
    return pd.DataFrame(table, index=design.outcome.index)


def influence(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """How far every single case decides what the model says. Never published: one row is one respondent.

    Parameters
    ----------
    data, formula
        As in `residuals`.

    Returns
    -------
    DataFrame
        One row per case used, index as in the table: ``leverage``, ``studentised`` (residual over its standard deviation as estimated
        without the case), ``p_outlier`` (two-sided, times the number of cases: Bonferroni), ``cooks_distance`` and, for every column of the
        design, ``dfbetas_`` and its name (change of the coefficient by the case, in standard errors). Where a case has leverage 1, such as
        the only one of a category, all but the leverage is nan.

    Raises
    ------
    ValueError
        If the outcome is no number or constant, the model fits it exactly, or the design cannot be made.

    References
    ----------
    Belsley, Kuh and Welsch (1980), "Regression Diagnostics"; Cook (1977), Technometrics 19:15-18; Fox (2016), "Applied Regression Analysis".

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1.0, 3.0, 2.0, 5.0, 9.0], "size": [1, 2, 3, 4, 5]})
    >>> influence(table, "y ~ size")[["leverage", "cooks_distance"]].round(2)
       leverage  cooks_distance
    0       0.6            0.27
    1       0.3            0.08
    2       0.2            0.25
    3       0.3            0.08
    4       0.6            1.45
    """
    design, fitted = fit_with_residuals(data, formula)
    n, p = design.matrix.shape
    leverage, standardised = fitted.leverage, _standardised(fitted)
    own = np.where(np.isnan(standardised), np.nan, 1 - leverage)
    # The residual variance without the case; where it is 0, or no degree of freedom is left for it, the case cannot be judged.
    without = (n - p - standardised**2) / (n - p - 1) if n > p + 1 else np.full(n, np.nan)
    studentised = standardised / np.sqrt(np.where(without > _NOTHING, without, np.nan))
    # Change of each coefficient over its standard error: rows of the pseudo-inverse, brought to length 1.
    directions = (fitted.spread @ fitted.basis[:, 0].T) / np.linalg.norm(fitted.spread, axis=1, keepdims=True)
    dfbetas = directions * studentised / np.sqrt(own)
    table = {
        "leverage": leverage,
        "studentised": studentised,
        "p_outlier": np.minimum(1, n * 2 * stats.t.sf(np.abs(studentised), max(1, n - p - 1))),
        "cooks_distance": standardised**2 * leverage / own / p,
    }
    return pd.DataFrame(table | {f"dfbetas_{name}": values for name, values in zip(design.columns, dfbetas, strict=True)}, index=design.outcome.index)


def without_influential(data: pd.DataFrame, formula: str, *, at_most: float | None = None) -> pd.DataFrame:
    """Coefficients with all cases, and without those that influence them most.

    Parameters
    ----------
    data, formula
        As in `residuals`.
    at_most : float, optional
        Largest Cook's distance that a case may have; 4 / n where none is given. A case with leverage 1 has no distance and stays.

    Returns
    -------
    DataFrame
        One row per column of the design: ``column``, ``estimate``, ``estimate_without``, ``n``, ``n_without`` (cases left). The second estimate
        is nan where the cases left cannot say, such as for a category that has none of them.

    Raises
    ------
    ValueError
        If `at_most` is not positive, the outcome is no number or constant, the model fits it exactly, or the design cannot be made.

    References
    ----------
    Cook (1977), Technometrics 19:15-18; Bollen and Jackman (1990) for 4 / n.

    Examples
    --------
    >>> without_influential(pd.DataFrame({"y": [1.0, 2.0, 3.5, 4.0, 5.0, 0.0], "size": [1, 2, 3, 4, 5, 6]}), "y ~ size").round(2)
          column  estimate  estimate_without  n  n_without
    0  Intercept      2.13               0.1  6          5
    1       size      0.13               1.0  6          5
    """
    if at_most is not None and not at_most > 0:
        raise ValueError("the largest Cook's distance that is kept is a positive number, such as 4 divided by the cases")
    design, fitted = fit_with_residuals(data, formula)
    distance = influence(data, formula)["cooks_distance"].to_numpy()
    kept = ~(distance > (4 / len(distance) if at_most is None else at_most))
    without = _estimable(design.matrix[kept], design.outcome.to_numpy(dtype=float)[kept])
    return pd.DataFrame(
        {"column": design.columns, "estimate": fitted.estimates, "estimate_without": without, "n": len(kept), "n_without": int(kept.sum())}
    )


def fit_with_residuals(data: pd.DataFrame, formula: str) -> tuple[Design, Estimated]:
    """Design and least-squares fit of a model that leaves residuals.

    Raises
    ------
    ValueError
        If the outcome is no number or constant, the model fits it exactly, or the design cannot be made.
    """
    design = make_design(data, formula)
    outcome = checked_outcome(design, "ols")
    fitted = least_squares(design, np.ones(design.n_used))[0]
    if np.linalg.norm(fitted.scores) < _NOTHING * np.linalg.norm(outcome - outcome.mean()):
        raise ValueError(f"the model fits all {design.n_used} cases exactly, so there is no residual to look at; leave terms out")
    return design, fitted


def _standardised(fitted: Estimated) -> Array:
    """Residuals over their standard deviations, nan where a case is fitted by a coefficient of its own."""
    own = 1 - fitted.leverage
    return fitted.scores[:, 0] / np.sqrt(fitted.scale * np.where(own > _NOTHING, own, np.nan))


def _estimable(matrix: Array, outcome: Array) -> Array:
    """Least-squares coefficients, nan for those that the cases do not determine: they have a part in the null space."""
    lengths = np.linalg.norm(matrix, axis=0)
    lengths[lengths == 0] = 1
    left, sizes, right = np.linalg.svd(matrix / lengths)
    rank = int((sizes > _NOTHING * sizes.max(initial=0)).sum())
    estimates = right[:rank].T @ ((left[:, :rank].T @ outcome) / sizes[:rank]) / lengths
    return np.where((np.abs(right[rank:]) > _NOTHING).any(axis=0), np.nan, estimates)
