"""Marks: what would identify somebody stands in square brackets after its kind, as in ``[Name: ...]`` or ``[Ort: ...]``."""

from __future__ import annotations

import re

_MARK = re.compile(r"\[(?P<kind>[^\W\d_][^\[\]:\n]{0,30}):[ \t]*(?P<text>[^\[\]\n]*)\]")


def marked(text: str) -> list[str]:
    """What the marks of a text hide, in their order: none of it may be published.

    Examples
    --------
    >>> marked("Da hat uns [Name: Berta Beispiel] von der [Organisation: Musterkammer] geholfen.")
    ['Berta Beispiel', 'Musterkammer']
    """
    return [match["text"].strip() for match in _MARK.finditer(text) if match["text"].strip()]


def without_marks(text: str) -> str:
    """The text with the kinds of what is hidden, and without what is.

    Examples
    --------
    >>> without_marks("Da hat uns [Name: Berta Beispiel] geholfen.")
    'Da hat uns [Name] geholfen.'
    """
    return _MARK.sub(r"[\g<kind>]", text)


def mark_places(text: str) -> list[tuple[int, int]]:
    """Start and end of every mark, brackets included."""
    return [match.span() for match in _MARK.finditer(text)]


def passage_without_marks(text: str, start: int, end: int) -> str:
    """A passage of a transcript without what its marks hide; a mark that it cuts through counts whole.

    Examples
    --------
    >>> passage_without_marks("Das war [Name: Berta Beispiel], glaube ich.", 4, 20)
    'war [Name]'
    """
    cut = [(first, last) for first, last in mark_places(text) if first < end and last > start]
    return without_marks(text[min([start, *(first for first, _ in cut)]) : max([end, *(last for _, last in cut)])])
