"""How the regression of a study behaves where the truth is known: studies drawn from given coefficients, on the study's own design."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_resamples
from helpers.quantitative.inference import Partition, compare, partition, random_signs, wald_statistics
from helpers.quantitative.intervals import wilson_interval
from helpers.quantitative.regression.design import INTERCEPT, Design, make_design
from helpers.quantitative.regression.leverage import refuse_leverage_one
from helpers.quantitative.robust import robust_estimates

Numbers = NDArray[np.float64]
ALPHA = 0.05
# Numbers per block of replicates, so that no array exceeds 32 MB.
_BLOCK = 2**22
# What is shorter than this, beside its whole length, is rounding error.
_NOTHING = 1e-9
# Designs drawn for each study, at most, before it is said that they cannot be had.
_PATIENCE = 20


def operating_characteristics(
    data: pd.DataFrame,
    formula: str,
    *,
    coefficients: Mapping[str, float],
    residual_sd: float,
    replicates: int,
    resamples: int,
    seed: int,
    n: int | None = None,
    effect: float = 1.0,
    spread: float = 1.0,
    spread_by: str | None = None,
    covariance: str = "HC2",
) -> pd.DataFrame:
    """Bias, coverage, size and power of the regression, in studies drawn from known coefficients.

    Parameters
    ----------
    data : DataFrame
        One row per case; the complete ones are the population of cases to draw from. The outcome only decides which are complete.
    formula : str
        The model, such as ``"degree ~ sector + log(members)"``.
    coefficients : mapping
        Column of the design -> true coefficient (units of the outcome per unit of the column); columns not named have 0.
    residual_sd : float
        Standard deviation of the noise (root mean square over the cases), which is normal.
    replicates : int
        Studies drawn.
    resamples : int
        Bootstrap samples per test, at least 19; best one less than a multiple of 20, such as 399, which makes the level exactly 5 %.
    seed : int
        Seed of the draws.
    n : int, optional
        Cases per study, drawn with replacement; left out, every study has the complete cases as they are.
    effect : float
        Factor on all coefficients but the intercept: 0 makes every null hypothesis true.
    spread : float
        Largest standard deviation of the noise divided by the smallest; 1 makes it the same everywhere.
    spread_by : str, optional
        Term of the formula along which the noise grows, by equal ratios: from its smallest value to the largest, or from the first category
        to the last.
    covariance : str
        "HC2" with the degrees of freedom of Bell and McCaffrey, or "HC3" with n - columns, as in `robust.robust_intervals`.

    Returns
    -------
    DataFrame
        One row per column of the design: ``term``, ``column``, ``truth``, ``bias`` (mean estimate minus truth), ``bias_se`` (its Monte Carlo
        error), ``coverage`` (share of the 95 % intervals that hold the truth) with ``coverage_low``, ``coverage_high`` (Wilson),
        ``rejected`` (share of studies in which `wild_bootstrap_test` rejects, at 5 %, that the whole term has no part: its size where its
        coefficients are 0, its power elsewhere; nan for the intercept) with ``rejected_low``, ``rejected_high``, ``replicates``,
        ``redrawn`` (designs drawn again because a category had no case or one, or a column was lost; the others are what is reported on).

    Raises
    ------
    ValueError
        If the design cannot be made or has a case with leverage 1, a coefficient belongs to no column, an argument makes no sense, or
        hardly any design drawn with this `n` can be used.

    References
    ----------
    Morris, White and Crowther (2019), "Using simulation studies to evaluate statistical methods", Statistics in Medicine 38:2074-2102.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [0.0] * 40, "members": np.arange(40) % 10})
    >>> strong = {"coefficients": {"members": 2}, "residual_sd": 5}
    >>> found = operating_characteristics(table, "y ~ members", **strong, replicates=200, resamples=99, seed=1)
    >>> (found["rejected"] > 0.95).tolist()
    [False, True]
    """
    design = make_design(data, formula)
    _check(design, residual_sd, replicates, resamples, n, covariance)
    truth = _truth(design, coefficients, effect)
    noise_sd = _noise_sd(design, residual_sd, spread, spread_by)
    rng = np.random.default_rng(seed)
    cases, redrawn = _drawn_cases(design, n, replicates, rng)
    block = max(1, _BLOCK // (cases.shape[1] * len(truth) ** 2))
    errors, covered, rejected = [], [], []
    for start in range(0, replicates, block):
        drawn = cases[start : start + block]
        # Without `n` all studies share one design, which is then prepared once.
        matrix = design.matrix[drawn] if n is not None else design.matrix[None]
        outcome = design.matrix[drawn] @ truth + noise_sd[drawn] * rng.standard_normal(drawn.shape)
        estimate, std_error, dof = robust_estimates(matrix, outcome, covariance=covariance)
        errors.append(estimate - truth)
        covered.append(np.abs(estimate - truth) <= stats.t.isf(ALPHA / 2, dof) * std_error)
        rejected.append(_rejections(matrix, outcome, design, resamples, rng))
    found = np.concatenate(errors), np.concatenate(covered), np.concatenate(rejected)
    return _table(design, truth, *found).assign(replicates=replicates, redrawn=redrawn)


def _drawn_cases(design: Design, n: int | None, replicates: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], int]:
    """Places of the cases of each study (replicates x n), and how many designs were drawn in vain."""
    if n is None:
        return np.broadcast_to(np.arange(design.n_used), (replicates, design.n_used)), 0
    found: list[NDArray[np.int64]] = []
    block, drawn, kept = max(1, _BLOCK // (n * design.matrix.shape[1])), 0, 0
    while kept < replicates:
        if drawn >= _PATIENCE * replicates:
            raise ValueError(f"only {kept} of {drawn} designs of {n} drawn cases could be used; draw more cases, or merge small categories")
        cases = rng.integers(0, design.n_used, (min(block, replicates - kept), n))
        found.append(cases[_usable(design.matrix[cases])])
        drawn, kept = drawn + len(cases), kept + len(found[-1])
    return np.concatenate(found), drawn - replicates


def _usable(matrix: Numbers) -> NDArray[np.bool_]:
    """Which designs of a stack have full rank and no case with leverage 1."""
    lengths = np.linalg.norm(matrix, axis=-2, keepdims=True)
    basis, triangle = np.linalg.qr(matrix / np.where(lengths > 0, lengths, 1.0))
    own = np.abs(triangle.diagonal(axis1=-2, axis2=-1)).min(axis=-1)
    return (own > _NOTHING) & ((basis**2).sum(axis=-1).max(axis=-1) < 1 - _NOTHING)


def _rejections(matrix: Numbers, outcome: Numbers, design: Design, resamples: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Whether the wild bootstrap test rejects, for each study and term. One study after the other: its samples fit the processor's cache."""
    rejected = np.empty((len(outcome), len(design.terms)), dtype=bool)
    for place, columns in enumerate(design.terms.values()):
        splits = partition(matrix, columns)
        for study, values in enumerate(outcome):
            one = study % len(matrix)
            split = Partition(splits.kept[one], splits.added[one], splits.leverage[one])
            p_value = compare(split, values, wald_statistics, random_signs, resamples=resamples, rng=rng)[1]
            rejected[study, place] = p_value <= ALPHA * (1 + _NOTHING)
    return rejected


def _table(design: Design, truth: Numbers, errors: Numbers, covered: NDArray[np.bool_], rejected: NDArray[np.bool_]) -> pd.DataFrame:
    replicates = len(errors)
    term_of = {place: term for term, places in design.terms.items() for place in places}
    terms = [term_of.get(place, INTERCEPT) for place in range(len(truth))]
    table = pd.DataFrame({"term": terms, "column": design.columns, "truth": truth, "bias": errors.mean(axis=0)})
    table["bias_se"] = errors.std(axis=0, ddof=1) / np.sqrt(replicates)
    table["coverage"] = covered.mean(axis=0)
    table["coverage_low"], table["coverage_high"] = wilson_interval(covered.sum(axis=0), replicates)
    tests = pd.DataFrame({"rejected": rejected.mean(axis=0)}, index=list(design.terms))
    tests["rejected_low"], tests["rejected_high"] = wilson_interval(rejected.sum(axis=0), replicates)
    return table.join(tests, on="term")


def _truth(design: Design, coefficients: Mapping[str, float], effect: float) -> Numbers:
    unknown = [name for name in coefficients if name not in design.columns]
    if unknown:
        raise ValueError(f"the design has no column {', '.join(unknown)}; its columns are {', '.join(design.columns)}")
    values = np.array([coefficients.get(column, 0.0) * (1 if column == INTERCEPT else effect) for column in design.columns], dtype=float)
    return values + 0.0  # no negative zero


def _noise_sd(design: Design, residual_sd: float, spread: float, spread_by: str | None) -> Numbers:
    """Standard deviation of the noise of each case."""
    if spread < 1 or (spread > 1) != (spread_by is not None):
        raise ValueError("the noise grows by a factor of more than 1 along a term (`spread` and `spread_by`), or is the same (neither)")
    if spread_by is None:
        return np.full(design.n_used, float(residual_sd))
    places = design.places([spread_by])
    # Treatment contrasts: the categories are at 0, 1, 2 ...; a column of its own is its own scale.
    scale = design.matrix[:, places] @ np.arange(1, len(places) + 1)
    relative = spread ** ((scale - scale.min()) / np.ptp(scale))
    return residual_sd * relative / np.sqrt((relative**2).mean())


def _check(design: Design, residual_sd: float, replicates: int, resamples: int, n: int | None, covariance: str) -> None:
    if covariance not in ("HC2", "HC3"):
        raise ValueError("the covariance is 'HC2' (with the degrees of freedom of Bell and McCaffrey) or 'HC3' (with n - columns)")
    if not (np.isfinite(residual_sd) and residual_sd > 0):
        raise ValueError("the residual standard deviation is a positive number, in units of the outcome")
    if int(replicates) != replicates or replicates < 2:
        raise ValueError("the number of replicates is a whole number of at least 2, for example 2000")
    if checked_resamples(resamples) < 19:
        raise ValueError("fewer than 19 resamples can never reject at 5 %; take 399")
    if n is None:
        refuse_leverage_one(design)
    elif int(n) != n or n <= len(design.columns):
        raise ValueError(f"a study has more cases than the {len(design.columns)} columns of the design, a whole number; n is smaller")
