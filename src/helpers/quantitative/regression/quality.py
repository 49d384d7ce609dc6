"""How well a fitted model describes its cases: deviance, dispersion, explained share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logit, xlogy

from helpers.quantitative.regression.covariance import Estimated

Floats = NDArray[np.float64]


def deviance(estimated: Estimated, outcome: Floats, family: str, weights: Floats) -> float:
    """Twice the log-likelihood missing to a model that fits each case; -2 log-likelihood where no model does (beta, ordered logit).

    Least squares: the sum of squared residuals. Firth's logit: -2 log-likelihood with the penalty.
    """
    if family == "ols":
        return float((estimated.scores**2).sum())
    perfect = np.zeros(len(outcome))
    if family == "fractional_logit":
        perfect = xlogy(outcome, outcome) + xlogy(1 - outcome, 1 - outcome)
    if family == "poisson":
        perfect = xlogy(outcome, outcome) - outcome - gammaln(outcome + 1)
    if family == "negative_binomial":
        size = 1 / estimated.estimates[-1]
        perfect = gammaln(outcome + size) - gammaln(size) - gammaln(outcome + 1)
        perfect = perfect + xlogy(outcome, outcome / (outcome + size)) + size * np.log(size / (outcome + size))
    return 2 * (float(weights @ perfect) - estimated.log_likelihood)


def dispersion(estimated: Estimated, outcome: Floats, family: str) -> float:
    """Pearson's dispersion of fractional outcomes, which vary less than yes and no with the same mean (Papke and Wooldridge 1996); else 1."""
    if family != "fractional_logit" or np.isin(outcome, (0, 1)).all():
        return 1.0
    return float((estimated.scores**2).sum() / (len(outcome) - len(estimated.estimates)))


def pseudo_r_squared(linear: Floats, shares: Floats) -> float:
    """Of a beta regression: squared correlation of the linear predictor and the logit of the outcome (Ferrari and Cribari-Neto 2004)."""
    return float(np.corrcoef(linear, logit(shares))[0, 1] ** 2) if np.ptp(linear) > 0 else 0.0
