"""The specification curve: one question answered under every defensible choice, and where the answers would lie by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import EDGE, GRID, Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Scale, share_limit, share_ticks
from helpers.reporting.charts.words import described_as, is_hidden, joined, numbers
from helpers.reporting.wording import Wording

_HEIGHT = 170.0


def _describe_curve(table: pd.DataFrame, wording: Wording) -> str:
    share, chance = numbers(table, "partial_r2"), numbers(table, "null_high")
    known = share[~np.isnan(share)]
    if not known.size:
        return joined(wording, table)
    above = int((share > chance).sum())
    values = {"count": known.size, "lowest": known.min(), "middle": float(np.median(known)), "highest": known.max(), "above": above}
    return joined(wording, table, wording.say("chart.alt.curve", **values))


@described_as(_describe_curve)
def draw_curve(canvas: Canvas, table: pd.DataFrame) -> None:
    """Shares explained under each choice, rising from left to right, over the band in which they would lie by chance.

    Parameters
    ----------
    table : DataFrame
        One row per specification, by rising ``partial_r2`` (a proportion): ``null_low``, ``null_high``, ``suppressed``.
    """
    share, low, high = (numbers(table, name) for name in ("partial_r2", "null_low", "null_high"))
    limit = share_limit(table, ["partial_r2", "null_high"])
    ticks = share_ticks(canvas, limit, few=True)
    left = max(canvas.measure(text, size=canvas.small) for _, text in ticks) + 10
    bottom = canvas.y + _HEIGHT + 8
    height = Scale(0, limit, bottom, bottom - _HEIGHT)
    step = (canvas.width - left - 6) / max(len(table), 1)
    for value, text in ticks:
        canvas.line((left, height(value)), (canvas.width, height(value)), stroke="mark" if value == 0 else "rule", layer=GRID)
        canvas.text(left - 6, height(value) + canvas.small * 0.36, text, size=canvas.small, fill="muted", anchor="end")
    for place, (value, floor, ceiling) in enumerate(zip(share, low, high, strict=True)):
        x = left + (place + 0.5) * step
        if not np.isnan(floor + ceiling):
            canvas.box(x - step / 2, height(ceiling), step + 0.3, height(floor) - height(ceiling), fill="mark-soft")
        if not np.isnan(value):
            canvas.line(
                (x, height(value) - 3), (x, height(value) + 3), stroke="accent" if value > ceiling else "mark", width=max(1.5, 0.7 * step), layer=EDGE
            )
    canvas.y = bottom + 6
    entries = [("dot:accent", "chart.key.beyond"), ("dot:mark", "chart.key.within"), ("band", "chart.key.by_chance")]
    key(canvas, [(symbol, canvas.wording.say(text)) for symbol, text in entries])
    hidden_line(canvas, int(is_hidden(table).sum()))
