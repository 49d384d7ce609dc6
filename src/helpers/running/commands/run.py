"""``study run``: all notebooks in both languages, and the reports."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console

from helpers.data.problems import StudyError
from helpers.reporting.wording import LANGUAGES
from helpers.running.commands.outcome import DONE, LOCKED, RUN_FAILED, STUDY_IS_WRONG, fail

HELP = "run all notebooks in both languages and write the reports"


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
    parser.add_argument("--fresh", action="store_true", help="do all runs again, whether or not something has changed")
    parser.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait for another run of the same study (0; -1 waits without end)")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Run, and say where the reports are."""
    from helpers.running.builds import LockedError  # the notebook machinery takes a second to import; other commands do without
    from helpers.running.parameters import ParameterError, parse
    from helpers.running.report import Order, make_report
    from helpers.running.runs import RunError

    try:
        languages = tuple(given.language) or LANGUAGES
        order = Order(given.folder, languages, given.only, parse(dict(given.parameter)), max(given.jobs, 1), given.wait, given.fresh)
        with console.status("working") if console.is_terminal else nullcontext():
            link = make_report(order, tell=lambda line: console.print(line, markup=False))
    except (StudyError, ParameterError) as error:
        return fail(error, STUDY_IS_WRONG)
    except LockedError as error:
        return fail(error, LOCKED)
    except RunError as error:
        return fail(error, RUN_FAILED)
    for report in sorted((link / "public").glob("report-*.html")):
        console.print(f"written: {report}", markup=False)
    return DONE
