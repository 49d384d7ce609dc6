"""Stored: a table in a file that others may change at the same time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named
from helpers.data.tabular import read_texts


class StoredTable:
    """A table and its file. What somebody else wrote meanwhile is read before anything is written.

    Parameters
    ----------
    path : Path
        The file; it may not exist yet.
    read : callable
        Takes the path, returns the table.
    write : callable
        Takes table and path, replaces the file at once.
    empty : DataFrame
        The table of a file that does not exist yet.
    """

    def __init__(self, path: Path, *, read: Callable[[Path], pd.DataFrame], write: Callable[[pd.DataFrame, Path], None], empty: pd.DataFrame) -> None:
        self.path, self._read, self._write = path, read, write
        self._columns = list(empty.columns)
        self._bytes = self._on_disk()
        self.table = empty if self._bytes is None else self._whole()

    def refresh(self) -> bool:
        """Read the file again where it is no longer as last read or written; whether it was so.

        A file that has disappeared leaves the table as it is: it is then the only copy.

        Raises
        ------
        StudyError
            If somebody left a file that cannot be read, or that has further columns; the table stays as it was.
        """
        found = self._on_disk()
        if found is None or found == self._bytes:
            return False
        self.table, self._bytes = self._whole(), found
        return True

    def gone(self) -> bool:
        """Whether the file was there and has disappeared."""
        return self._bytes is not None and not self.path.is_file()

    def save(self, table: pd.DataFrame) -> None:
        """Write the table; on failure, this object and the file stay as they were.

        Raises
        ------
        StudyError
            If the table could be written and not be read again, as letters can that were encoded twice.
        """
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / self.path.parent.name / self.path.name
            self._write(table, copy)
            readable = self._read(copy)
        self._write(readable, self.path)
        self.table, self._bytes = readable, self._on_disk()

    def _whole(self) -> pd.DataFrame:
        """The file as a table, refused where writing it back would lose a column."""
        table = self._read(self.path)
        further = [column for column in read_texts(self.path, name=self.path.name) if column not in self._columns]
        if further:
            what = f"columns that would be lost on saving: {named(further)}"
            raise StudyError([Problem(self.path.name, what, ", ".join(self._columns), "Keep them in a file of their own.", rows=[1])])
        return table

    def _on_disk(self) -> bytes | None:
        return self.path.read_bytes() if self.path.is_file() else None
