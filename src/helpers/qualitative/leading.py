"""Leading: the theme that comes up most, and whether the coders saw it alike."""

from __future__ import annotations

import pandas as pd

from helpers.qualitative.summaries import TENTATIVE


def leading_theme(counts: pd.DataFrame) -> pd.DataFrame:
    """The code that comes up most: in the most interviews, among these in the most passages.

    Parameters
    ----------
    counts : DataFrame
        See `theme_counts`.

    Returns
    -------
    DataFrame
        Its row, with ``ties`` (codes that come up in as many interviews, itself included) and ``leads`` ("alone" or "shared"); none without
        codes.
    """
    first = counts.sort_values(["n", "mentions"], ascending=False, kind="stable").head(1)
    ties = int(counts["n"].eq(counts["n"].max()).sum())
    return first.assign(ties=ties, leads="alone" if ties == 1 else "shared").reset_index(drop=True)


def leading_agreement(counts: pd.DataFrame, agreement: pd.DataFrame) -> pd.DataFrame:
    """Whether the coders saw the code that comes up most alike; said only where they did not.

    Parameters
    ----------
    counts : DataFrame
        See `theme_counts`.
    agreement : DataFrame
        See `helpers.qualitative.coders.code_agreement`.

    Returns
    -------
    DataFrame
        The row of `leading_theme` with its ``alpha`` and ``standing``: "least" (lowest of all codes), or "low" (below .667 otherwise); none where it
        is neither, or not assessable.
    """
    alphas = agreement[agreement["code"].ne("")].set_index("code")["alpha"].dropna()
    first = leading_theme(counts)
    first = first[first["code"].isin(alphas.index)]
    alpha = first["code"].map(alphas).astype(float)
    standing = ["least" if value <= alphas.min() else "low" for value in alpha]
    return first.assign(alpha=alpha, standing=standing)[alpha < TENTATIVE].reset_index(drop=True)
