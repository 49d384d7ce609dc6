"""Average effects: what a model says about the outcome, in the outcome's own unit, comparable across families."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level
from helpers.quantitative.columns import is_number
from helpers.quantitative.models import Fit
from helpers.quantitative.regression.maximum import regressors_of
from helpers.quantitative.regression.means import Curve, answer_curve, gradient, mean_curve
from helpers.quantitative.regression.outcomes import answers

Numbers = NDArray[Any]


@dataclass(frozen=True)
class _Term:
    """A term of the formula: its places among the regressors, and for a categorical one the category of each case."""

    name: str
    places: list[int]
    categories: pd.Series | None


def average_effects(fit: Fit, *, changes: Mapping[str, float] | None = None, level: float = 0.95) -> pd.DataFrame:
    """Average effect of each regressor and of each category on the mean outcome, other things equal.

    Parameters
    ----------
    fit : Fit
        Its terms are numeric columns and categories, each variable in one term only: in ``size + I(size**2)`` or ``sector * size`` none of
        them has an effect of its own.
    changes : mapping, optional
        Numeric term -> size of the change in its column, such as ``{"log(members)": log(2)}`` for twice the members; 1 unless given.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per numeric term and per category, in the order of the formula: ``term``, ``level`` (category; "" for a numeric term),
        ``change`` (1 for a category), ``effect``, ``std_error``, ``low``, ``high``, ``n`` (cases; of a category those in it). A numeric term's
        effect is the derivative of the mean, averaged over the cases, times the change. A category's effect is the mean outcome if all cases
        were in it, less the average of these means over the categories as often as they occur: no category is the reference, and effects
        weighted by the shares of their categories add up to 0. An ordered logit's outcome is the position of the answer. Standard
        errors by the delta method from the fit's own covariance, at the regressors as observed; t quantiles for least squares, normal ones
        for the others. Weighted fits have weighted averages.

    Raises
    ------
    ValueError
        If a variable occurs in several terms, a term mixes or transforms categories, or ``changes`` names something else than numeric terms.

    References
    ----------
    Bartus (2005), "Estimation of marginal effects using margeff", Stata Journal 5:309-329; Lane and Nelder (1982), "Analysis of covariance
    and standardization as instances of prediction", Biometrics 38:613-621, for the adjusted means.

    Examples
    --------
    >>> from helpers.quantitative.models import fit
    >>> table = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0, 6.0, 8.0], "x": [1, 2, 3, 4, 5, 6], "region": list("nnsnss")})
    >>> average_effects(fit(table, "y ~ region + x"))[["term", "level", "effect", "n"]].round(3)
         term level  effect  n
    0  region     n  -0.875  3
    1  region     s   0.875  3
    2       x         0.964  6
    """
    return _effects(fit, mean_curve(fit.family), [""], changes, level).drop(columns="answer")


def category_effects(fit: Fit, *, changes: Mapping[str, float] | None = None, level: float = 0.95) -> pd.DataFrame:
    """Average effects on the probability of each answer of an ordered logit.

    Parameters
    ----------
    fit, changes, level
        As in `average_effects`; the family is "ordered_logit".

    Returns
    -------
    DataFrame
        As of `average_effects`, one row per term, category and ``answer``; effects on probabilities, which add up to 0 over the answers.

    Raises
    ------
    ValueError
        As in `average_effects`, or for another family.
    """
    if fit.family != "ordered_logit":
        raise ValueError(f"only an ordered logit has answers, this fit is of the family {fit.family}; use average_effects")
    return _effects(fit, answer_curve(), answers(fit.design.outcome), changes, level)


def _effects(fit: Fit, curves: tuple[Curve, Curve], responses: list[str], changes: Mapping[str, float] | None, level: float) -> pd.DataFrame:
    half = (1 - checked_level(level)) / 2
    quantile = stats.t.isf(half, fit.df_resid) if fit.family == "ols" else stats.norm.isf(half)
    parameters, covariance = fit.coefficients["estimate"].to_numpy(), fit.covariance_matrix.to_numpy()
    terms = _terms(fit)
    sizes = _checked_changes(changes, terms)
    parts = []
    for term in terms:
        change = sizes.get(term.name, 1.0)
        effect_of = _numeric(fit, curves[1], term, change) if term.categories is None else _categorical(fit, curves[0], term)
        effects, slopes = effect_of(parameters), gradient(effect_of, parameters)
        errors = np.sqrt(np.einsum("klm,kj,jlm->lm", slopes, covariance, slopes))
        labels = _labels(fit, term, change, responses)
        parts.append(labels.assign(effect=effects.ravel(), std_error=errors.ravel()))
    if not parts:
        raise ValueError("the model has no regressors, so there are no effects; add terms to the formula")
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(low=table["effect"] - quantile * table["std_error"], high=table["effect"] + quantile * table["std_error"])
    return table[["term", "level", "answer", "change", "effect", "std_error", "low", "high", "n"]]


def _numeric(fit: Fit, slope: Curve, term: _Term, change: float) -> Callable[[Numbers], Numbers]:
    """Parameters -> average derivatives times the change (1, responses)."""
    matrix, shares = _regressors(fit)

    def effect(parameters: Numbers) -> Numbers:
        coefficients, rest = np.split(parameters, [matrix.shape[1]])
        return change * coefficients[term.places[0]] * (shares @ slope(matrix @ coefficients, rest))[None, :]

    return effect


def _categorical(fit: Fit, curve: Curve, term: _Term) -> Callable[[Numbers], Numbers]:
    """Parameters -> adjusted means of the categories, less their average (categories, responses)."""
    matrix, shares = _regressors(fit)
    categories = _category_labels(term)
    belongs = np.array([term.categories == category for category in categories])
    # Whatever the contrasts, one case of a category shows how it is coded.
    coding = matrix[belongs.argmax(axis=1)][:, term.places]
    occurs = belongs @ shares

    def effect(parameters: Numbers) -> Numbers:
        coefficients, rest = np.split(parameters, [matrix.shape[1]])
        others = matrix @ coefficients - matrix[:, term.places] @ coefficients[term.places]
        means = np.array([shares @ curve(others + code @ coefficients[term.places], rest) for code in coding])
        return means - occurs @ means

    return effect


def _regressors(fit: Fit) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Columns that have coefficients, and each case's part of an average."""
    weights = fit.weights.to_numpy()
    return regressors_of(fit.design, fit.family)[0], weights / weights.sum()


def _labels(fit: Fit, term: _Term, change: float, responses: list[str]) -> pd.DataFrame:
    """Term, level, answer, change and n of each of its effects."""
    levels: list[tuple[str, int]] = [("", fit.n_used)]
    if term.categories is not None:
        levels = [(str(category), int((term.categories == category).sum())) for category in _category_labels(term)]
    rows = [{"term": term.name, "level": name, "answer": answer, "change": change, "n": n} for name, n in levels for answer in responses]
    return pd.DataFrame(rows)


def _category_labels(term: _Term) -> list[Any]:
    if term.categories is None:
        return []
    if isinstance(term.categories.dtype, pd.CategoricalDtype):
        return list(term.categories.cat.categories)
    return sorted(term.categories.unique())


def _terms(fit: Fit) -> list[_Term]:
    from formulaic import Formula

    cases, names = fit.cases, regressors_of(fit.design, fit.family)[1]
    variables = {term: [term] if term in cases else sorted(Formula(term).required_variables) for term in fit.design.terms}
    used = [name for members in variables.values() for name in members]
    shared = sorted({name for name in used if used.count(name) > 1})
    if shared:
        raise ValueError(f"{', '.join(shared)} occurs in several terms, so none of them has an effect of its own; give each variable one term")
    found = []
    for term, members in variables.items():
        places = [names.index(fit.design.columns[place]) for place in fit.design.terms[term]]
        numeric = all(is_number(cases[name]) for name in members)
        if not (numeric and len(places) == 1) and not (not numeric and len(members) == 1):
            raise ValueError(f"the term {term} is neither one numeric column nor one categorical variable; give its parts terms of their own")
        found.append(_Term(term, places, None if numeric else cases[members[0]]))
    return found


def _checked_changes(changes: Mapping[str, float] | None, terms: list[_Term]) -> dict[str, float]:
    given = {name: float(size) for name, size in (changes or {}).items()}
    numeric = [term.name for term in terms if term.categories is None]
    unknown = [name for name in given if name not in numeric]
    if unknown or not np.isfinite(list(given.values())).all():
        raise ValueError(
            f"changes are finite numbers for numeric terms, here {', '.join(numeric) or 'none'}; correct {', '.join(unknown) or 'the sizes'}"
        )
    return given
