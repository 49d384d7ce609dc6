"""Calls: functions called side by side, each in a process forked of the parent of the kernels."""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from helpers.running.kernels.forks import Birth, Fork
from helpers.running.kernels.parent import CAN_FORK, one_thread, warm_parent, watch
from helpers.running.leftovers import private_folder

T = TypeVar("T")


class LostCallError(RuntimeError):
    """A process that was killed before it had an answer."""


@dataclass(frozen=True)
class _Call(Birth):
    """A function with what it is given, and the file for its answer."""

    function: Callable[..., Any]
    given: Sequence[Any]
    answer: Path

    def live(self) -> None:
        """Call it; an error is an answer as well."""
        returned, raised, told = None, None, ""
        try:
            returned = self.function(*self.given)
        except Exception as error:
            raised, told = _sendable(error), traceback.format_exc()
        half = self.answer.with_suffix(".half")
        half.write_bytes(pickle.dumps((returned, raised, told)))
        os.replace(half, self.answer)


def call_all(function: Callable[..., T], given: Sequence[Sequence[Any]], *, side_by_side: bool = True) -> list[T]:
    """Call a function with one set of arguments after the other, or with all at the same time.

    Parameters
    ----------
    function : callable
        Of a module that the parent of the kernels can import.
    given : sequence of sequences
        One set of arguments per call.
    side_by_side : bool
        Whether to use processes, where the system can fork and there is more than one call.

    Returns
    -------
    list
        What each call returned.

    Raises
    ------
    Exception
        The first error of a call.
    LostCallError
        If a process is killed.
    """
    if len(given) < 2 or not (side_by_side and CAN_FORK):
        return [function(*one) for one in given]
    with private_folder() as folder, ExitStack() as ended, one_thread():
        calls = [_Call(function, one, folder / str(place)) for place, one in enumerate(given)]
        forks = [Fork(warm_parent(), watch(), call) for call in calls]
        for fork in forks:
            ended.callback(fork.kill)
        for fork in forks:
            fork.wait()
        return [_answer(call) for call in calls]


def _answer(call: _Call) -> Any:
    try:
        content = call.answer.read_bytes()
    except FileNotFoundError:
        raise LostCallError(f"{call.function.__name__} was killed before it had ended") from None
    returned, raised, told = pickle.loads(content)
    if raised is not None:
        raised.add_note(told)  # its traceback does not leave a process
        raise raised
    return returned


def _sendable(error: Exception) -> Exception:
    """The error, or one of our own with its name where it cannot leave a process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(type(error).__name__)
    return error
