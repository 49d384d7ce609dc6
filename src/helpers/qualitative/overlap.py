"""Overlap of freely chosen passages: how many of two coders' passages are the same, near enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.passages.joining import checked_coders, checked_columns, joined, overlapping


def code_overlap(codings: pd.DataFrame, *, coders: Sequence[str], threshold: float = 0.5) -> pd.DataFrame:
    """Passages of two coders that match, code by code.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage: ``document``, ``start``, ``end``, ``code``, ``coder``. Overlapping passages of one coder with the same code are
        joined first. Documents that one of the two did not code at all are left out.
    coders : sequence of two str
        The coders to compare.
    threshold : float
        Passages match if the characters they share make up at least this share of the characters of both together (intersection over union).

    Returns
    -------
    DataFrame
        One row per code, sorted, and one for all codes together (``code`` ""): ``n_first``, ``n_second`` (passages), ``matched`` (pairs), ``share``
        (of all passages of both that are matched, 2 matched / (n_first + n_second)) and ``mean_iou`` (of the matched pairs; NaN without any).
        No passage is matched twice: the best pair goes first, the earlier one of equal pairs. From a threshold of .5 on no order matters, as a
        passage then has at most one match, or two halves of itself.

    Raises
    ------
    ValueError
        If columns are missing, there are not two coders with codings, or the threshold is not in (0, 1].

    Examples
    --------
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 50, 2], "end": [10, 60, 10], "code": "trust", "coder": list("AAB")})
    >>> code_overlap(codings, coders=["A", "B"])
        code  n_first  n_second  matched     share  mean_iou
    0  trust        2         1        1  0.666667       0.8
    1               2         1        1  0.666667       0.8
    """
    checked_columns(codings, ["document", "start", "end", "code", "coder"], name="the table of codings")
    if len(checked_coders(codings, coders)) != 2:
        raise ValueError(f"{len(coders)} coders are given; passages are matched between two")
    if not 0 < threshold <= 1:
        raise ValueError("the threshold is a share of common characters, larger than 0 and at most 1, for example 0.5")
    first, second = (codings[codings["coder"] == coder] for coder in coders)
    shared = set(first["document"]) & set(second["document"])
    first, second = (joined(own[own["document"].isin(shared)], by=["document", "code"]) for own in (first, second))
    rows, ious = _matches(first, second, threshold)
    codes = sorted({*first["code"], *second["code"]})
    table = pd.DataFrame(
        {
            "n_first": first["code"].value_counts().reindex(codes, fill_value=0),
            "n_second": second["code"].value_counts().reindex(codes, fill_value=0),
            "matched": first["code"].iloc[rows].value_counts().reindex(codes, fill_value=0),
            "iou": pd.Series(ious, dtype=float).groupby(first["code"].to_numpy()[rows]).sum().reindex(codes, fill_value=0.0),
        }
    )
    table = pd.concat([table, pd.DataFrame(table.sum()).T.set_axis([""])]).rename_axis("code").reset_index()
    counts = ["n_first", "n_second", "matched"]
    passages = table["n_first"] + table["n_second"]
    found = table[["code"]].join(table[counts].astype(int))
    return found.assign(
        share=2 * table["matched"] / passages.where(passages > 0),
        mean_iou=table["iou"] / table["matched"].where(table["matched"] > 0),
    )


def _matches(first: pd.DataFrame, second: pd.DataFrame, threshold: float) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows of the first table that are matched, and their intersection over union with the passage matched."""
    one, two = overlapping(first, second, by=["document", "code"])
    start, end = first[["start", "end"]].to_numpy()[one].T, second[["start", "end"]].to_numpy()[two].T
    common = np.minimum(start[1], end[1]) - np.maximum(start[0], end[0])
    iou = common / (start[1] - start[0] + end[1] - end[0] - common)
    order = np.argsort(-iou, kind="stable")
    order = order[iou[order] >= threshold]
    rows, ious = [np.empty(0, dtype=np.int64)], [np.empty(0)]
    # Every round takes all pairs that are the best left of both their passages; the best pair of all is always among them.
    while len(order):
        best = np.zeros(len(order), dtype=bool)
        best[np.unique(one[order], return_index=True)[1]] = True
        other = np.zeros(len(order), dtype=bool)
        other[np.unique(two[order], return_index=True)[1]] = True
        taken = order[best & other]
        rows.append(one[taken])
        ious.append(iou[taken])
        order = order[~np.isin(one[order], one[taken]) & ~np.isin(two[order], two[taken])]
    return np.concatenate(rows), np.concatenate(ious)
