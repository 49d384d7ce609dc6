"""Firth's penalty: Jeffreys' prior takes the first-order bias out of a logit, and keeps it finite where the outcome is separated perfectly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from helpers.quantitative.regression.families import LEAST
from helpers.quantitative.regression.likelihood import Penalty, factored

Floats = NDArray[np.float64]


def jeffreys(predictors: Floats, root: Floats) -> Penalty:
    """Half the log-determinant of the information of a logit, and what it changes.

    Each score ``y - p`` becomes ``y - p + leverage * (1/2 - p)``: as if half the leverage had been added as a success and half as a failure.

    Parameters
    ----------
    predictors : array of float, shape (n, 1)
        Logits.
    root : array of float, shape (n, 1, k)
        Factors of the information, see `Expansion`.

    Returns
    -------
    Penalty

    References
    ----------
    Firth (1993), "Bias reduction of maximum likelihood estimates", Biometrika 80:27-38; Heinze and Schemper (2002), "A solution to the problem
    of separation in logistic regression", Statistics in Medicine 21:2409-2419.

    Examples
    --------
    One case, one coefficient: all of the leverage is its own.

    >>> penalty = jeffreys(np.array([[1.0]]), np.array([[[0.5]]]))
    >>> round(penalty.value, 3), penalty.pull.round(3).tolist()
    (-0.693, [[-0.521]])
    """
    basis, triangle = factored(root)
    # As in the information: never quite 0.
    variance = np.maximum(expit(predictors[:, 0]) * expit(-predictors[:, 0]), LEAST)
    tilt = expit(-predictors[:, 0]) - expit(predictors[:, 0])
    leverage = (basis[:, 0, :] ** 2).sum(axis=1)
    regressors = root[:, 0, :] / np.sqrt(variance)[:, None]
    # The leverage moves with the coefficients: once through each case's own variance, once through the information of all.
    own = leverage * (variance - tilt**2 / 2)
    moved = np.einsum("nk,na,nb->kab", regressors * tilt[:, None], basis[:, 0, :], basis[:, 0, :])
    curvature = (regressors.T * own) @ regressors + np.einsum("kab,lab->kl", moved, moved) / 2
    with np.errstate(divide="ignore"):
        value = float(np.log(np.abs(np.diag(triangle))).sum())
    return Penalty(value, (leverage * tilt / 2 / np.sqrt(variance))[:, None], curvature)
