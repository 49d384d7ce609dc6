"""`study new` on the command line: what was found, guessed and left to decide, and a study that can be run at once."""

from __future__ import annotations

import pandas as pd
import pytest

from conftest import ROOT
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG
from running.launched import stand_in

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


def test_messages_speak_of_the_command_where_there_is_no_study_yet(export, tmp_path, capsys):
    export.write_bytes(EXPORT.replace("Blue", "Grün").encode("cp1252"))
    (tmp_path / "other.lss").write_text("<document/>", encoding="utf-8")
    given = {
        ("--from", str(tmp_path / "lost.csv")): "lost.csv: there is no such file. Put it there, or correct the path.",
        ("--from", str(export), "--structure", str(tmp_path / "lost.lss")): "lost.lss: there is no such file. Put it there, or correct the path.",
        ("--from", str(export), "--encoding", "utf-8"): "correct --encoding.",
        ("--from", str(export), "--encoding", "klingon"): "--encoding: the encoding is not known.",
        ("--from", str(export), "--structure", str(tmp_path / "other.lss")): "other.lss: this is not the structure of a LimeSurvey survey.",
    }
    for words, message in given.items():
        assert main(["new", str(tmp_path / "study"), *words]) == STUDY_IS_WRONG
        out, err = capsys.readouterr()
        assert out == "" and message in err and "study.yaml" not in err
    assert not (tmp_path / "study").exists()


def test_notes_on_guesses_stand_beside_their_variables_too(export, tmp_path, capsys):
    export.write_text(EXPORT.replace("Red", "Don't know"), encoding="utf-8")
    assert main(["new", str(tmp_path / "study"), "--from", str(export)]) == DONE
    assert "Look at b1: answers taken for none by their words" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "study" / "codebook.csv", index_col="name", keep_default_na=False)
    assert table.at["b1", "note"].startswith("answers taken for none by their words") and table.at["b2", "note"] == ""


def test_a_script_that_is_not_read_is_neither_named_nor_taken_along(tmp_path, capsys):
    """SoSci Survey's syntax with the data inside; a script for R may lie beside it."""
    spss = """DATA LIST FREE(TAB)\n /CASE (F8.0)\n  QUESTNNR (A4)\n  LI07 (F3.0).\nBEGIN DATA\n1\tbase\t1\t\n2\tbase\t2\t\nEND DATA.
VARIABLE LABELS\n CASE 'Nummer'\n QUESTNNR 'Bogen'\n LI07 'Beruf'\n.\nVALUE LABELS\n /LI07 1 'in Ausbildung' 2 'im Beruf'\n.\n"""
    (tmp_path / "spss_test.sps").write_text(spss, encoding="utf-8")
    script = 'ds = read.delim(col.names = c("CASE","QUESTNNR","LI07"), colClasses = c("numeric","character","numeric"))\ncomment(ds$LI07) = "Beruf"\n'
    (tmp_path / "import_test.r").write_text(script, encoding="utf-8")
    assert main(["new", str(tmp_path / "alone"), "--from", str(tmp_path / "spss_test.sps")]) == DONE
    assert "Found: a data set of SoSci Survey; 2 records." in capsys.readouterr().out
    words = ["--structure", str(tmp_path / "import_test.r")]
    assert main(["new", str(tmp_path / "both"), "--from", str(tmp_path / "spss_test.sps"), *words]) == DONE
    assert "  import_test.r is not read: spss_test.sps describes its columns itself.\n" in capsys.readouterr().out
    for study in ("alone", "both"):
        assert [path.name for path in (tmp_path / study / "survey").iterdir()] == ["spss_test.sps"]


HEJUNIORS = REAL / "limesurvey" / "limesurvey_hejuniors_dummy_data_codeandtext.csv"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the real files (../shared/real) are not here")


@pytest.fixture
def first_report(tmp_path, monkeypatch, capsys):
    """What a new user does: draft, check, run the chapter that describes. The result: what was said of the draft, its tables, and the report."""

    def made(*words: object):
        folder, outputs = tmp_path / "mine", tmp_path / "outputs"
        stand_in(ROOT / "notebooks", outputs, monkeypatch.setattr)
        assert main(["new", str(folder), "--from", *map(str, words)]) == DONE
        told = capsys.readouterr().out
        assert main(["check", str(folder)]) == DONE
        assert main(["run", str(folder), "--only", "02", "--language", "en", "-p", "resamples", "200"]) == DONE
        public = outputs / "mine" / "partial" / "public"
        tables = [pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in ("codebook.csv", "levels.csv")]
        return told, *tables, public

    return made


@real
def test_the_first_report_of_a_real_limesurvey_export(first_report):
    path = REAL / "rse2017_nl" / "responses.csv"
    told, variables, _, public = first_report(path)
    assert "Found: an export of LimeSurvey; 77 records." in told
    assert "tick boxes: 73\n" in told  # 65 disciplines, 4 ways of testing, 4 places to meet: the heads with items that hold Yes and No only
    assert "The draft passes the check: 77 answers count, of 77 records." in told
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    named = {head.rpartition("[")[2].rstrip("]"): (raw[head] == "Yes").sum() for head in raw if head.startswith("currentEmp13[")}
    shown = pd.read_csv(public / "tables" / "descriptives-sets-currentemp13-en.csv", encoding="utf-8-sig").set_index("Option")
    published = shown["Number"].dropna()
    assert published.to_dict() == {option: count for option, count in named.items() if count >= 5}
    # What all items of a question begin with is said once.
    assert variables.set_index("name").loc["likert5_satisgen1", "label_en"] == "Your current position"
    page = (public / "report-en.html").read_text(encoding="utf-8")
    assert "dates not yet given" in page
    typed = {text for text in raw.filter(like="train3.").iloc[:, 0] if len(text) > 12}
    assert typed and not any(text in page for text in typed)


def described(folder):
    """Steps and reasons of C1, how satisfied one is, and the types of what is typed: remarks at the end of a page, other answers."""
    variables, levels = (pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in ("codebook.csv", "levels.csv"))
    own = levels[levels["variable"] == "c1"]
    typed = variables.set_index("code").loc[["A14", "L1", "A1[other]"], "type"]
    return own.loc[own["missing"] == "", "label_en"].tolist(), set(own["missing"]) - {""}, set(typed)


SATISFIED = ["Very dissatisfied", "Dissatisfied", "Neither/nor", "Satisfied", "Very satisfied"]


@real
def test_the_first_report_of_answers_in_words_with_their_questionnaire(first_report, tmp_path):
    told, _, _, public = first_report(HEJUNIORS, "--structure", HEJUNIORS.with_name("limesurvey_hejuniors_survey_structure.xml"))
    assert "The draft passes the check: 10 answers count, of 12 records." in told
    assert "The labels are in English only; they stand in both columns: translate those in label_de." in told
    assert described(tmp_path / "mine") == (SATISFIED, {"not_applicable", "no_answer"}, {"text"})
    raw = pd.read_csv(HEJUNIORS, dtype=str, keep_default_na=False)
    given = raw[next(head for head in raw if head.startswith("C1[SQ001]"))]
    shown = pd.read_csv(public / "tables" / "descriptives-likert-c1-en.csv", encoding="utf-8-sig")
    low = shown[(shown["Item"] == "Supervision") & shown["Answer"].str.startswith("Very dissatisfied")]
    assert low["Number"].tolist() == [given.isin(SATISFIED[:2]).sum()] == [5]


@real
def test_answers_in_words_become_a_study_without_their_questionnaire(tmp_path, capsys):
    alone = tmp_path / "answers.csv"
    alone.write_bytes(HEJUNIORS.read_bytes())
    assert main(["new", str(tmp_path / "mine"), "--from", str(alone)]) == DONE
    assert "Found: an export of LimeSurvey; 12 records." in capsys.readouterr().out
    assert main(["check", str(tmp_path / "mine")]) == DONE
    steps, reasons, typed = described(tmp_path / "mine")
    assert (steps, typed) == (SATISFIED, {"text"}) and reasons <= {"not_applicable", "no_answer"}


@real
@pytest.mark.parametrize(
    ("name", "codes", "shown"),
    [
        ("haven_labelled-num-na", {"1": "", "9": "missing"}, ["Only one value", "This is one"]),
        ("haven_umlauts", {"1": "", "2": "", "3": ""}, ["This is an ä-umlaut", "the ö umlaut"]),
        (
            "pyreadstat_sample_missing",
            {"1": "", "2": "", "3": "", "-1": "missing", "-2": "missing", "-3": "missing", "2500": "missing"},
            ["numeric", "medium"],
        ),
        (
            "pyreadstat_simple_alltypes",
            {"1": "", "4": "", "9": "", "7": "missing", "99": "missing", "999": "skipped", "-9": "missing"},
            ["My multiple response set", "Response #2", "Numeric variable with value labels", "green"],
        ),
    ],
)
def test_the_first_report_of_a_real_spss_file(name, codes, shown, first_report):
    """Labels come through; every number is withheld, for no file has enough records."""
    told, _, levels, public = first_report(REAL / "spss" / f"{name}.sav")
    assert "Found: an SPSS file" in told and "The draft passes the check" in told
    declared = set(zip(levels["code"], levels["missing"], strict=True))
    assert set(codes.items()) <= declared
    page = (public / "report-en.html").read_text(encoding="utf-8")
    assert all(label in page for label in shown)
    tables = [pd.read_csv(path, encoding="utf-8-sig") for path in (public / "tables").glob("descriptives-*-en.csv")]
    assert tables and all(table["Number"].isna().all() for table in tables if "Number" in table)
