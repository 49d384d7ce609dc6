"""`study check` on the command line: every problem and exit 1, or the ledger and exit 0; never what somebody typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.data.problems import StudyError
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG

EXPORT = "survey/responses.csv"
# What readers of a message must not meet: Python's words, and what pydantic, pandas or a codec say.
JARGON = re.compile(
    r"Traceback|Error\b|Exception|\bNone\b|\bNaN\b|nan\b|<class|dtype|0x[0-9a-f]{2}|object at|pydantic|pandas|codec|DataFrame|Input should be a valid dictionary"
)


def check(folder, capsys) -> tuple[int, str, str]:
    code = main(["check", str(folder.write())])
    shown = capsys.readouterr()
    assert "CANARY" not in shown.out + shown.err
    assert not JARGON.search(shown.out + shown.err), shown
    return code, shown.out, shown.err


def test_a_clean_study_prints_its_ledger(folder, capsys):
    code, out, err = check(folder, capsys)
    assert code == DONE == 0
    assert err == ""
    said = [re.sub(r"\s+", " ", line).strip() for line in out.splitlines() if line.strip()]
    assert said == [
        "Study 'A small study': 5 of 8 answers, 12 variables",
        "records",
        "records in the file 7",
        "opened and nothing answered 1",
        "replaced by another record of the same unit 0",
        "broken off with too few answers 1",
        "counted: complete 4",
        "counted: broken off, but mostly answered 1",
        "answers missing, dont know: 1",
        "answers missing, no answer: 1",
        "answers missing, not reached: 3",
        "answers missing, not shown: 3",
        "answers missing, skipped: 5",
        *said[-3:],
    ]
    assert "interviews" in said[-3] and "statements" in said[-2] and "previous" in said[-1]


def test_what_was_ignored_is_said(folder, capsys, as_csv):
    folder.files[EXPORT] = as_csv([{**record, "Z9": "CANARY"} for record in folder.records], index=True)
    code, out, _ = check(folder, capsys)
    assert code == DONE
    assert "columns without a head, ignored: 1" in out
    assert "columns that codebook.csv does not know, ignored: Z9" in out


def test_a_wrong_study_prints_every_problem(folder, capsys):
    folder.records[0] |= {"B5": "CANARY", "B6": "140"}
    folder.frame[3]["sector"] = "CANARY"
    del folder.settings["population"]
    folder.settings["cross"]["of"] = ["plans"]
    code, out, err = check(folder, capsys)
    assert code == STUDY_IS_WRONG == 1
    assert out == ""
    problems, last = err.splitlines()[:-1], err.splitlines()[-1]
    assert problems == [
        "study.yaml: column 'cross.of': the codebook has nothing fitting called plans. Allowed: choice questions, tick boxes. Correct the name, or the codebook.",
        "frame.csv: row 5, column 'sector': an answer that is not declared. Allowed: mobility, digital, health. "
        "Correct the file, or declare the answer in levels.csv.",
        "survey/responses.csv: row 2, column 'B5': not a number. Allowed: from 0 up to 50. Correct the file.",
        "survey/responses.csv: row 2, column 'B6': a number outside its range. Allowed: from 0 up to 100 per cent. "
        "Correct the file, or the range in codebook.csv.",
    ]
    assert last == f"4 problems in {folder.path}"


def test_one_problem_is_one(folder, capsys):
    folder.records[0]["B6"] = "140"
    assert check(folder, capsys)[2].splitlines()[-1] == f"1 problem in {folder.path}"


def test_a_folder_that_is_no_study(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == STUDY_IS_WRONG
    assert "the folder is not a study: it has no study.yaml. data/README.md says" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "nowhere")]) == STUDY_IS_WRONG
    assert "there is no such folder." in capsys.readouterr().err


def test_what_is_wrong_with_the_wave_before_is_said_too(folder, capsys, tmp_path):
    folder.settings["previous"] = "../before"
    assert "study.yaml: column 'previous': there is no such folder." in check(folder, capsys)[2]
    (tmp_path / "before").mkdir()
    folder.records[0]["B6"] = "140"
    problems = check(folder, capsys)[2].splitlines()
    assert problems[0].startswith("survey/responses.csv: row 2, column 'B6'")
    assert problems[1].startswith("../before: the folder is not a study")
    assert all(problem.startswith("../before/") for problem in problems[2:-1])
    assert problems[-1] == f"{len(problems) - 1} problems in {folder.path}"


def test_a_canary_in_every_cell_of_the_export(folder, capsys):
    folder.records = [{code: f"CANARY {number} {code}" for code in record} for number, record in enumerate(folder.records)]
    code, _, err = check(folder, capsys)
    assert code == STUDY_IS_WRONG
    places = set(re.findall(r"responses\.csv: rows 2, 3, 4, 5, 6, 7, 8, column '([^']*)'", err))
    assert places == {"B1", "B2", "B3[SQ001]", "B3[SQ002]", "B4[SQ001]", "B4[SQ002]", "B5", "B6", "unit_id"}


def test_a_canary_in_every_cell_of_the_frame(folder, capsys):
    folder.frame = [dict.fromkeys(row, f"CANARY {number}") for number, row in enumerate(folder.frame)]
    assert check(folder, capsys)[0] == STUDY_IS_WRONG


@pytest.mark.parametrize("line", range(8))
def test_a_record_in_the_place_of_the_header(line, folder, capsys, as_csv):
    """Where the header is missing, somebody's answers are the header."""
    lines = as_csv(folder.records).decode().split("\r\n")
    folder.files[EXPORT] = "\r\n".join([*lines[line:], ""]).encode()
    code = check(folder, capsys)[0]
    assert code == (DONE if line == 0 else STUDY_IS_WRONG)


def test_a_record_in_the_place_of_other_headers(folder, capsys, as_csv):
    for name in ("frame.csv", "codebook.csv", "levels.csv"):
        folder.files[name] = as_csv(folder.frame).split(b"\r\n", 1)[1]
    assert check(folder, capsys)[0] == STUDY_IS_WRONG


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happens_to_the_bytes_it_ends_in_a_study_or_in_problems(data, folder, as_csv):
    """Cut, overwritten or doubled bytes, in any of the files: never another exception, never a canary."""
    folder.files = {}
    folder.write()
    name = data.draw(st.sampled_from([EXPORT, "frame.csv", "codebook.csv", "levels.csv", "study.yaml"]))
    raw = (folder.path / name).read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    stop = data.draw(st.integers(start, min(len(raw), start + 40)))
    new = data.draw(
        st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b"\r\n", b";", b",", "ä".encode(), b"\x00", b"\xff\xfe", b"N/A", b"140"]))
    )
    folder.files = {name: raw[:start] + new + raw[stop:]}
    try:
        assert len(folder.open().responses) > 0
    except StudyError as error:
        assert error.problems
        assert "CANARY" not in str(error)
