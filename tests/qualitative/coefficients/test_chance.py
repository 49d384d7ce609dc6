"""The table of coefficients: Gwet's standard errors, intervals, and agreement with the single functions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from helpers.qualitative import agreement
from helpers.qualitative.coefficients.chance import coefficients
from reference.expected import expected, numbered, reference_data

NAMES = {
    "ac": "gwet_ac1", "bp": "brennan_prediger", "fleiss": "fleiss_kappa", "conger": "conger_kappa", "alpha": "krippendorff_alpha",
}  # fmt: skip
ROWS = [f"{name}.{weights}" for name in ("ac", "alpha") for weights in ("unweighted", "ordinal", "quadratic")] + ["bp", "fleiss", "conger"]


@pytest.mark.parametrize("row", ROWS)
def test_values_and_standard_errors_of_irrcac(row):
    name, _, weights = row.partition(".")
    ratings = pd.read_csv(reference_data("kripp2011.csv"))
    table = coefficients(ratings, weights=weights or "unweighted").set_index("coefficient")
    computed = numbered(f"kripp2011.irrCAC.{row}", table.loc[NAMES[name], ["value", "std_error"]])
    assert computed == expected(f"kripp2011.irrCAC.{row}")


def test_table_and_functions_agree():
    rng = np.random.default_rng(2)
    ratings = pd.DataFrame(rng.integers(1, 5, (30, 3))).astype(float).mask(rng.random((30, 3)) < 0.2)
    for weights in ("unweighted", "linear", "quadratic", "ordinal"):
        table = coefficients(ratings, weights=weights).set_index("coefficient")["value"]
        for name in table.index.drop("krippendorff_alpha"):
            assert getattr(agreement, name)(ratings, weights=weights) == table[name]
    for weights, metric in {"unweighted": "nominal", "quadratic": "interval"}.items():
        value = coefficients(ratings, weights=weights).set_index("coefficient").at["krippendorff_alpha", "value"]
        assert value == pytest.approx(agreement.krippendorff_alpha(ratings, metric=metric))


def test_intervals_are_students_and_stay_within_bounds():
    ratings = [[1, 1], [2, 2], [1, 2], [1, 1], [2, 2]]
    row = coefficients(ratings, level=0.9).set_index("coefficient").loc["fleiss_kappa"]
    half = stats.t.ppf(0.95, 4) * row["std_error"]
    assert row["low"] == pytest.approx(row["value"] - half)
    assert row["high"] == pytest.approx(min(1, row["value"] + half))
    assert coefficients(ratings)["high"].max() == 1
    assert coefficients([[1, 2], [2, 1], [1, 2], [2, 2]])["low"].min() == -1


def test_units_count_and_rows_are_told():
    table = coefficients([[1, 1, 2], [1, None, None], [None, None, None], [2, 2, 2]])
    assert table["units"].tolist() == [3, 3, 3, 3, 3, 2]
    assert list(table.columns) == ["coefficient", "value", "std_error", "low", "high", "observed", "expected", "units"]


def test_nothing_is_known_from_one_unit():
    table = coefficients([[1, 2, 1]])
    assert table["std_error"].isna().all()
    assert not table["value"].isna().any()
    assert coefficients([["a", "a"]])["value"].isna().sum() == 5  # all but the agreement itself
    with pytest.raises(ValueError, match="level"):
        coefficients([[1, 2]], level=2)


@settings(max_examples=25, deadline=None)
@given(arrays(float, (12, 3), elements=st.sampled_from([0.0, 1.0, 2.0])).filter(lambda ratings: len(np.unique(ratings)) > 1))
def test_standard_error_is_the_jackknifes_to_first_order(ratings):
    """Linearisation and jackknife estimate the same error; with every unit 40 times they are nearly the same number."""
    units = np.tile(ratings, (40, 1))
    table = coefficients(units, categories=[0, 1, 2]).set_index("coefficient")
    kept = [np.delete(units, row, axis=0) for row in range(12)]  # the other 39 copies of each give the same value
    for name in ("gwet_ac1", "fleiss_kappa", "conger_kappa", "brennan_prediger"):
        left_out = np.array([getattr(agreement, name)(rest, categories=[0, 1, 2]) for rest in kept])
        error = np.sqrt((len(units) - 1) / len(units) * 40 * ((left_out - np.tile(left_out, 40).mean()) ** 2).sum())
        assert table.at[name, "std_error"] == pytest.approx(error, rel=0.02, abs=1e-6)


def test_standard_errors_are_the_spread_over_samples():
    rng = np.random.default_rng(9)
    found = []
    for _ in range(250):
        truth = rng.choice(3, (80, 1), p=[0.6, 0.3, 0.1])
        ratings = np.where(rng.random((80, 3)) < 0.7, truth, rng.integers(0, 3, (80, 3))).astype(float)
        ratings[rng.random((80, 3)) < 0.15] = np.nan
        found.append(coefficients(ratings).set_index("coefficient")[["value", "std_error"]])
    values = pd.concat([table["value"] for table in found], axis=1)
    errors = pd.concat([table["std_error"] for table in found], axis=1)
    ratio = errors.mean(axis=1) / values.std(axis=1)
    assert ratio.between(0.88, 1.12).all()
