"""Where codes come up: codings turned into counts per interview, or into yes and no per segment of the interviews."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def mentions(codings: pd.DataFrame, documents: Iterable[str], codes: Sequence[str]) -> NDArray[np.int64]:
    """Coded passages per interview and code.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage: ``document``, ``code``, ``coder``. One coder's, for a passage that two coders coded is one passage.
    documents : iterable of str
        The interviews, each once; also those without a coding.
    codes : sequence of str
        The codes, each once; also those that never come up.

    Returns
    -------
    array of int, shape (n_documents, n_codes)
        In the order given.

    Raises
    ------
    ValueError
        If a column is missing, codings of several coders are mixed, an interview is listed twice, or codings have an unknown interview or code.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": ["I02", "I02", "I01"], "code": ["trust", "trust", "staff"], "coder": "A"})
    >>> mentions(codings, ["I01", "I02"], ["staff", "trust"]).tolist()
    [[1, 0], [0, 2]]
    """
    listed, known = pd.Index(documents), pd.Index(codes)
    row, column = checked_places(codings, listed, known)
    return np.bincount(row * len(known) + column, minlength=len(listed) * len(known)).reshape(len(listed), len(known))


def in_segments(codings: pd.DataFrame, segments: pd.DataFrame, codes: Sequence[str]) -> NDArray[np.bool_]:
    """Which segments carry which code: a passage with the code overlaps the segment by at least one character.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage: ``document``, ``start``, ``end`` (code points, end exclusive), ``code``, ``coder``. One coder's.
    segments : DataFrame
        One row per segment: ``document``, ``start``, ``end``. Segments of an interview do not overlap; what lies between them counts nowhere.
    codes : sequence of str
        The codes, each once; also those that never come up.

    Returns
    -------
    array of bool, shape (n_segments, n_codes)
        In the order given.

    Raises
    ------
    ValueError
        As in `mentions`; if segments overlap, or a coded interview has no segment at all.

    Examples
    --------
    >>> segments = pd.DataFrame({"document": "I01", "start": [0, 10], "end": [9, 20]})
    >>> in_segments(pd.DataFrame({"document": ["I01"], "start": [5], "end": [11], "code": ["trust"], "coder": ["A"]}), segments, ["trust"]).tolist()
    [[True], [True]]
    """
    _need(codings, ("start", "end"), "codings")
    _need(segments, ("document", "start", "end"), "segments")
    listed = pd.Index(segments["document"].unique())
    document, column = checked_places(codings, listed, pd.Index(codes))
    # Every interview gets a stretch of one line of its own, so that all are searched at once.
    reach = 1 + max((int(table["end"].max()) for table in (segments, codings) if len(table)), default=0)
    own = listed.get_indexer(segments["document"]) * reach
    start, end = own + segments["start"].to_numpy(), own + segments["end"].to_numpy()
    order = np.argsort(start, kind="stable")
    overlapping = int((start[order][1:] < end[order][:-1]).sum())
    if overlapping:
        raise ValueError(f"{overlapping} segments begin before the one before them has ended; segments of an interview lie one after the other")
    first = np.searchsorted(end[order], document * reach + codings["start"].to_numpy(), side="right")
    behind = np.searchsorted(start[order], document * reach + codings["end"].to_numpy(), side="left")
    touched = np.maximum(behind - first, 0)
    passage = np.repeat(np.arange(len(codings)), touched)
    nth = np.arange(len(passage)) - np.repeat(np.cumsum(touched) - touched, touched)
    present = np.zeros((len(segments), len(codes)), dtype=bool)
    present[order[first[passage] + nth], column[passage]] = True
    return present & (end > start)[:, None]


def checked_places(codings: pd.DataFrame, documents: pd.Index, codes: pd.Index) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place of each coding's interview among the interviews, and of its code among the codes; a ValueError unless every coding has both."""
    _need(codings, ("document", "code", "coder"), "codings")
    listed = {"interviews": documents, "codes": codes}
    repeated = [f"{name} are listed twice; keep one row each" for name, index in listed.items() if index.has_duplicates]
    if repeated:
        raise ValueError("; ".join(repeated))
    row, column = documents.get_indexer(codings["document"]), codes.get_indexer(codings["code"])
    coders, nowhere, unknown = codings["coder"].nunique(), int((row < 0).sum()), int((column < 0).sum())
    wrong = []
    if coders > 1:
        wrong.append(f"{coders} coders are mixed; choose one, as in codings[codings['coder'] == 'consensus']")
    if nowhere:
        wrong.append(f"{nowhere} codings belong to no interview that is listed; list every coded interview, or leave its codings out")
    if unknown:
        wrong.append(f"{unknown} codings have a code that is not listed; add it to the code system, or leave its codings out")
    if wrong:
        raise ValueError("; ".join(wrong))
    return row, column


def _need(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise ValueError(f"the {name} lack the columns {', '.join(missing)}")
