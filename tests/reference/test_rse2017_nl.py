"""A real LimeSurvey export becomes a study by its own files alone; every number here is counted from the file itself."""

from __future__ import annotations

import csv
import re
import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml

import helpers
from helpers.integration.verdicts import statement_verdicts

ROOT = Path(__file__).parents[2]
STUDY = Path("tests", "reference", "rse2017_nl")
EXPORT = ROOT.parent / "shared" / "real" / "rse2017_nl" / "responses.csv"
MARK = "\ufeff"


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


CODEBOOK = read_rows(ROOT / STUDY / "codebook.csv")
LEVELS = read_rows(ROOT / STUDY / "levels.csv")
SETTINGS = yaml.safe_load((ROOT / STUDY / "study.yaml").read_text(encoding="utf-8"))
VARIABLES = {row["name"]: row for row in CODEBOOK}
K = SETTINGS["disclosure"]["k"]


def names(*types: str) -> list[str]:
    return [row["name"] for row in CODEBOOK if row["type"] in types]


def items(name: str) -> list[str]:
    return [row["name"] for row in CODEBOOK if row["set"] == name]


def declared(name: str) -> list[str]:
    """Codes of a variable's own levels, else of its set's, in their order."""
    own = [row for row in LEVELS if row["variable"] == name] or [row for row in LEVELS if row["variable"] == VARIABLES[name]["set"]]
    return [row["code"] for row in sorted(own, key=lambda row: int(row["order"]))]


@pytest.fixture(scope="module")
def export() -> dict[str, list[str]]:
    """Column code -> values of all records, in file order; byte-order marks and blanks around a value removed."""
    if not EXPORT.is_file():
        pytest.skip("the real export ../shared/real/rse2017_nl/responses.csv is not there")
    with EXPORT.open(encoding="utf-8", newline="") as stream:
        head, *records = list(csv.reader(stream))
    columns = zip(*records, strict=True)
    return {code_of(title): [value.replace(MARK, "").strip() for value in column] for title, column in zip(head, columns, strict=True)}


def code_of(title: str) -> str:
    """The question code that opens a header such as ``rse3[SQ001]. Who uses the code that you write? []``."""
    return title.split(". ", 1)[0]


@pytest.fixture(scope="module")
def answers(export) -> dict[str, list[str]]:
    """Name in the codebook -> values of all records."""
    return {name: export[row["code"]] for name, row in VARIABLES.items() if row["type"] != "set"}


@pytest.fixture(scope="module")
def study(export):
    return helpers.open_study(STUDY.as_posix())


# The study's files against the export, without any reader of ours


def test_codebook_has_every_column_of_the_export_once_and_in_its_order(export):
    index, *questions = export
    assert index == ""
    assert [row["code"] for row in CODEBOOK if row["type"] != "set"] == questions


def test_every_value_in_the_export_is_declared(answers):
    allowed = {name: declared(name) for name in names("single", "ordinal")} | {name: ["Yes", "No"] for name in names("multiple")}
    undeclared = [(name, value) for name, codes in allowed.items() for value in set(answers[name]) - {"", *codes}]
    assert undeclared == []


@pytest.mark.parametrize("name", names("number"))
def test_numbers_lie_in_their_declared_range(name, answers):
    low, high = float(VARIABLES[name]["low"]), float(VARIABLES[name]["high"])
    outside = [value for value in answers[name] if value and not low <= float(value) <= high]
    assert outside == []
    assert VARIABLES[name]["unit"]


def test_every_variable_and_every_level_has_a_label_in_both_languages():
    rows = [*CODEBOOK, *LEVELS]
    assert [row for row in rows for label in ("label_de", "label_en") if not row[label].strip()] == []


def test_levels_belong_to_the_codebook_and_count_from_one():
    orders: dict[str, list[int]] = {}
    for row in LEVELS:
        orders.setdefault(row["variable"], []).append(int(row["order"]))
    assert set(orders) <= set(VARIABLES)
    assert [name for name, places in orders.items() if places != list(range(1, len(places) + 1))] == []


@pytest.mark.parametrize("label", ["label_de", "label_en"])
def test_no_two_answers_of_a_question_read_the_same(label):
    read = Counter((row["variable"], row[label]) for row in LEVELS)
    assert [key for key, times in read.items() if times > 1] == []


NUMBERED = {
    "code_users": range(0, 6),
    "time_use": range(1, 11),
    "bus_factor": range(1, 6),
    "open_source_frequency": range(1, 11),
    "doi_frequency": range(1, 11),
    "satisfaction": range(0, 11),
}
FREQUENCY = ["Never", "Sometimes", "Often", "Very Often", "Always"]
AGREEMENT = ["Strongly disagree", "Disagree", "Neither agree or disagree", "Agree", "Strongly Agree"]
WORDED = {"feedback": FREQUENCY, "turnover": FREQUENCY, "career": AGREEMENT, "job": AGREEMENT}


@pytest.mark.parametrize("name, points", NUMBERED.items())
def test_numbered_scales_are_complete_and_run_upwards(name, points):
    numbers = [re.match(r"\d+", code) for code in declared(name)]
    assert [int(number.group()) for number in numbers if number] == list(points)
    assert None not in numbers


@pytest.mark.parametrize("name, words", WORDED.items())
def test_worded_scales_are_complete_and_run_upwards(name, words):
    assert declared(name) == words


def test_every_ordinal_variable_stands_on_a_complete_scale():
    assert {VARIABLES[name]["set"] or name for name in names("ordinal")} == {*NUMBERED, *WORDED}


def test_items_carry_the_question_code_of_their_set():
    strays = [name for name, row in VARIABLES.items() if row["set"] and row["code"].split("[")[0] != VARIABLES[row["set"]]["code"]]
    assert strays == []
    assert [name for name in names("set") if not items(name)] == []


def test_disciplines_read_the_same_as_subjects():
    subjects = {(row["label_de"], row["label_en"]) for row in LEVELS if row["variable"] == "qualification_subject" and row["code"] != "Other"}
    assert {(VARIABLES[name]["label_de"], VARIABLES[name]["label_en"]) for name in items("disciplines")} == subjects


def test_the_statements_on_shares_hold_and_their_cells_are_publishable(answers):
    shares = [claim for claim in read_rows(ROOT / STUDY / "claims.csv") if claim["kind"] in ("majority", "minority")]
    assert len(shares) == 4
    for claim in shares:
        question = claim["question"]
        yes, other = answers[question].count(claim["answer"]), sum(value not in ("", claim["answer"]) for value in answers[question])
        assert (yes > other) == (claim["kind"] == "majority"), question
        assert min(yes, other) >= K, question


def test_the_verdicts_are_true_of_the_file(study):
    """Nobody knows how many could have answered, so nothing is more than a tendency; the interval of the association is counted by hand."""
    tests = statement_verdicts(study.responses, study.claims, study.sets("multiple"), population=None, resamples=2000, seed=1).set_index("id")
    assert (tests["verdict"] == "tendency").all()
    assert (tests["assumption"] == "unbounded").all()
    rows = read_rows(EXPORT)
    head = {
        name: next(column for column in rows[0] if column and column.startswith(VARIABLES[name]["code"] + ".")) for name in ("doi", "open_source")
    }
    pairs = Counter((row[head["open_source"]].strip(MARK), row[head["doi"]].strip(MARK)) for row in rows)
    shares = [pairs[said, "Yes"] / (pairs[said, "Yes"] + pairs[said, "No"]) for said in ("Yes", "No")]
    assert tests.at["S5", "effect"] == pytest.approx(shares[0] - shares[1])


# The reader against the export


def test_every_record_is_a_case(study, export):
    assert len(study.responses) == len(export[""]) == 77
    assert study.responses.index.name == "respondent"
    assert study.responses.index.is_unique


def test_no_population_no_frame_no_weights(study):
    assert study.population is None
    assert study.frame is None
    assert study.settings.weights is None
    assert not study.settings.synthetic


def test_the_index_column_is_gone(study, export):
    assert not [column for column in study.responses if not column.strip() or column.startswith("Unnamed")]
    row_numbers = [float(number) for number in export[""]]
    assert not [name for name in study.responses if pd.to_numeric(study.responses[name].astype(object), errors="coerce").tolist() == row_numbers]


def test_variables_come_in_questionnaire_order_without_sets_and_free_text(study):
    published = [name for name, row in VARIABLES.items() if row["type"] != "set" and row["sensitivity"] not in ("free", "identifier")]
    assert [name for name in study.responses if name in VARIABLES] == published
    assert set(study.responses) - set(VARIABLES) <= set(SETTINGS["groups"])


def test_free_text_is_not_in_the_responses(study, answers):
    assert names("text") == ["training_programmes"]
    sentences = {text for text in answers["training_programmes"] if " " in text}
    assert sentences
    assert not [name for name in study.responses if sentences & set(study.responses[name].dropna().astype(str))]


@pytest.mark.parametrize("name", names("single", "ordinal"))
def test_every_answer_is_counted(name, study, answers):
    column = study.responses[name]
    assert column.cat.categories.tolist() == declared(name)
    assert column.cat.ordered == (VARIABLES[name]["type"] == "ordinal")
    assert column.value_counts().to_dict() == {code: answers[name].count(code) for code in declared(name)}
    assert column.isna().sum() == answers[name].count("")


@pytest.mark.parametrize("name", names("multiple"))
def test_every_tick_is_counted(name, study, answers):
    column = study.responses[name]
    assert column.dtype == "boolean"
    found = {"Yes": int(column.sum()), "No": int((~column).sum()), "": int(column.isna().sum())}
    assert found == {text: answers[name].count(text) for text in found}


@pytest.mark.parametrize("name", names("number"))
def test_numbers_add_up(name, study, answers):
    column = study.responses[name]
    numbers = [float(value) for value in answers[name] if value]
    assert column.dtype == "float64"
    assert (column.count(), column.isna().sum()) == (len(numbers), answers[name].count(""))
    assert column.sum() == pytest.approx(sum(numbers))
    assert (column.min(), column.max()) == (min(numbers), max(numbers))


def test_answers_stay_with_their_respondent(study, answers):
    choices = names("single", "ordinal")
    found = Counter(study.responses[choices].astype(object).where(study.responses[choices].notna(), "").itertuples(index=False, name=None))
    assert found == Counter(zip(*(answers[name] for name in choices), strict=True))


def test_sector_groups_are_the_merged_organisation_types(study, answers):
    levels = SETTINGS["groups"]["sector_group"]["levels"]
    expected = {level["code"]: sum(answers["organisation_type"].count(source) for source in level["from"]) for level in levels}
    assert study.responses["sector_group"].value_counts().to_dict() == expected == {"university": 37, "research_institute": 30, "company_other": 10}
    assert min(expected.values()) >= K


def test_experience_classes_have_inclusive_upper_limits(study, answers):
    years = [float(value) for value in answers["experience_years"]]
    expected = {"up_to_5": sum(y <= 5 for y in years), "over_5_to_15": sum(5 < y <= 15 for y in years), "over_15": sum(y > 15 for y in years)}
    assert study.responses["experience_class"].value_counts().to_dict() == expected
    assert min(expected.values()) >= K


def test_values_with_a_byte_order_mark_land_in_their_level(study, tmp_path):
    """A mark at the very beginning, in a header and inside values, as files glued together carry it."""
    text = EXPORT.read_text(encoding="utf-8")
    for plain in ("edu1.", "PhD,", "Yes,", "8.0,", "Very Often,"):
        assert f",{plain}" in text
        text = text.replace(f",{plain}", f",{MARK}{plain}")
    marked = MARK + text.replace(f"{MARK}Yes,", f" {MARK}Yes ,")
    (tmp_path / "responses.csv").write_text(marked, encoding="utf-8", newline="")
    for file in ("codebook.csv", "levels.csv"):
        shutil.copy(ROOT / STUDY / file, tmp_path)
    settings = {**SETTINGS, "files": {**SETTINGS["files"], "responses": "responses.csv"}}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")
    pd.testing.assert_frame_equal(helpers.open_study(tmp_path).responses, study.responses)
