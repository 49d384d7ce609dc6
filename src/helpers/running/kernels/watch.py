"""Watch: a small process that outlives its runner just long enough to end the processes it left behind.

A runner that is killed cannot clean up, and neither a kernel busy in a library of C nor a warm parent that is still loading listens to anybody. The
watch reads the numbers of the processes from its runner; when the pipe ends, the runner is gone. This file is run by itself and imports nothing but
the standard library.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress


class Watch:
    """The runner's end of it."""

    def __init__(self) -> None:
        # In a session of its own: what is sent to the runner's whole group, such as Ctrl C, must not reach it.
        self._process = subprocess.Popen([sys.executable, "-I", "-S", __file__], stdin=subprocess.PIPE, start_new_session=True)
        atexit.register(self._close)

    def begin(self, process: int) -> None:
        """A kernel lives, or the parent of kernels."""
        self._say(f"{process}\n")

    def end(self, kernel: int) -> None:
        """A kernel has ended; end what it started and left behind."""
        end_group(kernel)
        self._say(f"-{kernel}\n")

    def _close(self) -> None:
        self._process.communicate()

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                os.write(self._process.stdin.fileno(), line.encode())


def watch(lines: Iterable[str]) -> None:
    """Note processes as they begin and end; when nobody is left to tell, end those that still live, and what they started."""
    processes: set[int] = set()
    for line in lines:
        number = int(line)
        if number > 0:
            processes.add(number)
        else:
            processes.discard(-number)
    for process in processes:
        end_group(process)
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)  # one that leads no group, or not yet


def end_group(leader: int) -> None:
    """Kill all processes of a group, if there are any."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    watch(sys.stdin)
