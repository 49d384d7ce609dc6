"""From a matplotlib figure to slim SVG: flat, without clips and metadata, ids of its own, palette colours as CSS variables."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree
from xml.sax.saxutils import escape as _escape

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from helpers.reporting.charts.palette import PALETTE

_ID = "\0"  # stands for the prefix until the content, and so its hash, is known; no text can hold it
_VARIABLES = {light: f"var(--{name}, {light})" for name, (light, _) in PALETTE.items()}
_LEAVE_OUT = {
    ("stroke-dashoffset", "0"),
    ("stroke-linejoin", "miter"),
    ("stroke-linecap", "butt"),
    ("stroke-width", "1.0"),
    ("font-weight", ""),
    ("text-anchor", "start"),
}
_PAINT = ("fill", "fill-opacity", "stroke", "stroke-opacity", "opacity", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap")
_TYPE = ("font-size", "font-weight", "font-style", "text-anchor")


@dataclass(frozen=True)
class Body:
    """What stands inside the svg element: shapes and text with plain colours, and the size they take up."""

    marks: str
    width: float
    height: float


def body(figure: Figure) -> Body:
    """The drawing of a figure at 72 dots per inch, so that one unit is one CSS pixel."""
    stream = io.StringIO()
    FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})
    root = ElementTree.fromstring(stream.getvalue())
    markers: dict[str, str] = {}
    shapes = list(_shapes(root, markers))
    drawn = "".join(_group(dict(look), [shape for _, shape in run]) for look, run in groupby(shapes, key=lambda pair: pair[0]))
    width, height = (float(value) for value in root.attrib["viewBox"].split()[2:])
    shared = dict.fromkeys(markers.values())
    definitions = "".join(_marker(path, f"{_ID}-{place}") for place, path in enumerate(shared))
    return Body((f"<defs>{definitions}</defs>" if definitions else "") + drawn, width, height)


def stacked(bodies: list[Body], *, margin: float) -> Body:
    """Drawings one below the other, with a margin around all of them."""
    parts, top = [], margin
    for one in bodies:
        parts.append(f'<g transform="translate({margin:g} {top:g})">{one.marks}</g>')
        top += one.height
    return Body("".join(parts), max(one.width for one in bodies) + 2 * margin, top + margin)


def document(drawn: Body, *, title: str, description: str, kind: str, inline: bool = True) -> str:
    """An svg element with its text alternative.

    Parameters
    ----------
    kind : str
        The class of the element, by which a page tells the wide from the narrow version.
    inline : bool
        Whether it stands in a page: then it takes the page's font, and its colours are CSS variables with the light palette as fallback.
    """
    marks = re.sub(r'(?<=fill="|roke=")#[0-9a-f]{6}', lambda found: _VARIABLES.get(found[0], found[0]), drawn.marks) if inline else drawn.marks
    size = f'viewBox="0 0 {drawn.width:g} {drawn.height:g}" width="{drawn.width:g}" height="{drawn.height:g}"'
    font = "inherit" if inline else "system-ui, sans-serif"
    prefix = "f" + hashlib.sha256("\n".join((kind, title, description, size, marks)).encode()).hexdigest()[:8]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" {size} font-family="{font}" overflow="visible" role="img" '
        f'aria-labelledby="{prefix}-t {prefix}-d"><title id="{prefix}-t">{escape(title)}</title><desc id="{prefix}-d">{escape(description)}</desc>'
        f"{marks.replace(_ID, prefix)}</svg>\n"
    )


def escape(text: str) -> str:
    """Text as XML; a quotation mark is escaped as well, so that no text can look like an attribute."""
    return _escape(text, {'"': "&quot;"})


def _shapes(node: ElementTree.Element, markers: dict[str, str]) -> Iterator[tuple[tuple[tuple[str, str], ...], str]]:
    """Every shape and text in the order drawn: its look, and the element without it."""
    for child in node:
        tag = child.tag.rpartition("}")[2]
        if tag == "defs":
            for marker in child.iterfind("{*}path"):
                markers[marker.attrib["id"]] = _path(marker.attrib["d"])
        elif tag == "text":
            yield _look(child), f'<text x="{_short(child.attrib["x"])}" y="{_short(child.attrib["y"])}">{escape(child.text or "")}</text>'
        elif tag == "path":
            yield _look(child), f'<path d="{_path(child.attrib["d"])}"/>'
        elif tag == "use":
            path = markers[next(value for name, value in child.attrib.items() if name.endswith("href"))[1:]]
            target = list(dict.fromkeys(markers.values())).index(path)
            yield _look(child), f'<use href="#{_ID}-{target}" x="{_short(child.attrib["x"])}" y="{_short(child.attrib["y"])}"/>'
        elif tag == "g":
            yield from _shapes(child, markers)


def _look(element: ElementTree.Element) -> tuple[tuple[str, str], ...]:
    given = dict(part.split(": ", 1) for part in element.attrib.get("style", "").split("; ") if ": " in part) | element.attrib
    look = {name: given[name] for name in (*_PAINT, *_TYPE) if name in given and (name, given[name]) not in _LEAVE_OUT}
    return tuple(look.items())


def _group(look: dict[str, str], shapes: list[str]) -> str:
    attributes = "".join(f' {name}="{value}"' for name, value in look.items())
    if look.get("fill") == "none" and all(shape.startswith("<path") for shape in shapes):
        lines = "".join(re.findall(' d="([^"]*)"', "".join(shapes)))
        shapes = [f'<path d="{lines}"/>']  # lines of one look are one path
    if len(shapes) == 1:
        tag, rest = re.match(r"<(\w+)(.*)", shapes[0], re.DOTALL).groups()  # type: ignore[union-attr]
        return f"<{tag}{attributes}{rest}"
    return f"<g{attributes}>{''.join(shapes)}</g>"


def _marker(path: str, name: str) -> str:
    """The definition of a mark; a closed path of eight curves from (0, r) is matplotlib's circle."""
    circle = re.match(r"M0 ([\d.]+)C", path)
    if circle and path.count("C") == 8:
        return f'<circle id="{name}" r="{circle[1]}"/>'
    return f'<path id="{name}" d="{path}"/>'


def _path(commands: str) -> str:
    """Path data with short numbers; lines along an axis need one number only."""
    short, here = "", ("", "")
    for command, rest in re.findall(r"([A-Za-z])([^A-Za-z]*)", commands):
        numbers = [_short(number) for number in rest.split()]
        there = (numbers[-2], numbers[-1]) if numbers else here
        if command == "L" and there[1] == here[1]:
            short += f"H{there[0]}"
        elif command == "L" and there[0] == here[0]:
            short += f"V{there[1]}"
        else:
            short += command + " ".join(numbers)
        here = there
    return short


def _short(number: str) -> str:
    return f"{round(float(number), 1) + 0.0:.1f}".removesuffix(".0")
