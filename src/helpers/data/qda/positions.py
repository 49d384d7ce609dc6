"""Positions: from the text as a program stored and counted it to the canonical text."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

_BOM = "\ufeff"
_CR, _LF, _MARK, _FIRST_ASTRAL = 13, 10, 0xFEFF, 0x10000
# Shorter names may begin a passage by chance.
_SHORTEST_BEGINNING = 12


@dataclass(frozen=True)
class Counting:
    """How a program counted positions; without arguments as the standard says: in code points of the text as stored.

    Parameters
    ----------
    line_end : str
        "stored" ("\\r\\n" is two), "one" or "two": what every line end counts, whatever is stored.
    utf16 : bool
        Whether letters beyond the basic plane (emoji) count two.
    mark : bool
        Whether a byte-order mark counts.
    """

    line_end: str = "stored"
    utf16: bool = False
    mark: bool = False

    def __str__(self) -> str:
        line_end = {"stored": "", "one": "line ends as one", "two": "line ends as two"}[self.line_end]
        parts = (line_end, "emoji as two" if self.utf16 else "", "the byte-order mark" if self.mark else "")
        return " and ".join(part for part in parts if part) or "code points of the text as stored"


STANDARD = Counting()
COUNTINGS = tuple(Counting(*choice) for choice in product(("stored", "one", "two"), (False, True), (False, True)))


def decode(raw: bytes) -> str | None:
    """Text of a stored source: UTF-8 or UTF-16, with or without a byte-order mark, which stays; None where it is neither.

    Examples
    --------
    >>> decode("ä".encode("utf-8")), decode("ä".encode("utf-16-be")), decode(b"\\xe4") is None
    ('ä', 'ä', True)
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-le" if raw.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    elif b"\0" in raw:  # no text in UTF-8 has zero bytes; in UTF-16 they are the high halves of plain letters
        encoding = "utf-16-le" if raw[1::2].count(0) > raw[::2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def canonical(stored: str) -> str:
    """The text without byte-order mark, every line end as "\\n".

    Examples
    --------
    >>> canonical("\\ufeffa\\r\\nb\\rc")
    'a\\nb\\nc'
    """
    return stored.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")


def shift(positions: np.ndarray, stored: str, counting: Counting = STANDARD) -> np.ndarray:
    """Positions in the stored text as positions in the canonical one.

    Parameters
    ----------
    positions : array of int
    stored : str
        The text as `decode` returns it.
    counting : Counting

    Returns
    -------
    array of int
        Negative positions stay; those beyond the end stay as far beyond it.

    Examples
    --------
    >>> shift(np.array([0, 1, 3, 4, 9]), "a\\r\\nb").tolist()
    [0, 1, 2, 3, 8]
    """
    points = np.frombuffer(stored.encode("utf-32-le"), dtype="<u4").astype(np.int64)
    first = np.arange(points.size) == 0
    paired = (points == _CR) & (np.append(points[1:], 0) == _LF)
    mark = first & (points == _MARK)
    before = np.append(0, np.cumsum(~(paired | mark)))
    edges = np.append(0, np.cumsum(_widths(points, paired, mark, counting)))
    moved = before[np.minimum(np.searchsorted(edges, positions), points.size)]
    beyond = np.maximum(positions - edges[-1], 0)
    return np.where(positions < 0, positions, moved + beyond)


def recognised(selections: pd.DataFrame, stored: Sequence[str | None]) -> tuple[Counting, pd.Series]:
    """How the program counted, seen from the names that are the passages themselves (most programs name a selection by its text).

    Parameters
    ----------
    selections : DataFrame
        One row per selection: ``row`` (place of its document in ``stored``), ``start``, ``end`` (as in the file), ``name``.
    stored : sequence of str or None
        The texts as stored; None where there is none.

    Returns
    -------
    Counting, Series of bool
        The counting under which most names are their passages, the standard's where none is better; and which names are so under it.
    """
    best, confirmed = STANDARD, _confirmed(selections, stored, STANDARD)
    there = selections["row"].map(lambda row: stored[row] is not None).astype(bool)
    if confirmed[there & selections["name"].ne("") & ~named_by_line(selections)].all():
        return best, confirmed
    for counting in COUNTINGS:
        seen = _confirmed(selections, stored, counting)
        if seen.sum() > confirmed.sum():
            best, confirmed = counting, seen
    return best, confirmed


def named_by_line(selections: pd.DataFrame) -> pd.Series:
    """Which selections are named after their line, as qualitative-coding and this program do.

    Examples
    --------
    >>> named_by_line(pd.DataFrame({"name": ["line:12", "outline:1"]})).tolist()
    [True, False]
    """
    return selections["name"].str.fullmatch(r"line:\d+").astype(bool)


def is_plain(stored: str) -> bool:
    """Whether all programs count the text alike.

    Examples
    --------
    >>> is_plain("ä\\nb"), is_plain("a\\r\\nb"), is_plain("\\U0001f600")
    (True, False, False)
    """
    return not stored.startswith(_BOM) and "\r" not in stored and max(stored, default="") < chr(_FIRST_ASTRAL)


def _widths(points: np.ndarray, paired: np.ndarray, mark: np.ndarray, counting: Counting) -> np.ndarray:
    """What each code point adds to a position."""
    widths = np.ones(points.size, dtype=np.int64)
    after_cr = np.append(False, paired[:-1])[: points.size]
    alone = ((points == _CR) & ~paired) | ((points == _LF) & ~after_cr)
    if counting.line_end == "one":
        widths[paired] = 0
    if counting.line_end == "two":
        widths[alone] = 2
    if counting.utf16:
        widths[points >= _FIRST_ASTRAL] = 2
    if not counting.mark:
        widths[mark] = 0
    return widths


def _confirmed(selections: pd.DataFrame, stored: Sequence[str | None], counting: Counting) -> pd.Series:
    """Which selections have their own passage as name."""
    found = pd.Series(False, index=selections.index)
    for row, own in selections.groupby("row", sort=False):
        text = stored[int(str(row))]
        if text is None:
            continue
        plain = canonical(text)
        starts, ends = (shift(own[column].to_numpy(), text, counting).tolist() for column in ("start", "end"))
        found[own.index] = [_is_passage(name, plain[max(start, 0) : max(end, 0)]) for name, start, end in zip(own["name"], starts, ends, strict=True)]
    return found


def _is_passage(name: str, passage: str) -> bool:
    """Whether a selection's name is its text, or the beginning of it; programs treat blanks and line ends in names as they like.

    Examples
    --------
    >>> _is_passage("two words", "two\\nwords"), _is_passage("two w…", "two words"), _is_passage("line:3", "two words")
    (True, True, False)
    """
    squeezed, text = "".join(name.split()), "".join(passage.split())
    beginning = squeezed.removesuffix("…").removesuffix("...")
    if not beginning:
        return False
    cut = beginning != squeezed or len(beginning) >= _SHORTEST_BEGINNING
    return text == squeezed or (cut and text.startswith(beginning))
