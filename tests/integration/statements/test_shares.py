import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.statements.shares import ratings_tests, share_test

OPPOSITE = {"supported": "against", "tendency": "doubtful", "open": "open", "doubtful": "tendency", "against": "supported"}


def said(yes, no):
    return pd.Series([True] * yes + [False] * no)


@pytest.mark.parametrize(
    ("yes", "no", "population", "majority"),
    [
        (42, 8, 118, "tendency"),  # sure, but 68 did not answer: the worst case turns it round
        (42, 8, 60, "supported"),
        (31, 29, 118, "open"),
        (8, 42, 118, "doubtful"),
        (8, 42, 60, "against"),
        (42, 8, None, "tendency"),
        (8, 42, None, "doubtful"),
    ],
)
def test_majority_and_minority_are_opposites(yes, no, population, majority):
    assert share_test(said(yes, no), population=population)["verdict"] == majority
    assert share_test(said(yes, no), population=population, minority=True)["verdict"] == OPPOSITE[majority]


def test_numbers_of_a_majority():
    found = share_test(said(42, 8), population=118)
    assert (found["count"], found["n"], found["share"]) == (42, 50, 0.84)
    assert (found["worst_low"], found["worst_high"]) == pytest.approx((42 / 118, 110 / 118))
    assert found["low"] < 0.84 < found["high"] and found["survives"] is False
    unbounded = share_test(said(42, 8), population=None)
    assert "worst_low" not in unbounded and unbounded["survives"] is False


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.one_of(st.none(), st.integers(0, 40)))
def test_complements_mirror_each_other(yes, no, unseen):
    if yes + no == 0:
        return
    population = None if unseen is None else yes + no + unseen
    one, other = share_test(said(yes, no), population=population), share_test(said(no, yes), population=population)
    minority = share_test(said(yes, no), population=population, minority=True)
    assert one["probability"] + other["probability"] == pytest.approx(1)
    assert minority["probability"] == pytest.approx(other["probability"])
    assert minority["verdict"] == other["verdict"] == OPPOSITE[one["verdict"]]
    assert one["survives"] == other["survives"] == minority["survives"]


@pytest.mark.parametrize("yes", range(8))
def test_the_worst_case_is_that_of_all_answers_the_unseen_may_give(yes):
    possible = [(yes + sum(unseen)) / 10 for unseen in itertools.product([0, 1], repeat=3)]
    found = share_test(said(yes, 7 - yes), population=10)
    assert (found["worst_low"], found["worst_high"]) == pytest.approx((min(possible), max(possible)))
    assert found["survives"] == (min(possible) > 0.5 or max(possible) < 0.5)


def rated(first, second, n=40, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.permutation(np.arange(n) < count) for name, count in (("trust", first), ("nearness", second))}).astype("boolean")


def test_all_items_have_to_be_rated_by_a_majority():
    rows = ratings_tests(rated(36, 21), population=118, resamples=2000, seed=1)
    assert [(row["step"], row["option"], row["verdict"]) for row in rows] == [
        ("item", "trust", "tendency"),
        ("item", "nearness", "open"),
        ("whole", "nearness", "open"),
    ]
    # The whole is at most as likely as its weakest item.
    assert rows[2]["probability"] <= rows[1]["probability"] + 0.03 and rows[2]["count"] == 21
    assert rows[2]["probability"] == pytest.approx(rows[1]["probability"], abs=0.03)
    # Units that say it less units that do not, halved: 21 and 19, and 78 that say either all or nothing.
    assert (rows[2]["worst_low"], rows[2]["worst_high"]) == pytest.approx(((1 - 39) / 118, (1 + 39) / 118))


def test_items_have_their_own_denominators_and_the_whole_those_who_rated_all():
    table = rated(30, 28)
    table.loc[:4, "trust"] = pd.NA
    table.loc[38:, "nearness"] = pd.NA
    rows = ratings_tests(table, population=60, resamples=500, seed=1)
    assert [row["n"] for row in rows] == [35, 38, 33]
    assert len(ratings_tests(table[["trust"]], population=60, resamples=500, seed=1)) == 1
    assert [row["option"] for row in ratings_tests(table.assign(trust=pd.NA), population=60, resamples=500, seed=1)] == ["nearness"]


def test_the_whole_of_a_battery_is_certain_where_everybody_answered():
    rows = ratings_tests(rated(36, 21), population=40, resamples=50, seed=1)
    assert [row["probability"] for row in rows] == [1, 1, 1] and {row["verdict"] for row in rows} == {"supported"}
