"""What the outcome of each family may be, and the perfect separation that no likelihood survives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from helpers.quantitative.columns import is_number, ordered_values
from helpers.quantitative.regression.design import Design
from helpers.quantitative.regression.refusal import Refusal

Floats = NDArray[np.float64]

# Separated cases lie about 1 on the separating side; rounding leaves the others within this.
_APART = 1e-5

# Family -> condition that each outcome meets, what is allowed, what to do.
_RULES: Mapping[str, tuple[Callable[[Floats], NDArray[np.bool_]], str, str]] = {
    "fractional_logit": (lambda y: (y >= 0) & (y <= 1), "shares between 0 and 1", "divide percentages by 100"),
    "firth_logit": (lambda y: (y == 0) | (y == 1), "0 or 1, or true or false", "choose fractional_logit for shares"),
    "beta": (lambda y: (y > 0) & (y < 1), "strictly between 0 and 1", "choose fractional_logit, which allows 0 and 1"),
    "poisson": (lambda y: (y >= 0) & (y == np.floor(y)), "whole numbers of at least 0", "choose ols for other quantities"),
    "negative_binomial": (lambda y: (y >= 0) & (y == np.floor(y)), "whole numbers of at least 0", "choose ols for other quantities"),
}


def checked_outcome(design: Design, family: str) -> Floats:
    """The outcome as numbers that the family can have; of an ordered one the positions 0, 1, ... of the answers given.

    Raises
    ------
    ValueError
        If it is constant, no quantity (ordered logit: no order), or outside what the family allows.
    """
    name = str(design.outcome.name)
    if design.outcome.nunique() < 2:
        raise Refusal(
            "constant", f"the outcome {name} is the same for all {design.n_used} cases, so there is nothing to explain; leave this model out"
        )
    if family == "ordered_logit":
        return np.unique(ordered_values(design.outcome, name=f"the outcome {name}"), return_inverse=True)[1].astype(float)
    if not is_number(design.outcome):
        raise Refusal(
            "outcome", f"the outcome {name} is no quantity, as {family} needs; choose ordered_logit for ordered answers, or make it true or false"
        )
    values = design.outcome.to_numpy(dtype=float)
    if family in _RULES:
        allowed, words, advice = _RULES[family]
        if wrong := int((~allowed(values)).sum()):
            raise Refusal("outcome", f"{wrong} of {len(values)} values of the outcome {name} are not {words}, as {family} needs; {advice}")
    return values


def answers(outcome: pd.Series) -> list[str]:
    """The answers given, in order, as words."""
    values = outcome.cat.categories if isinstance(outcome.dtype, pd.CategoricalDtype) else np.unique(outcome.to_numpy(dtype=float))
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in values]


def refuse_separation(jacobian: Floats, towards: Floats, design: Design, columns: list[str], advice: str) -> None:
    """Raise a ValueError where some combination of the regressors foretells outcomes perfectly, so that the likelihood has no maximum.

    Parameters
    ----------
    jacobian : array of float, shape (n, r, k)
        Of the predictors.
    towards : array of float, shape (n, r)
        Where each predictor may go without the likelihood falling: 1 upwards, -1 downwards, 0 nowhere.
    design, columns
        To name the terms; ``columns`` are the names of the first parameters.
    advice : str
        What to do.

    References
    ----------
    Albert and Anderson (1984), Biometrika 71:1-10; by linear programming: Konis (2007), "Linear programming algorithms for detecting separated
    data in binary logistic regression models". For counts: Correia, Guimaraes and Zylkin (2019), arXiv:1903.01633.
    """
    basis, triangle = np.linalg.qr(jacobian.reshape(-1, jacobian.shape[2]))
    basis, signs = basis * np.sqrt(len(basis)), towards.ravel()
    free, held = basis[signs != 0] * signs[signs != 0, None], basis[signs == 0]
    if len(free) == 0 or np.linalg.matrix_rank(held) == basis.shape[1]:
        return
    # Only the row space of what must stay matters: at most k rows, however many cases.
    equal = np.linalg.qr(held, mode="r") if len(held) else None
    found = linprog(
        -free.sum(axis=0), A_ub=-free, b_ub=np.zeros(len(free)), A_eq=equal, b_eq=None if equal is None else np.zeros(len(equal)), bounds=(-1, 1)
    )
    if found.x is None or (free @ found.x).max() < _APART:
        return
    moved = np.linalg.solve(triangle, found.x)[: len(columns)]
    named = {column for column, part in zip(columns, moved, strict=True) if abs(part) > _APART * np.abs(moved).max()}
    terms = [term for term, places in design.terms.items() if named & {design.columns[place] for place in places}]
    raise Refusal(
        "separation",
        f"{', '.join(terms) or 'the intercept'} separates the outcome {design.outcome.name} perfectly, so coefficients are infinite; {advice}",
    )
