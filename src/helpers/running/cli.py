"""The command line: ``study WORD ...``; every word is a module of `commands`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from helpers.running.commands import check, clean, demo, new, questionnaire, run, sweep, trace

COMMANDS = {"new": new, "run": run, "check": check, "trace": trace, "questionnaire": questionnaire, "sweep": sweep, "clean": clean, "demo": demo}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit code: 0 done, 1 study, parameter or key wrong, 2 run failed, 3 another run holds the lock."""
    parser = argparse.ArgumentParser(prog="study", description="Reproducible mixed-methods studies of clusters and networks.")
    words = parser.add_subparsers(dest="command", required=True)
    for word, command in COMMANDS.items():
        command.add_arguments(words.add_parser(word, help=command.HELP))
    given = parser.parse_args(arguments)
    return COMMANDS[given.command].execute(given, Console(stderr=False, highlight=False, soft_wrap=True))


if __name__ == "__main__":
    sys.exit(main())
