"""Statements on rankings: the leading option of a set, its leading options, and an order that is taken apart into steps."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd

from helpers.integration.statements.contrasts import Comparisons, judge
from helpers.integration.statements.posterior import Known
from helpers.quantitative.columns import tick_matrix
from helpers.quantitative.shares import option_shares

Pairs = list[tuple[str, str]]


def ranking_tests(
    ticks: pd.DataFrame, options: Sequence[str], *, kind: str, population: int | None, resamples: int, seed: int
) -> list[dict[str, object]]:
    """Tests of a statement on how the options of a multiple-response set rank.

    Parameters
    ----------
    ticks : DataFrame
        One boolean column per option of the set, one row per respondent who answered it; none missing.
    options : sequence of str
        What the statement names: the leading option, the leading options, or options from the most named one down.
    kind : {"leading", "leading_set", "ordering"}
    population : int or None
        Units that the question is about, respondents included.
    resamples : int
    seed : int

    Returns
    -------
    list of dict
        One per test: ``step``, ``option`` and ``other`` (the two that are closest together of those compared, the one said to be ahead
        first), ``count``, ``n``, ``share``, ``low``, ``high`` of the option, and what `contrasts.judge` returns: its effect is the share of the
        option minus that of the other. An ordering is taken apart (see `steps`), and "whole" is all of it.

    Notes
    -----
    Options overlap, so whole cases are drawn: how often two options are ticked together decides how firm their order is.

    Examples
    --------
    >>> ticks = pd.DataFrame({"asia": [True] * 5 + [False] * 15, "europe": [True] * 18 + [False] * 2})
    >>> [(row["option"], row["verdict"]) for row in ranking_tests(ticks, ["europe"], kind="leading", population=22, resamples=500, seed=1)]
    [('europe', 'supported')]
    """
    # The columns in one order, so that a statement and its opposite are judged by the same populations.
    ticks = ticks[sorted(ticks)]
    known = Known.of(tick_matrix(ticks), population=population)
    shares = option_shares(ticks, population=population, interval="wilson").set_index("option")
    drawn = known.draws(resamples=resamples, seed=seed)
    rows = []
    for step, pairs in steps(options, list(ticks), kind=kind).items():
        ahead, behind = (ticks.columns.get_indexer(list(side)) for side in zip(*pairs, strict=True))
        comparisons = Comparisons(known.patterns[:, ahead] - known.patterns[:, behind], reach=1.0)
        option, other = pairs[comparisons.tightest(known)]
        told = {"step": step, "option": option, "other": other, **shares.loc[option].to_dict()}
        rows.append(told | judge(known, comparisons, drawn))
    return rows


def steps(options: Sequence[str], among: Sequence[str], *, kind: str) -> dict[str, Pairs]:
    """Which options have to be ahead of which.

    Parameters
    ----------
    options : sequence of str
        Named by the statement.
    among : sequence of str
        All options of the set.
    kind : {"leading", "leading_set", "ordering"}

    Returns
    -------
    dict
        Step -> pairs (ahead, behind). For an ordering "first" (the first is ahead of all others), "next_2", "next_3" ... (the second is ahead of
        the third ...), "rest" (the last is ahead of those not named) and "whole" (all of these).

    Examples
    --------
    >>> list(steps(["a", "b", "c"], ["a", "b", "c", "d"], kind="ordering"))
    ['first', 'next_2', 'rest', 'whole']
    """
    rest = [option for option in among if option not in options]
    if kind != "ordering":
        return {"": [(option, other) for option in options for other in rest]}
    first = {"first": [(options[0], other) for other in [*options[1:], *rest]]}
    neighbours = {f"next_{place}": [pair] for place, pair in enumerate(pairwise(options[1:]), start=2)}
    last = {"rest": [(options[-1], other) for other in rest]} if rest else {}
    apart: dict[str, Pairs] = first | neighbours | last
    return apart | {"whole": list(dict.fromkeys(pair for pairs in apart.values() for pair in pairs))}
