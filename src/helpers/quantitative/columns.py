"""What a column of a survey may hold, checked once for every statistic of the survey strand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

YES, NO = "yes", "no"


def categories(table: pd.DataFrame) -> dict[str, pd.Categorical]:
    """Columns of a table as categoricals, in the order of the table.

    Parameters
    ----------
    table : DataFrame
        One row per respondent; categorical or boolean columns (plain or nullable). A boolean column gives the answers "yes" and "no".

    Returns
    -------
    dict
        Name of the column -> categorical of its answers, missing where the respondent gave none.

    Raises
    ------
    ValueError
        If column names repeat, or a column is neither categorical nor boolean.

    Examples
    --------
    >>> categories(pd.DataFrame({"member": pd.array([True, None], dtype="boolean")}))["member"].tolist()
    ['yes', nan]
    """
    if not table.columns.is_unique:
        raise ValueError(f"{table.columns.duplicated().sum()} column names occur more than once; each question needs a name of its own")
    wrong = [name for name, column in table.items() if not _is_categorical(column) and not pd.api.types.is_bool_dtype(column.dtype)]
    if wrong:
        raise ValueError(f"columns {', '.join(map(str, wrong))} are neither categorical nor boolean; declare their answers in the codebook")
    return {str(name): column.array if _is_categorical(column) else _yes_no(column) for name, column in table.items()}


def tick_matrix(ticks: pd.DataFrame) -> NDArray[np.float64]:
    """Tick boxes of a multiple-response set as numbers: 1 ticked, 0 not ticked, nan not asked or skipped.

    Parameters
    ----------
    ticks : DataFrame
        One row per respondent, one boolean (plain or nullable) column per option.

    Raises
    ------
    ValueError
        If there is no option, option names repeat, or a column is not boolean.

    Examples
    --------
    >>> tick_matrix(pd.DataFrame({"fairs": pd.array([True, None], dtype="boolean")}))
    array([[ 1.],
           [nan]])
    """
    if ticks.shape[1] == 0:
        raise ValueError("a multiple-response set needs at least one option (one boolean column each)")
    if not ticks.columns.is_unique:
        raise ValueError(f"{ticks.columns.duplicated().sum()} option names occur more than once; each option needs a name of its own")
    wrong = [str(name) for name, column in ticks.items() if not pd.api.types.is_bool_dtype(column.dtype)]
    if wrong:
        raise ValueError(f"options {', '.join(wrong)} are not boolean; a tick is true, false, or missing where it was not asked or skipped")
    return ticks.astype("boolean").to_numpy(dtype=float, na_value=np.nan)


def ordered_values(answers: pd.Series, *, name: str = "answers") -> NDArray[np.float64]:
    """Positions of ordered answers on their scale (numbers stay numbers), nan where missing.

    Raises
    ------
    ValueError
        If the answers are neither ordered categories nor numbers: then they have no order to test.

    Examples
    --------
    >>> ordered_values(pd.Series(pd.Categorical(["high", "low", None], categories=["low", "high"], ordered=True)))
    array([ 1.,  0., nan])
    """
    if isinstance(answers.dtype, pd.CategoricalDtype):
        if not answers.dtype.ordered:
            raise ValueError(f"{name}: the categories have no order; declare the question as ordinal in the codebook")
        codes = answers.cat.codes.to_numpy(dtype=float)
        return np.where(codes < 0, np.nan, codes)
    if not is_number(answers):
        raise ValueError(f"{name}: ordered categories or numbers are needed")
    return answers.to_numpy(dtype=float, na_value=np.nan)


def is_number(column: pd.Series) -> bool:
    """Whether a column holds quantities (pandas counts booleans as numeric, a survey does not).

    Examples
    --------
    >>> is_number(pd.Series([1.5, None])), is_number(pd.Series([True, False]))
    (True, False)
    """
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def aligned_weights(weights: pd.Series, index: pd.Index) -> NDArray[np.float64]:
    """Weights in the order of the respondents.

    Raises
    ------
    ValueError
        If respondents have no weight, or weights are negative or not finite.
    """
    if not weights.index.equals(index):
        absent = int((~index.isin(weights.index)).sum())
        if absent or not weights.index.is_unique:
            raise ValueError(f"{absent} of {len(index)} respondents have no weight of their own; give one weight per respondent, on the same index")
        weights = weights.reindex(index)
    values = weights.to_numpy(dtype=float, na_value=np.nan)
    unusable = int((~np.isfinite(values) | (values < 0)).sum())
    if unusable:
        raise ValueError(f"{unusable} of {len(values)} weights are missing, negative or not finite; a weight is a number of at least 0")
    return values


def same_respondents(first: pd.DataFrame | pd.Series, second: pd.DataFrame | pd.Series) -> None:
    """Raise a ValueError unless both tables hold the same respondents in the same order."""
    if not first.index.equals(second.index):
        raise ValueError(f"the tables hold different respondents ({len(first)} and {len(second)} rows); select both from the same responses")


def _is_categorical(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _yes_no(column: pd.Series) -> pd.Categorical[Any]:
    return pd.Categorical(column.astype("boolean").map({True: YES, False: NO}), categories=[YES, NO])
