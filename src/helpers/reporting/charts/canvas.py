"""The sheet a chart is drawn on: matplotlib in CSS pixels, x to the right, y downwards, as high as the chart turns out.

Text is written as text and set by the reader's browser in a font we do not know. Its width is therefore measured in DejaVu Sans, which
comes with matplotlib and is wider than the system fonts in use: what fits here fits there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

import matplotlib
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from helpers.reporting.charts.palette import colour
from helpers.reporting.wording import Wording

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
GRID, GROUND, EDGE, LINE, MARK, TEXT = range(6)  # what lies above what
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Canvas:
    """A sheet of fixed width.

    Parameters
    ----------
    width : float
        In CSS pixels; below 500 the chart is drawn for a phone.
    wording : Wording
        The reader's language.

    Attributes
    ----------
    y : float
        Where the next thing goes: every chart draws downwards from here and leaves ``y`` below what it drew.
    pixels : Transform
        Of the sheet, for anything matplotlib can draw. Colours come from the palette, nothing is clipped. There are no axes: making them takes
        longer than everything that is drawn.
    """

    def __init__(self, width: float, *, wording: Wording) -> None:
        self.width = float(width)
        self.wording = wording
        self.narrow = width < 500
        self.size, self.small = (13.0, 12.0) if self.narrow else (14.0, 12.5)
        self.leading = round(self.size * 1.3)
        self.y = 0.0
        self.figure = Figure(figsize=(1, 1), dpi=72, layout="none")  # type: ignore[arg-type]
        self.figure.patch.set_visible(False)
        self.pixels = Affine2D()  # complete when the height is known

    def close(self) -> Figure:
        """Cut the sheet below what was drawn; the figure is ready to be saved."""
        height = max(1.0, round(self.y + 2))
        self.figure.set_size_inches(self.width / 72, height / 72)
        self.pixels.clear().scale(1, -1).translate(0, height)
        return self.figure

    def text(self, x: float, y: float, text: str, *, fill: str = "ink", size: float = 0, bold: bool = False, anchor: Anchor = "start") -> None:
        """One line of text on the baseline y."""
        self._put(_Words(x, y, clean(text), fill=colour(fill), size=size or self.size, bold=bold, anchor=anchor))

    def paragraph(
        self, x: float, y: float, text: str, width: float, *, fill: str = "ink", size: float = 0, bold: bool = False, anchor: Anchor = "start"
    ) -> float:
        """Text wrapped to a width, its top at y; returns its bottom."""
        size = size or self.size
        for line in self.wrap(text, width, size=size, bold=bold):
            self.text(x, y + size, line, fill=fill, size=size, bold=bold, anchor=anchor)
            y += round(size * 1.3)
        return y

    def line(self, start: Point, end: Point, *, stroke: str = "rule", width: float = 1, dash: Sequence[float] = (), layer: int = LINE) -> None:
        """A straight line."""
        style: Any = (0, tuple(value / width for value in dash)) if dash else "solid"
        line = Line2D((start[0], end[0]), (start[1], end[1]), color=colour(stroke), linewidth=width, linestyle=style, solid_capstyle="butt")
        self._add(line, layer)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str, stroke: str = "", layer: int = GROUND) -> None:
        """A rectangle; an outline runs inside it."""
        inset, edge = (0.5, colour(stroke)) if stroke else (0.0, "none")
        corner, size = (x + inset, y + inset), (max(0.1, width - 2 * inset), height - 2 * inset)
        self._add(Rectangle(corner, *size, facecolor=colour(fill), edgecolor=edge, linewidth=2 * inset, joinstyle="miter"), layer)

    def dot(self, x: float, y: float, *, fill: str, stroke: str = "", size: float = 10, shape: str = "o") -> None:
        """A mark; with an outline it may be hollow."""
        edge, width = (colour(stroke), 2.0) if stroke else ("none", 0.0)
        look = {"marker": shape, "markersize": size - width, "markerfacecolor": colour(fill), "markeredgecolor": edge, "markeredgewidth": width}
        self._add(Line2D([x], [y], linestyle="none", **look), MARK)  # type: ignore[arg-type]

    def _add(self, artist: Artist, layer: int) -> None:
        artist.set_zorder(layer)
        artist.set_clip_on(False)
        self._put(artist)

    def _put(self, artist: Artist) -> None:
        artist.set_transform(self.pixels)
        self.figure.add_artist(artist)

    def measure(self, text: str, *, size: float = 0, bold: bool = False) -> float:
        """Width of a line of text in pixels, rather too wide than too narrow."""
        return sum(_advance(character, bold) for character in clean(text)) * (size or self.size)

    def wrap(self, text: str, width: float, *, size: float = 0, bold: bool = False) -> list[str]:
        """Text in lines of at most this width; a word that is too long is divided at a hyphen or slash, or where it must be."""

        def fits(line: str) -> bool:
            return self.measure(line, size=size, bold=bold) <= width

        lines = [""]
        for word in clean(text).replace("\n", " ").split(" "):
            if fits(f"{lines[-1]} {word}".strip(" ")):
                lines[-1] = f"{lines[-1]} {word}".strip(" ")
            else:
                lines += _divided(word, fits)
        return [line for line in lines if line] or [""]


def _divided(word: str, fits: Callable[[str], bool]) -> list[str]:
    """A word in pieces that fit, as far as letters do."""
    pieces = [""]
    for part in re.findall(r"[^-/]+[-/]?|[-/]", word):
        if pieces[-1] and not fits(pieces[-1] + part):
            pieces.append("")
        pieces[-1] += part
    lines = []
    for piece in pieces:
        while len(piece) > 1 and not fits(piece):
            length = next(length for length in range(len(piece) - 1, 0, -1) if length == 1 or fits(piece[:length] + "-"))
            lines.append(piece[:length] + "-")
            piece = piece[length:]
        lines.append(piece)
    return lines


def clean(text: object) -> str:
    """Text that may stand in XML: characters that no document can hold are left out."""
    return _NOT_XML.sub("", str(text))


@cache
def _advance(character: str, bold: bool) -> float:
    """Width of a character in em; one that the font lacks counts as a full em."""
    font = get_font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
    if not font.get_char_index(ord(character)):
        return 1.0
    font.set_size(100, 72)
    return float(font.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100


class _Words(Artist):
    """A line of text. Unlike matplotlib's own it is not laid out in a font the reader does not have, nor read as a formula."""

    def __init__(self, x: float, y: float, text: str, *, fill: str, size: float, bold: bool, anchor: str) -> None:
        super().__init__()
        self._place, self._text = (x, y), text
        self._look = {"fill": fill, "font-size": f"{size:g}px", "font-weight": "600" if bold else "", "text-anchor": anchor}
        self.set_zorder(TEXT + ("start", "middle", "end").index(anchor) / 10)  # what looks alike is written together, which keeps the file small
        self.set_clip_on(False)

    def draw(self, renderer: Any) -> None:
        x, y = self.get_transform().transform(self._place)
        renderer.writer.element("text", self._text, attrib={"x": f"{x:.2f}", "y": f"{renderer.height - y:.2f}", **self._look})
