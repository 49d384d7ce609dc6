"""Executors: where runs are done, on this machine or on the workers of a Dask scheduler."""

from __future__ import annotations

import logging
import socket
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from helpers.running.kernels.provisioner import warm_kernels
from helpers.running.manifest import code_hash
from helpers.running.runs import RunError

if TYPE_CHECKING:
    from distributed import Client

ANSWER = 10.0  # seconds that a scheduler has to answer
_TRIES = 3


class SchedulerError(RunError):
    """A scheduler that cannot be used; the message says why, and what to do."""


@contextmanager
def executor(jobs: int, scheduler: str | None = None) -> Iterator[Executor]:
    """A pool for `helpers.running.runs.execute`, with warm kernels wherever it works. What has not begun when it is left is not done.

    Parameters
    ----------
    jobs : int
        Runs at the same time on this machine; a scheduler's workers have as many as they have threads.
    scheduler : str, optional
        Address of a Dask scheduler, ``tcp://host:8786``. Its workers see the same folders under the same names, and have the same helpers. A run
        whose worker dies is done again by another one, at most three times.

    Raises
    ------
    SchedulerError
        If the scheduler does not answer or is lost, its workers have other code or die of a run, or the extra `cluster` is not installed.
    """
    if scheduler:
        with _connected(scheduler) as client, _warm(client), _told():
            pool: Executor = client.get_executor(pure=False)
            try:
                yield pool
            finally:
                pool.shutdown(wait=False)
    else:
        with warm_kernels(), _threads(jobs) as pool:
            yield pool


@contextmanager
def _threads(jobs: int) -> Iterator[Executor]:
    """Threads that nobody waits for once the command was stopped: their kernels end with this process."""
    pool, stopped = ThreadPoolExecutor(jobs), False
    try:
        yield pool
    except KeyboardInterrupt:
        stopped = True
        raise
    finally:
        pool.shutdown(wait=not stopped, cancel_futures=True)


def _connected(scheduler: str) -> Client:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError:
        raise SchedulerError("--scheduler needs Dask, which is not installed; install the project with its extra: pip install '.[cluster]'") from None
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # who asked for the scheduler says that it is lost, in one sentence
    try:
        socket.create_connection(get_address_host_port(scheduler), timeout=ANSWER).close()  # a client that reaches nobody ends late, and noisily
        return Client(scheduler, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SchedulerError(
            f"no Dask scheduler answers at {scheduler} within {ANSWER:.0f} s ({type(error).__name__}). "
            "Allowed: an address such as tcp://host:8786, as 'dask scheduler' tells it when it starts."
        ) from None


@contextmanager
def _told() -> Iterator[None]:
    """What Dask says of runs that it gives up, in a sentence."""
    from distributed import KilledWorker

    try:
        yield
    except CancelledError:
        raise SchedulerError("the scheduler is gone.") from None
    except KilledWorker as error:
        raise SchedulerError(
            f"a run was begun {error.allowed_failures + 1} times, and its worker died of it every time. Where nobody killed it, "
            "its memory was not enough: start the workers with more, or with one thread each (--nthreads 1)."
        ) from None


@contextmanager
def _warm(client: Client) -> Iterator[None]:
    """Workers keep the parents of their kernels; those that have other helpers are refused, or do not start."""
    plugin = _warm_workers(_loaded_code())
    try:
        _register(client, plugin)
        yield
    finally:
        if client.status == "running":  # the next one who asks may rightly have other helpers
            with suppress(OSError):  # a worker that is lost at this moment has no need of it
                client.unregister_worker_plugin(plugin.name)


def _register(client: Client, plugin: Any) -> None:
    """Let all workers get ready; once more where one of them was lost meanwhile, as the scheduler then knows of those that are left."""
    for _ in range(_TRIES):
        try:
            client.register_plugin(plugin)
        except RuntimeError as error:
            raise SchedulerError(str(error)) from None
        except OSError:
            if client.status != "running":
                raise SchedulerError("the scheduler is gone.") from None
            time.sleep(1)
        else:
            return
    raise SchedulerError(f"{_TRIES} workers in a row were lost while they got ready; look at what they say.")


def _warm_workers(code: str) -> Any:
    """What a worker does when it starts, or when the first run is asked for."""
    from distributed import WorkerPlugin

    class WarmWorkers(WorkerPlugin):
        """Keeps the parent of the kernels as long as the worker lives."""

        name = f"warm-kernels-{uuid.uuid4().hex}"

        def setup(self, worker: Any) -> None:
            self.stack = ExitStack()
            if _loaded_code() != code:
                if not worker.periodic_callbacks["heartbeat"].is_running():  # it is still joining, and Dask would let it work without the plugin
                    worker.loop.add_callback(worker.close, reason="other helpers")
                raise RuntimeError(
                    f"the worker {worker.address} has loaded other helpers than this machine. "
                    "Bring both to the same state of the project, and start the workers again."
                )
            self.stack.enter_context(warm_kernels())

        def teardown(self, worker: Any) -> None:
            self.stack.close()

    return WarmWorkers()


@cache
def _loaded_code() -> str:
    """Which helpers this process works with: kernels are forked from what was loaded when they were first asked for."""
    return code_hash([])
