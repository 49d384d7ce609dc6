"""The inflected forms of a word, German or English, written out by rule.

The rules make too many forms rather than too few: a form that no language has matches nothing. They know nothing irregular (nahm,
went), no separable verbs, and no meaning.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Language = Literal["de", "en"]

_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\ufeff")  # soft hyphens and the like, as word processors leave them
_CASES = ("", "e", "en", "er", "es", "em")
_DECLINED = ("", "e", "en", "er", "ern", "es", "em", "n", "s")
_COMPARED = tuple(step + case for step in ("er", "st", "est") for case in _CASES)
_ABSTRACT = re.compile(r".{2,}(?:ung|heit|keit|schaft|tät|ion|ik)")  # feminine nouns: plural -en and nothing else
_UNCHANGED = re.compile(r".*(?:e|en|eln|ern)")  # no umlaut in the plural, and one would turn fordern into fördern
_VOWEL = re.compile(r"au|[aou]")
_UMLAUTS = {"a": "ä", "o": "ö", "u": "ü", "au": "äu"}
_LATIN = {"um": ("en", "a"), "us": ("en",), "is": ("en",), "a": ("en",), "o": ("en",)}


def plain(text: str) -> str:
    """A text as it is compared: small letters, ß as ss, umlauts composed, invisible characters gone.

    Examples
    --------
    >>> plain("GROSSE Ma" + chr(0x308) + "rkte") == plain("große M\u00e4rkte")
    True
    """
    return unicodedata.normalize("NFC", text.casefold()).translate(_INVISIBLE)


def forms(word: str, language: Language = "de") -> frozenset[str]:
    """The inflected forms of a word.

    Parameters
    ----------
    word : str
        Base form: nominative singular of a noun, undeclined adjective, infinitive.
    language : {"de", "en"}
        German: cases, plurals also with umlaut (Markt, Märkte), Latin ones (Zentrum, Zentren), -in and -nis, comparison, regular verbs (sagen,
        sagte, gesagt). English: plural, -ed, -ing, comparison.

    Returns
    -------
    frozenset of str
        As `plain` writes them, the word itself among them. Words of one or two letters (EU, KI) are taken as they are.

    Raises
    ------
    ValueError
        If the language is another.

    Examples
    --------
    >>> {"markt", "markts", "märkte", "märkten"} <= forms("Markt")
    True
    >>> sorted(forms("Messe"))
    ['messe', 'messen', 'messens', 'messes']
    >>> {"policies", "policy"} <= forms("policy", "en")
    True
    """
    if language not in ("de", "en"):
        raise ValueError('the language of a dictionary is "de" or "en"')
    base = plain(word)
    if len(base) < 3:
        return frozenset({base})
    return frozenset(_german(base) if language == "de" else _english(base))


def with_umlaut(word: str) -> str | None:
    """The word with its last a, o, u or au turned into an umlaut; None where German plurals have none.

    Examples
    --------
    >>> with_umlaut("verband"), with_umlaut("raum"), with_umlaut("fordern"), with_umlaut("netz")
    ('verbänd', 'räum', None, None)
    """
    vowels = list(_VOWEL.finditer(word))
    if _UNCHANGED.fullmatch(word) or not vowels:
        return None
    last = vowels[-1]
    return word[: last.start()] + _UMLAUTS[last[0]] + word[last.end() :]


def _german(word: str) -> set[str]:
    if word.endswith("e"):
        return {word + ending for ending in ("", "n", "s", "ns")}
    if _ABSTRACT.fullmatch(word):
        return {word, word + "en"}
    found = {word + ending for ending in _DECLINED + _COMPARED}
    if changed := with_umlaut(word):
        weak = word.endswith(("er", "el"))
        found |= {changed + ending for ending in (("", "n") if weak else (*_DECLINED[1:], *_COMPARED, "te", "ten", "ter", "tes", "tem"))}
    if word.endswith(("er", "el")):
        found |= {word[:-2] + word[-1] + ending for ending in _CASES[1:]}  # teuer, teure
    if word.endswith(("nis", "us")):
        found |= {word + "s" + ending for ending in ("e", "en", "es")}
    if word.endswith("in"):
        found.add(word + "nen")
    if word.endswith(("en", "eln", "ern")):
        found |= _conjugated(word)
    return found | {word.removesuffix(latin) + ending for latin, endings in _LATIN.items() if word.endswith(latin) for ending in endings}


def _conjugated(infinitive: str) -> set[str]:
    stem = infinitive[:-1] if infinitive.endswith(("eln", "ern")) else infinitive[:-2]
    participles = [before + stem + behind for before in ("", "ge") for behind in ("t", "et")] + [stem + "end"]
    return {stem + ending for ending in ("e", "st", "est", "test", "tet")} | {participle + case for participle in participles for case in _CASES}


def _english(word: str) -> set[str]:
    endings = ("", "s", "es", "ed", "ing", "er", "est")
    found = {word + ending for ending in endings}
    if re.fullmatch(r".*[^aeiou]y", word):
        found |= {word[:-1] + ending for ending in ("ies", "ied", "ier", "iest")}
    if word.endswith("e"):
        found |= {word[:-1] + ending for ending in ("ed", "ing", "er", "est")}
    if re.fullmatch(r".*[^aeiou][aeiou][bdgklmnprt]", word):
        found |= {word + word[-1] + ending for ending in ("ed", "ing", "er", "est")}  # plan, planned
    return found
