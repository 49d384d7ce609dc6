"""The door: what is suppressed is neither drawn nor worded nor in any file."""

import json

import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.opening import open_study
from helpers.reporting.charts import draw_shares
from helpers.reporting.items import figure_items, sentence_items, table_items
from helpers.reporting.publish import MIME, publish_sentence


@pytest.fixture(scope="module")
def study():
    return open_study(ROOT / "data" / "demo", language="de")


def shares(counts, n=48):
    options = ["europe", "north_america", "africa", "south_asia"][: len(counts)]
    table = pd.DataFrame({"question": "target_regions", "option": options, "count": counts, "n": n})
    return table.assign(share=table["count"] / n, low=0.1, high=0.95)


def test_a_small_number_leaves_no_trace(study):
    (item,) = figure_items(study, shares([37, 27, 4]), draw_shares, "descriptives.sets", each="question")
    everything = json.dumps([item.html, item.csv, item.cells])
    assert "77" in everything
    assert str(4 / 48)[:5] not in everything
    assert "8,3" not in everything
    assert "8\u00a0%" not in item.html
    assert item.cells["data"][2][item.cells["columns"].index("count")] is None


def test_the_other_side_of_a_share_counts_too(study):
    (item,) = table_items(study, shares([46, 27]), "descriptives.set_table")
    assert "95,8" not in item.html
    assert "56,2" in item.html


def test_a_sentence_on_too_few_says_so(study):
    table = pd.DataFrame({"known": ["known"], "count": [3], "n": [118], "share": [3 / 118]})
    (item,) = sentence_items(study, "response.lead.{known}", table)
    assert "beruht" in item.title
    assert "3 von" not in item.html


def test_headline_speaks_of_the_largest_published_share(study):
    (item,) = figure_items(study, shares([47, 27, 12]), draw_shares, "descriptives.sets", each="question")
    assert "Nordamerika (56\u00a0%)" in item.title


def test_all_withheld_is_a_figure_that_says_so(study):
    (item,) = figure_items(study, shares([2, 1]), draw_shares, "descriptives.sets", each="question")
    assert item.title == "Zu wenige Antworten für eine Veröffentlichung"


def test_no_rows_nothing_published(study):
    assert figure_items(study, shares([]), draw_shares, "descriptives.sets", each="question") == []
    assert table_items(study, shares([]), "descriptives.set_table") == []


def test_a_table_that_cannot_be_checked_is_refused(study):
    with pytest.raises(ValueError, match="cannot be checked"):
        table_items(study, pd.DataFrame({"option": ["europe"], "share": [0.5]}), "descriptives.set_table")


def test_the_smallest_cell_is_never_below_the_study_s_own():
    assert open_study(ROOT / "data" / "demo", min_cell=2).min_cell == 5
    assert open_study(ROOT / "data" / "demo", min_cell=8).min_cell == 8


def test_statistics_of_a_cross_table_are_blunted(study):
    exact = {
        "question": "measures_taken",
        "by": "size_class",
        "n": 47,
        "statistic": 3.14159,
        "p_value": 0.0412,
        "p_holm": 0.4123,
        "effect": 0.2345,
        "low": 0.0,
        "high": 0.5678,
    }
    (item,) = table_items(study, pd.DataFrame([exact]), "descriptives.kruskal")
    for digits in ("3,14", "0,234", "0,2345", "0,0412", "0,567"):
        assert digits not in item.html + item.csv


def test_every_item_says_synthetic_source_and_n(study):
    (item,) = table_items(study, shares([37, 27]), "descriptives.set_table")
    assert "Synthetische Daten" in item.html
    assert "Online-Befragung der Clustermanagements, Baden-Württemberg, November 2025 bis März 2026; n\u00a0=\u00a048 von 118" in item.html


def test_labels_are_words_in_both_languages(study):
    english = open_study(ROOT / "data" / "demo", language="en")
    (german,) = table_items(study, shares([37, 27]), "descriptives.set_table")
    (other,) = table_items(english, shares([37, 27]), "descriptives.set_table")
    assert "Nordamerika" in german.html
    assert "North America" in other.html
    assert german.anchor == other.anchor


def test_what_the_notebook_gets(study, monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.reporting.publish.display", lambda data, raw: shown.append((data, raw)))
    table = pd.DataFrame({"known": ["known"], "count": [49], "n": [118], "share": [49 / 118]})
    assert publish_sentence(study, "response.lead.{known}", table, place="lead") is None
    ((data, raw),) = shown
    assert raw
    assert set(data) == {MIME, "text/html"}
    assert data[MIME]["place"] == "lead"
    json.dumps(data[MIME])
