"""The answers to rating items, stacked around their middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import GRID, Canvas
from helpers.reporting.charts.marks import hidden_line, key, swatch
from helpers.reporting.charts.palette import WRITTEN_ON
from helpers.reporting.charts.rows import GAP, with_n
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording

HIDDEN = "paper"  # the fill of what is not shown
_SIDES = {"negative": -1, "neutral": 0, "positive": 1, -1: -1, 0: 0, 1: 1}
_STRONG, _SOFT = {-1: "warm", 1: "accent"}, {-1: "warm-soft", 0: "mark-soft", 1: "accent-soft"}
_BAR = 24.0
_LABELS = 0.38  # of the width, at most


class Part(NamedTuple):
    """A part of a bar: its share, its colour, and on which side of the middle it lies (-1, 0, 1)."""

    share: float
    fill: str
    side: int


def _describe_likert(table: pd.DataFrame, wording: Wording) -> str:
    if table.empty:
        return joined(wording, table)
    positive = _positive(table)
    answers = [wording.quoted(answer) for answer, side in _levels(table).items() if side > 0]
    texts = [wording.percent(share) for share in positive]
    labels = list(positive.index)
    sentence = extremes(wording, "chart.alt.likert", labels, texts, positive.to_numpy(), count=len(labels), answers=answers)
    return joined(wording, table, sentence or wording.say("chart.alt.likert.none"))


@described_as(_describe_likert)
def draw_likert(canvas: Canvas, table: pd.DataFrame) -> None:
    """Diverging stacked bars, one per item, the neutral answers half to the left and half to the right of the middle line.

    Parameters
    ----------
    table : DataFrame
        One row per ``item`` and ``answer``: ``order`` (of the answers), ``side`` ("negative", "neutral", "positive", or -1, 0, 1), ``share``,
        ``n``, ``suppressed``. Items are sorted by their positive share. The hidden answers of an item become one blank part as wide as
        what is left to 1; an item of which all is hidden says so.

    Raises
    ------
    ValueError
        If a side is none of these.
    """
    levels = _levels(table)
    fills = dict(zip(levels, _fills(list(levels.values())), strict=True))
    order = list(_positive(table).sort_values(ascending=False, kind="stable").index)
    by_item = dict(list(table.groupby(names(table, "item"), sort=False)))
    n = np.array([max(numbers(by_item[item], "n"), key=np.nan_to_num, default=np.nan) for item in order])
    hidden = is_hidden(table)
    _write_key(canvas, fills, blank=bool(hidden.any()))
    _draw_bars(canvas, with_n(canvas, order, n), [_bar(by_item[item], fills) for item in order])
    hidden_line(canvas, int(hidden.sum()))


def _write_key(canvas: Canvas, fills: dict[str, str], *, blank: bool) -> None:
    entries = [(f"box:{fill}", answer) for answer, fill in fills.items()]
    if blank:
        entries.append((f"box:{HIDDEN}", _not_shown(canvas.wording)))
    if canvas.narrow:
        entries.append(("", canvas.wording.say("chart.key.percent")))
    key(canvas, entries, gap=0)
    canvas.y += 10


def _draw_bars(canvas: Canvas, labels: Sequence[str], bars: Sequence[list[Part]]) -> None:
    """Bars on one scale, as wide as the longest allows; labels to their left, or above them where narrow."""
    left = 0.0
    if not canvas.narrow:
        left = max(canvas.measure(line) for label in labels for line in canvas.wrap(label, _LABELS * canvas.width)) + GAP
    before = [sum(part.share * (1 - part.side) / 2 for part in parts) for parts in bars]
    after = [sum(part.share * (1 + part.side) / 2 for part in parts) for parts in bars]
    unit = (canvas.width - left - 2) / max(max(before) + max(after), 0.01)
    middle = round(left + 1 + max(before) * unit) + 0.5
    for label, parts, start in zip(labels, bars, before, strict=True):
        top = _write_label(canvas, label, left)
        _draw_parts(canvas, parts, middle - start * unit, top, unit)
        if not parts:
            canvas.text(middle + 8, top + _BAR / 2 + canvas.small * 0.36, _not_shown(canvas.wording), fill="muted", size=canvas.small)
        canvas.line((middle, top - 5), (middle, top + _BAR + 5), stroke="mark", layer=GRID)


def _write_label(canvas: Canvas, label: str, left: float) -> float:
    """The label of a bar; returns where the bar begins, and moves on below it."""
    if canvas.narrow:
        top = canvas.paragraph(0, canvas.y + 4, label, canvas.width) + 5
        canvas.y = top + _BAR + 6
        return top
    height = len(canvas.wrap(label, left - GAP + 1)) * canvas.leading
    row = max(_BAR, height) + 10
    canvas.paragraph(0, canvas.y + (row - height) / 2 - 1, label, left - GAP + 1)
    canvas.y += row
    return canvas.y - row / 2 - _BAR / 2


def _draw_parts(canvas: Canvas, parts: Sequence[Part], x: float, y: float, unit: float) -> None:
    """The parts of one bar from left to right, with a hair of paper between them and their shares written in where they fit."""
    for share, fill, _ in parts:
        width = share * unit
        swatch(canvas, x + 0.5, y, max(width - 1, 0.5), _BAR, fill)
        text = canvas.wording.integer(round(share * 100, 9)) if canvas.narrow else canvas.wording.percent(share)
        text = SUPPRESSED if fill == HIDDEN else text
        if canvas.measure(text, size=canvas.small) + 3 <= width:
            ink = WRITTEN_ON.get(fill, "muted")
            canvas.text(x + width / 2, y + _BAR / 2 + canvas.small * 0.36, text, fill=ink, size=canvas.small, anchor="middle")
        x += width


def _bar(item: pd.DataFrame, fills: dict[str, str]) -> list[Part]:
    """The parts of a bar in order; what is hidden lies at the outer end: of the left where nothing of it is positive, else of the right."""
    item = item.sort_values("order", kind="stable")
    shares, sides, hidden = numbers(item, "share"), _sides(item), is_hidden(item)
    parts = [Part(share, fills[name], side) for name, share, side in zip(names(item, "answer"), shares, sides, strict=True) if share > 0]
    rest = 1 - float(np.nansum(shares))
    if parts and hidden.any() and rest > 1e-9:
        left = bool((sides[hidden] < 1).all())
        parts.insert(0 if left else len(parts), Part(rest, HIDDEN, -1 if left else 1))
    return parts


def _positive(table: pd.DataFrame) -> pd.Series[float]:
    """The positive share of each item, in the order of the table; nan where a part of it is hidden."""
    shares = pd.Series(np.where(_sides(table) > 0, numbers(table, "share"), 0.0))
    return shares.groupby(names(table, "item"), sort=False).sum(skipna=False)


def _levels(table: pd.DataFrame) -> dict[str, int]:
    """The answers in their order, with their side."""
    ordered = table.sort_values("order", kind="stable")
    return dict(zip(names(ordered, "answer"), _sides(ordered).tolist(), strict=True))


def _sides(table: pd.DataFrame) -> np.ndarray:
    """The side of each row: -1, 0 or 1."""
    if unknown := int((~table["side"].isin(list(_SIDES))).sum()):
        raise ValueError(f"'side' has {unknown} values outside negative, neutral and positive (or -1, 0 and 1)")
    return np.array([_SIDES[side] for side in table["side"]], dtype=int)


def _fills(sides: Sequence[int]) -> list[str]:
    """A colour for each answer: the outermost of a side is the strong one."""
    outer = {-1: 0, 1: len(sides) - 1}
    return [_STRONG[side] if place == outer.get(side) else _SOFT[side] for place, side in enumerate(sides)]


def _not_shown(wording: Wording) -> str:
    return f"{SUPPRESSED} {wording.say('chart.key.hidden_part')}"
