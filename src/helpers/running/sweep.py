"""Sweep: one notebook run over many cases, and what the runs published in one table per key."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

from filelock import FileLock, Timeout

from helpers.data.folders import find_folder
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.running.attempts import Attempt, attempt
from helpers.running.builds import OUTPUTS, LockedError
from helpers.running.cases import Case, Plan
from helpers.running.executors import executor
from helpers.running.failures import without_personal
from helpers.running.fingerprints import Fingerprints
from helpers.running.gathered import Results, Tables
from helpers.running.kernels.parent import load_kernels
from helpers.running.runs import TIME_LIMIT, MachineError, Run

WINDOW = 4  # runs per job that are handed out ahead, so that nobody waits for work
WINDOW_OF_SCHEDULER = 1_000  # how many workers there will be is not known, and they come and go


@dataclass(frozen=True)
class Progress:
    """How far a sweep is.

    Parameters
    ----------
    done, failed, total : int
        Runs; those done before count as done.
    left : float, optional
        Seconds, as the runs of this sweep have gone so far; None before the first.
    """

    done: int
    failed: int
    total: int
    left: float | None


@dataclass(frozen=True)
class Swept:
    """What came of a sweep.

    Parameters
    ----------
    folder : Path
        Where the tables are.
    keys : sequence of str
        Those of the tables.
    failed : sequence of (Case, str)
        Cases in the order of the plan, and their errors.
    missing : sequence of str
        Keys to collect that no run published.
    """

    folder: Path
    keys: Sequence[str]
    failed: Sequence[tuple[Case, str]]
    missing: Sequence[str]


def run_sweep(
    plan: Plan,
    *,
    jobs: int = 2,
    scheduler: str | None = None,
    fresh: bool = False,
    time_limit: float = TIME_LIMIT,
    outputs: Path = OUTPUTS,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Swept:
    """Carry out what is not done yet, and gather everything.

    Parameters
    ----------
    plan : Plan
    jobs : int
        Runs at the same time, where there is no scheduler.
    scheduler : str, optional
        See `executor`.
    fresh : bool
        Forget what was done before.
    time_limit : float
        Seconds that each run may take.
    outputs : Path
    tell : callable
        Called at the beginning and after every run.

    Returns
    -------
    Swept
        A run that failed does not stop the others; the next sweep tries it again.

    Raises
    ------
    LockedError
        If the same sweep is at work.
    SchedulerError, MachineError
        If the scheduler cannot be used or is lost, or a disk is full; finished runs are kept.
    """
    home = outputs / plan.folder
    with _alone(home):
        results, fingerprints = Results(home / "runs"), Fingerprints()
        shutil.rmtree(home / "failed", ignore_errors=True)
        if fresh:
            results.forget()
        known = [fingerprints.of(case.run) for case in plan.cases]
        due = [place for place, fingerprint in enumerate(known) if results.find(fingerprint) is None]
        count = _Count(len(known), before=len(known) - len(due))
        tell(count.progress(0))
        runs = ((place, replace(plan.cases[place].run, output=home / "failed" / f"{place + 1}.ipynb", time_limit=time_limit)) for place in due)
        failed: dict[int, Attempt] = {}
        studies = {str(case.run.parameters["study_dir"]) for case in plan.cases}
        if due and scheduler is None and len(studies) == 1:
            load_kernels(find_folder(*studies))
        for place, came in _carry_out(runs, jobs, scheduler) if due else ():
            if came.error:
                failed[place] = came
            else:
                results.keep(known[place], came)
            tell(count.progress(len(failed)))
        return _gather(plan, home, results, known, failed)


def _carry_out(runs: Iterator[tuple[int, Run]], jobs: int, scheduler: str | None) -> Iterator[tuple[int, Attempt]]:
    with executor(jobs, scheduler) as pool:
        yield from attempts(runs, pool, window=WINDOW_OF_SCHEDULER if scheduler else WINDOW * jobs)


def attempts(runs: Iterator[tuple[int, Run]], pool: Executor, *, window: int) -> Iterator[tuple[int, Attempt]]:
    """Attempts as they finish, with their places; no more than a window of runs is with the pool at a time.

    Raises
    ------
    CancelledError
        If the pool gives runs up.
    MachineError
        At the first.
    """
    finished: SimpleQueue[Future[Attempt]] = SimpleQueue()
    places: dict[Future[Attempt], int] = {}

    def hand_out(count: int) -> None:
        for place, run in itertools.islice(runs, count):
            future = pool.submit(attempt, run)
            places[future] = place
            future.add_done_callback(finished.put)

    hand_out(window)
    while places:
        future = finished.get()
        place = places.pop(future)
        try:
            yield place, future.result()
        except (CancelledError, MachineError):
            raise
        except Exception as error:  # what a worker could not even say as an attempt, such as its own repeated death
            yield place, Attempt(0.0, error=f"{type(error).__name__}: {next(iter(str(error).strip().splitlines()), 'no message')}")
        hand_out(1)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(home / ".lock", timeout=0):
            yield
    except Timeout:
        raise LockedError(f"the same sweep is at work; wait for it, or stop it (lock: {home / '.lock'})") from None


def _gather(plan: Plan, home: Path, results: Results, known: Sequence[str], failed: dict[int, Attempt]) -> Swept:
    """Write the tables of all finished runs, and the one of all runs."""
    told = _without_answers(plan, failed)
    tables = Tables(home, plan.columns)
    values = [case.values for case in plan.cases]
    keys = tables.write(((values[place], known[place]) for place in range(len(known)) if place not in failed), results, only=plan.collect)
    tables.write_runs((values[place], told.get(place) or results.find(known[place])) for place in range(len(known)))
    return Swept(home, keys, [(plan.cases[place], told[place].error) for place in sorted(told)], [key for key in plan.collect if key not in keys])


def _without_answers(plan: Plan, failed: dict[int, Attempt]) -> dict[int, Attempt]:
    """The failed runs, their errors without what somebody answered: an error of a library may quote it."""
    studies = {}
    for folder in {str(plan.cases[place].run.parameters["study_dir"]) for place in failed}:
        try:
            studies[folder] = open_study(folder, waves=2)
        except StudyError:
            continue  # nothing was read, and a StudyError quotes nothing
    return {place: replace(came, error=without_personal(came.error, studies)) for place, came in failed.items()}


class _Count:
    """Counts runs, and extrapolates."""

    def __init__(self, total: int, *, before: int) -> None:
        self._total, self._before, self._now, self._started = total, before, -1, time.monotonic()

    def progress(self, failed: int) -> Progress:
        """One run further; the first call is the beginning."""
        self._now += 1
        left = (time.monotonic() - self._started) / self._now * (self._total - self._before - self._now) if self._now else None
        return Progress(self._before + self._now - failed, failed, self._total, left)
