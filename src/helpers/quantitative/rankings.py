"""How the options of a multiple-response set rank, how firm that ranking is, and which neighbours in it differ.

Options overlap (a case ticks several), so cases are resampled and tests are paired; a multinomial test would be wrong here.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level, checked_resamples
from helpers.quantitative.columns import tick_matrix
from helpers.quantitative.counts import share_of
from helpers.quantitative.kept import kept
from helpers.quantitative.multiplicity import holm

BLOCK = 2**23  # weights drawn at once, so that many resamples of many cases stay within 64 MB
MANY = 10_000  # cases; up to here each is drawn by itself, so that the ranks of an earlier report are found again


@kept
def rank_intervals(ticks: pd.DataFrame, *, resamples: int, seed: int, level: float = 0.95) -> pd.DataFrame:
    """Rank of each option by its share, with an interval from the Bayesian bootstrap over cases.

    Parameters
    ----------
    ticks : DataFrame
        One row per respondent, one boolean column per option, as in `option_shares`.
    resamples : int
        Posterior draws.
    seed : int
        Seed of the draws; the same seed gives the same table, whatever the order of the options.
    level : float
        Posterior probability of the rank interval, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per option, in the order of the columns: ``option``, ``count``, ``n``, ``share``, ``rank`` (1 is the largest share; ties
        share the better rank), ``rank_low``, ``rank_high`` (best and worst rank of the interval) and ``first`` (posterior probability
        of the largest share, alone or tied). Ranks are missing for an option that nobody was asked. The finite population is not
        used, so the ranks look somewhat less firm than they are for this population.

    Raises
    ------
    ValueError
        If an option is not boolean, or ``resamples`` or ``level`` make no sense.

    References
    ----------
    Rubin (1981), "The Bayesian bootstrap", The Annals of Statistics 9:130-134.

    Examples
    --------
    >>> ticks = pd.DataFrame({"europe": [True] * 9 + [False], "asia": [False] * 8 + [True] * 2})
    >>> rank_intervals(ticks, resamples=200, seed=1)[["option", "rank", "rank_low", "rank_high"]]
       option  rank  rank_low  rank_high
    0  europe     1         1          1
    1    asia     2         2          2
    """
    tail = (1 - checked_level(level)) / 2
    matrix = tick_matrix(ticks)
    known = np.asarray(~np.isnan(matrix).all(axis=0))
    drawn = _ranks(_posterior_shares(matrix[:, known], checked_resamples(resamples), seed))
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0, method="inverted_cdf")
    table = _option_table(ticks, matrix)
    observed = _ranks(table["share"].to_numpy()[known])
    for name, ranks in {"rank": observed, "rank_low": low, "rank_high": high}.items():
        table[name] = pd.Series(pd.NA, index=table.index, dtype="Int64").mask(known, _spread(ranks, known))
    return table.assign(first=_spread((drawn == 1).mean(axis=0), known))


def cochran_test(ticks: pd.DataFrame) -> pd.DataFrame:
    """Cochran's Q: are the options of a set equally frequent?

    Parameters
    ----------
    ticks : DataFrame
        One row per respondent, one boolean column per option, as in `option_shares`. Only cases asked for every option count.

    Returns
    -------
    DataFrame
        One row: ``statistic``, ``dof``, ``p_value`` (chi-squared approximation) and ``n`` (cases used). Statistic and p-value are nan with
        fewer than two options, or where no case ticked some options but not others.

    Raises
    ------
    ValueError
        If an option is not boolean.

    References
    ----------
    Cochran (1950), "The comparison of percentages in matched samples", Biometrika 37:256-266.

    Examples
    --------
    >>> ticks = pd.DataFrame({"fairs": [True, True, True, False], "visits": [True, False, False, False], "offices": [False] * 4})
    >>> cochran_test(ticks).round(3)
       statistic  dof  p_value  n
    0      4.667    2    0.097  4
    """
    from statsmodels.stats.contingency_tables import cochrans_q

    matrix = tick_matrix(ticks)
    cases = matrix[~np.isnan(matrix).any(axis=1)]
    options = cases.shape[1]
    # Without a case that tells the options apart Q is 0/0, which the library answers with a warning.
    discordant = bool(((cases.sum(axis=1) > 0) & (cases.sum(axis=1) < options)).any())
    found = cochrans_q(cases) if discordant else None
    return pd.DataFrame(
        {
            "statistic": [float(found.statistic) if found else np.nan],
            "dof": [options - 1],
            "p_value": [float(found.pvalue) if found else np.nan],
            "n": [len(cases)],
        }
    )


def option_differences(ticks: pd.DataFrame, *, least: int = 0) -> pd.DataFrame:
    """Exact McNemar tests between neighbours in the ranking of the options.

    Parameters
    ----------
    ticks : DataFrame
        One row per respondent, one boolean column per option, as in `option_shares`.
    least : int
        Leave out options that fewer respondents than this ticked, or left unticked: a difference would give their number away.

    Returns
    -------
    DataFrame
        One row per pair of neighbours, from the top of the ranking down (ties in the order of the columns): ``option`` (the more
        frequent), ``other``, ``share_difference`` (share of `option` minus share of `other`), ``n`` (cases asked for both), ``p_value``, ``p_holm``
        (family: the rows of this table). The ranking is that of the same data, so a small p-value says that two neighbours are told
        apart, not that their order had been foreseen.

    Raises
    ------
    ValueError
        If an option is not boolean.

    References
    ----------
    McNemar (1947), Psychometrika 12:153-157; exact binomial version as in Agresti (2002), "Categorical Data Analysis", section 10.1.

    Examples
    --------
    >>> ticks = pd.DataFrame({"asia": [False] * 8 + [True] * 2, "europe": [True] * 9 + [False]})
    >>> option_differences(ticks).round(3)
       option other  share_difference   n  p_value  p_holm
    0  europe  asia               0.7  10    0.039   0.039
    """
    matrix = tick_matrix(ticks)
    table = _option_table(ticks, matrix)
    told = (table["count"] >= least) & (table["n"] - table["count"] >= least)
    matrix, table = matrix[:, told], table[told]
    order = np.argsort(-np.round(table["share"].to_numpy(), 12), kind="stable")
    first, second = matrix[:, order[:-1]], matrix[:, order[1:]]
    more, fewer = (first > second).sum(axis=0), (first < second).sum(axis=0)
    n = (~np.isnan(first) & ~np.isnan(second)).sum(axis=0)
    p_value = np.where(n > 0, np.minimum(1.0, 2 * stats.binom.cdf(np.minimum(more, fewer), more + fewer, 0.5)), np.nan)
    names = table["option"].to_numpy()
    return pd.DataFrame(
        {
            "option": names[order[:-1]],
            "other": names[order[1:]],
            "share_difference": share_of(more - fewer, n),
            "n": n,
            "p_value": p_value,
            "p_holm": holm(p_value),
        }
    )


def _option_table(ticks: pd.DataFrame, matrix: NDArray[np.float64]) -> pd.DataFrame:
    count, n = (matrix == 1).sum(axis=0), (~np.isnan(matrix)).sum(axis=0)
    return pd.DataFrame({"option": ticks.columns.astype(str), "count": count, "n": n, "share": share_of(count, n)})


def _posterior_shares(matrix: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """Draws x options: shares under Dirichlet(1, ..., 1) weights of the cases (exponential weights; each share divides by its own total)."""
    rng = np.random.default_rng(seed)
    matrix, cases = _alike(matrix) if len(matrix) > MANY else (matrix, np.ones(len(matrix)))
    asked, ticked = (~np.isnan(matrix)).astype(float), (matrix == 1).astype(float)
    block = max(1, BLOCK // max(1, len(matrix)))
    shares = []
    for start in range(0, resamples, block):
        weights = rng.standard_gamma(cases, (min(block, resamples - start), len(matrix)))
        shares.append((weights @ ticked) / (weights @ asked))
    return np.concatenate(shares)


def _alike(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each way in which cases ticked, in the order in which they came, and how many did: so many exponential weights make one gamma weight."""
    ways = np.zeros(len(matrix), dtype=np.int64)
    for ticks in matrix.T:
        ways = pd.factorize(3 * ways + np.where(np.isnan(ticks), 2, ticks).astype(np.int64))[0]
    return matrix[np.unique(ways, return_index=True)[1]], np.bincount(ways).astype(float)


def _ranks(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Ranks along the last axis, 1 for the largest; rounding keeps equal shares tied whatever the order of summation."""
    return stats.rankdata(-np.round(shares, 12), method="min", axis=-1).astype(np.int64)


def _spread(values: NDArray, known: NDArray[np.bool_]) -> NDArray[np.float64]:
    spread = np.full(len(known), np.nan)
    spread[known] = values
    return spread
