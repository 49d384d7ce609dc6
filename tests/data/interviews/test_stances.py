"""Stances on disk: read with everything that is wrong, fitted to the interviews, and laid out for agreement."""

import pandas as pd
import pytest

from helpers.data.interviews.material import no_interviews
from helpers.data.interviews.stances import COLUMNS, read_stances, stance_ratings
from helpers.data.problems import StudyError

GOOD = [
    ("I01", "C1", "for", "A"),
    ("I01", "C2", "mixed", "A"),
    ("I02", "C1", "against", "A"),
    ("I01", "C1", "for", "B"),
    ("I01", "C2", "for", "agreed"),
]


def as_rows(rows):
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@pytest.fixture
def rated(interviews, as_csv):
    """The small study with stances; its claims.csv is read for the ids of statements alone, unless the study is opened."""

    def put(rows, claims=("C1", "C2")):
        interviews.files["stances.csv"] = as_csv(as_rows(rows))
        folder = interviews.study.path
        folder.mkdir(exist_ok=True)
        if claims:
            (folder / "claims.csv").write_bytes(as_csv([{"id": claim} for claim in claims]))
        return interviews

    return put


def read(folder, as_csv, rows):
    path = folder / "stances.csv"
    path.write_bytes(as_csv(as_rows(rows)))
    return read_stances(path)


def test_stances_are_read_as_they_stand(tmp_path, as_csv):
    stances = read(tmp_path, as_csv, GOOD)
    assert list(stances) == list(COLUMNS) and [tuple(row) for row in stances.values] == GOOD


def test_everything_wrong_in_the_file_is_told_at_once(tmp_path, as_csv):
    rows = [*GOOD[:2], ("I02", "C1", "CANARY", "A"), ("I01", "C1", "against", "A"), ("", "C1", "for", ""), ("I02", "", "for", "A")]
    with pytest.raises(StudyError) as raised:
        read(tmp_path, as_csv, rows)
    found = [(problem.column, problem.rows, problem.what) for problem in raised.value.problems]
    assert found == [
        ("document", [6], "the field is empty"),
        ("claim", [7], "the field is empty"),
        ("coder", [6], "the field is empty"),
        ("stance", [4], "no such stance"),
        ("", [2, 5], "a coder judged the interview twice on this statement"),
    ]
    assert "CANARY" not in str(raised.value) and "for, against, mixed" in str(raised.value)


def test_two_coders_may_judge_alike_and_one_coder_several_statements(tmp_path, as_csv):
    assert len(read(tmp_path, as_csv, [("I01", "C1", "for", coder) for coder in "ABC"] + [("I01", "C2", "for", "A"), ("I02", "C1", "for", "A")])) == 5


def test_columns_that_are_missing(tmp_path):
    (tmp_path / "stances.csv").write_text("document,claim,stance\nI01,C1,for\n")
    with pytest.raises(StudyError, match="columns are missing: coder"):
        read_stances(tmp_path / "stances.csv")


def test_a_study_without_claims_and_stances_in_it(rated):
    study = rated(GOOD, claims=()).open()
    assert [tuple(row) for row in study.interviews.stances.values] == GOOD
    assert [tuple(row) for row in study.interviews.agreed_stances().values] == [GOOD[4]]


def test_without_a_consensus_the_first_coder_counts(rated):
    interviews = rated(GOOD[:4], claims=())
    del interviews.plan["consensus"]
    study = interviews.open()
    assert study.interviews.agreed_stances()["coder"].tolist() == ["A"] * 3


@pytest.mark.parametrize("coded_by", [None, "A"])
def test_the_first_who_rated_counts_where_no_coder_is_named(rated, coded_by):
    interviews = rated([("I01", "C1", "for", "Z"), ("I01", "C1", "mixed", "Y")], claims=())
    interviews.plan.clear()
    interviews.codings = [coding for coding in interviews.codings if coding["coder"] == coded_by]
    interviews.quotations = []
    assert interviews.open().interviews.agreed_stances()["coder"].tolist() == ["Y"]


def test_no_stances_are_an_empty_table(interviews):
    for material in (interviews.open().interviews, no_interviews()):
        assert list(material.stances) == list(COLUMNS) and material.stances.empty and material.agreed_stances().empty


def test_interviews_and_statements_that_are_not_there(rated):
    found = rated([*GOOD, ("I09", "C1", "for", "A"), ("I02", "C7", "for", "B")]).own_problems()
    assert [(problem.file, problem.column, problem.rows, problem.allowed) for problem in found] == [
        ("interviews/stances.csv", "document", [7], "an id of interviews.csv"),
        ("interviews/stances.csv", "claim", [8], "C1, C2"),
    ]


def test_statements_are_checked_only_where_the_study_has_some(rated):
    assert rated([*GOOD, ("I02", "C7", "for", "B")], claims=()).own_problems() == []


def test_coders_of_the_plan_who_judged_nothing(rated):
    problem = rated([row for row in GOOD if row[3] != "agreed"]).own_problem()
    assert problem.column == "interviews.consensus" and "stances.csv has no rows of agreed" in problem.what


def test_what_is_wrong_in_the_file_is_told_with_the_rest(rated):
    interviews = rated([*GOOD, ("I02", "C2", "yes", "A")])
    interviews.quotations[0]["code"] = "nothing"
    found = {(problem.file, problem.column) for problem in interviews.own_problems()}
    assert {("interviews/stances.csv", "stance"), ("interviews/quotations.csv", "code")} <= found


def test_ratings_are_units_by_coders_and_silence_is_a_judgement():
    stances = pd.DataFrame([*GOOD, ("I03", "C2", "against", "B"), ("I04", "C3", "for", "agreed")], columns=list(COLUMNS))
    table = stance_ratings(stances, coders=["A", "B"])
    assert list(table) == ["A", "B"] and table.index.names == ["document", "claim"]
    assert table.loc["I01"].values.tolist() == [["for", "for"], ["mixed", "silent"]]
    assert table.loc["I02"]["A"].tolist() == ["against", "silent"] and table.loc["I02"]["B"].isna().all()  # B rated nothing there
    assert table.loc["I03"]["B"].tolist() == ["silent", "against"] and "I04" not in table.index
    assert stance_ratings(stances.head(0), coders=["A", "B"]).empty
