"""Groupings, what the frame adds, and where a relative path leads."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.data.folders import ROOT, find_folder
from helpers.data.groups import add_groups
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.data.settings import Group

LABEL = {"de": "x", "en": "y"}


def classes(*limits: float) -> Group:
    levels = [{"code": f"c{place}", "up_to": limit, "label": LABEL} for place, limit in enumerate(limits)]
    return Group.model_validate({"of": "size", "label": LABEL, "levels": [*levels, {"code": "above", "label": LABEL}]})


def merged(**sources: list[str]) -> Group:
    levels = [{"code": code, "from": source, "label": LABEL} for code, source in sources.items()]
    return Group.model_validate({"of": "sector", "label": LABEL, "levels": levels})


@pytest.mark.parametrize(("size", "group"), [(-5, "c0"), (12, "c0"), (12.0001, "c1"), (35, "c1"), (36, "above"), (1e9, "above")])
def test_the_limit_belongs_to_its_class(size, group):
    assert add_groups(pd.DataFrame({"size": [size]}), {"class": classes(12, 35)})["class"].tolist() == [group]


@given(
    st.lists(st.integers(-50, 50), min_size=1, max_size=5, unique=True).map(sorted),
    st.lists(st.one_of(st.floats(-60, 60), st.integers(-60, 60).map(float), st.just(math.nan)), min_size=1),
)
def test_every_number_has_the_first_class_it_does_not_exceed(limits, sizes):
    made = add_groups(pd.DataFrame({"size": sizes}), {"class": classes(*limits)})["class"]
    expected = [next((f"c{place}" for place, limit in enumerate(limits) if size <= limit), "above") for size in sizes]
    for size, group, right in zip(sizes, made, expected, strict=True):
        assert pd.isna(group) if math.isnan(size) else group == right
    assert made.cat.ordered
    assert made.cat.categories.tolist() == [*(f"c{place}" for place in range(len(limits))), "above"]


def test_merged_levels_keep_the_order_of_study_yaml():
    table = pd.DataFrame({"sector": pd.Categorical(["a", "b", None, "c"], categories=["a", "b", "c", "d"])})
    made = add_groups(table, {"group": merged(second=["c", "d"], first=["a", "b"])})
    assert made["group"].astype(object).where(made["group"].notna(), None).tolist() == ["first", "first", None, "second"]
    assert made["group"].cat.categories.tolist() == ["second", "first"]
    assert not made["group"].cat.ordered
    assert list(table.columns) == ["sector"]


def test_a_grouping_of_a_variable_that_is_not_there_is_left_out():
    assert list(add_groups(pd.DataFrame({"other": [1]}), {"class": classes(1)}).columns) == ["other"]


def test_groupings_are_variables_of_the_codebook(folder):
    book = folder.open().codebook
    assert book.real_answers("size_class") == ["small", "medium", "large"]
    assert book.label("sector_group", "de") == "Branchengruppe"
    assert book.answers("size_class")["label_en"].tolist() == ["up to 12", "13 to 35", "over 35"]
    assert book.variables.loc["sector_group", ["type", "sensitivity", "code"]].tolist() == ["single", "quasi", ""]
    assert book.variables.at["size_class", "type"] == "ordinal"


def test_a_grouping_of_a_survey_question(folder):
    group = {"of": "partners", "label": LABEL, "levels": [{"code": "none", "up_to": 0, "label": LABEL}, {"code": "some", "label": LABEL}]}
    folder.settings["groups"]["partner_class"] = group
    study = folder.open()
    read = study.responses["partner_class"]
    assert read.astype(object).where(read.notna(), None).tolist() == ["some", None, "none", "some", None]
    assert "partner_class" not in study.frame


# The frame


def test_the_frame_is_joined_on_the_unit_not_on_the_order(new_folder):
    expected = new_folder().open()
    folder = new_folder()
    folder.frame.reverse()
    study = folder.open()
    pd.testing.assert_frame_equal(study.responses, expected.responses)
    assert study.frame["size"].tolist() == expected.frame["size"].tolist()[::-1]


def test_the_frame_holds_every_eligible_unit(folder):
    study = folder.open()
    assert list(study.frame.columns) == ["sector", "size", "sector_group", "size_class"]
    assert study.population == len(study.frame) == 8
    assert study.frame["sector_group"].value_counts().to_dict() == {"serving": 5, "making": 3}
    assert study.frame["sector"].dtype == study.responses["sector"].dtype


def test_a_variable_that_a_grouping_merges_is_told_by_the_grouping(folder):
    respondents, frame = folder.open().beside_frame()
    assert list(respondents) == list(frame) == ["size", "sector_group", "size_class"]


def test_a_gap_in_the_frame_is_a_missing_value(folder):
    folder.frame[0]["sector"] = ""
    study = folder.open()
    assert study.responses["sector"].isna().tolist() == [True, False, False, False, False]
    assert study.responses["sector_group"].isna().sum() == 1


def test_what_the_survey_asks_is_not_taken_from_the_frame(folder, as_csv):
    folder.variable("size")["code"] = "S1"
    folder.settings["weights"]["margins"] = ["sector_group"]
    folder.files["survey/responses.csv"] = as_csv([{**record, "S1": "99"} for record in folder.records])
    study = folder.open()
    assert study.responses["size"].tolist() == [99] * 5
    assert list(study.frame.columns) == ["sector", "sector_group"]


def test_a_study_without_a_frame(folder):
    folder.without_frame()
    study = folder.open()
    assert study.frame is None
    assert study.population is None
    respondents, frame = study.beside_frame()
    assert (list(respondents), frame) == ([], None)
    assert study.absent() == ["frame", "population", "weights", "indices", "model", "interviews", "claims", "previous"]
    assert repr(study) == "Study 'A small study': 5 answers, 8 variables"


# The study


def test_what_a_study_says_of_itself(folder):
    study = folder.open(language="de")
    assert list(study.answers("measures", "plan").columns) == ["fairs", "visits", "plan"]
    assert study.sets("multiple") == {"measures": ["fairs", "visits"]}
    assert study.sets("ordinal") == {"trust": ["trust_banks", "trust_state"]}
    assert study.asked("single", "ordinal") == ["plan", "importance"]
    assert study.asked("number", "share") == ["partners", "exports"]
    assert study.comparisons().empty
    with pytest.raises(KeyError, match="no variable or set nothing"):
        study.answers("plan", "nothing")


def test_a_statistic_across_sets(folder):
    study = folder.open()
    counted = study.across(["trust", "measures"], lambda answers: pd.DataFrame({"n": answers.notna().sum().to_numpy()}))
    assert counted.to_dict("list") == {"question": ["trust", "trust", "measures", "measures"], "n": [4, 3, 3, 3]}
    assert list(study.across([], lambda answers: answers).columns) == ["question"]


def test_the_smallest_cell_is_never_below_the_studys_own(folder):
    assert folder.open().min_cell == 5
    assert folder.open(min_cell=3).min_cell == 5
    assert folder.open(min_cell=9).min_cell == 9


# Where a relative path leads


def test_a_relative_path_means_the_project_root_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_folder("data/demo") == (ROOT / "data" / "demo").resolve()
    assert find_folder(Path("data") / "demo") == (ROOT / "data" / "demo").resolve()
    here = open_study("data/demo")
    monkeypatch.chdir(ROOT)
    pd.testing.assert_frame_equal(open_study("data/demo").responses, here.responses)


def test_the_project_root_comes_before_the_current_folder(tmp_path, monkeypatch):
    (tmp_path / "data" / "demo").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert find_folder("data/demo") == (ROOT / "data" / "demo").resolve()


def test_else_the_current_folder(folder, monkeypatch):
    path = folder.write()
    monkeypatch.chdir(path.parent)
    assert find_folder("study") == path.resolve()
    assert len(open_study("study").responses) == 5


def test_an_absolute_path_is_itself(tmp_path):
    assert find_folder(tmp_path) == tmp_path.resolve()
    with pytest.raises(StudyError, match=r"nowhere: there is no such folder\."):
        open_study(tmp_path / "nowhere")
