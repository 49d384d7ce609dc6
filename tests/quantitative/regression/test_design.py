"""The design: rows used, names, and what is refused, each in one sentence."""

import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.regression.design import complete_cases, dependent_columns, make_design

TABLE = pd.DataFrame(
    {
        "y": [1.0, 2.0, 4.0, 3.0, 5.0, 7.0, np.nan, 2.0],
        "sector": pd.Categorical(["a", "b", "c", "a", "b", "c", "a", "d"], categories=["e", "a", "b", "c", "d"]),
        "size": [10, 20, 30, 40, 50, 60, 70, 80],
        "member": pd.array([True, False, True, None, False, True, True, False], dtype="boolean"),
        "nothing": [np.nan] * 8,
    }
)


def test_missing_values_are_counted_and_categories_without_cases_left_out():
    design = make_design(TABLE, "y ~ sector + size")
    assert design.columns == ("Intercept", "sector[T.b]", "sector[T.c]", "sector[T.d]", "size")
    assert (design.n_used, design.n_dropped) == (7, 1)
    assert dict(design.terms) == {"sector": (1, 2, 3), "size": (4,)}
    assert list(design.outcome.index) == [0, 1, 2, 3, 4, 5, 7]


def test_nullable_booleans_and_transformations():
    design = make_design(TABLE, "log(y) ~ member + log(size)")
    assert design.columns == ("Intercept", "member", "log(size)")
    assert design.n_used == 6
    np.testing.assert_allclose(design.outcome, np.log([1, 2, 4, 5, 7, 2]))
    np.testing.assert_allclose(design.matrix[:, 1], [1, 0, 1, 0, 1, 0])


def test_an_ordered_outcome_keeps_its_categories():
    graded = TABLE.assign(grade=pd.Categorical(list("lmhlmhlm"), categories=["l", "m", "h"], ordered=True))
    assert list(make_design(graded, "grade ~ size").outcome.cat.categories) == ["l", "m", "h"]


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("y ~ absent + size", "no column absent"),
        ("y ~ nothing", "nothing has no value at all"),
        ("y ~ size + I(2 * size)", r"combinations of the columns before them: I\(2 \* size\)"),
        ("y ~ sector * size", "cannot carry 8 coefficients"),
        ("y ~ log(size - 10)", "not finite"),
        ("~ size", "an outcome and terms"),
    ],
)
def test_what_cannot_be_fitted_is_said(formula, said):
    with pytest.raises(ValueError, match=said), np.errstate(divide="ignore"):
        make_design(TABLE, formula)


def test_unknown_terms_are_named():
    with pytest.raises(ValueError, match=r"no term region; its terms are sector, size"):
        make_design(TABLE, "y ~ sector + size").places(["region"])


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_units_decide_nothing(unit):
    columns = np.column_stack([np.ones(20), np.linspace(1e6, 1e6 + 1, 20), np.linspace(1e6, 1e6 + 1, 20) ** 2 * unit])
    assert dependent_columns(columns * unit) == dependent_columns(columns)


def test_the_table_is_not_changed():
    before = TABLE.copy(deep=True)
    complete_cases(TABLE, "y ~ sector + member")
    pd.testing.assert_frame_equal(TABLE, before)
