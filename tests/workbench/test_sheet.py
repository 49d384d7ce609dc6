"""One coder's codings: saved at every step, taken back step by step, never at the cost of others."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.interviews.codes import read_codes, write_codes
from helpers.data.interviews.codings import read_codings, write_codings
from helpers.data.problems import StudyError
from helpers.workbench import stored
from helpers.workbench.notices import Refusal
from helpers.workbench.sheet import Sheet, trimmed
from workbench.study import FIRST, SECOND, coded, place, write_study

TEXTS = {"I01": FIRST, "I02": SECOND}


@pytest.fixture
def folder(tmp_path):
    return write_study(tmp_path)


def open_sheet(folder, coder="A"):
    return Sheet(folder, coder=coder, text_of=TEXTS.__getitem__)


def own_rows(folder, coder="A"):
    codings = read_codings(folder / "codings.csv")
    return [tuple(row) for row in codings[codings["coder"].eq(coder)].drop(columns="coder").itertuples(index=False)]


def files(folder):
    return {name: (folder / name).read_bytes() for name in ("codings.csv", "codes.csv")}


def keys(notices):
    return [notice.key for notice in notices]


def refused(act, *arguments, **options):
    with pytest.raises(Refusal) as caught:
        act(*arguments, **options)
    return caught.value.notice.key


def test_a_coding_is_on_disk_with_its_code_points_trimmed_of_blanks(folder):
    start, end = place(FIRST, "Die M\u0061\u0308rkte waren fremd.")
    open_sheet(folder).apply("I01", start - 1, end + 1, "markets")
    assert own_rows(folder) == [("I01", start, end, "markets")]
    assert FIRST[start:end].startswith("Die M") and "😀" in FIRST[:start]
    assert own_rows(folder, "B") == [("I01", *place(FIRST, "Personal"), "staff")]


def test_a_passage_that_overlaps_one_of_the_same_code_becomes_one_with_it(folder):
    sheet = open_sheet(folder)
    sheet.apply("I02", 18, 23, "staff")
    sheet.apply("I02", 27, 35, "staff")
    sheet.apply("I02", 20, 30, "staff")
    sheet.apply("I02", 20, 30, "markets")
    assert own_rows(folder) == [("I02", 18, 35, "staff"), ("I02", 20, 30, "markets")]
    sheet.undo()
    sheet.undo()
    assert own_rows(folder) == [("I02", 18, 23, "staff"), ("I02", 27, 35, "staff")]


def test_passages_that_only_touch_stay_apart(folder):
    sheet = open_sheet(folder)
    sheet.apply("I02", 17, 19, "staff")
    sheet.apply("I02", 19, 21, "staff")
    assert own_rows(folder) == [("I02", 17, 19, "staff"), ("I02", 19, 21, "staff")]


def test_the_same_coding_of_another_coder_stays(folder):
    sheet, same = open_sheet(folder), ("I01", *place(FIRST, "Personal"), "staff")
    sheet.apply(*same)
    sheet.remove(*same)
    assert own_rows(folder) == [] and own_rows(folder, "B") == [same]


def test_what_is_refused_changes_nothing(folder):
    sheet = open_sheet(folder)
    sheet.apply("I02", 17, 28, "staff")
    before = files(folder)
    assert refused(sheet.apply, "I02", 18, 22, "staff") == "already"
    assert refused(sheet.apply, "I02", 3, 3, "staff") == "empty_passage"
    assert refused(sheet.apply, "I02", 2, 3, "staff") == "empty_passage"
    assert refused(sheet.apply, "I02", 30, len(SECOND) + 1, "staff") == "outside"
    assert refused(sheet.apply, "I02", -2, 5, "staff") == "outside"
    assert refused(sheet.apply, "I02", 0, 5, "nonsense") == "no_code"
    assert refused(sheet.remove, "I01", *place(FIRST, "Personal"), "staff") == "nothing_to_remove"
    assert refused(sheet.redo) == "nothing_to_redo"
    assert files(folder) == before


def test_undo_and_redo_walk_back_and_forth_and_a_new_step_forgets_what_was_undone(folder):
    sheet = open_sheet(folder)
    sheet.apply("I01", 0, 8, "staff")
    sheet.apply("I02", 0, 8, "markets")
    sheet.remove("I01", 0, 8, "staff")
    assert sheet.can_undo and not sheet.can_redo
    sheet.undo()
    sheet.undo()
    assert own_rows(folder) == [("I01", 0, 8, "staff")]
    sheet.redo()
    assert own_rows(folder) == [("I01", 0, 8, "staff"), ("I02", 0, 8, "markets")]
    sheet.apply("I02", 10, 13, "staff")
    assert refused(sheet.redo) == "nothing_to_redo"


def test_a_study_without_codes_and_codings_gets_its_files(tmp_path):
    sheet = open_sheet(tmp_path / "new")
    code = sheet.add_code({"label_de": "Märkte & Größe", "definition_de": "Wenn es um\n Märkte geht."}, language="de")
    sheet.apply("I02", 0, 8, code)
    assert own_rows(tmp_path / "new") == [("I02", 0, 8, "maerkte_groesse")]
    row = read_codes(tmp_path / "new" / "codes.csv").iloc[0]
    assert (row["label_en"], row["definition_de"], row["origin"]) == ("Märkte & Größe", "Wenn es um Märkte geht.", "inductive")


def test_a_new_code_stands_below_its_parent_and_is_taken_back_without_a_trace(folder):
    before = files(folder)
    sheet = open_sheet(folder)
    code = sheet.add_code({"label_de": "Personal!", "definition_de": "Kurz.", "parent": "barriers", "colour": "#ABCDEF"}, language="de")
    assert code == "personal"
    codes = read_codes(folder / "codes.csv")
    assert list(codes["code"]) == ["barriers", "staff", "personal", "markets"]
    assert codes.set_index("code").loc["personal", "colour"] == "#abcdef"
    sheet.undo()
    assert files(folder) == before


def test_a_code_needs_a_label_of_its_own_and_a_definition(folder):
    add = open_sheet(folder).add_code
    assert refused(add, {"label_de": " ", "definition_de": "x"}, language="de") == "no_label"
    assert refused(add, {"label_de": "personal", "definition_de": "x"}, language="de") == "label_taken"
    assert refused(add, {"label_de": "Neu", "definition_en": "x"}, language="de") == "no_definition"
    assert refused(add, {"label_de": "Neu", "definition_de": "x", "parent": "staff"}, language="de") == "no_parent"
    assert refused(add, {"label_de": "Neu", "definition_de": "x", "colour": "red"}, language="de") == "bad_colour"
    assert add({"label_de": "Staff", "definition_de": "x"}, language="de") == "staff_2"


def test_renaming_keeps_the_identifier_the_place_and_the_other_language(folder):
    before = files(folder)
    sheet = open_sheet(folder)
    sheet.rename_code("staff", " Fachkräfte ", language="de")
    codes = read_codes(folder / "codes.csv")
    assert list(codes["code"]) == ["barriers", "staff", "markets"]
    assert tuple(codes.loc[1, ["label_de", "label_en"]]) == ("Fachkräfte", "Staff")
    assert refused(sheet.rename_code, "staff", "Märkte", language="de") == "label_taken"
    assert refused(sheet.rename_code, "nonsense", "Neu", language="de") == "no_code"
    sheet.undo()
    assert files(folder) == before


def test_a_code_that_somebody_else_uses_is_not_taken_back(folder):
    sheet = open_sheet(folder)
    code = sheet.add_code({"label_de": "Neu", "definition_de": "x"}, language="de")
    open_sheet(folder, "C").apply("I02", 0, 8, code)
    assert refused(sheet.undo) == "code_in_use"
    assert code in set(read_codes(folder / "codes.csv")["code"])
    assert sheet.can_undo and not sheet.can_redo


def test_what_another_coder_saves_meanwhile_stays_and_is_told(folder):
    mine, theirs = open_sheet(folder), open_sheet(folder, "B")
    mine.apply("I01", 0, 8, "staff")
    theirs.apply("I01", 0, 8, "markets")
    mine.apply("I02", 0, 8, "staff")
    assert keys(mine.take_news()) == ["changed"]
    assert mine.take_news() == []
    mine.undo()
    mine.undo()
    assert own_rows(folder) == []
    assert ("I01", 0, 8, "markets") in own_rows(folder, "B") and len(own_rows(folder, "B")) == 2


def test_a_change_of_the_coders_own_rows_by_others_ends_what_can_be_undone(folder):
    sheet = open_sheet(folder)
    sheet.apply("I01", 0, 8, "staff")
    write_codings(coded(("I02", 0, 8, "markets", "A")), folder / "codings.csv")
    sheet.look()
    assert keys(sheet.take_news()) == ["changed_own"]
    assert not sheet.can_undo
    sheet.apply("I02", 17, 21, "staff")
    assert own_rows(folder) == [("I02", 0, 8, "markets"), ("I02", 17, 21, "staff")]


def test_a_code_that_others_removed_is_not_applied_again_by_redo(folder):
    sheet = open_sheet(folder)
    sheet.apply("I01", 0, 8, "markets")
    sheet.undo()
    codes = read_codes(folder / "codes.csv")
    write_codes(codes[codes["code"].ne("markets")], folder / "codes.csv")
    assert refused(sheet.redo) == "nothing_to_redo"
    assert refused(sheet.apply, "I01", 0, 8, "markets") == "no_code"


def test_a_file_that_disappeared_is_written_again_with_everybodys_codings(folder):
    sheet = open_sheet(folder)
    sheet.apply("I01", 0, 8, "staff")
    (folder / "codings.csv").unlink()
    sheet.apply("I02", 0, 8, "staff")
    assert keys(sheet.take_news()) == ["missing"]
    assert len(own_rows(folder)) == 2 and len(own_rows(folder, "B")) == 1


@pytest.mark.parametrize(
    "damage",
    ["document,start\nI01,3\n", "document,start,end,code,coder,memo\nI01,0,8,staff,A,so\n", "document,start,end,code,coder\nI01,9,8,staff,A\n"],
)
def test_a_file_that_cannot_be_read_or_would_lose_a_column_is_left_alone(folder, damage):
    sheet = open_sheet(folder)
    (folder / "codings.csv").write_text(damage, encoding="utf-8")
    with pytest.raises(StudyError):
        sheet.apply("I02", 0, 8, "staff")
    with pytest.raises(StudyError):
        open_sheet(folder)
    assert (folder / "codings.csv").read_text(encoding="utf-8") == damage
    assert len(sheet.codings) == 2 and not sheet.can_undo


def test_what_could_not_be_read_again_is_not_written(folder):
    before = files(folder)
    sheet = open_sheet(folder)
    with pytest.raises(StudyError):
        sheet.add_code({"label_de": "MÃ¤rkte", "definition_de": "Doppelt verschlüsselte Buchstaben."}, language="de")
    assert files(folder) == before and not sheet.can_undo and len(sheet.codes) == 3


def test_a_disk_that_refuses_leaves_sheet_and_file_as_they_were(folder, monkeypatch):
    sheet = open_sheet(folder)
    before = files(folder)

    def full(table, path):
        raise OSError("no space left")

    monkeypatch.setattr(sheet._codings, "_write", full)
    with pytest.raises(OSError, match="no space"):
        sheet.apply("I02", 0, 8, "staff")
    assert files(folder) == before and sheet.own.empty and not sheet.can_undo


def test_without_a_name_nothing_is_written(folder):
    before = files(folder)
    sheet = open_sheet(folder, "")
    assert refused(sheet.apply, "I02", 0, 8, "staff") == "no_coder"
    assert refused(sheet.add_code, {"label_de": "Neu", "definition_de": "x"}, language="de") == "no_coder"
    assert refused(sheet.undo) == "no_coder"
    assert files(folder) == before


@pytest.mark.parametrize("name", ["dictionary", " A", "A\nB"])
def test_names_that_no_coder_can_have(folder, name):
    with pytest.raises(ValueError, match="coder"):
        open_sheet(folder, name)


def test_trimmed_keeps_what_is_said():
    assert trimmed(" a b ", 0, 5) == (1, 4)


def test_gone_is_only_a_file_that_was_there(tmp_path):
    table = stored.StoredTable(tmp_path / "codings.csv", read=read_codings, write=write_codings, empty=coded())
    assert not table.gone() and not table.refresh()


SPANS = st.tuples(st.sampled_from(["I01", "I02"]), st.integers(0, 30), st.integers(1, 14), st.sampled_from(["staff", "markets", "barriers"]))
ACTS = st.lists(st.one_of(SPANS, st.sampled_from(["undo", "redo", "remove", "code", "rename"])), max_size=8)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_any_sequence_keeps_file_and_sheet_equal_and_undoing_all_gives_the_files_back(tmp_path_factory, acts):
    folder = write_study(tmp_path_factory.mktemp("any"))
    before, sheet = files(folder), open_sheet(folder)
    for number, act in enumerate(acts):
        try:
            do(sheet, act, number)
        except Refusal:
            continue
        pd.testing.assert_frame_equal(sheet.codings, read_codings(folder / "codings.csv"))
        pd.testing.assert_frame_equal(sheet.codes, read_codes(folder / "codes.csv"))
    after, steps = files(folder), 0
    while sheet.can_undo:
        sheet.undo()
        steps += 1
    assert files(folder) == before
    for _ in range(steps):
        sheet.redo()
    assert files(folder) == after
    assert sheet.take_news() == []


def do(sheet, act, number):
    if act == "undo":
        sheet.undo()
    elif act == "redo":
        sheet.redo()
    elif act == "code":
        sheet.add_code({"label_en": f"New {number}", "definition_en": "So", "parent": "markets" if number % 2 else ""}, language="en")
    elif act == "rename":
        sheet.rename_code("staff", f"Staff {number}", language="en")
    elif act == "remove":
        if len(sheet.own):
            sheet.remove(*sheet.own.iloc[number % len(sheet.own)][["document", "start", "end", "code"]])
    else:
        document, start, length, code = act
        sheet.apply(document, start, start + length, code)
