"""Composite indices from 0 to 100, every step of their construction visible.

The steps are those of the OECD/JRC Handbook: items are chosen and weighted beforehand, put on a common scale (`normalised_items`), and
aggregated (`index_scores`); `item_table` shows what each item contributes and how many values lie beyond its goalposts. How much the
scores depend on these choices is worked out in `index.uncertainty`; means, agreement and portfolio are in `index.summaries`.

An index of this kind is formative: its items make it up and need not be correlated, so a reliability coefficient does not justify it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.columns import ordered_values
from helpers.quantitative.index.steps import Aggregation, Normalisation, aggregated, normalised

Weights = Mapping[str, float] | Sequence[float]


def index_scores(
    answers: pd.DataFrame,
    items: pd.DataFrame,
    *,
    normalisation: Normalisation = "goalposts",
    aggregation: Aggregation = "arithmetic",
    weights: Weights | None = None,
    least: float = 0.5,
) -> pd.Series:
    """Index of every respondent, 0 to 100.

    Parameters
    ----------
    answers : DataFrame
        One row per respondent, the items among the columns: numbers (shares as proportions), categoricals (positions 1, 2, ... of their
        categories, which the goalposts place) or booleans (0 and 1).
    items : DataFrame
        One row per item: ``variable``, ``low``, ``high`` (the values that stand for 0 and 100; high below low where less means more) and
        ``weight`` (at least 0; only ratios matter).
    normalisation : {"goalposts", "minmax", "rank", "z"}
        How the items are put on a common scale, see `normalised_items`.
    aggregation : {"arithmetic", "geometric"}
        "arithmetic" is the weighted mean: a low item is made up for by a high one. "geometric" is exp(weighted mean of log(points + 1)) - 1,
        which rewards balance; the 1 keeps an item of 0 from annihilating the others, and 0 and 100 stay where they are.
    weights : mapping or sequence, optional
        Weights instead of the declared ones: by variable, or in the order of the items.
    least : float
        Smallest share of the items that must be answered, a proportion. A respondent with fewer has no score; with enough, the weights of the
        answered items are scaled up to stand for all.

    Returns
    -------
    Series of float
        On the index of ``answers``; nan where fewer than ``least`` of the items are answered.

    Raises
    ------
    ValueError
        If an item is not there or has neither numbers nor an order, goalposts or weights make no sense, or an option is unknown.

    References
    ----------
    OECD/JRC (2008), "Handbook on constructing composite indicators", chapter 1, steps 5 and 6.

    Examples
    --------
    >>> answers = pd.DataFrame({"countries": [3, 15, None], "share": [0.1, 0.3, 0.2]})
    >>> items = pd.DataFrame({"variable": ["countries", "share"], "low": 0, "high": [15, 0.4], "weight": [2, 1]})
    >>> index_scores(answers, items).round(1).tolist()
    [21.7, 91.7, 50.0]
    """
    if not 0 < least <= 1:
        raise ValueError("the least share of answered items is a proportion above 0 and at most 1, for example 0.5")
    points = normalised_items(answers, items, normalisation=normalisation).to_numpy()
    scores = aggregated(points, item_weights(items, weights), aggregation=aggregation)
    enough = (~np.isnan(points)).mean(axis=1) >= least - 1e-12
    return pd.Series(np.where(enough, scores, np.nan), index=answers.index, name="index")


def normalised_items(answers: pd.DataFrame, items: pd.DataFrame, *, normalisation: Normalisation = "goalposts") -> pd.DataFrame:
    """Items on a common scale from 0 to 100, high meaning more of what the index measures.

    Parameters
    ----------
    answers, items
        As in `index_scores`.
    normalisation : {"goalposts", "minmax", "rank", "z"}
        "goalposts": 0 at ``low`` and 100 at ``high``, straight between, values beyond cut to them; does not move with the sample. The others
        place a respondent among those who answered, and use the goalposts only for the direction: "minmax" runs from the smallest to the
        largest value of the sample; "rank" is the mid-rank as a share, 100 (rank - 1/2) / n; "z" is 50 + 100/6 z, so that three standard
        deviations on either side span the scale, cut beyond. Where all answers are the same these three give 50.

    Returns
    -------
    DataFrame
        One row per respondent, one column per item in the order of ``items``; nan where there is no answer.

    Raises
    ------
    ValueError
        As in `index_scores`.

    Examples
    --------
    >>> answers = pd.DataFrame({"rivals": [0, 5, 20]})
    >>> items = pd.DataFrame({"variable": ["rivals"], "low": [10], "high": [0], "weight": [1]})
    >>> normalised_items(answers, items)["rivals"].tolist()
    [100.0, 50.0, 0.0]
    """
    checked = checked_items(answers, items)
    points = normalised(item_values(answers, checked), checked["low"].to_numpy(), checked["high"].to_numpy(), normalisation=normalisation)
    return pd.DataFrame(points, index=answers.index, columns=pd.Index(checked["variable"]))


def item_table(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """What every item of an index looks like in the sample, with the goalposts as declared.

    Parameters
    ----------
    answers, items
        As in `index_scores`.

    Returns
    -------
    DataFrame
        One row per item: ``variable``, ``n`` (respondents), ``answered``, ``cut_low`` and ``cut_high`` (answers beyond the goalposts, set to 0
        and to 100), ``mean`` and ``sd`` (points from 0 to 100), ``correlation`` (Pearson's, with the arithmetic index of the other items; nan
        where there is no spread or fewer than three respondents have both).

    Raises
    ------
    ValueError
        As in `index_scores`.

    Examples
    --------
    >>> answers = pd.DataFrame({"countries": [3, 20, 6], "projects": [1, 4, None]})
    >>> items = pd.DataFrame({"variable": ["countries", "projects"], "low": 0, "high": [15, 8], "weight": 1})
    >>> item_table(answers, items)[["variable", "answered", "cut_low", "cut_high", "mean"]].round(1)
        variable  answered  cut_low  cut_high  mean
    0  countries         3        0         1  53.3
    1   projects         2        0         0  31.2
    """
    checked = checked_items(answers, items)
    values, low, high = item_values(answers, checked), checked["low"].to_numpy(), checked["high"].to_numpy()
    uncut = (values - low) / (high - low)
    points, weights = 100 * np.clip(uncut, 0, 1), item_weights(checked)
    others = [aggregated(np.delete(points, place, axis=1), np.delete(weights, place)) for place in range(len(checked))]
    spread = pd.DataFrame(points)
    return pd.DataFrame(
        {
            "variable": checked["variable"],
            "n": len(answers),
            "answered": (~np.isnan(values)).sum(axis=0),
            "cut_low": (uncut < 0).sum(axis=0),
            "cut_high": (uncut > 1).sum(axis=0),
            "mean": spread.mean(),
            "sd": spread.std(ddof=1),
            "correlation": [_correlation(points[:, place], rest) for place, rest in enumerate(others)],
        }
    )


def ways_to_combine(answers: pd.DataFrame, items: pd.DataFrame) -> tuple[Aggregation, ...]:
    """The defensible aggregations: a geometric mean rewards balance, and with a yes/no item hardly anything but its yes.

    Parameters
    ----------
    answers, items
        As in `index_scores`.
    """
    values = item_values(answers, checked_items(answers, items))
    binary = any(len(np.unique(column[~np.isnan(column)])) <= 2 for column in values.T)
    return ("arithmetic",) if binary else ("arithmetic", "geometric")


def checked_items(answers: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The items with their goalposts as numbers, or a ValueError that says what is wrong with them."""
    lacking = [name for name in ("variable", "low", "high", "weight") if name not in items]
    if lacking:
        raise ValueError(f"the items lack {', '.join(lacking)}; an item has variable, low, high and weight")
    if items.empty or items["variable"].duplicated().any():
        raise ValueError(f"{items['variable'].duplicated().sum()} of {len(items)} items are named twice; an index has at least one item, each once")
    checked = items.reset_index(drop=True).astype({"low": float, "high": float})
    absent = [str(name) for name in checked["variable"] if name not in answers]
    if absent:
        raise ValueError(f"the answers have no column {', '.join(absent)}; correct the items of the index")
    fine = np.isfinite(checked["low"]) & np.isfinite(checked["high"]) & (checked["low"] != checked["high"])
    if not fine.all():
        raise ValueError(f"goalposts of {', '.join(map(str, checked.loc[~fine, 'variable']))} are equal or not finite; low and high must differ")
    return checked


def item_values(answers: pd.DataFrame, items: pd.DataFrame) -> NDArray[np.float64]:
    """Answers to the items as numbers: positions 1, 2, ... of categories, 0 and 1 of booleans, nan where missing."""
    values = np.column_stack([_numbers(answers[name], str(name)) for name in items["variable"]])
    broken = np.isinf(values).any(axis=0)
    if broken.any():
        raise ValueError(f"{', '.join(map(str, items.loc[broken, 'variable']))} holds infinite values; an item is a finite number or missing")
    return values


def item_weights(items: pd.DataFrame, weights: Weights | None = None) -> NDArray[np.float64]:
    """Weights in the order of the items, adding up to 1."""
    if isinstance(weights, Mapping):
        apart = set(weights) ^ set(items["variable"])
        if apart:
            raise ValueError(f"{len(apart)} variables have either a weight or an item only; give one weight per item")
        weights = [weights[name] for name in items["variable"]]
    values = np.asarray(items["weight"] if weights is None else weights, dtype=float)
    if values.shape != (len(items),) or not np.isfinite(values).all() or (values < 0).any() or values.sum() <= 0:
        raise ValueError(f"an index of {len(items)} items needs as many weights, finite, at least 0 and not all 0; {values.size} were given")
    return values / values.sum()


def _numbers(column: pd.Series, name: str) -> NDArray[np.float64]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype("boolean").to_numpy(dtype=float, na_value=np.nan)
    if isinstance(column.dtype, pd.CategoricalDtype):
        places = column.cat.codes.to_numpy(dtype=float)
        return np.where(places < 0, np.nan, places + 1)
    return ordered_values(column, name=name)


def _correlation(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    both = ~np.isnan(first) & ~np.isnan(second)
    x, y = first[both], second[both]
    return float(np.corrcoef(x, y)[0, 1]) if both.sum() >= 3 and np.ptp(x) > 0 and np.ptp(y) > 0 else np.nan
