"""Comparisons that a statement needs all at once: how likely they hold in the population, and whether non-response could undo one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.integration.statements.posterior import Known
from helpers.integration.statements.rule import sign_survives, verdict_of

Numbers = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True)
class Comparisons:
    """Sums over the units of a population, all of which are above zero where a statement holds.

    Parameters
    ----------
    scores : array, shape (patterns, comparisons)
        What a unit with these answers adds to each sum.
    reach : float
        The most that a unit can add or take away, whatever it says.
    """

    scores: Numbers
    reach: float

    def tightest(self, known: Known) -> int:
        """Place of the comparison with the smallest sum among the respondents."""
        return int(np.argmin(known.seen @ self.scores))


def judge(known: Known, comparisons: Comparisons, drawn: Numbers) -> dict[str, object]:
    """Probability, effect, worst case and verdict of comparisons that must all be above zero.

    Parameters
    ----------
    known : Known
    comparisons : Comparisons
    drawn : array, shape (resamples, patterns)
        What `Known.draws` made of it.

    Returns
    -------
    dict
        ``effect`` (smallest comparison, per respondent) with ``effect_low`` and ``effect_high`` (posterior interval of that comparison in the
        population), ``probability`` (that all are above zero; a smallest one of exactly zero counts half), ``worst_low``, ``worst_high``
        (bounds of the smallest comparison over all that the unseen units may say, per unit of the population; nan where their number is not
        known), ``survives``, ``verdict``.

    Notes
    -----
    The lower bound is sharp where an unseen unit may say anything: for a ranking all of them tick what is behind in the tightest comparison,
    and not what is ahead. So is the upper one where a single answer is the best for all comparisons, as for a leading option or a battery;
    for an ordering in several steps it is conservative, as both are where a tick box excludes the others.
    """
    sums = drawn @ comparisons.scores
    smallest = sums.min(axis=1)
    probability = float(np.mean(smallest > 0) + np.mean(smallest == 0) / 2)
    found = known.seen @ comparisons.scores
    place = comparisons.tightest(known)
    units = 1.0 if known.unseen is None else known.size
    low, high = np.quantile(sums[:, place] / units, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    reach = np.inf if known.unseen is None else known.unseen * comparisons.reach
    worst_low, worst_high = found.min() - reach, found.min() + reach
    return {
        "effect": found[place] / known.n,
        "effect_low": low,
        "effect_high": high,
        "worst_low": np.nan if known.unseen is None else worst_low / units,
        "worst_high": np.nan if known.unseen is None else worst_high / units,
        "probability": probability,
        "survives": sign_survives(worst_low, worst_high),
        "verdict": verdict_of(probability, worst_low=worst_low, worst_high=worst_high),
    }
