from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.columns import aligned_weights, categories, ordered_values, tick_matrix


def test_booleans_of_every_kind_become_yes_and_no_and_categories_stay():
    table = pd.DataFrame({"plain": [True, False], "nullable": pd.array([None, True], dtype="boolean"), "sector": pd.Categorical(["ict", None])})
    columns = categories(table)
    assert columns["plain"].tolist() == ["yes", "no"] and columns["nullable"].isna().tolist() == [True, False]
    assert list(columns["nullable"].categories) == ["yes", "no"] and columns["sector"].equals(table["sector"].array)


def test_repeated_and_untyped_columns_are_refused_by_name_only():
    with pytest.raises(ValueError, match="1 column names occur more than once"):
        categories(pd.DataFrame([[True, True]], columns=["a", "a"]))
    with pytest.raises(ValueError, match="columns sector are neither") as caught:
        categories(pd.DataFrame({"sector": ["secret place"]}))
    assert "secret" not in str(caught.value)


def test_ticks_tell_not_ticked_from_not_asked():
    matrix = tick_matrix(pd.DataFrame({"europe": pd.array([True, False, None], dtype="boolean"), "asia": [True, True, False]}))
    assert matrix[:2].tolist() == [[1, 1], [0, 1]] and np.isnan(matrix[2, 0]) and matrix[2, 1] == 0


def test_orders_are_positions_numbers_are_numbers_and_ticks_are_neither():
    assert ordered_values(pd.Series(pd.array([3, None], dtype="Int64"))).tolist() == pytest.approx([3, np.nan], nan_ok=True)
    with pytest.raises(ValueError, match="ordered categories or numbers"):
        ordered_values(pd.Series([True, False]))


def test_weights_are_taken_by_respondent():
    weights = pd.Series([1.0, 2.0, 3.0], index=["r3", "r1", "r2"])
    assert aligned_weights(weights, pd.Index(["r1", "r2"])).tolist() == [2.0, 3.0]
    with pytest.raises(ValueError, match="1 of 2 respondents have no weight"):
        aligned_weights(weights, pd.Index(["r1", "r9"]))
