"""Qualtrics' survey definition (.qsf), built with the keys that published ones have: lists for tables, deleted choices, recoded values, translations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data.exports.qualtrics_samples import ASKED, CODED, LABELLED, export, interview, kinds, written
from helpers.data.drafting.folder import draft_study
from helpers.data.exports.qualtrics import read
from helpers.data.exports.qualtrics_definition import read_definition
from helpers.data.opening import open_study
from helpers.data.problems import StudyError

CHOICE = {"Configuration": {"QuestionDescriptionOption": "UseText"}, "GradingData": [], "Validation": {"Settings": {"ForceResponse": "OFF"}}}
NET = {str(place): {"Display": str(place)} for place in range(11)}


def shown(*words: str) -> dict[str, dict[str, str]]:
    return {str(place): {"Display": text} for place, text in enumerate(words, start=1)}


def asked(number: int, text: str, kind: str, selector: str, sub: str = "TX", **more: object) -> dict[str, object]:
    """A question as the file has it; ``Language`` is ``[]`` where it is not translated."""
    own = {"QuestionText": text, "DataExportTag": f"Q{number}", "QuestionType": kind, "Selector": selector, "SubSelector": sub}
    return CHOICE | own | {"QuestionDescription": text, "Language": [], "QuestionID": f"QID{number}", "ChoiceDataExportTags": False} | more


QUESTIONS = [
    asked(
        1,
        "<p>What is your <b>legal form</b>?</p>",
        "MC",
        "SAVR",
        Choices=shown("Association", "Company", "Foundation", "Other"),
        # 3 was deleted from the page, and company moved to the front.
        ChoiceOrder=["2", 1, "4"],
        RecodeValues={"1": "1", "2": "20", "3": "3", "4": "4"},
        Language={"DE": {"QuestionText": "Welche Rechtsform?", "Choices": shown("Verein", "Firma", "Stiftung", "Andere")}},
    ),
    asked(2, "How many members?", "TE", "SL"),
    asked(3, "Where are you active?", "MC", "MAVR", Choices={**shown("Europe", "Asia, Pacific"), "9": {"Display": "Elsewhere", "TextEntry": "true"}}),
    asked(
        4,
        "How far do you agree?",
        "Matrix",
        "Likert",
        "SingleAnswer",
        Choices=shown("We plan - ahead", "We measure"),
        Answers=shown("Disagree", "Neither nor", "Agree", "Don't know"),
        AnswerOrder=["1", "2", "3", "4"],
        RecodeValues={"1": "2", "2": "3", "3": "4", "4": "9"},
        Language={
            "DE": {"QuestionText": "Stimmen Sie zu?", "Choices": shown("Wir planen"), "Answers": shown("Nein", "Teils/teils", "Ja", "Weiß nicht")}
        },
    ),
    asked(5, "Which means do you use?", "MC", "MACOL", Choices=shown("Fairs", "Letters, cards", "Print"), VariableNaming={"2": "letters"}),
    asked(6, "Anything else?", "TE", "ML"),
    asked(8, "How likely is it?", "MC", "NPS", Choices=list(NET.values()), ChoiceOrder=list(NET)),
]


def definition(questions: list[dict[str, object]] = QUESTIONS, language: str = "EN") -> str:
    """The other elements of a file: blocks, flow, options."""
    elements = [{"SurveyID": "SV_1", "Element": kind, "PrimaryAttribute": kind, "Payload": inside} for kind, inside in (("BL", []), ("RS", None))]
    elements += [{"SurveyID": "SV_1", "Element": "SQ", "PrimaryAttribute": one["QuestionID"], "Payload": one} for one in questions]
    return json.dumps({"SurveyEntry": {"SurveyID": "SV_1", "SurveyName": "Networks", "SurveyLanguage": language}, "SurveyElements": elements})


@pytest.fixture
def qsf(tmp_path) -> Path:
    return written(tmp_path, definition(), "Networks.qsf", "utf-8")


def answers(delivery, question: str) -> list[tuple[str, str]]:
    own = delivery.structure.answers.query("question == @question")
    return list(zip(own["code"], own["label_en"], strict=True))


@pytest.mark.parametrize("rows", [LABELLED, CODED], ids=["words", "codes"])
def test_words_and_codes_give_the_same_questions(rows, qsf, tmp_path):
    delivery = read(written(tmp_path, export(rows)), companion=qsf)
    assert kinds(delivery) == {
        **{"Q1": ("single", ""), "Q1_4_TEXT": ("text", ""), "Q2": ("number", ""), "Q3": ("set", "")},
        **{"Q3_1": ("multiple", "Q3"), "Q3_2": ("multiple", "Q3"), "Q3_9": ("multiple", "Q3"), "Q3_9_TEXT": ("text", "")},
        **{"Q4": ("set", ""), "Q4_1": ("ordinal", "Q4"), "Q4_2": ("ordinal", "Q4"), "Q6": ("text", ""), "SC0": ("number", "")},
        **{"Q5": ("set", ""), "Q5_1": ("multiple", "Q5"), "Q5_2": ("multiple", "Q5"), "Q5_3": ("multiple", "Q5")},
    }
    seen = [("-99", "Seen but unanswered (-99)")] if rows is CODED else []
    assert answers(delivery, "Q1") == [("20", "Company"), ("1", "Association"), ("4", "Other"), ("3", "Foundation"), *seen]
    assert answers(delivery, "Q4") == [("2", "Disagree"), ("3", "Neither nor"), ("4", "Agree"), ("9", "Don't know"), *seen]


def test_words_become_the_codes_of_the_definition(qsf, tmp_path):
    records = read(written(tmp_path, export(LABELLED)), companion=qsf).records
    assert [list(records[name]) for name in ("Q1", "Q4_1", "Q4_2")] == [["1", "4", "1"], ["4", "4", "2"], ["2", "4", ""]]
    assert [list(records[name]) for name in ("Q3_1", "Q3_2")] == [["Y", "Y", ""], ["N", "Y", ""]]
    assert [list(records[name]) for name in ("Q5_1", "Q5_2", "Q5_3")] == [["Y", "Y", "N"], ["N", "N", "N"], ["Y", "N", "Y"]]


def test_labels_are_there_in_every_language(qsf, tmp_path):
    structure = read(written(tmp_path, export(LABELLED)), companion=qsf).structure
    questions = structure.questions.set_index("code")
    assert structure.languages == ("en", "de")
    assert list(questions.loc["Q1", ["label_en", "label_de"]]) == ["What is your legal form?", "Welche Rechtsform?"]
    # What nobody translated stands in the survey's own language.
    assert list(questions.loc["Q4_2", ["label_en", "label_de"]]) == ["We measure", "We measure"]
    own = structure.answers.query("question == 'Q1'")
    assert list(own["label_de"]) == ["Firma", "Verein", "Andere", "Stiftung"]


def test_what_is_empty_or_unanswered_is_read_as_without_a_definition(qsf, tmp_path):
    path = written(tmp_path, export(CODED))
    with_words, without = read(path, companion=qsf).records, read(path).records
    for name in ("Q1", "Q3_1", "Q4_1", "Q4_2", "Q5_1", "Q5_3"):
        assert list(with_words[name]) == list(without[name])
    assert list(with_words["Q5_2"]) == ["N", "N", "N/A"]


def one(folder: Path, head: str, told: tuple[str, str, str], cells: list[str], qsf: Path):
    rows = [[*interview(number), cell] for number, cell in enumerate(cells)]
    return read(written(folder, export(rows, {head: told})), companion=qsf)


def test_options_with_commas_and_names_for_the_export_are_told_apart(qsf, tmp_path):
    told = ("Which means do you use?", "QID5", "")
    records = one(tmp_path, "Q5", told, ["Fairs,Letters, cards", "letters,Print", "Print"], qsf).records
    assert [list(records[f"Q5_{place}"]) for place in (1, 2, 3)] == [["Y", "N", "N"], ["Y", "Y", "N"], ["N", "Y", "Y"]]
    both = asked(5, told[0], "MC", "MAVR", Choices=shown("North", "East", "North,East"))
    path = written(tmp_path, definition([both]), "both.qsf", "utf-8")
    assert list(one(tmp_path, "Q5", told, ["North,East"], path).records.loc[4, ["Q5_1", "Q5_2", "Q5_3"]]) == ["N", "N", "Y"]
    stays = one(tmp_path, "Q5", told, ["Fairs,CANARY", "Print"], qsf)
    assert list(stays.records["Q5"]) == ["Fairs,CANARY", "Print"] and "CANARY" not in " ".join(stays.unread)


def test_numbers_as_words_are_told_from_codes(tmp_path):
    """Steps called 10, 20, 30 with the codes 1, 2, 3; and 1, 2, 3 with 3, 2, 1, where only the rest of the export tells which it is."""
    scale = asked(9, "How much?", "MC", "SAHR", Choices=shown("1", "2", "3"), RecodeValues={"1": "3", "2": "2", "3": "1"})
    path = written(tmp_path, definition([QUESTIONS[0], scale]), "a.qsf", "utf-8")
    heads = {"Q1": ASKED["Q1"], "Q9": ("How much?", "QID9", "")}
    words = [[*interview(number), "Company", step] for number, step in enumerate("123")]
    codes = [[*interview(number), "20", step] for number, step in enumerate("123")]
    assert list(read(written(tmp_path, export(words, heads)), companion=path).records["Q9"]) == ["3", "2", "1"]
    assert list(read(written(tmp_path, export(codes, heads)), companion=path).records["Q9"]) == ["1", "2", "3"]


def test_a_recommendation_has_all_its_steps(qsf, tmp_path):
    delivery = one(tmp_path, "Q8", ("How likely is it?", "QID8", ""), ["0", "7", "10"], qsf)
    assert kinds(delivery) == {"Q8": ("ordinal", "")}
    assert [code for code, _ in answers(delivery, "Q8")] == [str(step) for step in range(11)]


def test_a_study_is_drafted_with_it_and_passes_the_check(qsf, tmp_path):
    written(tmp_path, export(LABELLED), "answers.csv")
    drafted = draft_study(tmp_path / "study", tmp_path / "answers.csv")
    assert (drafted.reader, drafted.companion, drafted.facts.title) == ("qualtrics", "Networks.qsf", ("Networks", "Networks"))
    variables = drafted.codebook.variables.set_index("code")
    assert list(variables.loc["Q1", ["type", "label_de", "label_en"]]) == ["single", "Welche Rechtsform?", "What is your legal form?"]
    study = open_study(drafted.folder)
    levels = study.codebook.answers("q4").set_index("code")
    assert list(levels.index) == ["2", "3", "4", "9"] and levels.at["9", "missing"] == "dont_know"
    assert list(study.responses["q4_1"].astype(str))[:2] == ["4", "4"]


def test_a_definition_of_another_survey_is_refused_and_not_taken_unasked(tmp_path):
    other = [asked(number, f"Something else {number}?", "MC", "SAVR", Choices=shown("Yes", "No")) for number in (1, 3, 4, 5)]
    path = written(tmp_path, definition(other), "other.qsf", "utf-8")
    answered = written(tmp_path, export(LABELLED), "answers.csv")
    with pytest.raises(StudyError, match=r"other\.qsf: its questions are not those of the export, so it is of another survey"):
        read(answered, companion=path)
    assert draft_study(tmp_path / "study", answered).companion == ""


def test_without_importids_a_definition_says_nothing(qsf, tmp_path):
    """Nobody knows then which question a column is of."""
    path = written(tmp_path, export(LABELLED, headers=2))
    delivery = read(path, companion=qsf)
    assert not delivery.used(qsf) and delivery.records.equals(read(path).records)


def test_a_row_that_the_definition_does_not_know_is_read_by_its_header(tmp_path):
    """The page was changed after the answers had come in."""
    lost = [{**question, "Choices": shown("We plan - ahead")} if question["QuestionID"] == "QID4" else question for question in QUESTIONS]
    delivery = read(written(tmp_path, export(LABELLED)), companion=written(tmp_path, definition(lost), "a.qsf", "utf-8"))
    assert (kinds(delivery)["Q4_1"], kinds(delivery)["Q4_2"]) == (("ordinal", "Q4"), ("single", ""))
    assert list(delivery.records["Q4_2"]) == ["Disagree", "Agree", ""]


@pytest.mark.parametrize(
    "text", [definition()[:-40], "[]", '{"SurveyEntry": {}}', '{"SurveyEntry": {}, "SurveyElements": [{"Element": "SQ", "Payload": {}}]}', "{}"]
)
def test_what_is_no_definition_is_refused(text, tmp_path):
    path = written(tmp_path, text, "a.qsf", "utf-8")
    with pytest.raises(
        StudyError, match=r"a\.qsf: this is not a survey definition of Qualtrics \(\.qsf\), or it is cut off\. Export it in Qualtrics"
    ):
        read(written(tmp_path, export(LABELLED)), companion=path)


def test_a_missing_definition_is_named(tmp_path):
    with pytest.raises(StudyError, match=r"lost\.qsf: there is no such file"):
        read(written(tmp_path, export(LABELLED)), companion=tmp_path / "lost.qsf")


def test_tables_without_keys_are_lists(tmp_path):
    questions = [
        asked(1, "What?", "MC", "SAVR", Choices=[{"Display": "None"}, {"Display": "One"}], ChoiceOrder={"0": "1", "1": "0"}, RecodeValues=[])
    ]
    defined = read_definition(written(tmp_path, definition(questions, "DE"), "a.qsf", "utf-8")).questions["QID1"]
    assert [(choice.code, choice.words) for choice in defined.answers.values()] == [("1", {"de": "One"}), ("0", {"de": "None"})]
