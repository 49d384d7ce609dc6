"""Verbatim: passages of interviews, looked for in what is to be published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from helpers.reporting.confidential import plain

RUN = 6  # words in a row that nobody writes twice by chance


def verbatim_passages(text: str, spoken: Iterable[str], *, cleared: Iterable[str] = (), run: int = RUN) -> int:
    """How many runs of words a page shares with interviews, those of cleared quotations apart.

    Parameters
    ----------
    text : str
        What is to be published, HTML or plain.
    spoken : iterable of str
        What was said in the interviews.
    cleared : iterable of str
        Quotations that may be published.
    run : int
        Consecutive words that count as a passage.

    Returns
    -------
    int
        Number of different runs of that many words that occur in both, in any case, spacing and punctuation. Never the words themselves.

    Examples
    --------
    >>> verbatim_passages("<p>Then we simply <b>stopped going there</b>.</p>", ["we simply stopped going there, and that was it"], run=4)
    2
    """
    secret = {words for said in spoken for words in _runs(said, run)} - {words for said in cleared for words in _runs(said, run)}
    published = {words for version in (text, re.sub(r"<[^<>]*>", " ", text)) for words in _runs(version, run)}
    return len(secret & published)


def _runs(text: str, run: int) -> Iterator[str]:
    words = re.findall(r"\w+", plain(text))
    return (" ".join(words[start : start + run]) for start in range(len(words) - run + 1))
