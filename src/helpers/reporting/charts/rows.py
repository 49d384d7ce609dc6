"""What charts of rows share: labels beside or above a common scale, values in a column, light grid, a key, and a line on what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import GRID, Canvas
from helpers.reporting.charts.marks import band
from helpers.reporting.charts.words import numbers
from helpers.reporting.wording import SUPPRESSED

GAP = 14.0


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


@dataclass(frozen=True)
class Row:
    """One row: a mark with interval on the scale, and its value in words; ``note`` stands on the scale where there is no mark.

    A bold row leads, a quiet one stands back.
    """

    label: str
    value: str
    mark: float = np.nan
    low: float = np.nan
    high: float = np.nan
    worst_low: float = np.nan
    worst_high: float = np.nan
    fill: str = "mark"
    bold: bool = False
    quiet: bool = False
    hollow: bool = False
    note: str = ""

    @property
    def ink(self) -> str:
        """The colour of its words."""
        return "muted" if self.quiet or self.note or self.value == SUPPRESSED else "ink"

    def leading(self) -> Row:
        """The same row, standing out."""
        return replace(self, fill="accent", bold=True)

    @property
    def empty(self) -> bool:
        """Whether nothing will ever be drawn on its scale."""
        return np.isnan(self.mark) and not self.note and not self.quiet


class Rows:
    """Rows on a common scale.

    Wide: labels to the left of the scale. Narrow: each label above its own piece of it. Values stand in a column at the right.

    Parameters
    ----------
    canvas : Canvas
        Drawn on from ``canvas.y`` downwards.
    labels, values : iterable of str
        All that will be drawn; they set the widths of the columns.
    span : tuple of float
        The ends of the scale.
    part : tuple of float, optional
        The left and the right end of the part of the sheet to use; by default the whole width.
    """

    def __init__(
        self, canvas: Canvas, labels: Iterable[str], values: Iterable[str], *, span: tuple[float, float], part: tuple[float, float] | None = None
    ) -> None:
        self.canvas = canvas
        self.left, self.right = part or (0.0, canvas.width)
        room = self.right - self.left
        value_width = max((canvas.measure(value, bold=True) for value in values), default=0.0)
        if canvas.narrow:
            self.label_width, start = room, self.left + 8
        else:
            self.label_width = max((_width(canvas, label, 0.4 * room) for label in labels), default=0.0)
            start = self.left + self.label_width + GAP + 8 if self.label_width else self.left + 8
        self.scale = Scale(*span, start, self.right - (value_width + GAP + 4 if value_width else 8))
        self._strips: list[tuple[float, float]] = []

    def axis(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Write the ticks above the rows, the first given first, as long as there is room; the grid will hang from them."""
        canvas = self.canvas
        taken: list[tuple[float, float]] = []
        for value, text in ticks:
            half = canvas.measure(text, size=canvas.small) / 2 + 3
            x = min(max(self.scale(value), self.left + half - 3), self.right - half + 3)
            if all(x + half <= start or end <= x - half for start, end in taken):
                taken.append((x - half, x + half))
                canvas.text(x, canvas.y + canvas.small, text, fill="muted", size=canvas.small, anchor="middle")
        canvas.y += canvas.small + 7

    def draw(self, row: Row) -> float:
        """Draw a row and move on below it; returns where its mark lies on the sheet."""
        canvas = self.canvas
        lines = canvas.wrap(row.label, self.label_width, bold=row.bold)
        text_height = len(lines) * canvas.leading
        if not canvas.narrow:
            first, height = canvas.y + 5.5, text_height + 11
            middle = canvas.y + height / 2
            strip = (canvas.y, canvas.y if row.note else canvas.y + height)
        elif row.empty and canvas.measure(lines[-1] + row.value, bold=True) + GAP < self.label_width:
            first, height = canvas.y + 6, text_height + 8  # the value fits behind the label
            middle = first + text_height - canvas.leading / 2
            strip = (0.0, 0.0)
        else:
            first, height = canvas.y + 6, text_height + 29
            middle = first + text_height + 11
            strip = (middle - 10, middle + 11)
        for place, line in enumerate(lines):
            canvas.text(self.left, first + place * canvas.leading + canvas.size, line, fill=row.ink, bold=row.bold)
        self.mark(row, middle)
        self.strip(*strip)
        canvas.y += height
        return middle

    def mark(self, row: Row, middle: float) -> None:
        """The mark of a row with its interval, its outermost bounds and its value in words."""
        canvas, scale = self.canvas, self.scale
        if row.value:
            canvas.text(self.right, middle + canvas.size * 0.36, row.value, fill=row.ink, bold=row.ink == "ink", anchor="end")
        if row.note:
            canvas.text(scale.left + 8, middle + canvas.small * 0.36, row.note, fill="muted", size=canvas.small)
        if np.isnan(row.mark):
            return
        if not np.isnan(row.worst_low + row.worst_high):
            band(canvas, scale(row.worst_low), scale(row.worst_high), middle, leading=row.bold)
        if not np.isnan(row.low + row.high):
            canvas.line((scale(row.low), middle), (scale(row.high), middle), stroke=row.fill, width=2)
        canvas.dot(scale(row.mark), middle, fill="paper" if row.hollow else row.fill, stroke=row.fill if row.hollow else "")

    def strip(self, top: float, bottom: float) -> None:
        """Have the next grid run from top to bottom here."""
        self._strips.append((top, bottom))

    def grid(self, values: Iterable[float], *, zero: float | None = None, zone: tuple[float, float] | None = None) -> None:
        """Draw the grid behind the rows drawn since the last grid, where they have marks, and with it a zone that deserves a ground of its own."""
        strips = _joined(self._strips)
        self._strips = []
        if zone is not None:
            start, end = (self.scale(value) for value in zone)
            for top, bottom in strips:
                self.canvas.box(start, top, end - start, bottom - top, fill="mark-soft", layer=GRID)
        for value in values:
            x = round(self.scale(value)) + 0.5
            for top, bottom in strips:
                self.canvas.line((x, top), (x, bottom), stroke="mark" if value == zero else "rule", layer=GRID)


def _joined(strips: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Strips that touch each other as one."""
    joined: list[tuple[float, float]] = []
    for top, bottom in strips:
        if joined and top <= joined[-1][1] + 0.01:
            joined[-1] = (joined[-1][0], max(bottom, joined[-1][1]))
        elif bottom > top:
            joined.append((top, bottom))
    return joined


def rows_of(table: pd.DataFrame, labels: Sequence[str], values: Sequence[str], *, mark: str) -> list[Row]:
    """A row for each row of a table, with the interval and bounds that it has."""
    columns = (numbers(table, name) for name in (mark, "low", "high", "worst_low", "worst_high"))
    return [Row(label, value, *cells) for label, value, *cells in zip(labels, values, *columns, strict=True)]


def share_limit(table: pd.DataFrame, columns: Iterable[str]) -> float:
    """The end of a scale of shares that starts at zero: 20, 40, 60, 80 or 100 per cent."""
    highest = np.nanmax([0.0, *(value for column in columns for value in numbers(table, column))])
    return next((limit for limit in (0.2, 0.4, 0.6, 0.8) if highest <= limit + 1e-9), 1.0)


def share_ticks(canvas: Canvas, limit: float, *, few: bool = False) -> list[tuple[float, str]]:
    """Ticks of a scale of shares: few where there is little room."""
    steps = 2 if canvas.narrow or few else 4 if limit < 0.6 or limit == 0.8 else round(limit / 0.2)
    return [(limit * step / steps, canvas.wording.percent(limit * step / steps)) for step in range(steps + 1)]


def heading(canvas: Canvas, text: str, *, first: bool = False) -> None:
    """The heading of a group of rows."""
    canvas.y = canvas.paragraph(0, canvas.y + (0 if first else 18), text, canvas.width, bold=True) + 6


def with_n(canvas: Canvas, labels: Sequence[str], n: np.ndarray) -> list[str]:
    """Labels with their n, where it differs between rows; where it does not, the figure's subtitle has it."""
    if len(set(n[~np.isnan(n)])) < 2:
        return list(labels)
    return [label if np.isnan(one) else f"{label} ({canvas.wording.say('chart.n', n=one)})" for label, one in zip(labels, n, strict=True)]


def _width(canvas: Canvas, label: str, limit: float) -> float:
    return max(canvas.measure(line, bold=True) for line in canvas.wrap(label, limit, bold=True))
