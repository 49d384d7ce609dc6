"""Two simulated waves of finite populations: every column is a draw of its own, nan where a unit did not answer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.integration.change.overlap import Populations

BOTH, BEFORE, NOW = 105, 112, 118
POPULATIONS = Populations(BEFORE, NOW, BOTH)


@dataclass(frozen=True)
class Waves:
    """What all units would answer (units x draws), and what is known of those that did."""

    all_before: NDArray
    all_now: NDArray
    before: NDArray
    now: NDArray

    @property
    def change(self) -> NDArray:
        return self.all_now.mean(axis=0) - self.all_before.mean(axis=0)

    @property
    def change_of_stayers(self) -> NDArray:
        return self.all_now[:BOTH].mean(axis=0) - self.all_before[:BOTH].mean(axis=0)


def two_waves(draws, *, correlation, made, answers=50, readiness=0.7, seed):
    """``made`` turns standard normal numbers into answers, one function per wave."""
    rng = np.random.default_rng(seed)

    def pair(along):
        common = rng.standard_normal((BOTH, draws))
        later = along * common + np.sqrt(1 - along**2) * rng.standard_normal((BOTH, draws))
        alone = rng.standard_normal((BEFORE - BOTH, draws)), rng.standard_normal((NOW - BOTH, draws))
        return np.vstack([common, alone[0]]), np.vstack([later, alone[1]])

    values = [make(numbers) for make, numbers in zip(made, pair(correlation), strict=True)]
    answered = [numbers.argsort(axis=0).argsort(axis=0) < answers for numbers in pair(readiness)]
    return Waves(*values, *(np.where(who, value, np.nan) for who, value in zip(answered, values, strict=True)))


def tables(waves, kind=None):
    """The two waves as tables; units in the later one in another order."""
    names = [f"d{number}" for number in range(waves.before.shape[1])]
    units = {
        "before": [f"u{place}" for place in range(BEFORE)],
        "now": [*(f"u{place}" for place in range(BOTH)), *(f"n{place}" for place in range(NOW - BOTH))],
    }
    made = []
    for wave, values in (("before", waves.before), ("now", waves.now)):
        table = pd.DataFrame(values, columns=names)
        table = table.astype(kind) if kind else table
        made.append(pd.concat([pd.Series(units[wave], name="unit"), table], axis=1))
    return made[0], made[1].iloc[::-1].reset_index(drop=True)
