"""What simulated studies say about the regression and its tests: bias, coverage, size and power."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.quantitative import operating
from helpers.quantitative.inference import compare, wild_bootstrap_test
from helpers.quantitative.power import minimum_detectable_effects
from helpers.quantitative.regression.design import make_design
from quantitative.demo_like import COEFFICIENTS, FORMULA, NOISE, pool, simulated, two_groups


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
    best, plain = (simulated(pool(), FORMULA, **asked, **SETTINGS["by_sector"], covariance=covariance) for covariance in ("HC2", "HC3"))
    print(best.round(3).to_string(), plain[["column", "coverage"]].round(3).to_string(), sep="\n")
    assert (best["bias"].abs() <= 4 * best["bias_se"]).all() and best["coverage"].between(0.93, 0.97).all()
    assert best["bias"].tolist() == plain["bias"].tolist()
    # Why HC2 with its own degrees of freedom is the default: HC3 with n - columns is outside the band for some coefficients.
    assert (plain["coverage"] > 0.97).any() and (plain["coverage"] > best["coverage"]).all()
