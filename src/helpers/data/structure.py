"""Structure: the questionnaire behind an export, as LimeSurvey keeps it in an .lss file."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
import pandas as pd
from defusedxml.common import DefusedXmlException

from helpers.data.problems import Problem, StudyError

# LimeSurvey's type letters. Letters of neither mapping (short, long and huge texts, dates, files, equations) hold a text.
_KINDS = {**dict.fromkeys("L!OYGI", "single"), "5": "ordinal", "N": "number", **dict.fromkeys("MPKQRFABCEH1:;", "set")}
_ITEM_KINDS = {**dict.fromkeys("MP", "multiple"), **dict.fromkeys("K:", "number"), **dict.fromkeys("Q;", "text"), **dict.fromkeys("RC", "single")}
_THEMES = {
    **{"L": "listradio", "Y": "yesno", "M": "multiplechoice", "K": "multiplenumeric"},
    **{"F": "arrays/array", "N": "numerical", "T": "longfreetext", "S": "shortfreetext"},
}
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURVEY = "118001"
_DATABASE_VERSION = "630"
# What LimeSurvey's tables hold besides, at its own defaults; closed access by tokens, one page per group, with time stamps.
_QUESTION_REST = {"preg": "", "mandatory": "N", "encrypted": "N", "scale_id": "0", "same_default": "0", "modulename": "", "same_script": "0"}
_ANSWER_REST = {"assessment_value": "0", "scale_id": "0"}
_GROUP_REST = {"randomization_group": "", "grelevance": ""}
_SURVEY_REST = {"gsid": "1", "active": "N", "anonymized": "N", "format": "G", "template": "inherit", "datestamp": "Y", "usetokens": "Y"}
_QUESTION_COLUMNS = ("code", "parent", "kind", "type", "page", "other", "relevance")
_ANSWER_COLUMNS = ("question", "code", "order")


@dataclass(frozen=True)
class Structure:
    """A questionnaire.

    Parameters
    ----------
    questions : DataFrame
        One row per question or subquestion, in questionnaire order: ``code``, ``parent`` (code of the question a subquestion belongs to, else
        ``""``), ``kind`` (single, multiple, ordinal, number, text or set), ``type`` (LimeSurvey's letter; subquestions carry their question's),
        ``page``, ``other`` (whether it ends with a field for other answers), ``relevance`` (the filter), ``label_<language>``.
    answers : DataFrame
        One row per answer offered: ``question``, ``code``, ``order``, ``label_<language>``. Ticks and yes/no questions offer none.
    pages : DataFrame
        One row per page: ``page``, ``label_<language>``.
    languages : tuple of str
        As the file lists them.
    """

    questions: pd.DataFrame
    answers: pd.DataFrame
    pages: pd.DataFrame
    languages: tuple[str, ...]


def kind_of(letter: str, *, item: bool = False) -> str:
    """What LimeSurvey's type letter means for a question, or for an item of it.

    Examples
    --------
    >>> kind_of("M"), kind_of("M", item=True), kind_of("F", item=True), kind_of("T")
    ('set', 'multiple', 'ordinal', 'text')
    """
    return _ITEM_KINDS.get(letter, "ordinal") if item else _KINDS.get(letter, "text")


def read_structure(path: Path) -> Structure:
    """Read an .lss file of any version: with texts in tables of their own (since version 4), or beside the codes.

    Raises
    ------
    StudyError
        A ``ValueError``, if there is no such file, it is not XML, or not LimeSurvey's survey structure.

    Notes
    -----
    The second scale of two-dimensional arrays is left out.
    """
    root = _root(Path(path))
    languages = tuple(language.text or "" for language in root.iterfind("languages/language"))
    groups = {row["gid"]: row for row in _rows(root, "groups")}
    questions = {row["qid"]: row for row in _rows(root, "questions", "subquestions") if row.get("scale_id", "0") in ("", "0")}
    answers: dict[object, dict[str, str]] = {
        row.get("aid") or (row["qid"], row["code"]): row for row in _rows(root, "answers") if row.get("scale_id", "0") in ("", "0")
    }
    question_texts = _texts(root, "question_l10ns", ("questions", "subquestions"), ("qid",), "question")
    answer_texts = _texts(root, "answer_l10ns", ("answers",), ("aid",) if _rows(root, "answer_l10ns") else ("qid", "code"), "answer")
    group_texts = _texts(root, "group_l10ns", ("groups",), ("gid",), "group_name")
    pages = {gid: page for page, gid in enumerate(sorted(groups, key=lambda gid: _number(groups[gid], "group_order")), start=1)}
    ordered = _in_order(questions, pages)
    question_rows = [_question(row, questions, pages) | _labels(question_texts, row["qid"], languages) for row in ordered]
    answer_rows = [_answer(answers[aid], questions) | _labels(answer_texts, aid, languages) for aid in _answers_in_order(answers, ordered)]
    page_rows = [{"page": page} | _labels(group_texts, gid, languages) for gid, page in pages.items()]
    return Structure(
        questions=_table(question_rows, _QUESTION_COLUMNS, languages),
        answers=_table(answer_rows, _ANSWER_COLUMNS, languages),
        pages=_table(page_rows, ("page",), languages),
        languages=languages,
    )


def _root(path: Path) -> Element:
    wrong = Problem(path.name, "this is not the structure of a LimeSurvey survey", remedy="Export it in LimeSurvey as 'Survey structure (.lss)'.")
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    try:
        root: Element | None = defusedxml.ElementTree.parse(path).getroot()
    except (ParseError, DefusedXmlException, ValueError):
        raise StudyError([wrong]) from None
    if root is None or root.tag != "document" or root.findtext("LimeSurveyDocType") != "Survey":
        raise StudyError([wrong])
    return root


def _rows(root: Element, *sections: str) -> list[dict[str, str]]:
    return [{cell.tag: cell.text or "" for cell in row} for section in sections for row in root.iterfind(f"{section}/rows/row")]


def _number(row: Mapping[str, str], column: str) -> int:
    text = row.get(column, "")
    return int(text) if text.lstrip("-").isdigit() else 0


def _texts(root: Element, own_table: str, beside: tuple[str, ...], key: tuple[str, ...], column: str) -> dict[tuple[object, str], str]:
    """(identifier, language) -> text."""
    rows = _rows(root, own_table) or _rows(root, *beside)
    return {(row[key[0]] if len(key) == 1 else tuple(row[part] for part in key), row.get("language", "")): row.get(column, "") for row in rows}


def _labels(texts: Mapping[tuple[object, str], str], identifier: object, languages: Iterable[str]) -> dict[str, object]:
    return {f"label_{language}": texts.get((identifier, language), "") for language in languages}


def _in_order(questions: Mapping[str, dict[str, str]], pages: Mapping[str, int]) -> list[dict[str, str]]:
    """Questions by page and place, each followed by its subquestions; a subquestion without its question is dropped."""
    children: dict[str, list[dict[str, str]]] = {}
    for row in questions.values():
        children.setdefault(row.get("parent_qid") or "0", []).append(row)
    ordered = []
    for row in sorted(children.get("0", []), key=lambda row: (pages.get(row.get("gid", ""), 0), _number(row, "question_order"))):
        ordered += [row, *sorted(children.get(row["qid"], []), key=lambda item: _number(item, "question_order"))]
    return ordered


def _question(row: Mapping[str, str], questions: Mapping[str, dict[str, str]], pages: Mapping[str, int]) -> dict[str, object]:
    parent = questions.get(row.get("parent_qid", ""), {})
    letter = parent.get("type") or row.get("type", "")
    return {
        "code": row.get("title", ""),
        "parent": parent.get("title", ""),
        "kind": kind_of(letter, item=bool(parent)),
        "type": letter,
        "page": pages.get(row.get("gid", ""), 0),
        "other": row.get("other", "N") == "Y",
        "relevance": row.get("relevance", ""),
    }


def _answers_in_order(answers: Mapping[object, dict[str, str]], questions: list[dict[str, str]]) -> list[object]:
    place = {row["qid"]: number for number, row in enumerate(questions)}
    known = [aid for aid, row in answers.items() if row["qid"] in place]
    return sorted(known, key=lambda aid: (place[answers[aid]["qid"]], _number(answers[aid], "sortorder")))


def _answer(row: Mapping[str, str], questions: Mapping[str, dict[str, str]]) -> dict[str, object]:
    return {"question": questions[row["qid"]].get("title", ""), "code": row.get("code", ""), "order": _number(row, "sortorder")}


def _table(rows: list[dict[str, object]], columns: tuple[str, ...], languages: tuple[str, ...]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    names = [*columns, *(f"label_{language}" for language in languages)]
    return pd.DataFrame(rows, columns=names).astype({name: types.get(name, "str") for name in names})


def write_structure(structure: Structure, path: Path, *, title: Mapping[str, str]) -> None:
    """Write an .lss file that LimeSurvey can import; `read_structure` gives the same structure back.

    Parameters
    ----------
    structure : Structure
        Its first language is the survey's own, the others are additional ones.
    path : Path
    title : mapping
        Language -> title of the survey.

    Raises
    ------
    StudyError
        A ``ValueError``, if a text holds a character that XML cannot carry.
    """
    questions, answers, languages = structure.questions, structure.answers, structure.languages
    own = {(parent, code): str(number) for number, (parent, code) in enumerate(zip(questions["parent"], questions["code"], strict=True), start=1)}
    question_rows = [_question_row(row, number, own) for number, row in enumerate(questions.to_dict("records"), start=1)]
    answer_rows = [
        {"aid": str(number), "qid": own["", row["question"]], "code": row["code"], "sortorder": str(row["order"]), **_ANSWER_REST}
        for number, row in enumerate(answers.to_dict("records"), start=1)
    ]
    page_rows = [{"gid": str(page), "sid": _SURVEY, "group_order": str(page), **_GROUP_REST} for page in structure.pages["page"]]
    sections = {
        "answers": answer_rows,
        "answer_l10ns": _text_rows(answers, [row["aid"] for row in answer_rows], ("aid", "answer"), languages),
        "groups": page_rows,
        "group_l10ns": _text_rows(structure.pages, [row["gid"] for row in page_rows], ("gid", "group_name"), languages),
        "questions": [row for row in question_rows if row["parent_qid"] == "0"],
        "subquestions": [row for row in question_rows if row["parent_qid"] != "0"],
        "question_l10ns": _text_rows(questions, list(own.values()), ("qid", "question"), languages),
        "surveys": [{"sid": _SURVEY, "language": languages[0], "additional_languages": " ".join(languages[1:]), **_SURVEY_REST}],
        "surveys_languagesettings": [
            {"surveyls_survey_id": _SURVEY, "surveyls_language": language, "surveyls_title": title[language]} for language in languages
        ],
    }
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>", " <LimeSurveyDocType>Survey</LimeSurveyDocType>"]
    lines += [f" <DBVersion>{_DATABASE_VERSION}</DBVersion>", " <languages>"]
    lines += [*(f"  <language>{language}</language>" for language in languages), " </languages>"]
    lines += [line for name, content in sections.items() for line in _section(name, content, path.name)]
    path.write_bytes("\n".join([*lines, "</document>", ""]).encode())


def _question_row(question: Mapping[Hashable, Any], number: int, own: Mapping[tuple[str, str], str]) -> dict[str, str]:
    parent, letter = question["parent"], question["type"]
    places = {"qid": str(number), "parent_qid": own["", parent] if parent else "0", "sid": _SURVEY, "gid": str(question["page"])}
    theme = {"question_theme_name": "" if parent else _THEMES.get(letter, "")}
    said = {"type": letter, "title": question["code"], "other": "Y" if question["other"] else "N", "relevance": question["relevance"]}
    return {**places, **said, "question_order": str(number), **theme, **_QUESTION_REST}


def _text_rows(table: pd.DataFrame, identifiers: list[str], names: tuple[str, str], languages: tuple[str, ...]) -> list[dict[str, str]]:
    texts = [(identifier, language, text) for language in languages for identifier, text in zip(identifiers, table[f"label_{language}"], strict=True)]
    return [{"id": str(number), names[0]: key, names[1]: text, "language": language} for number, (key, language, text) in enumerate(texts, start=1)]


def _section(name: str, rows: list[dict[str, str]], file: str) -> list[str]:
    if not rows:
        return []
    bad = [number for number, row in enumerate(rows, start=1) for text in row.values() if _NOT_IN_XML.search(text)]
    if bad:
        what = f"the table '{name}' would hold characters that XML cannot carry"
        raise StudyError([Problem(file, what, remedy="Take control characters out of the texts.", rows=bad)])
    fields = [f"   <fieldname>{column}</fieldname>" for column in rows[0]]
    content = [line for row in rows for line in ("   <row>", *(f"    {_cell(column, text)}" for column, text in row.items()), "   </row>")]
    return [f" <{name}>", "  <fields>", *fields, "  </fields>", "  <rows>", *content, "  </rows>", f" </{name}>"]


def _cell(column: str, text: str) -> str:
    """An empty element for an empty text, else CDATA; what CDATA cannot hold stands between two of them."""
    if not text:
        return f"<{column}/>"
    held = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<{column}><![CDATA[{held}]]></{column}>"
