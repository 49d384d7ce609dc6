"""The command line: ``study WORD ...``; every word is a module of `commands`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from rich.console import Console

COMMANDS = ("new", "run", "check", "trace", "questionnaire", "sweep", "clean", "demo")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the result is its exit code: 0 done, 1 study, parameter or key wrong, 2 run failed, 3 another run holds the lock."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    parser = argparse.ArgumentParser(prog="study", description="Reproducible mixed-methods studies of clusters and networks.")
    words = parser.add_subparsers(dest="command", required=True)
    # Only what was asked for is loaded.
    asked = arguments[:1] if arguments and arguments[0] in COMMANDS else COMMANDS
    commands = {word: import_module(f"helpers.running.commands.{word}") for word in asked}
    for word, command in commands.items():
        command.add_arguments(words.add_parser(word, help=command.HELP))
    given = parser.parse_args(arguments)
    return int(commands[given.command].execute(given, Console(stderr=False, highlight=False, soft_wrap=True)))


if __name__ == "__main__":
    sys.exit(main())
