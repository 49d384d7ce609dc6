"""Influence of single cases against R, statsmodels and leaving cases out one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.checks.influence import influence, residuals, without_influential
from reference.expected import expected, numbered, reference_data


@pytest.fixture
def duncan():
    return pd.read_csv(reference_data("duncan.csv")).set_index("name")


def clusters(seed: int, n: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sector = pd.Categorical(np.where(np.arange(n) < 12, "a", np.where(np.arange(n) < 22, "b", "c")))
    members = rng.lognormal(3.8, 0.8, n)
    return pd.DataFrame({"degree": 0.1 * members + rng.standard_t(3, n), "members": members, "sector": sector})


def test_influence_matches_r(duncan):
    table = influence(duncan, "prestige ~ income + education")
    minister = table.loc["minister"]
    found = {
        "duncan.cook.minister": minister["cooks_distance"],
        "duncan.rstud.minister": minister["studentised"],
        "duncan.hat.RRengineer": table.loc["RR.engineer", "leverage"],
        "duncan.outlier.bonf": table["p_outlier"].min(),
    } | numbered("duncan.dfbetas.minister", minister[["dfbetas_Intercept", "dfbetas_income", "dfbetas_education"]])
    assert found == expected("duncan")


def test_influence_and_residuals_match_statsmodels_for_every_case():
    table = clusters(4)
    table.loc[3, "members"] = np.nan
    fit = smf.ols("degree ~ members + C(sector)", table).fit()
    theirs, ours, left = fit.get_influence(), influence(table, "degree ~ sector + members"), residuals(table, "degree ~ sector + members")
    assert ours.index.tolist() == left.index.tolist() == [place for place in range(30) if place != 3]
    np.testing.assert_allclose(ours["cooks_distance"], theirs.cooks_distance[0], rtol=1e-8)
    np.testing.assert_allclose(ours["studentised"], theirs.resid_studentized_external, rtol=1e-8)
    np.testing.assert_allclose(left["standardised"], theirs.resid_studentized_internal, rtol=1e-8)
    np.testing.assert_allclose(left["fitted"], fit.fittedvalues, rtol=1e-8)
    np.testing.assert_allclose(left["residual"], fit.resid, rtol=1e-6, atol=1e-10)
    columns = ["dfbetas_Intercept", "dfbetas_sector[T.b]", "dfbetas_sector[T.c]", "dfbetas_members"]
    np.testing.assert_allclose(ours[columns], theirs.dfbetas, rtol=1e-6, atol=1e-10)


def test_leaving_influential_cases_out_is_the_fit_to_the_others(duncan):
    table = without_influential(duncan, "prestige ~ income + education")
    distance = influence(duncan, "prestige ~ income + education")["cooks_distance"]
    kept = duncan[distance <= 4 / 45]
    assert list(table) == ["column", "estimate", "estimate_without", "n", "n_without"]
    assert table["column"].tolist() == ["Intercept", "income", "education"]
    assert (table["n"] == 45).all() and (table["n_without"] == len(kept)).all() and len(kept) == 42
    assert table["estimate"].tolist() == pytest.approx(smf.ols("prestige ~ income + education", duncan).fit().params.tolist(), rel=1e-9)
    assert table["estimate_without"].tolist() == pytest.approx(smf.ols("prestige ~ income + education", kept).fit().params.tolist(), rel=1e-9)
    same = without_influential(duncan, "prestige ~ income + education", at_most=10)
    assert same["estimate_without"].tolist() == pytest.approx(same["estimate"].tolist(), rel=1e-9) and (same["n_without"] == 45).all()


def test_a_category_whose_cases_are_all_left_out_has_no_estimate_without():
    table = clusters(4).astype({"sector": str})
    table.loc[[28, 29], ["sector", "degree"]] = [["d", 60.0], ["d", -60.0]]
    found = without_influential(table, "degree ~ sector + members").set_index("column")
    assert found["n_without"].iloc[0] == 28
    assert found["estimate_without"].isna().to_dict() == {name: name == "sector[T.d]" for name in found.index}
    # Where the reference category is the one that is gone, the contrasts against it are, and the intercept.
    table["sector"] = table["sector"].replace({"d": "0"})
    found = without_influential(table, "degree ~ sector + members").set_index("column")
    assert found["estimate_without"].isna().to_dict() == {name: name != "members" for name in found.index}


def test_the_only_case_of_a_category_has_leverage_one_and_nothing_else():
    table = clusters(4).astype({"sector": str})
    table.loc[29, "sector"] = "d"
    found = influence(table, "degree ~ sector + members")
    assert found.loc[29, "leverage"] == pytest.approx(1) and found.loc[29].drop("leverage").isna().all()
    assert found.drop(index=29).notna().all(axis=None)
    assert np.isnan(residuals(table, "degree ~ sector + members").loc[29, "standardised"])
    assert without_influential(table, "degree ~ sector + members")["estimate_without"].notna().all()


def test_with_one_degree_of_freedom_nothing_is_known_without_a_case(recwarn):
    found = influence(pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [1.0, 2.0, 3.0]}), "y ~ x")
    assert found[["studentised", "p_outlier", "dfbetas_x"]].isna().all(axis=None) and found["cooks_distance"].notna().all()
    assert not recwarn.list


@pytest.mark.parametrize("at_most", [0, -1, float("nan")])
def test_a_cook_distance_that_is_no_bound_is_refused(at_most):
    with pytest.raises(ValueError, match="positive number"):
        without_influential(clusters(1), "degree ~ members", at_most=at_most)


def test_models_without_residuals_are_refused():
    table = clusters(1)
    with pytest.raises(ValueError, match="fits all 30 cases exactly"):
        influence(table.assign(degree=1e6 + 3 * table["members"]), "degree ~ members")
    with pytest.raises(ValueError, match="is no quantity"):
        residuals(table, "sector ~ members")
    assert residuals(table.assign(degree=1e10 + table["degree"]), "degree ~ members")["residual"].std() > 0.1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-100, 100))
def test_influence_does_not_depend_on_units(seed, unit, shift):
    table = clusters(seed)
    other = table.assign(members=unit * table["members"] + shift, degree=unit * table["degree"] - shift)
    columns = ["leverage", "studentised", "p_outlier", "cooks_distance", "dfbetas_members"]
    before, after = influence(table, "degree ~ sector + members")[columns], influence(other, "degree ~ sector + members")[columns]
    np.testing.assert_allclose(before, after, rtol=1e-6, atol=1e-9)
    assert before["leverage"].sum() == pytest.approx(4)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 29))
def test_influence_is_what_leaving_the_case_out_does(seed, case):
    table = clusters(seed)
    row = influence(table, "degree ~ members").loc[case]
    whole, without = (smf.ols("degree ~ members", part).fit() for part in (table, table.drop(index=case)))
    moved = whole.params - without.params
    assert row["cooks_distance"] == pytest.approx(moved @ np.linalg.inv(whole.cov_params()) @ moved / 2, rel=1e-6)
    spread = np.sqrt(without.scale / whole.scale * np.diag(whole.cov_params()))
    assert row[["dfbetas_Intercept", "dfbetas_members"]].tolist() == pytest.approx((moved / spread).tolist(), rel=1e-6)
