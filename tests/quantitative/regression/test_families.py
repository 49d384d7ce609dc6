"""Each family's local expansion against numerical derivatives, its maximum against statsmodels, and what it was simulated from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit

from helpers.quantitative.models import fit
from helpers.quantitative.regression import families
from helpers.quantitative.regression.likelihood import Local

RNG = np.random.default_rng(7)
COUNTS = RNG.integers(0, 30, 12).astype(float)
SHARES = RNG.uniform(0.05, 0.95, 12)
ANSWERS = np.tile([0, 1, 2], 4)

# Family -> its function of the predictors, how many there are, and where to look.
LOCAL: dict[str, tuple[Local, np.ndarray]] = {
    "logit": (families.logit(SHARES), RNG.normal(size=(12, 1))),
    "poisson": (families.poisson(COUNTS), RNG.normal(size=(12, 1)) + 2),
    "negative_binomial": (families.negative_binomial(COUNTS), np.column_stack([RNG.normal(size=12) + 2, np.full(12, -0.7)])),
    "beta": (families.beta(SHARES), np.column_stack([RNG.normal(size=12), np.full(12, 2.3)])),
    "ordered_logit": (families.ordered_logit(ANSWERS == 0, ANSWERS == 2), RNG.normal(size=(12, 1)) + np.array([1.0, -1.0])),
}


@pytest.mark.parametrize("name", LOCAL)
def test_gradients_are_the_derivatives_of_the_log_likelihood(name):
    local, point = LOCAL[name]
    slopes = local(point)[1]
    for predictor in range(point.shape[1]):
        step = 1e-6 * np.eye(point.shape[1])[predictor]
        numerical = (local(point + step)[0] - local(point - step)[0]) / 2e-6
        used = np.ones(12, bool) if name != "ordered_logit" else ~np.isin(ANSWERS, 2 if predictor == 0 else 0)
        np.testing.assert_allclose(slopes[used, predictor], numerical[used], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", LOCAL)
def test_curvature_is_the_derivative_of_the_gradient(name):
    local, point = LOCAL[name]
    information, observed = local(point)[2:]
    information = information if observed is None else observed
    inner = ANSWERS == 1 if name == "ordered_logit" else np.ones(12, bool)
    for predictor in range(point.shape[1]):
        step = 1e-6 * np.eye(point.shape[1])[predictor]
        numerical = (local(point + step)[1] - local(point - step)[1]) / 2e-6
        np.testing.assert_allclose(information[inner, :, predictor], -numerical[inner], rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 0.5), (0.2, 4.0), (40.0, 0.02)])
def test_information_of_counts_is_the_variance_of_their_scores(mean, dispersion):
    counts = np.arange(0.0, 3000)
    chances = stats.nbinom.pmf(counts, 1 / dispersion, 1 / (1 + mean * dispersion))
    _, scores, information, _ = families.negative_binomial(counts)(np.tile(np.log([mean, dispersion]), (3000, 1)))
    np.testing.assert_allclose((scores.T * chances) @ scores, information[0], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(chances @ scores, 0, atol=1e-9)


@pytest.mark.parametrize(("mean", "precision"), [(0.3, 8.0), (0.6, 40.0)])
def test_information_of_shares_is_the_variance_of_their_scores(mean, precision):
    shares = (np.arange(400_000) + 0.5) / 400_000
    density = stats.beta.pdf(shares, mean * precision, (1 - mean) * precision) / 400_000
    predictors = np.tile([np.log(mean / (1 - mean)), np.log(precision)], (400_000, 1))
    _, scores, information, _ = families.beta(shares)(predictors)
    np.testing.assert_allclose((scores.T * density) @ scores, information[0], rtol=1e-6, atol=1e-8)


def simulated(cases: int, seed: int) -> pd.DataFrame:
    """Outcomes of every family whose linear predictor is 0.3 + 0.8 x - 0.5 (sector b)."""
    rng = np.random.default_rng(seed)
    x, sector = rng.normal(size=cases), rng.choice(["a", "b"], cases)
    eta = 0.3 + 0.8 * x - 0.5 * (sector == "b")
    outcomes = {
        "ols": eta + rng.normal(size=cases),
        "fractional_logit": rng.binomial(4, expit(eta)) / 4,
        "firth_logit": rng.binomial(1, expit(eta)),
        "beta": np.clip(rng.beta(5 * expit(eta), 5 * expit(-eta)), 1e-12, 1 - 1e-12),
        "poisson": rng.poisson(np.exp(eta)),
        "negative_binomial": rng.negative_binomial(2, 2 / (2 + np.exp(eta))),
        "ordered_logit": np.digitize(eta + rng.logistic(size=cases), [-1.0, 0.5, 2.0]),
    }
    return pd.DataFrame(outcomes | {"x": x, "sector": sector})


TRUE = {"Intercept": 0.3, "x": 0.8, "sector[T.b]": -0.5, "(precision)": 5.0, "(dispersion)": 0.5, "0|1": -1.3, "1|2": 0.2, "2|3": 1.7}


@pytest.mark.parametrize("family", ["ols", "fractional_logit", "beta", "ordered_logit", "poisson", "negative_binomial", "firth_logit"])
@pytest.mark.parametrize("covariance", ["classical", "HC3"])
def test_coefficients_are_recovered_and_their_errors_are_as_large_as_said(family, covariance):
    found = [fit(simulated(300, seed), f"{family} ~ sector + x", family=family, covariance=covariance).coefficients for seed in range(25)]
    distances = np.array([(table["estimate"] - table["term"].map(TRUE)) / table["std_error"] for table in found])
    assert np.abs(distances[:, :3].mean(axis=0)).max() < 4 / np.sqrt(25)
    # The standard deviation of 25 standard normal numbers lies within these bounds with probability .999.
    assert distances[:, :3].std(axis=0).min() > 0.5 and distances.std(axis=0).max() < 1.6


@pytest.mark.parametrize("family", ["beta", "ordered_logit", "negative_binomial", "poisson", "fractional_logit"])
def test_maxima_are_those_of_statsmodels(family):
    from statsmodels.api import GLM
    from statsmodels.api import families as glm_families
    from statsmodels.discrete.discrete_model import NegativeBinomial
    from statsmodels.miscmodels.ordinal_model import OrderedModel
    from statsmodels.othermod.betareg import BetaModel

    table = simulated(200, 11)
    fitted = fit(table, f"{family} ~ sector + x", family=family)
    outcome, matrix = table[family].to_numpy(dtype=float), fitted.design.matrix
    oracles = {
        "beta": lambda: BetaModel(outcome, matrix).fit(disp=0, method="newton", maxiter=200),
        "ordered_logit": lambda: OrderedModel(outcome, matrix[:, 1:], distr="logit").fit(disp=0, method="newton"),
        "negative_binomial": lambda: NegativeBinomial(outcome, matrix).fit(disp=0, method="newton"),
        "poisson": lambda: GLM(outcome, matrix, family=glm_families.Poisson()).fit(),
        "fractional_logit": lambda: GLM(outcome, matrix, family=glm_families.Binomial()).fit(),
    }
    oracle = oracles[family]()
    places = slice(0, 2 if family == "ordered_logit" else 3)
    np.testing.assert_allclose(fitted.coefficients["estimate"][places], oracle.params[places], rtol=2e-5)
    if family != "fractional_logit":
        assert fitted.log_likelihood == pytest.approx(oracle.llf, rel=1e-9)
    if family in ("poisson", "fractional_logit"):
        assert fitted.deviance == pytest.approx(oracle.deviance, rel=1e-9)
        np.testing.assert_allclose(fitted.coefficients["std_error"], oracle.bse * np.sqrt(fitted.scale), rtol=1e-7)


def test_standard_errors_of_overdispersed_counts_are_those_of_the_glm_with_the_dispersion_found():
    from statsmodels.api import GLM
    from statsmodels.api import families as glm_families

    table = simulated(200, 3)
    fitted = fit(table, "negative_binomial ~ sector + x", family="negative_binomial")
    dispersion = fitted.coefficients["estimate"].iloc[-1]
    oracle = GLM(table["negative_binomial"], fitted.design.matrix, family=glm_families.NegativeBinomial(alpha=dispersion)).fit(tol=1e-12)
    np.testing.assert_allclose(fitted.coefficients["std_error"][:3], oracle.bse, rtol=1e-6)
    assert fitted.deviance == pytest.approx(oracle.deviance, rel=1e-8)


@settings(deadline=None, max_examples=40)
@given(
    counts=st.lists(st.integers(0, 50), min_size=2, max_size=4).filter(lambda values: len(set(values)) > 1),
    repeats=st.integers(3, 6),
)
def test_the_mean_of_each_category_is_fitted_exactly(counts, repeats):
    """With an intercept and one factor, canonical families reproduce the mean of each category."""
    rng = np.random.default_rng(len(counts))
    labels = np.repeat(list("abcd")[: len(counts)], repeats)
    observed = np.repeat(counts, repeats) + rng.integers(1, 6, len(labels))
    table = pd.DataFrame({"y": observed, "share": observed / 60, "g": labels})
    means = table.groupby("g")[["y", "share"]].transform("mean")
    np.testing.assert_allclose(fit(table, "y ~ g", family="poisson").fitted, means["y"], rtol=1e-9)
    np.testing.assert_allclose(fit(table, "share ~ g", family="fractional_logit").fitted, means["share"], rtol=1e-9)


@pytest.mark.parametrize("precision", [0.5, 1e5])
def test_beta_regression_bears_extreme_precision(precision):
    rng = np.random.default_rng(2)
    x = rng.normal(size=150)
    share = np.clip(rng.beta(precision * expit(x), precision * expit(-x)), 1e-9, 1 - 1e-9)
    table = fit(pd.DataFrame({"y": share, "x": x}), "y ~ x", family="beta").coefficients.set_index("term")
    assert table.loc["(precision)", "low"] < precision * 1.2 and precision / 1.2 < table.loc["(precision)", "high"]


@pytest.mark.parametrize(("mean", "dispersion"), [(2.0, 3e-5), (1e-5, 0.8), (2.0, 2e-5), (0.3, 1.2e-5)])
def test_counts_keep_their_digits_where_means_or_dispersions_are_small(mean, dispersion):
    counts = np.arange(0.0, 40)
    chances = stats.nbinom.pmf(counts, 1 / dispersion, 1 / (1 + mean * dispersion))
    values, scores, information, observed = families.negative_binomial(counts)(np.tile(np.log([mean, dispersion]), (40, 1)))
    np.testing.assert_allclose(np.exp(values), chances, rtol=1e-8)
    np.testing.assert_allclose((scores**2).T @ chances, np.diag(information[0]), rtol=1e-3)
    np.testing.assert_allclose(np.einsum("n,nab->ab", chances, observed).diagonal(), np.diag(information[0]), rtol=1e-3)


def test_the_information_of_very_large_counts_is_an_integral(monkeypatch):
    mean, size = np.array([3e3, 40.0, 2e4]), np.array([2.0, 2.0, 2.0])
    integral = families._size_information(mean, size)
    monkeypatch.setattr(families, "_SINGLY", 10**6)
    np.testing.assert_allclose(integral, families._size_information(mean, size), rtol=1e-7)
