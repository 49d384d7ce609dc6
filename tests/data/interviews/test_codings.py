"""codings.csv and quotations.csv: what is written is read again, and what is wrong is said with its rows."""

from __future__ import annotations

import os

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from helpers.data.interviews.codings import no_codings, read_codings, write_codings
from helpers.data.interviews.quotations import no_quotations, read_quotations, write_quotations
from helpers.data.problems import StudyError

HEAD = "document,start,end,code,coder\n"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffdïâÃÂ"), max_size=12).map(str.strip)
NAMES = WORDS.filter(bool)


@st.composite
def coded(draw):
    rows = draw(st.lists(st.tuples(NAMES, st.integers(0, 500), st.integers(1, 90), NAMES, NAMES), max_size=8, unique=True))
    table = pd.DataFrame([(d, s, s + n, c, who) for d, s, n, c, who in rows], columns=["document", "start", "end", "code", "coder"])
    return table.astype(no_codings().dtypes)


def in_order(table):
    return table.sort_values(list(table.columns), kind="stable").reset_index(drop=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codings=coded())
def test_what_is_written_is_read_again_in_order(tmp_path, codings):
    before = codings.copy()
    write_codings(codings, tmp_path / "codings.csv")
    assert_frame_equal(read_codings(tmp_path / "codings.csv"), in_order(codings))
    assert_frame_equal(codings, before)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codings=coded(), order=st.randoms(use_true_random=False))
def test_the_same_codings_in_another_order_give_the_same_bytes(tmp_path, codings, order):
    rows = list(range(len(codings)))
    order.shuffle(rows)
    write_codings(codings, tmp_path / "first.csv")
    write_codings(codings.iloc[rows].assign(note="x"), tmp_path / "second.csv")
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_a_file_as_excel_leaves_it(tmp_path):
    (tmp_path / "codings.csv").write_bytes("document;start;end;code;coder;note\r\nI01;0;12;märkte;A;ä\r\n".encode("cp1252"))
    (row,) = read_codings(tmp_path / "codings.csv").to_dict("records")
    assert row == {"document": "I01", "start": 0, "end": 12, "code": "märkte", "coder": "A"}
    assert read_codings(tmp_path / "codings.csv").dtypes.astype(str).tolist() == ["str", "int64", "int64", "str", "str"]


def test_no_codings_is_a_table_with_a_header(tmp_path):
    write_codings(no_codings(), tmp_path / "new" / "codings.csv")
    assert (tmp_path / "new" / "codings.csv").read_bytes() == HEAD.encode()
    assert_frame_equal(read_codings(tmp_path / "new" / "codings.csv"), no_codings())


def test_a_failed_writing_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = tmp_path / "codings.csv"
    path.write_text(HEAD + "I01,0,5,a,A\n")

    def refuse(*_):
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="no space"):
        write_codings(no_codings(), path)
    assert path.read_text() == HEAD + "I01,0,5,a,A\n"
    assert [each.name for each in tmp_path.iterdir()] == ["codings.csv"]


def test_everything_wrong_is_said_at_once_with_rows_and_columns(tmp_path):
    rows = [
        "I01,0,5,a,A",
        "I01,x,5,a,A",
        "I01,-1,5,a,A",
        "I01,7,7,a,A",
        "I01,9,7,a,A",
        ",0,5,a,A",
        "I01,0,5,,A",
        "I01,0,5,a,",
        "I01,0,5,a,A",
        "I02,1.5,5,b,B",
    ]
    (tmp_path / "codings.csv").write_text(HEAD + "\n".join(rows))
    with pytest.raises(StudyError) as caught:
        read_codings(tmp_path / "codings.csv")
    assert [(problem.column, list(problem.rows)) for problem in caught.value.problems] == [
        ("document", [7]),
        ("code", [8]),
        ("coder", [9]),
        ("start", [3, 4, 11]),
        ("end", [5, 6]),
        ("", [2, 10]),
    ]
    assert all(problem.what and problem.remedy and problem.file.endswith("codings.csv") for problem in caught.value.problems)


def test_missing_columns_are_named(tmp_path):
    (tmp_path / "codings.csv").write_text("document,start,code\nI01,0,a\n")
    with pytest.raises(StudyError, match="columns are missing: end, coder"):
        read_codings(tmp_path / "codings.csv")


def test_quotations_are_written_and_read_again(tmp_path):
    quotations = pd.DataFrame(
        {"document": ["I02", "I01"], "start": [4, 0], "end": [9, 7], "code": ["b", "a"], "text_en": ["", 'He said: "no", and\nleft.']}
    ).astype(no_quotations().dtypes)
    write_quotations(quotations, tmp_path / "quotations.csv")
    assert_frame_equal(read_quotations(tmp_path / "quotations.csv"), quotations.iloc[::-1].reset_index(drop=True))


def test_quotations_are_checked(tmp_path):
    (tmp_path / "quotations.csv").write_text("document,start,end,code,text_en\nI01,0,5,a,x\nI01,0,5,a,y\nI01,5,5,,z\n")
    with pytest.raises(StudyError) as caught:
        read_quotations(tmp_path / "quotations.csv")
    assert [(problem.column, list(problem.rows)) for problem in caught.value.problems] == [("code", [4]), ("end", [4]), ("", [2, 3])]
