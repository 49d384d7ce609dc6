"""Codebook: every variable and every answer, with its words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers.data.plan import Label
from helpers.data.problems import Problem, StudyError, named
from helpers.data.settings import Group
from helpers.data.tabular import read_texts

VARIABLES_FILE, LEVELS_FILE = "codebook.csv", "levels.csv"
TYPES = ("single", "multiple", "ordinal", "number", "share", "text", "set")
SENSITIVITIES = ("open", "quasi", "identifier", "free")
CONFIDENTIAL = ("identifier", "free")
# The usual words in a tick box, whatever their case.
TICKED, UNTICKED = ("y", "yes", "ja", "1", "true", "wahr"), ("n", "no", "nein", "0", "false", "falsch")
_VARIABLE_COLUMNS = ("name", "code", "type", "set", "unit", "low", "high", "label_de", "label_en", "sensitivity")
_UNASKED = {"code": "", "set": "", "unit": "", "low": float("nan"), "high": float("nan"), "sensitivity": "open"}  # of a variable that is computed
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

    def _repr_html_(self) -> str:
        return str(self.variables[["code", "type", "set", "label_de", "label_en"]].to_html(max_rows=40))

    def of_type(self, *types: str) -> list[str]:
        """Names of the variables of these types, in questionnaire order."""
        return list(self.variables.index[self.variables["type"].isin(types)])

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        members = self.variables.loc[self.variables["type"] != "set", "set"]
        return {str(of): [str(name) for name in names] for of, names in members.groupby(members, sort=False).groups.items()}

    @cached_property
    def _answers(self) -> Mapping[str, pd.DataFrame]:
        ordered = self.levels.sort_values("order", kind="stable", na_position="last")
        return {str(name): levels for name, levels in ordered.groupby("variable", sort=False)}

    @cached_property
    def _kinds(self) -> Mapping[str, set[str]]:
        types = self.variables["type"].to_dict()
        return {name: {types[member] for member in self.members(name)} for name in self.of_type("set")}

    def members(self, name: str) -> list[str]:
        """Names of the items or options of a set, in questionnaire order."""
        return list(self._members.get(name, []))

    def sets(self, kind: str) -> list[str]:
        """Sets whose items are all of this type: ``multiple`` or ``ordinal``."""
        return [name for name, kinds in self._kinds.items() if kinds == {kind}]

    def answers(self, name: str) -> pd.DataFrame:
        """The levels that hold for a variable (its own, or its set's), real answers first, in order."""
        of = str(self.variables.at[name, "set"]) if name in self.variables.index else ""
        levels = self._answers.get(name, self._answers.get(of))
        return self.levels.iloc[:0] if levels is None else levels.copy()

    def real_answers(self, name: str) -> list[str]:
        """Codes of the answers that are some, in order."""
        answers = self.answers(name)
        return list(answers.loc[answers["missing"] == "", "code"])

    def label(self, name: str, language: str) -> str:
        """What readers see for a variable or set."""
        return str(self.variables.at[name, f"label_{language}"])

    def with_groups(self, groups: Mapping[str, Group]) -> Codebook:
        """The codebook with the derived groupings of study.yaml as further variables; one that has a variable's name is left out."""
        new = {name: group for name, group in groups.items() if name not in self.variables.index}
        if not new:
            return self
        rows = pd.DataFrame.from_dict({name: _group_variable(group, self.variables) for name, group in new.items()}, orient="index")
        levels = [
            {"variable": name, "code": level.code, "order": order, "label_de": level.label.de, "label_en": level.label.en, "missing": ""}
            for name, group in new.items()
            for order, level in enumerate(group.levels, start=1)
        ]
        variables = pd.concat([self.variables, rows]).rename_axis("name")
        return Codebook(variables, pd.concat([self.levels, pd.DataFrame(levels)], ignore_index=True))

    def with_words(self, labels: Mapping[str, Label]) -> Codebook:
        """The codebook with what is computed, such as the indices of study.yaml, as further variables: they have words, and no answers."""
        rows = {name: _UNASKED | {"label_de": label.de, "label_en": label.en, "type": "number"} for name, label in labels.items()}
        if not rows:
            return self
        return Codebook(pd.concat([self.variables, pd.DataFrame.from_dict(rows, orient="index")]).rename_axis("name"), self.levels)


def _group_variable(group: Group, variables: pd.DataFrame) -> dict[str, object]:
    ordered = not group.levels[0].from_
    sensitivity = variables.at[group.of, "sensitivity"] if group.of in variables.index else "open"
    labels = {"label_de": group.label.de, "label_en": group.label.en}
    return {**_UNASKED, **labels, "type": "ordinal" if ordered else "single", "sensitivity": sensitivity}


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
        problems.append(Problem(file, f"columns are missing: {named(lacking)}", named(columns), "data/README.md says what they mean.", rows=[1]))
    elif file == VARIABLES_FILE and table.empty:
        problems.append(Problem(file, "the file has a header and no variables", remedy="Write one row per variable."))
    return table


def _variable_problems(variables: pd.DataFrame) -> list[Problem]:
    kind, of, low, high = variables["type"], variables["set"], variables["low"], variables["high"]
    sets = variables["name"][kind == "set"]
    numeric, confidential = kind.isin(["number", "share"]), variables["sensitivity"].isin(CONFIDENTIAL)
    mixed = variables["set"].ne("") & kind.ne("set") & variables.groupby("set")["type"].transform("nunique").gt(1)
    readable = _number_or_empty(low) & _number_or_empty(high)
    bounds = variables[["low", "high"]].where(readable, "").apply(pd.to_numeric)
    names, codes = "small letters, digits and _, a letter first", "Give each variable its own."
    checks = [
        (~variables["name"].str.fullmatch(r"[a-z][a-z0-9_]*"), "name", "not a name", names, "Rename it."),
        (_twice(variables["name"]), "name", "the name is given twice", "", codes),
        (_twice(variables["code"]), "code", "the export code is given twice", "", codes),
        (~kind.isin(TYPES), "type", "no such type", ", ".join(TYPES), "Correct it."),
        (~variables["sensitivity"].isin(SENSITIVITIES), "sensitivity", "no such sensitivity", ", ".join(SENSITIVITIES), "Correct it."),
        (of.ne("") & ~of.isin(sets), "set", "no row of type 'set' has this name", "", "Add that row; it holds the wording."),
        ((kind == "set") & of.ne(""), "set", "a set cannot belong to a set", "", "Leave it empty."),
        (
            (kind == "set") & ~variables["name"].isin(of),
            "name",
            "no variable belongs to this set",
            "",
            "Name it in the column 'set' of its items, or take it out.",
        ),
        (mixed, "set", "the items of the set are of different types", "", "Leave 'set' empty where the type differs, such as for other answers."),
        ((kind == "multiple") & of.eq(""), "set", "a tick box needs the name of its set", "", "Name it, and add a row of type 'set'."),
        ((kind == "multiple") & confidential, "sensitivity", "a tick box cannot be confidential", "open, quasi", "Make it a text."),
        ((kind == "text") & ~confidential, "sensitivity", "a text may hold anything", ", ".join(CONFIDENTIAL), "Correct it."),
        (variables["label_de"].eq(""), "label_de", "the label is empty", "", "Write it."),
        (variables["label_en"].eq(""), "label_en", "the label is empty", "", "Write it."),
        (~_number_or_empty(low), "low", "not a number", "a number with a decimal point, or nothing", "Correct it."),
        (~_number_or_empty(high), "high", "not a number", "a number with a decimal point, or nothing", "Correct it."),
        (bounds["low"] > bounds["high"], "low", "the range is upside down", "low below high", "Exchange them."),
        (~numeric & (low.ne("") | high.ne("")), "low", "only numbers and shares have a range", "", "Leave 'low' and 'high' empty."),
    ]
    return list(_found(VARIABLES_FILE, variables, checks))


def _level_problems(levels: pd.DataFrame, variables: pd.DataFrame) -> list[Problem]:
    real = levels["missing"] == ""
    choice = variables[variables["type"].isin(["single", "ordinal"])]
    answered = set(levels["variable"][real])
    declared = set(levels["variable"])
    without = ~choice["name"].isin(answered) & (choice["name"].isin(declared) | ~choice["set"].isin(answered))
    places = levels["order"].where(real, "").map({str(place): place for place in range(1, len(levels) + 1)})
    gaps = real & (
        places.isna() | _twice(levels["variable"] + "," + levels["order"], among=real) | places.gt(real.groupby(levels["variable"]).transform("sum"))
    )
    ticks = levels["variable"].isin([*variables["set"][variables["type"] == "multiple"], *variables["name"][variables["type"] == "multiple"]]) & real
    word = levels["code"].str.casefold()
    upside_down = ticks & (word.isin(TICKED) & places.ne(1) | word.isin(UNTICKED) & places.eq(1))
    checks = [
        (
            ~levels["variable"].isin(variables["name"]),
            "variable",
            f"{VARIABLES_FILE} has no such variable",
            "",
            "Correct the name, or add the variable.",
        ),
        (levels["code"].eq(""), "code", "the answer has no code", "", "Give the code that stands in the export."),
        (
            _twice(levels["variable"] + "," + levels["code"], among=levels["code"].ne("")),
            "code",
            "the answer is declared twice for its variable",
            "",
            "Keep one of them.",
        ),
        (gaps, "order", "the real answers of a variable are numbered 1, 2, 3 ...", "each number once", "Number them in their natural order."),
        (~real & levels["order"].ne(""), "order", "an answer that is none has no place", "nothing", "Leave it empty, or 'missing'."),
        (upside_down, "order", "the first answer of a tick box is the tick", "", "Put the tick first."),
        (~levels["missing"].str.fullmatch(r"[a-z_]*"), "missing", "not a reason", "small letters and _, such as dont_know", "Correct it."),
        (levels["label_de"].eq(""), "label_de", "the label is empty", "", "Write it."),
        (levels["label_en"].eq(""), "label_en", "the label is empty", "", "Write it."),
        (_same_label(levels, "label_de"), "label_de", "two answers of a question read the same", "", "Word them apart."),
        (_same_label(levels, "label_en"), "label_en", "two answers of a question read the same", "", "Word them apart."),
    ]
    undeclared = [(without.reindex(variables.index, fill_value=False), "name", "no answers are declared", "", f"Add its answers to {LEVELS_FILE}.")]
    return [*_found(LEVELS_FILE, levels, checks), *_found(VARIABLES_FILE, variables, undeclared)]


def _found(file: str, table: pd.DataFrame, checks: Iterable[tuple[pd.Series, str, str, str, str]]) -> Iterator[Problem]:
    for bad, column, what, allowed, remedy in checks:
        if bad.any():
            yield Problem(file, what, allowed, remedy, rows=[int(row) for row in table.index[bad]], column=column)


def _twice(texts: pd.Series, *, among: pd.Series | None = None) -> pd.Series:
    """Which texts occur more than once; empty ones never."""
    counted = texts.ne("") if among is None else texts.ne("") & among
    return counted & texts.where(counted).duplicated(keep=False)


def _same_label(levels: pd.DataFrame, side: str) -> pd.Series:
    return _twice(levels["variable"] + "," + levels[side], among=levels[side].ne(""))


def _number_or_empty(texts: pd.Series) -> pd.Series:
    return texts.eq("") | pd.to_numeric(texts, errors="coerce").notna()
