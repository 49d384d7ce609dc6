"""Robustness: the primary model with weights, and with missing answers imputed, beside the one as it was fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.quantitative.effects import average_effects
from helpers.quantitative.imputation import impute, pool
from helpers.quantitative.indices import index_scores
from helpers.quantitative.kept import kept
from helpers.quantitative.models import fit
from helpers.quantitative.primary.model import EFFECTS, Primary
from helpers.quantitative.regression.design import complete_cases

_COLUMNS = ["weighting", *EFFECTS]


@kept
def effects_three_ways(
    primary: Primary,
    items: pd.DataFrame | None,
    *,
    weights: pd.Series | None,
    changes: Mapping[str, float],
    imputations: int,
    seed: int,
) -> pd.DataFrame:
    """Effects of the primary model unweighted, weighted to the frame, and with missing answers imputed.

    Parameters
    ----------
    primary : Primary
    items : DataFrame or None
        Items of the index that is the outcome, see `index_scores`; None where the outcome is a variable.
    weights : Series or None
        One weight per respondent; None where the study has none: then that version is left out.
    changes : mapping
        As in `fit_primary`.
    imputations : int
        Completed tables.
    seed : int

    Returns
    -------
    DataFrame
        One row per effect and version: ``weighting`` ("unweighted", "weighted", "imputed"), and the columns of `Primary.effects`. A version that
        the data do not allow is left out.
    """
    versions = {"unweighted": lambda: primary.effects, "weighted": lambda: _weighted(primary, weights, changes)}
    versions["imputed"] = lambda: _imputed(primary, items, changes, imputations, seed)
    tables = []
    for name, make in versions.items():
        try:
            tables.append(make().assign(weighting=name))
        except ValueError:
            continue
    told = [table.assign(n=table["n"].max()) for table in tables if len(table)]
    if not primary or not told:
        return pd.DataFrame(columns=_COLUMNS)
    together = pd.concat(told, ignore_index=True)[_COLUMNS]
    effect = pd.factorize(together["term"] + "\0" + together["level"])[0]
    return together.iloc[np.argsort(effect, kind="stable")].reset_index(drop=True)


def _weighted(primary: Primary, weights: pd.Series | None, changes: Mapping[str, float]) -> pd.DataFrame:
    if weights is None or not primary:
        return primary.effects.head(0)
    fitted = fit(primary.cases, primary.formula, covariance="HC3", weights=weights)
    return _points(average_effects(fitted, changes=_known(changes, fitted.design.terms)))


def _imputed(primary: Primary, items: pd.DataFrame | None, changes: Mapping[str, float], imputations: int, seed: int) -> pd.DataFrame:
    """Items, not the index, are imputed, together with the numbers of the model; who gave no item, or is in no category, is left out."""
    if not primary:
        return primary.effects.head(0)
    outcome = primary.formula.split(" ~ ")[0]
    regressors = complete_cases(primary.cases, primary.formula).drop(columns=outcome)
    categories = [name for name in regressors if not pd.api.types.is_numeric_dtype(regressors[name].dtype)]
    observed = list(items["variable"]) if items is not None else [outcome]
    asked = primary.cases[[*regressors, *observed]].dropna(how="all", subset=observed).dropna(subset=categories)
    rounds, free = [], np.inf
    for completed in impute(asked, imputations=imputations, seed=seed):
        scored = completed if items is None else completed.assign(**{outcome: index_scores(completed, items)})
        fitted = fit(scored, primary.formula, covariance="HC3")
        rounds.append(average_effects(fitted, changes=_known(changes, fitted.design.terms)))
        free = fitted.df_resid
    estimates, errors = (np.array([effects[name] for effects in rounds]) for name in ("effect", "std_error"))
    pooled = pool(estimates, errors**2, complete_df=free)
    return _points(rounds[0].assign(effect=pooled.estimate, low=pooled.low, high=pooled.high))


def _points(effects: pd.DataFrame) -> pd.DataFrame:
    return effects.rename(columns={"effect": "points", "low": "points_low", "high": "points_high"})[EFFECTS]


def _known(changes: Mapping[str, float], terms: Mapping[str, Sequence[int]]) -> dict[str, float]:
    return {term: by for term, by in changes.items() if term in terms}
