"""Texts become typed values, or a reason why there is none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.answers import type_answers
from helpers.data.codebook import Codebook

NO, YES, NA = False, True, pd.NA


def codebook(kind: str, *, levels: list[tuple[str, object, str]] = (), low: float = math.nan, high: float = math.nan) -> Codebook:
    """One question; a tick box gets a set with a second box and a field for other answers."""
    row = {"code": "Q1", "type": kind, "set": "", "unit": "", "low": low, "high": high, "label_de": "F", "label_en": "Q", "sensitivity": "open"}
    rows = {"question": row}
    if kind == "multiple":
        rows = {
            "boxes": {**row, "type": "set"},
            "question": {**row, "code": "Q1[SQ001]", "set": "boxes"},
            "second": {**row, "code": "Q1[SQ002]", "set": "boxes"},
            "other": {**row, "code": "Q1[other]", "type": "text", "sensitivity": "free"},
        }
    table = pd.DataFrame(
        [
            {
                "variable": "boxes" if kind == "multiple" else "question",
                "code": code,
                "order": order,
                "label_de": f"{code} de",
                "label_en": f"{code} en",
                "missing": missing,
            }
            for code, order, missing in levels
        ],
        columns=["variable", "code", "order", "label_de", "label_en", "missing"],
    )
    return Codebook(pd.DataFrame.from_dict(rows, orient="index").rename_axis("name"), table.astype({"order": "float64"}))


def typed(texts: list[str], book: Codebook, **more: list[str]):
    table = pd.DataFrame({"question": texts, **more}, dtype="str")
    table.index = table.index + 2
    return type_answers(table, book, file="f.csv")


def number(text: str, kind: str = "number", **limits: float) -> float:
    answers = typed([text], codebook(kind, **limits))
    assert answers.problems == []
    return answers.values.loc[2, "question"]


def refused(text: str, kind: str = "number", **limits: float) -> str:
    answers = typed([text], codebook(kind, **limits))
    (problem,) = answers.problems
    assert list(problem.rows) == [2]
    assert problem.column == "Q1"
    assert answers.values["question"].isna().all()
    return f"{problem.what}|{problem.allowed}"


# The whole table, typed by hand


def test_the_small_study_is_read_as_its_author_would_read_it(folder):
    study = folder.open()
    read = study.responses
    assert list(read.index) == [1, 2, 3, 4, 5]
    assert read.index.name == "respondent"
    own = ["sector", "size", "plan", "importance", "fairs", "visits", "trust_banks", "trust_state", "partners", "exports"]
    assert list(read.columns) == [*own, "sector_group", "size_class"]
    expected = {
        "sector": ["mobility", "digital", "health", "mobility", "digital"],
        "plan": ["full", None, "part", None, "full"],
        "importance": ["A3", "A1", None, "A2", "A2"],
        "trust_banks": ["1", "2", "1", None, "2"],
        "trust_state": ["2", None, "1", "2", None],
        "sector_group": ["making", "serving", "serving", "making", "serving"],
        "size_class": ["small", "medium", "large", "large", "small"],
    }
    for name, values in expected.items():
        assert read[name].astype(object).where(read[name].notna(), None).tolist() == values, name
    np.testing.assert_array_equal(read["size"], [12, 35, 36, 80, 7])
    np.testing.assert_array_equal(read["partners"], [12, np.nan, 0, 50, np.nan])
    np.testing.assert_array_equal(read["exports"], [0.4, 0.125, 1, 0, np.nan])
    assert read["fairs"].tolist() == [YES, NA, NO, NA, NO]
    assert read["visits"].tolist() == [NO, NA, NO, NA, YES]


def test_every_reason_is_told_apart(folder):
    missing = folder.open().missing.astype(str)
    assert missing.to_dict("list") == {
        "plan": ["", "dont_know", "", "skipped", ""],
        "importance": ["", "", "not_shown", "", ""],
        "fairs": ["", "skipped", "", "not_shown", ""],
        "visits": ["", "skipped", "", "not_shown", ""],
        "trust_banks": ["", "", "", "skipped", ""],
        "trust_state": ["", "no_answer", "", "", "not_reached"],
        "partners": ["", "skipped", "", "", "not_reached"],
        "exports": ["", "", "", "", "not_reached"],
    }


def test_there_is_a_value_or_a_reason_never_both(folder):
    study = folder.open()
    asked = study.responses[study.missing.columns]
    assert (asked.notna() == study.missing.astype(str).eq("")).all(axis=None)


def test_columns_have_their_declared_types(folder):
    read = folder.open().responses
    assert read["plan"].cat.categories.tolist() == ["full", "part"]
    assert not read["plan"].cat.ordered
    assert read["importance"].cat.categories.tolist() == ["A1", "A2", "A3"]
    assert read["importance"].cat.ordered
    assert read["trust_banks"].cat.categories.tolist() == ["1", "2"]
    assert read["size_class"].cat.categories.tolist() == ["small", "medium", "large"]
    assert read["size_class"].cat.ordered
    assert not read["sector_group"].cat.ordered
    assert {name: str(read[name].dtype) for name in ("fairs", "partners", "exports", "size")} == {
        "fairs": "boolean",
        "partners": "float64",
        "exports": "float64",
        "size": "float64",
    }


def test_levels_have_the_declared_order_whatever_the_order_of_their_rows(folder):
    folder.levels.reverse()
    assert folder.open().responses["importance"].cat.categories.tolist() == ["A1", "A2", "A3"]


def test_a_level_that_nobody_chose_stays(folder):
    folder.levels.append({**folder.level("importance", "A3"), "code": "A4", "order": "4", "label_de": "Sehr hoch", "label_en": "Very high"})
    assert folder.open().responses["importance"].cat.categories.tolist() == ["A1", "A2", "A3", "A4"]


# Confidential


def test_identifiers_and_typed_texts_are_nowhere_but_in_confidential(folder):
    study = folder.open()
    assert {"unit_id", "contact", "comment"}.isdisjoint(study.responses.columns)
    assert {"unit_id", "contact", "comment"}.isdisjoint(study.missing.columns)
    assert {"unit_id", "contact", "comment", "remark"}.isdisjoint(study.frame.columns)
    for table in (study.responses, study.missing, study.frame, study.ledger):
        assert not table.astype(str).apply(lambda column: column.str.contains("CANARY")).any(axis=None)
    for index in (study.responses.index, study.frame.index):
        assert not any("CANARY" in str(label) for label in index)
    expected = {f"CANARY-U{number}" for number in range(1, 9)} | {
        f"CANARY {name}" for name in ("Anna", "Bela", "Cem", "Dora", "Emre", "Fee", "gut", "ä – €")
    }
    assert study.confidential == expected | {folder.records[1]["C1"]}


def test_records_that_do_not_count_are_confidential_too(folder):
    assert "CANARY Fee" in folder.open().confidential


def test_internet_addresses_are_confidential(folder, as_csv):
    folder.files["survey/responses.csv"] = as_csv([{**record, "ipaddr": "192.0.2.17"} for record in folder.records])
    assert "192.0.2.17" in folder.open().confidential


def test_repr_shows_title_and_counts_only(folder):
    assert repr(folder.open()) == "Study 'A small study': 5 of 8 answers, 12 variables"
    assert repr(folder.open(language="de")) == "Study 'Eine kleine Studie': 5 of 8 answers, 12 variables"


def test_a_language_that_is_none(folder):
    with pytest.raises(ValueError, match="'de' or 'en'"):
        folder.open(language="fr")


# Numbers and shares


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[("12", 12), ("12.0000000000", 12), ("12.5000000000", 12.5), ("12,5", 12.5), ("-3", -3), ("+3", 3), ("0", 0), (".5", 0.5), ("1e3", 1000)],
        *[("12,50", 12.5), ("45 %", 45), ("45%", 45), ("12.3456", 12.3456), ("0.125", 0.125), ("-0,5", -0.5)],
    ],
)
def test_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("40", 0.4), ("12,5", 0.125), ("12.5000000000", 0.125), ("100", 1), ("0", 0), ("33 %", 0.33), ("99.9%", 0.999)]
)
def test_shares_are_per_cent_in_the_export_and_proportions_here(text, value):
    assert number(text, "share") == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize("text", ["twelve", "1.234,5", "12 000", "inf", "-inf", "nan", "1,2,3", "--", "5-10", "0x1F", "1_000", "12 Euro"])
def test_what_is_not_a_number(text):
    assert refused(text) == "not a number|a number"


@pytest.mark.parametrize(
    ("text", "limits", "allowed"),
    [
        ("-1", {"low": 0}, "from 0"),
        ("51", {"high": 50}, "up to 50"),
        ("50.0001", {"low": 0, "high": 50}, "from 0 up to 50"),
    ],
)
def test_a_number_outside_its_range(text, limits, allowed):
    assert refused(text, **limits) == f"a number outside its range|{allowed}"


@pytest.mark.parametrize("text", ["140", "-1", "100.0001"])
def test_a_share_outside_a_hundred_per_cent(text):
    assert refused(text, "share") == "a number outside its range|from 0 up to 100 per cent"


def test_the_ends_of_a_range_belong_to_it():
    assert [number(text, low=2, high=50) for text in ("2", "50")] == [2, 50]
    assert [number(text, "share", high=60) for text in ("0", "60")] == [0, 0.6]


def test_a_mark_for_thousands_is_not_taken_for_a_decimal_point():
    assert typed(["1.250", "3", ""], codebook("number")).problems[0].what == "a number with three decimals, or with a mark for thousands"
    assert typed(["1.250", "3.5"], codebook("number")).problems == []


def test_a_declared_code_is_found_however_the_number_is_written():
    book = codebook("number", levels=[("-99", np.nan, "dont_know")])
    answers = typed(["-99", "-99.0000000000", "-99,0", "9"], book)
    assert answers.missing["question"].tolist() == ["dont_know"] * 3 + [""]
    np.testing.assert_array_equal(answers.values["question"], [np.nan] * 3 + [9])


@given(st.floats(min_value=-1e6, max_value=1e6), st.booleans(), st.integers(4, 12))
def test_numbers_survive_being_written(value, german, decimals):
    text = f"{value:.{decimals}f}"
    assert number(text.replace(".", ",") if german else text) == float(text)


# Ticks


@pytest.mark.parametrize(
    ("word", "tick"),
    [*((word, YES) for word in ("Y", "Yes", "Ja", "1", "true", "TRUE", "yes")), *((word, NO) for word in ("N", "No", "Nein", "0", "False"))],
)
def test_the_usual_words_for_ticks(word, tick):
    assert typed([word], codebook("multiple"), second=[""]).values["question"].tolist() == [tick]


@pytest.mark.parametrize(
    ("boxes", "values", "reasons"),
    [
        (("Y", ""), (YES, NO), ("", "")),
        (("", ""), (NA, NA), ("skipped", "skipped")),
        (("N", "N"), (NO, NO), ("", "")),
        (("N", ""), (NO, NO), ("", "")),
        (("N/A", "N/A"), (NA, NA), ("not_shown", "not_shown")),
        (("Y", "N/A"), (YES, NA), ("", "not_shown")),
        (("", "N/A"), (NA, NA), ("skipped", "not_shown")),
    ],
)
def test_who_was_asked_and_who_answered_a_set(boxes, values, reasons):
    answers = typed([boxes[0]], codebook("multiple"), second=[boxes[1]])
    assert tuple(answers.values.loc[2]) == values
    assert tuple(answers.missing.loc[2]) == reasons


@pytest.mark.parametrize(("text", "value", "reason"), [("something else", NO, ""), ("", NA, "skipped"), ("N/A", NA, "skipped")])
def test_an_other_answer_alone_answers_its_set(text, value, reason):
    answers = typed([""], codebook("multiple"), second=[""], other=[text])
    assert answers.values["question"].tolist() == [value]
    assert answers.missing["question"].tolist() == [reason]


def test_declared_codes_of_a_tick_come_first():
    book = codebook("multiple", levels=[("2", 1, ""), ("1", 2, ""), ("9", np.nan, "no_answer")])
    answers = typed(["2", "1", "9", "2 de"], book, second=["1", "1", "9", "1 en"])
    assert answers.values["question"].tolist() == [YES, NO, NA, YES]
    assert answers.missing["question"].tolist() == ["", "", "no_answer", ""]


def test_what_is_not_a_tick():
    (problem,) = typed(["vielleicht", "Y"], codebook("multiple"), second=["", ""]).problems
    assert (problem.what, list(problem.rows), problem.column) == ("not a tick", [2], "Q1[SQ001]")
    assert problem.allowed == "Y, Yes, Ja, 1, N, No, Nein, 0, empty"


# Choices


def test_codes_win_over_labels_and_a_label_of_two_answers_is_none():
    levels = pd.DataFrame(
        [("question", "a", 1.0, "b", "same", ""), ("question", "b", 2.0, "zwei", "same", "")],
        columns=["variable", "code", "order", "label_de", "label_en", "missing"],
    )
    book = Codebook(codebook("single").variables, levels)
    answers = typed(["b", "zwei", "same"], book)
    assert answers.values["question"].tolist()[:2] == ["b", "b"]
    assert [list(problem.rows) for problem in answers.problems] == [[4]]


def test_an_undeclared_answer_is_counted_once_with_all_its_rows():
    (problem,) = typed(["x", "a", "y", "a de"], codebook("single", levels=[("a", 1, ""), ("z", np.nan, "refused")])).problems
    assert problem.what == "an answer that is not declared (2 times)"
    assert list(problem.rows) == [2, 4]
    assert problem.allowed == "a, z"


# Not reached


@pytest.mark.parametrize(
    ("texts", "partial", "reasons"),
    [
        (["a", "", "", ""], True, ["", "not_reached", "not_reached", "not_reached"]),
        (["a", "", "", ""], False, ["", "skipped", "skipped", "skipped"]),
        (["", "a", "", ""], True, ["skipped", "", "not_reached", "not_reached"]),
        (["", "", "N/A", ""], True, ["not_reached", "not_reached", "not_shown", "not_reached"]),
        (["a", "", "N/A", ""], True, ["", "not_reached", "not_shown", "not_reached"]),
        (["", "", "", ""], True, ["not_reached"] * 4),
        (["a", "", "", "a"], True, ["", "skipped", "skipped", ""]),
    ],
)
def test_after_the_last_answer_of_somebody_who_broke_off(texts, partial, reasons):
    book = codebook("single", levels=[("a", 1, "")])
    row = book.variables.loc["question"]
    variables = pd.DataFrame({f"q{place}": row for place in range(4)}).T.assign(code=["Q0", "Q1", "Q2", "Q3"]).rename_axis("name")
    levels = pd.concat([book.levels.assign(variable=f"q{place}") for place in range(4)], ignore_index=True)
    table = pd.DataFrame([texts], columns=[f"q{place}" for place in range(4)], index=[2], dtype="str")
    answers = type_answers(table, Codebook(variables, levels), file="f.csv", partial=pd.Series([partial], index=[2]))
    assert answers.missing.loc[2].tolist() == reasons


def test_an_identifier_that_the_tool_wrote_last_is_no_answer(folder, as_csv):
    expected = folder.open().missing.astype(str)
    folder.codebook.append(folder.codebook.pop(0))
    folder.files["survey/responses.csv"] = as_csv([{**record, "token": record.pop("token")} for record in folder.records])
    pd.testing.assert_frame_equal(folder.open().missing.astype(str), expected)


@given(st.lists(st.sampled_from(["", "N/A", "a", "b", "dk", "??"]), min_size=1, max_size=8), st.data())
def test_any_mixture_has_a_value_or_a_reason_or_a_problem(texts, data):
    book = codebook("ordinal", levels=[("a", 1, ""), ("b", 2, ""), ("dk", np.nan, "dont_know")])
    partial = pd.Series(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), index=range(2, len(texts) + 2))
    table = pd.DataFrame({"question": texts}, index=partial.index, dtype="str")
    answers = type_answers(table, book, file="f.csv", partial=partial)
    wrong = {row for problem in answers.problems for row in problem.rows}
    for row, text in table["question"].items():
        value, reason = answers.values.loc[row, "question"], answers.missing.loc[row, "question"]
        assert [pd.notna(value), reason != "", row in wrong].count(True) == 1
        assert (row in wrong) == (text == "??")
    assert table["question"].tolist() == texts  # the input is never changed
