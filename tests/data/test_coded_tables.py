"""A large file is read by another reader, and comes out the same as a small one: texts, rows and messages."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data import coded_tables
from helpers.data.coded_tables import read_coded_texts
from helpers.data.problems import StudyError
from helpers.data.tabular import read_texts

# Whatever a field may hold, in pieces that are likely to meet: marks, separators, line ends, blanks, letters of one to four bytes.
PIECES = ['"', '""', ",", ";", "\n", "\r\n", "\r", " ", "\xa0", "a", "NA", "1", "längere Worte", "fÃ¼r", "€", "𝄞"]
FIELDS = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(coded_tables, "LARGE", 0)
    monkeypatch.setattr(coded_tables, "BLOCK", 7)
    return tmp_path / "responses.csv"


def outcome(read, path):
    """The texts with their rows, or the message."""
    try:
        table = read(path)
    except StudyError as error:
        return str(error)
    return list(table.columns), list(table.index), table.astype("str").to_numpy().tolist()


@given(
    records=st.lists(st.tuples(FIELDS, FIELDS), min_size=2, max_size=6),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_written_is_read_alike(path, records, quoting, end):
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=end).writerows(records)
    path.write_bytes(written.getvalue().encode())
    assert outcome(read_coded_texts, path) == outcome(read_texts, path)


@given(text=st.lists(FIELDS | st.sampled_from(["\n", ",", '"']), min_size=3, max_size=12).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_alike(path, text):
    path.write_bytes(text.encode())
    assert outcome(read_coded_texts, path) == outcome(read_texts, path)


@pytest.mark.parametrize(
    "content",
    [
        "id,id\n1,2\n",
        "id,C1\n1,2,3\n",
        "id,C1\n1\n",
        "id,C1\n1,fÃ¼r\n",
        'id,C1\n1,"2\n',
        'id,C1\n1,"2\n3,4\n5,"6"\n',  # read without care, one mark takes a record into the next
        "id,C1\n\n1,2\n",
        'id,C1\n"",""\n1,2\n',
        "id,\n1,2\n",
        "id, C1\n1, NA\n",
    ],
)
def test_what_is_unusual_is_read_or_refused_alike(path, content):
    path.write_text(content, encoding="utf-8")
    assert outcome(read_coded_texts, path) == outcome(read_texts, path)


def test_a_usual_file_is_read_at_once(path, monkeypatch):
    path.write_text("id,C1,H3\n" + "".join(f'"{place}","A{place % 3}","Worte, ""und""\nmehr {place % 7}"\n' for place in range(200)), "utf-8-sig")
    slow = read_texts(path)
    monkeypatch.setattr(coded_tables, "read_texts", None)
    found = read_coded_texts(path)
    assert {str(dtype) for dtype in found.dtypes} == {"category"}
    pd.testing.assert_frame_equal(found.astype("str"), slow)
