"""Answers by group: the table of shares, and whether and how strongly a question and a grouping go together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level, checked_resamples
from helpers.quantitative.columns import categories, same_respondents
from helpers.quantitative.counts import cross_counts, share_of
from helpers.quantitative.multiplicity import holm

NOT_STATED = "not_stated"


def cross_shares(answers: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Shares of the answers to every question within every group of every grouping.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent, categorical or boolean (plain or nullable: answers "yes", "no") columns, one per question.
    groups : DataFrame
        The same respondents, one categorical (or boolean) column per grouping.

    Returns
    -------
    DataFrame
        One row per question, grouping, group and answer, all as declared (also those that nobody gave or is in): ``question``, ``answer``,
        ``by``, ``group``, ``count``, ``n`` (respondents of the group who answered), ``share`` (nan where nobody did). Respondents without a
        group form the last group "not_stated", so that the counts over all groups are those of the whole sample.

    Raises
    ------
    ValueError
        If the tables hold different respondents, or a column is neither categorical nor boolean.

    Examples
    --------
    >>> answers = pd.DataFrame({"plan": pd.array([True, False, True], dtype="boolean")})
    >>> cross_shares(answers, pd.DataFrame({"region": pd.Categorical(["north", "north", None])}))
      question answer      by       group  count  n  share
    0     plan    yes  region       north      1  2    0.5
    1     plan     no  region       north      1  2    0.5
    2     plan    yes  region  not_stated      1  1    1.0
    3     plan     no  region  not_stated      0  1    0.0
    """
    same_respondents(answers, groups)
    groupings = {by: _with_not_stated(group) for by, group in categories(groups).items()}
    parts = [_cross_table(question, given, by, group) for question, given in categories(answers).items() for by, group in groupings.items()]
    columns = ["question", "answer", "by", "group", "count", "n", "share"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def association_tests(answers: pd.DataFrame, groups: pd.DataFrame, *, resamples: int, seed: int, level: float = 0.95) -> pd.DataFrame:
    """Does the answer to a question go with the group, and how closely: permutation test and bias-corrected Cramer's V.

    Parameters
    ----------
    answers, groups : DataFrame
        As in `cross_shares`. Who lacks the answer or the group is left out here ("not stated" is no group to compare); ``n`` says how
        many remain.
    resamples : int
        Permutations for the test, and bootstrap samples for the interval.
    seed : int
        Seed of the draws; every row starts from it, so a row does not depend on which others are asked for.
    level : float
        Confidence level of the interval, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per question and grouping: ``question``, ``by``, ``n``, ``statistic`` (Pearson's chi-squared), ``p_value`` (Monte Carlo
        permutation test: (1 + permutations at least as extreme) / (1 + resamples)), ``p_holm`` (family: all rows of the table),
        ``effect`` (bias-corrected Cramer's V, 0 to 1), ``low``, ``high`` (percentile bootstrap over cases). All nan where fewer than two
        different answers, or fewer than two groups, remain. A resampled table carries the noise of sampling twice, once from the
        sample and once from the resampling, so in the resamples the bias is taken out twice; taken out once, as in the estimate, the
        intervals of two unrelated variables would miss 0 in up to half of all samples (4 answers x 6 groups, 50 cases).

    Raises
    ------
    ValueError
        As in `cross_shares`, or if ``resamples`` or ``level`` make no sense.

    References
    ----------
    Phipson and Smyth (2010), "Permutation p-values should never be zero", Statistical Applications in Genetics and Molecular Biology
    9:39; Bergsma (2013), "A bias-correction for Cramer's V and Tschuprow's T", Journal of the Korean Statistical Society 42:323-328.

    Examples
    --------
    >>> plan = pd.DataFrame({"plan": [True] * 9 + [False] * 9})
    >>> region = pd.DataFrame({"region": pd.Categorical(["north"] * 8 + ["south"] * 10)})
    >>> association_tests(plan, region, resamples=199, seed=1)[["n", "statistic", "p_value", "effect"]].round(3)
        n  statistic  p_value  effect
    0  18       14.4    0.005   0.887
    """
    same_respondents(answers, groups)
    checked_resamples(resamples)
    checked_level(level)
    groupings = categories(groups)
    rows = []
    for question, given in categories(answers).items():
        for by, group in groupings.items():
            counts = cross_counts(given, group)
            found = _tested(counts, resamples, seed) | _effect(counts, resamples, seed, level)
            rows.append({"question": question, "by": by, "n": int(counts.sum())} | found)
    table = pd.DataFrame(rows, columns=["question", "by", "n", "statistic", "p_value", "p_holm", "effect", "low", "high"])
    return table.assign(p_holm=holm(table["p_value"]))


def strongest_evidence(tests: pd.DataFrame, *, alpha: float = 0.05) -> str:
    """Whether any association in a family of tests can be told from chance: "found" or "open".

    Parameters
    ----------
    tests : DataFrame
        With ``p_holm``, as from `association_tests`.
    alpha : float
        Chance of a false "found" in the whole family.
    """
    return "found" if (tests["p_holm"] < alpha).any() else "open"


def cramers_v(counts: NDArray, *, corrections: int = 1) -> NDArray[np.float64]:
    """Cramer's V of one table of counts, or of a stack of tables (the last two axes are rows and columns).

    Parameters
    ----------
    counts : array of int, shape (..., rows, columns)
        Respondents per cell. Empty rows and columns do not count as categories.
    corrections : int
        How often to take out the bias that makes V positive for unrelated variables: 0 gives the classical V, 1 the corrected one of
        a sample, 2 that of a bootstrap sample, which carries the bias twice.

    Returns
    -------
    array of float, shape (...)
        From 0 to 1; nan where fewer than two rows or columns have respondents.

    References
    ----------
    Bergsma (2013), Journal of the Korean Statistical Society 42:323-328.

    Examples
    --------
    >>> cramers_v(np.array([[10, 0], [0, 10]])).round(3).item()
    1.0
    """
    n = counts.sum(axis=(-2, -1)).astype(float)
    rows = (counts.sum(axis=-1) > 0).sum(axis=-1).astype(float)
    columns = (counts.sum(axis=-2) > 0).sum(axis=-1).astype(float)
    squared = share_of(pearson_statistic(counts), n)
    if corrections:
        squared = np.maximum(0.0, squared - corrections * share_of((rows - 1) * (columns - 1), n - 1))
        rows, columns = rows - share_of((rows - 1) ** 2, n - 1), columns - share_of((columns - 1) ** 2, n - 1)
    return np.sqrt(share_of(squared, np.minimum(rows, columns) - 1))


def pearson_statistic(counts: NDArray) -> NDArray[np.float64]:
    """Pearson's chi-squared of one table of counts, or of a stack of tables (the last two axes are rows and columns).

    Examples
    --------
    >>> pearson_statistic(np.array([[10, 0], [0, 10]])).item()
    20.0
    """
    n = counts.sum(axis=(-2, -1), keepdims=True)
    expected = share_of(counts.sum(axis=-1, keepdims=True) * counts.sum(axis=-2, keepdims=True), n)
    return np.nan_to_num(share_of((counts - expected) ** 2, expected)).sum(axis=(-2, -1))


def _tested(counts: NDArray[np.int64], resamples: int, seed: int) -> dict[str, float]:
    """Permuting the groups among the cases is the same as drawing tables with both margins fixed, which is done for all at once."""
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    rows, columns = rows[rows > 0], columns[columns > 0]
    if min(len(rows), len(columns)) < 2:
        return {"statistic": float("nan"), "p_value": float("nan")}
    statistic = float(pearson_statistic(counts))
    permuted = pearson_statistic(stats.random_table.rvs(rows, columns, size=resamples, random_state=np.random.default_rng(seed)))
    # Tables equally extreme must count although their sums differ in the last digits.
    extreme = int((permuted >= statistic * (1 - 1e-9)).sum())
    return {"statistic": statistic, "p_value": (1 + extreme) / (1 + resamples)}


def _effect(counts: NDArray[np.int64], resamples: int, seed: int, level: float) -> dict[str, float]:
    """Drawing cases with replacement is the same as drawing the cells of the table from a multinomial distribution."""
    effect = float(cramers_v(counts))
    if np.isnan(effect):
        return {"effect": effect, "low": float("nan"), "high": float("nan")}
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(int(counts.sum()), (counts / counts.sum()).ravel(), size=resamples).reshape(resamples, *counts.shape)
    values = cramers_v(drawn, corrections=2)
    values = values[~np.isnan(values)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2]) if len(values) else (np.nan, np.nan)
    return {"effect": effect, "low": float(low), "high": float(high)}


def _with_not_stated(group: pd.Categorical) -> pd.Categorical:
    if not group.isna().any():
        return group
    named = group if NOT_STATED in group.categories else group.add_categories([NOT_STATED])
    return named.fillna(NOT_STATED)


def _cross_table(question: str, answers: pd.Categorical, by: str, groups: pd.Categorical) -> pd.DataFrame:
    counts = cross_counts(answers, groups).T
    n = np.broadcast_to(counts.sum(axis=1, keepdims=True), counts.shape)
    return pd.DataFrame(
        {
            "question": question,
            "answer": np.tile(answers.categories.to_numpy(), len(counts)),
            "by": by,
            "group": np.repeat(groups.categories.to_numpy(), counts.shape[1]),
            "count": counts.ravel(),
            "n": n.ravel(),
            "share": share_of(counts, n).ravel(),
        }
    )
