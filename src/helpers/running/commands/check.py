"""``study check``: everything that is wrong with a study folder, or its ledger."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from helpers.data.folders import find_folder
from helpers.data.opening import open_study
from helpers.data.problems import StudyError, named
from helpers.data.study import Study
from helpers.reporting.wording import Wording
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG, fail

HELP = "say everything that is wrong with a study folder, or print its ledger"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study check``."""
    parser.add_argument("folder", type=Path)


def execute(given: argparse.Namespace, console: Console) -> int:
    """Open the study and tell what came of it."""
    try:
        study = open_study(given.folder, waves=2)
    except StudyError as error:
        count = len(error.problems)
        return fail(f"{error}\n{count} problem{'s' if count != 1 else ''} in {find_folder(given.folder)}", STUDY_IS_WRONG)
    _print_ledger(study, console)
    _print_hints(study, console)
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
    unknown = [column for column in study.ignored if column]
    if stray:
        console.print(f"columns without a head, ignored: {stray}", markup=False)
    if unknown:
        console.print(f"columns that codebook.csv does not know, ignored: {named(unknown)}", markup=False)
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
