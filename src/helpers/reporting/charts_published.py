"""Our figures beside those that others have published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.canvas import GROUND, Canvas
from helpers.reporting.charts_marks import hidden_line, key
from helpers.reporting.charts_rows import Row, Rows, rows_of, share_limit, share_ticks
from helpers.reporting.charts_words import described_as, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording


def _describe_comparison(table: pd.DataFrame, wording: Wording) -> str:
    ours = with_interval(table, "share", wording.percent, wording)
    sources, theirs = _sources(table, wording), _theirs(table, wording)
    measures, hidden, rows = names(table, "measure"), is_hidden(table), []
    for measure in dict.fromkeys(measures):
        places = [place for place, name in enumerate(measures) if name == measure]
        values = [] if hidden[places[0]] else [wording.say("chart.alt.comparison.value", source=wording.say("chart.published.ours"), value=ours[places[0]])]
        values += [wording.say("chart.alt.comparison.value", source=sources[place], value=theirs[place]) for place in places if theirs[place]]
        rows += [wording.say("chart.alt.comparison.row", label=measure, values=values)] if values else []
    return joined(wording, table, wording.say("chart.alt.comparison", rows=" ".join(rows)) if rows else "")


@described_as(_describe_comparison)
def draw_comparison(canvas: Canvas, table: pd.DataFrame) -> None:
    """Our share with its interval, and below it what others have published: a hollow mark, or a hollow bar where they give a range.

    Parameters
    ----------
    table : DataFrame
        One row per ``measure`` and published figure: ``share``, ``low``, ``high`` (ours), ``published`` or ``published_low`` and ``published_high``
        (proportions; one of the two alone reads "at least" or "at most"), ``source`` (short), ``year``, ``published_n``, ``suppressed`` (ours).
        Rows of one measure follow each other; ours is drawn once.
    """
    wording, measures, hidden = canvas.wording, names(table, "measure"), is_hidden(table)
    ours = [SUPPRESSED if secret else wording.percent(share) for secret, share in zip(hidden, numbers(table, "share"), strict=True)]
    theirs, sources = _theirs(table, wording), _sources(table, wording)
    limit = share_limit(table, ["share", "high", "published", "published_low", "published_high"])
    rows = Rows(canvas, [*measures, *sources], [*ours, *theirs], span=(0, limit))
    rows.axis(share_ticks(canvas, limit))
    marks = [numbers(table, name) for name in ("share", "low", "high")]
    for place, measure in enumerate(measures):
        if place == 0 or measure != measures[place - 1]:
            canvas.y += 8 if place else 0
            rows.draw(Row(measure, ours[place], *(column[place] for column in marks), fill="accent", bold=True))
        if theirs[place]:
            canvas.y -= 0 if canvas.narrow else 4
            _draw_published(canvas, rows, table.iloc[[place]], sources[place], theirs[place])
    rows.grid([value for value, _ in share_ticks(canvas, limit)], zero=0)
    key(canvas, [("interval:accent", wording.say("chart.key.ours")), ("diamond:warm", wording.say("chart.key.published"))])
    once = hidden[[place == 0 or measure != measures[place - 1] for place, measure in enumerate(measures)]]
    hidden_line(canvas, int(once.sum()))


def _draw_published(canvas: Canvas, rows: Rows, figure: pd.DataFrame, source: str, value: str) -> None:
    """A row with the hollow mark or bar; a bound that is not known is drawn as a line with one end."""
    point, low, high = (float(numbers(figure, name)[0]) for name in ("published", "published_low", "published_high"))
    scale = rows.scale
    middle = rows.draw(Row(source, value, quiet=True))
    if not np.isnan(low + high):
        canvas.box(scale(low), middle - 5, scale(high) - scale(low), 10, fill="paper", stroke="warm")
    elif not np.isnan(low + np.nan_to_num(high)) or not np.isnan(high):
        bound, end = (low, scale.right) if np.isnan(high) else (high, scale.left)
        canvas.line((scale(bound), middle), (end, middle), stroke="warm", width=1.5, dash=(2, 3), layer=GROUND)
        point = bound
    if not np.isnan(point):
        canvas.dot(scale(point), middle, fill="paper", stroke="warm", shape="D", size=9)


def _theirs(table: pd.DataFrame, wording: Wording) -> list[str]:
    """The published figures in words; nothing where there is none."""
    texts = []
    for point, low, high in zip(*(numbers(table, name) for name in ("published", "published_low", "published_high")), strict=True):
        ends = {"low": wording.percent(low), "high": wording.percent(high)}
        if not np.isnan(point):
            texts.append(wording.percent(point))
        elif np.isnan(low) and np.isnan(high):
            texts.append("")
        else:
            name = "at_most" if np.isnan(low) else "at_least" if np.isnan(high) else "range"
            texts.append(wording.say(f"chart.published.{name}", **ends))
    return texts


def _sources(table: pd.DataFrame, wording: Wording) -> list[str]:
    """Short labels of the sources, with year and n where they are known."""
    labels = []
    for source, year, n in zip(names(table, "source"), numbers(table, "year"), numbers(table, "published_n"), strict=True):
        when = "" if np.isnan(year) else f"{year:.0f}"
        key_of = "chart.published.label" if np.isnan(n) else "chart.published.label_n"
        labels.append(wording.say(key_of, source=source, year=when, n=n).replace(" ,", ",").strip())
    return labels
