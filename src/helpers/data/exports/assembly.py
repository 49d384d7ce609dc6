"""Assembly: a structure from what an export says of its questions and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
    words : mapping
        Language -> label, where the export has several languages.
    """

    code: str
    label: str
    kind: str
    type: str
    parent: str = ""
    page: int = 1
    other: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """An answer to a question; ``missing`` says why it is none, ``""`` that it is one, None that the export does not tell which."""

    question: str
    code: str
    label: str
    missing: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


def assembled(
    questions: Iterable[Question],
    answers: Iterable[Answer],
    *,
    language: str = UNDETERMINED,
    further: Sequence[str] = (),
    pages: Mapping[int, str] | None = None,
) -> Structure:
    """The structure that these questions and answers make; both come in questionnaire order.

    Parameters
    ----------
    questions : iterable of Question
    answers : iterable of Answer
    language : str
        Of all labels; "und" where the export does not tell.
    further : sequence of str
        Other languages, in which some have words.
    pages : mapping, optional
        Number of a page -> its title.
    """
    languages = (language, *further)
    labels = [f"label_{spoken}" for spoken in languages]
    asked: list[list[object]] = [[row.code, row.parent, row.kind, row.type, row.page, row.other, "", *_labels(row, languages)] for row in questions]
    counted: dict[str, int] = {}
    offered: list[list[object]] = []
    for row in answers:
        counted[row.question] = counted.get(row.question, 0) + 1
        offered.append([row.question, row.code, counted[row.question], *_labels(row, languages), row.missing])
    titles: list[list[object]] = [[page, *[title] * len(languages)] for page, title in (pages or {1: ""}).items()]
    return Structure(
        questions=_table(asked, ["code", "parent", "kind", "type", "page", "other", "relevance", *labels]),
        answers=_table(offered, ["question", "code", "order", *labels, "missing"]),
        pages=_table(titles, ["page", *labels]),
        languages=languages,
    )


def _labels(row: Question | Answer, languages: Sequence[str]) -> list[str]:
    return [row.words.get(language) or row.label for language in languages]


def _table(rows: list[list[object]], columns: list[str]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    return pd.DataFrame(rows, columns=columns).astype({column: types.get(column, "str") for column in columns})


def spoken(records: pd.DataFrame) -> str:
    """The language in which all records were answered; "und" where they are several, or where nothing says so."""
    languages = {text.partition("-")[0] for text in records.get("startlanguage", pd.Series(dtype="str")).unique() if text}
    return languages.pop() if len(languages) == 1 else UNDETERMINED
