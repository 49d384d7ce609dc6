"""Stances: whether an interview as a whole speaks for a statement, against it, or both ways, as somebody judged it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, read_columns, read_whole
from helpers.data.problems import Problem, collect

STANCES_FILE = "stances.csv"
COLUMNS = ("document", "claim", "stance", "coder")
STANCES = ("for", "against", "mixed")
SILENT = "silent"
_ONE = ["document", "claim", "coder"]  # a coder judges an interview once on a statement


def read_stances(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read stances.csv.

    Codes say what an interview is about, not on which side it is; so each interview is rated on each statement, as in an evaluative content
    analysis.

    Parameters
    ----------
    path : path
        A CSV file, or an Excel workbook.

    Returns
    -------
    DataFrame, shape (n_stances, 4)
        One row per interview, statement and coder, in the file's order: ``document`` (id of the interview), ``claim`` (id of the statement),
        ``stance`` ("for", "against" or "mixed"), ``coder``. An interview that does not speak of a statement has no row for it.

    Raises
    ------
    StudyError
        If a column is missing, a field is empty, a stance is none, or a coder judged an interview on a statement twice; all at once. Whether
        interviews and statements exist is not asked here.

    References
    ----------
    Kuckartz (2014), "Qualitative Text Analysis: A Guide to Methods, Practice and Using Software", chapter 4 (evaluative analysis).
    """
    return read_whole(Path(path), stances_by_row)


def stances_by_row(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The same with the row of the file as index; what is wrong is added to ``problems``, None where there is no such table."""
    texts = collect(problems, read_columns, path, COLUMNS)
    if texts is None:
        return None
    remedy = "Correct it; where the interview does not speak of the statement, leave the row out."
    twice = texts.duplicated(_ONE, keep=False)
    problems += found(
        path,
        [
            *(Check(texts[column].eq(""), column, "the field is empty", remedy="Fill it in.") for column in _ONE),
            Check(~texts["stance"].isin(STANCES), "stance", "no such stance", ", ".join(STANCES), remedy),
            Check(twice, "", "a coder judged the interview twice on this statement", remedy="Keep one of them."),
        ],
    )
    return texts


def no_stances() -> pd.DataFrame:
    """A table of stances without rows, for a material that nobody has rated."""
    return pd.DataFrame(columns=list(COLUMNS), dtype="str")


def stance_ratings(stances: pd.DataFrame, *, coders: Sequence[str]) -> pd.DataFrame:
    """The stances as units x coders, to measure the agreement of coders.

    Parameters
    ----------
    stances : DataFrame
        As `read_stances` returns them.
    coders : sequence of str
        Who rated independently of each other.

    Returns
    -------
    DataFrame
        One row per interview and statement (index: ``document``, ``claim``, sorted), of all interviews and all statements that one of these
        coders rated; one column per coder: "for", "against", "mixed", or "silent" where the coder found that the interview does not speak of
        it. Missing where the coder rated nothing in the interview, which is then no judgement.

    Examples
    --------
    >>> stances = pd.DataFrame(
    ...     {"document": ["I01", "I01", "I01"], "claim": ["C1", "C2", "C1"], "stance": ["for", "mixed", "for"], "coder": ["A", "A", "B"]}
    ... )
    >>> stance_ratings(stances, coders=["A", "B"]).values.tolist()
    [['for', 'for'], ['mixed', 'silent']]
    """
    own = stances[stances["coder"].isin(list(coders))]
    units = pd.MultiIndex.from_product([sorted(own["document"].unique()), sorted(own["claim"].unique())], names=["document", "claim"])
    table = own.pivot(index=["document", "claim"], columns="coder", values="stance").reindex(index=units, columns=list(coders))
    worked = table.notna().groupby(level="document").transform("any")
    return table.mask(table.isna() & worked, SILENT).rename_axis(columns=None)
