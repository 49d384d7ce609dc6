"""Passages on a line: joining and overlapping, against every pair looked at one by one."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.passages.joining import checked_coders, checked_columns, joined, overlapping

passages = st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 12), st.integers(1, 6)), max_size=8).map(
    lambda rows: pd.DataFrame([(group, start, start + size) for group, start, size in rows], columns=["document", "start", "end"])
)


@settings(max_examples=80, deadline=None)
@given(passages, passages)
def test_overlapping_finds_every_pair_once(first, second):
    found = sorted(zip(*(rows.tolist() for rows in overlapping(first, second, by=["document"])), strict=True))
    every = [
        (row, other)
        for row, one in enumerate(first.itertuples())
        for other, two in enumerate(second.itertuples())
        if one.document == two.document and set(range(one.start, one.end)) & set(range(two.start, two.end))
    ]
    assert found == every


@settings(max_examples=80, deadline=None)
@given(passages)
def test_joined_passages_cover_the_same_text_and_overlap_no_more(table):
    found = joined(table, by=["document"])

    def covered(rows):
        return {(row.document, place) for row in rows.itertuples() for place in range(row.start, row.end)}

    def inner_borders(rows):
        """Borders between two characters that a passage bridges."""
        return {(row.document, place) for row in rows.itertuples() for place in range(row.start + 1, row.end)}

    assert covered(found) == covered(table)
    # Passages that only touch are not bridged.
    assert inner_borders(found) == inner_borders(table)
    assert (found["end"] - found["start"]).sum() == len(covered(table))
    assert found.columns.tolist() == ["document", "start", "end"]


def test_groups_of_several_columns_stay_apart():
    table = pd.DataFrame({"document": ["d"] * 3, "code": ["a", "b", "a"], "start": [0, 1, 5], "end": [9, 3, 10]})
    assert joined(table, by=["document", "code"]).values.tolist() == [["d", "a", 0, 10], ["d", "b", 1, 3]]


@pytest.mark.parametrize("start, end", [(5, 5), (5, 4), (-1, 3)])
def test_impossible_passages_are_refused(start, end):
    table = pd.DataFrame({"document": ["d", "d"], "start": [0, start], "end": [4, end]})
    with pytest.raises(ValueError, match="1 of 2 passages are empty or start before the text"):
        joined(table, by=["document"])


def test_missing_columns_and_wrong_coders_are_told():
    codings = pd.DataFrame({"coder": ["A", "B"]})
    with pytest.raises(ValueError, match="the table lacks the columns start, end"):
        checked_columns(codings, ["start", "coder", "end"], name="the table")
    with pytest.raises(ValueError, match="2 coders are given, 1 different"):
        checked_coders(codings, ["A", "A"])
    with pytest.raises(ValueError, match="1 coders are given"):
        checked_coders(codings, ["A"])
    with pytest.raises(ValueError, match="1 of 2 coders have no coding: C"):
        checked_coders(codings, ["A", "C"])
