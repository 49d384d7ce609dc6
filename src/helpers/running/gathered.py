"""Gathered: what the runs of a sweep published, kept run by run and written as tidy tables."""

from __future__ import annotations

import csv
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from helpers.reporting.tables import STARTS_A_FORMULA
from helpers.running.attempts import Attempt

RUNS = "runs"  # the table of all runs


@dataclass(frozen=True)
class Results:
    """Finished runs, one small file each, by fingerprint.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    def find(self, fingerprint: str) -> Attempt | None:
        """The finished run, None where there is none; a file that cannot be read is of no run that finished."""
        try:
            return Attempt(**json.loads((self.folder / f"{fingerprint}.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def keep(self, fingerprint: str, attempt: Attempt) -> None:
        """Put a finished run where `find` looks, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with written_beside(self.folder / f"{fingerprint}.json") as target:
            json.dump(asdict(attempt), target)

    def forget(self) -> None:
        """Begin anew."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class Tables:
    """The tidy tables of a sweep.

    Parameters
    ----------
    folder : Path
    parameters : sequence of str
        Names of what differs from run to run: the first columns of every table. One that the table has itself, such as ``n``, is written as
        ``parameter_n``.
    """

    folder: Path
    parameters: Sequence[str]

    def write(self, finished: Iterable[tuple[Mapping[str, Any], str]], results: Results, *, only: Sequence[str]) -> list[str]:
        """One CSV file per published key, the runs one below the other; files of keys that are no longer published go.

        Parameters
        ----------
        finished : iterable of (mapping, str)
            Values of the parameters, and fingerprint.
        results : Results
            Read twice, run by run, so that memory does not grow with the sweep.
        only : sequence of str
            Keys to collect; empty means all.

        Returns
        -------
        list of str
            The keys of the tables written.
        """
        finished = list(finished)
        columns: dict[str, dict[str, None]] = {}
        for _, key, table in _published(finished, results, only):
            columns.setdefault(key, {}).update(dict.fromkeys(table["columns"]))
        with ExitStack() as files:
            writers = {key: self._writer(files, key, list(names)) for key, names in columns.items()}
            for values, key, table in _published(finished, results, only):
                first = [values.get(name) for name in self.parameters]
                for row in table["data"]:
                    cells = dict(zip(table["columns"], row, strict=True))
                    writers[key].writerow(_safe(cell) for cell in (*first, *(cells.get(name) for name in columns[key])))
        for path in self.folder.glob("*.csv"):
            if path.stem not in {*columns, RUNS}:
                path.unlink()
        return list(columns)

    def write_runs(self, rows: Iterable[tuple[Mapping[str, Any], Attempt | None]]) -> Path:
        """One row per run: its number (that of its notebook under ``failed``), parameters, ``status`` (done, failed), ``seconds``, ``error``."""
        with ExitStack() as files:
            writer = self._writer(files, RUNS, ["run", "status", "seconds", "error"])
            for number, (values, attempt) in enumerate(rows, start=1):
                told = (
                    [number, "failed" if attempt.error else "done", round(attempt.seconds, 3), attempt.error]
                    if attempt
                    else [number, "not run", None, ""]
                )
                writer.writerow(_safe(cell) for cell in (*(values.get(name) for name in self.parameters), *told))
        return self.folder / f"{RUNS}.csv"

    def _writer(self, files: ExitStack, key: str, columns: list[str]) -> Any:
        writer = csv.writer(files.enter_context(written_beside(self.folder / f"{key}.csv")), lineterminator="\n")
        writer.writerow([*(f"parameter_{name}" if name in columns else name for name in self.parameters), *columns])
        return writer


@contextmanager
def written_beside(path: Path) -> Iterator[TextIO]:
    """A text file that takes its place by one rename when it is whole."""
    beside = path.with_name(f".{uuid.uuid4().hex}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as target:
            yield target
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _published(
    finished: Iterable[tuple[Mapping[str, Any], str]], results: Results, only: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], str, dict[str, list[Any]]]]:
    for values, fingerprint in finished:
        attempt = results.find(fingerprint)
        for key, table in (attempt.tables if attempt else {}).items():
            if not only or key in only:
                yield values, key, table


def _safe(cell: Any) -> Any:
    """No cell may start a formula when the file is opened in a spreadsheet."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell
