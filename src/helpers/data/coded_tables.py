"""Coded tables: texts of which few differ, as categories; of a large file the usual case is read at once."""

from __future__ import annotations

import csv
import io
import itertools
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.data.tabular import BROKEN, TEXT_KINDS, csv_separator, csv_text, read_texts

LARGE = 2**20  # bytes from which a CSV file is read by pandas, which is faster and says less of what is wrong
BLOCK = 2**20  # bytes in which quotation marks are looked for at once


def read_coded_texts(
    path: Path, *, name: str | None = None, encoding: str | None = None, separator: str | None = None, sheet: str | int = 0
) -> pd.DataFrame:
    """Read a CSV or Excel file of any size as `read_texts` does, with its arguments and errors.

    Returns
    -------
    DataFrame
        The same texts in categorical columns.
    """
    if path.suffix.lower() in TEXT_KINDS and path.is_file() and path.stat().st_size >= LARGE:
        text = csv_text(path, name or str(path), encoding)
        if (table := _read_at_once(text, separator or csv_separator(text))) is not None:
            return table
        del text
    return read_texts(path, name=name, encoding=encoding, separator=separator, sheet=sheet).astype("category")


def _read_at_once(text: str, separator: str) -> pd.DataFrame | None:
    """The text as a table; None where it calls for a message to the researcher, or is unusual: that is left to the slower way."""
    heads = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True), [])
    # pandas leaves out empty lines, fills up short ones, and takes a quotation mark for whatever fits.
    ends = text.count("\r\n") if "\r" in text else 0
    unusual = text.count("\r") > ends or "\n\n" in text or "\n\r\n" in text or text.startswith(("\r", "\n"))
    if len(heads) < 2 or unusual:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(io.StringIO(text, newline=""), sep=separator, dtype="category", keep_default_na=False, index_col=False)
    except (ValueError, pd.errors.ParserWarning):
        return None
    if _separators(text, separator) != (len(heads) - 1) * (len(table) + 1):
        return None
    found = {head: pd.Index(table[head].cat.categories, dtype="str") for head in table}
    texts = itertools.chain(heads, *found.values())
    if list(table) != heads or table.empty or table.isna().any(axis=None) or any(map(_is_odd, texts)):
        return None
    table = table.set_axis(pd.RangeIndex(2, len(table) + 2))
    whole = pd.DataFrame({head: column.cat.rename_categories(found[head]) for head, column in table.items()}, copy=False)
    return whole if any("" not in own for own in found.values()) else whole[whole.ne("").any(axis=1)]


def _is_odd(text: str) -> bool:
    """A text with blanks around it, or with letters that an earlier program broke."""
    return text != text.strip() or (not text.isascii() and BROKEN.search(text) is not None)


def _separators(text: str, separator: str) -> int | None:
    """How many separators stand between fields; None where a quotation mark neither begins a field, nor ends it, nor is one of two inside it."""
    raw = np.frombuffer(f"\n{text}\n".encode(), dtype=np.uint8)
    edge = np.zeros(256, dtype=bool)
    edge[[ord(letter) for letter in f'\n\r"{separator}']] = True
    begun, found = 0, 0
    for start in range(0, len(raw), BLOCK):
        block = raw[start : start + BLOCK]
        mark = block == ord('"')
        marks = start + np.flatnonzero(mark)
        if not (edge[raw[marks[begun::2] - 1]].all() and edge[raw[marks[1 - begun :: 2] + 1]].all()):
            return None
        # The sum runs over from 255 to 0 and so keeps telling odd from even.
        outside = (np.cumsum(mark, dtype=np.uint8) + np.uint8(begun)) & 1 == 0
        found += int(np.count_nonzero((block == ord(separator)) & outside))
        begun = (begun + len(marks)) % 2
    return found
