"""Leftovers: private folders, for a kernel's sockets and for what runs leave each other, which a killed runner cannot remove."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "study-kernel-"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that nobody else may enter, gone afterwards; those of runners that were killed are removed on the way."""
    remove_abandoned()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def remove_abandoned() -> None:
    """Remove the folders whose process is gone."""
    if os.name != "posix":
        return  # there, asking whether a process lives would end it
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = re.fullmatch(rf"{PREFIX}(\d+)-\w+", folder.name)
        if owner and not _lives(int(owner[1])):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another account's
    return True
