"""Qualtrics: exports built as Qualtrics writes them, by its support pages and the header rows of published exports (2016 to 2025)."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.exports.qualtrics_samples import ASKED, CODED, INTERVIEW, LABELLED, export, interview, kinds, written
from helpers.data.exports.qualtrics import looks_like, read
from helpers.data.problems import StudyError


@pytest.fixture
def labelled(tmp_path):
    return read(written(tmp_path, export(LABELLED)))


@pytest.fixture
def coded(tmp_path):
    return read(written(tmp_path, export(CODED)))


def label(delivery, code: str) -> str:
    return delivery.structure.questions.set_index("code").at[code, "label_und"]


def test_the_kinds_of_questions_and_their_sets(labelled):
    assert kinds(labelled) == {
        **{"Q1": ("single", ""), "Q1_4_TEXT": ("text", ""), "Q2": ("number", ""), "Q3": ("set", "")},
        **{"Q3_1": ("multiple", "Q3"), "Q3_2": ("multiple", "Q3"), "Q3_9": ("multiple", "Q3"), "Q3_9_TEXT": ("text", "")},
        **{"Q4": ("set", ""), "Q4_1": ("ordinal", "Q4"), "Q4_2": ("ordinal", "Q4")},
        **{"Q5": ("set", ""), "Q5_1": ("multiple", "Q5"), "Q5_2": ("multiple", "Q5"), "Q6": ("text", ""), "SC0": ("number", "")},
    }


def test_words_of_questions_and_items(labelled):
    assert label(labelled, "Q1") == "What is your legal form?" and label(labelled, "Q3") == "Where are you active?"
    assert label(labelled, "Q3_2") == "Asia, Pacific" and label(labelled, "Q4") == "How far do you agree?"
    assert label(labelled, "Q4_1") == "We plan - ahead" and label(labelled, "Q5_2") == "Print"


def test_records_of_the_interview(labelled):
    records = labelled.records
    assert list(records.index) == [4, 5, 6]
    assert list(records["id"]) == ["R_abcdef1", "R_abcdef2", "R_abcdef3"]
    assert list(records["submitdate"]) == ["2025-08-11 22:05:01", "2025-08-12 22:05:01", ""]
    assert {"startdate", "datestamp", "startlanguage", "ipaddr"} <= set(records.columns)
    assert list(records["Q1"]) == ["Association", "Other", "Association"] and list(records["Q2"]) == ["12", "7", ""]


def test_boxes_in_columns_and_boxes_joined_in_one(labelled):
    records = labelled.records
    assert [list(records[name]) for name in ("Q3_1", "Q3_2", "Q3_9")] == [["Y", "Y", ""], ["N", "Y", ""], ["N", "N", ""]]
    assert [list(records[name]) for name in ("Q5_1", "Q5_2")] == [["Y", "Y", "N"], ["Y", "N", "Y"]]


def test_what_is_not_read_is_named_and_nobody_with_it(labelled):
    told = "\n".join(labelled.unread)
    for words in (
        "1 previews or tests are left out, in rows 7",
        "RecipientLastName, RecipientEmail, LocationLatitude",
        "Status, Progress, Duration (in seconds)",
    ):
        assert words in told
    assert "Q4_DO_1" in told and "Q7_Page Submit" in told and "split into boxes" in told and "geheim" not in told.casefold()
    known = {*labelled.records.columns, "Q5", *INTERVIEW}
    assert all(name in known or name in told for name in ASKED)


def test_seen_but_unanswered_is_a_reason_and_empty_then_means_not_shown(coded):
    records, answers = coded.records, coded.structure.answers
    assert list(records["Q1"]) == ["1", "-99", "4"] and list(records["Q4_2"]) == ["2", "-99", "N/A"]
    assert list(records["Q3_1"]) == ["Y", "", "N/A"] and list(records["Q5_3"]) == ["Y", "N", "N/A"]
    assert list(records["Q6"]) == ["", "", ""] and list(records["Q2"]) == ["12", "-99", "7"]
    reasons = answers.dropna(subset="missing")
    assert set(zip(reasons["question"], reasons["code"], reasons["missing"], strict=True)) == {
        (name, "-99", "no_answer") for name in ("Q1", "Q2", "Q4")
    }


def test_codes_without_words_are_declared_as_they_stand_and_named(coded, labelled):
    answers = coded.structure.answers[coded.structure.answers["missing"].isna()]
    assert list(answers.loc[answers["question"] == "Q1", "code"]) == ["1", "4"]
    assert list(answers.loc[answers["question"] == "Q4", "code"]) == ["2", "4"]
    assert list(answers["label_und"]) == list(answers["code"])
    assert any("have no words" in sentence and "Q1, Q4." in sentence for sentence in coded.unread)
    assert labelled.structure.answers.empty


def test_bare_codes_are_in_no_order_and_words_may_be(coded, labelled):
    assert (kinds(coded)["Q4_1"], kinds(labelled)["Q4_1"]) == (("single", "Q4"), ("ordinal", "Q4"))


def test_codes_joined_in_one_column_name_their_boxes(coded):
    assert [name for name in coded.records if name.startswith("Q5")] == ["Q5_1", "Q5_3"]


def test_a_matrix_of_codes_is_a_scale_and_sums_are_numbers(tmp_path):
    asked = {f"Q8_{item}": (f"Share of work - Task {item}", f"QID8_{item}", "") for item in (1, 2)}
    rows = [[*interview(number), str(5 * number), str(100 - 5 * number)] for number in range(13)]
    assert kinds(read(written(tmp_path, export(rows, asked)))) == {"Q8_1": ("number", ""), "Q8_2": ("number", "")}


def test_two_header_rows_give_the_same_as_three(tmp_path, labelled):
    delivery = read(written(tmp_path, export(LABELLED, headers=2)))
    assert list(delivery.records.index) == [3, 4, 5]
    # Without ImportIds nobody knows that Q2 was written; it is a number either way, or few different values.
    assert {code: kind for code, kind in kinds(delivery).items() if code not in ("Q2", "Q6")} == {
        code: kind for code, kind in kinds(labelled).items() if code not in ("Q2", "Q6")
    }


def test_older_exports_call_the_columns_of_the_interview_by_numbers(tmp_path):
    old = [
        "ResponseID",
        "ResponseSet",
        "IPAddress",
        "StartDate",
        "EndDate",
        "RecipientEmail",
        "ExternalDataReference",
        "Finished",
        "Status",
        "Where from?",
        "Comment",
    ]
    names = [*(f"V{number}" for number in range(1, 10)), "Q1", "Q2_TEXT"]
    row = ["R_2sPsOsGV0GSrLJb", "Default Response Set", "192.0.2.1", "2016-04-08 12:04:00", "2016-04-08 12:09:00", "", "", "1", "0", "1", "geheim"]
    path = written(tmp_path, "\n".join(",".join(line) for line in (names, old, row)) + "\n")
    assert looks_like(path)
    delivery = read(path)
    assert delivery.records.at[3, "id"] == "R_2sPsOsGV0GSrLJb" and delivery.records.at[3, "submitdate"] == "2016-04-08 12:09:00"
    assert kinds(delivery) == {"Q1": ("single", ""), "Q2_TEXT": ("text", "")}


@pytest.mark.parametrize(("encoding", "delimiter", "name"), [("utf-16", "\t", "a.tsv"), ("utf-8", ",", "a.csv"), ("cp1252", ";", "a.csv")])
def test_every_usual_encoding_is_read(tmp_path, encoding, delimiter, name):
    rows = [[*row[:-4], "schöne Grüße", *row[-3:]] for row in LABELLED]
    path = written(tmp_path, export(rows, delimiter=delimiter), name, encoding)
    assert looks_like(path)
    assert read(path).records.at[4, "Q6"] == "schöne Grüße"


ONE = {"Q5": ("Which means do you use?", "QID5", "")}


def joined(folder: Path, cells: list[str], headers: int = 3):
    return read(written(folder, export([[*interview(number), cell] for number, cell in enumerate(cells)], ONE, headers)))


def test_an_option_with_a_comma_and_a_blank_is_one_option(tmp_path):
    delivery = joined(tmp_path, ["Fairs, abroad,Print", "Print", "Fairs, abroad", "Print"])
    assert [label(delivery, code) for code in ("Q5_1", "Q5_2")] == ["Fairs, abroad", "Print"]
    assert list(delivery.records["Q5_1"]) == ["Y", "N", "Y", "N"]


@pytest.mark.parametrize(
    ("cells", "headers"), [(["Geheim,Print", "Print"], 3), (["1,000 Euro,Print", "Print", "1,000 Euro"], 3), (["1,5", "2,5", "3"], 2)]
)
def test_what_cannot_be_told_apart_stays_and_is_said(tmp_path, cells, headers):
    delivery = joined(tmp_path, cells, headers)
    assert list(delivery.records["Q5"]) == cells
    told = "\n".join(delivery.unread)
    assert "nobody can tell several answers from a comma within one: Q5 stay" in told and "Split multi-value fields" in told and "Geheim" not in told


def test_a_scale_with_one_answer_throughout_is_no_set_of_boxes(tmp_path):
    asked = {f"Q4_{item}": (f"Agree? - Item {item}", f"QID4_{item}", "") for item in (1, 2)}
    assert kinds(read(written(tmp_path, export([[*interview(n), "1", "1"] for n in (1, 2, 3)], asked))))["Q4_1"] == ("single", "Q4")


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sets(st.sampled_from(["1", "2", "3", "7"])), min_size=1, max_size=9))
def test_splitting_loses_no_answer(tmp_path_factory, chosen):
    cells = [",".join(sorted(codes)) for codes in chosen]
    delivery = joined(tmp_path_factory.mktemp("joined"), cells)
    if any("," in cell for cell in cells):
        back = [
            {name.removeprefix("Q5_") for name in delivery.records if name.startswith("Q5_") and record[name] == "Y"}
            for _, record in delivery.records.iterrows()
        ]
        assert back == chosen
    else:
        assert list(delivery.records["Q5"]) == cells


def said(error) -> str:
    return str(error.value)


def test_a_file_that_is_something_else_is_refused(tmp_path):
    for name, text in {"a.csv": "id,submitdate,Q1\n1,,2\n", "b.csv": "StartDate,age\n1,2\n", "c.csv": "", "d.csv": "V1,V2\nx,y\n"}.items():
        assert not looks_like(written(tmp_path, text, name))
    assert not looks_like(tmp_path / "lost.csv")
    with pytest.raises(StudyError, match="not an export of Qualtrics"):
        read(tmp_path / "a.csv")


def test_columns_are_found_by_their_heads_in_any_order(tmp_path, labelled):
    lines = list(csv.reader(io.StringIO(export(LABELLED))))
    turned = io.StringIO()
    csv.writer(turned, lineterminator="\n").writerows(line[::-1] for line in lines)
    records = read(written(tmp_path, turned.getvalue())).records
    assert records[list(labelled.records.columns)].equals(labelled.records)


def test_missing_and_damaged_header_rows_are_named(tmp_path):
    lines = export(LABELLED).splitlines()
    with pytest.raises(StudyError, match="row 2: the row with the questions is missing"):
        read(written(tmp_path, "\n".join([lines[0], *lines[3:]])))
    with pytest.raises(StudyError, match="row 3: the row with the ImportIds is damaged in columns Q5"):
        read(written(tmp_path, export(LABELLED).replace('""QID5""}', '""QID5""')))


def test_a_column_twice_a_record_cut_off_and_a_wrong_encoding_are_refused(tmp_path):
    with pytest.raises(StudyError, match="same header"):
        read(written(tmp_path, export(LABELLED).replace(",Q4_2,", ",Q4_1,", 1)))
    with pytest.raises(StudyError) as error:
        read(written(tmp_path, export(LABELLED)[: export(LABELLED).index("2025-08-12 22:05:01")]))
    assert "row 5" in said(error) and "fewer fields" in said(error) and "geheim" not in said(error).casefold()
    with pytest.raises(StudyError) as error:
        read(written(tmp_path, export(LABELLED).replace("gGmbH", "Bürgerwerk"), encoding="cp1252"), encoding="utf-8")
    assert "the bytes are not utf-8" in said(error) and "rgerwerk" not in said(error)


def test_every_column_of_the_records_is_described(coded, labelled):
    for delivery in (coded, labelled):
        codes = set(delivery.structure.questions.query("kind != 'set'")["code"])
        system = {"id", "submitdate", "startdate", "datestamp", "startlanguage", "ipaddr"}
        assert codes == set(delivery.records.columns) - system and delivery.records.columns.is_unique
