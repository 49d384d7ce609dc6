"""Robust intervals, and what simulated studies say about them and about the tests: bias, coverage, size and power."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative import operating
from helpers.quantitative.inference import compare, wild_bootstrap_test
from helpers.quantitative.operating import operating_characteristics
from helpers.quantitative.power import minimum_detectable_effects
from helpers.quantitative.regression.design import make_design
from helpers.quantitative.robust import robust_estimates, robust_intervals

FORMULA = "degree ~ sector + log(members) + sme_share + research_share + fee_share + age"
# As the demo study declares them: sectors and their shares, merged to four groups; coefficients and noise of the degree.
SECTORS = {"production": 0.14 + 0.09 + 0.08, "mobility": 0.13 + 0.07, "digital": 0.14 + 0.08, "life": 0.12 + 0.09 + 0.06}
COEFFICIENTS = {"Intercept": 26, "sector[T.mobility]": 6, "sector[T.digital]": -14, "sector[T.life]": -6, "log(members)": 8}
COEFFICIENTS |= {"sme_share": -20, "research_share": 30, "fee_share": -10, "age": 0.3}
NOISE = 9.0


def share(rng: np.random.Generator, n: int, mean: float, concentration: float) -> np.ndarray:
    return rng.beta(mean * concentration, (1 - mean) * concentration, n).round(2)


def pool(n: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Cases like those of the demo study, so many that 50 drawn from them are nearly always different ones."""
    rng = np.random.default_rng(seed)
    sector = rng.choice(list(SECTORS), n, p=list(SECTORS.values()))
    period = rng.choice(3, n, p=[0.20, 0.45, 0.35])
    founded = rng.integers(np.array([1985, 2000, 2010])[period], np.array([2000, 2010, 2023])[period])
    table = pd.DataFrame({"degree": 0.0, "sector": pd.Categorical(sector, categories=list(SECTORS)), "age": 2025 - founded})
    table["members"] = np.clip(rng.lognormal(np.log(44.5), 0.8, n).round(), 5, 400)
    # Mean and standard deviation .84 and .10, .13 and .08; fees are one of three parts with concentration 7.
    return table.assign(sme_share=share(rng, n, 0.84, 12.4), research_share=share(rng, n, 0.13, 16.7), fee_share=share(rng, n, 0.36, 7))


def two_groups(first: int, second: int, seed: int = 1) -> pd.DataFrame:
    outcome = np.random.default_rng(seed).normal(size=first + second)
    return pd.DataFrame({"y": outcome, "group": ["a"] * first + ["b"] * second})


def simulated(data: pd.DataFrame, formula: str, **changed) -> pd.DataFrame:
    asked = {"coefficients": {}, "residual_sd": 1.0, "replicates": 20, "resamples": 19, "seed": 1}
    return operating_characteristics(data, formula, **(asked | changed))


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


def test_every_column_has_a_row_and_its_term_a_test():
    found = simulated(pool(200), FORMULA, coefficients=COEFFICIENTS, residual_sd=NOISE)
    assert list(found) == [
        *["term", "column", "truth", "bias", "bias_se", "coverage", "coverage_low", "coverage_high"],
        *["rejected", "rejected_low", "rejected_high", "replicates", "redrawn"],
    ]
    assert found["term"].tolist() == ["Intercept"] + ["sector"] * 3 + ["log(members)", "sme_share", "research_share", "fee_share", "age"]
    assert dict(zip(found["column"], found["truth"], strict=True)) == COEFFICIENTS
    assert found["rejected"].isna().tolist() == [True] + [False] * 8
    assert found["rejected"][1:4].nunique() == 1
    assert ((found["coverage_low"] <= found["coverage"]) & (found["coverage"] <= found["coverage_high"])).all()
    assert (found["replicates"] == 20).all() and (found["redrawn"] == 0).all()


def test_the_factor_scales_all_but_the_intercept_and_the_seed_decides_the_rest():
    asked = {"coefficients": {"Intercept": 5, "age": 2}, "n": 30}
    none, twice, again = (simulated(pool(), "degree ~ age", **asked, effect=effect) for effect in (0, 2, 2))
    assert none["truth"].tolist() == [5, 0] and twice["truth"].tolist() == [5, 4]
    assert twice.equals(again)
    # A slope of 4 per year, and noise of 1: found in every study, if each is tested on its own cases.
    assert twice["rejected"][1] == 1 and none["rejected"][1] < 0.5
    # Least squares moves with the truth: the same studies, moved.
    assert twice["bias"].to_numpy() == pytest.approx(none["bias"].to_numpy(), abs=1e-9)
    assert not twice.equals(simulated(pool(), "degree ~ age", **asked, effect=2, seed=2))


def test_each_study_is_tested_as_its_data_would_be(monkeypatch):
    data, seen = pool(60), []

    def recorded(split, outcome, *rest, **options):
        seen.append((outcome, compare(split, outcome, *rest, **options)[0]))
        return seen[-1][1], 1.0

    monkeypatch.setattr(operating, "compare", recorded)
    assert (simulated(data, FORMULA, replicates=2)["rejected"].dropna() == 0).all()
    terms = [term for term in make_design(data, FORMULA).terms for _ in range(2)]
    for term, (outcome, statistic) in zip(terms, seen, strict=True):
        assert wild_bootstrap_test(data.assign(degree=outcome), FORMULA, term, resamples=1, seed=1).statistic == pytest.approx(statistic)


def test_missing_cases_are_no_part_of_the_population():
    data = pool(300)
    data.loc[40:, "age"] = np.nan
    asked = {"coefficients": {"age": 1}, "n": 35}
    assert simulated(data, "degree ~ age", **asked).equals(simulated(data[:40], "degree ~ age", **asked))


def test_power_of_a_column_is_the_one_that_its_detectable_effect_promises():
    data = two_groups(40, 40)
    effect = minimum_detectable_effects(data, "y ~ group", residual_sd=3)["effect"].item()
    found = simulated(data, "y ~ group", coefficients={"group[T.b]": effect}, residual_sd=3, replicates=2000, resamples=199)
    assert found["rejected"][1] == pytest.approx(0.80, abs=0.03)  # three Monte Carlo errors
    assert found["coverage"].tolist() == pytest.approx([0.95, 0.95], abs=0.015)
    assert found["bias"][1] == pytest.approx(0, abs=4 * found["bias_se"][1])
    assert found["bias_se"][1] == pytest.approx(3 * np.sqrt(2 / 40) / np.sqrt(2000), rel=0.06)


def test_the_noise_grows_along_a_term():
    # Twelve cases per group: the standard error of a group's mean is its noise / sqrt(12).
    data = pd.DataFrame({"y": 0.0, "group": np.repeat(list("abc"), 12)})
    found = simulated(data, "y ~ 0 + group", residual_sd=2, spread=9, spread_by="group", replicates=4000)
    noise = found["bias_se"] * np.sqrt(4000 * 12)
    expected = np.array([1, 3, 9])
    assert noise.tolist() == pytest.approx((2 * expected / np.sqrt((expected**2).mean())).tolist(), rel=0.05)
    assert noise.pow(2).mean() == pytest.approx(4, rel=0.1)


def test_designs_that_cannot_be_used_are_drawn_again_and_counted():
    data = pd.DataFrame({"y": 0.0, "group": pd.Categorical(["a"] * 17 + ["b"] * 3)})
    found = simulated(data, "y ~ group", n=15, replicates=1000)
    # Cases in the small group: binomial (15, 3/20); none or one of them, or of the others, is no design.
    refused = stats.binom.cdf(1, 15, 3 / 20) + stats.binom.sf(13, 15, 3 / 20)
    assert found["redrawn"][0] / (1000 + found["redrawn"][0]) == pytest.approx(refused, abs=0.05)
    assert (found["replicates"] == 1000).all()
    with pytest.raises(ValueError, match=r"only \d+ of \d+ designs of 3 drawn cases could be used"):
        simulated(
            data.assign(group=list("aaaaaaaaaaaaaaaaabbb"), x=0.0 + (data.index % 20 == 0) * (data.index + 1)), "y ~ group", n=3, replicates=1000
        )


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


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"coefficients": {"sector[T.space]": 1}}, r"no column sector\[T.space\]; its columns are Intercept, sector\[T.mobility\]"),
        ({"residual_sd": 0}, "positive number"),
        ({"replicates": 1}, "whole number of at least 2"),
        ({"resamples": 18}, "fewer than 19 resamples"),
        ({"resamples": 0}, "at least 1"),
        ({"n": 9}, "more cases than the 9 columns"),
        ({"spread": 3}, "along a term"),
        ({"spread_by": "age"}, "along a term"),
        ({"spread": 0.5, "spread_by": "age"}, "along a term"),
        ({"spread": 3, "spread_by": "region"}, "no term region"),
        ({"covariance": "HC0"}, "'HC2'"),
    ],
)
def test_what_makes_no_sense_is_said(changed, said):
    with pytest.raises(ValueError, match=said):
        simulated(pool(60), FORMULA, **changed)


def test_intervals_refuse_what_they_cannot_give():
    data = two_groups(1, 12)
    for call in (lambda: robust_intervals(data, "y ~ group"), lambda: simulated(data, "y ~ group")):
        with pytest.raises(ValueError, match=r"leverage 1.*group\[T.b\]"):
            call()
    with pytest.raises(ValueError, match="between 0 and 1"):
        robust_intervals(two_groups(5, 5), "y ~ group", level=95)
    with pytest.raises(ValueError, match="the same for all cases"):
        robust_intervals(two_groups(5, 5).assign(y=1.0), "y ~ group")


SETTINGS = {
    "even": {},
    "by_sector": {"spread": 3, "spread_by": "sector"},
    "by_members": {"spread": 3, "spread_by": "log(members)"},
}


@pytest.mark.slow
@pytest.mark.parametrize("setting", SETTINGS)
def test_size_of_the_tests_and_coverage_of_the_intervals(setting):
    asked = {"residual_sd": NOISE, "n": 50, "replicates": 3000, "resamples": 99, "seed": 20}
    found = simulated(pool(), FORMULA, **asked, **SETTINGS[setting])
    print(setting, found[["column", "bias", "bias_se", "coverage", "rejected", "redrawn"]].round(3).to_string(), sep="\n")
    assert found["coverage"].between(0.93, 0.97).all()
    assert found["rejected"].dropna().between(0.035, 0.065).all()
    assert (found["bias"].abs() <= 4 * found["bias_se"]).all()
    assert (found["redrawn"] < 0.01 * found["replicates"]).all()


@pytest.mark.slow
def test_true_coefficients_are_found_again_and_hc3_is_too_wide():
    asked = {"coefficients": COEFFICIENTS, "residual_sd": NOISE, "n": 50, "replicates": 4000, "resamples": 19, "seed": 21}
    started = time.perf_counter()
    best, plain = (simulated(pool(), FORMULA, **asked, **SETTINGS["by_sector"], covariance=covariance) for covariance in ("HC2", "HC3"))
    print(f"{time.perf_counter() - started:.1f} s", best.round(3).to_string(), plain[["column", "coverage"]].round(3).to_string(), sep="\n")
    assert (best["bias"].abs() <= 4 * best["bias_se"]).all() and best["coverage"].between(0.93, 0.97).all()
    assert best["bias"].tolist() == plain["bias"].tolist()
    # Why HC2 with its own degrees of freedom is the default: HC3 with n - columns is outside the band for some coefficients.
    assert (plain["coverage"] > 0.97).any() and (plain["coverage"] > best["coverage"]).all()
