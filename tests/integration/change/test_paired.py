"""Exact McNemar test and the correlation of paired properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.integration.change.paired import mcnemar_exact, paired_correlation

# Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91, exact conditional test.
PUBLISHED = [(1, 7, 0.0703), (6, 16, 0.0525)]


@pytest.mark.parametrize(("risen", "fallen", "p_value"), PUBLISHED)
def test_exact_mcnemar_as_published(risen, fallen, p_value):
    assert float(mcnemar_exact(risen, fallen)) == pytest.approx(p_value, abs=5e-5)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 40), st.integers(0, 40))
def test_it_is_the_binomial_test_of_the_units_that_changed(risen, fallen):
    expected = stats.binomtest(risen, risen + fallen).pvalue if risen + fallen else 1.0
    assert float(mcnemar_exact(risen, fallen)) == pytest.approx(expected)


cells = st.tuples(*[st.integers(0, 30)] * 4)


@settings(max_examples=60, deadline=None)
@given(cells)
def test_the_correlation_is_phi_drawn_towards_none(four):
    both, fallen, risen, neither = four
    before = np.repeat([1, 1, 0, 0], four)
    now = np.repeat([1, 0, 1, 0], four)
    found = float(paired_correlation(both, fallen, risen, neither))
    if before.size and 0 < before.mean() < 1 and 0 < now.mean() < 1:
        phi = np.corrcoef(before, now)[0, 1]
        drawn = len(before) / 2 / np.sqrt(np.prod([value.sum() * (1 - value).sum() for value in (before, now)], dtype=float))
        assert found == pytest.approx(phi if phi <= 0 else max(phi - drawn, 0), abs=1e-9)
    else:
        assert found == 0
    assert float(paired_correlation(neither, risen, fallen, both)) == pytest.approx(found)
