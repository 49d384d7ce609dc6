"""Units: which of them answered in both waves, and what became of the others."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.integration.change.overlap import Populations
from helpers.integration.change.panel import identifiers
from helpers.quantitative.counts import share_of

QUESTION = "units"


def populations(eligible_before: pd.Series, eligible_now: pd.Series) -> Populations:
    """Populations of two waves whose eligible units are listed.

    Parameters
    ----------
    eligible_before, eligible_now : Series
        Identifiers of all eligible units, respondents or not.

    Raises
    ------
    ValueError
        If identifiers are missing or repeat.

    Examples
    --------
    >>> populations(pd.Series(["a", "b", "c"]), pd.Series(["b", "c", "d", "e"]))
    Populations(before=3, now=4, both=2)
    """
    before, now = (_listed(units) for units in (eligible_before, eligible_now))
    return Populations(len(before), len(now), len(before & now))


def wave_units(
    before: pd.DataFrame, now: pd.DataFrame, *, unit: str, eligible_before: pd.Series | None = None, eligible_now: pd.Series | None = None
) -> pd.DataFrame:
    """How many units answered in both waves, and what became of the others.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent.
    unit : str
        The column with the unit's identifier, missing or empty where the respondent gave none.
    eligible_before, eligible_now : Series, optional
        Identifiers of all eligible units of each wave.

    Returns
    -------
    DataFrame
        One row per kind of unit: ``question`` ("units"), ``answer``, ``count``, ``n`` (all units that answered at least once), ``share``.
        Kinds: ``both``; ``lost`` (answered before only, though eligible now), ``gone`` (before only, no longer eligible), or ``only_before``
        where it is not known who is eligible now; ``added`` (now only, though eligible before), ``new`` (now only, not eligible before), or
        ``only_now``. Respondents without an identifier count in ``unnamed``, a unit for each. No row names a unit.

    Raises
    ------
    ValueError
        If a wave has no such column, two answers of one unit, or answers of units that its list does not hold.

    Examples
    --------
    >>> before, now = pd.DataFrame({"unit": ["a", "b", "c"]}), pd.DataFrame({"unit": ["b", "d"]})
    >>> wave_units(before, now, unit="unit", eligible_now=pd.Series(["a", "b", "d"]))[["answer", "count", "n"]]
         answer  count  n
    0      both      1  4
    1      lost      1  4
    2      gone      1  4
    3  only_now      1  4
    """
    first, second = (set(identifiers(table, unit)) for table in (before, now))
    unnamed = len(before) - len(first) + len(now) - len(second)
    counts = {"both": len(first & second)}
    counts |= _of_one_wave(first, first - second, of=eligible_before, other=eligible_now, kinds=("lost", "gone", "only_before"))
    counts |= _of_one_wave(second, second - first, of=eligible_now, other=eligible_before, kinds=("added", "new", "only_now"))
    counts |= {"unnamed": unnamed} if unnamed else {}
    table = pd.DataFrame({"question": QUESTION, "answer": list(counts), "count": list(counts.values()), "n": sum(counts.values())})
    return table.assign(share=share_of(table["count"], table["n"]))


def _of_one_wave(answered: set[str], alone: set[str], *, of: pd.Series | None, other: pd.Series | None, kinds: Sequence[str]) -> dict[str, int]:
    """Units that answered in one wave only, by whether they were eligible in the other."""
    eligible_too, not_eligible, unknown = kinds
    if of is not None and (strangers := len(answered - _listed(of))):
        raise ValueError(f"{strangers} of {len(answered)} units answered and are not in their wave's list of eligible units; correct the list")
    if other is None:
        return {unknown: len(alone)}
    listed = _listed(other)
    return {eligible_too: len(alone & listed), not_eligible: len(alone - listed)}


def _listed(units: pd.Series) -> set[str]:
    texts = units.astype("string").fillna("")
    unnamed, again = int(texts.eq("").sum()), int(texts.duplicated().sum())
    if again or unnamed:
        raise ValueError(f"{again} eligible units are listed again, {unnamed} without an identifier; list each unit once")
    return set(texts)
