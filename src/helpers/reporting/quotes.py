"""Quotations: passages that a person has chosen, published only where consent, pseudonyms and numbers allow."""

from __future__ import annotations

import re
from html import escape

import pandas as pd

from helpers.data.interviews.marks import passage_without_marks
from helpers.data.interviews.material import Interviews
from helpers.data.study import Study
from helpers.reporting.items import Item, make_anchor
from helpers.reporting.wording import Wording, capital

COLUMNS = ["theme", "code", "interview", "passage", "n"]


def quote_items(study: Study, quotations: pd.DataFrame, key: str) -> list[Item]:
    """The items that `publish_quotes` shows: one per main code, with its quotations in the order of the file."""
    interviews = study.interviews
    allowed = publishable(interviews, quotations, k=study.min_cell, per_interview=study.settings.interviews.quotes.per_interview)
    parents = interviews.codes.set_index("code")["parent"]
    themes = allowed["code"].map(lambda code: parents[code] or code)
    order = [code for code in interviews.codes["code"] if code in set(themes)]
    return [_item(study, interviews, allowed[themes == theme], theme, key, last=theme == order[-1]) for theme in order]


def publishable(interviews: Interviews, quotations: pd.DataFrame, *, k: int, per_interview: int) -> pd.DataFrame:
    """The quotations that may be published.

    Parameters
    ----------
    interviews : Interviews
    quotations : DataFrame
        Rows of ``interviews.quotations``.
    k : int
        The fewest interviews in which the code of a quotation comes up, and that share what stands beside it.
    per_interview : int
        At most so many quotations from one interview; those that come first in the file are kept.

    Returns
    -------
    DataFrame
        The rows that stay, with ``n``, the interviews in which their code comes up.

    Raises
    ------
    ValueError
        If a passage reaches into what the interviewer said: choose the answer alone.
    """
    consented = interviews.documents.loc[interviews.documents["consent"], "document"]
    raised = interviews.agreed().groupby("code")["document"].nunique()
    known = quotations.assign(n=quotations["code"].map(raised).fillna(0).astype(int))
    allowed = known[known["document"].isin(consented) & (known["n"] >= k)]
    across = [row for row, quote in enumerate(allowed.itertuples(), start=1) if _reaches_into_questions(interviews, quote)]
    if across:
        raise ValueError(f"{len(across)} quotations, the first of them number {across[0]}, hold what the interviewer said; choose the answer alone")
    return allowed[allowed.groupby("document").cumcount() < per_interview]


def spoken_text(interviews: Interviews, document: str, start: int, end: int) -> str:
    """A passage as it may be read: without labels and time stamps between paragraphs, what is marked as identifying replaced by its kind."""
    answers = interviews.answers[interviews.answers["document"] == document]
    text = interviews.texts[document]
    places = zip(answers["start"].clip(lower=start), answers["end"].clip(upper=end), strict=True)
    parts = [passage_without_marks(text, first, last) for first, last in places if first < last]
    return " ".join(" ".join(parts).split())


def _reaches_into_questions(interviews: Interviews, quote: tuple) -> bool:  # type: ignore[type-arg]
    segments = interviews.segments
    others = segments[(segments["document"] == quote.document) & (segments["kind"] != "answer")]  # type: ignore[attr-defined]
    return bool(((others["start"] < quote.end) & (others["end"] > quote.start)).any())  # type: ignore[attr-defined]


def _item(study: Study, interviews: Interviews, quotations: pd.DataFrame, theme: str, key: str, *, last: bool) -> Item:
    wording = Wording(study.language)
    title = capital(wording.say(f"{key}.title", theme=interviews.label(theme, study.language)))
    quotes = "".join(quote_html(study, quote, wording) for quote in quotations.itertuples())
    synthetic = f"<p>{escape(wording.say('quotes.fictional'))}</p>" if study.settings.synthetic else ""
    note = f'<div class="note"><p>{escape(wording.say("quotes.note"))}</p>{synthetic}</div>' if last else ""
    anchor = make_anchor(key, theme)
    html = f'<section class="quotes" id="{anchor}" aria-label="{escape(title, quote=True)}"><h4>{escape(title)}</h4>{quotes}{note}</section>'
    numbers = {document: place for place, document in enumerate(interviews.documents["document"], start=1)}
    rows = [[theme, quote.code, numbers[quote.document], f"{quote.start}-{quote.end}", quote.n] for quote in quotations.itertuples()]
    return Item("quotes", anchor, study.language, html, title=title, cells={"index": [*range(len(rows))], "columns": COLUMNS, "data": rows})


def quote_html(study: Study, quote: tuple, wording: Wording) -> str:  # type: ignore[type-arg]
    """One quotation: the words as spoken, their translation where the reader needs one, role and number of the interview."""
    interviews, spoken = study.interviews, study.settings.interviews.language
    document, code = quote.document, quote.code  # type: ignore[attr-defined]
    text = wording.say("quotes.text", text=spoken_text(interviews, document, quote.start, quote.end))  # type: ignore[attr-defined]
    original = f'<p lang="{spoken}">{escape(text)}</p>'
    translated = getattr(quote, f"text_{study.language}", "")
    translation = f'<p class="translation">{escape(wording.say("quotes.translation", text=translated))}</p>' if translated else ""
    who = _attribution(study, interviews, document, wording)
    footer = f"<footer>{escape(who)} · {escape(interviews.label(code, study.language))}</footer>"
    return f"<blockquote>{original}{translation}{footer}</blockquote>"


def quoted(html: str) -> list[tuple[str, str]]:
    """The quotations in what was published, wherever they stand: whose, and the words as HTML."""
    return [(who, words) for words, who in re.findall(r"<blockquote><p[^>]*>(.*?)</p>.*?<footer>(.*?) · ", html)]


def _attribution(study: Study, interviews: Interviews, document: str, wording: Wording) -> str:
    """Interview number and role; a role that fewer than k interviews share is left out."""
    roles = interviews.documents.set_index("document")[f"role_{study.language}"]
    number = int(roles.index.get_loc(document)) + 1
    shared = int((roles == roles[document]).sum())
    return wording.say("quotes.who" if roles[document] and shared >= study.min_cell else "quotes.who.number", number=number, role=roles[document])
