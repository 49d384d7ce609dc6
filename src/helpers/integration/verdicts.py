"""Verdicts: every test of every statement, with its numbers, what it assumes, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.integration.comparison import every_answer_has
from helpers.integration.statements.associations import association_test, scale_of
from helpers.integration.statements.importance import importance_test
from helpers.integration.statements.rankings import ranking_tests
from helpers.integration.statements.rule import OPEN, UNTESTED, VERDICTS
from helpers.integration.statements.shares import ratings_tests, share_test
from helpers.quantitative.kept import kept

NOT_ASKED = "not_shown"
# Keys of the sentences that say what a probability rests on.
POPULATION, SOME_ASKED, UNBOUNDED, PROCESS, INTERVIEWS = "population", "asked_some", "unbounded", "process", "interviews"
NO_ANSWERS, NO_MODEL = "no_answers", "no_model"
COLUMNS = (
    *("id", "part", "kind", "step", "option", "other"),
    *("count", "n", "eligible", "share", "low", "high", "worst_low", "worst_high", "effect", "effect_low", "effect_high"),
    *("probability", "p_value", "survives", "verdict", "assumption"),
)
_EMPTY = {"step": "", "option": "", "other": "", "n": 0, "survives": None}
_Test = dict[str, object]


@dataclass(frozen=True)
class _Survey:
    """What every test is taken on."""

    responses: pd.DataFrame
    reasons: pd.DataFrame | None
    sets: Mapping[str, Sequence[str]]
    population: int | None
    draws: dict[str, int]

    def asked(self, columns: Sequence[str]) -> tuple[pd.DataFrame, int | None, str]:
        """Answers to some questions, the units that they are about, and what that rests on: who was not asked is none of these units."""
        answers = self.responses[list(columns)]
        outside = 0
        if self.reasons is not None:
            known = self.reasons.reindex(columns=list(columns))
            outside = int((known.eq(NOT_ASKED).any(axis=1) & answers.isna().any(axis=1)).sum())
        if self.population is None:
            return answers, None, UNBOUNDED
        return answers, self.population - outside, SOME_ASKED if outside else POPULATION


@kept
def statement_verdicts(
    responses: pd.DataFrame,
    claims: pd.DataFrame,
    sets: Mapping[str, Sequence[str]],
    *,
    population: int | None,
    resamples: int,
    seed: int,
    importance: pd.DataFrame | None = None,
    reasons: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The verdict on every test of every statement.

    Parameters
    ----------
    responses : DataFrame
        One row per respondent, typed columns (`open_study(...).responses`).
    claims : DataFrame
        One row per part of a statement: ``id``, ``part``, ``kind``, ``question``, ``answer``, ``options``, ``with``, ``sign``
        (see `helpers.data.claims.read_claims`).
    sets : mapping
        Name of each multiple-response set -> its option columns.
    population : int or None
        Eligible units, respondents included; None where that is not known: then no statement on this population is more than a tendency.
    resamples : int
        Draws from the posterior.
    seed : int
        Every test starts from it, so a row does not depend on which others are asked for, nor on the order of the respondents.
    importance : DataFrame, optional
        Parts of the study's model: ``measure`` (its name), ``n``, ``excess``, ``excess_low``, ``excess_high``, ``p_value``.
    reasons : DataFrame, optional
        Same rows and columns as ``responses``: why there is no value. Respondents who were not asked ("not_shown") are taken out of the
        population that a question is about; all other missing answers are units of it that have not been seen.

    Returns
    -------
    DataFrame
        One row per test, in the order of the statements: ``id``, ``part``, ``kind``, ``step`` ("" where a part has one test; of an ordering
        "first", "next_2" ..., "rest", "whole"; of ratings "item", "whole"), ``option`` and ``other`` (what is compared); ``count``, ``n``
        (respondents who answered), ``eligible`` (units that the question is about; nan where not known), ``share``, ``low``, ``high``
        (proportions, 95 % Wilson interval); ``effect`` with ``effect_low``, ``effect_high`` (95 %; rankings: share of the option minus that of the
        other; associations: gamma, or the difference of two shares; importance: excess over chance); ``worst_low``, ``worst_high`` (worst case
        of non-response: of the share; of the smallest difference; of the excess of agreeing over contradicting pairs); ``probability`` (that
        the statement holds in this population), ``p_value`` (importance), ``survives`` (no non-response turns the sign
        round; missing where that does not apply), ``verdict``
        ("supported", "tendency", "open", "doubtful", "against"; "untested" for statements on interviews alone) and ``assumption``: "population"
        (Polya posterior, non-response ignorable, worst case beside it), "asked_some" (the same for those who were asked; who did not answer
        counts as asked), "unbounded" (Bayesian bootstrap; population and worst case not known), "process" (regression, no finite population),
        "interviews", "no_answers", "no_model".

    Raises
    ------
    ValueError
        If statements name columns or sets that are not there, or a kind that is none.

    References
    ----------
    Ghosh and Meeden (1997), "Bayesian Methods for Finite Population Sampling"; Manski (2003), "Partial Identification of Probability
    Distributions".
    """
    survey = _Survey(responses, reasons, sets, population, {"resamples": resamples, "seed": seed})
    lines = claims.to_dict("records")
    _refuse_unknown(lines, survey)
    rows = []
    for line in lines:
        tests = _importance(line, importance) if line["kind"] == "importance" else _TESTS[line["kind"]](line, survey)
        rows += [{**_EMPTY, "id": line["id"], "part": line["part"], "kind": line["kind"], **test} for test in tests]
    whole_numbers = {"part": "int64", "n": "int64", "count": "Int64", "eligible": "Int64", "survives": "boolean"}
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole_numbers)


def verdict_counts(ledger: pd.DataFrame) -> pd.DataFrame:
    """How many statements got which verdict: one row with ``n`` (statements) and a column per verdict; none where there are no statements."""
    counts = {verdict: [int(ledger["verdict"].eq(verdict).sum())] for verdict in VERDICTS}
    return pd.DataFrame({"n": [len(ledger)], **counts}).head(len(ledger))


def stated_shares(tests: pd.DataFrame, claims: pd.DataFrame, responses: pd.DataFrame, *, language: str, least: int) -> pd.DataFrame:
    """The shares of majority and minority statements with what non-response leaves open.

    Parameters
    ----------
    tests : DataFrame
        See `statement_verdicts`.
    claims : DataFrame
        The statements, with their words.
    responses : DataFrame
        One row per respondent.
    language : {"de", "en"}
    least : int
        Statements on a question are left out where an answer to it was given by fewer respondents: by its words alone, nobody could tell that
        the share belongs to that question's other answers.

    Returns
    -------
    DataFrame
        One row per statement: ``measure`` (its words, or those of its part), ``count``, ``n``, ``share``, ``low``, ``high``, ``worst_low``,
        ``worst_high``; none where the population is not known.
    """
    stated = tests[tests["kind"].isin(["majority", "minority"]) & tests["assumption"].isin([POPULATION, SOME_ASKED])]
    own = claims.set_index(["id", "part"]).reindex(pd.MultiIndex.from_frame(stated[["id", "part"]]))
    told = np.array([every_answer_has(responses[question], least=least) for question in own["question"]], dtype=bool)
    words = own[f"part_{language}"].where(own[f"part_{language}"].ne(""), own[f"statement_{language}"])
    table = stated.assign(measure=words.to_numpy())[["measure", "count", "n", "share", "low", "high", "worst_low", "worst_high"]]
    return table[told].reset_index(drop=True)


def whether_said(answers: pd.Series, said: str) -> pd.Series:
    """Whether each respondent gave one of the answers (codes joined by "|"), or ticked the box; missing where nothing was answered."""
    return answers.isin(said.split("|")).astype("boolean").mask(answers.isna()) if said else answers.astype("boolean")


def _share(line: dict, survey: _Survey) -> list[_Test]:
    answers, units, assumption = survey.asked([line["question"]])
    said = whether_said(answers[line["question"]], line["answer"]).dropna().astype(bool)
    if said.empty:
        return [_nothing(NO_ANSWERS)]
    tested = share_test(said, population=units, minority=line["kind"] == "minority")
    return [{**tested, "eligible": units, "assumption": assumption}]


def _ratings(line: dict, survey: _Survey) -> list[_Test]:
    items = line["options"].split("|")
    answers, units, assumption = survey.asked(items)
    said = pd.DataFrame({item: whether_said(answers[item], line["answer"]) for item in items})
    tests = ratings_tests(said, population=units, **survey.draws)
    silent = [{**_nothing(NO_ANSWERS), "step": "item", "option": item} for item in items if said[item].isna().all()]
    return [{"eligible": units, "assumption": assumption, **test} for test in tests] + silent


def _ranking(line: dict, survey: _Survey) -> list[_Test]:
    answers, units, assumption = survey.asked(survey.sets[line["question"]])
    ticks = answers.dropna().astype(bool)
    if ticks.empty:
        return [_nothing(NO_ANSWERS)]
    options = line["options"].split(">" if line["kind"] == "ordering" else "|")
    tests = ranking_tests(ticks, options, kind=line["kind"], population=units, **survey.draws)
    return [{**test, "eligible": units, "assumption": assumption} for test in tests]


def _association(line: dict, survey: _Survey) -> list[_Test]:
    answers, units, assumption = survey.asked([line["question"], line["with"]])
    if answers.dropna().empty:
        return [_nothing(NO_ANSWERS)]
    first, second = scale_of(answers[line["question"]], said=line["answer"]), scale_of(answers[line["with"]])
    tested = association_test(first, second, positive=line["sign"] == "+", population=units, **survey.draws)
    return [{**tested, "option": line["question"], "other": line["with"], "eligible": units, "assumption": assumption}]


def _importance(line: dict, explained: pd.DataFrame | None) -> list[_Test]:
    own = explained[explained["measure"] == line["question"]] if explained is not None else pd.DataFrame()
    if own.empty:
        return [_nothing(NO_MODEL) | {"option": line["question"]}]
    return [{**importance_test(own.iloc[0]), "option": line["question"], "assumption": PROCESS}]


def _interviews(line: dict, survey: _Survey) -> list[_Test]:
    return [_nothing(INTERVIEWS) | {"verdict": UNTESTED}]


def _nothing(assumption: str) -> _Test:
    return {"probability": np.nan, "verdict": OPEN, "assumption": assumption}


_TESTS: dict[str, Callable[[dict, _Survey], list[_Test]]] = {
    "majority": _share,
    "minority": _share,
    "ratings": _ratings,
    "leading": _ranking,
    "leading_set": _ranking,
    "ordering": _ranking,
    "association": _association,
    "interviews": _interviews,
}


def _refuse_unknown(lines: list[dict], survey: _Survey) -> None:
    """Everything that is named must be there."""
    unknown = []
    for line in lines:
        kind, own = line["kind"], survey.sets.get(line["question"], [])
        options = [option for option in line["options"].replace(">", "|").split("|") if option]
        if kind not in (*_TESTS, "importance"):
            unknown.append(f"{line['id']}: no such kind ({', '.join([*_TESTS, 'importance'])})")
        columns = {"association": [line["question"], line["with"]], "ratings": options}.get(kind, [])
        columns = [line["question"]] if kind in ("majority", "minority") else columns
        unknown += [f"{line['id']}: the answers have no column {name}" for name in columns if name not in survey.responses]
        if kind in ("leading", "leading_set", "ordering"):
            unknown += [f"{line['id']}: the set has no option {option}" for option in options if option not in own] or (
                [] if options else [f"{line['id']}: no option is named"]
            )
    if unknown:
        raise ValueError("; ".join(unknown))
