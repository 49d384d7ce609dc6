"""Tables of several indices at once: their rows, their sums, and none for a unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.index import tables as index_tables
from helpers.quantitative.indices import index_scores, ways_to_combine

ITEMS = {
    "degree": pd.DataFrame({"variable": ["countries", "contact"], "low": [0.0, 1.0], "high": [15.0, 5.0], "weight": [1.0, 1.0]}),
    "potential": pd.DataFrame({"variable": ["interest", "contact"], "low": [0.0, 1.0], "high": [1.0, 5.0], "weight": [2.0, 1.0]}),
}
DRAWS = {"population": 100, "resamples": 199, "seed": 1}


@pytest.fixture(scope="module")
def responses():
    rng = np.random.default_rng(1)
    contact = pd.Categorical(rng.choice(list("12345"), 50), categories=list("12345"), ordered=True)
    table = pd.DataFrame({"countries": rng.poisson(6, 50).astype(float), "contact": contact, "interest": rng.random(50)})
    table.loc[:3, ["countries", "contact"]] = np.nan
    return table.assign(sector=pd.Categorical(rng.choice(["a", "b", "c"], 50)))


@pytest.fixture(scope="module")
def scores(responses):
    return index_tables.with_indices(responses, ITEMS)[list(ITEMS)]


def test_indices_are_columns_beside_the_responses(responses, scores):
    assert scores["degree"].equals(index_scores(responses, ITEMS["degree"]).rename("degree"))
    assert list(index_tables.with_indices(responses, {})) == list(responses)


def test_classes_share_out_those_with_a_score_and_a_row_holds_the_mean(scores):
    table = index_tables.index_distribution(scores, **DRAWS)
    for name, rows in table.groupby("question"):
        classes = rows[rows["answer"] != "mean"]
        assert len(classes) == 5 and classes["count"].sum() == scores[name].notna().sum() == classes["n"].iloc[0]
        assert classes["share"].sum() == pytest.approx(1)
        centre = rows[rows["answer"] == "mean"].iloc[0]
        assert centre["mean"] == pytest.approx(scores[name].mean()) and centre["points_low"] < centre["mean"] < centre["points_high"]
        assert classes["mean"].isna().all()
    ends = index_tables.index_distribution(pd.DataFrame({"x": [0.0, 20.0, 20.1, 100.0]}), **DRAWS)
    assert ends["count"].tolist()[:5] == [2, 1, 0, 0, 1]


def test_means_by_group_use_the_sizes_of_the_frame(responses, scores):
    frame = pd.DataFrame({"sector": pd.Categorical(["a"] * 60 + ["b"] * 25 + ["c"] * 25)})
    groups = responses[["sector"]]
    table = index_tables.index_means_by(scores, groups, frame, **DRAWS)
    assert len(table) == 6 and set(table["group"]) == {"a", "b", "c"}
    own = table[(table["question"] == "potential") & (table["group"] == "b")].iloc[0]
    assert own["mean"] == pytest.approx(scores.loc[responses["sector"] == "b", "potential"].mean())
    wider = index_tables.index_means_by(scores, groups, None, population=None, resamples=199, seed=1)
    assert ((wider["points_high"] - wider["points_low"]) > (table["points_high"] - table["points_low"])).all()


def test_a_portfolio_needs_two_indices(scores):
    fields = index_tables.index_portfolio(scores, population=100)
    assert fields["answer"].tolist() == ["low_low", "low_high", "high_low", "high_high"]
    assert fields["count"].sum() == scores.notna().all(axis=1).sum()
    one = scores[["degree"]]
    assert index_tables.index_portfolio(one, population=100).empty and index_tables.index_agreement(one, resamples=99, seed=1).empty


@pytest.mark.parametrize(("slope", "verdict"), [(1, "supported"), (-1, "against"), (0, "open")])
def test_agreement_is_worded_by_its_interval(slope, verdict):
    x = np.random.default_rng(3).uniform(10, 90, 60)
    noise = np.random.default_rng(4).uniform(10, 90, 60)
    both = pd.DataFrame({"first": x, "second": 50 + slope * (x - 50) if slope else noise})
    assert index_tables.index_agreement(both, resamples=499, seed=1)["verdict"].tolist() == [verdict]


def test_items_reliability_and_drivers(responses):
    items = index_tables.item_tables(responses, ITEMS)
    assert items["question"].tolist() == ["degree"] * 2 + ["potential"] * 2
    assert items.set_index(["question", "item"]).loc[("degree", "countries"), "n"] == 46
    found = index_tables.uncertainties(responses, ITEMS, population=100, draws=256, seed=1)
    assert set(index_tables.drivers(found)["measure"]) == {"normalisation", "weights", "aggregation", "imputation"}
    pairs = index_tables.ordered_pairs(found)
    assert pairs["pairs_ordered"].between(0, 1).all() and (pairs["points_low"] < pairs["points_high"]).all()
    assert index_tables.reliabilities(responses, ITEMS, []).empty


def test_only_reflective_blocks_have_a_reliability():
    rng = np.random.default_rng(5)
    common = rng.normal(size=80)
    block = pd.DataFrame({name: common + rng.normal(size=80) for name in "abcd"})
    items = {"block": pd.DataFrame({"variable": list("abcd"), "low": -3.0, "high": 3.0, "weight": 1.0})}
    table = index_tables.reliabilities(block, items, ["block"])
    assert table["measure"].tolist() == ["alpha", "omega"] and table["reliability"].between(0.6, 0.95).all() and (table["n"] == 80).all()


def test_an_index_that_the_answers_do_not_carry_is_left_out(responses):
    nobody = responses.assign(countries=np.nan, contact=responses["contact"].where(np.arange(50) < 1))
    assert list(index_tables.uncertainties(nobody, {"degree": ITEMS["degree"]}, population=None, draws=64, seed=1)) == []
    for table in (
        index_tables.index_means(pd.DataFrame(), **DRAWS),
        index_tables.index_means_by(pd.DataFrame(), pd.DataFrame(), None, **DRAWS),
        index_tables.index_distribution(pd.DataFrame(), **DRAWS),
        index_tables.item_tables(nobody, {}),
        index_tables.drivers({}),
        index_tables.ordered_pairs({}),
    ):
        assert table.empty and "question" in table


def test_a_geometric_mean_is_no_choice_where_an_item_is_yes_or_no(responses):
    assert ways_to_combine(responses, ITEMS["degree"]) == ("arithmetic", "geometric")
    plan = responses.assign(interest=pd.Categorical(np.where(responses["interest"] > 0.5, "yes", "no")))
    assert ways_to_combine(plan, ITEMS["potential"].assign(low=[2.0, 1.0], high=[1.0, 5.0])) == ("arithmetic",)
