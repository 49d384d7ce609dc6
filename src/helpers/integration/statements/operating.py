"""How often verdicts are right and wrong: populations of which the truth is known, samples of them, and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.integration.statements.importance import SURE, importance_test
from helpers.integration.statements.populations import MAKERS, Made, made_population
from helpers.integration.statements.rule import SUPPORTED, VERDICTS
from helpers.integration.statements.simulated import answer_patterns, sample_verdicts
from helpers.quantitative.importance import importance_in
from helpers.quantitative.inference import compare, partition, random_signs, wald_statistics
from helpers.quantitative.regression.design import INTERCEPT, Design

Numbers = NDArray[np.float64]
KINDS = (*MAKERS, "importance")
PARTS = {"sector_part": ["sector"], "membership_part": ["members"]}
# Numbers per block of samples, so that no array exceeds 16 MB; and what of a leverage of 1 is rounding error.
_BLOCK, _NOTHING = 2**21, 1e-9


def verdict_operating(
    kind: str, effects: Sequence[float], *, population: int, n: int, lean: float = 0.0, replicates: int, resamples: int, seed: int
) -> pd.DataFrame:
    """How often each verdict is given, where the truth is known.

    Parameters
    ----------
    kind : str
        Kind of statement: "majority", "minority", "ratings", "leading", "leading_set", "ordering", "association", "importance".
    effects : sequence of float
        Distances from the boundary between true and false, see `made_population`; above zero the statement is true. Importance: share of the
        outcome's variance that a sector of four groups explains, zero where it is false.
    population : int
        Units.
    n : int
        Units that answer.
    lean : float
        How much more willingly units answer that speak for the statement: they are drawn with exp(2 lean) times the weight of those that
        speak against it. Zero: who answers has nothing to do with the answers. For importance the weight grows with the outcome, by the
        factor exp(lean) per standard deviation.
    replicates : int
        Samples per effect.
    resamples : int
        Draws from the posterior (importance: of the test and of the interval) per sample.
    seed : int

    Returns
    -------
    DataFrame
        One row per effect: ``kind``, ``effect``, ``lean``, ``population``, ``n``, ``holds`` (whether the statement is true of this
        population), ``supported``, ``tendency``, ``open``, ``doubtful``, ``against`` (proportions of the samples), ``replicates``. Where the
        statement does not hold ``supported`` is the rate of the error that matters, where it holds it is the power.

    Notes
    -----
    Of statements on this population no false one can be supported, whoever answers: a sign that survives the worst case is the true one. So
    with fewer than half of the units answering no majority can be supported either, however large it is; "tendency" is what can then be
    reached, and that rests on non-response being ignorable, which ``lean`` puts to the test.

    Raises
    ------
    ValueError
        If there is no such kind, or more units answer than there are.

    Examples
    --------
    >>> found = verdict_operating("majority", [0.0, 0.3], population=60, n=50, replicates=20, resamples=100, seed=1)
    >>> found[["holds", "supported"]].values.tolist()
    [[False, 0.0], [True, 1.0]]
    """
    if kind not in KINDS:
        raise ValueError(f"there is no such kind of statement; there are {', '.join(KINDS)}")
    if not 0 < n <= population:
        raise ValueError(f"at least 1 and at most all {population} units answer")
    rows = []
    for effect in effects:
        rng = np.random.default_rng(seed)
        if kind == "importance":
            holds, given = effect > 0, _of_process(effect, population, n, lean, replicates, resamples, rng)
        else:
            holds, given = _of_population(made_population(kind, effect, size=population, seed=seed), n, lean, replicates, resamples, rng)
        rates = {verdict: given.count(verdict) / replicates for verdict in reversed(VERDICTS)}
        asked = {"kind": kind, "effect": effect, "lean": lean, "population": population, "n": n, "holds": holds}
        rows.append(asked | rates | {"replicates": replicates})
    return pd.DataFrame(rows)


def responding(willingness: Numbers, n: int, *, replicates: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Places of the units that answer.

    Parameters
    ----------
    willingness : array, shape (units,)
        Logarithm of the weight with which each unit is drawn, without replacement.
    n : int
    replicates : int
    rng : Generator

    Returns
    -------
    array, shape (replicates, n)

    References
    ----------
    Efraimidis and Spirakis (2006), "Weighted random sampling with a reservoir", Information Processing Letters 97:181-185, in logarithms.
    """
    keys = willingness + rng.gumbel(size=(replicates, len(willingness)))
    return np.argpartition(-keys, n - 1, axis=1)[:, :n]


def _of_population(made: Made, n: int, lean: float, replicates: int, resamples: int, rng: np.random.Generator) -> tuple[bool, list[str]]:
    patterns, of_unit = answer_patterns(made)
    units = np.bincount(of_unit, minlength=len(patterns))
    # Where everybody has answered, what is true is supported, and nothing else.
    holds = sample_verdicts(made, patterns, units[None], resamples=1, rng=rng) == [SUPPORTED]
    if lean == 0:
        seen = rng.multivariate_hypergeometric(units, n, size=replicates, method="marginals")
    else:
        size = max(1, _BLOCK // len(of_unit))
        parts = [min(size, replicates - done) for done in range(0, replicates, size)]
        samples = np.concatenate([responding(lean * made.favours, n, replicates=part, rng=rng) for part in parts])
        seen = np.apply_along_axis(np.bincount, 1, of_unit[samples], minlength=len(patterns))
    return holds, sample_verdicts(made, patterns, seen, resamples=resamples, rng=rng)


def _of_process(effect: float, population: int, n: int, lean: float, replicates: int, resamples: int, rng: np.random.Generator) -> list[str]:
    given = []
    for seed in rng.integers(2**32, size=replicates):
        degree, sector, members = _units(effect, population, rng)
        standing = (degree - degree.mean()) / degree.std()
        answered = responding(lean * standing, n, replicates=1, rng=rng)[0]
        design = process_design(degree[answered], sector[answered], members[answered])
        p_value = sector_test(design, resamples=resamples, seed=int(seed))
        excess = {"excess": np.nan, "excess_low": np.nan, "excess_high": np.nan}
        if p_value <= SURE:
            # The interval costs most of the time, and matters only where the test has found something.
            share = importance_in(design, PARTS, resamples=resamples, seed=int(seed)).iloc[0]
            excess = {"excess": share["excess"], "excess_low": share["low"], "excess_high": share["high"]}
        given.append(str(importance_test(pd.Series({"n": n, "p_value": p_value, **excess}))["verdict"]))
    return given


def process_design(degree: Numbers, sector: NDArray[np.int64], members: Numbers) -> Design:
    """The design of ``degree ~ sector + members`` in made cases, without the cost of a formula; ``sector`` is one of four, from 0 on."""
    matrix = np.column_stack([np.ones(len(degree)), sector[:, None] == np.arange(1, 4), members])
    columns = (INTERCEPT, *(f"sector[T.{name}]" for name in "bcd"), "members")
    return Design(pd.Series(degree), matrix, columns, {"sector": (1, 2, 3), "members": (4,)}, n_dropped=0)


def sector_test(design: Design, *, resamples: int, seed: int) -> float:
    """The p-value of `wild_bootstrap_test` for the sector; nan where the model cannot be fitted, as without cases of one sector."""
    if np.linalg.matrix_rank(design.matrix) < design.matrix.shape[1]:
        return np.nan
    split = partition(design.matrix, design.places(["sector"]))
    if split.leverage.max() > 1 - _NOTHING:
        return np.nan
    outcome = design.outcome.to_numpy(dtype=float)
    return compare(split, outcome, wald_statistics, random_signs, resamples=resamples, rng=np.random.default_rng(seed))[1]


def _units(effect: float, size: int, rng: np.random.Generator) -> tuple[Numbers, NDArray[np.int64], Numbers]:
    """Units in which the sector explains so much of the variance, the number of members a tenth, and chance the rest: degree, sector, members."""
    sector = rng.choice(4, size, p=[0.31, 0.20, 0.22, 0.27])
    # Of unit variance over the four groups.
    level = np.array([0.6, 1.1, -1.6, -0.2])[sector]
    members = rng.normal(size=size)
    degree = np.sqrt(effect) * level + np.sqrt(0.1) * members + np.sqrt(0.9 - effect) * rng.normal(size=size)
    return degree, sector, members
