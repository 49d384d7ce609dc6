"""What a sample of this size can detect: the smallest effect that a test would find as often as one asks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, stats

from helpers.quantitative.regression.design import make_design


def t_power(noncentrality: float, residual_dof: float, *, alpha: float = 0.05) -> float:
    """Power of a two-sided t test.

    Parameters
    ----------
    noncentrality : float
        True effect divided by its standard error.
    residual_dof : float
        Degrees of freedom, more than 0; infinite for a test with known noise (normal).
    alpha : float
        Level of the test, a proportion in (0, 1).

    Returns
    -------
    float
        Probability that the test rejects, in either direction.

    Raises
    ------
    ValueError
        If the degrees of freedom or the level make no sense.

    References
    ----------
    Cohen (1988), "Statistical power analysis for the behavioral sciences", 2nd ed., chapter 2.

    Examples
    --------
    Two groups of 20 whose means differ by one standard deviation:

    >>> round(t_power((20 / 2) ** 0.5, 38), 4)
    0.869
    """
    _checked(residual_dof, alpha)
    critical = stats.t.isf(alpha / 2, residual_dof)
    if np.isinf(residual_dof):
        return float(stats.norm.sf(critical - noncentrality) + stats.norm.cdf(-critical - noncentrality))
    return float(stats.nct.sf(critical, residual_dof, noncentrality) + stats.nct.cdf(-critical, residual_dof, noncentrality))


def f_power(partial_r2: float, *, tested: int, residual_dof: int, alpha: float = 0.05) -> float:
    """Power of the F test that some columns of a linear model are zero.

    Parameters
    ----------
    partial_r2 : float
        Share of the variance left by the other columns that the tested ones explain, in the population, in [0, 1).
    tested : int
        Columns tested.
    residual_dof : int
        Cases minus all columns of the model, the intercept among them.
    alpha : float
        Level of the test, a proportion in (0, 1).

    Returns
    -------
    float
        Probability that the test rejects. The noncentrality is Cohen's, f2 (tested + residual_dof + 1) with f2 = partial_r2 / (1 - partial_r2).

    Raises
    ------
    ValueError
        If an argument makes no sense.

    References
    ----------
    Cohen (1988), chapter 9. (statsmodels' `FTestPower` swaps the two degrees of freedom.)

    Examples
    --------
    >>> round(f_power(0.1, tested=5, residual_dof=89), 4)
    0.6736
    """
    _checked(residual_dof, alpha)
    if not 0 <= partial_r2 < 1 or tested < 1:
        raise ValueError("a partial R2 lies between 0 and 1 (1 excluded), and at least one column is tested")
    # scipy's noncentral F gives nonsense at a noncentrality of exactly 0.
    noncentrality = max(partial_r2 / (1 - partial_r2) * (tested + residual_dof + 1), 1e-300)
    return float(stats.ncf.sf(stats.f.isf(alpha, tested, residual_dof), tested, residual_dof, noncentrality))


def detectable_partial_r2(*, n_used: int, columns: int, tested: int, power: float = 0.8, alpha: float = 0.05) -> float:
    """Smallest partial R2 that the F test of some columns detects with the given power.

    Parameters
    ----------
    n_used : int
        Cases in the model.
    columns : int
        Columns of the model, the intercept among them.
    tested : int
        Columns tested, such as categories minus one.
    power : float
        Probability of detection, between `alpha` and 1.
    alpha : float
        Level of the test, a proportion in (0, 1).

    Returns
    -------
    float
        Share of the variance left by the other columns. Smaller effects cannot be excluded by a test that found nothing. The design is
        taken as it is; where other cases would be drawn with it, the power is lower (at n = 50 with 9 columns .76 instead of .80).

    Raises
    ------
    ValueError
        If there are not more cases than columns, the tested columns are none or more than all, or `power` or `alpha` make no sense.

    References
    ----------
    Cohen (1988), chapter 9, with the noncentrality of `f_power`.

    Examples
    --------
    >>> round(detectable_partial_r2(n_used=60, columns=10, tested=9), 3)
    0.235
    """
    if not 1 <= tested <= columns:
        raise ValueError(f"{tested} of {columns} columns cannot be tested; test at least one column, and at most all of them")
    residual_dof = n_used - columns
    _checked(residual_dof, alpha, power)
    f2 = _smallest(lambda effect: f_power(effect / (1 + effect), tested=tested, residual_dof=residual_dof, alpha=alpha), power)
    return f2 / (1 + f2)


def minimum_detectable_effects(data: pd.DataFrame, formula: str, *, residual_sd: float, power: float = 0.8, alpha: float = 0.05) -> pd.DataFrame:
    """Smallest effects that a study's own design detects with the given power.

    Parameters
    ----------
    data : DataFrame
        One row per case; rows with missing values are left out and counted. Only the design is used, not the values of the outcome.
    formula : str
        The model, such as ``"degree ~ sector + log(members)"``, fitted by least squares.
    residual_sd : float
        Standard deviation of what the model does not explain, in units of the outcome.
    power : float
        Probability of detection, between `alpha` and 1.
    alpha : float
        Level of the two-sided tests, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per column of the design except the intercept, and one more per term of several columns, after them: ``term``, ``column``
        (empty for the whole term), ``tested`` (columns), ``std_error`` and ``effect`` (units of the outcome per unit of the column, beside
        all other columns; nan for whole terms), ``partial_r2`` (as in `detectable_partial_r2`), ``n_used``, ``n_dropped``. The tests are
        those of least squares with even noise; what holds its level without that costs power: where they find a column with .80, the wild
        bootstrap test found it with .73 to .76 (n = 50, 9 columns).

    Raises
    ------
    ValueError
        If the design cannot be made, the standard deviation is not a positive number, or `power` or `alpha` make no sense.

    References
    ----------
    Noncentral t with n - columns degrees of freedom: Bloom (1995), "Minimum detectable effects", Evaluation Review 19:547-556.

    Examples
    --------
    >>> table = pd.DataFrame({"y": range(40), "treated": [0] * 20 + [1] * 20})
    >>> minimum_detectable_effects(table, "y ~ treated", residual_sd=10)[["column", "effect", "partial_r2"]].round(3)
        column  effect  partial_r2
    0  treated   9.091       0.171
    """
    if not (np.isfinite(residual_sd) and residual_sd > 0):
        raise ValueError("the residual standard deviation is a positive number, in units of the outcome")
    design = make_design(data, formula)
    residual_dof = design.n_used - design.matrix.shape[1]
    _checked(residual_dof, alpha, power)
    # From the triangle of a QR decomposition, which keeps the digits that X'X would lose.
    triangle = np.linalg.qr(design.matrix / (lengths := np.linalg.norm(design.matrix, axis=0)), mode="r")
    std_error = residual_sd * np.linalg.norm(np.linalg.inv(triangle), axis=1) / lengths
    multiple = _smallest(lambda ratio: t_power(ratio, residual_dof, alpha=alpha), power)
    common = {"n_used": design.n_used, "n_dropped": design.n_dropped}
    rows = []
    for term, places in design.terms.items():
        tests = [(design.columns[place], 1, std_error[place]) for place in places] + [("", len(places), np.nan)] * (len(places) > 1)
        for column, tested, error in tests:
            share = detectable_partial_r2(n_used=design.n_used, columns=design.matrix.shape[1], tested=tested, power=power, alpha=alpha)
            rows.append({"term": term, "column": column, "tested": tested, "std_error": error, "effect": multiple * error, "partial_r2": share})
    return pd.DataFrame(rows, columns=["term", "column", "tested", "std_error", "effect", "partial_r2"]).assign(**common)


def _smallest(power_of: Callable[[float], float], power: float) -> float:
    """Smallest effect whose power reaches the one asked for; without an effect, the power is the level of the test."""
    enough = 1.0
    while power_of(enough) < power:
        enough *= 2
    return float(optimize.brentq(lambda effect: power_of(effect) - power, 0.0, enough, xtol=1e-12, rtol=1e-12))


def _checked(residual_dof: float, alpha: float, power: float | None = None) -> None:
    if not residual_dof > 0:
        raise ValueError("no degrees of freedom are left: a model needs more cases than columns")
    if not 0 < alpha < 1:
        raise ValueError("the level of a test lies between 0 and 1, for example 0.05")
    if power is not None and not alpha < power < 1:
        raise ValueError("the power asked for lies between the level of the test and 1, for example 0.8")
