"""What charts of rows share: labels beside or above a common scale, values in a column, light grid, a key, and a line on what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.reporting.canvas import GRID, GROUND, Canvas
from helpers.reporting.wording import SUPPRESSED

GAP = 14.0
LISTED = 5  # so many hidden rows are listed one by one, more are only counted


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
    note: str = ""


class Rows:
    """Rows on a common scale.

    Wide: labels to the left of the scale. Narrow: each label above its own piece of it. Values stand in a column at the right.

    Parameters
    ----------
    canvas : Canvas
        Drawn on from ``canvas.y`` downwards.
    labels, values : sequence of str
        All that will be drawn; they set the widths of the columns.
    span : tuple of float
        The ends of the scale.
    left, right : float
        The part of the sheet to use.
    """

    def __init__(
        self, canvas: Canvas, labels: Iterable[str], values: Iterable[str], *, span: tuple[float, float], left: float = 0.0, right: float | None = None
    ) -> None:
        self.canvas = canvas
        self.left, self.right = left, canvas.width if right is None else right
        room = self.right - self.left
        value_width = max((canvas.measure(value, bold=True) for value in values), default=0.0)
        if canvas.narrow:
            self.label_width, start = room, self.left + 8
        else:
            self.label_width = max((_width(canvas, label, 0.4 * room) for label in labels), default=0.0)
            start = self.left + self.label_width + GAP + 8 if self.label_width else self.left + 8
        self.scale = Scale(*span, start, self.right - (value_width + GAP + 4 if value_width else 8))
        self.top = canvas.y

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
        self.top = canvas.y

    def draw(self, row: Row) -> float:
        """Draw a row and move on below it; returns where its mark lies on the sheet."""
        canvas = self.canvas
        lines = canvas.wrap(row.label, self.label_width, bold=row.bold)
        text_height = len(lines) * canvas.leading
        if canvas.narrow:
            first, middle, height = canvas.y + 6, canvas.y + text_height + 16, text_height + 27
        else:
            height = text_height + 11
            middle = canvas.y + height / 2
            first = middle - text_height / 2
        for place, line in enumerate(lines):
            canvas.text(self.left, first + place * canvas.leading + canvas.size, line, fill=_ink(row), bold=row.bold)
        self.mark(row, middle)
        canvas.y += height
        return middle

    def mark(self, row: Row, middle: float) -> None:
        """The mark of a row with its interval, its outermost bounds and its value in words."""
        canvas, scale = self.canvas, self.scale
        canvas.text(self.right, middle + canvas.size * 0.36, row.value, fill=_ink(row), bold=_ink(row) == "ink", anchor="end")
        if row.note:
            canvas.text(scale.left, middle + canvas.small * 0.36, row.note, fill="muted", size=canvas.small)
        if np.isnan(row.mark):
            return
        if not np.isnan(row.worst_low + row.worst_high):
            band(canvas, scale(row.worst_low), scale(row.worst_high), middle, leading=row.bold)
        if not np.isnan(row.low + row.high):
            canvas.line((scale(row.low), middle), (scale(row.high), middle), stroke=row.fill, width=2)
        canvas.dot(scale(row.mark), middle, fill=row.fill)

    def grid(self, values: Iterable[float], *, zero: float | None = None) -> None:
        """Draw the grid behind all rows since the axis."""
        for value in values:
            x = round(self.scale(value)) + 0.5
            self.canvas.line((x, self.top), (x, self.canvas.y), stroke="mark" if value == zero else "rule", layer=GRID)


def band(canvas: Canvas, start: float, end: float, middle: float, *, leading: bool = False) -> None:
    """A pale band with visible ends."""
    canvas.box(start, middle - 6, end - start, 12, fill="accent-soft" if leading else "mark-soft")
    for x in (start, end):
        canvas.line((x, middle - 6), (x, middle + 6), stroke="accent" if leading else "mark", width=1, layer=GROUND)


def share_limit(table: pd.DataFrame, columns: Iterable[str]) -> float:
    """The end of a scale of shares that starts at zero: 20, 40, 60, 80 or 100 per cent."""
    highest = max((numbers(table, column).max(initial=0.0, where=~np.isnan(numbers(table, column))) for column in columns if column in table), default=1.0)
    return next(limit for limit in (0.2, 0.4, 0.6, 0.8, 1.0) if highest <= limit + 1e-9 or limit == 1.0)


def share_ticks(canvas: Canvas, limit: float, *, few: bool = False) -> list[tuple[float, str]]:
    """Ticks of a scale of shares: few where there is little room."""
    steps = 2 if canvas.narrow or few else 4 if limit < 0.6 or limit == 0.8 else round(limit / 0.2)
    return [(limit * step / steps, canvas.wording.percent(limit * step / steps)) for step in range(steps + 1)]


def heading(canvas: Canvas, text: str, *, first: bool = False) -> None:
    """The heading of a group of rows."""
    canvas.y = canvas.paragraph(0, canvas.y + (0 if first else 18), text, canvas.width, bold=True) + 6


def key(canvas: Canvas, entries: Sequence[tuple[str, str]], *, gap: float = 10) -> None:
    """What the symbols mean, in a line that wraps: pairs of symbol ("interval", "band", "line", "dot:accent", "diamond:warm", "box:accent", "") and text."""
    x, top = 0.0, canvas.y + gap
    leading = round(canvas.small * 1.4)
    for symbol, text in entries:
        indent = 30.0 if symbol in ("interval", "band") else 18.0 if symbol else 0.0
        width = indent + canvas.measure(text, size=canvas.small)
        if x and x + width > canvas.width:
            x, top = 0.0, top + leading + 3
        _symbol(canvas, symbol, x, top + canvas.small * 0.68)
        lines = canvas.wrap(text, canvas.width - indent, size=canvas.small)
        for place, line in enumerate(lines):
            canvas.text(x + indent, top + canvas.small + place * leading, line, fill="muted", size=canvas.small)
        top += (len(lines) - 1) * leading
        x += width + 18
    if entries:
        canvas.y = top + leading


def hidden_line(canvas: Canvas, hidden: int, *, shown: int, listed: bool) -> None:
    """Say what the mark for hidden numbers means, or how many rows are left out altogether."""
    if hidden == 0:
        return
    name = "all" if not shown and not listed else "listed" if listed else "one" if hidden == 1 else "many"
    canvas.y = canvas.paragraph(0, canvas.y + 8, canvas.wording.say(f"chart.hidden.{name}", count=hidden), canvas.width, fill="muted", size=canvas.small)


def numbers(table: pd.DataFrame, column: str) -> np.ndarray:
    """A column as floats; a column that is not there, and a value that is not known, is nan."""
    if column not in table:
        return np.full(len(table), np.nan)
    return np.asarray(pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan))


def is_hidden(table: pd.DataFrame) -> np.ndarray:
    """Which rows are suppressed."""
    return table["suppressed"].fillna(True).to_numpy(dtype=bool) if "suppressed" in table else np.zeros(len(table), dtype=bool)


def with_n(canvas: Canvas, labels: Sequence[str], n: np.ndarray) -> list[str]:
    """Labels with their n, where it differs between rows; where it does not, the figure's subtitle has it."""
    if len(set(n[~np.isnan(n)])) < 2:
        return list(labels)
    return [label if np.isnan(one) else f"{label} ({canvas.wording.say('chart.n', n=one)})" for label, one in zip(labels, n, strict=True)]


def _ink(row: Row) -> str:
    return "muted" if row.quiet or row.note or row.value == SUPPRESSED else "ink"


def _width(canvas: Canvas, label: str, limit: float) -> float:
    return max(canvas.measure(line, bold=True) for line in canvas.wrap(label, limit, bold=True))


def _symbol(canvas: Canvas, symbol: str, x: float, middle: float) -> None:
    kind, _, fill = symbol.partition(":")
    if kind == "interval":
        canvas.line((x, middle), (x + 24, middle), stroke="mark", width=2)
        canvas.dot(x + 12, middle, fill="mark", size=9)
    elif kind == "line":
        canvas.line((x, middle), (x + 12, middle), stroke="mark", width=2)
    elif kind == "band":
        band(canvas, x, x + 24, middle)
    elif kind == "dot":
        canvas.dot(x + 6, middle, fill=fill, size=9)
    elif kind == "diamond":
        canvas.dot(x + 6, middle, fill="paper", stroke=fill, size=9, shape="D")
    elif kind == "box":
        swatch(canvas, x, middle - 6, 12, 12, fill)


def swatch(canvas: Canvas, x: float, y: float, width: float, height: float, fill: str) -> None:
    """A box of a palette colour; the soft ones get an outline, as they would hardly stand out from the paper."""
    outline = {"accent-soft": "accent", "warm-soft": "warm", "mark-soft": "mark", "paper": "mark"}
    canvas.box(x, y, width, height, fill=fill, stroke=outline.get(fill, ""))
