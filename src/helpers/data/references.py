"""References: every name that study.yaml mentions must exist."""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers.data.codebook import Codebook
from helpers.data.problems import Problem, named
from helpers.data.settings import SETTINGS_FILE, Settings


def reference_problems(settings: Settings, codebook: Codebook, figures: Iterable[str] | None) -> list[Problem]:
    """What study.yaml names and the codebook, or data/published/figures.csv, does not have.

    Parameters
    ----------
    settings : Settings
    codebook : Codebook
        With the groupings of study.yaml.
    figures : iterable of str or None
        Names of the published figures; None where there is no such file.
    """
    return [
        *_group_problems(settings, codebook),
        *_variable_problems(settings, codebook),
        *_answer_problems(settings, codebook),
        *_figure_problems(settings, figures),
    ]


def _group_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    problems = []
    for name, group in settings.groups.items():
        key = f"groups.{name}"
        merges = bool(group.levels[0].from_)
        kinds = ("single", "ordinal") if merges else ("number", "share")
        if group.of not in codebook.of_type(*kinds):
            allowed = f"a variable of type {' or '.join(kinds)}"
            problems.append(Problem(SETTINGS_FILE, "the codebook has no such variable for it", allowed, column=f"{key}.of"))
        elif merges:
            answers = codebook.answers(group.of)
            declared = list(answers.loc[answers["missing"].eq(""), "code"])
            merged = [source for level in group.levels for source in level.from_]
            wrong = sorted({source for source in merged if merged.count(source) > 1 or source not in declared} | (set(declared) - set(merged)))
            if wrong:
                what = f"levels in no group, in two groups, or not declared: {named(wrong)}"
                problems.append(Problem(SETTINGS_FILE, what, remedy="Put each level of the variable into exactly one group.", column=key))
    return problems


def _variable_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    grouping, indices = codebook.of_type("single", "ordinal"), list(settings.indices)
    numeric, anything = codebook.of_type("number", "share"), list(codebook.variables.index)
    units = list(codebook.variables.index[codebook.variables["sensitivity"].eq("identifier")])
    measured = [*grouping, *numeric, *codebook.of_type("multiple")]
    wanted: list[tuple[str, list[str], list[str], str]] = [
        ("roles.unit", [settings.roles.unit] if settings.roles.unit else [], units, "an identifier"),
        ("roles.sector", [settings.roles.sector] if settings.roles.sector else [], grouping, "a single-choice or grouping variable"),
        ("roles.membership", settings.roles.membership, measured, "variables of the codebook"),
        ("roles.outcome", [settings.roles.outcome] if settings.roles.outcome else [], [*indices, *measured], "an index, or a variable of the codebook"),
        ("cross.of", settings.cross.of, [*grouping, *codebook.of_type("multiple")], "choice questions, tick boxes"),
        ("cross.by", settings.cross.by, grouping, "single-choice or grouping variables"),
        ("weights.margins", settings.weights.margins if settings.weights else [], grouping, "single-choice or grouping variables known of all units"),
        *[(f"indices.{name}", [item.variable for item in index.items], [*anything], "variables of the codebook") for name, index in settings.indices.items()],
    ]
    if settings.model:
        terms = [re.sub(r"^\w+\((\w+)\)$", r"\1", term) for term in settings.model.terms]
        wanted += [("model.terms", terms, measured, "variables of the codebook, or log(variable)")]
        wanted += [("model.outcome", [settings.model.outcome], [*indices, *measured], "an index, or a variable of the codebook")]
    return [
        Problem(SETTINGS_FILE, f"the codebook has nothing fitting called {named(lacking)}", allowed, column=key)
        for key, names, known, allowed in wanted
        if (lacking := [name for name in names if name not in known])
    ]


def _answer_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    problems = []
    for number, headline in enumerate(settings.headlines):
        key = f"headlines.{number}"
        known = codebook.sets("multiple") if headline.kind == "leading" else codebook.of_type("single", "ordinal")
        problems += _choice_problem(key, headline.question, headline.answer, known, codebook)
    for number, comparison in enumerate(settings.compare):
        key = f"compare.{number}"
        known = codebook.of_type("multiple") if comparison.variable else codebook.of_type("single", "ordinal")
        problems += _choice_problem(key, comparison.variable or comparison.question or "", comparison.answer, known, codebook)
    return problems


def _choice_problem(key: str, question: str, answer: str | None, known: list[str], codebook: Codebook) -> list[Problem]:
    if question not in known:
        return [Problem(SETTINGS_FILE, "the codebook has no such question of the fitting type", named(known), column=key)]
    codes = codebook.answers(question)["code"]
    if answer is not None and answer not in set(codes):
        return [Problem(SETTINGS_FILE, "the question has no such answer", named(codes), column=f"{key}.answer")]
    return []


def _figure_problems(settings: Settings, figures: Iterable[str] | None) -> list[Problem]:
    if figures is None or not settings.compare:
        return []
    known = set(figures)
    lacking = [comparison.figure for comparison in settings.compare if comparison.figure not in known]
    return [Problem(SETTINGS_FILE, f"data/published/figures.csv has no {named(lacking)}", named(sorted(known), 40), column="compare")] if lacking else []
