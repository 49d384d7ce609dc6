"""Stacked bars: the answers to rating items around their middle, and the parts of one whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reporting.canvas import GRID, Anchor, Canvas
from helpers.reporting.charts_marks import hidden_line, key, swatch
from helpers.reporting.charts_rows import GAP, with_n
from helpers.reporting.charts_words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.palette import WRITTEN_ON
from helpers.reporting.wording import SUPPRESSED, Wording

HIDDEN = "paper"  # the fill of what is not shown
_SIDES = {"negative": -1, "neutral": 0, "positive": 1, -1: -1, 0: 0, 1: 1}
_STRONG, _SOFT = {-1: "warm", 1: "accent"}, {-1: "warm-soft", 0: "mark-soft", 1: "accent-soft"}
_PARTS = ("accent", "accent-soft", "mark-soft")  # the rest is grey as well
_BAR = 24.0


def _describe_likert(table: pd.DataFrame, wording: Wording) -> str:
    if table.empty:
        return joined(wording, table)
    items, positive = _positive(table)
    answers = _levels(table).query("side > 0")["answer"].tolist()
    texts = [wording.percent(share) for share in positive]
    sentence = extremes(wording, "chart.alt.likert", items, texts, positive, count=len(items), answers=[wording.quoted(answer) for answer in answers])
    return joined(wording, table, sentence or wording.say("chart.alt.likert.none"))


@described_as(_describe_likert)
def draw_likert(canvas: Canvas, table: pd.DataFrame) -> None:
    """Diverging stacked bars, one per item, the neutral answers half to the left and half to the right of the middle line.

    Parameters
    ----------
    table : DataFrame
        One row per ``item`` and ``answer``: ``order`` (of the answers), ``side`` ("negative", "neutral", "positive", or -1, 0, 1), ``share``, ``n``,
        ``suppressed``. Items are sorted by their positive share. The hidden answers of an item become one blank part as wide as what is
        left to 1.

    Raises
    ------
    ValueError
        If a side is none of these.
    """
    levels = _levels(table)
    fills = dict(zip(levels["answer"], _fills(levels["side"].tolist()), strict=True))
    items, positive = _positive(table)
    bars = {item: _bar(table[[name == item for name in names(table, "item")]], fills) for item in items}
    order = [items[place] for place in np.argsort(np.nan_to_num(-positive, nan=np.inf), kind="stable")]
    hidden = is_hidden(table)
    percent = [("", canvas.wording.say("chart.key.percent"))] if canvas.narrow else []
    blank = [(f"box:{HIDDEN}", f"{SUPPRESSED} {canvas.wording.say('chart.key.hidden_part')}")] if hidden.any() else []
    key(canvas, [(f"box:{fill}", answer) for answer, fill in fills.items()] + blank + percent, gap=0)
    canvas.y += 10
    n = {item: np.nanmax(numbers(part, "n"), initial=-1) for item, part in table.groupby(names(table, "item"), sort=False)}
    labels = dict(zip(order, with_n(canvas, order, np.array([n[item] if n[item] >= 0 else np.nan for item in order])), strict=True))
    _draw_bars(canvas, labels, bars)
    hidden_line(canvas, int(hidden.sum()))


Part = tuple[str, float, int]  # fill, width as a share, side


def _draw_bars(canvas: Canvas, labels: dict[str, str], bars: dict[str, list[Part]]) -> None:
    left = 0.0
    if not canvas.narrow:
        left = max(canvas.measure(line) for label in labels.values() for line in canvas.wrap(label, 0.38 * canvas.width)) + GAP
    before = {item: sum(width if side < 0 else width / 2 if side == 0 else 0.0 for _, width, side in parts) for item, parts in bars.items()}
    most_before = max(before.values())
    most = max(sum(width for _, width, _ in parts) - before[item] for item, parts in bars.items()) + most_before
    unit = (canvas.width - left - 2) / max(most, 0.01)
    middle = round(left + 1 + most_before * unit) + 0.5
    for item, label in labels.items():
        lines = canvas.wrap(label, canvas.width if canvas.narrow else left - GAP)
        height = len(lines) * canvas.leading
        if canvas.narrow:
            bar_top = canvas.paragraph(0, canvas.y + 4, label, canvas.width) + 5
            canvas.y = bar_top + _BAR + 6
        else:
            row = max(_BAR + 10, height + 10)
            bar_top = canvas.y + (row - _BAR) / 2
            canvas.paragraph(0, canvas.y + (row - height) / 2 - 1, label, left)
            canvas.y += row
        _draw_parts(canvas, bars[item], middle - before[item] * unit, bar_top, unit)
        if not bars[item]:
            text = f"{SUPPRESSED} {canvas.wording.say('chart.key.hidden_part')}"
            canvas.text(middle + 8, bar_top + _BAR / 2 + canvas.small * 0.36, text, fill="muted", size=canvas.small)
        canvas.line((middle, bar_top - 5), (middle, bar_top + _BAR + 5), stroke="mark", layer=GRID)


def _draw_parts(canvas: Canvas, parts: Sequence[Part], x: float, y: float, unit: float) -> None:
    """The parts of one bar from left to right, with a hair of paper between them and their shares written in where they fit."""
    for fill, share, _ in parts:
        width = share * unit
        swatch(canvas, x + 0.5, y, max(width - 1, 0.5), _BAR, fill)
        percent = canvas.wording.percent(share)
        text = SUPPRESSED if fill == HIDDEN else canvas.wording.integer(round(share * 100, 9)) if canvas.narrow else percent
        if canvas.measure(text, size=canvas.small) + 6 <= width:
            canvas.text(x + width / 2, y + _BAR / 2 + canvas.small * 0.36, text, fill=WRITTEN_ON.get(fill, "muted"), size=canvas.small, anchor="middle")
        x += width


def _bar(item: pd.DataFrame, fills: dict[str, str]) -> list[Part]:
    """The parts of a bar in order; what is hidden lies at the outer end of its side, as far as it is known to belong to one.

    A bar of which everything is hidden has no parts.
    """
    item = item.sort_values("order", kind="stable")
    shares, sides, hidden = numbers(item, "share"), [_SIDES[side] for side in item["side"]], is_hidden(item)
    parts = [
        (fills[answer], share, side)
        for answer, share, side in zip(names(item, "answer"), shares, sides, strict=True)
        if share > 0
    ]
    rest = 1 - float(np.nansum(shares))
    if hidden.any() and 1e-9 < rest < 1 - 1e-9:
        left = all(side < 0 for side, secret in zip(sides, hidden, strict=True) if secret)
        blank = (HIDDEN, rest, -1 if left else 1)
        parts = [blank, *parts] if left else [*parts, blank]
    return parts


def _positive(table: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Items in the order of the table, and the positive share of each; nan where a part of it is hidden."""
    of, positive = names(table, "item"), np.array([_SIDES[side] > 0 for side in table["side"]])
    items = list(dict.fromkeys(of))
    shares = pd.Series(numbers(table, "share"))
    return items, np.array([shares[[name == item and up for name, up in zip(of, positive, strict=True)]].sum(min_count=1, skipna=False) for item in items])


def _levels(table: pd.DataFrame) -> pd.DataFrame:
    """The answers in their order, with side."""
    if unknown := int((~table["side"].isin(list(_SIDES))).sum()):
        raise ValueError(f"'side' has {unknown} values outside negative, neutral and positive (or -1, 0 and 1)")
    levels = pd.DataFrame({"answer": names(table, "answer"), "order": table["order"].to_numpy(), "side": [_SIDES[side] for side in table["side"]]})
    return levels.drop_duplicates("answer").sort_values("order", kind="stable")


def _fills(sides: Sequence[int]) -> list[str]:
    """A colour for each answer: the outermost of a side is the strong one."""
    outer = {-1: 0, 1: len(sides) - 1}
    return [_STRONG[side] if side in outer and place == outer[side] else _SOFT[side] for place, side in enumerate(sides)]


class Flag(NamedTuple):
    """A part of a whole: its name, its value in words, its share."""

    name: str
    value: str
    share: float


def _describe_composition(table: pd.DataFrame, wording: Wording) -> str:
    label = "answer" if "answer" in table else "measure"
    shares, counts = numbers(table, "share"), numbers(table, "count")
    texts = [_part(wording, share, count) for share, count in zip(shares, counts, strict=True)]
    parts = [
        wording.say("chart.alt.value", label=name, value=text)
        for name, text, share in zip(names(table, label), texts, shares, strict=True)
        if not np.isnan(share)
    ]
    return joined(wording, table, wording.say("chart.alt.composition", parts=parts) if parts else "")


@described_as(_describe_composition)
def draw_composition(canvas: Canvas, table: pd.DataFrame) -> None:
    """One bar of the parts of a whole, each named where it stands.

    Parameters
    ----------
    table : DataFrame
        One row per part, in the order drawn: ``answer`` or ``measure``, ``count``, ``share`` (of the whole), ``suppressed``. Hidden parts become one
        blank part as wide as what is left to 1.
    """
    label = "answer" if "answer" in table else "measure"
    hidden, shares = is_hidden(table), numbers(table, "share")
    written = [_part(canvas.wording, share, count) for share, count in zip(shares, numbers(table, "count"), strict=True)]
    flags = [Flag(name, text, share) for name, text, share in zip(names(table, label), written, shares, strict=True) if share > 0]
    fills = [_PARTS[min(place, len(_PARTS) - 1)] for place in range(len(flags))]
    rest = 1 - float(np.nansum(shares))
    if hidden.any() and rest > 1e-9:
        flags.append(Flag(", ".join(np.array(names(table, label))[hidden]), SUPPRESSED, rest))
        fills.append(HIDDEN)
    _draw_flags(canvas, flags, fills)
    hidden_line(canvas, int(hidden.sum()))


def _draw_flags(canvas: Canvas, flags: list[Flag], fills: list[str]) -> None:
    """The bar, with a flag on a pole for each part.

    Poles hang from the start of a part and their text runs to the right. A text without room there stands above the bar, at a pole at the
    end of its part, and runs to the left; the first of these is nearest to the bar, so that no text crosses a pole.
    """
    width = canvas.width - 2
    ends = [1 + end * width for end in np.cumsum([flag.share for flag in flags])]
    starts = [1.0, *ends[:-1]]
    above = [place for place, flag in enumerate(flags) if starts[place] + 9 + _flag_width(canvas, flag) > canvas.width]
    heights = [(len(canvas.wrap(flags[place].name, ends[place] - 8)) + 1) * canvas.leading + 8 for place in above]
    top = y = canvas.y + sum(heights)
    for place, height in zip(above, heights, strict=True):
        y -= height
        canvas.line((ends[place] - 0.5, y + 3), (ends[place] - 0.5, top), stroke="mark")
        _flag(canvas, flags[place], ends[place] - 8, y, anchor="end")
    for flag, fill, start in zip(flags, fills, starts, strict=True):
        swatch(canvas, start + 0.5, top, max(flag.share * width - 1, 0.5), 40, fill)
    pitch, below = 2 * canvas.leading + 8, _flag_rows(canvas, flags, starts, above)
    for place, row in below.items():
        y = top + 46 + row * pitch
        canvas.line((starts[place] + 0.5, top + 40), (starts[place] + 0.5, y + 2 * canvas.leading - 2), stroke="mark")
        _flag(canvas, flags[place], starts[place] + 9, y, anchor="start")
    canvas.y = top + 46 + (max(below.values(), default=-1) + 1) * pitch


def _flag_rows(canvas: Canvas, flags: list[Flag], starts: list[float], above: list[int]) -> dict[int, int]:
    """The row of each flag below the bar: the first in which its text crosses no pole, from the right to the left."""
    rows: dict[int, int] = {}
    for place in reversed([place for place in range(len(flags)) if place not in above]):
        end = starts[place] + 9 + _flag_width(canvas, flags[place]) + GAP
        rows[place] = next(row for row in range(len(flags)) if all(other < row or starts[right] > end for right, other in rows.items()))
    return rows


def _flag(canvas: Canvas, flag: Flag, x: float, y: float, *, anchor: Anchor) -> None:
    canvas.text(x, y + canvas.size, flag.value, bold=True, anchor=anchor, fill="muted" if flag.value == SUPPRESSED else "ink")
    canvas.paragraph(x, y + canvas.leading, flag.name, canvas.width if anchor == "start" else x, anchor=anchor)


def _flag_width(canvas: Canvas, flag: Flag) -> float:
    return max(canvas.measure(flag.name), canvas.measure(flag.value, bold=True))


def _part(wording: Wording, share: float, count: float) -> str:
    return wording.say("chart.composition.part", share=wording.percent(share), count=count)
