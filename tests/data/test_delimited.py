"""A large file is split in blocks, and holds what a reader finds that takes one record after the other."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import delimited, tabular
from helpers.data.delimited import Irregular, coded_columns
from helpers.data.problems import StudyError
from helpers.data.tabular import read_coded, read_texts

# Whatever a field may hold, in pieces that are likely to meet: marks, separators, line ends, blanks, letters of one to four bytes.
FIELDS = st.lists(st.sampled_from(['"', '""', ",", ";", "\n", "\r\n", "\r", " ", "\xa0", "a", "N/A", "längere Worte", "€", "𝄞"]), max_size=5).map(
    "".join
)


def one_by_one(text: str) -> list[list[str]]:
    return [[field.strip() for field in record] for record in csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)]


def in_blocks(text: str) -> list[list[str]]:
    heads, columns = coded_columns(text, ",")
    return [heads, *map(list, zip(*(column.tolist() for column in columns), strict=True))]


@pytest.fixture(params=[1, 30, 2**22])
def block(request, monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", request.param)


@given(
    records=st.lists(st.tuples(FIELDS, FIELDS), min_size=2, max_size=6),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_whatever_was_written_is_read(records, quoting, end):
    written = io.StringIO(newline="")
    # Without quotation marks around it, a lone return would end the line.
    lone = "" if quoting == csv.QUOTE_MINIMAL else "\r"
    csv.writer(written, quoting=quoting, lineterminator=end).writerows([[field.replace("\r", lone) for field in record] for record in records])
    text = written.getvalue()
    assert in_blocks(text) == one_by_one(text)


@given(text=st.lists(FIELDS | st.sampled_from(["\n", ","]), min_size=3, max_size=12).map("".join))
def test_any_text_is_read_alike_or_left_to_the_other_reader(text):
    try:
        found = in_blocks(text)
    except Irregular:
        return
    assert found == one_by_one(text)


@pytest.mark.parametrize("text", ["a,b\n1,2\n3\n", 'a,b\n1,"2\n', 'a,b\n1,"2"x\n', "a,b\r1,2\r", "a,b\n\n1,2\n", 'a,b\n"",""",\n'])
def test_what_a_message_must_be_given_for_is_not_read(block, text):
    with pytest.raises(Irregular):
        coded_columns(text, ",")


def test_records_may_end_anywhere_in_a_block(block):
    text = "id,C1,H3\n" + "".join(f'"{place}","A{place % 3}","Worte, ""und""\nmehr {place % 7}"\n' for place in range(200))
    assert in_blocks(text) == one_by_one(text)


def test_a_column_whose_texts_hardly_repeat_is_of_texts(monkeypatch):
    monkeypatch.setattr(delimited, "BLOCK", 2_000)
    monkeypatch.setattr(delimited, "REPEATED", 50)
    text = "id,C1\n" + "".join(f"{place},A{place % 3}\n" for place in range(1_000))
    _, (number, answer) = coded_columns(text, ",")
    assert (number.dtype, answer.dtype.name) == ("str", "category")
    assert in_blocks(text) == one_by_one(text)


@pytest.mark.parametrize("rows", ['"1","A1","ä"\n' * 3, '"1","A1","ä"\n"","",""\n"2","",""\n', '"1",,\n"2",,\n'])
def test_a_large_file_is_read_like_a_small_one(tmp_path, monkeypatch, rows):
    path = tmp_path / "responses.csv"
    path.write_text('"id","C1",""\n' + rows, encoding="utf-8-sig")
    small = read_coded(path)
    monkeypatch.setattr(tabular, "LARGE", 0)
    assert {str(dtype) for dtype in read_coded(path).dtypes} == {"category"}
    pd.testing.assert_frame_equal(read_coded(path).astype("str"), read_texts(path))
    pd.testing.assert_frame_equal(small.astype("str"), read_texts(path))


def test_a_large_file_of_several_columns_is_split_in_blocks(tmp_path, monkeypatch):
    path = tmp_path / "responses.csv"
    path.write_text('"id","C1"\n' + '"1","ä"\n"","A2"\n"",""\n"2",""\n', encoding="utf-8-sig")
    slow = read_texts(path)
    monkeypatch.setattr(tabular, "LARGE", 0)
    monkeypatch.setattr(tabular, "read_texts", None)
    pd.testing.assert_frame_equal(read_coded(path).astype("str"), slow)
    assert list(slow.index) == [2, 3, 5]


@pytest.mark.parametrize("content", ["id,id\n1,2\n", "id,C1\n1,2,3\n", "id,C1\n1,fÃ¼r\n", 'id,C1\n1,"2\n'])
def test_a_large_file_gets_the_message_of_a_small_one(tmp_path, monkeypatch, content):
    path = tmp_path / "responses.csv"
    path.write_text(content, encoding="utf-8")
    messages = []
    for large in (2**20, 0):
        monkeypatch.setattr(tabular, "LARGE", large)
        with pytest.raises(StudyError) as found:
            read_coded(path)
        messages.append(str(found.value))
    assert messages[0] == messages[1]
