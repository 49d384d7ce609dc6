"""Disclosure control: what is published says nothing about fewer than `k` respondents, directly or by subtraction.

Every table that is published passes `suppress`. It takes a question as a grid of answers x groups of respondents whose totals (of the
groups, of the answers, of all) stand elsewhere in the report, and hides

1. every total below k, with the smallest other total where it could be found by subtraction; a hidden total hides its row or column;
2. every cell below k, nobody at all included;
3. further cells, the cheapest that suffice and none that can be spared, until for each cell of step 2 some other grid agrees with
   everything published and has k respondents or more there. It is constructed: respondents are moved round closed paths of hidden cells.

As a hidden answer total hides its row wherever the question is crossed, cross-tables tell no more about it than the one-way table does:
tables that are safe alone are safe together. `helpers.reporting.attack` checks that, report by report, by linear programming.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pandas.api import types

from helpers.reporting.grid import Counts, Flags, Places, hide

NAMED = ("question", "item", "option", "by", "group", "answer")
KEPT = ("order", "k")  # numbers that say nothing about the count beside them
STATISTIC = "mean"  # an answer that is none: its row holds a statistic of n respondents
TOTAL = "All"  # what `pandas.crosstab(margins=True)` calls its totals


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
    small = whole_numbers(table["n"]) < k
    suppressed, without_n = suppress_cells(table, small, k=k) if "count" in table else (with_partners(table, small, k=k), small)
    return blank(table, suppressed, without_n)


def with_partners(table: pd.DataFrame, small: Flags, *, k: int) -> Flags:
    """The rows of a table of statistics to hide: where hidden groups have fewer than k respondents together, the smallest others too.

    The statistic of all groups together stands elsewhere, so that of a single hidden group would be the difference.
    """
    if "group" not in table:
        return small
    hidden, n = small.copy(), whole_numbers(table["n"])
    shared = [name for name in identifying(table) if name != "group"]
    number = table.groupby(shared, dropna=False, observed=True, sort=False).ngroup().to_numpy() if shared else np.zeros(len(table), dtype=int)
    for one in np.unique(number[small]):
        rows = np.flatnonzero(number == one)
        for row in rows[np.argsort(n[rows], kind="stable")]:
            if not 0 < n[rows][hidden[rows]].sum() < k:
                break
            hidden[row] = True
    return hidden


def is_contingency(table: pd.DataFrame) -> bool:
    """Whether a table holds nothing but numbers, none of them named as in a tidy table."""
    return not {"count", "n"} & set(table.columns) and table.shape[1] > 0 and all(types.is_numeric_dtype(kind) for kind in table.dtypes)


def suppress_contingency(table: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """Suppress a table of counts, and the totals it shows."""
    counts = np.column_stack([whole_numbers(column) for _, column in table.items()])
    (rows, total_rows), (columns, total_columns) = (split_totals(labels) for labels in table.axes)
    grid = counts[np.ix_(rows, columns)]
    if (counts[np.ix_(total_rows, columns)] != grid.sum(axis=0)).any() or (grid.sum(axis=1) != counts[np.ix_(rows, total_columns)].T).any():
        raise ValueError(f"the totals named {TOTAL!r} are not the sums of their rows and columns; correct them or leave them out")
    hidden = hide(grid, k=k)
    gone = np.full(counts.shape, grid.sum() < k)
    gone[np.ix_(rows, columns)] = hidden.cells
    gone[np.ix_(rows, total_columns)], gone[np.ix_(total_rows, columns)] = hidden.rows[:, None], hidden.columns
    return table.astype("Int64").mask(gone)


def split_totals(labels: pd.Index) -> tuple[Places, Places]:
    """The places of labels in alphabetical order, and those of totals."""
    order = np.argsort([str(label) for label in labels], kind="stable")
    total = labels.get_level_values(0)[order] == TOTAL
    return order[~total], order[total]


def suppress_cells(table: pd.DataFrame, small: Flags, *, k: int) -> tuple[Flags, Flags]:
    """Choose the rows of a tidy table that are suppressed, and those that lose n too; `small` says where n is below k."""
    counts, n = whole_numbers(table["count"]), whole_numbers(table["n"])
    suppressed, without_n = small.copy(), small.copy()
    for rows in questions(table):
        answers, groups = (in_alphabet(table.iloc[rows], name) for name in ("answer", "group"))
        grid, incomplete = lay_out(answers, groups, counts[rows], n[rows])
        hidden = hide(grid, k=k)
        suppressed[rows] = hidden.cells.any() if incomplete else hidden.cells[answers, groups]
        without_n[rows] = hidden.columns[groups]
    return suppressed, without_n


def questions(table: pd.DataFrame) -> Iterator[Places]:
    """The rows of each question, or question crossed by one grouping, of a tidy table; rows that are no cells are left out."""
    shared = [name for name in identifying(table) if name not in ("group", "answer")]
    number = table.groupby(shared, dropna=False, observed=True, sort=False).ngroup().to_numpy() if shared else np.zeros(len(table), dtype=int)
    cells = np.flatnonzero(~table["answer"].isin([STATISTIC])) if "answer" in table else np.arange(len(table))
    for question in pd.unique(number[cells]):
        yield cells[number[cells] == question]


def identifying(table: pd.DataFrame) -> list[str]:
    """The columns that tell rows apart: the house's own, and other texts that vary between rows alike in those."""
    names = [name for name in NAMED if name in table]
    others = [str(name) for name in table if name not in names and is_text(table[name])]
    alike = table.groupby(names or np.zeros(len(table)), dropna=False, observed=True)
    names += [name for name in others if (alike[name].nunique(dropna=False) > 1).any()]
    again = np.flatnonzero(table.duplicated(names)) if names else np.arange(1, len(table))
    if len(again):
        raise ValueError(
            f"{len(again)} rows describe a cell that an earlier row describes, the first of them row {again[0]}; every cell has one row: "
            "name what else tells rows apart in a text column"
        )
    return names


def in_alphabet(rows: pd.DataFrame, name: str) -> Places:
    """The place of each row's label among all labels of a column; the first place for all if there is no such column."""
    return pd.factorize(rows[name].astype(str), sort=True)[0] if name in rows else np.zeros(len(rows), dtype=np.intp)


def lay_out(answers: Places, groups: Places, counts: Counts, n: Counts) -> tuple[Counts, bool]:
    """Lay cells out as answers x groups; who gave none of these answers is a last row. Also returned: whether a distribution is incomplete."""
    grid = np.zeros((answers.max() + 1, groups.max() + 1), dtype=np.int64)
    asked = np.zeros(groups.max() + 1, dtype=np.int64)
    grid[answers, groups], asked[groups] = counts, n
    rest = asked - grid.sum(axis=0)
    if (asked[groups] != n).any() or (rest < 0).any():
        raise ValueError(
            f"n differs between answers of the same respondents in {(asked[groups] != n).sum()} rows, counts exceed n in {(rest < 0).sum()} groups; "
            "rows that differ in `answer` only must share out one n: name what else tells them apart in a text column, boxes to tick in `option`"
        )
    alone = len(grid) == 1
    return np.vstack([grid, rest]) if alone or rest.any() else grid, bool(rest.any()) and not alone


def blank(table: pd.DataFrame, suppressed: Flags, without_n: Flags) -> pd.DataFrame:
    """A copy without the numbers of suppressed rows, and without n where that is hidden too."""
    result = table.copy()
    for name in table:
        if name not in (*NAMED, *KEPT) and not is_text(table[name]):
            values = table[name] if types.is_float_dtype(table[name]) else table[name].convert_dtypes()
            result[name] = values.mask(without_n if name == "n" else suppressed)
    return result.assign(suppressed=suppressed)


def is_text(values: pd.Series) -> bool:
    """Whether a column holds texts, or nothing."""
    return types.infer_dtype(values.astype(object), skipna=True) in ("string", "empty")


def whole_numbers(values: pd.Series) -> Counts:
    """The counts in a column, checked."""
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~((numbers >= 0) & (numbers % 1 == 0)))
    if len(wrong):
        raise ValueError(
            f"{values.name!r} is no count in {len(wrong)} of {len(numbers)} rows, the first of them row {wrong[0]}; counts of respondents are whole "
            "numbers from 0 and never missing: a table of shares needs `count` and `n` beside them, and a table is suppressed once"
        )
    return numbers.astype(np.int64)
