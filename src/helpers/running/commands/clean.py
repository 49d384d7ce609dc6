"""``study clean``: bound the disk that kept runs take up."""

from __future__ import annotations

import argparse
import shutil

from rich.console import Console

from helpers.running.commands.outcome import DONE

HELP = "remove kept runs that were not used lately, and notebooks of failed runs"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study clean``."""
    parser.add_argument("--keep", type=int, default=5, metavar="N", help="runs to keep of each notebook and language, those used last (5)")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Remove; reports stay."""
    from helpers.running.builds import OUTPUTS
    from helpers.running.store import Store

    removed = sum(Store(folder).prune(max(given.keep, 0)) for folder in OUTPUTS.glob("*/runs"))
    shutil.rmtree(OUTPUTS / "failed", ignore_errors=True)
    console.print(f"removed: {removed} kept runs; reports stay", markup=False)
    return DONE
