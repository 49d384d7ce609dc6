import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.statements.rankings import ranking_tests, steps
from helpers.quantitative.rankings import option_differences
from reference.expected import expected


def judged(ticks, options, kind="ordering", population=118, resamples=4000, seed=1):
    tests = ranking_tests(ticks, options, kind=kind, population=population, resamples=resamples, seed=seed)
    return pd.DataFrame(tests).set_index("step")


def overlapping(both, first_only, second_only, first=45, n=60):
    """Regions of 60 respondents: 45 Europe, and two others of which so many are ticked together; Europe has nothing to do with them."""
    america = np.repeat([True, True, False, False], [both, first_only, second_only, n - both - first_only - second_only])
    asia = np.repeat([True, False, True, False], [both, first_only, second_only, n - both - first_only - second_only])
    # Three of four in each combination, spread evenly.
    europe = np.diff(np.floor(np.arange(n + 1) * first / n)).astype(bool)
    return pd.DataFrame({"europe": europe, "north_america": america, "south_east_asia": asia})


def test_ordering_matches_the_reference():
    one_each = pd.DataFrame(np.repeat(np.eye(3, dtype=bool), [31, 14, 9], axis=0), columns=["a", "b", "c"])
    whole = judged(one_each, ["a", "b", "c"], population=None, resamples=1_000_000).loc["whole", "probability"]
    assert {"dir.order.31_14_9": whole} == expected("dir.order.31_14_9")


def test_the_reference_case_45_24_19_of_60():
    """N = 100. The counts alone do not say how firm the order is; here the options are independent: 24 x 19 / 60, so 8 tick both."""
    ticks = overlapping(8, 16, 11)
    assert ticks.sum().tolist() == [45, 24, 19]
    found = judged(ticks, list(ticks), population=100, resamples=40_000)
    assert found.index.tolist() == ["first", "next_2", "whole"]
    assert found.loc["whole", "probability"] == pytest.approx(0.93, abs=0.01)
    assert found.loc["next_2", "probability"] == pytest.approx(0.93, abs=0.01)
    assert found.loc["first", "probability"] == pytest.approx(1, abs=0.001)
    assert option_differences(ticks)["p_value"].iloc[1] == pytest.approx(0.44, abs=0.005)
    # Europe is ahead of North America by 21 of 60, but 40 did not answer.
    assert found["verdict"].tolist() == ["tendency"] * 3


def test_overlap_decides_how_firm_an_order_is():
    nested, apart = (
        judged(overlapping(*cells), ["europe", "north_america", "south_east_asia"], population=100) for cells in ((19, 5, 0), (0, 24, 19))
    )
    assert nested.loc["next_2", "probability"] == 1 and apart.loc["next_2", "probability"] < 0.9


def test_steps_take_an_ordering_apart():
    assert steps(["a", "b", "c"], ["c", "b", "a", "x"], kind="ordering") == {
        "first": [("a", "b"), ("a", "c"), ("a", "x")],
        "next_2": [("b", "c")],
        "rest": [("c", "x")],
        "whole": [("a", "b"), ("a", "c"), ("a", "x"), ("b", "c"), ("c", "x")],
    }
    assert list(steps(["a", "b"], ["a", "b"], kind="ordering")) == ["first", "whole"]
    assert steps(["a"], ["a", "b"], kind="leading") == {"": [("a", "b")]}
    assert steps(["a", "b"], ["a", "b", "x", "y"], kind="leading_set") == {"": [("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")]}


def ticked(*counts, n=50, seed=2):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.permutation(np.arange(n) < count) for name, count in zip("abcdef", counts, strict=False)})


def test_numbers_are_those_of_the_closest_comparison():
    row = judged(ticked(40, 25, 35, 5), ["a", "c"], kind="leading_set", population=60).iloc[0]
    assert (row["option"], row["other"], row["count"], row["n"], row["share"]) == ("c", "b", 35, 50, 0.7)
    assert row["effect"] == pytest.approx(0.2)
    assert (row["worst_low"], row["worst_high"]) == pytest.approx((0, 20 / 60))
    assert row["effect_low"] < 0.2 * 50 / 60 + 10 * 0.2 / 60 < row["effect_high"]


@pytest.mark.parametrize(
    ("kind", "options", "population", "expected_verdict"),
    [
        ("leading", ["a"], 60, "supported"),
        ("leading", ["a"], 118, "tendency"),
        ("leading", ["b"], 60, "against"),
        ("leading", ["b"], 118, "doubtful"),
        ("leading_set", ["a", "b"], 58, "supported"),
        ("leading_set", ["a", "d"], 60, "against"),
        ("leading", ["a"], None, "tendency"),
    ],
)
def test_verdicts_on_leading_options(kind, options, population, expected_verdict):
    assert judged(ticked(45, 25, 15, 2), options, kind=kind, population=population)["verdict"].tolist() == [expected_verdict]


def test_a_wrong_order_is_refuted_where_it_is_wrong():
    found = judged(ticked(48, 15, 34, 2), ["a", "b", "c"], population=55)["verdict"].to_dict()
    assert found == {"first": "supported", "next_2": "against", "rest": "supported", "whole": "against"}
    # An option that is not named has its place too.
    found = judged(ticked(48, 34, 2, 15), ["a", "b", "c"], population=55)["verdict"].to_dict()
    assert found == {"first": "supported", "next_2": "supported", "rest": "against", "whole": "against"}


def test_a_tie_is_open():
    same = pd.DataFrame({"a": [True] * 20 + [False] * 20, "b": [True] * 20 + [False] * 20})
    for population in (None, 40, 80):
        row = judged(same, ["a"], kind="leading", population=population).iloc[0]
        assert (row["probability"], row["verdict"], row["effect"]) == (0.5, "open", 0)


ROWS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=25)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sampled_from([None, 0, 7]), st.integers(0, 9))
def test_swapping_two_options_mirrors_their_order(rows, unseen, seed):
    ticks = pd.DataFrame(rows, columns=["a", "b", "c"])[["a", "b"]]
    population = None if unseen is None else len(ticks) + unseen
    one, other = (judged(ticks, order, population=population, resamples=60, seed=seed).loc["whole"] for order in (["a", "b"], ["b", "a"]))
    assert one["probability"] + other["probability"] == pytest.approx(1)
    assert one["effect"] == -other["effect"] and one["survives"] == other["survives"]
    if unseen is not None:
        assert (one["worst_low"], one["worst_high"]) == pytest.approx((-other["worst_high"], -other["worst_low"]))


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms(use_true_random=False), st.integers(0, 20))
def test_order_of_respondents_and_columns_changes_nothing(rows, random, unseen):
    ticks = pd.DataFrame(rows, columns=["a", "b", "c"])
    shuffled = ticks.iloc[random.sample(range(len(ticks)), len(ticks))][random.sample(list(ticks), 3)]
    options = {"population": len(ticks) + unseen, "resamples": 60}
    pd.testing.assert_frame_equal(judged(ticks, ["b", "a"], **options), judged(shuffled, ["b", "a"], **options), check_dtype=False)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_a_census_leaves_no_doubt(rows):
    ticks = pd.DataFrame(rows, columns=["a", "b", "c"])
    counts = ticks.sum()
    found = judged(ticks, ["a", "b"], population=len(ticks), resamples=20)
    smallest = min(counts["a"] - counts["b"], counts["a"] - counts["c"], counts["b"] - counts["c"])
    assert found.loc["whole", "probability"] == (np.sign(smallest) + 1) / 2
    assert found.loc["whole", "verdict"] == {1: "supported", 0: "open", -1: "against"}[np.sign(smallest)]


@pytest.mark.parametrize("kind", ["leading", "leading_set", "ordering"])
def test_the_worst_case_holds_for_all_that_the_unseen_may_tick(kind):
    ticks, named = ticked(7, 5, 3, n=9), {"leading": ["a"], "leading_set": ["a", "b"], "ordering": ["a", "b"]}[kind]
    row = judged(ticks, named, kind=kind, population=11, resamples=20).iloc[-1]
    pairs = list(steps(named, list(ticks), kind=kind).values())[-1]
    possible = [
        min(sum(ticks[x]) + sum(u[x] for u in unseen) - sum(ticks[y]) - sum(u[y] for u in unseen) for x, y in pairs) / 11
        for unseen in itertools.product([dict(zip("abc", cell, strict=True)) for cell in itertools.product([0, 1], repeat=3)], repeat=2)
    ]
    assert row["worst_low"] == pytest.approx(min(possible))
    assert row["worst_high"] >= max(possible) - 1e-12
    if kind != "ordering":
        assert row["worst_high"] == pytest.approx(max(possible))
