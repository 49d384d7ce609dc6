"""Recommendations as readers see them: to whom, what, and whether the data back it."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.data.recommendations import NOT
from helpers.data.study import Study
from helpers.reporting.items import Item, make_anchor
from helpers.reporting.wording import Wording, capital

LEVELS = ("carried", "in_part", "unshown", "refuted")


def recommendation_items(study: Study, backing: pd.DataFrame, ledger: pd.DataFrame, key: str) -> list[Item]:
    """The items that `publish_recommendations` shows: one per addressee, in the order of the file."""
    return [_item(study, own, ledger.set_index("id"), str(addressee), key) for addressee, own in backing.groupby("addressee", sort=False)]


def _item(study: Study, backing: pd.DataFrame, ledger: pd.DataFrame, addressee: str, key: str) -> Item:
    wording, texts = Wording(study.language), study.recommendations.set_index("id")
    whom = texts.loc[backing["id"].iloc[0], f"addressee_{study.language}"]
    title = capital(wording.say(f"{key}.title", addressee=whom))
    lines = "".join(_line(study, row, texts.at[row.id, f"text_{study.language}"], ledger, wording) for row in backing.itertuples())
    anchor = make_anchor(key, addressee)
    html = (
        f'<section class="recommendations" id="{anchor}" aria-label="{escape(title, quote=True)}"><h4>{escape(title)}</h4><ul>{lines}</ul></section>'
    )
    return Item("recommendations", anchor, study.language, html, title=title)


def _line(study: Study, row: tuple, text: str, ledger: pd.DataFrame, wording: Wording) -> str:  # type: ignore[type-arg]
    chip = f'<span class="certainty {row.backing}">{escape(capital(wording.say(f"backing.{row.backing}")))}</span>'  # type: ignore[attr-defined]
    rests = " ".join(_rests_on(study, getattr(row, level), level, ledger, wording) for level in LEVELS if getattr(row, level))
    return f'<li id="{make_anchor("recommendation", row.id)}">{chip} {escape(text)}<p class="basis">{rests}</p></li>'  # type: ignore[attr-defined]


def _rests_on(study: Study, names: str, level: str, ledger: pd.DataFrame, wording: Wording) -> str:
    """The statements of one level, each a way to its line in the ledger, with the reason: its verdict and what the interviews say of it."""
    order = list(study.claims["id"].drop_duplicates())
    links = []
    for name in names.split("|"):
        claim = name.removeprefix(NOT)
        words = wording.say("statement.opposite" if name.startswith(NOT) else "statement.number", number=order.index(claim) + 1)
        voice = ledger.at[claim, "voice"] if study.interviews and "voice" in ledger else ""
        reason = wording.say(f"reason.{voice}" if voice else "reason", verdict=wording.say(f"certainty.{ledger.at[claim, 'verdict']}"))
        if name.startswith(NOT):
            reason = wording.say("reason.opposite", reason=reason)
        links.append(f'<a href="#{make_anchor("statement", claim)}">{escape(words)}</a> ({escape(reason)})')
    return f"{escape(wording.say(f'carrying.{level}'))} {'; '.join(links)}."
