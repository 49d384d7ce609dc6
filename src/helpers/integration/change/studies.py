"""Studies: two waves of a study, reduced to what can be compared between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from helpers.integration.change.overlap import Populations
from helpers.integration.change.questions import question_words, questions_apart
from helpers.integration.change.units import populations
from helpers.quantitative.index.tables import with_indices
from helpers.quantitative.likert import scale_segments

UNIT = "unit"
APART = ["question", "reason", "n"]
_CHOICES, _ALL = ("single", "ordinal"), ("single", "ordinal", "number", "share")


class Wave(Protocol):
    """What the comparison needs of a study, as returned by `open_study`."""

    @property
    def responses(self) -> pd.DataFrame: ...
    @property
    def missing(self) -> pd.DataFrame: ...
    @property
    def units(self) -> pd.Series: ...
    @property
    def eligible(self) -> pd.Index | None: ...
    @property
    def population(self) -> int | None: ...
    @property
    def min_cell(self) -> int: ...
    @property
    def codebook(self) -> Any: ...
    @property
    def settings(self) -> Any: ...
    @property
    def claims(self) -> pd.DataFrame: ...
    def asked(self, *types: str) -> list[str]: ...
    def sets(self, kind: str) -> dict[str, list[str]]: ...
    def index_items(self) -> dict[str, pd.DataFrame]: ...


@dataclass(frozen=True)
class Waves:
    """Two waves of a study, side by side.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent: ``unit`` (its identifier, never to be published) and the questions with answers to choose from that were put
        alike in both waves. Where a battery has to be shown by sides in either wave (see `likert_distribution`), its answers are merged here,
        too: single steps beside sides would give the hidden ones away.
    scores_before, scores_now : DataFrame
        One row per respondent: ``unit`` and the indices whose items were all put alike, with the goalposts and weights of the later wave.
    sets : dict
        Name of a set or battery -> its columns that can be compared.
    apart : DataFrame
        One row per question that cannot be compared: ``question``, ``reason`` (see `questions_apart`), ``n`` (who answered it, in the later wave
        that asked it).
    eligible_before, eligible_now : Series or None
        Identifiers of the eligible units.
    populations : Populations
    ended : int or None
        Year in which the earlier wave ended; None where there is none.
    least : int
        Smallest number of respondents behind a published number, in the stricter of the two studies.
    """

    before: pd.DataFrame
    now: pd.DataFrame
    scores_before: pd.DataFrame
    scores_now: pd.DataFrame
    sets: Mapping[str, Sequence[str]]
    apart: pd.DataFrame
    eligible_before: pd.Series | None
    eligible_now: pd.Series | None
    populations: Populations
    ended: int | None
    least: int


def two_waves(before: Wave | None, now: Wave) -> Waves:
    """Set two waves of a study side by side.

    Parameters
    ----------
    before : Wave or None
        The earlier study; without one the tables have no respondents and nothing to compare.
    now : Wave
        The later one, whose indices and sets count.

    Returns
    -------
    Waves
    """
    if before is None:
        nobody = pd.DataFrame({UNIT: pd.Series(dtype="string")})
        return Waves(nobody, nobody, nobody, nobody, {}, pd.DataFrame(columns=APART), None, None, Populations(), None, now.min_cell)
    tables = [wave.responses[_questions(wave, *_ALL)] for wave in (before, now)]
    words = [_words(wave) for wave in (before, now)]
    apart = questions_apart(*tables, words_before=words[0], words_now=words[1])
    alike = [name for name in _questions(now, *_CHOICES) if name not in set(apart["question"])]
    items = {name: own for name, own in now.index_items().items() if set(own["variable"]) <= set(_comparable_items(before, now, words))}
    answered = [table.notna().sum() for table in tables]
    n = apart["question"].map(answered[1]).fillna(apart["question"].map(answered[0])).astype("int64")
    sets = {name: own for name, members in _sets(now).items() if (own := [member for member in members if member in alike])}
    least = max(before.min_cell, now.min_cell)
    merged = _merged_answers([before, now], sets, least=least)
    listed = [None if wave.eligible is None else pd.Series(wave.eligible) for wave in (before, now)]
    return Waves(
        before=_with_merged(before.responses[alike], merged).assign(**{UNIT: before.units}),
        now=_with_merged(now.responses[alike], merged).assign(**{UNIT: now.units}),
        scores_before=with_indices(before.responses, items)[list(items)].assign(**{UNIT: before.units}),
        scores_now=with_indices(now.responses, items)[list(items)].assign(**{UNIT: now.units}),
        sets=sets,
        apart=apart.assign(n=n)[APART],
        eligible_before=listed[0],
        eligible_now=listed[1],
        populations=_populations(before, now, *listed),
        ended=int(before.settings.fieldwork.end.year),
        least=least,
    )


def comparable_claims(before: Wave, now: Wave, waves: Waves) -> pd.DataFrame:
    """The statements on answers whose questions were all put alike in both waves.

    Parameters
    ----------
    before, now : Wave
    waves : Waves
        Of both.

    Returns
    -------
    DataFrame
        Rows of the later wave's claims. Left out are statements on interviews, and on the model, which is fitted to each wave anew.
    """
    claims = now.claims
    alike = set(_comparable_items(before, now, [_words(wave) for wave in (before, now)]))
    whole = {name for name, members in _sets(now).items() if members == _sets(before).get(name) and set(members) <= alike}
    columns = [_named(line) for line in claims.to_dict("records")]
    fits = pd.Series([bool(names) and all(name in alike | whole for name in names) for names in columns], index=claims.index, dtype=bool)
    return claims[fits.groupby(claims["id"]).transform("all")] if len(claims) else claims


def _merged_answers(waves: Sequence[Wave], sets: Mapping[str, Sequence[str]], *, least: int) -> dict[str, pd.Series]:
    """Columns of batteries whose steps one of the waves cannot show: column -> segment of each answer."""
    merged: dict[str, pd.Series] = {}
    for wave in waves:
        for name, members in wave.sets("ordinal").items():
            asked = [member for member in members if member in wave.responses]
            segments = scale_segments(wave.responses[asked], least=least) if name in sets and asked else pd.Series(dtype="str")
            merged |= {column: segments for column in sets.get(name, ()) if not segments.is_unique}
    return merged


def _with_merged(answers: pd.DataFrame, merged: Mapping[str, pd.Series]) -> pd.DataFrame:
    columns = {
        name: pd.Categorical(answers[name].astype("str").map(segments), categories=segments.unique(), ordered=True)
        for name, segments in merged.items()
    }
    return answers.assign(**columns)


def _named(line: dict[Any, Any]) -> list[str]:
    """What a statement's test is about; of the model a part, which is no question, and of interviews nothing."""
    return line["options"].split("|") if line["kind"] == "ratings" else [name for name in (line["question"], line["with"]) if name]


def _questions(wave: Wave, *types: str) -> list[str]:
    """Questions of these types that stand alone, and the columns of all sets and batteries."""
    together = [column for members in _sets(wave).values() for column in members if column in wave.responses]
    return list(dict.fromkeys([*wave.asked(*types), *together]))


def _sets(wave: Wave) -> dict[str, list[str]]:
    return {**wave.sets("multiple"), **wave.sets("ordinal")}


def _words(wave: Wave) -> pd.Series:
    """How each question was put, in both languages."""
    german, english = (question_words(wave.codebook.variables, wave.codebook.levels, language=language) for language in ("de", "en"))
    return german + "\n" + english


def _comparable_items(before: Wave, now: Wave, words: Sequence[pd.Series]) -> list[str]:
    """All variables, those of the frame included, that were put alike."""
    apart = questions_apart(before.responses, now.responses, words_before=words[0], words_now=words[1])
    return [str(name) for name in now.responses if name not in set(apart["question"])]


def _populations(before: Wave, now: Wave, listed_before: pd.Series | None, listed_now: pd.Series | None) -> Populations:
    """Where units are not listed, their numbers as the studies declare them."""
    if listed_before is not None and listed_now is not None:
        return populations(listed_before, listed_now)
    return Populations(before.population, now.population)
