"""Confidential: identifiers and free answers, looked for in what is to be published."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 5  # characters of a confidential text that is looked for
_MANY = 1000


def unsafe_values(text: str, confidential: Iterable[object]) -> list[int]:
    """Find confidential texts that a page contains.

    Parameters
    ----------
    text : str
        What is to be published, HTML or plain.
    confidential : iterable
        Identifiers, free answers. What is no text, a number, or shorter than five characters is passed over.

    Returns
    -------
    list of int
        The positions, in `confidential`, of values that occur in the text: in any case and spacing, escaped for HTML or not, across tags,
        alone or within a word. Never the values themselves. What a page carries encoded (base64) is not looked into.

    Examples
    --------
    >>> unsafe_values("<p>Members of M&uuml;ller &amp; S&ouml;hne</p>", ["Meier AG", "müller &  SÖHNE", "p"])
    [1]
    """
    page = plain(f"{text} {re.sub('<[^<>]*>', ' ', text)}")
    values = ((position, plain(value)) for position, value in enumerate(confidential) if isinstance(value, str))
    telling = [(position, value) for position, value in values if is_telling(value)]
    if len(telling) > _MANY:  # noting all beginnings and endings that the page has costs as much as looking for many values
        pieces = {page[start : start + SHORTEST] for start in range(len(page) - SHORTEST + 1)}
        telling = [(position, value) for position, value in telling if {value[:SHORTEST], value[-SHORTEST:]} <= pieces]
    return [position for position, value in telling if value in page]


def is_telling(value: str) -> bool:
    """Whether a text is long enough, and more than a number."""
    return len(value) >= SHORTEST and not re.fullmatch(r"[-+]?[\d.,]+", value)


def plain(text: str) -> str:
    """The text without HTML escapes, case, and differences of spacing."""
    while (unescaped := html.unescape(text)) != text:
        text = unescaped
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
