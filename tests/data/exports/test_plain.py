"""Any CSV or Excel file is read as it stands: the heads are the codes."""

from __future__ import annotations

import pytest

from helpers.data.exports import plain
from helpers.data.problems import StudyError


def test_heads_and_values_stay_as_they_are(tmp_path):
    (tmp_path / "t.csv").write_bytes("Größe;C3_SQ001;v1. x\n007;Ja;\n1,5;;N/A\n".encode("cp1252"))
    delivery = plain.read(tmp_path / "t.csv")
    assert list(delivery.records.columns) == ["Größe", "C3_SQ001", "v1. x"]
    assert delivery.records.to_numpy().tolist() == [["007", "Ja", ""], ["1,5", "", "N/A"]]
    assert list(delivery.records.index) == [2, 3]
    assert (delivery.structure, delivery.unread) == (None, [])


def test_separator_and_encoding_may_be_said(tmp_path):
    (tmp_path / "t.csv").write_bytes("a|b, c\nä|1\n".encode("utf-16-le"))
    assert plain.read(tmp_path / "t.csv", separator="|", encoding="utf-16-le").records.to_dict("list") == {"a": ["ä"], "b, c": ["1"]}


def test_a_wrong_encoding_is_told(tmp_path):
    (tmp_path / "t.csv").write_bytes("a,b\nä,CANARY\n".encode("cp1252"))
    with pytest.raises(StudyError, match=r"row 2: the bytes are not utf-8.*correct files\.encoding") as caught:
        plain.read(tmp_path / "t.csv", encoding="utf-8")
    assert "CANARY" not in str(caught.value)


def test_a_column_that_is_there_twice_and_a_missing_structure_are_told(tmp_path):
    (tmp_path / "t.csv").write_text("a,b,a\n1,CANARY,3\n", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        plain.read(tmp_path / "t.csv", companion=tmp_path / "lost.lss")
    assert [(problem.what, problem.rows) for problem in caught.value.problems] == [
        ("there is no such file", ()),
        ("columns A, C have the same header", [1]),
    ]
    assert "CANARY" not in str(caught.value)


def test_columns_are_found_by_their_heads_in_any_order(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "u.csv").write_text("b,a\n2,1\n", encoding="utf-8")
    assert plain.read(tmp_path / "t.csv").records.loc[2].to_dict() == plain.read(tmp_path / "u.csv").records.loc[2].to_dict()


def test_table_and_structure_are_both_told(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1\n", encoding="utf-8")
    (tmp_path / "t.lss").write_text("<document/>", encoding="utf-8")
    with pytest.raises(StudyError) as caught:
        plain.read(tmp_path / "t.csv", companion=tmp_path / "t.lss")
    assert [problem.what for problem in caught.value.problems] == [
        "this is not the structure of a LimeSurvey survey",
        "the row has fewer fields than the header's 2",
    ]


@pytest.mark.parametrize(("name", "expected"), [("a.csv", True), ("a.XLSX", True), ("a.tsv", True), ("a.sav", False), ("a.pdf", False)])
def test_tables_are_known_by_their_kind(name, expected, tmp_path):
    assert plain.looks_like(tmp_path / name) == expected
