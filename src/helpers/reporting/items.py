"""Items: what goes into the report, made from a result table. Small cells are suppressed first; drawings, words and files come from what is left."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.disclosure import suppress
from helpers.reporting.figures import draw_figure
from helpers.reporting.labels import label_table
from helpers.reporting.tables import table_csv, table_html
from helpers.reporting.values import study_values, text_values
from helpers.reporting.wording import Wording, capital


@dataclass(frozen=True)
class Item:
    """One thing that was published.

    Parameters
    ----------
    kind : {"table", "figure", "sentence", "quotes", "ledger", "recommendations"}
    anchor : str
        Its address in the report, the same in both languages.
    language : str
    html : str
        What the report shows.
    title : str
        Heading in the contents of the workbook.
    csv : str
        The numbers, as the spreadsheet of the language reads them; empty for sentences.
    cells : dict
        The suppressed table with its codes (``DataFrame.to_dict("split")``), for the audit of the whole report.
    place : {"", "lead", "finding", "ledger", "appendix"}
        Whether a sentence opens its chapter, or the report; whether the ledger follows the findings, or a table stands in the appendix.
    certainty : str
        ``supported``, ``tendency``, ``open`` or ``against``, for findings.
    notes : list of str
        What stands under the table in the workbook: of what it is, how to read it, its source.
    behind : dict
        The cells from which a table without counts is made, suppressed and with their codes, for the same audit.
    """

    kind: str
    anchor: str
    language: str
    html: str
    title: str = ""
    csv: str = ""
    cells: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    certainty: str = ""
    notes: list[str] = field(default_factory=list)
    behind: dict[str, Any] = field(default_factory=dict)


def table_items(
    study: Study,
    table: pd.DataFrame,
    key: str,
    *,
    spread: str | None = None,
    each: str | None = None,
    place: str = "",
    behind: pd.DataFrame | None = None,
) -> list[Item]:
    """The items that `publish_table` shows."""
    counts = {} if behind is None else split(behind)
    return [replace(_table_item(study, part, key, name, spread), place=place, behind=counts) for name, part in _parts(table, each, k=study.min_cell)]


def figure_items(
    study: Study, table: pd.DataFrame, draw: Callable, key: str, *, each: str | None = None, variant: str = "", place: str = "", **more: Any
) -> list[Item]:
    """The items that `publish_figure` shows."""
    drawn = [_figure_item(study, part, draw, key, each, name, variant, more) for name, part in _parts(table, each, k=study.min_cell)]
    return [replace(item, place=place) for item in drawn]


def sentence_items(study: Study, key: str, evidence: pd.DataFrame, *, place: str = "") -> list[Item]:
    """The items that `publish_sentence` shows."""
    wording = Wording(study.language)
    items: list[Item] = []
    for position, (_, row) in enumerate(evidence.iterrows()):
        cells = _evidence(study, evidence.loc[[row.name]].dropna(axis=1, how="all"))
        values = text_values(study, cells, wording)
        chosen = "sentence.withheld" if cells["suppressed"].any() else key.format(**row)
        text = capital(wording.say(chosen, **values))
        certainty = "" if cells["suppressed"].any() else str(row.get("verdict", ""))
        mark = f' <span class="certainty {certainty}">{escape(wording.say(f"certainty.{certainty}"))}</span>' if certainty else ""
        anchor = make_anchor(re.sub(r"\.?\{.*", "", key), str(position + 1) if len(evidence) > 1 else "")
        html = f'<p id="{anchor}" class="sentence{" " + place if place else ""}">{escape(text)}{mark}</p>'
        items.append(Item("sentence", anchor, study.language, html, title=text, cells=split(cells), place=place, certainty=certainty))
    return items


def _evidence(study: Study, row: pd.DataFrame) -> pd.DataFrame:
    """One row, suppressed as it is in its whole distribution: an answer may be withheld because of another one."""
    cells = suppress(row, k=study.min_cell)
    if not {"question", "answer", "count"} <= set(row) or row["question"].item() not in study.responses:
        return cells
    whole = answer_counts(study, row["question"].item())
    hidden = suppress(whole, k=study.min_cell).set_index("answer")["suppressed"]
    return suppress(row.assign(count=0), k=study.min_cell) if hidden.get(str(row["answer"].item()), True) else cells


def answer_counts(study: Study, question: str) -> pd.DataFrame:
    """The whole distribution of a question, as cells that can be checked: ``question``, ``answer``, ``count``, ``n``."""
    counts = study.responses[question].value_counts(sort=False)
    return pd.DataFrame({"question": question, "answer": counts.index.astype(str), "count": counts.to_numpy(), "n": int(counts.sum())})


def _table_item(study: Study, cells: pd.DataFrame, key: str, name: str, spread: str | None) -> Item:
    wording = Wording(study.language)
    labelled = label_table(cells, study.codebook, wording)
    values = text_values(study, cells, wording, each=name)
    title = capital(wording.say(f"{key}.title", **values))
    csv, anchor = table_csv(labelled, wording), make_anchor(key, name)
    body = table_html(labelled, wording, caption=title, k=study.min_cell, spread=spread)
    notes = _notes(study, cells, key, values, wording)
    told = [*notes, *synthetic_notes(study, wording)]  # a figure says it inside the picture
    html = f'<div class="table" id="{anchor}">{body}{notes_with_key(told, wording, anchor)}{_downloads(wording, anchor, title, csv=csv)}</div>'
    return Item("table", anchor, study.language, html, title=title, csv=csv, cells=split(cells), notes=notes)


def _figure_item(
    study: Study, cells: pd.DataFrame, draw: Callable, key: str, each: str | None, name: str, variant: str, more: dict[str, Any]
) -> Item:
    wording = Wording(study.language)
    # What all rows of a figure are of stands in its subtitle.
    labelled = label_table(cells, study.codebook, wording).drop(columns=[each] if each else [])
    values = {**text_values(study, cells, wording, each=name), **more}
    blank = bool(cells["suppressed"].all()) or ("side" in cells and "share" not in values)  # no side of a scale is left to tell
    headline_key = f"{key}.headline.{variant.format(**cells.iloc[0])}" if variant else f"{key}.headline"
    headline = capital(wording.say("figure.withheld" if blank else headline_key, **values))
    own = f"{key}.subtitle.{name}"
    subtitle = capital(wording.say(own if own in wording else f"{key}.subtitle", **values))
    notes = _notes(study, cells, key, values, wording)
    csv, anchor = table_csv(labelled, wording), make_anchor(key, name)
    synthetic = study.settings.synthetic
    body = table_html(labelled, wording, caption=headline, k=study.min_cell)
    drawing = draw_figure(draw, labelled, wording=wording, headline=headline, subtitle=subtitle, name=anchor, notes=notes, synthetic=synthetic)
    html = (
        f'<figure id="{anchor}"><figcaption><h4>{escape(headline)}</h4><p class="subtitle">{escape(subtitle)}</p></figcaption>'
        f'<div class="wide">{drawing.wide}</div><div class="narrow">{drawing.narrow}</div>'
        f"{notes_with_key(notes, wording, anchor)}"
        f"<details><summary>{escape(wording.say('figure.numbers'))}</summary>{body}</details>"
        f"{_downloads(wording, anchor, headline, csv=csv, svg=drawing.alone)}</figure>"
    )
    return Item("figure", anchor, study.language, html, title=headline, csv=csv, cells=split(cells), notes=[subtitle, *notes])


def _parts(table: pd.DataFrame, each: str | None, *, k: int) -> list[tuple[str, pd.DataFrame]]:
    """The suppressed table, or one per value of a column; nothing where there are no rows."""
    if table.empty:
        return []
    cells = suppress(_blunt(table), k=k)
    if each is None:
        return [("", cells)]
    return [(str(name), part) for name, part in cells.groupby(each, sort=False, observed=True)]


def _blunt(table: pd.DataFrame) -> pd.DataFrame:
    """Tests of a cross-table, rounded: with known margins, an exact statistic would give its cells away."""
    if "count" in table or "effect" not in table:
        return table
    digits = {
        column: 2 if column.startswith("p_") else 1
        for column in ("effect", "effect_low", "effect_high", "low", "high", "p_value", "p_holm")
        if column in table
    }
    return table.drop(columns=["statistic", "p_value"], errors="ignore").round(digits)


def _notes(study: Study, cells: pd.DataFrame, key: str, values: dict[str, Any], wording: Wording) -> list[str]:
    """What stands under every table and figure: how to read it, the source and n."""
    keys = [f"{key}.note", *([f"{key}.note.synthetic"] if study.settings.synthetic else [])]
    notes = [wording.say(one, **values) for one in keys if one in wording]
    n = cells["n"].dropna() if "n" in cells else pd.Series(dtype=float)
    of_respondents = study.population and not n.empty and n.max() <= len(study.responses) and "records" not in cells
    asked = "" if n.empty else wording.say("note.n" if n.min() == n.max() else "note.n_range", least=n.min(), most=n.max())
    of = wording.say("note.of", population=study.population) if of_respondents else ""
    source = f"{key.partition('.')[0]}.source"  # of a chapter that rests on something else than the survey
    notes.append(wording.say(source if source in wording else "note.source", **values, asked=f"{asked}{of}"))
    return notes


def both_sources(study: Study, wording: Wording) -> list[str]:
    """Where tables come from that hold both strands: the survey and, where there are any, the interviews."""
    values = study_values(study)
    keys = ["note.source", "interviews.source"] if study.interviews else ["note.source"]
    return [wording.say(key, **values, asked="") for key in keys]


def synthetic_notes(study: Study, wording: Wording) -> list[str]:
    """The note of a synthetic study; none of a real one."""
    return [f"{wording.say('synthetic.line')}."] if study.settings.synthetic else []


def notes_with_key(notes: list[str], wording: Wording, anchor: str) -> str:
    """The notes, and the key by which readers cite an item, a link to itself."""
    told = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return f'<div class="note">{told}<p>{escape(wording.say("trace.key"))} <a href="#{anchor}">{anchor}</a></p></div>'


def _downloads(wording: Wording, anchor: str, title: str, *, csv: str, svg: str = "") -> str:
    """Links that carry the file itself, so that the page stays whole without a server."""
    files = [("csv", "text/csv", "\ufeff" + csv), *([("svg", "image/svg+xml", svg)] if svg else [])]
    links = []
    for ending, kind, content in files:
        data = base64.b64encode(content.encode()).decode()
        label = escape(wording.say(f"download.{ending}", title=title), quote=True)
        words = escape(wording.say(f"download.{ending}.short"))
        links.append(
            f'<a download="{anchor}-{wording.language}.{ending}" href="data:{kind};charset=utf-8;base64,{data}" aria-label="{label}">{words}</a>'
        )
    return f'<p class="downloads">{" ".join(links)}</p>'


def make_anchor(key: str, name: str) -> str:
    """The address of an item in the report."""
    return re.sub(r"[^a-z0-9]+", "-", f"{key} {name}".lower()).strip("-")


def split(cells: pd.DataFrame) -> dict[str, Any]:
    """A table as it travels in a notebook's output."""
    plain = cells.astype(object).where(cells.notna(), None)
    return plain.reset_index(drop=True).to_dict("split")
