"""Stopping: Ctrl C, and the signal with which systemd, Slurm and containers stop a program, end a command cleanly."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn


class Stopped(KeyboardInterrupt):
    """Somebody sent SIGTERM."""


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM stops what is done here as Ctrl C does: what was being built is removed, and the lock released."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def signal_of(stopped: KeyboardInterrupt) -> signal.Signals:
    """Which signal it was."""
    return signal.SIGTERM if isinstance(stopped, Stopped) else signal.SIGINT


def end_by(number: signal.Signals) -> NoReturn:
    """End this process by a signal: a shell sees 130 or 143 and ends its own loop, systemd sees a unit stopped and not a failed one.

    Nothing is waited for. The watch of the kernels ends those that are left.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)  # where the signal is blocked


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stopped
