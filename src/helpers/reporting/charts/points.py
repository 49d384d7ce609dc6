"""Effects around zero: how far an outcome moves with each regressor, with the range in which that may lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Row, Rows, heading
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording, capital

_KINDS = {"points": 1, "deviations": 2}  # what an effect is measured in, and its decimals


def _describe_points(table: pd.DataFrame, wording: Wording) -> str:
    kind = _kind(table)
    effect = numbers(table, kind)
    texts = [_signed(wording, value, kind) for value in effect]
    return joined(wording, table, extremes(wording, "chart.alt.points", _full_labels(table, wording), texts, effect))


@described_as(_describe_points)
def draw_points(canvas: Canvas, table: pd.DataFrame) -> None:
    """Effects as dots with interval around a line at zero; filled where the interval leaves zero out, or there is none.

    Parameters
    ----------
    table : DataFrame
        One row per effect: ``measure`` (what changes), optionally ``by`` (a heading), ``points`` (of an index) or ``deviations`` (standard
        deviations) with ``_low`` and ``_high``, ``suppressed``. Under each heading the largest comes first.
    """
    kind, hidden = _kind(table), is_hidden(table)
    effect, low, high = (numbers(table, name) for name in (kind, f"{kind}_low", f"{kind}_high"))
    values = [SUPPRESSED if secret else _signed(canvas.wording, value, kind) for secret, value in zip(hidden, effect, strict=True)]
    rows = [Row(*cells) for cells in zip(names(table, "measure"), values, effect, low, high, strict=True)]
    ticks = _ticks(np.concatenate([effect, low, high, [0.0]]), few=canvas.narrow)
    columns = Rows(canvas, [row.label for row in rows], values, span=(ticks[0], ticks[-1]))
    headings = _headings(table, canvas.wording)
    for place, one in enumerate(dict.fromkeys(headings)):
        if one:
            heading(canvas, capital(one), first=place == 0)
        columns.axis([(value, _signed(canvas.wording, value, kind, digits=_digits(ticks))) for value in _zero_first(ticks)])
        own = [row for row, name in zip(rows, headings, strict=True) if name == one]
        for row in sorted(own, key=lambda row: np.inf if np.isnan(row.mark) else -row.mark):
            apart, known = row.low > 0 or row.high < 0, not np.isnan(row.low + row.high)
            columns.draw(replace(row, fill="accent" if apart else "mark", hollow=known and not apart))
        columns.grid(ticks, zero=0)
    entries = [("dot:accent", "chart.key.apart"), ("ring:mark", "chart.key.near"), ("line:mark", "chart.key.effect_interval")]
    key(canvas, [(symbol, canvas.wording.say(text)) for symbol, text in entries if not np.isnan(low + high).all()])
    hidden_line(canvas, int(hidden.sum()))


def _kind(table: pd.DataFrame) -> str:
    return next(kind for kind in _KINDS if kind in table)


def _headings(table: pd.DataFrame, wording: Wording) -> list[str]:
    """What each row stands under: the part or the model, with its outcome where outcomes differ."""
    if "by" not in table:
        return [""] * len(table)
    if "outcome" not in table:
        return names(table, "by")
    return [
        wording.say("chart.alt.under", heading=by, label=outcome) for by, outcome in zip(names(table, "by"), names(table, "outcome"), strict=True)
    ]


def _full_labels(table: pd.DataFrame, wording: Wording) -> list[str]:
    """Labels that can stand without their heading."""
    own = names(table, "measure")
    if "by" not in table or table["by"].nunique() < 2:
        return own
    return [wording.say("chart.alt.under", label=label, heading=one) for label, one in zip(own, names(table, "by"), strict=True)]


def _ticks(values: np.ndarray, *, few: bool) -> list[float]:
    """Round numbers that hold all values."""
    known = values[~np.isnan(values)]
    low, high = float(known.min()), float(known.max())
    room = 0.5 if low == high else 0.0
    return [float(tick) for tick in MaxNLocator(nbins=4 if few else 6, steps=[1, 2, 5, 10]).tick_values(low - room, high + room)]


def _zero_first(ticks: list[float]) -> list[float]:
    return sorted(ticks, key=lambda tick: (abs(tick) > 1e-12, ticks.index(tick)))


def _digits(ticks: list[float]) -> int:
    step = ticks[1] - ticks[0]
    return 0 if step >= 1 else 1 if step >= 0.1 else 2


def _signed(wording: Wording, value: float, kind: str, *, digits: int | None = None) -> str:
    """A change with its sign; zero has none."""
    text = wording.number(value, _KINDS[kind] if digits is None else digits)
    return f"+{text}" if value > 1e-12 else text
