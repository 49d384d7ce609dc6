"""Codebook: codebook.csv and levels.csv drafted from the questions of an export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

import pandas as pd

from helpers.data.answers import type_answers
from helpers.data.codebook import Codebook
from helpers.data.drafting import sensitivity
from helpers.data.drafting.guess import DATES, Guess, Level, guess
from helpers.data.drafting.questions import Column, Question
from helpers.data.drafting.scales import reasons
from helpers.data.drafting.values import are_choices
from helpers.data.drafting.words import Names, both
from helpers.data.offered import plain, spellings

_VARIABLE = ("name", "code", "type", "set", "unit", "low", "high", "label_de", "label_en", "sensitivity")
_LEVEL = ("variable", "code", "order", "label_de", "label_en", "missing")
_NO_NUMBER = float("nan")
_OTHER = ("anderes", "other")
_A_BEGINNING = 3  # words
WORDLESS = "the export has no words for it; its code, or the beginning of its items, stands there: write the labels"
CONTRADICTED = "holds values that do not go with the guess; kept as text"
REFUSALS = "a box that stands for no answer, but counts as one; take its row out of codebook.csv where it should not"


@dataclass(frozen=True)
class Draft:
    """A drafted codebook.

    Parameters
    ----------
    variables, levels : DataFrame
        Rows of codebook.csv and levels.csv; of the variables a column ``note`` besides, for the researcher alone.
    notes : mapping
        What the researcher should look at -> names of the variables concerned.
    """

    variables: pd.DataFrame
    levels: pd.DataFrame
    notes: Mapping[str, list[str]]

    def types(self) -> dict[str, int]:
        """How many variables of each type; sets of tick boxes and batteries are counted besides, as ``set``."""
        return {str(kind): int(count) for kind, count in self.variables["type"].value_counts().items()}


@dataclass
class _Rows:
    names: Names = field(default_factory=Names)
    variables: list[dict[str, object]] = field(default_factory=list)
    levels: list[dict[str, object]] = field(default_factory=list)
    notes: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    familiar: frozenset[str] = frozenset()
    worded: bool = False

    def add(self, code: str, kind: str, labels: tuple[str, str], sensitive: str, *, of: str = "", stem: str = "") -> str:
        """A row of codebook.csv; the result is its name."""
        name = self.names.name(stem or code)
        rest: dict[str, object] = {"set": of, "unit": "%" if kind == "share" else "", "low": _NO_NUMBER, "high": _NO_NUMBER}
        own: dict[str, object] = {"name": name, "code": code, "type": kind, "label_de": labels[0], "label_en": labels[1], "sensitivity": sensitive}
        self.variables.append(own | rest)
        return name

    def note(self, name: str, *notes: str) -> None:
        """What the researcher should look at, of this variable."""
        for note in notes:
            self.notes[note].append(name)

    def declare(self, name: str, levels: Sequence[Level]) -> None:
        """Rows of levels.csv; two answers that read alike are told apart by their codes."""
        order = 0
        for level in _worded_apart(levels):
            order += not level.missing
            words = {"label_de": level.label_de, "label_en": level.label_en, "missing": level.missing}
            self.levels.append({"variable": name, "code": level.code, "order": "" if level.missing else order, **words})


def draft_codebook(asked: Sequence[Question]) -> Draft:
    """Guess the type, name, words and sensitivity of every column.

    Parameters
    ----------
    asked : sequence of Question
        See `questions`.

    Returns
    -------
    Draft
        A guess that does not hold for every record is given up: the column is kept as text, and the notes say so.
    """
    given = [column.given for question in asked for column in question.columns if not (column.kind or column.typed)]
    worded = any(plain(words) for question in asked for column in question.columns for words in [*question.labels.values(), *column.labels.values()])
    rows = _Rows(familiar=frozenset(answer for texts in given if are_choices([texts]) for answer in texts.unique()), worded=worded)
    for question in asked:
        _add_question(question, rows)
    variables = pd.DataFrame(rows.variables, columns=list(_VARIABLE))
    variables["note"] = ["; ".join(note for note, names in rows.notes.items() if name in names) for name in variables["name"]]
    return Draft(variables, pd.DataFrame(rows.levels, columns=list(_LEVEL)), dict(rows.notes))


def _add_question(question: Question, rows: _Rows) -> None:
    """Items of one type become a set; what else stands under the question, such as a field for other answers, stands alone."""
    items = [column for column in question.columns if not column.typed and column.code != question.code]
    kinds = {column.kind for column in items}
    guessed = _that_holds(items, _words(question), rows.familiar) if len(kinds) == 1 and (len(items) > 1 or kinds == {"multiple"}) else Guess("text")
    together = guessed.kind != "text"
    alone = [column for column in question.columns if column not in items or not together]
    for column in question.columns:
        if column in alone:
            _add_column(column, question, rows)
        elif column is items[0]:
            _add_set(question, items, guessed, rows, taken=any(other.code == question.code for other in question.columns))


def _add_set(question: Question, items: Sequence[Column], guessed: Guess, rows: _Rows, *, taken: bool) -> None:
    own = [both(column.labels, column.code) for column in items]
    asked = both(question.labels, "")
    begin, rest = zip(*(("", labels) if asked[0] else _apart(labels) for labels in zip(*own, strict=True)), strict=True)
    words = (asked[0] or begin[0] or question.code, asked[1] or begin[1] or question.code)
    sensitive = sensitivity.of_answers(question.code, words[1] + words[0])
    name = rows.add("" if taken else question.code, "set", words, sensitive, stem=f"{question.code}_set" if taken else question.code)
    rows.note(name, *guessed.notes, *((WORDLESS,) if rows.worded and asked[1] in ("", question.code) else ()))
    for column, label in zip(items, zip(*rest, strict=True), strict=True):
        item = rows.add(column.code, guessed.kind, label, sensitive, of=name)
        rows.note(item, *((REFUSALS,) if guessed.kind == "multiple" and reasons([label[1]])[0] else ()))
        rows.note(item, *((WORDLESS,) if rows.worded and label[1] == column.code else ()))
    rows.declare(name, guessed.levels)


def _add_column(column: Column, question: Question, rows: _Rows) -> None:
    labels, words = _labels(column, question), _words(question, column)
    guessed = _that_holds([column], words, rows.familiar)
    secret = guessed.kind == "text" or sensitivity.names_somebody(column.code, words, column.given) or _counts(guessed, column)
    if secret:
        dated = DATES in guessed.notes
        kind, sensitive = "text", "free" if dated else sensitivity.of_text(column.code, words, column.given)
    else:
        kind, sensitive = guessed.kind, sensitivity.of_answers(column.code, words)
    name = rows.add(column.code, kind, labels, sensitive)
    if not secret:
        rows.declare(name, guessed.levels)
    if not secret or guessed.kind == "text":
        rows.note(name, *guessed.notes, *((WORDLESS,) if rows.worded and not secret and labels[1] == column.code else ()))


def _counts(guessed: Guess, column: Column) -> bool:
    return guessed.kind == "number" and sensitivity.is_serial(column.given)


def _that_holds(columns: Sequence[Column], words: str, familiar: frozenset[str]) -> Guess:
    """The guess, if the answers can be read with it; else the columns are text."""
    found = guess(columns, words, familiar)
    if found.kind == "text":
        return found
    trial = _Rows()
    of = trial.add("", "set", ("x", "x"), "open", stem="of") if found.kind == "multiple" or len(columns) > 1 else ""
    names = [trial.add(column.code, found.kind, ("x", "x"), "open", of=of) for column in columns]
    trial.declare(of or names[0], found.levels)
    levels = pd.DataFrame(trial.levels, columns=list(_LEVEL))
    book = Codebook(pd.DataFrame(trial.variables).set_index("name"), levels.assign(order=pd.to_numeric(levels["order"])))
    texts = pd.DataFrame({name: column.given for name, column in zip(names, columns, strict=True)}).fillna("")
    words_of = ((answer.code, label) for answer in columns[0].answers for label in answer.labels.values())
    offered = {columns[0].code.partition("[")[0]: {spelling: code for code, label in words_of for spelling in spellings(label)}}
    wrong = type_answers(texts, book, file="", offered=offered).problems
    return Guess("text", notes=(CONTRADICTED,)) if wrong else found


def _labels(column: Column, question: Question) -> tuple[str, str]:
    """An item that stands alone is worded with its question; a field for other answers, too."""
    asked = both(question.labels, question.code)
    if column.typed and column.code != question.code:
        said = both(column.labels, "")
        return (f"{asked[0]} [{said[0] or _OTHER[0]}]", f"{asked[1]} [{said[1] or _OTHER[1]}]")
    own = both(column.labels, "")
    if column.code == question.code or not any(question.labels.values()):
        return (own[0] or column.code, own[1] or column.code)
    return (f"{asked[0]} [{own[0]}]" if own[0] else asked[0], f"{asked[1]} [{own[1]}]" if own[1] else asked[1])


def _words(question: Question, column: Column | None = None) -> str:
    own = both(column.labels, "") if column else ("", "")
    return " ".join(dict.fromkeys([*both(question.labels, question.code), *own])).strip()


def _apart(labels: Sequence[str]) -> tuple[str, list[str]]:
    """The words with which all items begin, where these say something, and what follows; a bracket stays in one piece.

    Examples
    --------
    >>> _apart(["How often do you travel?", "How often do you phone?"]), _apart(["Satisfied with your [job now]", "Satisfied with your [job later]"])
    (('How often do you ...', ['travel?', 'phone?']), ('Satisfied with your ...', ['job now', 'job later']))
    """
    words = [label.split() for label in labels]
    shared = [same[0] for same in takewhile(lambda same: len(set(same)) == 1, zip(*words, strict=False))]
    open_at = next((place for place, word in enumerate(shared) if word.count("[") > " ".join(shared[place:]).count("]")), len(shared))
    if open_at < _A_BEGINNING or min(map(len, words)) <= open_at:
        return "", list(labels)
    rest = [" ".join(label[open_at:]) for label in words]
    whole = all(text[0] == "[" and text.find("]") == len(text) - 1 for text in rest)
    return " ".join(shared[:open_at]) + " ...", [text[1:-1] for text in rest] if whole else rest


def _worded_apart(levels: Sequence[Level]) -> list[Level]:
    for side in ("label_de", "label_en"):
        labels = [getattr(level, side) for level in levels]
        alike = [labels.count(label) > 1 for label in labels]
        levels = [
            replace(level, **{side: f"{label} ({level.code})"}) if twice else level for level, label, twice in zip(levels, labels, alike, strict=True)
        ]
    return list(levels)
