import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.integration.statements.associations import association_test, scale_of
from reference.expected import expected


def ordinal(values, levels=5):
    return pd.Series(pd.Categorical.from_codes(values, categories=[f"A{place}" for place in range(levels)], ordered=True))


def judged(first, second, positive=True, population=118, resamples=2000, seed=1):
    return association_test(scale_of(first), scale_of(second), positive=positive, population=population, resamples=resamples, seed=seed)


def two_by_two(both, first_only, second_only, neither):
    cells = [both, first_only, second_only, neither]
    return pd.Series(np.repeat([True, True, False, False], cells)), pd.Series(np.repeat([True, False, True, False], cells))


def test_two_shares_match_the_reference():
    found = judged(*two_by_two(21, 15, 11, 17), population=None)
    assert {"beta.gt": found["probability"]} == expected("beta.gt")
    assert found["effect"] == pytest.approx(21 / 32 - 15 / 32)
    # Drawn populations say the same.
    assert judged(*two_by_two(21, 15, 11, 17), population=100_000, resamples=20_000)["probability"] == pytest.approx(0.938, abs=0.006)


def test_gamma_of_a_published_table():
    """Agresti (2002), Categorical Data Analysis, table 2.8, job satisfaction by income of 96 men: 1331 concordant and 849 discordant pairs."""
    table = np.array([[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]])
    income, satisfaction = (np.repeat(place.ravel(), table.ravel()) for place in np.indices(table.shape))
    found = judged(ordinal(income), ordinal(satisfaction), population=200)
    assert found["effect"] == pytest.approx((1331 - 849) / (1331 + 849))
    assert found["n"] == 96 and found["effect_low"] < found["effect"] < found["effect_high"]


def test_probability_has_the_sign_of_kendalls_tau():
    rng = np.random.default_rng(4)
    first, second = pd.Series(rng.normal(size=30)), pd.Series(rng.integers(0, 4, 30))
    found = judged(first, second, population=30, resamples=10)
    tau = stats.kendalltau(first, second).statistic
    assert found["probability"] == (tau > 0) and np.sign(found["effect"]) == np.sign(tau)
    assert found["verdict"] == ("supported" if tau > 0 else "against") and found["survives"]


def test_a_strong_association_is_a_tendency_with_half_of_the_units_and_supported_with_nearly_all():
    values = np.repeat(np.arange(5), 10)
    assert [judged(ordinal(values), ordinal(values), population=units)["verdict"] for units in (None, 118, 52)] == [
        "tendency",
        "tendency",
        "supported",
    ]
    assert [judged(ordinal(values), ordinal(4 - values), population=units)["verdict"] for units in (None, 118, 52)] == [
        "doubtful",
        "doubtful",
        "against",
    ]


def test_the_first_of_two_answers_counts_as_having_it():
    yes_no = pd.Series(pd.Categorical(["Y"] * 15 + ["N"] * 15, categories=["Y", "N"]))
    projects = pd.Series([5.0] * 12 + [0.0] * 18)
    found = judged(projects, yes_no)
    assert found["effect"] > 0.9 and found["probability"] > 0.99
    named = association_test(scale_of(yes_no, said="N"), scale_of(projects), positive=True, population=118, resamples=200, seed=1)
    assert named["effect"] < -0.9 and named["probability"] < 0.01


def test_missing_answers_and_constants():
    first = pd.Series(pd.array([True] * 10 + [False] * 10 + [None] * 5, dtype="boolean"))
    second = pd.Series([1.0] * 5 + [0.0] * 15 + [None] * 3 + [1.0] * 2)
    assert judged(first, second)["n"] == 20
    found = judged(pd.Series([True] * 12), pd.Series([True, False] * 6))
    assert (found["probability"], found["verdict"]) == (0.5, "open") and found["effect"] == 0
    found = judged(pd.Series([True, False] * 6), pd.Series([True] * 12), population=None)
    assert (found["probability"], found["verdict"]) == (0.5, "open") and np.isnan([found["effect"], found["effect_low"], found["worst_low"]]).all()
    assert np.isnan(judged(pd.Series([3.0] * 9), pd.Series(range(9)))["effect"])


def test_what_has_no_order_is_refused():
    with pytest.raises(ValueError, match="colour: the categories have no order"):
        scale_of(pd.Series(pd.Categorical(list("abc")), name="colour"))
    with pytest.raises(ValueError, match="note: only choices, tick boxes and numbers"):
        scale_of(pd.Series(["x", "y"], name="note"))


CASES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=20)


@settings(max_examples=30, deadline=None)
@given(CASES, st.sampled_from([None, 0, 5]), st.randoms(use_true_random=False))
def test_the_opposite_sign_mirrors_and_the_order_of_respondents_plays_no_part(cases, unseen, random):
    first, second = (ordinal(list(values), levels=3) for values in zip(*cases, strict=True))
    population = None if unseen is None else len(cases) + unseen
    plus, minus = (judged(first, second, positive=sign, population=population, resamples=60) for sign in (True, False))
    assert plus["effect"] == pytest.approx(minus["effect"], nan_ok=True)
    assert (plus["worst_low"], plus["worst_high"]) == pytest.approx((-minus["worst_high"], -minus["worst_low"]), nan_ok=True)
    if not unseen and unseen is not None:
        assert plus["probability"] + minus["probability"] == 1 and plus["probability"] in (0, 0.5, 1)
    order = random.sample(range(len(cases)), len(cases))
    again = judged(first.iloc[order], second.iloc[order], population=population, resamples=60)
    pd.testing.assert_series_equal(pd.Series(again), pd.Series(plus))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("unseen", [1, 2, 3])
def test_the_bounds_hold_wherever_the_unseen_stand(unseen, seed):
    """Every placement of the unseen units on two scales of three values, tried out."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 3, 6), rng.integers(0, 3, 6)
    found = judged(ordinal(first, 3), ordinal(second, 3), population=6 + unseen, resamples=10)
    size = 6 + unseen
    possible = []
    for cells in itertools.product(itertools.product(range(3), repeat=2), repeat=unseen):
        x, y = np.concatenate([first, [cell[0] for cell in cells]]), np.concatenate([second, [cell[1] for cell in cells]])
        possible.append((np.sign(np.subtract.outer(x, x)) * np.sign(np.subtract.outer(y, y))).sum() / 2 / (size * (size - 1) / 2))
    assert found["worst_low"] <= min(possible) + 1e-12 and found["worst_high"] >= max(possible) - 1e-12
    if unseen == 1:
        assert (found["worst_low"], found["worst_high"]) == pytest.approx((min(possible), max(possible)))


@pytest.mark.parametrize("seed", range(4))
def test_the_bounds_hold_for_numbers_that_may_lie_anywhere(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 4, 7).astype(float), rng.normal(size=7)
    found = judged(pd.Series(first), pd.Series(second), population=9, resamples=10)
    places = itertools.product(np.arange(-1, 4.1, 0.5), [-9, *(np.sort(second)[1:] + np.sort(second)[:-1]) / 2, 9])
    possible = []
    for one, other in itertools.combinations_with_replacement(list(places), 2):
        x, y = np.array([*first, one[0], other[0] + 0.01]), np.array([*second, one[1], other[1] + 0.001])
        possible.append((np.sign(np.subtract.outer(x, x)) * np.sign(np.subtract.outer(y, y))).sum() / 2 / 36)
    assert found["worst_low"] <= min(possible) + 1e-12 and found["worst_high"] >= max(possible) - 1e-12
    assert found["worst_low"] > -1 and found["worst_high"] < 1


def test_numbers_that_nobody_has_named_are_possible_too():
    """Two units at one point; four more on a falling line through it contradict each other and both of them."""
    found = judged(pd.Series([1.0, 1.0]), pd.Series([2.0, 2.0]), population=6, resamples=10)
    assert (found["worst_low"], found["worst_high"]) == pytest.approx((-14 / 15, 14 / 15))
