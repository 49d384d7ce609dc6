import unicodedata
from itertools import islice

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.suggest import scores, suggest, suggestions
from qualitative.coded import codings

CODES = pd.DataFrame({"code": ["main", "fairs", "markets"], "parent": ["", "main", "main"], "patterns": ["", "messe|delegation*", "*markt*"]})
TEXT = "I: Waren Sie auf Messen?\nB: Ja 😀, auf Märkten. Das öffnet den Absatzmarkt! Und auf Messen waren wir.\nNoch eine Messe."


def passages(table, text):
    return [(text[start:end], code) for start, end, code in zip(table["start"], table["end"], table["code"], strict=True)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_passages_are_sentences_at_the_code_points_of_the_text_as_it_is(form):
    text = unicodedata.normalize(form, TEXT)
    found = suggest([("I01", text)], CODES)
    assert list(found.columns) == ["document", "start", "end", "code", "coder"] and found["coder"].eq("dictionary").all()
    assert [(unicodedata.normalize("NFC", passage), code) for passage, code in passages(found, text)] == [
        ("I: Waren Sie auf Messen?", "fairs"),
        ("B: Ja 😀, auf Märkten.", "markets"),
        ("Das öffnet den Absatzmarkt!", "markets"),
        ("Und auf Messen waren wir.", "fairs"),
        ("Noch eine Messe.", "fairs"),
    ]


def test_only_answers_are_coded_where_segments_are_given():
    answer = TEXT.index("Ja"), TEXT.index("\nNoch")
    segments = pd.DataFrame({"document": "I01", "start": [0, answer[0]], "end": [24, answer[1]], "kind": ["question", "answer"]})
    found = suggest([("I01", TEXT), ("I02", TEXT)], CODES, segments=segments)
    assert passages(found, TEXT) == [
        ("Ja 😀, auf Märkten.", "markets"),
        ("Das öffnet den Absatzmarkt!", "markets"),
        ("Und auf Messen waren wir.", "fairs"),
    ]
    with pytest.raises(ValueError, match="segments lack the columns kind"):
        suggest([("I01", TEXT)], CODES, segments=segments.drop(columns="kind"))


def test_english_texts_use_the_same_language_of_patterns():
    codes = pd.DataFrame({"code": ["fairs", "policy"], "patterns": ["trade fair", "policy"]})
    found = suggest([("I01", "We go to fairs of the trade. Policies differ.")], codes, language="en")
    assert found[["start", "end", "code"]].to_numpy().tolist() == [[0, 28, "fairs"], [29, 45, "policy"]]


def test_near_is_handed_on():
    codes = pd.DataFrame({"code": ["new"], "patterns": ["neue kunden"]})
    assert [len(suggest([("I01", "Neue und treue Kunden.")], codes, near=near)) for near in (3, 4)] == [0, 1]


def test_a_stream_is_read_one_transcript_at_a_time():
    read = []

    def endless():
        for place in range(10**9):
            read.append(place)
            yield f"I{place}", "Messen hier. Nichts dort."

    found = list(islice(suggestions(endless(), CODES), 3))
    assert [row.document for row in found] == ["I0", "I1", "I2"] and read == [0, 1, 2]


def test_patterns_are_checked_before_anything_is_read():
    with pytest.raises(ValueError, match=r"1 patterns are malformed: a \(pattern 1\)"):
        suggestions(iter([]), pd.DataFrame({"code": ["a"], "patterns": ["*"]}))


def test_nothing_found_is_an_empty_table_of_the_same_kind():
    found = suggest([("I01", "Nichts.")], CODES)
    assert found.empty and (found.dtypes == suggest([("I01", TEXT)], CODES).dtypes).all()


def test_documents_do_not_influence_each_other():
    texts = {"I01": TEXT, "I02": "Märkte. Messen!", "I03": "Delegationen."}
    whole = suggest(texts.items(), CODES)
    apart = pd.concat([suggest([item], CODES) for item in reversed(texts.items())])
    pd.testing.assert_frame_equal(
        apart.sort_values(["document", "start", "code"], ignore_index=True), whole.sort_values(["document", "start", "code"], ignore_index=True)
    )


UNITS = pd.DataFrame({"document": np.repeat(["I01", "I02"], 6), "start": np.tile(10 * np.arange(6), 2), "end": np.tile(10 * np.arange(6) + 9, 2)})


def from_units(yes, coder):
    """One passage inside every unit with a yes; columns are the codes with patterns."""
    row, column = np.nonzero(yes)
    return UNITS.iloc[row].reset_index(drop=True).assign(code=np.array(["fairs", "markets"], dtype=object)[column], coder=coder)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=12, max_size=12))
def test_alpha_is_that_of_the_package_and_the_counts_add_up(drawn):
    yes = np.array(drawn)
    ours, theirs = yes[:, :2], yes[:, 2:]
    kept = np.isin(UNITS["document"], UNITS["document"][theirs.any(axis=1)])
    ours, theirs = ours[kept], theirs[kept]
    table = scores(from_units(yes[:, :2] & kept[:, None], "dictionary"), from_units(yes[:, 2:], "consensus"), UNITS, codes=CODES).set_index("code")
    assert table.index.tolist() == ["fairs", "markets", ""]
    for place, code in enumerate([[0], [1], [0, 1]]):
        row, mine, reference = table.iloc[place], ours[:, code].ravel(), theirs[:, code].ravel()
        assert row[["n", "suggested", "reference", "both"]].tolist() == [len(mine), mine.sum(), reference.sum(), (mine & reference).sum()]
        varies = len({*mine.tolist(), *reference.tolist()}) == 2
        alpha = krippendorff.alpha(reliability_data=np.array([mine, reference], dtype=float), level_of_measurement="nominal") if varies else np.nan
        assert row["alpha"] == pytest.approx(alpha, nan_ok=True)
        precision, recall = (np.divide((mine & reference).sum(), side.sum()) if side.any() else np.nan for side in (mine, reference))
        assert (row["precision"], row["recall"]) == pytest.approx((precision, recall), nan_ok=True)
        if precision + recall > 0:
            assert row["f1"] == pytest.approx(2 * precision * recall / (precision + recall))


def test_perfect_suggestions_score_one():
    reference = from_units(np.eye(12, 2, dtype=bool), "consensus")
    table = scores(reference.assign(coder="dictionary"), reference, UNITS, codes=CODES)
    assert (table[["precision", "recall", "f1", "alpha"]] == 1).all(axis=None)


def test_interviews_that_nobody_coded_are_left_out():
    reference = codings(("I01", 3, 7, "fairs"), ("I01", 3, 7, "main"))
    suggested = codings(("I01", 0, 25, "fairs"), ("I02", 0, 9, "fairs"), coder="dictionary")
    first = scores(suggested, reference, UNITS, codes=CODES).iloc[0]
    assert first[["n", "suggested", "reference", "both"]].tolist() == [6, 3, 1, 1]
    assert first["precision"] == pytest.approx(1 / 3) and first["recall"] == 1
