"""Runs: a notebook and its parameters, executed from top to bottom."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

import nbformat
import papermill
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from helpers.running.gates import notebook_problems
from helpers.running.leftovers import private_folder
from helpers.running.machine import machine_trouble

TIME_LIMIT = 1800.0
MEMORY = "Where nobody did so, the memory was not enough: run fewer notebooks at a time (--jobs 1), or give the machine more."
_WRITTEN_ONCE = "written once"


class RunError(RuntimeError):
    """A notebook that failed; the message names notebook, cell and error."""


class MachineError(RunError):
    """A run that the machine did not let happen, as it will not the next ones: a full disk, a folder that cannot be written."""


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters.

    Parameters
    ----------
    notebook : Path
    language : {"de", "en"}
    output : Path
        Where the executed notebook goes.
    parameters : dict
        All parameters that differ from the notebook's own defaults.
    time_limit : float
        Seconds that the whole notebook may take.
    """

    notebook: Path
    language: str
    output: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    time_limit: float = TIME_LIMIT

    @property
    def name(self) -> str:
        """How the run is called in messages: ``02_descriptives (de)``."""
        return f"{self.notebook.stem} ({self.language})"


@dataclass(frozen=True)
class Done:
    """An executed run.

    Parameters
    ----------
    run : Run
    notebook : NotebookNode
    seconds : float
        What it took, when it was done.
    kept : bool
        Whether it was done before, and nothing that it depends on has changed since.
    """

    run: Run
    notebook: nbformat.NotebookNode
    seconds: float
    kept: bool = False


def execute(run: Run) -> Done:
    """Execute one run in a kernel of its own.

    Raises
    ------
    RunError
        If a cell fails, writes to stderr, or publishes past the door, the kernel dies, or time runs out. The notebook stays in ``run.output``.
    MachineError
        If the disk does not take the notebook.
    """
    clock = _Clock(run.time_limit)
    try:
        run.output.parent.mkdir(parents=True, exist_ok=True)
        with private_folder() as sockets, _loop_of_its_own():
            papermill.execute_notebook(
                str(run.notebook),
                str(run.output),
                parameters={**run.parameters, "language": run.language},
                kernel_name="python3",
                engine_name=_WRITTEN_ONCE,
                progress_bar=False,
                log_output=False,
                cwd=str(run.notebook.parent),
                execution_timeout=math.ceil(run.time_limit),
                timeout_func=clock.left,
                on_cell_start=clock.enter,
                config=_connection(sockets),
                extra_arguments=["--log-level=CRITICAL"],  # what goes wrong is in the notebook; the console is for progress
            )
        notebook = nbformat.read(run.output, as_version=4)
    except Exception as error:
        raise _failed(run, clock, error) from error
    problems = notebook_problems(notebook)
    if problems:
        raise RunError("\n".join(f"{run.name}, {problem}" for problem in problems))
    return Done(run, notebook, clock.seconds)


def execute_all(runs: Iterable[Run], pool: Executor, *, tell: Callable[[int, Done], None]) -> tuple[list[Done], list[RunError]]:
    """Execute runs on a pool.

    Parameters
    ----------
    runs : iterable of Run
    pool : Executor
    tell : callable
        Called with the place of each finished run, and what came of it.

    Returns
    -------
    list of Done, list of RunError
        Finished runs in the order given, and what failed; one failure does not stop the others.

    Raises
    ------
    MachineError
        At the first; what has not begun is not done.
    """
    futures = {pool.submit(execute, run): place for place, run in enumerate(runs)}
    done: dict[int, Done] = {}
    failed: list[RunError] = []
    for future in as_completed(futures):
        try:
            done[futures[future]] = future.result()
            tell(futures[future], done[futures[future]])
        except MachineError:
            for waiting in futures:
                waiting.cancel()
            raise
        except RunError as error:
            failed.append(error)
    return [done[place] for place in sorted(done)], failed


class _WrittenOnce(NBClientEngine):  # type: ignore[misc]
    """papermill's own engine, but that the notebook is written when it has ended, however it ended, and not twice per cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **given: Any) -> None:
        """See `NBClientEngine`."""
        output, nb_man.output_path = nb_man.output_path, None
        try:
            super().execute_managed_notebook(nb_man, kernel_name, **given)
        finally:
            nb_man.output_path = output


papermill_engines.register(_WRITTEN_ONCE, _WrittenOnce)


class _Clock:
    """How long a notebook has been at work, how long it may go on, and where it is."""

    def __init__(self, limit: float) -> None:
        self._limit, self._started, self.cell = limit, time.perf_counter(), 0

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    @property
    def over(self) -> bool:
        return self.seconds >= self._limit

    def enter(self, cell: nbformat.NotebookNode, cell_index: int) -> None:
        self.cell = cell_index + 1

    def left(self, cell: nbformat.NotebookNode) -> float:
        """What is left of the limit is the limit of the next cell; Jupyter knows limits of cells only, and takes zero for none."""
        return max(self._limit - self.seconds, 0.001)


@contextmanager
def _loop_of_its_own() -> Iterator[None]:
    """Close the event loop that Jupyter makes for a thread: one that is only forgotten may complain, after its sockets, when Python ends."""
    try:
        yield
    finally:
        if current_thread() is not main_thread():
            ensure_event_loop().close()


def _failed(run: Run, clock: _Clock, error: Exception) -> RunError:
    """What is told of an error: where, what, and what to do where that is known."""
    place = f"{run.name}, cell {clock.cell}" if clock.cell else run.name
    match error:
        case PapermillExecutionError():
            return RunError(f"{run.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}")
        case CellTimeoutError() if clock.over:
            return RunError(
                f"{place}: the notebook took longer than the {run.time_limit:g} s that it may take, and was ended. "
                "Give it more (--time-limit SECONDS), or less to do."
            )
        case DeadKernelError():
            return RunError(f"{place}: the kernel was killed. {MEMORY}")
        case OSError() if trouble := machine_trouble(error):
            return MachineError(f"{run.name}: {trouble}")
    return RunError(f"{run.name}: {type(error).__name__}: {next(iter(str(error).strip().splitlines()), 'no message')}")


def _connection(folder: Path) -> Config:
    """Sockets in a folder of the run's own: nobody else on the machine can listen, as they could on a port."""
    sockets = {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name == "posix" else {}
    own = {"client_factory": "helpers.running.kernels.client.PromptClient", "connection_file": str(folder / "connection.json")}
    return Config({"KernelManager": {**own, **sockets}})
