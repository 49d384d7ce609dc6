"""Tests and intervals from the profile of a likelihood, for where its skewness makes Wald's poor: few cases, near separation, Firth's logit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq

from helpers.quantitative.regression.likelihood import Likelihood, NotConvergedError, factored, maximise
from helpers.quantitative.regression.maximum import Problem

Floats = NDArray[np.float64]

# An interval this many times wider than Wald's has no end; nor has one that holds a precision or dispersion this many orders (base e) away.
_ENDLESS, _ORDERS = 1e4, 15.0


def profile_tests(problem: Problem, maximum: Floats) -> tuple[Floats, Floats]:
    """Likelihood-ratio test of each parameter against 0: statistic (chi-squared with 1 degree of freedom) and p-value.

    Where the likelihood is penalised, so is the test (Heinze and Schemper 2002).
    """
    statistics = np.array([max(_loss(problem.likelihood, maximum, place)(0.0), 0.0) for place in range(len(maximum))])
    return statistics, stats.chi2.sf(statistics, 1)


def profile_bounds(problem: Problem, maximum: Floats, std_errors: Floats, level: float) -> tuple[Floats, Floats]:
    """Profile-likelihood interval of each parameter, in the units of the data.

    Parameters
    ----------
    problem : Problem
        The likelihood.
    maximum : array of float, shape (k,)
        Its maximum, in its own units.
    std_errors : array of float, shape (k,)
        Standard errors in the units of the data: a first guess of the width.
    level : float
        Confidence level, a proportion in (0, 1).

    References
    ----------
    Venzon and Moolgavkar (1988), "A method for computing profile-likelihood-based confidence intervals", Applied Statistics 37:87-94.
    """
    loss = float(stats.chi2.ppf(level, 1))
    # A logarithm is as uncertain as its number is in proportion.
    widths = std_errors * problem.sizes
    if problem.positive:
        widths[-1] = std_errors[-1] / np.exp(maximum[-1])
    furthest = _ENDLESS * widths
    if problem.positive:
        furthest[-1] = _ORDERS
    found = [_interval(problem.likelihood, maximum, place, width * loss**0.5, loss, furthest[place]) for place, width in enumerate(widths)]
    low, high = np.array(found).T / problem.sizes
    if problem.positive:
        low[-1], high[-1] = np.exp(low[-1]), np.exp(high[-1])
    return low, high


def _interval(likelihood: Likelihood, maximum: Floats, place: int, width: float, loss: float, furthest: float) -> tuple[float, float]:
    """The values of one parameter at which the others cannot make up for a loss; ``width`` is a first guess of half the interval."""
    bounds = []
    for direction in (-1.0, 1.0):
        loss_at, centre, inside, reach = _loss(likelihood, maximum, place), float(maximum[place]), 0.0, min(width, furthest / 2)
        while reach < furthest and loss_at(centre + direction * reach) < loss:
            inside, reach = reach, 1.5 * reach
        endless = reach >= furthest
        ends = (centre + direction * inside, centre + direction * reach)
        bounds.append(direction * np.inf if endless else float(brentq(lambda value: loss_at(value) - loss, *ends, xtol=1e-9 * width, rtol=1e-9)))  # noqa: B023
    return bounds[0], bounds[1]


def _loss(likelihood: Likelihood, maximum: Floats, place: int) -> Callable[[float], float]:
    """Value of one parameter -> twice what the log-likelihood loses when it is held there and the others adapt.

    Each maximisation starts from the one before, moved as the others follow to first order; where even that is impossible (thresholds that
    cross), half way.
    """
    expansion, at = likelihood.expand(maximum), maximum
    towards = np.linalg.inv(factored(expansion.root)[1])
    follow = towards @ towards[place] / (towards[place] @ towards[place])

    def loss(value: float) -> float:
        nonlocal at
        aim = value
        for _ in range(200):
            moved = at + follow * (aim - at[place])
            moved[place] = aim
            if not np.isfinite(likelihood.expand(moved).log_likelihood):
                aim = (aim + at[place]) / 2
                continue
            at, found = maximise(likelihood, moved, fixed=place)
            if aim == value:
                return 2 * (expansion.log_likelihood - found.log_likelihood)
            aim = value
        raise NotConvergedError("the profile of the likelihood could not be followed; use the intervals of the coefficients")

    return loss
