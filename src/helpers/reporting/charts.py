"""The charts of the report. Each draws a labelled, suppressed table on a canvas and knows its text alternative.

A chart takes the tables of `helpers.quantitative` after the door has hidden and labelled them: id columns hold display texts, numbers are raw,
rows whose boolean ``suppressed`` is true hold no numbers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.canvas import Canvas
from helpers.reporting.charts_groups import draw_balance, draw_cross, draw_effects
from helpers.reporting.charts_published import draw_comparison
from helpers.reporting.charts_rows import LISTED, Row, Rows, heading, hidden_line, is_hidden, key, numbers, share_limit, share_ticks, with_n
from helpers.reporting.charts_stacked import draw_composition, draw_likert
from helpers.reporting.charts_words import described_as, extremes, joined, names, with_interval
from helpers.reporting.wording import SUPPRESSED, Wording

__all__ = [
    "draw_balance", "draw_comparison", "draw_composition", "draw_cross", "draw_effects", "draw_likert", "draw_ranks", "draw_shares",
]  # fmt: skip

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
        ``share``, ``low``, ``high`` (proportions), ``n``, ``suppressed``; optionally ``worst_low`` and ``worst_high``, drawn as a pale band. Answers and
        groups keep their order, all others are sorted by share. Several ``question`` among the rows become groups of rows.
    """
    label = _label(table)
    values = [canvas.wording.percent(share) for share in numbers(table, "share")]
    limit = share_limit(table, ["share", "high", "worst_high"])
    ticks = share_ticks(canvas, limit)
    table = table.assign(_label=with_n(canvas, names(table, label), numbers(table, "n")))
    questions = names(table, "question") if label != "question" and "question" in table else [""] * len(table)
    hidden = is_hidden(table)
    listed = int(hidden.sum()) <= LISTED
    shown = list(table["_label"][~hidden | listed])
    for place, question in enumerate(dict.fromkeys(questions)):
        part = table[[name == question for name in questions]]
        if len(set(questions)) > 1:
            heading(canvas, question, first=place == 0)
        rows = Rows(canvas, shown, [*values, SUPPRESSED], span=(0, limit))
        if not is_hidden(part).all():
            rows.axis(ticks)
        for row in _share_rows(canvas, part, sort=label not in _ORDERED, listed=listed):
            rows.draw(row)
        if not is_hidden(part).all():
            rows.grid([value for value, _ in ticks], zero=0)
    _share_key(canvas, table)
    hidden_line(canvas, int(hidden.sum()), shown=int((~hidden).sum()), listed=listed)


def _share_rows(canvas: Canvas, table: pd.DataFrame, *, sort: bool, listed: bool) -> list[Row]:
    """Rows in the order drawn; hidden ones come last, if they are listed at all."""
    shares = numbers(table, "share")
    hidden = is_hidden(table)
    order = np.argsort(np.nan_to_num(-shares, nan=np.inf), kind="stable") if sort else np.arange(len(table))
    order = np.concatenate([order[~hidden[order]], order[hidden[order]] if listed else []]).astype(int)
    highest = np.nanmax(shares) if (~np.isnan(shares)).sum() > 1 else np.inf
    return [
        Row(
            table["_label"].iloc[place],
            SUPPRESSED if hidden[place] else canvas.wording.percent(shares[place]),
            shares[place],
            *(numbers(table, name)[place] for name in ("low", "high", "worst_low", "worst_high")),
            fill="accent" if shares[place] == highest else "mark",
            bold=bool(shares[place] == highest),
        )
        for place in order
    ]


def _share_key(canvas: Canvas, table: pd.DataFrame) -> None:
    entries = [("interval", "chart.key.interval")] if _known(table, "share", "low", "high") else []
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
    hidden, labels = is_hidden(table), names(table, "option")
    listed = int(hidden.sum()) <= LISTED
    order = [place for place in np.lexsort((high - low, rank)) if not hidden[place]] + (list(np.flatnonzero(hidden)) if listed else [])
    values = [SUPPRESSED if hidden[place] else _rank_range(canvas.wording, low[place], high[place]) for place in range(len(table))]
    last = max(2, len(table))
    rows = Rows(canvas, [labels[place] for place in order], values, span=(1, last))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if last / step <= (6 if canvas.narrow else 13) or step == 100)
    ticks = sorted({1, *range(step, last + 1, step)})
    if not hidden.all():
        rows.axis([(tick, canvas.wording.integer(tick)) for tick in ticks if tick == 1 or tick - 1 >= step / 2])
    for place in order:
        first = bool(rank[place] == 1)
        rows.draw(Row(labels[place], values[place], rank[place], low[place], high[place], fill="accent" if first else "mark", bold=first))
    if not hidden.all():
        rows.grid([tick for tick in ticks if tick == 1 or tick - 1 >= step / 2])
        key(canvas, [("interval", canvas.wording.say("chart.key.ranks"))])
    hidden_line(canvas, int(hidden.sum()), shown=int((~hidden).sum()), listed=listed)


def _rank_range(wording: Wording, low: float, high: float) -> str:
    if np.isnan(low + high):
        return wording.percent(np.nan)
    return wording.say("chart.ranks.sure" if low == high else "chart.ranks.range", low=low, high=high)


def _label(table: pd.DataFrame) -> str:
    found = next((name for name in _LABELS if name in table), None)
    if found is None:
        raise ValueError(f"the table has none of the columns {', '.join(_LABELS)}; one of them names the rows")
    return found


def _known(table: pd.DataFrame, *columns: str) -> bool:
    """Whether some row has all of these numbers."""
    return bool((~np.isnan(sum(numbers(table, column) for column in columns))).any())
