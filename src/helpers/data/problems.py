"""Problems: what is wrong with a study, said all at once, each with its place and its cure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

MOST_ROWS = 8
_Asked = ParamSpec("_Asked")
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    file : str
        The file as the researcher knows it.
    what : str
        What is wrong, without the offending text itself: it may be personal.
    allowed, remedy : str
        What is allowed there, and what to do.
    rows : sequence of int
        Rows as a spreadsheet counts them: the header is row 1.
    column : str
        Column, or key of a settings file.
    """

    file: str
    what: str
    allowed: str = ""
    remedy: str = ""
    rows: Sequence[int] = ()
    column: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (_row_words(self.rows), f"column '{self.column}'" if self.column else "") if part)
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.file}: {place + ': ' if place else ''}{self.what}.{allowed}{remedy}"


class StudyError(ValueError):
    """A study that cannot be opened; the message lists every problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message alone. Where the program met it helps nobody who is to correct a file."""
        return [f"{type(self).__name__}: {self}"]


def collect(problems: list[Problem], read: Callable[_Asked, _Read], *arguments: _Asked.args, **options: _Asked.kwargs) -> _Read | None:
    """Read one part; keep its problems and go on, so that all are told at once."""
    try:
        return read(*arguments, **options)
    except StudyError as error:
        problems += error.problems
        return None


def named(names: Iterable[object], most: int = 12) -> str:
    """Names in a row, cut after ``most``.

    Examples
    --------
    >>> named(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    listed = [str(name) for name in names]
    rest = len(listed) - most
    return ", ".join(listed[:most]) + (f" and {rest} more" if rest > 0 else "")


def _row_words(rows: Sequence[int]) -> str:
    if not rows:
        return ""
    return ("row " if len(rows) == 1 else "rows ") + named(sorted(rows), MOST_ROWS)
