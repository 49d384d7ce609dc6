"""Rows: the records of a LimeSurvey data file, held against the script that explains them."""

from __future__ import annotations

import csv
import datetime
import io
import re

import pandas as pd

from helpers.data.exports.limesurvey_columns import place_of, tick_of
from helpers.data.exports.limesurvey_scripts import Column, Script
from helpers.data.limesurvey import column_code
from helpers.data.offered import OTHER
from helpers.data.problems import Problem, StudyError, named

_AGAIN = "Export the data file and the syntax file again, both at the same time, and do not change them in between."
_CODED = re.compile(r"[A-Za-z]\w*\d\w*(\[[^\]]*\])*|[A-Za-z]\w*(\[[^\]]*\])+")
_TIME = re.compile(r".*time(\d*|\b.*)", re.IGNORECASE | re.DOTALL)
_SPSS_DATE = "%d-%m-%Y %H:%M:%S"


def data_rows(text: str, script: Script, *, file: str) -> dict[int, list[str]]:
    """Row, as a spreadsheet counts it -> its fields; rows without content are left out."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    try:
        rows.extend(
            [field.strip() for field in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=script.quote, skipinitialspace=True, strict=True)
        )
    except csv.Error:
        what = "a quotation mark is never closed, or stands alone inside a text; the file may be cut off"
        raise StudyError([Problem(file, what, remedy=_AGAIN, rows=[len(rows) + 1])]) from None
    filled = {number: row for number, row in enumerate(rows, start=1) if any(row)}
    if len(filled) <= script.headed:
        raise StudyError([Problem(file, "the file has no records", remedy=_AGAIN)])
    return filled


def checked_heads(rows: dict[int, list[str]], script: Script, *, file: str, syntax: str) -> list[str]:
    """Take the header from the rows, and hold it against the script.

    Returns
    -------
    list of str
        What of the file is not read.

    Raises
    ------
    StudyError
        If a column stands elsewhere than the script says, or twice.
    """
    heads = rows.pop(min(rows))
    places: dict[str, set[int]] = {}
    for place, column in enumerate(script.columns):
        for word in _words(column) if column.name else []:
            places.setdefault(word, set()).add(place)
    known = {place: places.get(_bare(column_code(head)), places.get(_bare(head), set())) for place, head in enumerate(heads)}
    codes = [_bare(column_code(head)) for head in heads]
    twice = [head for head, code in zip(heads, codes, strict=True) if codes.count(code) > 1 and len(places.get(code, ())) == 1]
    elsewhere = [script.columns[min(at)].name for place, at in known.items() if at and place not in at]
    if twice or elsewhere:
        what = "columns have the same header" if twice else f"columns stand elsewhere than {syntax} says: {named(elsewhere)}"
        raise StudyError([Problem(file, what, "the order in which LimeSurvey wrote them, each once", _AGAIN, rows=[1])])
    further = [head for head in heads[len(script.columns) :] if head]
    unexplained = [head for head in further if _CODED.fullmatch(column_code(head)) and not _TIME.fullmatch(head)]
    if unexplained:
        raise StudyError([Problem(file, f"{syntax} ends before these columns: {named(unexplained)}", remedy=_AGAIN, rows=[1])])
    unread = [] if any(known.values()) else [f"{file}: its header could not be held against {syntax}; the columns are taken in its order."]
    passed = [head for head, column in zip(heads, script.columns, strict=False) if not column.name]
    return unread + ([f"Columns that {syntax} does not explain: {named([*passed, *further])}."] if passed or further else [])


def _words(column: Column) -> set[str]:
    """A header may be the code, or the words of the question before those of the item."""
    place = place_of(column)
    scales = _bare(column.name.replace("#0", "_1").replace("#1", "_2"))
    return {_bare(place.code), scales, _bare(column.label), _bare(place.words + place.item_words)} - {""}


def _bare(text: str) -> str:
    """Letters and digits only."""
    return re.sub(r"[\W_]+", "", text).casefold()


def fitting_rows(rows: dict[int, list[str]], script: Script, *, file: str, syntax: str) -> pd.DataFrame:
    """One row per record, one column per column of the script, named by its place.

    Raises
    ------
    StudyError
        If rows are too short or too long, or the values are not of the kind that the script says.
    """
    width = len(script.columns)
    short = [number for number, row in rows.items() if len(row) < width]
    long = [] if script.headed else [number for number, row in rows.items() if any(row[width:])]
    checks = [
        (short, f"the row has fewer fields than the {width} of {syntax}; it may be cut off"),
        (long, f"the row has more fields than the {width} of {syntax}"),
    ]
    problems = [Problem(file, what, remedy=_AGAIN, rows=found) for found, what in checks if found]
    if problems:
        raise StudyError(problems)
    table = pd.DataFrame([row[:width] for row in rows.values()], index=list(rows), columns=range(width), dtype="str")
    strange = [column.name for place, column in enumerate(script.columns) if column.name and _strange(table[place], column)]
    if strange:
        what = f"most values in some columns are not what {syntax} says of them, as if the columns stood in another order: {named(strange)}"
        raise StudyError([Problem(file, what, "codes, not the words of the answers", _AGAIN)])
    return table


def _strange(values: pd.Series, column: Column) -> bool:
    filled = values[values.ne("")]
    if column.answers:
        fits = filled.isin([*column.answers, OTHER]) | filled.map(lambda text: _same_number(text, column) is not None)
    elif column.kind == "number":
        fits = filled.str.fullmatch(r"[+-]?\d*[.,]?\d+(e[+-]?\d+)?")
    elif column.kind == "date":
        fits = filled.str.fullmatch(r"\d{1,4}[-.]\d{1,2}[-.]\d{1,4}( \d{1,2}:\d\d(:\d\d)?)?")
    else:
        return False
    return bool(2 * fits.sum() < len(filled))


def coded(records: pd.DataFrame, script: Script, *, file: str, syntax: str) -> pd.DataFrame:
    """The records with question codes as names, ticks as ``Y`` and ``N``, answers by the script's codes, dates in ISO order."""
    problems: list[Problem] = []
    columns: dict[str, pd.Series] = {}
    for place, column in enumerate(script.columns):
        if not column.name:
            continue
        code, values = place_of(column).code, records[place]
        tick = tick_of(column)
        if tick is not None:
            bad = values.ne("") & ~values.isin(column.answers)
            if bad.any():
                what = f"a tick that {syntax} does not know, as another version of LimeSurvey writes it"
                problems.append(Problem(file, what, named(column.answers), _AGAIN, rows=list(values.index[bad]), column=code))
            values = values.map({"": "", **{answer: "Y" if answer == tick else "N" for answer in column.answers}}).fillna("")
        elif column.answers:
            values = values.map(lambda text, column=column: text if text in column.answers else _same_number(text, column) or text)
        elif column.kind == "date":
            values = values.map(_iso)
        columns[code] = values.astype("str")
    if problems:
        raise StudyError(problems)
    return pd.DataFrame(columns, index=records.index)


def _same_number(text: str, column: Column) -> str | None:
    """The code that is the same number: the script may write 1 for 001."""
    if not text.isdecimal():
        return None
    return next((code for code in column.answers if code.isdecimal() and int(code) == int(text)), None)


def _iso(text: str) -> str:
    """A date as LimeSurvey writes it for SPSS; any other stays as it is."""
    try:
        return datetime.datetime.strptime(text, _SPSS_DATE).isoformat(" ")
    except ValueError:
        return text
