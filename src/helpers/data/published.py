"""Published: figures that others have published, with their sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named
from helpers.data.tabular import read_texts

COLUMNS = ("id", "measure_de", "measure_en", "unit", "value", "low", "high", "n", "year", "population_de", "population_en", "format_de", "format_en", "source", "url")
UNITS = ("share", "members", "count")


def read_figures(path: Path) -> pd.DataFrame:
    """One row per published figure, index = id; ``value``, ``low``, ``high`` are numbers (shares: proportions), ``n`` and ``year`` numbers or NaN.

    Raises
    ------
    StudyError
        If columns are missing, a figure has neither value nor range, no source, or no number where one belongs.
    """
    texts = read_texts(path, name=path.name)
    lacking = [column for column in COLUMNS if column not in texts]
    if lacking:
        raise StudyError([Problem(path.name, f"columns are missing: {named(lacking)}", ", ".join(COLUMNS), rows=[1])])
    numbers = texts[["value", "low", "high", "n", "year"]].apply(pd.to_numeric, errors="coerce")
    bounds = numbers[["low", "high"]].notna().any(axis=1)
    checks = {
        "id": (texts["id"].duplicated(keep=False) | texts["id"].eq(""), "the name is empty or given twice"),
        "unit": (~texts["unit"].isin(UNITS), f"no such unit; allowed are {', '.join(UNITS)}"),
        "value": (numbers["value"].isna() & ~bounds, "neither a value nor a range"),
        "source": (texts["source"].eq(""), "a figure of others needs its source"),
    }
    problems = [Problem(path.name, what, rows=list(texts.index[bad]), column=column) for column, (bad, what) in checks.items() if bad.any()]
    unreadable = {column: numbers[column].isna() & texts[column].ne("") for column in numbers}
    problems += [Problem(path.name, "not a number", rows=list(texts.index[bad]), column=column) for column, bad in unreadable.items() if bad.any()]
    if problems:
        raise StudyError(problems)
    return texts.assign(**{column: numbers[column] for column in numbers}).set_index("id")
