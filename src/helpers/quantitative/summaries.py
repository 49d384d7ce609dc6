"""Summaries: what became of the units, what is missing, how numbers are distributed, what weighting costs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

import numpy as np
import pandas as pd

from helpers.quantitative.weights import effective_size, rake, trim_weights


def dispositions(*, eligible: int | None, complete: int, partial: int) -> pd.DataFrame:
    """What became of every eligible unit.

    Parameters
    ----------
    eligible : int or None
        Eligible units; None where that is not known.
    complete, partial : int
        Units with a complete and with a sufficient partial answer.

    Returns
    -------
    DataFrame
        Rows ``complete``, ``partial``, ``none`` in ``answer``, with ``question`` ("response"), ``count``, ``n``, ``share`` (proportion); no row
        where ``eligible`` is None.

    Examples
    --------
    >>> dispositions(eligible=10, complete=4, partial=1)["count"].tolist()
    [4, 1, 5]
    """
    if eligible is None:
        return pd.DataFrame(columns=["question", "answer", "count", "n", "share"])
    count = np.array([complete, partial, eligible - complete - partial])
    return pd.DataFrame({"question": "response", "answer": ["complete", "partial", "none"], "count": count, "n": eligible, "share": count / eligible})


def response_summary(*, eligible: int | None, complete: int, partial: int) -> pd.DataFrame:
    """How many answered.

    Returns
    -------
    DataFrame
        One row. Where the eligible units are known: ``known`` ("known"), ``count`` (answers), ``n`` (eligible), ``share``; else ``known``
        ("unknown") and ``n`` (answers).
    """
    answered = complete + partial
    if eligible is None:
        return pd.DataFrame({"known": ["unknown"], "n": answered})
    return pd.DataFrame({"known": ["known"], "count": answered, "n": eligible, "share": answered / eligible})


def likeness(distances: pd.DataFrame, *, small: float = 0.1, limit: float = 0.25) -> str:
    """Whether respondents resemble the frame: "similar" where all standardised distances are small, "mostly" up to the limit, else "apart".

    References
    ----------
    Austin (2009), "Balance diagnostics for comparing the distribution of baseline covariates" (0.1 standard deviations); Rubin (2001), "Using
    propensity scores to help design observational studies" (0.25).
    """
    farthest = distances["difference"].abs().max()
    return "apart" if farthest > limit else "mostly" if farthest > small else "similar"


def most_apart(distances: pd.DataFrame) -> str:
    """The characteristic on which the respondents lie farthest from the frame."""
    return str(distances.loc[distances["difference"].abs().idxmax(), "question"])


def missing_reasons(reasons: pd.DataFrame) -> pd.DataFrame:
    """Who lacks answers, and how many answers are missing, by reason.

    Parameters
    ----------
    reasons : DataFrame
        One row per respondent, one column per variable: the reason, ``""`` where there is an answer.

    Returns
    -------
    DataFrame
        One row per reason that occurs, the most frequent first: ``measure`` (the reason), ``count`` (respondents with at least one answer missing
        for it), ``n``
        (respondents), ``share`` (a proportion of them), ``cell_share`` (missing answers as a proportion of respondents times variables).
    """
    cells = reasons.astype(str).to_numpy()
    found = sorted(set(cells.ravel()) - {""}, key=lambda reason: -(cells == reason).sum())
    count = np.array([(cells == reason).any(axis=1).sum() for reason in found], dtype=int)
    cell_share = [float((cells == reason).mean()) for reason in found]
    return pd.DataFrame({"measure": found, "count": count, "n": len(reasons), "share": count / max(len(reasons), 1), "cell_share": cell_share})


def number_summary(numbers: pd.DataFrame, *, proportions: Collection[str] = ()) -> pd.DataFrame:
    """Centre and middle half of numeric questions.

    Parameters
    ----------
    numbers : DataFrame
        One row per respondent, one numeric column per question.
    proportions : collection of str
        Columns that hold proportions; they are told in per cent.

    Returns
    -------
    DataFrame
        One row per question: ``question``, ``unit`` ("%" or nothing), ``n`` (answered), ``mean``, ``median``, ``quartile_low``, ``quartile_high``
        (linear interpolation; nan where nobody answered).
        No smallest or largest value: each belongs to one respondent.
    """
    percent = numbers.columns.isin(list(proportions))
    numbers = numbers * np.where(percent, 100.0, 1.0)
    quartiles = numbers.quantile([0.25, 0.5, 0.75])
    columns = {"mean": numbers.mean(), "median": quartiles.loc[0.5], "quartile_low": quartiles.loc[0.25], "quartile_high": quartiles.loc[0.75]}
    table = pd.DataFrame({"unit": np.where(percent, "%", ""), "n": numbers.notna().sum(), **columns}, index=numbers.columns)
    return table.rename_axis("question").reset_index()


class Raking(Protocol):
    """What weighting needs to be told: the frame's categorical columns, and the largest weight as a multiple of the mean."""

    margins: list[str]
    trim: float


def frame_weights(respondents: pd.DataFrame, frame: pd.DataFrame | None, *, settings: Raking | None) -> pd.Series | None:
    """Weights that bring the respondents into line with the frame.

    Parameters
    ----------
    respondents, frame : DataFrame
        With the columns that ``settings.margins`` names; ``frame`` None where there is none.
    settings : Raking or None
        None for a study that declares no weights.

    Returns
    -------
    Series or None
        One weight per respondent, mean 1; None without frame or margins.

    Raises
    ------
    ValueError
        If a category of the frame has no respondent; merge it with another.
    """
    if frame is None or settings is None:
        return None
    totals = {name: frame[name].value_counts().astype(float) for name in settings.margins}
    raked = rake(respondents[settings.margins], {name: total[total > 0] for name, total in totals.items()})
    weights = trim_weights(raked, ratio=settings.trim)
    return weights / weights.mean()


def weight_summary(weights: pd.Series | None) -> pd.DataFrame:
    """What the weights cost in precision.

    Returns
    -------
    DataFrame
        One row: ``n`` (respondents), ``effective`` (Kish's effective sample size), ``loss`` (share of n lost), ``lightest``, ``heaviest``; none
        without weights.
    """
    if weights is None:
        return pd.DataFrame(columns=["n", "effective", "loss", "lightest", "heaviest"])
    effective = effective_size(weights)
    return pd.DataFrame(
        {"n": [len(weights)], "effective": effective, "loss": 1 - effective / len(weights), "lightest": weights.min(), "heaviest": weights.max()}
    )
