"""What the desk answers to the browser, and what it leaves behind where there is none."""

import json
import shutil
from pathlib import Path

import pytest

from helpers.data.interviews.codings import read_codings
from helpers.data.problems import StudyError
from helpers.workbench.desk import CodingDesk, coding_desk
from helpers.workbench.material import Material
from helpers.workbench.notices import WORDS_FILE, Notice, words
from workbench.study import FIRST, SECOND, place, write_study

INTERVIEWERS = ["I"]
DEMO = Path(__file__).parents[2] / "data" / "demo"


@pytest.fixture
def folder(tmp_path):
    return write_study(tmp_path)


@pytest.fixture
def desk(folder):
    return open_desk(folder)


def open_desk(folder, coder="A", **options):
    return CodingDesk(Material(folder, interviewers=INTERVIEWERS), coder=coder, **options)


def passage(document, words, code, **more):
    start, end = place({"I01": FIRST, "I02": SECOND}[document], words)
    return {"document": document, "start": start, "end": end, "code": code, **more}


def test_the_greeting_holds_words_page_and_state_and_is_json(desk):
    hello = desk.answer({"do": "hello"})
    json.dumps(hello)
    assert hello["words"] == words("de") and hello["coder"] == "A" and hello["refusal"] == "" and hello["news"] == []
    spoken = [(part["number"], part["speaker"], part["kind"], part["time"]) for part in hello["page"]["segments"]]
    assert spoken[:3] == [(1, "", "other", None), (2, "I", "question", 10.0), (3, "B", "answer", 40.2)]
    for part in hello["page"]["segments"]:
        assert FIRST[part["start"] :].startswith(part["text"])
    assert [entry["document"] for entry in hello["state"]["documents"]] == ["I01", "I02"]


def test_coding_is_independent_unless_others_are_asked_for(folder):
    assert open_desk(folder).answer({"do": "hello"})["state"]["marks"] == []
    shown = open_desk(folder, show=["B"]).answer({"do": "hello"})["state"]["marks"]
    assert [(mark["code"], mark["coder"], mark["own"]) for mark in shown] == [("staff", "B", False)]


def test_a_suggestion_is_accepted_or_dismissed_and_stays_in_the_file(folder):
    desk = open_desk(folder, show=["dictionary"], document="I02")
    suggested = passage("I02", "Geld", "barriers", coder="dictionary")
    assert desk.answer({"do": "dismiss", **suggested})["state"]["marks"] == []
    assert len(open_desk(folder, show=["dictionary"], document="I02").answer({"do": "hello"})["state"]["marks"]) == 1
    desk = open_desk(folder, show=["dictionary"], document="I02")
    accepted = desk.answer({"do": "apply", **suggested})["state"]
    assert [(mark["coder"], mark["own"]) for mark in accepted["marks"]] == [("A", True)]
    assert set(read_codings(folder / "codings.csv")["coder"]) == {"A", "B", "dictionary"}


def test_counts_undo_and_the_time_of_saving(desk):
    before = desk.answer({"do": "open", "document": "I02"})["state"]
    assert (before["count"], before["saved"], before["can_undo"]) == (0, "", False)
    after = desk.answer({"do": "apply", **passage("I02", "Geduld", "staff")})["state"]
    assert after["count"] == 1 and after["can_undo"] and len(after["saved"]) == 5
    assert [entry["count"] for entry in after["documents"]] == [0, 1]
    assert {code["code"]: code["count"] for code in after["codes"]} == {"barriers": 0, "staff": 1, "markets": 0}
    assert desk.answer({"do": "undo"})["state"]["can_redo"]


def test_a_code_is_added_and_applied_at_once(desk, folder):
    place_of = passage("I02", "Geduld", "")
    answer = desk.answer({"do": "add_code", "words": {"label_de": "Geduld", "definition_de": "Wenn Zeit gebraucht wird."}, "then": place_of})
    assert answer["refusal"] == "" and answer["state"]["count"] == 1
    again = desk.answer({"do": "add_code", "words": {"label_de": "Geduld", "definition_de": "x"}, "then": None})
    assert again["refusal"] == Notice("label_taken").text("de")
    renamed = desk.answer({"do": "rename_code", "code": "geduld", "label": "Ausdauer"})["state"]["codes"]
    assert {code["label"] for code in renamed} >= {"Ausdauer"}


def test_keys_stay_when_a_code_is_added(desk):
    before = {code["code"]: code["key"] for code in desk.answer({"do": "hello"})["state"]["codes"]}
    added = desk.answer({"do": "add_code", "words": {"label_de": "Markt", "definition_de": "x", "parent": "barriers"}, "then": None})["state"][
        "codes"
    ]
    after = {code["code"]: code["key"] for code in added}
    assert before.items() <= after.items()
    assert len(set(after.values())) == len(after) and "" not in after.values()
    assert before["staff"] == "p" and before["markets"] == "m"


def test_refusals_are_told_in_the_language_of_the_desk(folder):
    assert open_desk(folder, language="en").answer({"do": "redo"})["refusal"] == "There is nothing to redo."
    assert open_desk(folder, language="de").answer({"do": "redo"})["refusal"] == "Es gibt nichts zu wiederholen."
    with pytest.raises(ValueError, match="de, en"):
        open_desk(folder, language="fr")


def test_a_broken_file_is_told_and_everything_goes_on(desk, folder):
    codings = folder / "codings.csv"
    good = codings.read_bytes()
    codings.write_text("document\n1\n", encoding="utf-8")
    assert "codings.csv" in desk.answer({"do": "apply", **passage("I02", "Geduld", "staff")})["refusal"]
    codings.write_bytes(good)
    assert desk.answer({"do": "apply", **passage("I02", "Geduld", "staff")})["refusal"] == ""


def test_codings_beyond_the_end_of_a_changed_transcript_are_told(folder):
    (folder / "transcripts" / "I01.txt").write_text("I: Kurz?\nB: Ja.\n", encoding="utf-8")
    (news,) = open_desk(folder).answer({"do": "hello"})["news"]
    assert news.startswith("1 Codierungen")


def test_a_study_without_transcripts_says_where_they_belong(tmp_path):
    desk = open_desk(tmp_path / "interviews")
    hello = desk.answer({"do": "hello"})
    assert "interviews/transcripts" in hello["news"][0] and "page" not in hello
    assert repr(desk) == "Coding desk: 0 transcripts, 0 codings by A"


def test_unknown_transcripts_and_two_files_of_one_interview(folder):
    with pytest.raises(ValueError, match="I01, I02"):
        open_desk(folder, document="I09")
    (folder / "transcripts" / "I02.rtf").write_text("{\\rtf1 x}", encoding="utf-8")
    with pytest.raises(StudyError, match=r"I02\.rtf"):
        open_desk(folder)


def test_roles_stand_beside_the_interviews(folder):
    (folder / "interviews.csv").write_text("id,unit,consent,date,minutes,role_de,role_en\nI02,,yes,2026-01-12,30,Leitung,Head\n", encoding="utf-8")
    documents = open_desk(folder, language="en").answer({"do": "hello"})["state"]["documents"]
    assert [entry["role"] for entry in documents] == ["", "Head"]


def test_no_word_of_a_transcript_is_in_the_widgets_state_or_its_output(desk):
    desk.answer({"do": "hello"})
    kept = json.dumps(desk.get_state(), default=str) + json.dumps(desk._repr_mimebundle_(), default=str)
    assert "Personal" not in kept and "Zögernd" not in kept
    assert desk._repr_mimebundle_()[0]["text/plain"] == "Coding desk: 2 transcripts, 0 codings by A"


def test_the_desk_opens_by_the_study_and_reads_only_without_a_name(tmp_path):
    interviews = write_study(tmp_path / "elsewhere")
    shutil.copy(DEMO / "study.yaml", tmp_path / "elsewhere")
    before = (interviews / "codings.csv").read_bytes()
    desk = coding_desk(tmp_path / "elsewhere", coder="", language="en")
    assert desk.answer({"do": "apply", **passage("I02", "Geduld", "staff")})["refusal"].startswith("Coding needs a name.")
    assert (interviews / "codings.csv").read_bytes() == before


def test_both_languages_have_the_same_words():
    def shape(part):
        return {key: shape(value) for key, value in part.items()} if isinstance(part, dict) else len(part) if isinstance(part, list) else type(part)

    assert WORDS_FILE.is_file()
    assert shape(words("de")) == shape(words("en"))
