"""Robust intervals in small samples: those of the definition, at their level where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.effects import average_effects
from helpers.quantitative.models import fit
from helpers.quantitative.regression.design import make_design
from helpers.quantitative.robust import effect_contrasts, robust_effects, robust_estimates, robust_intervals
from quantitative.demo_like import COEFFICIENTS, FORMULA, NOISE, pool, simulated, two_groups


def test_two_groups_give_welch_and_the_published_degrees_of_freedom():
    # Imbens and Kolesar (2016), section II.C: two groups, the Behrens-Fisher problem.
    data = two_groups(3, 27)
    row = robust_intervals(data, "y ~ group").set_index("column").loc["group[T.b]"]
    first, second = (data.loc[data["group"] == code, "y"] for code in "ab")
    assert row["std_error"] == pytest.approx(np.sqrt(first.var() / 3 + second.var() / 27))
    assert row["dof"] == pytest.approx((3 + 27) ** 2 * (3 - 1) * (27 - 1) / (27**2 * (27 - 1) + 3**2 * (3 - 1)))
    half = stats.t.isf(0.025, row["dof"]) * row["std_error"]
    assert (row["low"], row["high"]) == pytest.approx((second.mean() - first.mean() - half, second.mean() - first.mean() + half))


def test_estimates_and_errors_are_those_of_a_fit_and_degrees_those_of_the_definition():
    import statsmodels.api as sm

    data = pool(60).assign(degree=np.random.default_rng(2).normal(size=60))
    design, found = make_design(data, FORMULA), robust_intervals(data, FORMULA)
    outcome, matrix = design.outcome.to_numpy(), design.matrix
    assert found["column"].tolist() == list(design.columns) and (found["n_used"] == 60).all() and (found["n_dropped"] == 0).all()
    for covariance in ("HC2", "HC3"):
        fitted = sm.OLS(outcome, matrix).fit(cov_type=covariance)
        estimate, std_error, dof = robust_estimates(matrix[None], outcome[None], covariance=covariance)
        assert estimate[0] == pytest.approx(fitted.params) and std_error[0] == pytest.approx(fitted.bse)
        if covariance == "HC3":
            assert dof[0].tolist() == [51] * 9
    # Bell and McCaffrey: (trace G)^2 / trace (G G), where G holds the covariances of the terms that add up to the variance.
    hat = matrix @ np.linalg.pinv(matrix)
    for weights, degrees in zip(np.linalg.pinv(matrix), found["dof"], strict=True):
        terms = (np.eye(60) - hat) * (weights / np.sqrt(1 - np.diag(hat)))
        assert degrees == pytest.approx(np.trace(terms.T @ terms) ** 2 / np.trace(terms.T @ terms @ terms.T @ terms))


def test_many_studies_at_once_are_the_studies_one_by_one():
    matrix = make_design(pool(), FORMULA).matrix[:200].reshape(4, 50, 9)
    outcomes = np.random.default_rng(3).normal(size=(4, 50))
    for designs in (matrix, matrix[:1]):
        together = robust_estimates(designs, outcomes, covariance="HC2")
        for study in range(4):
            alone = robust_estimates(designs[study % len(designs)][None], outcomes[[study]], covariance="HC2")
            assert [part[study].tolist() for part in together] == [pytest.approx(part[0].tolist()) for part in alone]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_intervals_follow_the_units(seed, unit, shift):
    data = pool(40, seed).assign(degree=np.random.default_rng(seed).normal(size=40))
    formula = "degree ~ members + age"
    plain, changed = (
        robust_intervals(data, formula),
        robust_intervals(data.assign(age=data["age"] * unit, degree=shift + 3 * data["degree"]), formula),
    )
    for part in ("estimate", "std_error", "low", "high"):
        assert changed[part][2] == pytest.approx(plain[part][2] * 3 / unit, rel=1e-6, abs=1e-9 / unit)
        assert changed[part][1] == pytest.approx(plain[part][1] * 3, rel=1e-6, abs=1e-9)
    assert changed["dof"].tolist() == pytest.approx(plain["dof"].tolist())
    assert (plain["dof"] <= 37 + 1e-9).all() and (robust_intervals(data, formula, level=0.99)["low"] < plain["low"]).all()


def test_intervals_refuse_what_they_cannot_give():
    data = two_groups(1, 12)
    for call in (lambda: robust_intervals(data, "y ~ group"), lambda: simulated(data, "y ~ group")):
        with pytest.raises(ValueError, match=r"leverage 1.*group\[T.b\]"):
            call()
    with pytest.raises(ValueError, match="between 0 and 1"):
        robust_intervals(two_groups(5, 5), "y ~ group", level=95)
    with pytest.raises(ValueError, match="the same for all cases"):
        robust_intervals(two_groups(5, 5).assign(y=1.0), "y ~ group")


def test_effects_are_those_of_the_model_with_intervals_of_their_own():
    data = pool(60, seed=3).assign(degree=lambda table: np.random.default_rng(3).normal(40, 9, len(table)))
    changes = {"log(members)": np.log(2), "age": 10.0}
    ours = robust_effects(data, FORMULA, changes=changes)
    theirs = average_effects(fit(data, FORMULA, covariance="HC2"), changes=changes)
    assert ours[["term", "level", "n"]].equals(theirs[["term", "level", "n"]])
    assert ours["effect"].to_numpy() == pytest.approx(theirs["effect"].to_numpy(), rel=1e-9, abs=1e-12)
    assert ours["std_error"].to_numpy() == pytest.approx(theirs["std_error"].to_numpy(), rel=1e-7)
    assert (ours["dof"] <= 51 + 1e-9).all() and (ours["high"] - ours["low"] >= theirs["high"] - theirs["low"] - 1e-9).all()
    sectors = ours[ours["term"] == "sector"]
    assert float((sectors["effect"] * sectors["n"]).sum()) == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "along"), [(1, None), (3, "sector"), (3, "log(members)")])
def test_the_intervals_that_the_report_prints_cover_the_truth(spread, along):
    everybody, rng = pool(), np.random.default_rng(5)
    covered = []
    while len(covered) < 60:
        cases = everybody.iloc[rng.integers(0, len(everybody), 50)].reset_index(drop=True)
        design = make_design(cases, FORMULA)
        labels, contrasts = effect_contrasts(cases, FORMULA, design, changes={"log(members)": np.log(2)})
        if labels.loc[labels["level"] != "", "n"].min() < 5:  # as the report does, which leaves such groups out
            continue
        truth = np.array([COEFFICIENTS[column] for column in design.columns])
        place = {"sector": cases["sector"].cat.codes / 3, "log(members)": (np.log(cases["members"]) - np.log(5)) / np.log(80)}.get(along, 0.0)
        noise = NOISE * spread ** np.broadcast_to(place, 50) * rng.standard_normal((80, 50))
        estimate, error, dof = robust_estimates(design.matrix[None], design.matrix @ truth + noise, covariance="HC2", contrasts=contrasts)
        covered.append((np.abs(estimate - contrasts @ truth) <= stats.t.isf(0.025, dof) * error).mean(axis=0))
    share = np.mean(covered, axis=0)
    assert share.min() > 0.93 - 0.005 and share.max() < 0.97 + 0.005, dict(zip(labels["term"] + labels["level"], share, strict=True))
