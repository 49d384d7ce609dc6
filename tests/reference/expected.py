"""Published and recomputed values that the methods must return, read in place from the folder beside the project.

Every row of `reference_values.csv` is one number with its source and tolerance; tests that need it are skipped where it is absent.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

compared: dict[str, str] = {}  # every row that a test of this run has asked for -> its tolerance
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


def expected(prefix: str) -> dict[str, Any]:
    """Reference values whose id is the prefix, or starts with it and continues with "." or "[" -> value within its own tolerance.

    A result is right when a plain dict of the same ids and computed numbers equals this one.
    """
    rows = [row for row in _rows() if re.match(re.escape(prefix) + r"($|[.\[])", row["id"])]
    if not rows:
        raise LookupError(f"no reference value has an id that starts with {prefix!r}")
    compared.update({row["id"]: row["tolerance"] for row in rows})
    return {row["id"]: _approximately(row) for row in rows}


def numbered(prefix: str, values: Any) -> dict[str, float]:
    """Computed numbers under the ids of a numbered block: prefix[0], prefix[1], ..."""
    return {f"{prefix}[{place}]": float(value) for place, value in enumerate(values)}


def reference_data(name: str) -> Path:
    """Path of a data set that is too long to type."""
    path = REFERENCE / "data" / name
    if not path.is_file():
        pytest.skip(f"needs {name} in shared/reference/data beside the project")
    return path


def _approximately(row: dict[str, str]) -> Any:
    value, tolerance = float(row["value"]), row["tolerance"]
    if stated := re.search(r"(rel|abs) ([0-9.e-]+)", tolerance):
        return pytest.approx(value, **{stated[1]: float(stated[2])})
    if digits := re.search(r"LRE>=(\d+)", tolerance):  # log relative error, as NIST states it: correct digits
        return pytest.approx(value, rel=10.0 ** -int(digits[1]))
    raise ValueError(f"{row['id']}: the tolerance {tolerance!r} is not understood")


@cache
def _rows() -> list[dict[str, str]]:
    path = REFERENCE / "reference_values.csv"
    if not path.is_file():
        pytest.skip("needs shared/reference/reference_values.csv beside the project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def coverage() -> list[tuple[str, str, int, int, str]]:
    """Method, data, rows compared in this run, all its rows, and the tolerances: one entry per method and data set of the file."""
    methods: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows():
        methods.setdefault((row["method"], row["data_source"]), []).append(row)
    told = []
    for (method, data), rows in methods.items():
        own = [row for row in rows if row["id"] in compared]
        told.append((method, data, len(own), len(rows), ", ".join(sorted({row["tolerance"].split(" scaled")[0] for row in own}))))
    return told
