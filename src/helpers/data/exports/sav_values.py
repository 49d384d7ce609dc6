"""Values of an SPSS file, written as texts: numbers as short as they are, dates and times in ISO order."""

from __future__ import annotations

import datetime
import math
import re

import pandas as pd

# SPSS counts seconds from the first day of the Gregorian calendar.
_FIRST_DAY = datetime.datetime(1582, 10, 14)
_DATES = re.compile("(DATE|ADATE|EDATE|SDATE|JDATE|QYR|MOYR|WKYR)[0-9.]*")
_MOMENTS = re.compile("(DATETIME|YMDHMS)[0-9.]*")
_TIMES = re.compile("(TIME|DTIME|MTIME)[0-9.]*")


def is_time(form: str) -> bool:
    """Whether SPSS shows numbers in this format as dates or times.

    Examples
    --------
    >>> is_time("EDATE10"), is_time("DATETIME20"), is_time("F8.2")
    (True, True, False)
    """
    return any(pattern.fullmatch(form) for pattern in (_DATES, _MOMENTS, _TIMES))


def as_texts(values: pd.Series, form: str) -> pd.Series:
    """A column as texts; empty where the system has no value.

    Parameters
    ----------
    values : Series
        Numbers (dates as seconds), or strings.
    form : str
        SPSS's format, such as ``F8.2``, ``A20`` or ``DATETIME20``.
    """
    texts = {value: value_text(value, form) for value in values.dropna().unique()}
    return values.map(texts).astype("object").fillna("").astype("str")


def value_text(value: float | str, form: str = "") -> str:
    """One value as text.

    Examples
    --------
    >>> value_text(3.0), value_text(-0.25), value_text(1e16), value_text(" ja  ")
    ('3', '-0.25', '10000000000000000', 'ja')
    >>> value_text(13166064000.0, "SDATE10"), value_text(13166100600.0, "DATETIME20"), value_text(90061.0, "TIME8")
    ('2000-01-01', '2000-01-01 10:10:00', '25:01:01')
    """
    if isinstance(value, str):
        return value.strip()
    number = float(value)
    if _TIMES.fullmatch(form):
        return _duration(number)
    moment = _moment(number) if is_time(form) else None
    if moment:
        return moment.date().isoformat() if _DATES.fullmatch(form) else moment.isoformat(" ", "seconds")
    return number_text(number)


def number_text(number: float) -> str:
    """A number as short as it is; three decimals get a fourth, since 1.234 could be read as a thousand.

    Examples
    --------
    >>> number_text(7.0), number_text(1.234), number_text(2.5), number_text(-0.0)
    ('7', '1.2340', '2.5', '0')
    """
    if number.is_integer():
        return str(int(number))
    return re.sub(r"(\.\d{3})$", r"\g<1>0", f"{number:.15g}")


def _moment(seconds: float) -> datetime.datetime | None:
    """None for what lies outside the calendar: such a value stays the number it is."""
    try:
        return _FIRST_DAY + datetime.timedelta(seconds=seconds)
    except OverflowError:
        return None


def _duration(seconds: float) -> str:
    """Hours may be more than 24."""
    sign, whole = "-" if seconds < 0 else "", round(abs(seconds), 6)
    minutes, rest = divmod(whole, 60)
    hours, left = divmod(int(minutes), 60)
    part = f"{math.floor(rest):02d}" + (f"{rest % 1:.6f}".lstrip("0").rstrip("0.") if rest % 1 >= 1e-6 else "")
    return f"{sign}{hours:02d}:{left:02d}:{part}"
