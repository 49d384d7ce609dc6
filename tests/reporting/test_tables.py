import csv
import io
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.reporting.tables import display_table, table_csv, table_html, write_value
from helpers.reporting.wording import Wording

SHARES = pd.DataFrame(
    {
        "question": ["Welche?", "Welche?", "Warum?"],
        "option": ["Messen & Märkte", "Reisen", "=cmd()"],
        "count": [30.0, np.nan, 12.0],
        "n": [48, 48, 40],
        "share": [0.625, np.nan, 0.3],
        "low": [0.5, np.nan, 0.2],
        "high": [0.75, np.nan, 0.4],
        "suppressed": [False, True, False],
    }
)


def test_cells_are_written_as_the_language_writes_them():
    shown = display_table(SHARES, Wording("de"))
    assert list(shown) == ["Frage", "Antwort", "Anzahl", "n", "Anteil, %", "95-%-Intervall, %"]
    assert shown.iloc[0].tolist() == ["Welche?", "Messen & Märkte", "30", "48", "62,5", "50,0 – 75,0"]
    assert shown.iloc[1].tolist() == ["Welche?", "Reisen", "•", "48", "•", "•"]
    assert display_table(SHARES, Wording("en")).iloc[2].tolist()[2:] == ["12", "40", "30.0", "20.0 – 40.0"]


def test_what_is_not_defined_is_not_called_withheld():
    assert display_table(SHARES.assign(suppressed=False), Wording("de")).iloc[1].tolist()[2:] == ["x", "48", "x", "x"]


def test_the_interval_of_an_effect_is_no_percentage():
    effects = pd.DataFrame({"question": ["a"], "n": [50], "effect": [0.2], "low": [0.0], "high": [0.5], "suppressed": [False]})
    assert display_table(effects, Wording("en")).iloc[0].tolist() == ["a", "50", "0.20", "0.00 – 0.50"]
    assert "95% interval of the effect size" in display_table(effects, Wording("en"))


def test_one_end_of_a_published_range_is_a_bound():
    figures = pd.DataFrame({"measure": ["a", "b", "c"], "n": [50] * 3, "published_low": [0.7, np.nan, 0.2], "published_high": [np.nan, 0.1, 0.4]})
    assert display_table(figures, Wording("en")).iloc[:, -1].tolist() == ["> 70.0", "< 10.0", "20.0 – 40.0"]


def test_a_range_with_a_minus_is_written_with_a_word():
    effects = pd.DataFrame({"measure": ["a", "b"], "n": [50] * 2, "points_low": [-16.2, 1.0], "points_high": [-3.6, 2.0]})
    assert display_table(effects, Wording("de")).iloc[:, -1].tolist() == ["−16,2 bis −3,6", "1,0 – 2,0"]
    assert display_table(effects, Wording("en")).iloc[0, -1] == "−16.2 to −3.6"


class Outline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("language", ["de", "en"])
def test_html_has_caption_scopes_row_groups_and_a_box_that_scrolls(language):
    outline = Outline()
    page = table_html(SHARES, Wording(language), caption='Wer & "was"', k=5)
    outline.feed(page)
    tags = [tag for tag, _ in outline.tags]
    assert tags.count("caption") == 1
    assert [attrs["scope"] for tag, attrs in outline.tags if tag == "th"] == ["col"] * 5 + ["rowgroup", "row", "row", "rowgroup", "row"]
    box = dict(outline.tags)["div"]
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "group", 'Wer & "was"')
    assert "Messen &amp; Märkte" in page
    assert "nan" not in page


def test_groups_become_columns():
    crossed = pd.DataFrame(
        {"answer": ["ja", "nein"] * 2, "group": ["A", "A", "B", "B"], "count": [6, 6, 5, np.nan], "n": 12, "share": [0.5, 0.5, 0.4, np.nan]}
    )
    page = table_html(crossed.assign(suppressed=[False, False, False, True]), Wording("de"), caption="x", k=5, spread="group")
    assert page.count("<tr>") == 3
    assert page.index(">A<") < page.index(">B<")
    assert page.count("50,0") == 2
    assert page.count("•") == 2, "the cell and its legend"


@pytest.mark.parametrize(("language", "separator", "decimal"), [("de", ";", ","), ("en", ",", ".")])
def test_csv_opens_in_the_spreadsheet_of_the_language(language, separator, decimal):
    rows = list(csv.reader(io.StringIO(table_csv(SHARES, Wording(language))), delimiter=separator))
    assert rows[1][:5] == ["Welche?", "Messen & Märkte", "30", "48", f"0{decimal}625"]
    assert rows[2][2] == ""
    assert rows[2][-1] == "•"
    assert rows[3][1] == "'=cmd()", "a cell must not start a formula"


def test_the_table_is_left_as_it_is():
    before = SHARES.copy(deep=True)
    table_html(SHARES, Wording("de"), caption="x", k=5)
    table_csv(SHARES, Wording("de"))
    pd.testing.assert_frame_equal(SHARES, before)


def signs(language, **columns):
    """A table of three rows with other numbers, and the legend under it."""
    table = SHARES.assign(suppressed=False, **columns)
    page = table_html(table, Wording(language), caption="x", k=5)
    legend = re.search('<p class="note symbols">(.*)</p>', page)
    return display_table(table, Wording(language)), legend[1] if legend else ""


@pytest.mark.parametrize(
    ("language", "nothing", "rounded"),
    [
        ("de", "– nichts vorhanden (genau null).", "0,0 weniger als die Hälfte der kleinsten dargestellten Einheit."),
        ("en", "– nothing there (exactly zero).", "0.0 less than half of the smallest unit shown."),
    ],
)
def test_nothing_is_told_from_a_little(language, nothing, rounded):
    shown, legend = signs(language, count=[0, 1, 2], share=[0.0, 0.0004, 0.01], low=0.0, high=0.5)
    zero = {"de": "0,0", "en": "0.0"}[language]
    assert shown.iloc[:, 2].tolist() == ["–", "1", "2"]
    assert shown.iloc[:2, 4].tolist() == ["–", zero]
    assert shown.iloc[0, 5].startswith(f"{zero} – "), "the end of an interval is a number"
    assert legend == f"{rounded} {nothing}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "x Tabellenfach gesperrt, weil eine Aussage nicht sinnvoll ist."),
        ("en", "x no entry, because a value would not be meaningful."),
    ],
)
def test_what_has_no_value_is_explained(language, said):
    shown, legend = signs(language)
    assert (shown.iloc[1, 2], legend) == ("x", said)


@pytest.mark.parametrize(("language", "said"), [("de", ". Zahlenwert unbekannt."), ("en", ". value unknown.")])
def test_what_others_did_not_tell_is_unknown(language, said):
    shown, legend = signs(language, count=3, share=0.5, low=0.4, high=0.6, published_n=[100, np.nan, 30])
    assert (shown.iloc[1, -1], legend) == (".", said)


def test_what_is_withheld_is_explained_with_its_limit_and_only_there():
    page = table_html(SHARES, Wording("de"), caption="x", k=7)
    assert '<p class="note symbols">• geheim gehalten: weniger als 7 Befragte, oder daraus errechenbar.</p>' in page
    assert "symbols" not in table_html(SHARES[~SHARES["suppressed"]], Wording("de"), caption="x", k=7)


def test_a_label_that_looks_like_a_symbol_needs_no_legend():
    labelled = SHARES[~SHARES["suppressed"]].assign(option=["x", "."])
    assert "symbols" not in table_html(labelled, Wording("de"), caption="x", k=5)


@given(st.floats(-2, 2, allow_nan=False))
def test_no_zero_has_a_minus_and_only_nothing_is_a_dash(value):
    for column in ("share", "points", "effect", "count"):
        text = write_value(value, column, Wording("de"))
        assert not re.fullmatch("[−-][0,]*", text)
        assert (text == "–") == (value == 0 and column in ("share", "count"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_label_starts_a_formula_in_a_spreadsheet(start):
    table = SHARES.assign(option=[f"{start}1+1", "b", "c"])
    (row, *_) = list(csv.DictReader(io.StringIO(table_csv(table, Wording("en")), newline="")))
    assert row["Option"] == f"'{start}1+1"
