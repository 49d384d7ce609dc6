"""Shares of this population: how many gave each answer, how many ticked each option, and what non-response leaves open.

Every table is about *this* population (finite population correction applies), not about a process behind it. How the options of a
set rank, and whether they differ, is worked out in `rankings`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from helpers.quantitative.columns import aligned_weights, categories, tick_matrix
from helpers.quantitative.counts import answer_counts, share_of
from helpers.quantitative.intervals import clopper_pearson_interval, hypergeometric_interval, wilson_interval

Interval = Literal["exact", "wilson"]


def answer_shares(
    answers: pd.DataFrame, *, population: int | None = None, level: float = 0.95, interval: Interval = "exact", weights: pd.Series | None = None
) -> pd.DataFrame:
    """Share of the population giving each answer to each question.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent, one categorical (or boolean: "yes", "no") column per question; missing means no answer.
    population : int, optional
        Eligible units, respondents and non-respondents together. Leave it out where the population of a question is not known, as for
        one asked of some only: the interval then is that of an unlimited population.
    level : float
        Confidence level, a proportion in (0, 1).
    interval : {"exact", "wilson"}
        "exact" inverts hypergeometric tails (binomial ones without a population); "wilson" is the Wilson score interval, with finite
        population correction where the population is given.
    weights : Series, optional
        One weight per respondent; adds ``weighted_share``. The interval stays that of the unweighted share.

    Returns
    -------
    DataFrame
        One row per question and declared answer, in the order declared: ``question``, ``answer``, ``count`` (respondents), ``n``
        (respondents who answered the question), ``share``, ``low``, ``high`` (proportions) and, with weights, ``weighted_share``.
        Where nobody answered, the share is nan and the interval 0 to 1.

    Raises
    ------
    ValueError
        If a column is neither categorical nor boolean, more units answered than the population has, or weights do not fit.

    References
    ----------
    See `helpers.quantitative.intervals`.

    Examples
    --------
    >>> strategy = pd.Categorical(["full", "none", "none", None, "none"], categories=["full", "partial", "none"])
    >>> answer_shares(pd.DataFrame({"strategy": strategy}), population=6)
       question   answer  count  n  share       low      high
    0  strategy     full      1  4   0.25  0.166667  0.500000
    1  strategy  partial      0  4   0.00  0.000000  0.333333
    2  strategy     none      3  4   0.75  0.500000  0.833333
    """
    columns = categories(answers)
    rows: list[dict[str, object]] = []
    for question, values in columns.items():
        counts = answer_counts(values)
        cells = zip(values.categories, counts, strict=True)
        rows += [{"question": question, "answer": answer, "count": count, "n": counts.sum()} for answer, count in cells]
    table = _with_intervals(pd.DataFrame(rows, columns=["question", "answer", "count", "n"]), population, level, interval)
    if weights is None:
        return table
    weight = aligned_weights(weights, answers.index)
    masses = [answer_counts(values, weights=weight) for values in columns.values()]
    return table.assign(weighted_share=np.concatenate([np.empty(0), *(share_of(mass, mass.sum()) for mass in masses)]))


def option_shares(
    ticks: pd.DataFrame, *, population: int | None = None, level: float = 0.95, interval: Interval = "exact", weights: pd.Series | None = None
) -> pd.DataFrame:
    """Share of the population ticking each option of a multiple-response set, one share per case.

    Parameters
    ----------
    ticks : DataFrame
        One row per respondent, one boolean (plain or nullable) column per option: true ticked, false not ticked, missing not asked or
        skipped. Not ticked counts in the denominator, missing does not; a row that is missing throughout therefore counts nowhere.
    population, level, interval, weights
        As in `answer_shares`.

    Returns
    -------
    DataFrame
        One row per option, in the order of the columns: ``option``, ``count`` (respondents who ticked it), ``n`` (respondents who were
        shown it and answered), ``share``, ``low``, ``high`` (proportions) and, with weights, ``weighted_share``.

    Raises
    ------
    ValueError
        If an option is not boolean, more units answered than the population has, or weights do not fit.

    References
    ----------
    See `helpers.quantitative.intervals`.

    Examples
    --------
    >>> ticks = pd.DataFrame({"europe": [True, True, None], "asia": [False, True, None]}, dtype="boolean")
    >>> option_shares(ticks, population=4)
       option  count  n  share   low  high
    0  europe      2  2    1.0  0.50  1.00
    1    asia      1  2    0.5  0.25  0.75
    """
    matrix = tick_matrix(ticks)
    asked, ticked = ~np.isnan(matrix), matrix == 1
    table = pd.DataFrame({"option": ticks.columns.astype(str), "count": ticked.sum(axis=0), "n": asked.sum(axis=0)})
    table = _with_intervals(table, population, level, interval)
    if weights is None:
        return table
    weight = aligned_weights(weights, ticks.index)
    return table.assign(weighted_share=share_of(weight @ ticked, weight @ asked))


def nonresponse_bounds(shares: pd.DataFrame, *, population: int | None) -> pd.DataFrame:
    """Worst cases for every share: no unit that gave no answer has the property, or all of them have it.

    Parameters
    ----------
    shares : DataFrame
        A table with ``count`` and ``n``, as from `answer_shares` or `option_shares`.
    population : int or None
        Eligible units, respondents and non-respondents together. Where that is not known nothing bounds the shares, and the table stays as it is.

    Returns
    -------
    DataFrame
        The table with ``worst_low`` and ``worst_high`` (proportions of the population). They assume nothing about those who did not
        answer; sampling error plays no part, as the whole population was asked.

    Raises
    ------
    ValueError
        If the table lacks ``count`` or ``n``, or more units answered than the population has.

    References
    ----------
    Manski (1989), "Anatomy of the selection problem", Journal of Human Resources 24:343-360.

    Examples
    --------
    >>> nonresponse_bounds(pd.DataFrame({"count": [30], "n": [60]}), population=100)
       count   n  worst_low  worst_high
    0     30  60        0.3         0.7
    """
    lacking = [name for name in ("count", "n") if name not in shares]
    if lacking:
        raise ValueError(f"the table lacks {' and '.join(lacking)}; bounds need count and n of every share")
    if population is None:
        return shares
    if population < 1 or (shares["n"] > population).any():
        raise ValueError(f"{(shares['n'] > population).sum()} of {len(shares)} rows have more answers than the population of {population}")
    silent = population - shares["n"]
    return shares.assign(worst_low=shares["count"] / population, worst_high=(shares["count"] + silent) / population)


def _with_intervals(table: pd.DataFrame, population: int | None, level: float, interval: Interval) -> pd.DataFrame:
    count, n = table["count"].to_numpy(dtype=int), table["n"].to_numpy(dtype=int)
    if interval == "wilson":
        low, high = wilson_interval(count, n, population, level=level)
    elif interval == "exact" and population is None:
        low, high = clopper_pearson_interval(count, n, level=level)
    elif interval == "exact":
        low, high = hypergeometric_interval(count, n, population, level=level)
    else:
        raise ValueError('the interval is "exact" or "wilson"')
    share = share_of(count, n)
    # In a near census the exact interval may end less than one unit beside the share of the sample; in a table it holds it.
    return table.assign(count=count, n=n, share=share, low=np.fmin(low, share), high=np.fmax(high, share))
