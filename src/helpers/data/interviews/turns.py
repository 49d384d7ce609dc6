"""Turns: who speaks where in a transcript, and when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

INTERVIEWERS = ("I", "Interviewer", "Interviewerin", "Interviewer:in", "Interviewer*in", "Interviewende", "INT", "Q")
COLUMNS = {"document": "str", "segment": "int64", "start": "int64", "end": "int64", "speaker": "str", "kind": "str", "time": "float64"}
_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[-.,]\d{1,3})?"
_MARKED = rf"#{_CLOCK}#|\[{_CLOCK}\]|\({_CLOCK}\)|\{{{_CLOCK}\}}"
_BARE = r"\d{1,2}:\d{2}:\d{2}(?:[-.,]\d{1,3})?"  # only as a column of its own: in a sentence it may be the time of day
_BEFORE = re.compile(rf"\s*(?:(?:{_MARKED}|{_BARE}(?=\s))\s*)*")
_AFTER = re.compile(rf"(?:\s*(?:{_MARKED})|\s*(?<=\t){_BARE})*\s*\Z")
_LABEL = re.compile(r"(?P<label>[^\W\d_][^:\t\n]{0,29}?(?::in(?:nen)?)?)[ ]*(?P<separator>:|\t|\Z)\s*")
_SHORT = re.compile(r"(?:[^\W\d_a-zäöüß]|IP|BP|TN|BF|GP|EX)\s?\d{0,2}")
_REMARK = re.compile(r"\[[^\[\]:]*\]|\([^()]*\)|\(\([^()]*\)\)")


@dataclass(frozen=True)
class _Line:
    """A line without its time stamps; ``spoken`` is where the words begin if it has a label."""

    start: int
    end: int
    label: str
    separator: str
    spoken: int
    time: float


def find_segments(text: str, *, document: str, interviewers: Iterable[str] = INTERVIEWERS) -> pd.DataFrame:
    """Paragraphs of a transcript with speaker, kind and time.

    Parameters
    ----------
    text : str
        The canonical text.
    document : str
        Id of the interview.
    interviewers : iterable of str
        Labels of those who ask, in any case; "I" stands for "I1" and "I2" too.

    Returns
    -------
    DataFrame, shape (n_segments, 7)
        One row per paragraph that has words: ``document``; ``segment`` (1, 2, ...); ``start``, ``end`` (code points; label and time stamps stand
        outside); ``speaker`` (the label as written, or ""); ``kind``: "question" of an interviewer, "answer" of anybody else, "other" for what
        stands before the first turn and for remarks in brackets that are a paragraph of their own; ``time`` (seconds, NaN where there is no stamp).

    Notes
    -----
    A label stands at the beginning of a line, before a colon, a tab, or alone. It is one when it is an interviewer's, a short one such as "B" or
    "IP2", or when it opens the reply to an interviewer at least twice: so "For example:" is none. A paragraph without label continues the turn.

    Examples
    --------
    >>> text = "I: Why? #00:00:04-2#\\nB: To sell.\\nAnd to learn. #00:00:09-0#"
    >>> segments = find_segments(text, document="I01")
    >>> [(row.speaker, row.kind, text[row.start : row.end], row.time) for row in segments.itertuples()]
    [('I', 'question', 'Why?', 4.2), ('B', 'answer', 'To sell.', nan), ('B', 'answer', 'And to learn.', 9.0)]
    """
    lines = _lines(text)
    asking = {_plain(label) for label in interviewers}
    labels = _labels(lines, asking)
    rows: list[tuple[int, int, str, str, float]] = []
    speaker = ""
    for line in lines:
        labelled = _is_label(line, labels)
        speaker = line.label if labelled else speaker
        start = line.spoken if labelled else line.start
        remark = not labelled and _REMARK.fullmatch(text, line.start, line.end) is not None
        kind = "other" if remark or not speaker else "question" if _asks(speaker, asking) else "answer"
        if start < line.end:
            rows.append((start, line.end, "" if kind == "other" else speaker, kind, line.time))
        elif rows and not labelled and rows[-1][-1] != rows[-1][-1]:
            rows[-1] = (*rows[-1][:-1], line.time)  # a stamp alone on its line closes the turn before
    table = pd.DataFrame(rows, columns=["start", "end", "speaker", "kind", "time"])
    return table.assign(document=document, segment=range(1, len(rows) + 1))[list(COLUMNS)].astype(COLUMNS)


def no_segments() -> pd.DataFrame:
    """A table of segments without rows."""
    return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def _lines(text: str) -> list[_Line]:
    """Every line that has words, a label or a stamp."""
    found, offset = [], 0
    for line in text.split("\n"):
        if line.strip():
            found.append(_line(text, offset, offset + len(line)))
        offset += len(line) + 1
    return found


def _line(text: str, first: int, last: int) -> _Line:
    start, end, times = _trimmed(text, first, last)
    match = _LABEL.match(text, start, end)
    if match is None:
        return _Line(start, end, "", "", start, min(times, default=float("nan")))
    spoken, end, inner = _trimmed(text, match.end(), end)
    return _Line(start, end, match["label"].rstrip(), match["separator"], spoken, min([*times, *inner], default=float("nan")))


def _trimmed(text: str, first: int, last: int) -> tuple[int, int, list[float]]:
    """The range without the stamps and blanks at both ends, and the seconds of these stamps."""
    head = _BEFORE.match(text, first, last)
    start = head.end() if head else first
    tail = _AFTER.search(text, start, last)
    end = tail.start() if tail else last
    return start, end, [_seconds(stamp) for stamp in re.findall(_CLOCK, f"{text[first:start]} {text[end:last]}")]


def _seconds(stamp: str) -> float:
    """Seconds of a clock time; what follows the dash of f4's stamps are decimals.

    Examples
    --------
    >>> _seconds("00:01:23-4"), _seconds("83:20"), _seconds("01:00:00")
    (83.4, 5000.0, 3600.0)
    """
    clock, *decimals = re.split("[-.,]", stamp)
    whole = 0
    for part in clock.split(":"):
        whole = 60 * whole + int(part)
    return float(f"{whole}.{decimals[0] if decimals else 0}")


def _labels(lines: Sequence[_Line], asking: set[str]) -> set[str]:
    """The labels of this transcript that are longer than a letter or two."""
    replies: Counter[str] = Counter()
    waiting = False
    for line in lines:
        if _asks(line.label, asking):
            waiting = True
        elif line.label and waiting and line.separator:
            replies[line.label] += 1
            waiting = False
    asked = {line.label for line in lines if _asks(line.label, asking)}
    return (asked - _heading(lines, asking)) | {label for label, times in replies.items() if times > 1}


def _heading(lines: Sequence[_Line], asking: set[str]) -> set[str]:
    """A heading such as "Interviewer: (name)" above turns that are labelled in another way."""
    asked = [line.label for line in lines if _asks(line.label, asking)]
    return {asked[0]} if asked and asked.count(asked[0]) == 1 and len({_numberless(label) for label in asked}) > 1 else set()


def _is_label(line: _Line, labels: set[str]) -> bool:
    return bool(line.label) and (line.label in labels or _SHORT.fullmatch(line.label) is not None)


def _asks(label: str, asking: set[str]) -> bool:
    """Whether the label is one of these, or the number of one: "I2" where "I" asks, but not "S2" where "S1" does."""
    return _plain(label) in asking or _numberless(label) in asking


def _plain(label: str) -> str:
    return label.rstrip(" .").casefold()


def _numberless(label: str) -> str:
    return _plain(label.rstrip("0123456789"))
