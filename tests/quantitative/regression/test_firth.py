"""Firth's logit against the package firthmodels, with and without separation, and its two defining properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from helpers.quantitative.models import fit


def oracle(matrix: np.ndarray, outcome: np.ndarray):
    from firthmodels import FirthLogisticRegression

    return FirthLogisticRegression(backend="numpy", gtol=1e-5, xtol=1e-5, max_iter=200).fit(matrix, outcome)


def random_answers(seed: int, cases: int, separated: bool) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=cases), rng.integers(0, 2, cases).astype(float)
    y = (x > 0.1).astype(float) if separated else rng.binomial(1, expit(0.4 + x - z)).astype(float)
    return pd.DataFrame({"y": y, "x": x, "z": z})


@pytest.mark.parametrize("separated", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_firthmodels(seed, separated):
    table = random_answers(seed, 25 + 6 * seed, separated)
    found = fit(table, "y ~ x + z", family="firth_logit").coefficients.set_index("term").loc[["x", "z", "Intercept"]]
    model = oracle(table[["x", "z"]].to_numpy(), table["y"].to_numpy()).lrt()
    np.testing.assert_allclose(found["estimate"], [*model.coef_, model.intercept_], rtol=1e-4)
    # The package takes the information of the augmented data; ours is that of the logit itself, as Firth (1993) has it.
    matrix = table[["x", "z"]].assign(one=1.0).to_numpy()
    chances = model.predict_proba(matrix[:, :2])[:, 1]
    information = (matrix.T * (chances * (1 - chances))) @ matrix
    np.testing.assert_allclose(found["std_error"], np.sqrt(np.diag(np.linalg.inv(information))), rtol=1e-4)
    np.testing.assert_allclose(found["p_value"], model.lrt_pvalues_, rtol=1e-4)


def test_profile_intervals_agree_with_firthmodels():
    table = random_answers(3, 40, separated=True)
    found = fit(table, "y ~ x + z", family="firth_logit", level=0.9).coefficients.set_index("term")
    bounds = oracle(table[["x", "z"]].to_numpy(), table["y"].to_numpy()).conf_int(alpha=0.1, method="pl", max_iter=200, tol=1e-6)
    np.testing.assert_allclose(found.loc[["x", "z", "Intercept"], ["low", "high"]], bounds, rtol=1e-5)


def test_a_table_of_two_by_two_has_half_a_case_added_to_each_cell():
    """Firth (1993): for a saturated logit the penalty is the familiar correction by 1/2."""
    table = pd.DataFrame({"y": [1.0] * 8 + [0.0] * 4 + [1.0] * 5, "g": ["a"] * 12 + ["b"] * 5})
    found = fit(table, "y ~ g", family="firth_logit").coefficients["estimate"]
    low, high = np.log(8.5 / 4.5), np.log(5.5 / 0.5)
    np.testing.assert_allclose(found, [low, high - low], rtol=1e-9)


def test_separation_leaves_one_end_of_the_interval_to_the_data():
    table = pd.DataFrame({"y": [0.0] * 12 + [1.0] * 12, "x": np.arange(24.0)})
    row = fit(table, "y ~ x", family="firth_logit").coefficients.iloc[1]
    assert 0 < row["low"] < row["estimate"] < row["high"] < np.inf and row["p_value"] < 1e-4


def test_its_estimates_are_less_biased_than_those_of_maximum_likelihood():
    rng = np.random.default_rng(6)
    x, found = rng.normal(size=60), []
    for _ in range(150):
        table = pd.DataFrame({"y": rng.binomial(1, expit(1.2 * x)), "x": x})
        found.append(
            [fit(table, "y ~ x", family=family, covariance="HC0").coefficients["estimate"][1] for family in ("fractional_logit", "firth_logit")]
        )
    bias = np.mean(found, axis=0) - 1.2
    assert bias[0] > 0.05 and abs(bias[1]) < bias[0] / 2


def test_with_a_robust_covariance_tests_and_intervals_are_those_of_wald():
    table = random_answers(1, 60, separated=False)
    row = fit(table, "y ~ x", family="firth_logit", covariance="HC3").coefficients.iloc[1]
    assert row["statistic"] == pytest.approx(row["estimate"] / row["std_error"])
    assert row["high"] - row["estimate"] == pytest.approx(row["estimate"] - row["low"])
