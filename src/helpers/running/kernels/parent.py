"""Parent: the process that has the scientific stack loaded, and of which kernels are forked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from multiprocessing import forkserver
from pathlib import Path

from helpers.running.kernels.watch import Watch

CAN_FORK = os.name == "posix"
STUDY = "CLUSTER_STUDY_TO_OPEN"
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


def load_kernels(study: Path | None = None) -> None:
    """Let the parent of this process's kernels begin to load, where the system can fork; it opens the study that its kernels will open."""
    if CAN_FORK:
        with environment({STUDY: str(study)} if study else {}):
            warm_parent()


def number_of(server: forkserver.ForkServer) -> int:
    """The process number of a forkserver, which its class keeps to itself."""
    return int(server._forkserver_pid)  # type: ignore[attr-defined]


@cache
def watch() -> Watch:
    """What ends kernels and their parent, should this process be killed."""
    return Watch()


def one_thread() -> AbstractContextManager[None]:
    """Maths libraries of new processes use one thread, unless the user has said otherwise."""
    return environment({name: one for name, one in _ONE_THREAD.items() if name not in os.environ})


@contextmanager
def environment(new: Mapping[str, str]) -> Iterator[None]:
    """Variables that are not there otherwise."""
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            os.environ.pop(name, None)
