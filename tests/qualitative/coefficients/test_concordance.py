"""Kendall's W."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from helpers.qualitative.coefficients.concordance import kendall_w
from reference.expected import expected

# Shrout and Fleiss (1979), Psychological Bulletin 86:420-428, table 2: six targets (rows), four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_published_data():
    assert {"kendallW.sf": kendall_w(SHROUT_FLEISS, ties=False)} == expected("kendallW.sf")


@settings(max_examples=50, deadline=None)
@given(arrays(int, st.tuples(st.integers(2, 7), st.integers(3, 5)), elements=st.integers(0, 4)))
def test_w_is_friedmans_statistic_rescaled(ratings):
    if all(len(set(column)) == 1 for column in ratings.T):
        assert np.isnan(kendall_w(ratings))
    elif len(ratings) >= 3:
        units, coders = ratings.shape
        assert kendall_w(ratings) == pytest.approx(stats.friedmanchisquare(*ratings).statistic / (coders * (units - 1)))


def test_bounds_and_missing():
    assert kendall_w([[1, 10], [2, 20], [3, 30]]) == 1
    assert kendall_w([[1, 2], [2, 1]]) == 0
    assert kendall_w([[1, 10], [1, 10], [3, 30]]) == 1
    assert kendall_w([[1, 10], [1, 10], [3, 30]], ties=False) < 1
    assert kendall_w([[1, 10], [2, 20], [3, 30], [0, None]]) == 1
    with pytest.raises(ValueError, match="2 coders rated 1 units in common"):
        kendall_w([[1, 2], [3, None]])
    with pytest.raises(ValueError, match="1 coders"):
        kendall_w([[1], [2]])
