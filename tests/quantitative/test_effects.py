"""Average effects against R and Stata's definitions, their invariants, and their coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit

from helpers.quantitative.effects import average_effects, category_effects
from helpers.quantitative.models import FAMILIES, fit
from helpers.quantitative.regression.means import answer_curve
from quantitative.test_models import SHARES, survey, ucla
from reference.expected import expected, numbered, reference_data

# Henderson and Velleman (1981), Biometrics 37:391-411, from Motor Trend 1974: horsepower, weight (1000 lbs) and manual transmission.
HORSEPOWER = [
    110,
    110,
    93,
    110,
    175,
    105,
    245,
    62,
    95,
    123,
    123,
    180,
    180,
    180,
    205,
    215,
    230,
    66,
    52,
    65,
    97,
    150,
    150,
    245,
    175,
    66,
    91,
    113,
    264,
    175,
    335,
    109,
]
WEIGHT = [2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424, 5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78]  # fmt: skip
MANUAL = [1] * 3 + [0] * 14 + [1] * 3 + [0] * 5 + [1] * 7
CARS = pd.DataFrame({"hp": HORSEPOWER, "wt": WEIGHT, "am": MANUAL})


def test_a_logit_has_the_effects_and_errors_of_the_delta_method():
    effects = average_effects(fit(CARS, "am ~ hp + wt", family="fractional_logit"))
    assert numbered("ame.mtcars", [*effects["effect"], *effects["std_error"]]) == expected("ame.mtcars")


def test_a_fractional_logit_has_the_effects_of_margins():
    plans = pd.read_csv(reference_data("frac401k_stata.csv"))
    assert numbered("frac.ame", average_effects(fit(plans, SHARES, family="fractional_logit"))["effect"]) == expected("frac.ame")


def test_an_ordered_logit_has_effects_on_each_answer():
    fitted = fit(ucla(), "apply ~ pared + public + gpa", family="ordered_logit")
    effects = category_effects(fitted)
    gpa = effects[effects["term"] == "gpa"]
    assert list(gpa["answer"]) == ["unlikely", "somewhat likely", "very likely"]
    assert numbered("ologit.ucla.ame_gpa", gpa["effect"]) == expected("ologit.ucla.ame_gpa")
    # The mean position moves by the positions' effects, each as far as it is from the first.
    position = average_effects(fitted).set_index("term")["effect"]
    np.testing.assert_allclose(position["gpa"], gpa["effect"] @ [0, 1, 2], rtol=1e-12)


def test_least_squares_has_its_coefficients_with_t_intervals():
    fitted = fit(survey(), "ols ~ size + age", covariance="HC3")
    effects = average_effects(fitted, changes={"age": 10.0}, level=0.9).set_index("term")
    size, age = fitted.coefficients.set_index("term").loc["size"], fitted.coefficients.set_index("term").loc["age"]
    assert effects.loc["size", ["change", "effect", "std_error"]].tolist() == pytest.approx([1, size["estimate"], size["std_error"]])
    assert effects.loc["age", ["change", "effect", "std_error"]].tolist() == pytest.approx([10, 10 * age["estimate"], 10 * age["std_error"]])
    half = effects.loc["age", "high"] - effects.loc["age", "effect"]
    assert half == pytest.approx(stats.t.ppf(0.95, 77) * effects.loc["age", "std_error"])


def test_a_category_is_compared_with_the_average_over_all_cases():
    table = survey()
    fitted = fit(table, "fractional_logit ~ sector + size", family="fractional_logit", covariance="HC3")
    effects = average_effects(fitted).query("term == 'sector'")
    beta = fitted.coefficients["estimate"].to_numpy()
    means = {
        name: expit(beta @ [np.ones(80), code == 1, code == 2, table["size"]]).mean()
        for code, name in enumerate(["agri", "health", "ict"])
        for code in [np.full(80, code)]
    }
    average = sum(means[name] * np.mean(table["sector"] == name) for name in means)
    assert dict(zip(effects["level"], effects["effect"], strict=True)) == pytest.approx({name: mean - average for name, mean in means.items()})
    assert dict(zip(effects["level"], effects["n"], strict=True)) == table["sector"].value_counts().to_dict()


@pytest.mark.parametrize("family", FAMILIES)
def test_errors_are_those_of_the_numerical_delta_method(family):
    fitted = fit(survey(), f"{family} ~ sector + size + age", family=family, covariance="HC3")
    estimates = fitted.coefficients["estimate"].to_numpy()
    slopes = []
    for place in range(len(estimates)):
        step = 1e-5 * max(1.0, abs(estimates[place]))
        moved = [average_effects(_at(fitted, estimates + sign * step * np.eye(len(estimates))[place]))["effect"].to_numpy() for sign in (1, -1)]
        slopes.append((moved[0] - moved[1]) / (2 * step))
    errors = np.sqrt(np.einsum("kl,kj,jl->l", slopes, fitted.covariance_matrix, slopes))
    np.testing.assert_allclose(average_effects(fitted)["std_error"], errors, rtol=1e-5)


def _at(fitted, estimates):
    from dataclasses import replace

    return replace(fitted, coefficients=fitted.coefficients.assign(estimate=estimates))


@settings(deadline=None, max_examples=40)
@given(family=st.sampled_from(FAMILIES), names=st.permutations(["x1", "a2", "m3"]), order=st.permutations(["x1", "a2", "m3"]), as_text=st.booleans())
def test_neither_names_nor_the_order_of_categories_change_an_effect(family, names, order, as_text):
    table = survey()
    renamed = dict(zip(["agri", "health", "ict"], names, strict=True))
    texts = table["sector"].astype(str).map(renamed)
    other = table.assign(sector=texts.astype(object) if as_text else pd.Categorical(texts, order))
    formula = f"{family} ~ sector + size"
    before, after = (average_effects(fit(data, formula, family=family, covariance="HC3")) for data in (table, other))
    before["level"] = before["level"].replace(renamed)
    columns = ["effect", "std_error", "low", "high", "n"]
    pd.testing.assert_frame_equal(
        before.set_index(["term", "level"])[columns].sort_index(), after.set_index(["term", "level"])[columns].sort_index(), rtol=1e-6
    )


@settings(deadline=None, max_examples=30)
@given(family=st.sampled_from(["ols", "fractional_logit", "poisson", "ordered_logit"]), weighted=st.booleans(), seed=st.integers(0, 99))
def test_effects_weighted_by_the_shares_of_their_categories_add_up_to_nothing(family, weighted, seed):
    table = survey()
    weights = pd.Series(np.random.default_rng(seed).uniform(0.5, 2, 80)) if weighted else None
    effects = average_effects(fit(table, f"{family} ~ sector + size", family=family, covariance="HC1", weights=weights)).query("term == 'sector'")
    shares = (pd.Series(1.0, table.index) if weights is None else weights).groupby(table["sector"].astype(str)).sum()
    total = (effects.set_index("level")["effect"] * shares / shares.sum()).sum()
    assert total == pytest.approx(0, abs=1e-9) and effects["effect"].abs().max() > 1e-6


@settings(deadline=None, max_examples=30)
@given(family=st.sampled_from(FAMILIES), unit=st.sampled_from([1e-4, -2.0, 1e4]))
def test_the_unit_of_a_regressor_goes_into_the_change(family, unit):
    formula = f"{family} ~ sector + size"
    before = average_effects(fit(survey(), formula, family=family, covariance="HC2"))
    scaled = survey().assign(size=lambda table: table["size"] * unit)
    after = average_effects(fit(scaled, formula, family=family, covariance="HC2"), changes={"size": unit})
    np.testing.assert_allclose(before[["effect", "std_error"]], after[["effect", "std_error"]], rtol=1e-6)


def test_effects_on_answers_add_up_to_nothing():
    fitted = fit(survey(), "ordered_logit ~ sector + size", family="ordered_logit", covariance="HC3")
    effects = category_effects(fitted)
    np.testing.assert_allclose(effects.groupby(["term", "level"], sort=False)["effect"].sum(), 0, atol=1e-12)
    assert list(effects.columns) == ["term", "level", "answer", "change", "effect", "std_error", "low", "high", "n"]


def test_transformed_numbers_and_contrasts_of_ones_own_are_fine():
    table = survey()
    plain, contrasts = (
        average_effects(fit(table, f"ols ~ {sector} + log(age)"), changes={"log(age)": np.log(2)}) for sector in ("sector", "C(sector, contr.sum)")
    )
    np.testing.assert_allclose(plain[["effect", "std_error"]], contrasts[["effect", "std_error"]], rtol=1e-9)
    assert list(plain["term"]) == ["sector"] * 3 + ["log(age)"]


@pytest.mark.parametrize(
    ("formula", "changes", "said"),
    [
        ("ols ~ size + I(size**2)", None, "size occurs in several terms"),
        ("ols ~ sector * size", None, "sector, size occurs in several terms"),
        ("ols ~ sector:size", None, "neither one numeric column nor one categorical variable"),
        ("ols ~ 1", None, "no regressors"),
        ("ols ~ sector + size", {"sector": 2.0}, "here size; correct sector"),
        ("ols ~ sector + size", {"size": np.nan}, "finite numbers"),
    ],
)
def test_what_has_no_effect_of_its_own_is_refused(formula, changes, said):
    with pytest.raises(ValueError, match=said):
        average_effects(fit(survey(), formula), changes=changes)


def test_the_curves_of_answers_are_probabilities():
    probabilities, slopes = answer_curve()
    eta, cuts = np.linspace(-3, 3, 9), np.array([-1.0, 0.2, 2.0])
    found = probabilities(eta, cuts)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() > 0 and found[:, 0] == pytest.approx(expit(-1.0 - eta))
    np.testing.assert_allclose(slopes(eta, cuts), (probabilities(eta + 1e-6, cuts) - probabilities(eta - 1e-6, cuts)) / 2e-6, atol=1e-9)


def test_only_an_ordered_logit_has_answers():
    with pytest.raises(ValueError, match="this fit is of the family ols"):
        category_effects(fit(survey(), "ols ~ size"))


@pytest.mark.slow
@pytest.mark.parametrize("family", ["ols", "fractional_logit"])
def test_intervals_hold_the_true_effects_as_often_as_they_say(family):
    rng = np.random.default_rng(5)
    cases, covered, draws = 60, np.zeros(4), 300
    x, sector = rng.normal(size=cases), np.repeat(["a", "b", "c"], [25, 20, 15])
    shift = np.array([0.0, 0.7, -0.5])[np.repeat([0, 1, 2], [25, 20, 15])]
    mean = (lambda eta: eta) if family == "ols" else expit
    adjusted = np.array([mean(0.2 + 0.5 * x + value).mean() for value in (0.0, 0.7, -0.5)])
    slope = 0.5 if family == "ols" else 0.5 * (expit(0.2 + 0.5 * x + shift) * expit(-0.2 - 0.5 * x - shift)).mean()
    true = np.append(adjusted - adjusted @ [25 / 60, 20 / 60, 15 / 60], slope)
    for _ in range(draws):
        eta = 0.2 + 0.5 * x + shift
        outcome = eta + rng.normal(size=cases) * (0.4 + 0.5 * (sector == "a")) if family == "ols" else rng.beta(3 * expit(eta), 3 * expit(-eta))
        table = average_effects(fit(pd.DataFrame({"y": outcome, "x": x, "sector": sector}), "y ~ sector + x", family=family, covariance="HC3"))
        covered += (table["low"] <= true) & (true <= table["high"])
    # Three standard errors of a share of 300 draws.
    assert np.all(np.abs(covered / draws - 0.95) < 3 * np.sqrt(0.95 * 0.05 / draws))
