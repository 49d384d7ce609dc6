"""Offered: the answers that the questionnaire offered, in its own words."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Mapping

from helpers.data.codebook import LEVELS_FILE, Codebook
from helpers.data.problems import Problem, named
from helpers.data.structure import Structure

OTHER = "-oth-"
_HIDDEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"</?(?:br|p|div|li|ul|ol|t[dhr]|table|h[1-6]|hr|d[dt])\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def offered_answers(structure: Structure | None) -> Mapping[str, Mapping[str, str]]:
    """Question code -> answer text, in each of the questionnaire's languages -> answer code; exports with labels hold these texts."""
    offered: dict[str, dict[str, str]] = defaultdict(dict)
    for language in structure.languages if structure else ():
        for question, code, label in structure.answers[["question", "code", f"label_{language}"]].itertuples(index=False):  # type: ignore[union-attr]
            offered[question].update(dict.fromkeys(spellings(label), code))
    return offered


def plain(label: str, gap: str = " ") -> str:
    """The words of a label without mark-up.

    Parameters
    ----------
    label : str
    gap : str
        What stands between two lines or paragraphs.

    Examples
    --------
    >>> plain("<p>How <b>large</b>?&nbsp;In m²</p><p>(net)</p><script>hide()</script>"), plain("size < 5")
    ('How large? In m² (net)', 'size < 5')
    """
    shown = _TAG.sub("", _BREAK.sub(gap, _HIDDEN.sub(" ", label)))
    return " ".join(html.unescape(shown).split())


def spellings(label: str) -> set[str]:
    """How an export may write a label: LimeSurvey takes tags away and leaves nothing in their place."""
    return {plain(label), plain(label, gap="")}


def structure_problems(structure: Structure, codebook: Codebook, *, file: str) -> list[Problem]:
    """Answers that the questionnaire offers and the codebook does not declare, per question.

    Parameters
    ----------
    structure : Structure
    codebook : Codebook
    file : str
        Name of the structure's file in messages.
    """
    codes = structure.answers.groupby("question", sort=False)["code"].agg(set).to_dict()
    for question in structure.questions.loc[structure.questions["other"] & structure.questions["kind"].eq("single"), "code"]:
        codes.setdefault(question, set()).add(OTHER)
    undeclared: dict[str, set[str]] = defaultdict(set)
    for name in codebook.of_type("single", "ordinal"):
        question = str(codebook.variables.at[name, "code"]).partition("[")[0]
        undeclared[question] |= codes.get(question, set()) - set(codebook.answers(name)["code"])
    what, remedy = "the questionnaire offers answers that are not declared", f"Declare them in {LEVELS_FILE}."
    return [Problem(file, f"{what}: {named(sorted(lacking))}", remedy=remedy, column=question) for question, lacking in undeclared.items() if lacking]
