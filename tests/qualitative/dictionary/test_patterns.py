import pandas as pd
import pytest

from helpers.qualitative.dictionary.patterns import read_patterns


def system(*patterns):
    return pd.DataFrame({"code": [f"c{place}" for place in range(len(patterns))], "patterns": patterns})


@pytest.mark.parametrize(
    "pattern, meant, others",
    [
        ("*markt*", "markt märkte absatzmärkte absatzmarktes marktzugang vermarktung teilmärkten", "marke märkisch"),
        ("*markt", "markt absatzmarkt absatzmärkte absatzmärkten absatzmarkts", "marktzugang vermarktung"),
        ("markt*", "markt marktzugang märkte märkten", "absatzmarkt"),
        ("delegation*", "delegation delegationen delegationsreise", "subdelegation delegieren"),
        ("forder*", "fordert forderung", "förderung fördert förderer"),
        ("zahl*", "zahl zahlung", "zählung zählt"),
        ("*partner", "partner projektpartnern partners", "partnerschaft"),
        ("land*", "land landkreis länder länderübergreifend", "ausland"),
        ("messe", "messe messen", "messegelände messer"),
    ],
)
def test_the_asterisk_stands_for_any_letters_or_none(pattern, meant, others):
    word = read_patterns(system(pattern))[0].words[0]
    assert [text for text in meant.split() if not word.matches(text)] == []
    assert [text for text in others.split() if word.matches(text)] == []


def test_english_stems_take_no_umlaut():
    word = read_patterns(system("*market*"), language="en")[0].words[0]
    assert word.spellings == ("market",) and word.matches("supermarkets")


def test_patterns_stand_between_bars_and_may_be_missing():
    codes = pd.DataFrame({"code": ["a", "b", "c", "d"], "patterns": ["messe | *markt*||neue kunden", "", None, " | "]})
    assert [(pattern.code, len(pattern.words)) for pattern in read_patterns(codes)] == [("a", 1), ("a", 1), ("a", 2)]


@pytest.mark.parametrize("wrong", ["mar*kt", "*", "**markt", "start-up", "*ab*", "f&e", "messe (neu)", "!messe", "under_score"])
def test_malformed_patterns_are_named_by_place_and_never_shown(wrong):
    with pytest.raises(ValueError, match=r"2 patterns are malformed: c1 \(pattern 2\), c2 \(pattern 1\)") as told:
        read_patterns(system("messe", f"markt|{wrong}", wrong))
    assert wrong not in str(told.value).replace("with * before", "")


def test_columns_are_needed():
    with pytest.raises(ValueError, match="lack the columns code, patterns"):
        read_patterns(pd.DataFrame({"label": ["x"]}))
