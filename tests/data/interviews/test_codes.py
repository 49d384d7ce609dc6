"""codes.csv: two levels, every row checked, written in the order of the tree."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from helpers.data.interviews.codes import COLUMNS, in_tree_order, new_code_id, no_codes, read_codes, write_codes
from helpers.data.problems import StudyError

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\ufffdïâÃÂ"), max_size=12).map(str.strip)


@st.composite
def code_systems(draw):
    main = draw(st.lists(st.from_regex(r"[a-z0-9_]{1,6}", fullmatch=True), min_size=1, max_size=4, unique=True))
    rows = [(name, "") for name in main] + [(f"{name}_sub{number}", name) for name in main for number in range(draw(st.integers(0, 3)))]
    texts = {column: draw(st.lists(WORDS.filter(bool), min_size=len(rows), max_size=len(rows))) for column in COLUMNS[2:9]}
    patterns = draw(st.lists(st.sampled_from(["", "messe", "messe|*markt*", "mit ziel"]), min_size=len(rows), max_size=len(rows)))
    columns = {
        "code": [row[0] for row in rows],
        "parent": [row[1] for row in rows],
        **texts,
        "colour": "#1F77b4",
        "origin": "inductive",
        "patterns": patterns,
    }
    return pd.DataFrame(columns, dtype="str")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(codes=code_systems())
def test_what_is_written_is_read_again_with_subcodes_below_their_main_code(tmp_path, codes):
    write_codes(codes, tmp_path / "codes.csv")
    read = read_codes(tmp_path / "codes.csv")
    assert_frame_equal(read, in_tree_order(codes).reset_index(drop=True))
    main = read["code"].where(read["parent"].eq(""), read["parent"])
    assert main.ne(main.shift()).sum() == main.nunique()
    assert main.drop_duplicates().tolist() == codes.loc[codes["parent"].eq(""), "code"].tolist()
    written = (tmp_path / "codes.csv").read_bytes()
    write_codes(read, tmp_path / "codes.csv")
    assert (tmp_path / "codes.csv").read_bytes() == written


def test_tree_order_loses_nobody(make_code):
    codes = pd.DataFrame([make_code("b1", "b"), make_code("lost", "nowhere"), make_code("a"), make_code("b"), make_code("a1", "a")])
    assert in_tree_order(codes)["code"].tolist() == ["a", "a1", "b", "b1", "lost"]


def test_an_empty_code_system_is_written_and_read(tmp_path):
    write_codes(no_codes(), tmp_path / "codes.csv")
    assert_frame_equal(read_codes(tmp_path / "codes.csv"), no_codes(), check_index_type=False)


@pytest.mark.parametrize(
    "row, column, what",
    [
        ({"code": "Märkte"}, "code", "malformed"),
        ({"code": ""}, "code", "malformed"),
        ({"code": "motives", "parent": ""}, "code", "twice"),
        ({"parent": "nowhere"}, "parent", "no such code"),
        ({"parent": "new"}, "parent", "no such code"),
        ({"parent": "markets"}, "parent", "third level"),
        ({"label_de": ""}, "label_de", "empty"),
        ({"label_en": ""}, "label_en", "empty"),
        ({"colour": "red"}, "colour", "not a colour"),
        ({"colour": ""}, "colour", "not a colour"),
        ({"origin": "guessed"}, "origin", "origin"),
    ],
)
def test_one_wrong_thing_is_one_problem(tmp_path, code_system, make_code, row, column, what):
    write_codes(code_system, tmp_path / "codes.csv")
    rows = pd.concat([code_system, pd.DataFrame([{**make_code("new"), **row}])])
    rows.to_csv(tmp_path / "codes.csv", index=False)
    with pytest.raises(StudyError) as caught:
        read_codes(tmp_path / "codes.csv")
    (problem,) = caught.value.problems
    assert problem.column == column
    assert what in problem.what
    assert list(problem.rows) == ([2, 5] if what == "twice" else [5])


@given(st.text(max_size=30), st.sets(st.sampled_from(["code", "code_2", "markt"])))
@settings(max_examples=60)
def test_a_new_id_is_allowed_and_free(label, taken):
    made = new_code_id(label, taken)
    assert made not in taken
    assert made.isascii()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize(
    "label, made", [("Größe/Straße", "groesse_strasse"), ("Ö", "oe"), ("Ma\u0308rkte", "maerkte"), ("Élan – vital", "elan_vital")]
)
def test_a_new_id_reads_like_its_label(label, made):
    assert new_code_id(label, []) == made
