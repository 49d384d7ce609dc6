import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.passages.presence import in_segments, mentions
from qualitative.coded import codings

SEGMENTS = pd.DataFrame({"document": ["I01", "I01", "I02", "I02"], "start": [0, 12, 3, 20], "end": [10, 30, 18, 20]})
places = st.tuples(st.sampled_from(["I01", "I02"]), st.integers(0, 40), st.integers(1, 30), st.sampled_from(["a", "b"]))


def test_mentions_count_passages_and_keep_empty_rows_and_columns():
    found = codings(("I02", 0, 5, "b"), ("I02", 9, 12, "b"), ("I01", 0, 5, "a"))
    assert mentions(found, ["I03", "I02", "I01"], ["a", "b", "c"]).tolist() == [[0, 0, 0], [0, 2, 0], [1, 0, 0]]
    assert mentions(found.head(0), ["I01"], ["a"]).tolist() == [[0]]


@pytest.mark.parametrize(
    "passage, carried",
    [((0, 1), [0]), ((9, 10), [0]), ((10, 12), []), ((10, 13), [1]), ((9, 13), [0, 1]), ((29, 30), [1]), ((30, 99), []), ((0, 99), [0, 1])],
)
def test_one_shared_character_is_enough_and_touching_is_not(passage, carried):
    present = in_segments(codings(("I01", *passage, "a")), SEGMENTS, ["a"])
    assert np.flatnonzero(present[:, 0]).tolist() == carried


@settings(max_examples=80, deadline=None)
@given(st.lists(places, max_size=8), st.permutations(range(4)))
def test_segments_are_found_as_by_looking_at_every_pair(drawn, order):
    found = codings(*((document, start, start + length, code) for document, start, length, code in drawn))
    segments = SEGMENTS.iloc[list(order)]
    expected = [
        [
            any(row.document == s.document and row.code == code and max(row.start, s.start) < min(row.end, s.end) for row in found.itertuples())
            for code in "ab"
        ]
        for s in segments.itertuples()
    ]
    assert in_segments(found, segments, ["a", "b"]).tolist() == expected


def test_every_error_is_told_at_once():
    mixed = pd.concat([codings(("I01", 0, 5, "a")), codings(("I09", 0, 5, "z"), coder="B")])
    with pytest.raises(ValueError, match=r"2 coders are mixed.*1 codings belong to no interview.*1 codings have a code"):
        mentions(mixed, ["I01"], ["a"])
    with pytest.raises(ValueError, match=r"interviews are listed twice.*codes are listed twice"):
        mentions(mixed, ["I01", "I01"], ["a", "a"])
    with pytest.raises(ValueError, match="codings lack the columns code, coder"):
        mentions(mixed[["document"]], ["I01"], ["a"])


def test_overlapping_segments_are_refused():
    with pytest.raises(ValueError, match="1 segments begin before"):
        in_segments(codings(("I01", 0, 5, "a")), pd.DataFrame({"document": "I01", "start": [0, 4], "end": [5, 9]}), ["a"])
