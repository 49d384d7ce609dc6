"""Assembly: a structure from what an export says of its questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.data.structure import Structure

UNDETERMINED = "und"


@dataclass(frozen=True)
class Question:
    """A question, a set or an item of one.

    Parameters
    ----------
    code, label : str
    kind : str
        single, multiple, ordinal, number, text or set.
    type : str
        The letter that LimeSurvey has for it.
    parent : str
        Code of the set that an item belongs to.
    page : int
    other : bool
        Whether it ends with a field for other answers.
    """

    code: str
    label: str
    kind: str
    type: str
    parent: str = ""
    page: int = 1
    other: bool = False


@dataclass(frozen=True)
class Answer:
    """An answer to a question; ``missing`` says why it is none."""

    question: str
    code: str
    label: str
    missing: str = ""


def assembled(
    questions: Iterable[Question], answers: Iterable[Answer], *, language: str = UNDETERMINED, pages: Mapping[int, str] | None = None
) -> Structure:
    """The structure that these questions and answers make; both come in questionnaire order.

    Parameters
    ----------
    questions : iterable of Question
    answers : iterable of Answer
    language : str
        The one language of all labels; "und" where the export does not tell.
    pages : mapping, optional
        Number of a page -> its title.
    """
    label = f"label_{language}"
    asked = [[row.code, row.parent, row.kind, row.type, row.page, row.other, "", row.label] for row in questions]
    counted: dict[str, int] = {}
    offered = []
    for row in answers:
        counted[row.question] = counted.get(row.question, 0) + 1
        offered.append([row.question, row.code, counted[row.question], row.label, row.missing])
    titles = [[page, title] for page, title in (pages or {1: ""}).items()]
    return Structure(
        questions=_table(asked, ["code", "parent", "kind", "type", "page", "other", "relevance", label]),
        answers=_table(offered, ["question", "code", "order", label, "missing"]),
        pages=_table(titles, ["page", label]),
        languages=(language,),
    )


def _table(rows: list[list[object]], columns: list[str]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    return pd.DataFrame(rows, columns=columns).astype({column: types.get(column, "str") for column in columns})


def spoken(records: pd.DataFrame) -> str:
    """The language in which all records were answered; "und" where they are several, or where nothing says so."""
    languages = {text.partition("-")[0] for text in records.get("startlanguage", pd.Series(dtype="str")) if text}
    return languages.pop() if len(languages) == 1 else UNDETERMINED
