from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.intervals import clopper_pearson_interval, hypergeometric_interval, wilson_interval
from helpers.quantitative.shares import answer_shares, nonresponse_bounds, option_shares

STRATEGY = ["full", "partial", "planned", "none"]


@pytest.fixture
def answers():
    strategy = pd.Categorical(["full"] * 4 + ["partial"] * 11 + ["none"] * 20 + [None] * 5, categories=STRATEGY)
    taken = pd.array([True] * 25 + [False] * 10 + [None] * 5, dtype="boolean")
    return pd.DataFrame({"strategy": strategy, "measures_taken": taken}, index=pd.Index(range(101, 141), name="respondent"))


@pytest.fixture
def ticks():
    return pd.DataFrame(
        {"europe": [True, True, True, False, None, True], "asia": [False, True, False, False, None, None], "africa": [False] * 4 + [None, False]},
        dtype="boolean",
    )


def test_every_declared_answer_has_a_row_over_those_who_answered(answers):
    table = answer_shares(answers, population=118)
    assert list(table) == ["question", "answer", "count", "n", "share", "low", "high"]
    assert table["answer"].tolist() == [*STRATEGY, "yes", "no"]
    assert table["count"].tolist() == [4, 11, 0, 20, 25, 10] and table["n"].tolist() == [35] * 6
    assert table["share"].tolist() == pytest.approx([4 / 35, 11 / 35, 0, 20 / 35, 25 / 35, 10 / 35])


@pytest.mark.parametrize(
    "interval, population, bounds",
    [
        ("exact", 118, lambda x, n: hypergeometric_interval(x, n, 118, level=0.9)),
        ("exact", None, lambda x, n: clopper_pearson_interval(x, n, level=0.9)),
        ("wilson", 118, lambda x, n: wilson_interval(x, n, 118, level=0.9)),
        ("wilson", None, lambda x, n: wilson_interval(x, n, level=0.9)),
    ],
)
def test_the_interval_asked_for_is_the_one_given(answers, ticks, interval, population, bounds):
    for table in (
        answer_shares(answers, population=population, level=0.9, interval=interval),
        option_shares(ticks, population=population, level=0.9, interval=interval),
    ):
        for row in table.itertuples():
            assert (row.low, row.high) == pytest.approx(bounds(row.count, row.n), abs=1e-15)


def test_not_ticked_counts_and_not_asked_does_not(ticks):
    table = option_shares(ticks, population=20)
    assert list(table) == ["option", "count", "n", "share", "low", "high"]
    assert table[["option", "count", "n"]].to_numpy().tolist() == [["europe", 4, 5], ["asia", 1, 4], ["africa", 0, 5]]
    assert table["share"].tolist() == [0.8, 0.25, 0.0]


def test_a_row_that_is_missing_throughout_counts_nowhere(ticks):
    with_silent = pd.concat([ticks, pd.DataFrame({name: [pd.NA] * 3 for name in ticks}, dtype="boolean")], ignore_index=True)
    pd.testing.assert_frame_equal(option_shares(with_silent, population=20), option_shares(ticks, population=20))


def test_plain_booleans_are_ticks_too():
    assert option_shares(pd.DataFrame({"europe": [True, False]}))["share"].tolist() == [0.5]


def test_weighted_shares_stand_beside_the_unweighted_ones(answers, ticks):
    weights = pd.Series([3.0] * 4 + [1.0] * 36, index=answers.index)
    table = answer_shares(answers, population=118, weights=weights)
    assert list(table)[-1] == "weighted_share"
    assert table["weighted_share"].tolist()[:4] == pytest.approx([12 / 43, 11 / 43, 0, 20 / 43])
    pd.testing.assert_frame_equal(table.drop(columns="weighted_share"), answer_shares(answers, population=118))
    by_label = answer_shares(answers, weights=weights.sample(frac=1, random_state=1))
    assert by_label["weighted_share"].tolist() == table["weighted_share"].tolist()

    options = option_shares(ticks, weights=pd.Series([1, 1, 1, 5, 9, 2.0]))
    assert options["weighted_share"].tolist() == pytest.approx([5 / 10, 1 / 8, 0])


def test_weights_scale_freely_and_equal_weights_change_nothing(answers, ticks):
    for shares, table in ((answer_shares, answers), (option_shares, ticks)):
        weights = pd.Series(np.linspace(0.5, 3, len(table)), index=table.index)
        scaled = shares(table, weights=weights * 7)["weighted_share"]
        assert scaled.tolist() == pytest.approx(shares(table, weights=weights)["weighted_share"].tolist())
        equal = shares(table, weights=pd.Series(2.0, index=table.index))
        assert equal["weighted_share"].tolist() == pytest.approx(equal["share"].tolist())


def test_nobody_answered_leaves_the_share_open_and_does_not_fail():
    silent = pd.DataFrame({"strategy": pd.Categorical([None, None], categories=STRATEGY)})
    table = answer_shares(silent, population=118, weights=pd.Series([1.0, 1.0]))
    assert table["share"].isna().all() and table["weighted_share"].isna().all()
    assert (table["low"] == 0).all() and (table["high"] == 1).all() and (table["n"] == 0).all()
    assert answer_shares(pd.DataFrame(index=range(3)), population=118).empty


def test_in_a_near_census_the_table_s_interval_still_holds_the_share():
    assert hypergeometric_interval(1, 99, 100) == (0.01, 0.01)
    row = option_shares(pd.DataFrame({"europe": [True] + [False] * 98}), population=100).iloc[0]
    assert row["low"] == 0.01 and row["high"] == row["share"] == 1 / 99


def test_bounds_are_those_of_all_or_none_of_the_silent(answers):
    # METHODS: 60 % response and 50 % yes give [.30, .70].
    bounds = nonresponse_bounds(pd.DataFrame({"option": ["europe"], "count": [30], "n": [60]}), population=100).iloc[0]
    assert (bounds["worst_low"], bounds["worst_high"]) == (0.3, 0.7)
    shares = answer_shares(answers, population=118)
    table = nonresponse_bounds(shares, population=118)
    pd.testing.assert_frame_equal(table[list(shares)], shares)
    assert (table["worst_low"] <= table["low"] + 1e-12).all() and (table["high"] <= table["worst_high"] + 1e-12).all()


def test_impossible_input_is_refused(answers, ticks):
    with pytest.raises(ValueError, match="neither categorical nor boolean"):
        answer_shares(pd.DataFrame({"members": [1.0, 2.0]}))
    with pytest.raises(ValueError, match="not boolean"):
        option_shares(pd.DataFrame({"europe": [1, 0]}))
    with pytest.raises(ValueError, match="at least one option"):
        option_shares(pd.DataFrame(index=range(3)))
    with pytest.raises(ValueError, match="more than once"):
        option_shares(pd.DataFrame([[True, False]], columns=["europe", "europe"]))
    with pytest.raises(ValueError, match="exceed their population"):
        answer_shares(answers, population=30)
    with pytest.raises(ValueError, match='"exact" or "wilson"'):
        option_shares(ticks, interval="wald")
    with pytest.raises(ValueError, match="39 of 40 respondents have no weight"):
        answer_shares(answers, weights=pd.Series([1.0], index=[101]))
    with pytest.raises(ValueError, match="2 of 6 weights are missing, negative"):
        option_shares(ticks, weights=pd.Series([1, -1, np.nan, 1, 1, 1.0]))
    with pytest.raises(ValueError, match="2 of 4 rows have more answers"):
        nonresponse_bounds(pd.DataFrame({"count": [1] * 4, "n": [5, 6, 7, 8]}), population=6)
    with pytest.raises(ValueError, match="lacks n"):
        nonresponse_bounds(pd.DataFrame({"count": [1]}), population=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*STRATEGY, None]), max_size=60), st.integers(0, 60), st.permutations(STRATEGY))
def test_shares_add_to_one_hold_their_interval_and_follow_the_labels(given_answers, silent, relabelled):
    question = pd.Categorical(given_answers, categories=STRATEGY)
    population = max(1, len(given_answers) + silent)
    table = answer_shares(pd.DataFrame({"strategy": question}), population=population)
    if table["n"].iloc[0] > 0:
        assert table["share"].sum() == pytest.approx(1)
        assert ((table["low"] <= table["share"]) & (table["share"] <= table["high"])).all()
    bounds = nonresponse_bounds(table, population=population)
    assert (bounds["worst_high"] - bounds["worst_low"]).tolist() == pytest.approx(((population - table["n"]) / population).tolist())
    # Giving the same answers other names, or declaring them in another order, changes nothing but the names and the order.
    renamed = answer_shares(
        pd.DataFrame({"strategy": question.rename_categories(dict(zip(STRATEGY, relabelled, strict=True)))}), population=population
    )
    assert renamed.drop(columns="answer").equals(table.drop(columns="answer"))
    reordered = answer_shares(pd.DataFrame({"strategy": question.set_categories(relabelled)}), population=population)
    pd.testing.assert_frame_equal(reordered.set_index("answer").loc[STRATEGY].reset_index()[list(table)], table, check_dtype=False)


def test_the_order_of_options_does_not_matter_and_the_input_stays(ticks):
    before = ticks.copy(deep=True)
    table = option_shares(ticks, population=20).set_index("option")
    turned = option_shares(ticks[["africa", "europe", "asia"]], population=20).set_index("option")
    pd.testing.assert_frame_equal(turned.loc[table.index], table)
    pd.testing.assert_frame_equal(ticks, before)
