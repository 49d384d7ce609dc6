"""The code system as a tree: which codes stand above a code, and how deep it stands."""

from __future__ import annotations

import pandas as pd


def ancestors(codes: pd.DataFrame) -> dict[str, list[str]]:
    """The codes that stand above each code, the nearest first.

    Parameters
    ----------
    codes : DataFrame
        One row per code: ``code``, ``parent`` (the code above it, or ""). Any depth.

    Returns
    -------
    dict
        Code, in the order of the table -> codes above it; none for a main code.

    Raises
    ------
    ValueError
        If a column is missing, a code is there twice, a parent is no code of the table, or codes stand below themselves.

    Examples
    --------
    >>> ancestors(pd.DataFrame({"code": ["barriers", "staff"], "parent": ["", "barriers"]}))
    {'barriers': [], 'staff': ['barriers']}
    """
    missing = [column for column in ("code", "parent") if column not in codes]
    if missing:
        raise ValueError(f"the codes lack the columns {', '.join(missing)}; needed are code and parent")
    twice, unknown = int(codes["code"].duplicated().sum()), int((~codes["parent"].isin([*codes["code"], ""])).sum())
    if twice or unknown:
        raise ValueError(f"{twice} codes are there twice and {unknown} have a parent that is no code; keep each code once, under a code of the table")
    parents = dict(zip(codes["code"], codes["parent"], strict=True))
    return {code: _above(code, parents) for code in parents}


def _above(code: str, parents: dict[str, str]) -> list[str]:
    above: list[str] = []
    while parent := parents[above[-1] if above else code]:
        if parent == code or parent in above:
            raise ValueError("some codes stand below themselves; a main code has an empty parent")
        above.append(parent)
    return above
