"""Recommendations as readers see them: to whom, what, and whether the data back it."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.data.recommendations import NOT
from helpers.data.study import Study
from helpers.reporting.items import Item, make_anchor
from helpers.reporting.wording import Wording, capital

LEVELS = ("carried", "in_part", "unshown", "refuted")


def recommendation_items(study: Study, backing: pd.DataFrame, key: str) -> list[Item]:
    """The items that `publish_recommendations` shows: one per addressee, in the order of the file."""
    texts = study.recommendations.set_index("id")
    return [_item(study, own, texts, str(addressee), key) for addressee, own in backing.groupby("addressee", sort=False)]


def _item(study: Study, backing: pd.DataFrame, texts: pd.DataFrame, addressee: str, key: str) -> Item:
    wording = Wording(study.language)
    whom = texts.loc[backing["id"].iloc[0], f"addressee_{study.language}"]
    title = capital(wording.say(f"{key}.title", addressee=whom))
    lines = "".join(_line(study, row, texts.at[row.id, f"text_{study.language}"], wording) for row in backing.itertuples())
    anchor = make_anchor(key, addressee)
    html = (
        f'<section class="recommendations" id="{anchor}" aria-label="{escape(title, quote=True)}"><h4>{escape(title)}</h4><ul>{lines}</ul></section>'
    )
    return Item("recommendations", anchor, study.language, html, title=title)


def _line(study: Study, row: tuple, text: str, wording: Wording) -> str:  # type: ignore[type-arg]
    chip = f'<span class="certainty {row.backing}">{escape(capital(wording.say(f"backing.{row.backing}")))}</span>'  # type: ignore[attr-defined]
    rests = " ".join(_rests_on(study, getattr(row, level), level, wording) for level in LEVELS if getattr(row, level))
    return f'<li id="{make_anchor("recommendation", row.id)}">{chip} {escape(text)}<p class="basis">{rests}</p></li>'  # type: ignore[attr-defined]


def _rests_on(study: Study, names: str, level: str, wording: Wording) -> str:
    """The statements of one level, each a way to its line in the ledger."""
    order = list(study.claims["id"].drop_duplicates())
    links = []
    for name in names.split("|"):
        claim = name.removeprefix(NOT)
        words = wording.say("statement.opposite" if name.startswith(NOT) else "statement.number", number=order.index(claim) + 1)
        links.append(f'<a href="#{make_anchor("statement", claim)}">{escape(words)}</a>')
    return f"{escape(wording.say(f'carrying.{level}'))} {', '.join(links)}."
