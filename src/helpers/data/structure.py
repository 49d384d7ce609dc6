"""Structure: the questionnaire behind an export, as LimeSurvey keeps it in an .lss file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from helpers.data.letters import kind_of
from helpers.data.lss import read_document, rows, write_document
from helpers.data.lss_tables import FURTHER_TEXTS, tables, usual_columns

_QUESTION_COLUMNS = ("code", "parent", "kind", "type", "page", "other", "relevance")
_ANSWER_COLUMNS = ("question", "code", "order")
_COLUMN_COLUMNS = ("question", "code")
_SETTING_COLUMNS = ("question", "attribute", "value", "language")


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
        One row per page: ``page``, ``relevance`` (the filter of the whole page; where the column is missing there are none), ``label_<language>``.
    languages : tuple of str
        As the file lists them.
    columns : DataFrame
        One row per column of a two-dimensional array (letters ``:`` and ``;``): ``question``, ``code``, ``label_<language>``.
    second : DataFrame
        One row per answer on the second scale of an array with two scales (letter ``1``); columns as in ``answers``.
    settings : DataFrame
        One row per further setting of a question, such as the smallest number it takes, its help text (``help``), or that it has to be answered
        (``mandatory``): ``question``, ``attribute``, ``value``, ``language`` (``""`` where it holds for all).
    own_language : str
        The language the survey was made in; ``""``: the first one.
    """

    questions: pd.DataFrame
    answers: pd.DataFrame
    pages: pd.DataFrame
    languages: tuple[str, ...]
    columns: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_COLUMN_COLUMNS)))
    second: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_ANSWER_COLUMNS)))
    settings: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_SETTING_COLUMNS)))
    own_language: str = ""


def read_structure(path: Path) -> Structure:
    """Read an .lss file of any version: with texts in tables of their own (since version 4), or beside the codes.

    Raises
    ------
    StudyError
        A ``ValueError``, if there is no such file, it is not XML, or not LimeSurvey's survey structure.

    Notes
    -----
    Texts before, between and after the pages, default answers, assessments, quotas and the texts of e-mails are left out.
    """
    root = read_document(Path(path))
    languages = tuple(language.text or "" for language in root.iterfind("languages/language"))
    groups = {row["gid"]: row for row in rows(root, "groups")}
    questions = {row["qid"]: row for row in rows(root, "questions", "subquestions")}
    pages = {gid: page for page, gid in enumerate(sorted(groups, key=lambda gid: _number(groups[gid], "group_order")), start=1)}
    group_texts = _texts(root, "group_l10ns", ("groups",), ("gid",), "group_name")
    question_texts = _texts(root, "question_l10ns", ("questions", "subquestions"), ("qid",), "question")
    ordered = _in_order(questions, pages)
    first, second = ([row for row in ordered if _scale(row) == scale] for scale in (0, 1))
    question_rows = [_question(row, questions, pages) | _labels(question_texts, row["qid"], languages) for row in first]
    column_rows = [
        {"question": questions[row["parent_qid"]].get("title", ""), "code": row.get("title", "")} | _labels(question_texts, row["qid"], languages)
        for row in second
    ]
    page_rows = [{"page": page, "relevance": groups[gid].get("grelevance", "")} | _labels(group_texts, gid, languages) for gid, page in pages.items()]
    answers, further = (_answers(root, ordered, languages, scale) for scale in (0, 1))
    return Structure(
        questions=_table(question_rows, _QUESTION_COLUMNS, languages),
        answers=answers,
        pages=_table(page_rows, ("page", "relevance"), languages),
        languages=languages,
        columns=_table(column_rows, _COLUMN_COLUMNS, languages),
        second=further,
        settings=_settings(root, ordered),
        own_language=next((row.get("language", "") for row in rows(root, "surveys")), ""),
    )


def _number(row: Mapping[str, str], column: str) -> int:
    text = row.get(column, "")
    return int(text) if text.lstrip("-").isdigit() else 0


def _scale(row: Mapping[str, str]) -> int:
    return _number(row, "scale_id")


def _texts(root: Element, own_table: str, beside: tuple[str, ...], key: tuple[str, ...], column: str) -> dict[tuple[object, str], str]:
    """(identifier, language) -> text."""
    told = rows(root, own_table) or rows(root, *beside)
    return {(_identifier(row, key), row.get("language", "")): row.get(column, "") for row in told}


def _identifier(row: Mapping[str, str], key: tuple[str, ...]) -> object:
    return row[key[0]] if len(key) == 1 else tuple(row.get(part, "") for part in key)


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


def _answers(root: Element, questions: list[dict[str, str]], languages: tuple[str, ...], scale: int) -> pd.DataFrame:
    """The answers on one scale, in the order of the questions and of their own."""
    place, codes = {row["qid"]: number for number, row in enumerate(questions)}, {row["qid"]: row.get("title", "") for row in questions}
    key = ("aid",) if rows(root, "answer_l10ns") else ("qid", "code", "scale_id")
    texts = _texts(root, "answer_l10ns", ("answers",), key, "answer")
    here = [row for row in rows(root, "answers") if _scale(row) == scale and row["qid"] in place]
    offered = {_identifier(row, key): row for row in here}
    ordered = sorted(offered.items(), key=lambda pair: (place[pair[1]["qid"]], _number(pair[1], "sortorder")))
    told = [{"question": codes[row["qid"]], "code": row.get("code", ""), "order": _number(row, "sortorder")} for _, row in ordered]
    return _table([row | _labels(texts, aid, languages) for row, (aid, _) in zip(told, ordered, strict=True)], _ANSWER_COLUMNS, languages)


def _settings(root: Element, questions: list[dict[str, str]]) -> pd.DataFrame:
    """Further settings of the questions, in their order; what is empty or usual says nothing and is left out."""
    heads = {row["qid"]: row for row in questions if (row.get("parent_qid") or "0") == "0"}
    told = [
        (qid, column, row.get(column, ""), "")
        for qid, row in heads.items()
        for column, usual in usual_columns(row.get("type", "")).items()
        if row.get(column, "") not in ("", usual)
    ]
    for name in FURTHER_TEXTS:
        texts = _texts(root, "question_l10ns", ("questions",), ("qid",), name)
        told += [(str(qid), name, text, language) for (qid, language), text in texts.items()]
    attributes = rows(root, "question_attributes")
    told += [(row.get("qid", ""), row.get("attribute", ""), row.get("value", ""), row.get("language", "")) for row in attributes]
    place = {qid: number for number, qid in enumerate(heads)}
    kept = sorted((row for row in told if row[0] in heads and row[2]), key=lambda row: place[row[0]])
    return _table([(heads[qid].get("title", ""), *rest) for qid, *rest in kept], _SETTING_COLUMNS, ())


def _table(content: list[Any], columns: tuple[str, ...], languages: tuple[str, ...]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    names = [*columns, *(f"label_{language}" for language in languages)]
    return pd.DataFrame(content, columns=names).astype({name: types.get(name, "str") for name in names})


def write_structure(structure: Structure, path: Path, *, title: Mapping[str, str]) -> None:
    """Write an .lss file that LimeSurvey can import; `read_structure` gives the same structure back.

    Parameters
    ----------
    structure : Structure
    path : Path
    title : mapping
        Language -> title of the survey.

    Raises
    ------
    StudyError
        A ``ValueError``, if a text holds a character that XML cannot carry.

    Notes
    -----
    LimeSurvey fills in what is left out: texts of e-mails in the survey's languages, settings at their defaults.
    """
    write_document(path, tables(structure, title), languages=structure.languages)
