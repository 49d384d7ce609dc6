"""Positions that programs counted in their own way find their passage in the canonical text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.qda.samples import archive, passages, qde, selection, source
from helpers.data.qda.positions import COUNTINGS, STANDARD, Counting, canonical, shift
from helpers.data.refi_qda import read_project

TEXT = "I: Läuft es? 😀\nB: Ja 😀, sehr.\nB: Und dann wuchsen wir weiter.\n\nB: Mehr nicht."
PASSAGES = ["Ja 😀, sehr.", "Und dann wuchsen wir weiter.", "Mehr nicht."]


def counted(prefix, counting, *, mark, windows):
    """Length of a prefix of the canonical text, counted by expanding it to what the program counts: no arithmetic in common with `shift`."""
    two = counting.line_end == "two" or (counting.line_end == "stored" and windows)
    expanded = ("\ufeff" if mark and counting.mark else "") + (prefix.replace("\n", "\r\n") if two else prefix)
    return len(expanded.encode("utf-16-le")) // 2 if counting.utf16 else len(expanded)


def project_with(folder, counting, *, mark, windows, named=True):
    placed = [(passage, TEXT.index(passage)) for passage in PASSAGES]
    bounds = [[counted(TEXT[:place], counting, mark=mark, windows=windows) for place in (start, start + len(passage))] for passage, start in placed]
    selections = [selection(*bound, name=passage if named else "") for (passage, _), bound in zip(placed, bounds, strict=True)]
    stored = ("\ufeff" if mark else "") + (TEXT.replace("\n", "\r\n") if windows else TEXT)
    return read_project(archive(folder / "p.qdpx", qde(source("".join(selections))), {"I01": stored.encode()}))


@pytest.mark.parametrize("windows", [False, True], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", [False, True], ids=["bare", "marked"])
@pytest.mark.parametrize("counting", COUNTINGS, ids=str)
def test_every_way_of_counting_is_recognised_by_the_names_of_passages(tmp_path, counting, mark, windows):
    project = project_with(tmp_path, counting, mark=mark, windows=windows)
    assert project.documents["text"].tolist() == [TEXT]
    assert passages(project) == PASSAGES
    as_stored = counting.line_end in ("stored", "two" if windows else "one")
    told = project.unread.set_index("kind")["count"].to_dict()
    assert told == ({} if as_stored and not counting.utf16 and not (mark and counting.mark) else {"position counted otherwise": 3})


def test_without_names_positions_are_as_the_standard_says_and_the_doubt_is_told(tmp_path):
    project = project_with(tmp_path, STANDARD, mark=False, windows=True, named=False)
    assert passages(project) == PASSAGES
    assert project.unread[["kind", "count"]].to_numpy().tolist() == [["position not confirmed", 3]]


def test_one_name_that_tells_is_enough_for_the_others(tmp_path):
    one = Counting("one")
    bounds = [
        [counted(TEXT[:place], one, mark=False, windows=True) for place in (TEXT.index(each), TEXT.index(each) + len(each))] for each in PASSAGES
    ]
    names = ["ein eigener Name", "Und dann wuch…", ""]
    content = "".join(selection(*bound, name=name) for bound, name in zip(bounds, names, strict=True))
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(content)), {"I01": TEXT.replace("\n", "\r\n").encode()}))
    assert passages(project) == PASSAGES
    assert set(project.unread["kind"]) == {"position counted otherwise", "name of a passage"}


def test_names_that_are_no_passages_change_nothing(tmp_path):
    content = selection(0, 2, name="line:0") + selection(3, 8, name="Quotation 6:1")
    project = read_project(archive(tmp_path / "p.qdpx", qde(source(content)), {"I01": TEXT.encode()}))
    assert passages(project) == ["I:", "Läuft"]
    assert project.unread[["kind", "count"]].to_numpy().tolist() == [["name of a passage", 1]]


def test_the_excerpts_of_inline_texts_are_used_too(tmp_path):
    start = TEXT.replace("\n", "\r\n").index(PASSAGES[1])
    content = f"<PlainTextContent>{TEXT}</PlainTextContent>" + selection(start, start + len(PASSAGES[1]), name=PASSAGES[1])
    assert passages(read_project(archive(tmp_path / "p.qdpx", qde(source(content, path="")), {}))) == [PASSAGES[1]]


@settings(max_examples=150, deadline=None)
@given(stored=st.text(st.sampled_from("a\r\n😀\ufeff"), max_size=12))
def test_positions_of_the_stored_text_cut_out_the_same_letters(stored):
    cut = [place for place in range(len(stored) + 1) if not stored[:place].endswith("\r") or stored[place : place + 1] != "\n"]
    moved = shift(np.array(cut), stored, Counting(mark=True))
    assert [canonical(stored)[:place] for place in moved] == [canonical(stored[:place]) for place in cut]
    assert (np.diff(moved) >= 0).all()


def test_positions_outside_the_text_stay_outside():
    assert shift(np.array([-2, 6, 9]), "a\r\n\r\nb").tolist() == [-2, 4, 7]
