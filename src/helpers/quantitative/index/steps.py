"""The two steps of an index on arrays: items are put on a common scale, and aggregated; many respondents or draws at once."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Normalisation = Literal["goalposts", "minmax", "rank", "z"]
Aggregation = Literal["arithmetic", "geometric"]

# Three standard deviations on either side of the mean span the scale.
_Z_UNIT = 100 / 6


def normalised(
    values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], *, normalisation: Normalisation
) -> NDArray[np.float64]:
    """Points from 0 to 100 of values in an array (..., respondents, items), as `normalised_items` describes them."""
    if normalisation not in get_args(Normalisation):
        raise ValueError(f"the normalisation {normalisation!r} is unknown; it is one of {', '.join(get_args(Normalisation))}")
    if normalisation == "goalposts":
        return 100 * np.clip((values - low) / (high - low), 0, 1)
    upward = values * np.sign(high - low)
    answered = ~np.isnan(upward)
    n = np.maximum(answered.sum(axis=-2, keepdims=True), 1)
    if normalisation == "rank":
        return np.where(answered, 100 * (stats.rankdata(upward, axis=-2, nan_policy="omit") - 0.5) / n, np.nan)
    lowest = np.min(np.where(answered, upward, np.inf), axis=-2, keepdims=True)
    highest = np.max(np.where(answered, upward, -np.inf), axis=-2, keepdims=True)
    varies = highest > lowest
    if normalisation == "minmax":
        inside = np.divide(upward - lowest, highest - lowest, out=np.full_like(upward, 0.5), where=varies)
        return np.where(answered, 100 * inside, np.nan)
    apart = upward - np.where(answered, upward, 0).sum(axis=-2, keepdims=True) / n
    sd = np.sqrt(np.square(np.where(answered, apart, 0)).sum(axis=-2, keepdims=True) / np.maximum(n - 1, 1))
    z = np.divide(apart, sd, out=np.zeros_like(apart), where=varies)
    return np.where(answered, np.clip(50 + _Z_UNIT * z, 0, 100), np.nan)


def aggregated(points: NDArray[np.float64], weights: NDArray[np.float64], *, aggregation: Aggregation = "arithmetic") -> NDArray[np.float64]:
    """Weighted mean of points (..., items) over the items answered, as `index_scores` describes it; nan where none of weight is answered."""
    if aggregation not in get_args(Aggregation):
        raise ValueError(f"the aggregation {aggregation!r} is unknown; it is one of {', '.join(get_args(Aggregation))}")
    answered = ~np.isnan(points)
    filled = np.where(answered, points, 0)
    weight = (weights * answered).sum(axis=-1)
    summed = (weights * (np.log1p(filled) if aggregation == "geometric" else filled)).sum(axis=-1)
    mean = np.divide(summed, weight, out=np.full(np.shape(weight), np.nan), where=weight > 0)
    # Rounding may carry a score past the end of the scale.
    return np.clip(np.expm1(mean) if aggregation == "geometric" else mean, 0, 100)
