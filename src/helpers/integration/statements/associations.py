"""Statements on associations: units with more of one thing have more (or less) of another, in this population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.integration.statements.contrasts import LEVEL
from helpers.integration.statements.posterior import Known, chance_of_larger_share
from helpers.integration.statements.rule import sign_survives, verdict_of
from helpers.quantitative.columns import is_number, ordered_values

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A variable as numbers that can be put in order.

    Parameters
    ----------
    values : array
        One per respondent, nan where missing.
    places : array
        Where a unit that did not answer may stand.
    bounded : bool
        Whether these are all the values there are; a number may lie anywhere.
    """

    values: Numbers
    places: Numbers
    bounded: bool


def scale_of(answers: pd.Series, *, said: str = "") -> Scale:
    """The order of the answers to a question.

    Parameters
    ----------
    answers : Series
        Tick box, numbers, ordered categories, or two categories of which the first declared counts as "has it".
    said : str
        Codes of answers, joined by "|": then only whether one of them was given counts.

    Raises
    ------
    ValueError
        If there are more than two categories without an order, and no answer is named.

    Examples
    --------
    >>> scale_of(pd.Series(pd.Categorical(["Y", "N", None], categories=["Y", "N"]))).values
    array([ 1.,  0., nan])
    """
    if said or answers.dtype == "boolean" or pd.api.types.is_bool_dtype(answers.dtype):
        given = answers.isin(said.split("|")).astype("boolean").mask(answers.isna()) if said else answers.astype("boolean")
        return Scale(given.to_numpy(dtype=float, na_value=np.nan), np.array([0.0, 1.0]), bounded=True)
    if is_number(answers):
        values = answers.to_numpy(dtype=float, na_value=np.nan)
        seen = np.unique(values[~np.isnan(values)])
        ends = [seen[0] - 1, seen[-1] + 1] if len(seen) else []
        return Scale(values, np.unique([*seen, *(seen[1:] + seen[:-1]) / 2, *ends]), bounded=False)
    if not isinstance(answers.dtype, pd.CategoricalDtype):
        raise ValueError(f"{answers.name}: only choices, tick boxes and numbers can be put in order")
    categories = list(answers.cat.categories)
    if not answers.cat.ordered and len(categories) == 2:
        return scale_of(answers, said=str(categories[0]))
    return Scale(ordered_values(answers, name=str(answers.name)), np.arange(float(len(categories))), bounded=True)


def association_test(first: Scale, second: Scale, *, positive: bool, population: int | None, resamples: int, seed: int) -> dict[str, object]:
    """Whether two variables go together in the population, in the direction that is stated.

    Parameters
    ----------
    first, second : Scale
        The same respondents; who lacks one of the two counts as not seen. At least one respondent has both.
    positive : bool
        The statement is that more of one goes with more of the other.
    population : int or None
        Units that both questions are about, respondents included.
    resamples : int
    seed : int

    Returns
    -------
    dict
        ``n``; ``effect`` with ``effect_low`` and ``effect_high`` (95 % posterior interval): Goodman and Kruskal's gamma, or, where both have two
        values, the share of the first among units that have the second minus that among the others; nan where one is the same for all;
        ``probability`` (that the association has the stated sign; none at all counts half); ``worst_low``, ``worst_high``: pairs of units that
        agree with the statement minus pairs that contradict it, as a proportion of all pairs, at worst and at best (nan where the
        population is not known); ``survives``, ``verdict``.

    Notes
    -----
    The bounds are conservative. Each unseen unit is put where it contradicts most seen ones, and unseen units contradict each other as far as
    the values that the scales have allow (all pairs of numbers, half of the squared number of units for two values); no placement may do
    both at once.

    References
    ----------
    Goodman and Kruskal (1954), "Measures of association for cross classifications", JASA 49:732-764; Manski (2003), "Partial Identification of
    Probability Distributions".
    """
    cases = np.column_stack([first.values, second.values if positive else -second.values])
    known = Known.of(cases[~np.isnan(cases).any(axis=1)], population=population)
    signs = _agreement(known.patterns)
    drawn = known.draws(resamples=resamples, seed=seed)
    excess = ((drawn @ signs) * drawn).sum(axis=1)
    two_by_two = all(scale.bounded and len(scale.places) == 2 for scale in (first, second))
    direction = 1.0 if positive else -1.0
    effects = direction * _effects(np.vstack([known.seen.astype(float), drawn]), known.patterns, signs, two_by_two=two_by_two)
    defined = effects[1:][~np.isnan(effects[1:])]
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(defined) and not np.isnan(effects[0]) else (np.nan, np.nan)
    exact = _exact(known) if two_by_two and population is None else None
    probability = float(np.mean(excess > 0) + np.mean(excess == 0) / 2) if exact is None else exact
    worst_low, worst_high = _bounds(known, signs, first, second, direction)
    return {
        "n": known.n,
        "effect": effects[0],
        "effect_low": low,
        "effect_high": high,
        "worst_low": np.nan if population is None else worst_low,
        "worst_high": np.nan if population is None else worst_high,
        "probability": probability,
        "survives": sign_survives(worst_low, worst_high),
        "verdict": verdict_of(probability, worst_low=worst_low, worst_high=worst_high),
    }


def _agreement(units: Numbers) -> Numbers:
    """1 where two units are in the same order on both scales, -1 where they are in opposite order, else 0."""
    apart = np.sign(units[:, None, :] - units[None, :, :])
    return apart[..., 0] * apart[..., 1]


def _effects(counts: Numbers, patterns: Numbers, signs: Numbers, *, two_by_two: bool) -> Numbers:
    """Gamma, or difference of shares, of tables (rows) in which the patterns have these counts."""
    if two_by_two:
        has, lacks = patterns[:, 1] == patterns[:, 1].max(), patterns[:, 1] == patterns[:, 1].min()
        if not (has ^ lacks).all():
            return np.full(len(counts), np.nan)
        return (counts @ (has * patterns[:, 0])) / (counts @ has) - (counts @ (lacks * patterns[:, 0])) / (counts @ lacks)
    untied = ((counts @ np.abs(signs)) * counts).sum(axis=1)
    agreeing = ((counts @ signs) * counts).sum(axis=1)
    return np.divide(agreeing, untied, out=np.full(len(counts), np.nan), where=untied > 0)


def _exact(known: Known) -> float | None:
    """Of two shares in a population without bound, where all four cells are filled, the probability in closed form."""
    if len(known.seen) < 4:
        return None
    table = known.seen.reshape(2, 2)
    return chance_of_larger_share((int(table[1, 1]), int(table[0, 1])), (int(table[1, 0]), int(table[0, 0])))


def _bounds(known: Known, signs: Numbers, first: Scale, second: Scale, direction: float) -> tuple[float, float]:
    if known.unseen is None:
        return -np.inf, np.inf
    # Each place where an unseen unit may stand, against all that were seen.
    across = np.sign(first.places[:, None] - known.patterns[:, 0]) * known.seen
    against_seen = across @ np.sign(direction * second.places[:, None] - known.patterns[:, 1]).T
    levels = min([known.unseen, *(len(scale.places) for scale in (first, second) if scale.bounded)])
    among_unseen = known.unseen**2 / 2 * (1 - 1 / levels) if levels else 0.0
    seen = (known.seen @ signs @ known.seen) / 2
    pairs = max(known.size * (known.size - 1) / 2, 1.0)
    low = seen + known.unseen * against_seen.min() - among_unseen
    high = seen + known.unseen * against_seen.max() + among_unseen
    return float(low / pairs), float(high / pairs)
