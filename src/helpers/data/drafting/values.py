"""Values: what the answers in a column look like, where nothing says what they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pandas as pd

from helpers.data.drafting.questions import TICK_WORDS
from helpers.data.drafting.scales import known, reasons

# An answer of a text makes a level only where several records give it; so many at the least.
_RECORDS = 2
_LONGEST, _FEW, _ON_AVERAGE = 100, 12, 3
_LOOKS_LIKE_A_CHOICE = 0.8
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:\s*%)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d.*)?|\d{1,2}\.\d{1,2}\.\d{2,4}(?: .*)?|\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?")
_SMALL_NUMBER = re.compile(r"\W*\d{1,3}\W*")
_SENTINELS = ("-1", "-2", "-3", "-7", "-8", "-9", "-66", "-77", "-88", "-95", "-96", "-97", "-98", "-99", "-999", "99", "999", "9999")
_PERCENT = re.compile(r"%|prozent|per ?cent|\banteil|\bshare\b|proportion", re.IGNORECASE)


def are_ticks(texts: pd.Series) -> bool:
    """Whether a column holds nothing but the usual words in a tick box."""
    return bool(set(texts.str.casefold()) <= TICK_WORDS)


def are_dates(texts: pd.Series) -> bool:
    """Whether a column holds dates or times of day."""
    return bool(len(texts) and texts.str.fullmatch(_DATE).all())


def are_numbers(texts: pd.Series) -> bool:
    """Whether a column holds numbers, besides wordings such as "don't know"."""
    numeric = texts.str.fullmatch(_NUMBER)
    words = [str(text) for text in texts[~numeric].unique()]
    return bool(numeric.any() and all(reasons(words)))


def is_share(texts: pd.Series, words: str) -> bool:
    """Whether numbers are in per cent: the question or the values say so, and all lie between 0 and 100."""
    numbers = as_numbers(texts)
    said = bool(_PERCENT.search(words)) or bool(texts.str.endswith("%").any())
    return said and bool(numbers.between(0, 100).all()) and bool(numbers.max() > 1)


def as_numbers(texts: pd.Series) -> pd.Series:
    """The numbers of a column; codes that stand for no answer, and words, left out."""
    plain = texts[texts.str.fullmatch(_NUMBER) & ~texts.isin(sentinels(texts))]
    return pd.to_numeric(plain.str.replace(",", ".").str.replace(r"\s*%$", "", regex=True))


def sentinels(texts: pd.Series) -> list[str]:
    """Numbers that stand for no answer: -9, -99, 99 and the like, where they lie far outside the others.

    Examples
    --------
    >>> sentinels(pd.Series(["3", "5", "-9", "99"])), sentinels(pd.Series(["97", "98", "99"])), sentinels(pd.Series(["-3", "-12"]))
    (['-9', '99'], [], [])
    """
    whole = texts.str.replace(r"[.,]0+$", "", regex=True)
    others = pd.to_numeric(whole[~whole.isin(_SENTINELS)].str.replace(",", "."), errors="coerce").dropna()
    if others.empty:
        return []
    below, above = others.min() >= 0, others.max()
    found = [code for code in _SENTINELS if code in set(whole) and (below if code.startswith("-") else above < int(code) / 5)]
    return sorted(found, key=int)


def spread(columns: Sequence[pd.Series]) -> pd.Series:
    """How many records gave each answer in any of the columns, most first."""
    if len(columns) == 1:
        return columns[0].value_counts()
    pairs = pd.concat([column.rename("answer").rename_axis("record").reset_index() for column in columns])
    return pairs.drop_duplicates()["answer"].value_counts()


def are_choices(columns: Sequence[pd.Series], familiar: Collection[str] = ()) -> bool:
    """Whether the answers are few, short, and none that one record alone may have typed.

    Exempt are common wordings, small numbers, and what is ``familiar``: answers that several records gave to another question.
    """
    counts = spread(columns)
    if counts.empty or len(max(counts.index, key=len)) > _LONGEST:
        return False
    mostly = counts[counts >= _RECORDS].sum() > counts.sum() / 2
    harmless = [count >= _RECORDS or known(text) or text in familiar or (mostly and is_small(str(text))) for text, count in counts.items()]
    return all(harmless) and (len(counts) <= _FEW or counts.mean() >= _ON_AVERAGE)


def is_small(text: str) -> bool:
    """Whether a text is a number of at most three digits, which nobody can be known by."""
    return bool(_SMALL_NUMBER.fullmatch(text))


def nearly_choices(texts: pd.Series) -> bool:
    """Whether most answers are given by several records, and single ones are not: a choice that some answered in own words, or a rare answer."""
    counts = spread([texts])
    return bool(len(counts) > 1 and counts[counts >= _RECORDS].sum() / counts.sum() >= _LOOKS_LIKE_A_CHOICE)
