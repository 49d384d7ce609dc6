"""Page: the chapters of one language, bound into one self-contained HTML file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import nbformat
from markupsafe import Markup

from helpers.data.languages import LANGUAGES
from helpers.data.study import Study
from helpers.reporting.charts.palette import PALETTE
from helpers.reporting.items import Item
from helpers.reporting.publish import MIME
from helpers.reporting.values import study_values
from helpers.reporting.wording import Wording, capital

_TEMPLATES = Path(__file__).parent / "templates"
HOISTED = ("methods", "limits")
MOVED = ("lead", "finding", "ledger", "appendix")


@dataclass(frozen=True)
class Chapter:
    """What one notebook published in one language.

    Parameters
    ----------
    name : str
        The notebook's file name without its ending, ``02_descriptives``.
    title : str
        Its first heading.
    items : list of Item
        In order.
    body, methods, limits, tables : str
        HTML: the chapter, and what it gives to the appendix.
    sections : list of (str, str)
        Address and words of the headings in the body.
    """

    name: str
    title: str
    items: Sequence[Item]
    body: str
    methods: str
    limits: str
    tables: str
    sections: Sequence[tuple[str, str]]

    @property
    def anchor(self) -> str:
        """Address in the report, the same in both languages."""
        return _anchor(self.name)


def published_items(notebook: Mapping[str, Any]) -> list[Item]:
    """The items in the outputs of an executed notebook's ``publish`` cells, in order."""
    return [
        Item(**output["data"][MIME])
        for cell in notebook["cells"]
        if "publish" in _tags(cell)
        for output in cell["outputs"]
        if MIME in output.get("data", {})
    ]


def make_chapter(notebook: nbformat.NotebookNode, name: str, language: str) -> Chapter:
    """A chapter out of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Executed and checked.
    name : str
    language : {"de", "en"}

    Returns
    -------
    Chapter
        Prose cells of the language; tagged ``methods`` or ``limits`` they go to the appendix. Of the code cells only what was published;
        sentences published with ``place="lead"`` stand first, tables with ``place="appendix"`` last of all, and findings open the report only.
    """
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown" and language in _tags(cell)]
    heading = next((line for cell in prose for line in cell.source.splitlines() if line.startswith("# ")), f"# {name}")
    items = published_items(notebook)
    lead, tables = ("".join(item.html for item in items if item.place == place) for place in ("lead", "appendix"))
    told = _without_empty_sections([cell for cell in notebook.cells if cell in prose or "publish" in _tags(cell)])
    body = _render([_without_moved(cell) for cell in told if not _tags(cell) & set(HOISTED)])
    hoisted = {place: _render([cell for cell in prose if place in _tags(cell)]) for place in HOISTED}
    body, sections = _addressed(body, _anchor(name))
    return Chapter(name=name, title=heading.removeprefix("# ").strip(), items=items, body=lead + body, tables=tables, sections=sections, **hoisted)


def bind_page(study: Study, chapters: Iterable[Chapter], *, provenance: Mapping[str, Any]) -> str:
    """The report of one language.

    Parameters
    ----------
    study : Study
        Opened in the language of the report.
    chapters : iterable of Chapter
        In order; those that published nothing are left out.
    provenance : mapping
        ``files`` (name -> hash), ``versions`` (library -> version), ``code`` (version of the notebooks and helpers).

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    wording = Wording(study.language)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    told = [chapter for chapter in chapters if chapter.items]
    items = [item for chapter in told for item in chapter.items]
    findings = [(item, _evidence(item, items), _statement(item, items)) for item in items if item.place == "finding"]
    other = next(language for language in LANGUAGES if language != study.language)
    page = environment.get_template("page.html.j2").render(
        study=study,
        settings=study.settings,
        language=study.language,
        other=other,
        other_title=study.settings.title[other],
        words=wording,
        facts=capital(wording.say("page.facts", **study_values(study))),
        chapters=[(chapter, Markup(chapter.body)) for chapter in told],
        methods=[(chapter, Markup(chapter.methods)) for chapter in told if chapter.methods],
        tables=[(chapter, Markup(chapter.tables)) for chapter in told if chapter.tables],
        limits=[Markup(chapter.limits) for chapter in told if chapter.limits],
        findings=findings,
        ledger=[Markup(item.html) for item in items if item.place == "ledger"],
        provenance=provenance,
        invented=[wording.say(f"page.synthetic.{part}") for part in ("frame", "previous", "interviews") if part not in study.absent()],
        style=Markup(_style()),
    )
    page = _linked(re.sub(r"\n\s*\n+", "\n", page), items)
    return page.replace("95-%-", "95\N{NON-BREAKING HYPHEN}%\N{NON-BREAKING HYPHEN}")


def _linked(page: str, items: Iterable[Item]) -> str:
    """Links to the numbers of a question lead to its figure, else its table; where the report has neither, the link goes."""
    about: dict[object, str] = {}
    for item in sorted((item for item in items if item.kind in ("figure", "table")), key=lambda item: item.kind != "figure"):
        for question in _column(item, "question"):
            about.setdefault(question, item.anchor)
    page = re.sub(r'<a href="#about-([^"]+)">[^<]*</a>', lambda link: link[0] if link[1] in about else "", page)
    return re.sub(r'href="#about-([^"]+)"', lambda link: f'href="#{about[link[1]]}"', page)


def _render(cells: list[nbformat.NotebookNode]) -> str:
    """Cells through nbconvert's exporter; headings move one level down, the page has the first."""
    shifted = [nbformat.from_dict({**cell, "source": _one_level_down(cell.source)}) if cell.cell_type == "markdown" else cell for cell in cells]
    notebook = nbformat.v4.new_notebook(cells=shifted)
    html = str(_exporter().from_notebook_node(notebook, resources={"published": MIME})[0])
    # The exporter parses all that it writes, for the sake of pictures without words; what was published goes in afterwards, as it is.
    published = {item.anchor: item.html for item in published_items(notebook)}
    return re.sub(r"<!--(.+?)-->", lambda place: published.get(place[1], place[0]), html).strip()


@cache
def _exporter() -> Any:
    """Made once: it compiles its templates."""
    from nbconvert.exporters import HTMLExporter  # slow to import, and notebooks never need it

    return HTMLExporter(template_name="chapter", extra_template_basedirs=[str(_TEMPLATES)], exclude_anchor_links=True)


def _anchor(name: str) -> str:
    return f"chapter-{re.sub(r'[^a-z0-9]+', '-', name.lower())}"


def _addressed(body: str, anchor: str) -> tuple[str, list[tuple[str, str]]]:
    """Give every section heading an address that is the same in both languages, and list them."""
    sections: list[tuple[str, str]] = []

    def address(heading: re.Match[str]) -> str:
        sections.append((f"{anchor}-{len(sections) + 1}", re.sub(r"<[^>]+>", "", heading[1])))
        return f'<h3 id="{sections[-1][0]}">{heading[1]}</h3>'

    return re.sub(r"<h3>(.*?)</h3>", address, body), sections


def _evidence(finding: Item, items: Sequence[Item]) -> str:
    """The address of the first figure, else table, of the question or part of the model that a finding is about.

    Where there is none: of its line in the ledger; of a finding that is no statement, the figure or table that follows it.
    """
    asked = _column(finding, "question")
    shown = [item for item in items if item.kind in ("figure", "table")]
    stated = finding.anchor.startswith("finding-") and bool(asked)
    about = [item for item in shown if stated and (_column(item, "question") == asked or asked <= _column(item, "measure"))]
    _, line = _statement(finding, items)
    after = [item.anchor for item in items[items.index(finding) :] if item in shown]
    beside = f"{line}-numbers" if line else next(iter(after), finding.anchor)
    return next((item.anchor for item in sorted(about, key=lambda item: item.kind != "figure")), beside)


def _statement(finding: Item, items: Iterable[Item]) -> tuple[int, str]:
    """Number and address of the line in the ledger to which a finding belongs; 0 and nothing where it is no statement, or there is no ledger."""
    lines = [line for item in items if item.kind == "ledger" for line in re.findall(r'<li id="(statement-[^"]+)"', item.html)]
    line = finding.anchor.replace("finding-", "statement-", 1)
    return (lines.index(line) + 1, line) if line in lines else (0, "")


def _column(item: Item, name: str) -> set[object]:
    """The values in a column of an item's table."""
    columns = item.cells.get("columns", [])
    return {row[columns.index(name)] for row in item.cells["data"]} if name in columns else set()


def _one_level_down(source: str) -> str:
    """The title is set by the page; ``##`` becomes ``###``."""
    lines = [line for line in source.splitlines() if not line.startswith("# ")]
    return "\n".join(re.sub(r"^(#+ )", r"#\1", line) for line in lines)


def _without_empty_sections(cells: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Leave out sections whose cells had nothing to publish, because the study lacks what they need; the limits say what that is."""
    sections: list[list[nbformat.NotebookNode]] = [[]]
    for cell in cells:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            sections.append([])
        sections[-1].append(cell)

    def silent(section: list[nbformat.NotebookNode]) -> bool:
        code = [cell for cell in section if cell.cell_type == "code"]
        return bool(code) and not any(cell.outputs for cell in code)

    return [cell for section in sections for cell in section if not silent(section) or _tags(cell) & set(HOISTED)]


def _without_moved(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    if cell.cell_type == "markdown":
        return cell
    kept = [output for output in cell.outputs if MIME in output.get("data", {}) and output["data"][MIME]["place"] not in MOVED]
    return nbformat.from_dict({**cell, "outputs": kept})


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", []))


def _style() -> str:
    """The style sheet, with the palette of the figures in front."""
    light = ";".join(f"--{name}:{day}" for name, (day, _) in PALETTE.items())
    dark = ";".join(f"--{name}:{night}" for name, (_, night) in PALETTE.items())
    sheet = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    return f":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{sheet}"
