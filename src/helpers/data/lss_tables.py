"""LimeSurvey's tables: a questionnaire as the rows that an .lss file holds."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.data.letters import theme_of

if TYPE_CHECKING:
    from helpers.data.structure import Structure

_SURVEY = "118001"
# What LimeSurvey's tables hold besides, at its own defaults; closed access by tokens, one page per group, with time stamps.
_QUESTION_REST = {"preg": "", "mandatory": "N", "encrypted": "N", "scale_id": "0", "same_default": "0", "modulename": "", "same_script": "0"}
_SURVEY_REST = {"gsid": "1", "active": "N", "anonymized": "N", "format": "G", "template": "inherit", "datestamp": "Y", "usetokens": "Y"}
# Numbers with a comma, where a language writes them so: with a point, LimeSurvey takes 12,5 for 125. Dates as dd.mm.yyyy there.
_FORMATS = {"de": {"surveyls_dateformat": "1", "surveyls_numberformat": "1"}}
_POINT = {"surveyls_dateformat": "9", "surveyls_numberformat": "0"}


# Of their question's, items have whether their answers are encrypted.
_ITEM_REST = {"question_theme_name": ""} | {column: usual for column, usual in _QUESTION_REST.items() if column != "encrypted"}
# Texts of a question besides its wording.
FURTHER_TEXTS = ("help", "script")


def usual_columns(letter: str) -> dict[str, str]:
    """Further columns of the table of questions with what a question of this type usually has there; what differs is a setting of a `Structure`.

    Examples
    --------
    >>> usual_columns("T")["mandatory"], usual_columns("T")["question_theme_name"]
    ('N', 'longfreetext')
    """
    return {"question_theme_name": theme_of(letter), **_QUESTION_REST}


def tables(structure: Structure, title: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Name of a table -> its rows, all texts: what LimeSurvey's import cannot do without, and what it would otherwise guess wrongly."""
    questions, languages, own_language = structure.questions, structure.languages, structure.own_language or structure.languages[0]
    own = {(parent, code): str(number) for number, (parent, code) in enumerate(zip(questions["parent"], questions["code"], strict=True), start=1)}
    given = structure.settings.groupby("question")
    further = {str(code): dict(zip(rows["attribute"], rows["value"], strict=True)) for code, rows in given}
    question_rows = [_question_row(row, number, own, further) for number, row in enumerate(questions.to_dict("records"), start=1)]
    column_rows = _column_rows(structure, question_rows, own)
    answer_rows = [*_answer_rows(structure.answers, own, scale="0"), *_answer_rows(structure.second, own, scale="1")]
    numbered = [row | {"aid": str(number)} for number, row in enumerate(answer_rows, start=1)]
    filters = structure.pages.get("relevance", pd.Series("", index=structure.pages.index))
    page_rows = [
        {"gid": str(page), "sid": _SURVEY, "group_order": str(page), "randomization_group": "", "grelevance": shown}
        for page, shown in zip(structure.pages["page"], filters, strict=True)
    ]
    others = " ".join(language for language in languages if language != own_language)
    return {
        "answers": numbered,
        "answer_l10ns": _text_rows([structure.answers, structure.second], [row["aid"] for row in numbered], ("aid", "answer"), languages),
        "groups": page_rows,
        "group_l10ns": _text_rows([structure.pages], [row["gid"] for row in page_rows], ("gid", "group_name"), languages),
        "questions": [row for row in question_rows if row["parent_qid"] == "0"],
        "subquestions": [*(row for row in question_rows if row["parent_qid"] != "0"), *column_rows],
        "question_l10ns": _with_further(
            _text_rows([questions, structure.columns], [row["qid"] for row in [*question_rows, *column_rows]], ("qid", "question"), languages),
            {(own["", row["question"]], row["language"], row["attribute"]): row["value"] for row in structure.settings.to_dict("records")},
        ),
        "question_attributes": [
            {"qid": own["", str(row["question"])], **{name: str(row[name]) for name in ("attribute", "value", "language")}}
            for row in structure.settings.to_dict("records")
            if row["attribute"] not in {*usual_columns(""), *FURTHER_TEXTS}
        ],
        "surveys": [{"sid": _SURVEY, "language": own_language, "additional_languages": others, **_SURVEY_REST}],
        "surveys_languagesettings": [
            {"surveyls_survey_id": _SURVEY, "surveyls_language": language, "surveyls_title": title[language], **_FORMATS.get(language[:2], _POINT)}
            for language in languages
        ],
    }


def _question_row(
    question: Mapping[Hashable, Any], number: int, own: Mapping[tuple[str, str], str], further: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    parent, letter, code = question["parent"], question["type"], question["code"]
    places = {"qid": str(number), "parent_qid": own["", parent] if parent else "0", "sid": _SURVEY, "gid": str(question["page"])}
    said = {"type": letter, "title": code, "other": "Y" if question["other"] else "N", "relevance": question["relevance"]}
    given = further.get(parent or code, {})
    rest = {column: given.get(column, usual) for column, usual in usual_columns(letter).items()}
    return {**places, **said, "question_order": str(number), **rest, **(_ITEM_REST if parent else {})}


def _column_rows(structure: Structure, question_rows: list[dict[str, str]], own: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    """The columns of two-dimensional arrays: subquestions on a second scale."""
    by_number = {row["qid"]: row for row in question_rows}
    told = enumerate(zip(structure.columns["question"], structure.columns["code"], strict=True), start=len(question_rows) + 1)
    rest = {"other": "N", "relevance": "1", **_ITEM_REST, "scale_id": "1"}
    return [
        by_number[own["", question]] | {"qid": str(number), "parent_qid": own["", question], "title": code, "question_order": str(number), **rest}
        for number, (question, code) in told
    ]


def _answer_rows(answers: pd.DataFrame, own: Mapping[tuple[str, str], str], *, scale: str) -> list[dict[str, str]]:
    told = zip(answers["question"], answers["code"], answers["order"], strict=True)
    return [
        {"aid": "", "qid": own["", question], "code": code, "sortorder": str(order), "assessment_value": "0", "scale_id": scale}
        for question, code, order in told
    ]


def _text_rows(tables: Sequence[pd.DataFrame], identifiers: list[str], names: tuple[str, str], languages: tuple[str, ...]) -> list[dict[str, str]]:
    texts = [
        (identifier, language, text)
        for language in languages
        for identifier, text in zip(identifiers, (text for table in tables if len(table) for text in table[f"label_{language}"]), strict=True)
    ]
    return [{"id": str(number), names[0]: key, names[1]: text, "language": language} for number, (key, language, text) in enumerate(texts, start=1)]


def _with_further(rows: list[dict[str, str]], texts: Mapping[tuple[str, str, str], str]) -> list[dict[str, str]]:
    """Rows of wordings with the further texts of their questions, where any question has such texts."""
    named = [name for name in FURTHER_TEXTS if any(attribute == name for _, _, attribute in texts)]
    return [row | {name: texts.get((row["qid"], row["language"], name), "") for name in named} for row in rows]
