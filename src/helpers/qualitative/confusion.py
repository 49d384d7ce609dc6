"""Where coders disagree: which code stands for which, and the passages. For the researchers only; passages are never published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.qualitative.passages.joining import checked_coders, checked_columns, overlapping

CODINGS = ["document", "start", "end", "code", "coder"]


def code_confusion(codings: pd.DataFrame, *, coders: Sequence[str]) -> pd.DataFrame:
    """Which code the second coder gave where the first gave one. Internal use only: counts may be small.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage: ``document``, ``start``, ``end``, ``code``, ``coder``. Documents that one of the two did not code are left out.
    coders : sequence of two str
        The first and the second coder.

    Returns
    -------
    DataFrame
        One row per pair of codes that occurs, most frequent first: ``code_first``, ``code_second``, ``passages``. A passage of the first coder
        counts with its own code if the second gave that code to any part of it, else once with each code the second gave there, or with ""
        if there is none. Passages of the second coder where the first coded nothing have ``code_first`` "". No rows with fewer than two coders.

    Raises
    ------
    ValueError
        If columns are missing, or a coder has no codings or is named twice.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 20, 2], "end": [9, 30, 8], "code": ["trust", "costs", "contacts"],
    ...                         "coder": list("AAB")})
    >>> code_confusion(codings, coders=["A", "B"]).values.tolist()
    [['costs', '', 1], ['trust', 'contacts', 1]]
    """
    checked_columns(codings, CODINGS, name="the table of codings")
    if len(coders) < 2:
        return pd.DataFrame(columns=["code_first", "code_second", "passages"]).astype({"passages": "int64"})
    if len(checked_coders(codings, coders)) != 2:
        raise ValueError(f"{len(coders)} coders are given; codes are compared between two")
    first, second = (codings[codings["coder"] == coder].reset_index(drop=True) for coder in coders)
    shared = set(first["document"]) & set(second["document"])
    first, second = (own[own["document"].isin(shared)].reset_index(drop=True) for own in (first, second))
    one, two = overlapping(first, second, by=["document"])
    code_one, code_two = first["code"].to_numpy()[one], second["code"].to_numpy()[two]
    agreed = np.isin(np.arange(len(first)), one[code_one == code_two])
    # What else the second coder gave is no confusion where both agree.
    kept = ~agreed[one] | (code_one == code_two)
    met = pd.DataFrame({"passage": one[kept], "code_first": code_one[kept], "code_second": code_two[kept]}).drop_duplicates()
    missed = first.loc[~np.isin(first.index, one), ["code"]].set_axis(["code_first"], axis=1).assign(code_second="")
    added = second.loc[~np.isin(second.index, two), ["code"]].set_axis(["code_second"], axis=1).assign(code_first="")
    counts = pd.concat([met, missed, added]).groupby(["code_first", "code_second"]).size().rename("passages").reset_index()
    return counts.sort_values(["passages", "code_first", "code_second"], ascending=[False, True, True], ignore_index=True)


def disagreements(codings: pd.DataFrame, *, coders: Sequence[str]) -> pd.DataFrame:
    """Passages that not all coders gave the code. Internal use only: it points into the transcripts.

    Parameters
    ----------
    codings
        As in `code_confusion`.
    coders : sequence of str
        Two or more coders.

    Returns
    -------
    DataFrame
        One row per passage to which another coder who worked on the document gave the code nowhere, in the order of the texts: ``document``,
        ``start``, ``end``, ``code``, ``coder`` (who gave it) and ``others`` (codes that the others gave there, separated by "|"; "" if none). No rows
        with fewer than two coders.

    Raises
    ------
    ValueError
        If columns are missing, or a coder has no codings or is named twice.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": "I01", "start": [0, 20, 2, 21], "end": [9, 30, 8, 30], "coder": list("AABB"),
    ...                         "code": ["trust", "costs", "contacts", "costs"]})
    >>> disagreements(codings, coders=["A", "B"]).values.tolist()
    [['I01', 0, 9, 'trust', 'A', 'contacts'], ['I01', 2, 8, 'contacts', 'B', 'trust']]
    """
    checked_columns(codings, CODINGS, name="the table of codings")
    if len(coders) < 2:
        return codings.loc[[], CODINGS].assign(others="")
    own = codings.loc[codings["coder"].isin(checked_coders(codings, coders)), CODINGS].reset_index(drop=True)
    one, two = overlapping(own, own, by=["document"])
    coder, code = own["coder"].to_numpy(), own["code"].to_numpy()
    foreign = coder[one] != coder[two]
    one, two = one[foreign], two[foreign]
    alike = pd.DataFrame({"passage": one, "coder": coder[two]})[code[one] == code[two]].drop_duplicates()
    agreeing = np.bincount(alike["passage"], minlength=len(own))
    asked = own.groupby("document")["coder"].transform("nunique").to_numpy() - 1
    there = pd.DataFrame({"passage": one, "code": code[two]}).drop_duplicates().sort_values(["passage", "code"])
    others = there.groupby("passage")["code"].agg("|".join).reindex(own.index, fill_value="")
    found = own.assign(others=others)[agreeing < asked]
    return found.sort_values(["document", "start", "end", "code", "coder"], ignore_index=True)
