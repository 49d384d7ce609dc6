"""Marks that need explaining, and their explanation: bands, boxes, the key below a chart, the line on what is hidden."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.reporting.charts.canvas import EDGE, Canvas
from helpers.reporting.charts.words import counted


def band(canvas: Canvas, start: float, end: float, middle: float, *, leading: bool = False) -> None:
    """A pale band with visible ends."""
    canvas.box(start, middle - 6, end - start, 12, fill="accent-soft" if leading else "mark-soft")
    for x in (start, end):
        canvas.line((x, middle - 6), (x, middle + 6), stroke="accent" if leading else "mark", layer=EDGE)


def swatch(canvas: Canvas, x: float, y: float, width: float, height: float, fill: str) -> None:
    """A box of a palette colour; the soft ones get an outline, as they would hardly stand out from the paper."""
    outline = {"accent-soft": "accent", "warm-soft": "warm", "mark-soft": "mark", "paper": "mark"}
    canvas.box(x, y, width, height, fill=fill, stroke=outline.get(fill, ""))


def key(canvas: Canvas, entries: Sequence[tuple[str, str]], *, gap: float = 10) -> None:
    """What the symbols mean, in a line that wraps.

    Parameters
    ----------
    entries : sequence of pairs
        A symbol and what it means. Symbols are "interval", "line", "dot", "ring", "diamond" and "box", each with a colour as in "dot:accent",
        "band", and "" for none.
    gap : float
        What to leave free above.
    """
    x, top, leading = 0.0, canvas.y + gap, round(canvas.small * 1.4)
    for symbol, text in entries:
        indent = 30.0 if symbol.startswith(("interval", "band")) else 18.0 if symbol else 0.0
        width = indent + canvas.measure(text, size=canvas.small)
        if x and x + width > canvas.width:
            x, top = 0.0, top + leading + 3
        _symbol(canvas, symbol, x, top + canvas.small * 0.68)
        lines = canvas.wrap(text, canvas.width - indent, size=canvas.small)
        for place, line in enumerate(lines):
            canvas.text(x + indent, top + canvas.small + place * leading, line, fill="muted", size=canvas.small)
        top += (len(lines) - 1) * leading
        x += width + 18
    canvas.y = top + leading if entries else canvas.y


def hidden_line(canvas: Canvas, hidden: int, *, listed: bool = True) -> None:
    """Say what the mark for hidden numbers means, or how many rows are left out."""
    if hidden:
        text = canvas.wording.say("chart.hidden.listed") if listed else counted(canvas.wording, "chart.hidden", hidden)
        canvas.y = canvas.paragraph(0, canvas.y + 8, text, canvas.width, fill="muted", size=canvas.small)


def _symbol(canvas: Canvas, symbol: str, x: float, middle: float) -> None:
    kind, _, fill = symbol.partition(":")
    if kind == "interval":
        canvas.line((x, middle), (x + 24, middle), stroke=fill, width=2)
        canvas.dot(x + 12, middle, fill=fill, size=9)
    elif kind == "line":
        canvas.line((x, middle), (x + 12, middle), stroke=fill, width=2)
    elif kind == "band":
        band(canvas, x, x + 24, middle)
    elif kind == "dot":
        canvas.dot(x + 6, middle, fill=fill, size=9)
    elif kind in ("ring", "diamond"):
        canvas.dot(x + 6, middle, fill="paper", stroke=fill, size=9, shape="o" if kind == "ring" else "D")
    elif kind == "box":
        swatch(canvas, x, middle - 6, 12, 12, fill)
