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


def offered_answers(structure: Structure | None) -> Mapping[str, Mapping[str, str]]:
    """Question code -> answer text, in each of the questionnaire's languages -> answer code; exports with labels hold these texts."""
    offered: dict[str, dict[str, str]] = defaultdict(dict)
    for language in structure.languages if structure else ():
        for question, code, label in structure.answers[["question", "code", f"label_{language}"]].itertuples(index=False):  # type: ignore[union-attr]
            offered[question][_plain(label)] = code
    return offered


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


def _plain(label: str) -> str:
    """The words of a label without mark-up, as LimeSurvey exports them."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", label)).split())
