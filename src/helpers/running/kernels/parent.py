"""Parent: the process that has the scientific stack loaded, and of which kernels are forked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import forkserver

from helpers.running.kernels.watch import Watch

CAN_FORK = os.name == "posix"
_STACK = "helpers.running.kernels.stack"
# One thread of the maths libraries per kernel: the runs share the cores already.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@cache
def warm_parent() -> forkserver.ForkServer:
    """The parent of this process's kernels. It begins to load when it is first asked for, beside whatever comes next, and ends with this process."""
    server = forkserver.ForkServer()
    server.set_forkserver_preload([_STACK])
    guard = watch()  # before there is anything to watch
    with one_thread():
        server.ensure_running()
    guard.begin(number_of(server))
    return server


def load_kernels() -> None:
    """Let the parent of this process's kernels begin to load, where the system can fork."""
    if CAN_FORK:
        warm_parent()


def number_of(server: forkserver.ForkServer) -> int:
    """The process number of a forkserver, which its class keeps to itself."""
    return int(server._forkserver_pid)  # type: ignore[attr-defined]


@cache
def watch() -> Watch:
    """What ends kernels and their parent, should this process be killed."""
    return Watch()


@contextmanager
def one_thread() -> Iterator[None]:
    """Maths libraries of new processes use one thread, unless the user has said otherwise."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update({name: os.environ.get(name, one) for name, one in _ONE_THREAD.items()})
    try:
        yield
    finally:
        for name in (name for name, value in before.items() if value is None):
            os.environ.pop(name, None)
