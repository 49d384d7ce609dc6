"""Saturation: how many of the codes are known after so many interviews, whatever their order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import EDGE, GRID, Canvas
from helpers.reporting.charts.marks import key
from helpers.reporting.charts.rows import Scale
from helpers.reporting.charts.words import described_as, joined, numbers
from helpers.reporting.wording import Wording

_HEIGHT = 190.0


def _describe_saturation(table: pd.DataFrame, wording: Wording) -> str:
    interviews, codes = numbers(table, "interviews"), numbers(table, "codes")
    if not len(table):
        return joined(wording, table)
    half = int(np.argmax(codes >= 0.9 * codes.max()))
    ends = {"first": codes[0], "after": interviews[half], "known": codes[half], "last": interviews[-1], "all": codes[-1]}
    return joined(wording, table, wording.say("chart.alt.saturation", **ends))


@described_as(_describe_saturation)
def draw_saturation(canvas: Canvas, table: pd.DataFrame) -> None:
    """Codes known after 1, 2, ... interviews: the mean over random orders as a line, the range of orders as a band.

    Parameters
    ----------
    table : DataFrame
        One row per number of ``interviews``: ``codes`` (mean number of codes known), ``codes_low``, ``codes_high``.
    """
    wording = canvas.wording
    interviews, codes, low, high = (numbers(table, name) for name in ("interviews", "codes", "codes_low", "codes_high"))
    limit = float(np.ceil(np.nanmax([codes.max(), high.max()]) / 5) * 5)
    ticks = [0.0, limit / 2, limit] if canvas.narrow or limit % 10 else list(np.linspace(0, limit, int(limit / 5) + 1))
    left = max(canvas.measure(wording.number(value, 0), size=canvas.small) for value in ticks) + 12
    top = canvas.paragraph(0, canvas.y, wording.say("chart.saturation.codes"), canvas.width, fill="muted", size=canvas.small) + 8
    height = Scale(0, limit, top + _HEIGHT, top)
    across = Scale(interviews.min(), max(interviews.max(), interviews.min() + 1), left + 10, canvas.width - 10)
    for value in ticks:
        canvas.line((left, height(value)), (canvas.width, height(value)), stroke="mark" if value == 0 else "rule", layer=GRID)
        canvas.text(left - 6, height(value) + canvas.small * 0.36, wording.number(value, 0), size=canvas.small, fill="muted", anchor="end")
    half = (across(2) - across(1)) * 0.34 if len(table) > 1 else 8.0
    for place, (one, floor, ceiling) in enumerate(zip(interviews, low, high, strict=True)):
        canvas.box(across(one) - half, height(ceiling), 2 * half, max(1.0, height(floor) - height(ceiling)), fill="mark-soft")
        if place:
            before = (across(interviews[place - 1]), height(codes[place - 1]))
            canvas.line(before, (across(one), height(codes[place])), stroke="accent", width=2, layer=EDGE)
        canvas.dot(across(one), height(codes[place]), fill="accent", size=8)
        if not canvas.narrow or place % 3 == 0 or place == len(table) - 1:
            canvas.text(across(one), top + _HEIGHT + canvas.small + 6, wording.integer(one), size=canvas.small, fill="muted", anchor="middle")
    canvas.y = canvas.paragraph(
        left, top + _HEIGHT + canvas.small + 12, wording.say("chart.saturation.interviews"), canvas.width, fill="muted", size=canvas.small
    )
    key(canvas, [("line:accent", wording.say("chart.key.orders_mean")), ("box:mark-soft", wording.say("chart.key.orders"))])
