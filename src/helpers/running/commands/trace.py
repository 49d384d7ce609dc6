"""``study trace``: where a published number comes from."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from helpers.data.problems import StudyError
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG, fail

HELP = "say where a published number comes from: notebook, cell, input files, code"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study trace``."""
    parser.add_argument("key", help="as it stands under a figure or table; of one number KEY/ROW/COLUMN")
    parser.add_argument("--study", type=Path, default=Path("data/demo"), help="the study's folder (data/demo)")
    parser.add_argument("--value", action="store_true", help="print what was published under the key, too")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Look the key up in the last report."""
    from helpers.running.builds import OUTPUTS
    from helpers.running.trace import TraceError, lines, trace

    try:
        origin = trace(given.key, given.study, outputs=OUTPUTS)
    except (StudyError, TraceError) as error:
        return fail(error, STUDY_IS_WRONG)
    for line in lines(origin, with_values=given.value):
        console.print(line, markup=False, emoji=False)
    return DONE
