"""The joint display: a row per theme of the interviews, with what the survey found, what was said, and whether the two go together."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.evidence import verdict_word
from helpers.reporting.items import Item, both_sources, make_anchor, notes_with_key, split, synthetic_notes
from helpers.reporting.ledger import cleared_quotations, statement_words, together_words
from helpers.reporting.quotes import quote_html, spoken_text
from helpers.reporting.tables import table_csv
from helpers.reporting.wording import Wording, capital

HEADS = ("theme", "survey", "interviews", "together")
PLACE = ["document", "start", "end", "code"]


def joint_items(study: Study, display: pd.DataFrame, key: str) -> list[Item]:
    """The joint display as one item; none where no theme of the interviews belongs to a statement."""
    if display.empty or not study.interviews:
        return []
    wording, anchor = Wording(study.language), make_anchor(key, "")
    title = capital(wording.say(f"{key}.title"))
    # Only what may be quoted, whatever the table says; the key to a quotation is its place.
    cleared = {tuple(getattr(quote, name) for name in PLACE): quote for quote in cleared_quotations(study).itertuples()}
    rows = display.assign(quote=[cleared.get(place) for place in display[PLACE].itertuples(index=False, name=None)])
    body = "".join(_row(study, own, str(theme), key, wording) for theme, own in rows.groupby("theme", sort=False))
    notes = _notes(study, key, wording)
    told = notes_with_key([*notes, *synthetic_notes(study, wording)], wording, anchor)
    heads = "".join(f'<th role="columnheader" scope="col">{escape(wording.say(f"{key}.{name}"))}</th>' for name in HEADS)
    html = (
        f'<div class="table joint" id="{anchor}"><table role="table"><caption>{escape(title)}</caption><thead role="rowgroup"><tr role="row">{heads}'
        f'</tr></thead><tbody role="rowgroup">{body}</tbody></table>{told}</div>'
    )
    cells, written = _cells(study, rows), _written(study, rows, wording)
    return [Item("quotes", anchor, study.language, html, title=title, csv=table_csv(written, wording), cells=split(cells), notes=notes)]


def _row(study: Study, rows: pd.DataFrame, theme: str, key: str, wording: Wording) -> str:
    """One theme: its statements with their verdicts, what the interviews say of them, a quotation, and whether the strands go together."""
    label = escape(study.interviews.label(theme, study.language))
    found = "".join(_statement(study, row.id, row.verdict, wording) for row in rows.itertuples())
    voices = "".join(f"<p>{escape(wording.say(f'voice.{voice}'))}</p>" for voice in dict.fromkeys(rows["voice"]))
    quote = next((quote for quote in rows["quote"] if quote is not None), None)
    said = f"<p>{escape(wording.say(f'{key}.no_quote'))}</p>" if quote is None else quote_html(study, quote, wording)
    together = "".join(f"<p>{_number(study, row, len(rows) > 1, wording)}</p>" for row in rows.itertuples())
    cells = zip(HEADS[1:], (found, voices + said, together), strict=True)
    columns = "".join(f'<td role="cell" data-head="{escape(wording.say(f"{key}.{name}"), quote=True)}">{cell}</td>' for name, cell in cells)
    return f'<tr role="row"><th role="rowheader" scope="row">{label}</th>{columns}</tr>'


def _statement(study: Study, name: str, verdict: str, wording: Wording) -> str:
    """A statement with its verdict, and a way to its line in the ledger."""
    chip = f'<span class="certainty {verdict}">{escape(verdict_word(verdict, wording))}</span>'
    link = f'<a href="#{make_anchor("statement", name)}">{escape(capital(_numbered(study, name, wording)))}</a>'
    return f"<p>{chip} {link}: {escape(statement_words(study, name))}</p>"


def _number(study: Study, row: tuple, several: bool, wording: Wording) -> str:  # type: ignore[type-arg]
    """Whether the strands go together; of several statements, with the number of each."""
    words = together_words(row, wording)
    return escape(f"{capital(_numbered(study, row.id, wording))}: {words}" if several else words)  # type: ignore[attr-defined]


def _numbered(study: Study, name: str, wording: Wording) -> str:
    return wording.say("statement.number", number=list(study.claims["id"].drop_duplicates()).index(name) + 1)


def _notes(study: Study, key: str, wording: Wording) -> list[str]:
    per_interview = study.settings.interviews.quotes.per_interview
    reading = wording.say(f"{key}.note", per_interview=per_interview, k=study.min_cell)
    fictional = [wording.say("quotes.fictional")] if study.settings.synthetic else []
    return [reading, wording.say("quotes.note"), *fictional, *both_sources(study, wording)]


def _cells(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """The display in codes, with the number of the interview and the place of the passage in it."""
    numbers = {document: str(place) for place, document in enumerate(study.interviews.documents["document"], start=1)}
    table = rows.rename(columns={"id": "statement", "verdict": "verdict_on_statement"})[["theme", "statement", "verdict_on_statement", "convergence"]]
    interview = ["" if quote is None else numbers[quote.document] for quote in rows["quote"]]
    passage = ["" if quote is None else f"{quote.start}-{quote.end}" for quote in rows["quote"]]
    return table.assign(interview=interview, passage=passage, suppressed=False).reset_index(drop=True)


def _written(study: Study, rows: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """The display in words, for a spreadsheet."""
    table, interviews = _cells(study, rows), study.interviews
    return table.assign(
        theme=[interviews.label(theme, study.language) for theme in table["theme"]],
        statement=[statement_words(study, name) for name in table["statement"]],
        verdict_on_statement=[verdict_word(verdict, wording) for verdict in table["verdict_on_statement"]],
        convergence=[together_words(row, wording) for row in rows.itertuples()],
        passage=["" if quote is None else spoken_text(interviews, quote.document, quote.start, quote.end) for quote in rows["quote"]],
    )
