"""Steps: what a coder does at once, and its reverse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from helpers.data.interviews.codes import in_tree_order

KEY = ["document", "start", "end", "code"]


class Passage(NamedTuple):
    """A coded passage: ``start`` and ``end`` in Unicode code points of the document's text, ``end`` exclusive."""

    document: str
    start: int
    end: int
    code: str


@dataclass(frozen=True)
class Step:
    """Codings that go and come, and the row of one code before and after.

    Parameters
    ----------
    gone, come : frozenset of Passage
        Codings of the coder.
    before, after : dict or None
        The row of a code: None before where it is new, None after where it goes.
    """

    gone: frozenset[Passage] = frozenset()
    come: frozenset[Passage] = frozenset()
    before: dict[str, str] | None = None
    after: dict[str, str] | None = None

    def reversed(self) -> Step:
        """The step that takes this one back."""
        return Step(gone=self.come, come=self.gone, before=self.after, after=self.before)


def passages(codings: pd.DataFrame) -> list[Passage]:
    """The codings of a table, one passage per row."""
    return [Passage(str(document), int(start), int(end), str(code)) for document, start, end, code in codings[KEY].itertuples(index=False)]


def with_codings(codings: pd.DataFrame, step: Step, *, coder: str) -> pd.DataFrame:
    """The codings after a step; rows of other coders stay as they are."""
    own = codings["coder"].eq(coder).to_numpy()
    there = set(passages(codings[own]))
    goes = own & _among(codings, step.gone - step.come)
    comes = pd.DataFrame(sorted(step.come - there), columns=KEY).assign(coder=coder)
    return pd.concat([codings[~goes], comes.astype(codings.dtypes)]).sort_values([*KEY, "coder"], ignore_index=True)


def with_code(codes: pd.DataFrame, step: Step) -> pd.DataFrame:
    """The codes after a step: a new row comes last below its parent, a changed one keeps its place."""
    row, name = step.after or step.before, codes["code"]
    if row is None:
        return codes
    if step.after is None:
        return codes[name.ne(row["code"])].reset_index(drop=True)
    place = codes.index[name.eq(row["code"])]
    changed = pd.DataFrame([step.after], columns=codes.columns, dtype="str").astype(codes.dtypes)
    if place.empty:
        return in_tree_order(pd.concat([codes, changed], ignore_index=True)).reset_index(drop=True)
    return pd.concat([codes[: place[0]], changed, codes[place[0] + 1 :]], ignore_index=True)


def _among(codings: pd.DataFrame, wanted: Iterable[Passage]) -> pd.Series:
    rows = pd.MultiIndex.from_frame(codings[KEY])
    sought = pd.MultiIndex.from_tuples(sorted(wanted), names=KEY) if wanted else rows[:0]
    return rows.isin(sought)
