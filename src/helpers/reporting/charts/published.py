"""Our figures beside those that others have published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import GROUND, Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Row, Rows, rows_of, share_limit, share_ticks
from helpers.reporting.charts.words import described_as, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording

_PUBLISHED = ("published", "published_low", "published_high")


def _describe_comparison(table: pd.DataFrame, wording: Wording) -> str:
    rows = []
    for measure, part in table.groupby(_measures(table, wording), sort=False):
        pairs = list(zip(_sources(part, wording), _values(part, wording), strict=True))
        if not is_hidden(part)[0]:
            ours = with_interval(part, "share", wording.percent, wording)[0]
            pairs.insert(0, (wording.say("chart.published.ours"), ours))
        values = [wording.say("chart.alt.comparison.value", source=source, value=value) for source, value in pairs if value]
        rows += [wording.say("chart.alt.comparison.row", label=measure, values=values)] if values else []
    return joined(wording, table[_first(table)], wording.say("chart.alt.comparison", rows=" ".join(rows)) if rows else "")


@described_as(_describe_comparison)
def draw_comparison(canvas: Canvas, table: pd.DataFrame) -> None:
    """Our share with its interval, and below it what others have published: a hollow mark, or a hollow bar where they give a range.

    Parameters
    ----------
    table : DataFrame
        One row per ``measure`` and published figure: ``ours`` (our answer in words), ``share``, ``low``, ``high`` (its share), ``published`` or
        ``published_low`` and
        ``published_high`` (proportions; one of the two alone is a bound), ``source`` (short), ``year``, ``published_n``, ``suppressed`` (ours).
        Rows of one measure follow each other; ours is drawn once.
    """
    wording, hidden, first = canvas.wording, is_hidden(table), _first(table)
    measures = _measures(table, wording)
    ours = [SUPPRESSED if secret else wording.percent(share) for secret, share in zip(hidden, numbers(table, "share"), strict=True)]
    rows, theirs, sources = rows_of(table, measures, ours, mark="share"), _values(table, wording), _sources(table, wording)
    limit = share_limit(table, ["share", "high", *_PUBLISHED])
    ticks = share_ticks(canvas, limit)
    columns = Rows(canvas, [*measures, *sources], [*ours, *theirs], span=(0, limit))
    columns.axis(ticks)
    for place, row in enumerate(rows):
        if first[place]:
            canvas.y += 8 if place else 0
            columns.draw(row.leading())
        if theirs[place]:
            canvas.y -= 0 if canvas.narrow else 4
            middle = columns.draw(Row(sources[place], theirs[place], quiet=True))
            _mark(canvas, columns, table.iloc[[place]], middle)
    columns.grid([value for value, _ in ticks], zero=0)
    key(canvas, [("interval:accent", wording.say("chart.key.ours")), ("diamond:warm", wording.say("chart.key.published"))])
    hidden_line(canvas, int(hidden[first].sum()))


def _mark(canvas: Canvas, columns: Rows, figure: pd.DataFrame, middle: float) -> None:
    """The hollow mark or bar of a published figure; of a bound, a dotted line leads to the end of the scale."""
    point, low, high = (float(numbers(figure, name)[0]) for name in _PUBLISHED)
    scale = columns.scale
    if np.isnan(point) and not np.isnan(low + high):
        canvas.box(scale(low), middle - 5, scale(high) - scale(low), 10, fill="paper", stroke="warm")
        return
    if np.isnan(point):
        point, end = (low, scale.right) if np.isnan(high) else (high, scale.left)
        canvas.line((scale(point), middle), (end, middle), stroke="warm", width=1.5, dash=(2, 3), layer=GROUND)
    canvas.dot(scale(point), middle, fill="paper", stroke="warm", shape="D", size=9)


def _values(table: pd.DataFrame, wording: Wording) -> list[str]:
    """The published figures in words; nothing where there is none."""
    texts = []
    for point, low, high in zip(*(numbers(table, name) for name in _PUBLISHED), strict=True):
        if not np.isnan(point):
            texts.append(wording.percent(point))
        elif np.isnan(low) and np.isnan(high):
            texts.append("")
        else:
            kind = "at_most" if np.isnan(low) else "more_than" if np.isnan(high) else "range"
            texts.append(wording.say(f"chart.published.{kind}", low=wording.percent(low), high=wording.percent(high)))
    return texts


def _sources(table: pd.DataFrame, wording: Wording) -> list[str]:
    """Short labels of the sources, with year and n as far as they are known."""
    labels = []
    for source, year, n in zip(names(table, "source"), numbers(table, "year"), numbers(table, "published_n"), strict=True):
        label = source if np.isnan(year) or f"{year:.0f}" in source else f"{source} {year:.0f}"
        labels.append(label if np.isnan(n) else f"{label}, {wording.say('chart.n', n=n)}")
    return labels


def _measures(table: pd.DataFrame, wording: Wording) -> list[str]:
    """What each row compares: the words of the published figure and, in brackets, of our answer."""
    pairs = zip(names(table, "measure"), names(table, "ours"), strict=True)
    return [wording.say("chart.published.said", measure=measure, ours=ours) for measure, ours in pairs]


def _first(table: pd.DataFrame) -> np.ndarray:
    """Which rows are the first of their measure."""
    measures = names(table, "measure")
    return np.array([place == 0 or measure != measures[place - 1] for place, measure in enumerate(measures)], dtype=bool)
