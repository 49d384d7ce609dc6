"""Statements on shares: a majority, a minority, and items of a battery that a majority rates alike."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.integration.statements.contrasts import Comparisons, judge
from helpers.integration.statements.posterior import Known, chance_of_majority
from helpers.integration.statements.rule import sign_survives, verdict_of
from helpers.quantitative.shares import nonresponse_bounds, option_shares


def share_test(said: pd.Series, *, population: int | None, minority: bool = False) -> dict[str, object]:
    """Whether more than half of the population (or fewer) say something.

    Parameters
    ----------
    said : Series of bool
        One value per respondent who answered; none missing.
    population : int or None
        Units that the question is about, respondents included.
    minority : bool
        The statement is that fewer than half do.

    Returns
    -------
    dict
        ``count``, ``n``, ``share``, ``low``, ``high`` (95 %, Wilson), ``worst_low``, ``worst_high`` (bounds of the share in the population; nan
        where that is not known), ``probability`` (exact; beta-binomial Polya posterior), ``survives``, ``verdict``. Exactly half is neither
        majority nor minority, and counts half for both.

    Examples
    --------
    >>> said = pd.Series([True] * 42 + [False] * 8)
    >>> [share_test(said, population=units)["verdict"] for units in (118, 60)]
    ['tendency', 'supported']
    """
    measured = option_shares(said.to_frame(), population=population, interval="wilson")  # as in the charts to which the sentences lead
    shares = nonresponse_bounds(measured, population=population).iloc[0].drop("option").to_dict()
    probability = chance_of_majority(int(shares["count"]), int(shares["n"]), population=population)
    low, high = (shares["worst_low"] - 0.5, shares["worst_high"] - 0.5) if population is not None else (-np.inf, np.inf)
    if minority:
        probability, low, high = 1 - probability, -high, -low
    verdict = verdict_of(probability, worst_low=low, worst_high=high)
    return {**shares, "probability": probability, "survives": sign_survives(low, high), "verdict": verdict}


def ratings_tests(said: pd.DataFrame, *, population: int | None, resamples: int, seed: int) -> list[dict[str, object]]:
    """Whether a majority of the population says it of each item, and of all of them at once.

    Parameters
    ----------
    said : DataFrame
        One boolean (nullable) column per item, one row per respondent; missing where the item was not rated.
    population : int or None
    resamples : int
    seed : int

    Returns
    -------
    list of dict
        Per item ``step`` "item", ``option`` (the item) and what `share_test` returns. With several items, and respondents who rated all of
        them, one more with ``step`` "whole": the probability that all majorities hold, for the same respondents; ``option`` is the item with
        the smallest share. An item that nobody rated is left out.
    """
    rated = [str(item) for item in said if said[item].notna().any()]
    rows: list[dict[str, object]] = [
        {"step": "item", "option": item, **share_test(said[item].dropna().astype(bool), population=population)} for item in rated
    ]
    complete = said[rated].dropna().astype(float)
    if len(rated) < 2 or len(rated) < said.shape[1] or complete.empty:
        return rows
    known = Known.of(complete.to_numpy(), population=population)
    comparisons = Comparisons(known.patterns - 0.5, reach=0.5)
    weakest = rated[comparisons.tightest(known)]
    shares = option_shares(complete[[weakest]].astype(bool), population=population, interval="wilson").iloc[0].to_dict()
    return [*rows, {"step": "whole", **shares, **judge(known, comparisons, known.draws(resamples=resamples, seed=seed))}]
