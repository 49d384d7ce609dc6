"""``study demo``: the demo's simulated files, from its declared parameters."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from helpers.data.folders import find_folder
from helpers.running.commands.outcome import DONE

HELP = "write the demo's simulated files again, from its declared parameters"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study demo``."""
    parser.add_argument("folder", type=Path, nargs="?", default=Path("data/demo"))
    parser.add_argument("--seed", type=int, help="another seed than the declared one")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Simulate and write."""
    from helpers.data.simulate import write_demo

    folder = find_folder(given.folder)
    write_demo(folder, seed=given.seed)
    console.print(f"written: simulated frame and survey in {folder}", markup=False)
    return DONE
