"""Coefficients of agreement: published and recomputed values, the reference package, and what must hold for any table."""

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.qualitative.agreement import (
    bootstrap_alpha,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)
from helpers.qualitative.coefficients.resampling import drawn_weights
from reference.expected import expected

METRICS = ["nominal", "ordinal", "interval", "ratio"]
ANY_NUMBER = [gwet_ac1, brennan_prediger, fleiss_kappa, conger_kappa, krippendorff_alpha, percent_agreement]
TWO = [cohen_kappa, scott_pi]
NAN = float("nan")

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", part C: 12 units (rows), 4 observers.
KRIPPENDORFF = [
    [1, 1, NAN, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [NAN, 5, 5, 5], [NAN, NAN, 1, 1], [NAN, 3, NAN, NAN],
]  # fmt: skip


def pairs(table):
    """Ratings of two coders from a table of counts."""
    return [[row, column] for row, counts in enumerate(table) for column, count in enumerate(counts) for _ in range(count)]


# Cohen (1960), EPM 20:37-46: shares of table 1 (example 1) as 100 units, and of the table on p. 45 as 200.
COHEN = pairs([[25, 13, 12], [12, 2, 16], [3, 15, 2]])
COHEN_P45 = pairs([[88, 14, 18], [10, 40, 10], [2, 6, 12]])


@pytest.mark.parametrize("source", ["pub", "irr"])
def test_alpha_of_krippendorffs_example(source):
    computed = {f"kripp2011.{source}.{metric}": krippendorff_alpha(KRIPPENDORFF, metric=metric) for metric in METRICS}
    assert computed == {name: value for metric in METRICS for name, value in expected(f"kripp2011.{source}.{metric}").items()}


def test_chance_corrected_agreement_of_krippendorffs_example():
    computed = {
        "ac.unweighted": gwet_ac1(KRIPPENDORFF),
        "ac.ordinal": gwet_ac1(KRIPPENDORFF, weights="ordinal"),
        "ac.quadratic": gwet_ac1(KRIPPENDORFF, weights="quadratic"),
        "bp": brennan_prediger(KRIPPENDORFF),
        "fleiss": fleiss_kappa(KRIPPENDORFF),
        "conger": conger_kappa(KRIPPENDORFF),
    }
    for name, value in computed.items():
        assert {f"kripp2011.irrCAC.{name}[0]": value} == expected(f"kripp2011.irrCAC.{name}[0]")


def test_two_coders_of_cohens_examples():
    assert {"cohen60.pub.kappa2": cohen_kappa(COHEN_P45)} == expected("cohen60.pub.kappa2")
    computed = {
        "kappa": cohen_kappa(COHEN),
        "wkappa_quad": cohen_kappa(COHEN, weights="quadratic"),
        "ac1": gwet_ac1(COHEN),
        "bp": brennan_prediger(COHEN),
        "pi": scott_pi(COHEN),
    }
    for name, value in computed.items():
        assert {f"cohen60.ex1.{name}": value} == expected(f"cohen60.ex1.{name}")


@pytest.mark.parametrize("first, second, kappa, pi, alpha", [
    ("001111111100001111110000", "000011110000000110000000", 0.385, 0.314, 0.329),
    ("111111111111111111000000", "111111111100000000000000", 0.385, 0.314, 0.329),
    ("001111110011001111001100", "110011110011110011001100", 0.314, 0.314, 0.329),
])  # fmt: skip
def test_digitised_continua_of_krippendorff_1995(first, second, kappa, pi, alpha):
    # Krippendorff (1995), Sociological Methodology 25:47-76, p. 57: kappa and pi of three pairs of coders (alpha of the first).
    ratings = np.array([list(first), list(second)]).T
    assert [cohen_kappa(ratings), scott_pi(ratings), krippendorff_alpha(ratings)] == pytest.approx([kappa, pi, alpha], abs=1e-3)


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_equals_the_packages_on_random_tables(metric):
    rng = np.random.default_rng(11)
    compared = 0
    while compared < 200:
        ratings = rng.integers(0, rng.integers(2, 8), (rng.integers(2, 30), rng.integers(2, 6))) * rng.choice([0.5, 1, 3])
        ratings[rng.random(ratings.shape) < rng.uniform(0, 0.6)] = NAN
        paired = ratings[(~np.isnan(ratings)).sum(axis=1) > 1]
        if len(np.unique(paired[~np.isnan(paired)])) < 2:
            continue
        theirs = krippendorff.alpha(ratings.T, level_of_measurement=metric)
        assert krippendorff_alpha(ratings, metric=metric) == pytest.approx(theirs, rel=1e-12, abs=1e-12)
        compared += 1


def test_blocks_of_units_add_up(monkeypatch):
    monkeypatch.setattr("helpers.qualitative.coefficients.ratings.BLOCK", 60)
    for metric in METRICS:
        assert krippendorff_alpha(KRIPPENDORFF, metric=metric) == pytest.approx(
            krippendorff.alpha(np.array(KRIPPENDORFF).T, level_of_measurement=metric)
        )


def test_numbers_that_turn_up_late_and_are_many(monkeypatch):
    monkeypatch.setattr("helpers.qualitative.coefficients.ratings.BLOCK", 64)
    ratings = np.sort(np.random.default_rng(6).integers(-100, 100, (160, 1)), axis=0)[::-1] + np.random.default_rng(7).integers(0, 3, (160, 3))
    assert len(np.unique(ratings)) > 128  # more than the smallest integers hold
    for metric in ("nominal", "ordinal", "interval"):
        theirs = krippendorff.alpha(ratings.T, level_of_measurement=metric)
        for table in (ratings, np.asfortranarray(ratings), pd.DataFrame(ratings).astype(float)):
            assert krippendorff_alpha(table, metric=metric) == pytest.approx(theirs, rel=1e-10)


def test_more_categories_declared_than_small_integers_hold():
    assert brennan_prediger([[1, 1], [2, 1]], categories=range(1, 301)) == pytest.approx((0.5 - 1 / 300) / (1 - 1 / 300))


def test_labels_of_any_kind():
    names = pd.DataFrame(KRIPPENDORFF).replace({1: "one", 2: "two", 3: "three", 4: "four", 5: "five"})
    order = ["one", "two", "three", "four", "five"]
    assert krippendorff_alpha(names) == pytest.approx(krippendorff_alpha(KRIPPENDORFF), rel=1e-14)
    assert krippendorff_alpha(names, metric="ordinal", categories=order) == pytest.approx(krippendorff_alpha(KRIPPENDORFF, metric="ordinal"))
    for kind in ("category", "string", object):
        assert krippendorff_alpha(names.astype(kind)) == pytest.approx(krippendorff_alpha(KRIPPENDORFF), rel=1e-14)
    nullable = pd.DataFrame(KRIPPENDORFF).astype("Int64")
    assert krippendorff_alpha(nullable, metric="ratio") == pytest.approx(krippendorff_alpha(KRIPPENDORFF, metric="ratio"), rel=1e-14)
    assert krippendorff_alpha(nullable.replace({5: 9}).replace({9: 5}).to_numpy().tolist()) == pytest.approx(krippendorff_alpha(KRIPPENDORFF))
    assert gwet_ac1(names, weights="ordinal", categories=order) == pytest.approx(gwet_ac1(KRIPPENDORFF, weights="ordinal"))


def test_ratings_are_not_changed():
    ratings = pd.DataFrame(KRIPPENDORFF)
    before = ratings.copy()
    bootstrap_alpha(ratings, seed=1, resamples=5)
    coefficients = [function(ratings) for function in ANY_NUMBER]
    assert len(coefficients) == 6
    pd.testing.assert_frame_equal(ratings, before)


# What must hold for any table.


def varies(ratings):
    """Whether pairable ratings differ."""
    paired = ratings[(~np.isnan(ratings)).sum(axis=1) > 1]
    return len(np.unique(paired[~np.isnan(paired)])) > 1


tables = st.tuples(st.integers(2, 9), st.integers(2, 4)).flatmap(
    lambda shape: arrays(float, shape, elements=st.sampled_from([0.0, 1.0, 2.0, NAN])).filter(varies)
)


def everything(ratings):
    """All coefficients that the number of coders allows, by name."""
    found = {function.__name__: function(ratings) for function in ANY_NUMBER}
    found |= {metric: krippendorff_alpha(ratings, metric=metric) for metric in METRICS}
    if np.shape(ratings)[1] == 2 and (~np.isnan(ratings)).all(axis=1).any():
        found |= {function.__name__: function(ratings) for function in TWO}
    return found


def same(values):
    return {name: pytest.approx(value, rel=1e-9, abs=1e-9, nan_ok=True) for name, value in values.items()}


@settings(max_examples=60, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_neither_order_matters(ratings, random):
    shuffled = ratings[random.sample(range(len(ratings)), len(ratings))][:, random.sample(range(ratings.shape[1]), ratings.shape[1])]
    # A coder who rated nothing at all is no coder.
    assert everything(shuffled) == same(everything(ratings))


@settings(max_examples=60, deadline=None)
@given(tables, st.permutations([0, 1, 2]))
def test_names_of_categories_do_not_matter(ratings, names):
    renamed = np.where(np.isnan(ratings), NAN, np.array([*names, 0])[np.nan_to_num(ratings, nan=3).astype(int)])
    nominal = [*(function.__name__ for function in ANY_NUMBER + TWO), "nominal"]
    before, after = everything(ratings), everything(renamed)
    assert {name: after[name] for name in after if name in nominal} == same({name: before[name] for name in before if name in nominal})


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(2, 4))
def test_duplicated_units(ratings, times):
    """Every coefficient but alpha stays; alpha's expectation is drawn without replacement from n ratings, so (1 - alpha)n/(n - 1) stays."""
    before, after = everything(ratings), everything(np.tile(ratings, (times, 1)))
    metrics = {*METRICS, "krippendorff_alpha"}
    assert {name: after[name] for name in after if name not in metrics} == same({name: before[name] for name in before if name not in metrics})
    given_ratings = (~np.isnan(ratings)).sum(axis=1)
    n = given_ratings[given_ratings > 1].sum()
    for metric in METRICS:
        disagreement = (1 - before[metric]) * n / (n - 1)
        assert (1 - after[metric]) * times * n / (times * n - 1) == pytest.approx(disagreement, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(arrays(float, st.integers(2, 9), elements=st.sampled_from([0.0, 1.0, 2.0])), st.integers(2, 4))
def test_full_agreement_is_one(column, coders):
    values = everything(np.tile(column[:, None], (1, coders)))
    assert values.pop("percent_agreement") == 1
    one_or_undefined = 1.0 if len(np.unique(column)) > 1 else NAN
    assert values == dict.fromkeys(values, pytest.approx(one_or_undefined, nan_ok=True))


@settings(max_examples=40, deadline=None)
@given(tables)
def test_alpha_is_fleiss_kappa_corrected_for_small_samples(ratings):
    complete = np.where(np.isnan(ratings), 0, ratings)
    if len(np.unique(complete)) > 1:
        # Krippendorff (2011): with complete data 1 - alpha is (1 - kappa)(n - 1)/n with n ratings.
        n = complete.size
        assert 1 - krippendorff_alpha(complete) == pytest.approx((1 - fleiss_kappa(complete)) * (n - 1) / n)


@settings(max_examples=40, deadline=None)
@given(tables.filter(lambda ratings: ratings.shape[1] == 2))
def test_conger_of_two_coders_is_cohen(ratings):
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    assert conger_kappa(complete) == pytest.approx(cohen_kappa(complete), nan_ok=True)
    assert scott_pi(complete) == pytest.approx(fleiss_kappa(complete), nan_ok=True)


def test_coefficients_recover_how_often_coders_know():
    """Two coders who know a third of the answers and otherwise guess among equally likely ones agree beyond chance in a ninth."""
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 4, (200_000, 1))
    ratings = np.where(rng.random((200_000, 2)) < 1 / 3, truth, rng.integers(0, 4, (200_000, 2)))
    for function in (krippendorff_alpha, cohen_kappa, scott_pi, gwet_ac1, brennan_prediger, fleiss_kappa, conger_kappa):
        assert function(ratings) == pytest.approx(1 / 9, abs=0.006)


# Edges.


def test_without_variation_chance_correction_is_undefined():
    ratings = [["yes", "yes"], ["yes", "yes"], [None, "no"]]
    assert np.isnan(krippendorff_alpha(ratings))
    assert np.isnan(cohen_kappa(ratings))
    assert np.isnan(scott_pi(ratings))
    assert percent_agreement(ratings) == 1
    # Brennan-Prediger and AC1 need no variation where the categories are declared.
    same_answer = [["yes", "yes"], ["yes", "yes"]]
    assert [np.isnan(function(same_answer)) for function in (brennan_prediger, gwet_ac1, fleiss_kappa, conger_kappa)] == [True] * 4
    assert [function(same_answer, categories=["yes", "no"]) for function in (brennan_prediger, gwet_ac1)] == [1, 1]


def test_one_pairable_unit():
    assert krippendorff_alpha([[1, 2], [1, None]]) == 0
    assert np.isnan(krippendorff_alpha([[1, 1], [2, None]]))
    assert percent_agreement([[1, 2], [1, None]]) == 0


@pytest.mark.parametrize("ratings", [[[NAN, NAN], [NAN, NAN]], [[1, NAN], [NAN, 1]], [[1], [2]], [[1, NAN], [2, NAN]], np.empty((0, 2))])
def test_without_a_pair_there_is_nothing_to_compare(ratings):
    for function in (*ANY_NUMBER, *TWO):
        with pytest.raises(ValueError, match=f"none of {len(ratings)} units was rated by two coders"):
            function(ratings)


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="nominal, ordinal, interval, ratio"):
        krippendorff_alpha(KRIPPENDORFF, metric="euclidean")
    with pytest.raises(ValueError, match="unweighted, linear, quadratic, ordinal"):
        gwet_ac1(KRIPPENDORFF, weights="cubic")
    text = [["a", "b"], ["a", "a"]]
    for function, option in ((krippendorff_alpha, {"metric": "ordinal"}), (gwet_ac1, {"weights": "quadratic"})):
        with pytest.raises(ValueError, match="give all categories in their order"):
            function(text, **option)
    with pytest.raises(ValueError, match="needs finite numbers"):
        krippendorff_alpha(text, metric="interval", categories=["a", "b"])
    with pytest.raises(ValueError, match="1 values are negative"):
        krippendorff_alpha([[-1, 1], [1, 1]], metric="ratio")
    with pytest.raises(ValueError, match="needs finite numbers"):
        krippendorff_alpha([[np.inf, 1], [1, 1]], metric="interval")
    with pytest.raises(ValueError, match="1 of 2 different labels are none of the 2 declared") as told:
        krippendorff_alpha(text, categories=["a", "c"])
    assert "'b'" not in str(told.value)
    with pytest.raises(ValueError, match="1 dimension"):
        krippendorff_alpha(np.array([1, 2, 1]))
    with pytest.raises(ValueError, match="1 categories are declared more than once"):
        krippendorff_alpha(text, categories=["a", "b", "a"])
    for function in TWO:
        with pytest.raises(ValueError, match="4 coders rated; this coefficient is for two"):
            function(KRIPPENDORFF)


def test_weights_of_linear_credit():
    # Cicchetti-Allison weights: one step of two loses half. By hand: observed .75, expected 9/16 + half of 6/16.
    ratings = [[1, 1], [2, 2], [3, 3], [1, 3]]
    used = {"first": np.array([2, 1, 1]) / 4, "second": np.array([1, 1, 2]) / 4}
    credit = np.array([[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]])
    by_chance = used["first"] @ credit @ used["second"]
    assert cohen_kappa(ratings, weights="linear") == pytest.approx((0.75 - by_chance) / (1 - by_chance))


# The bootstrap.


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("grouped", [False, True])
def test_bootstrap_equals_a_loop_over_the_same_draws(metric, grouped, monkeypatch):
    rng = np.random.default_rng(3)
    ratings = np.clip(rng.integers(0, 4, (24, 1)) + rng.integers(0, 2, (24, 3)), 0, 4).astype(float)
    ratings[rng.random(ratings.shape) < 0.2] = NAN
    groups = np.repeat([7, 3, 5, 1, 9, 2], 4) if grouped else np.arange(24)
    monkeypatch.setattr("helpers.qualitative.coefficients.resampling.BLOCK", 25 * 40)  # several blocks of draws
    found = bootstrap_alpha(ratings, metric=metric, groups=groups if grouped else None, resamples=150, seed=4, level=0.9).iloc[0]
    names = list(dict.fromkeys(groups))
    alphas = []
    for weights in np.concatenate(list(drawn_weights(len(names), resamples=150, seed=4, width=25))):
        drawn = np.concatenate([np.tile(ratings[groups == name], (int(times), 1)) for name, times in zip(names, weights, strict=True)])
        alphas.append(krippendorff.alpha(drawn.T, level_of_measurement=metric))
    assert [found["low"], found["high"]] == pytest.approx(np.quantile(alphas, [0.05, 0.95]))
    assert found["alpha"] == pytest.approx(krippendorff_alpha(ratings, metric=metric))
    assert found["resamples"] == 150


def test_bootstrap_is_reproducible_and_wider_for_groups_that_go_together():
    rng = np.random.default_rng(8)
    hard = np.repeat(rng.random(20) < 0.5, 10)  # in half of the interviews coders guess
    truth = rng.integers(0, 2, (200, 1))
    ratings = np.where(hard[:, None], rng.integers(0, 2, (200, 2)), truth)
    by_unit = bootstrap_alpha(ratings, seed=1)
    by_group = bootstrap_alpha(ratings, groups=np.repeat(np.arange(20), 10), seed=1)
    pd.testing.assert_frame_equal(by_unit, bootstrap_alpha(ratings, seed=1))
    assert (by_group["high"] - by_group["low"]).item() > 1.3 * (by_unit["high"] - by_unit["low"]).item()


def test_bootstrap_interval_covers_about_as_often_as_said():
    """Known alpha: coders who know a share .7 of answers with two equally likely categories agree beyond chance in .49."""
    rng = np.random.default_rng(21)
    covered = 0
    for study in range(150):
        truth = rng.integers(0, 2, (120, 1))
        ratings = np.where(rng.random((120, 2)) < 0.7, truth, rng.integers(0, 2, (120, 2)))
        interval = bootstrap_alpha(ratings, resamples=300, seed=study, level=0.9).iloc[0]
        covered += interval["low"] <= 0.49 <= interval["high"]
    assert 0.83 <= covered / 150 <= 0.97


def test_bootstrap_counts_the_resamples_that_are_defined():
    found = bootstrap_alpha([[1, 1], [1, 1], [2, 2]], resamples=400, seed=1).iloc[0]
    # All three draws miss the only other value in (2/3)^3 of the resamples, and catch nothing else in 1/27.
    assert found["resamples"] == pytest.approx(400 * (1 - 9 / 27), abs=30)
    assert (found["low"], found["high"]) == (1, 1)


def test_bootstrap_edges():
    one_group = bootstrap_alpha(KRIPPENDORFF, groups=[1] * 12, seed=1, resamples=10).iloc[0]
    assert one_group[["low", "high"]].isna().all()
    assert one_group["alpha"] == pytest.approx(0.743, abs=5e-4)
    with pytest.raises(ValueError, match="12 units have 12 groups, 1 of them missing"):
        bootstrap_alpha(KRIPPENDORFF, groups=[None, *"aaaaaaaaaaa"], seed=1)
    with pytest.raises(ValueError, match="12 units have 3 groups"):
        bootstrap_alpha(KRIPPENDORFF, groups=[1, 2, 3], seed=1)
    with pytest.raises(ValueError, match="resamples is a whole number"):
        bootstrap_alpha(KRIPPENDORFF, seed=1, resamples=0)
    with pytest.raises(ValueError, match="level lies between"):
        bootstrap_alpha(KRIPPENDORFF, seed=1, level=95)
