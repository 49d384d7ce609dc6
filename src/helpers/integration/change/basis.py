"""Basis: on whose answers, and on which questions, the comparison of two waves rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.integration.change.studies import UNIT, Waves
from helpers.integration.change.units import wave_units
from helpers.quantitative.counts import share_of

_WAVES = {"before": ("lost", "gone"), "now": ("added", "new")}  # who answered in this wave alone, although eligible in the other, or not


def answered_units(waves: Waves, *, least: int) -> pd.DataFrame:
    """Of those who answered in each wave, how many did so in the other one too, and what became of the others.

    Parameters
    ----------
    waves : Waves
    least : int
        Kinds of units that are fewer are told together; where that does not help, there is no row.

    Returns
    -------
    DataFrame
        One row per wave and kind of unit: ``question`` ("units_before", "units_now"), ``answer`` (see `wave_units`; "alone_before", "alone_now" for
        all that did not, or not for certain, answer in the other wave), ``count``, ``n`` (answers of the wave), ``share``.
    """
    kinds = wave_units(waves.before, waves.now, unit=UNIT, eligible_before=waves.eligible_before, eligible_now=waves.eligible_now)
    counts = dict(zip(kinds["answer"], kinds["count"].astype(int), strict=True))
    rows = [row for wave, own in _WAVES.items() for row in _kinds(counts, wave, own, len(getattr(waves, wave)), least)]
    # The units with both answers stand in both parts: hidden in one, they are hidden in the other.
    safe = rows and min(count for *_, count, _ in rows) >= least
    table = pd.DataFrame(rows if safe else [], columns=["question", "answer", "count", "n"])
    return table.assign(share=share_of(table["count"], table["n"]) if safe else pd.Series(dtype=float))


def _kinds(counts: Mapping[str, int], wave: str, own: Sequence[str], n: int, least: int) -> list[tuple[str, str, int, int]]:
    """The units of one wave, in as many kinds as are large enough."""
    alone = {kind: counts[kind] for kind in (*own, f"only_{wave}") if kind in counts}
    if unnamed := n - counts["both"] - sum(alone.values()):
        alone["unnamed"] = unnamed
    told = alone if min(alone.values()) >= least else {f"alone_{wave}": sum(alone.values())}
    return [(f"units_{wave}", kind, count, n) for kind, count in {"both": counts["both"], **told}.items()]


def left_counts(waves: Waves) -> pd.DataFrame:
    """How many questions cannot be compared.

    Parameters
    ----------
    waves : Waves

    Returns
    -------
    DataFrame
        One row: ``found`` ("none", "some"), ``apart`` (how many), ``n`` (answers now); none without an earlier wave.
    """
    row = {"found": "some" if len(waves.apart) else "none", "apart": len(waves.apart), "n": len(waves.now)}
    return pd.DataFrame([row] if waves.ended else [], columns=list(row))


def questions_left(waves: Waves, codebook: Any, before: Any, *, language: str) -> pd.DataFrame:
    """The questions that cannot be compared, in words.

    Parameters
    ----------
    waves : Waves
    codebook, before : Codebook
        Of the later wave, and of the earlier one (or None), for questions that only it has.
    language : {"de", "en"}

    Returns
    -------
    DataFrame
        ``question`` in words, ``reason`` (see `questions_apart`), ``n``.
    """
    books = [book for book in (codebook, before) if book is not None]
    words = [next((_full(name, book, language) for book in books if name in book.variables.index), name) for name in waves.apart["question"]]
    return waves.apart.assign(question=words)


def _full(name: str, codebook: Any, language: str) -> str:
    """A question in words; an item or option with its set."""
    own, parent = str(codebook.label(name, language)), str(codebook.variables.at[name, "set"])
    return f"{codebook.label(parent, language)} – {own}" if parent else own
