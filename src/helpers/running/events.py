"""Events: what happens while a report is made, as lines for people and for machines."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console

LINES = {
    "unchanged": "{study}: nothing has changed since the last report",
    "opened": "{study}: {description}",
    "started": "{kept} of {of} runs unchanged, running {due}, {where}",
    "run": "{done} of {of}: {run}, {seconds:.1f} s",
    "binding": "binding and checking the reports",
    "written": "written: {report}",
    "error": "{message}",
    "ended": "{outcome} after {seconds:.1f} s",
}


@dataclass(frozen=True)
class Event:
    """Something that happened; its text is the line for people.

    Parameters
    ----------
    name : str
        One of `LINES`.
    study : str
        Name of the study's folder.
    facts : mapping
        What belongs to it: numbers, texts, lists of them.

    Examples
    --------
    >>> str(Event("run", "demo", {"run": "01_response (de)", "seconds": 1.25, "done": 3, "of": 18}))
    '3 of 18: 01_response (de), 1.2 s'
    """

    name: str
    study: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return LINES[self.name].format(study=self.study, **self.facts)

    def as_json(self, time: datetime) -> str:
        """One line for machines: time with its offset, event, study, and what belongs to it; in ASCII, whatever the machine's locale."""
        return json.dumps({"time": time.isoformat(timespec="milliseconds"), "event": self.name, "study": self.study, **self.facts})


class Log:
    """Tells events on stdout, and errors for people on stderr as well.

    Where nothing can be written there, such as on a full disk or to a program that has gone, it falls silent: the report is worth more than its log.

    Parameters
    ----------
    console : Console
    study : str
    machine : bool
        Lines of JSON on stdout, and nothing else.
    """

    def __init__(self, console: Console, study: str, *, machine: bool) -> None:
        self._console, self._study, self._machine = console, study, machine

    def tell(self, event: Event) -> None:
        """Tell what happened."""
        if self._machine:
            line = event.as_json(datetime.now().astimezone())
            _or_silence(sys.stdout, lambda: print(line, flush=True))
        else:
            _or_silence(sys.stdout, lambda: self._console.print(str(event), markup=False))

    def error(self, message: str) -> None:
        """Tell what went wrong."""
        if self._machine:
            self.tell(Event("error", self._study, {"message": message}))
        _or_silence(sys.stderr, lambda: print(message, file=sys.stderr, flush=True))


def _or_silence(stream: TextIO, write: Callable[[], None]) -> None:
    """Write, or send the stream nowhere, where Python can empty it when it ends."""
    try:
        write()
    except (OSError, SystemExit):  # rich ends the program when nobody listens any more
        with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())
