"""Qualtrics' columns as questions: options, scales, numbers and texts, told apart by header and values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.exports.assembly import UNDETERMINED, Answer, Question, assembled
from helpers.data.exports.qualtrics_choices import SEEN, are_boxes, boxes, joined, options_of, split, without_selected
from helpers.data.exports.qualtrics_defined import Part, in_words, read_defined
from helpers.data.exports.qualtrics_definition import Definition
from helpers.data.exports.qualtrics_header import Column
from helpers.data.problems import named
from helpers.data.structure import Structure

_LONGEST_SCALE = 11
_FEW = 5  # so few values are answers to choose from, however rarely each is given
_NUMBER = r"[+-]?\d+([.,]\d+)?"
_SEEN_LABEL = "Seen but unanswered (-99)"
_LETTERS = {"single": "L", "number": "N", "text": "S"}


@dataclass
class _Read:
    """What was read of the columns so far."""

    records: list[pd.DataFrame] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    wordless: list[str] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """A question as the survey definition has it."""
        table, questions, answers = part
        self.records.append(table)
        self.questions += questions
        self.answers += [*answers, *_seen(answers[0].question, table)] if answers else _seen(questions[0].code, table)


def questions_of(columns: Sequence[Column], records: pd.DataFrame, definition: Definition | None = None) -> tuple[pd.DataFrame, Structure, list[str]]:
    """Records, structure, and what is unclear.

    Parameters
    ----------
    columns : sequence of Column
        Without those of the interview itself.
    records : DataFrame
        One row per record, as texts.
    definition : Definition, optional
        What the survey offers; without it header and values have to tell.
    """
    read = _Read()
    worded = definition is not None and in_words(columns, records, definition)
    # -99 tells what was seen; then an empty cell was not.
    tells = any(records[column.name].eq(SEEN).any() for column in columns if not column.written)
    for (question, _), group in _groups(columns, definition).items():
        if definition and _kind_defined(group[0], definition) and (part := read_defined(group, records, definition, worded=worded, tells=tells)):
            read.add(part)
        elif len(group) > 1 and are_boxes(group, records):
            _read_boxes(question, group, records, read)
        elif len(group) > 1 and _is_scale(group, records):
            _read_scale(question, group, records, tells, read)
        else:
            for column in group:
                _read_alone(column, records[column.name], tells, read)
    table = pd.concat(read.records, axis=1) if read.records else pd.DataFrame(index=records.index)
    language, *further = definition.languages if definition else (UNDETERMINED,)
    return table, assembled(read.questions, read.answers, language=language, further=further), _notes(read)


def _kind_defined(column: Column, definition: Definition) -> str:
    place = None if column.written else definition.place(column)
    return definition.questions[place[0]].kind if place else ""


def _groups(columns: Sequence[Column], definition: Definition | None) -> dict[tuple[str, bool], list[Column]]:
    """(Question, whether it has items) -> its columns, ``Q4_1`` and ``Q4_2``; what people write themselves stands alone."""
    found: dict[tuple[str, bool], list[Column]] = {}
    for column in columns:
        if definition and _kind_defined(column, definition) and (place := definition.place(column)):
            found.setdefault((place[0], True), []).append(column)
            continue
        numbered = re.fullmatch(r"(.+)_(\d+)", column.name)
        key = (numbered[1], True) if numbered and not column.written else (column.name, False)
        found.setdefault(key, []).append(column)
    return found


def _read_boxes(question: str, group: Sequence[Column], records: pd.DataFrame, read: _Read) -> None:
    title, texts = _title_and_texts([without_selected(column.text) for column in group])
    ticks = boxes(group, records)
    raw = records[[column.name for column in group]]
    if raw.isin(["0", SEEN]).any(axis=None):
        ticks = ticks.mask(raw.eq("").all(axis=1), NOT_SHOWN_TEXT)
    read.records.append(ticks)
    read.questions.append(Question(question, title, "set", "M"))
    read.questions += [Question(column.name, text, "multiple", "M", parent=question) for column, text in zip(group, texts, strict=True)]
    read.answers += _seen(question, ticks)


def _is_scale(group: Sequence[Column], records: pd.DataFrame) -> bool:
    """The same few answers in every row of a matrix, each given more than once."""
    given = records[[column.name for column in group]].stack()
    counts = given[~given.isin(["", SEEN])].value_counts()
    numbers = counts.index.str.fullmatch(_NUMBER).all()
    return (
        0 < len(counts) <= _LONGEST_SCALE
        and bool((counts > 1).any())
        and (not numbers or pd.to_numeric(counts.index, errors="coerce").max() <= _LONGEST_SCALE)
    )


def _read_scale(question: str, group: Sequence[Column], records: pd.DataFrame, tells: bool, read: _Read) -> None:
    """Words may turn out to be steps; what bare codes mean, and whether they have an order, the export does not tell."""
    title, texts = _title_and_texts([column.text for column in group])
    values = records[[column.name for column in group]]
    codes = _codes(values)
    kind, letter = ("single", "H") if codes else ("ordinal", "F")
    read.records.append(values.mask(values.eq(""), NOT_SHOWN_TEXT) if tells else values)
    read.questions.append(Question(question, title, "set", letter))
    read.questions += [Question(column.name, text, kind, letter, parent=question) for column, text in zip(group, texts, strict=True)]
    _declare(question, codes, values, read)


def _read_alone(column: Column, given: pd.Series, tells: bool, read: _Read) -> None:
    if joined(column, given):
        options = options_of(column, given)
        if options:
            _read_joined(column, given, options, tells, read)
            return
        read.unclear.append(column.name)
    kind = _kind(column, given)
    values = given.replace(SEEN, "") if kind == "text" else given.replace("", NOT_SHOWN_TEXT) if tells and not column.written else given
    read.records.append(values.to_frame())
    read.questions.append(Question(column.name, without_selected(column.text) or column.name, kind, _LETTERS[kind]))
    if kind != "text":
        _declare(column.name, _codes(values.to_frame()) if kind == "single" else [], values.to_frame(), read)


def _read_joined(column: Column, given: pd.Series, options: Sequence[str], tells: bool, read: _Read) -> None:
    coded = all(option.isdigit() for option in options)
    names = [f"{column.name}_{option if coded else place}" for place, option in enumerate(options, start=1)]
    ticks = split(given, options, names)
    read.records.append(ticks.mask(ticks.eq(""), NOT_SHOWN_TEXT) if tells else ticks)
    read.questions.append(Question(column.name, without_selected(column.text) or column.name, "set", "M"))
    read.questions += [Question(name, option, "multiple", "M", parent=column.name) for name, option in zip(names, options, strict=True)]
    read.answers += _seen(column.name, ticks)
    read.split.append(column.name)


def _kind(column: Column, given: pd.Series) -> str:
    """The kind of a column that stands alone; Qualtrics does not say it, so few different values are answers to choose from."""
    counts = given[~given.isin(["", SEEN])].value_counts()
    numbers = bool(counts.index.str.fullmatch(_NUMBER).all()) and len(counts) > 0
    if column.written or re.fullmatch(r"SC\d+", column.name):  # a score that Qualtrics computes
        return "number" if numbers else "text"
    if numbers:
        return "number" if len(counts) > _LONGEST_SCALE or not counts.index.str.fullmatch(r"[+-]?\d+").all() else "single"
    mostly_different = len(counts) > _FEW and len(counts) * 2 > counts.sum()
    return "text" if mostly_different or joined(column, given) else "single"


def _codes(values: pd.DataFrame) -> list[str]:
    """The codes that were given; none where the values are words."""
    given = {cell for cell in values.stack() if cell not in ("", SEEN, NOT_SHOWN_TEXT)}
    if not given or not all(re.fullmatch(r"[+-]?\d+", cell) for cell in given):
        return []
    return sorted(given, key=int)


def _declare(question: str, codes: Sequence[str], values: pd.DataFrame, read: _Read) -> None:
    """Codes stand for themselves: the export does not say what they mean."""
    read.answers += [Answer(question, code, code) for code in codes] + _seen(question, values)
    read.wordless += [question] if codes else []


def _seen(question: str, values: pd.DataFrame) -> list[Answer]:
    return [Answer(question, SEEN, _SEEN_LABEL, "no_answer")] if values.eq(SEEN).any(axis=None) else []


def _title_and_texts(texts: Sequence[str]) -> tuple[str, list[str]]:
    """What the texts share before their last " - " is the question.

    Examples
    --------
    >>> _title_and_texts(["How far - do you agree? - Plans - long", "How far - do you agree? - Plans - short"])
    ('How far - do you agree?', ['Plans - long', 'Plans - short'])
    """
    parts = [text.split(" - ")[:-1] for text in texts]
    shared = " - ".join(found[0] for found in takewhile(lambda found: len({*found}) == 1, zip(*parts, strict=False)))
    question, asked, _ = shared.partition("? - ")
    title = f"{question}?" if asked else shared
    return title or texts[0], [text.removeprefix(title).removeprefix(" - ") or text for text in texts]


def _notes(read: _Read) -> list[str]:
    notes = []
    if read.split:
        notes.append(f"Several answers in one column were split into boxes, of the options that somebody chose: {named(read.split)}.")
    if read.wordless:
        remedy = "give the survey definition (.qsf) along, export choice text, or write the words into levels.csv"
        notes.append(f"Codes have no words in the export, nor an order; {remedy}: {named(read.wordless)}.")
    if read.unclear:
        remedy = "export it again with 'Split multi-value fields into columns'"
        notes.append(
            f"Cells hold commas, and nobody can tell several answers from a comma within one: {named(read.unclear)} stay as they are; {remedy}."
        )
    return notes
