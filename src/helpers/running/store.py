"""Store: executed notebooks, kept under the fingerprint of their run, so that nothing is computed twice."""

from __future__ import annotations

import os
import uuid
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat

from helpers.running.runs import Done, Run

_SECONDS = "seconds"


@dataclass(frozen=True)
class Store:
    """A folder of executed notebooks.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    """

    folder: Path

    def find(self, run: Run, fingerprint: str) -> Done | None:
        """The run as it was done before, None where it was not; what cannot be read was never written whole."""
        path = self._path(run, fingerprint)
        try:
            notebook = nbformat.read(path, as_version=4)
            seconds = float(notebook["metadata"].pop(_SECONDS))
        except (OSError, ValueError, KeyError, nbformat.reader.NotJSONError):
            return None
        with suppress(OSError):
            os.utime(path)  # `prune` keeps what was used last
        return Done(run, notebook, seconds, kept=True)

    def keep(self, done: Done, fingerprint: str) -> None:
        """Put an executed run where `find` looks for it, whole or not at all."""
        path = self._path(done.run, fingerprint)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{uuid.uuid4().hex}")
        try:
            nbformat.write(nbformat.from_dict({**done.notebook, "metadata": {**done.notebook["metadata"], _SECONDS: done.seconds}}), beside)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)

    def prune(self, keep: int) -> int:
        """Of each notebook and language keep so many runs, those that were used last; how many were removed."""
        groups: dict[Path, list[Path]] = defaultdict(list)
        for path in self.folder.glob("*/*.ipynb"):
            groups[path.parent].append(path)
        old = [path for paths in groups.values() for path in sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)[keep:]]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, run: Run, fingerprint: str) -> Path:
        return self.folder / f"{run.notebook.stem}-{run.language}" / f"{fingerprint}.ipynb"
