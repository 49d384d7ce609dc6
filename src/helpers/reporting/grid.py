"""Grid: answers x groups of respondents, and which of its cells have to stay unpublished so that none of the small ones can be worked out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


class Hidden(NamedTuple):
    """What of a grid stays unpublished (True): its cells, its row totals, its column totals."""

    cells: Flags
    rows: Flags
    columns: Flags


class Path(NamedTuple):
    """Cells (their rows and columns) that lose and that gain in turn, so that no sum of the grid changes."""

    losing: tuple[Places, Places]
    gaining: tuple[Places, Places]


def hide(counts: Counts, *, k: int) -> Hidden:
    """Choose what of a grid stays unpublished; among equal counts the earlier cell is hidden first, and the later one kept first."""
    rows, columns = hide_parts(counts.sum(axis=1), k=k), hide_parts(counts.sum(axis=0), k=k)
    hidden = Hidden((counts < k) | rows[:, None] | columns, rows, columns)
    if counts.sum() < k:  # not even the sum is known
        return hidden
    enough = shield_all(counts, hidden, k=k, price=counts)
    if enough is None:
        raise RuntimeError("cells of a grid are not safe even if all are hidden; this must not happen, as its sum is k or more")
    spare = enough.cells & (counts >= k) & ~rows[:, None] & ~columns
    for cell in reversed(by_count(counts, spare)):
        fewer = enough.cells.copy()
        fewer[cell] = False
        enough = shield_all(counts, enough._replace(cells=fewer), k=k, price=np.full(counts.shape, np.inf)) or enough
    return enough


def by_count(counts: Counts, chosen: Flags) -> list[tuple[int, int]]:
    """The chosen cells of a grid, smallest count first."""
    rows, columns = np.nonzero(chosen)
    order = np.argsort(counts[chosen], kind="stable")
    return list(zip(rows[order], columns[order], strict=True))


def hide_parts(counts: Counts, *, k: int) -> Flags:
    """Hide the parts of a known total that are below k, and the smallest other unless those are two or more and together k or more."""
    hidden = counts < k
    if hidden.any() and not hidden.all() and (hidden.sum() < 2 or counts[hidden].sum() < k):
        hidden[np.where(hidden, np.inf, counts).argmin()] = True
    return hidden


def shield_all(counts: Counts, hidden: Hidden, *, k: int, price: NDArray) -> Hidden | None:
    """Hide cells at that price until every cell below k is shielded; None if the price is too high."""
    shielded = counts >= k
    for cell in by_count(counts, ~shielded):
        if not shielded[cell]:
            more = shield(counts, hidden, cell, k=k, price=price)
            if more is None:
                return None
            hidden, possible = more
            shielded |= possible >= k
    return hidden


def shield(counts: Counts, hidden: Hidden, cell: tuple[int, int], *, k: int, price: NDArray) -> tuple[Hidden, Counts] | None:
    """Hide further cells until another grid with the same published numbers has k in a cell; returns what is hidden, and that grid.

    The totals are a last row and column. They stand on the other side of the balance: where a cell would lose, a total gains.
    """
    possible = np.block([[counts, counts.sum(axis=1, keepdims=True)], [counts.sum(axis=0, keepdims=True), counts.sum()]])
    total = np.ones(possible.shape, dtype=bool)
    total[:-1, :-1] = total[-1, -1] = False
    known = np.full(total.shape, np.inf)  # no price opens a published total
    known[:-1, :-1] = np.where(hidden.cells, 0, price)
    known[:-1, -1][hidden.rows] = known[-1, :-1][hidden.columns] = 0
    known[cell] = np.inf  # it cannot make up for itself
    while (need := k - possible[cell]) > 0:
        loss, gain = np.where(total, np.inf, possible), np.where(total, possible, np.inf)
        path = find_path(np.where(loss > 0, known, np.inf), np.where(gain > 0, known, np.inf), *cell)
        if path is None:
            return None
        moved = int(min(loss[path.losing].min(), gain[path.gaining].min(initial=need), need))
        possible[cell] += moved
        possible[path.losing] -= np.where(total[path.losing], -moved, moved)
        possible[path.gaining] += np.where(total[path.gaining], -moved, moved)
        known[path.losing] = known[path.gaining] = 0
    return hidden._replace(cells=hidden.cells | (known[:-1, :-1] == 0)), possible[:-1, :-1]


def find_path(lose: NDArray, gain: NDArray, start: int, end: int) -> Path | None:
    """Find the cheapest way from a row to a column, from row to column by losing cells and from column to row by gaining ones (Bellman-Ford)."""
    (to_row, row_before), (to_column, column_before) = ((np.full(size, np.inf), np.zeros(size, dtype=np.intp)) for size in lose.shape)
    to_row[start], nearer = 0, np.True_
    while nearer.any():
        ways = to_row[:, None] + lose
        nearer = ways.min(axis=0) < to_column
        to_column[nearer], column_before[nearer] = ways.min(axis=0)[nearer], ways.argmin(axis=0)[nearer]
        ways = to_column + gain
        nearer = ways.min(axis=1) < to_row
        to_row[nearer], row_before[nearer] = ways.min(axis=1)[nearer], ways.argmin(axis=1)[nearer]
    if np.isinf(to_column[end]):
        return None
    columns, rows = [end], [column_before[end]]
    while rows[-1] != start:
        columns.append(row_before[rows[-1]])
        rows.append(column_before[columns[-1]])
    return Path((np.array(rows), np.array(columns)), (np.array(rows[:-1], dtype=np.intp), np.array(columns[1:], dtype=np.intp)))
