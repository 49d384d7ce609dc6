"""From a design and a family to its likelihood, and from the maximum of that back to the units of the data."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.special import logit as log_odds

from helpers.quantitative.regression import families
from helpers.quantitative.regression.covariance import Estimated
from helpers.quantitative.regression.design import INTERCEPT, Design
from helpers.quantitative.regression.firth import jeffreys
from helpers.quantitative.regression.likelihood import Likelihood, factored, maximise, stacked
from helpers.quantitative.regression.outcomes import answers, refuse_separation
from helpers.quantitative.regression.refusal import Refusal

Floats = NDArray[np.float64]

PRECISION, DISPERSION = "(precision)", "(dispersion)"

# Standard errors grow this much from the constant model to the fitted one only where answers are foretold all but certainly.
_CERTAIN = 1e4


@dataclass(frozen=True)
class Problem:
    """A likelihood to maximise.

    Parameters
    ----------
    likelihood : Likelihood
        Of the regressors, each divided by its size, so that units decide nothing.
    start : array of float, shape (k,)
        Where the steps begin.
    names : tuple of str, length k
        Columns of the design, then thresholds, or precision or dispersion.
    sizes : array of float, shape (k,)
        What each parameter is divided by in the units of the data.
    positive : bool
        Whether the last parameter is the logarithm of the one to report.
    """

    likelihood: Likelihood
    start: Floats
    names: tuple[str, ...]
    sizes: Floats
    positive: bool


def problem(design: Design, outcome: Floats, family: str, weights: Floats) -> Problem:
    """The likelihood of a family other than least squares.

    Raises
    ------
    ValueError
        If there are no more cases than parameters, the outcome is separated perfectly, counts have no more variance than a Poisson model
        expects (negative binomial), or an ordered logit has no intercept for its thresholds to replace.
    """
    # One threshold replaces the intercept.
    further = {"ordered_logit": int(outcome.max()) - 1, "beta": 1, "negative_binomial": 1}.get(family, 0)
    if design.n_used <= design.matrix.shape[1] + further:
        total = design.matrix.shape[1] + further
        raise Refusal(
            "few_cases", f"{design.n_used} complete cases cannot carry the {total} parameters of {family}; leave terms out, or merge categories"
        )
    regressors, names = regressors_of(design, family)
    sizes = np.sqrt((regressors**2).mean(axis=0))
    scaled = regressors / sizes
    if family == "ordered_logit":
        return _ordered(design, outcome, scaled, names, sizes, weights)
    simple = {"poisson": families.poisson, "negative_binomial": families.poisson}.get(family, families.logit)(outcome)
    likelihood = Likelihood(scaled[:, None, :], simple, weights, penalty=jeffreys if family == "firth_logit" else None)
    if family in ("fractional_logit", "poisson", "negative_binomial"):
        _refuse_separation(design, outcome, scaled, names, family)
    start = _start(scaled, outcome, family)
    if family == "negative_binomial":
        return _overdispersed(likelihood, start, outcome, names, sizes)
    if family == "beta":
        return _with_precision(likelihood, start, outcome, names, sizes)
    return Problem(likelihood, start, names, sizes, positive=False)


def regressors_of(design: Design, family: str) -> tuple[Floats, tuple[str, ...]]:
    """Columns that have coefficients, and their names: all, but for the intercept of an ordered logit."""
    if family != "ordered_logit":
        return design.matrix, design.columns
    kept = [place for place, column in enumerate(design.columns) if column != INTERCEPT]
    return design.matrix[:, kept], tuple(design.columns[place] for place in kept)


def solved(problem: Problem) -> tuple[Floats, Estimated]:
    """The maximum in the likelihood's own units, and the estimates in those of the data.

    Raises
    ------
    ValueError
        If there is no maximum, or it lies where answers are all but certain.
    """
    maximum, there = maximise(problem.likelihood, problem.start)
    basis, triangle = factored(there.root)
    _refuse_certainty(problem, triangle)
    estimates, derivative = maximum / problem.sizes, 1 / problem.sizes
    if problem.positive:
        estimates[-1] = derivative[-1] = np.exp(maximum[-1])
    spread = derivative[:, None] * np.linalg.inv(triangle)
    return maximum, Estimated(problem.names, estimates, basis, there.scores, spread, 1.0, there.log_likelihood)


def _refuse_certainty(problem: Problem, triangle: Floats) -> None:
    """Raise where the maximum lies so far out that some answers are certain and their coefficients known only by the last digits of a number."""
    begin = np.linalg.norm(np.linalg.inv(factored(problem.likelihood.expand(problem.start).root)[1]), axis=1)
    wider = np.linalg.norm(np.linalg.inv(triangle), axis=1) / begin
    lost = [name for name, times in zip(problem.names, wider, strict=True) if times > _CERTAIN]
    if lost and problem.likelihood.penalty is None:
        raise Refusal(
            "separation", f"the outcome is all but perfectly separated, so {', '.join(lost)} cannot be known; merge categories, or leave terms out"
        )


def _start(scaled: Floats, outcome: Floats, family: str) -> Floats:
    """Coefficients of a constant model, as near as the columns come to one."""
    mean = outcome.mean()
    centre = np.log(mean) if family in ("poisson", "negative_binomial") else log_odds(mean)
    return np.linalg.lstsq(scaled, np.full(len(outcome), centre), rcond=None)[0]


def _refuse_separation(design: Design, outcome: Floats, scaled: Floats, names: tuple[str, ...], family: str) -> None:
    if family == "fractional_logit":
        towards = np.where(outcome == 1, 1.0, np.where(outcome == 0, -1.0, 0.0))
        binary = bool(np.isin(outcome, (0, 1)).all())
        advice = "use firth_logit" if binary else "merge categories, or leave the term out"
    else:
        towards, advice = np.where(outcome == 0, -1.0, 0.0), "merge categories, or leave the term out"
    refuse_separation(scaled[:, None, :], towards[:, None], design, list(names), advice)


def _two_predictors(scaled: Floats) -> Floats:
    cases, columns = scaled.shape
    return stacked([np.column_stack([scaled, np.zeros(cases)]), np.column_stack([np.zeros((cases, columns)), np.ones(cases)])])


def _with_precision(simple: Likelihood, start: Floats, outcome: Floats, names: tuple[str, ...], sizes: Floats) -> Problem:
    first, _ = maximise(simple, start)
    mean = expit(simple.jacobian[:, 0, :] @ first)
    spread = float(np.sum((outcome - mean) ** 2))
    if spread < 1e-14 * len(outcome):
        raise Refusal("outcome", "each share is fitted exactly, so there is no precision to estimate; leave terms out, or choose fractional_logit")
    moment = float(np.sum(mean * (1 - mean))) / spread - 1
    likelihood = Likelihood(_two_predictors(simple.jacobian[:, 0, :]), families.beta(outcome), simple.weights)
    begin = np.append(first, np.log(max(moment, 0.1)))
    if not np.isfinite(likelihood.expand(begin).log_likelihood):
        # A mean fitted as all but 0 or 1 is beyond the gamma functions; no mean is at a constant one.
        begin = np.append(start, 0.0)
    return Problem(likelihood, begin, (*names, PRECISION), np.append(sizes, 1.0), positive=True)


def _overdispersed(simple: Likelihood, start: Floats, outcome: Floats, names: tuple[str, ...], sizes: Floats) -> Problem:
    first, _ = maximise(simple, start)
    mean = np.exp(simple.jacobian[:, 0, :] @ first)
    # Twice the derivative of the likelihood where the dispersion is 0.
    excess = float(simple.weights @ ((outcome - mean) ** 2 - outcome))
    if excess <= 0:
        raise Refusal("outcome", "the counts vary no more than a Poisson model expects, so there is no dispersion to estimate; choose poisson")
    likelihood = Likelihood(_two_predictors(simple.jacobian[:, 0, :]), families.negative_binomial(outcome), simple.weights)
    moment = excess / float(simple.weights @ mean**2)
    return Problem(likelihood, np.append(first, np.log(np.clip(moment, 1e-3, 5))), (*names, DISPERSION), np.append(sizes, 1.0), positive=True)


def _ordered(design: Design, positions: Floats, scaled: Floats, names: tuple[str, ...], sizes: Floats, weights: Floats) -> Problem:
    if not design.has_intercept:
        raise ValueError("the thresholds of an ordered logit take the place of the intercept; leave the intercept in the formula")
    place, last = positions.astype(int), int(positions.max())
    lowest, highest = place == 0, place == last
    thresholds = np.eye(last)
    upper = np.column_stack([-scaled, thresholds[np.minimum(place, last - 1)]]) * ~highest[:, None]
    lower = np.column_stack([-scaled, thresholds[np.maximum(place - 1, 0)]]) * ~lowest[:, None]
    jacobian = stacked([upper, lower])
    towards = np.column_stack([np.where(highest, 0.0, 1.0), np.where(lowest, 0.0, -1.0)])
    refuse_separation(jacobian, towards, design, list(names), "merge categories or answers, or leave the term out")
    below = np.array([np.mean(place <= cut) for cut in range(last)])
    words = answers(design.outcome)
    cuts = tuple(f"{low}|{high}" for low, high in pairwise(words))
    likelihood = Likelihood(jacobian, families.ordered_logit(lowest, highest), weights)
    start = np.concatenate([np.zeros(len(names)), log_odds(below)])
    return Problem(likelihood, start, (*names, *cuts), np.append(sizes, np.ones(last)), positive=False)
