"""Covariance of the coefficients: classical, or robust to unequal variances (HC0 to HC3), the same way for every family.

An outcome with one predictor per case (least squares, logit, Poisson) has the usual leverage: the diagonal of the weighted hat matrix. With
several predictors per case (mean and precision, the two thresholds around an answer) the leverage of a case is a small matrix H_i, its block of
the hat matrix of the whitened information. HC3 divides the scores of a case by I - H_i, HC2 by its square root: for one predictor the textbook
definition, in general the step of Fisher scoring that leaving the case out would cause, and the root that makes its variance right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.quantitative.regression.design import INTERCEPT, Design
from helpers.quantitative.regression.refusal import Refusal

Floats = NDArray[np.float64]

COVARIANCES = ("classical", "HC0", "HC1", "HC2", "HC3")
# The power of (I - H) by which each case's scores are multiplied.
_POWERS = {"HC0": 0.0, "HC1": 0.0, "HC2": -0.5, "HC3": -1.0}
# A case whose fit leaves less than this of its own outcome decides a coefficient alone.
_NOTHING_LEFT = 1e-9


@dataclass(frozen=True)
class Estimated:
    """Estimates and what their covariance is made of.

    Parameters
    ----------
    names : tuple of str, length k
        Of the parameters.
    estimates : array of float, shape (k,)
        In the units of the data.
    basis : array of float, shape (n, r, k)
        Orthonormal over all cases and predictors.
    scores : array of float, shape (n, r)
        Whitened scores; for least squares the residuals.
    spread : array of float, shape (k, k)
        From the basis to the parameters: ``spread @ spread.T`` is the inverse information.
    scale : float
        Variance of the residuals, or dispersion.
    log_likelihood : float
        At the estimates.
    """

    names: tuple[str, ...]
    estimates: Floats
    basis: Floats
    scores: Floats
    spread: Floats
    scale: float
    log_likelihood: float

    @property
    def leverage(self) -> Floats:
        """Of each case: trace of its block of the hat matrix. They add up to the number of parameters."""
        return np.einsum("nrk,nrk->n", self.basis, self.basis)


def checked_covariance(covariance: str) -> str:
    """The name of a covariance, or a ValueError.

    Examples
    --------
    >>> checked_covariance("HC3")
    'HC3'
    """
    if covariance not in COVARIANCES:
        raise ValueError(f"the covariance {covariance!r} is not known; use one of {', '.join(COVARIANCES)}")
    return covariance


def covariance_matrix(estimated: Estimated, design: Design, covariance: str) -> Floats:
    """Covariance of the parameters.

    Parameters
    ----------
    estimated : Estimated
        The fit.
    design : Design
        Only to name the columns where a case decides a coefficient alone.
    covariance : str
        "classical" trusts the family's variance; "HC0" is the sandwich; "HC1" multiplies it by n / (n - k); "HC2" and "HC3" take the leverage of
        each case into account.

    Returns
    -------
    array of float, shape (k, k)

    Raises
    ------
    ValueError
        If the name is not known, or a case has leverage 1 under HC2 or HC3.

    References
    ----------
    White (1980), Econometrica 48:817-838; MacKinnon and White (1985), Journal of Econometrics 29:305-325; Bell and McCaffrey (2002), Survey
    Methodology 28:169-181, for the matrix form; Zeileis (2006), Journal of Statistical Software 16(9), for generalised linear models.
    """
    if checked_covariance(covariance) == "classical":
        return estimated.scale * estimated.spread @ estimated.spread.T
    influence = np.einsum("nrk,nr->nk", estimated.basis, _adjusted(estimated, design, covariance)) @ estimated.spread.T
    cases, parameters = influence.shape
    return influence.T @ influence * (cases / (cases - parameters) if covariance == "HC1" else 1.0)


def _adjusted(estimated: Estimated, design: Design, covariance: str) -> Floats:
    power = _POWERS[covariance]
    if power == 0:
        return estimated.scores
    blocks = estimated.basis @ estimated.basis.swapaxes(1, 2)
    values, vectors = np.linalg.eigh(blocks)
    alone = np.flatnonzero(values.max(axis=1) > 1 - _NOTHING_LEFT)
    if len(alone):
        raise Refusal(
            "single_case",
            f"{covariance} is not defined where a single case decides a coefficient ({_decided(design, alone)}); merge the category with another, "
            "or leave the case out",
        )
    turned = np.einsum("nab,na->nb", vectors, estimated.scores) * (1 - values) ** power
    return np.einsum("nab,nb->na", vectors, turned)


def _decided(design: Design, alone: NDArray[np.int_]) -> str:
    """The columns that only one case carries; where it is the reference category, the term."""
    carried = design.matrix != 0
    single = [column for place, column in enumerate(design.columns) if carried[:, place].sum() == 1 and carried[alone, place].any()]
    if single:
        return ", ".join(single)
    terms = [term for term, places in design.terms.items() if np.any(_leverage(design, places)[alone] > 1 - _NOTHING_LEFT)]
    return ", ".join(terms or [column for column in design.columns if column != INTERCEPT])


def _leverage(design: Design, places: tuple[int, ...]) -> Floats:
    basis, _ = np.linalg.qr(np.column_stack([np.ones(design.n_used), design.matrix[:, list(places)]]))
    return (basis**2).sum(axis=1)
