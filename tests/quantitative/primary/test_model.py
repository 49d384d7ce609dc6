"""The primary model and what is made of it: fitted as fixed, refused with a reason, told in the changes of the study, in three steps of certainty."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.checks import confounding, diagnostics, influence
from helpers.quantitative.models import fit
from helpers.quantitative.primary.alternatives import fit_alternatives
from helpers.quantitative.primary.curves import specification_curves
from helpers.quantitative.primary.detectable import detectable_effects, detectable_share, simulated_studies
from helpers.quantitative.primary.explanation import certainty, explained_parts, extreme_effects, influence_summary
from helpers.quantitative.primary.model import Primary, fit_primary, model_checks, per_change, refusals, without_rare_categories
from helpers.quantitative.primary.robustness import effects_three_ways
from quantitative.demo_like import COEFFICIENTS, pool

TERMS = ["sector", "log(members)", "sme_share", "research_share", "fee_share", "age"]
PARTS = {"sector_part": ["sector"], "membership_part": TERMS[1:]}
CHANGES = {"log(members)": float(np.log(2)), "sme_share": 0.1, "age": 10.0}


def cases(n: int = 60, *, seed: int = 1, noise: float = 9.0, effect: float = 1.0) -> pd.DataFrame:
    """Cases with a degree that follows the true coefficients."""
    drawn = pool(n, seed=seed)
    contrast = drawn["sector"].map({name: COEFFICIENTS.get(f"sector[T.{name}]", 0) for name in drawn["sector"].cat.categories}).astype(float)
    numeric = sum(COEFFICIENTS[name] * drawn[name] for name in ("sme_share", "research_share", "fee_share", "age"))
    degree = 26 + effect * (contrast + numeric + 8 * np.log(drawn["members"])) + noise * np.random.default_rng(seed).standard_normal(n)
    return drawn.assign(degree=degree.clip(1, 99))


def primary(table: pd.DataFrame | None = None, **changed) -> Primary:
    return fit_primary(cases() if table is None else table, **({"outcome": "degree", "terms": TERMS, "changes": CHANGES, "least": 5} | changed))


def test_effects_are_told_in_the_changes_of_the_study_and_the_model_is_the_declared_one():
    fitted = primary()
    plain = fit(cases(), "degree ~ " + " + ".join(TERMS)).coefficients.set_index("term")["estimate"]
    told = fitted.effects.set_index(["term", "level"])
    assert fitted.formula == "degree ~ " + " + ".join(TERMS) and (fitted.n, fitted.rare, fitted.refused) == (60, 0, "")
    assert told.loc[("log(members)", ""), "points"] == pytest.approx(plain["log(members)"] * np.log(2))
    assert told.loc[("age", ""), "points"] == pytest.approx(10 * plain["age"])
    assert told.loc[("fee_share", ""), "points"] == pytest.approx(plain["fee_share"])
    gap = told.loc[("sector", "digital"), "points"] - told.loc[("sector", "production"), "points"]
    assert gap == pytest.approx(plain["sector[T.digital]"])
    assert (told["points_low"] < told["points"]).all() and (told["points"] < told["points_high"]).all()


def test_rare_categories_are_left_out_and_counted_and_the_input_stays():
    table = cases()
    few = table["sector"].cat.add_categories(["space"]).astype(object)
    few.iloc[:3] = "space"
    table = table.assign(sector=pd.Categorical(few, categories=[*table["sector"].cat.categories, "space"]))
    before = table.copy(deep=True)
    fitted = primary(table)
    assert (fitted.n, fitted.rare, fitted.refused) == (57, 1, "")
    assert "space" not in set(fitted.effects["level"])
    assert refusals(fitted, 60).to_dict("records") == [{"of": "rare", "groups": 1, "n": 60}]
    three = effects_three_ways(fitted, None, weights=None, changes=CHANGES, imputations=3, seed=1)
    assert three.groupby("weighting")["n"].first().to_dict() == {"imputed": 57, "unweighted": 57}  # nobody is put into another category
    pd.testing.assert_frame_equal(table, before)
    assert without_rare_categories(table, "degree ~ sector", least=3)[1] == 0


REFUSED = {
    "constant": lambda table: table.assign(degree=40.0),
    "no_cases": lambda table: table.assign(age=np.nan),
    "few_cases": lambda table: table.head(8),
    "dependent": lambda table: table.assign(age=table["fee_share"] * 3),
    "infinite": lambda table: table.assign(members=0),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_the_answers_do_not_allow_is_refused_by_name_and_nothing_else_is_fitted(kind):
    with np.errstate(divide="ignore"):
        fitted = primary(REFUSED[kind](cases()), least=1)
    assert (fitted.refused, bool(fitted)) == (kind, False) and fitted.reason
    assert refusals(fitted, 60)["of"].tolist() == [f"refused.{kind}"]
    assert fitted.effects.empty and explained_parts(fitted, PARTS, resamples=99, seed=1).empty
    assert detectable_effects(fitted, changes=CHANGES).empty and detectable_share(fitted).empty
    assert simulated_studies(fitted, n=0, effect=1, replicates=10, resamples=19, seed=1).empty
    assert fit_alternatives(fitted, [], changes=CHANGES).effects.empty
    assert effects_three_ways(fitted, None, weights=None, changes=CHANGES, imputations=2, seed=1).empty
    assert specification_curves(fitted, cases(), None, PARTS, codings=[], weights=None, resamples=19, seed=1).empty
    assert model_checks(fitted, influence.influence).empty


def test_a_sector_with_one_answer_is_refused_where_it_may_stay():
    table = cases().assign(sector=lambda all: all["sector"].astype(object))
    table.loc[0, "sector"] = "space"
    assert primary(table.assign(sector=pd.Categorical(table["sector"])), least=1).refused == "single_case"


def test_without_a_declared_model_nothing_is_said():
    fitted = primary(outcome=None, terms=[])
    assert not fitted and fitted.effects.empty and refusals(fitted, 60).empty


def test_parts_of_a_strong_model_are_supported_and_of_noise_open():
    strong = explained_parts(primary(cases(80, noise=6)), PARTS, resamples=999, seed=1).set_index("measure")
    assert strong["verdict"].tolist() == ["supported", "supported"]
    assert (strong["excess"] > 0.05).all() and (strong["by_chance"] < strong["share"]).all()
    noise = explained_parts(primary(cases(60, effect=0, seed=4)), PARTS, resamples=999, seed=1).set_index("measure")
    assert set(noise["verdict"]) <= {"open", "tendency"} and (noise["excess"] >= 0).all() and (noise["excess_low"] >= 0).all()
    assert (noise["p_holm"] >= noise["p_value"]).all() and strong["detectable"].between(0.05, 0.5).all()


def test_three_steps_of_certainty():
    assert [certainty(value) for value in (0.001, 0.05, 0.0501, 0.20, 0.201, 1.0)] == ["supported"] * 2 + ["tendency"] * 2 + ["open"] * 2


def test_extremes_are_those_of_each_part():
    explained = pd.DataFrame({"measure": ["sector_part", "membership_part"], "n": 50, "verdict": ["open", "supported"]})
    told = pd.DataFrame(
        {
            "by": ["sector_part"] * 3 + ["membership_part"] * 2,
            "measure": ["a", "b", "c", "older", "larger"],
            "points": [1.0, 5.0, -4.0, 8.0, -3.0],
            "points_low": [0.0, -20.0, -5.0, -2.0, -3.5],
            "points_high": [2.0, 30.0, -3.0, 18.0, -2.5],
            "n": 50,
        }
    )
    rows = extreme_effects(told, explained).set_index("measure")
    assert rows.loc["sector_part", ["highest", "lowest", "strongest"]].tolist() == ["b", "c", "c"]
    assert rows.loc["membership_part", ["strongest", "strongest_points", "strongest_low"]].tolist() == ["larger", -3.0, -3.5]
    assert extreme_effects(told, explained.head(0)).empty


def test_alternatives_stand_in_deviations_and_what_cannot_be_fitted_is_named():
    table = cases().assign(
        importance=lambda all: pd.qcut(all["degree"], 4, labels=["a", "b", "c", "d"]),
        countries=lambda all: (all["degree"] // 10).astype(float),
        outside=lambda all: pd.Categorical(np.where(all["degree"] > 50, "Y", "N")),
        nothing="Y",
    )
    declared = [
        SimpleNamespace(family=family, outcome=outcome, answer=answer)
        for family, outcome, answer in [
            ("fractional_logit", None, None),
            ("beta", None, None),
            ("ordered_logit", "importance", None),
            ("poisson", "countries", None),
            ("firth_logit", "outside", "Y"),
            ("firth_logit", "nothing", "Y"),
        ]
    ]
    found = fit_alternatives(primary(table), declared, changes=CHANGES)
    assert found.effects["by"].unique().tolist() == ["ols", "fractional_logit", "beta", "ordered_logit", "poisson", "firth_logit"]
    assert found.refused["kind"].tolist() == ["constant"]
    assert found.summary.to_dict("records") == [{"models": 6, "left_out": 1, "n": 60}]
    shares = found.effects[found.effects["by"].isin(["ols", "fractional_logit"])].pivot_table(
        index=["term", "level"], columns="by", values="deviations"
    )
    assert np.corrcoef(shares["ols"], shares["fractional_logit"])[0, 1] > 0.97


def test_three_versions_agree_where_nothing_is_missing_and_weights_are_equal():
    table = cases()
    items = pd.DataFrame({"variable": ["degree"], "low": [0.0], "high": [100.0], "weight": [1.0]})
    fitted = primary(table)
    three = effects_three_ways(fitted, None, weights=pd.Series(1.0, index=table.index), changes=CHANGES, imputations=3, seed=1)
    points = three.pivot_table(index=["term", "level"], columns="weighting", values="points")
    assert np.allclose(points["unweighted"], points["weighted"]) and np.allclose(points["unweighted"], points["imputed"])
    gaps = table.assign(fee_share=table["fee_share"].mask(np.arange(60) % 7 == 0))
    filled = effects_three_ways(primary(gaps), items, weights=None, changes=CHANGES, imputations=3, seed=1)
    assert filled.groupby("weighting")["n"].max().to_dict() == {"imputed": 60, "unweighted": 51}


def test_curves_hold_the_declared_model_and_rise():
    table = cases(80, noise=6)
    items = pd.DataFrame({"variable": ["degree", "age"], "low": [0.0, 0.0], "high": [100.0, 40.0], "weight": [1.0, 0.0]})
    curves = specification_curves(primary(table), table, items, PARTS, codings=[], weights=pd.Series(1.0, index=table.index), resamples=99, seed=1)
    sector = curves[curves["by"] == "sector_part"]
    assert sector["partial_r2"].is_monotonic_increasing and (sector["specifications"] == len(sector)).all()
    assert set(curves["weighting"]) == {"unweighted", "weighted"} and set(sector["variant"]) == {"declared", "geometric", "rank"}
    whole, without = (fit(table, f"degree ~ {' + '.join(terms)}").r_squared for terms in (TERMS, TERMS[1:]))
    assert round((whole - without) / (1 - without), 3) in set(sector["partial_r2"])
    assert (curves["n"] == 80).all()


def test_checks_carry_the_names_of_the_report_and_the_changes_of_the_study():
    fitted = primary()
    tests = model_checks(fitted, diagnostics.reset_test, diagnostics.breusch_pagan_test)
    assert tests["measure"].tolist() == ["reset", "breusch_pagan"] and (tests["n"] == 60).all()
    plain = model_checks(fitted, confounding.confounding)
    told = per_change(plain, CHANGES).set_index("term")["points"]
    assert told["age"] == pytest.approx(10 * plain.set_index("term")["points"]["age"])
    without = model_checks(fitted, influence.without_influential)
    assert "Intercept" not in set(without["column"]) and "sector" in set(without["term"])


def test_influential_cases_are_summed_up_in_a_word():
    assert influence_summary(primary(cases(80, noise=5)))["kept"].tolist() == ["all"]
    assert influence_summary(primary(cases(60, effect=0, seed=2)))["kept"].isin(["none", "all", "some"]).all()
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"x": [*rng.normal(0, 1, 30), 12.0], "degree": [*rng.normal(50, 3, 30), 99.0]})
    lone = fit_primary(table.assign(degree=table["degree"] - 0.5 * table["x"].where(table["x"] < 10, 0)), "degree", ["x"], changes={}, least=1)
    assert influence_summary(lone)["kept"].tolist() in (["none"], ["some"])
    assert influence_summary(primary(outcome=None, terms=[])).empty


def test_detectable_effects_have_the_power_they_promise():
    fitted = primary(cases(60))
    least = detectable_effects(fitted, changes=CHANGES).set_index(["term", "level"])["points"]
    assert (least > 0).all() and least[("log(members)", "")] < 10
    drawn = simulated_studies(fitted, n=0, effect=0, replicates=300, resamples=99, seed=1)
    assert drawn["rejected"].between(0.01, 0.11).all() and drawn["coverage"].between(0.90, 0.99).all()
    assert drawn["truth"].abs().max() == 0 and (drawn["n"] == 60).all()
    strong = simulated_studies(fitted, n=0, effect=3, replicates=100, resamples=99, seed=1)
    assert strong.set_index("column").loc["log(members)", "rejected"] > 0.9


@pytest.mark.slow
def test_the_true_coefficients_are_recovered():
    rows = [primary(cases(50, seed=seed), least=3).effects.assign(seed=seed) for seed in range(200)]
    effects = pd.concat(rows)
    truth = {"log(members)": 8 * np.log(2), "sme_share": -2.0, "research_share": 30.0, "fee_share": -10.0, "age": 3.0}
    for term, value in truth.items():
        own = effects[effects["term"] == term]
        error = own["points"].std() / np.sqrt(len(own))
        assert abs(own["points"].mean() - value) < 3.5 * error, term
        assert 0.90 < ((own["points_low"] <= value) & (value <= own["points_high"])).mean() < 0.985, term
