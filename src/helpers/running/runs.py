"""Runs: a notebook and its parameters, executed from top to bottom."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from helpers.running.gates import notebook_problems

CELL_SECONDS = 900


class RunError(RuntimeError):
    """A notebook that failed; the message names notebook, cell and error."""


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
    """

    notebook: Path
    language: str
    output: Path
    parameters: dict[str, Any] = field(default_factory=dict)

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
        If a cell fails, writes to stderr, or publishes past the door. The notebook stays in ``run.output``.
    """
    started = time.perf_counter()
    run.output.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as sockets:
            papermill.execute_notebook(
                str(run.notebook),
                str(run.output),
                parameters={**run.parameters, "language": run.language},
                kernel_name="python3",
                progress_bar=False,
                log_output=False,
                cwd=str(run.notebook.parent),
                execution_timeout=CELL_SECONDS,
                config=_connection(sockets),
                extra_arguments=["--log-level=CRITICAL"],  # what goes wrong is in the notebook; the console is for progress
            )
    except PapermillExecutionError as error:
        raise RunError(f"{run.name}, cell {error.cell_index + 1}: {error.ename}: {error.evalue}") from None
    except Exception as error:  # a kernel that dies, a time-out, a notebook that is none
        raise RunError(f"{run.name}: {type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else 'no message'}") from error
    notebook = nbformat.read(run.output, as_version=4)
    problems = notebook_problems(notebook)
    if problems:
        raise RunError("\n".join(f"{run.name}, {problem}" for problem in problems))
    return Done(run, notebook, time.perf_counter() - started)


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
    """
    futures = {pool.submit(execute, run): place for place, run in enumerate(runs)}
    done: dict[int, Done] = {}
    failed: list[RunError] = []
    for future in as_completed(futures):
        try:
            done[futures[future]] = future.result()
            tell(futures[future], done[futures[future]])
        except RunError as error:
            failed.append(error)
    return [done[place] for place in sorted(done)], failed


def _connection(folder: str) -> Config:
    """Sockets in a folder of the run's own: nobody else on the machine can listen, as they could on a port."""
    sockets = {"transport": "ipc", "ip": f"{folder}/kernel"} if os.name == "posix" else {}
    return Config({"KernelManager": {"client_factory": "helpers.running.kernels.client.PromptClient", **sockets}})
