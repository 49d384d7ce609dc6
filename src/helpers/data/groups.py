"""Groups: groupings that study.yaml makes from one variable, such as merged sectors or size classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.data.settings import Group


def add_groups(table: pd.DataFrame, groups: Mapping[str, Group]) -> pd.DataFrame:
    """The table with one categorical column more per grouping whose variable it has.

    Parameters
    ----------
    table : DataFrame
        One row per respondent or unit.
    groups : mapping
        Name of the grouping -> its declaration.

    Returns
    -------
    DataFrame
        Groups made from levels are unordered, those made from a number ordered. No value, no group.
    """
    made = {name: _group(table[group.of], group) for name, group in groups.items() if group.of in table}
    return table.assign(**made)


def _group(values: pd.Series, group: Group) -> pd.Series:
    codes = [level.code for level in group.levels]
    if group.levels[0].from_:
        merged = {source: level.code for level in group.levels for source in level.from_}
        return pd.Series(pd.Categorical(values.astype(object).map(merged), categories=codes), index=values.index)
    limits = [-np.inf, *[float(level.up_to) for level in group.levels if level.up_to is not None], np.inf]
    return pd.Series(pd.cut(values, limits, labels=codes, right=True), index=values.index)
