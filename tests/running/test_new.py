"""`study new` on the command line: what was found, guessed and left to decide, and a study that can be run at once."""

from __future__ import annotations

import pytest

from conftest import ROOT
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG

REAL = ROOT.parent / "shared" / "real"
EXPORT = "id,token,mail,B1,B2,C1\n" + "".join(
    f"{n},K{n},canary{n}@example.org,{'Red' if n % 2 else 'Blue'},{n % 4},CANARY {n}\n" for n in range(1, 9)
)


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def test_it_says_what_it_found_and_what_comes_next(export, tmp_path, capsys):
    assert main(["new", str(tmp_path / "study"), "--from", str(export)]) == DONE
    out, err = capsys.readouterr()
    assert err == ""
    assert "CANARY" not in out and "canary" not in out
    assert "Found: a plain CSV table; 8 records." in out
    assert "  3 marked as identifier (may name somebody): id, token, mail\n" in out
    assert "  questions with one of several answers: 1\n" in out
    assert "  1 marked as free (typed text): c1\n" in out
    assert "the heads stand in their place, in both languages" in out
    assert "the export has no dates" in out
    assert "roles: which variable is the sector" in out
    assert "The draft passes the check: 8 answers count, of 8 records." in out
    assert out.endswith(f"Next:\n  study check {tmp_path / 'study'}\n  study run {tmp_path / 'study'} --only 02\n")
    assert main(["check", str(tmp_path / "study")]) == DONE


def test_a_second_time_it_refuses(export, tmp_path, capsys):
    assert main(["new", str(tmp_path / "study"), "--from", str(export)]) == DONE
    capsys.readouterr()
    assert main(["new", str(tmp_path / "study"), "--from", str(export)]) == STUDY_IS_WRONG
    out, err = capsys.readouterr()
    assert out == ""
    assert "the folder is a study already" in err


def test_what_is_wrong_with_the_export_is_told_without_its_words(export, tmp_path, capsys):
    export.write_text(EXPORT.replace("id,token", "token,token"), encoding="utf-8")
    assert main(["new", str(tmp_path / "study"), "--from", str(export)]) == STUDY_IS_WRONG
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "export.csv: row 1: columns A, B have the same header. Keep one of each, under its own name; the first row is the header.\n",
    )
    assert not (tmp_path / "study").exists()


def test_what_the_draft_cannot_settle_is_said_exactly(export, tmp_path, capsys):
    export.write_text(EXPORT.replace("\n2,", "\n1,"), encoding="utf-8")
    assert main(["new", str(tmp_path / "plain"), "--from", str(export)]) == DONE
    study = tmp_path / "limesurvey"
    export.write_text(EXPORT.replace("B2,C1", "submitdate,lastpage").replace("\n2,", "\n1,"), encoding="utf-8")
    assert main(["new", str(study), "--from", str(export)]) == STUDY_IS_WRONG
    _, err = capsys.readouterr()
    assert "Left to correct before the first report:" in err
    assert "rows 2, 3, column 'id': the record number occurs more than once" in err


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files (../shared/real) are not here")
def test_a_real_export_becomes_a_study_that_passes_the_check(tmp_path, capsys):
    assert main(["new", str(tmp_path / "study"), "--from", str(REAL / "rse2017_nl" / "responses.csv")]) == DONE
    out, _ = capsys.readouterr()
    assert "Found: an export of LimeSurvey; 77 records." in out
    assert "tick boxes: 73\n" in out  # 65 disciplines, 4 ways of testing, 4 places to meet: the heads with items that hold Yes and No only
    assert "The draft passes the check: 77 answers count, of 77 records." in out
