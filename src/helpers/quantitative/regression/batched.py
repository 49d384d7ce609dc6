"""Many regressions on the same cases at once, one per set of controls and outcome, of which only the focal term is asked.

What the controls explain is taken out of the outcome and of the focal columns first (Frisch-Waugh-Lovell), so that one orthogonal basis per set of
controls serves every outcome, and a resample costs no further fit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# A column whose part of its own, beside the others, is shorter than this share of its length counts as their combination.
_NOTHING = 1e-9
# A case whose residual has less of its own than this is fitted by its own coefficient.
_OWN_COEFFICIENT = 1e-9
_MOST_NUMBERS = 2**22


@dataclass(frozen=True)
class FocalFits:
    """The focal part of one regression per set of controls (axis 0) and outcome (last axis).

    Parameters
    ----------
    controls : array, shape (sets, n, columns)
        Orthonormal basis of the intercept and the controls; columns of zeros fill it up.
    focal : array, shape (sets, n, tested)
        Orthonormal basis of the focal columns' part beside the controls.
    length : array, shape (sets,)
        Length of that part of the first focal column.
    restricted : array, shape (sets, n, outcomes)
        Residuals of the outcomes on the controls alone.
    residual_dof : array of int, shape (sets,)
        Cases less coefficients of the whole regression.
    """

    controls: Array
    focal: Array
    length: Array
    restricted: Array
    residual_dof: NDArray[np.int64]

    @property
    def leverage(self) -> Array:
        """Leverage of every case in the whole regression, shape (sets, n)."""
        return self.restricted_leverage + (self.focal**2).sum(axis=2)

    @property
    def restricted_leverage(self) -> Array:
        """Leverage of every case in the regression on the controls alone, shape (sets, n)."""
        return (self.controls**2).sum(axis=2)

    @property
    def fitted_exactly(self) -> NDArray[np.bool_]:
        """Whether the controls leave nothing of an outcome of length 1, shape (sets, outcomes)."""
        return np.linalg.norm(self.restricted, axis=1) < _NOTHING

    def of(self, sets: NDArray[np.bool_]) -> FocalFits:
        """The same for some of the sets."""
        return FocalFits(*(getattr(self, field.name)[sets] for field in fields(self)))

    def partial_r2(self) -> Array:
        """Share of what the controls leave of the outcome that the focal columns explain, shape (sets, outcomes)."""
        return ratio(_explained(self.focal, self.restricted), (self.restricted**2).sum(axis=1))

    def coefficient(self) -> tuple[Array, Array]:
        """Coefficient of a focal term of one column, and its HC3 standard error, each of shape (sets, outcomes)."""
        along = _along(self.focal, self.restricted)
        error = _hc3_error(self.focal[:, :, 0], self.restricted - self.focal @ along, self.leverage)
        return along[:, 0] / self.length[:, None], error / self.length[:, None]


def fit_focal(controls: Array, widths: NDArray[np.int64], focal: Array, outcomes: Array, root_weights: Array) -> tuple[FocalFits, NDArray[np.bool_]]:
    """Fit one regression per set of controls and outcome.

    Parameters
    ----------
    controls : array, shape (sets, n, most columns)
        Columns of every set of controls, centred, of length 1; unused places at the end hold zeros.
    widths : array of int, shape (sets,)
        Columns in use.
    focal, outcomes : array, shape (n, tested) and (n, outcomes)
        Centred, of length 1.
    root_weights : array, shape (n,)
        Roots of the weights of the cases, which all columns have been multiplied with; ones without weights.

    Returns
    -------
    FocalFits
    lost : array of bool, shape (sets,)
        Sets in which columns are combinations of others, so that their numbers mean nothing.
    """
    sets, n, most = controls.shape
    unused = np.arange(most) >= widths[:, None]
    directions, triangle = np.linalg.qr(controls)
    lost = ((_diagonal(triangle) < _NOTHING) & ~unused).any(axis=1)
    # A column of zeros has no direction: whatever stands in its place is none of the controls'.
    directions = np.where(unused[:, None, :], 0.0, directions)
    intercept = np.broadcast_to((root_weights / np.linalg.norm(root_weights))[None, :, None], (sets, n, 1))
    basis = np.concatenate([intercept, directions], axis=2)
    own, own_triangle = np.linalg.qr(take_out(basis, focal))
    lengths = _diagonal(own_triangle)
    lost |= (lengths < _NOTHING).any(axis=1)
    # The direction of one column is the column itself, whose sign is the sign of the coefficient.
    own = own * np.sign(np.diagonal(own_triangle, axis1=1, axis2=2))[:, None, :]
    fits = FocalFits(basis, own, lengths[:, 0], take_out(basis, outcomes), n - 1 - widths - focal.shape[1])
    return fits, lost


def null_draws(fits: FocalFits, signs: Array, *, critical: Array | None) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What the same regressions give where the focal term explains nothing: a wild bootstrap under the null hypothesis.

    The residuals of the controls alone, each divided by one less its leverage, keep their place and take a random sign. The sign of a case is
    the same in all regressions, so that these stay as dependent on each other as they are.

    Parameters
    ----------
    fits : FocalFits
    signs : array of -1 and 1, shape (n, resamples)
    critical : array, shape (sets,), optional
        Critical values of Student's t. Given, the draws are coefficients of a single column, otherwise partial R2.

    Returns
    -------
    values : array of float32, shape (sets, outcomes, resamples)
        Coefficients or partial R2.
    beyond : array of bool, same shape
        Whether the coefficient over its HC3 standard error passes the critical value; nowhere for partial R2.
    """
    sets, _, outcomes = fits.restricted.shape
    residuals = fits.restricted / (1 - fits.restricted_leverage)[:, :, None]
    # Single precision is ample for draws that are only ranked, and there are many of them.
    values = np.empty((sets, outcomes, signs.shape[1]), dtype=np.float32)
    beyond = np.zeros(values.shape, dtype=bool)
    leverage = fits.leverage
    step = max(1, _MOST_NUMBERS // max(1, signs.size))
    for start, stop in pairwise([*range(0, sets, step), sets]):
        part = slice(start, stop)
        controls, focal = fits.controls[part], fits.focal[part]
        for outcome in range(outcomes):
            drawn = residuals[part, :, outcome, None] * signs
            if critical is None:
                values[part, outcome] = ratio(_explained(focal, drawn), (drawn**2).sum(axis=1) - _explained(controls, drawn))
                continue
            along = _along(focal, drawn)
            left = drawn - controls @ _along(controls, drawn) - focal @ along
            error = _hc3_error(focal[:, :, 0], left, leverage[part])
            values[part, outcome] = along[:, 0] / fits.length[part, None]
            beyond[part, outcome] = np.abs(along[:, 0]) > critical[part, None] * error
    return values, beyond


def fitted_alone(leverage: Array) -> NDArray[np.bool_]:
    """Whether any case has leverage 1, along the last axis: then HC3 is not defined."""
    return np.any(1 - leverage < _OWN_COEFFICIENT, axis=-1)


def centred(values: Array, root_weights: Array) -> Array:
    """Columns, already multiplied by the roots of the weights, less their mean and of length 1; zeros where they do not vary."""
    intercept = root_weights[:, None] / np.linalg.norm(root_weights)
    rest = take_out(intercept[None], values[None])[0]
    lengths, whole = np.linalg.norm(rest, axis=0), np.linalg.norm(values, axis=0)
    return np.divide(rest, lengths, out=np.zeros_like(rest), where=lengths > _NOTHING * whole)


def ratio(above: Array, below: Array) -> Array:
    """Quotient that is 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(np.broadcast_shapes(above.shape, below.shape)), where=below > 0)


def _hc3_error(direction: Array, residuals: Array, leverage: Array) -> Array:
    """HC3 standard error along a direction of length 1: (sets, n), (sets, n, m), (sets, n) -> (sets, m)."""
    return np.sqrt((((direction / (1 - leverage)) ** 2)[:, None, :] @ residuals**2)[:, 0])


def _along(basis: Array, values: Array) -> Array:
    return basis.transpose(0, 2, 1) @ values


def _explained(basis: Array, values: Array) -> Array:
    return (_along(basis, values) ** 2).sum(axis=1)


def take_out(basis: Array, values: Array) -> Array:
    """Values less their part in a basis, taken out twice, which keeps it exact where little is left."""
    for _ in range(2):
        values = values - basis @ _along(basis, values)
    return values


def _diagonal(triangle: Array) -> Any:
    return np.abs(np.diagonal(triangle, axis1=1, axis2=2))
