"""Linking: an interview gets what the survey knows of its unit, and never the unit."""

from __future__ import annotations

import pandas as pd


def test_a_respondent_a_silent_unit_and_nobody(interviews):
    study = interviews.open()
    documents = study.interviews.documents
    assert documents["respondent"].tolist() == [True, False, False]
    assert documents["sector_group"].astype(object).fillna("").tolist() == ["making", "making", ""]
    assert documents["size_class"].astype(object).fillna("").tolist() == ["small", "large", ""]
    assert documents["plan"].astype(object).fillna("").tolist() == ["full", "", ""]
    assert documents["partners"].astype(float).fillna(-1).tolist() == [12, -1, -1]
    assert documents["plan"].dtype == study.responses["plan"].dtype
    assert documents["sector_group"].dtype == study.responses["sector_group"].dtype
    assert documents.columns.tolist()[:8] == ["document", "consent", "date", "minutes", "role_de", "role_en", "words", "respondent"]
    assert documents.columns.tolist()[8:] == study.responses.columns.tolist()


def test_no_identifier_and_no_free_text_gets_in(interviews):
    documents = interviews.open().interviews.documents
    assert not documents.astype("str").apply(lambda column: column.str.contains("CANARY")).to_numpy().any()


def test_a_record_that_does_not_count_is_no_respondent(interviews):
    interviews.documents[0]["unit"] = "CANARY-U6"  # broke off early
    documents = interviews.open().interviews.documents
    assert not documents.loc[0, "respondent"]
    assert documents.loc[0, "size_class"] == "large"
    assert pd.isna(documents.loc[0, "plan"])


def test_one_unit_may_be_interviewed_twice(interviews):
    interviews.documents[1]["unit"] = "CANARY-U1"
    documents = interviews.open().interviews.documents
    assert documents["respondent"].tolist() == [True, True, False]
    assert documents["plan"].astype(object).fillna("").tolist() == ["full", "full", ""]


def test_units_without_a_frame_are_those_that_answered(interviews):
    interviews.study.without_frame()
    interviews.study.settings["interviews"] = interviews.plan
    problem = interviews.problem()
    assert (problem.file, problem.column, list(problem.rows)) == ("interviews/interviews.csv", "unit", [3])


def test_a_unit_needs_a_variable_that_names_units(interviews):
    interviews.study.without_frame()
    interviews.study.settings["roles"] = {}
    problem = interviews.problem()
    assert (problem.column, list(problem.rows)) == ("unit", [2, 3])
    assert "roles.unit" in problem.what


def test_without_any_units_there_is_nothing_to_link(interviews):
    interviews.study.without_frame()
    interviews.study.settings["roles"] = {}
    for row in interviews.documents:
        row["unit"] = ""
    documents = interviews.open().interviews.documents
    assert not documents["respondent"].any()
    assert documents["plan"].isna().all()


def test_a_variable_may_not_be_called_like_a_column_of_the_interviews(interviews):
    interviews.study.variable("partners")["name"] = "minutes"
    for key in ("indices", "model"):
        del interviews.study.settings[key]
    del interviews.study.settings["roles"]["outcome"]
    problem = interviews.problem()
    assert problem.file == "interviews/interviews.csv"
    assert "minutes" in problem.what


def test_units_are_told_beside_other_problems(interviews):
    interviews.documents[1].update(unit="CANARY-U99", consent="CANARY")
    assert [problem.column for problem in interviews.problems()] == ["consent", "unit"]
