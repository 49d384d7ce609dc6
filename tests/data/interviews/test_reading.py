"""A study with interviews: what it becomes, and everything that can be wrong with it, told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.data.settings import read_settings

DEMO = Path(__file__).parents[3] / "data" / "demo"


def test_what_an_interview_becomes(interviews, spoken):
    material = interviews.open().interviews
    assert repr(material) == "Interviews: 3, 5 codes, 7 codings"
    assert material.documents["document"].tolist() == ["I01", "I02", "I03"]
    assert material.documents["consent"].tolist() == [True, True, False]
    assert material.documents["date"].tolist() == [pd.Timestamp("2026-01-12")] * 3
    assert material.documents["words"].tolist() == [20, 10, 11]
    assert dict(material.texts) == spoken
    assert list(material.texts) == ["I01", "I02", "I03"]
    assert material.codings.shape == (7, 5)
    assert material.quotations["text_en"].tolist() == ["Because of the markets."]
    assert material.coders == ["A", "B"]


def test_versions_of_the_codings_and_their_passages(interviews):
    material = interviews.open().interviews
    assert set(material.agreed()["coder"]) == {"agreed"}
    assert material.independent()["coder"].value_counts().to_dict() == {"A": 2, "B": 2}
    shown = material.passages(material.independent())
    assert shown["text"].tolist() == ["Wegen der Märkte.", "Wegen der Märkte. Ohne", "Die Zeit 🙂", "Das wollten die Mitglieder so."]
    assert "text" not in material.codings
    assert material.passages(material.answers)["text"].iloc[-1] == "Dazu sage ich lieber nichts. Das müssen andere beurteilen als wir."
    assert set(material.answers["speaker"]) == {"B"}


def test_without_a_consensus_the_first_coder_counts(interviews):
    interviews.plan.update(coders=["B", "A"], consensus=None)
    interviews.quotations = []
    interviews.codings = [row for row in interviews.codings if row["coder"] != "agreed"]
    material = interviews.open().interviews
    assert set(material.agreed()["coder"]) == {"B"}


def test_coders_that_nobody_declared_are_those_who_coded(interviews):
    interviews.study.settings["interviews"] = {"interviewers": ["I"], "consensus": "agreed"}
    assert interviews.open().interviews.coders == ["A", "B"]


def test_a_study_without_interviews_has_none(folder):
    assert len(folder.open().interviews) == 0


def test_a_folder_is_enough(interviews):
    del interviews.study.settings["interviews"]
    interviews.quotations = []
    material = interviews.open().interviews
    assert material.coders == ["A", "B", "agreed"]
    assert set(material.agreed()["coder"]) == {"A"}


def test_before_anybody_has_coded(interviews):
    interviews.codes, interviews.codings, interviews.quotations = [], [], []
    material = interviews.open().interviews
    assert [len(table) for table in (material.codes, material.codings, material.quotations, material.agreed())] == [0, 0, 0, 0]
    assert material.codings.dtypes["start"] == "int64"


def test_a_block_without_its_folder_is_told(folder):
    folder.settings["interviews"] = {"folder": "talks"}
    problem = folder.problem()
    assert (problem.file, problem.column) == ("study.yaml", "interviews.folder")


def test_other_folders_and_formats(interviews):
    interviews.transcripts["I02.rtf"] = rb"{\rtf1\ansi\ansicpg1252 I: Warum?\par B: Das wollten die Mitglieder so. Und zwar fr\'fch.\par}"
    del interviews.transcripts["I02.txt"]
    interviews.codings = [row for row in interviews.codings if row["document"] != "I02"]
    interviews.study.settings["interviews"]["folder"] = "talks"
    interviews.write()
    (interviews.study.path / "interviews").rename(interviews.study.path / "talks")
    material = interviews.study.open().interviews
    assert material.texts["I02"].rstrip("\n") == "I: Warum?\nB: Das wollten die Mitglieder so. Und zwar früh."


def test_what_marks_hide_is_confidential(interviews):
    study = interviews.open()
    assert "CANARY Ilse" in study.confidential
    assert study.interviews.marked == {"CANARY Ilse"}
    assert {"CANARY Anna", "CANARY-U8"} <= study.interviews.identifiers
    assert not any("gut" in text for text in study.interviews.identifiers)
    assert any("gut" in text for text in study.confidential)


def damage(interviews, what):
    start, end = interviews.quotations[0]["start"], interviews.quotations[0]["end"]
    quoted = interviews.quotations[0]
    match what:
        case "code of a coding":
            interviews.codings[1]["code"] = "CANARY"
        case "document of a coding":
            interviews.codings[1]["document"] = "I09"
        case "end of a coding":
            interviews.codings[1]["end"] = 5000
        case "empty coding":
            interviews.codings[1]["end"] = interviews.codings[1]["start"]
        case "code of a quotation":
            quoted["code"] = "CANARY"
        case "other code of a quotation":
            quoted["code"] = "time"
        case "quotation beside its coding":
            quoted.update(start=end, end=end + 5)
        case "quotation without consent":
            quoted.update(document="I03", start=3, end=9)
            interviews.codings.append({**quoted, "coder": "agreed"})
        case "quotation through a mark":
            quoted.update(start=start, end=end + 20)
        case "end of a quotation":
            quoted.update(end=5000)
        case "document of a quotation":
            quoted["document"] = "I09"
        case "parent":
            interviews.codes[1]["parent"] = "nowhere"
        case "third level":
            interviews.codes[4]["parent"] = "markets"
        case "code twice":
            interviews.codes[4]["code"] = "markets"
        case "colour":
            interviews.codes[4]["colour"] = "CANARY"
        case "consent":
            interviews.documents[1]["consent"] = "CANARY"
        case "date":
            interviews.documents[1]["date"] = "CANARY"
        case "unit":
            interviews.documents[1]["unit"] = "CANARY-U99"
        case "no transcript":
            del interviews.transcripts["I02.txt"]
        case "transcript of nobody":
            interviews.transcripts["I09.txt"] = interviews.transcripts["I02.txt"]
        case "two transcripts":
            interviews.transcripts.update({"I02.rtf": rb"{\rtf1\ansi I: a\par B: b\par}", "I02.txt": b"I: a\nB: b"})
        case "format":
            interviews.transcripts["I02.pdf"] = interviews.transcripts.pop("I02.txt")
        case "empty transcript":
            interviews.transcripts["I02.txt"] = b"\n"
        case "no answer":
            interviews.transcripts["I02.txt"] = b"I: CANARY? Und zwar schon seit langem, nicht wahr, so oder anders?"
        case "no question":
            interviews.transcripts["I02.txt"] = b"S1: CANARY? Und zwar schon seit langem, nicht wahr, so oder anders?"
        case "coder":
            interviews.plan["coders"] = ["A", "C"]
        case "consensus":
            interviews.plan["consensus"] = "D"
        case "example":
            interviews.codes[1]["anchor"] = "Das müssen andere beurteilen als wir."
        case "column":
            interviews.documents = [{key: value for key, value in row.items() if key != "minutes"} for row in interviews.documents]
        case "no interviews.csv":
            interviews.documents = []


DAMAGES = {
    "code of a coding": ("interviews/codings.csv", "code", [3]),
    "document of a coding": ("interviews/codings.csv", "document", [3]),
    "end of a coding": ("interviews/codings.csv", "end", [3]),
    "empty coding": ("interviews/codings.csv", "end", [3]),
    "other code of a quotation": ("interviews/quotations.csv", "code", [2]),
    "quotation beside its coding": ("interviews/quotations.csv", "code", [2]),
    "quotation without consent": ("interviews/quotations.csv", "document", [2]),
    "quotation through a mark": ("interviews/quotations.csv", "start", [2]),
    "end of a quotation": ("interviews/quotations.csv", "end", [2]),
    "parent": ("interviews/codes.csv", "parent", [3]),
    "third level": ("interviews/codes.csv", "parent", [6]),
    "colour": ("interviews/codes.csv", "colour", [6]),
    "consent": ("interviews/interviews.csv", "consent", [3]),
    "date": ("interviews/interviews.csv", "date", [3]),
    "unit": ("interviews/interviews.csv", "unit", [3]),
    "no transcript": ("interviews/interviews.csv", "id", [3]),
    "transcript of nobody": ("interviews/interviews.csv", "id", []),
    "two transcripts": ("transcripts/I02.txt", "", []),
    "format": ("transcripts/I02.pdf", "", []),
    "empty transcript": ("transcripts/I02.txt", "", []),
    "no answer": ("interviews/transcripts", "", []),
    "no question": ("interviews/transcripts", "", []),
    "coder": ("study.yaml", "interviews.coders", []),
    "example": ("interviews/codes.csv", "anchor", [3]),
    "column": ("interviews/interviews.csv", "", [1]),
    "no interviews.csv": ("interviews/interviews.csv", "", []),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_one_wrong_thing_is_one_problem(interviews, what):
    damage(interviews, what)
    problem = interviews.problem() if what in ("unit", "consent") else interviews.own_problem()
    assert (problem.file, problem.column, list(problem.rows)) == DAMAGES[what]


def test_a_passage_may_reach_to_the_last_character_and_no_further(interviews, spoken):
    last = {"document": "I02", "start": 40, "end": len(spoken["I02"]), "code": "members", "coder": "A"}
    interviews.codings.append(last)
    assert interviews.own_problems() == []
    last["end"] += 1
    shutil.rmtree(interviews.study.path)
    assert list(interviews.own_problem().rows) == [9]


# These cannot be right elsewhere either: a code that is not there supports no quotation.
FOLLOWED = {
    "code of a quotation": [("interviews/quotations.csv", "code", [2])] * 2,
    "document of a quotation": [("interviews/quotations.csv", "document", [2]), ("interviews/quotations.csv", "code", [2])],
    "code twice": [("interviews/codes.csv", "code", [3, 6]), ("interviews/codings.csv", "code", [4, 7])],
    "consensus": [("study.yaml", "interviews.consensus", []), ("interviews/quotations.csv", "code", [2])],
}


@pytest.mark.parametrize("what", FOLLOWED)
def test_what_follows_from_it_is_told_too(interviews, what):
    damage(interviews, what)
    assert [(problem.file, problem.column, list(problem.rows)) for problem in interviews.own_problems()] == FOLLOWED[what]


def test_everything_is_told_at_once(interviews):
    wrong = ["code of a coding", "end of a quotation", "third level", "colour", "consent", "date", "unit", "format", "coder", "example"]
    for what in wrong:
        damage(interviews, what)
    interviews.study.records[0]["B1"] = "CANARY"
    told = [(problem.file, problem.column, list(problem.rows)) for problem in interviews.problems()]
    assert sorted(told) == sorted([*(DAMAGES[what] for what in wrong), ("survey/responses.csv", "B1", [2])], key=lambda place: (place[0], place[1]))


@pytest.mark.parametrize(
    "block, column",
    [
        ({"coders": ["A", "A"]}, "interviews"),
        ({"coders": ["A"], "consensus": "A"}, "interviews"),
        ({"coders": ["A", ""]}, "interviews"),
        ({"coders": ["dictionary"]}, "interviews"),
        ({"interviewers": []}, "interviews.interviewers"),
        ({"quotes": {"per_interview": 0}}, "interviews.quotes.per_interview"),
        ({"coder": ["A"]}, "interviews.coder"),
        ({"instrument": {"de": "Interviews"}}, "interviews.instrument.en"),
    ],
)
def test_the_block_of_settings_is_checked(interviews, block, column):
    interviews.study.settings["interviews"] = block
    with pytest.raises(StudyError) as caught:
        read_settings(interviews.write())
    (problem,) = caught.value.problems
    assert (problem.file, problem.column) == ("study.yaml", column)


def test_the_demo_opens_with_a_small_folder_of_interviews(tmp_path, spoken, as_csv):
    study = shutil.copytree(DEMO, tmp_path / "demo", ignore=shutil.ignore_patterns("interviews", "claims.csv", "recommendations.csv"))
    unit = pd.read_csv(study / "frame.csv")["unit_id"][0]
    (study / "interviews" / "transcripts").mkdir(parents=True)
    (study / "interviews" / "transcripts" / "I01.txt").write_text(spoken["I01"], encoding="utf-8")
    row = {"id": "I01", "unit": unit, "consent": "yes", "date": "2026-01-12", "minutes": "", "role_de": "Leitung", "role_en": "management"}
    (study / "interviews" / "interviews.csv").write_bytes(as_csv([row]))
    declared = yaml.safe_load((study / "study.yaml").read_text(encoding="utf-8"))
    del declared["interviews"], declared["previous"]
    (study / "study.yaml").write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    documents = open_study(study).interviews.documents
    assert documents.loc[0, "sector_group"] in ("production", "mobility", "digital", "life")
    assert unit not in documents.astype(str).to_numpy()
    (study / "interviews" / "interviews.csv").write_bytes(as_csv([{**row, "unit": "CI-NOWHERE"}]))
    with pytest.raises(StudyError, match=r"interviews/interviews.csv: row 2, column 'unit': the unit is neither") as caught:
        open_study(study)
    assert "CI-NOWHERE" not in str(caught.value)


def test_the_demo_has_fourteen_interviews():
    material = open_study(DEMO).interviews
    assert len(material.documents) == 14
    assert material.documents["respondent"].all()
    assert material.documents["words"].between(250, 700).all()
    assert material.hints().empty
    assert set(material.segments["speaker"]) == {"", "I", "B"}
    assert (
        material.segments.loc[material.segments["speaker"].ne(""), "time"]
        .groupby(material.segments["document"])
        .apply(lambda t: t.dropna().is_monotonic_increasing)
        .all()
    )
    assert all(any(hidden in text for hidden in material.marked) for text in material.texts.values())
