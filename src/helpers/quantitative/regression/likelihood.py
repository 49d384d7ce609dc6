"""A likelihood of linear predictors, maximised by Fisher scoring: what every family but least squares stands on.

Each case has a few predictors (one for a logit; the mean and the precision for a beta regression; the two thresholds around the answer for an
ordered logit), all linear in the parameters. A family says only how its log-likelihood depends on them (`Local`); everything else, the
steps, the covariances, the profile intervals, follows from the same two arrays: the root of each case's information and its whitened scores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve, solve_triangular

from helpers.quantitative.regression.refusal import Refusal

Floats = NDArray[np.float64]
# Log-likelihood (n,), its gradient (n, r), the information (n, r, r), positive definite, and the second derivatives (negative) unless the same.
Terms = tuple[Floats, Floats, Floats, Floats | None]
# From the predictors (n, r).
Local = Callable[[Floats], Terms]

_STEPS = 500
# The squared length of the next step in standard errors. Below the first there is none; a profile asks only for the likelihood, to which a step
# adds half of it; below the last the quadratic is so good that the step is taken unseen, until rounding hides any further progress.
_NO_STEP, _NO_GAIN, _NEAR = 1e-20, 1e-13, 1e-8
# No predictor moves further in one step: a logit beyond it is nearly 0 or 1 whatever the step promises.
_LONGEST = 5.0


class NotConvergedError(Refusal):
    """The likelihood has no maximum that the steps could reach."""

    def __init__(self, message: str) -> None:
        super().__init__("not_converged", message)


@dataclass(frozen=True)
class Expansion:
    """A log-likelihood to second order around some parameters.

    Parameters
    ----------
    log_likelihood : float
        With the penalty, where there is one.
    root : array of float, shape (n, r, k)
        Factor of each case's information: it is ``root[i].T @ root[i]``.
    scores : array of float, shape (n, r)
        Whitened: the gradient of a case is ``root[i].T @ scores[i]``.
    curvature : array of float, shape (k, k), optional
        Second derivatives (negative) where they are not the information, for Newton's step instead of Fisher's.
    """

    log_likelihood: float
    root: Floats
    scores: Floats
    curvature: Floats | None = None


@dataclass(frozen=True)
class Penalty:
    """What a penalty adds to the log-likelihood (``value``), to the whitened scores (``pull``) and to the curvature, see `jeffreys`."""

    value: float
    pull: Floats
    curvature: Floats


@dataclass(frozen=True)
class Likelihood:
    """The log-likelihood of n cases with r linear predictors and k parameters.

    Parameters
    ----------
    jacobian : array of float, shape (n, r, k)
        The predictors of case i are ``jacobian[i] @ parameters``.
    local : callable
        The family, see `Local`.
    weights : array of float, shape (n,)
        What each case counts.
    penalty : callable, optional
        Predictors and roots -> `Penalty`.
    """

    jacobian: Floats
    local: Local
    weights: Floats
    penalty: Callable[[Floats, Floats], Penalty] | None = None

    def expand(self, parameters: Floats) -> Expansion:
        """The likelihood around some parameters; minus infinity where they are impossible."""
        predictors = self.jacobian @ parameters
        with np.errstate(all="ignore"):
            values, slopes, information, observed = self.local(predictors)
        total = float(self.weights @ values)
        if not (np.isfinite(total) and np.isfinite(information).all()):
            return Expansion(-np.inf, self.jacobian, slopes)
        factor = np.linalg.cholesky(information) * np.sqrt(self.weights)[:, None, None]
        root = np.einsum("nba,nbk->nak", factor, self.jacobian)
        scores = np.linalg.solve(factor, (slopes * self.weights[:, None])[:, :, None])[:, :, 0]
        if observed is not None:
            curvature = np.einsum("nak,nab,nbl->kl", self.jacobian, observed * self.weights[:, None, None], self.jacobian, optimize=True)
            return Expansion(total, root, scores, curvature)
        if self.penalty is None:
            return Expansion(total, root, scores)
        added = self.penalty(predictors, root)
        # A penalty is infinite where the information has vanished.
        penalised = total + added.value if np.isfinite(added.value) else -np.inf
        return Expansion(penalised, root, scores + added.pull, np.einsum("nrk,nrl->kl", root, root) + added.curvature)


def factored(root: Floats) -> tuple[Floats, Floats]:
    """QR factors of the roots of all cases: basis (n, r, k) with orthonormal columns, and triangle (k, k)."""
    cases, predictors, parameters = root.shape
    basis, triangle = np.linalg.qr(root.reshape(cases * predictors, parameters))
    return basis.reshape(root.shape), triangle


def maximise(likelihood: Likelihood, start: Floats, *, fixed: int | None = None) -> tuple[Floats, Expansion]:
    """The parameters at the maximum, from a start, by Fisher scoring with step halving; one parameter may stay fixed.

    Raises
    ------
    NotConvergedError
        If no maximum is found.
    """
    free = np.flatnonzero(np.arange(len(start)) != (-1 if fixed is None else fixed))
    enough = _NO_STEP if fixed is None else _NO_GAIN
    parameters, here = start.astype(float), likelihood.expand(start)
    if not np.isfinite(here.log_likelihood):
        raise NotConvergedError("the likelihood is impossible where the steps begin; leave terms out, or merge categories")
    before = np.inf
    for _ in range(_STEPS):
        basis, triangle = factored(here.root[:, :, free])
        slope = np.einsum("nrk,nr->k", basis, here.scores)
        length = float(slope @ slope)
        if length < enough or before <= length < _NEAR:
            return parameters, here
        step = np.zeros(len(start))
        step[free] = _step(here, free, triangle, slope)
        found = _improved(likelihood, parameters, here, step, sure=length < _NEAR)
        if found is None:
            break
        (parameters, here), before = found, length
    raise NotConvergedError("the likelihood did not reach a maximum; leave terms out, merge categories, or choose a simpler family")


def _step(here: Expansion, free: NDArray[np.int_], triangle: Floats, slope: Floats) -> Floats:
    """Newton's step where the curvature is known and bends the right way, Fisher's otherwise."""
    if here.curvature is not None:
        gradient = np.einsum("nrk,nr->k", here.root[:, :, free], here.scores)
        with suppress(LinAlgError):
            return cho_solve(cho_factor(here.curvature[np.ix_(free, free)]), gradient)
    if not np.all(np.abs(np.diag(triangle)) > 0):
        raise NotConvergedError("the information of some coefficients vanished; leave terms out, or merge categories")
    return solve_triangular(triangle, slope)


def _improved(likelihood: Likelihood, parameters: Floats, here: Expansion, step: Floats, *, sure: bool) -> tuple[Floats, Expansion] | None:
    longest = float(np.abs(likelihood.jacobian @ step).max(initial=0.0))
    step = step * min(1.0, _LONGEST / max(longest, 1e-300))
    slack = 1e-13 * (1 + abs(here.log_likelihood))
    for halving in range(40):
        tried = parameters + step / 2**halving
        there = likelihood.expand(tried)
        if there.log_likelihood >= here.log_likelihood - slack or (sure and np.isfinite(there.log_likelihood)):
            return tried, there
    return None


def stacked(blocks: Sequence[Floats]) -> Floats:
    """Rows of several predictors, each (n, k), as one jacobian (n, r, k)."""
    return np.stack(blocks, axis=1)
