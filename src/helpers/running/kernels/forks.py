"""Forks: processes born of the standard library's forkserver, without what `multiprocessing.Process` does to the main module."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from typing import Any

from helpers.running.kernels.parent import number_of
from helpers.running.kernels.watch import Watch

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


class Birth(ABC):
    """What a forked process is to become. The forkserver calls `_bootstrap` in the new process."""

    @abstractmethod
    def live(self) -> None:
        """What it does; it has a state of its own."""

    def _bootstrap(self, _: int) -> int:
        os.setsid()
        _die_with_parent()
        _leave_forkserver()
        self.live()
        return 0


@dataclass(frozen=True)
class KernelBirth(Birth):
    """A kernel.

    Parameters
    ----------
    arguments : sequence of str
        For ipykernel, the connection file among them.
    environment : mapping
    folder : str
    """

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str

    def live(self) -> None:
        """Become a kernel."""
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        sys.path.insert(0, self.folder)
        _fresh_state()
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=list(self.arguments))


class Fork:
    """A forked process, with the part of `subprocess.Popen` that Jupyter asks for.

    Parameters
    ----------
    server : ForkServer
        Started where it is not running.
    watch : Watch
        Told of the process, to end it should this one be killed.
    birth : Birth
    """

    stdin = stdout = stderr = None

    def __init__(self, server: forkserver.ForkServer, watch: Watch, birth: Birth) -> None:
        self._watch = watch
        self._status, data = server.connect_to_new_process([])
        content = memoryview(bytes(ForkingPickler.dumps({})) + bytes(ForkingPickler.dumps(birth)))
        while content:
            content = content[os.write(data, content) :]
        os.close(data)
        self.pid: int = forkserver.read_signed(self._status)
        watch.begin(number_of(server))  # another than before, where that one has died
        watch.begin(self.pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, None while the process lives; 255 where its parent died and nobody knows."""
        if self.returncode is None and wait([self._status], timeout=0):
            try:
                self.returncode = forkserver.read_signed(self._status)
            except (EOFError, OSError):
                self.returncode = 255
            os.close(self._status)
            self._watch.end(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most so many seconds."""
        if self.returncode is None:
            wait([self._status], timeout=timeout)
        return self.poll()

    def send_signal(self, number: int) -> None:
        """A signal to the process, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _die_with_parent() -> None:
    """On Linux the system itself ends a kernel whose parent is gone, however busy it is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)


def _leave_forkserver() -> None:
    """Let go of the parent's lifeline, so that it ends with the runner; a notebook that forks uses a server of its own."""
    inherited: Any = forkserver._forkserver  # type: ignore[attr-defined]
    os.close(inherited._forkserver_alive_fd)
    inherited._forkserver_alive_fd = inherited._forkserver_address = inherited._forkserver_pid = None


def _fresh_state() -> None:
    """What a fork shares with its siblings and a new process would not: random states, and where figures go."""
    import matplotlib
    import numpy as np

    np.random.seed()
    if sys.modules.get("rfc3987_syntax", np) is None:
        del sys.modules["rfc3987_syntax"]  # see `helpers.running`; a notebook may want it
    matplotlib.rcParams["backend"] = os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    signal.signal(signal.SIGINT, signal.default_int_handler)
