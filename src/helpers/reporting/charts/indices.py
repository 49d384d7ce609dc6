"""Indices from 0 to 100: how they are distributed, and two of them crossed to a portfolio."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import EDGE, Canvas
from helpers.reporting.charts.marks import band, hidden_line, swatch
from helpers.reporting.charts.rows import Row, Rows, heading, with_n
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording

_HEIGHT = 150.0


def _describe_distribution(table: pd.DataFrame, wording: Wording) -> str:
    classes, centre = _split(table)
    share = numbers(classes, "share")
    texts = [wording.percent(value) for value in share]
    said = extremes(wording, "chart.alt.distribution", names(classes, "answer"), texts, share)
    return joined(wording, table, said, *_centre_words(centre, wording))


@described_as(_describe_distribution)
def draw_distribution(canvas: Canvas, table: pd.DataFrame) -> None:
    """Shares of the classes of an index as bars over its scale, with the mean and its interval below.

    Parameters
    ----------
    table : DataFrame
        One row per class in order, ``answer`` ("0–20"), ``share``, ``suppressed``; and a row that holds ``mean``, ``points_low``, ``points_high`` and
        perhaps ``quartile_low``, ``median``, ``quartile_high``.
    """
    classes, centre = _split(table)
    hidden, share = is_hidden(classes), numbers(classes, "share")
    left, width = 1.0, canvas.width - 2
    step, tallest = width / max(len(classes), 1), max(np.nanmax([0.05, *share]), 0.05)
    bottom = canvas.y + canvas.leading + _HEIGHT
    for place, (value, secret) in enumerate(zip(share, hidden, strict=True)):
        x, height = left + place * step, 0.0 if np.isnan(value) else value / tallest * _HEIGHT
        if height:
            swatch(canvas, x + 1, bottom - height, step - 2, height, "accent-soft")
        text = SUPPRESSED if secret else canvas.wording.percent(value)
        canvas.text(x + step / 2, bottom - height - 5, text, anchor="middle", bold=not secret, fill="muted" if secret else "ink")
    canvas.line((left, bottom), (left + width, bottom), stroke="mark", layer=EDGE)
    canvas.y = bottom + 2
    _scale_words(canvas, len(classes), left, step)
    _draw_centre(canvas, centre, left, width)
    hidden_line(canvas, int(hidden.sum()))


def _scale_words(canvas: Canvas, classes: int, left: float, step: float) -> None:
    """The ends of the classes, 0 to 100."""
    y = canvas.y + canvas.small
    for place in range(classes + 1):
        anchor = "start" if place == 0 else "end" if place == classes else "middle"
        text = canvas.wording.integer(100 * place / classes)
        canvas.text(left + place * step, y, text, size=canvas.small, fill="muted", anchor=anchor)  # type: ignore[arg-type]
    canvas.y += canvas.small + 8


def _draw_centre(canvas: Canvas, centre: pd.DataFrame, left: float, width: float) -> None:
    mean, low, high = (float(numbers(centre, name)[0]) if len(centre) else np.nan for name in ("mean", "points_low", "points_high"))
    if np.isnan(mean):
        return
    middle, quartiles = canvas.y + 8, [left + value / 100 * width for value in _quartiles(centre)]
    canvas.line((left + low / 100 * width, middle), (left + high / 100 * width, middle), stroke="accent", width=2)
    canvas.dot(left + mean / 100 * width, middle, fill="accent")
    if not np.isnan(quartiles).any():
        band(canvas, quartiles[0], quartiles[2], middle + 22)
        canvas.line((quartiles[1], middle + 16), (quartiles[1], middle + 28), stroke="ink", width=2)
        middle += 22
    canvas.y = middle + 10
    for text in _centre_words(centre, canvas.wording):
        canvas.y = canvas.paragraph(0, canvas.y, text, canvas.width, size=canvas.small, fill="muted")


def _quartiles(centre: pd.DataFrame) -> list[float]:
    return [float(numbers(centre, name)[0]) if len(centre) else np.nan for name in ("quartile_low", "median", "quartile_high")]


def _centre_words(centre: pd.DataFrame, wording: Wording) -> list[str]:
    mean, low, high = (float(numbers(centre, name)[0]) if len(centre) else np.nan for name in ("mean", "points_low", "points_high"))
    quarter, median, three_quarters = _quartiles(centre)
    said = [] if np.isnan(mean) else [wording.say("chart.distribution.mean", mean=mean, low=low, high=high)]
    return [*said, *([] if np.isnan(median) else [wording.say("chart.distribution.median", median=median, low=quarter, high=three_quarters)])]


def _split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The classes, and the row that holds the mean."""
    centre = ~np.isnan(numbers(table, "mean"))
    return table[~centre], table[centre]


def _describe_portfolio(table: pd.DataFrame, wording: Wording) -> str:
    share = numbers(table, "share")
    texts = [wording.percent(value) for value in share]
    return joined(wording, table, extremes(wording, "chart.alt.portfolio", names(table, "answer"), texts, share))


@described_as(_describe_portfolio)
def draw_portfolio(canvas: Canvas, table: pd.DataFrame) -> None:
    """Four named fields with their shares: the degree grows to the right, the potential upwards.

    Parameters
    ----------
    table : DataFrame
        Four rows, ``answer`` (a field's name) in the order low and low, low and high, high and low, high and high (degree, potential): ``count``,
        ``share``, ``suppressed``.
    """
    wording, share, count, hidden = canvas.wording, numbers(table, "share"), numbers(table, "count"), is_hidden(table)
    canvas.y = canvas.paragraph(0, canvas.y, wording.say("chart.portfolio.up"), canvas.width, size=canvas.small, fill="muted") + 4
    width, top, fields = (canvas.width - 2) / 2, canvas.y, names(table, "answer")
    height = 64.0 + canvas.leading * max(len(canvas.wrap(name, width - 24)) for name in fields)
    for place, name in enumerate(fields):
        right, up = place >= 2, place % 2 == 1
        x, y = 1 + right * width, top + (0 if up else height)
        fill = "accent-soft" if right and up else "mark-soft" if right or up else "paper"
        swatch(canvas, x + 1, y + 1, width - 2, height - 2, fill)
        bottom = canvas.paragraph(x + 12, y + 10, name, width - 24)
        canvas.text(x + 12, bottom + 24, SUPPRESSED if hidden[place] else wording.percent(share[place]), size=20, bold=True)
        if not hidden[place]:
            canvas.text(x + 12, bottom + 42, wording.say("chart.portfolio.count", count=count[place]), size=canvas.small)
    canvas.y = top + 2 * height + 4
    canvas.text(canvas.width, canvas.y + canvas.small, wording.say("chart.portfolio.right"), size=canvas.small, fill="muted", anchor="end")
    canvas.y += canvas.small + 6
    hidden_line(canvas, int(hidden.sum()))


def _describe_means(table: pd.DataFrame, wording: Wording) -> str:
    mean = numbers(table, "mean")
    labels = [wording.say("chart.alt.under", heading=by, label=group) for by, group in zip(names(table, "by"), names(table, "group"), strict=True)]
    return joined(wording, table, extremes(wording, "chart.alt.means", labels, [wording.number(value) for value in mean], mean))


@described_as(_describe_means)
def draw_means(canvas: Canvas, table: pd.DataFrame) -> None:
    """Means of an index by group, from 0 to 100, with intervals; the highest of each grouping stands out.

    Parameters
    ----------
    table : DataFrame
        One row per ``by`` and ``group``, in the order declared: ``mean``, ``points_low``, ``points_high``, ``n``, ``suppressed``.
    """
    mean, low, high, hidden = (*(numbers(table, name) for name in ("mean", "points_low", "points_high")), is_hidden(table))
    values = [SUPPRESSED if secret else canvas.wording.number(value) for secret, value in zip(hidden, mean, strict=True)]
    labels = with_n(canvas, names(table, "group"), numbers(table, "n"))
    rows = [Row(*cells) for cells in zip(labels, values, mean, low, high, strict=True)]
    columns, ticks = Rows(canvas, labels, values, span=(0, 100)), [0, 50, 100] if canvas.narrow else [0, 20, 40, 60, 80, 100]
    by = np.array(names(table, "by"))
    for place, one in enumerate(dict.fromkeys(by)):
        heading(canvas, canvas.wording.say("chart.effects.by", by=one), first=place == 0)
        columns.axis([(tick, canvas.wording.integer(tick)) for tick in ticks])
        own = np.flatnonzero(by == one)
        highest = np.nanmax([-1.0, *mean[own]])
        for row in own:
            columns.draw(rows[row].leading() if mean[row] == highest else rows[row])
        columns.grid(ticks, zero=0)
    hidden_line(canvas, int(hidden.sum()))
