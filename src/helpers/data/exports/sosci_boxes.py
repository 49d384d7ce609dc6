"""Multiple choice in SoSci Survey: one column per box, and one that counts the ticks or holds the residual option."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from helpers.data.exports.assembly import Answer, Question
from helpers.data.exports.reasons import reason_of
from helpers.data.exports.sosci_script import Script

_TICKED, _UNTICKED = ("T", "TRUE", "2"), ("F", "FALSE", "1")
_NO_ANSWER = "-9"
_NONE_OF_THEM = re.compile(r"kein\w*\s+(davon|von|der|dieser)|nichts davon|none of|keine?$|none$|nothing$", re.IGNORECASE)


@dataclass(frozen=True)
class BoxSet:
    """A multiple-choice question.

    Parameters
    ----------
    code : str
        Of the question.
    count : str
        The column with the number of ticks, or a negative code: the residual option; ``""`` where there is none.
    boxes : tuple of str
        One column per option.
    """

    code: str
    count: str
    boxes: tuple[str, ...]


def box_sets(columns: Iterable[str], script: Script) -> list[BoxSet]:
    """The multiple-choice questions among these columns: boxes that count together, or at least two of one question."""
    columns = list(columns)
    found: dict[str, list[str]] = {}
    for column in columns:
        prefix, mark, number = column.rpartition("_")
        if mark and number.isdigit() and script.columns.get(column) == "box":
            found.setdefault(prefix, []).append(column)
    counts = {code: next((name for name in (code, f"{code}_CN") if name in columns), "") for code in found}
    return [BoxSet(code, counts[code], tuple(boxes)) for code, boxes in found.items() if counts[code] or len(boxes) > 1]


def ticks(texts: pd.Series) -> pd.Series:
    """``Y`` for ticked, ``N`` for not ticked; what is neither stays as it is."""
    return texts.replace({**dict.fromkeys(_TICKED, "Y"), **dict.fromkeys(_UNTICKED, "N")})


def set_records(question: BoxSet, table: pd.DataFrame, script: Script) -> pd.DataFrame:
    """The boxes of a question, one column each.

    A residual option such as "don't know" stands in every box, as its code; where it says that nothing of the list applies, no box is ticked.
    Without a single tick, and without a residual option, several boxes are left empty: nobody can tell that from a skipped question.
    """
    boxes = table[list(question.boxes)].apply(ticks)
    if not question.count:
        return boxes.mask(boxes.eq("N").all(axis=1), "") if len(question.boxes) > 1 else boxes
    residual = table[question.count].where(table[question.count].str.fullmatch(r"-\d+"), "")
    for code in sorted(set(residual) - {"", _NO_ANSWER}):
        none_applies = _NONE_OF_THEM.match(script.answers.get(question.count, {}).get(code, ""))
        boxes = boxes.mask(residual.eq(code), "N" if none_applies else code)
    untouched = boxes.isin(["N", ""]).all(axis=1) & residual.isin(["", _NO_ANSWER])
    return boxes.mask(untouched, "") if len(question.boxes) > 1 else boxes


def set_questions(question: BoxSet, title: str, labels: dict[str, str]) -> list[Question]:
    """The question and its boxes."""
    return [
        Question(question.code, title, "set", "M"),
        *(Question(box, labels[box], "multiple", "M", parent=question.code) for box in question.boxes),
    ]


def set_answers(question: BoxSet, records: pd.DataFrame, script: Script) -> list[Answer]:
    """The residual options that stand in the boxes, each with its reason."""
    options = script.answers.get(question.count, {})
    given = records[list(question.boxes)].stack()
    codes = sorted(set(given[given.str.fullmatch(r"-\d+")]) | {code for code in options if code.startswith("-") and code != _NO_ANSWER}, reverse=True)
    named = {code: options.get(code, code) for code in codes}
    return [Answer(question.code, code, label, reason_of(label)) for code, label in named.items() if not _NONE_OF_THEM.match(label)]


def none_of_them(question: BoxSet, script: Script) -> bool:
    """Whether the residual option says that nothing of the list applies."""
    return any(code.startswith("-") and _NONE_OF_THEM.match(label) for code, label in script.answers.get(question.count, {}).items())
