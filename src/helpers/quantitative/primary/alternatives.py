"""Alternatives: the terms of the primary model in other families and for other outcomes, side by side in standard deviations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from helpers.quantitative.effects import average_effects
from helpers.quantitative.kept import kept
from helpers.quantitative.models import Fit, fit
from helpers.quantitative.primary.model import Primary
from helpers.quantitative.regression.refusal import kind_of

COLUMNS = ["by", "outcome", "term", "level", "deviations", "deviations_low", "deviations_high", "n"]
_SHARES = ("fractional_logit", "beta")


class Declared(Protocol):
    """A further model as a study declares it."""

    family: str
    outcome: str | None
    answer: str | None


@dataclass(frozen=True)
class Alternatives:
    """Further models.

    Parameters
    ----------
    effects : DataFrame
        One row per model and effect: ``by`` (family), ``outcome``, ``term``, ``level``, ``deviations`` (average effect in standard deviations of
        the outcome), ``deviations_low``, ``deviations_high`` (95 % interval), ``n``.
    refused : DataFrame
        One row per model that could not be fitted: ``by``, ``outcome``, ``kind`` (of `Refusal`), ``reason``.
    summary : DataFrame
        One row, or none: ``models``, ``left_out`` (their numbers) and ``n``; only where some were refused.
    """

    effects: pd.DataFrame
    refused: pd.DataFrame
    summary: pd.DataFrame


@kept
def fit_alternatives(primary: Primary, declared: Sequence[Declared], *, changes: Mapping[str, float]) -> Alternatives:
    """Fit the primary model and the alternatives to it, each with robust standard errors.

    Parameters
    ----------
    primary : Primary
    declared : sequence
        With ``family``, ``outcome`` (None: that of the primary model) and ``answer`` (of a question that becomes yes or no).
    changes : mapping
        As in `fit_primary`.

    Returns
    -------
    Alternatives
        HC3 covariances; Firth's logit has its classical one. Shares are the outcome divided by 100.
    """
    effects, refused = [], []
    own, _, terms = primary.formula.partition(" ~ ")
    models = [("ols", own, None), *((model.family, model.outcome or own, model.answer) for model in declared)] if primary else []
    for family, outcome, answer in models:
        try:
            cases = _with_outcome(primary.cases, family, outcome, answer)
            fitted = fit(cases, f"outcome_ ~ {terms}", family=family, covariance="classical" if family == "firth_logit" else "HC3")
            effects.append(_in_deviations(fitted, changes).assign(by=family, outcome=outcome))
        except ValueError as error:
            refused.append({"by": family, "outcome": outcome, "kind": kind_of(error), "reason": str(error)})
    table = pd.concat(effects, ignore_index=True)[COLUMNS] if effects else pd.DataFrame(columns=COLUMNS)
    summary = pd.DataFrame({"models": [len(models) - 1], "left_out": len(refused), "n": primary.n}) if refused else pd.DataFrame(columns=["n"])
    return Alternatives(table, pd.DataFrame(refused, columns=["by", "outcome", "kind", "reason"]), summary)


def _with_outcome(cases: pd.DataFrame, family: str, outcome: str, answer: str | None) -> pd.DataFrame:
    values = cases[outcome]
    if family in _SHARES:
        values = values / 100
    if answer is not None:
        values = values.eq(answer).astype("boolean").mask(values.isna())
    return cases.assign(outcome_=values)


def _in_deviations(fitted: Fit, changes: Mapping[str, float]) -> pd.DataFrame:
    spread = float((fitted.fitted + fitted.residuals).std())
    effects = average_effects(fitted, changes={term: by for term, by in changes.items() if term in fitted.design.terms})
    in_deviations = {f"deviations{end}": effects[name] / spread for end, name in {"": "effect", "_low": "low", "_high": "high"}.items()}
    return effects[["term", "level", "n"]].assign(**in_deviations)
