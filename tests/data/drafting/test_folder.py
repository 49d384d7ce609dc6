"""A drafted study folder can be opened, says whence it comes, and holds nothing that one person typed."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers.data.codebook import read_codebook
from helpers.data.drafting.folder import draft_study
from helpers.data.folders import ROOT
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.data.settings import read_settings

DEMO = ROOT / "data" / "demo"
SPSS = ROOT.parent / "shared" / "real" / "spss"
EXPORT = "id,submitdate,lastpage,token,B1,C1\n1,2025-11-03 12:00:00,2,K1,2,CANARY one\n2,2025-12-05 09:00:00,2,K2,3,CANARY two\n3,,1,K3,2,\n"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo's export and questionnaire, without what its researchers made of them."""
    return draft_study(tmp_path_factory.mktemp("mine") / "study", DEMO / "survey" / "responses.csv")


def test_the_demo_is_drafted_much_as_its_researchers_described_it(demo):
    """Types as they declared them, but for per cent in numbers and the order of two scales, which nothing in the export tells."""
    ours, theirs = (read_codebook(folder).variables.reset_index().query("code != ''").set_index("code") for folder in (demo.folder, DEMO))
    both = ours.add_suffix("_drafted").join(theirs, how="inner")
    assert len(both) == len(theirs) == len(ours)
    differing = both[both["type_drafted"] != both["type"]]
    assert set(zip(differing["type"], differing["type_drafted"], strict=True)) <= {("share", "number"), ("ordinal", "single")}
    assert len(differing) <= 7
    hidden = both["sensitivity"].isin(["identifier", "free"])
    assert both.loc[hidden, "sensitivity_drafted"].isin(["identifier", "free"]).all()
    typed = both["type"] != "text"
    for side in ("label_de", "label_en"):
        assert (both.loc[typed, f"{side}_drafted"] == both.loc[typed, side]).all()


def test_the_draft_of_the_demo_counts_the_same_answers(demo):
    drafted, declared = open_study(demo.folder), open_study(DEMO)
    theirs = declared.codebook.variables
    names = {code: name for name, code in theirs["code"].items() if code}
    ours = {str(name): names[code] for name, code in drafted.codebook.variables["code"].items() if code in names}
    ticks = [name for name in drafted.codebook.of_type("multiple") if name in ours]
    assert drafted.ledger.set_index("step")["records"]["came"] == declared.ledger.set_index("step")["records"]["came"]
    assert len(ticks) == len(declared.codebook.of_type("multiple"))
    counts = drafted.responses[ticks].sum().rename(ours)
    assert (counts - declared.responses[list(counts.index)].sum()).abs().max() <= len(drafted.responses) - len(declared.responses)


def test_the_files_come_along_and_are_named(demo):
    files = read_settings(demo.folder).files
    assert (files.responses, files.structure, files.reader) == ("survey/responses.csv", "survey/structure.lss", "limesurvey")
    assert (demo.folder / files.responses).read_bytes() == (DEMO / "survey" / "responses.csv").read_bytes()
    assert demo.companion == "structure.lss"


def plain_export(tmp_path: Path, content: str = EXPORT) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(content, encoding="utf-8")
    return path


def test_first_and_last_day_are_those_of_the_records(tmp_path):
    settings = read_settings(draft_study(tmp_path / "my_first-study", plain_export(tmp_path)).folder)
    assert (settings.fieldwork.start, settings.fieldwork.end) == (datetime.date(2025, 11, 3), datetime.date(2025, 12, 5))
    assert (settings.title.de, settings.title.en) == ("my first study", "my first study")
    assert settings.synthetic is False


def test_without_dates_the_day_of_the_file_stands_there_and_the_report_says_so(tmp_path):
    export = plain_export(tmp_path, "a,b\n1,x\n2,x\n")
    os.utime(export, (1_500_000_000, 1_500_000_000))
    drafted = draft_study(tmp_path / "study", export)
    assert (drafted.facts.dated, drafted.facts.start) == (False, datetime.date.fromtimestamp(1_500_000_000))
    assert read_settings(drafted.folder).instrument.en == "survey (dates not yet given; month of the file)"
    assert "NOT KNOWN" in (drafted.folder / "study.yaml").read_text(encoding="utf-8")


def test_nothing_typed_stands_in_the_drafted_files(tmp_path):
    folder = draft_study(tmp_path / "study", plain_export(tmp_path)).folder
    written = [folder / name for name in ("study.yaml", "codebook.csv", "levels.csv")]
    assert not any("CANARY" in path.read_text(encoding="utf-8") or "K1" in path.read_text(encoding="utf-8") for path in written)


def test_the_examples_in_study_yaml_can_be_taken(demo):
    """With the # away they fit the study, but for the words and goalposts of the index."""
    text = (demo.folder / "study.yaml").read_text(encoding="utf-8")
    kept, examples = text.split("# DECIDE, best before")
    taken = "\n".join(
        line[2:] for line in examples.splitlines() if line.startswith("# ") and "DECIDE" not in line and "{de: ..., en: ...}" not in line
    )
    given = yaml.safe_load(taken)
    assert set(given) == {"roles", "cross", "indices", "model"}
    names = set(read_codebook(demo.folder).variables.index)
    asked = {given["roles"]["sector"], given["roles"]["unit"], *given["roles"]["membership"], *given["cross"]["of"], *given["cross"]["by"]}
    asked |= {item["variable"] for item in next(iter(given["indices"].values()))["items"]}
    assert asked <= names
    assert given["model"]["outcome"] == next(iter(given["indices"])) not in names
    assert yaml.safe_load(kept)["disclosure"] == {"k": 5}


@pytest.mark.parametrize("title", ['Umfrage "Netze": #1 {2025}', "50 % – was nun? 'Ja'", "a: b\\n"])
def test_any_title_is_read_back(title, folder, small_questionnaire, tmp_path):
    from helpers.data.structure import write_structure

    folder.write()
    write_structure(small_questionnaire, tmp_path / "given.lss", title={"de": title, "en": "Networks"})
    drafted = draft_study(tmp_path / "new", folder.path / "survey" / "responses.csv", structure=tmp_path / "given.lss")
    assert (read_settings(drafted.folder).title.de, read_settings(drafted.folder).title.en) == (title, "Networks")
    assert (drafted.folder / "survey" / "given.lss").is_file()


def test_a_structure_of_another_survey_beside_the_export_is_not_taken(tmp_path, small_questionnaire):
    from helpers.data.structure import write_structure

    write_structure(small_questionnaire, tmp_path / "other.lss", title={"de": "x", "en": "y"})
    export = plain_export(tmp_path, EXPORT.replace("B1", "Z1"))
    assert draft_study(tmp_path / "study", export).companion == ""


def test_a_structure_of_another_survey_that_is_given_is_refused(tmp_path, small_questionnaire):
    from helpers.data.structure import write_structure

    write_structure(small_questionnaire, tmp_path / "other.lss", title={"de": "x", "en": "y"})
    with pytest.raises(StudyError, match=r"other\.lss: none of its questions is in the export"):
        draft_study(tmp_path / "study", plain_export(tmp_path, EXPORT.replace("B1", "Z1")), structure=tmp_path / "other.lss")
    assert not (tmp_path / "study").exists()


def test_the_example_of_an_index_has_the_places_of_its_answers(tmp_path):
    """And a question with few answers, but more than two, is the sector."""
    rated = "".join(f"{n % 4},{n % 2},{'abc'[n % 3]},{1 + n % 7},{7 - n % 7}\n" for n in range(21))
    drafted = draft_study(
        tmp_path / "study", plain_export(tmp_path, "n,y,s,D[1],D[2]\n" + rated.replace("a", "Red").replace("b", "Blue").replace("c", "Green"))
    )
    text = (drafted.folder / "study.yaml").read_text(encoding="utf-8")
    assert "{variable: d_1, low: 1, high: 7}" in text and "sector: s\n" in text


def test_a_study_is_not_overwritten(tmp_path):
    export = plain_export(tmp_path)
    folder = draft_study(tmp_path / "study", export).folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(StudyError, match=r"the folder is a study already.*nothing was written"):
        draft_study(folder, export)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_an_export_that_cannot_be_read_leaves_no_folder(tmp_path):
    for content in ("a,a\n1,2\n", "a,b\n", ""):
        with pytest.raises(StudyError):
            draft_study(tmp_path / "study", plain_export(tmp_path, content))
    with pytest.raises(StudyError, match="there is no such file"):
        draft_study(tmp_path / "study", tmp_path / "nowhere.csv")
    assert not (tmp_path / "study").exists()


def test_the_export_may_lie_in_the_folder_already(tmp_path):
    (tmp_path / "study" / "survey").mkdir(parents=True)
    export = plain_export(tmp_path / "study" / "survey")
    draft_study(tmp_path / "study", export)
    assert export.read_text(encoding="utf-8") == EXPORT


@pytest.mark.skipif(not SPSS.is_dir(), reason="the real SPSS files (../shared/real) are not here")
@pytest.mark.parametrize(
    ("name", "records", "kinds"),
    [
        ("haven_labelled-num-na", 2, {"single": 1}),
        ("haven_umlauts", 4, {"single": 1}),
        ("pyreadstat_sample_missing", 7, {"text": 4, "number": 1, "single": 1, "ordinal": 1}),
        ("pyreadstat_simple_alltypes", 6, {"single": 4, "text": 4, "multiple": 3, "set": 2, "number": 1}),
    ],
)
def test_every_real_spss_file_becomes_a_study(name, records, kinds, tmp_path):
    drafted = draft_study(tmp_path / "study", SPSS / f"{name}.sav")
    assert drafted.codebook.types() == kinds
    assert int(open_study(drafted.folder).ledger["records"].iloc[0]) == records


@pytest.mark.skipif(not SPSS.is_dir(), reason="the real SPSS files (../shared/real) are not here")
def test_values_of_an_spss_file_arrive_under_their_labels(tmp_path):
    """1, 2, 1, 3 with three labels, as the file's own dictionary has them."""
    study = open_study(draft_study(tmp_path / "study", SPSS / "haven_umlauts.sav").folder)
    words = study.codebook.answers("var1").set_index("code")["label_en"]
    assert study.responses["var1"].map(words.to_dict()).tolist() == ["the ä umlaut", "the ü umlaut", "the ä umlaut", "the ö umlaut"]


def test_excel_reads_the_umlauts_of_the_drafted_tables(demo):
    assert (demo.folder / "codebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(demo.folder / "codebook.csv", encoding="utf-8")["label_de"].str.contains("ä").any()
