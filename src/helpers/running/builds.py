"""Builds: where a report is made, and the one rename that puts it in place."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from helpers.data.folders import ROOT

OUTPUTS = ROOT / "outputs"


class LockedError(RuntimeError):
    """Another run of the same study is at work."""


@dataclass(frozen=True)
class Build:
    """A report in the making; nobody sees it before `swap_in`.

    Parameters
    ----------
    home : Path
        The study's folder under ``outputs``.
    folder : Path
        What is being built.
    """

    home: Path
    folder: Path

    @property
    def public(self) -> Path:
        """What may be handed on."""
        return self.folder / "public"

    @property
    def internal(self) -> Path:
        """Executed notebooks and the manifest."""
        return self.folder / "internal"

    def swap_in(self, name: str = "latest") -> Path:
        """Put the build in place under a name: a link replaced by one rename, so that readers see the old report or the new one, whole."""
        _to_disk(self.folder)
        link, fresh = self.home / name, self.home / f".{name}-{uuid.uuid4().hex}"
        fresh.symlink_to(self.folder.relative_to(self.home), target_is_directory=True)
        os.replace(fresh, link)
        sweep(self.home)
        return link


def has_report(study_name: str) -> bool:
    """Whether there is a whole report of the study."""
    return (OUTPUTS / study_name / "latest").exists()


@contextmanager
def new_build(study_name: str, *, outputs: Path = OUTPUTS, wait: float = 0.0) -> Iterator[Build]:
    """A build that is thrown away unless it is swapped in. One at a time per study.

    Parameters
    ----------
    study_name : str
    outputs : Path
    wait : float
        Seconds to wait for another run of the study; negative waits without end.

    Raises
    ------
    LockedError
        If another run is still at work.
    """
    home = outputs / study_name
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / ".lock", timeout=wait):
            sweep(home)
            build = Build(home, home / "builds" / uuid.uuid4().hex[:12])
            build.public.mkdir(parents=True)
            build.internal.mkdir()
            try:
                yield build
            finally:
                sweep(home)
    except Timeout:
        raise LockedError(f"another run of '{study_name}' is at work; wait for it, or stop it (lock: {home / '.lock'})") from None


def sweep(home: Path) -> None:
    """Remove builds that no link points to, and links that never took their place: what an interrupted run leaves behind."""
    linked = {link.resolve() for link in home.iterdir() if link.is_symlink() and not link.name.startswith(".")}
    for leftover in home.glob(".*-*"):
        leftover.unlink(missing_ok=True)
    for folder in (home / "builds").glob("*"):
        if folder.resolve() not in linked:
            shutil.rmtree(folder, ignore_errors=True)


def _to_disk(folder: Path) -> None:
    """Write the files through before the rename, so that a power cut cannot leave a link to empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
