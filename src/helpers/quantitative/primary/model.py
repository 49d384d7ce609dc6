"""The primary model of a study, as it was fixed in advance: fitted, or refused for a reason that can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.quantitative.regression.design import INTERCEPT, complete_cases, make_design
from helpers.quantitative.regression.refusal import kind_of
from helpers.quantitative.robust import robust_effects

EFFECTS = ["term", "level", "points", "points_low", "points_high", "n"]


@dataclass(frozen=True)
class Primary:
    """A primary model and the cases it was fitted to.

    Parameters
    ----------
    formula : str
        Empty where the study declares no model.
    cases : DataFrame
        One row per respondent; categories with too few cases have no value.
    effects : DataFrame
        One row per numeric term and per category: ``term``, ``level`` (a category, or ""), ``points`` (of the outcome), ``points_low``,
        ``points_high`` (95 % interval), ``n`` (cases in the model; of a category at least as many as were asked for). Empty where the model was
        refused.
    n : int
        Cases in the model.
    columns : int
        Columns of its design, the intercept among them.
    rare : int
        Categories left out of the model because too few cases are in them.
    refused : str
        Why it could not be fitted (a kind of `Refusal`), or "".
    reason : str
        The same as a sentence for the analyst.
    """

    formula: str
    cases: pd.DataFrame
    effects: pd.DataFrame
    n: int = 0
    columns: int = 0
    rare: int = 0
    refused: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        """Whether there is a fitted model."""
        return self.n > 0


def fit_primary(cases: pd.DataFrame, outcome: str | None, terms: Sequence[str], *, changes: Mapping[str, float], least: int) -> Primary:
    """Fit the model that was fixed in advance: least squares, with intervals that hold their level in a small sample.

    Parameters
    ----------
    cases : DataFrame
        One row per respondent, the outcome and all variables among the columns.
    outcome : str or None
        A column from 0 to 100; None where the study declares no model.
    terms : sequence of str
        Variables, or ``log(variable)``.
    changes : mapping
        Numeric term -> how far it moves where its effect is told; 1 where it is not named.
    least : int
        Categories with fewer complete cases than this are left out of the model, not merged: merging is decided in advance.

    Returns
    -------
    Primary
        Nothing is raised: what the data do not allow is said in ``refused``.
    """
    empty = pd.DataFrame(columns=EFFECTS).astype({"points": float, "points_low": float, "points_high": float, "n": int})
    if outcome is None:
        return Primary("", cases, empty)
    formula = f"{outcome} ~ {' + '.join(terms)}"
    try:
        kept, rare = without_rare_categories(cases, formula, least=least)
        effects = robust_effects(kept, formula, changes=changes)
        design = make_design(kept, formula)
    except ValueError as error:
        return Primary(formula, cases, empty, refused=kind_of(error), reason=str(error))
    points = effects.rename(columns={"effect": "points", "low": "points_low", "high": "points_high"})[EFFECTS]
    return Primary(formula, kept, points.assign(n=design.n_used), n=design.n_used, columns=len(design.columns), rare=rare)


def without_rare_categories(cases: pd.DataFrame, formula: str, *, least: int) -> tuple[pd.DataFrame, int]:
    """The cases with no value where a category of the formula has few complete cases, and the number of such categories.

    Parameters
    ----------
    cases : DataFrame
        One row per respondent.
    formula : str
    least : int
        Fewest complete cases of a category.

    Examples
    --------
    >>> table = pd.DataFrame({"y": range(7), "sector": pd.Categorical(list("aaabbbc"))})
    >>> kept, rare = without_rare_categories(table, "y ~ sector", least=2)
    >>> kept["sector"].isna().sum(), rare
    (np.int64(1), 1)
    """
    complete = complete_cases(cases, formula)
    return without_few(cases, list(complete), counted=complete, least=least)


def without_few(cases: pd.DataFrame, names: Sequence[str], *, counted: pd.DataFrame, least: int) -> tuple[pd.DataFrame, int]:
    """The cases with no value where a category has fewer than ``least`` of the counted cases, and the number of such categories.

    Parameters
    ----------
    cases, counted : DataFrame
        One row per respondent; those counted may be fewer.
    names : sequence of str
        Variables; those that are no categories stay as they are.
    least : int
    """
    rare = 0
    for name in names:
        if name in counted and isinstance(counted[name].dtype, pd.CategoricalDtype):
            counts = counted[name].value_counts()
            few = list(counts.index[counts < least])
            rare += len(few)
            cases = cases.assign(**{name: cases[name].cat.remove_categories(few)}) if few else cases
    return cases, rare


def refusals(primary: Primary, respondents: int) -> pd.DataFrame:
    """What the primary model leaves out, to be said in the report.

    Parameters
    ----------
    primary : Primary
    respondents : int

    Returns
    -------
    DataFrame
        At most one row: ``of`` ("refused.<kind>": the model could not be fitted; "rare": categories are left out), ``groups`` (their number), ``n``.
    """
    said = f"refused.{primary.refused}" if primary.refused else "rare" if primary.rare else ""
    return pd.DataFrame({"of": [said], "groups": primary.rare, "n": respondents}) if said else pd.DataFrame(columns=["of", "groups", "n"])


def per_change(table: pd.DataFrame, changes: Mapping[str, float]) -> pd.DataFrame:
    """Coefficients as effects of the changes in which the report tells them.

    Parameters
    ----------
    table : DataFrame
        With ``term``; of ``points``, ``points_without``, ``truth`` and ``bias`` those that are there are multiplied.
    changes : mapping
        As in `fit_primary`.
    """
    by = table["term"].map(lambda term: changes.get(term, 1.0)).astype(float)
    return table.assign(**{name: table[name] * by for name in ("points", "points_without", "truth", "bias") if name in table})


def model_checks(primary: Primary, *checks: Callable[[pd.DataFrame, str], pd.DataFrame]) -> pd.DataFrame:
    """Diagnostics of the primary model, one table below the other, with the column names of the report; empty where there is no fitted model.

    Parameters
    ----------
    primary : Primary
    *checks : callable
        Take the cases and the formula, and return a table.
    """
    if not primary:
        return pd.DataFrame(columns=["term", "n"])
    tables = [check(primary.cases, primary.formula) for check in checks]
    table = pd.concat(tables) if len(tables) > 1 else tables[0]
    if "column" in table and "term" not in table:
        table = table[table["column"] != INTERCEPT].assign(term=lambda rows: rows["column"].str.replace(r"\[T\..*\]$", "", regex=True))
    names = {"n_used": "n", "test": "measure", "estimate": "points", "estimate_without": "points_without"}
    table = table.rename(columns=names).drop(columns=["n_dropped", "dof_residual"], errors="ignore")
    return table if "n" in table else table.assign(n=primary.n)
