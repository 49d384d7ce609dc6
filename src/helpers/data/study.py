"""Study: what `open_study` makes of a folder of files, ready to compute with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.data.interviews.material import Interviews
from helpers.data.plan import MEMBERSHIP, SECTOR, Alternative, Index, term_variable
from helpers.data.problems import named
from helpers.data.settings import Settings


@dataclass(frozen=True, repr=False)
class Study:
    """A study, ready to compute with.

    Parameters
    ----------
    folder : Path
    language : {"de", "en"}
        Language of what is published from here.
    settings : Settings
    codebook : Codebook
        With the groupings of study.yaml.
    responses : DataFrame
        One row per respondent that counts, one column per variable and grouping, those of the frame included; identifiers and free text left out.
    missing : DataFrame
        Same rows and variables of the export: why there is no value, ``""`` where there is one.
    complete : Series of bool
        Whether the respondent finished.
    units : Series of str
        Which unit each respondent speaks for, "" where that is not known: to link waves and interviews, never to be published.
    eligible : Index of str or None
        Identifiers of the units in the frame, never to be published.
    frame : DataFrame or None
        One row per eligible unit, without identifiers.
    population : int or None
        Eligible units.
    interviews : Interviews
        Empty where the study has none.
    claims : DataFrame
        The statements to put to the test (see `read_claims`); without rows where the study has none.
    recommendations : DataFrame
        What the study advises (see `read_recommendations`); without rows where it advises nothing.
    previous : Study or None
        The wave before, where study.yaml names it and two waves were opened.
    figures : DataFrame
        Figures that others have published (see `read_figures`).
    ledger : DataFrame
        What became of every record (see `Selection`).
    ignored : list of str
        Columns of the export that the codebook does not know.
    confidential : frozenset of str
        Every identifier and free-text answer, and what the marks in transcripts hide: none of them may be published.
    """

    folder: Path
    language: str
    settings: Settings
    codebook: Codebook
    responses: pd.DataFrame
    missing: pd.DataFrame
    complete: pd.Series
    units: pd.Series
    eligible: pd.Index | None
    frame: pd.DataFrame | None
    population: int | None
    interviews: Interviews
    claims: pd.DataFrame
    recommendations: pd.DataFrame
    previous: Study | None
    figures: pd.DataFrame
    ledger: pd.DataFrame
    ignored: list[str]
    confidential: frozenset[str]
    min_cell: int

    def __repr__(self) -> str:
        of = f" of {self.population}" if self.population else ""
        return f"Study {self.settings.title[self.language]!r}: {len(self.responses)}{of} answers, {self.responses.shape[1]} variables"

    def in_language(self, language: str) -> Study:
        """The same study, to be published in another language."""
        return replace(self, language=language, previous=self.previous and self.previous.in_language(language))

    def answers(self, *names: str) -> pd.DataFrame:
        """Columns of `responses`: variables as named, sets by their items.

        Raises
        ------
        KeyError
            If there is no such variable or set.
        """
        columns = [column for name in names for column in (self.codebook.members(name) or [name])]
        lacking = [column for column in columns if column not in self.responses]
        if lacking:
            raise KeyError(f"the study has no variable or set {named(lacking)}; study.codebook.variables lists them")
        return self.responses[columns]

    def across(self, names: Iterable[str], statistic: Callable[..., pd.DataFrame], **options: Any) -> pd.DataFrame:
        """A statistic of several sets, one below the other.

        Parameters
        ----------
        names : iterable of str
            Sets of the codebook.
        statistic : callable
            Takes the answers to one set and returns a tidy table.
        **options
            Passed on to the statistic.

        Returns
        -------
        DataFrame
            The tables of the statistic, with the set's name in a first column ``question``; empty where there is no set.
        """
        tables = {name: statistic(self.answers(name), **options) for name in names}
        if not tables:
            return pd.DataFrame(columns=["question"])
        return pd.concat(tables, names=["question"]).reset_index(level="question").reset_index(drop=True)

    def asked(self, *types: str) -> list[str]:
        """Questions of the survey of these types that stand alone: in no battery, not from the frame, no grouping."""
        variables = self.codebook.variables
        alone = variables.index[variables["code"].ne("") & ~variables["set"].isin(self.codebook.sets("ordinal")) & variables["type"].isin(types)]
        return [name for name in alone if name in self.responses]

    def stated(self, *kinds: str) -> list[str]:
        """Questions on which the study puts statements of these kinds to the test, each once."""
        return list(dict.fromkeys(self.claims.loc[self.claims["kind"].isin(kinds), "question"]))

    def beside_frame(self) -> tuple[pd.DataFrame, pd.DataFrame | None]:
        """The respondents and the frame, on the variables and groupings known of every unit; no columns and None without a frame.

        A variable whose levels a grouping merges is told by that grouping.
        """
        if self.frame is None:
            return self.responses[[]], None
        merged = {group.of for group in self.settings.groups.values() if group.levels[0].from_}
        known = [name for name in self.frame.columns if name not in merged]
        return self.responses[known], self.frame[known]

    def sets(self, kind: str) -> dict[str, list[str]]:
        """The multiple-response sets (``multiple``) or batteries (``ordinal``) with their columns."""
        return {name: self.codebook.members(name) for name in self.codebook.sets(kind)}

    def comparisons(self) -> pd.DataFrame:
        """Published figures that study.yaml sets beside our own, and our answer.

        One row per figure: ``figure``, ``column``, ``answer`` (a level code, or None for a tick box), ``ours`` (the words of box or answer).
        """
        rows = [(pair.figure, str(pair.variable or pair.question), pair.answer) for pair in self.settings.compare]
        table = pd.DataFrame(rows, columns=["figure", "column", "answer"])
        return table.assign(ours=[self._answer_words(column, answer) for _, column, answer in rows])

    def _answer_words(self, column: str, answer: str | None) -> str:
        if answer is None:
            return str(self.codebook.label(column, self.language))
        return str(self.codebook.answers(column).set_index("code").at[answer, f"label_{self.language}"])

    def index_items(self) -> dict[str, pd.DataFrame]:
        """The indices with their items: ``variable``, ``low``, ``high`` (goalposts), ``weight``."""
        return {name: _items(index) for name, index in self.settings.indices.items()}

    def model_parts(self) -> dict[str, list[str]]:
        """Terms of the primary model by what they are of, ``sector_part`` and ``membership_part``; what has neither role is in neither."""
        model, roles = self.settings.model, self.settings.roles
        terms = list(model.terms) if model else []
        parts = {
            SECTOR: [term for term in terms if term_variable(term) == roles.sector],
            MEMBERSHIP: [term for term in terms if term_variable(term) in roles.membership],
        }
        return {part: own for part, own in parts.items() if own}

    def changes(self) -> dict[str, float]:
        """How far each numeric term of the model moves where its effect is told, in units of the term."""
        return {change.term: change.by for change in self.settings.model.changes} if self.settings.model else {}

    def plan(self) -> Plan:
        """The primary model as study.yaml fixes it; without outcome and terms where it fixes none."""
        model = self.settings.model
        outcome = model.outcome if model else None
        names = {language: self.codebook.label(outcome, language) if outcome else "" for language in ("de", "en")}
        return Plan(outcome, model.terms if model else [], model.alternatives if model else [], model.codings if model else [], names)

    def in_words(self, effects: pd.DataFrame, *, by: bool = True) -> pd.DataFrame:
        """Effects of a model with what they are of.

        Parameters
        ----------
        effects : DataFrame
            With ``term`` and, where it has categories, ``level`` (a level code, or "") or ``column`` (of the design, as in "sector[T.digital]").
        by : bool
            Whether to say what part of the model each is of.

        Returns
        -------
        DataFrame
            ``by`` (the part of the model, or the variable) and ``measure`` (the change, the level or the variable, in the study's language) instead.
        """
        part_of = {term: part for part, terms in self.model_parts().items() for term in terms}
        phrases = {change.term: change.label[self.language] for change in (self.settings.model.changes if self.settings.model else [])}
        pairs = list(zip(effects["term"], _levels(effects), strict=True))
        words = [self._level(term_variable(term), level) if level else phrases.get(term) or self._label(term_variable(term)) for term, level in pairs]
        told = effects.drop(columns=["term", "level", "column"], errors="ignore")
        told.insert(0, "measure", words)
        if by:
            told.insert(0, "by", [part_of.get(term, term_variable(term)) for term, _ in pairs])
        return told

    def coded(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table on the interviews with its codes in words: columns ``theme``, ``code`` and ``with_code`` in the study's language."""
        named = {code: self.interviews.label(code, self.language) for code in self.interviews.codes["code"]}
        return table.assign(**{column: table[column].map(named) for column in ("theme", "code", "with_code") if column in table})

    def _label(self, variable: str) -> str:
        return self.codebook.label(variable, self.language)

    def _level(self, variable: str, level: str) -> str:
        """A level in words; of a variable that has several terms beside it, such as a yes/no question, with its question."""
        answers = self.codebook.answers(variable).set_index("code")[f"label_{self.language}"]
        word = str(answers.get(level, level))
        if variable == self.settings.roles.sector:
            return word
        label = self._label(variable)
        return f"{label} {word}" if label.endswith("?") else f"{label}: {word}"

    def absent(self) -> list[str]:
        """What this study lacks, of ``frame``, ``population``, ``weights``, ``indices``, ``model``, ``interviews``, ``claims``, ``previous``."""
        settings = self.settings
        there = {"frame": self.frame, "population": self.population, "weights": settings.weights, "indices": settings.indices or None}
        there |= {"model": settings.model, "interviews": self.interviews or None, "claims": len(self.claims) or None, "previous": settings.previous}
        return [part for part, value in there.items() if value is None]


@dataclass(frozen=True)
class Plan:
    """The primary model: outcome (or None), terms, further models, other codings of the sector, and the outcome's name per language."""

    outcome: str | None
    terms: list[str]
    alternatives: list[Alternative]
    codings: list[str]
    names: dict[str, str]

    def label(self, language: str) -> str:
        """What readers see for the outcome."""
        return self.names[language]


def _levels(effects: pd.DataFrame) -> list[str]:
    """The category of each effect; "" for a numeric term."""
    if "level" in effects:
        return list(effects["level"])
    columns = effects["column"] if "column" in effects else pd.Series("", index=effects.index)
    return [match[1] if (match := re.search(r"\[T\.(.*)\]$", str(column))) else "" for column in columns]


def _items(index: Index) -> pd.DataFrame:
    return pd.DataFrame([(item.variable, item.low, item.high, item.weight) for item in index.items], columns=["variable", "low", "high", "weight"])
