"""Where sentences begin and end in transcribed speech, German or English, by position in the text as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A dot after these, after a single letter (z. B.) or after a day or ordinal (3. März) does not end a sentence.
_SHORT = ("bzw", "ca", "Dr", "evtl", "ggf", "inkl", "Mio", "Mr", "Mrd", "Mrs", "Nr", "Prof", "sog", "St", "Str", "vgl")
_UNENDED = "".join(rf"(?<!\b{word}\.)" for word in (*_SHORT, r"[^\W\d_]", r"\d", r"\d\d"))
# It begins with the set of characters that can end a sentence, so that the search skips all others at once.
_BREAK = re.compile(rf"""[.!?…\n](?:(?<=\n)|[.!?…]*{_UNENDED}["'“”’»«)\]]*\s+(?![a-zß-ÿ]))""")


def sentences(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Sentences of a passage of a text.

    Parameters
    ----------
    text : str
        A transcript. A line end always ends a sentence; a full stop, question or exclamation mark or ellipsis does, with the closing
        quotation marks and brackets behind it, where space follows and no small letter.
    start, end : int
        The passage, in code points, end exclusive; by default the whole text.

    Yields
    ------
    tuple of int
        First code point of the sentence, and the one behind its last; without the space around it. Never an empty sentence.

    Examples
    --------
    >>> text = "Ja, z. B. am 3. März. „Und dann?“ Das war's … nicht."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Ja, z. B. am 3. März.', '„Und dann?“', "Das war's … nicht."]
    """
    stop = len(text) if end is None else end
    for behind in (*(found.end() for found in _BREAK.finditer(text, start, stop)), stop):
        inside = text[start:behind]
        if words := inside.strip():
            begin = start + len(inside) - len(inside.lstrip())
            yield begin, begin + len(words)
        start = behind
