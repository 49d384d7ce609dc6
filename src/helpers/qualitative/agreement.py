"""How far coders agree beyond chance: one coefficient per function, for a table of units x coders.

All take a DataFrame or array with one row per unit and one column per coder; NaN or None where a coder did not rate a unit. They raise a
ValueError if no unit was rated by two coders, and are NaN where agreement beyond chance is undefined, as all ratings are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers.qualitative.coefficients.chance import Weights, coefficient, credit
from helpers.qualitative.coefficients.coincidences import Metric, alpha_of, checked_metric, coincidence_matrix, unit_coincidences
from helpers.qualitative.coefficients.ratings import coded
from helpers.qualitative.coefficients.resampling import checked_resampling, drawn_weights, percentile_interval
from helpers.qualitative.coefficients.two_coders import joint_shares

Table: TypeAlias = pd.DataFrame | ArrayLike
Categories: TypeAlias = Sequence[Any] | None


def krippendorff_alpha(ratings: Table, *, metric: Metric = "nominal", categories: Categories = None) -> float:
    """Krippendorff's alpha: 1 for full agreement, 0 for what chance would give, below 0 for systematic disagreement.

    Parameters
    ----------
    ratings : DataFrame or array, shape (units, coders)
        Any labels for the nominal metric; numbers, or text with its order in ``categories``, for the ordinal one; numbers for the others.
    metric : {"nominal", "ordinal", "interval", "ratio"}
        How far apart two different ratings are.
    categories : sequence, optional
        All categories in their order; else the labels that occur. Memory grows with the square of their number.

    Returns
    -------
    float
        Any number of coders, any ratings missing; a unit that one coder rated does not count. NaN if all pairable ratings are the same.

    Raises
    ------
    ValueError
        If no unit was rated by two coders, or the ratings do not have the metric.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania.

    Examples
    --------
    >>> round(krippendorff_alpha([["a", "a", None], ["b", "b", "b"], ["a", "b", "a"], ["a", "a", "a"]]), 3)
    0.643
    """
    read = coded(ratings, categories=categories)
    checked_metric(metric, read)
    return float(alpha_of(coincidence_matrix(read), metric=metric, scores=read.scores))


def bootstrap_alpha(
    ratings: Table,
    *,
    metric: Metric = "nominal",
    groups: ArrayLike | None = None,
    resamples: int = 2000,
    seed: int,
    level: float = 0.95,
    categories: Categories = None,
) -> pd.DataFrame:
    """Krippendorff's alpha with an interval from resampling whole groups of units.

    Parameters
    ----------
    ratings, metric, categories
        As in `krippendorff_alpha`.
    groups : array of shape (units,), optional
        The group (interview) of each unit. Groups are drawn whole, as units of one interview go together; without it units are drawn. Pairs of
        ratings are never drawn by themselves: such intervals are far too narrow.
    resamples, seed : int
        Number of resamples, and the seed of the draws.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row: ``alpha``, ``low``, ``high`` (percentiles; NaN with a single group, from which nothing can be learnt about others) and
        ``resamples`` (those in which alpha is defined).

    Raises
    ------
    ValueError
        As `krippendorff_alpha`, if ``resamples`` or ``level`` make no sense, or if a unit has no group.

    Examples
    --------
    >>> ratings = [[1, 1], [2, 2], [1, 2], [1, 1], [2, 2], [2, 2], [1, 1], [1, 1]]
    >>> bootstrap_alpha(ratings, seed=1, resamples=500).round(2)
       alpha  low  high  resamples
    0   0.76  0.0   1.0        497
    """
    checked_resampling(resamples, level)
    read = coded(ratings, categories=categories)
    checked_metric(metric, read)
    counts = read.counts()
    size = len(read.scores)
    each = unit_coincidences(counts).reshape(len(counts), -1)
    if groups is not None:
        each = pd.DataFrame(each).groupby(_group_places(groups, len(counts))).sum().to_numpy()
    weights = drawn_weights(len(each), resamples=resamples, seed=seed, width=size**2)
    drawn = np.concatenate([alpha_of((block @ each).reshape(-1, size, size), metric=metric, scores=read.scores) for block in weights])
    low, high = percentile_interval(drawn, level) if len(each) > 1 else (np.nan, np.nan)
    value = float(alpha_of(each.sum(axis=0).reshape(size, size), metric=metric, scores=read.scores))
    return pd.DataFrame({"alpha": [value], "low": [float(low)], "high": [float(high)], "resamples": [int((~np.isnan(drawn)).sum())]})


def cohen_kappa(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Cohen's kappa of two coders, chance being each coder's own use of the categories; units that one did not rate are left out.

    ``weights`` gives credit for near misses and ``categories`` declares the order and unused categories, both as in `chance.coefficients`. For
    standard errors and a test see `two_coders.cohen_test`. Source: Cohen (1960), Educational and Psychological Measurement 20:37-46.

    Examples
    --------
    >>> cohen_kappa([["a", "a"], ["a", "b"], ["b", "b"], ["b", "b"]])
    0.5
    """
    read = coded(ratings, categories=categories)
    joint, _ = joint_shares(read)
    agreed = credit(read, weights)
    return _beyond(float((joint * agreed).sum()), float(joint.sum(axis=1) @ agreed @ joint.sum(axis=0)))


def scott_pi(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Scott's pi of two coders: as `cohen_kappa`, chance being the use of the categories by both together.

    Source: Scott (1955), "Reliability of content analysis", Public Opinion Quarterly 19:321-325.
    """
    read = coded(ratings, categories=categories)
    joint, _ = joint_shares(read)
    agreed = credit(read, weights)
    used = (joint.sum(axis=0) + joint.sum(axis=1)) / 2
    return _beyond(float((joint * agreed).sum()), float(used @ agreed @ used))


def percent_agreement(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Share of agreeing pairs of coders, averaged over the units that two or more rated; near misses count with their credit."""
    return coefficient(coded(ratings, categories=categories), "percent_agreement", weights=weights).value


def brennan_prediger(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Brennan and Prediger's kappa: by chance every category is as likely as the others. Give ``categories`` if some were never used.

    Source: Brennan and Prediger (1981), Educational and Psychological Measurement 41:687-699; missing ratings as in Gwet (2014).
    """
    return coefficient(coded(ratings, categories=categories), "brennan_prediger", weights=weights).value


def gwet_ac1(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Gwet's AC1 (with weights: AC2), steady where nearly all ratings are the same. Give ``categories`` if some were never used.

    Source: Gwet (2008), British Journal of Mathematical and Statistical Psychology 61:29-48.
    """
    return coefficient(coded(ratings, categories=categories), "gwet_ac1", weights=weights).value


def fleiss_kappa(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Fleiss' kappa of any number of coders, chance being the use of the categories by all together; missing ratings as in Gwet (2014).

    Source: Fleiss (1971), "Measuring nominal scale agreement among many raters", Psychological Bulletin 76:378-382.
    """
    return coefficient(coded(ratings, categories=categories), "fleiss_kappa", weights=weights).value


def conger_kappa(ratings: Table, *, weights: Weights = "unweighted", categories: Categories = None) -> float:
    """Conger's kappa of any number of coders, chance being each coder's own use of the categories; for two coders it is Cohen's.

    Source: Conger (1980), "Integration and generalization of kappas for multiple raters", Psychological Bulletin 88:322-328.
    """
    return coefficient(coded(ratings, categories=categories), "conger_kappa", weights=weights).value


def _beyond(observed: float, expected: float) -> float:
    """Agreement beyond chance, or NaN where chance gives all of it; the margin is for sums that miss 1 by rounding."""
    return (observed - expected) / (1 - expected) if 1 - expected > 1e-12 else float("nan")


def _group_places(groups: ArrayLike, units: int) -> NDArray[np.intp]:
    """The group of each unit as a number, in the order found."""
    places, _ = pd.factorize(np.asarray(groups))
    if len(places) != units or (places < 0).any():
        raise ValueError(f"{units} units have {len(places)} groups, {(places < 0).sum()} of them missing; give each unit its group")
    return places
