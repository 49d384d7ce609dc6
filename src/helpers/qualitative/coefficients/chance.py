"""Agreement beyond chance: Gwet's family of coefficients on one table of ratings, each with its standard error over units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special

from helpers.qualitative.coefficients.ratings import Ratings, coded
from helpers.qualitative.coefficients.resampling import checked_resampling

Array = NDArray[np.float64]
Weights = Literal["unweighted", "linear", "quadratic", "ordinal"]


@dataclass(frozen=True)
class Coefficient:
    """One coefficient; undefined (NaN) where chance alone would give full agreement.

    Parameters
    ----------
    value, std_error : float
        The coefficient and its standard error over units.
    observed, expected : float
        Agreement seen, and agreement by chance as this coefficient understands it.
    units : int
        Units with at least one rating (for alpha: two).
    """

    value: float
    std_error: float
    observed: float
    expected: float
    units: int


@dataclass(frozen=True)
class _Rated:
    """Units with a rating: coders per unit and category, their number per unit, credit for each pair of categories, places."""

    counts: Array
    rated: Array
    credit: Array
    places: NDArray[np.signedinteger]


def coefficients(
    ratings: pd.DataFrame | ArrayLike, *, weights: Weights = "unweighted", categories: Sequence[Any] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Every coefficient of agreement for one table of ratings, with standard errors and intervals.

    Parameters
    ----------
    ratings : DataFrame or array, shape (units, coders)
        One row per unit, one column per coder; NaN or None where a coder did not rate it.
    weights : {"unweighted", "linear", "quadratic", "ordinal"}
        Credit for near misses, see `credit`. With "ordinal" the row ``krippendorff_alpha`` is Gwet's weighted alpha, which is *not*
        Krippendorff's ordinal alpha; that is `agreement.krippendorff_alpha(..., metric="ordinal")`. With "quadratic" it is the interval alpha.
    categories : sequence, optional
        All categories in their order, used or not (Brennan-Prediger and AC1 depend on their number); else the labels that occur.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame, shape (6, 8)
        One row per ``coefficient`` (percent_agreement, brennan_prediger, gwet_ac1, fleiss_kappa, conger_kappa, krippendorff_alpha):
        ``value``, ``std_error``, ``low``, ``high`` (Student's t over units, cut at -1 and 1), ``observed``, ``expected``, ``units``. With weights,
        ``gwet_ac1`` is AC2.

    Raises
    ------
    ValueError
        As `ratings.coded`, or if the weights do not suit the ratings.

    References
    ----------
    Gwet (2014), "Handbook of Inter-Rater Reliability", 4th ed., and (2008), "Computing inter-rater reliability and its variance in the
    presence of high agreement", British Journal of Mathematical and Statistical Psychology 61:29-48; the values are those of R's irrCAC.

    Examples
    --------
    >>> ratings = [["a", "a"], ["a", "b"], ["b", "b"], ["a", "a"], ["a", "a"]]
    >>> coefficients(ratings)[["coefficient", "value", "std_error"]].round(3).head(3)
             coefficient  value  std_error
    0  percent_agreement  0.800       0.20
    1   brennan_prediger  0.600       0.40
    2           gwet_ac1  0.655       0.38
    """
    checked_resampling(1, level)
    read = coded(ratings, categories=categories)
    rows = [{"coefficient": name} | vars(coefficient(read, name, weights=weights)) for name in _EXPECTED]
    table = pd.DataFrame(rows)
    # As irrCAC, alpha's degrees of freedom come from all rated units too.
    half = table["std_error"] * special.stdtrit(max(1, table["units"].max() - 1), (1 + level) / 2)
    table["low"], table["high"] = (table["value"] - half).clip(lower=-1), (table["value"] + half).clip(upper=1)
    return table[["coefficient", "value", "std_error", "low", "high", "observed", "expected", "units"]]


def coefficient(ratings: Ratings, name: str, *, weights: str) -> Coefficient:
    """One coefficient by its name in `coefficients`."""
    counts = ratings.counts()
    least = 2 if name == "krippendorff_alpha" else 1
    kept = counts.sum(axis=1) >= least
    rated = _Rated(counts[kept], counts[kept].sum(axis=1), credit(ratings, weights), ratings.places[kept])
    expected, parts = _EXPECTED[name](rated)
    return _alpha(rated, expected, parts) if name == "krippendorff_alpha" else _corrected(rated, expected, parts)


def credit(ratings: Ratings, weights: str) -> Array:
    """Credit between 0 and 1 for each pair of categories, 1 for the same one.

    "linear" and "quadratic" fall with the (squared) distance of the categories' numbers, or of their places where they are text in a given
    order; "ordinal" falls with the number of pairs of categories that lie between the two (Gwet 2014, chapter 3).
    """
    if weights not in get_args(Weights):
        raise ValueError(f"weights is one of {', '.join(get_args(Weights))}")
    if weights == "unweighted" or len(ratings.scores) < 2:
        return np.eye(len(ratings.scores))
    if not ratings.ordered:
        raise ValueError("text has no order by itself; give all categories in their order, or leave the ratings unweighted")
    scores = np.arange(len(ratings.scores)) if weights == "ordinal" else ratings.scores
    apart = np.abs(scores[:, None] - scores)
    lost = {"linear": apart, "quadratic": apart**2, "ordinal": apart * (apart + 1) / 2}[weights]
    return np.asarray(1 - lost / lost.max())


def _agreement(rated: _Rated) -> Array:
    """Agreeing pairs of coders per unit, as a share of its pairs; 0 where there is no pair."""
    pairs = (rated.counts * (rated.counts @ rated.credit - 1)).sum(axis=1)
    return np.asarray(np.where(rated.rated > 1, pairs / np.maximum(rated.rated * (rated.rated - 1), 1), 0))


def _corrected(rated: _Rated, expected: float, parts: Array | float) -> Coefficient:
    """Agreement corrected for chance; the standard error rests on what every unit adds to both (linearisation)."""
    units, paired = len(rated.counts), rated.rated > 1
    agreement = _agreement(rated)
    observed = float(agreement.sum() / paired.sum())
    if not 1 - expected > 1e-12:
        return Coefficient(np.nan, np.nan, observed, expected, units)
    value = (observed - expected) / (1 - expected)
    added = units / paired.sum() * (agreement - expected * paired) / (1 - expected)
    added = added - 2 * (1 - value) * (parts - expected) / (1 - expected)
    return Coefficient(value, _error(added - value), observed, expected, units)


def _alpha(rated: _Rated, expected: float, parts: Array | float) -> Coefficient:
    """Alpha weighs units by their ratings and, unlike the others, corrects the agreement seen for small samples."""
    units, share = len(rated.counts), rated.rated / rated.rated.mean()
    agreement = _agreement(rated) * share
    observed = float(agreement.mean() + (1 - agreement.mean()) / rated.rated.sum())
    if not 1 - expected > 1e-12:
        return Coefficient(np.nan, np.nan, observed, expected, units)
    uncorrected = (agreement.mean() - expected) / (1 - expected)
    added = (agreement - observed * (share - 1) - expected) / (1 - expected)
    added = added - 2 * (1 - uncorrected) * (parts - expected * (share - 1) - expected) / (1 - expected)
    return Coefficient((observed - expected) / (1 - expected), _error(added - uncorrected), observed, expected, units)


def _error(deviations: Array) -> float:
    units = len(deviations)
    return float(np.sqrt((deviations**2).sum() / (units * (units - 1)))) if units > 1 else float("nan")


def _by_nothing(rated: _Rated) -> tuple[float, float]:
    return 0.0, 0.0


def _by_number(rated: _Rated) -> tuple[float, float]:
    """Brennan-Prediger: every category as likely as the others."""
    expected = float(rated.credit.mean())
    return expected, expected


def _by_doubt(rated: _Rated) -> tuple[float, Array | float]:
    """Gwet: chance agreement only among ratings that are hard to give, likelier the more evenly the categories are used."""
    categories = len(rated.credit)
    if categories < 2:
        return 1.0, 1.0
    used = (rated.counts / rated.rated[:, None]).mean(axis=0)
    scale = rated.credit.sum() / (categories * (categories - 1))
    return float(scale * (used * (1 - used)).sum()), scale * (rated.counts @ (1 - used)) / rated.rated


def _by_use(rated: _Rated) -> tuple[float, Array]:
    """Fleiss: the use of each category over all coders together."""
    used = (rated.counts / rated.rated[:, None]).mean(axis=0)
    return float(used @ rated.credit @ used), rated.counts @ (rated.credit @ used) / rated.rated


def _by_pairs(rated: _Rated) -> tuple[float, Array]:
    """Krippendorff: the use of each category among pairable ratings."""
    used = rated.counts.sum(axis=0) / rated.counts.sum()
    return float(used @ rated.credit @ used), rated.counts @ (rated.credit @ used) / rated.rated.mean()


def _by_coder(rated: _Rated) -> tuple[float, Array]:
    """Conger: each coder's own use of the categories, over all pairs of coders."""
    given = rated.places >= 0
    units, coders = given.shape
    ratings_of = given.sum(axis=0)
    used = np.stack([(rated.places == place).sum(axis=0) for place in range(len(rated.credit))], axis=1) / ratings_of[:, None]
    others = used.sum(axis=0) - used
    pairs = coders * (coders - 1)
    expected = float((others @ rated.credit * used).sum() / pairs)
    slope = (others * (units / ratings_of)[:, None]) @ rated.credit
    chosen = np.where(given, slope[np.arange(coders), rated.places], 0)
    return expected, (chosen - (given - ratings_of / units) * (slope * used).sum(axis=1)).sum(axis=1) / pairs


_EXPECTED: dict[str, Callable[[_Rated], tuple[float, Array | float]]] = {
    "percent_agreement": _by_nothing,
    "brennan_prediger": _by_number,
    "gwet_ac1": _by_doubt,
    "fleiss_kappa": _by_use,
    "conger_kappa": _by_coder,
    "krippendorff_alpha": _by_pairs,
}
