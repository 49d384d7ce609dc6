"""A code system's patterns, ready to look up: from the words of a sentence to the codes that they suggest.

Speech repeats its words, so every piece of text between two spaces is looked at once and remembered; what is left to do for a transcript is
to look its pieces up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from helpers.qualitative.dictionary.inflection import plain
from helpers.qualitative.dictionary.patterns import Pattern, Word

REMEMBERED = 2**18  # pieces of text; about 50 MB, whatever the number of transcripts
_LETTERS = re.compile(r"[^\W_]+")


class Found(NamedTuple):
    """What a piece of text holds: codes (by their place) that it suggests alone, and words of longer patterns (by their number)."""

    codes: frozenset[int]
    words: frozenset[int]


class Dictionary:
    """Patterns of a code system to look for in sentences.

    Parameters
    ----------
    patterns : sequence of Pattern
        From `helpers.qualitative.dictionary.patterns.read_patterns`.
    near : int
        The words of a pattern of several words stand within so many words of a sentence.

    Raises
    ------
    ValueError
        If `near` is below 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.qualitative.dictionary.patterns import read_patterns
    >>> codes = pd.DataFrame({"code": ["fairs", "customers"], "patterns": ["messe", "neue kunden"]})
    >>> Dictionary(read_patterns(codes)).codes("Auf Messen finden wir neue, treue Kunden.")
    ['fairs', 'customers']
    """

    def __init__(self, patterns: Sequence[Pattern], *, near: int = 8) -> None:
        if near < 1:
            raise ValueError("the words of a pattern stand within at least 1 word, for example 8")
        self._near = near
        self._names = list(dict.fromkeys(pattern.code for pattern in patterns))
        places = {code: place for place, code in enumerate(self._names)}
        words = list(dict.fromkeys(word for pattern in patterns for word in pattern.words))
        numbers = {word: number for number, word in enumerate(words)}
        read = [(places[pattern.code], [numbers[word] for word in pattern.words]) for pattern in patterns]
        self._together = [(code, parts) for code, parts in read if len(parts) > 1]
        alone = [(code, parts[0]) for code, parts in read if len(parts) == 1]
        self._memory = _Memory(words, alone, {part for _, parts in self._together for part in parts})

    def codes(self, sentence: str) -> list[str]:
        """The codes that a sentence suggests, each once, in the order of the code system."""
        pieces = sentence.split()
        hits = list(filter(None, map(self._memory.__getitem__, pieces)))
        if not hits:
            return []
        places = set().union(*(hit.codes for hit in hits))
        if any(hit.words for hit in hits):
            places |= self._met([self._memory[piece] for piece in pieces])
        return [self._names[place] for place in sorted(places)]

    def _met(self, found: list[Found | None]) -> set[int]:
        """Codes whose words stand near each other."""
        where: dict[int, list[int]] = {}
        for place, hit in enumerate(found):
            for word in hit.words if hit else ():
                where.setdefault(word, []).append(place)
        return {code for code, words in self._together if all(word in where for word in words) and self._close([where[word] for word in words])}

    def _close(self, places: list[list[int]]) -> bool:
        lefts = sorted({place for word in places for place in word})
        return any(all(any(left <= place < left + self._near for place in word) for word in places) for left in lefts)


class _Memory(dict[str, Found | None]):
    """Pieces of text seen so far, with what each holds; None, as for most, where that is nothing."""

    def __init__(self, words: Sequence[Word], alone: Iterable[tuple[int, int]], parts: Iterable[int]) -> None:
        super().__init__()
        self._words, self._parts = _Lookup(words), frozenset(parts)
        self._alone: dict[int, set[int]] = {}
        for code, word in alone:
            self._alone.setdefault(word, set()).add(code)

    def __missing__(self, piece: str) -> Found | None:
        if len(self) >= REMEMBERED:
            self.clear()
        words = self._words.numbers(_LETTERS.findall(plain(piece)))
        codes = {code for word in words for code in self._alone.get(word, ())}
        self[piece] = Found(frozenset(codes), self._parts.intersection(words)) if words else None
        return self[piece]


class _Lookup:
    """Which words of a dictionary a word of the text is, by tables of their spellings: whole, as a beginning or as an end."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._begins: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        self._inside = [(number, word) for number, word in enumerate(words) if word.before and word.behind]
        for number, word in enumerate(words):
            if not (word.before and word.behind):
                table = self._ends if word.before else self._begins if word.behind else self._whole
                for spelling in word.spellings:
                    table.setdefault(spelling, []).append(number)
        self._begin_lengths, self._end_lengths = ({len(spelling) for spelling in table} for table in (self._begins, self._ends))
        self._any_inside = re.compile("|".join(re.escape(spelling) for _, word in self._inside for spelling in word.spellings) or r"(?!)")

    def numbers(self, words: Iterable[str]) -> set[int]:
        """The numbers of all words of the dictionary that one of these is."""
        found: set[int] = set()
        for word in words:
            found.update(self._whole.get(word, ()))
            for length in self._begin_lengths:
                if (beginning := word[:length]) in self._begins:
                    found.update(self._begins[beginning])
            for length in self._end_lengths:
                if (end := word[-length:]) in self._ends:
                    found.update(self._ends[end])
            if self._any_inside.search(word):
                found.update(number for number, inside in self._inside if inside.matches(word))
        return found
