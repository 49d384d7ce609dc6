"""Which records count, and a ledger that loses none."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.codebook import Codebook
from helpers.data.records import by_question, coarse_ledger, finished, select_records

TAKEN, LEFT = ["empty", "repeated", "partial_few"], ["complete", "partial"]


def select(records: list[dict[str, str]], *, unit: str | None = "unit", least: float = 0.5, repeated: str = "keep_latest"):
    """Records with the columns unit, q1 ... and id, submitdate, datestamp."""
    table = pd.DataFrame(records, index=range(2, len(records) + 2), dtype="str").fillna("")
    own = [column for column in ("id", "submitdate", "datestamp") if column in table]
    return select_records(table.drop(columns=own), table[own], unit=unit, least=least, repeated=repeated, file="f.csv")


def ledger(selection) -> dict[str, int]:
    return selection.ledger.set_index("step")["records"].to_dict()


def record(unit: str = "", submitted: str = "2025-11-03", stamp: str = "", **questions: str) -> dict[str, str]:
    return {"unit": unit, "submitdate": submitted, "datestamp": stamp, **questions}


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["", "N/A", "u1", "u2", "u3"]),
            "submitdate": st.sampled_from(["", "N/A", "2025-11-03 10:00:00", "2025-11-04 10:00:00"]),
            "datestamp": st.sampled_from(["2025-11-03 10:00:00", "04.11.2025 09:00", "2025-11-05"]),
            **{f"q{number}": st.sampled_from(["", "N/A", "a"]) for number in range(3)},
        }
    ),
    min_size=1,
    max_size=12,
)


@given(RECORDS, st.floats(0, 1), st.sampled_from(["refuse", "keep_latest"]), st.sampled_from(["unit", None]))
def test_the_ledger_always_adds_up(records, least, repeated, unit):
    if unit is None:
        records = [{name: value for name, value in row.items() if name != "unit"} for row in records]
    selection = select(records, unit=unit, least=least, repeated=repeated)
    steps = ledger(selection)
    assert list(steps) == ["came", *TAKEN, *LEFT]
    assert min(steps.values()) >= 0
    assert steps["came"] == len(records) == sum(steps[step] for step in [*TAKEN, *LEFT])
    assert len(selection.rows) == len(selection.complete) == steps["complete"] + steps["partial"]
    assert int(selection.complete.sum()) == steps["complete"]
    assert list(selection.complete.index) == list(selection.rows)


@given(RECORDS, st.floats(0, 1))
def test_each_rule_takes_what_it_says(records, least):
    selection = select(records, least=least)
    table = pd.DataFrame(records, index=range(2, len(records) + 2))
    questions = table[["q0", "q1", "q2"]]
    counted = table.loc[selection.rows]
    assert questions.loc[selection.rows].eq("a").any(axis=1).all()
    assert not counted.loc[~counted["unit"].isin(["", "N/A"]), "unit"].duplicated().any()
    shown, given_ = questions.ne("N/A").sum(axis=1), questions.eq("a").sum(axis=1)
    for row in selection.rows:
        assert selection.complete[row] or given_[row] / shown[row] >= least
    answered = table[questions.eq("a").any(axis=1) & ~table["unit"].isin(["", "N/A"])]
    gone = set(answered["unit"]) - set(counted["unit"])
    assert least > 0 or gone == set()


@given(RECORDS, st.integers(3, 8))
def test_the_published_ledger_has_no_small_step_and_gives_none_away(records, least):
    whole = ledger(select(records))
    told = coarse_ledger(pd.DataFrame({"step": list(whole), "records": list(whole.values())}), least=least)
    assert not told["records"].between(1, least - 1).any()
    assert told["records"].gt(0).all()
    steps = told.set_index("step")["records"]
    rest = steps.drop("came", errors="ignore")
    assert told["n"].eq(rest.sum()).all()
    if "came" in steps:
        assert steps["came"] == rest.sum() == whole["came"]
    else:
        assert 0 < whole["came"] - rest.sum() < 2 * least


def test_a_published_ledger_of_large_steps_is_the_ledger():
    whole = pd.DataFrame({"step": ["came", *TAKEN, *LEFT], "records": [70, 6, 0, 5, 50, 9]})
    told = coarse_ledger(whole, least=5)
    assert told.to_dict("list") == {"step": ["came", "empty", "partial_few", "complete", "partial"], "records": [70, 6, 5, 50, 9], "n": [70] * 5}


def test_small_steps_are_told_together():
    whole = pd.DataFrame({"step": ["came", *TAKEN, *LEFT], "records": [60, 6, 2, 3, 45, 4]})
    told = coarse_ledger(whole, least=5)
    assert told.to_dict("list") == {"step": ["came", "left_out", "counted"], "records": [60, 11, 49], "n": [60] * 3}


def test_what_is_too_little_even_together_is_not_told():
    whole = pd.DataFrame({"step": ["came", *TAKEN, *LEFT], "records": [57, 0, 2, 0, 45, 10]})
    assert coarse_ledger(whole, least=5).to_dict("list") == {"step": ["complete", "partial"], "records": [45, 10], "n": [55] * 2}


def test_opened_and_left_empty():
    assert ledger(select([record("u1", q1=""), record("u2", q1="N/A"), record("", "", q1=""), record("u3", q1="a")]))["empty"] == 3


def test_an_empty_record_is_no_answer_of_its_unit():
    selection = select([record("u1", "", q1=""), record("u1", q1="a")], repeated="refuse")
    assert selection.problems == []
    assert list(selection.rows) == [3]


@pytest.mark.parametrize(("questions", "counts"), [("aa--", True), ("a---", False), ("a/--", False), ("a//-", True), ("a///", True)])
def test_a_partial_answer_counts_from_half_of_what_was_shown(questions, counts):
    texts = {f"q{place}": {"-": "", "/": "N/A"}.get(text, text) for place, text in enumerate(questions)}
    steps = ledger(select([record("u1", "", **texts)]))
    assert (steps["partial"], steps["partial_few"]) == ((1, 0) if counts else (0, 1))


def test_a_finished_answer_counts_however_short():
    assert ledger(select([record("u1", q1="a", q2="", q3="", q4="")]))["complete"] == 1


def test_without_a_date_of_submission_everybody_has_finished():
    assert finished(pd.DataFrame({"id": ["1", "2"]})).tolist() == [True, True]
    assert finished(pd.DataFrame({"submitdate": ["2025-11-03 12:00:00", "", "N/A"]})).tolist() == [True, False, False]


def test_repeated_units_are_refused_with_all_their_rows():
    selection = select([record("u1", q1="a"), record("u2", q1="a"), record("u1", q1="b")], repeated="refuse")
    (problem,) = selection.problems
    assert (problem.what, list(problem.rows), problem.column) == ("a unit answered more than once", [2, 4], "unit")
    assert "keep_latest" in problem.remedy


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (("2025-11-03", "2025-11-03 10:00:00"), ("2025-11-04", "2025-11-04 10:00:00"), 3),
        (("2025-11-04", "2025-11-04 10:00:00"), ("2025-11-03", "2025-11-03 10:00:00"), 2),
        (("2025-11-03", "2025-11-03 10:00:00"), ("", "2025-11-09 10:00:00"), 2),
        (("", "2025-11-03 10:00:00"), ("", "2025-11-09 10:00:00"), 3),
        (("x", "09.11.2025 10:00"), ("x", "10.10.2025 10:00"), 2),
        (("x", "01.12.2025 10:00:00"), ("x", "30.11.2025 10:00:00"), 2),
        (("x", "2025-11-03 10:00:00"), ("x", "2025-11-03 10:00:00"), 3),
    ],
)
def test_of_several_records_the_finished_latest_one_counts(first, second, kept):
    selection = select([record("u1", *first, q1="a"), record("u1", *second, q1="b")])
    assert list(selection.rows) == [kept]
    assert selection.problems == []


def test_without_time_stamps_the_date_of_submission_tells_the_latest():
    rows = [{"unit": "u1", "q1": "a", "submitdate": stamp} for stamp in ("2025-11-05 10:00:00", "2025-11-04 10:00:00", "")]
    assert list(select(rows).rows) == [2]


def test_without_any_date_the_last_record_counts():
    assert list(select([{"unit": "u1", "q1": "a"}, {"unit": "u1", "q1": "b"}]).rows) == [3]


def test_a_date_that_cannot_be_read_is_refused_where_it_decides():
    rows = [record("u1", stamp="11/4/2025", q1="a"), record("u1", stamp="2025-11-03", q1="b"), record("u2", stamp="whenever", q1="a")]
    (problem,) = select(rows).problems
    assert (list(problem.rows), problem.column) == ([2], "datestamp")
    assert select(rows[2:]).problems == []


def test_records_without_a_unit_are_not_taken_for_one_another():
    steps = ledger(select([record("", q1="a"), record("", q1="a"), record("N/A", q1="a"), record("N/A", q1="a")]))
    assert (steps["repeated"], steps["complete"]) == (0, 4)


def test_record_numbers_are_unique():
    rows = [{"id": number, "q1": "a", "unit": ""} for number in ("7", "8", "7", "")]
    (problem,) = select(rows).problems
    assert (list(problem.rows), problem.column) == ([2, 4], "id")


def test_boxes_of_a_set_and_its_other_answer_are_one_question():
    kinds = {
        "boxes": "set",
        "box1": "multiple",
        "box2": "multiple",
        "else": "text",
        "list": "single",
        "list_else": "text",
        "item1": "ordinal",
        "item2": "ordinal",
    }
    codes = ["B", "B[1]", "B[2]", "B[other]", "L", "L[other]", "I[1]", "I[2]"]
    of = ["", "boxes", "boxes", "", "", "", "battery", "battery"]
    variables = pd.DataFrame({"type": list(kinds.values()), "code": codes, "set": of}, index=list(kinds))
    texts = pd.DataFrame(
        [
            ["", "Y", "", "-oth-", "something", "1", ""],
            ["", "", "typed", "", "", "", ""],
            ["N/A", "N/A", "", "x", "", "N/A", ""],
            ["N/A", "N/A", "N/A", "N/A", "N/A", "", ""],
        ],
        columns=[name for name in kinds if name != "boxes"],
        dtype="str",
    )
    asked = by_question(texts, Codebook(variables, pd.DataFrame()))
    assert asked.to_dict("list") == {
        "boxes": ["answered", "answered", "", "N/A"],
        "list": ["answered", "", "answered", "N/A"],
        "item1": ["1", "", "N/A", ""],
        "item2": ["", "", "", ""],
    }


def test_many_boxes_do_not_make_a_partial_answer_look_empty(folder):
    """Four of eight questions: a box left empty beside a ticked one is an answer, not a gap."""
    assert folder.open().ledger.set_index("step")["records"].to_dict() == {
        "came": 7,
        "empty": 1,
        "repeated": 0,
        "partial_few": 1,
        "complete": 4,
        "partial": 1,
    }
    folder.settings["partial"] = {"least": 0.51}
    assert folder.open().ledger.set_index("step")["records"]["partial"] == 0


def test_complete_goes_with_the_answers(folder):
    study = folder.open()
    assert study.complete.tolist() == [True, True, True, True, False]
    assert list(study.complete.index) == list(study.responses.index)


def test_a_repeated_unit_of_the_study(folder):
    folder.records.append({**folder.records[0], "id": "8", "B5": "20", "datestamp": "2025-11-30 10:00:00"})
    problem = folder.problem()
    assert (problem.file, list(problem.rows)) == ("survey/responses.csv", [2, 9])
    folder.settings["repeated"] = "keep_latest"
    study = folder.open()
    assert study.ledger.set_index("step")["records"]["repeated"] == 1
    assert 20 in study.responses["partners"].tolist()
    assert 12 not in study.responses["partners"].tolist()
