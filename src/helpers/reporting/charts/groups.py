"""Strengths and differences: how strongly answers go with groups, and how respondents differ from all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Row, Rows, heading, rows_of, with_n
from helpers.reporting.charts.words import counted, described_as, extremes, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording

# Words for Cramer's V, as Cohen (1988), "Statistical Power Analysis", has them for one degree of freedom.
STRENGTHS = ((0.1, "weak"), (0.3, "moderate"), (0.5, "strong"))
# Standardised differences: below .1 a group is commonly taken as balanced, above .25 as not; Stuart (2010), Statistical Science 25:1-21.
HARDLY, NOTICEABLE = 0.1, 0.25


def _describe_effects(table: pd.DataFrame, wording: Wording) -> str:
    pairs = zip(names(table, "question"), names(table, "by"), strict=True)
    labels = [wording.say("chart.alt.effects.label", question=question, by=by) for question, by in pairs]
    effect = numbers(table, "effect")
    texts = with_interval(table, "effect", lambda value: wording.number(value, _digits(effect)), wording)
    missing = int((np.isnan(effect) & ~is_hidden(table)).sum())
    sentence = extremes(wording, "chart.alt.effects", labels, texts, effect)
    return joined(wording, table, sentence, counted(wording, "chart.alt.effects.not_computable", missing))


@described_as(_describe_effects)
def draw_effects(canvas: Canvas, table: pd.DataFrame) -> None:
    """Strength of associations from 0 to 1 with interval, one group of rows per grouping variable.

    Parameters
    ----------
    table : DataFrame
        One row per ``question`` and ``by``: ``effect`` (such as Cramer's V), ``low``, ``high``, ``n``, ``p_holm``, ``suppressed``. The dot is
        filled where ``p_holm`` is below .05. A row without an effect says that it is not computable.
    """
    wording = canvas.wording
    effect, p_holm, hidden = numbers(table, "effect"), numbers(table, "p_holm"), is_hidden(table)
    written = ["" if np.isnan(value) else wording.number(value, _digits(effect)) for value in effect]
    values = [SUPPRESSED if secret else text for secret, text in zip(hidden, written, strict=True)]
    rows = rows_of(table, with_n(canvas, names(table, "question"), numbers(table, "n")), values, mark="effect")
    limit = min(1.0, max(0.6, np.ceil(5 * np.nanmax([0.0, *effect, *numbers(table, "high")])) / 5))
    ticks, by = [0.0, *(value for value, _ in STRENGTHS), limit], np.array(names(table, "by"))
    columns = Rows(canvas, [row.label for row in rows], values, span=(0, limit))
    for first, one in enumerate(dict.fromkeys(by)):
        heading(canvas, wording.say("chart.effects.by", by=one), first=first == 0)
        columns.axis([(value, wording.say(f"chart.effects.{word}")) for value, word in STRENGTHS])
        canvas.y -= 4
        columns.axis([(0, wording.integer(0)), *((value, wording.number(value)) for value in ticks[1:])])
        for place in sorted(np.flatnonzero(by == one), key=lambda place: (hidden[place], np.isnan(effect[place]), -effect[place])):
            note = "" if rows[place].value else wording.say("chart.effects.not_computable")
            firm = bool(p_holm[place] < 0.05)
            columns.draw(replace(rows[place], note=note, fill="accent" if firm else "mark", hollow=not firm))
        columns.grid(ticks, zero=0)
    if not np.isnan(effect).all():
        entries = {"dot:accent": "chart.key.effect", "ring:mark": "chart.key.no_effect", "line:mark": "chart.key.effect_interval"}
        key(canvas, [(symbol, wording.say(text)) for symbol, text in entries.items()])
    hidden_line(canvas, int(hidden.sum()))


def _describe_balance(table: pd.DataFrame, wording: Wording) -> str:
    labels = [f"{question}, {answer}" for question, answer in zip(names(table, "question"), names(table, "answer"), strict=True)]
    difference = numbers(table, "difference")
    texts, close = [_signed(wording, value) for value in difference], int((np.abs(difference) < HARDLY).sum())
    return joined(wording, table, extremes(wording, "chart.alt.balance", labels, texts, difference, close=close))


@described_as(_describe_balance)
def draw_balance(canvas: Canvas, table: pd.DataFrame) -> None:
    """How respondents differ from all, around a line of no difference, with words for small and noticeable differences.

    Parameters
    ----------
    table : DataFrame
        One row per ``question`` and ``answer``: ``difference`` (standardised, respondents minus all), ``suppressed``.
    """
    difference, hidden = numbers(table, "difference"), is_hidden(table)
    values = [SUPPRESSED if secret else _signed(canvas.wording, value) for secret, value in zip(hidden, difference, strict=True)]
    limit = max(0.4, np.ceil(10 * np.nanmax([0.0, *np.abs(difference)])) / 10)
    sections = _sections(names(table, "question"), rows_of(table, names(table, "answer"), values, mark="difference"))
    columns = Rows(canvas, [row.label for _, rows in sections for row in rows], values, span=(-limit, limit))
    _directions(canvas, columns, limit)
    for first, (question, rows) in enumerate(sections):
        if question:
            heading(canvas, question, first=first == 0)
        else:
            canvas.y += 12 if first else 0
        for row in rows:
            columns.draw(replace(row, fill="accent" if abs(row.mark) >= NOTICEABLE else "mark"))
        columns.grid([-NOTICEABLE, 0, NOTICEABLE], zero=0, zone=(-HARDLY, HARDLY))
    hidden_line(canvas, int(hidden.sum()))


def _sections(questions: list[str], rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Rows under the heading of their question; a question with one row only needs none, and follows others of its kind."""
    sections: list[tuple[str, list[Row]]] = []
    for question in dict.fromkeys(questions):
        own = [row for row, name in zip(rows, questions, strict=True) if name == question]
        if len(own) > 1:
            sections.append((question, own))
            continue
        if not sections or sections[-1][0]:
            sections.append(("", []))
        sections[-1][1].append(replace(own[0], label=f"{question}, {own[0].label}"))
    return sections


def _directions(canvas: Canvas, rows: Rows, limit: float) -> None:
    """What left and right of the line mean, what the distances from it mean, and their numbers."""
    wording, middle = canvas.wording, rows.scale(0)
    room = middle - rows.scale.left - 8
    less, more = (wording.say(f"chart.balance.{name}") for name in ("less", "more"))
    left = canvas.paragraph(middle - 10, canvas.y, less, room, size=canvas.small, anchor="end")
    canvas.y = max(left, canvas.paragraph(middle + 10, canvas.y, more, room, size=canvas.small)) + 2
    far = (limit + NOTICEABLE) / 2
    noticeable = wording.say("chart.balance.noticeable")
    rows.axis([(0, wording.say("chart.balance.hardly")), (-far, noticeable), (far, noticeable)])
    canvas.y -= 4
    marked = [(-NOTICEABLE, 2), (NOTICEABLE, 2), (-HARDLY, 1), (HARDLY, 1), (-limit, 1), (limit, 1)]
    rows.axis([(0, wording.integer(0)), *((value, _signed(wording, value, digits)) for value, digits in marked)])
    canvas.y += 4


def _signed(wording: Wording, value: float, digits: int = 2) -> str:
    """A difference with its sign; zero has none."""
    text = wording.number(value, digits)
    return f"+{text}" if value > 0 else text


def _digits(values: np.ndarray) -> int:
    """Decimals worth writing: one where the table has been rounded to tenths, two otherwise."""
    known = values[~np.isnan(values)]
    return 1 if known.size and np.allclose(known, np.round(known, 1), atol=1e-9) else 2
