"""The patterns of a code system's dictionary, read into words to look for.

The language has three rules; "|" stands between the patterns of a code.

- ``messe``: the word, in all its inflected forms (`helpers.qualitative.dictionary.inflection`), alone or as a part between hyphens.
- ``*``: any letters, or none. ``delegation*`` begins with it, ``*markt`` ends with it (inflected), ``*markt*`` has it anywhere, with a plural's
  umlaut too: Marktzugang, Absatzmärkte.
- ``kontakte fehlen*``: several words are looked for near each other in one sentence, in any order.

Capitals, ß and ss, and how an umlaut is stored make no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from helpers.qualitative.dictionary.inflection import Language, forms, plain, with_umlaut

_WORD = re.compile(r"\*?[^\W_]+\*?")
LEAST = 3  # letters beside an asterisk; with fewer nearly every word would match


@dataclass(frozen=True)
class Word:
    """One word of a pattern: the spellings to look for, and whether letters may stand before or behind them."""

    spellings: tuple[str, ...]
    before: bool
    behind: bool

    def matches(self, word: str) -> bool:
        """Whether a word of the text, written as `plain` writes it, is meant."""
        if self.before and self.behind:
            return any(spelling in word for spelling in self.spellings)
        if self.before:
            return word.endswith(self.spellings)
        return word.startswith(self.spellings) if self.behind else word in self.spellings


@dataclass(frozen=True)
class Pattern:
    """The words that together suggest a code."""

    code: str
    words: tuple[Word, ...]


def read_patterns(codes: pd.DataFrame, *, language: Language = "de") -> list[Pattern]:
    """The patterns of a code system.

    Parameters
    ----------
    codes : DataFrame
        One row per code: ``code``, ``patterns`` (separated by "|"; empty where a code is not looked for).
    language : {"de", "en"}
        Whose inflection the words follow.

    Returns
    -------
    list of Pattern
        In the order of the code system.

    Raises
    ------
    ValueError
        If a column is missing, or patterns are malformed: all of them, by code and place.

    Examples
    --------
    >>> patterns = read_patterns(pd.DataFrame({"code": ["markets"], "patterns": ["*markt*|neue kunden"]}))
    >>> [len(pattern.words) for pattern in patterns], patterns[0].words[0].matches("absatzmärkte")
    ([1, 2], True)
    """
    missing = [column for column in ("code", "patterns") if column not in codes]
    if missing:
        raise ValueError(f"the codes lack the columns {', '.join(missing)}")
    written = [
        (code, place, pattern.split())
        for code, cell in zip(codes["code"], codes["patterns"].fillna(""), strict=True)
        for place, pattern in enumerate(cell.split("|"), start=1)
        if pattern.strip()
    ]
    wrong = [f"{code} (pattern {place})" for code, place, words in written if not all(map(_well_formed, words))]
    if wrong:
        raise ValueError(
            f"{len(wrong)} patterns are malformed: {', '.join(wrong)}; a word has letters and digits only (write e mail for e-mail), "
            f"with * before or behind at least {LEAST} of them"
        )
    return [Pattern(code, tuple(_word(word, language) for word in words)) for code, _, words in written]


def _well_formed(word: str) -> bool:
    letters = plain(word).strip("*")
    return bool(_WORD.fullmatch(plain(word))) and ("*" not in word or len(letters) >= LEAST)


def _word(word: str, language: Language) -> Word:
    letters, before, behind = plain(word).strip("*"), word.startswith("*"), word.endswith("*")
    if not behind:
        return Word(tuple(sorted(forms(letters, language))), before, behind)
    changed = with_umlaut(letters) if language == "de" and not letters.endswith(("er", "el")) else None
    # A stem cut anywhere takes an umlaut only before the e of a plural: *markt* has Märkte, forder* does not have Förderung.
    return Word((letters, changed + "e") if changed else (letters,), before, behind)
