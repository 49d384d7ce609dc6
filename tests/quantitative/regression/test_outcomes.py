"""Perfect separation is found wherever it is, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.models import fit


def grouped(**answers) -> pd.DataFrame:
    """Six cases per group with the outcomes given, and a number that goes with nothing."""
    table = pd.concat([pd.DataFrame({"y": values, "g": group}) for group, values in answers.items()], ignore_index=True)
    return table.assign(x=np.tile([0.0, 1, 2, 2, 1, 0], len(answers)))


MIXED = [0, 1, 1, 0, 1, 0]


@pytest.mark.parametrize(
    ("family", "table", "said"),
    [
        ("fractional_logit", grouped(a=MIXED, b=[1] * 6), "^g separates the outcome y perfectly, .* use firth_logit"),
        ("fractional_logit", grouped(a=[0] * 6, b=MIXED, c=MIXED), "^g separates"),
        ("fractional_logit", grouped(a=[0.5, 1, 0.2, 0, 1, 0], b=[1] * 6), "^g separates .* merge categories"),
        ("poisson", grouped(a=[0, 3, 2, 1, 4, 2], b=[0] * 6), "^g separates .* merge categories"),
        ("negative_binomial", grouped(a=[0, 9, 2, 1, 14, 2], b=[0] * 6), "^g separates"),
        ("ordered_logit", grouped(a=[0, 1, 2, 1, 2, 0], b=[2] * 6), "^g separates .* merge categories or answers"),
    ],
)
def test_separation_by_a_category_is_named(family, table, said):
    with pytest.raises(ValueError, match=said):
        fit(table, "y ~ g + x", family=family)


def test_separation_by_a_combination_names_both():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"x": rng.normal(size=40), "z": rng.normal(size=40), "w": rng.normal(size=40)})
    table["y"] = (table["x"] + table["z"] > 0).astype(float)
    with pytest.raises(ValueError, match=r"^x, z(, w)? separates the outcome y perfectly"):
        fit(table.assign(x=table["x"] * 1e6), "y ~ x + z + w", family="fractional_logit")


@settings(deadline=None, max_examples=60)
@given(
    answers=st.lists(st.integers(0, 1), min_size=12, max_size=12).filter(lambda values: 0 < sum(values) < 12),
    numbers=st.lists(st.integers(-3, 3), min_size=12, max_size=12).filter(lambda values: len(set(values)) > 1),
)
def test_a_logit_of_one_number_is_refused_just_where_the_numbers_do_not_overlap(answers, numbers):
    y, x = np.array(answers, dtype=float), np.array(numbers, dtype=float)
    yes, no = x[y == 1], x[y == 0]
    separated = yes.min() >= no.max() or no.min() >= yes.max()
    table = pd.DataFrame({"y": y, "x": x})
    if separated:
        with pytest.raises(ValueError, match="x separates the outcome y perfectly"):
            fit(table, "y ~ x", family="fractional_logit")
    else:
        assert np.isfinite(fit(table, "y ~ x", family="fractional_logit").coefficients["std_error"]).all()


def test_fractions_are_not_separated_where_each_category_has_one_between():
    table = grouped(a=[0.5, 1, 0.2, 0, 1, 0], b=[1, 1, 1, 1, 1, 0.9])
    assert np.isfinite(fit(table, "y ~ g + x", family="fractional_logit", covariance="HC3").coefficients["std_error"]).all()


def test_beta_regression_and_firth_have_no_separation():
    assert len(fit(grouped(a=[0.1] * 3 + [0.11] * 3, b=[0.9] * 3 + [0.91] * 3), "y ~ g", family="beta").coefficients) == 3
    assert np.isfinite(fit(grouped(a=[0] * 6, b=[1] * 6), "y ~ g", family="firth_logit").coefficients["std_error"]).all()


def test_shares_that_are_fitted_exactly_have_no_precision():
    with pytest.raises(ValueError, match="each share is fitted exactly"):
        fit(grouped(a=[0.25] * 6, b=[0.75] * 6), "y ~ g", family="beta")


def test_what_is_all_but_separated_is_refused_too():
    """One case far out undoes the separation of its category only on paper: the others' chances round to 0."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"g": ["a"] * 35 + ["b"] * 5, "z": rng.normal(size=40)})
    table["y"] = (rng.logistic(size=40) > table["z"]).astype(float)
    table.loc[35:, "y"] = [0.0, 1, 1, 1, 1]
    table.loc[35, "z"] = 35.0
    with pytest.raises(ValueError, match=r"all but perfectly separated, so g\[T.b\] cannot be known"):
        fit(table, "y ~ g + z", family="fractional_logit")
    assert np.isfinite(fit(table, "y ~ g + z", family="firth_logit").coefficients["std_error"]).all()
