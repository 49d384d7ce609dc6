"""Diagnostics of a least-squares model as a whole: do terms carry the same information, is its shape right, is its spread even."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.checks.influence import fit_with_residuals
from helpers.quantitative.regression.design import INTERCEPT, Design, dependent_columns, make_design

# What is less than this, relative to its whole, is rounding error.
_NOTHING = 1e-9


def variance_inflation(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """Generalised variance inflation factor of every term: how much less precise its coefficients are because terms go together.

    Parameters
    ----------
    data : DataFrame
        One row per case; cases without all variables are left out.
    formula : str
        As in `helpers.quantitative.regression.design.make_design`, with an intercept.

    Returns
    -------
    DataFrame
        One row per term: ``term``, ``dof`` (columns), ``gvif`` (1 = unrelated to the other terms), ``scaled`` (gvif ** (1 / (2 dof)):
        comparable between terms; for one column the factor by which the interval is wider).

    Raises
    ------
    ValueError
        If the formula has no intercept or no terms, or the design cannot be made.

    References
    ----------
    Fox and Monette (1992), "Generalized collinearity diagnostics", JASA 87:178-183.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 3, 2, 5, 4], "size": [1, 2, 3, 4, 5], "age": [2, 1, 4, 3, 6]})
    >>> variance_inflation(table, "y ~ size + age").round(3)
       term  dof   gvif  scaled
    0  size    1  3.083   1.756
    1   age    1  3.083   1.756
    """
    design = make_design(data, formula)
    if not design.has_intercept or not design.terms:
        raise ValueError(f"variance inflation compares terms beside an intercept; the formula {formula!r} lacks one of both")
    places = [place for place, column in enumerate(design.columns) if column != INTERCEPT]
    correlations = np.atleast_2d(np.corrcoef(design.matrix[:, places], rowvar=False))
    rows = []
    for term, columns in design.terms.items():
        own = np.isin(places, columns)
        own_part, other_part, whole = (np.linalg.slogdet(correlations[np.ix_(part, part)])[1] for part in (own, ~own, own | ~own))
        gvif = float(np.exp(own_part + other_part - whole))
        rows.append({"term": term, "dof": len(columns), "gvif": gvif, "scaled": gvif ** (1 / (2 * len(columns)))})
    return pd.DataFrame(rows, columns=["term", "dof", "gvif", "scaled"])


def reset_test(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """Ramsey's RESET: do the squared and cubed fitted values explain what the model leaves, so that its shape is wrong?

    Parameters
    ----------
    data : DataFrame
        One row per case; cases without all variables are left out.
    formula : str
        As in `helpers.quantitative.regression.design.make_design`.

    Returns
    -------
    DataFrame
        One row: ``test``, ``statistic`` (F), ``dof`` (powers that add something; with few categories one or none may), ``dof_residual``,
        ``p_value``, ``n_used``, ``n_dropped``. Statistic and p-value are nan where no power adds anything or no residual is left.

    Raises
    ------
    ValueError
        If the outcome is no number or constant, the model fits it exactly, or the design cannot be made.

    References
    ----------
    Ramsey (1969), Journal of the Royal Statistical Society B 31:350-371; powers 2 and 3 as in R's ``lmtest::resettest``.

    Examples
    --------
    >>> table = pd.DataFrame({"size": range(10), "y": [0, 1, 5, 8, 17, 24, 37, 48, 65, 80]})
    >>> reset_test(table, "y ~ size")[["dof", "p_value"]].round(3)
       dof  p_value
    0    2      0.0
    """
    design, fitted = fit_with_residuals(data, formula)
    residual, basis = fitted.scores[:, 0], fitted.basis[:, 0]
    scaled = _scaled(design.outcome.to_numpy(dtype=float) - residual, residual, centre=design.has_intercept)
    n, p = basis.shape
    together = np.column_stack([basis, scaled**2, scaled**3])
    added = [place for place in (p, p + 1) if place not in dependent_columns(together)]
    left = n - p - len(added)
    explained = float(((np.linalg.qr(together[:, [*range(p), *added]])[0][:, p:].T @ residual) ** 2).sum())
    unexplained = float(residual @ residual) - explained
    usable = added and left > 0 and unexplained > _NOTHING * explained
    statistic = (explained / len(added)) / (unexplained / left) if usable else np.nan
    p_value = stats.f.sf(statistic, len(added), left) if usable else np.nan
    return _one_row("reset", design, statistic, len(added), left, p_value)


def breusch_pagan_test(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """Breusch and Pagan's test in Koenker's form, which does not presume normal errors: does the spread of the residuals go with the terms?

    Parameters
    ----------
    data, formula
        As in `reset_test`.

    Returns
    -------
    DataFrame
        One row: ``test``, ``statistic`` (chi-squared), ``dof``, ``dof_residual`` (nan), ``p_value``, ``n_used``, ``n_dropped``.

    Raises
    ------
    ValueError
        If the outcome is no number or constant, the model fits it exactly, or the design cannot be made.

    References
    ----------
    Koenker (1981), "A note on studentizing a test for heteroscedasticity", Journal of Econometrics 17:107-112.

    Examples
    --------
    >>> table = pd.DataFrame({"size": range(8), "y": [0, 1, 3, 2, 7, 1, 9, 2]})
    >>> breusch_pagan_test(table, "y ~ size")[["dof", "statistic"]].round(3)
       dof  statistic
    0    1      5.511
    """
    design, fitted = fit_with_residuals(data, formula)
    squared = fitted.scores[:, 0] ** 2
    squared = squared / squared.mean() - 1
    dof, total = len(design.columns) - 1, float(squared @ squared)
    usable = dof and total > _NOTHING
    statistic = len(squared) * float(((fitted.basis[:, 0].T @ squared) ** 2).sum()) / total if usable else np.nan
    return _one_row("breusch_pagan", design, statistic, dof, np.nan, stats.chi2.sf(statistic, dof) if usable else np.nan)


def _scaled(fitted: NDArray[np.float64], residual: NDArray[np.float64], *, centre: bool) -> NDArray[np.float64]:
    """Fitted values between -1 and 1, whose powers keep their digits: the same test, since a model with an intercept does not see the shift."""
    shifted = fitted - (fitted.min() + fitted.max()) / 2 if centre else fitted
    size = np.abs(shifted).max()
    return shifted / size if size > _NOTHING * np.linalg.norm(residual) else np.zeros_like(fitted)


def _one_row(test: str, design: Design, statistic: float, dof: int, dof_residual: float, p_value: float) -> pd.DataFrame:
    columns = ["test", "statistic", "dof", "dof_residual", "p_value", "n_used", "n_dropped"]
    return pd.DataFrame([[test, statistic, dof, dof_residual, p_value, design.n_used, design.n_dropped]], columns=columns)
