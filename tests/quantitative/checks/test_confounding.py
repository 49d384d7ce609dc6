"""Robustness values against the published example and against what they claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.checks.confounding import confounding, e_value, robustness_value
from reference.expected import expected

# Cinelli and Hazlett (2020), JRSS B 82:39-67, section 5 (directly harmed, Darfur); digits from the tests of their R package sensemakr.
DARFUR = {"t": 4.18445, "dof": 783}


def least_t(value: float, *, t: float, dof: float) -> float:
    """Smallest t, adjusted for a confounder that explains at most `value` of what is left on either side, over a fine grid."""
    side = np.linspace(0, value, 801)
    regressor, outcome = side[:, None], side[None, :]
    adjusted = t - np.sqrt(dof * outcome * regressor / (1 - regressor))
    return float((adjusted / np.sqrt((1 - outcome) / (1 - regressor)) * np.sqrt((dof - 1) / dof)).min())


def test_robustness_values_match_the_published_example():
    assert robustness_value(**DARFUR) == pytest.approx(0.1387764, abs=5e-7)
    assert robustness_value(**DARFUR, alpha=0.05) == pytest.approx(0.07625797, abs=5e-7)
    assert robustness_value(t=2, dof=100) == pytest.approx(0.1809975, abs=5e-8)
    assert robustness_value(t=-4.18445, dof=783) == robustness_value(**DARFUR)


def test_e_value_matches_the_reference():
    assert {"evalue.3.9": e_value(3.9)} == expected("evalue.3.9")
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9)) and e_value(1) == 1


def test_table_is_that_of_the_classical_t():
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.normal(size=(60, 3)), columns=["degree", "members", "age"]).assign(sector=rng.choice(list("abc"), 60))
    table["degree"] += 0.6 * table["members"]
    table.loc[0, "age"] = np.nan
    found = confounding(table, "degree ~ members + sector + age", q=0.5, alpha=0.1).set_index("term")
    fit = smf.ols("degree ~ members + C(sector) + age", table).fit()
    assert found.index.tolist() == ["members", "age"] and (found["n_used"] == 59).all()
    for term, row in found.iterrows():
        t, without = fit.tvalues[term], smf.ols(f"degree ~ C(sector) + {'age' if term == 'members' else 'members'}", table.dropna()).fit()
        assert row["estimate"] == pytest.approx(fit.params[term], rel=1e-10)
        assert row["partial_r2"] == pytest.approx(1 - fit.ssr / without.ssr, rel=1e-8)
        assert row["robustness_value"] == pytest.approx(robustness_value(t=t, dof=fit.df_resid, q=0.5), rel=1e-9)
        assert row["robustness_value_alpha"] == pytest.approx(robustness_value(t=t, dof=fit.df_resid, q=0.5, alpha=0.1), abs=1e-9)


def test_a_confounder_of_that_strength_takes_the_estimate_away():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"x": rng.normal(size=80)}).assign(y=lambda data: 0.5 * data["x"] + rng.normal(size=80))
    value = confounding(table, "y ~ x")["robustness_value"].item()

    def beside(values, *others):
        columns = np.column_stack([np.ones(80), *others])
        return values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]

    # The confounder z has partial R2 `value` with x, and with y given x: built from the residuals and an unrelated column.
    x, y = beside(table["x"].to_numpy()), beside(table["y"].to_numpy(), table["x"])
    other = beside(rng.normal(size=80), table["x"], table["y"])
    x, y, other = (column / np.linalg.norm(column) for column in (x, y, other))
    rest = np.sqrt(value) * y + np.sqrt(1 - value) * other
    z = np.sqrt(value) * x + np.sqrt(1 - value) * rest
    assert smf.ols("y ~ x + z", table.assign(z=z)).fit().params["x"] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("arguments", [{"t": np.nan, "dof": 10}, {"t": 2, "dof": 1}, {"t": 2, "dof": np.inf}])
def test_statistics_that_are_none_are_refused(arguments):
    with pytest.raises(ValueError, match="finite t and more than 1"):
        robustness_value(**arguments)


@pytest.mark.parametrize("arguments", [{"q": 0}, {"q": np.nan}, {"alpha": 0}, {"alpha": 1}])
def test_shares_that_are_none_are_refused(arguments):
    with pytest.raises(ValueError, match="q is a positive share"):
        robustness_value(**DARFUR, **arguments)


def test_tables_that_cannot_be_made_are_refused():
    table = pd.DataFrame({"y": [1.0, 2.0, 4.0], "x": [1.0, 2.0, 3.0], "group": list("aab"), "same": [1.0] * 3})
    for formula, said in {"y ~ x": "no residual variance", "group ~ x": "no quantity", "same ~ x": "the same for all 3"}.items():
        with pytest.raises(ValueError, match=said):
            confounding(table, formula)
    with pytest.raises(ValueError, match="positive number"):
        e_value(0)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 60), st.integers(3, 500))
def test_the_value_is_where_the_conclusion_changes(t, dof):
    value = robustness_value(t=t, dof=dof)
    assert 0 <= value <= 1
    assert least_t(value, t=t, dof=dof) == pytest.approx(0, abs=1e-6)
    critical, limit = stats.t.isf(0.025, dof - 1), robustness_value(t=t, dof=dof, alpha=0.05)
    assert limit <= value
    if limit == 0:
        assert t * np.sqrt((dof - 1) / dof) <= critical + 1e-9
    else:
        # At the value the least t is the critical one, whichever of its two forms applies; the grid misses the inner minimum a little.
        assert least_t(limit, t=t, dof=dof) == pytest.approx(critical, rel=2e-4)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 50), st.floats(0.1, 2), st.integers(2, 300), st.floats(0.01, 0.5))
def test_stronger_evidence_needs_a_stronger_confounder(t, q, dof, alpha):
    values = [robustness_value(t=size, dof=dof, q=q, alpha=alpha) for size in (t, t + 0.5, t + 1)]
    assert values == sorted(values)
    assert values[0] <= robustness_value(t=t, dof=dof, q=q) + 1e-12
