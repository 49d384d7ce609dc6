"""Result tables of a study's indices, all of them at once: no table has a row for a unit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.quantitative.index.summaries import agreement_of_indices, index_summary, portfolio
from helpers.quantitative.index.uncertainty import IndexUncertainty, index_uncertainty
from helpers.quantitative.indices import index_scores, item_table, ways_to_combine
from helpers.quantitative.kept import kept
from helpers.quantitative.reliability import cronbach_alpha, mcdonald_omega

Items = Mapping[str, pd.DataFrame]
_CENTRE = ["mean", "points_low", "points_high", "median", "quartile_low", "quartile_high"]
_POINTS = {"low": "points_low", "high": "points_high"}


def with_indices(responses: pd.DataFrame, indices: Items) -> pd.DataFrame:
    """The responses with one column more per index, 0 to 100.

    Parameters
    ----------
    responses : DataFrame
        One row per respondent.
    indices : mapping
        Name -> its items, see `index_scores`.
    """
    return responses.assign(**{name: index_scores(responses, items) for name, items in indices.items()})


def index_means(scores: pd.DataFrame, *, population: int | None, resamples: int, seed: int) -> pd.DataFrame:
    """Mean of every index over this population.

    Parameters
    ----------
    scores : DataFrame
        One row per respondent, one column per index.
    population : int or None
        Eligible units.
    resamples, seed
        Of the interval, see `index_summary`.

    Returns
    -------
    DataFrame
        One row per index: ``question`` (its name), ``n``, ``mean``, ``points_low``, ``points_high`` (95 % interval), ``median``, ``quartile_low``,
        ``quartile_high``.
    """
    rows = [index_summary(scores[name], population=population, resamples=resamples, seed=seed).assign(question=name) for name in scores]
    columns = ["question", "n", *_CENTRE]
    return pd.concat(rows, ignore_index=True).rename(columns=_POINTS)[columns] if rows else pd.DataFrame(columns=columns)


def index_means_by(
    scores: pd.DataFrame, groups: pd.DataFrame, frame: pd.DataFrame | None, *, population: int | None, resamples: int, seed: int
) -> pd.DataFrame:
    """Mean of every index in every group of every grouping.

    Parameters
    ----------
    scores : DataFrame
        As in `index_means`.
    groups : DataFrame
        The same respondents, one categorical column per grouping.
    frame : DataFrame or None
        One row per eligible unit: the size of each group is counted there where it has the grouping.
    population, resamples, seed
        As in `index_means`.

    Returns
    -------
    DataFrame
        One row per index, grouping and group: ``question``, ``by``, ``group``, ``n``, ``mean``, ``points_low``, ``points_high``.
    """
    rows = []
    for name in scores:
        for by in groups:
            units = population if frame is None or by not in frame else frame[by].value_counts()
            table = index_summary(scores[name], groups[by], population=units, resamples=resamples, seed=seed)
            rows.append(table.assign(question=name, by=by).rename(columns=_POINTS))
    columns = ["question", "by", "group", "n", "mean", "points_low", "points_high"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


@kept
def index_distribution(scores: pd.DataFrame, *, population: int | None, resamples: int, seed: int, width: int = 20) -> pd.DataFrame:
    """Every index in classes, and its mean.

    Parameters
    ----------
    scores, population, resamples, seed
        As in `index_means`.
    width : int
        Points of a class; each includes its upper limit, the first zero too.

    Returns
    -------
    DataFrame
        Per index one row per class and one with the answer "mean": ``question``, ``answer`` ("0–20"), ``count``, ``n``, ``share``, ``mean``,
        ``points_low``, ``points_high``, ``median``, ``quartile_low``, ``quartile_high`` (these in the row of the mean only).
    """
    limits = np.arange(0, 101, width)
    labels = [f"{low}–{high}" for low, high in pairwise(limits)]
    means = index_means(scores, population=population, resamples=resamples, seed=seed).set_index("question")
    rows = []
    for name in scores:
        counts = pd.cut(scores[name], limits, labels=labels, include_lowest=True).value_counts(sort=False)
        n = int(counts.sum())
        rows += [{"question": name, "answer": label, "count": int(count), "n": n, "share": count / max(n, 1)} for label, count in counts.items()]
        rows.append({"question": name, "answer": "mean", "count": n} | means.loc[name].to_dict())
    return pd.DataFrame(rows, columns=["question", "answer", "count", "n", "share", *_CENTRE])


def index_portfolio(scores: pd.DataFrame, *, population: int | None) -> pd.DataFrame:
    """The first two indices crossed to four fields; no row where there are fewer than two.

    Returns
    -------
    DataFrame
        ``question`` ("portfolio"), ``answer`` (a field), ``count``, ``n``, ``share``, ``low``, ``high``, see `portfolio`.
    """
    if scores.shape[1] < 2:
        return pd.DataFrame(columns=["question", "answer", "count", "n", "share", "low", "high"])
    fields = portfolio(scores.iloc[:, 0], scores.iloc[:, 1], population=population)
    return fields.rename(columns={"field": "answer"}).assign(question="portfolio")


def index_agreement(scores: pd.DataFrame, *, resamples: int, seed: int) -> pd.DataFrame:
    """Whether the first two indices go together: ``n``, ``correlation``, ``low``, ``high``, ``verdict`` ("supported", "against", "open").

    No row where there are fewer than two indices, or one is the same for all.
    """
    if scores.shape[1] < 2:
        return pd.DataFrame(columns=["n", "correlation", "low", "high", "verdict"])
    table = agreement_of_indices(scores.iloc[:, 0], scores.iloc[:, 1], resamples=resamples, seed=seed)
    known = table.dropna(subset=["correlation"])
    return known.assign(verdict=np.select([known["low"] > 0, known["high"] < 0], ["supported", "against"], "open"))


def item_tables(responses: pd.DataFrame, indices: Items) -> pd.DataFrame:
    """What goes into every index: ``question`` (the index), ``item``, ``n`` (answered), ``mean`` (points), ``correlation`` with the other items."""
    tables = [item_table(responses, items).assign(question=name) for name, items in indices.items()]
    columns = ["question", "item", "n", "mean", "correlation"]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True).drop(columns="n")
    return table.rename(columns={"variable": "item", "answered": "n"})[columns]


def reliabilities(responses: pd.DataFrame, indices: Items, reflective: Collection[str]) -> pd.DataFrame:
    """Alpha and omega of the indices whose items are effects of one thing; no row for the others, which they do not justify.

    Returns
    -------
    DataFrame
        ``question`` (the index), ``measure`` ("alpha", "omega"), ``n``, ``reliability``, ``reliability_low``, ``reliability_high``.
    """
    rows = []
    for name in indices:
        if name in reflective:
            answers = responses[list(indices[name]["variable"])]
            for measure, coefficient in {"alpha": cronbach_alpha(answers), "omega": mcdonald_omega(answers)}.items():
                ends = {"reliability_low": coefficient.low, "reliability_high": coefficient.high}
                rows.append({"question": name, "measure": measure, "n": coefficient.n_used, "reliability": coefficient.value} | ends)
    return pd.DataFrame(rows, columns=["question", "measure", "n", "reliability", "reliability_low", "reliability_high"])


@kept
def uncertainties(responses: pd.DataFrame, indices: Items, *, population: int | None, draws: int, seed: int) -> dict[str, IndexUncertainty]:
    """What the choices behind every index leave open, by its name; an index that the answers do not carry is left out."""
    found = {}
    for name, items in indices.items():
        try:
            ways = ways_to_combine(responses, items)
            found[name] = index_uncertainty(responses, items, draws=draws, seed=seed, aggregations=ways, population=population)
        except ValueError:
            continue
    return found


def ordered_pairs(found: Mapping[str, IndexUncertainty]) -> pd.DataFrame:
    """How firm the order of units is, and where the mean lies under the choices.

    Returns
    -------
    DataFrame
        One row per index: ``question``, ``n``, ``pairs_ordered`` (share of pairs), ``points_low``, ``points_high`` (of the mean).
    """
    rows = []
    for name, one in found.items():
        choices = one.mean_interval.iloc[0]
        ends = {"points_low": choices["low"], "points_high": choices["high"]}
        rows.append({"question": name, "n": one.n_used, "pairs_ordered": one.pairs_ordered} | ends)
    return pd.DataFrame(rows, columns=["question", "n", "pairs_ordered", "points_low", "points_high"])


def drivers(found: Mapping[str, IndexUncertainty]) -> pd.DataFrame:
    """Which choice matters most for the ranks: ``question``, ``measure`` (the choice), ``n``, ``alone``, ``total`` (shares of the variance)."""
    tables = [one.drivers[one.drivers["of"] == "rank"].assign(question=name, n=one.n_used) for name, one in found.items()]
    columns = ["question", "measure", "n", "alone", "total"]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True).rename(columns={"input": "measure", "first_order": "alone"})[columns]
