"""Delimited: the fields of a large CSV text, split and told apart in blocks of records instead of one by one."""

from __future__ import annotations

import csv
import io
import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BLOCK = 2**22  # bytes that are split at once
REPEATED = 10_000  # a column of more texts than this, most of them different, is not told apart
_QUOTE, _LINE, _RETURN = ord('"'), ord("\n"), ord("\r")
_WORD = 8  # bytes of a field that are compared as one number
_MASKS = np.array([2 ** (8 * length) - 1 for length in range(_WORD + 1)], dtype="<u8")


class Irregular(ValueError):
    """The text has to be read record by record, which says what is wrong with it."""


def coded_columns(text: str, separator: str) -> tuple[list[str], list[pd.Categorical | pd.api.extensions.ExtensionArray]]:
    """Split a text as `csv.reader` does with ``skipinitialspace`` and ``strict``.

    Parameters
    ----------
    text : str
        A header and at least one record, without zero bytes.
    separator : str
        One ASCII character.

    Returns
    -------
    heads : list of str
    columns : list of Categorical, or of array of str where the texts hardly repeat
        One per head, one value per record; blanks around a value are gone, and each text that occurs is one category.

    Raises
    ------
    Irregular
        If there is one column only, records have not as many fields as the header, quotation marks are not as they should be, or lines end in
        unusual ways.

    Examples
    --------
    >>> heads, columns = coded_columns('id;C1\\n1;"a; b"\\n2; x\\n', ";")
    >>> heads, columns[1].tolist()
    (['id', 'C1'], ['a; b', 'x'])
    """
    split = _Splitter(text.encode() + (b"" if text.endswith("\n") else b"\n"), separator)
    heads: list[str] = []
    columns: list[_Column] = []
    for fields in split.blocks():
        if not heads:
            heads = [split.texts(fields, place, np.array([0]))[0] for place in range(split.width)]
            columns = [_Column() for _ in heads]
        for place, column in enumerate(columns):
            column.add(split, fields, place)
    return heads, [column.whole() for column in columns]


@dataclass(frozen=True)
class _Fields:
    """Fields of a block.

    Parameters
    ----------
    words : array of int, columns x records
        The first bytes of each field, as one number.
    long : array of bool, columns x records
        Whether that is not the whole field, or it is odd.
    starts, ends : array of int, records x columns
        First byte, and the byte after the last, without the quotation marks around the field.
    odd : array of bool, records x columns
        Whether it has quotation marks besides the two around it.
    """

    words: NDArray[np.uint64]
    long: NDArray[np.bool_]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    odd: NDArray[np.bool_]


class _Splitter:
    """Where the fields of a text begin and end."""

    def __init__(self, raw: bytes, separator: str):
        self.raw, self.separator, self.width = raw, ord(separator), 0
        self.bytes = np.frombuffer(raw + bytes(_WORD), dtype=np.uint8)
        self.words: NDArray[np.uint64] = np.ndarray(len(raw) + 1, dtype="<u8", buffer=self.bytes.data, strides=(1,))

    def blocks(self) -> Iterator[_Fields]:
        """Whole records, block by block."""
        at, size = 0, BLOCK
        while at < len(self.raw):
            block = self.bytes[at : min(at + size, len(self.raw))]
            quote = block == _QUOTE
            # The sum runs over from 255 to 0 and so keeps telling odd from even.
            outside = (np.cumsum(quote, dtype=np.uint8) & 1) == 0
            line = (block == _LINE) & outside
            lines = np.flatnonzero(line)
            if len(lines):
                used = int(lines[-1]) + 1
                ends = np.flatnonzero((line | ((block == self.separator) & outside))[:used])
                yield self._fields(at, quote[:used], outside[:used], lines, ends)
                at, size = at + used, BLOCK
            elif at + size < len(self.raw):
                size *= 2
            else:
                raise Irregular

    def _fields(self, at: int, quote: NDArray[np.bool_], outside: NDArray[np.bool_], lines: NDArray[np.int64], ends: NDArray[np.int64]) -> _Fields:
        """The fields between these ends, all counted from the start of the block."""
        self.width = self.width or int(np.searchsorted(ends, lines[0])) + 1
        if self.width < 2 or len(ends) != len(lines) * self.width or not np.array_equal(ends[self.width - 1 :: self.width], lines):
            raise Irregular
        block = self.bytes[at : at + len(quote)]
        starts = np.concatenate([[0], ends[:-1] + 1])
        returns = np.flatnonzero((block == _RETURN) & outside)
        if len(returns):
            if (block[returns + 1] != _LINE).any():
                raise Irregular
            ends = ends - ((block[ends - 1] == _RETURN) & (block[ends] == _LINE) & (ends > starts))
        quoted = (block[starts] == _QUOTE) & (block[ends - 1] == _QUOTE) & (ends - starts > 1)
        odd = np.zeros(len(starts), dtype=bool)
        if np.count_nonzero(quote) != 2 * np.count_nonzero(quoted):
            odd = np.bincount(np.searchsorted(starts, np.flatnonzero(quote), side="right") - 1, minlength=len(starts)) != 2 * quoted
            quoted &= ~odd
        starts, ends = starts + (quoted + at), ends - (quoted - at)
        length = ends - starts
        long = odd | (length > _WORD)
        words = self.words[starts] & _MASKS[np.minimum(length, _WORD)]
        rows = -1, self.width
        columns = [np.ascontiguousarray(found.reshape(rows).T) for found in (words, long)]
        return _Fields(*columns, *(places.reshape(rows) for places in (starts, ends, odd)))

    def texts(self, fields: _Fields, column: int, records: NDArray[np.int64]) -> list[str]:
        """The texts of these fields of a column."""
        starts, ends, odd = (places[records, column] for places in (fields.starts, fields.ends, fields.odd))
        found = [self.raw[start:end].decode().strip() for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        for place in np.flatnonzero(odd).tolist():
            found[place] = self._read(self.raw[starts[place] : ends[place]].decode())
        return found

    def _read(self, field: str) -> str:
        try:
            records = list(csv.reader(io.StringIO(field, newline=""), delimiter=chr(self.separator), skipinitialspace=True, strict=True))
        except csv.Error:
            raise Irregular from None
        if len(records) != 1 or len(records[0]) != 1:
            raise Irregular
        return records[0][0].strip()


class _Column:
    """A column that grows by blocks of records; its first record is the header."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = defaultdict(itertools.count().__next__)
        self.parts: list[NDArray[np.signedinteger]] = []
        self.texts: list[str] = []

    def add(self, split: _Splitter, fields: _Fields, column: int) -> None:
        """Tell the fields apart: short ones as numbers, all at once, others as texts. Where texts hardly repeat, they are only collected."""
        begin = 0 if self.parts else 1
        words, long = fields.words[column, begin:], fields.long[column, begin:]
        if len(self.codes) > REPEATED and 2 * len(self.codes) > len(self.parts[0]):
            self.texts += split.texts(fields, column, np.arange(len(words)))
            return
        codes = np.empty(len(words), dtype=np.int64)
        codes[~long] = self._told(words[~long])
        codes[long] = [self.codes[text] for text in split.texts(fields, column, np.flatnonzero(long) + begin)]
        self.parts.append(codes.astype(np.min_scalar_type(-len(self.codes) - 1)))

    def _told(self, words: NDArray[np.uint64]) -> NDArray[np.int64]:
        places, occurring = pd.factorize(words)
        return np.array([self.codes[field.decode().strip()] for field in occurring.view(f"S{_WORD}").tolist()], dtype=np.int64)[places]

    def whole(self) -> pd.Categorical | pd.api.extensions.ExtensionArray:
        """All blocks together."""
        occurring, codes = list(self.codes), np.concatenate(self.parts)
        if self.texts:
            return pd.array([*map(occurring.__getitem__, codes.tolist()), *self.texts], dtype="str")
        return pd.Categorical.from_codes(codes, categories=pd.Index(occurring, dtype="str"))  # type: ignore[arg-type]
