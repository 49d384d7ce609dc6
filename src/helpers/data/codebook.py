"""Codebook: every variable and every answer, with its words in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.problems import Problem, StudyError, named
from helpers.data.settings import Group
from helpers.data.tabular import read_texts

VARIABLES_FILE, LEVELS_FILE = "codebook.csv", "levels.csv"
TYPES = ("single", "multiple", "ordinal", "number", "share", "text", "set")
SENSITIVITIES = ("open", "quasi", "identifier", "free")
CONFIDENTIAL = ("identifier", "free")
_VARIABLE_COLUMNS = ("name", "code", "type", "set", "unit", "low", "high", "label_de", "label_en", "sensitivity")
_LEVEL_COLUMNS = ("variable", "code", "order", "label_de", "label_en", "missing")


@dataclass(frozen=True)
class Codebook:
    """The variables of a study and their answers.

    Parameters
    ----------
    variables : DataFrame
        One row per variable or set, index = name: ``code`` (column of the export, empty: from the frame), ``type``, ``set``, ``unit``, ``low``,
        ``high`` (numbers or NaN), ``label_de``, ``label_en``, ``sensitivity``.
    levels : DataFrame
        One row per answer: ``variable`` (or set), ``code``, ``order`` (NaN for answers that are none), ``label_de``, ``label_en``, ``missing``.
    """

    variables: pd.DataFrame
    levels: pd.DataFrame

    def of_type(self, *types: str) -> list[str]:
        """Names of the variables of these types, in questionnaire order."""
        return list(self.variables.index[self.variables["type"].isin(types)])

    def members(self, name: str) -> list[str]:
        """Names of the items or options of a set, in questionnaire order."""
        return list(self.variables.index[(self.variables["set"] == name) & (self.variables["type"] != "set")])

    def sets(self, kind: str) -> list[str]:
        """Sets whose items are all of this type: ``multiple`` or ``ordinal``."""
        return [name for name in self.of_type("set") if set(self.variables.loc[self.members(name), "type"]) == {kind}]

    def answers(self, name: str) -> pd.DataFrame:
        """The levels that hold for a variable (its own, or its set's), real answers first, in order."""
        levels = self.levels[self.levels["variable"] == name]
        if levels.empty and name in self.variables.index and self.variables.at[name, "set"]:
            levels = self.levels[self.levels["variable"] == self.variables.at[name, "set"]]
        return levels.sort_values("order", kind="stable", na_position="last")

    def label(self, name: str, language: str) -> str:
        """What readers see for a variable or set."""
        return str(self.variables.at[name, f"label_{language}"])

    def with_groups(self, groups: dict[str, Group]) -> Codebook:
        """The codebook with the derived groupings of study.yaml as further variables."""
        rows = {name: _group_variable(group, self.variables) for name, group in groups.items()}
        levels = [
            {"variable": name, "code": level.code, "order": order, "label_de": level.label.de, "label_en": level.label.en, "missing": ""}
            for name, group in groups.items()
            for order, level in enumerate(group.levels, start=1)
        ]
        if not rows:
            return self
        variables = pd.concat([self.variables, pd.DataFrame.from_dict(rows, orient="index")])
        return Codebook(variables.rename_axis("name"), pd.concat([self.levels, pd.DataFrame(levels)], ignore_index=True))


def _group_variable(group: Group, variables: pd.DataFrame) -> dict[str, object]:
    ordered = not group.levels[0].from_
    sensitivity = variables.at[group.of, "sensitivity"] if group.of in variables.index else "open"
    labels = {"label_de": group.label.de, "label_en": group.label.en}
    nothing = {"code": "", "set": "", "unit": "", "low": float("nan"), "high": float("nan")}
    return {**nothing, **labels, "type": "ordinal" if ordered else "single", "sensitivity": sensitivity}


def read_codebook(folder: Path) -> Codebook:
    """Read and check codebook.csv and levels.csv.

    Raises
    ------
    StudyError
        With every problem of both files.
    """
    problems: list[Problem] = []
    variables = _table(folder, VARIABLES_FILE, _VARIABLE_COLUMNS, problems)
    levels = _table(folder, LEVELS_FILE, _LEVEL_COLUMNS, problems)
    if problems:
        raise StudyError(problems)
    problems += [*_variable_problems(variables), *_level_problems(levels, variables)]
    if problems:
        raise StudyError(problems)
    numbers = {column: pd.to_numeric(variables[column]) for column in ("low", "high")}
    return Codebook(variables.assign(**numbers).set_index("name"), levels.assign(order=pd.to_numeric(levels["order"])).reset_index(drop=True))


def _table(folder: Path, file: str, columns: tuple[str, ...], problems: list[Problem]) -> pd.DataFrame:
    try:
        table = read_texts(folder / file, name=file)
    except StudyError as error:
        problems += error.problems
        return pd.DataFrame(columns=list(columns))
    lacking = [column for column in columns if column not in table]
    if lacking:
        problems.append(Problem(file, f"columns are missing: {named(lacking)}", f"{', '.join(columns)}", "data/README.md says what they mean.", rows=[1]))
    return table


def _variable_problems(variables: pd.DataFrame) -> list[Problem]:
    def problem(bad: pd.Series, column: str, what: str, allowed: str = "", remedy: str = "") -> list[Problem]:
        return [Problem(VARIABLES_FILE, what, allowed, remedy, rows=list(variables.index[bad]), column=column)] if bad.any() else []

    sets = set(variables["name"][variables["type"] == "set"])
    numeric = variables["type"].isin(["number", "share"])
    return [
        *problem(~variables["name"].str.fullmatch(r"[a-z][a-z0-9_]*"), "name", "not a name", "small letters, digits and _, a letter first"),
        *problem(variables["name"].duplicated(keep=False), "name", "the name is given twice", remedy="Give each variable its own."),
        *problem(variables["code"].ne("") & variables["code"].duplicated(keep=False), "code", "the export code is given twice"),
        *problem(~variables["type"].isin(TYPES), "type", "no such type", ", ".join(TYPES)),
        *problem(~variables["sensitivity"].isin(SENSITIVITIES), "sensitivity", "no such sensitivity", ", ".join(SENSITIVITIES)),
        *problem(variables["set"].ne("") & ~variables["set"].isin(sets), "set", "no row of type 'set' has this name", remedy="Add that row; it holds the wording."),
        *problem((variables["type"] == "multiple") & variables["set"].eq(""), "set", "a tick box needs the name of its set"),
        *problem((variables["type"] == "text") & ~variables["sensitivity"].isin(CONFIDENTIAL), "sensitivity", "a text must be", ", ".join(CONFIDENTIAL)),
        *[row for column in ("label_de", "label_en") for row in problem(variables[column].eq(""), column, "the label is empty")],
        *[row for column in ("low", "high") for row in problem(~_number_or_empty(variables[column]), column, "not a number")],
        *problem(~numeric & (variables["low"].ne("") | variables["high"].ne("")), "low", "only numbers and shares have a range"),
    ]


def _level_problems(levels: pd.DataFrame, variables: pd.DataFrame) -> list[Problem]:
    def problem(bad: pd.Series, column: str, what: str, allowed: str = "", remedy: str = "") -> list[Problem]:
        return [Problem(LEVELS_FILE, what, allowed, remedy, rows=list(levels.index[bad]), column=column)] if bad.any() else []

    real = levels["missing"].eq("")
    declared = set(levels["variable"])
    choice = variables[variables["type"].isin(["single", "ordinal"])]
    without = choice[~choice["name"].isin(declared) & ~choice["set"].isin(declared)]
    remedy = f"Add its answers to {LEVELS_FILE}."
    undeclared = [Problem(VARIABLES_FILE, "no answers are declared", remedy=remedy, rows=list(without.index), column="name")] if len(without) else []
    return [
        *problem(~levels["variable"].isin(variables["name"]), "variable", f"{VARIABLES_FILE} has no such variable"),
        *problem(levels.duplicated(["variable", "code"], keep=False), "code", "the answer is declared twice for its variable"),
        *problem(real & (levels["order"].eq("") | ~_number_or_empty(levels["order"])), "order", "a real answer needs a number for its place"),
        *problem(real & levels[real].duplicated(["variable", "order"], keep=False).reindex(levels.index, fill_value=False), "order", "two answers share a place"),
        *problem(~levels["missing"].str.fullmatch(r"[a-z_]*"), "missing", "not a reason", "small letters and _, such as dont_know"),
        *[row for column in ("label_de", "label_en") for row in problem(levels[column].eq(""), column, "the label is empty")],
        *undeclared,
    ]


def _number_or_empty(texts: pd.Series) -> pd.Series:
    return texts.eq("") | pd.to_numeric(texts, errors="coerce").notna()
