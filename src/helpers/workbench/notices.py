"""Notices: what the coding desk has to say, in the language of the person at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS_FILE = Path(__file__).with_name("words.yaml")


@cache
def words(language: str) -> dict[str, Any]:
    """The words of the desk's surface.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    spoken = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
    if language not in spoken:
        raise ValueError(f"the desk speaks {', '.join(spoken)}")
    return spoken[language]


@dataclass(frozen=True)
class Notice:
    """Something to tell: a key of ``notices`` in words.yaml, and what its braces stand for.

    Examples
    --------
    >>> Notice("missing", {"file": "codes.csv"}).text("en")
    'codes.csv had disappeared and was written again with everything known here.'
    """

    key: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The sentence."""
        return words(language)["notices"][self.key].format(**self.values)


class Refusal(ValueError):
    """Something that the desk does not do; nothing was changed."""

    def __init__(self, key: str, **values: Any) -> None:
        self.notice = Notice(key, values)
        super().__init__(self.notice.text("en"))
