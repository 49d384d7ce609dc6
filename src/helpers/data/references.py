"""References: every name that study.yaml mentions must exist, and be fit for its part."""

from __future__ import annotations

from collections.abc import Iterable

from helpers.data.codebook import CONFIDENTIAL, VARIABLES_FILE, Codebook
from helpers.data.frame import frame_variables
from helpers.data.plan import Model, term_variable
from helpers.data.problems import Problem, named
from helpers.data.settings import SETTINGS_FILE, Settings


def reference_problems(settings: Settings, codebook: Codebook, figures: Iterable[str] | None) -> list[Problem]:
    """What study.yaml names and the codebook, or data/published/figures.csv, does not have.

    Parameters
    ----------
    settings : Settings
    codebook : Codebook
        As read, without the groupings of study.yaml.
    figures : iterable of str or None
        Names of the published figures; None where they could not be read.
    """
    whole = codebook.with_groups(settings.groups)
    return [
        *_name_problems(settings, codebook),
        *_group_problems(settings, codebook),
        *_frame_problems(settings, codebook),
        *_variable_problems(settings, whole, _known_of_all(settings, codebook)),
        *_answer_problems(settings, whole),
        *_figure_problems(settings, figures),
    ]


def _name_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    taken = {
        f"{part}.{name}"
        for part, names in (("groups", settings.groups), ("indices", settings.indices))
        for name in names
        if name in codebook.variables.index
    }
    taken |= {f"indices.{name}" for name in settings.indices if name in settings.groups}
    return [
        Problem(SETTINGS_FILE, "a variable or grouping has this name already", remedy="Give it another name.", column=key) for key in sorted(taken)
    ]


def _group_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    problems = []
    for name, group in settings.groups.items():
        key = f"groups.{name}"
        merges = bool(group.levels[0].from_)
        kinds = ("single", "ordinal") if merges else ("number", "share")
        if group.of not in codebook.of_type(*kinds):
            allowed = f"a variable of type {' or '.join(kinds)}"
            problems.append(Problem(SETTINGS_FILE, "the codebook has no such variable for it", allowed, "Correct the name.", column=f"{key}.of"))
        elif merges:
            declared = codebook.real_answers(group.of)
            merged = [source for level in group.levels for source in level.from_]
            wrong = sorted({source for source in merged if merged.count(source) > 1 or source not in declared} | (set(declared) - set(merged)))
            if wrong:
                what = f"levels in no group, in two groups, or not declared: {named(wrong)}"
                problems.append(Problem(SETTINGS_FILE, what, remedy="Put each level of the variable into exactly one group.", column=key))
    return problems


def _frame_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    """A variable comes from the export by its code, else from the frame; answers and frame are linked by the unit."""
    problems = []
    nowhere = frame_variables(codebook)
    if settings.files.frame is None and nowhere:
        remedy = f"Give their export code in {VARIABLES_FILE}, or the frame as files.frame in {SETTINGS_FILE}."
        problems.append(
            Problem(VARIABLES_FILE, f"variables without an export code, and there is no frame: {named(nowhere)}", remedy=remedy, column="code")
        )
    if settings.files.frame is not None and settings.roles.unit in nowhere:
        remedy = f"Give its export code in {VARIABLES_FILE}; LimeSurvey's is 'token'."
        problems.append(
            Problem(SETTINGS_FILE, "the export does not carry the unit, so answers and frame cannot be linked", remedy=remedy, column="roles.unit")
        )
    if settings.files.frame is None and settings.weights is not None:
        problems.append(Problem(SETTINGS_FILE, "weights need a frame", remedy="Give it as files.frame, or take the weights out.", column="weights"))
    return problems


def _known_of_all(settings: Settings, codebook: Codebook) -> set[str]:
    names = set(frame_variables(codebook))
    return names | {name for name, group in settings.groups.items() if group.of in names}


def _variable_problems(settings: Settings, codebook: Codebook, known: set[str]) -> list[Problem]:
    """Wrong type, confidential, or unknown."""
    variables = codebook.variables
    public = set(variables.index[~variables["sensitivity"].isin(CONFIDENTIAL)])
    grouping, ticks, numeric = (
        [name for name in codebook.of_type(*kinds) if name in public] for kinds in (("single", "ordinal"), ("multiple",), ("number", "share"))
    )
    units = list(variables.index[variables["sensitivity"].eq("identifier") & variables["type"].eq("text")])
    measured, indices = [*grouping, *numeric, *ticks], list(settings.indices)
    roles = settings.roles
    wanted: list[tuple[str, list[str], list[str], str]] = [
        ("roles.unit", [roles.unit] if roles.unit else [], units, "a text that is an identifier"),
        ("roles.sector", [roles.sector] if roles.sector else [], grouping, "a single-choice or grouping variable"),
        ("roles.membership", roles.membership, measured, "variables of the codebook"),
        ("roles.outcome", [roles.outcome] if roles.outcome else [], [*indices, *measured], "an index, or a variable of the codebook"),
        ("cross.of", settings.cross.of, [*grouping, *ticks], "choice questions, tick boxes"),
        ("cross.by", settings.cross.by, grouping, "single-choice or grouping variables"),
        *[
            (f"indices.{name}", [item.variable for item in index.items], measured, "numbers, choices, tick boxes")
            for name, index in settings.indices.items()
        ],
    ]
    if settings.weights and settings.files.frame:
        margins = [name for name in grouping if name in known]
        wanted += [("weights.margins", settings.weights.margins, margins, "single-choice or grouping variables of the frame")]
    if settings.model:
        wanted += _model_names(settings.model, grouping, numeric, ticks, indices)
    return [
        Problem(SETTINGS_FILE, f"the codebook has nothing fitting called {named(lacking)}", allowed, "Correct the name, or the codebook.", column=key)
        for key, names, fitting, allowed in wanted
        if (lacking := [name for name in names if name not in fitting])
    ]


def _model_names(
    model: Model, grouping: list[str], numeric: list[str], ticks: list[str], indices: list[str]
) -> list[tuple[str, list[str], list[str], str]]:
    """What the model names, and what would fit."""
    measured = [*grouping, *numeric, *ticks]
    fitting = {
        **dict.fromkeys(("fractional_logit", "beta"), (indices, "an index")),
        "ordered_logit": (grouping, "an ordinal question"),
        **dict.fromkeys(("poisson", "negative_binomial"), (numeric, "a number")),
        "firth_logit": ([*grouping, *ticks], "a question with 'answer', or a tick box"),
    }
    others = [
        (f"model.alternatives.{place}", [other.outcome or model.outcome], *fitting[other.family]) for place, other in enumerate(model.alternatives)
    ]
    return [
        ("model.terms", [term_variable(term) for term in model.terms], measured, "variables of the codebook, or log(variable)"),
        ("model.outcome", [model.outcome], [*indices, *measured], "an index, or a variable of the codebook"),
        ("model.codings", model.codings, grouping, "single-choice or grouping variables"),
        *others,
    ]


def _answer_problems(settings: Settings, codebook: Codebook) -> list[Problem]:
    choices, ticks = codebook.of_type("single", "ordinal"), codebook.of_type("multiple")
    asked = [
        *(
            (f"compare.{number}", pair.variable or pair.question or "", pair.answer, ticks if pair.variable else choices)
            for number, pair in enumerate(settings.compare)
        ),
        *(
            (f"model.alternatives.{number}", other.outcome or "", other.answer, choices)
            for number, other in enumerate(settings.model.alternatives if settings.model else [])
            if other.answer is not None
        ),
    ]
    problems = []
    for key, question, answer, known in asked:
        if question not in known:
            problems.append(
                Problem(SETTINGS_FILE, "the codebook has no such question of the fitting type", named(known), "Correct the name.", column=key)
            )
        elif answer is not None and answer not in codebook.real_answers(question):
            allowed = named(codebook.real_answers(question))
            problems.append(Problem(SETTINGS_FILE, "the question has no such answer", allowed, "Correct the code.", column=f"{key}.answer"))
    return problems


def _figure_problems(settings: Settings, figures: Iterable[str] | None) -> list[Problem]:
    if figures is None:
        return []
    known = set(figures)
    lacking = [comparison.figure for comparison in settings.compare if comparison.figure not in known]
    remedy = "Correct the name, or add the figure with its source."
    return (
        [Problem(SETTINGS_FILE, f"data/published/figures.csv has no {named(lacking)}", named(sorted(known), 40), remedy, column="compare")]
        if lacking
        else []
    )
