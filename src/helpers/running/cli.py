"""The command line: ``study run | check | trace | demo``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from helpers.data.opening import find_folder, open_study
from helpers.data.problems import StudyError
from helpers.data.study import Study
from helpers.reporting.wording import LANGUAGES, Wording

DONE, STUDY_IS_WRONG, RUN_FAILED, LOCKED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit code: 0 done, 1 study, parameter or key wrong, 2 run failed, 3 another run holds the lock."""
    given = _parser().parse_args(arguments)
    console = Console(stderr=False, highlight=False, soft_wrap=True)
    return {"run": _run, "check": _check, "trace": _trace, "demo": _demo}[given.command](given, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="study", description="Reproducible mixed-methods studies of clusters and networks.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run all notebooks in both languages and write the reports")
    run.add_argument("folder", type=Path, help="the study's folder, such as data/demo")
    run.add_argument(
        "--only", action="append", default=[], metavar="02", help="only notebooks whose name begins like this; the result is 'partial', not 'latest'"
    )
    run.add_argument("--language", action="append", default=[], choices=LANGUAGES, help="only this language; the result is 'partial'")
    run.add_argument(
        "-p", "--parameter", action="append", nargs=2, default=[], metavar=("NAME", "VALUE"), help="a parameter for every notebook that has it"
    )
    run.add_argument("--jobs", type=int, default=2, help="runs at the same time (2)")
    run.add_argument("--wait", type=float, default=0.0, metavar="SECONDS", help="wait for another run of the same study (0; -1 waits without end)")
    check = commands.add_parser("check", help="say everything that is wrong with a study folder, or print its ledger")
    check.add_argument("folder", type=Path)
    trace = commands.add_parser("trace", help="say where a published number comes from: notebook, cell, input files, code")
    trace.add_argument("key", help="as it stands under a figure or table; of one number KEY/ROW/COLUMN")
    trace.add_argument("--study", type=Path, default=Path("data/demo"), help="the study's folder (data/demo)")
    trace.add_argument("--value", action="store_true", help="print what was published under the key, too")
    demo = commands.add_parser("demo", help="write the demo's simulated files again, from its declared parameters")
    demo.add_argument("folder", type=Path, nargs="?", default=Path("data/demo"))
    demo.add_argument("--seed", type=int, help="another seed than the declared one")
    return parser


def _run(given: argparse.Namespace, console: Console) -> int:
    from helpers.running.builds import LockedError  # the notebook machinery takes a second to import; `check` does without
    from helpers.running.parameters import ParameterError, parse
    from helpers.running.report import Order, make_report
    from helpers.running.runs import RunError

    try:
        languages = tuple(given.language) or LANGUAGES
        order = Order(given.folder, languages, given.only, parse(dict(given.parameter)), max(given.jobs, 1), given.wait)
        with console.status("working") if console.is_terminal else _Quiet():
            link = make_report(order, tell=lambda line: console.print(line, markup=False))
    except (StudyError, ParameterError) as error:
        return _fail(error, STUDY_IS_WRONG)
    except LockedError as error:
        return _fail(error, LOCKED)
    except RunError as error:
        return _fail(error, RUN_FAILED)
    for report in sorted((link / "public").glob("report-*.html")):
        console.print(f"written: {report}", markup=False)
    return DONE


def _check(given: argparse.Namespace, console: Console) -> int:
    try:
        study = open_study(given.folder)
    except StudyError as error:
        count = len(error.problems)
        return _fail(f"{error}\n{count} problem{'s' if count != 1 else ''} in {find_folder(given.folder)}", STUDY_IS_WRONG)
    _print_ledger(study, console)
    _print_hints(study, console)
    return DONE


def _trace(given: argparse.Namespace, console: Console) -> int:
    from helpers.running.builds import OUTPUTS
    from helpers.running.trace import TraceError, lines, trace

    try:
        origin = trace(given.key, given.study, outputs=OUTPUTS)
    except (StudyError, TraceError) as error:
        return _fail(error, STUDY_IS_WRONG)
    for line in lines(origin, with_values=given.value):
        console.print(line, markup=False, emoji=False)
    return DONE


def _demo(given: argparse.Namespace, console: Console) -> int:
    from helpers.data.simulate import write_demo

    folder = find_folder(given.folder)
    write_demo(folder, seed=given.seed)
    console.print(f"written: simulated frame and survey in {folder}", markup=False)
    return DONE


def _print_ledger(study: Study, console: Console) -> None:
    wording = Wording("en")
    ledger = Table(title=repr(study), title_justify="left", box=None)
    ledger.add_column("records")
    ledger.add_column("", justify="right")
    for step, records in study.ledger.itertuples(index=False):
        ledger.add_row(wording.say(f"step.{step}"), str(records))
    console.print(ledger)
    reasons = study.missing.apply(lambda column: column.astype(str).value_counts()).sum(axis=1).drop("", errors="ignore").astype(int)
    for reason, cells in reasons.items():
        console.print(f"answers missing, {str(reason).replace('_', ' ')}: {cells}", markup=False)
    stray = study.ignored.count("")
    named = [column for column in study.ignored if column]
    if stray:
        console.print(f"columns without a head, ignored: {stray}", markup=False)
    if named:
        console.print(f"columns that codebook.csv does not know, ignored: {', '.join(named)}", markup=False)
    for part in study.absent():
        console.print(wording.say(f"absent.{part}"), markup=False)


def _print_hints(study: Study, console: Console) -> None:
    """What may still name somebody in the transcripts: where it stands, never what."""
    hints = study.interviews.hints()
    if hints.empty:
        return
    for document, line, kind in hints.itertuples(index=False):
        console.print(f"warning: transcript {document}, line {line}: {kind}", markup=False)
    console.print("Put what identifies somebody into a mark, such as [Name: ...]; data/README.md explains them.", markup=False)


def _fail(error: object, code: int) -> int:
    print(error, file=sys.stderr)
    return code


class _Quiet:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


if __name__ == "__main__":
    sys.exit(main())
