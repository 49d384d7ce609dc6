"""Marks: what would identify somebody is found, and taken out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.interviews.marks import mark_places, marked, passage_without_marks, without_marks

TEXT = "Das war [Name: KANARIE-4H7T] von der [Organisation:KANARIE-9X2Q], um [00:01:23], [lacht] (Ort: hier)."


def test_marks_are_found_and_nothing_else():
    assert marked(TEXT) == ["KANARIE-4H7T", "KANARIE-9X2Q"]
    assert without_marks(TEXT) == "Das war [Name] von der [Organisation], um [00:01:23], [lacht] (Ort: hier)."


@pytest.mark.parametrize("text", ["[Name: ]", "[Name:]", "[: x]", "[Name: a\nb]", "[Name a]", "Name: a]"])
def test_what_hides_nothing_is_no_mark(text):
    assert marked(text) == []


@given(st.integers(0, len(TEXT)), st.integers(1, 40))
def test_no_passage_shows_a_part_of_what_is_hidden(start, length):
    end = min(start + length, len(TEXT))
    shown = passage_without_marks(TEXT, start, end)
    assert "KAN" not in shown
    assert "4H7T" not in shown
    inside = [place for place in mark_places(TEXT) if place[0] < end and place[1] > start]
    assert shown.count("[Name]") + shown.count("[Organisation]") == len(inside)


def test_a_passage_without_marks_is_as_it_was():
    assert passage_without_marks(TEXT, 0, 7) == "Das war"
