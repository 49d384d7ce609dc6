"""``study sweep``: one notebook over many parameters or studies."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from helpers.data.problems import StudyError
from helpers.running.commands.outcome import DONE, LOCKED, RUN_FAILED, STUDY_IS_WRONG, fail, quiet
from helpers.running.kernels.parent import load_kernels
from helpers.running.machine import machine_trouble
from helpers.running.stopping import end_by, signal_of, stoppable

if TYPE_CHECKING:
    from helpers.running.sweep import Progress, Swept

HELP = "run one notebook over many parameters or studies, and collect what it publishes"
KEPT = "Finished runs are kept; the same command goes on from there."
MOST_FAILED = 20  # runs that are listed; runs.csv has all
_BETWEEN = 10.0  # seconds between two lines where there is no terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study sweep``."""
    parser.add_argument("grid", type=Path, help="the grid file, such as notebooks/sweeps/design.yaml")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at the same time (as many as there are processors)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask scheduler, such as tcp://host:8786")
    parser.add_argument("--fresh", action="store_true", help="forget the runs that were done before")
    parser.add_argument("--time-limit", type=_seconds, default=1800.0, metavar="SECONDS", help="how long each run may take (1800)")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Sweep, and say where the tables are."""
    if given.scheduler is None:
        load_kernels()  # their parent loads while this process does
    from helpers.running.builds import LockedError  # the notebook machinery takes a second to import; other commands do without
    from helpers.running.runs import RunError

    quiet()
    try:
        with stoppable():
            return _sweep(given, console)
    except StudyError as error:
        return fail(error, STUDY_IS_WRONG)
    except LockedError as error:
        return fail(error, LOCKED)
    except RunError as error:
        return fail(f"{error} {KEPT}", RUN_FAILED)
    except OSError as error:
        if trouble := machine_trouble(error):
            return fail(f"{trouble} {KEPT}", RUN_FAILED)
        raise
    except KeyboardInterrupt as stopped:
        fail(f"stopped before the end. {KEPT}", RUN_FAILED)
        end_by(signal_of(stopped))


def _sweep(given: argparse.Namespace, console: Console) -> int:
    from helpers.running.cases import read_grid
    from helpers.running.sweep import run_sweep

    plan = read_grid(given.grid)
    jobs, limit = max(given.jobs, 1), given.time_limit
    with _shown(console) as tell:
        swept = run_sweep(plan, jobs=jobs, scheduler=given.scheduler, fresh=given.fresh, time_limit=limit, tell=tell)
    return _tell_outcome(swept, len(plan.cases), console)


def _tell_outcome(swept: Swept, total: int, console: Console) -> int:
    console.print(f"written: {len(swept.keys)} tables and runs.csv in {swept.folder}", markup=False)
    for case, error in swept.failed[:MOST_FAILED]:
        values = ", ".join(f"{name}={value}" for name, value in case.values.items())
        print(f"failed: {values}: {error}", file=sys.stderr)
    if swept.failed:
        return fail(f"{len(swept.failed)} of {total} runs failed; runs.csv lists them, their notebooks are in {swept.folder / 'failed'}", RUN_FAILED)
    if swept.missing:
        return fail(f"no run published {', '.join(swept.missing)}; leave 'collect' out to see what there is", STUDY_IS_WRONG)
    return DONE


def _seconds(text: str) -> float:
    if not 0 < (seconds := float(text)) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds above 0")
    return seconds


@contextmanager
def _shown(console: Console) -> Iterator[Callable[[Progress], None]]:
    """How progress is shown: a bar on a terminal, a line now and then elsewhere."""
    if not console.is_terminal:
        yield _lines(console)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda progress: bar.update(task, completed=progress.done + progress.failed, total=progress.total, description=_rest(progress))


def _lines(console: Console) -> Callable[[Progress], None]:
    last = float("-inf")

    def tell(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _BETWEEN or progress.done + progress.failed == progress.total:
            last = time.monotonic()
            console.print(f"{progress.done + progress.failed} of {progress.total} runs{_rest(progress)}", markup=False)

    return tell


def _rest(progress: Progress) -> str:
    """What is said beside the count.

    Examples
    --------
    >>> from helpers.running.sweep import Progress
    >>> _rest(Progress(done=3, failed=1, total=100, left=4000.0))
    ', 1 failed, about 1 h 7 min left'
    """
    failed = f", {progress.failed} failed" if progress.failed else ""
    if not progress.left:
        return failed
    minutes = round(progress.left / 60)
    span = "less than a minute" if minutes < 1 else f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
    return f"{failed}, about {span} left".replace("about less", "less")
