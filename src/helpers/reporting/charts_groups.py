"""Charts over groups: how strongly answers go with them, how respondents differ from all, and the shares in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.reporting.canvas import GRID, Canvas
from helpers.reporting.charts_rows import Row, Rows, heading, hidden_line, is_hidden, key, numbers, share_limit, share_ticks, with_n
from helpers.reporting.charts_words import counted, described_as, extremes, joined, names, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording

# Words for Cramer's V, as Cohen (1988), "Statistical Power Analysis", has them for one degree of freedom.
STRENGTHS = ((0.1, "weak"), (0.3, "moderate"), (0.5, "strong"))
# Standardised differences: below .1 a group is commonly taken as balanced, above .25 as not; Stuart (2010), Statistical Science 25:1-21.
HARDLY, NOTICEABLE = 0.1, 0.25
PANELS = 4  # answers of a cross-table that are drawn


def _describe_effects(table: pd.DataFrame, wording: Wording) -> str:
    pairs = zip(names(table, "question"), names(table, "by"), strict=True)
    labels = [wording.say("chart.alt.effects.label", question=question, by=by) for question, by in pairs]
    effect = numbers(table, "effect")
    texts = with_interval(table, "effect", lambda value: wording.number(value, 2), wording)
    missing = int((np.isnan(effect) & ~is_hidden(table)).sum())
    sentence = extremes(wording, "chart.alt.effects", labels, texts, effect)
    return joined(wording, table, sentence, counted(wording, "chart.alt.effects.not_computable", missing))


@described_as(_describe_effects)
def draw_effects(canvas: Canvas, table: pd.DataFrame) -> None:
    """Strength of associations from 0 to 1 with interval, one group of rows per grouping variable.

    Parameters
    ----------
    table : DataFrame
        One row per ``question`` and ``by``: ``effect`` (such as Cramer's V), ``low``, ``high``, ``n``, ``p_holm``, ``suppressed``. The dot is coloured where
        ``p_holm`` is below .05. A row without an effect says that it is not computable.
    """
    wording = canvas.wording
    effect, low, high, p_holm = (numbers(table, name) for name in ("effect", "low", "high", "p_holm"))
    hidden, questions = is_hidden(table), with_n(canvas, names(table, "question"), numbers(table, "n"))
    values = [SUPPRESSED if secret else wording.number(value, 2) for secret, value in zip(hidden, effect, strict=True)]
    limit = min(1.0, max(0.6, np.ceil(5 * np.nanmax([0.0, *effect, *high])) / 5))
    groups = np.array(names(table, "by"))
    for first, by in enumerate(dict.fromkeys(groups)):
        heading(canvas, wording.say("chart.effects.by", by=by), first=first == 0)
        rows = Rows(canvas, questions, values, span=(0, limit))
        rows.axis([(value, wording.say(f"chart.effects.{word}")) for value, word in STRENGTHS])
        canvas.y -= 4
        rows.axis([(value, wording.number(value)) for value in (0.0, *(value for value, _ in STRENGTHS))])
        for place in sorted(np.flatnonzero(groups == by), key=lambda place: (hidden[place], np.isnan(effect[place]), -effect[place])):
            note = wording.say("chart.effects.not_computable") if np.isnan(effect[place]) and not hidden[place] else ""
            fill = "accent" if p_holm[place] < 0.05 else "mark"
            rows.draw(Row(questions[place], "" if note else values[place], effect[place], low[place], high[place], fill=fill, note=note))
        rows.grid([0, *(value for value, _ in STRENGTHS)], zero=0)
    if not np.isnan(effect).all():
        entries = {"dot:accent": "chart.key.effect", "dot:mark": "chart.key.no_effect", "line": "chart.key.effect_interval"}
        key(canvas, [(symbol, wording.say(text)) for symbol, text in entries.items()])
    hidden_line(canvas, int(hidden.sum()), shown=int((~hidden).sum()), listed=True)


def _describe_balance(table: pd.DataFrame, wording: Wording) -> str:
    labels = [f"{question}, {answer}" for question, answer in zip(names(table, "question"), names(table, "answer"), strict=True)]
    difference = numbers(table, "difference")
    close = int((np.abs(difference) < HARDLY).sum())
    return joined(wording, table, extremes(wording, "chart.alt.balance", labels, [_signed(wording, value) for value in difference], difference, close=close))


@described_as(_describe_balance)
def draw_balance(canvas: Canvas, table: pd.DataFrame) -> None:
    """How respondents differ from all, around a line of no difference, with words for small and noticeable differences.

    Parameters
    ----------
    table : DataFrame
        One row per ``question`` and ``answer``: ``difference`` (standardised, respondents minus all), ``suppressed``.
    """
    wording = canvas.wording
    difference, hidden = numbers(table, "difference"), is_hidden(table)
    answers, questions = names(table, "answer"), np.array(names(table, "question"))
    values = [SUPPRESSED if secret else _signed(wording, value) for secret, value in zip(hidden, difference, strict=True)]
    limit = max(0.4, np.ceil(10 * np.nanmax([0.0, *np.abs(difference)])) / 10)
    rows = Rows(canvas, answers, values, span=(-limit, limit))
    _directions(canvas, rows, limit)
    for first, question in enumerate(dict.fromkeys(questions)):
        heading(canvas, question, first=first == 0)
        rows.top = canvas.y
        for place in np.flatnonzero(questions == question):
            far = abs(difference[place]) >= NOTICEABLE
            rows.draw(Row(answers[place], values[place], difference[place], fill="accent" if far else "mark"))
        start, end = rows.scale(-HARDLY), rows.scale(HARDLY)
        canvas.box(start, rows.top, end - start, canvas.y - rows.top, fill="mark-soft", layer=GRID)
        rows.grid([-NOTICEABLE, 0, NOTICEABLE], zero=0)
    hidden_line(canvas, int(hidden.sum()), shown=int((~hidden).sum()), listed=True)


def _directions(canvas: Canvas, rows: Rows, limit: float) -> None:
    """What left and right of the line mean, what the distances from it mean, and their numbers."""
    wording, middle = canvas.wording, rows.scale(0)
    room = middle - rows.scale.left - 8
    less, more = (wording.say(f"chart.balance.{name}") for name in ("less", "more"))
    top = canvas.y
    bottoms = [
        canvas.paragraph(middle - 10, top, less, room, size=canvas.small, anchor="end"),
        canvas.paragraph(middle + 10, top, more, room, size=canvas.small),
    ]
    canvas.y = max(bottoms) + 2
    far = (limit + NOTICEABLE) / 2
    noticeable = wording.say("chart.balance.noticeable")
    rows.axis([(0, wording.say("chart.balance.hardly")), (-far, noticeable), (far, noticeable)])
    canvas.y -= 4
    rows.axis([(value, _signed(wording, value)) for value in (0, -NOTICEABLE, NOTICEABLE, -HARDLY, HARDLY)])
    canvas.y += 4


def _signed(wording: Wording, value: float) -> str:
    """A difference with its sign; zero has none."""
    text = wording.number(value, 2)
    return f"+{text}" if value > 0 else text


def _describe_cross(table: pd.DataFrame, wording: Wording) -> str:
    if table.empty:
        return joined(wording, table)
    label, shares, rows = _panel_label(table), numbers(table, "share"), []
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
        One row per answer and group of one question: ``answer`` (or ``option``), ``by``, ``group``, ``share``, ``n`` (of the group), ``suppressed``; ``low`` and
        ``high`` where known. Of more than four answers the four with the highest shares are drawn.

    Raises
    ------
    ValueError
        If the table has several questions.
    """
    label = _panel_label(table)
    if label == "answer" and "question" in table and table["question"].nunique() > 1:
        raise ValueError(f"the table has {table['question'].nunique()} questions; draw one figure for each")
    answers, by = _drawn_answers(table), np.array(names(table, "by"))
    limit = share_limit(table, ["share", "high"])
    panels = _draw_below if canvas.narrow else _draw_beside
    for first, one in enumerate(dict.fromkeys(by)):
        if len(set(by)) > 1:
            heading(canvas, canvas.wording.say("chart.effects.by", by=one), first=first == 0)
        panels(canvas, table[by == one], answers, limit)
    others = len(set(names(table, label))) - len(answers)
    if more := counted(canvas.wording, "chart.cross.others", others):
        canvas.y = canvas.paragraph(0, canvas.y + 8, more, canvas.width, fill="muted", size=canvas.small)
    hidden = is_hidden(table)[[name in answers for name in names(table, label)]]
    hidden_line(canvas, int(hidden.sum()), shown=int((~hidden).sum()), listed=True)


def _draw_beside(canvas: Canvas, table: pd.DataFrame, answers: Sequence[str], limit: float) -> None:
    groups, cells = _cells(canvas, table)
    wrapped = {group: canvas.wrap(label, 0.27 * canvas.width) for group, label in groups.items()}
    labels = max(canvas.measure(line) for lines in wrapped.values() for line in lines)
    width = (canvas.width - labels) / len(answers)
    values = [canvas.wording.percent(1.0)]
    panels = [Rows(canvas, [], values, span=(0, limit), left=labels + width * place + 22, right=labels + width * (place + 1)) for place in range(len(answers))]
    heads = [canvas.wrap(answer, width - 30, bold=True) for answer in answers]
    lines, top = max(map(len, heads)), canvas.y
    for panel, head in zip(panels, heads, strict=True):
        canvas.paragraph(panel.left, top + (lines - len(head)) * canvas.leading, " ".join(head), width - 30, bold=True)
        canvas.y = top + lines * canvas.leading + 4
        panel.axis(share_ticks(canvas, limit, few=True))
    for group, label in wrapped.items():
        height = len(label) * canvas.leading + 11
        for place, line in enumerate(label):
            canvas.text(0, canvas.y + 5.5 + place * canvas.leading + canvas.size, line)
        for panel, answer in zip(panels, answers, strict=True):
            panel.mark(cells.get((group, answer), Row("", "")), canvas.y + height / 2)
        canvas.y += height
    for panel in panels:
        panel.grid([value for value, _ in share_ticks(canvas, limit, few=True)], zero=0)


def _draw_below(canvas: Canvas, table: pd.DataFrame, answers: Sequence[str], limit: float) -> None:
    groups, cells = _cells(canvas, table)
    for first, answer in enumerate(answers):
        heading(canvas, answer, first=first == 0)
        rows = Rows(canvas, groups.values(), [canvas.wording.percent(1.0)], span=(0, limit))
        rows.axis(share_ticks(canvas, limit))
        for group in groups:
            rows.draw(cells.get((group, answer), Row(groups[group], "")))
        rows.grid([value for value, _ in share_ticks(canvas, limit)], zero=0)


def _cells(canvas: Canvas, table: pd.DataFrame) -> tuple[dict[str, str], dict[tuple[str, str], Row]]:
    """Groups with their labels, and a row for each group and answer."""
    group, answer, hidden = names(table, "group"), names(table, _panel_label(table)), is_hidden(table)
    largest = pd.Series(numbers(table, "n")).groupby(group, sort=False).max()
    labels = dict(zip(largest.index, with_n(canvas, list(largest.index), largest.to_numpy()), strict=True))
    columns = zip(*(numbers(table, name) for name in ("share", "low", "high")), strict=True)
    rows = {
        (group[place], answer[place]): Row(labels[group[place]], SUPPRESSED if hidden[place] else canvas.wording.percent(numbers_[0]), *numbers_, fill="accent")
        for place, numbers_ in enumerate(columns)
    }
    return labels, rows


def _drawn_answers(table: pd.DataFrame) -> list[str]:
    """At most four answers, those with the highest shares that are shown, in the order of the table."""
    answers = names(table, _panel_label(table))
    order = list(dict.fromkeys(answers))
    means = pd.Series(numbers(table, "share")).groupby(answers, sort=False).mean().fillna(-1.0)
    kept = set(means.sort_values(ascending=False, kind="stable").index[:PANELS])
    return [answer for answer in order if answer in kept]


def _panel_label(table: pd.DataFrame) -> str:
    return "answer" if "answer" in table else "option"
