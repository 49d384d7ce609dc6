"""Every text in both languages, with the same values, and numbers as the language writes them."""

import datetime
import re
import string
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from helpers.data.languages import LANGUAGES
from helpers.reporting import wording as module
from helpers.reporting.symbols import NOTHING, SIGNS, missing_sign
from helpers.reporting.wording import NOT_DEFINED, Wording, entries

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("key", sorted(entries()))
def test_every_text_has_both_languages_with_the_same_values(key):
    versions = entries()[key]
    assert set(versions) == set(LANGUAGES)
    assert all(isinstance(text, str) and text.strip() for text in versions.values())
    fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in versions.values()]
    assert fields[0] == fields[1]


def test_a_missing_translation_and_a_missing_key_are_named(monkeypatch):
    monkeypatch.setattr(module, "entries", lambda: {"half": {"de": "nur deutsch"}})
    with pytest.raises(KeyError, match="the wording 'half' has no 'en' version"):
        Wording("en").say("half")
    with pytest.raises(KeyError, match="no wording 'none'"):
        Wording("de").say("none")


def test_german_texts_are_german_and_english_texts_english():
    german = " ".join(texts["de"] for texts in entries().values())
    english = " ".join(texts["en"] for texts in entries().values())
    assert not re.search(r"\b(the|and|with)\b", german)
    assert not re.search(r"[äöüß]|\b(und|der|die|nicht)\b", english)


def test_keys_used_in_notebooks_are_declared():
    sources = [
        cell.source for path in (ROOT / "notebooks").glob("*.ipynb") for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    ]
    keys = re.findall(r'"((?:response|descriptives|indices|regression|design)\.[a-z_.]+)"', "\n".join(sources))
    assert len(keys) > 10
    assert {key.split(".")[0] for key in keys} == {"response", "descriptives", "indices", "regression", "design"}
    assert [key for key in keys if not any(known.startswith(key) for known in entries())] == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["12,5\xa0%", "84\xa0%", "1.234,6", "< 0,001", "0,034", "6. März 2026", "März 2026", "a, b und c", "„x“", "−12,0"]),
        ("en", ["12.5%", "84%", "1,234.6", "< 0.001", "0.034", "6 March 2026", "March 2026", "a, b and c", "“x”", "−12.0"]),
    ],
)
def test_numbers_dates_and_lists(language, expected):
    words, day = Wording(language), datetime.date(2026, 3, 6)
    written = [
        words.percent(0.125, 1),
        words.percent(0.84),
        words.number(1234.56),
        words.p_value(1e-9),
        words.p_value(0.0341),
        words.date(day),
        words.months((day, day)),
    ]
    assert [*written, words.list("abc"), words.quoted("x"), words.points(-0.12, 1)] == expected


def test_what_is_withheld_or_not_defined_has_a_symbol():
    assert Wording("de").percent(pd.NA) == "•"
    assert Wording("de").number(np.nan) == "x" == missing_sign("mean", hidden=False), "in sentences and charts as in tables"
    assert Wording("de").number(np.nan) != NOTHING, "which says exactly zero"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reader_is_told_every_symbol(language):
    told = Wording(language).say("reading.symbols.text") + Wording(language).say("reading.suppressed")
    assert all(re.search(rf"(?<!\w){re.escape(sign)} ?", told) for sign in SIGNS)
    assert f"{NOT_DEFINED} " in Wording(language).say("interviews.agreement.note"), "the only chart with values that cannot be"


def test_unknown_language_and_unknown_way_to_write():
    with pytest.raises(ValueError, match="language is 'fr'; allowed are 'de', 'en'"):
        Wording("fr")
    with pytest.raises(ValueError, match="no way to write 'upper'"):
        Wording("de")._formatter.format_field("x", "upper")


def test_a_period_of_one_month_or_day_is_told_once():
    day, later, next_month = (datetime.date(2026, *month_and_day) for month_and_day in ((11, 3), (11, 20), (12, 1)))
    german, english = Wording("de"), Wording("en")
    assert (german.months((day, later)), german.months((day, next_month))) == ("November 2026", "November 2026 bis Dezember 2026")
    assert (english.days((day, day)), english.days((day, later))) == ("3 November 2026", "3 November 2026 to 20 November 2026")
