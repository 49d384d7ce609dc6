"""Hints: what may identify somebody and stands in a transcript without a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.data.interviews.marks import mark_places

KINDS = ("e-mail address", "telephone number", "web address", "name or key from the survey", "mark that is never closed")
_EMAIL = re.compile(r"[\w.+-]+(?:@|\s?[(\[](?:at|ät)[)\]]\s?)[\w-]+(?:\.|\s?[(\[](?:dot|punkt)[)\]]\s?)\w{2,}", re.IGNORECASE)
_WEB = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]{2,}\.(?:de|com|org|net|eu|info|ch|at|fr|li|io|biz)\b(?!-)")
# +49, 0049, or a 0 with two digits, and enough digits more: no year, no date, no time and no amount is like that.
_TELEPHONE = re.compile(
    r"(?<![\w.,:#+-])(?:(?:\+|00)[ \u00a0]?[1-9](?:[ \u00a0./()–-]{0,3}\d){7,13}|\(?0[1-9]\d{1,4}(?:[ \u00a0/()–-]{0,3}\d){4,10})(?!\d)"
)
_ANNOUNCED = re.compile(
    r"\b(?:(?:Tel(?:efon(?:nummer)?)?|Fon|Mobil|Handy(?:nummer)?|Fax|Phone|Mobile)\b[.:]{0,2}\s?(?:\d[ /()-]?){5}|Durchwahl\b[.:]?\s?\d[ -]?\d)",
    re.IGNORECASE,
)
_OPEN_MARK = re.compile(r"\[[^\W\d_][^\[\]:\n]{0,30}:[^\]\n]*(?=\n|\Z)")
_SHORTEST = 4  # characters of a name or key that is looked for; shorter ones are words


def find_hints(texts: Mapping[str, str], identifiers: Iterable[str]) -> pd.DataFrame:
    """Where transcripts may still name somebody.

    Parameters
    ----------
    texts : mapping of str
        Canonical text per interview.
    identifiers : iterable of str
        Keys of units, names of initiatives; those that are shorter than four characters, or numbers, are passed over.

    Returns
    -------
    DataFrame, shape (n_hints, 3)
        One row per ``document``, ``line`` (of the canonical text, the first is 1) and ``kind`` (one of `KINDS`), in the order of the text; never
        what stands there. What stands in a mark is left out.

    Examples
    --------
    >>> find_hints({"I01": "B: Rufen Sie an:\\n0711 123456, [Name: info@example.org]."}, []).values.tolist()
    [['I01', 2, 'telephone number']]
    """
    patterns = dict(zip(KINDS, [_EMAIL, _TELEPHONE, _WEB, _names(identifiers), _OPEN_MARK], strict=True))
    rows = [(document, line, kind) for document, text in texts.items() for line, kind in _found(text, patterns)]
    return pd.DataFrame(rows, columns=["document", "line", "kind"])


def _found(text: str, patterns: Mapping[str, re.Pattern[str]]) -> list[tuple[int, str]]:
    open_text = _blanked(text)
    email, telephone, *_ = KINDS
    hits = {(match.start(), kind) for kind, pattern in patterns.items() for match in pattern.finditer(open_text)}
    hits |= {(match.start(), telephone) for match in _ANNOUNCED.finditer(open_text)}
    lines = {(text.count("\n", 0, start) + 1, kind) for start, kind in hits}
    mailed = {line for line, kind in lines if kind == email}
    return sorted((line, kind) for line, kind in lines if not (kind == "web address" and line in mailed))


def _blanked(text: str) -> str:
    """The text, equally long, with blanks for what stands in marks."""
    for start, end in mark_places(text):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _names(identifiers: Iterable[str]) -> re.Pattern[str]:
    """Any of the names as whole words, in any case and spacing, with a genitive or plural ending."""
    names = {" ".join(name.split()) for name in identifiers}
    wanted = sorted((name for name in names if len(name) >= _SHORTEST and not re.fullmatch(r"[\d.,]+", name)), key=len, reverse=True)
    spaced = (re.escape(name).replace(r"\ ", r"\s+") for name in wanted)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?:e?s|e?n)?(?!\w)" if wanted else r"(?!)", re.IGNORECASE)
