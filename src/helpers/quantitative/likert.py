"""Ratings on an ordered scale: the whole distribution, and tests and effect sizes that use its order only, never a mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.columns import categories, ordered_values, same_respondents
from helpers.quantitative.counts import answer_counts, cross_counts, share_of
from helpers.quantitative.multiplicity import holm

SIDES = ("negative", "neutral", "positive")


def likert_distribution(items: pd.DataFrame, *, least: int = 0) -> pd.DataFrame:
    """Distribution of every item of a battery over its scale.

    Parameters
    ----------
    items : DataFrame
        One row per respondent, one ordered categorical column per item, all with the same categories from negative to positive.
    least : int
        Where positive: if any answer to an item that was answered at all has fewer respondents than this, the *whole* battery is
        coarsened to negative, neutral and positive, so that all items show the same segments. Coarse cells may still be small.

    Returns
    -------
    DataFrame
        One row per item and segment: ``item``, ``answer`` (code of the answer; merged ones joined by "+"), ``order`` (1 is the most
        negative), ``side`` ("negative", "neutral", "positive"; the middle of a scale with an odd number of answers is neutral, an even
        scale has no neutral), ``count``, ``n`` (respondents who answered the item), ``share`` (nan where nobody did).

    Raises
    ------
    ValueError
        If there is no item, an item is not ordered, the scales differ, or a scale has fewer than two answers.

    Examples
    --------
    >>> scale = pd.CategoricalDtype(["A1", "A2", "A3", "A4"], ordered=True)
    >>> items = pd.DataFrame({"trust": pd.Series(["A1", "A2", "A4", "A4", None], dtype=scale)})
    >>> likert_distribution(items, least=1)
        item answer  order      side  count  n  share
    0  trust  A1+A2      1  negative      2  4    0.5
    1  trust  A3+A4      2  positive      2  4    0.5
    """
    segments = scale_segments(items, least=least)
    side = _sides(len(segments))
    counts = np.array([answer_counts(values) for values in categories(items).values()])
    labels = segments.unique()
    merged = np.stack([counts[:, segments.eq(label)].sum(axis=1) for label in labels], axis=1)
    n = np.broadcast_to(counts.sum(axis=1, keepdims=True), merged.shape)
    return pd.DataFrame(
        {
            "item": np.repeat(items.columns.astype(str), len(labels)),
            "answer": np.tile(labels, len(counts)),
            "order": np.tile(np.arange(1, len(labels) + 1), len(counts)),
            "side": np.tile([SIDES[side[segments.eq(label)][0] + 1] for label in labels], len(counts)),
            "count": merged.ravel(),
            "n": n.ravel(),
            "share": share_of(merged, n).ravel(),
        }
    )


def scale_segments(items: pd.DataFrame, *, least: int = 0) -> pd.Series:
    """The segments in which a battery can be shown: every answer by itself, or all answers of one side together.

    Parameters
    ----------
    items, least
        As for `likert_distribution`.

    Returns
    -------
    Series
        Index = code of the answer, from negative to positive; the segment to which it belongs (merged codes joined by "+").
    """
    scale = _common_scale(items)
    counts = np.array([answer_counts(values) for values in categories(items).values()])
    codes = pd.Series(scale.astype(str), index=scale.astype(str))
    small = bool((counts[counts.sum(axis=1) > 0] < least).any())
    return codes.groupby(_sides(len(scale))).transform("+".join) if small else codes


def kruskal_tests(items: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Kruskal-Wallis test of every item against every grouping.

    Parameters
    ----------
    items : DataFrame
        One row per respondent, ordered categorical (or numeric) columns.
    groups : DataFrame
        The same respondents, categorical (or boolean) columns. Who lacks the answer or the group is left out; ``n`` says how many remain.

    Returns
    -------
    DataFrame
        One row per item and grouping: ``item``, ``by``, ``n``, ``statistic`` (H, corrected for ties), ``p_value`` (chi-squared
        approximation), ``p_holm`` (family: all rows of the table), ``effect`` (epsilon squared). All nan where fewer than two groups
        have answers or all answers are the same.

    Raises
    ------
    ValueError
        If the tables hold different respondents, an item has no order, or a grouping is not categorical.

    References
    ----------
    Kruskal and Wallis (1952), JASA 47:583-621; Tomczak and Tomczak (2014), Trends in Sport Sciences 21:19-25, for the effect.

    Examples
    --------
    >>> items = pd.DataFrame({"members": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    >>> groups = pd.DataFrame({"region": pd.Categorical(list("aaabbb"))})
    >>> kruskal_tests(items, groups).round(3)
          item      by  n  statistic  p_value  p_holm  effect
    0  members  region  6      3.857     0.05    0.05   0.771
    """
    same_respondents(items, groups)
    groupings = categories(groups)
    rows = []
    for item, answers in items.items():
        values = ordered_values(answers, name=str(item))
        ordered = answers.array if isinstance(answers.dtype, pd.CategoricalDtype) else pd.Categorical(values)
        for by, group in groupings.items():
            n, statistic, p_value = _kruskal(cross_counts(ordered, group))
            effect = epsilon_squared(statistic, n)
            rows.append({"item": str(item), "by": by, "n": n, "statistic": statistic, "p_value": p_value, "p_holm": np.nan, "effect": effect})
    table = pd.DataFrame(rows, columns=["item", "by", "n", "statistic", "p_value", "p_holm", "effect"])
    return table.assign(p_holm=holm(table["p_value"]))


def dunn_tests(answers: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Dunn's pairwise comparisons of groups, on the ranks of all answers together.

    Parameters
    ----------
    answers : Series
        Ordered categorical (or numeric), one per respondent.
    group : Series
        Categorical (or boolean), the same respondents. Who lacks the answer or the group is left out.

    Returns
    -------
    DataFrame
        One row per pair of groups that have answers, in the order declared: ``group``, ``other``, ``z`` (corrected for ties; positive
        where `group` answers higher than `other`), ``p_value`` (two-sided), ``p_holm`` (family: the rows of the table). Nan where all
        answers are the same.

    Raises
    ------
    ValueError
        If the two hold different respondents, the answers have no order, or the group is not categorical.

    References
    ----------
    Dunn (1964), "Multiple comparisons using rank sums", Technometrics 6:241-252.

    Examples
    --------
    >>> dunn_tests(pd.Series([1, 2, 3, 4, 5, 6]), pd.Series(pd.Categorical(list("aaabbb")))).round(3)
      group other      z  p_value  p_holm
    0     a     b -1.964     0.05    0.05
    """
    same_respondents(answers.to_frame("answers"), group.to_frame("group"))
    values, declared = ordered_values(answers), categories(group.to_frame("group"))["group"]
    kept = ~np.isnan(values) & (declared.codes >= 0)
    ranks, codes = stats.rankdata(values[kept]), declared.codes[kept]
    size = np.bincount(codes, minlength=len(declared.categories))
    first, second = (np.flatnonzero(size)[places] for places in np.triu_indices(int(np.count_nonzero(size)), k=1))
    mean = share_of(np.bincount(codes, weights=ranks, minlength=len(size)), size)
    # The variance of the ranks, ties included, is that of their pooled sample.
    spread = ranks.var(ddof=1) * (1 / size[first] + 1 / size[second]) if len(first) else np.empty(0)
    z = np.divide(mean[first] - mean[second], np.sqrt(spread), out=np.full(len(first), np.nan), where=spread > 0)
    p_value = 2 * stats.norm.sf(np.abs(z))
    names = declared.categories.to_numpy()
    return pd.DataFrame({"group": names[first], "other": names[second], "z": z, "p_value": p_value, "p_holm": holm(p_value)})


def cliffs_delta(first: pd.Series, second: pd.Series) -> float:
    """Cliff's delta: how much more often an answer of the first group is higher than one of the second than the other way round.

    Parameters
    ----------
    first, second : Series
        Ordered categoricals with the same categories, or numbers; missing answers are left out.

    Returns
    -------
    float
        From -1 (every answer of the first group is lower) to 1 (every one is higher); nan where a group has no answers.

    Raises
    ------
    ValueError
        If the answers have no order, or the two scales differ.

    References
    ----------
    Cliff (1993), "Dominance statistics: ordinal analyses to answer ordinal questions", Psychological Bulletin 114:494-509.

    Examples
    --------
    >>> cliffs_delta(pd.Series([2, 3, 4]), pd.Series([1, 2, 3]))
    0.5555555555555556
    """
    if first.dtype != second.dtype and any(isinstance(answers.dtype, pd.CategoricalDtype) for answers in (first, second)):
        raise ValueError("the two groups answered on different scales; compare answers with the same categories")
    high, low = (values[~np.isnan(values)] for values in (ordered_values(first), ordered_values(second)))
    ordered = np.sort(low)
    above, below = np.searchsorted(ordered, high, side="left").sum(), (len(low) - np.searchsorted(ordered, high, side="right")).sum()
    return float(share_of(above - below, len(high) * len(low)))


def epsilon_squared(statistic: float, n: int) -> float:
    """Share of the variance of the ranks that lies between the groups: H / (n - 1), nan for fewer than two cases.

    References
    ----------
    Tomczak and Tomczak (2014), "The need to report effect size estimates revisited", Trends in Sport Sciences 21:19-25.

    Examples
    --------
    >>> round(epsilon_squared(29.2666, 116), 4)
    0.2545
    """
    return float(statistic / (n - 1)) if n > 1 else float("nan")


def _sides(answers: int) -> NDArray[np.int64]:
    """-1, 0 or 1 for each answer of a scale."""
    return np.sign(np.arange(answers) - (answers - 1) / 2).astype(int)


def _kruskal(counts: NDArray[np.int64]) -> tuple[int, float, float]:
    """Cases, H and p-value from the counts of the answers (rows) in the groups (columns): all answers of a row share their mean rank."""
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    ties, sizes = counts.sum(axis=1).astype(float), counts.sum(axis=0)
    n = float(sizes.sum())
    if min(counts.shape) < 2:
        return int(n), float("nan"), float("nan")
    ranks = np.cumsum(ties) - (ties - 1) / 2
    between = sum((ranks @ counts) ** 2 / sizes)
    statistic = (12.0 / (n * (n + 1)) * between - 3 * (n + 1)) / (1.0 - (ties**3 - ties).sum() / (n**3 - n))
    return int(n), float(statistic), float(stats.chi2.sf(statistic, len(sizes) - 1))


def _common_scale(items: pd.DataFrame) -> pd.Index:
    columns = list(categories(items).values())
    if not columns or any(not values.ordered or not values.categories.equals(columns[0].categories) for values in columns):
        raise ValueError(f"a battery needs at least one item, and all {len(columns)} items ordered on the same scale; declare them in one set")
    if len(columns[0].categories) < 2:
        raise ValueError("a scale needs at least two answers to have a negative and a positive side")
    return columns[0].categories
