"""Words: labels in German and English, and names that are made from codes."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Mapping

from helpers.data.offered import plain

_LONGEST_NAME = 32
_LETTERS = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
# Python's own words, and what a model formula or a table of results calls something else.
_RESERVED = {*keyword.kwlist, *keyword.softkwlist, "log", "exp", "sqrt", "np", "respondent", "unit", "question", "sector_part", "membership_part"}


def both(labels: Mapping[str, str], otherwise: str) -> tuple[str, str]:
    """German and English label; where one is not known the other, or any, stands for it.

    Examples
    --------
    >>> both({"de-informal": "Wie alt?", "nl": "Hoe oud?"}, "A1"), both({"und": ""}, "A1")
    (('Wie alt?', 'Wie alt?'), ('A1', 'A1'))
    """
    words = {language: plain(text) for language, text in labels.items() if plain(text)}
    german, english = (next((text for language, text in words.items() if language.startswith(wanted)), "") for wanted in ("de", "en"))
    anything = german or english or next(iter(words.values()), otherwise)
    return german or english or anything, english or anything


class Names:
    """Hands out names of variables: small letters, digits and _, a letter first; none twice, none reserved."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def name(self, code: str) -> str:
        """A name for this code or head.

        Examples
        --------
        >>> names = Names()
        >>> names.name("C3[SQ001]"), names.name("C3_SQ001"), names.name("2. Größe in m²"), names.name("Class")
        ('c3_sq001', 'c3_sq001_2', 'v_2_groesse_in_m2', 'class_')
        """
        stem = _small(code)
        if not stem[:1].isalpha():
            stem = f"v_{stem}".rstrip("_")
        if len(stem) > _LONGEST_NAME:
            stem = stem[:_LONGEST_NAME].rpartition("_")[0] or stem[:_LONGEST_NAME]
        if stem in _RESERVED:
            stem += "_"
        name, number = stem, 1
        while name in self._given:
            number += 1
            name = f"{stem}_{number}"
        self._given.add(name)
        return name


def _small(code: str) -> str:
    text = code.casefold()
    for umlaut, letters in _LETTERS.items():
        text = text.replace(umlaut, letters)
    plain_letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "_", plain_letters).strip("_")
