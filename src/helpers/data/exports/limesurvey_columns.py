"""Columns: how LimeSurvey's scripts name and word items, and what kind of question each column holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.data.exports.assembly import Answer, Question
from helpers.data.exports.limesurvey_scripts import Column
from helpers.data.limesurvey import SYSTEM_COLUMNS

_NOT_TICKED = re.compile(r"(not |nicht )", re.IGNORECASE)
_RANK = re.compile(r"(rank|rang)(ing|folge)? ?\d", re.IGNORECASE)
_FIELDS = ("other", "comment")


@dataclass(frozen=True)
class Place:
    """Where a column belongs: question, item (``""``: none), the words of both, and whether it is one of the tool's own."""

    question: str
    item: str
    words: str
    item_words: str
    own: bool = False

    @property
    def code(self) -> str:
        return f"{self.question}[{self.item}]" if self.item else self.question

    @property
    def is_field(self) -> bool:
        """Whether it is a field for other answers or a comment."""
        return self.item.endswith(_FIELDS)


def place_of(column: Column) -> Place:
    """Question and item of a column: the words of an item stand in brackets before those of its question.

    Examples
    --------
    >>> place_of(Column("C3_SQ001", "[Europe [EU]] Where are you active?")).code
    'C3[SQ001]'
    >>> place_of(Column("my_age", "How old are you?")).code, place_of(Column("q_", "Seed")).code
    ('my_age', 'seed')
    """
    # LimeSurvey forgets the name of the seed and writes q_ for it.
    own = next((name for name in SYSTEM_COLUMNS if name in (column.name, column.label.casefold() if column.name == "q_" else "")), "")
    if own:
        return Place(own, "", column.label, "", own=True)
    question, _, item = column.name.partition("_")
    if not item or not column.label.startswith("[") or column.name.startswith("attribute_"):
        return Place(column.name, "", column.label, "")
    item_words, words = _in_brackets(column.label)
    if "_" in item and words.startswith("["):
        # The columns of an array of fields have words of their own.
        further, words = _in_brackets(words)
        item_words = f"{item_words} – {further}"
    return Place(question, item, words, item_words)


def _in_brackets(label: str) -> tuple[str, str]:
    depth = 0
    for position, letter in enumerate(label):
        depth += (letter == "[") - (letter == "]")
        if depth == 0:
            return label[1:position].strip(), label[position + 1 :].strip()
    before, _, after = label[1:].partition("] ")
    return before.strip(), after.strip()


def tick_of(column: Column) -> str | None:
    """The code of a ticked box where the column is one; LimeSurvey codes 1 ticked and 0 not, and once 2 and 1.

    Examples
    --------
    >>> tick_of(Column(answers={"1": "Ja", "0": "Nicht Gewählt"})), tick_of(Column(answers={"1": "Ja", "2": "Nein"}))
    ('1', None)
    """
    codes = list(column.answers)
    unticked = [code for code, label in column.answers.items() if _NOT_TICKED.match(label)]
    if set(codes) == {"1", "2"} and len(unticked) == 1:
        return next(code for code in codes if code not in unticked)
    return "1" if codes == ["1", "0"] and column.answers["0"].casefold() not in ("no", "nein") else None


def told(columns: Sequence[Column]) -> tuple[list[Question], list[Answer]]:
    """The questions and answers behind the columns.

    Returns
    -------
    list of Question, list of Answer
        Items follow their question; fields for other answers and comments are none of their own.
    """
    places = [(place_of(column), column) for column in columns if column.name]
    grouped: dict[str, list[tuple[Place, Column]]] = {}
    for place, column in places:
        if not place.own:
            grouped.setdefault(place.question, []).append((place, column))
    questions: list[Question] = []
    answers: list[Answer] = []
    for code, members in grouped.items():
        items = [(place, column) for place, column in members if place.item and not place.is_field]
        alone = [column for place, column in members if not place.item]
        other = any(place.item == "other" for place, _ in members)
        if items:
            _add_set(code, items, other, questions, answers)
        elif alone:
            kind, letter = _alone(alone[0])
            questions.append(Question(code, alone[0].label or code, kind, letter, other=other))
            answers += [Answer(code, answer, label or answer) for answer, label in alone[0].answers.items()]
    return questions, answers


def _alone(column: Column) -> tuple[str, str]:
    if column.answers:
        return ("ordinal" if column.ordered else "single"), "L"
    return {"number": ("number", "N"), "date": ("text", "D")}.get(column.kind, ("text", "S"))


def _add_set(code: str, items: list[tuple[Place, Column]], other: bool, questions: list[Question], answers: list[Answer]) -> None:
    columns = [column for _, column in items]
    kind, letter = _item_kind(items)
    questions.append(Question(code, items[0][0].words or code, "set", letter, other=other))
    questions.extend(Question(place.item, place.item_words or place.item, kind, letter, parent=code) for place, _ in items)
    if kind in ("ordinal", "single"):
        # An answer that only some items offer is offered by the set.
        offered = {answer: label for column in columns for answer, label in column.answers.items()}
        answers.extend(Answer(code, answer, label or answer) for answer, label in offered.items())


def _item_kind(items: list[tuple[Place, Column]]) -> tuple[str, str]:
    columns = [column for _, column in items]
    if all(tick_of(column) for column in columns):
        return "multiple", "M"
    if any(column.answers for column in columns):
        ranked = all(place.item.isdigit() and _RANK.match(place.item_words) for place, _ in items)
        return ("single", "R") if ranked else ("ordinal", "F")
    return ("number", "K") if all(column.kind == "number" for column in columns) else ("text", "Q")
