"""Document: the questions of a LimeSurvey survey as its queXML export tells them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from helpers.data.exports.assembly import Answer, Question
from helpers.data.letters import built_in_answers, kind_of
from helpers.data.offered import OTHER
from helpers.data.problems import Problem, StudyError

_FREE = {"integer": "N", "number": "N", "currency": "N", "date": "D", "longtext": "T", "text": "S"}
_FREE_ITEMS = {"integer": "K", "number": "K", "currency": "K"}
# Letters whose answers a type brings along, in arrays and alone.
_KNOWN_SCALES = {True: "CEAB", False: "YG5"}
_EXPORT = "Export the survey in LimeSurvey as 'queXML format (*.xml)'."


@dataclass
class Document:
    """What a survey asks.

    Parameters
    ----------
    questions, answers : list
        In order.
    pages : dict
        Number -> title.
    others : dict
        Question -> the words of the answer that has a field of its own.
    unplaced : list of str
        Variables for which the data have no column.
    """

    questions: list[Question] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    pages: dict[int, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)


def variable_names(root: Element) -> list[str]:
    """Names of all variables of a document."""
    return [element.get("varName", "") for element in root.iter() if element.get("varName")]


def root_of(path: Path) -> Element:
    """The document's root.

    Raises
    ------
    StudyError
        If there is no such file, it is cut off, no queXML, or declares entities, which could fill the memory or read other files.
    """
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    try:
        root: Element | None = defusedxml.ElementTree.parse(path).getroot()
    except DefusedXmlException:
        what = "the file declares entities, which no survey needs and which can do harm"
        raise StudyError([Problem(path.name, what, remedy=_EXPORT)]) from None
    except (ParseError, ValueError, LookupError):
        raise StudyError([Problem(path.name, "the file is cut off, or not XML in the encoding it says", remedy=_EXPORT)]) from None
    if root is None or root.tag != "questionnaire" or root.find("section/question") is None:
        raise StudyError([Problem(path.name, "this is not a queXML questionnaire", remedy=_EXPORT)])
    return root


def document_of(root: Element, place: Callable[[str], tuple[str, str] | None]) -> Document:
    """Read all questions.

    Parameters
    ----------
    root : Element
    place : callable
        Name of a variable -> question and item (``""``: none) as the data name them; None where the data have no such column.
    """
    document = Document()
    for page, section in enumerate(root.iterfind("section"), start=1):
        titles = [info.findtext("text", "") for info in section.iterfind("sectionInfo") if info.findtext("position") == "title"]
        document.pages[page] = " ".join(titles)
        for question in section.iterfind("question"):
            _read_question(document, question, page, place)
    return document


def _read_question(document: Document, question: Element, page: int, place: Callable[[str], tuple[str, str] | None]) -> None:
    if _is_ranking(question):
        _add_ranking(document, question, page, place)
        return
    placed = []
    for element in _variables(question):
        name = element.get("varName", "")
        found = place(name)
        if found:
            placed.append((element, found))
        elif not _has_field(element):
            document.unplaced.append(name)
    if not placed:
        return
    code, item = placed[0][1]
    asked = Question(code, _wording(question), "set", "", page=page, other=_has_other(question))
    if item:
        _add_set(document, question, [(element, item) for element, (_, item) in placed if item], asked)
    else:
        _add_alone(document, placed[0][0], asked)


def _wording(question: Element) -> str:
    """A question may be told in several texts."""
    return " ".join(text.text or "" for text in question.iterfind("text")).strip()


def _has_other(question: Element) -> bool:
    return any(name.get("varName", "").endswith("other") for name in question.iter("contingentQuestion"))


def _variables(question: Element) -> list[Element]:
    """Subquestions where there are any, else responses; a comment is none of its own."""
    within = question.findall("subQuestion") or question.findall("response")
    return [element for element in within if element.get("varName") and not element.get("varName", "").endswith("_comment")]


def _has_field(element: Element) -> bool:
    """The box for other answers has a name of its own, and no column."""
    return element.find(".//contingentQuestion") is not None


def _categories(within: Element) -> list[tuple[str, str]]:
    return [((category.findtext("value") or "").strip(), (category.findtext("label") or "").strip()) for category in within.iter("category")]


def _add_alone(document: Document, response: Element, asked: Question) -> None:
    categories = _categories(response)
    codes = [code for code, _ in categories]
    if categories:
        letter = next((letter for letter in _KNOWN_SCALES[False] if set(codes) == built_in_answers(letter)), "L")
    else:
        letter = _FREE.get(response.findtext("free/format", ""), "S")
    document.questions.append(replace(asked, kind=kind_of(letter), type=letter))
    document.answers += [Answer(asked.code, code, label or code) for code, label in categories if code != OTHER]
    document.others.update((asked.code, " ".join(label.split())) for code, label in categories if code == OTHER)


def _add_set(document: Document, question: Element, members: list[tuple[Element, str]], asked: Question) -> None:
    """An array of fields comes in one question per row, whose text is the last one."""
    letter, answers = _scale(question, members)
    texts = [text.text or "" for text in question.iterfind("text")]
    row = f"{texts.pop().strip()} – " if all("_" in item for _, item in members) and len(texts) > 1 else ""
    if not any(known.code == asked.code and known.kind == "set" for known in document.questions):
        document.questions.append(replace(asked, type=letter, label=" ".join(texts).strip()))
        document.answers += [Answer(asked.code, code, label or code) for code, label in answers if code != OTHER]
    kind = kind_of(letter, item=True)
    for element, item in members:
        document.questions.append(Question(item, f"{row}{_item_label(element) or item}", kind, letter, asked.code, asked.page))


def _is_ranking(question: Element) -> bool:
    """The answers stand as subquestions, with one field for the rank of each."""
    return question.find("subQuestion") is not None and question.find("response/free") is not None


def _add_ranking(document: Document, question: Element, page: int, place: Callable[[str], tuple[str, str] | None]) -> None:
    """The data have a column per rank, which holds the code of an answer."""
    response, options = question.find("response"), question.findall("subQuestion")
    code = response.get("varName", "") if response is not None else ""
    ranks = [found[1] for rank in range(1, len(options) + 1) if (found := place(f"{code}_{rank}"))]
    if not ranks:
        document.unplaced.append(code)
        return
    document.questions.append(Question(code, _wording(question), "set", "R", page=page))
    document.questions += [Question(rank, f"{rank}.", kind_of("R", item=True), "R", code, page) for rank in ranks]
    for option in options:
        answer = option.get("varName", "").removeprefix(code).lstrip("_")
        document.answers.append(Answer(code, answer, (option.findtext("text") or "").strip() or answer))


def _item_label(element: Element) -> str:
    """A box is named by its one category, a field by its label, the item of an array by its text."""
    words = element.findtext("text") or element.findtext("free/label") or next((label for _, label in _categories(element)), "")
    return words.strip()


def _scale(question: Element, members: list[tuple[Element, str]]) -> tuple[str, list[tuple[str, str]]]:
    """Letter of the type, and the answers that hold for all items."""
    if members[0][0].tag == "response":
        if len(_categories(members[0][0])) == 1:
            return "M", []
        return _FREE_ITEMS.get(members[0][0].findtext("free/format", ""), "Q"), []
    response = question.find("response")
    categories = _categories(response) if response is not None else []
    codes = {code for code, _ in categories}
    return next((letter for letter in _KNOWN_SCALES[True] if codes == built_in_answers(letter)), "F"), categories
