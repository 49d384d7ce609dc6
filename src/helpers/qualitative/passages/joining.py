"""Passages in texts: which overlap each other, and overlapping ones of the same kind joined into one.

A passage is a row with ``start`` and ``end`` (code points; ``end`` is exclusive). Passages are compared within groups, such as documents; all
groups are laid end to end on one line, so that sorting once serves them all.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def joined(passages: pd.DataFrame, *, by: Sequence[str]) -> pd.DataFrame:
    """Passages of the same group that overlap become one; passages that only touch stay two.

    Parameters
    ----------
    passages : DataFrame
        ``start``, ``end`` and the columns of ``by``.
    by : sequence of str
        Columns that make a group, such as document, coder and code.

    Returns
    -------
    DataFrame
        The columns of ``by``, ``start`` and ``end``, sorted by group (as first seen) and start.

    Examples
    --------
    >>> passages = pd.DataFrame({"code": list("aab"), "start": [5, 0, 3], "end": [9, 6, 4]})
    >>> joined(passages, by=["code"]).values.tolist()
    [['a', 0, 9], ['b', 3, 4]]
    """
    start, end = on_line(passages, by=by)
    order = np.argsort(start, kind="stable")
    reach = np.maximum.accumulate(end[order])
    opens = np.append(True, start[order][1:] >= reach[:-1])[: len(order)]
    first, last = order[opens], np.append(opens[1:], True)[: len(order)]
    found = passages.iloc[first][[*by, "start"]].reset_index(drop=True)
    return found.assign(end=found["start"].to_numpy() + reach[last] - start[first])


def overlapping(first: pd.DataFrame, second: pd.DataFrame, *, by: Sequence[str]) -> tuple[Positions, Positions]:
    """Row numbers of all pairs of a first and a second passage in the same group that share at least one character.

    Examples
    --------
    >>> texts = pd.DataFrame({"document": ["I01", "I01", "I02"], "start": [0, 4, 0], "end": [4, 9, 9]})
    >>> passages = pd.DataFrame({"document": ["I01", "I02"], "start": [3, 9], "end": [5, 12]})
    >>> [rows.tolist() for rows in overlapping(passages, texts, by=["document"])]
    [[0, 0], [0, 1]]
    """
    both = pd.concat([first[[*by, "start", "end"]], second[[*by, "start", "end"]]], ignore_index=True)
    starts, ends = on_line(both, by=by)
    start, end = starts[: len(first)], ends[: len(first)]
    order = np.argsort(starts[len(first) :], kind="stable")
    other_start, other_end = starts[len(first) :][order], ends[len(first) :][order]
    # Those that could overlap lie between the first one that reaches beyond the start and the last one that starts before the end.
    low = np.searchsorted(np.maximum.accumulate(other_end), start, side="right")
    many = np.maximum(np.searchsorted(other_start, end, side="left") - low, 0)
    rows = np.repeat(np.arange(len(first)), many)
    others = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(low, many)
    kept = other_end[others] > start[rows]
    return rows[kept], order[others[kept]]


def on_line(passages: pd.DataFrame, *, by: Sequence[str]) -> tuple[Positions, Positions]:
    """Start and end of every passage on the line of all groups; groups are a character or more apart."""
    start, end = passages["start"].to_numpy(dtype=np.int64), passages["end"].to_numpy(dtype=np.int64)
    if wrong := int(((start < 0) | (end <= start)).sum()):
        raise ValueError(f"{wrong} of {len(passages)} passages are empty or start before the text; start is at least 0 and end larger than start")
    group = passages.groupby(list(by), sort=False, dropna=False).ngroup().to_numpy()
    span = end.max(initial=0) + 1
    return group * span + start, group * span + end


def checked_columns(table: pd.DataFrame, needed: Sequence[str], *, name: str) -> None:
    """Refuse a table that lacks columns."""
    if missing := [column for column in needed if column not in table.columns]:
        raise ValueError(f"{name} lacks the columns {', '.join(missing)}; needed are {', '.join(needed)}")


def checked_coders(codings: pd.DataFrame, coders: Sequence[str]) -> list[str]:
    """The coders to compare, or a ValueError unless there are two or more different ones who coded something."""
    if len(set(coders)) < max(2, len(coders)):
        raise ValueError(f"{len(coders)} coders are given, {len(set(coders))} different ones; agreement needs two different coders or more")
    if silent := [coder for coder in coders if not (codings["coder"] == coder).any()]:
        raise ValueError(f"{len(silent)} of {len(coders)} coders have no coding: {', '.join(map(str, silent))}")
    return list(coders)
