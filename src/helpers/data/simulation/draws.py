"""Draws: declared distributions turned into values, always by the inverse of their distribution function.

Every number starts as a uniform one from a stream of its own, named after what is drawn. So the same seed gives the same values on every
platform, and a variable more or less leaves the others as they were. Where units answered another wave too, the numbers of each stream go
along with those of the same units in the stream of the same name there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
Common = tuple[str, float]
NOTHING_IN_COMMON: Common = ("", 0.0)


@dataclass(frozen=True)
class Panel:
    """The seed of a wave some of whose units are those of another wave.

    Parameters
    ----------
    own : int
        Seed of this wave's own streams.
    other : int or Panel
        Seed of the other wave.
    size : int
        Units of the other wave.
    rows : tuple of int
        For each unit of this wave its row in the other one, or -1.
    correlation : float
        Of the normal numbers behind what is drawn for a unit in both waves.
    """

    own: int
    other: Seed
    size: int
    rows: tuple[int, ...]
    correlation: float


Seed: TypeAlias = int | Panel


def own(seed: Seed) -> int:
    """The seed for what is drawn for records or texts, not for units."""
    return seed.own if isinstance(seed, Panel) else seed


def seeds(seed: Seed) -> set[int]:
    """The seeds of a wave and of those it goes back to."""
    return {seed.own, *seeds(seed.other)} if isinstance(seed, Panel) else {seed}


def uniform(seed: Seed, name: str, size: int) -> Numbers:
    """Uniform numbers inside (0, 1) from the stream of this name; from a panel, one for each of its units."""
    if isinstance(seed, Panel):
        return _along(seed, name, size)
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())])))
    return np.clip(stream.random(size), 1e-12, 1 - 1e-12)


def _along(panel: Panel, name: str, size: int) -> Numbers:
    """Uniform numbers that go along with those of the same units in the other wave."""
    rows = np.array(panel.rows)
    if size != len(rows):
        raise ValueError(f"{name}: {size} numbers are drawn for a panel of {len(rows)} units")
    alone, there = normal(panel.own, name, size), normal(panel.other, name, panel.size)[rows]
    both = panel.correlation * there + np.sqrt(1 - panel.correlation**2) * alone
    return np.clip(stats.norm.cdf(np.where(rows < 0, alone, both)), 1e-12, 1 - 1e-12)


def preferred(seed: Seed, name: str, score: Numbers) -> npt.NDArray[np.intp]:
    """Rows in the order in which they are drawn without replacement, with weights exp(score)."""
    # The largest of score plus a Gumbel number come first.
    return np.argsort(-(score - np.log(-np.log(uniform(seed, name, len(score))))), kind="stable")


def spread(seed: int, name: str, size: int) -> Numbers:
    """Uniform numbers of which one lies in each of ``size`` equal parts of (0, 1), in random order: margins as declared even in a small frame."""
    order = np.argsort(uniform(seed, f"{name}/order", size), kind="stable")
    return np.asarray((order + uniform(seed, name, size)) / size)


def normal(seed: Seed, name: str, size: int) -> Numbers:
    """Standard normal numbers from the stream of this name."""
    return np.asarray(stats.norm.ppf(uniform(seed, name, size)), dtype=float)


def amount(columns: Mapping[Any, Any], term: str) -> Numbers:
    """A column as numbers; ``log(x)`` is the natural logarithm of column x.

    Examples
    --------
    >>> amount({"members": [1, 100]}, "log(members)").round(2).tolist()
    [0.0, 4.61]
    """
    inner = re.fullmatch(r"log\((\w+)\)", term)
    return np.log(amount(columns, inner.group(1))) if inner else np.asarray(columns[term], dtype=float)


def standardised(values: Numbers) -> Numbers:
    """Mean 0, standard deviation 1; zeros where all values are the same."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)


def leaning(
    seed: Seed, name: str, size: int, *, loadings: Mapping[str, float], columns: Mapping[str, Numbers], common: Common = NOTHING_IN_COMMON
) -> Numbers:
    """Uniform numbers that go along with other columns: a Gaussian copula with the declared loadings.

    Parameters
    ----------
    seed, name, size
        As in `uniform`.
    loadings : mapping
        Column -> loading; together with the common one their squares stay below 1.
    columns : mapping
        Column -> one number per unit.
    common : (str, float)
        A stream that the items of a set share, and its loading.

    Raises
    ------
    ValueError
        If the squared loadings leave no room for chance.
    """
    room = 1 - sum(loading**2 for loading in loadings.values()) - common[1] ** 2
    if room <= 0:
        raise ValueError(f"{name}: the squares of the loadings add up to 1 or more; make them smaller")
    shared = sum((loading * standardised(columns[column]) for column, loading in loadings.items()), np.zeros(size))
    together = common[1] * normal(seed, common[0], size) if common[1] else 0.0
    return np.asarray(stats.norm.cdf(shared + together + np.sqrt(room) * normal(seed, name, size)), dtype=float)


def categories(positions: Numbers, shares: Mapping[str, float]) -> Texts:
    """One code per unit; the first codes go to the lowest positions.

    Raises
    ------
    ValueError
        If the shares do not add up to 1.
    """
    limits = np.cumsum(list(shares.values()))
    if abs(limits[-1] - 1) > 1e-9:
        raise ValueError(f"shares of {', '.join(shares)} add up to {limits[-1]:g}; they must add up to 1")
    return np.array(list(shares), dtype=object)[np.searchsorted(limits[:-1], positions, side="right")]


def years(positions: Numbers, *, first: int, until: Mapping[int, float]) -> Numbers:
    """Whole years, evenly spread inside each period; ``until`` maps the last year of a period to its share."""
    ends = np.array([first - 1, *until], dtype=float)
    limits = np.array([0.0, *np.cumsum(list(until.values()))])
    return np.floor(np.interp(positions, limits, ends + 1))


def lognormal(positions: Numbers, *, median: float, sigma: float, low: float, high: float, step: float = 1.0) -> Numbers:
    """Lognormal amounts, rounded to ``step`` and kept within the limits."""
    return np.clip(np.round(median * np.exp(sigma * stats.norm.ppf(positions)) / step) * step, low, high)


def percentages(positions: Numbers, *, mean: float | Numbers, sd: float, step: float = 1.0) -> Numbers:
    """Beta-distributed percentages, rounded to ``step``; ``mean`` and ``sd`` are proportions."""
    centre = np.clip(np.asarray(mean, dtype=float), 0.01, 0.99)
    precision = np.maximum(centre * (1 - centre) / sd**2 - 1, 1.0)
    return np.asarray(np.round(100 * stats.beta.ppf(positions, centre * precision, (1 - centre) * precision) / step) * step)


def parts(positions: Sequence[Numbers], *, means: Sequence[float], concentration: float, step: float = 1.0) -> list[Numbers]:
    """Percentages that add up to 100 (Dirichlet, by gamma quantiles); the last part takes what rounding leaves."""
    amounts = np.array([stats.gamma.ppf(place, mean * concentration) for place, mean in zip(positions, means, strict=True)])
    shares = np.floor(100 * amounts / amounts.sum(axis=0) / step) * step
    shares[-1] = 100 - shares[:-1].sum(axis=0)
    return list(shares)


def counts(positions: Numbers, mean: Numbers) -> Numbers:
    """Poisson counts."""
    return np.asarray(stats.poisson.ppf(positions, mean), dtype=float)


def steps(positions: Numbers, *, share: Numbers, most: int) -> Numbers:
    """Binomial steps 0 .. ``most``, on average ``share`` of them."""
    return np.asarray(stats.binom.ppf(positions, most, share), dtype=float)
