"""Guess: of which type the columns of a question are, and which answers they have."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from helpers.data.codebook import TICKED, UNTICKED
from helpers.data.drafting import scales, values
from helpers.data.drafting.questions import Answer, Column
from helpers.data.drafting.words import both
from helpers.data.letters import built_in_answers

# Labels of the answers that LimeSurvey's own types bring along.
_BUILT_IN = {
    **{("Y", "Y"): ("Ja", "Yes"), ("Y", "N"): ("Nein", "No"), ("C", "Y"): ("Ja", "Yes"), ("C", "N"): ("Nein", "No")},
    **{("C", "U"): ("Unsicher", "Uncertain"), ("G", "F"): ("Weiblich", "Female"), ("G", "M"): ("Männlich", "Male")},
    **{("E", "I"): ("Nimmt zu", "Increase"), ("E", "S"): ("Bleibt gleich", "Same"), ("E", "D"): ("Nimmt ab", "Decrease")},
}
_LONGEST_SCALE = 11
_WHOLE = re.compile(r"-?\d{1,9}")
_BUILT_IN_ORDER = "YNUFMDSI"
_NO_ANSWER = ("Keine gültige Antwort", "No valid answer")
_TICK_LABELS = ("Ja", "Yes", "ticked", "angekreuzt", "ausgewählt", "gewählt", "selected", "quoted", "genannt", "checked")


@dataclass(frozen=True)
class Level:
    """An answer for levels.csv; ``missing`` says why it is none."""

    code: str
    label_de: str
    label_en: str
    missing: str = ""


@dataclass(frozen=True)
class Guess:
    """A type, its answers, and what the researcher should know of the guess.

    Parameters
    ----------
    kind : str
        A type of codebook.csv other than ``set``.
    levels : list of Level
        Real answers in order, then those that are none.
    notes : tuple of str
        Sentences that may hold for several variables alike.
    """

    kind: str
    levels: list[Level] = field(default_factory=list)
    notes: tuple[str, ...] = ()


_CHOICE = "if it is a choice, set its type to single and list its answers in levels.csv"
EMPTY = "nobody answered; kept as text"
RARE = f"looks like a choice, but an answer was given by one record only, so it may be typed; kept as text: {_CHOICE}"
UNKNOWN = f"holds answers that the questionnaire does not offer and one record only gave; kept as text: {_CHOICE}"
DATES = "dates or times, which no analysis uses; kept as text"
NUMBERED = "a rating in numbers without words: say in levels.csv what they mean"
UNWORDED = "answers without words in the export, called by their codes: write their labels into levels.csv, and see whether the type is right"
CODED = "numbers that stand for no answer, guessed: correct the reason in levels.csv"
REASONED = "answers taken for none by their words, such as 'don't know': see the column missing of levels.csv"
TURNED = "listed from most to least; in levels.csv the order runs from least to most"
DOUBTFUL = "taken for a scale, with answers that are no familiar steps: see whether levels.csv has them from least to most, or set the type to single"


def guess(columns: Sequence[Column], words: str, familiar: Collection[str] = ()) -> Guess:
    """The type of columns that share their answers.

    Parameters
    ----------
    columns : sequence of Column
        The items of a question, or the one column of it.
    words : str
        Code and wording.
    familiar : collection of str
        Answers that several records gave to other questions.
    """
    found = _guess(columns, words, familiar)
    told = {answer.code for answer in columns[0].answers if isinstance(answer.missing, str)}
    by_words = any(level.missing and level.code not in told and level.label_en != _code_labels(level.code)[1] for level in found.levels)
    return replace(found, notes=(*found.notes, REASONED)) if by_words else found


def _guess(columns: Sequence[Column], words: str, familiar: Collection[str]) -> Guess:
    kind, given = columns[0].kind, [column.given for column in columns]
    everything = pd.concat(given, ignore_index=True)
    if columns[0].typed or (kind == "text" and not columns[0].answers):
        return Guess("text", notes=(DATES,) if values.are_dates(everything) else ())
    if kind == "multiple":
        return _ticks(columns[0].answers, everything)
    if kind == "number":
        return _number(columns[0].answers, everything, words)
    offered = columns[0].answers or _built_in(columns[0].letter)
    if offered:
        return _declared(offered, given, ordered=kind == "ordinal", words=words)
    return _unknown(given, words, familiar)


def _ticks(answers: Sequence[Answer], texts: pd.Series) -> Guess:
    """Usual words need no levels; others do, the tick first."""
    levels = _levels(answers)
    real, none = [level for level in levels if not level.missing], [level for level in levels if level.missing]
    usual = {text.casefold() for text in texts} - {level.code for level in none} <= {*TICKED, *UNTICKED}
    if usual and not (len(real) > 1 and {level.code for level in real} <= {"1", "2"}):
        return Guess("multiple", none)
    first = sorted(real, key=lambda level: not {level.label_de.casefold(), level.label_en.casefold()} & {*map(str.casefold, _TICK_LABELS)})
    return Guess("multiple", [*first, *none]) if first else _unknown([texts], "")


def _number(answers: Sequence[Answer], texts: pd.Series, words: str) -> Guess:
    declared = [level for level in _levels(answers) if level.missing]
    codes = {level.code for level in declared}
    rest = texts[~texts.isin(codes)]
    guessed = [Level(code, *_code_labels(code), "no_answer") for code in values.sentinels(rest) if not declared]
    said = [_said(text) for text in rest.unique() if scales.reasons([text])[0]]
    return Guess("share" if len(rest) and values.is_share(rest, words) else "number", [*declared, *guessed, *said], (CODED,) if guessed else ())


def _built_in(letter: str) -> list[Answer]:
    codes = sorted(built_in_answers(letter), key=lambda code: (_BUILT_IN_ORDER.find(code), int(code) if code.isdigit() else 0))
    labels = {code: _BUILT_IN.get((letter, code), (code, code)) for code in codes}
    return [Answer(code, {"de": labels[code][0], "en": labels[code][1]}, "") for code in codes]


def _declared(answers: Sequence[Answer], given: Sequence[pd.Series], *, ordered: bool, words: str) -> Guess:
    """The structure's answers, in its order; what several records gave besides is added."""
    levels = _levels(answers)
    declared = {word for level in levels for word in (level.code, level.label_de, level.label_en)}
    declared |= {word for answer in answers for word in answer.labels.values()}
    counts = values.spread(given)
    besides = counts[~counts.index.isin(declared)]
    everything = pd.concat(given, ignore_index=True)
    real = [level for level in levels if not level.missing]
    if not real or (len(besides) > len(real) and values.are_numbers(everything)):
        return _number(answers, everything, words) if values.are_numbers(everything) else _unknown(given, words)
    codes = values.sentinels(pd.Series([*[level.code for level in real], *besides.index]))
    added = [Level(code, *_code_labels(code), "no_answer") for code in besides.index if code in codes]
    added += [_said(str(text)) for text, count in besides.items() if text not in codes and (count > 1 or values.is_small(str(text)))]
    if len(added) < len(besides):
        return Guess("text", notes=(UNKNOWN,))
    scale = _scale([*real, *(level for level in added if not level.missing)], ordered=ordered)
    none = [level for level in [*levels, *added] if level.missing]
    return Guess(scale.kind, [*scale.levels, *none], (*scale.notes, *((CODED,) if codes and added else ())))


def _scale(levels: list[Level], *, ordered: bool) -> Guess:
    """Answers of a questionnaire from least to most, if they are the steps of a scale by their words, or the questionnaire has them as such."""
    if all(level.label_en == level.code for level in levels):
        # Bare codes are in no order of their own.
        return Guess("ordinal" if ordered else "single", levels, (UNWORDED,))
    sides = [[level.label_de for level in levels], [level.label_en for level in levels]]
    runs = next((run for run in map(scales.direction, sides) if run), 0)
    if not (runs or ordered):
        return Guess("single", levels, (UNWORDED,) if _unworded(levels) else ())
    told = {TURNED: runs < 0, DOUBTFUL: not any(map(scales.natural_order, sides)), UNWORDED: _unworded(levels)}
    return Guess("ordinal", levels[::-1] if runs < 0 else levels, tuple(note for note, holds in told.items() if holds))


def _unworded(levels: Sequence[Level]) -> bool:
    """Whether codes stand in the place of words, other than steps of a scale that is worded at its ends."""
    numbers = {int(level.code): level.label_en != level.code for level in levels if _WHOLE.fullmatch(level.code)}
    worded = [code for code, has_words in numbers.items() if has_words]
    return any(not (has_words or (worded and min(worded) < code < max(worded))) for code, has_words in numbers.items())


def _unknown(given: Sequence[pd.Series], words: str, familiar: Collection[str] = ()) -> Guess:
    """Nothing says what the columns hold; the answers have to."""
    everything = pd.concat(given, ignore_index=True)
    if everything.empty:
        return Guess("text", notes=(EMPTY,))
    if len(given) > 1 and values.are_ticks(everything):
        return _crosses(everything)
    if values.are_dates(everything):
        return Guess("text", notes=(DATES,))
    if values.are_numbers(everything):
        return _rating(everything) if len(given) > 1 and _is_rating(everything) else _number([], everything, words)
    if not values.are_choices(given, familiar):
        return Guess("text", notes=(RARE,) if values.nearly_choices(everything) else ())
    return _choice([_said(str(text)) for text in values.spread(given).index])


def _crosses(texts: pd.Series) -> Guess:
    marks = sorted({text for text in texts if text.casefold() not in (*TICKED, *UNTICKED)})
    return Guess("multiple", [Level(mark, f"Ja ({mark})", f"Yes ({mark})") for mark in marks])


def _is_rating(texts: pd.Series) -> bool:
    numbers = values.as_numbers(texts)
    return bool(texts[numbers.index].str.isdigit().all() and numbers.min() in (0, 1) and 3 <= numbers.max() <= _LONGEST_SCALE)


def _rating(texts: pd.Series) -> Guess:
    """Items rated in whole numbers: every number of the scale is an answer, also one that nobody gave."""
    numbers = values.as_numbers(texts)
    steps = [str(step) for step in range(int(numbers.min()), int(numbers.max()) + 1)]
    none = [Level(code, *_code_labels(code), "no_answer") for code in values.sentinels(texts)]
    none += [_said(text) for text in texts.unique() if scales.reasons([text])[0]]
    return Guess("ordinal", [*(Level(step, step, step) for step in steps), *none], (NUMBERED,))


def _choice(levels: Sequence[Level]) -> Guess:
    why = scales.reasons([level.label_en for level in levels])
    none = [Level(level.code, level.label_de, level.label_en, reason) for level, reason in zip(levels, why, strict=True) if reason]
    real = [level for level, reason in zip(levels, why, strict=True) if not reason]
    if not real:
        return Guess("text", notes=(RARE,))
    order = scales.natural_order([level.label_en for level in real])
    if order:
        return Guess("ordinal", [*_with_steps_between([real[place] for place in order]), *none])
    by_words = sorted(real, key=lambda level: (level.label_en == "Other", level.label_en == "No", level.label_en.casefold()))
    return Guess("single", [*by_words, *none])


def _with_steps_between(levels: list[Level]) -> list[Level]:
    """A scale of numbers with words at its ends has all numbers between, also those that nobody gave."""
    steps = scales.steps([level.label_en for level in levels])
    if sum(level.code.isdigit() for level in levels) < len(levels) / 2 or not steps or max(steps) > _LONGEST_SCALE:
        return levels
    # No scale begins with 2.
    lacking = [str(step) for step in range(1 if min(steps) == 2 else min(steps), max(steps)) if step not in steps]
    every = [*levels, *(Level(step, step, step) for step in lacking)]
    return [every[place] for place in scales.natural_order([level.label_en for level in every]) or range(len(levels))]


def _levels(answers: Sequence[Answer]) -> list[Level]:
    labels = [both(answer.labels, answer.code) for answer in answers]
    guessed = scales.reasons([english if english else german for german, english in labels])
    why = [answer.missing if isinstance(answer.missing, str) else reason for answer, reason in zip(answers, guessed, strict=True)]
    return [Level(answer.code, *label, reason) for answer, label, reason in zip(answers, labels, why, strict=True)]


def _said(text: str) -> Level:
    """An answer as it stands in the export."""
    return Level(text, *(scales.translated(text) or (text, text)), scales.reasons([text])[0])


def _code_labels(code: str) -> tuple[str, str]:
    return f"{_NO_ANSWER[0]} ({code})", f"{_NO_ANSWER[1]} ({code})"
