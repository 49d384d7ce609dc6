"""Describe: a variable, a question or an index in JupyterLab, with its words, answers and gaps."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.data.codebook import CONFIDENTIAL, VARIABLES_FILE
from helpers.data.problems import Problem, StudyError, named
from helpers.data.study import Study
from helpers.workbench.counting import level_counts, number_summary, reason_counts, tick_counts

_WORDS_FILE = Path(__file__).with_name("describe.yaml")


@cache
def words(language: str) -> dict[str, Any]:
    """What a description says, in one language."""
    return yaml.safe_load(_WORDS_FILE.read_text(encoding="utf-8"))[language]


@dataclass(frozen=True, repr=False)
class Description:
    """What a variable, a question with several items, or an index holds: for the researcher, small counts included.

    Parameters
    ----------
    name, label, kind : str
        Its name in the study, its wording, and what is asked, in the study's language.
    facts : list of str
        Where it comes from, and how many answered.
    levels : DataFrame
        One row per answer (``answer``, ``count``, ``share``), or per item (``item`` and its numbers).
    missing : DataFrame
        One row per reason why there is no answer: ``reason``, ``count``.
    language : str
    values : Series, optional
        Numbers, for the chart.
    proportions : bool
        Whether the numbers are proportions, to be shown in per cent.
    """

    name: str
    label: str
    kind: str
    facts: list[str]
    levels: pd.DataFrame
    missing: pd.DataFrame
    language: str
    values: pd.Series | None = None
    proportions: bool = False

    def __repr__(self) -> str:
        from helpers.workbench.shown import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from helpers.workbench.shown import as_html

        return as_html(self)


class UnknownName(StudyError, AttributeError):
    """The study has nothing of that name; as an attribute it is one that does not exist."""


class Describe:
    """``study.describe("name")`` shows a variable, a question with several items, or an index; ``study.describe`` alone lists them all.

    Small counts are not suppressed: what it shows is for the researcher. Into a report it comes through `helpers.reporting.publish` only.

    Parameters
    ----------
    name : str
        One of the names that ``study.describe`` lists; ``study.describe.`` and the Tab key complete it.

    Returns
    -------
    Description
        The wording, the answers with counts and shares, a chart of numbers, and why answers are missing.

    Raises
    ------
    UnknownName
        A `StudyError`, if the study has nothing of that name; the message lists the nearest names.

    Examples
    --------
    ``study.describe("target_regions")`` and ``study.describe.target_regions`` are the same.
    """

    # Who computes the scores of an index is told from outside: this room does not know the survey strand.
    def __init__(self, study: Study, index_scores: Callable[[pd.DataFrame, pd.DataFrame], pd.Series]) -> None:
        self._study, self._index_scores, self._words = study, index_scores, words(study.language)

    def __call__(self, name: str) -> Description:
        if name not in self.names():
            raise UnknownName([self._unknown(name)])
        if name in self._study.settings.indices:
            return self._index(name)
        return self._set(name) if self._kind(name) == "set" else self._variable(name)

    __getitem__ = __call__

    def __getattr__(self, name: str) -> Description:
        if name.startswith("_"):
            raise AttributeError(name)
        return self(name)

    def __dir__(self) -> list[str]:
        return self.names()

    def _ipython_key_completions_(self) -> list[str]:
        return self.names()

    def __repr__(self) -> str:
        return self.overview().to_string(index=False)

    def __str__(self) -> str:
        return str(self._words["variables"].format(count=len(self.names())))

    def _repr_html_(self) -> str:
        from helpers.workbench.shown import overview_as_html

        return overview_as_html(self.overview(), self._words)

    def names(self) -> list[str]:
        """Everything that can be described, in the codebook's order."""
        variables, study = self._study.codebook.variables, self._study
        known = variables["type"].isin(["set", "text"]) | variables.index.isin([*study.responses.columns, *study.settings.indices])
        return [str(name) for name in variables.index[known]]

    def overview(self) -> pd.DataFrame:
        """One row per name: ``name``, ``type`` and ``label`` in words."""
        names = self.names()
        kinds = [self._words["index"] if name in self._study.settings.indices else self._kind_words(name) for name in names]
        return pd.DataFrame({"name": names, "type": kinds, "label": [self._label(name) for name in names]})

    def _unknown(self, name: str) -> Problem:
        names = self.names()
        near = difflib.get_close_matches(name.lower(), names, n=5, cutoff=0.5)
        near = list(dict.fromkeys([*near, *(each for each in names if len(name) > 2 and name.lower() in each)]))[:8]
        remedy = f"{f'Is it one of these: {named(near)}? ' if near else ''}study.describe lists all names."
        return Problem(VARIABLES_FILE, f"the study has no variable, question or index '{name}'", remedy=remedy, column="name")

    def _kind(self, name: str) -> str:
        return str(self._study.codebook.variables.at[name, "type"])

    def _label(self, name: str) -> str:
        return self._study.codebook.label(name, self._study.language)

    def _kind_words(self, name: str) -> str:
        members = self._study.codebook.members(name)
        kind = f"set_{self._kind(members[0])}" if members else self._kind(name)
        return str(self._words[kind])

    def _variable(self, name: str) -> Description:
        codebook, language = self._study.codebook, self._study.language
        if codebook.variables.at[name, "sensitivity"] in CONFIDENTIAL:
            return self._described(name, [self._words["hidden"]], pd.DataFrame(), None)
        answers = self._study.responses[name]
        facts, missing = [self._count([name])], self._reasons([name])
        if self._kind(name) in ("number", "share"):
            return self._described(name, facts, self._numbers({name: answers}), missing, values=answers)
        if self._kind(name) == "multiple":
            ticks = pd.DataFrame({"ticked": answers, "unticked": ~answers})
            return self._described(name, facts, tick_counts(ticks, [self._words["ticked"], self._words["unticked"]]), missing)
        return self._described(name, facts, level_counts(answers, name, codebook, language), missing)

    def _set(self, name: str) -> Description:
        members = [member for member in self._study.codebook.members(name) if member in self._study.responses]
        if not members:
            return self._described(name, [self._words["hidden"]], pd.DataFrame(), None)
        answers, labels = self._study.responses[members], [self._label(member) for member in members]
        kind = self._kind(members[0])
        if kind == "multiple":
            levels = tick_counts(answers, labels)
        elif kind in ("number", "share"):
            levels = self._numbers({member: answers[member] for member in members})
        else:
            levels = pd.DataFrame([self._shares(member) for member in members])
        return self._described(name, [self._count(members)], levels, self._reasons(members))

    def _shares(self, member: str) -> dict[str, object]:
        """An item of a battery: how many answered, and the share of each answer."""
        counted = level_counts(self._study.responses[member], member, self._study.codebook, self._study.language)
        return {"item": self._label(member), "n": int(counted["count"].sum()), **dict(zip(counted["answer"], counted["share"], strict=True))}

    def _index(self, name: str) -> Description:
        items = self._study.index_items()[name]
        scores = self._index_scores(self._study.responses, items)
        gaps = pd.Series({"too_few": int(scores.isna().sum())})
        missing = self._reason_table(gaps[gaps.gt(0)], [])
        made_of = self._words["made_of"].format(items=", ".join(items["variable"]))
        facts = [self._words["valued"].format(n=int(scores.notna().sum()), all=len(scores)), made_of]
        return self._described(name, facts, self._numbers({name: scores}), missing, values=scores)

    def _numbers(self, columns: dict[str, pd.Series]) -> pd.DataFrame:
        return pd.DataFrame([{"item": self._label(name), **number_summary(column)} for name, column in columns.items()])

    def _described(
        self, name: str, facts: list[str], levels: pd.DataFrame, missing: pd.DataFrame | None, *, values: pd.Series | None = None
    ) -> Description:
        code, parent = (str(self._study.codebook.variables.at[name, column]) for column in ("code", "set"))
        origin = [self._words["asked"].format(code=code) if code else ""] + ([self._words["of"].format(set=parent)] if parent else [])
        kind = self._words["index"] if name in self._study.settings.indices else self._kind_words(name)
        gaps = pd.DataFrame(columns=["reason", "count"]) if missing is None else missing
        proportions = "share" in {self._kind(each) for each in self._study.codebook.members(name) or [name]}
        return Description(name, self._label(name), kind, [*filter(None, origin), *facts], levels, gaps, self._study.language, values, proportions)

    def _count(self, names: list[str]) -> str:
        answered = int(self._study.responses[names].notna().any(axis=1).sum())
        asked = bool(self._study.codebook.variables.loc[names, "code"].ne("").any())
        return str(self._words["answered" if asked else "valued"].format(n=answered, all=len(self._study.responses)))

    def _reasons(self, names: list[str]) -> pd.DataFrame:
        known = [name for name in names if name in self._study.missing]
        unanswered = self._study.responses[names].isna().all(axis=1)
        return self._reason_table(reason_counts(self._study.missing[known], unanswered), names)

    def _reason_table(self, counts: pd.Series, names: list[str]) -> pd.DataFrame:
        """Reasons in words: those of the program, and declared ones by the answer that stands for them."""
        levels = pd.concat([self._study.codebook.answers(name) for name in names]) if names else self._study.codebook.levels[:0]
        declared = levels.drop_duplicates("missing").set_index("missing")[f"label_{self._study.language}"]
        told = [str(self._words["reasons"].get(reason) or declared.get(reason, str(reason).replace("_", " "))) for reason in counts.index]
        return pd.DataFrame({"reason": told, "count": counts.to_numpy()})
