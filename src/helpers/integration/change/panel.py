"""Panel: the units that answered in both waves, and their values beside those of the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """The values of two waves, parted into those of units that have one in both waves and those of the others.

    Parameters
    ----------
    before, now : array, shape (panel units, columns)
        The same units, in the same order; nan in both where one of the values is missing.
    others_before, others_now : array, shape (respondents of the wave, columns)
        nan where the value is among the former.
    n : array, shape (columns)
        Units with both values.
    """

    before: Numbers
    now: Numbers
    others_before: Numbers
    others_now: Numbers
    n: NDArray[np.int64]


def panel_values(before: pd.DataFrame, now: pd.DataFrame, first: Numbers, second: Numbers, *, unit: str) -> Panel:
    """Part the values of two waves.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent, with the unit's identifier; missing or empty where the respondent gave none.
    first, second : array, shape (respondents, columns)
        Their values, nan where missing; the same columns.
    unit : str
        The column with the identifier.

    Raises
    ------
    ValueError
        If a wave has no identifiers, or two answers of one unit.

    Examples
    --------
    >>> before, now = pd.DataFrame({"unit": ["a", "b"]}), pd.DataFrame({"unit": ["c", "a"]})
    >>> panel = panel_values(before, now, np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), unit="unit")
    >>> panel.before.tolist(), panel.now.tolist(), panel.others_now.tolist(), panel.n.tolist()
    ([[1.0]], [[4.0]], [[3.0], [nan]], [1])
    """
    placed = [identifiers(table, unit).rename_axis("place").reset_index(name="unit") for table in (before, now)]
    rows = placed[0].merge(placed[1], on="unit", suffixes=("_before", "_now"))
    places = rows["place_before"].to_numpy(dtype=np.intp), rows["place_now"].to_numpy(dtype=np.intp)
    known = ~np.isnan(first[places[0]]) & ~np.isnan(second[places[1]])
    paired = [np.where(known, values[at], np.nan) for values, at in zip((first, second), places, strict=True)]
    others = [values.copy() for values in (first, second)]
    for values, at in zip(others, places, strict=True):
        values[at] = np.where(known, np.nan, values[at])
    return Panel(before=paired[0], now=paired[1], others_before=others[0], others_now=others[1], n=known.sum(axis=0))


def identifiers(table: pd.DataFrame, unit: str) -> pd.Series:
    """Identifiers of the respondents that have one, by their place in the table."""
    if unit not in table:
        raise ValueError(f"a wave has no column {unit!r}; both need the identifier of the unit")
    units = table[unit].reset_index(drop=True).astype("string")
    named = units[units.notna() & units.ne("")]
    if again := int(named.duplicated().sum()):
        raise ValueError(f"{again} answers are of units that answered already; keep one answer per unit and wave")
    return named
