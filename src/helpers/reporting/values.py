"""Values: what a published text may use of the table that it speaks of, and of the study."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.labels import identifying, label_table, variable_label
from helpers.reporting.wording import Wording, capital


def text_values(study: Study, cells: pd.DataFrame, wording: Wording, *, each: str = "") -> dict[str, Any]:
    """What a text may use: the leading row in words, and what is true of the whole study."""
    shown = label_table(cells[~cells["suppressed"].astype(bool)], study.codebook, wording)
    row = _leading_row(shown) if len(cells) > 1 else shown.head(1)
    leading = {} if row.empty else row.iloc[0].to_dict()
    if "rank_low" in leading:
        places = "descriptives.places.one" if leading["rank_low"] == leading["rank_high"] else "descriptives.places.range"
        leading["places"] = wording.say(places, **leading)
    names = [name for name in identifying(shown) if name not in ("question", "by")] or identifying(shown)
    names = ["item"] if "side" in shown else names
    named = variable_label(each, study.codebook, wording) if each else ""
    return {
        **leading,
        "question_asked": as_asked(named or str(leading.get("question", ""))),
        "label": leading.get(names[-1], "") if names else "",
        "each": named,
        "rows": len(cells),
        **study_values(study),
    }


def study_values(study: Study) -> dict[str, Any]:
    """What is true of the whole study: its survey and, where there are any, its interviews."""
    settings, language = study.settings, study.language
    return {
        "k": study.min_cell,
        "place": settings.place[language],
        "units": settings.units[language],
        "instrument": settings.instrument[language],
        "fieldwork": settings.fieldwork.period,
        "respondents": len(study.responses),
        "population": study.population if study.population else float("nan"),
        **_interview_values(study),
    }


def as_asked(label: str) -> str:
    """A question without the instruction that follows it; what is no question is closed by a full stop.

    Examples
    --------
    >>> as_asked("Where do you work? Please tick all that apply.")
    'Where do you work?'
    >>> as_asked("Trust")
    'Trust.'
    """
    question, mark, _ = label.partition("?")
    return question + mark if mark else label if label.endswith((".", "!", "…")) else f"{label}."


def _interview_values(study: Study) -> dict[str, Any]:
    """How many interviews there are, when they were held and how the study calls them."""
    if not study.interviews:
        return {}
    dates = study.interviews.documents["date"]
    name = study.settings.interviews.instrument[study.language]
    numbers = {"interviews": len(dates), "interviews_held": (dates.min(), dates.max())}
    return {**numbers, "interviews_instrument": capital(name)}


def _leading_row(shown: pd.DataFrame) -> pd.DataFrame:
    """The row a headline speaks of: the largest of what the table is about (of a rating: of the shares on the positive side)."""
    if "side" in shown:
        positive = shown[shown["side"].eq("positive")].groupby("item", sort=False)["share"].sum()
        return positive.rename("share").reset_index().nlargest(1, "share")
    largest = next((column for column in ("excess", "share", "effect", "mean", "mentions") if column in shown), None)
    return shown.sort_values(largest, ascending=False, kind="stable").head(1) if largest else shown.head(1)
