"""What the answers say of a population: the Polya posterior over cases.

The prior is the one that lets the answers speak alone: a unit that did not answer is like one that did, each of them equally likely, and what
no respondent said nobody says. So non-response is ignorable here; what if it is not, the worst case beside every probability says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, stats

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """Answers of those who gave them, and how many units did not.

    Parameters
    ----------
    patterns : array, shape (patterns, columns)
        Each combination of answers once, in ascending order.
    seen : array of int, shape (patterns,)
        Respondents with this combination.
    unseen : int or None
        Units of the population without an answer; None where their number is not known.
    """

    patterns: Numbers
    seen: NDArray[np.int64]
    unseen: int | None

    @classmethod
    def of(cls, cases: Numbers, *, population: int | None) -> Known:
        """Count the combinations of answers, so that the order of the respondents plays no part.

        Parameters
        ----------
        cases : array, shape (respondents, columns)
            Without missing values.
        population : int or None
            Units that the questions are about, the respondents included.

        Raises
        ------
        ValueError
            If more units answered than the population has.

        Examples
        --------
        >>> known = Known.of(np.array([[1.0], [0.0], [1.0]]), population=10)
        >>> known.patterns.ravel().tolist(), known.seen.tolist(), known.unseen
        ([0.0, 1.0], [1, 2], 7)
        """
        if population is not None and len(cases) > population:
            raise ValueError(f"{len(cases)} units answered, and the population has {population}; correct the population")
        patterns, seen = np.unique(cases, axis=0, return_counts=True)
        return cls(patterns, seen.astype(np.int64), None if population is None else population - len(cases))

    @property
    def n(self) -> int:
        """Respondents."""
        return int(self.seen.sum())

    @property
    def size(self) -> float:
        """Units of the population; infinite where that is not known."""
        return np.inf if self.unseen is None else self.n + self.unseen

    def draws(self, *, resamples: int, seed: int) -> Numbers:
        """Draws of the population: units with each combination of answers, or their shares where the population is not known.

        Parameters
        ----------
        resamples : int
        seed : int
            The same seed gives the same populations, whatever else is asked of them.

        Returns
        -------
        array, shape (resamples, patterns)

        References
        ----------
        Ghosh and Meeden (1997), "Bayesian Methods for Finite Population Sampling"; Rubin (1981), "The Bayesian bootstrap", for a population
        without bound.
        """
        rng = np.random.default_rng(seed)
        weights = rng.dirichlet(self.seen, size=resamples)
        if self.unseen is None:
            return weights
        # The unseen units are copies of cases, in the proportions that an urn would give them.
        return self.seen + rng.multinomial(self.unseen, weights).astype(float)


def chance_of_majority(yes: int, n: int, *, population: int | None) -> float:
    """Probability that more than half of the population are "yes", exactly; exactly half counts half.

    Parameters
    ----------
    yes, n : int
        Respondents who say so, and all of them.
    population : int or None
        Units, the respondents included; None where that is not known.

    Examples
    --------
    >>> round(chance_of_majority(31, 55, population=None), 3), chance_of_majority(50, 100, population=100)
    (0.83, 0.5)
    """
    if yes in (0, n):
        return float(yes == n)
    if population is None:
        return float(stats.beta.sf(0.5, yes, n - yes))
    if population == n:
        return float(np.sign(2 * yes - n) + 1) / 2
    unseen, half = (population - n, yes, n - yes), population / 2 - yes
    return float(stats.betabinom.sf(half, *unseen) + stats.betabinom.pmf(half, *unseen) / 2)


def chance_of_larger_share(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Probability that the first of two groups has the larger share, in a population without bound.

    Parameters
    ----------
    first, second : tuple of int
        "Yes" and "no" of the group's respondents, each at least 1.

    Examples
    --------
    >>> round(chance_of_larger_share((21, 11), (15, 17)), 4)
    0.9382
    """
    above, below = stats.beta(*first), stats.beta(*second)
    found = integrate.quad(lambda share: above.pdf(share) * below.cdf(share), 0, 1, epsabs=1e-12, epsrel=1e-12, points=[above.mean()])
    return float(found[0])
