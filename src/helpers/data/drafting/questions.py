"""Questions: the columns of an export under the questions they answer, with all that the export and its structure say of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.codebook import TICKED, UNTICKED
from helpers.data.exports.delivery import Delivery
from helpers.data.limesurvey import SYSTEM_COLUMNS
from helpers.data.offered import OTHER
from helpers.data.structure import Structure
from helpers.data.tabular import NAMELESS

# The one column of the tool itself that may link answers to a frame or to interviews.
TOKEN = "token"
_BRACKET = re.compile(r"^(?P<question>.+?)\[(?P<item>[^\]]*)\](?P<rest>.*)$")
_TYPED_FIELD = re.compile(r"\[(?:other|[^\]]*comment)\]$|_(?:other|comment|TEXT)$")
_PREFIXED = re.compile(r"^(?P<question>.*\S)\s*(?:_|:|\.| - )\s*(?P<item>[^_:]+)$")
_TIMES = re.compile(r"^(?:interviewtime|groupTime\d+|(?P<question>.+)Time)$")
_CROSSES = ("x", "ticked", "checked", "selected", "angekreuzt", "ausgewählt", "genannt", "quoted")
TICK_WORDS = {*TICKED, *UNTICKED, *_CROSSES}


@dataclass(frozen=True)
class Answer:
    """An answer that the structure offers, in the words of each language; ``missing`` says why it is none."""

    code: str
    labels: Mapping[str, str]
    missing: str | None


@dataclass(frozen=True)
class Column:
    """A column of the export.

    Parameters
    ----------
    code : str
        Its head.
    given : Series of str
        What was answered; empty cells and "not shown" left out.
    kind, letter : str
        What the structure says it is; "" where nothing does.
    labels : mapping
        Language -> words.
    answers : tuple of Answer
        What the structure offers.
    typed : bool
        Whether it is a field for other answers or remarks.
    """

    code: str
    given: pd.Series
    kind: str = ""
    letter: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    typed: bool = False


@dataclass(frozen=True)
class Question:
    """A question with its columns: one that is answered in one column, or several items."""

    code: str
    labels: Mapping[str, str]
    columns: tuple[Column, ...]


def questions(delivery: Delivery, keys: Collection[str] = (TOKEN,)) -> tuple[list[Question], list[str]]:
    """The questions in the order of the export, and the columns that belong to none: the tool's own, times, an index without a head.

    Parameters
    ----------
    delivery : Delivery
    keys : collection of str
        Columns called like the tool's own that are variables all the same.
    """
    records, known = delivery.records, _Known(delivery.structure)
    heads = [str(head) for head in records.columns]
    left = [head for head in heads if (head in SYSTEM_COLUMNS and head not in keys) or head.startswith(NAMELESS) or _is_time(head, heads)]
    asked = [head for head in heads if head not in left]
    given = {head: records[head][~records[head].isin(["", NOT_SHOWN_TEXT])].astype("str") for head in asked}
    together: dict[str, list[Column]] = defaultdict(list)
    prefixes = {} if delivery.structure else _ticks_by_prefix(asked, given)
    for head in asked:
        question = known.question(head) or prefixes.get(head) or (match["question"] if (match := _BRACKET.match(head)) else head)
        item = _PREFIXED.match(head)
        labels = known.labels(head) or ({"und": item["item"]} if head in prefixes and item else {})
        together[question].append(_column(head, question, given[head], known, labels))
    return [Question(code, known.labels(code), tuple(columns)) for code, columns in together.items()], left


def _column(head: str, question: str, given: pd.Series, known: _Known, labels: Mapping[str, str]) -> Column:
    typed = bool(_TYPED_FIELD.search(head)) and not known.has(head)
    if typed or known.has(head):
        return Column(head, given, known.kind(head), known.letter(head), labels, () if typed else known.answers(head, question), typed)
    # An item that the structure does not list, such as a place of a ranking, takes the answers of its question.
    answers = known.answers(question, question)
    return Column(head, given, "single" if answers else "", "", labels or known.labels(question) if answers else labels, answers)


class _Known:
    """What the structure says of each column."""

    def __init__(self, structure: Structure | None) -> None:
        self._rows: dict[str, dict[str, object]] = {}
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._languages = structure.languages if structure else ()
        if structure is None:
            return
        for row in structure.questions.to_dict("records"):
            for head in _heads(str(row["code"]), str(row["parent"])):
                self._rows.setdefault(head, {str(key): value for key, value in row.items()})
        for row in structure.answers.to_dict("records"):
            labels = {language: str(row[f"label_{language}"]) for language in self._languages}
            self._answers[str(row["question"])].append(Answer(str(row["code"]), labels, row.get("missing")))

    def has(self, head: str) -> bool:
        return head in self._rows

    def question(self, head: str) -> str:
        row = self._rows.get(head, {})
        return str(row.get("parent") or row.get("code") or "")

    def kind(self, head: str) -> str:
        return str(self._rows.get(head, {}).get("kind", ""))

    def letter(self, head: str) -> str:
        return str(self._rows.get(head, {}).get("type", ""))

    def labels(self, head: str) -> dict[str, str]:
        row = self._rows.get(head, {})
        return {language: str(row.get(f"label_{language}", "")) for language in self._languages if row}

    def answers(self, head: str, question: str) -> tuple[Answer, ...]:
        offered = self._answers.get(head) or self._answers.get(question) or []
        row = self._rows.get(head, {})
        other = row.get("kind") == "single" and row.get("other") is True and OTHER not in [answer.code for answer in offered]
        return (*offered, *([Answer(OTHER, {"de": "Andere", "en": "Other"}, "")] if other and offered else []))


def _heads(code: str, parent: str) -> list[str]:
    """How the column of a question, or of an item, may be called."""
    return [f"{parent}[{code}]", f"{parent}_{code}", code] if parent else [code]


def _is_time(head: str, heads: list[str]) -> bool:
    """How long a page or question was open, as LimeSurvey writes it."""
    match = _TIMES.match(head)
    question = match["question"] if match else None
    return match is not None and (question is None or any(other == question or other.startswith(f"{question}[") for other in heads))


def _ticks_by_prefix(heads: list[str], given: Mapping[str, pd.Series]) -> dict[str, str]:
    """Tick boxes of a plain table that begin alike, such as ``region_europe`` and ``region_asia``: head -> what they share."""
    matches = {head: match["question"] for head in heads if (match := _PREFIXED.match(head))}
    ticks = {head: question for head, question in matches.items() if len(given[head]) and set(given[head].str.casefold()) <= TICK_WORDS}
    shared = list(ticks.values())
    return {head: question for head, question in ticks.items() if shared.count(question) > 1 and question not in heads}
