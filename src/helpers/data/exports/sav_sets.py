"""Sets: multiple-response sets of an SPSS file become tick boxes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from helpers.data.exports.assembly import Question
from helpers.data.exports.sav_values import value_text
from helpers.data.exports.sav_variables import Part, Variable, missing_answers, part_of, real_answers

TICKED, UNTICKED = "Y", "N"


@dataclass(frozen=True)
class ResponseSet:
    """A multiple-response set.

    Parameters
    ----------
    name, label : str
    members : sequence of str
        Names of its variables.
    counted : float or str, optional
        The value that is a tick; None where the variables hold categories.
    worded : bool
        Whether a box is named by the label of its counted value, not by that of its variable.
    """

    name: str
    label: str
    members: Sequence[str]
    counted: float | str | None
    worded: bool = False


def response_sets(declared: Mapping[str, Mapping[str, Any]], raw: bytes, encoding: str, known: Sequence[str]) -> list[ResponseSet]:
    """The sets of a file; a variable that stands in several belongs to the first.

    Parameters
    ----------
    declared : mapping
        As pyreadstat tells them.
    raw : bytes
        The file: pyreadstat does not tell a counted value that is a text.
    encoding : str
        Of the file.
    known : sequence of str
        Names of the file's variables.
    """
    taken: set[str] = set()
    sets = []
    for name, told in declared.items():
        members = [member for member in told["variable_list"] if member in known and member not in taken]
        taken |= set(members)
        counted = told["counted_value"] if told["counted_value"] is not None else _counted_text(raw, name, encoding)
        code = f"${name}" if name in known else name
        if members:
            sets.append(ResponseSet(code, told["label"].strip(), members, counted if told["is_dichotomy"] else None, told["type"] == "E"))
    return sets


def _counted_text(raw: bytes, name: str, encoding: str) -> str:
    """The counted value in ``$name=D4 Ja   ...``, which is as long as the number before it says."""
    found = re.search(rb"\$" + re.escape(name.encode(encoding)) + rb"=(?:D|E 11? )(\d+) ", raw, re.IGNORECASE)
    return raw[found.end() : found.end() + int(found[1])].decode(encoding, errors="replace").strip() if found else ""


def part_of_set(group: ResponseSet, variables: Mapping[str, Variable]) -> Part:
    """Tick boxes, coded Y and N; where one variable repeats the answer of another, a set of categories is a battery, whose items stay as they are."""
    members = [variables[name] for name in group.members]
    if group.counted is not None:
        return _boxes(group, members)
    return _battery(group, members) if _repeats(members) else _mentions(group, members)


def _boxes(group: ResponseSet, members: list[Variable]) -> Part:
    part = Part([Question(group.name, group.label or group.name, "set", "M")])
    for variable in members:
        word = variable.words.get(group.counted, "") if group.worded else variable.label
        part.questions.append(Question(variable.name, word or variable.label or variable.name, "multiple", "M", parent=group.name))
        part.answers.extend(missing_answers(variable))
        part.columns[variable.name] = _ticks(variable, group.counted)
    return part


def _ticks(variable: Variable, counted: float | str | None) -> pd.Series:
    tick = value_text(counted) if counted is not None else ""
    texts = variable.texts()
    answered = texts.ne("") & ~_missing(variable)
    return texts.mask(answered, texts.eq(tick).map({True: TICKED, False: UNTICKED}))


def _missing(variable: Variable) -> pd.Series:
    return variable.values.map(lambda value: variable.is_missing(value.strip() if isinstance(value, str) else value)).astype(bool)


def _mentioned(members: list[Variable]) -> pd.DataFrame:
    """The codes that are answers; empty where there is none."""
    return pd.DataFrame({variable.name: variable.texts().mask(_missing(variable), "") for variable in members})


def _repeats(members: list[Variable]) -> bool:
    mentioned = _mentioned(members)
    return any(row.ne("").sum() > row[row.ne("")].nunique() for _, row in mentioned.iterrows())


def _mentions(group: ResponseSet, members: list[Variable]) -> Part:
    """One box per category, named ``set[code]``."""
    options = {answer.code: answer for variable in members for answer in real_answers(variable, question=group.name)}
    nothing = {answer.code: answer for variable in members for answer in missing_answers(variable, question=group.name)}
    mentioned = _mentioned(members)
    reasons = pd.DataFrame({variable.name: variable.texts().where(_missing(variable), "") for variable in members})
    # The first declared reason holds for a record that mentions nothing.
    empty = reasons.apply(lambda row: next((text for text in row if text), ""), axis=1).astype("str")
    part = Part([Question(group.name, group.label or group.name, "set", "M")], list(nothing.values()))
    for code, answer in options.items():
        part.questions.append(Question(code, answer.label, "multiple", "M", parent=group.name))
        given = mentioned.eq(code).any(axis=1).map({True: TICKED, False: UNTICKED})
        part.columns[f"{group.name}[{code}]"] = empty.mask(mentioned.ne("").any(axis=1), given)
    part.unread.append(f"'{group.name}': in which order its {len(members)} variables name the categories is not read; each category is a tick box.")
    return part


def _battery(group: ResponseSet, members: list[Variable]) -> Part:
    alone = [part_of(variable) for variable in members]
    kinds = {part.questions[0].kind for part in alone}
    shared = [[replace(answer, question=group.name) for answer in part.answers] for part in alone]
    columns = {name: column for part in alone for name, column in part.columns.items()}
    answers = shared[0] if all(found == shared[0] for found in shared) else [answer for part in alone for answer in part.answers]
    if len(kinds) > 1:
        return Part([part.questions[0] for part in alone], [answer for part in alone for answer in part.answers], columns, [_mixed(group)])
    items = [replace(part.questions[0], type="F", parent=group.name) for part in alone]
    whole = Question(group.name, group.label or group.name, "set", "F")
    unread = f"'{group.name}': records give the same answer in several of its variables, so they are read as the items of a battery."
    return Part([whole, *items], answers, columns, [unread])


def _mixed(group: ResponseSet) -> str:
    return f"'{group.name}': its variables are of different kinds, so they are read one by one and not as a set."
