"""Comparison: our own shares beside those that others have published."""

from __future__ import annotations

import pandas as pd

from helpers.quantitative.shares import option_shares

_OURS = ("measure", "ours", "count", "n", "share", "low", "high")
COLUMNS = (*_OURS, "published", "published_low", "published_high", "published_n", "year", "source", "format")


def beside_published(
    responses: pd.DataFrame, pairs: pd.DataFrame, figures: pd.DataFrame, *, population: int | None, language: str, least: int = 0
) -> pd.DataFrame:
    """Our share and its interval beside the published figure, one pair a row; nothing is averaged.

    Parameters
    ----------
    responses : DataFrame
        One row per respondent.
    pairs : DataFrame
        ``figure`` (name of a published figure), ``column`` (our variable), ``answer`` (a level code, or None for a tick box), ``ours`` (its
        words).
    figures : DataFrame
        Published figures, index = name (see `helpers.data.published.read_figures`).
    population : int or None
    language : {"de", "en"}
        Language of ``measure`` and ``format``.
    least : int
        A pair with an answer of a question is left out where any answer to that question was given by fewer respondents.

    Returns
    -------
    DataFrame
        One row per pair: ``measure`` (words of the published figure), ``ours`` (words of our answer), our ``count``, ``n``, ``share``, ``low``,
        ``high`` (95 % Wilson interval, with finite population correction where the population is known); ``published`` or its range,
        ``published_n``, ``year``, ``source`` and the other study's question ``format``.
    """
    rows = []
    for figure, column, answer, words in pairs[["figure", "column", "answer", "ours"]].itertuples(index=False):
        values = responses[column]
        if isinstance(answer, str) and not every_answer_has(values, least=least):
            continue
        said = values.eq(answer).astype("boolean").mask(values.isna()) if isinstance(answer, str) else values
        ours = option_shares(said.to_frame(), population=population, interval="wilson").iloc[0]
        theirs = figures.loc[figure]
        rows.append(
            {
                "measure": theirs[f"measure_{language}"],
                "ours": words,
                **ours.drop("option"),
                "published": theirs["value"],
                "published_low": theirs["low"],
                "published_high": theirs["high"],
                "published_n": theirs["n"],
                "year": theirs["year"],
                "source": theirs["source"],
                "format": theirs[f"format_{language}"],
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def every_answer_has(answers: pd.Series, *, least: int) -> bool:
    """Whether each declared answer was given by at least so many respondents."""
    return bool((answers.value_counts(sort=False) >= least).all())


def inside_interval(compared: pd.DataFrame) -> int:
    """How many published values (or ranges) lie in, or touch, our interval.

    Parameters
    ----------
    compared : DataFrame
        See `beside_published`.
    """
    lowest = compared["published"].fillna(compared["published_low"]).fillna(0.0)
    highest = compared["published"].fillna(compared["published_high"]).fillna(1.0)
    return int(((highest >= compared["low"]) & (lowest <= compared["high"])).sum())
