"""What the parts of the primary model explain: is it more than chance, how much is it, and what could have been missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.quantitative.checks.influence import without_influential
from helpers.quantitative.importance import relative_importance
from helpers.quantitative.inference import freedman_lane_test, wild_bootstrap_test
from helpers.quantitative.kept import kept
from helpers.quantitative.multiplicity import holm
from helpers.quantitative.power import detectable_partial_r2
from helpers.quantitative.primary.model import Primary
from helpers.quantitative.regression.design import INTERCEPT, make_design
from helpers.quantitative.robust import robust_intervals

# Chance alone brings a statistic this far in at most this share of studies.
SURE, LIKELY = 0.05, 0.20
COLUMNS = ["measure", "n", "share", "by_chance", "excess", "excess_low", "excess_high", "p_value", "p_holm", "p_permutation", "detectable", "verdict"]


@kept
def explained_parts(primary: Primary, parts: Mapping[str, Sequence[str]], *, resamples: int, seed: int) -> pd.DataFrame:
    """Tests and shares of the parts of a model.

    Parameters
    ----------
    primary : Primary
    parts : mapping
        Name of a part -> its terms.
    resamples : int
        Of every test, null and interval.
    seed : int

    Returns
    -------
    DataFrame
        One row per part: ``measure`` (its name), ``n`` (cases), ``share`` of R2 that falls to it (LMG; a proportion of the variance),
        ``by_chance`` (its mean if the part had nothing to do with the outcome), ``excess`` over that with ``excess_low``, ``excess_high``
        (95 % interval; not below 0), ``p_value`` (null-imposed wild bootstrap of the HC3-Wald statistic), ``p_holm`` (family: the parts),
        ``p_permutation`` (Freedman-Lane), ``detectable`` (partial R2 that would have been found at 80 % power) and ``verdict``:
        "supported" up to a p-value of .05, "tendency" up to .20, else "open". No row where there is no fitted model.
    """
    if not primary or not parts:
        return pd.DataFrame(columns=COLUMNS)
    cases, formula = primary.cases, primary.formula
    others = [[term] for term in make_design(cases, formula).terms if not any(term in terms for terms in parts.values())]
    groups = {**{name: list(terms) for name, terms in parts.items()}, **{terms[0]: terms for terms in others}}
    shares = relative_importance(cases, formula.split(" ~ ")[0], groups, resamples=resamples, seed=seed).set_index("group").loc[list(parts)]
    wild = [wild_bootstrap_test(cases, formula, list(terms), resamples=resamples, seed=seed) for terms in parts.values()]
    permuted = [freedman_lane_test(cases, formula, list(terms), resamples=resamples, seed=seed) for terms in parts.values()]
    p_value = np.array([test.p_value for test in wild])
    detectable = [detectable_partial_r2(n_used=primary.n, columns=primary.columns, tested=test.tested) for test in wild]
    return pd.DataFrame(
        {
            "measure": list(parts),
            "n": primary.n,
            "share": shares["share"].to_numpy(),
            "by_chance": shares["null_mean"].to_numpy(),
            **{f"excess{end}": shares[name].clip(lower=0).to_numpy() for end, name in {"": "excess", "_low": "low", "_high": "high"}.items()},
            "p_value": p_value,
            "p_holm": holm(p_value),
            "p_permutation": [test.p_value for test in permuted],
            "detectable": detectable,
            "verdict": [certainty(value) for value in p_value],
        }
    )


def certainty(p_value: float) -> str:
    """A p-value in the three steps of the report.

    Examples
    --------
    >>> [certainty(value) for value in (0.05, 0.12, 0.4)]
    ['supported', 'tendency', 'open']
    """
    return "supported" if p_value <= SURE else "tendency" if p_value <= LIKELY else "open"


def with_verdicts(told: pd.DataFrame, explained: pd.DataFrame) -> pd.DataFrame:
    """Effects in words with the ``verdict`` on the part they belong to; those of no part are left out.

    Parameters
    ----------
    told, explained : DataFrame
        As in `extreme_effects`.
    """
    verdicts = dict(zip(explained["measure"], explained["verdict"], strict=True))
    return told[told["by"].isin(verdicts)].assign(verdict=lambda rows: [verdicts[part] for part in rows["by"]])


def extreme_effects(told: pd.DataFrame, explained: pd.DataFrame) -> pd.DataFrame:
    """The effects that the sentence on each part of a model names.

    Parameters
    ----------
    told : DataFrame
        Effects in words: ``by`` (a part), ``measure``, ``points``, ``points_low``, ``points_high``, ``n``.
    explained : DataFrame
        See `explained_parts`.

    Returns
    -------
    DataFrame
        One row per part: ``measure``, ``n`` (cases), ``verdict``; of its ``highest``, ``lowest`` and ``strongest`` effect (farthest from zero
        beside its interval) the words, and with ``_points``, ``_low``, ``_high`` the numbers.
    """
    rows = []
    for part in explained.to_dict("records"):
        own = told[told["by"] == part["measure"]].reset_index(drop=True)
        width = own["points_high"] - own["points_low"]
        chosen = {"highest": own["points"].idxmax(), "lowest": own["points"].idxmin(), "strongest": (own["points"].abs() / width).idxmax()}
        numbers = {"points": "points", "low": "points_low", "high": "points_high"}
        named = {name: own.at[place, "measure"] for name, place in chosen.items()}
        named |= {f"{name}_{end}": own.at[place, column] for name, place in chosen.items() for end, column in numbers.items()}
        rows.append({"measure": part["measure"], "n": part["n"], "verdict": part["verdict"], **named})
    return pd.DataFrame(rows, columns=None if rows else ["measure", "n", "verdict"])


def influence_summary(primary: Primary) -> pd.DataFrame:
    """Whether the associations that can be told from zero keep their direction without the cases that influence them most.

    The estimates themselves are for the researcher: with and without two cases, they would tell about these two.

    Parameters
    ----------
    primary : Primary

    Returns
    -------
    DataFrame
        One row: ``kept`` ("all", "some", or "none" where no association can be told from zero), ``n``; no row without a fitted model.
    """
    if not primary:
        return pd.DataFrame(columns=["kept", "n"])
    intervals = robust_intervals(primary.cases, primary.formula).set_index("column").drop(INTERCEPT)
    apart = intervals.index[(intervals["low"] > 0) | (intervals["high"] < 0)]
    both = without_influential(primary.cases, primary.formula).set_index("column").loc[apart]
    same = np.sign(both["estimate"]) == np.sign(both["estimate_without"])
    return pd.DataFrame({"kept": ["none" if same.empty else "all" if same.all() else "some"], "n": primary.n})
