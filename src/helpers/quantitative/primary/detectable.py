"""Detectable: the smallest effects that the primary model would have found, in the words in which its effects are told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.quantitative.kept import kept
from helpers.quantitative.models import fit
from helpers.quantitative.operating import operating_characteristics
from helpers.quantitative.power import detectable_partial_r2, minimum_detectable_effects
from helpers.quantitative.primary.model import Primary
from helpers.quantitative.robust import effect_contrasts


def detectable_effects(primary: Primary, *, changes: Mapping[str, float]) -> pd.DataFrame:
    """Smallest effect of each term and category that would have been found with 80 % power at a level of 5 %.

    Parameters
    ----------
    primary : Primary
    changes : mapping
        As in `fit_primary`: effects are those of the same changes.

    Returns
    -------
    DataFrame
        One row per effect: ``term``, ``level``, ``points``, ``n``. Even noise as large as what the model leaves; two-sided t tests.
    """
    if not primary:
        return pd.DataFrame(columns=["term", "level", "points", "n"])
    fitted = fit(primary.cases, primary.formula)
    labels, contrasts = effect_contrasts(primary.cases, primary.formula, fitted.design, changes=changes)
    covariance = fitted.covariance_matrix.to_numpy()
    error = np.sqrt(np.einsum("ki,ij,kj->k", contrasts, covariance, contrasts))
    found = minimum_detectable_effects(primary.cases, primary.formula, residual_sd=float(np.sqrt(fitted.scale))).iloc[0]
    return labels[["term", "level"]].assign(points=error * found["effect"] / found["std_error"], n=primary.n)


def detectable_share(primary: Primary) -> pd.DataFrame:
    """The partial R2 of a single regressor that would have been found with 80 % power: one row, ``n``, ``detectable``; none without a model."""
    if not primary:
        return pd.DataFrame(columns=["n", "detectable"])
    return pd.DataFrame({"n": [primary.n], "detectable": detectable_partial_r2(n_used=primary.n, columns=primary.columns, tested=1)})


@kept
def simulated_studies(primary: Primary, *, n: int, effect: float, replicates: int, resamples: int, seed: int) -> pd.DataFrame:
    """How the primary model does in studies drawn from its own estimates, taken as the truth.

    Parameters
    ----------
    primary : Primary
    n : int
        Cases of each study, drawn with replacement; 0 takes the cases of the study as they are.
    effect : float
        Factor on the coefficients; 0 makes every null hypothesis true.
    replicates, resamples, seed
        See `operating_characteristics`.

    Returns
    -------
    DataFrame
        One row per column of the design but the intercept: ``term``, ``column``, ``truth``, ``bias``, ``coverage``, ``rejected``, ``replicates``,
        ``redrawn``, ``n`` (cases of each study).
    """
    columns = ["term", "column", "truth", "bias", "coverage", "rejected", "replicates", "redrawn"]
    if not primary:
        return pd.DataFrame(columns=[*columns, "n"])
    fitted = fit(primary.cases, primary.formula)
    truth = fitted.coefficients.set_index("term")["estimate"].to_dict()
    table = operating_characteristics(
        primary.cases,
        primary.formula,
        coefficients=truth,
        residual_sd=float(np.sqrt(fitted.scale)),
        n=n or None,
        effect=effect,
        replicates=replicates,
        resamples=resamples,
        seed=seed,
    )
    return table.loc[table["column"] != "Intercept", columns].assign(n=n or primary.n).reset_index(drop=True)
