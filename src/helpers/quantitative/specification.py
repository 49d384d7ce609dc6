"""Specification curve: one question answered by every defensible model at once, and one test of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level, checked_resamples
from helpers.quantitative.regression.batched import FocalFits, null_draws
from helpers.quantitative.regression.choices import Choices, Group, make_choices

Measure = Literal["coefficient", "partial_r2"]
Model = Literal["ols", "rank_ols"]
_MEASURES = ["estimate", "adjusted", "std_error", "low", "high", "p_value"]
_MOST_SPECIFICATIONS = 50_000
# Single-precision numbers in 64 MB.
_MOST_DRAWS = 2**24


@dataclass(frozen=True)
class SpecificationCurve:
    """Every specification of one question, and what they say together.

    Parameters
    ----------
    specifications : DataFrame
        One row per specification, by rising estimate: ``outcome``, ``model``, ``focal``, ``controls`` (terms joined by " + ", or "none"),
        ``weights`` (column, or "none"), ``n`` (complete cases of this specification), ``estimate``, ``adjusted`` (partial R2 adjusted for
        the number of columns), ``std_error`` (HC3), ``low``, ``high``, ``p_value``, ``null_low``, ``null_high`` (where the estimate of this
        place in the curve lies if the focal term explains nothing, at the level of the intervals). What a measure does not have is nan.
    dropped : DataFrame
        One row per specification that could not be fitted: the same choices and ``reason``.
    measure : {"coefficient", "partial_r2"}
        What the estimates are: coefficients of a single column, in standard deviations of the outcome per standard deviation of the column,
        or shares of what the controls leave unexplained.
    median : float
        Median of the estimates.
    null_median : float
        What that median is on average if the focal term explains nothing; for partial R2 this is well above 0.
    p_joint : float
        How often the median is at least this far from 0 if the focal term explains nothing in any specification.
    share_significant : float
        Share of the specifications with ``p_value`` below one less the level.
    p_share : float
        How often that share is at least this high if the focal term explains nothing in any specification.
    resamples : int
        Resamples of the joint test; with 0 its numbers are nan.
    """

    specifications: pd.DataFrame
    dropped: pd.DataFrame
    measure: Measure
    median: float
    null_median: float
    p_joint: float
    share_significant: float
    p_share: float
    resamples: int


def specification_curve(
    data: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    focal: Sequence[str],
    controls: Sequence[str] | Sequence[Sequence[str]],
    weights: Sequence[str | None] = (None,),
    models: Sequence[Model] = ("ols",),
    measure: Measure | None = None,
    resamples: int,
    seed: int,
    level: float = 0.95,
) -> SpecificationCurve:
    """Fit all specifications that can be defended, each the product of one choice of every kind.

    Parameters
    ----------
    data : DataFrame
        One row per case. A specification uses the cases that have all of its own variables, so that the primary model is one of them to the
        last digit; ``n`` says how many these are.
    outcomes : list of str
        Numeric columns, such as the variants of an index.
    focal : list of str
        Formula terms that stand for what is asked, such as ``["log(members)"]`` or several ways to merge the sectors. A term may be a block,
        such as ``"sme_share + research_share"``. If any has several columns, all are measured by partial R2.
    controls : list of str, or list of lists of str
        Formula terms, every subset of which is a set of controls; or the sets themselves.
    weights : list of str or None
        Columns of positive case weights; None is without.
    models : list of {"ols", "rank_ols"}
        Least squares on the outcome, or on its ranks among the cases of the specification.
    measure : {"coefficient", "partial_r2"}, optional
        What the estimates are; where it is left out, coefficients if all focal terms have a single column, else partial R2.
    resamples : int
        Resamples of the joint test, 0 for none.
    seed : int
        Seed of the resamples.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    SpecificationCurve
        Coefficients have HC3 standard errors, and intervals and p-values of Student's t on them; the p-value of a partial R2 is its share of
        resamples that reach it.

    Raises
    ------
    ValueError
        If a choice is empty, repeated or unknown, an outcome is not numeric, weights are not positive, a focal term is a control, there are
        more than 50,000 specifications, or none can be fitted.

    Notes
    -----
    The joint test imposes the null hypothesis on every specification and resamples by a wild bootstrap: the residuals that the controls leave,
    divided by one less their leverage, take random signs, the same sign for a case in all specifications. Permuting cases, the other way in
    use, presumes equal variances: at 50 cases whose spread grows with a focal column, permuting its column or the residuals of the controls
    (Freedman and Lane) rejects a true null in .14 to .17 of samples at a nominal .05, the wild bootstrap in .05.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4:1208-1214; Davidson and Flachaire (2008),
    "The wild bootstrap, tamed at last", Journal of Econometrics 146:162-169.

    Examples
    --------
    >>> x = np.arange(12.0)
    >>> table = pd.DataFrame({"degree": x + np.tile([0, 3, 1, 5], 3), "members": x, "age": np.tile([3.0, 1.0], 6)})
    >>> curve = specification_curve(table, outcomes=["degree"], focal=["members"], controls=["age"], resamples=99, seed=1)
    >>> curve.specifications[["controls", "n", "estimate"]].round(3)
      controls   n  estimate
    0      age  12     0.846
    1     none  12     0.903
    >>> curve.measure, curve.p_joint < 0.05
    ('coefficient', True)
    """
    choices = make_choices(data, outcomes=outcomes, models=models, focal=focal, controls=controls, weights=weights)
    return curve_of(choices, measure=measure, resamples=resamples, seed=seed, level=level)


def curve_of(choices: Choices, *, measure: Measure | None = None, resamples: int, seed: int, level: float = 0.95) -> SpecificationCurve:
    """Fit choices that are numbers already, as a simulation needs it that only changes the outcomes; otherwise as `specification_curve`."""
    checked_level(level)
    if resamples:
        checked_resamples(resamples)
    _check_size(choices, resamples)
    single = measure != "partial_r2" and all(len(block.columns) == 1 for block in choices.focal)
    if measure == "coefficient" and not single:
        raise ValueError("a focal term of several columns has no single coefficient; measure it by partial_r2")
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], size=(choices.cases, resamples))
    parts = [_measured(group, signs, single=single, level=level) for group in choices.groups()]
    whole = pd.DataFrame({name: np.concatenate([part[0][name] for part in parts]) for name in parts[0][0]})
    draws, beyond = (np.concatenate([part[place] for part in parts]) for place in (1, 2))
    fitted, dropped = whole[whole["reason"] == ""].drop(columns="reason"), whole[whole["reason"] != ""].drop(columns=_MEASURES)
    if fitted.empty:
        raise ValueError(f"none of {len(dropped)} specifications can be fitted; of the first, {dropped['reason'].iloc[0]}")
    order = np.argsort(fitted["estimate"].to_numpy(), kind="stable")
    table, draws, beyond = fitted.iloc[order].reset_index(drop=True), draws[order], beyond[order]
    # Rounded, so that a p-value of .05 is not below a level of .05.
    alpha = round(1 - level, 12)
    if not single and resamples:
        table["p_value"], beyond = _ranked(table["estimate"].to_numpy(), draws, alpha)
    return _curve(table, dropped.reset_index(drop=True), draws, beyond, single=single, alpha=alpha)


def _check_size(choices: Choices, resamples: int) -> None:
    if len(choices) > _MOST_SPECIFICATIONS:
        raise ValueError(f"the choices make {len(choices)} specifications, at most {_MOST_SPECIFICATIONS} are fitted; name fewer")
    if len(choices) * resamples > _MOST_DRAWS:
        most = _MOST_DRAWS // len(choices)
        raise ValueError(f"{len(choices)} specifications allow at most {most} resamples, not {resamples}; take fewer of either")


def _measured(
    group: Group, signs: NDArray[np.float64], *, single: bool, level: float
) -> tuple[dict[str, NDArray], NDArray[np.float32], NDArray[np.bool_]]:
    """Specifications of a group with reasons and estimates, and what those with an estimate give under the null hypothesis."""
    fits, reasons = group.fit(single=single)
    values = {name: np.full(reasons.shape, np.nan) for name in _MEASURES}
    draws, beyond = np.empty((0, signs.shape[1]), dtype=np.float32), np.empty((0, signs.shape[1]), dtype=np.bool_)
    if fits is not None:
        usable = (reasons == "").any(axis=1)
        for name, numbers in (_coefficients(fits, level) if single else _partial_r2(fits)).items():
            values[name][usable] = numbers
        critical = stats.t.isf((1 - level) / 2, fits.residual_dof) if single else None
        fine, (draws, beyond) = reasons[usable] == "", null_draws(fits, signs[group.cases], critical=critical)
        draws, beyond = draws[fine], beyond[fine]
    return group.rows() | {"reason": reasons.ravel()} | {name: numbers.ravel() for name, numbers in values.items()}, draws, beyond


def _coefficients(fits: FocalFits, level: float) -> dict[str, NDArray[np.float64]]:
    estimate, error = fits.coefficient()
    dof = fits.residual_dof[:, None]
    half = stats.t.isf((1 - level) / 2, dof) * error
    # Without any residual the estimate is beyond doubt.
    statistic = np.divide(np.abs(estimate), error, out=np.full(error.shape, np.inf), where=error > 0)
    return {"estimate": estimate, "std_error": error, "low": estimate - half, "high": estimate + half, "p_value": 2 * stats.t.sf(statistic, dof)}


def _partial_r2(fits: FocalFits) -> dict[str, NDArray[np.float64]]:
    estimate, dof = fits.partial_r2(), fits.residual_dof[:, None]
    return {"estimate": estimate, "adjusted": 1 - (1 - estimate) * (dof + fits.focal.shape[2]) / dof}


def _ranked(estimates: NDArray[np.float64], draws: NDArray[np.float32], alpha: float) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """p-value of every specification, and whether each resample, ranked in the same way, would have one below alpha."""
    together = np.column_stack([estimates.astype(np.float32), draws])
    reached = together.shape[1] + 1 - stats.rankdata(together, method="min", axis=1)
    p_values = reached / together.shape[1]
    return p_values[:, 0], p_values[:, 1:] < alpha


def _curve(
    table: pd.DataFrame, dropped: pd.DataFrame, draws: NDArray[np.float32], beyond: NDArray[np.bool_], *, single: bool, alpha: float
) -> SpecificationCurve:
    resamples = draws.shape[1]
    median = float(table["estimate"].median())
    share = float((table["p_value"] < alpha).mean()) if single or resamples else float("nan")
    if resamples:
        medians = np.median(draws, axis=0)
        low, high = np.quantile(np.sort(draws, axis=0), [alpha / 2, 1 - alpha / 2], axis=1)
        null_median = float(medians.mean())
        p_joint = (1 + int((np.abs(medians) >= abs(median)).sum())) / (1 + resamples)
        p_share = (1 + int((beyond.mean(axis=0) >= share - 1e-9).sum())) / (1 + resamples)
    else:
        low = high = null_median = p_joint = p_share = float("nan")
    banded, measure = table.assign(null_low=low, null_high=high), _measure(single)
    return SpecificationCurve(banded, dropped, measure, median, null_median, p_joint, share, p_share, resamples)


def _measure(single: bool) -> Measure:
    return "coefficient" if single else "partial_r2"
