"""Reading a table aloud: its columns as names and numbers, and the text alternative of a chart, computed from what is shown only."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.wording import NOT_DEFINED, Wording

Draw = Callable[[Canvas, pd.DataFrame], None]
Describe = Callable[[pd.DataFrame, Wording], str]
Write = Callable[[float], str]


def described_as(describe: Describe) -> Callable[[Draw], Draw]:
    """Give a draw function its text alternative, as attribute ``describe``.

    Parameters
    ----------
    describe : callable
        Takes the table the chart draws and the wording of the reader's language; returns the text alternative.
    """

    def attach(draw: Draw) -> Draw:
        draw.describe = describe  # type: ignore[attr-defined]
        return draw

    return attach


def numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats; a column that is not there, and a value that is not known, is nan."""
    if column not in table:
        return np.full(len(table), np.nan)
    return np.asarray(pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def is_hidden(table: pd.DataFrame) -> np.ndarray:
    """Which rows are suppressed."""
    return table["suppressed"].fillna(True).to_numpy(dtype=bool) if "suppressed" in table else np.zeros(len(table), dtype=bool)


def names(table: pd.DataFrame, column: str) -> list[str]:
    """A column of display texts; one that is missing is a dash."""
    return [NOT_DEFINED if pd.isna(value) else str(value) for value in table[column]]


def extremes(wording: Wording, key: str, labels: Sequence[str], texts: Sequence[str], values: np.ndarray, **more: object) -> str:
    """The sentence with the highest and the lowest of the values that are known.

    Parameters
    ----------
    key : str
        Declared with the endings ``.one`` (takes ``highest``) and ``.many`` (takes ``count``, ``highest`` and ``lowest``).
    labels, texts : sequence of str
        Name and written value of each row.
    values : array
        What the rows are ordered by; nan where it is hidden or not defined.
    more
        Further values of the sentence; ``count`` is the number of known values unless it is given.
    """
    known = np.flatnonzero(~np.isnan(values))
    if not known.size:
        return ""
    ends = {name: known[place(values[known])] for name, place in (("highest", np.argmax), ("lowest", np.argmin))}
    said = {name: wording.say("chart.alt.value", label=labels[place], value=texts[place]) for name, place in ends.items()}
    return wording.say(f"{key}.one" if known.size == 1 else f"{key}.many", **({"count": known.size} | said | more))


def with_interval(table: pd.DataFrame, column: str, write: Write, wording: Wording) -> list[str]:
    """The values of a column, written with their intervals where they have one."""
    texts = []
    for value, low, high in zip(numbers(table, column), numbers(table, "low"), numbers(table, "high"), strict=True):
        text = write(value)
        known = not np.isnan(value + low + high)
        texts.append(wording.say("chart.alt.interval", value=text, low=write(low), high=write(high)) if known else text)
    return texts


def joined(wording: Wording, table: pd.DataFrame, *sentences: str) -> str:
    """Sentences one after the other, and how many rows are hidden; a table without rows says so."""
    hidden = int(is_hidden(table).sum())
    ending = counted(wording, "chart.alt.hidden", hidden)
    return " ".join(sentence for sentence in (*sentences, ending) if sentence) or wording.say("chart.empty")


def counted(wording: Wording, key: str, count: int) -> str:
    """A sentence about a number of things, declared with the endings ``.one`` and ``.many``; none of them is not worth a sentence."""
    return wording.say(f"{key}.{'one' if count == 1 else 'many'}", count=count) if count else ""
