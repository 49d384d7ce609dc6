"""What the parts of a model explain, with what chance alone would explain beside it."""

from __future__ import annotations

import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line
from helpers.reporting.charts.rows import Row, Rows, heading, share_limit, share_ticks
from helpers.reporting.charts.words import described_as, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording, capital

_ROWS = ("share", "by_chance", "excess")


def _describe_explained(table: pd.DataFrame, wording: Wording) -> str:
    rows = zip(names(table, "measure"), numbers(table, "share"), numbers(table, "by_chance"), is_hidden(table), strict=True)
    texts = [wording.say("chart.alt.explained.row", label=label, share=share, chance=chance) for label, share, chance, hidden in rows if not hidden]
    return joined(wording, table, wording.say("chart.alt.explained", rows=" ".join(texts)) if texts else "")


@described_as(_describe_explained)
def draw_explained(canvas: Canvas, table: pd.DataFrame) -> None:
    """For each part of a model: the share it explains, what chance explains, and what is left beyond chance with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per ``measure`` (a part): ``share``, ``by_chance``, ``excess``, ``excess_low``, ``excess_high`` (proportions of the variance),
        ``suppressed``.
    """
    wording, hidden = canvas.wording, is_hidden(table)
    share, chance, excess, low, high = (numbers(table, name) for name in (*_ROWS, "excess_low", "excess_high"))
    limit = share_limit(table, [*_ROWS, "excess_high"])
    labels = [wording.say(f"chart.explained.{name}") for name in _ROWS]
    columns = Rows(canvas, labels, [wording.percent(1)], span=(0, limit))
    ticks = share_ticks(canvas, limit)
    for place, part in enumerate(names(table, "measure")):
        heading(canvas, capital(part), first=place == 0)
        columns.axis(ticks)
        texts = [SUPPRESSED if hidden[place] else wording.percent(value[place]) for value in (share, chance, excess)]
        columns.draw(Row(labels[0], texts[0], share[place]))
        columns.draw(Row(labels[1], texts[1], chance[place], hollow=True))
        columns.draw(Row(labels[2], texts[2], excess[place], low[place], high[place]).leading())
        columns.grid([value for value, _ in ticks], zero=0)
    hidden_line(canvas, int(hidden.sum()))
