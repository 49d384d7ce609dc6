"""Verdicts: what the answers say about a statement, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.shares import nonresponse_bounds, option_shares

SUPPORTED, TENDENCY, OPEN, AGAINST = "supported", "tendency", "open", "against"
LIKELY, VERY_LIKELY = 0.80, 0.95


def headline_verdicts(
    responses: pd.DataFrame, headlines: pd.DataFrame, sets: Mapping[str, Sequence[str]], *, population: int | None, resamples: int, seed: int
) -> pd.DataFrame:
    """A verdict on each headline statement.

    Parameters
    ----------
    responses : DataFrame
        One row per respondent.
    headlines : DataFrame
        One row per statement: ``kind`` ("majority": more than half give the answer; "minority": fewer than half; "leading": one option of the
        set is named more often than any other), ``question``, ``answer``, and whatever else shall be kept.
    sets : mapping
        Name of each multiple-response set -> its option columns.
    population : int or None
        Eligible units; None where that is not known: then no statement is more than a tendency.
    resamples : int
        Draws from the posterior.
    seed : int

    Returns
    -------
    DataFrame
        The headlines, one row each (``kind`` "tied" where two options lead equally), with ``option`` (the leading one) and ``other`` (the one
        behind it), ``count``, ``n``, ``share``, ``low``, ``high``,
        ``worst_low``, ``worst_high``, ``probability`` (that the statement holds in the population) and ``verdict``: "supported" from a probability of
        .95 if the statement also survives the worst case of non-response, "tendency" from .80, "against" up to .20, else "open".

    References
    ----------
    Ghosh and Meeden (1997), "Bayesian Methods for Finite Population Sampling" (Polya posterior); Manski (2003), "Partial Identification of
    Probability Distributions" (worst case).
    """
    rows = [_verdict(responses, line, sets, population=population, resamples=resamples, seed=seed) for line in headlines.to_dict("records")]
    return pd.DataFrame(rows)


def verdict_counts(verdicts: pd.DataFrame) -> pd.DataFrame:
    """How many statements got which verdict.

    Parameters
    ----------
    verdicts : DataFrame
        See `headline_verdicts`.

    Returns
    -------
    DataFrame
        One row: ``statements``, ``supported``, ``tendency``, ``open``, ``against`` (numbers of statements) and ``n`` (the fewest respondents
        behind one of them); none where there are no statements.
    """
    if verdicts.empty:
        return pd.DataFrame(columns=["statements", "n"])
    counts = {verdict: [int(verdicts["verdict"].eq(verdict).sum())] for verdict in (SUPPORTED, TENDENCY, OPEN, AGAINST)}
    return pd.DataFrame({"statements": len(verdicts), **counts, "n": int(verdicts["n"].min())})


def headline_bounds(verdicts: pd.DataFrame, responses: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """The shares of majority and minority statements with what non-response leaves open.

    Parameters
    ----------
    verdicts : DataFrame
        See `headline_verdicts`; with ``phrase``.
    responses : DataFrame
        One row per respondent.
    least : int
        Statements on a question are left out where an answer to it was given by fewer respondents: by its words alone, nobody could tell that
        the share belongs to that question's other answers.

    Returns
    -------
    DataFrame
        One row per statement: ``measure`` (the phrase), ``count``, ``n``, ``share``, ``low``, ``high``, ``worst_low``, ``worst_high``; none where the
        population is not known.
    """
    stated = verdicts[verdicts["kind"].isin(["majority", "minority"])].dropna(subset=["worst_low"])
    told = np.array([every_answer_has(responses[question], least=least) for question in stated["question"]], dtype=bool)
    columns = ["measure", "count", "n", "share", "low", "high", "worst_low", "worst_high"]
    return stated[told].rename(columns={"phrase": "measure"})[columns].reset_index(drop=True)


def every_answer_has(answers: pd.Series, *, least: int) -> bool:
    """Whether each declared answer was given by at least so many respondents."""
    return bool((answers.value_counts(sort=False) >= least).all())


def population_shares(ticks: NDArray[np.float64], *, population: int | None, resamples: int, seed: int) -> NDArray[np.float64]:
    """Draws of the population's shares from the Polya posterior over cases.

    Parameters
    ----------
    ticks : array, shape (cases, options)
        0 or 1.
    population : int or None
        Units, the cases included; None for a population without bound (Bayesian bootstrap).

    Returns
    -------
    array, shape (resamples, options)
    """
    draws = np.random.default_rng(seed)
    cases = len(ticks)
    weights = draws.dirichlet(np.ones(cases), size=resamples)
    if population is None:
        return weights @ ticks
    # The unseen units are copies of cases, in the proportions that an urn would give them.
    unseen = draws.multinomial(population - cases, weights)
    return (unseen + 1) @ ticks / population


def _verdict(responses: pd.DataFrame, line: dict, sets: Mapping[str, Sequence[str]], *, population: int | None, resamples: int, seed: int) -> dict:
    leading = line["kind"] == "leading"
    ticks = responses[list(sets[line["question"]])].dropna(how="all") if leading else _said(responses[line["question"]], line["answer"])
    shares = nonresponse_bounds(option_shares(ticks, population=population), population=population)
    draws = population_shares(ticks.fillna(False).to_numpy(dtype=float), population=population, resamples=resamples, seed=seed)
    ranked = shares.sort_values("count", ascending=False, kind="stable").index
    first = shares.loc[ranked[0]]
    if leading:
        others = np.delete(draws, ranked[0], axis=1).max(axis=1)
        probability = float(np.mean(draws[:, ranked[0]] > others) + np.mean(draws[:, ranked[0]] == others) / 2)
        unseen = np.inf if population is None else population - first["n"]
        survives = first["count"] - shares.loc[ranked[1], "count"] > unseen
        tied = first["count"] == shares.loc[ranked[1], "count"]
        named = {"option": first["option"], "other": shares.loc[ranked[1], "option"], "kind": "tied" if tied else "leading"}
    else:
        side = draws[:, 0] - 0.5 if line["kind"] == "majority" else 0.5 - draws[:, 0]
        probability = float(np.mean(side > 0) + np.mean(side == 0) / 2)
        survives = population is not None and (first["worst_low"] > 0.5 if line["kind"] == "majority" else first["worst_high"] < 0.5)
        named = {"option": None, "other": None}
    numbers = {"worst_low": np.nan, "worst_high": np.nan, **first.drop("option")}
    return {**line, **named, **numbers, "probability": probability, "verdict": _certainty(probability, bool(survives), leading=leading)}


def _said(answers: pd.Series, answer: str) -> pd.DataFrame:
    """Whether each respondent gave the answer; missing where the question was not answered."""
    return pd.DataFrame({"said": answers.eq(answer).astype("boolean").mask(answers.isna())})


def _certainty(probability: float, survives: bool, *, leading: bool) -> str:
    if probability >= VERY_LIKELY and survives:
        return SUPPORTED
    if probability >= LIKELY:
        return TENDENCY
    return AGAINST if probability <= 1 - LIKELY and not leading else OPEN
