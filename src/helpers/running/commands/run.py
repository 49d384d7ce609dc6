"""``study run``: all notebooks in both languages, and the reports."""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from helpers.data.folders import find_folder
from helpers.data.languages import LANGUAGES
from helpers.data.problems import StudyError
from helpers.running.builds import has_report
from helpers.running.commands.outcome import DONE, LOCKED, RUN_FAILED, STUDY_IS_WRONG, quiet
from helpers.running.events import Event, Log
from helpers.running.kernels.parent import load_kernels
from helpers.running.machine import machine_trouble
from helpers.running.stopping import end_by, signal_of, stoppable

if TYPE_CHECKING:
    from helpers.running.report import Order

HELP = "run all notebooks in both languages and write the reports"
OUTCOMES = {DONE: "done", STUDY_IS_WRONG: "study or parameter wrong", RUN_FAILED: "run failed", LOCKED: "another run is at work"}
STAYS = "The last good report stays."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study run``."""
    parser.add_argument("folder", type=Path, help="the study's folder, such as data/demo")
    parser.add_argument(
        "--only", action="append", default=[], metavar="02", help="only notebooks whose name begins like this; the result is 'partial', not 'latest'"
    )
    parser.add_argument("--language", action="append", default=[], choices=LANGUAGES, help="only this language; the result is 'partial'")
    parser.add_argument(
        "-p", "--parameter", action="append", nargs=2, default=[], metavar=("NAME", "VALUE"), help="a parameter for every notebook that has it"
    )
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time (2)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the workers of this Dask scheduler, such as tcp://host:8786")
    parser.add_argument("--fresh", action="store_true", help="do all runs again, whether or not something has changed")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait for another run of the same study (0; -1 waits without end)")
    parser.add_argument("--time-limit", type=float, default=1800.0, metavar="SECONDS", help="how long each notebook may take (1800)")
    parser.add_argument("--pdf", action="store_true", help="print the reports as PDF, too (needs Chromium)")
    parser.add_argument("--log", choices=("plain", "json"), default="plain", help="what is told on stdout: lines for people, or one JSON per line")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Run, and say where the reports are, or what went wrong."""
    study, started = find_folder(given.folder).name, time.monotonic()
    log = Log(console, study, machine=given.log == "json")
    quiet()

    def end(code: int, outcome: str, reports: Sequence[str] = ()) -> None:
        for report in reports:
            log.tell(Event("written", study, {"report": report}))
        seconds = round(time.monotonic() - started, 3)
        log.tell(Event("ended", study, {"outcome": outcome, "exit_code": code, "seconds": seconds, "reports": list(reports)}))

    try:
        with stoppable(), console.status("working") if console.is_terminal else nullcontext():
            code, reports = _attempt(given, log)
    except KeyboardInterrupt as stopped:
        number = signal_of(stopped)
        log.error(f"{study}: stopped before the end. {STAYS}")
        end(128 + number, "stopped")
        end_by(number)
    end(code, OUTCOMES[code], reports)
    return code


def _attempt(given: argparse.Namespace, log: Log) -> tuple[int, list[str]]:
    """Make the report; the exit code, and what was written."""
    folder = find_folder(given.folder)
    if given.scheduler is None and (given.fresh or not has_report(folder.name)):
        load_kernels(folder)  # there is something to run: their parent loads while this process does
    from helpers.running.report import make_report  # the notebook machinery takes a second to import; other commands do without

    try:
        link = make_report(_order(given), tell=log.tell)
    except Exception as error:
        code, message = _explained(error, folder)
        log.error(message)
        return code, []
    return DONE, [str(path) for path in sorted((link / "public").glob("report-*.*"))]


def _order(given: argparse.Namespace) -> Order:
    """What the command line asks for."""
    from yaml import YAMLError

    from helpers.running.parameters import ParameterError, parse
    from helpers.running.report import Order

    if not (math.isfinite(given.time_limit) and given.time_limit > 0):
        raise ParameterError(f"--time-limit is {given.time_limit:g}. Allowed: a number of seconds above 0, such as 1800.")
    try:
        values = parse(dict(given.parameter))
    except YAMLError:
        raise ParameterError("the value of a parameter cannot be read. Allowed: a number, a text, true or false, or a list such as [1, 2].") from None
    languages = tuple(given.language) or LANGUAGES
    jobs, limit = max(given.jobs, 1), given.time_limit
    return Order(given.folder, languages, given.only, values, jobs, given.wait, given.fresh, limit, given.pdf, given.scheduler)


def _explained(error: Exception, folder: Path) -> tuple[int, str]:
    """The exit code of an error, and what to tell of it."""
    from helpers.running.builds import OUTPUTS, LockedError
    from helpers.running.executors import SchedulerError
    from helpers.running.failures import failed_folder, keep_traceback
    from helpers.running.parameters import ParameterError
    from helpers.running.runs import MachineError, RunError

    match error:
        case StudyError() | ParameterError():
            return STUDY_IS_WRONG, str(error)
        case LockedError():
            return LOCKED, str(error)
        case MachineError() | SchedulerError():
            return RUN_FAILED, f"{error} {STAYS}"
        case RunError():
            return RUN_FAILED, str(error)
        case OSError() if trouble := machine_trouble(error):
            return RUN_FAILED, f"{folder.name}: {trouble} {STAYS}"
    return RUN_FAILED, f"{folder.name}: {keep_traceback(error, folder, failed_folder(OUTPUTS, folder.name))} {STAYS}"
