"""Recommendations on disk: read with everything that is wrong, told at once."""

import csv

import pytest

from helpers.data.problems import StudyError
from helpers.data.recommendations import COLUMNS, no_recommendations, read_recommendations

CLAIMS = ["C01", "C02", "C03"]


def row(name, addressee="policy", claims="C01", named=False, **more):
    names = {"addressee_de": "Land", "addressee_en": "Land policy"} if named else {}
    return {"id": name, "addressee": addressee, "claims": claims, "text_de": f"Rat {name}", "text_en": f"Advice {name}", **names, **more}


GOOD = [row("R01", named=True), row("R02", "agency", "C01|!C02", addressee_de="Agentur", addressee_en="Agency"), row("R03", claims="!C03")]


def read(folder, rows, columns=COLUMNS, claims=CLAIMS):
    path = folder / "recommendations.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return read_recommendations(path, claims)


def problems(folder, rows, **options):
    with pytest.raises(StudyError) as raised:
        read(folder, rows, **options)
    assert "CANARY" not in str(raised.value)
    return raised.value.problems


def test_a_row_per_recommendation_with_the_names_of_addressees_repeated(tmp_path):
    recommendations = read(tmp_path, GOOD)
    assert list(recommendations) == list(COLUMNS) == list(no_recommendations())
    assert recommendations["addressee_en"].tolist() == ["Land policy", "Agency", "Land policy"]
    assert recommendations["addressee_de"].tolist() == ["Land", "Agentur", "Land"]
    assert recommendations["claims"].tolist() == ["C01", "C01|!C02", "!C03"] and recommendations.index.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("change", "column", "what"),
    [
        ({"id": ""}, "id", "empty or malformed"),
        ({"id": "1 CANARY"}, "id", "empty or malformed"),
        ({"id": "R01"}, "id", "there twice"),
        ({"addressee": "Land CANARY"}, "addressee", "empty or malformed"),
        ({"addressee": "somebody"}, "addressee_de", "no name in this language"),
        ({"addressee": "somebody"}, "addressee_en", "no name in this language"),
        ({"addressee_en": "CANARY"}, "addressee_en", "stands in the addressee's first row"),
        ({"text_de": ""}, "text_de", "no words"),
        ({"text_en": ""}, "text_en", "no words"),
        ({"claims": ""}, "claims", "rests on no statement"),
        ({"claims": "C01|CANARY"}, "claims", "there is no such statement"),
        ({"claims": "C01|"}, "claims", "there is no such statement"),
        ({"claims": "!!C01"}, "claims", "there is no such statement"),
        ({"claims": "C01|C01"}, "claims", "a statement is there twice"),
        ({"claims": "C01|!C01"}, "claims", "a statement is there twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, change, column, what):
    found = [problem for problem in problems(tmp_path, [*GOOD[:2], GOOD[2] | change]) if problem.column == column]
    assert len(found) == 1 and what in found[0].what and 4 in found[0].rows and found[0].remedy


def test_everything_is_told_at_once(tmp_path):
    rows = [row("R01", named=True, text_de="", claims="C09"), row("R01", claims=""), row("R02", claims="C09")]
    found = [(problem.column, problem.rows) for problem in problems(tmp_path, rows)]
    assert found == [("id", [2, 3]), ("text_de", [2]), ("claims", [3]), ("claims", [2, 4])]


def test_allowed_statements_are_named(tmp_path):
    (problem,) = problems(tmp_path, [GOOD[0] | {"claims": "C09"}], claims=iter(["C01", "C01", "C02"]))
    assert problem.allowed.startswith("C01, C02, joined by '|'")


def test_columns_that_are_missing(tmp_path):
    (problem,) = problems(tmp_path, GOOD, columns=[column for column in COLUMNS if column not in ("claims", "text_en")])
    assert "columns are missing: text_en, claims" in str(problem)
