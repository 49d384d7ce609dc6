"""Shown: descriptions as JupyterLab shows them, in light and dark, and as plain text."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.wording import Wording
from helpers.workbench.counting import SUMMARY, bars

if TYPE_CHECKING:
    from helpers.workbench.describe import Description

_STYLE_FILE = Path(__file__).with_name("describe.css")
_COUNTS = ("count", "n")
_WIDTH, _HEIGHT, _FOOT = 360, 90, 18


@cache
def _style() -> str:
    return f"<style>{_STYLE_FILE.read_text(encoding='utf-8')}</style>"


def as_html(told: Description) -> str:
    """A description with its tables and chart."""
    spoken = _spoken(told)
    body = [f'<p class="title">{escape(told.label)} <code>{escape(told.name)}</code></p>']
    body += [f'<p class="facts">{escape(" · ".join([told.kind, *told.facts]))}</p>']
    body += [_chart(told), _table(_written(told), spoken, bars_of=_shares(told.levels))] if len(told.levels) else []
    body += [_table(told.missing.astype(str), spoken)] if len(told.missing) else []
    body += [f'<p class="note">{escape(spoken["internal"])}</p>'] if len(told.levels) else []
    return framed(body)


def as_text(told: Description) -> str:
    """A description for a terminal."""
    spoken = _spoken(told)
    parts = [f"{told.label}  [{told.name}]", *(f"  {fact}" for fact in (told.kind, *told.facts))]
    for table in (_written(told), told.missing):
        if len(table):
            parts += ["", table.rename(columns=spoken).to_string(index=False)]
    return "\n".join(parts)


def overview_as_html(overview: pd.DataFrame, spoken: dict[str, Any]) -> str:
    """All that can be described, in one table."""
    body = [f'<p class="title">{escape(spoken["variables"].format(count=len(overview)))}</p>']
    body += [f'<p class="facts">{escape(spoken["how"].format(name=overview["name"].iloc[-1]))}</p>'] if len(overview) else []
    return framed([*body, f'<div class="long" tabindex="0" role="region" aria-label="{escape(spoken["name"])}">{_table(overview, spoken)}</div>'])


def study_as_html(study: Study, spoken: dict[str, Any]) -> str:
    """What a study holds, and what it lacks."""
    wording, settings, n = Wording(study.language), study.settings, len(study.responses)
    title = settings.title[study.language] + (f" ({spoken['synthetic']})" if settings.synthetic else "")
    answers = spoken["answers_of"].format(n=n, all=study.population) if study.population else spoken["answers"].format(n=n)
    days = {"start": wording.date(settings.fieldwork.start), "end": wording.date(settings.fieldwork.end)}
    counts = {"variables": study.responses.shape[1], "sets": len(study.codebook.of_type("set")), "indices": len(settings.indices)}
    facts = [
        f"{answers}, {spoken['complete'].format(n=int(study.complete.sum()))}",
        spoken["fieldwork"].format(**days),
        spoken["contents"].format(**counts, interviews=len(study.interviews.documents) if study.interviews else 0),
        f"{spoken['folder']}: {study.folder.name}",
    ]
    lacking = [wording.say(f"absent.{part}") for part in study.absent()]
    body = [f'<p class="title">{escape(title)}</p>', *(f'<p class="facts">{escape(fact)}</p>' for fact in facts)]
    return framed([*body, *(f'<p class="note">{escape(line)}</p>' for line in lacking)])


def framed(body: list[str]) -> str:
    """Parts of a page in the style of all descriptions."""
    return f'{_style()}<div class="study-shown">{"".join(body)}</div>'


def _spoken(told: Description) -> dict[str, Any]:
    from helpers.workbench.describe import words

    spoken = words(told.language)
    return spoken | {"share": spoken["share_of"], "reason": spoken["missing"]}


def _written(told: Description) -> pd.DataFrame:
    """Counts as they are, shares in per cent, other numbers with as many decimals as they need; a single number in rows."""
    wording = Wording(told.language)
    written = told.levels.copy().astype(object)
    for column in told.levels.columns:
        if column in ("answer", "item"):
            continue
        if column in _COUNTS:
            written[column] = [wording.integer(value) for value in told.levels[column]]
        elif column in SUMMARY and not told.proportions:
            written[column] = [wording.number(value, 0 if float(value).is_integer() else 1) for value in told.levels[column]]
        else:
            written[column] = [wording.percent(value, 1) for value in told.levels[column]]
    if len(written) == 1 and "item" in written and told.values is not None:
        return _upright(written.drop(columns="item"), _spoken(told))
    return written


def _upright(written: pd.DataFrame, spoken: dict[str, Any]) -> pd.DataFrame:
    """The numbers of a single variable, one below the other."""
    return pd.DataFrame({"measure": [spoken[column] for column in written], "value": list(written.iloc[0])})


def _table(table: pd.DataFrame, spoken: dict[str, Any], *, bars_of: pd.DataFrame | None = None) -> str:
    wordy = {column for column in table.columns if column in ("answer", "item", "reason", "measure", "name", "type", "label")}
    style = {column: ' class="words"' if column in wordy else "" for column in table.columns}
    heads = "".join(f'<th scope="col"{style[column]}>{escape(str(spoken.get(column, column)))}</th>' for column in table.columns)
    rows = []
    for place, row in enumerate(table.itertuples(index=False)):
        cells = "".join(f"<td{style[column]}>{escape(str(value))}</td>" for column, value in zip(table.columns, row, strict=True))
        rows.append(f"<tr>{cells}{'' if bars_of is None else _bar(bars_of.iloc[place])}</tr>")
    extra = "" if bars_of is None else "<td></td>"
    return f"<table><thead><tr>{heads}{extra}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _shares(levels: pd.DataFrame) -> pd.DataFrame | None:
    """What is drawn as bars: the share of each answer, or the shares of all answers to an item; nothing for numbers."""
    drawn = levels.drop(columns=[column for column in levels.columns if column in ("answer", "item", *_COUNTS)])
    return None if set(SUMMARY) & set(drawn) else drawn


def _bar(shares: pd.Series) -> str:
    """One bar, or several behind one another that grow darker."""
    parts = [
        f'<span style="width: {100 * share:.1f}%; opacity: {place / len(shares):.2f}"></span>'
        for place, share in enumerate(shares.fillna(0), start=1)
        if share
    ]
    return f'<td class="bar" aria-hidden="true"><div>{"".join(parts)}</div></td>'


def _chart(told: Description) -> str:
    """A histogram of numbers, with its ends written below."""
    if told.values is None or told.values.notna().sum() < 2:
        return ""
    counts = bars(told.values)
    wide, high = _WIDTH / len(counts), counts.max()
    tall = [_HEIGHT * count / high for count in counts]
    drawn = [
        f'<rect x="{place * wide + 1:.1f}" y="{_HEIGHT - height:.1f}" width="{wide - 2:.1f}" height="{height:.1f}" fill="currentColor"/>'
        for place, height in enumerate(tall)
    ]
    wording, known = Wording(told.language), told.values.dropna().astype(float)
    low, top = (wording.percent(end) if told.proportions else wording.number(end, 0 if end.is_integer() else 1) for end in (known.min(), known.max()))
    said = escape(_spoken(told)["histogram"].format(low=low, high=top))
    foot = f'<text x="0" y="{_HEIGHT + 14}">{escape(low)}</text><text x="{_WIDTH}" y="{_HEIGHT + 14}" text-anchor="end">{escape(top)}</text>'
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT + _FOOT}" width="{_WIDTH}" height="{_HEIGHT + _FOOT}"'
    return f'<svg role="img" aria-label="{said}" {box}>{"".join(drawn)}{foot}</svg>'
