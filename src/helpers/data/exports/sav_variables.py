"""Variables of an SPSS file: what kind of question each is, its answers, and the reasons of values that are declared missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers.data.exports.assembly import Answer, Question
from helpers.data.exports.reasons import MISSING, reason_of
from helpers.data.exports.sav_values import as_texts, is_time, value_text

# More values without words than these are no list of answers, but numbers.
_MOST_UNWORDED = 12
_LETTERS = {"single": "L", "ordinal": "L", "number": "N", "text": "S"}


@dataclass(frozen=True)
class Variable:
    """A variable as the file declares it.

    Parameters
    ----------
    name, label : str
    form : str
        SPSS's format, such as ``F8.2`` or ``A20``.
    measure : str
        nominal, ordinal, scale or unknown.
    words : dict
        Value -> label.
    missing : sequence of (lowest, highest)
        Values declared missing, one by one or as ranges; ends included.
    values : Series
        One row per record.
    """

    name: str
    label: str
    form: str
    measure: str
    words: dict[Any, str]
    missing: Sequence[tuple[Any, Any]]
    values: pd.Series

    @property
    def is_text(self) -> bool:
        return self.form.startswith("A") and not is_time(self.form)

    def is_missing(self, value: Any) -> bool:
        return any(isinstance(value, str) == isinstance(low, str) and low <= value <= high for low, high in self.missing)

    def texts(self) -> pd.Series:
        return as_texts(self.values, self.form)


@dataclass(frozen=True)
class Part:
    """What a variable, or a set of them, becomes: questions, answers, columns of the records, and what of it nobody reads."""

    questions: list[Question]
    answers: list[Answer] = field(default_factory=list)
    columns: dict[str, pd.Series] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def missing_answers(variable: Variable, *, question: str = "") -> list[Answer]:
    """The answers that are none: all values declared missing one by one, and those of a range that have a label or occur.

    Parameters
    ----------
    variable : Variable
    question : str
        Code that the answers belong to; the variable's own where left out.
    """
    single = [low for low, high in variable.missing if low == high]
    others = [value for value in [*variable.words, *_occurring(variable)] if variable.is_missing(value)]
    return [_answer(variable, value, question or variable.name) for value in _ordered([*single, *others])]


def part_of(variable: Variable) -> Part:
    """A variable that belongs to no set."""
    kind = kind_of(variable)
    question = Question(variable.name, variable.label, kind, "D" if is_time(variable.form) else _LETTERS[kind])
    real = real_answers(variable) if kind in ("single", "ordinal") else []
    lost = kind == "number" and any(not variable.is_missing(value) for value in variable.words)
    unread = [f"'{variable.name}' is a number; the words that the file has for some of its values are not read."] if lost else []
    return Part([question], [*real, *missing_answers(variable)], {variable.name: variable.texts()}, unread)


def kind_of(variable: Variable) -> str:
    """single, ordinal, number or text: by the format, the labels, and the measure where there are labels, or few values that return."""
    worded = {value for value in variable.words if not variable.is_missing(value)}
    if is_time(variable.form) or (variable.is_text and not worded):
        return "text"
    occurring = [value for value in _occurring(variable) if not variable.is_missing(value)]
    unworded = [value for value in occurring if value not in worded]
    if variable.is_text:
        return "ordinal" if variable.measure == "ordinal" else "single"
    few = len(unworded) <= _MOST_UNWORDED
    returning = bool(occurring) and 2 * len(occurring) <= int(variable.values.isin(occurring).sum())
    ordered = variable.measure == "ordinal"
    listed = few and (bool(worded) if variable.measure in ("ordinal", "nominal", "unknown") else bool(worded) and not unworded)
    if listed or (few and returning and variable.measure in ("ordinal", "nominal")):
        return "ordinal" if ordered else "single"
    return "number"


def real_answers(variable: Variable, *, question: str = "") -> list[Answer]:
    """Answers that have a label, and numbers that occur without one; a text without a label may be anything, so it is not listed."""
    listed = [*variable.words, *([] if variable.is_text else _occurring(variable))]
    real = [value for value in _ordered(listed) if not variable.is_missing(value)]
    return [_answer(variable, value, question or variable.name) for value in real]


def _answer(variable: Variable, value: Any, question: str) -> Answer:
    code, label = value_text(value, variable.form), variable.words.get(value, "").strip()
    if variable.is_missing(value):
        return Answer(question, code, label or code, reason_of(label) if label else MISSING)
    # Where a variable declares no missing value at all, a label such as "don't know" may have been forgotten.
    return Answer(question, code, label or code, "" if variable.missing else None)


def _occurring(variable: Variable) -> list[Any]:
    values = variable.values.dropna().unique()
    return [value for value in values if not (isinstance(value, str) and not value.strip())]


def _ordered(values: Iterable[Any]) -> list[Any]:
    """Each value once: numbers by size, texts as they come."""
    once = list(dict.fromkeys(value.strip() if isinstance(value, str) else float(value) for value in values))
    return once if any(isinstance(value, str) for value in once) else sorted(once)
