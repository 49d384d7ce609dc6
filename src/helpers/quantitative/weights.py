"""Weights: what makes the respondents match the known margins of the population, and what that costs in precision."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Margin = tuple[NDArray[np.int64], NDArray[np.float64]]  # place of every case among the categories, total of every category


def rake(
    sample: pd.DataFrame,
    margins: Mapping[str, pd.Series | Mapping],
    *,
    base: pd.Series | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
) -> pd.Series:
    """Weights under which the sample has the population's total in every category of every margin.

    Parameters
    ----------
    sample : DataFrame
        One row per respondent, with a column for every margin and no missing values in them.
    margins : mapping
        Column -> (category -> units of the population in it), as `frame[column].value_counts()` gives it. Two margins at most are
        advisable with samples of this size. Categories with a total of 0 and without cases are passed over.
    base : Series, optional
        Weight of every respondent to start from, on the index of the sample; equal weights where left out.
    tolerance : float
        Largest relative deviation from any total that is accepted.
    max_iterations : int
        Rounds over all margins after which the attempt is given up.

    Returns
    -------
    Series
        One weight per respondent, on the index of the sample, named "weight"; their sum is the population.

    Raises
    ------
    ValueError
        If weights cannot exist, with all reasons at once: a margin without its column, missing values, categories without a total or
        without cases, totals that are no numbers, margins that sum to different populations, base weights that are not positive;
        or if the weights do not settle.

    References
    ----------
    Deming and Stephan (1940), "On a least squares adjustment of a sampled frequency table when the expected marginal totals are known",
    Annals of Mathematical Statistics 11:427-444.

    Examples
    --------
    >>> sample = pd.DataFrame({"region": ["north", "north", "south"], "size": ["small", "large", "large"]})
    >>> rake(sample, {"region": {"north": 40, "south": 60}, "size": {"small": 10, "large": 90}}).round(6).tolist()
    [10.0, 30.0, 60.0]
    """
    totals = {column: _totals(margin) for column, margin in margins.items()}
    if problems := _problems(sample, totals, base):
        raise ValueError("no weights can be found:\n" + "\n".join(f"- {problem}" for problem in problems))
    coded = [_coded(sample[column], margin) for column, margin in totals.items()]
    population = float(coded[0][1].sum())
    # Totals that differ in the seventh digit (shares printed with few decimals) would keep the rounds from ever meeting all of them.
    coded = [(places, total * population / total.sum()) for places, total in coded]
    start = np.ones(len(sample)) if base is None else base.reindex(sample.index).to_numpy(dtype=float)
    weights = _fitted(start * population / start.sum(), coded, tolerance, max_iterations)
    return pd.Series(weights, index=sample.index, name="weight")


def trim_weights(weights: pd.Series, *, ratio: float) -> pd.Series:
    """Weights of which none is larger than `ratio` times their mean; what is cut off goes to the others in proportion.

    Parameters
    ----------
    weights : Series
        Positive weights, one per respondent.
    ratio : float
        Largest weight allowed, in multiples of the mean; at least 1.

    Returns
    -------
    Series
        Weights on the same index with the same total. Trimmed weights no longer meet the margins exactly: show by how much.

    Raises
    ------
    ValueError
        If a weight is not a positive number or the ratio is below 1.

    References
    ----------
    Potter (1990), "A study of procedures to identify and trim extreme sampling weights", Proceedings of the ASA Survey Research Methods
    Section, 225-230.

    Examples
    --------
    >>> trim_weights(pd.Series([1.0, 1.0, 1.0, 5.0]), ratio=1.5).tolist()
    [1.6666666666666667, 1.6666666666666667, 1.6666666666666667, 3.0]
    """
    values = _positive(weights)
    if not ratio >= 1:
        raise ValueError("the ratio of the largest weight to the mean is at least 1, for example 3")
    limit, total = ratio * values.mean(), values.sum()
    capped = np.zeros(len(values), dtype=bool)
    trimmed = values
    # Raising the others can push one of them over the limit; every round fixes at least one more, so this ends.
    while (over := ~capped & (trimmed > limit * (1 + 1e-12))).any():
        capped |= over
        rest = total - limit * capped.sum()
        trimmed = np.where(capped, limit, values * (rest / values[~capped].sum() if not capped.all() else 1.0))
    return pd.Series(trimmed, index=weights.index, name=weights.name)


def effective_size(weights: pd.Series) -> float:
    """Size of the equally weighted sample that would be as precise as this weighted one (Kish).

    Parameters
    ----------
    weights : Series
        Positive weights, one per respondent, on any scale.

    Returns
    -------
    float
        Between 1 and the number of respondents, which equal weights reach.

    Raises
    ------
    ValueError
        If there is no weight, or a weight is not a positive number.

    References
    ----------
    Kish (1965), "Survey Sampling", section 11.7.

    Examples
    --------
    >>> effective_size(pd.Series([1.0, 1.0, 2.0]))
    2.6666666666666665
    """
    values = _positive(weights)
    return float(values.sum() ** 2 / (values**2).sum())


def _fitted(weights: NDArray[np.float64], margins: list[Margin], tolerance: float, max_iterations: int) -> NDArray[np.float64]:
    """Iterative proportional fitting: every margin in turn, until all of them hold at once."""
    deviation = np.inf
    with np.errstate(divide="ignore", invalid="ignore"):  # weights that run into 0 end in the error below, not in a warning
        for _ in range(max_iterations):
            for places, totals in margins:
                weights = weights * (totals / np.bincount(places, weights=weights))[places]
            deviation = max(np.abs(np.bincount(places, weights=weights) / totals - 1).max() for places, totals in margins)
            if deviation <= tolerance:
                return weights
    raise ValueError(
        f"the weights did not settle within {max_iterations} rounds (a margin is still off by {deviation:.1e} of its total); "
        "merge categories with few cases, or use fewer margins"
    )


def _totals(margin: pd.Series | Mapping) -> pd.Series:
    totals = pd.Series(margin, dtype=float)
    return totals.set_axis(totals.index.astype(object))


def _coded(column: pd.Series, totals: pd.Series) -> Margin:
    kept = totals[totals > 0]
    return kept.index.get_indexer(pd.Index(column, dtype=object)).astype(np.int64), kept.to_numpy()


def _problems(sample: pd.DataFrame, totals: dict[str, pd.Series], base: pd.Series | None) -> list[str]:
    """Everything that stands in the way of weights, one sentence each."""
    problems = []
    if not totals:
        problems.append("there is no margin to rake to")
    if len(sample) == 0:
        problems.append("the sample has no cases")
    for column, margin in totals.items():
        problems += _margin_problems(sample, column, margin)
    sums = {column: margin.sum() for column, margin in totals.items()}
    if sums and not np.isclose(max(sums.values()), min(sums.values()), rtol=1e-6, atol=0):
        listed = ", ".join(f"{column} {total:g}" for column, total in sums.items())
        problems.append(f"the margins sum to different populations ({listed}); all must count the same units")
    if base is not None:
        usable = base.index.is_unique and sample.index.isin(base.index).all() and bool((base.reindex(sample.index) > 0).all())
        if not usable or not np.isfinite(base.reindex(sample.index).to_numpy(dtype=float)).all():
            problems.append("the base weights must give every case of the sample one positive number, on the same index")
    return problems


def _margin_problems(sample: pd.DataFrame, column: str, totals: pd.Series) -> list[str]:
    if column not in sample:
        return [f"the sample lacks the column {column!r}"]
    if not totals.index.is_unique or not np.isfinite(totals).all() or (totals < 0).any():
        return [f"{column!r}: every category needs one total, a number of at least 0"]
    values, declared = sample[column].astype(object), totals.index[totals > 0]
    problems = []
    if missing := int(values.isna().sum()):
        problems.append(f"{column!r}: {missing} of {len(values)} cases have no category; leave them out or give them one")
    unknown = np.flatnonzero(values.notna() & ~values.isin(declared))
    if len(unknown):
        places = ", ".join(str(place + 1) for place in unknown[:10]) + (" ..." if len(unknown) > 10 else "")
        allowed = ", ".join(map(str, declared))
        problems.append(f"{column!r}: {len(unknown)} cases (rows {places}) are in a category without a population total; totals exist for {allowed}")
    empty = [str(category) for category in declared if not (values == category).any()]
    if empty:
        problems.append(f"{column!r}: no case is in {', '.join(empty)}; merge these categories with others")
    return problems


def _positive(weights: pd.Series) -> NDArray[np.float64]:
    values = weights.to_numpy(dtype=float, na_value=np.nan)
    unusable = int((~(np.isfinite(values) & (values > 0))).sum())
    if unusable or not len(values):
        raise ValueError(f"{unusable} of {len(values)} weights are missing, not finite or not above 0; every case needs a positive weight")
    return values
