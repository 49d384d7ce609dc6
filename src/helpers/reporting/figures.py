"""How a figure becomes SVG: drawn wide and drawn anew for a phone, and as a file that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.reporting.charts.canvas import Canvas, clean
from helpers.reporting.charts.palette import PALETTE, colour
from helpers.reporting.charts.svg import Body, body, document, stacked
from helpers.reporting.charts.words import Describe, Draw
from helpers.reporting.wording import Wording

__all__ = ["NARROW", "PALETTE", "WIDE", "Drawing", "draw_figure"]

WIDE, NARROW = 720, 340  # content width in CSS pixels, on a page and on a phone
_KEPT = {  # in a suppressed row: its names, and what others have published
    "question", "option", "item", "answer", "by", "group", "measure", "theme", "code", "order", "side", "suppressed",
    "published", "published_low", "published_high", "published_n", "year", "source",
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """A figure: two inline versions of which the page shows one, a file that stands alone, and the text alternative of all three."""

    wide: str
    narrow: str
    alone: str
    description: str


def draw_figure(
    draw: Draw,
    table: pd.DataFrame,
    *,
    wording: Wording,
    headline: str,
    subtitle: str,
    name: str = "",
    notes: Sequence[str] = (),
    synthetic: bool = False,
) -> Drawing:
    """Draw a table in every form in which it is published.

    Parameters
    ----------
    draw : callable
        A function of `helpers.reporting.charts`: draws the table on a canvas, and has its text alternative as attribute ``describe``.
    table : DataFrame
        Suppressed and labelled: id columns hold display texts, numbers are raw, rows with a true ``suppressed`` hold no numbers.
    wording : Wording
        The reader's language.
    headline, subtitle : str
        The finding; measure, group, place, time and n. The inline versions have the headline as their title only, since it stands above them.
    name : str
        What tells it from a figure that looks the same on one page.
    notes : sequence of str
        Source, n, interval and suppression, one line each, for the file that stands alone.
    synthetic : bool
        Whether every version says that its data are synthetic.

    Returns
    -------
    Drawing
        The same input gives the same bytes.

    Raises
    ------
    ValueError
        If the draw function has no text alternative.
    """
    describe: Describe | None = getattr(draw, "describe", None)
    if describe is None:
        raise ValueError("the draw function has no text alternative; give it one with helpers.reporting.charts.words.described_as")
    table = _guarded(table)
    title, description = clean(headline), clean(describe(table, wording))
    wide, narrow = (_chart(draw, table, width, wording, synthetic) for width in (WIDE, NARROW))
    alone = _framed(wide, wording, title, subtitle, notes)
    return Drawing(
        wide=document(wide, title=title, description=description, kind=f"wide {name}"),
        narrow=document(narrow, title=title, description=description, kind=f"narrow {name}"),
        alone=document(alone, title=title, description=description, kind="alone", inline=False),
        description=description,
    )


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table without any number in a suppressed row, should one have been left there: here is the last place to stop it."""
    table = table.reset_index(drop=True)
    if "suppressed" not in table:
        return table
    hidden = table["suppressed"].fillna(True).astype(bool)
    numbers = {str(name): table[name].astype(object).mask(hidden, np.nan) for name in table if name not in _KEPT}
    return table.assign(suppressed=hidden, **numbers)


def _chart(draw: Draw, table: pd.DataFrame, width: int, wording: Wording, synthetic: bool) -> Body:
    canvas = Canvas(width, wording=wording)
    if table.empty or _all_hidden(table):
        canvas.y = canvas.paragraph(0, 0, wording.say("chart.empty" if table.empty else "chart.hidden.all"), width, fill="muted")
    else:
        draw(canvas, table)
    if synthetic:
        canvas.y = canvas.paragraph(0, canvas.y + 10, wording.say("synthetic.line"), width, fill="muted", size=canvas.small)
    return body(canvas.close())


def _all_hidden(table: pd.DataFrame) -> bool:
    """Whether nothing is left to draw: every row is hidden, and nobody else has published anything to stand beside it."""
    return "suppressed" in table and bool(table["suppressed"].all()) and not any(str(name).startswith("published") for name in table)


def _framed(chart: Body, wording: Wording, headline: str, subtitle: str, notes: Sequence[str]) -> Body:
    """The chart between its headline and its notes, on white."""
    above, below = Canvas(WIDE, wording=wording), Canvas(WIDE, wording=wording)
    above.y = above.paragraph(0, 0, headline, WIDE, size=20, bold=True)
    above.y = above.paragraph(0, above.y + 2, subtitle, WIDE, fill="muted") + 14
    below.y = 10
    for note in notes:
        if note == wording.say("synthetic.line"):
            continue  # the chart says so already
        below.y = below.paragraph(0, below.y, note, WIDE, fill="muted", size=below.small) + 2
    whole = stacked([body(above.close()), chart, body(below.close())], margin=24)
    paper = f'<rect width="{whole.width:g}" height="{whole.height:g}" fill="{colour("paper")}"/>'
    return Body(paper + whole.marks, whole.width, whole.height)
