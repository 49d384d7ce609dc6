"""Several tests on the same data: one correction for the whole declared family."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Adjust the p-values of one family so that the chance of any false finding stays below the level.

    Parameters
    ----------
    p_values : array-like of float
        The p-values of the family; nan marks a test that could not be done. It stays nan and does not count in the family.

    Returns
    -------
    array of float
        Adjusted p-values in the order given.

    Raises
    ------
    ValueError
        If a p-value lies outside 0 to 1.

    References
    ----------
    Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03]).round(3).tolist()
    [0.03, 0.06, nan, 0.06]
    """
    values = np.asarray(p_values, dtype=float)
    done = np.flatnonzero(~np.isnan(values))
    outside = int(((values[done] < 0) | (values[done] > 1)).sum())
    if outside:
        raise ValueError(f"{outside} of {len(done)} p-values lie outside 0 to 1")
    order = done[np.argsort(values[done], kind="stable")]
    stepped = values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(values.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted
