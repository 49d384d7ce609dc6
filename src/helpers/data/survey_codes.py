"""Survey codes: which codes of a codebook LimeSurvey takes as they stand."""

from __future__ import annotations

import re

from helpers.data.codebook import LEVELS_FILE, VARIABLES_FILE, Codebook
from helpers.data.letters import offers_answers
from helpers.data.offered import OTHER
from helpers.data.problems import Problem, named
from helpers.data.questionnaire import parts, type_letter

# LimeSurvey's own rules (its models Question and Answer): what does not keep to them is renamed, or dropped in silence, at the import.
_QUESTION, _ITEM, _ANSWER = r"[A-Za-z][A-Za-z0-9]{0,19}", r"[A-Za-z0-9]{1,20}", r"[A-Za-z0-9]{1,5}"
_RESERVED = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this"}
_REMEDY = "Copy the study's folder for the next wave, and give new codes there."


def code_problems(codebook: Codebook, *, whole: frozenset[str]) -> list[Problem]:
    """Codes that LimeSurvey would change or drop at the import.

    Parameters
    ----------
    codebook : Codebook
    whole : frozenset of str
        Questions that are taken over from an earlier questionnaire as they stand.
    """
    variables = codebook.variables[codebook.variables["code"].ne("") & codebook.variables["code"].ne("token")]
    split = {str(name): parts(code) for name, code in variables["code"].items() if parts(code)[0] not in whole}
    two = [name for name, (_, item) in split.items() if re.fullmatch(r"[A-Za-z0-9]+_[A-Za-z0-9]+|.+\]\[.+", item)]
    return [*_renamed(split, two), *_apart(codebook, split), *_dropped(codebook, list(split)), *_two_scales(two)]


def _renamed(split: dict[str, tuple[str, str]], two: list[str]) -> list[Problem]:
    questions = [name for name, (question, _) in split.items() if not re.fullmatch(_QUESTION, question) or question in _RESERVED]
    items = [name for name, (_, item) in split.items() if item and name not in two and (not re.fullmatch(_ITEM, item) or item == "time")]
    found = [
        (
            questions,
            "LimeSurvey would change the question codes",
            "a letter, then letters and digits, at most 20 in all, and no word of LimeSurvey's own",
        ),
        (items, "LimeSurvey would change the item codes", "between [ and ] letters and digits, at most 20, and not 'time'"),
    ]
    return [Problem(VARIABLES_FILE, f"{what} of {named(names)}", allowed, _REMEDY, column="code") for names, what, allowed in found if names]


def _apart(codebook: Codebook, split: dict[str, tuple[str, str]]) -> list[Problem]:
    """Sets whose items are columns of their own, as other survey tools write them."""
    apart = []
    for name in codebook.of_type("set"):
        members = [split[member] for member in codebook.members(name) if member in split]
        own = {split[name][0]} if name in split else set()
        if members and (len({question for question, _ in members} | own) > 1 or not all(item for _, item in members)):
            apart.append(name)
    allowed = "codes such as B3[SQ001] and B3[SQ002], of the set B3"
    what = f"the items of these sets are not items of one question: {named(apart)}"
    return [Problem(VARIABLES_FILE, what, allowed, _REMEDY, column="code")] if apart else []


def _dropped(codebook: Codebook, names: list[str]) -> list[Problem]:
    bad = []
    for name in names:
        codes = codebook.answers(name)["code"] if offers_answers(type_letter(name, codebook)) else codebook.answers(name)["code"][:0]
        if not codes[codes.ne(OTHER)].str.fullmatch(_ANSWER).all() and not codebook.variables.at[name, "set"]:
            bad.append(name)
    what = f"LimeSurvey would drop answers of {named(bad)}, for their codes"
    return [Problem(LEVELS_FILE, what, "letters and digits, at most 5", _REMEDY, column="code")] if bad else []


def _two_scales(names: list[str]) -> list[Problem]:
    what, allowed = f"a codebook does not tell the rows from the columns of {named(names)}", "a questionnaire (.lss) that asks for them"
    return [Problem(VARIABLES_FILE, what, allowed, "Name it under files.structure in study.yaml.", column="code")] if names else []
