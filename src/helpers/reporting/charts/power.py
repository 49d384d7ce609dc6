"""Power: how often true and false statements of every kind appear as supported or as a tendency, as words and as bars."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import EDGE, GRID, Canvas
from helpers.reporting.charts.marks import key, swatch
from helpers.reporting.charts.rows import Scale
from helpers.reporting.charts.words import described_as, joined, names, numbers
from helpers.reporting.wording import Wording

_HEIGHT, _GAP, _ACROSS = 90.0, 22.0, {True: 2, False: 4}
SUPPORTED, TENDENCY = "supported", "tendency"
LEANING = 1  # the place of the false statement for which those who speak for it answer more readily; before it the false one, after it true ones
_FILLS = {
    (SUPPORTED, False): "accent",
    (TENDENCY, False): "accent-soft",
    (SUPPORTED, True): "warm",
    (TENDENCY, True): "warm-soft",
}


def power_in_words(rates: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """How often verdicts are given, with what is true in words.

    Parameters
    ----------
    rates : DataFrame
        See `helpers.integration.statements.power.verdict_power`.
    wording : Wording

    Returns
    -------
    DataFrame
        Same rows: ``statement`` (the kind), ``true_state`` (what is true, in words), ``direction`` (the verdict); ``order``, ``truth``, ``share``,
        ``low``, ``high``, ``replicates`` and ``n`` as they are.
    """
    told = []
    for row in rates.itertuples():
        what = wording.say(f"power.truth.{row.kind}", truth=row.truth, points=100 * row.truth)  # type: ignore[operator]
        own = f"power.case.{row.case}.{row.kind}"
        told.append(wording.say(own if own in wording else f"power.case.{row.case}", told=what, willing=row.willing))
    words = {"statement": rates["kind"], "true_state": told, "direction": rates["verdict"]}
    return pd.DataFrame(words, index=rates.index).join(rates[["order", "truth", "share", "low", "high", "replicates", "n"]])


def _describe_power(table: pd.DataFrame, wording: Wording) -> str:
    sentences = []
    shown = table[table["direction"].isin([wording.say(f"direction.{verdict}") for verdict in (SUPPORTED, TENDENCY)])]
    for one, own in shown.groupby("statement", sort=False):
        shares = [wording.percent(share) for share in own.groupby("order")["share"].sum(min_count=1)]
        if len(shares) > LEANING + 1:
            told = {"statement": str(one).partition(":")[0], "wrong": shares[0], "leaning": shares[LEANING], "near": shares[LEANING + 1]}
            sentences.append(wording.say("chart.alt.power", **told, far=shares[-1]))
    return joined(wording, table, *sentences)


@described_as(_describe_power)
def draw_power(canvas: Canvas, table: pd.DataFrame) -> None:
    """A small panel per kind of statement: for each truth a bar, as high as the share of surveys with at least a tendency.

    Parameters
    ----------
    table : DataFrame
        One row per kind (``statement``, in words, its unit after a colon), ``order`` (0 false; 1 false, and those who speak for it answer more
        readily; from 2 on true) and verdict (``direction``, the words of "supported" or "tendency"; others are left out): ``truth``, ``share``
        (proportions).
    """
    across = _ACROSS[canvas.narrow]
    width = (canvas.width - (across - 1) * _GAP) / across
    panels = [own for _, own in table.groupby("statement", sort=False)]
    for start in range(0, len(panels), across):
        row = panels[start : start + across]
        titles = [names(own, "statement")[0].partition(": ") for own in row]
        top = max(_title(canvas, place * (width + _GAP), width, *title[::2]) for place, title in enumerate(titles)) + 20
        for place, own in enumerate(row):
            _panel(canvas, own, place * (width + _GAP), width, top)
        canvas.y = top + _HEIGHT + canvas.small + 24
    wording = canvas.wording
    entries = [(f"box:{fill}", f"chart.power.{verdict}{'.wrong' if wrong else ''}") for (verdict, wrong), fill in _FILLS.items()]
    key(canvas, [*((symbol, wording.say(text)) for symbol, text in entries), ("", wording.say("chart.power.leaning"))], gap=0)


def _title(canvas: Canvas, x: float, width: float, kind: str, unit: str) -> float:
    """Write what a panel is about, and in which unit; returns where it ends."""
    y = canvas.paragraph(x, canvas.y, kind, width, size=canvas.small, bold=True)
    return canvas.paragraph(x, y, unit, width, size=canvas.small, fill="muted")


def _panel(canvas: Canvas, own: pd.DataFrame, x: float, width: float, top: float) -> None:
    """The bars of one kind of statement, tendencies on top of what is supported."""
    words = {verdict: canvas.wording.say(f"direction.{verdict}") for verdict in (SUPPORTED, TENDENCY)}
    height = Scale(0, 1, top + _HEIGHT, top)
    places = sorted(set(own["order"]))
    step = width / len(places)
    for place in (0.0, 1.0):
        canvas.line((x, height(place)), (x + width, height(place)), stroke="rule" if place else "mark", layer=EDGE if not place else GRID)
    for number, place in enumerate(places):
        bar = own[own["order"].eq(place)]
        left, floor = x + number * step, 0.0
        for verdict, word in words.items():
            share = float(np.nansum(numbers(bar[bar["direction"].eq(word)], "share")))
            if share > 0:
                fill = _FILLS[verdict, place <= LEANING]
                swatch(canvas, left + 3, height(floor + share), step - 6, height(floor) - height(floor + share), fill)
            floor += share
        middle, truth = left + step / 2, canvas.wording.integer(100 * float(bar["truth"].iloc[0]))
        canvas.text(middle, height(floor) - 4, canvas.wording.integer(100 * floor), size=canvas.small, bold=True, anchor="middle")
        tick = f"{truth}*" if place == LEANING else truth
        canvas.text(middle, top + _HEIGHT + canvas.small + 4, tick, size=canvas.small, fill="muted", anchor="middle")
