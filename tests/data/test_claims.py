"""Statements on disk: read with everything that is wrong, told at once."""

import csv
import io

import pandas as pd
import pytest

from helpers.data.claims import COLUMNS, KINDS, claim_ids, read_claims
from helpers.data.codebook import Codebook
from helpers.data.problems import StudyError

VARIABLES = """name,type,set,sensitivity
took_part,single,,open
plan,single,,open
colour,single,,open
secret,single,,identifier
level,ordinal,,open
members,number,,open
note,text,,free
regions,set,,open
europe,multiple,regions,open
asia,multiple,regions,open
africa,multiple,regions,open
factors,set,,open
trust,ordinal,factors,open
language,ordinal,factors,open
"""
LEVELS = """variable,code,missing
took_part,Y,
took_part,N,
plan,full,
plan,part,
plan,none,
plan,dk,dont_know
colour,red,
colour,blue,
colour,green,
secret,x,
secret,y,
level,A1,
level,A2,
factors,A1,
factors,A2,
factors,A3,
"""
GOOD = [
    {"id": "C1", "kind": "majority", "question": "took_part", "answer": "Y", "headline": "2", "codes": "contacts|trust"},
    {"id": "C2", "kind": "minority", "question": "plan", "answer": "full|part"},
    {"id": "C3", "kind": "leading", "question": "regions", "options": "europe"},
    {"id": "C4", "kind": "leading_set", "question": "regions", "options": "europe|asia"},
    {"id": "C5", "kind": "ordering", "question": "regions", "options": "europe>asia>africa", "headline": "1"},
    {
        "id": "C6",
        "part": "1",
        "kind": "association",
        "question": "plan",
        "answer": "full",
        "with": "members",
        "sign": "+",
        "part_de": "a",
        "part_en": "a",
    },
    {"id": "C6", "part": "2", "kind": "majority", "question": "europe", "part_de": "b", "part_en": "b"},
    {"id": "C6", "part": "3", "kind": "interviews", "codes": "contacts|trust", "part_de": "c", "part_en": "c"},
    {"id": "C7", "kind": "importance", "question": "sector_part"},
    {"id": "C8", "kind": "ratings", "question": "factors", "answer": "A2|A3", "options": "trust|language"},
    {"id": "C9", "kind": "association", "question": "took_part", "with": "europe", "sign": "-"},
]
FIRST = {"C1": 2, "C2": 3, "C3": 4, "C4": 5, "C5": 6, "C6": 7, "C7": 10, "C8": 11, "C9": 12}


def codebook():
    variables = pd.read_csv(io.StringIO(VARIABLES), keep_default_na=False).assign(label_de="x", label_en="x").set_index("name")
    levels = pd.read_csv(io.StringIO(LEVELS), keep_default_na=False)
    return Codebook(variables, levels.assign(order=levels.groupby("variable").cumcount() + 1.0))


def read(folder, rows, codes=("contacts", "trust"), columns=COLUMNS, **options):
    path = folder / "claims.csv"
    seen = set()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            words = {} if row["id"] in seen else {"statement_de": f"Aussage {row['id']}", "statement_en": f"Statement {row['id']}"}
            seen.add(row["id"])
            writer.writerow({**words, **row})
    return read_claims(path, codebook(), codes, **options)


def problems(folder, rows, **options):
    with pytest.raises(StudyError) as raised:
        read(folder, rows, **options)
    return raised.value.problems


def test_a_row_per_part(tmp_path):
    claims = read(tmp_path, GOOD)
    assert list(claims) == list(COLUMNS) and set(claims["kind"]) == set(KINDS)
    assert claims["part"].tolist() == [1, 1, 1, 1, 1, 1, 2, 3, 1, 1, 1]
    assert claims["headline"].tolist() == [2, pd.NA, pd.NA, pd.NA, 1, pd.NA, pd.NA, pd.NA, pd.NA, pd.NA, pd.NA]
    assert claims.loc[claims["id"] == "C6", "statement_de"].tolist() == ["Aussage C6"] * 3
    assert (claims[["answer", "options", "with", "sign"]] != "").any().all() and claims.notna().drop(columns="headline").all(axis=None)


def test_codes_are_checked_only_where_there_are_some(tmp_path):
    assert len(read(tmp_path, GOOD, codes=None)) == len(GOOD)
    found = problems(tmp_path, GOOD, codes=["contacts"])
    assert [(problem.column, problem.rows, problem.allowed) for problem in found] == [("codes", [2, 9], "contacts")]


@pytest.mark.parametrize(
    ("id_", "change", "column", "what"),
    [
        ("C1", {"kind": "most"}, "kind", "no such kind"),
        ("C1", {"question": "tookpart"}, "question", "no choice question or tick box"),
        ("C1", {"question": "note"}, "question", "no choice question or tick box"),
        ("C1", {"question": "secret", "answer": "x"}, "question", "no choice question or tick box"),
        ("C1", {"question": "members"}, "question", "no choice question or tick box"),
        ("C1", {"question": ""}, "question", "majority needs it"),
        ("C1", {"answer": "yes"}, "answer", "not answers to this question"),
        ("C1", {"answer": ""}, "answer", "which answer counts"),
        ("C1", {"answer": "Y|N"}, "answer", "every answer counts"),
        ("C1", {"question": "europe"}, "answer", "a tick box has no answers"),
        ("C1", {"sign": "+"}, "sign", "majority does not use it"),
        ("C1", {"options": "europe"}, "options", "majority does not use it"),
        ("C2", {"answer": "dk"}, "answer", "not answers to this question"),
        ("C2", {"answer": "full|full"}, "answer", "a name is there twice"),
        ("C3", {"question": "factors"}, "question", "no such set of tick boxes"),
        ("C3", {"options": "trust"}, "options", "not options of this set"),
        ("C3", {"options": "europe|asia"}, "options", "another number of options"),
        ("C3", {"options": ""}, "options", "leading needs it"),
        ("C4", {"options": "europe"}, "options", "another number of options"),
        ("C4", {"options": "europe|asia|africa"}, "options", "another number of options"),
        ("C5", {"options": "europe|asia"}, "options", "separated by '>'"),
        ("C5", {"options": "europe>europe"}, "options", "a name is there twice"),
        ("C6", {"sign": ""}, "sign", "association needs it"),
        ("C6", {"sign": "positive"}, "sign", "no such sign"),
        ("C6", {"with": "note"}, "with", "no choice question, tick box or number"),
        ("C6", {"with": "colour"}, "with", "no order"),
        ("C6", {"answer": ""}, "question", "no order"),
        ("C6", {"with": "plan"}, "with", "always goes with itself"),
        ("C6", {"question": "members", "with": "level"}, "answer", "only a choice question has answers"),
        ("C6", {"statement_en": ""}, "statement_en", "no words in this language"),
        ("C6", {"part_de": ""}, "part_de", "needs words for each"),
        ("C6", {"part": "2"}, "part", "numbered"),
        ("C7", {"question": "sectors"}, "question", "no such part"),
        ("C8", {"options": "trust|europe"}, "options", "not items of this battery"),
        ("C8", {"answer": "A4"}, "answer", "not answers to this question"),
        ("C8", {"question": "regions"}, "question", "no such battery"),
        ("C9", {"codes": "contacts|fear"}, "codes", "not codes of the interviews"),
        ("C9", {"codes": "trust|trust"}, "codes", "a name is there twice"),
        ("C9", {"headline": "6"}, "headline", "no place in the summary"),
        ("C9", {"headline": "1"}, "headline", "given twice"),
        ("C9", {"id": "9"}, "id", "malformed"),
        ("C9", {"part": "2"}, "part", "numbered"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, id_, change, column, what):
    place = next(number for number, row in enumerate(GOOD) if row["id"] == id_)
    rows = [row | change if number == place else row for number, row in enumerate(GOOD)]
    found = [problem for problem in problems(tmp_path, rows) if problem.column == column and what in problem.what]
    assert len(found) == 1 and FIRST[id_] in found[0].rows and found[0].remedy
    assert found[0].file == "claims.csv"


def test_everything_is_told_at_once_and_the_same_fault_once(tmp_path):
    rows = [row | {"codes": "CANARY", "kind": "CANARY"} for row in GOOD[:4]]
    found = problems(tmp_path, rows)
    assert [(problem.column, problem.rows) for problem in found] == [("codes", [2, 3, 4, 5]), ("kind", [2, 3, 4, 5])]
    assert not any("CANARY" in str(problem) for problem in found)


def test_words_and_places_stand_in_the_first_row_of_a_statement(tmp_path):
    parts = [GOOD[5], GOOD[6] | {"statement_de": "noch einmal", "headline": "3"}]
    found = {problem.column: (problem.rows, problem.what) for problem in problems(tmp_path, parts)}
    assert found == {
        "statement_de": ([3], "the words stand in the first row of a statement"),
        "headline": ([3], "the place stands in the first row of a statement"),
    }


def test_the_parts_of_a_statement_stand_together(tmp_path):
    found = problems(tmp_path, [GOOD[5], GOOD[0], GOOD[6]])
    assert [(problem.column, problem.rows) for problem in found] == [("id", [4])]


def test_a_model_without_the_part(tmp_path):
    found = problems(tmp_path, GOOD, parts=[])
    assert [(problem.column, problem.rows) for problem in found] == [("question", [10])] and "no parts" in found[0].allowed


def test_files_without_columns_or_statements(tmp_path):
    found = problems(tmp_path, GOOD, columns=[column for column in COLUMNS if column not in ("sign", "with")])
    assert len(found) == 1 and "columns are missing: with, sign" in str(found[0]) and found[0].rows == [1]
    assert "a header and no statements" in str(problems(tmp_path, [])[0])
    with pytest.raises(StudyError, match="there is no such file"):
        read_claims(tmp_path / "other.csv", codebook())


def test_ids_alone_are_read_where_they_can_be(tmp_path):
    read(tmp_path, GOOD)
    assert claim_ids(tmp_path / "claims.csv") == list(FIRST)
    assert claim_ids(tmp_path / "other.csv") == []
    (tmp_path / "claims.csv").write_text("name\nC1\n")
    assert claim_ids(tmp_path / "claims.csv") == []
