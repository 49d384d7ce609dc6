import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.dictionary import lookup as dictionary
from helpers.qualitative.dictionary.inflection import plain
from helpers.qualitative.dictionary.lookup import Dictionary
from helpers.qualitative.dictionary.patterns import read_patterns

CODES = pd.DataFrame(
    {
        "code": ["fairs", "markets", "customers", "trust", "firms"],
        "patterns": ["messe|delegation*", "*markt*|*zugang", "neue kunden*|kunde fehlen*", "vertrauen", "*firma|partnerin"],
    }
)
BY = read_patterns(CODES)


@pytest.mark.parametrize(
    "sentence, codes",
    [
        ("Auf MESSEN und bei (Delegations-Reisen)!", ["fairs"]),
        ("Der Markt-Zugang, „Absatzmärkte“ …", ["markets"]),
        ("Wir hatten Vertrauen/Messen/Marktlagen.", ["fairs", "markets", "trust"]),
        ("Neue, zahlende Kundinnen und Kunden", ["customers"]),
        ("Kunden, die neuen.", ["customers"]),
        ("Neue eins zwei drei vier fünf sechs Kunden", ["customers"]),
        ("Neue eins zwei drei vier fünf sechs sieben Kunden", []),
        ("Kunden gibt es, alte Kunden und neue", ["customers"]),
        ("neue neue neue", []),
        ("Fehlende Kunden", ["customers"]),
        ("Tochterfirmen und unsere Partner:innen, Partnerinnen", ["firms"]),
        ("Das Messer liegt im Marken-Regal", []),
        ("Ver\u00adtrau\u00aden", ["trust"]),
        ("", []),
    ],
)
def test_sentences_suggest_codes(sentence, codes):
    assert Dictionary(BY).codes(sentence) == codes


def test_near_is_a_number_of_words():
    text = "Neue eins zwei drei Kunden"
    assert Dictionary(BY, near=5).codes(text) == ["customers"] and Dictionary(BY, near=4).codes(text) == []
    with pytest.raises(ValueError, match="at least 1 word"):
        Dictionary(BY, near=0)


def test_words_of_three_must_all_be_near_each_other():
    three = Dictionary(read_patterns(pd.DataFrame({"code": ["x"], "patterns": ["eins zwei drei"]})), near=4)
    assert three.codes("zwei a drei eins") == ["x"] and three.codes("eins a zwei b drei") == [] and three.codes("eins zwei drei a b eins") == ["x"]


def test_one_pattern_may_belong_to_several_codes():
    shared = Dictionary(read_patterns(pd.DataFrame({"code": ["b", "a"], "patterns": ["messe", "messe|*messe"]})))
    assert shared.codes("Messen") == ["b", "a"] and shared.codes("Leitmesse") == ["a"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Messen", "märkte", "Delegationsreise", "neue", "Kunden", "Kunde", "fehlt", "Hausfirma", "Vertrauens", "Zugang", "x", "y", "z"]
        ),
        max_size=14,
    )
)
def test_codes_are_those_of_every_pattern_tried_one_by_one(drawn):
    words = [plain(word) for word in drawn]
    windows = [words[start : start + 8] for start in range(len(words))]
    expected = {pattern.code for pattern in BY for window in windows if all(any(word.matches(text) for text in window) for word in pattern.words)}
    assert Dictionary(BY).codes(" ".join(drawn)) == [code for code in CODES["code"] if code in expected]


def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(monkeypatch):
    sentences = [f"Messe wort{place} neue wort{place + 1} Kunden" for place in range(40)]
    expected = [Dictionary(BY).codes(sentence) for sentence in sentences]
    monkeypatch.setattr(dictionary, "REMEMBERED", 7)
    small = Dictionary(BY)
    assert [small.codes(sentence) for sentence in sentences] == expected
    assert len(small._memory) <= 7
