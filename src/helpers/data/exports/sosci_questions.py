"""SoSci Survey's columns as questions: scales, lists of options, boxes, numbers and texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.exports.assembly import Answer, Question, assembled
from helpers.data.exports.reasons import reason_of
from helpers.data.exports.sosci_boxes import BoxSet, box_sets, none_of_them, set_answers, set_questions, set_records, ticks
from helpers.data.exports.sosci_script import Script
from helpers.data.problems import named
from helpers.data.structure import Structure

# Longer scales are sliders: numbers.
_LONGEST_SCALE = 11
_SHORTEST_SCALE = 3
_REASONS = {"-9": "no_answer", "-8": "invalid"}
_OTHER_TEXT = re.compile(r"(sonstige|andere|other)\b.*\b(text|eingabe|response)", re.IGNORECASE)
_COUNT_WORDS = re.compile(r"(Ausweichoption|Residual option|Anzahl ausgewählter|Number of)\b.*", re.IGNORECASE)
_NEGATIVE = r"-\d+"


@dataclass(frozen=True)
class _Closed:
    """A column with answers to choose from: ``real`` and ``missing`` are code -> label."""

    kind: str
    real: dict[str, str]
    missing: dict[str, str]


def questions_of(table: pd.DataFrame, script: Script) -> tuple[pd.DataFrame, Structure, list[str]]:
    """Records, structure, and what is not read.

    Parameters
    ----------
    table : DataFrame
        The columns of the questions, one row per interview, as texts.
    script : Script
    """
    sets = {question.code: question for question in box_sets(table.columns, script)}
    boxed = {column: question for question in sets.values() for column in (question.count, *question.boxes) if column}
    closed = {column: _closed(column, table[column], script) for column in table if column not in boxed and script.columns[column] != "box"}
    batteries = _batteries(closed)
    ticked = {code: set_records(question, table, script) for code, question in sets.items()}
    single = {column: ticks(table[column]) if script.columns[column] == "box" else table[column] for column in table if column not in boxed}
    read = {**single, **{box: boxes[box] for boxes in ticked.values() for box in boxes}}
    records = pd.DataFrame({column: read[column] for column in table if column in read}, index=table.index, dtype="str")
    shown = _tells_what_was_shown(table, closed, script)
    if shown:
        choices = [
            column for column in records if column in boxed or script.columns[column] == "box" or closed[column].real or closed[column].missing
        ]
        blank = pd.DataFrame({column: table[column].eq("") for column in choices}, index=table.index)
        records[choices] = records[choices].mask(blank, NOT_SHOWN_TEXT)
    questions, answers = _described(table, records, script, boxed, closed, batteries)
    notes = _notes(closed, batteries, sets.values(), script)
    if not shown and table.eq("").to_numpy().any():
        notes.append("The data set has no code -9 (not answered): an empty cell may be a question that was left out or one that was not shown.")
    return records, assembled(questions, answers), notes


def _closed(column: str, given: pd.Series, script: Script) -> _Closed:
    declared = script.answers.get(column, {})
    real = {code: label for code, label in declared.items() if not re.fullmatch(_NEGATIVE, code) or _OTHER_TEXT.search(label)}
    if script.columns[column] == "text" and not real:
        return _Closed("text", {}, {})
    found = {code for code in given.unique() if re.fullmatch(_NEGATIVE, code)} if declared else set(given) & set(script.missing.get(column, ()))
    words = {code: label for answers in script.answers.values() for code, label in answers.items() if code in _REASONS}
    codes = sorted({*(code for code in declared if code not in real), *found - set(real)}, key=int, reverse=True)
    missing = {code: declared.get(code) or words.get(code, code) for code in codes}
    if not real:
        return _Closed("number", {}, missing)
    points = sorted(int(code) for code in real if code.isdigit())
    gaps = bool(points) and len(points) < points[-1] and column not in script.listed and points[0] <= 1
    if gaps and points[-1] > _LONGEST_SCALE:
        return _Closed("number", {}, missing)
    if gaps:
        # Only the ends of the scale have words; the points between have their number.
        real = {str(point): real.get(str(point), str(point)) for point in range(1, points[-1] + 1)}
    return _Closed("ordinal" if gaps else "single", real, missing)


def _batteries(closed: dict[str, _Closed]) -> dict[str, str]:
    """Item -> question, where several items of a question have the same scale; items with another one stand on their own."""
    alike: dict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = {}
    for column, choice in closed.items():
        prefix, mark, number = column.rpartition("_")
        if mark and number.isdigit() and len(choice.real) >= _SHORTEST_SCALE:
            alike.setdefault((prefix, tuple(choice.real.items())), []).append(column)
    largest: dict[str, list[str]] = {}
    for (prefix, _), items in alike.items():
        largest[prefix] = max(largest.get(prefix, []), items, key=len)
    return {item: prefix for prefix, items in largest.items() if len(items) > 1 for item in items}


def _tells_what_was_shown(table: pd.DataFrame, closed: dict[str, _Closed], script: Script) -> bool:
    """Whether -9 marks what was shown and left out; then an empty cell is a question that was not shown."""
    declared = any("-9" in codes for codes in (*script.answers.values(), *script.missing.values()))
    return declared or any(table[column].eq("-9").any() for column, choice in closed.items() if choice.real)


def _described(
    table: pd.DataFrame, records: pd.DataFrame, script: Script, boxed: dict[str, BoxSet], closed: dict[str, _Closed], batteries: dict[str, str]
) -> tuple[list[Question], list[Answer]]:
    questions: list[Question] = []
    answers: list[Answer] = []
    told: set[str] = set()
    for column in table:
        question = boxed.get(column)
        parent = question.code if question else batteries.get(column, "")
        title, text = _title_and_text(script.labels.get(column, column))
        if question and parent not in told:
            labels = {box: _title_and_text(script.labels.get(box, box))[1] for box in question.boxes}
            questions += set_questions(question, title, labels)
            answers += set_answers(question, records, script)
        elif not question and parent and parent not in told:
            questions.append(Question(parent, title, "set", "F"))
            together = {code: label for item, of in batteries.items() if of == parent for code, label in closed[item].missing.items()}
            answers += _answers(parent, _Closed("ordinal", closed[column].real, together))
        told.add(parent)
        if not question:
            questions.append(_question(column, parent, text if parent else script.labels.get(column, column), closed.get(column)))
            answers += _answers(column, closed.get(column) or _box(script.answers.get(column, {}))) if not parent else []
    return questions, answers


def _box(words: Mapping[str, str]) -> _Closed:
    """A box beside a field, such as "prefer not to say", which belongs to no list: one of two answers."""
    return _Closed("single", {"Y": words.get("T") or words.get("2", "Y"), "N": words.get("F") or words.get("1", "N")}, {})


def _question(column: str, parent: str, label: str, choice: _Closed | None) -> Question:
    if parent:
        return Question(column, label, "ordinal", "F", parent=parent)
    kind = choice.kind if choice else "single"
    return Question(column, re.sub(r": \[\d+\]$", "", label), kind, {"number": "N", "text": "S"}.get(kind, "L"))


def _answers(question: str, choice: _Closed) -> list[Answer]:
    real = [Answer(question, code, label, "") for code, label in choice.real.items()]
    return real + [Answer(question, code, label, _REASONS.get(code) or reason_of(label)) for code, label in choice.missing.items()]


def _title_and_text(label: str) -> tuple[str, str]:
    """A label is "title: item"; an item without words is called as its question.

    Examples
    --------
    >>> _title_and_text("Regionen: Nord: Küste"), _title_and_text("Alter: [01]"), _title_and_text("Motive: Ausweichoption (negativ) oder Anzahl")
    (('Regionen', 'Nord: Küste'), ('Alter', 'Alter'), ('Motive', 'Motive'))
    """
    title, mark, text = label.partition(": ")
    plain = "" if re.fullmatch(r"\[\d+\]", text) or _COUNT_WORDS.fullmatch(text) else text
    return title, (plain or title) if mark else label


def _notes(closed: dict[str, _Closed], batteries: dict[str, str], sets: Iterable[BoxSet], script: Script) -> list[str]:
    counted = [question for question in sets if question.count]
    told = {
        "The number of ticked boxes follows from the boxes and is not read": [question.count for question in counted],
        "Where the residual option says that nothing of the list applies, no box is ticked": [
            question.code for question in counted if none_of_them(question, script)
        ],
        "Sliders are numbers; the words at their ends are not read": [
            column for column, choice in closed.items() if choice.kind == "number" and set(script.answers.get(column, {})) - set(choice.missing)
        ],
        "Items whose scale has other words, for instance because it is turned round, stand outside of their set": [
            column for column, choice in closed.items() if choice.real and column not in batteries and column.rpartition("_")[0] in batteries.values()
        ],
        "The script cuts long texts short (they end with '...'); the one for GNU R has them whole": [
            column for column, label in script.labels.items() if label.endswith("...") and column in closed
        ],
    }
    return [f"{sentence}: {named(columns)}." for sentence, columns in told.items() if columns]
