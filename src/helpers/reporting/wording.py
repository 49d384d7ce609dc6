"""Wording: every sentence, head and number of the report, in German and in English.

Texts live in ``words/*.yaml``, one entry per key with both languages side by side. Numbers and dates are written by babel, as readers of the
language write them.
"""

from __future__ import annotations

import datetime
import math
import string
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from helpers.data.languages import LANGUAGES

Period = tuple[datetime.date, datetime.date]
LOCALES = {"de": "de_DE", "en": "en_GB"}
SUPPRESSED = "•"
NOT_DEFINED = "x"  # there can be no value, such as the mean of one answer
QUOTES = {"de": "„{}“", "en": "“{}”"}
_WORDS = Path(__file__).parent / "words"


@cache
def entries() -> dict[str, dict[str, str]]:
    """Every text of the report: key -> {"de": ..., "en": ...}.

    Raises
    ------
    ValueError
        If a key occurs in two files.
    """
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(_WORDS.glob("*.yaml")):
        for key, versions in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if key in texts:
                raise ValueError(f"{path.name}: the key {key!r} is declared twice; keep one of them")
            texts[key] = versions
    return texts


class Wording:
    """The words and numbers of one language.

    Parameters
    ----------
    language : {"de", "en"}

    Examples
    --------
    >>> Wording("de").percent(0.125, digits=1)
    '12,5\\xa0%'
    >>> Wording("en").percent(0.125, digits=1)
    '12.5%'
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"language is {language!r}; allowed are {', '.join(map(repr, LANGUAGES))}")
        self.language = language
        self.locale = Locale.parse(LOCALES[language])
        self._formatter = _Formatter(self)

    def __contains__(self, key: str) -> bool:
        return key in entries()

    def say(self, key: str, **values: Any) -> str:
        """The text of a key with its values written in: ``{share:percent}``, ``{n:integer}``, ``{day:date}``, ``{names:list}``, ``{label:quoted}``.

        Raises
        ------
        KeyError
            If the key, its translation or a value is missing.
        """
        versions = entries().get(key)
        if versions is None:
            raise KeyError(f"no wording {key!r}; declare it in helpers/reporting/words")
        if self.language not in versions:
            raise KeyError(f"the wording {key!r} has no {self.language!r} version; add it in helpers/reporting/words")
        return self._formatter.vformat(versions[self.language], (), values)

    def percent(self, share: float, digits: int = 0) -> str:
        """A proportion as per cent: ``0.125`` is ``12,5 %`` or ``12.5%``."""
        return _known(share, lambda value: format_percent(value, format=_pattern(digits, self._percent_sign), locale=self.locale).replace("-", "−"))

    def points(self, difference: float, digits: int = 0) -> str:
        """A difference of proportions in percentage points, with its sign."""
        return _known(difference, lambda value: _signed(value, format_decimal(abs(value) * 100, format=_pattern(digits), locale=self.locale)))

    def number(self, value: float, digits: int = 1) -> str:
        """A number with a fixed count of decimals."""
        return _known(value, lambda known: format_decimal(known, format=_pattern(digits), locale=self.locale).replace("-", "−"))

    def signed(self, value: float, digits: int = 1) -> str:
        """A change, with its sign."""
        return _known(value, lambda known: _signed(round(known, digits), self.number(abs(known), digits)))

    def integer(self, value: float) -> str:
        """A count."""
        return self.number(value, digits=0)

    def p_value(self, value: float) -> str:
        """A p value to three decimals; below that ``< 0.001``."""
        return _known(value, lambda known: f"< {self.number(0.001, 3)}" if known < 0.0005 else self.number(known, 3))

    def date(self, day: datetime.date) -> str:
        """A day written out."""
        return format_date(day, format="long", locale=self.locale)

    def days(self, period: Period) -> str:
        """First and last day written out; one day once."""
        return self._period(map(self.date, period))

    def months(self, period: Period) -> str:
        """First and last month with their years; one month once."""
        return self._period(format_date(day, format="MMMM y", locale=self.locale) for day in period)

    def _period(self, written: Iterable[str]) -> str:
        first, last = written
        return first if first == last else self.say("page.period", first=first, last=last)

    def list(self, names: Iterable[str]) -> str:
        """Names joined as the language joins them: ``a, b und c``."""
        return format_list([str(name) for name in names], locale=self.locale)

    def quoted(self, text: str) -> str:
        """A label in the quotation marks of the language."""
        return QUOTES[self.language].format(text)

    @property
    def _percent_sign(self) -> str:
        return "\N{NO-BREAK SPACE}%" if self.language == "de" else "%"


def capital(text: str) -> str:
    """The text with a capital at its beginning: a label may stand there.

    Examples
    --------
    >>> capital("sector and size")
    'Sector and size'
    """
    return text[:1].upper() + text[1:]


def _known(value: float | None, write: Any) -> str:
    """Write a value; one that was suppressed or is not defined has its own symbol."""
    if value is None or value is pd.NA:
        return SUPPRESSED
    if math.isnan(float(value)):
        return NOT_DEFINED
    return str(write(float(value)))


def _pattern(digits: int, ending: str = "") -> str:
    return f"#,##0{'.' + '0' * digits if digits else ''}{ending}"


def _signed(value: float, text: str) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "±") + text


class _Formatter(string.Formatter):
    """Replaces ``{name:spec}`` by the wording's own way to write such a value."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        if key not in kwargs:
            raise KeyError(f"the text needs a value for {key!r}; given are {', '.join(sorted(kwargs)) or 'none'}")
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        name, _, digits = format_spec.partition(".")
        writers = ("percent", "points", "number", "signed", "integer", "p_value", "date", "days", "months", "list", "quoted")
        if not name:
            return str(value)
        if name not in writers:
            raise ValueError(f"no way to write {format_spec!r}; allowed are {', '.join(writers)}, percent.1 and the like")
        write = getattr(self._wording, name)
        return str(write(value, digits=int(digits)) if digits else write(value))
