"""Shares with their intervals, and how firm their order is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas
from helpers.reporting.charts.marks import hidden_line, key
from helpers.reporting.charts.rows import Row, Rows, heading, rows_of, share_limit, share_ticks, with_n
from helpers.reporting.charts.words import described_as, extremes, is_hidden, joined, names, numbers, with_interval
from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED, Wording

LISTED = 5  # so many hidden rows are listed one by one, more are only counted

_LABELS = ("option", "answer", "item", "question", "measure", "group")
_ORDERED = ("answer", "group")  # their order is that of the questionnaire; everything else is ordered by value


def _describe_shares(table: pd.DataFrame, wording: Wording) -> str:
    texts = with_interval(table, "share", wording.percent, wording)
    sentence = extremes(wording, "chart.alt.shares", names(table, _label(table)), texts, numbers(table, "share"))
    bounds = wording.say("chart.alt.bounds") if sentence and _known(table, "worst_low", "worst_high") else ""
    return joined(wording, table, sentence, bounds)


@described_as(_describe_shares)
def draw_shares(canvas: Canvas, table: pd.DataFrame) -> None:
    """Shares as dots with interval; the highest stands out.

    Parameters
    ----------
    table : DataFrame
        One row per share: its label is the first of ``option``, ``answer``, ``item``, ``question``, ``measure`` and ``group`` that is there;
        ``share``, ``low``, ``high`` (proportions), ``n``, ``suppressed``; optionally ``worst_low`` and ``worst_high``, drawn as a pale band.
        Answers and groups keep their order, all others are sorted by share. Several ``question`` among the rows become groups of rows.
        Hidden rows come last; more than five are counted, not listed.
    """
    label = _label(table)
    hidden = is_hidden(table)
    values = [SUPPRESSED if secret else canvas.wording.percent(share) for secret, share in zip(hidden, numbers(table, "share"), strict=True)]
    listed = int(hidden.sum()) <= LISTED
    rows = rows_of(table, with_n(canvas, names(table, label), numbers(table, "n")), values, mark="share")
    questions = names(table, "question") if label != "question" and "question" in table else [""] * len(table)
    limit = share_limit(table, ["share", "high", "worst_high"])
    ticks = share_ticks(canvas, limit)
    columns = Rows(canvas, [row.label for row in rows if row.value != SUPPRESSED or listed], [row.value for row in rows], span=(0, limit))
    for place, question in enumerate(dict.fromkeys(questions)):
        if len(set(questions)) > 1:
            heading(canvas, question, first=place == 0)
        columns.axis(ticks)
        for row in _ordered([row for row, name in zip(rows, questions, strict=True) if name == question], sort=label not in _ORDERED, listed=listed):
            columns.draw(row)
        columns.grid([value for value, _ in ticks], zero=0)
    _share_key(canvas, table)
    hidden_line(canvas, int(hidden.sum()), listed=listed)


def _ordered(rows: list[Row], *, sort: bool, listed: bool) -> list[Row]:
    """Rows in the order drawn, the highest of several in colour."""
    shown = [row for row in rows if row.value != SUPPRESSED]
    if sort:
        shown.sort(key=lambda row: np.inf if np.isnan(row.mark) else -row.mark)
    marks = [row.mark for row in shown if not np.isnan(row.mark)]
    highest = max(marks) if len(marks) > 1 else np.nan
    coloured = [row.leading() if row.mark == highest else row for row in shown]
    return coloured + [row for row in rows if row.value == SUPPRESSED and listed]


def _share_key(canvas: Canvas, table: pd.DataFrame) -> None:
    entries = [("interval:mark", "chart.key.interval")] if _known(table, "share", "low", "high") else []
    entries += [("band", "chart.key.bounds")] if _known(table, "share", "worst_low", "worst_high") else []
    key(canvas, [(symbol, canvas.wording.say(text)) for symbol, text in entries])


def _describe_ranks(table: pd.DataFrame, wording: Wording) -> str:
    rank, low, high = (numbers(table, name) for name in ("rank", "rank_low", "rank_high"))
    known = np.flatnonzero(~np.isnan(rank + low + high))
    if not known.size:
        return joined(wording, table)
    labels = names(table, "option")
    ends = {"first": np.argmin(rank[known]), "last": np.argmax(rank[known]), "widest": np.argmax((high - low)[known])}
    said = {
        name: wording.say("chart.alt.rank", label=labels[known[end]], range=_rank_range(wording, low[known[end]], high[known[end]]))
        for name, end in ends.items()
    }
    return joined(wording, table, wording.say(f"chart.alt.ranks.{'one' if known.size == 1 else 'many'}", count=known.size, **said))


@described_as(_describe_ranks)
def draw_ranks(canvas: Canvas, table: pd.DataFrame) -> None:
    """Ranks with the interval in which each may lie, the first rank on top; of equal ranks the firmer one comes first.

    Parameters
    ----------
    table : DataFrame
        One row per ``option``: ``rank``, ``rank_low``, ``rank_high`` (1 is the largest share), ``suppressed``.
    """
    rank, low, high = (numbers(table, name) for name in ("rank", "rank_low", "rank_high"))
    hidden = is_hidden(table)
    listed = int(hidden.sum()) <= LISTED
    values = [SUPPRESSED if secret else _rank_range(canvas.wording, *ends) for secret, *ends in zip(hidden, low, high, strict=True)]
    ranked = pd.DataFrame({"rank": rank, "low": low, "high": high})
    rows = rows_of(ranked, names(table, "option"), values, mark="rank")
    rows = [rows[place] for place in np.lexsort((high - low, rank, hidden)) if listed or not hidden[place]]
    last = max(2, len(table))
    columns = Rows(canvas, [row.label for row in rows], values, span=(1, last))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if last / step <= (6 if canvas.narrow else 13) or step == 100)
    ticks = [1, *(range(step + 1, last + 1, step) if step < 5 else range(step, last + 1, step))]
    columns.axis([(tick, canvas.wording.integer(tick)) for tick in ticks])
    for row in rows:
        columns.draw(row.leading() if row.mark == 1 else row)
    columns.grid(ticks)
    key(canvas, [("interval:mark", canvas.wording.say("chart.key.ranks"))])
    hidden_line(canvas, int(hidden.sum()), listed=listed)


def _rank_range(wording: Wording, low: float, high: float) -> str:
    if np.isnan(low + high):
        return NOT_DEFINED
    return wording.say("chart.ranks.sure" if low == high else "chart.ranks.range", low=low, high=high)


def _label(table: pd.DataFrame) -> str:
    found = next((name for name in _LABELS if name in table), None)
    if found is None:
        raise ValueError(f"the table has none of the columns {', '.join(_LABELS)}; one of them names the rows")
    return found


def _known(table: pd.DataFrame, *columns: str) -> bool:
    """Whether some row has all of these numbers."""
    return bool((~np.isnan(sum(numbers(table, column) for column in columns))).any())
