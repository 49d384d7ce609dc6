"""Waves: before and now on one scale, and whether chance may explain the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Row, Rows, heading, share_limit, share_ticks
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers
from helpers.reporting.wording import SUPPRESSED, Wording, capital

RISEN, FALLEN, SAME = "risen", "fallen", "same"
_FILLS = {RISEN: "accent", FALLEN: "warm", SAME: "mark"}
_LABEL = 13.0  # from the middle of a mark to its number


@dataclass(frozen=True)
class _Measured:
    """What is compared: its columns before, now and of the change, and how its values are written."""

    before: str
    now: str
    change: str
    interval: str

    def value(self, wording: Wording, value: float) -> str:
        return wording.percent(value) if self.now == "share_now" else wording.number(value)

    def difference(self, wording: Wording, value: float) -> str:
        return wording.points(value) if self.now == "share_now" else wording.signed(value)


SHARES = _Measured("share_before", "share_now", "change", "change")
MEANS = _Measured("mean_before", "mean_now", "points_difference", "points")


def _describe_waves(table: pd.DataFrame, wording: Wording) -> str:
    of = _measured(table)
    change = numbers(table, of.change)
    texts = [
        wording.say("chart.alt.waves.value", before=of.value(wording, before), now=of.value(wording, now), direction=direction)
        for before, now, direction in zip(numbers(table, of.before), numbers(table, of.now), names(table, "direction"), strict=True)
    ]
    changed = sum(kind != SAME for kind in _kinds(table, wording)[~is_hidden(table)])
    return joined(wording, table, extremes(wording, "chart.alt.waves", _full_labels(table), texts, change, changed=changed))


@described_as(_describe_waves)
def draw_waves(canvas: Canvas, table: pd.DataFrame) -> None:
    """Two waves as a hollow and a filled dot with a bar between them; in colour where the change is beyond chance.

    Parameters
    ----------
    table : DataFrame
        One row per share, or per index: ``question``, optionally ``option`` (then the question is a heading), ``direction`` (the words of
        "risen", "fallen" or "same"), ``share_before``, ``share_now``, ``change``, ``change_low``, ``change_high`` (proportions), or ``mean_before``,
        ``mean_now``, ``points_difference``, ``points_low``, ``points_high`` (of an index), ``suppressed``. Rows keep their order, hidden ones
        come last.
    """
    of, wording, hidden, kinds = _measured(table), canvas.wording, is_hidden(table), _kinds(table, canvas.wording)
    limit = share_limit(table, [of.before, of.now]) if of is SHARES else 100.0
    ticks = share_ticks(canvas, limit) if of is SHARES else [(tick, wording.integer(tick)) for tick in (0.0, 25.0, 50.0, 75.0, 100.0)]
    labels = _labels(table, wording, of)
    # Room for the number of a dot at the end of the scale.
    columns = Rows(canvas, labels, [of.value(wording, limit)], span=(0, limit))
    headings = names(table, "question") if "option" in table else [""] * len(table)
    for number, one in enumerate(dict.fromkeys(headings)):
        if one:
            heading(canvas, one, first=number == 0)
        columns.axis(ticks)
        own = [row for row, name in enumerate(headings) if name == one]
        for row in sorted(own, key=lambda row: bool(hidden[row])):
            _dumbbell(columns, labels[row], table.iloc[[row]], of, kinds[row], hidden=bool(hidden[row]))
        columns.grid([value for value, _ in ticks], zero=0)
    shown = [kind for kind in _FILLS if kind in set(kinds[~hidden])]
    entries = [("ring:mark", "chart.waves.before"), *((f"dot:{_FILLS[kind]}", f"chart.waves.{kind}") for kind in shown)]
    key(canvas, [(symbol, wording.say(text)) for symbol, text in entries if shown])
    hidden_line(canvas, int(hidden.sum()))


def _dumbbell(columns: Rows, label: str, row: pd.DataFrame, of: _Measured, kind: str, *, hidden: bool) -> None:
    canvas, scale = columns.canvas, columns.scale
    before, now = float(numbers(row, of.before)[0]), float(numbers(row, of.now)[0])
    if hidden:
        columns.draw(Row(label, SUPPRESSED))
        return
    middle = columns.draw(Row(label, "", before, fill=_FILLS[kind], bold=kind != SAME, hollow=True))
    canvas.line((scale(before), middle), (scale(now), middle), stroke=_FILLS[kind], width=3)
    canvas.dot(scale(now), middle, fill=_FILLS[kind])
    ends = sorted([(before, "muted", False), (now, "ink", kind != SAME)])
    for (value, fill, bold), side in zip(ends, (-1, 1), strict=True):
        text = of.value(canvas.wording, value)
        x = scale(value) + side * _LABEL
        # A number that would leave the sheet on the left stands at its edge.
        x = max(x, columns.left + canvas.measure(text, size=canvas.small, bold=bold)) if side < 0 else x
        anchor = "end" if side < 0 else "start"
        width = canvas.measure(text, size=canvas.small, bold=bold)
        start = x - width if side < 0 else x
        if start - 2 < scale(0) < start + width + 2:  # the line at zero must not run through a number
            canvas.box(start - 2, middle - canvas.small * 0.6, width + 4, canvas.small * 1.2, fill="paper")
        canvas.text(x, middle + canvas.small * 0.36, text, fill=fill, size=canvas.small, bold=bold, anchor=anchor)  # type: ignore[arg-type]


def _labels(table: pd.DataFrame, wording: Wording, of: _Measured) -> list[str]:
    """What each row is about, and in words what became of it."""
    labels = [capital(label) for label in names(table, "option" if "option" in table else "question")]
    columns = (numbers(table, name) for name in (of.change, f"{of.interval}_low", f"{of.interval}_high"))
    texts = []
    for label, direction, hidden, *change in zip(labels, names(table, "direction"), is_hidden(table), *columns, strict=True):
        written = dict(zip(("change", "low", "high"), (of.difference(wording, value) for value in change), strict=True))
        known = not np.isnan(change).any()
        texts.append(label if hidden else wording.say(f"chart.waves.row{'' if known else '.plain'}", label=label, direction=direction, **written))
    return texts


def _full_labels(table: pd.DataFrame) -> list[str]:
    """Labels that can stand without their heading."""
    if "option" not in table:
        return names(table, "question")
    return [f"{question} {option}" for question, option in zip(names(table, "question"), names(table, "option"), strict=True)]


def _kinds(table: pd.DataFrame, wording: Wording) -> np.ndarray:
    """What became of each row, from its words."""
    kind_of = {wording.say(f"direction.{kind}"): kind for kind in _FILLS}
    return np.array([kind_of.get(direction, SAME) for direction in names(table, "direction")], dtype=object)


def _measured(table: pd.DataFrame) -> _Measured:
    return SHARES if "share_now" in table else MEANS
