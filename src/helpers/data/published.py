"""Published: figures that others have published, with their sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named
from helpers.data.tabular import read_texts

COLUMNS = (
    "id",
    "measure_de",
    "measure_en",
    "unit",
    "value",
    "low",
    "high",
    "n",
    "year",
    "population_de",
    "population_en",
    "format_de",
    "format_en",
    "source",
    "url",
)
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
        raise StudyError(
            [Problem(path.name, f"columns are missing: {named(lacking)}", ", ".join(COLUMNS), "data/README.md says what they mean.", rows=[1])]
        )
    numbers = texts[["value", "low", "high", "n", "year"]].apply(pd.to_numeric, errors="coerce")
    measured = numbers[["value", "low", "high"]]
    no_share = texts["unit"].eq("share") & ((measured < 0) | (measured > 1)).any(axis=1)
    checks = [
        (texts["id"].duplicated(keep=False) | texts["id"].eq(""), "id", "the name is empty or given twice", "", "Give each figure its own."),
        (~texts["unit"].isin(UNITS), "unit", "no such unit", ", ".join(UNITS), "Correct it."),
        (measured.isna().all(axis=1), "value", "neither a value nor a range", "value, or low, high or both", "Give one of them."),
        *((texts[column].eq(""), column, "the label is empty", "", "Write it.") for column in ("measure_de", "measure_en")),
        (no_share, "value", "a share outside its range", "from 0 to 1, as a proportion", "Divide per cent by 100."),
        (numbers["low"] > numbers["high"], "low", "the range is upside down", "low below high", "Exchange them."),
        (texts["source"].eq(""), "source", "a figure of others needs its source", "", "Say where it was published, or take it out."),
        *(
            (numbers[column].isna() & texts[column].ne(""), str(column), "not a number", "a number with a decimal point", "Correct it.")
            for column in numbers
        ),
    ]
    problems = [
        Problem(path.name, what, allowed, cure, rows=list(texts.index[bad]), column=column)
        for bad, column, what, allowed, cure in checks
        if bad.any()
    ]
    if problems:
        raise StudyError(problems)
    return texts.assign(**{str(column): numbers[column] for column in numbers}).set_index("id")
