"""Saturation: how many interviews it takes until further ones add next to nothing new, over random orders of the interviews.

Codes stand for information: this is code saturation. Whether every code is understood, no count can tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.passages.presence import mentions

RANGE = (0.05, 0.95)  # of the orders
BLOCK = 2**22  # ranks held at once, so that many orders of many codings stay within 64 MB


def saturation(
    codings: pd.DataFrame, documents: pd.DataFrame, *, base: int = 4, run: int = 2, threshold: float = 0.05, resamples: int = 2000, seed: int
) -> pd.DataFrame:
    """Codes found, and new information still to come, after every number of interviews.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage, of one coder (or the consensus): ``document``, ``code``, ``coder``. Codes count as they are given, subcodes
        and main codes alike; the codes that come up are all there is to find.
    documents : DataFrame
        One row per interview: ``document``, in the order in which they were held (for ``observed``).
    base : int
        Base size: interviews whose codes are what is known at the start, the denominator.
    run : int
        Run length: successive interviews whose new codes are the numerator. Runs move on by one interview.
    threshold : float
        New-information threshold, a proportion: saturated where a run adds at most this share of the codes of the base.
    resamples : int
        Random orders of the interviews, all equally likely (drawn without replacement, so that every order ends with all codes).
    seed : int
        Seed of the orders.

    Returns
    -------
    DataFrame
        One row per number of interviews from 1 to all: ``interviews``, ``codes`` (found so far, mean over orders), ``low``, ``high`` (5 % and
        95 % of the orders), ``observed`` (in the order of `documents`), ``new_share`` (codes that the run after these interviews adds, as a share
        of the codes of the base; mean over orders; nan before the base is complete and where fewer than a run are left) and ``met``
        (share of orders in which the threshold has been met by then).

    Raises
    ------
    ValueError
        If base, run, threshold or resamples make no sense, several coders are mixed, or a coding belongs to no interview.

    References
    ----------
    Guest, Namey and Chen (2020), "A simple method to assess and report thematic saturation in qualitative research", PLoS ONE 15(5): e0232076.
    They resample with replacement; a study's own orders answer how far its order was luck.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": ["I01", "I01", "I02", "I03", "I03"], "code": ["a", "b", "a", "a", "b"], "coder": "A"})
    >>> saturation(codings, pd.DataFrame({"document": ["I01", "I02", "I03"]}), base=1, run=1, resamples=500, seed=1)["observed"].tolist()
    [2, 2, 2]
    """
    rule = _Rule(base, run, (threshold,))
    new, own = _new_codes(codings, documents, resamples, seed)
    found = new.cumsum(axis=1)
    low, high = _at(found, RANGE)
    point, steps = _points(new, rule)[0], np.arange(1, found.shape[1] + 1)
    return pd.DataFrame(
        {
            "interviews": steps,
            "codes": found.mean(axis=0),
            "low": low,
            "high": high,
            "observed": own.cumsum(axis=1)[0],
            "new_share": _mean_known(_new_shares(new, rule)),
            "met": (point[:, None] <= steps).mean(axis=0),
        }
    )


def saturation_point(
    codings: pd.DataFrame,
    documents: pd.DataFrame,
    *,
    base: int = 4,
    run: int = 2,
    thresholds: Sequence[float] = (0.05, 0.0),
    resamples: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """After how many interviews the new-information threshold is met, and in how many orders it never is.

    Parameters
    ----------
    codings, documents, base, run, resamples, seed
        As in `saturation`; the same seed draws the same orders.
    thresholds : sequence of float
        New-information thresholds, proportions.

    Returns
    -------
    DataFrame
        One row per threshold: ``threshold``, ``base``, ``run``, ``median``, ``low``, ``high`` (interviews before the run that meets it, over
        orders: 6 with a run of 2 is what the authors write 6+2; 5 % and 95 % of the orders), ``observed`` (in the order of `documents`),
        ``never`` (share of orders that never meet it) and ``documents`` (interviews). An order that never meets the threshold counts as later
        than all others; a number that falls among these is missing.

    Raises
    ------
    ValueError
        As in `saturation`.

    References
    ----------
    As in `saturation`.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": ["I01", "I01", "I02", "I03", "I03"], "code": ["a", "b", "a", "a", "b"], "coder": "A"})
    >>> documents = pd.DataFrame({"document": ["I01", "I02", "I03"]})
    >>> saturation_point(codings, documents, base=1, run=1, thresholds=[0.0], resamples=500, seed=1)[["threshold", "median", "observed"]]
       threshold  median  observed
    0        0.0       1         1
    """
    rule = _Rule(base, run, tuple(thresholds))
    new, own = _new_codes(codings, documents, resamples, seed)
    points = _points(new, rule)
    low, median, high = _at(points.T, (RANGE[0], 0.5, RANGE[1]))
    table = pd.DataFrame({"threshold": rule.thresholds, "base": base, "run": run})
    numbers = {"median": median, "low": low, "high": high, "observed": _points(own, rule)[:, 0]}
    table = table.assign(**{name: pd.Series(values).replace(np.inf, np.nan).astype("Int64") for name, values in numbers.items()})
    return table.assign(never=np.isinf(points).mean(axis=1), documents=len(documents))


@dataclass(frozen=True)
class _Rule:
    base: int
    run: int
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        if min(self.base, self.run) < 1 or not all(0 <= threshold < 1 for threshold in self.thresholds):
            raise ValueError("base size and run length are at least 1 interview, and a threshold lies from 0 to below 1, for example 4, 2 and 0.05")


def _new_codes(codings: pd.DataFrame, documents: pd.DataFrame, resamples: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Codes that each interview adds: random orders x interviews, and the order given as one row."""
    if resamples < 1:
        raise ValueError("the number of random orders is a whole number of at least 1, for example 2000")
    counts = mentions(codings, documents["document"], sorted(codings["code"].unique()))
    # Interviews in the order of their names, so that the orders drawn do not depend on the order of the rows.
    alphabetical = np.argsort(documents["document"].to_numpy(dtype=str), kind="stable")
    rng, block = np.random.default_rng(seed), max(1, BLOCK // max(1, int((counts > 0).sum())))
    drawn = []
    for start in range(0, resamples, block):
        orders = np.tile(np.arange(len(counts)), (min(block, resamples - start), 1))
        drawn.append(_added(counts[alphabetical] > 0, rng.permuted(orders, axis=1)))
    return np.concatenate(drawn), _added(counts > 0, np.arange(len(counts))[None, :])


def _added(present: NDArray[np.bool_], rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Codes that come up for the first time at each place of an order; `rank` holds the place of each interview, orders x interviews."""
    orders, number = rank.shape
    code, document = np.nonzero(present.T)
    if not len(code):
        return np.zeros((orders, number), dtype=np.int64)
    first = np.minimum.reduceat(rank[:, document], np.flatnonzero(np.diff(code, prepend=-1)), axis=1)
    return np.bincount((first + number * np.arange(orders)[:, None]).ravel(), minlength=orders * number).reshape(orders, number)


def _new_shares(new: NDArray[np.int64], rule: _Rule) -> NDArray[np.float64]:
    """New information of the run that follows each number of interviews, orders x interviews; nan where there is no base or no full run."""
    found = new.cumsum(axis=1)
    shares = np.full(new.shape, np.nan)
    last = new.shape[1] - rule.run
    if last < rule.base:
        return shares
    known = found[:, [rule.base - 1]].astype(float)
    known[known == 0] = np.nan  # nothing known yet: a share of it says nothing
    shares[:, rule.base - 1 : last] = (found[:, rule.base - 1 + rule.run :] - found[:, rule.base - 1 : last]) / known
    return shares


def _points(new: NDArray[np.int64], rule: _Rule) -> NDArray[np.float64]:
    """Interviews after which each threshold is met, thresholds x orders; infinite where it never is."""
    shares = _new_shares(new, rule)
    met = shares[None] <= np.asarray(rule.thresholds)[:, None, None] + 1e-12
    reached = met.any(axis=2)
    return np.where(reached, (met.argmax(axis=2) if met.shape[2] else 0) + 1.0, np.inf)


def _at(values: NDArray, levels: Sequence[float]) -> NDArray:
    """Quantiles over the orders (rows) that are values of some order, so that "never" can be one."""
    return np.sort(values, axis=0)[[math.ceil(level * len(values)) - 1 for level in levels]]


def _mean_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = ~np.isnan(values)
    return np.where(known, values, 0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
