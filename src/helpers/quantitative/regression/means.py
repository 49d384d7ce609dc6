"""The mean outcome of each family as a function of its linear predictor, and its slope; both accept complex numbers.

A function of the parameters moved by a tiny imaginary step has its exact derivative as imaginary part: no formula to get wrong, no rounding.
Squire and Trapp (1998), "Using complex variables to estimate derivatives of real functions", SIAM Review 40:110-112.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
# Linear predictor (n,), thresholds (none but for the ordered logit) -> outcomes (n, m).
Curve = Callable[[Numbers, Numbers], Numbers]

_TINY = 1e-100


def mean_curve(family: str) -> tuple[Curve, Curve]:
    """Mean outcome (n, 1) and its slope; of an ordered logit the mean position of the answer, counted from 0."""
    if family == "ols":
        return (lambda eta, _: eta[:, None]), (lambda eta, _: np.ones_like(eta)[:, None])
    if family in ("poisson", "negative_binomial"):
        return (lambda eta, _: np.exp(eta)[:, None]), (lambda eta, _: np.exp(eta)[:, None])
    if family == "ordered_logit":
        return (
            lambda eta, cuts: _logistic(eta[:, None] - cuts).sum(axis=1, keepdims=True),
            lambda eta, cuts: _logistic_slope(eta[:, None] - cuts).sum(axis=1, keepdims=True),
        )
    return (lambda eta, _: _logistic(eta)[:, None]), (lambda eta, _: _logistic_slope(eta)[:, None])


def answer_curve() -> tuple[Curve, Curve]:
    """Probability of each answer of an ordered logit (n, answers), and its slope."""

    def probabilities(eta: Numbers, cuts: Numbers) -> Numbers:
        above = _logistic(eta[:, None] - cuts)
        return -np.diff(above, axis=1, prepend=1, append=0)

    def slopes(eta: Numbers, cuts: Numbers) -> Numbers:
        return -np.diff(_logistic_slope(eta[:, None] - cuts), axis=1, prepend=0, append=0)

    return probabilities, slopes


def gradient(function: Callable[[Numbers], Numbers], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Derivatives (k, ...) of an array-valued function by each of k parameters, exact to rounding.

    Examples
    --------
    >>> gradient(lambda x: x**3, np.array([2.0, 1.0])).diagonal()
    array([12.,  3.])
    """
    steps = 1j * _TINY * np.eye(len(point))
    return np.stack([function(point + step).imag / _TINY for step in steps])


def _logistic(eta: Numbers) -> Numbers:
    return (1 + np.tanh(eta / 2)) / 2


def _logistic_slope(eta: Numbers) -> Numbers:
    return (1 - np.tanh(eta / 2) ** 2) / 4
