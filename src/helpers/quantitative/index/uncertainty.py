"""How far an index depends on the choices behind it: normalisation, weights, aggregation and the answers put in for missing ones.

Every draw makes all four choices at random and works out the index of every unit. Ranks and the order of pairs are taken over all draws.
Scores and their mean are taken over the same draws, but with the fixed goalposts throughout: the other normalisations place a unit within
the sample, put the mean to about 50 whatever was answered, and so say nothing about a level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level, checked_resamples
from helpers.quantitative.index.choices import ANCHORED, Choices, make_choices
from helpers.quantitative.index.sobol import sobol_indices, uniform_points
from helpers.quantitative.index.steps import Aggregation, Normalisation
from helpers.quantitative.indices import Weights, index_scores

BLOCK = 2**22  # comparisons of pairs made at once, so that many draws stay within 64 MB


@dataclass(frozen=True)
class IndexUncertainty:
    """What the choices behind an index leave open. `scores` and `unit_intervals` are about units and are never published.

    Parameters
    ----------
    mean_interval : DataFrame
        ``source`` ("choices"; "choices_and_sampling" where the population is known), ``n``, ``mean`` (declared choices), ``low``, ``high``.
    pairs_ordered : float
        Share of the pairs of units of which the same one lies ahead in at least ``certainty`` of the draws.
    rank_shift : float
        By how many ranks a unit moves on average (mean absolute difference from its rank under the declared choices).
    drivers : DataFrame
        ``of`` ("rank", "score"), ``input`` ("normalisation", "weights", "aggregation", "imputation"), ``first_order``, ``total``: shares of the
        variance of the units' ranks, and of their scores on the goalposts, see `sobol.sobol_indices`.
    n_used, n_dropped : int
        Units with a score, and without one because too few items are answered.
    draws : int
        Draws made.
    certainty : float
        The probability from which on a pair counts as ordered.
    scores : array, shape (n_used, draws)
        Score of every unit in every draw, under the normalisation drawn.
    unit_intervals : DataFrame
        One row per unit with a score: ``score`` and ``rank`` (1 is the highest; ties share the middle) under the declared choices, ``low``,
        ``high``, ``rank_low``, ``rank_high``.
    """

    mean_interval: pd.DataFrame
    pairs_ordered: float
    rank_shift: float
    drivers: pd.DataFrame
    n_used: int
    n_dropped: int
    draws: int
    certainty: float
    scores: NDArray[np.float64] = field(repr=False)
    unit_intervals: pd.DataFrame = field(repr=False)


def index_uncertainty(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    draws: int,
    seed: int,
    normalisations: Sequence[Normalisation] = ("goalposts", "rank", "z"),
    aggregations: Sequence[Aggregation] = ("arithmetic", "geometric"),
    weights: Weights | None = None,
    concentration: float = 30.0,
    imputations: int = 20,
    least: float = 0.5,
    population: int | None = None,
    level: float = 0.95,
    certainty: float = 0.9,
) -> IndexUncertainty:
    """Monte Carlo over the choices behind an index.

    Parameters
    ----------
    answers, items, weights, least
        As in `indices.index_scores`.
    draws : int
        Draws of all choices together; 1024 or 2048 are enough.
    seed : int
        Seed of the draws.
    normalisations, aggregations : sequence
        The choices, equally probable; the goalposts must be among the normalisations.
    concentration : float
        Weights are drawn from a Dirichlet distribution around the declared ones, more closely the larger this is. At 30, a weight of 1/6
        lies between .06 and .32 in 95 % of the draws.
    imputations : int
        Completed tables from which a draw takes the missing answers, see `imputation.impute`.
    population : int, optional
        Eligible units; adds the sampling error of the mean, with finite population correction.
    level : float
        Share of the draws within an interval, a proportion in (0, 1).
    certainty : float
        Two units count as ordered if one lies ahead of the other in at least this share of the draws; above 0.5.

    Returns
    -------
    IndexUncertainty

    Raises
    ------
    ValueError
        If fewer than two units have a score, missing answers cannot be imputed, or an option makes no sense.

    References
    ----------
    Saisana, Saltelli and Tarantola (2005), "Uncertainty and sensitivity analysis techniques as tools for the quality assessment of composite
    indicators", JRSS A 168:307-323; OECD/JRC (2008), "Handbook on constructing composite indicators", chapter 7.

    Examples
    --------
    >>> answers = pd.DataFrame({"countries": [1, 4, 9, 14], "projects": [0, 3, 2, 8]})
    >>> items = pd.DataFrame({"variable": ["countries", "projects"], "low": 0, "high": [15, 8], "weight": 1})
    >>> found = index_uncertainty(answers, items, draws=256, seed=1)
    >>> found.n_used, round(found.pairs_ordered, 2)
    (4, 0.83)
    """
    _check_options(normalisations, aggregations, certainty, concentration)
    tails = [(1 - checked_level(level)) / 2, (1 + level) / 2]
    declared = index_scores(answers, items, weights=weights, least=least)
    scored = declared.notna().to_numpy()
    if scored.sum() < 2:
        raise ValueError(f"{scored.sum()} of {len(answers)} respondents have a score; at least 2 are needed to say how firm their order is")
    choices = make_choices(
        answers[scored],
        items,
        normalisations=normalisations,
        aggregations=aggregations,
        weights=weights,
        concentration=concentration,
        imputations=checked_resamples(imputations),
        seed=seed,
    )
    uniform = uniform_points(sum(choices.inputs.values()), draws=draws, seed=seed)
    scores = choices.scores(uniform)
    on_goalposts = choices.anchored()
    level_scores, reference = on_goalposts.scores(uniform), declared[scored]
    units = _unit_intervals(reference, level_scores, _ranks(scores), tails)
    return IndexUncertainty(
        mean_interval=_mean_interval(level_scores, float(reference.mean()), population, tails, seed),
        pairs_ordered=_pairs_ordered(scores, certainty),
        rank_shift=float(np.abs(_ranks(scores) - units["rank"].to_numpy()).mean()),
        drivers=_drivers(choices, on_goalposts, draws, seed),
        n_used=int(scored.sum()),
        n_dropped=int((~scored).sum()),
        draws=draws,
        certainty=certainty,
        scores=scores.T,
        unit_intervals=units,
    )


def _check_options(normalisations: Sequence[str], aggregations: Sequence[str], certainty: float, concentration: float) -> None:
    if ANCHORED not in normalisations:
        raise ValueError(f"the normalisations must include {ANCHORED!r}; the others say nothing about the level of an index")
    if not aggregations:
        raise ValueError("an index needs at least one aggregation to choose from, for example arithmetic")
    if not 0.5 < certainty <= 1:
        raise ValueError("the certainty of an order is a probability above 0.5 and at most 1, for example 0.9")
    if not 1 <= concentration < np.inf:
        raise ValueError("the concentration of the weights is a finite number of at least 1, for example 30")


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(stats.rankdata(-scores, axis=1), dtype=float)


def _unit_intervals(reference: pd.Series, scores: NDArray[np.float64], ranks: NDArray[np.float64], tails: list[float]) -> pd.DataFrame:
    low, high = np.quantile(scores, tails, axis=0)
    best, worst = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    # Equal weights on the same points in another order must tie.
    rank = _ranks(reference.to_numpy().round(9)[None])[0]
    columns = {"score": reference.to_numpy(), "low": low, "high": high, "rank": rank, "rank_low": best, "rank_high": worst}
    return pd.DataFrame(columns, index=reference.index)


def _mean_interval(scores: NDArray[np.float64], mean: float, population: int | None, tails: list[float], seed: int) -> pd.DataFrame:
    n = scores.shape[1]
    means = {"choices": scores.mean(axis=1)}
    if population is not None:
        if population < n:
            raise ValueError(f"{n} scores exceed the population of {population}; the population holds the sample")
        error = scores.std(axis=1, ddof=1) * np.sqrt((1 - n / population) / n)
        means["choices_and_sampling"] = np.clip(means["choices"] + error * np.random.default_rng(seed).standard_t(n - 1, len(scores)), 0, 100)
    bounds = np.array([np.quantile(drawn, tails) for drawn in means.values()])
    return pd.DataFrame({"source": list(means), "n": n, "mean": mean, "low": bounds[:, 0], "high": bounds[:, 1]})


def _pairs_ordered(scores: NDArray[np.float64], certainty: float) -> float:
    draws, units = scores.shape
    ahead, at_once = np.zeros((units, units)), max(1, BLOCK // units**2)
    for start in range(0, draws, at_once):
        some = scores[start : start + at_once]
        ahead += (some[:, :, None] > some[:, None, :]).sum(axis=0)
    pairs = np.triu_indices(units, 1)
    return float((np.maximum(ahead, ahead.T)[pairs] >= certainty * draws - 1e-9).mean())


def _drivers(choices: Choices, on_goalposts: Choices, draws: int, seed: int) -> pd.DataFrame:
    results: dict[str, tuple[Choices, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = {
        "rank": (choices, lambda uniform: _ranks(choices.scores(uniform))),
        "score": (on_goalposts, on_goalposts.scores),
    }
    tables = []
    for name, (drawn, function) in results.items():
        table = sobol_indices(function, drawn.inputs, draws=draws, seed=seed)
        tables.append(table.assign(of=name)[["of", "input", "first_order", "total"]])
    table = pd.concat(tables, ignore_index=True)
    # On the goalposts the normalisation is no choice.
    return table[(table["of"] == "rank") | (table["input"] != "normalisation")].reset_index(drop=True)
