"""Panel units are found by their identifier, whatever the order, and their values parted from the others'."""

import numpy as np
import pandas as pd
import pytest

from helpers.integration.change.panel import identifiers, panel_values


def test_values_are_parted_column_by_column():
    before = pd.DataFrame({"unit": ["a", "b", None, "d", ""]})
    now = pd.DataFrame({"unit": ["d", "x", "a", "", None]})
    first = np.array([[1, 1], [2, 2], [3, 3], [4, np.nan], [5, 5]], dtype=float)
    second = np.array([[40, 40], [50, 50], [10, 10], [60, 60], [70, 70]], dtype=float)
    panel = panel_values(before, now, first, second, unit="unit")
    assert panel.n.tolist() == [2, 1]
    np.testing.assert_array_equal(panel.before, [[1, 1], [4, np.nan]])
    np.testing.assert_array_equal(panel.now, [[10, 10], [40, np.nan]])
    # Unit d has no first value of the second column: there its later answer is one of the others.
    np.testing.assert_array_equal(panel.others_before, [[np.nan, np.nan], [2, 2], [3, 3], [np.nan, np.nan], [5, 5]])
    np.testing.assert_array_equal(panel.others_now, [[np.nan, 40], [50, 50], [np.nan, np.nan], [60, 60], [70, 70]])
    assert first[3, 0] == 4


def test_an_answer_that_is_missing_in_either_wave_leaves_the_other_one_among_the_others():
    units = pd.DataFrame({"unit": ["a", "b", "c"]})
    first, second = np.array([[1.0], [np.nan], [3.0]]), np.array([[np.nan], [5.0], [6.0]])
    panel = panel_values(units, units, first, second, unit="unit")
    assert panel.n.tolist() == [1]
    np.testing.assert_array_equal(panel.before.ravel(), [np.nan, np.nan, 3])
    np.testing.assert_array_equal(panel.now.ravel(), [np.nan, np.nan, 6])
    np.testing.assert_array_equal(panel.others_before.ravel(), [1, np.nan, np.nan])
    np.testing.assert_array_equal(panel.others_now.ravel(), [np.nan, 5, np.nan])


def test_numbers_serve_as_identifiers_too():
    assert identifiers(pd.DataFrame({"unit": [7, 8]}, index=[5, 5]), "unit").to_dict() == {0: "7", 1: "8"}


def test_a_unit_that_answers_twice_or_a_wave_without_identifiers_is_refused():
    with pytest.raises(ValueError, match="2 answers are of units that answered already") as error:
        identifiers(pd.DataFrame({"unit": ["CI-1", "CI-1", "CI-1", "b"]}), "unit")
    assert "CI-1" not in str(error.value)
    with pytest.raises(ValueError, match="no column 'unit'"):
        identifiers(pd.DataFrame({"token": ["a"]}), "unit")
