"""Least squares with intervals that hold their level in a small sample with uneven noise: HC2 with Bell-McCaffrey degrees of freedom."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.arguments import checked_level
from helpers.quantitative.inference import numeric_outcome
from helpers.quantitative.regression.design import Design, complete_cases, make_design
from helpers.quantitative.regression.leverage import refuse_leverage_one

Numbers = NDArray[np.float64]


def robust_intervals(data: pd.DataFrame, formula: str, *, level: float = 0.95) -> pd.DataFrame:
    """Least-squares coefficients with their intervals.

    Parameters
    ----------
    data : DataFrame
        One row per case; cases without all variables are left out.
    formula : str
        Such as ``"degree ~ sector + log(members)"``.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per column of the design: ``column``, ``estimate``, ``std_error``, ``dof``, ``low``, ``high`` (units of the outcome per unit
        of the column), ``n_used``, ``n_dropped``.

    Raises
    ------
    ValueError
        If the design cannot be made, the outcome is no number, a case has leverage 1, or `level` makes no sense.

    References
    ----------
    Bell and McCaffrey (2002), Survey Methodology 28:169-181; Imbens and Kolesar (2016), "Robust standard errors in small samples: some
    practical advice", Review of Economics and Statistics 98:701-712.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 2, 3, 6, 8, 9, 13], "group": list("aaabbbb")})
    >>> robust_intervals(table, "y ~ group")[["column", "estimate", "dof"]].round(2)
           column  estimate   dof
    0   Intercept       2.0  2.00
    1  group[T.b]       7.0  4.45
    """
    design = _checked(data, formula, level)
    table = pd.DataFrame({"column": design.columns})
    return _told(table, design, np.eye(len(design.columns)), "estimate", level).assign(n_used=design.n_used, n_dropped=design.n_dropped)


def robust_effects(data: pd.DataFrame, formula: str, *, changes: Mapping[str, float] | None = None, level: float = 0.95) -> pd.DataFrame:
    """Effects of a least-squares model with their intervals: of each numeric term, and of each category beside the average of all.

    Parameters
    ----------
    data, formula, level
        As in `robust_intervals`. Terms are numeric, or single categorical variables.
    changes : mapping, optional
        Numeric term -> size of the change in its column, such as ``{"log(members)": log(2)}``; 1 where it is not named.

    Returns
    -------
    DataFrame
        One row per numeric term and per category, in the order of the formula: ``term``, ``level`` (category; "" for a numeric term), ``effect``
        (of a category: its adjusted mean less the average of these means over the cases), ``std_error``, ``dof``, ``low``, ``high``, ``n``
        (cases; of a category those in it). They are those of `effects.average_effects`, with these intervals.

    Raises
    ------
    ValueError
        As in `robust_intervals`.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 2, 3, 6, 8, 9, 13], "group": list("aaabbbb")})
    >>> robust_effects(table, "y ~ group")[["term", "level", "effect", "n"]]
        term level  effect  n
    0  group     a    -4.0  3
    1  group     b     3.0  4
    """
    design = _checked(data, formula, level)
    labels, contrasts = effect_contrasts(data, formula, design, changes=changes)
    table = _told(labels, design, contrasts, "effect", level)
    return table[["term", "level", "effect", "std_error", "dof", "low", "high", "n"]]


def effect_contrasts(data: pd.DataFrame, formula: str, design: Design, *, changes: Mapping[str, float] | None = None) -> tuple[pd.DataFrame, Numbers]:
    """The combinations of coefficients that are effects: ``term``, ``level``, ``n`` of each, and their weights (effects x columns)."""
    rows: list[dict[str, object]] = []
    contrasts: list[Numbers] = []
    for term, places in design.terms.items():
        categories = _categories(data, formula, term)
        if categories is None:
            rows.append({"term": term, "level": "", "n": design.n_used})
            own: Numbers = np.isin(np.arange(len(design.columns)), places).astype(float)
            contrasts.append(own * (changes or {}).get(term, 1.0))
            continue
        for category in sorted(set(categories)) if categories.dtype == object else list(categories.cat.categories):
            inside = np.asarray(categories == category)
            # Whatever the contrasts, one case of a category shows how it is coded.
            deviation = np.zeros(len(design.columns))
            deviation[list(places)] = design.matrix[inside.argmax()][list(places)] - design.matrix[:, list(places)].mean(axis=0)
            rows.append({"term": term, "level": str(category), "n": int(inside.sum())})
            contrasts.append(deviation)
    return pd.DataFrame(rows), np.array(contrasts)


def robust_estimates(matrix: Numbers, outcome: Numbers, *, covariance: str, contrasts: Numbers | None = None) -> tuple[Numbers, Numbers, Numbers]:
    """Estimates, standard errors and degrees of freedom (each studies x k) of many studies.

    Parameters
    ----------
    matrix : array, shape (studies, n, p) or (1, n, p)
        Designs of full rank without a case of leverage 1.
    outcome : array, shape (studies, n)
    covariance : {"HC2", "HC3"}
        HC2 has the degrees of freedom of Bell and McCaffrey, HC3 n - p.
    contrasts : array, shape (k, p), optional
        Combinations of the coefficients; these themselves where it is left out.
    """
    lengths = np.linalg.norm(matrix, axis=-2, keepdims=True)
    basis, triangle = np.linalg.qr(matrix / lengths)
    # Weight of each case in each coefficient, or combination of them.
    weights = basis @ np.linalg.inv(triangle).swapaxes(-1, -2) / lengths
    weights = weights if contrasts is None else weights @ contrasts.T
    rows = outcome[:, None]
    residual = (rows - rows @ basis @ basis.swapaxes(-1, -2))[:, 0]
    left = 1 - (basis**2).sum(axis=-1)
    scaled = weights**2 / (left ** (1 if covariance == "HC2" else 2))[..., None]
    std_error = np.sqrt((residual**2)[:, None] @ scaled)[:, 0]
    dof = _bell_mccaffrey_dof(basis, weights, left) if covariance == "HC2" else np.full(weights.shape[-1:], matrix.shape[-2] - matrix.shape[-1])
    return (rows @ weights)[:, 0], std_error, np.broadcast_to(dof, std_error.shape)


def _bell_mccaffrey_dof(basis: Numbers, weights: Numbers, left: Numbers) -> Numbers:
    """Satterthwaite's degrees of freedom of HC2 variances if the noise were even (studies x k): 2 mean^2 / variance."""
    scaled = weights**2 / left[..., None]
    # The variance sums the squared elements of I - QQ', here through products of the columns of Q: no n x n array.
    products = (basis[..., :, None] * basis[..., None, :]).reshape(*basis.shape[:-1], -1)
    crossed = ((scaled.swapaxes(-1, -2) @ products) ** 2).sum(axis=-1)
    return (weights**2).sum(axis=-2) ** 2 / ((scaled**2 * (2 * left - 1)[..., None]).sum(axis=-2) + crossed)


def _checked(data: pd.DataFrame, formula: str, level: float) -> Design:
    checked_level(level)
    design = make_design(data, formula)
    refuse_leverage_one(design)
    return design


def _told(table: pd.DataFrame, design: Design, contrasts: Numbers, name: str, level: float) -> pd.DataFrame:
    outcome = numeric_outcome(design)[None]
    found = robust_estimates(design.matrix[None], outcome, covariance="HC2", contrasts=contrasts)
    estimate, std_error, dof = (part[0] for part in found)
    half = stats.t.isf((1 - level) / 2, dof) * std_error
    return table.assign(**{name: estimate}, std_error=std_error, dof=dof, low=estimate - half, high=estimate + half)


def _categories(data: pd.DataFrame, formula: str, term: str) -> pd.Series | None:
    """The category of each complete case where the term is a categorical variable."""
    cases = complete_cases(data, formula)
    return cases[term] if term in cases and not pd.api.types.is_numeric_dtype(cases[term].dtype) else None
