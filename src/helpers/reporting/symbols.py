"""Symbols: what stands in the cell of a table that holds no number, or a zero, as official statistics in Germany write it (DIN 55301).

Not in use are ``/`` and ``( )`` (value not safe enough): intervals say how safe a value is; nor ``...`` (comes later): a survey is over.
"""

from __future__ import annotations

import pandas as pd

from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED, Wording

NOTHING = "–"  # exactly zero
UNKNOWN = "."  # there is a value, and nobody told it
SIGNS = (NOTHING, UNKNOWN, NOT_DEFINED, SUPPRESSED)
# Of these amounts a zero means that there is nothing; a difference or the end of an interval may be zero as any other number.
AMOUNTS = (
    *("count", "records", "redrawn", "documents", "mentions", "occurrences", "both", "interviews"),
    *("share", "weighted_share", "frame_share", "cell_share", "share_before", "share_now"),
)
CHANCES = ("first", "probability")  # of many draws none: rounded, and no proof that there is nothing
TOLD_BY_OTHERS = ("published_n", "year")


def missing_sign(column: str, *, hidden: bool) -> str:
    """The symbol for a number that is not there: withheld, not told by those who published it, or not meaningful."""
    return SUPPRESSED if hidden else UNKNOWN if column in TOLD_BY_OTHERS else NOT_DEFINED


def legend(texts: pd.DataFrame, wording: Wording, *, k: int, amounts: list[str]) -> list[str]:
    """What the symbols in a table mean, one text per symbol that occurs.

    Parameters
    ----------
    texts : DataFrame
        The columns with numbers, as displayed.
    wording : Wording
    k : int
        The fewest respondents of a published cell.
    amounts : list of str
        Heads of the columns where a zero is a rounded amount.
    """
    found = {str(text) for text in texts.to_numpy().ravel()}
    zeros = {str(text) for text in texts[amounts].to_numpy().ravel()} & {wording.integer(0), wording.number(0.0, 1)}
    told = {
        NOTHING: wording.say("symbol.nothing"),
        UNKNOWN: wording.say("symbol.unknown"),
        NOT_DEFINED: wording.say("symbol.not_meaningful"),
        SUPPRESSED: wording.say("note.suppressed", k=k),
    }
    rounded = [wording.say("symbol.rounded", zero=max(zeros, key=len))] if zeros else []
    return rounded + [told[sign] for sign in SIGNS if sign in found]
