"""Wild bootstrap and Freedman-Lane: the same numbers as a loop over fits, the same p-values as complete enumeration, and no others."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative import inference
from helpers.quantitative.inference import (
    compare,
    f_statistics,
    freedman_lane_test,
    partition,
    random_orders,
    random_signs,
    wald_statistics,
    wild_bootstrap_test,
)
from helpers.quantitative.regression.design import make_design

TESTS = pytest.mark.parametrize("test", [wild_bootstrap_test, freedman_lane_test])
FORMULA = "degree ~ sector + log(members) + sme_share + research_share + fee_share + age + staff"  # 10 columns


def survey(n: int = 50, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    codes = np.concatenate([np.repeat(np.arange(4), 2), rng.choice(4, n - 8, p=[0.31, 0.2, 0.22, 0.27])])
    table = pd.DataFrame(rng.beta(3, 2, size=(n, 3)), columns=["sme_share", "research_share", "fee_share"])
    table["sector"] = pd.Categorical.from_codes(rng.permutation(codes), ["production", "mobility", "digital", "life"])
    table["members"], table["age"], table["staff"] = rng.lognormal(3.8, 0.8, n).round(), rng.integers(3, 40, n), rng.lognormal(0.8, 0.5, n)
    return table.assign(degree=30 + 4 * np.log(table["members"]) + rng.normal(0, 9, n) * (1 + codes))


def null_model(data: pd.DataFrame, formula: str, terms: list[str]):
    """Design, its partition, the fit without the terms, and what that leaves."""
    design = make_design(data, formula)
    split = partition(design.matrix, design.places(terms))
    outcome = design.outcome.to_numpy()
    noise = outcome - split.kept @ (split.kept.T @ outcome)
    return design, split, outcome - noise, noise


def naive(design, terms: list[str], outcome: np.ndarray, *, robust: bool) -> float:
    """The statistic of one sample, from a fit of its own."""
    import statsmodels.api as sm

    places = design.places(terms)
    fitted = sm.OLS(outcome, design.matrix).fit(cov_type="HC3" if robust else "nonrobust")
    if not robust:
        return float(fitted.f_test(np.eye(len(design.columns))[places]).fvalue)
    estimate, covariance = fitted.params[places], fitted.cov_params()[np.ix_(places, places)]
    return float(estimate @ np.linalg.solve(covariance, estimate))


CASES = pytest.mark.parametrize(
    ("formula", "terms"),
    [
        (FORMULA, ["sector"]),
        (FORMULA, ["age"]),
        (FORMULA, ["sector", "log(members)", "fee_share"]),
        ("degree ~ sector", ["sector"]),
        ("degree ~ age", ["age"]),
        ("degree ~ sector * age", ["sector:age"]),
        ("degree ~ 0 + sme_share + age", ["sme_share", "age"]),
    ],
)


@CASES
def test_statistics_are_those_of_a_loop_over_fits_sample_by_sample(formula, terms):
    design, split, fit, noise = null_model(survey(), formula, terms)
    for draw, statistics, robust in ((random_signs, wald_statistics, True), (random_orders, f_statistics, False)):
        samples = draw(noise, 8, np.random.default_rng(3))
        looped = [naive(design, terms, fit + sample, robust=robust) for sample in samples.T]
        assert statistics(split, samples) == pytest.approx(np.array(looped), rel=1e-8)


@CASES
def test_the_statistic_of_the_data_is_that_of_a_fit(formula, terms):
    data = survey()
    design = make_design(data, formula)
    outcome = design.outcome.to_numpy()
    wild, permuted = (test(data, formula, terms, resamples=19, seed=1) for test in (wild_bootstrap_test, freedman_lane_test))
    assert wild.statistic == pytest.approx(naive(design, terms, outcome, robust=True), rel=1e-9)
    assert permuted.statistic == pytest.approx(naive(design, terms, outcome, robust=False), rel=1e-9)
    assert wild.tested == permuted.tested == len(design.places(terms))


def test_draws_are_signs_and_orders_of_the_noise():
    noise = np.arange(1.0, 8.0)
    signs = random_signs(noise, 4000, np.random.default_rng(1))
    assert (np.abs(signs) == noise[:, None]).all()
    assert np.abs(np.corrcoef(signs)[~np.eye(7, dtype=bool)]).max() < 0.07 and np.abs(np.sign(signs).mean(axis=1)).max() < 0.07
    orders = random_orders(noise, 4000, np.random.default_rng(1))
    assert (np.sort(orders, axis=0) == noise[:, None]).all()
    assert orders.mean(axis=1) == pytest.approx(np.full(7, 4.0), abs=0.15)


@TESTS
def test_p_values_are_those_of_complete_enumeration(test):
    data = pd.DataFrame({"y": [2.0, 0.5, 3.1, 4.0, 2.2, 5.0], "x": [1, 2, 3, 4, 5, 6], "z": [0, 1, 1, 0, 1, 0]})
    design, _, fit, noise = null_model(data, "y ~ x + z", ["x"])
    robust = test is wild_bootstrap_test
    samples = [noise * signs for signs in product([-1, 1], repeat=6)] if robust else [np.array(order) for order in permutations(noise)]
    values = np.array([naive(design, ["x"], fit + sample, robust=robust) for sample in samples])
    exact = (values >= naive(design, ["x"], fit + noise, robust=robust) * (1 - 1e-9)).mean()
    found = test(data, "y ~ x + z", ["x"], resamples=20_000, seed=4)
    assert found.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 20_000))


def test_without_other_terms_the_permutation_test_is_that_of_scipy():
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=7), rng.normal(0.8, size=8)
    data = pd.DataFrame({"y": [*first, *second], "group": ["a"] * 7 + ["b"] * 8})
    oracle = stats.permutation_test((first, second), lambda x, y, axis: x.mean(axis) - y.mean(axis), vectorized=True, n_resamples=np.inf)
    found = freedman_lane_test(data, "y ~ group", "group", resamples=20_000, seed=1)
    assert found.p_value == pytest.approx(oracle.pvalue, abs=4 * np.sqrt(oracle.pvalue / 20_000))


@TESTS
def test_ties_count_and_p_values_are_never_zero(test):
    # No order and no signs of these outcomes separate the groups further.
    data = pd.DataFrame({"y": [0, 0.1, 0.05, 0.02, 9.0, 9.1, 9.05, 9.02] * 3, "x": [0, 0, 0, 0, 1, 1, 1, 1] * 3})
    assert test(data, "y ~ x", "x", resamples=49, seed=1).p_value == 1 / 50
    # Most orders of a single 1 are as extreme as the data.
    rare = pd.DataFrame({"y": [0.0] * 11 + [1.0], "x": [0] * 8 + [1] * 4})
    exact = 4 / 12
    assert freedman_lane_test(rare, "y ~ x", "x", resamples=9999, seed=1).p_value == pytest.approx(exact, abs=5 * np.sqrt(exact / 9999))


@TESTS
def test_a_clear_effect_is_found_and_no_effect_is_not(test):
    data = survey(80)
    assert test(data.assign(degree=data["degree"] + 3 * data["age"]), FORMULA, "age", resamples=999, seed=1).p_value == 0.001
    leftover = np.linalg.qr(make_design(data, FORMULA).matrix)[0]
    unrelated = data["degree"] - leftover @ (leftover.T @ data["degree"].to_numpy())
    found = test(data.assign(degree=unrelated), FORMULA, ["sector", "age"], resamples=999, seed=1)
    assert found.statistic == pytest.approx(0, abs=1e-9) and found.p_value == 1


@TESTS
def test_rows_lost_are_counted_and_the_data_left_alone(test):
    data = survey()
    data.loc[[0, 7], "age"] = np.nan
    before = data.copy(deep=True)
    found = test(data, FORMULA, ["sector"], resamples=19, seed=1)
    assert (found.tested, found.n_used, found.n_dropped, found.resamples) == (3, 48, 2, 19)
    assert found == test(data, FORMULA, "sector", resamples=19, seed=1)
    assert found.p_value == test(data.dropna(), FORMULA, ["sector", "sector"], resamples=19, seed=1).p_value
    assert len({test(data, FORMULA, ["sector"], resamples=499, seed=seed).p_value for seed in range(5)}) > 1
    pd.testing.assert_frame_equal(data, before)


@TESTS
def test_blocks_of_resamples_add_up(test, monkeypatch):
    whole = test(survey(), FORMULA, "age", resamples=5001, seed=1)
    monkeypatch.setattr(inference, "_BLOCK", 1000)
    blocks = test(survey(), FORMULA, "age", resamples=5001, seed=1)
    assert blocks.statistic == whole.statistic and blocks.p_value == pytest.approx(whole.p_value, abs=0.04)
    counted = blocks.p_value * 5002
    assert counted == pytest.approx(round(counted), abs=1e-6)


def drawn_p_values(draws: int, draw, statistics, noise_sd) -> np.ndarray:
    rng, found = np.random.default_rng(11), []
    design, split, _, _ = null_model(survey(), FORMULA, ["sector"])
    for _ in range(draws):
        outcome = rng.normal(size=design.n_used) * noise_sd(design)
        found.append(compare(split, outcome, statistics, draw, resamples=199, rng=rng)[1])
    return np.array(found)


def test_size_of_both_tests_in_a_design_as_it_is():
    # 3 standard errors of 2,000 draws at .05 are .015; the statistic alone, against chi-squared, rejects far more often.
    for draw, statistics, noise_sd in (
        (random_orders, f_statistics, lambda design: 1),
        (random_signs, wald_statistics, lambda design: 1 + 2 * design.matrix[:, 1]),
    ):
        p_values = drawn_p_values(2000, draw, statistics, noise_sd)
        assert (p_values <= 0.05).mean() == pytest.approx(0.05, abs=0.015)
        assert (p_values <= 0.5).mean() == pytest.approx(0.5, abs=0.04)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.permutations(range(4)),
    st.floats(-1e4, 1e4),
    st.floats(1e-3, 1e3),
    st.floats(1e-6, 1e6),
    st.booleans(),
    st.sampled_from(["sector", "age"]),
)
def test_names_orders_and_units_change_no_p_value(seed, order, shift, factor, unit, robust, term):
    test = wild_bootstrap_test if robust else freedman_lane_test
    data, names = survey(30, seed), np.array(["production", "mobility", "digital", "life"])
    plain = test(data, "degree ~ sector + members + age", term, resamples=99, seed=seed)
    other = data.assign(degree=shift - factor * data["degree"], members=data["members"] * unit, age=5 + data["age"] / unit)
    other["sector"] = data["sector"].cat.reorder_categories(names[order]).cat.rename_categories(dict(zip(names, "xywz", strict=True)))
    changed = test(other, "degree ~ sector + members + age", term, resamples=99, seed=seed)
    assert changed.p_value == plain.p_value
    assert changed.statistic == pytest.approx(plain.statistic, rel=1e-5)


def single(code: str) -> pd.DataFrame:
    data = survey()
    kept = (data["sector"] != code) | (data["sector"] == code).cumsum().eq(1)
    return data[kept]


@pytest.mark.parametrize(
    ("data", "formula", "said"),
    [
        (single("digital"), FORMULA, r"leverage 1\): 1, because of sector\[T.digital\]; merge"),
        (single("production"), FORMULA, r"because of the category that sector\[T.mobility\], sector\[T.digital\], sector\[T.life\] compare with"),
        (survey().assign(age=[3.0] + [0.0] * 49), FORMULA, r"leverage 1\): 1, because of age"),
    ],
)
def test_a_case_with_leverage_one_is_named(data, formula, said):
    with pytest.raises(ValueError, match=said):
        wild_bootstrap_test(data, formula, "sector", resamples=9, seed=1)
    assert 0 < freedman_lane_test(data, formula, "sector", resamples=9, seed=1).p_value <= 1


@TESTS
@pytest.mark.parametrize(
    ("change", "formula", "terms", "resamples", "said"),
    [
        ({}, FORMULA, ["region"], 9, "no term region"),
        ({}, FORMULA, [], 9, "no term"),
        ({}, FORMULA, ["sector"], 0, "whole number of at least 1"),
        ({"degree": 4.0}, FORMULA, ["sector"], 9, "the same for all cases"),
        ({"degree": lambda data: 3 + 2 * data["age"]}, FORMULA, ["sector"], 9, "exact combination"),
        ({"degree": "high"}, FORMULA, ["sector"], 9, "no number"),
        ({"age": np.nan}, FORMULA, ["sector"], 9, "age has no value at all"),
    ],
)
def test_what_cannot_be_tested_is_said(test, change, formula, terms, resamples, said):
    with pytest.raises(ValueError, match=said):
        test(survey().assign(**change), formula, terms, resamples=resamples, seed=1)


def test_a_category_without_noise_of_its_own_cannot_be_tested_robustly():
    data = pd.DataFrame({"y": [1.0, 1.0, 2.0, 5.0, 3.0, 7.0, 4.0, 4.5], "group": list("aabbbccc")})
    data["y"] = data.groupby("group")["y"].transform("first").where(data["group"] != "c", data["y"])
    with pytest.raises(ValueError, match=r"no noise is left to test group\[T.b\], group\[T.c\] against"):
        wild_bootstrap_test(data, "y ~ group", "group", resamples=9, seed=1)
