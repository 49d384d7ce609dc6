"""Attempts: one run of a sweep, carried out where a worker is; what comes back is small."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.reporting.page import published_items
from helpers.reporting.tables import HIDDEN, told_apart
from helpers.running.leftovers import private_folder
from helpers.running.runs import MachineError, Run, RunError, execute


@dataclass(frozen=True)
class Attempt:
    """What came of a run.

    Parameters
    ----------
    seconds : float
    tables : dict
        By key, each published table or figure: ``columns`` and ``data``, a list per row; None where a number is missing or suppressed.
    error : str
        Empty where the run succeeded.
    """

    seconds: float
    tables: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    error: str = ""


def attempt(run: Run) -> Attempt:
    """Execute a run; of its notebook only the published tables stay, or all of it in ``run.output`` where it failed.

    Raises
    ------
    MachineError
        If the machine does not let it happen, as it will not the next ones.
    """
    started = time.perf_counter()
    with private_folder() as folder:
        own = replace(run, output=folder / run.output.name)
        try:
            done = execute(own)
        except MachineError:
            raise
        except RunError as error:
            if own.output.is_file():
                run.output.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(own.output, run.output)
            return Attempt(time.perf_counter() - started, error=str(error))
    return Attempt(done.seconds, published_tables(done.notebook))


def published_tables(notebook: Mapping[str, Any]) -> dict[str, dict[str, list[Any]]]:
    """The numbers of an executed notebook's tables and figures by their keys, with the columns that their files have, under their plain names."""
    tables = {}
    for item in published_items(notebook):
        if item.kind in ("table", "figure"):
            names = list(told_apart(pd.DataFrame(columns=item.cells["columns"])))
            shown = [place for place, name in enumerate(names) if name not in HIDDEN or name == "suppressed"]
            data = [[row[place] for place in shown] for row in item.cells["data"]]
            tables[item.anchor] = {"columns": [names[place] for place in shown], "data": data}
    return tables
