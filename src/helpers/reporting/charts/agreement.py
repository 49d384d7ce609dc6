"""Agreement between coders: a coefficient per code, with its interval and the marks that are usual for reading it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Rows, heading, rows_of
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED, Wording, capital

TENTATIVE, RELIABLE = 0.667, 0.8  # Krippendorff (2019), "Content Analysis", 4th edition: conclusions are tentative from here, sound from there
_ENDS = {"alpha_low": "low", "alpha_high": "high"}


def _describe_agreement(table: pd.DataFrame, wording: Wording) -> str:
    table = table.rename(columns=_ENDS)
    texts = with_interval(table, "alpha", lambda value: wording.number(value, 2), wording)
    return joined(wording, table, extremes(wording, "chart.alt.agreement", names(table, "code"), texts, numbers(table, "alpha")))


@described_as(_describe_agreement)
def draw_agreement(canvas: Canvas, table: pd.DataFrame) -> None:
    """Krippendorff's alpha per code under its theme, with interval; the ground of what counts as reliable is tinted.

    Parameters
    ----------
    table : DataFrame
        One row per ``code`` under its ``theme``: ``alpha``, ``alpha_low``, ``alpha_high``, ``suppressed``; codes that are too rare have no alpha.
    """
    table = table.rename(columns=_ENDS)
    wording, hidden = canvas.wording, is_hidden(table)
    alpha, lowest = numbers(table, "alpha"), np.nanmin([0.0, *numbers(table, "low"), *numbers(table, "alpha")])
    values = [SUPPRESSED if secret else wording.number(value, 2) for secret, value in zip(hidden, alpha, strict=True)]
    rows = rows_of(table, names(table, "code"), values, mark="alpha")
    start = np.floor(lowest * 10) / 10
    columns = Rows(canvas, [row.label for row in rows], [*values, NOT_DEFINED], span=(start, 1))
    ticks = [start, 0.0, TENTATIVE, RELIABLE, 1.0] if start < 0 else [0.0, TENTATIVE, RELIABLE, 1.0]
    themes = names(table, "theme")
    for place, theme in enumerate(dict.fromkeys(themes)):
        heading(canvas, capital(theme), first=place == 0)
        if place == 0:
            columns.axis([(tick, wording.number(tick, 2)) for tick in ticks])
        for row in [row for row, name in zip(rows, themes, strict=True) if name == theme]:
            columns.draw(row.leading() if row.mark >= RELIABLE else row)
        columns.grid(ticks, zero=0, zone=(RELIABLE, 1))
    key(canvas, [("interval:mark", wording.say("chart.key.interviews_interval")), ("dot:accent", wording.say("chart.key.reliable"))])
    hidden_line(canvas, int(hidden.sum()))
