"""Robust covariances: their definition, their meaning as leave-one-out, the case that decides alone, and their coverage."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.linalg import sqrtm
from scipy.special import expit

from helpers.quantitative.models import fit
from helpers.quantitative.regression.covariance import covariance_matrix
from helpers.quantitative.regression.design import make_design
from helpers.quantitative.regression.least_squares import least_squares
from helpers.quantitative.regression.likelihood import Likelihood, factored
from helpers.quantitative.regression.maximum import problem, solved
from helpers.quantitative.regression.outcomes import checked_outcome
from quantitative.test_models import survey

FAMILIES = ("fractional_logit", "beta", "ordered_logit", "poisson", "negative_binomial")


def test_least_squares_has_the_textbook_definition():
    table = survey()
    fits = {kind: fit(table, "ols ~ sector + size", covariance=kind) for kind in ("HC0", "HC1", "HC2", "HC3")}
    design, residuals = fits["HC0"].design.matrix, fits["HC0"].residuals.to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    np.testing.assert_allclose(fits["HC0"].leverage, leverage, rtol=1e-9)
    weights = {"HC0": 1.0, "HC1": 80 / (80 - 4), "HC2": 1 / (1 - leverage), "HC3": 1 / (1 - leverage) ** 2}
    for kind, fitted in fits.items():
        sandwich = inverse @ (design.T * (residuals**2 * weights[kind])) @ design @ inverse
        np.testing.assert_allclose(fitted.covariance_matrix, sandwich, rtol=1e-8)


@pytest.mark.parametrize("family", FAMILIES)
def test_hc0_is_the_sandwich_of_scores_and_information(family):
    asked, estimated, design, maximum = solved_problem(family)
    expansion = asked.likelihood.expand(maximum)
    scores = np.einsum("nrk,nr->nk", expansion.root, expansion.scores)
    bread = np.linalg.inv(np.einsum("nrk,nrl->kl", expansion.root, expansion.root))
    derivative = 1 / asked.sizes
    if asked.positive:
        derivative[-1] = np.exp(maximum[-1])
    sandwich = bread @ scores.T @ scores @ bread * np.outer(derivative, derivative)
    np.testing.assert_allclose(covariance_matrix(estimated, design, "HC0"), sandwich, rtol=1e-7)
    # The scores are those of the likelihood: numerically.
    step = 1e-6
    for place in range(len(maximum)):
        moved = [asked.likelihood.local(asked.likelihood.jacobian @ (maximum + sign * step * np.eye(len(maximum))[place]))[0] for sign in (1, -1)]
        np.testing.assert_allclose(scores[:, place], (moved[0] - moved[1]) / (2 * step), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_hc3_is_the_sum_of_the_steps_that_leaving_one_case_out_would_take(family):
    asked, estimated, design, maximum = solved_problem(family)
    whole = asked.likelihood
    steps = []
    for case in range(len(whole.weights)):
        kept = np.arange(len(whole.weights)) != case
        expansion = whole.expand(maximum)
        basis, triangle = factored(expansion.root[kept])
        steps.append(np.linalg.solve(triangle, np.einsum("nrk,nr->k", basis, expansion.scores[kept])))
    derivative = 1 / asked.sizes
    if asked.positive:
        derivative[-1] = np.exp(maximum[-1])
    jackknife = np.array(steps) * derivative
    np.testing.assert_allclose(covariance_matrix(estimated, design, "HC3"), jackknife.T @ jackknife, rtol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_hc2_takes_the_root_of_what_hc3_divides_by(family):
    _, estimated, design, _ = solved_problem(family)
    rows = []
    for basis, scores in zip(estimated.basis, estimated.scores, strict=True):
        root = np.real(sqrtm(np.eye(len(basis)) - basis @ basis.T))
        rows.append(estimated.spread @ basis.T @ np.linalg.solve(root, scores))
    np.testing.assert_allclose(covariance_matrix(estimated, design, "HC2"), np.array(rows).T @ np.array(rows), rtol=1e-7)


@pytest.mark.parametrize("family", ("ols", "firth_logit", *FAMILIES))
def test_robust_errors_grow_from_hc0_to_hc3(family):
    errors = {
        kind: fit(survey(), f"{family} ~ sector + size", family=family, covariance=kind).coefficients["std_error"]
        for kind in ("HC0", "HC1", "HC2", "HC3")
    }
    assert (errors["HC0"] < errors["HC1"]).all() and (errors["HC0"] <= errors["HC2"]).all() and (errors["HC2"] <= errors["HC3"]).all()


@pytest.mark.parametrize("family", ["ols", "fractional_logit", "beta", "poisson"])
@pytest.mark.parametrize(("single", "named"), [("zoo", r"sector\[T.zoo\]"), ("aaa", "sector")])
def test_a_category_with_one_case_is_named(family, single, named):
    table = survey()
    table["sector"] = table["sector"].astype(str)
    table.loc[5, ["sector", "poisson", "fractional_logit"]] = [single, 3, 0.4]
    formula = f"{family} ~ sector + size"
    for kind in ("HC2", "HC3"):
        with pytest.raises(ValueError, match=rf"{kind} is not defined .* \({named}\); merge the category"):
            fit(table, formula, family=family, covariance=kind)
    assert np.isfinite(fit(table, formula, family=family, covariance="HC1").coefficients["std_error"]).all()


def solved_problem(family: str):
    fitted = fit(survey(), f"{family} ~ sector + size", family=family)
    asked = problem(fitted.design, checked_outcome(fitted.design, family), family, np.ones(fitted.n_used))
    maximum, estimated = solved(asked)
    assert isinstance(asked.likelihood, Likelihood)
    return asked, estimated, fitted.design, maximum


@pytest.mark.slow
@pytest.mark.parametrize("family", ["ols", "fractional_logit"])
def test_hc3_intervals_hold_the_truth_as_often_as_they_say(family):
    """50 cases in unequal sectors whose variances differ: no classical covariance is right for them."""
    rng, cases, draws = np.random.default_rng(20), 50, 2000
    table = pd.DataFrame({"y": 0.0, "x": rng.normal(size=cases), "sector": np.repeat(["a", "b", "c"], [20, 18, 12])})
    design, true = make_design(table, "y ~ x + sector"), np.array([0.2, 0.6, 0.5, 0.0])
    eta = design.matrix @ true
    trials = np.where(table["x"] > 0, 4, 30)
    quantile = stats.t.ppf(0.975, cases - 4) if family == "ols" else stats.norm.ppf(0.975)
    covered = np.zeros(4)
    for _ in range(draws):
        if family == "ols":
            outcome = eta + rng.normal(size=cases) * (0.3 + 0.7 * np.abs(table["x"]))
            estimated, _ = least_squares(replace(design, outcome=outcome), np.ones(cases))
        else:
            outcome = rng.binomial(trials, expit(eta)) / trials
            _, estimated = solved(problem(replace(design, outcome=outcome), outcome, family, np.ones(cases)))
        errors = np.sqrt(np.diag(covariance_matrix(estimated, design, "HC3")))
        covered += np.abs(estimated.estimates - true) <= quantile * errors
    assert np.all(np.abs(covered / draws - 0.95) < 0.02)
