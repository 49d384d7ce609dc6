"""Outcome: what a command's exit code says, and how it tells what went wrong."""

from __future__ import annotations

import logging
import sys

DONE, STUDY_IS_WRONG, RUN_FAILED, LOCKED = 0, 1, 2, 3


def fail(error: object, code: int) -> int:
    """Tell what went wrong on stderr, and hand the exit code on."""
    print(error, file=sys.stderr)
    return code


def quiet() -> None:
    """What these libraries log of a failed run, its message says; some of it only when the program ends."""
    for library in ("papermill", "asyncio"):
        logging.getLogger(library).setLevel(logging.CRITICAL + 1)
