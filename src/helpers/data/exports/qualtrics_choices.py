"""Several answers to one question in Qualtrics: joined with commas in one column, or one column per option."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from helpers.data.exports.qualtrics_header import Column

SEEN = "-99"  # "seen but unanswered", if the export was asked to say so
_UNTICKED = ("", "0")
_MOST_OPTIONS = 60
# Qualtrics joins options with a comma alone; within an option a blank follows it.
_JOINT = re.compile(r",(?!\s)")
_CODES = re.compile(r"\d+(,\d+)*")
_SELECTED = " - Selected Choice"


def joined(column: Column, given: pd.Series) -> bool:
    """Whether some cells of a column look like several answers, joined with commas."""
    return not column.written and any(_JOINT.search(cell) for cell in given)


def options_of(column: Column, given: pd.Series) -> list[str] | None:
    """The options that were joined in a column; None where nobody can tell them apart.

    Codes are told apart if the column is a list of options for certain: Qualtrics calls it so, or somebody chose three (``1,5`` alone could be
    a number). Labels are told apart if every piece stands alone in some cell, or in several combinations, so that it is an option and no half of
    one.
    """
    cells = Counter(cell for cell in given if cell not in ("", SEEN))
    if all(_CODES.fullmatch(cell) for cell in cells):
        certain = column.import_id.startswith("QID") or _SELECTED in column.text or any(cell.count(",") > 1 for cell in cells)
        return sorted({code for cell in cells for code in cell.split(",")}, key=int) if certain else None
    pieces = {cell: _JOINT.split(cell) for cell in cells}
    alone = {found[0] for found in pieces.values() if len(found) == 1}
    together = Counter(piece for found in pieces.values() for piece in {*found})
    options = sorted(together)
    known = all(option in alone or together[option] > 1 for option in options) and not any(re.search(r"\d,\d", cell) for cell in cells)
    return options if known and len(options) <= _MOST_OPTIONS else None


def split(given: pd.Series, options: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """One box per option: ``Y`` or ``N``; ``""`` and -99 stay as they are."""
    pieces = [None if cell in ("", SEEN) else {*_JOINT.split(cell)} for cell in given]
    cells = [[cell if found is None else "Y" if option in found else "N" for option in options] for cell, found in zip(given, pieces, strict=True)]
    return pd.DataFrame(cells, index=given.index, columns=list(names), dtype="str")


def are_boxes(columns: Sequence[Column], records: pd.DataFrame) -> bool:
    """Whether the columns of a question are one per option: Qualtrics says so, or each holds nothing but its own option."""
    if all(column.choice or f"{_SELECTED} - " in column.text for column in columns):
        return True
    values = [{*records[column.name]} - {*_UNTICKED, SEEN} for column in columns]
    own = [{"1", column.name.rpartition("_")[2], column.text.rpartition(" - ")[2]} for column in columns]
    ticked = ~records[[column.name for column in columns]].isin([*_UNTICKED, SEEN])
    # In a scale whose items all got the same answer nobody leaves some out.
    chosen = (ticked.any(axis=1) & ~ticked.all(axis=1)).any()
    return bool(chosen) and all(len(found) <= 1 and found <= allowed for found, allowed in zip(values, own, strict=True))


def boxes(columns: Sequence[Column], records: pd.DataFrame) -> pd.DataFrame:
    """Ticks as ``Y`` and ``N``; where nothing was ticked, all boxes are empty, or -99."""
    cells = records[[column.name for column in columns]]
    unticked = cells.isin([*_UNTICKED, SEEN])
    seen = cells.eq(SEEN).any(axis=1) & unticked.all(axis=1)
    ticks = cells.mask(~unticked, "Y").mask(unticked, "N")
    return ticks.mask(unticked.all(axis=1), "").mask(seen, SEEN)


def without_selected(text: str) -> str:
    """A question's text without Qualtrics' remark that a choice follows.

    Examples
    --------
    >>> without_selected("Where? - Selected Choice - Europe"), without_selected("Where? - Selected Choice")
    ('Where? - Europe', 'Where?')
    """
    return text.replace(_SELECTED, "")
