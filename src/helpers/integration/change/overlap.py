"""Overlap: how many units each wave could have asked, and how far the errors of two estimates go along with each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Populations:
    """Eligible units of two waves, respondents and others together; None where a number is not known.

    Parameters
    ----------
    before, now : int or None
        Eligible units of each wave.
    both : int or None
        Units eligible in both waves. Where it is not known but the others are, as many as the smaller wave has are assumed.

    Raises
    ------
    ValueError
        If a population has no unit, or more units are eligible in both waves than in one.
    """

    before: int | None = None
    now: int | None = None
    both: int | None = None

    def __post_init__(self) -> None:
        waves = [units for units in (self.before, self.now) if units is not None]
        if any(units < 1 for units in waves) or (self.both is not None and (self.both < 0 or any(self.both > units for units in waves))):
            raise ValueError("each population has at least 1 unit, and no more units are eligible in both waves than in one of them")

    @property
    def shared(self) -> float:
        """Units eligible in both waves, as a share of all pairs of a unit before and a unit now; 0 where a population is not known."""
        if self.before is None or self.now is None:
            return 0.0
        both = min(self.before, self.now) if self.both is None else self.both
        return both / (self.before * self.now)

    @property
    def stayers(self) -> Populations:
        """The units eligible in both waves, as the population of both."""
        return Populations(self.both, self.both, self.both) if self.both else UNLIMITED


UNLIMITED = Populations()


def estimate_correlation(correlation: ArrayLike, panel: ArrayLike, n_before: ArrayLike, n_now: ArrayLike, populations: Populations) -> Any:
    """Correlation of the two waves' estimates, from that of a unit's two values.

    Parameters
    ----------
    correlation : array-like of float
        Correlation of a unit's value before with its value now.
    panel : array-like of int
        Units that are in both samples.
    n_before, n_now : array-like of int
        Units of each sample, those of the panel included.
    populations : Populations
        Where one is not known there is no finite population correction.

    Returns
    -------
    array of float
        The correlation itself where both samples and populations are the same; 0 without overlap in unlimited populations; of the other
        sign without overlap in a finite one, as each unit that is in one sample is lacking in the other.

    References
    ----------
    Tam (1984), "On covariances from overlapping samples", The American Statistician 38:288-289: the covariance of two means is
    (m / (n1 n2) - 1 / N) times that of the values. Where units come and go, 1 / N becomes N12 / (N1 N2), N12 units being eligible twice.

    Examples
    --------
    >>> estimate_correlation([0.8, 0.8], [50, 30], 50, 50, Populations(100, 100, 100)).round(2).tolist()
    [0.8, 0.16]
    """
    m, first, second = (np.asarray(number, dtype=float) for number in (panel, n_before, n_now))
    overlap = m / np.maximum(first * second, 1) - populations.shared
    spread = np.sqrt(np.maximum(open_part(first, populations.before) * open_part(second, populations.now), 0))
    overlap, spread = np.broadcast_arrays(overlap, spread)
    # A wave in which everybody answered has no error that could go along with the other's.
    of_errors = np.divide(overlap, spread, out=np.zeros(overlap.shape), where=spread > 0)
    return np.clip(np.asarray(correlation, dtype=float) * of_errors, -1.0, 1.0)


def open_part(n: ArrayLike, population: int | None) -> Numbers:
    """Variance of a sample's mean as a multiple of that of the units: 1 / n - 1 / N.

    Examples
    --------
    >>> open_part([50, 100], 100).tolist()
    [0.01, 0.0]
    """
    return 1 / np.maximum(np.asarray(n, dtype=float), 1) - (0.0 if population is None else 1 / population)
