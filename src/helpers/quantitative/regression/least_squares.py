"""Least squares that keeps its digits: orthogonalised twice, in the longest floating point the machine has, and refined once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from helpers.quantitative.regression.covariance import Estimated
from helpers.quantitative.regression.design import Design

Floats = NDArray[np.float64]
Long = NDArray[np.longdouble]


def least_squares(design: Design, weights: Floats) -> tuple[Estimated, float]:
    """Coefficients that minimise the (weighted) sum of squared residuals.

    Parameters
    ----------
    design : Design
        Of full column rank.
    weights : array of float, shape (n,)
        Positive; ones for ordinary least squares.

    Returns
    -------
    estimated : Estimated
    r_squared : float
        Share of the sum of squares explained: about the mean where there is an intercept, about 0 where there is none.

    References
    ----------
    Gram-Schmidt applied twice keeps the columns orthogonal to the last digit: Giraud, Langou, Rozloznik and van den Eshof (2005), Numerische
    Mathematik 101:87-100. NIST Statistical Reference Datasets (linear regression) for the digits.
    """
    roots = np.sqrt(weights.astype(np.longdouble))
    outcome = design.outcome.to_numpy(dtype=np.longdouble) * roots
    matrix = design.matrix.astype(np.longdouble) * roots[:, None]
    basis, triangle = _orthonormal(matrix)
    spread = _inverse(triangle)
    estimates = spread @ (basis.T @ outcome)
    estimates = estimates + spread @ (basis.T @ (outcome - matrix @ estimates))
    residuals = outcome - matrix @ estimates
    residuals = residuals - basis @ (basis.T @ residuals)
    centred = outcome - roots * (roots @ outcome / (roots @ roots)) if design.has_intercept else outcome
    residual, total = float(residuals @ residuals), float(centred @ centred)
    cases, columns = matrix.shape
    estimated = Estimated(
        names=design.columns,
        estimates=estimates.astype(float),
        basis=basis.astype(float)[:, None, :],
        scores=residuals.astype(float)[:, None],
        spread=spread.astype(float),
        scale=residual / (cases - columns),
        log_likelihood=_log_likelihood(residual, weights),
    )
    return estimated, 1 - residual / total


def _log_likelihood(residual: float, weights: Floats) -> float:
    """Of normal errors with the variance that maximises it; infinite where the fit is exact."""
    cases = len(weights)
    if residual == 0:
        return np.inf
    return float(0.5 * np.log(weights).sum() - cases / 2 * (np.log(2 * np.pi * residual / cases) + 1))


def _orthonormal(matrix: Long) -> tuple[Long, Long]:
    cases, columns = matrix.shape
    basis, triangle = np.zeros((cases, columns), dtype=np.longdouble), np.zeros((columns, columns), dtype=np.longdouble)
    for place in range(columns):
        rest = matrix[:, place]
        for _ in range(2):
            part = basis[:, :place].T @ rest
            rest = rest - basis[:, :place] @ part
            triangle[:place, place] += part
        triangle[place, place] = np.sqrt(rest @ rest)
        basis[:, place] = rest / triangle[place, place]
    return basis, triangle


def _inverse(triangle: Long) -> Long:
    """Of an upper triangle, row by row from the last (LAPACK has no long doubles)."""
    size = len(triangle)
    inverse = np.zeros_like(triangle)
    for row in reversed(range(size)):
        unit = np.zeros(size, dtype=np.longdouble)
        unit[row] = 1
        inverse[row] = (unit - triangle[row, row + 1 :] @ inverse[row + 1 :]) / triangle[row, row]
    return inverse
