"""Disclosure control: what is published says nothing about fewer than `k` respondents, directly or by subtraction.

Every table that is published passes `suppress`. It takes a question as a grid of answers x groups of respondents whose totals (of the
groups, of the answers, of all) stand elsewhere in the report, and hides

1. every total below k, with the smallest other total where it could be found by subtraction; a hidden total hides its row or column;
2. every cell below k, nobody at all included;
3. further cells, the cheapest that suffice, until for each cell of step 2 some other grid agrees with everything published and has k
   respondents or more there. That grid is constructed: respondents are moved round closed paths of hidden cells.

As a hidden answer total hides its row wherever the question is crossed, cross-tables tell no more about it than the one-way table does:
tables that are safe alone are safe together. `helpers.reporting.attack` checks that, report by report, by linear programming.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Cells = tuple[NDArray[np.intp], NDArray[np.intp]]

SUBJECT = ("question", "item", "option")
NAMED = (*SUBJECT, "by", "group", "answer")
KEPT = ("n", "order", "k")  # numbers that say nothing about the count beside them
STATISTIC = "mean"  # an answer that is none: its row holds a statistic of n respondents
MARGIN = "All"  # the totals of `pandas.crosstab(margins=True)`


class Hidden(NamedTuple):
    """What of a grid stays unpublished (True): its cells, its row totals, its column totals."""

    cells: Flags
    rows: Flags
    columns: Flags


class Path(NamedTuple):
    """Cells that lose and cells that gain, in turn, so that no total of the grid changes."""

    lowered: Cells
    raised: Cells


def suppress(table: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """Hide every cell that would tell about fewer than `k` respondents, and the cells it could be derived from.

    Parameters
    ----------
    table : DataFrame
        Either a tidy result table with ``count`` and ``n``: one row per cell, told apart by ``question``, ``item``, ``option``, ``by``,
        ``group`` and ``answer``, and by other text columns where these do not suffice. Rows that differ in ``answer`` only are the
        distribution of ``n`` respondents; a row without such companions is counted against its complement, ``n - count``. Or
        statistics with ``n`` but no ``count`` (so are rows with the answer "mean"). Or a contingency table of counts and nothing else,
        as from `pandas.crosstab`, with or without totals named "All".
    k : int
        The fewest respondents that a published cell, complement or total may have.

    Returns
    -------
    DataFrame
        A copy. A tidy table gains the column ``suppressed``; where it is True all numbers are missing, except ``order`` and ``n``; ``n``
        too where it is hidden. A contingency table keeps its shape, in nullable integers.

    Raises
    ------
    ValueError
        If the table cannot be checked: columns missing, counts that are no counts, two rows for one cell, answers that exceed their n.

    Notes
    -----
    Among equal counts the label decides, so the order of rows does not matter. A distribution with answers left out is published whole or
    not at all. Rows sorted by count, or the rank of a published row, tell where a hidden one lies: list hidden rows apart.

    References
    ----------
    Kelly, Golden and Assad (1992), "Cell suppression: disclosure protection for sensitive tabular data", Networks 22:397-417, here with
    cheapest paths, one cell after the other; Hundepool et al. (2012), "Statistical Disclosure Control", chapter 4.

    Examples
    --------
    >>> suppress(pd.DataFrame({"question": "plan", "answer": ["full", "part", "none"], "count": [3, 17, 30], "n": 50}), k=5)
      question answer  count   n  suppressed
    0     plan   full   <NA>  50        True
    1     plan   part   <NA>  50        True
    2     plan   none     30  50       False
    """
    if k < 1:
        raise ValueError(f"k is {k}; the fewest respondents of a published cell are 1 or more")
    if is_contingency(table):
        return suppress_contingency(table, k=k)
    if "n" not in table:
        raise ValueError("the table cannot be checked for small cells; it needs `n` and, where its rows are cells, `count`, or counts only")
    small = whole_numbers(table, "n") < k
    return blank(table, *hide_rows(table, small, k=k)) if "count" in table else blank(table, small, small)


def is_contingency(table: pd.DataFrame) -> bool:
    """Whether a table holds nothing but numbers, none of them named as in a tidy table."""
    return not {"count", "n"} & set(table.columns) and table.shape[1] > 0 and all(types.is_numeric_dtype(kind) for kind in table.dtypes)


def suppress_contingency(table: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """Suppress a table of counts whose totals, if it shows them, are named "All"."""
    counts = np.column_stack([whole_numbers(table.iloc[:, [place]], 0) for place in range(table.shape[1])])
    totals = [np.array([str(label) == MARGIN for label in labels], dtype=bool) for labels in (table.index, table.columns)]
    body = [np.array(sorted(np.flatnonzero(~total), key=lambda place: str(labels[place])), dtype=int) for total, labels in zip(totals, table.axes, strict=True)]
    grid = counts[np.ix_(*body)]
    if (counts[totals[0]][:, body[1]] != grid.sum(axis=0)).any() or (counts[:, totals[1]][body[0]] != grid.sum(axis=1)[:, None]).any():
        raise ValueError(f"the totals named {MARGIN!r} are not the sums of their rows and columns; name them otherwise, or correct them")
    hidden = hide(grid, k=k)
    gone = np.full(counts.shape, grid.sum() < k)
    gone[np.ix_(*body)] = hidden.cells
    gone[np.ix_(body[0], totals[1])], gone[np.ix_(totals[0], body[1])] = hidden.rows[:, None], hidden.columns
    return table.astype("Int64").mask(gone)


def hide_rows(table: pd.DataFrame, small: Flags, *, k: int) -> tuple[Flags, Flags]:
    """Choose the rows of a tidy table that are suppressed, and those that lose their n too; `small` says whose n is below k."""
    counts, n = whole_numbers(table, "count"), whole_numbers(table, "n")
    suppressed, nameless = small.copy(), small.copy()
    for rows in questions(table):
        answers, groups = (pd.factorize(table[name].iloc[rows].astype(str), sort=True)[0] if name in table else 0 * rows for name in ("answer", "group"))
        grid, rest = grid_of(answers, groups, counts[rows], n[rows])
        hidden = hide(grid, k=k)
        whole = rest and hidden.cells.any()
        suppressed[rows], nameless[rows] = hidden.cells[answers, groups] | whole, hidden.columns[groups]
    return suppressed, nameless
