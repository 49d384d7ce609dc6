"""The parts of one whole, each named where it stands."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Anchor, Canvas
from helpers.reporting.charts.marks import hidden_line, swatch
from helpers.reporting.charts.rows import GAP
from helpers.reporting.charts.words import described_as, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording

_FILLS = ("accent", "accent-soft", "mark-soft")  # the rest is grey as well
_HIDDEN = "paper"
_BAR = 40.0


class Flag(NamedTuple):
    """A part of the whole: its name, its value in words, its share, its colour."""

    name: str
    value: str
    share: float
    fill: str


def _describe_composition(table: pd.DataFrame, wording: Wording) -> str:
    parts = [wording.say("chart.alt.value", label=flag.name, value=flag.value) for flag in _flags(table, wording) if flag.fill != _HIDDEN]
    return joined(wording, table, wording.say("chart.alt.composition", parts=parts) if parts else "")


@described_as(_describe_composition)
def draw_composition(canvas: Canvas, table: pd.DataFrame) -> None:
    """One bar of the parts of a whole, with a flag on a pole for each part.

    Poles hang from the start of a part and their text runs to the right. A text without room there stands above the bar, at a pole at the
    end of its part, and runs to the left; the first of these is nearest to the bar, so that no text crosses a pole.

    Parameters
    ----------
    table : DataFrame
        One row per part, in the order drawn: ``answer``, ``step`` or ``measure``, ``count``, ``share`` (of the whole), ``suppressed``. Hidden parts
        become one blank part as wide as what is left to 1.
    """
    flags, width = _flags(table, canvas.wording), canvas.width - 2
    ends = [1 + end * width for end in np.cumsum([flag.share for flag in flags])]
    starts = [1.0, *ends[:-1]]
    below = [start + 9 + _text_width(canvas, flag) <= canvas.width for start, flag in zip(starts, flags, strict=True)]
    top = _draw_above(canvas, [(flag, end) for flag, end, fits in zip(flags, ends, below, strict=True) if not fits])
    for flag, start in zip(flags, starts, strict=True):
        swatch(canvas, start + 0.5, top, max(flag.share * width - 1, 0.5), _BAR, flag.fill)
    canvas.y = top + _BAR
    _draw_below(canvas, [(flag, start) for flag, start, fits in zip(flags, starts, below, strict=True) if fits])
    hidden_line(canvas, int(is_hidden(table).sum()))


def _draw_above(canvas: Canvas, flags: list[tuple[Flag, float]]) -> float:
    """The flags above the bar; returns where the bar begins."""
    heights = [(len(canvas.wrap(flag.name, end - 8)) + 1) * canvas.leading + 8 for flag, end in flags]
    top = y = canvas.y + sum(heights)
    for (flag, end), height in zip(flags, heights, strict=True):
        y -= height
        canvas.line((end - 0.5, y + 3), (end - 0.5, top), stroke="mark")
        _write(canvas, flag, end - 8, y, anchor="end")
    return top


def _draw_below(canvas: Canvas, flags: list[tuple[Flag, float]]) -> None:
    """The flags below the bar, from the right to the left, each in the first row where its text crosses no pole."""
    top, pitch = canvas.y, 2 * canvas.leading + 8
    poles: list[tuple[float, int]] = []
    for flag, start in reversed(flags):
        end = start + 9 + _text_width(canvas, flag) + GAP
        row = next(row for row in range(len(flags)) if all(other < row or pole > end for pole, other in poles))
        poles.append((start, row))
        y = top + 6 + row * pitch
        canvas.line((start + 0.5, top), (start + 0.5, y + pitch - 10), stroke="mark")
        _write(canvas, flag, start + 9, y, anchor="start")
        canvas.y = max(canvas.y, y + pitch)


def _write(canvas: Canvas, flag: Flag, x: float, y: float, *, anchor: Anchor) -> None:
    canvas.text(x, y + canvas.size, flag.value, bold=True, anchor=anchor, fill="muted" if flag.fill == _HIDDEN else "ink")
    canvas.paragraph(x, y + canvas.leading, flag.name, canvas.width if anchor == "start" else x, anchor=anchor)


def _text_width(canvas: Canvas, flag: Flag) -> float:
    return max(canvas.measure(flag.name), canvas.measure(flag.value, bold=True))


def _flags(table: pd.DataFrame, wording: Wording) -> list[Flag]:
    """The parts that have a share, and one for all that is hidden."""
    labels, hidden = names(table, next(name for name in ("answer", "step", "measure") if name in table)), is_hidden(table)
    flags: list[Flag] = []
    for name, share, count in zip(labels, numbers(table, "share"), numbers(table, "count"), strict=True):
        if share > 0:
            value = wording.percent(share)
            value = value if np.isnan(count) else wording.say("chart.composition.part", share=value, count=count)
            flags.append(Flag(name, value, share, _FILLS[min(len(flags), len(_FILLS) - 1)]))
    rest = 1 - sum(flag.share for flag in flags)
    if hidden.any() and rest > 1e-9:
        flags.append(Flag(wording.list(np.array(labels)[hidden]), SUPPRESSED, rest, _HIDDEN))
    return flags
