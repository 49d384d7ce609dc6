"""How strong something that was not measured would have to be to explain an association away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.quantitative.regression.design import make_design
from helpers.quantitative.regression.least_squares import least_squares
from helpers.quantitative.regression.outcomes import checked_outcome


def robustness_value(*, t: float, dof: float, q: float = 1.0, alpha: float | None = None) -> float:
    """Share of the residual variance of outcome and regressor that a confounder would have to explain to change the conclusion.

    Parameters
    ----------
    t : float
        Coefficient over its classical standard error.
    dof : float
        Residual degrees of freedom of the regression, more than 1.
    q : float
        Share of the estimate that the confounder would take away: 1 brings it to 0.
    alpha : float, optional
        Given, the question is when the interval at level 1 - alpha reaches the reduced estimate, and the value is smaller.

    Returns
    -------
    float
        From 0 (any confounder is enough; with alpha: the interval reaches it as it is) to 1.

    Raises
    ------
    ValueError
        If t is not finite, dof is not above 1, q not positive or alpha outside (0, 1).

    References
    ----------
    Cinelli and Hazlett (2020), "Making sense of sensitivity", Journal of the Royal Statistical Society B 82:39-67, equations 18 and 19; the
    case of t so large that its confounder need not be equally strong on both sides as in their R package sensemakr.

    Examples
    --------
    Being harmed and attitudes to peace in Darfur, Cinelli and Hazlett (2020), section 5:

    >>> round(robustness_value(t=4.18445, dof=783), 3), round(robustness_value(t=4.18445, dof=783, alpha=0.05), 3)
    (0.139, 0.076)
    """
    if not np.isfinite(t) or not 1 < dof < np.inf:
        raise ValueError("the robustness value needs a finite t and more than 1 residual degree of freedom")
    if not 0 < q < np.inf or (alpha is not None and not 0 < alpha < 1):
        raise ValueError("q is a positive share, such as 1, and alpha lies between 0 and 1, such as 0.05")
    f = q * abs(t) / np.sqrt(dof)
    critical = stats.t.isf(alpha / 2, dof - 1) / np.sqrt(dof - 1) if alpha is not None else 0.0
    if f <= critical:
        return 0.0
    if f * critical > 1:
        return float((f**2 - critical**2) / (1 + f**2))
    beyond = f - critical
    # The root of x**2 / (1 - x) = beyond**2, in the form that keeps its digits at both ends.
    return float(2 * beyond / (beyond + np.sqrt(beyond**2 + 4)))


def confounding(data: pd.DataFrame, formula: str, *, q: float = 1.0, alpha: float = 0.05) -> pd.DataFrame:
    """Robustness value of every term of one column: how strong an unmeasured confounder would have to be.

    Parameters
    ----------
    data : DataFrame
        One row per case; cases without all variables are left out.
    formula : str
        As in `helpers.quantitative.regression.design.make_design`.
    q, alpha
        As in `robustness_value`.

    Returns
    -------
    DataFrame
        One row per term of one column: ``term``, ``estimate`` (units of the outcome per unit of the column), ``partial_r2`` (share of what the
        other terms leave unexplained), ``robustness_value`` (a confounder that explains at least this share of what is left of both the outcome
        and the term brings the estimate to 0), ``robustness_value_alpha`` (until the interval at level 1 - alpha holds 0), ``n_used``.
        Terms of several columns, such as a sector, have no single estimate to explain away and are not in it.

    Raises
    ------
    ValueError
        If the outcome is no number or constant, q or alpha are not allowed, or the design cannot be made.

    References
    ----------
    Cinelli and Hazlett (2020), JRSS B 82:39-67. The partial R2 follows from the classical t, so these are statements about classical intervals.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 3, 2, 5, 4, 6], "size": [1, 2, 3, 4, 5, 6]})
    >>> confounding(table, "y ~ size").round(3)
       term  estimate  partial_r2  robustness_value  robustness_value_alpha  n_used
    0  size     0.886       0.784             0.817                   0.057       6
    """
    design = make_design(data, formula)
    checked_outcome(design, "ols")
    fitted = least_squares(design, np.ones(design.n_used))[0]
    dof = design.n_used - len(design.columns)
    if dof < 2 or fitted.scale == 0:
        raise ValueError(f"{design.n_used} cases leave {len(design.columns)} coefficients no residual variance to judge by; leave terms out")
    statistics = fitted.estimates / np.sqrt(fitted.scale * (fitted.spread**2).sum(axis=1))
    rows = []
    for term, places in design.terms.items():
        if len(places) == 1:
            t = float(statistics[places[0]])
            values = [robustness_value(t=t, dof=dof, q=q), robustness_value(t=t, dof=dof, q=q, alpha=alpha)]
            rows.append([term, fitted.estimates[places[0]], t**2 / (t**2 + dof), *values, design.n_used])
    return pd.DataFrame(rows, columns=["term", "estimate", "partial_r2", "robustness_value", "robustness_value_alpha", "n_used"])


def e_value(risk_ratio: float) -> float:
    """Risk ratio that a confounder would need with both sides to explain a risk ratio away.

    Raises
    ------
    ValueError
        If the risk ratio is not positive.

    References
    ----------
    VanderWeele and Ding (2017), "Sensitivity analysis in observational research: introducing the E-value", Annals of Internal Medicine
    167:268-274.

    Examples
    --------
    >>> round(e_value(3.9), 2)
    7.26
    """
    if not 0 < risk_ratio < np.inf:
        raise ValueError("a risk ratio is a positive number, such as 1.5")
    ratio = max(risk_ratio, 1 / risk_ratio)
    return float(ratio + np.sqrt(ratio * (ratio - 1)))
