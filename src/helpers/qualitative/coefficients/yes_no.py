"""Agreement on many yes-or-no decisions at once: every coefficient as one minus disagreement observed over disagreement expected.

Results have one value per code and a last one for all codes together. That last one sums both disagreements over the codes before it divides,
as Krippendorff does for unitised texts: chance then means each code's own frequency. Were all decisions thrown into one pot, knowing which codes
are frequent would already count as agreement.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Votes:
    """Coders who said yes, and who decided at all: per unit and code, and per unit. Every unit has two coders or more."""

    yes: Array
    rated: Array

    def disagreement(self) -> Array:
        """Disagreeing ordered pairs of coders per unit and code, each rating counted once (Krippendorff's coincidences)."""
        rated = self.rated[:, None]
        return np.asarray(2 * self.yes * (rated - self.yes) / (rated - 1))


def alpha_sums(votes: Votes) -> Array:
    """What alpha needs of each unit, ready to be added over units: disagreement and yes per code, and ratings.

    Examples
    --------
    >>> alpha_sums(Votes(np.array([[1.0, 2]]), np.array([2.0]))).tolist()
    [[2.0, 0.0, 1.0, 2.0, 2.0]]
    """
    return np.column_stack([votes.disagreement(), votes.yes, votes.rated])


def alpha_of_sums(sums: Array) -> Array:
    """Krippendorff's nominal alpha per code and for all, from sums over units on the last axis; NaN where a code never varies."""
    codes = sums.shape[-1] // 2
    disagreement, yes, ratings = sums[..., :codes], sums[..., codes:-1], sums[..., -1:]
    expected = 2 * yes * (ratings - yes) / (ratings - 1)
    return beyond_chance(disagreement, expected)


def chance_corrected(votes: Votes, given: NDArray[np.bool_], rated: NDArray[np.bool_]) -> dict[str, Array]:
    """Percent agreement, kappa (Cohen's for two coders, Conger's for more), Brennan-Prediger and AC1, per code and for all.

    ``given`` (coders x units x codes) and ``rated`` (coders x units) hold the single decisions.
    """
    observed = (votes.disagreement() / votes.rated[:, None]).mean(axis=0)
    used = coder_shares(given, rated)
    coders, spread = len(used), (used * (1 - used)).sum(axis=0)
    by_coder = 2 * (used.sum(axis=0) * (coders - used.sum(axis=0)) - spread) / (coders * (coders - 1))
    share = (votes.yes / votes.rated[:, None]).mean(axis=0)
    return {
        "percent": beyond_chance(observed, np.ones_like(observed)),
        "kappa": beyond_chance(observed, by_coder),
        "brennan_prediger": beyond_chance(observed, np.full_like(observed, 0.5)),
        "ac1": beyond_chance(observed, 1 - 2 * share * (1 - share)),
    }


def coder_shares(given: NDArray[np.bool_], rated: NDArray[np.bool_]) -> Array:
    """Share of the units each coder decided on that got the code: coders x codes."""
    return np.asarray(given.sum(axis=1) / rated.sum(axis=1)[:, None])


def beyond_chance(observed: Array, expected: Array) -> Array:
    """One minus the ratio of the disagreements per code (last axis) and, appended, for all codes together; NaN where none is expected."""
    observed = np.concatenate([observed, observed.sum(axis=-1, keepdims=True)], axis=-1)
    expected = np.concatenate([expected, expected.sum(axis=-1, keepdims=True)], axis=-1)
    # Kappa's expectation is a difference that may miss zero by rounding.
    defined = expected > 1e-12
    return np.asarray(1 - np.divide(observed, expected, out=np.full(expected.shape, np.nan), where=defined))
