"""Two coders: the table of what one gave where the other gave this, and the large-sample test of Cohen's kappa."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from helpers.qualitative.coefficients.chance import Weights, credit
from helpers.qualitative.coefficients.ratings import Ratings, coded
from helpers.qualitative.coefficients.resampling import checked_resampling

Array = NDArray[np.float64]


def cohen_test(
    ratings: pd.DataFrame | ArrayLike, *, weights: Weights = "unweighted", categories: Sequence[Any] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Cohen's kappa of two coders with its large-sample standard error, and the test that it is zero.

    Parameters
    ----------
    ratings : DataFrame or array, shape (units, 2)
        One row per unit; units that one coder did not rate are left out.
    weights, categories
        As in `chance.coefficients`.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row: ``kappa``, ``std_error``, ``low``, ``high`` (normal, cut at -1 and 1), ``statistic`` and ``p_value`` (two-sided; the error used
        for them is the one that holds if kappa is zero), ``units`` used. NaN where chance alone would give full agreement.

    Raises
    ------
    ValueError
        If there are not exactly two coders, and as `ratings.coded`.

    References
    ----------
    Fleiss, Cohen and Everitt (1969), "Large sample standard errors of kappa and weighted kappa", Psychological Bulletin 72:323-327.

    Examples
    --------
    >>> ratings = [["a", "a"]] * 20 + [["a", "b"]] * 5 + [["b", "a"]] * 10 + [["b", "b"]] * 15
    >>> cohen_test(ratings)[["kappa", "std_error", "statistic"]].round(3)
       kappa  std_error  statistic
    0    0.4      0.127      2.887
    """
    checked_resampling(1, level)
    read = coded(ratings, categories=categories)
    joint, units = joint_shares(read)
    value, error, error_at_zero = _kappa(joint, credit(read, weights), units)
    half = special.ndtri((1 + level) / 2) * error
    statistic = value / error_at_zero if error_at_zero > 0 else float("nan")
    row = {"kappa": value, "std_error": error, "low": max(-1, value - half), "high": min(1, value + half)}
    return pd.DataFrame([row | {"statistic": statistic, "p_value": 2 * special.ndtr(-abs(statistic)), "units": units}])


def joint_shares(ratings: Ratings) -> tuple[Array, int]:
    """Share of the units to which the first coder (rows) and the second (columns) gave each category, and the units both rated."""
    if ratings.places.shape[1] != 2:
        raise ValueError(f"{ratings.places.shape[1]} coders rated; this coefficient is for two (conger_kappa and fleiss_kappa take any number)")
    places = ratings.places[(ratings.places >= 0).all(axis=1)].astype(np.int64)
    categories = len(ratings.scores)
    cells = np.bincount(places[:, 0] * categories + places[:, 1], minlength=categories**2)
    return cells.reshape(categories, categories) / len(places), len(places)


def _kappa(joint: Array, agreed: Array, units: int) -> tuple[float, float, float]:
    """Kappa, its standard error, and the standard error if kappa were zero."""
    first, second = joint.sum(axis=1), joint.sum(axis=0)
    observed, expected = float((joint * agreed).sum()), float(first @ agreed @ second)
    if not 1 - expected > 1e-12:
        return float("nan"), float("nan"), float("nan")
    typical = (agreed @ second)[:, None] + (first @ agreed)
    spread = (joint * (agreed * (1 - expected) - typical * (1 - observed)) ** 2).sum()
    variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (units * (1 - expected) ** 4)
    at_zero = ((np.outer(first, second) * (agreed - typical) ** 2).sum() - expected**2) / (units * (1 - expected) ** 2)
    value = (observed - expected) / (1 - expected)
    return value, float(np.sqrt(max(0.0, variance))), float(np.sqrt(max(0.0, at_zero)))
