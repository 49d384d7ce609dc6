"""Questionnaire: a codebook as the LimeSurvey structure that would ask for it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.data.languages import LANGUAGES
from helpers.data.letters import kind_of, offers_answers
from helpers.data.offered import OTHER as OTHER_ANSWER
from helpers.data.structure import Structure

OTHER = "other"
_YES_NO = {"Y", "N"}
_SET_LETTERS = {"multiple": "M", "ordinal": "F", "number": "K", "share": "K", "text": "Q", "single": "F"}


def asked(codebook: Codebook) -> list[str]:
    """Names of the variables with a column of their own that the questionnaire asks for, in its order."""
    variables = codebook.variables
    own = variables["code"].ne("") & variables["type"].ne("set")
    return [name for name in variables.index[own] if variables.at[name, "code"] != "token"]


def page_of(code: str) -> str:
    """The page of a question: the letters its code begins with.

    Examples
    --------
    >>> page_of("C3[SQ001]")
    'C'
    """
    return parts(code)[0].rstrip("0123456789")


def parts(code: str) -> tuple[str, str]:
    """The question and the item of an export code.

    Examples
    --------
    >>> parts("C3[SQ001]"), parts("B1")
    (('C3', 'SQ001'), ('B1', ''))
    """
    question, _, item = code.rstrip("]").partition("[")
    return question, item


def questionnaire(codebook: Codebook, *, pages: Mapping[str, Mapping[str, str]], filters: Mapping[str, Mapping[str, str]]) -> Structure:
    """The structure that asks for the variables of a codebook.

    Parameters
    ----------
    codebook : Codebook
    pages : mapping
        Page letter -> language -> title, in order.
    filters : mapping
        Question or set -> ``question`` and ``answer`` that it needs to be shown.

    Returns
    -------
    Structure
        In German and English. A column ``X[other]`` becomes the field for other answers of question X.
    """
    questions = question_rows(codebook)
    questions["page"] = [list(pages).index(page_of(parent or code)) + 1 for parent, code in zip(questions["parent"], questions["code"], strict=True)]
    questions["relevance"] = [_relevance(filters.get(name), codebook) for name in questions["name"]]
    titles = pd.DataFrame([{f"label_{language}": title[language] for language in LANGUAGES} for title in pages.values()])
    titles.insert(0, "page", range(1, len(titles) + 1))
    titles.insert(1, "relevance", "")
    return Structure(questions.drop(columns="name"), answer_rows(codebook), titles, LANGUAGES)


def question_rows(codebook: Codebook) -> pd.DataFrame:
    """What a codebook asks for.

    Returns
    -------
    DataFrame
        One row per question or item, in the codebook's order: as ``questions`` of a `Structure`, all on one page and without a filter, besides
        ``name``, that of the variable or set.
    """
    variables = codebook.variables[codebook.variables["code"].ne("") & codebook.variables["code"].ne("token")]
    with_other = {parts(code)[0] for code in variables["code"] if parts(code)[1] == OTHER}
    rows = []
    for name, variable in named_rows(variables):
        question, item = parts(variable["code"])
        if item == OTHER:
            continue
        letter = type_letter(name, codebook)
        other = not item and (question in with_other or OTHER_ANSWER in set(codebook.answers(name)["code"]))
        rows.append(
            {
                **{"name": name, "code": item or question, "parent": question if item else "", "kind": kind_of(letter, item=bool(item))},
                **{"type": letter, "page": 1, "other": other, "relevance": "1"},
                **{f"label_{language}": variable[f"label_{language}"] for language in LANGUAGES},
            }
        )
    return pd.DataFrame(rows)


def type_letter(name: str, codebook: Codebook) -> str:
    """LimeSurvey's letter for a variable or set; items carry that of their question."""
    kind = codebook.variables.at[name, "type"]
    parent = name if kind == "set" else str(codebook.variables.at[name, "set"])
    if parent or "[" in str(codebook.variables.at[name, "code"]):
        return _SET_LETTERS[str(codebook.variables.at[codebook.members(parent)[0] if parent else name, "type"])]
    if kind in ("single", "ordinal"):
        return "Y" if set(codebook.answers(name)["code"]) == _YES_NO else "L"
    if kind in ("number", "share"):
        return "N"
    return "T" if codebook.variables.at[name, "sensitivity"] == "free" else "S"


def _relevance(needed: Mapping[str, str] | None, codebook: Codebook) -> str:
    if needed is None:
        return "1"
    code = str(codebook.variables.at[needed["question"], "code"])
    return f'(({code}.NAOK == "{needed["answer"]}"))'


def named_rows(variables: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Name and row of each variable."""
    return [(str(name), row) for name, row in variables.iterrows()]


def answer_rows(codebook: Codebook) -> pd.DataFrame:
    """The answers that questions offer, as ``answers`` of a `Structure`; those of a set, or of its items, are its question's."""
    offered: dict[str, dict[str, dict[str, str]]] = {}
    variables = codebook.variables[codebook.variables["code"].ne("") & codebook.variables["code"].ne("token")]
    for name, variable in named_rows(variables):
        if not offers_answers(type_letter(name, codebook)):
            continue
        known = offered.setdefault(parts(variable["code"])[0], {})
        for level in codebook.answers(name).to_dict("records"):
            if level["code"] != OTHER_ANSWER:
                known.setdefault(level["code"], {f"label_{language}": level[f"label_{language}"] for language in LANGUAGES})
    rows = [
        {"question": question, "code": code, "order": order, **labels}
        for question, answers in offered.items()
        for order, (code, labels) in enumerate(answers.items(), start=1)
    ]
    return pd.DataFrame(rows, columns=["question", "code", "order", *(f"label_{language}" for language in LANGUAGES)])
