"""The choices behind an index, worked out beforehand, so that many draws of them cost little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.imputation import impute
from helpers.quantitative.index.steps import Aggregation, Normalisation, aggregated, normalised
from helpers.quantitative.indices import Weights, checked_items, item_values, item_weights

ANCHORED: Normalisation = "goalposts"
BLOCK = 2**22  # points of units and items worked out at once, so that many draws stay within 64 MB


@dataclass(frozen=True)
class Choices:
    """All that may be chosen: points (normalisations, imputations, units, items), and how weights vary."""

    points: NDArray[np.float64]
    normalisations: tuple[Normalisation, ...]
    aggregations: tuple[Aggregation, ...]
    shape: NDArray[np.float64]

    @property
    def inputs(self) -> dict[str, int]:
        return {"normalisation": 1, "aggregation": 1, "imputation": 1, "weights": len(self.shape)}

    def scores(self, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scores of one draw per row of uniform numbers, (draws, units), some draws at a time."""
        at_once = max(1, BLOCK // self.points[0, 0].size)
        return np.concatenate([self._scores(uniform[start : start + at_once]) for start in range(0, len(uniform), at_once)])

    def _scores(self, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
        sizes = (len(self.normalisations), len(self.aggregations), self.points.shape[1])
        normalisation, aggregation, imputation = (np.floor(uniform[:, place] * size).astype(int) for place, size in enumerate(sizes))
        weights = _dirichlet(uniform[:, 3:], self.shape)
        found = np.empty((len(uniform), self.points.shape[2]))
        for place, name in enumerate(self.aggregations):
            rows = aggregation == place
            found[rows] = aggregated(self.points[normalisation[rows], imputation[rows]], weights[rows, None, :], aggregation=name)
        return found

    def anchored(self) -> Choices:
        """The choices that are left with the fixed goalposts."""
        place = self.normalisations.index(ANCHORED)
        return replace(self, points=self.points[place : place + 1], normalisations=(ANCHORED,))


def make_choices(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    normalisations: Sequence[Normalisation],
    aggregations: Sequence[Aggregation],
    weights: Weights | None,
    concentration: float,
    imputations: int,
    seed: int,
) -> Choices:
    """The choices that `index.uncertainty` draws from, for respondents who all have a score."""
    checked = checked_items(answers, items)
    values, low, high = item_values(answers, checked), checked["low"].to_numpy(), checked["high"].to_numpy()
    completed = _completed(pd.DataFrame(values, columns=checked["variable"]), imputations, seed)
    points = np.stack([normalised(completed, low, high, normalisation=name) for name in normalisations])
    return Choices(points, tuple(normalisations), tuple(aggregations), concentration * item_weights(checked, weights))


def _completed(values: pd.DataFrame, imputations: int, seed: int) -> NDArray[np.float64]:
    """Items without gaps, (imputations, units, items); one table stands for all where nothing is missing."""
    alike = values.nunique() == 1
    # An item with one answer only can be filled with nothing else.
    filled = values.fillna(values.loc[:, alike].max())
    if filled.notna().all(axis=None):
        return filled.to_numpy()[None]
    return np.stack([table.to_numpy() for table in impute(filled, imputations=imputations, seed=seed)])


def _dirichlet(uniform: NDArray[np.float64], shape: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights in the proportions of a Dirichlet distribution, by gamma quantiles; an item without weight has none in any draw."""
    gamma = np.zeros(uniform.shape)
    gamma[:, shape > 0] = stats.gamma.ppf(uniform[:, shape > 0], shape[shape > 0])
    # Not divided by their sum: the aggregation does so.
    return gamma
