"""The survey definition of Qualtrics (.qsf): the words and codes of all answers, in every language of the survey."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.data.exports.assembly import UNDETERMINED
from helpers.data.exports.decoding import text_of
from helpers.data.exports.qualtrics_header import Column
from helpers.data.offered import plain
from helpers.data.problems import Problem, StudyError

_PLACE = re.compile(r"(QID\d+)(?:_(\d+))?")
_SEVERAL = ("MAVR", "MAHR", "MACOL", "MSB")
_ONE_PER_ROW = ("SingleAnswer", "DL")
_EXPORT = "Export it in Qualtrics with 'Tools', 'Import/Export', 'Export survey', of the survey whose answers these are."
_COMPARED = 30  # letters of a question


@dataclass(frozen=True)
class Choice:
    """An answer, or the item of a matrix: its code, its words in each language, and its name in an export of words, if it has one."""

    code: str
    words: Mapping[str, str]
    named: str = ""


@dataclass(frozen=True)
class Defined:
    """A question.

    Parameters
    ----------
    tag : str
        What its columns are called by.
    kind : str
        single, ordinal, multiple, matrix, or "" where only its words are taken.
    words : mapping
        Language -> question.
    description : str
        What may stand in the header in place of the question.
    answers, items : mapping
        Identifier in the file -> answer, in the order of the questionnaire; and item of a matrix.
    """

    tag: str
    kind: str
    words: Mapping[str, str]
    description: str
    answers: Mapping[str, Choice]
    items: Mapping[str, Choice]


@dataclass(frozen=True)
class Definition:
    """A survey: title, languages (its own first), and identifier -> question."""

    title: str
    languages: tuple[str, ...]
    questions: Mapping[str, Defined]

    def place(self, column: Column) -> tuple[str, str] | None:
        """Identifiers of the question and of the option or item (``""``: none) that a column is for; None where the file does not know them."""
        found = _PLACE.fullmatch(column.import_id)
        question = self.questions.get(found[1]) if found else None
        if found is None or question is None:
            return None
        inside = column.choice or found[2] or ""
        known = {"matrix": question.items, "multiple": {"": None, **question.answers}}.get(question.kind, {"": None})
        return (found[1], inside) if inside in known or not question.kind else None

    def fits(self, columns: Iterable[Column]) -> bool:
        """Whether most columns ask what the questions of their identifiers do; every survey has a QID1."""
        placed = [(self.questions[place[0]], column.text) for column in columns if (place := self.place(column))]
        return 2 * sum(_asks(question, text) for question, text in placed) > len(placed)


def read_definition(path: Path) -> Definition:
    """Read a ``.qsf`` file, which is JSON.

    Raises
    ------
    StudyError
        If there is no such file, or it is cut off or something else.

    References
    ----------
    Qualtrics publishes no specification; keys as in surveys that others published, such as the test data of github.com/fflewddur/sp. What the codes
    of each type of question become in an export: github.com/ctesta01/QualtricsTools, "Using Recode Values in Qualtrics".
    """
    try:
        told = json.loads(text_of(path))
        entry, elements = told["SurveyEntry"], told["SurveyElements"]
        asked = [element["Payload"] for element in elements if element.get("Element") == "SQ"]
        own = str(entry.get("SurveyLanguage") or UNDETERMINED).lower()
        questions = {str(payload["QuestionID"]): _defined(payload, own) for payload in asked}
        title = str(entry.get("SurveyName") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, StudyError):
            raise
        raise StudyError([Problem(path.name, "this is not a survey definition of Qualtrics (.qsf), or it is cut off", remedy=_EXPORT)]) from None
    languages = dict.fromkeys([own, *(language for question in questions.values() for language in question.words)])
    return Definition(title, tuple(languages), questions)


def foreign(path: Path) -> StudyError:
    """The definition belongs to another survey."""
    return StudyError([Problem(path.name, "its questions are not those of the export, so it is of another survey", remedy=_EXPORT)])


def _defined(payload: Mapping[str, Any], own: str) -> Defined:
    """Of a matrix the choices are the rows, the answers the columns; the codes are those of the columns."""
    translated = {str(language).lower(): _keyed(words) for language, words in _keyed(payload.get("Language")).items()}
    by_language = {own: payload, **translated}
    matrix = payload["QuestionType"] == "Matrix"
    choices = _choices(payload, by_language, "Choices", "ChoiceOrder", coded=not matrix)
    answers = _choices(payload, by_language, "Answers", "AnswerOrder", coded=True) if matrix else choices
    return Defined(
        tag=str(payload["DataExportTag"]),
        kind=_kind(payload),
        words={language: plain(str(words["QuestionText"])) for language, words in by_language.items() if words.get("QuestionText")},
        description=plain(str(payload.get("QuestionDescription") or "")),
        answers=answers,
        items=choices,
    )


def _kind(payload: Mapping[str, Any]) -> str:
    asked, selector = payload["QuestionType"], payload.get("Selector")
    if asked == "MC":
        return "multiple" if selector in _SEVERAL else "ordinal" if selector == "NPS" else "single"
    return "matrix" if asked == "Matrix" and selector == "Likert" and payload.get("SubSelector") in _ONE_PER_ROW else ""


def _choices(payload: Mapping[str, Any], by_language: Mapping[str, Mapping[str, Any]], key: str, order: str, *, coded: bool) -> dict[str, Choice]:
    """What is no longer offered comes last: somebody may have chosen it."""
    offered = _keyed(payload.get(key))
    recoded, names = (_keyed(payload.get(table)) if coded else {} for table in ("RecodeValues", "VariableNaming"))
    inside = [str(place) for place in _keyed(payload.get(order)).values()]
    words = {language: {place: _display(choice) for place, choice in _keyed(told.get(key)).items()} for language, told in by_language.items()}
    return {
        place: Choice(
            str(recoded.get(place, place)),
            {language: shown[place] for language, shown in words.items() if shown.get(place)},
            plain(str(names.get(place) or "")),
        )
        for place in dict.fromkeys([*(place for place in inside if place in offered), *offered])
    }


def _display(choice: object) -> str:
    return plain(str(_keyed(choice).get("Display") or ""))


def _keyed(value: object) -> dict[str, Any]:
    """Qualtrics writes a table whose keys are 0, 1, 2 ... as a list, and an empty one as ``[]``."""
    if isinstance(value, Mapping):
        return {str(key): inside for key, inside in value.items()}
    return {str(place): inside for place, inside in enumerate(value)} if isinstance(value, Sequence) and not isinstance(value, str) else {}


def _asks(question: Defined, text: str) -> bool:
    said = [_beginning(words) for words in (*question.words.values(), question.description) if words]
    return any(_beginning(text)[: len(words)] == words for words in said)


def _beginning(text: str) -> str:
    return " ".join(text.split()).casefold()[:_COMPARED]
