import numpy as np
import pandas as pd
import pytest

from helpers.quantitative.summaries import (
    dispositions,
    frame_weights,
    likeness,
    missing_reasons,
    most_apart,
    number_summary,
    response_summary,
    weight_summary,
)


class Raking:
    margins = ["sector"]
    trim = 3.0


def test_dispositions_add_up_and_are_empty_where_nobody_knows():
    table = dispositions(eligible=118, complete=44, partial=5)
    assert table["count"].tolist() == [44, 5, 69]
    assert table["share"].sum() == pytest.approx(1)
    assert dispositions(eligible=None, complete=44, partial=5).empty


def test_response_summary():
    assert response_summary(eligible=118, complete=44, partial=5).iloc[0].to_dict() == {"known": "known", "count": 49, "n": 118, "share": 49 / 118}
    assert response_summary(eligible=None, complete=70, partial=7).iloc[0].to_dict() == {"known": "unknown", "n": 77}


def test_missing_reasons_count_respondents_and_answers():
    reasons = pd.DataFrame({"a": ["", "skipped", "skipped", ""], "b": ["", "skipped", "dont_know", ""], "c": [""] * 4})
    table = missing_reasons(reasons).set_index("measure")
    assert table.loc["skipped", ["count", "n", "share", "cell_share"]].tolist() == [2, 4, 0.5, 3 / 12]
    assert table.loc["dont_know", "cell_share"] == pytest.approx(1 / 12)
    assert list(table.index) == ["skipped", "dont_know"]


def test_number_summary_tells_proportions_in_per_cent():
    numbers = pd.DataFrame({"countries": [0, 2, 4, np.nan], "fees": [0.1, 0.2, 0.3, 0.4]})
    table = number_summary(numbers, proportions=["fees"]).set_index("question")
    assert table.loc["countries", ["n", "mean", "median", "quartile_low", "quartile_high"]].tolist() == [3, 2, 2, 1, 3]
    assert table.loc["fees", "mean"] == pytest.approx(25)
    assert table["unit"].tolist() == ["", "%"]


def test_weights_bring_the_margins_into_line():
    frame = pd.DataFrame({"sector": pd.Categorical(["a"] * 60 + ["b"] * 40)})
    respondents = pd.DataFrame({"sector": pd.Categorical(["a"] * 10 + ["b"] * 20)})
    weights = frame_weights(respondents, frame, settings=Raking())
    assert weights.mean() == pytest.approx(1)
    assert weights[:10].sum() / weights.sum() == pytest.approx(0.6)
    summary = weight_summary(weights).iloc[0]
    assert summary["effective"] == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert summary["loss"] == pytest.approx(1 - summary["effective"] / 30)


def test_no_frame_no_settings_no_weights():
    assert frame_weights(pd.DataFrame(), None, settings=Raking()) is None
    assert frame_weights(pd.DataFrame(), pd.DataFrame(), settings=None) is None
    assert weight_summary(None).empty


@pytest.mark.parametrize(("distances", "expected"), [([0.1, -0.05], "similar"), ([0.1, -0.2], "mostly"), ([0.1, 0.3], "apart"), ([], "similar")])
def test_likeness(distances, expected):
    assert likeness(pd.DataFrame({"difference": pd.Series(distances, dtype=float)})) == expected


def test_the_heading_names_the_characteristic_that_is_most_apart():
    assert most_apart(pd.DataFrame({"question": ["region", "founded", "size"], "difference": [0.1, -0.21, 0.2]})) == "founded"
