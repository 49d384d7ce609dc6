"""Models of one outcome by a formula: least squares, and the families for shares, ordered answers, counts and yes or no."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.arguments import checked_level
from helpers.quantitative.columns import aligned_weights
from helpers.quantitative.regression.coefficients import coefficient_table
from helpers.quantitative.regression.covariance import Estimated, checked_covariance, covariance_matrix
from helpers.quantitative.regression.design import Design, complete_cases, make_design
from helpers.quantitative.regression.least_squares import least_squares
from helpers.quantitative.regression.maximum import problem, regressors_of, solved
from helpers.quantitative.regression.means import mean_curve
from helpers.quantitative.regression.outcomes import checked_outcome
from helpers.quantitative.regression.profiles import profile_bounds, profile_tests
from helpers.quantitative.regression.quality import deviance, dispersion, pseudo_r_squared

Floats = NDArray[np.float64]

FAMILIES = ("ols", "fractional_logit", "beta", "ordered_logit", "poisson", "negative_binomial", "firth_logit")


@dataclass(frozen=True)
class Fit:
    """A fitted model, and how many cases it lost.

    Parameters
    ----------
    coefficients : DataFrame
        One row per parameter: ``term`` (a column of the design; then the thresholds of an ordered logit, such as ``low|high``, or
        ``(precision)``, or ``(dispersion)``), ``estimate``, ``std_error``, ``statistic``, ``p_value``, ``low``, ``high``. The statistic is t
        (ols, with ``df_resid`` degrees of freedom) or z; for `firth_logit` with its classical covariance the penalised likelihood ratio, and
        bounds are those of its profile. Thresholds, precision and dispersion have no hypothesis of 0, so no statistic; bounds of the latter
        two are symmetric in the logarithm.
    family, covariance, level, formula
        As asked for.
    covariance_matrix : DataFrame
        Of all parameters.
    design : Design
        Outcome and regressors of the cases used.
    cases : DataFrame
        The variables of the formula for those cases.
    weights : Series
        Of those cases, with mean 1.
    df_resid : int
        Cases less parameters.
    log_likelihood : float
        Of fractional outcomes or weighted cases a quasi-likelihood; of `firth_logit` with the penalty.
    deviance : float
        Least squares: sum of squared residuals. Counts, shares, yes or no: against a model that fits each case. Others: -2 log-likelihood.
    r_squared : float
        Least squares: explained share (about 0 without an intercept). Beta: squared correlation of linear predictor and logit of the outcome
        (Ferrari and Cribari-Neto 2004). Others: nan.
    scale : float
        Variance of the residuals (ols); Pearson dispersion (fractional outcomes); else 1.
    fitted, residuals : Series
        Mean outcome, and outcome less that; of an ordered logit the mean position of the answer, counted from 0.
    leverage : Series
        Of each case; they add up to the number of parameters.
    """

    coefficients: pd.DataFrame
    family: str
    covariance: str
    level: float
    formula: str
    covariance_matrix: pd.DataFrame
    design: Design
    cases: pd.DataFrame
    weights: pd.Series
    df_resid: int
    log_likelihood: float
    deviance: float
    r_squared: float
    scale: float
    fitted: pd.Series
    residuals: pd.Series
    leverage: pd.Series

    @property
    def n_used(self) -> int:
        """Cases in the model."""
        return self.design.n_used

    @property
    def n_dropped(self) -> int:
        """Cases left out because a value was missing."""
        return self.design.n_dropped


def fit(
    data: pd.DataFrame, formula: str, *, family: str = "ols", covariance: str = "classical", level: float = 0.95, weights: pd.Series | None = None
) -> Fit:
    """Fit a model to the cases that have all of its variables.

    Parameters
    ----------
    data : DataFrame
        One row per case.
    formula : str
        Such as ``"degree ~ sector + log(members)"``, see `make_design`.
    family : str
        "ols": any quantity. "fractional_logit": shares from 0 to 1, or yes and no as an ordinary logit (classical covariance: dispersion
        estimated for shares, 1 for yes and no). "beta": shares strictly between. "ordered_logit": ordered answers, P(answer <= j) =
        logistic(threshold j - regressors). "poisson", "negative_binomial" (variance m + dispersion * m^2): counts. "firth_logit": yes and no
        with few cases or perfect separation.
    covariance : str
        "classical", "HC0", "HC1", "HC2" or "HC3", see `covariance_matrix`.
    level : float
        Confidence level, a proportion in (0, 1).
    weights : Series, optional
        Positive survey weights on the index of the data; their sum does not matter. The sandwich is then the only sound covariance, and
        `firth_logit` has no sound weighting.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If the design cannot be built, the outcome is none the family can have, constant, or separated perfectly, the likelihood has no
        maximum, a case has leverage 1 (HC2, HC3), or weights are given where they are not sound.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0, 6.0], "x": [1, 2, 3, 4, 5]})
    >>> fit(table, "y ~ x", covariance="HC3").coefficients[["term", "estimate", "std_error"]].round(3)
            term  estimate  std_error
    0  Intercept      -0.1      0.663
    1          x       1.1      0.353
    """
    if family not in FAMILIES:
        raise ValueError(f"the family {family!r} is not known; use one of {', '.join(FAMILIES)}")
    checked_covariance(covariance)
    checked_level(level)
    design = make_design(data, formula)
    counted = _weights(weights, design, family, covariance)
    outcome = checked_outcome(design, family)
    estimated, explained, profiled = _estimated(design, outcome, family, counted, level if covariance == "classical" else None)
    matrix = covariance_matrix(estimated, design, covariance)
    columns, df_resid = len(regressors_of(design, family)[1]), design.n_used - len(estimated.names)
    table = coefficient_table(estimated, matrix, tested=columns, level=level, df_resid=df_resid if family == "ols" else np.inf)
    mean = _mean(design, family, estimated)
    index = design.outcome.index
    return Fit(
        coefficients=table.assign(**profiled),
        family=family,
        covariance=covariance,
        level=level,
        formula=formula,
        covariance_matrix=pd.DataFrame(matrix, list(estimated.names), list(estimated.names)),
        design=design,
        cases=complete_cases(data, formula),
        weights=pd.Series(counted, index),
        df_resid=df_resid,
        log_likelihood=estimated.log_likelihood,
        deviance=deviance(estimated, outcome, family, counted),
        r_squared=explained,
        scale=estimated.scale,
        fitted=pd.Series(mean, index),
        residuals=pd.Series(outcome - mean, index),
        leverage=pd.Series(estimated.leverage, index),
    )


def profile_intervals(fit: Fit, *, level: float = 0.95) -> pd.DataFrame:
    """Profile-likelihood intervals, better than Wald's where the likelihood is skew: few cases, rare answers.

    Parameters
    ----------
    fit : Fit
        Of any family but "ols", without weights.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per parameter: ``term``, ``estimate``, ``low``, ``high``; infinite where the likelihood never falls far enough.

    Raises
    ------
    ValueError
        For least squares, whose intervals are exact already, and for weighted cases or fractional outcomes, which have no likelihood.
    """
    checked_level(level)
    outcome = checked_outcome(fit.design, fit.family)
    quasi = fit.family == "fractional_logit" and not np.isin(outcome, (0, 1)).all()
    if fit.family == "ols" or quasi or (fit.weights != 1).any():
        raise ValueError("profile intervals need a likelihood: not ols, fractional outcomes or weights; use the intervals of the coefficients")
    asked = problem(fit.design, outcome, fit.family, fit.weights.to_numpy())
    maximum, _ = solved(asked)
    errors = fit.coefficients["std_error"].to_numpy()
    low, high = profile_bounds(asked, maximum, errors, level)
    return fit.coefficients[["term", "estimate"]].assign(low=low, high=high)


def _estimated(
    design: Design, outcome: Floats, family: str, weights: Floats, profile_level: float | None
) -> tuple[Estimated, float, dict[str, Floats]]:
    """Estimates, explained share, and the columns of the table that come from a profile (Firth's logit)."""
    if family == "ols":
        return *least_squares(design, weights), {}
    asked = problem(design, outcome, family, weights)
    maximum, estimated = solved(asked)
    estimated = replace(estimated, scale=dispersion(estimated, outcome, family))
    explained = pseudo_r_squared(design.matrix @ estimated.estimates[: design.matrix.shape[1]], outcome) if family == "beta" else np.nan
    if family != "firth_logit" or profile_level is None:
        return estimated, explained, {}
    statistic, p_value = profile_tests(asked, maximum)
    low, high = profile_bounds(asked, maximum, np.sqrt((estimated.spread**2).sum(axis=1)), profile_level)
    return estimated, explained, {"statistic": statistic, "p_value": p_value, "low": low, "high": high}


def _mean(design: Design, family: str, estimated: Estimated) -> Floats:
    regressors, names = regressors_of(design, family)
    curve, _ = mean_curve(family)
    return curve(regressors @ estimated.estimates[: len(names)], estimated.estimates[len(names) :])[:, 0]


def _weights(weights: pd.Series | None, design: Design, family: str, covariance: str) -> Floats:
    if weights is None:
        return np.ones(design.n_used)
    if family == "firth_logit" or covariance == "classical":
        reason = "firth_logit has no sound weighting" if family == "firth_logit" else "the classical covariance is wrong for weighted cases"
        raise ValueError(f"{reason}; leave the weights out" + ("" if family == "firth_logit" else ", or choose a robust covariance such as HC3"))
    values = aligned_weights(weights, design.outcome.index)
    if unused := int((values == 0).sum()):
        raise ValueError(f"{unused} of {len(values)} weights are 0; leave those cases out of the data, or give them a weight above 0")
    return values / values.mean()
