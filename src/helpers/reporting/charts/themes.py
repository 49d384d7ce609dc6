"""Themes of the interviews: in how many of them each comes up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line
from helpers.reporting.charts.rows import Row, Rows, heading
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording, capital


def _describe_themes(table: pd.DataFrame, wording: Wording) -> str:
    interviews = numbers(table, "n")
    texts = [wording.integer(value) for value in interviews]
    return joined(wording, table, extremes(wording, "chart.alt.themes", names(table, "code"), texts, interviews, documents=_documents(table)))


@described_as(_describe_themes)
def draw_themes(canvas: Canvas, table: pd.DataFrame) -> None:
    """Codes under their themes, with the number of interviews in which each comes up.

    Parameters
    ----------
    table : DataFrame
        One row per ``code`` under its ``theme``: ``n`` (interviews in which it comes up), ``mentions`` (passages), ``documents`` (all
        interviews), ``suppressed``.
        Themes keep their order, codes are sorted by their number, hidden ones last.
    """
    wording, hidden = canvas.wording, is_hidden(table)
    documents = _documents(table)
    interviews = numbers(table, "n")
    passages = numbers(table, "mentions")
    values = [_value(wording, *row) for row in zip(hidden, interviews, passages, strict=True)]
    rows = [Row(*cells) for cells in zip(names(table, "code"), values, interviews, strict=True)]
    highest = np.nanmax(interviews) if not hidden.all() else np.nan
    columns = Rows(canvas, [row.label for row in rows], values, span=(0, documents))
    ticks = [0, documents // 2, documents] if canvas.narrow else sorted({0, *range(0, documents + 1, max(1, documents // 4)), documents})
    themes = names(table, "theme")
    for place, theme in enumerate(dict.fromkeys(themes)):
        heading(canvas, capital(theme), first=place == 0)
        if place == 0:
            columns.axis([(tick, wording.integer(tick)) for tick in ticks])
        own = [row for row, name in zip(rows, themes, strict=True) if name == theme]
        for row in sorted(own, key=lambda row: np.inf if np.isnan(row.mark) else -row.mark):
            columns.draw(row.leading() if row.mark == highest else row)
        columns.grid(ticks, zero=0)
    hidden_line(canvas, int(hidden.sum()))


def _value(wording: Wording, hidden: bool, interviews: float, passages: float) -> str:
    return SUPPRESSED if hidden else f"{wording.integer(interviews)} ({wording.integer(passages)})"


def _documents(table: pd.DataFrame) -> int:
    """All interviews; the number is known even where no code may be shown."""
    known = numbers(table, "documents")
    return int(np.nanmax(known)) if (~np.isnan(known)).any() else 1
