"""What comes up in the interviews: every theme by the number of interviews, overall and by group, and theme by interview.

Interviews are counted first, since one talkative person can mention a theme ten times; passages stand beside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.passages.code_tree import ancestors
from helpers.qualitative.passages.presence import checked_places, mentions

PASSAGE = ["document", "start", "end", "code", "coder"]


def with_parents(codings: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Codings counted for the codes above them too.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage: ``document``, ``start``, ``end``, ``code``, ``coder``; of one coder or several.
    codes : DataFrame
        One row per code: ``code``, ``parent`` ("" for a main code).

    Returns
    -------
    DataFrame
        The codings, each followed by one row for every code above its code. A passage counts once for a code, also where it was coded
        with two of its subcodes, or with the code itself; doing it again changes nothing.

    Raises
    ------
    ValueError
        If a column is missing, a coding's code is not in the code system, or the code system is no tree.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["barriers", "staff", "money"], "parent": ["", "barriers", "barriers"]})
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 0], "end": [9, 9], "code": ["staff", "money"], "coder": "A"})
    >>> with_parents(codings, codes)["code"].tolist()
    ['staff', 'barriers', 'money']
    """
    missing = [column for column in PASSAGE if column not in codings]
    if missing:
        raise ValueError(f"the codings lack the columns {', '.join(missing)}")
    above = ancestors(codes)
    unknown = int((~codings["code"].isin(list(above))).sum())
    if unknown:
        raise ValueError(f"{unknown} codings have a code that is not in the code system; add it, or leave its codings out")
    lines = codings["code"].map({code: [code, *parents] for code, parents in above.items()})
    return codings.assign(code=lines).explode("code").astype({"code": codings["code"].dtype}).drop_duplicates(PASSAGE, ignore_index=True)


def frequencies(codings: pd.DataFrame, documents: pd.DataFrame, *, codes: pd.DataFrame) -> pd.DataFrame:
    """In how many interviews each theme comes up, and how often.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage, of one coder (or the consensus): ``document``, ``start``, ``end``, ``code``, ``coder``.
    documents : DataFrame
        One row per interview: ``document``. Interviews without any coding count in the denominator.
    codes : DataFrame
        One row per code: ``code``, ``parent``. A subcode's passages count for its main code too, each passage once.

    Returns
    -------
    DataFrame
        One row per code, in the order of the code system, also where it never comes up: ``code``, ``parent``, ``level`` (1 for a main
        code), ``interviews`` (in which it comes up), ``share`` (of all interviews; nan without interviews), ``mentions`` (passages),
        ``documents`` (number of interviews).

    Raises
    ------
    ValueError
        If several coders are mixed, or codings have an interview or code that is not in the tables.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["barriers", "staff"], "parent": ["", "barriers"]})
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 20], "end": [9, 30], "code": "staff", "coder": "A"})
    >>> frequencies(codings, pd.DataFrame({"document": ["I01", "I02"]}), codes=codes)
           code    parent  level  interviews  share  mentions  documents
    0  barriers                1           1    0.5         2          2
    1     staff  barriers      2           1    0.5         2          2
    """
    counts = _mentions(codings, documents, codes)
    interviews, number = (counts > 0).sum(axis=0), len(documents)
    found = {"interviews": interviews, "share": _share(interviews, number), "mentions": counts.sum(axis=0), "documents": number}
    return _code_rows(codes).assign(**found)


def frequencies_by(codings: pd.DataFrame, documents: pd.DataFrame, *, by: str, codes: pd.DataFrame) -> pd.DataFrame:
    """In how many interviews of each group every theme comes up.

    Parameters
    ----------
    codings, codes : DataFrame
        As in `frequencies`.
    documents : DataFrame
        One row per interview: ``document`` and the grouping. Interviews without a group are left out and counted.
    by : str
        Column of `documents`, such as the sector. Groups come in the order of its categories, else sorted.

    Returns
    -------
    DataFrame
        One row per code and group that has interviews: ``code``, ``parent``, ``level``, ``by``, ``group``, ``interviews``, ``documents``
        (interviews of the group), ``share`` (of the group's interviews), ``left_out`` (interviews without a group).

    Raises
    ------
    ValueError
        As in `frequencies`, and if there is no such column.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["staff"], "parent": [""]})
    >>> codings = pd.DataFrame({"document": ["I01"], "start": [0], "end": [9], "code": ["staff"], "coder": ["A"]})
    >>> documents = pd.DataFrame({"document": ["I01", "I02", "I03", "I04"], "size": ["small", "small", "large", None]})
    >>> frequencies_by(codings, documents, by="size", codes=codes)[["code", "group", "interviews", "documents", "share", "left_out"]]
        code  group  interviews  documents  share  left_out
    0  staff  large           0          1    0.0         1
    1  staff  small           1          2    0.5         1
    """
    if by not in documents:
        raise ValueError(f"the interviews have no column {by!r}; there are {', '.join(map(str, documents.columns))}")
    present = _mentions(codings, documents, codes) > 0
    place, groups = pd.factorize(documents[by], sort=True)
    member = place[:, None] == np.arange(len(groups))
    interviews, size = present.T.astype(np.int64) @ member.astype(np.int64), member.sum(axis=0)
    table = _code_rows(codes).loc[lambda rows: rows.index.repeat(len(groups))].reset_index(drop=True)
    return table.assign(
        by=by,
        group=np.tile(np.asarray(groups, dtype=object), len(codes)),
        interviews=interviews.ravel(),
        documents=np.tile(size, len(codes)),
        share=(interviews / size).ravel(),
        left_out=int((place < 0).sum()),
    )


def code_matrix(codings: pd.DataFrame, documents: pd.DataFrame, *, codes: pd.DataFrame) -> pd.DataFrame:
    """Code by interview: how often each theme comes up in each interview. For internal use: every column is a single interview.

    Parameters
    ----------
    codings, documents, codes : DataFrame
        As in `frequencies`.

    Returns
    -------
    DataFrame, shape (n_codes, n_documents)
        Passages; index ``code`` in the order of the code system, columns ``document`` in the order of the interviews.

    Raises
    ------
    ValueError
        As in `frequencies`.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["staff"], "parent": [""]})
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 20], "end": [9, 30], "code": "staff", "coder": "A"})
    >>> code_matrix(codings, pd.DataFrame({"document": ["I01", "I02"]}), codes=codes).loc["staff"].to_dict()
    {'I01': 2, 'I02': 0}
    """
    counts = _mentions(codings, documents, codes)
    return pd.DataFrame(counts.T, index=pd.Index(codes["code"], name="code"), columns=pd.Index(documents["document"], name="document"))


def _mentions(codings: pd.DataFrame, documents: pd.DataFrame, codes: pd.DataFrame) -> NDArray[np.int64]:
    listed = documents["document"], codes["code"].to_list()
    checked_places(codings, pd.Index(listed[0]), pd.Index(listed[1]))  # before parents are added, so that an error counts the codings given
    return mentions(with_parents(codings, codes), *listed)


def _code_rows(codes: pd.DataFrame) -> pd.DataFrame:
    level = [1 + len(above) for above in ancestors(codes).values()]
    return codes[["code", "parent"]].reset_index(drop=True).assign(level=level)


def _share(count: NDArray[np.int64], number: int) -> NDArray[np.float64]:
    return count / number if number else np.full(len(count), np.nan)
