"""Qualtrics' columns as the survey definition explains them: words become codes, and every answer that was offered is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.exports.assembly import Answer, Question
from helpers.data.exports.qualtrics_choices import SEEN, boxes
from helpers.data.exports.qualtrics_definition import Choice, Defined, Definition
from helpers.data.exports.qualtrics_header import Column
from helpers.data.offered import spellings

Part = tuple[pd.DataFrame, list[Question], list[Answer]]


def in_words(columns: Sequence[Column], records: pd.DataFrame, definition: Definition) -> bool:
    """Whether the export holds words, not codes: a scale whose steps are called 1 to 5 may have either."""
    words = codes = 0
    for column in columns:
        place = definition.place(column)
        question = definition.questions[place[0]] if place else None
        if question is None or question.kind not in ("single", "matrix") or column.written:
            continue
        named, known = _by_words(question.answers.values()), {choice.code for choice in question.answers.values()}
        given = Counter(cell for cell in records[column.name] if cell not in ("", SEEN))
        words += sum(count for cell, count in given.items() if cell in named and cell not in known)
        codes += sum(count for cell, count in given.items() if cell in known and cell not in named)
    return words > codes


def read_defined(group: Sequence[Column], records: pd.DataFrame, definition: Definition, *, worded: bool, tells: bool) -> Part | None:
    """The columns of one question: records, questions and answers; None where a cell with several answers cannot be taken apart.

    Parameters
    ----------
    group : sequence of Column
    records : DataFrame
    definition : Definition
    worded : bool
        See `in_words`.
    tells : bool
        Whether the export tells what was seen, so that an empty cell was not.
    """
    places = [place for column in group if (place := definition.place(column))]
    question, own = definition.questions[places[0][0]], definition.languages[0]
    cells = records[[column.name for column in group]]
    if question.kind == "multiple":
        split = any(option for _, option in places)
        return _boxes(group, [option for _, option in places], cells, question, own) if split else _joined(group[0], cells, question, own, tells)
    codes = _codes(question.answers.values(), worded=worded)
    given = cells.apply(lambda column: column.map(lambda cell: codes.get(cell, cell)).astype("str"))
    given = given.mask(given.eq(""), NOT_SHOWN_TEXT) if tells else given
    if question.kind == "matrix":
        items = [question.items[item] for _, item in places]
        asked = [_question(question.tag, question.words, own, "set", "F")]
        asked += [_question(column.name, item.words, own, "ordinal", "F", question.tag) for column, item in zip(group, items, strict=True)]
        return given, asked, _answers(question.tag, question.answers.values(), own)
    return given, [_question(group[0].name, question.words, own, question.kind, "L")], _answers(group[0].name, question.answers.values(), own)


def _boxes(group: Sequence[Column], options: Sequence[str], cells: pd.DataFrame, question: Defined, own: str) -> Part:
    ticks = boxes(group, cells)
    if cells.isin(["0", SEEN]).any(axis=None):
        ticks = ticks.mask(cells.eq("").all(axis=1), NOT_SHOWN_TEXT)
    asked = [_question(question.tag, question.words, own, "set", "M")]
    chosen = [question.answers[option] for option in options]
    return ticks, [*asked, *(_box(column.name, choice, own, question.tag) for column, choice in zip(group, chosen, strict=True))], []


def _joined(column: Column, cells: pd.DataFrame, question: Defined, own: str, tells: bool) -> Part | None:
    choices, given = list(question.answers.values()), cells[column.name]
    codes = _by_words(choices) | {choice.code: choice.code for choice in choices}
    found = {cell: [] if cell in ("", SEEN) else _apart(cell, codes) for cell in given.unique()}
    if any(pieces is None for pieces in found.values()):
        return None
    names = {choice.code: f"{column.name}_{choice.code}" for choice in choices}
    rows = [[cell if cell in ("", SEEN) else "Y" if code in (found[cell] or ()) else "N" for code in names] for cell in given]
    ticks = pd.DataFrame(rows, index=given.index, columns=list(names.values()), dtype="str")
    asked = [_question(column.name, question.words, own, "set", "M"), *(_box(names[choice.code], choice, own, column.name) for choice in choices)]
    return (ticks.mask(ticks.eq(""), NOT_SHOWN_TEXT) if tells else ticks), asked, []


def _apart(cell: str, codes: Mapping[str, str]) -> list[str] | None:
    """The codes of the options in a cell, which may have commas of their own; None where something else stands there."""
    for words in sorted(codes, key=len, reverse=True):
        if cell == words:
            return [codes[words]]
        if cell.startswith(f"{words},") and (rest := _apart(cell[len(words) + 1 :], codes)) is not None:
            return [codes[words], *rest]
    return None


def _by_words(choices: Iterable[Choice]) -> dict[str, str]:
    """Words in any language, or the name for the export -> code; words of two answers are left out."""
    told = [(spelling, choice.code) for choice in choices for words in (*choice.words.values(), choice.named) for spelling in spellings(words)]
    codes: dict[str, set[str]] = {}
    for spelling, code in told:
        codes.setdefault(spelling, set()).add(code)
    return {spelling: next(iter(found)) for spelling, found in codes.items() if spelling and len(found) == 1}


def _codes(choices: Iterable[Choice], *, worded: bool) -> dict[str, str]:
    listed = list(choices)
    by_words, by_code = _by_words(listed), {choice.code: choice.code for choice in listed}
    return by_code | by_words if worded else by_words | by_code


def _question(code: str, words: Mapping[str, str], own: str, kind: str, letter: str, parent: str = "") -> Question:
    return Question(code, words.get(own) or next(iter(words.values()), code), kind, letter, parent=parent, words=words)


def _box(name: str, choice: Choice, own: str, question: str) -> Question:
    return _question(name, choice.words, own, "multiple", "M", question)


def _answers(question: str, choices: Iterable[Choice], own: str) -> list[Answer]:
    """Two choices with one code are one answer."""
    answers: dict[str, Answer] = {}
    for choice in choices:
        label = choice.words.get(own) or next(iter(choice.words.values()), choice.code)
        answers.setdefault(choice.code, Answer(question, choice.code, label, words=choice.words))
    return list(answers.values())
