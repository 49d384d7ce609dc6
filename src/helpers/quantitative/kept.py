"""Kept: results that are worked out once for all runs of a report, as its languages differ in words and not in numbers.

Where the environment names a folder, the results of slow functions are put there, under all that they were worked out from. The runner makes one
for each report, and removes it afterwards: nothing is ever taken over from another state of the code. Without it every call does its work.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
FOLDER = "CLUSTER_STUDY_RESULTS"


def kept(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Let a function take what another run has worked out from the same arguments.

    Parameters
    ----------
    work : callable
        Its result follows from its arguments alone: what is random in it starts from a seed among them.
    """

    @wraps(work)
    def once(*given: Given.args, **named: Given.kwargs) -> Result:
        place = _place(f"{work.__module__}.{work.__qualname__}", given, sorted(named.items()))
        if place is None:
            return work(*given, **named)
        with suppress(Exception):  # not there yet, or torn
            return pickle.loads(place.read_bytes())  # type: ignore[no-any-return]
        result = work(*given, **named)
        _keep(place, result)
        return result

    return once


def _place(*about: object) -> Path | None:
    """The file for a result, by all that it follows from; none where nothing is kept, or it cannot be told."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    told = io.BytesIO()
    writer = pickle.Pickler(told)
    writer.fast = True  # the same for equal things, whether or not some of them are one and the same
    try:
        writer.dump(about)
    except Exception:
        return None
    return Path(folder, hashlib.sha256(told.getvalue()).hexdigest())


def _keep(place: Path, result: object) -> None:
    """Whole or not at all."""
    half = place.with_name(f"{place.name}-{uuid.uuid4().hex}")
    with suppress(Exception):  # it was only to save time
        half.write_bytes(pickle.dumps(result))
        os.replace(half, place)
