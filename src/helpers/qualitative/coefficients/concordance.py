"""Agreement on rankings: Kendall's coefficient of concordance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats


def kendall_w(ratings: pd.DataFrame | ArrayLike, *, ties: bool = True) -> float:
    """Kendall's W: 1 if all coders rank the units alike, 0 if their ranks cancel out.

    Parameters
    ----------
    ratings : DataFrame or array, shape (units, coders)
        Numbers; only their order within each coder counts. Units that a coder did not rate are left out.
    ties : bool
        Whether W is corrected for units that a coder ranks alike, without which it cannot reach 1.

    Returns
    -------
    float
        NaN if the correction leaves nothing to rank (every coder rates all units alike).

    Raises
    ------
    ValueError
        If there are fewer than two coders, or fewer than two units that all of them rated.

    References
    ----------
    Kendall and Babington Smith (1939), "The problem of m rankings", Annals of Mathematical Statistics 10:275-287.

    Examples
    --------
    >>> round(kendall_w([[1, 2, 1], [2, 1, 2], [3, 3, 3]]), 3)
    0.778
    """
    values = pd.DataFrame(ratings).to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values).any(axis=1)]
    units, coders = values.shape
    if coders < 2 or units < 2:
        raise ValueError(f"{coders} coders rated {units} units in common; rankings agree or not from two coders and two units on")
    ranks = stats.rankdata(values, axis=0)
    spread = float(((ranks.sum(axis=1) - coders * (units + 1) / 2) ** 2).sum())
    largest = coders**2 * (units**3 - units) / 12
    if ties:
        alike = (ranks[:, None, :] == ranks).sum(axis=1)  # units that share each unit's rank
        largest -= coders * float((alike**2 - 1).sum()) / 12
    return spread / largest if largest > 0 else float("nan")
