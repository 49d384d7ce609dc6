"""Which coder gave which code to which answer: passages of any extent become one yes or no per coder, answer and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.passages.joining import checked_coders, checked_columns, overlapping


@dataclass(frozen=True)
class Decisions:
    """Yes or no per coder, answer and code.

    Parameters
    ----------
    units : DataFrame
        One row per answer in a document that at least two of the coders worked on: ``document``, ``segment``, ``start``, ``end``.
    codes : tuple of str
        The codes, in the order of the last axis of ``given``.
    given : array of bool, shape (coders, units, codes)
        Whether a passage of the coder with this code overlaps the answer.
    rated : array of bool, shape (coders, units)
        Whether the coder worked on the document, that is, coded anything in it; without that an absent code is missing, not "no".
    """

    units: pd.DataFrame
    codes: tuple[str, ...]
    given: NDArray[np.bool_]
    rated: NDArray[np.bool_]


def make_decisions(segments: pd.DataFrame, codings: pd.DataFrame, *, coders: Sequence[str], codes: Sequence[str] | None = None) -> Decisions:
    """Put passages on the answers they overlap.

    Parameters
    ----------
    segments : DataFrame
        One row per paragraph or turn: ``document``, ``segment``, ``start``, ``end``, ``kind``. Units are those with the kind "answer".
    codings : DataFrame
        One row per coded passage: ``document``, ``start``, ``end``, ``code``, ``coder``.
    coders : sequence of str
        Two or more coders; codings of others are ignored.
    codes : sequence of str, optional
        The codes and their order, used or not; else those that the coders used, sorted.

    Raises
    ------
    ValueError
        If columns are missing, a coder has no codings, codings lie in documents without segments, or no answer has two coders.
    """
    checked_columns(segments, ["document", "segment", "start", "end", "kind"], name="the table of segments")
    checked_columns(codings, ["document", "start", "end", "code", "coder"], name="the table of codings")
    own = codings[codings["coder"].isin(checked_coders(codings, coders))]
    if strange := int((~own["document"].isin(segments["document"])).sum()):
        raise ValueError(f"{strange} of {len(own)} codings lie in documents that have no segments")
    worked = pd.crosstab(own["coder"], own["document"]).reindex(index=list(coders)) > 0
    shared = worked.columns[worked.sum() >= 2]
    units = segments.loc[(segments["kind"] == "answer") & segments["document"].isin(shared), ["document", "segment", "start", "end"]]
    if units.empty:
        raise ValueError(f"no answer lies in a document that two of the {len(coders)} coders coded")
    units = units.reset_index(drop=True)
    names = tuple(sorted(own["code"].unique()) if codes is None else codes)
    own = own[own["code"].isin(names)]
    passage, unit = overlapping(own, units, by=["document"])
    given = np.zeros((len(coders), len(units), len(names)), dtype=bool)
    given[pd.Index(coders).get_indexer(own["coder"])[passage], unit, pd.Index(names).get_indexer(own["code"])[passage]] = True
    return Decisions(units, names, given, worked[units["document"]].to_numpy())
