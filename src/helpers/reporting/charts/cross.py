"""Shares of one question's answers in groups: small panels, one per answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line
from helpers.reporting.charts.rows import Row, Rows, heading, rows_of, share_limit, share_ticks, with_n
from helpers.reporting.charts.words import counted, described_as, extremes, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording

PANELS = 4  # answers that are drawn
_SIDE = 0.27  # of the width, at most, for the names of the groups

Groups = dict[str, str]  # group -> its label
Cells = dict[tuple[str, str], Row]  # group and answer -> what is drawn


def _describe_cross(table: pd.DataFrame, wording: Wording) -> str:
    if table.empty:
        return joined(wording, table)
    label, shares, rows = _label(table), numbers(table, "share"), []
    texts, groups = with_interval(table, "share", wording.percent, wording), names(table, "group")
    for answer in _drawn_answers(table):
        here = np.array([name == answer for name in names(table, label)])
        rows.append(extremes(wording, "chart.alt.cross", groups, texts, np.where(here, shares, np.nan), answer=answer))
    sentence = " ".join(row for row in rows if row)
    return joined(wording, table, wording.say("chart.alt.cross", rows=sentence) if sentence else "")


@described_as(_describe_cross)
def draw_cross(canvas: Canvas, table: pd.DataFrame) -> None:
    """Shares of one question's answers in each group, one panel per answer: beside each other, or below each other where narrow.

    Parameters
    ----------
    table : DataFrame
        One row per answer and group of one question: ``answer`` (or ``option``), ``by``, ``group``, ``share``, ``n`` (of the group),
        ``suppressed``; ``low`` and ``high`` where known. Of more than four answers the four with the highest shares are drawn.

    Raises
    ------
    ValueError
        If the table has several questions.
    """
    label = _label(table)
    if label == "answer" and "question" in table and table["question"].nunique() > 1:
        raise ValueError(f"the table has {table['question'].nunique()} questions; draw one figure for each")
    answers = _drawn_answers(table)
    drawn = table[[name in answers for name in names(table, label)]]
    (_draw_below if canvas.narrow else _draw_beside)(canvas, drawn, answers, share_limit(drawn, ["share", "high"]))
    if more := counted(canvas.wording, "chart.cross.others", len(set(names(table, label))) - len(answers)):
        canvas.y = canvas.paragraph(0, canvas.y + 8, more, canvas.width, fill="muted", size=canvas.small)
    hidden = is_hidden(drawn)
    hidden_line(canvas, int(hidden.sum()))


def _draw_beside(canvas: Canvas, table: pd.DataFrame, answers: Sequence[str], limit: float) -> None:
    """The answers head their panels, the grouping variables stand beside the ticks."""
    sections = list(_sections(canvas, table))
    texts = [text for by, groups, _ in sections for text in (by, *groups.values())]
    side = max(canvas.measure(line, bold=True) for text in texts for line in canvas.wrap(text, _SIDE * canvas.width, bold=True))
    width = (canvas.width - side) / len(answers)
    beside = np.isnan(numbers(table, "low")).all()
    values = [SUPPRESSED] * bool(is_hidden(table).any()) if beside else [canvas.wording.percent(1.0)]
    parts = [(side + width * place + 16, side + width * (place + 1)) for place in range(len(answers))]
    panels = [Rows(canvas, [], values, span=(0, limit), part=part) for part in parts]
    _write_heads(canvas, panels, answers, width)
    ticks = share_ticks(canvas, limit, few=len(answers) > 2)
    for by, groups, cells in sections:
        top = canvas.y
        bottom = canvas.paragraph(0, top, by, side + 2, bold=True)
        for panel in panels:
            canvas.y = max(top, bottom - canvas.leading)
            panel.axis(ticks)
        for group, label in groups.items():
            lines = canvas.wrap(label, side + 2)
            height = len(lines) * canvas.leading + 11
            canvas.paragraph(0, canvas.y + 5, label, side + 2)
            for panel, answer in zip(panels, answers, strict=True):
                _mark(canvas, panel, cells.get((group, answer), Row("", "")), canvas.y + height / 2, beside=bool(beside))
                panel.strip(canvas.y, canvas.y + height)
            canvas.y += height
        for panel in panels:
            panel.grid([value for value, _ in ticks], zero=0)
        canvas.y += 14
    canvas.y -= 14


def _mark(canvas: Canvas, panel: Rows, row: Row, middle: float, *, beside: bool) -> None:
    """A cell of the panel; without an interval its value stands next to the dot, on the side where there is room."""
    if not beside or np.isnan(row.mark):
        panel.mark(row, middle)
        return
    panel.mark(replace(row, value=""), middle)
    x = panel.scale(row.mark)
    fits = x + 9 + canvas.measure(row.value, size=canvas.small) <= panel.right
    canvas.text(x + 9 if fits else x - 9, middle + canvas.small * 0.36, row.value, size=canvas.small, anchor="start" if fits else "end")


def _write_heads(canvas: Canvas, panels: Sequence[Rows], answers: Sequence[str], width: float) -> None:
    """The answers above their panels, ending on one line, each as wide as the next one allows."""
    rooms = [min(width - 10, canvas.width - panel.scale.left) for panel in panels]
    lines = [len(canvas.wrap(answer, room, bold=True)) for answer, room in zip(answers, rooms, strict=True)]
    for panel, answer, room, count in zip(panels, answers, rooms, lines, strict=True):
        canvas.paragraph(panel.scale.left, canvas.y + (max(lines) - count) * canvas.leading, answer, room, bold=True)
    canvas.y += max(lines) * canvas.leading + 6


def _draw_below(canvas: Canvas, table: pd.DataFrame, answers: Sequence[str], limit: float) -> None:
    """The answers are headings, the grouping variables smaller ones."""
    ticks = share_ticks(canvas, limit)
    for first, answer in enumerate(answers):
        heading(canvas, answer, first=first == 0)
        for second, (by, groups, cells) in enumerate(_sections(canvas, table)):
            canvas.y = canvas.paragraph(0, canvas.y + (12 if second else 0), by, canvas.width, fill="muted") + 2
            rows = Rows(canvas, groups.values(), [canvas.wording.percent(1.0)], span=(0, limit))
            rows.axis(ticks)
            for group, label in groups.items():
                rows.draw(cells.get((group, answer), Row(label, "")))
            rows.grid([value for value, _ in ticks], zero=0)


def _sections(canvas: Canvas, table: pd.DataFrame) -> Iterator[tuple[str, Groups, Cells]]:
    """For each grouping variable: its heading, its groups with their labels, and what is drawn for each of them and each answer."""
    by = np.array(names(table, "by"))
    for one in dict.fromkeys(by):
        part = table[by == one]
        group, answer, hidden = names(part, "group"), names(part, _label(part)), is_hidden(part)
        n = pd.Series(numbers(part, "n")).groupby(group, sort=False).max()
        labels = dict(zip(n.index, with_n(canvas, list(n.index), n.to_numpy()), strict=True))
        values = [SUPPRESSED if secret else canvas.wording.percent(share) for secret, share in zip(hidden, numbers(part, "share"), strict=True)]
        rows = rows_of(part, [labels[name] for name in group], values, mark="share")
        cells = {(name, row_answer): replace(row, fill="accent") for name, row_answer, row in zip(group, answer, rows, strict=True)}
        yield canvas.wording.say("chart.effects.by", by=one), labels, cells


def _drawn_answers(table: pd.DataFrame) -> list[str]:
    """At most four answers, those with the highest shares that are shown, in the order of the table."""
    answers = names(table, _label(table))
    means = pd.Series(numbers(table, "share")).groupby(answers, sort=False).mean().fillna(-1.0)
    kept = set(means.sort_values(ascending=False, kind="stable").index[:PANELS])
    return [answer for answer in dict.fromkeys(answers) if answer in kept]


def _label(table: pd.DataFrame) -> str:
    return "answer" if "answer" in table else "option"
