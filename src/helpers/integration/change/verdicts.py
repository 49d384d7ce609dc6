"""Verdicts: which statements are judged otherwise than in the previous wave."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

BOTH, ONLY_BEFORE, ONLY_NOW, REDEFINED = "both", "only_before", "only_now", "redefined"
_ORDER = ("against", "open", "tendency", "supported")
_KEYS = ("id", "part")


def change_in_verdicts(before: pd.DataFrame, now: pd.DataFrame, *, defined_by: Sequence[str] = ()) -> pd.DataFrame:
    """Which statements got another verdict.

    Parameters
    ----------
    before, now : DataFrame
        One row per statement, or per part of it: ``id``, ``part`` where there are parts, ``verdict`` ("against", "open", "tendency",
        "supported").
    defined_by : sequence of str
        Columns of both tables that must agree for a statement to be the same test, such as ``kind``, ``question``, ``answer``.

    Returns
    -------
    DataFrame
        One row per statement (and part), those of the later wave first, in its order: ``id``, (``part``,) ``verdict_before``, ``verdict_now``
        ("" where there is none), ``waves`` ("both", "only_before", "only_now", or "redefined" where the test is not the same), ``changed``
        (only where it is the same test in both), ``direction`` ("stronger", "weaker", else ""). A changed verdict is not yet a change of the
        population: two waves may lie just above and just below a limit. Say it beside the change of the share.

    Raises
    ------
    ValueError
        If a table has no ``id`` or ``verdict``, describes a statement twice, lacks a defining column, or has verdicts of another kind.

    Examples
    --------
    >>> before = pd.DataFrame({"id": ["C01", "C02"], "verdict": ["open", "supported"]})
    >>> now = pd.DataFrame({"id": ["C01", "C03"], "verdict": ["tendency", "open"]})
    >>> change_in_verdicts(before, now)[["id", "direction", "waves", "changed"]]
        id direction        waves  changed
    0  C01  stronger         both     True
    1  C03               only_now    False
    2  C02            only_before    False
    """
    keys = [key for key in _KEYS if key in before and key in now] or ["id"]
    kept = [*keys, "verdict", *(name for name in defined_by if name not in keys)]
    first, second = (_checked(table, keys, kept) for table in (before, now))
    table = second.merge(first, on=keys, how="outer", suffixes=("_now", "_before"), indicator=True, sort=False)
    order = pd.concat([second[keys], first[keys]]).drop_duplicates()
    table = order.merge(table, on=keys, how="left")
    other = pd.Series(False, index=table.index)
    for name in defined_by:
        other |= ~(table[f"{name}_now"].fillna("").astype(str) == table[f"{name}_before"].fillna("").astype(str))
    waves = table["_merge"].astype(str).map({"both": BOTH, "left_only": ONLY_NOW, "right_only": ONLY_BEFORE})
    waves = waves.mask(waves.eq(BOTH) & other, REDEFINED)
    step = table["verdict_now"].map(_ORDER.index, na_action="ignore") - table["verdict_before"].map(_ORDER.index, na_action="ignore")
    changed = waves.eq(BOTH) & step.ne(0)
    direction = step.gt(0).map({True: "stronger", False: "weaker"}).where(changed, "")
    verdicts = {name: table[name].fillna("") for name in ("verdict_before", "verdict_now")}
    return table[keys].assign(**verdicts, waves=waves, changed=changed, direction=direction)


def _checked(table: pd.DataFrame, keys: list[str], kept: list[str]) -> pd.DataFrame:
    lacking = [name for name in kept if name not in table]
    if lacking:
        raise ValueError(f"a wave's verdicts lack the columns {', '.join(lacking)}")
    again, foreign = int(table.duplicated(keys).sum()), int((~table["verdict"].isin(_ORDER)).sum())
    if again or foreign:
        raise ValueError(f"{again} rows describe a statement again, {foreign} have another verdict than {', '.join(_ORDER)}")
    return table[kept]
