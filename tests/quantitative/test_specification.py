"""Specification curve: the same numbers as one regression at a time, nothing lost in silence, and a joint test that holds its level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import log  # noqa: F401 - the formulas of statsmodels find it here
from scipy import stats

from helpers.quantitative.regression.choices import make_choices
from helpers.quantitative.specification import curve_of, specification_curve

CONTROLS = ["sme_share", "research_share", "age", "sector"]
MEMBERS = {"outcomes": ["degree", "other_degree"], "focal": ["log(members)"], "controls": CONTROLS, "resamples": 0, "seed": 1}
SECTOR = {"outcomes": ["degree"], "focal": ["sector", "merged"], "controls": ["log(members)", "age"], "resamples": 0, "seed": 1}


def clusters(seed: int = 1, n: int = 50, *, missing: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    members = rng.lognormal(3.8, 0.8, n)
    sector = pd.Categorical(rng.permutation(np.resize(list("aaabbbccdd"), n)))
    degree = 6 * np.log(members) + 5 * sector.codes + rng.normal(0, 9, n)
    table = pd.DataFrame(
        {
            "degree": degree,
            "other_degree": degree + rng.normal(0, 5, n),
            "members": members,
            "sector": sector,
            "merged": np.isin(sector, ["a", "b"]),
            "sme_share": rng.uniform(0.5, 1, n),
            "research_share": rng.uniform(0, 0.3, n),
            "age": rng.integers(2, 40, n).astype(float),
        }
    )
    numbers = ["degree", "other_degree", "members", "sme_share", "age"]
    return table.assign(
        **table[numbers].mask(rng.random((n, len(numbers))) < missing), weight=rng.uniform(0.5, 2, n), staff=table["members"] * rng.uniform(0.5, 2, n)
    )


def formula(row, outcome: str = "outcome") -> str:
    return f"{outcome} ~ {row.focal}" + ("" if row.controls == "none" else f" + {row.controls}")


def fitted_alone(row, table: pd.DataFrame):
    """The same specification by statsmodels, and the standard deviations that make its coefficient standardised."""
    needed = ["members", *(name for name in CONTROLS if name in row.controls.split(" + ")), *([] if row.weights == "none" else [row.weights])]
    cases = table.assign(outcome=table[row.outcome])[["outcome", *needed]].dropna()
    if row.model == "rank_ols":
        cases["outcome"] = cases["outcome"].rank()
    weights = np.ones(len(cases)) if row.weights == "none" else cases[row.weights]
    model = smf.wls(formula(row), cases, weights=weights)
    place = model.exog_names.index(row.focal)
    ratio = np.sqrt(np.cov(model.exog[:, place], aweights=weights) / np.cov(cases["outcome"], aweights=weights))
    return model.fit(cov_type="HC3", use_t=True), place, ratio, len(cases)


@pytest.mark.parametrize("missing", [0.0, 0.08])
def test_estimates_errors_and_intervals_are_those_of_statsmodels(missing):
    table = clusters(missing=missing)
    curve = specification_curve(table, **MEMBERS, weights=[None, "weight"], models=["ols", "rank_ols"])
    assert len(curve.specifications) == 2 * 2 * 2 * 16 and curve.dropped.empty and curve.measure == "coefficient"
    for row in curve.specifications.sample(50, random_state=3).itertuples():
        fit, place, ratio, n = fitted_alone(row, table)
        theirs = [fit.params.iloc[place] * ratio, fit.bse.iloc[place] * ratio, *fit.conf_int().iloc[place] * ratio, fit.pvalues.iloc[place]]
        assert [row.estimate, row.std_error, row.low, row.high, row.p_value] == pytest.approx(theirs, rel=1e-8, abs=1e-10)
        assert row.n == n


def test_partial_r2_is_that_of_two_fits():
    table = clusters(missing=0.08)
    curve = specification_curve(table, **SECTOR, weights=[None, "weight"])
    assert curve.measure == "partial_r2" and len(curve.specifications) == 2 * 4 * 2
    assert curve.specifications[["std_error", "low", "high", "p_value"]].isna().all(axis=None)
    for row in curve.specifications.itertuples():
        needed = [name for name in ("members", "age") if name in row.controls]
        cases = table.dropna(subset=["degree", *needed])
        weights = np.ones(len(cases)) if row.weights == "none" else cases[row.weights]
        whole = smf.wls(formula(row, "degree"), cases, weights=weights).fit()
        without = smf.wls("degree ~ 1" if row.controls == "none" else f"degree ~ {row.controls}", cases, weights=weights).fit()
        assert row.estimate == pytest.approx(1 - whole.ssr / without.ssr, rel=1e-8)
        assert row.adjusted == pytest.approx(1 - (whole.ssr / whole.df_resid) / (without.ssr / without.df_resid), rel=1e-8)
        assert row.n == len(cases)


def test_partial_r2_may_be_asked_of_single_columns_but_no_coefficient_of_several():
    chosen = specification_curve(clusters(), **MEMBERS, measure="partial_r2")
    beside = specification_curve(clusters(), **MEMBERS | {"focal": ["log(members)", "merged + weight"]})
    assert chosen.measure == "partial_r2" and specification_curve(clusters(), **MEMBERS, measure="coefficient").measure == "coefficient"
    same = beside.specifications.query("focal == 'log(members)'").reset_index(drop=True)
    pd.testing.assert_frame_equal(chosen.specifications, same)
    with pytest.raises(ValueError, match="has no single coefficient"):
        specification_curve(clusters(), **SECTOR, measure="coefficient")


def test_table_is_a_rising_curve_of_every_combination():
    curve = specification_curve(clusters(), **MEMBERS)
    table = curve.specifications
    assert list(table)[:6] == ["outcome", "model", "focal", "controls", "weights", "n"]
    assert table["estimate"].is_monotonic_increasing and curve.median == table["estimate"].median()
    assert not table.duplicated(["outcome", "controls"]).any() and set(table["weights"]) == {"none"} and set(table["model"]) == {"ols"}
    assert "sme_share + research_share + age + sector" in set(table["controls"]) and "none" in set(table["controls"])
    assert curve.share_significant == (table["p_value"] < 0.05).mean()
    assert np.isnan([curve.p_joint, curve.p_share, curve.null_median]).all() and table["null_low"].isna().all()


def test_sets_of_controls_may_be_named_and_terms_may_be_blocks():
    named = specification_curve(clusters(), **MEMBERS | {"controls": [["age"], ["age", "sector"]], "outcomes": ["degree"]})
    assert set(named.specifications["controls"]) == {"age", "age + sector"}
    block = specification_curve(clusters(), **SECTOR | {"focal": ["sme_share + research_share"], "controls": ["sector * age"]})
    assert block.measure == "partial_r2" and set(block.specifications["controls"]) == {"none", "sector * age"}
    none = specification_curve(clusters(), **MEMBERS | {"controls": []})
    assert none.specifications["controls"].tolist() == ["none"] * 2


def test_results_repeat_with_the_seed_and_the_index_and_the_input_do_not_matter():
    table = clusters()
    kept = table.copy()
    arguments = MEMBERS | {"resamples": 99}
    one, two = specification_curve(table, **arguments), specification_curve(table.set_index(table.index[::-1] * 3), **arguments)
    pd.testing.assert_frame_equal(one.specifications, two.specifications)
    assert (one.p_joint, one.p_share, one.null_median) == (two.p_joint, two.p_share, two.null_median)
    other = specification_curve(table, **arguments | {"seed": 2})
    assert other.null_median != one.null_median and other.median == one.median
    pd.testing.assert_frame_equal(table, kept)


def test_what_cannot_be_fitted_is_listed_with_its_reason():
    table = clusters().assign(flat=3.0, double=lambda data: 2 * data["age"] - 1, alone=pd.Categorical(["one"] + ["rest"] * 49))
    arguments = MEMBERS | {"outcomes": ["degree", "flat", "double"], "controls": ["age", "double", "alone"]}
    curve = specification_curve(table, **arguments)
    assert len(curve.specifications) + len(curve.dropped) == 3 * 8
    assert list(curve.dropped) == ["outcome", "model", "focal", "controls", "weights", "n", "reason"]
    reasons = curve.dropped.set_index(["outcome", "controls"])["reason"]
    assert reasons["degree", "age + double"] == "columns are combinations of others: double"
    assert reasons["degree", "alone"].endswith("(leverage 1), such as the only case of a category: alone")
    assert reasons["flat", "age"] == "the outcome does not vary"
    assert reasons["double", "age"] == "the controls fit the outcome exactly"
    assert set(curve.specifications["outcome"]) == {"degree", "double"}
    assert set(curve.specifications["controls"]) == {"none", "age", "double"}


def test_the_focal_term_beside_itself_and_too_few_cases_are_dropped():
    table = clusters().assign(log_members=lambda data: np.log(data["members"]), sparse=lambda data: data["age"].where(data.index < 4))
    curve = specification_curve(table, **MEMBERS | {"outcomes": ["degree"], "controls": ["log_members", "sparse", "sector"]})
    reasons = curve.dropped.set_index("controls")["reason"]
    assert reasons["log_members"] == "columns are combinations of others: log(members)"
    assert reasons["sparse + sector"].startswith("4 complete cases cannot carry ")
    assert set(curve.specifications["controls"]) == {"none", "sparse", "sector"}


def test_a_category_without_cases_costs_no_specification():
    table = clusters()
    table.loc[table["sector"] == "a", "age"] = np.nan
    curve = specification_curve(table, **MEMBERS | {"outcomes": ["degree"], "controls": [["age", "sector"]]})
    cases = table.dropna().assign(sector=lambda data: data["sector"].cat.remove_unused_categories())
    fit = smf.ols("degree ~ log(members) + age + sector", cases).fit()
    ratio = np.log(cases["members"]).std() / cases["degree"].std()
    assert curve.specifications["estimate"].item() == pytest.approx(fit.params["log(members)"] * ratio, rel=1e-8)


def test_a_control_that_no_longer_varies_is_named():
    table = clusters()
    table.loc[table["merged"], "age"] = np.nan
    curve = specification_curve(table, **MEMBERS | {"outcomes": ["degree"], "controls": [["age", "merged"], ["age"]]})
    assert curve.dropped["reason"].tolist() == ["merged does not vary"] and len(curve.specifications) == 1


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"outcomes": []}, "outcomes holds 0 choices"),
        ({"focal": ["age", "age"], "controls": []}, "focal holds 2 choices, 1 of them different"),
        ({"focal": ["age"]}, "age is focal and a control"),
        ({"models": ["ols", "magic"]}, "1 models are unknown"),
        ({"outcomes": ["sector"]}, "sector is no numeric column"),
        ({"outcomes": ["absent"]}, "absent is no numeric column"),
        ({"focal": ["absent"]}, "no column absent"),
        ({"weights": ["negative"]}, "50 of 50 weights in negative are not positive"),
        ({"outcomes": ["endless"]}, "1 values of endless are not finite"),
        ({"controls": ["age", "age"]}, "different terms"),
        ({"controls": ["age", ["sector"]]}, "different terms"),
        ({"controls": [["age"], ["age"]]}, "different terms"),
        ({"controls": [f"age + {number}" for number in range(17)]}, "17 controls have 131072 subsets"),
        ({"controls": [f"I(age ** {number})" for number in range(2, 17)], "outcomes": ["degree", "other_degree"]}, "65536 specifications"),
        ({"resamples": 10**6}, "32 specifications allow at most 524288 resamples"),
        ({"resamples": -1}, "whole number of at least 1"),
        ({"level": 1.0}, "between 0 and 1"),
        ({"outcomes": ["flat"]}, "none of 16 specifications can be fitted; of the first, the outcome does not vary"),
    ],
)
def test_choices_that_are_none_are_refused(changed, said):
    table = clusters().assign(negative=-1.0, endless=lambda data: data["age"].where(data.index > 0, np.inf), flat=1.0)
    with pytest.raises(ValueError, match=said):
        specification_curve(table, **MEMBERS | changed)


def test_the_joint_test_sees_what_is_there_and_its_band_holds_what_is_not():
    strong = clusters().assign(
        degree=lambda data: data["degree"] + 15 * np.log(data["members"]), other_degree=lambda data: data["degree"] + data["age"]
    )
    there = specification_curve(strong, **MEMBERS | {"resamples": 399})
    assert there.p_joint == 1 / 400 and there.median > 0.5
    # All specifications are significant; so they are in some samples by chance, since they are so alike.
    assert there.share_significant == 1 and 1 / 400 < there.p_share < 0.05
    assert (there.specifications["estimate"] > there.specifications["null_high"]).all()
    rng = np.random.default_rng(4)
    noise = clusters().assign(degree=rng.normal(size=50), other_degree=rng.normal(size=50))
    absent = specification_curve(noise, **MEMBERS | {"resamples": 399})
    assert absent.p_joint > 0.05 and absent.p_share > 0.05 and abs(absent.null_median) < 0.05
    assert absent.specifications["estimate"].between(absent.specifications["null_low"], absent.specifications["null_high"]).all()


def test_the_joint_test_of_a_sector_counts_what_chance_explains():
    there = specification_curve(clusters(), **SECTOR | {"resamples": 399})
    assert there.p_joint < 0.05 and there.median > there.null_median > 0.02
    # One column among 49 degrees of freedom explains 1 / 49 by chance, three explain 3 / 49.
    absent = specification_curve(
        clusters().assign(degree=np.random.default_rng(1).normal(size=50)), **SECTOR | {"resamples": 999, "focal": ["sector"], "controls": []}
    )
    assert absent.null_median == pytest.approx(3 / 49, rel=0.15)
    assert absent.specifications["p_value"].item() == absent.p_joint > 0.05


def test_a_specification_has_the_p_value_that_it_has_alone():
    table, arguments = clusters(missing=0.05), SECTOR | {"resamples": 99}
    table["degree"] = 0.03 * table["degree"] + np.random.default_rng(2).normal(size=50)
    together = specification_curve(table, **arguments).specifications
    assert together["p_value"].nunique() > 2
    for row in together.itertuples():
        controls = [[] if row.controls == "none" else row.controls.split(" + ")]
        # The block beside it makes partial R2 the measure also for a focal term of one column.
        alone = specification_curve(table, **arguments | {"focal": [row.focal, "sme_share + research_share"], "controls": controls})
        own = alone.specifications.query("focal == @row.focal")
        assert own["p_value"].item() == row.p_value


def test_p_values_of_single_specifications_are_those_of_the_exact_test():
    # Without controls, signs of residuals about the mean: the null distribution can be worked out sample by sample.
    table, resamples = clusters(n=30), 59
    curve = specification_curve(table, outcomes=["degree"], focal=["sector"], controls=[], resamples=resamples, seed=5)
    signs = np.random.default_rng(5).choice([-1.0, 1.0], size=(30, resamples))
    residuals = (table["degree"] - table["degree"].mean()).to_numpy() / (1 - 1 / 30)

    def explained(outcome):
        return smf.ols("outcome ~ sector", table.assign(outcome=outcome)).fit().rsquared

    reached = sum(explained(residuals * signs[:, place]) >= explained(table["degree"]) for place in range(resamples))
    assert curve.specifications["p_value"].item() == curve.p_joint == (1 + reached) / (1 + resamples)
    single = specification_curve(table, outcomes=["degree"], focal=["age"], controls=[], resamples=resamples, seed=5, level=0.9)
    fits = [smf.ols("outcome ~ age", table.assign(outcome=residuals * signs[:, place])).fit(cov_type="HC3", use_t=True) for place in range(resamples)]
    own = single.specifications.iloc[0]
    beyond = sum(fit.pvalues["age"] < 0.1 for fit in fits)
    assert single.p_share == (1.0 if own["p_value"] >= 0.1 else (1 + beyond) / (1 + resamples))
    slopes = np.array([fit.params["age"] for fit in fits]) * table["age"].std() / table["degree"].std()
    assert single.null_median == pytest.approx(np.mean(slopes), abs=1e-6)
    assert single.p_joint == (1 + (np.abs(slopes) >= abs(own["estimate"])).sum()) / (1 + resamples)
    assert [own["null_low"], own["null_high"]] == pytest.approx(np.quantile(slopes, [0.05, 0.95]), abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(-100, 100), st.permutations(list("abcd")), st.permutations(CONTROLS))
def test_units_order_and_reference_categories_change_nothing(seed, unit, shift, categories, controls):
    table = clusters(seed, missing=0.05)
    other = table.assign(
        degree=unit * table["degree"] + shift,
        age=-unit * table["age"] + shift,
        sector=table["sector"].cat.reorder_categories(categories),
        weight=unit * table["weight"],
    )
    arguments = MEMBERS | {"weights": [None, "weight"], "models": ["ols", "rank_ols"], "resamples": 19}
    one, two = specification_curve(table, **arguments), specification_curve(other, **arguments | {"controls": controls})
    numbers = ["estimate", "std_error", "low", "high", "p_value", "null_low", "null_high"]
    np.testing.assert_allclose(one.specifications[numbers], two.specifications[numbers], rtol=1e-5, atol=1e-6)
    assert (one.p_joint, one.p_share, one.share_significant) == pytest.approx((two.p_joint, two.p_share, two.share_significant))
    turned = specification_curve(table.assign(degree=-table["degree"], other_degree=-table["other_degree"]), **arguments)
    assert turned.median == pytest.approx(-one.median) and turned.p_joint == pytest.approx(one.p_joint)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_partial_r2_of_one_column_agrees_with_its_coefficient(seed):
    table = clusters(seed, missing=0.05)
    single = specification_curve(table, **MEMBERS | {"outcomes": ["degree"]}).specifications.set_index("controls")
    blocks = specification_curve(table, **MEMBERS | {"outcomes": ["degree"], "focal": ["log(members)", "merged + weight"]})
    partial = blocks.specifications.query("focal == 'log(members)'").set_index("controls").loc[single.index]
    assert partial["estimate"].between(0, 1).all() and (partial["adjusted"] <= partial["estimate"]).all()
    for controls, row in single.iterrows():
        fit = smf.ols(formula(pd.Series({"focal": "log(members)", "controls": controls}), "degree"), table).fit()
        t = fit.tvalues["log(members)"]
        assert partial.loc[controls, "estimate"] == pytest.approx(t**2 / (t**2 + fit.df_resid), rel=1e-6, abs=1e-12)
        assert np.sign(row["estimate"]) == np.sign(t)


def rejected(*, sector: bool, uneven: bool, repeats: int, resamples: int, seed: int) -> tuple[int, int]:
    """How often each joint test finds a focal term that explains nothing, beside controls that do; uneven spread goes with the focal term."""
    rng, joint, shares = np.random.default_rng(seed), 0, 0
    controls = ["sme_share", "research_share", "age", "log(members)" if sector else "sector"]
    for repeat in range(repeats):
        if repeat % 25 == 0:  # a new sample of cases; between, only their outcomes are drawn anew, which is far quicker
            table = clusters(int(rng.integers(10**6)))
            choices = make_choices(
                table, outcomes=["degree"], models=["ols"], focal=["sector" if sector else "log(members)"], controls=controls, weights=[None]
            )
            by_sector, by_members = np.array([1.0, 3.0, 1.5, 2.0])[table["sector"].cat.codes], np.exp(0.6 * (np.log(table["members"]) - 3.8))
            spread = (by_sector if sector else by_members.to_numpy()) if uneven else np.ones(50)
            mean = (10 * table["research_share"] - 4 * table["sme_share"] + 0.03 * table["age"]).to_numpy()
        first, second = rng.normal(size=(2, 50)) * spread
        outcomes = {"degree": mean + first, "other_degree": mean + 0.8 * first + 0.6 * second}
        curve = curve_of(replace(choices, outcomes=outcomes), resamples=resamples, seed=int(rng.integers(10**6)))
        joint, shares = joint + (curve.p_joint <= 0.05), shares + (curve.p_share <= 0.05)
    return joint, shares


@pytest.mark.slow
@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize("sector", [False, True])
def test_the_joint_test_holds_its_level(sector, uneven):
    joint, shares = rejected(sector=sector, uneven=uneven, repeats=400, resamples=99, seed=11)
    # 5 % of 400 is 20. Permuting the focal column or the residuals rejects 14 to 17 % where the spread goes with members.
    low, high = stats.binom.ppf([0.001, 0.999], 400, 0.05)
    assert low <= joint <= high and shares <= high
