from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.index.steps import aggregated, normalised
from helpers.quantitative.indices import index_scores, item_table, normalised_items

FREQUENCY = pd.CategoricalDtype(["never", "yearly", "quarterly", "monthly", "weekly"], ordered=True)
ITEMS = pd.DataFrame(
    {
        "variable": ["countries", "effort", "contact", "office", "rivals"],
        "low": [0, 0, 1, 0, 10],
        "high": [15, 0.3, 5, 1, 0],
        "weight": [2, 1, 1, 1, 1],
    }
)


@pytest.fixture
def answers():
    return pd.DataFrame(
        {
            "countries": [3.0, 15.0, 30.0, None, None],
            "effort": [0.15, 0.3, 0.0, 0.6, None],
            "contact": pd.Categorical(["never", "weekly", "quarterly", None, None], dtype=FREQUENCY),
            "office": pd.array([True, True, False, None, None], dtype="boolean"),
            "rivals": [0, 5, 12, 10, 5],
            "name": list("abcde"),
        },
        index=pd.Index([11, 12, 13, 14, 15], name="respondent"),
    )


def test_goalposts_put_every_kind_of_item_on_one_scale(answers):
    points = normalised_items(answers, ITEMS)
    assert points.index.equals(answers.index) and list(points) == list(ITEMS["variable"])
    expected = [[20, 50, 0, 100, 100], [100, 100, 100, 100, 50], [100, 0, 50, 0, 0], [np.nan, 100, np.nan, np.nan, 0], [np.nan] * 4 + [50]]
    np.testing.assert_allclose(points, expected)


def test_scores_are_the_weighted_mean_of_the_items_answered(answers):
    scores = index_scores(answers, ITEMS)
    assert scores.tolist() == pytest.approx([(2 * 20 + 50 + 0 + 100 + 100) / 6, 550 / 6, 250 / 6, np.nan, np.nan], nan_ok=True)
    assert scores.index.equals(answers.index)
    # Two of five items, then one of five: the weights of the answered ones stand for all.
    assert index_scores(answers, ITEMS, least=0.4).tolist()[3:] == pytest.approx([50, np.nan], nan_ok=True)
    assert index_scores(answers, ITEMS, least=0.2).iloc[4] == pytest.approx(50)
    assert index_scores(answers, ITEMS, weights={"countries": 0, "effort": 3, "contact": 0, "office": 1, "rivals": 0}, least=0.2).tolist() == (
        pytest.approx([62.5, 100, 0, 100, np.nan], nan_ok=True)
    )
    assert index_scores(answers, ITEMS, weights=[1, 1, 1, 1, 1]).iloc[0] == pytest.approx(54)


def test_geometric_scores_reward_balance_and_survive_a_zero(answers):
    scores = index_scores(answers, ITEMS, aggregation="geometric")
    assert scores.iloc[0] == pytest.approx(np.exp((2 * np.log(21) + np.log(51) + 0 + 2 * np.log(101)) / 6) - 1)
    assert 0 < scores.iloc[0] < index_scores(answers, ITEMS).iloc[0]


def test_the_other_normalisations_place_a_respondent_within_the_sample():
    answers = pd.DataFrame({"up": [1.0, 2, 2, 7, np.nan], "down": [1.0, 2, 2, 7, np.nan], "same": [3.0] * 4 + [np.nan]})
    items = pd.DataFrame({"variable": list(answers), "low": [0, 10, 0], "high": [10, 0, 10], "weight": 1})
    rank = normalised_items(answers, items, normalisation="rank")
    assert rank["up"].tolist() == pytest.approx([12.5, 50, 50, 87.5, np.nan], nan_ok=True)
    smallest = normalised_items(answers, items, normalisation="minmax")
    assert smallest["up"].tolist() == pytest.approx([0, 100 / 6, 100 / 6, 100, np.nan], nan_ok=True)
    z = normalised_items(answers, items, normalisation="z")
    standard = (np.array([1, 2, 2, 7]) - 3) / np.std([1, 2, 2, 7], ddof=1)
    assert z["up"].tolist()[:4] == pytest.approx(50 + standard * 100 / 6)
    for points in (rank, smallest, z):
        assert points["down"].tolist() == pytest.approx((100 - points["up"]).tolist(), nan_ok=True)
        assert points["same"].tolist() == pytest.approx([50] * 4 + [np.nan], nan_ok=True)


def test_z_scores_beyond_three_standard_deviations_are_cut():
    answers = pd.DataFrame({"countries": [0.0] * 20 + [1000.0]})
    items = pd.DataFrame({"variable": ["countries"], "low": 0, "high": 15, "weight": 1})
    assert normalised_items(answers, items, normalisation="z")["countries"].max() == 100


def test_the_item_table_counts_what_was_cut(answers):
    table = item_table(answers, ITEMS)
    assert list(table) == ["variable", "n", "answered", "cut_low", "cut_high", "mean", "sd", "correlation"]
    assert table[["n", "answered", "cut_low", "cut_high"]].to_numpy().tolist() == [
        [5, 3, 0, 1],
        [5, 4, 0, 1],
        [5, 3, 0, 0],
        [5, 3, 0, 0],
        [5, 5, 1, 0],
    ]
    assert table["mean"].tolist() == pytest.approx([220 / 3, 62.5, 50, 200 / 3, 40])
    assert table["sd"].iloc[1] == pytest.approx(np.std([50, 100, 0, 100], ddof=1))
    rest = [(50 + 0 + 100 + 100) / 4, (100 + 100 + 100 + 50) / 4, (0 + 50 + 0 + 0) / 4]
    assert table["correlation"].iloc[0] == pytest.approx(np.corrcoef([20, 100, 100], rest)[0, 1])


def test_an_item_that_nobody_answered_or_that_never_varies_fails_nothing(recwarn):
    answers = pd.DataFrame({"countries": [3.0, 6.0, 9.0], "silent": [np.nan] * 3, "same": [2.0] * 3})
    items = pd.DataFrame({"variable": list(answers), "low": 0, "high": 10, "weight": 1})
    table = item_table(answers, items)
    assert table["answered"].tolist() == [3, 0, 3] and table["correlation"].isna().all()
    for name in ("goalposts", "minmax", "rank", "z"):
        assert normalised_items(answers, items, normalisation=name)["silent"].isna().all()
        assert index_scores(answers, items, normalisation=name).notna().all()
    assert index_scores(answers, items, least=1).isna().all()
    assert not recwarn.list


def test_input_that_does_not_fit_is_refused(answers):
    refused = [
        ({"low": 5, "high": 5}, "goalposts of countries, .* are equal"),
        ({"high": np.inf}, "equal or not finite"),
        ({"weight": -1}, "at least 0 and not all 0"),
        ({"weight": 0}, "not all 0"),
        ({"variable": ["countries", "effort", "contact", "office", "Rivals"]}, "no column Rivals"),
        ({"variable": ["countries", "effort", "contact", "office", "office"]}, "1 of 5 items are named twice"),
        ({"variable": ["countries", "effort", "contact", "office", "name"]}, "name: ordered categories or numbers"),
    ]
    for change, message in refused:
        with pytest.raises(ValueError, match=message):
            index_scores(answers, ITEMS.assign(**change))
    with pytest.raises(ValueError, match="lack weight"):
        index_scores(answers, ITEMS.drop(columns="weight"))
    with pytest.raises(ValueError, match="at least one item"):
        index_scores(answers, ITEMS.iloc[:0])
    with pytest.raises(ValueError, match="1 variables have either"):
        index_scores(answers, ITEMS, weights=dict.fromkeys(ITEMS["variable"][:4], 1))
    with pytest.raises(ValueError, match="2 were given"):
        index_scores(answers, ITEMS, weights=[1, 2])
    with pytest.raises(ValueError, match="proportion above 0"):
        index_scores(answers, ITEMS, least=0)
    with pytest.raises(ValueError, match="'median' is unknown"):
        index_scores(answers, ITEMS, aggregation="median")
    with pytest.raises(ValueError, match="'log' is unknown"):
        normalised_items(answers, ITEMS, normalisation="log")
    with pytest.raises(ValueError, match="ordered categories or numbers are needed"):
        index_scores(answers, ITEMS.replace("rivals", "name"))
    with pytest.raises(ValueError, match="countries holds infinite"):
        index_scores(answers.assign(countries=np.inf), ITEMS)


def test_categories_count_by_their_place_whether_ordered_or_not():
    plan = pd.DataFrame({"plan": pd.Categorical(["yes", "no", None], categories=["yes", "no"]), "other": [1.0, 1.0, 1.0]})
    items = pd.DataFrame({"variable": ["plan", "other"], "low": [2, 0], "high": [1, 2], "weight": 1})
    assert index_scores(plan, items).tolist() == [75, 25, 50]
    ordered = plan.assign(plan=plan["plan"].cat.as_ordered())
    pd.testing.assert_series_equal(index_scores(ordered, items), index_scores(plan, items))


VALUES = st.lists(
    st.lists(st.one_of(st.none(), st.floats(-50, 150).map(lambda value: round(value, 3))), min_size=3, max_size=3), min_size=1, max_size=15
)
KINDS = st.sampled_from(["goalposts", "minmax", "rank", "z"])


@settings(max_examples=40, deadline=None)
@given(VALUES, KINDS, st.sampled_from(["arithmetic", "geometric"]), st.lists(st.floats(0.1, 5), min_size=3, max_size=3))
def test_scores_stay_on_the_scale_between_their_items_and_follow_units(values, normalisation, aggregation, weights):
    answers = pd.DataFrame(values, columns=list("abc"), dtype=float)
    before = answers.copy(deep=True)
    items = pd.DataFrame({"variable": list("abc"), "low": [0, 100, -20], "high": [100, 0, 60], "weight": weights})
    options = {"normalisation": normalisation, "aggregation": aggregation}
    scores, points = index_scores(answers, items, **options), normalised_items(answers, items, normalisation=normalisation)
    assert ((points >= 0) & (points <= 100)).equals(answers.notna())
    known = scores.notna()
    assert known.equals(answers.notna().sum(axis=1) >= 2)
    assert (scores[known] >= points.min(axis=1)[known] - 1e-9).all() and (scores[known] <= points.max(axis=1)[known] + 1e-9).all()
    # Neither the order of the items, the length of the weights, nor the units of an item change a score.
    turned = index_scores(answers, items.iloc[::-1], **options)
    scaled = index_scores(
        answers.assign(a=answers["a"] * 8), items.assign(low=[0, 100, -20], high=[800, 0, 60], weight=np.array(weights) * 3), **options
    )
    np.testing.assert_allclose(turned, scores, atol=1e-8)
    np.testing.assert_allclose(scaled, scores, atol=1e-6)
    assert index_scores(answers, items).isna().equals(scores.isna())
    if aggregation == "geometric":
        assert (scores[known] <= index_scores(answers, items, normalisation=normalisation)[known] + 1e-9).all()
    pd.testing.assert_frame_equal(answers, before)


def test_many_tables_are_scored_as_one_by_one():
    rng = np.random.default_rng(3)
    values, low, high, weights = rng.normal(size=(4, 9, 3)), np.zeros(3), np.array([1.0, -1, 2]), rng.dirichlet(np.ones(3), size=4)
    for name in ("goalposts", "minmax", "rank", "z"):
        together = normalised(values, low, high, normalisation=name)
        for table, points in zip(values, together, strict=True):
            np.testing.assert_allclose(normalised(table, low, high, normalisation=name), points, atol=1e-12)
    scores = aggregated(together, weights[:, None, :], aggregation="geometric")
    np.testing.assert_allclose(scores[2], aggregated(together[2], weights[2], aggregation="geometric"), atol=1e-12)
