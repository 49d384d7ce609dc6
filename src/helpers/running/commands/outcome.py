"""Outcome: what a command's exit code says, and how it tells what went wrong."""

from __future__ import annotations

import sys

DONE, STUDY_IS_WRONG, RUN_FAILED, LOCKED = 0, 1, 2, 3


def fail(error: object, code: int) -> int:
    """Tell what went wrong on stderr, and hand the exit code on."""
    print(error, file=sys.stderr)
    return code
