"""Counting: what the answers to a variable look like, before anything is worded or suppressed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.data.codebook import Codebook

UNKNOWN = "unknown"
SUMMARY = ("n", "mean", "deviation", "least", "quarter", "median", "three_quarters", "most")
MOST_BARS = 12


def level_counts(answers: pd.Series, name: str, codebook: Codebook, language: str) -> pd.DataFrame:
    """Answers to a question: one row per declared answer, in its order, with ``answer`` (words), ``count``, ``share`` (of those who answered)."""
    counts = answers.value_counts(sort=False)
    labels = codebook.answers(name).set_index("code")[f"label_{language}"]
    shares = counts / max(int(counts.sum()), 1)
    words = [str(labels.get(str(code), code)) for code in counts.index]
    return pd.DataFrame({"answer": words, "count": counts.to_numpy(), "share": shares.to_numpy(dtype=float)})


def tick_counts(answers: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Tick boxes: one row per box with ``answer`` (its words), ``count`` (ticks), ``share`` (of those who answered the question)."""
    counts, asked = answers.sum().astype(int), answers.notna().sum().clip(lower=1)
    return pd.DataFrame({"answer": labels, "count": counts.to_numpy(), "share": (counts / asked).to_numpy(dtype=float)})


def number_summary(values: pd.Series) -> dict[str, float]:
    """Count, mean, standard deviation, smallest and largest value and quartiles of those who answered, under the names of `SUMMARY`."""
    known = values.dropna().astype(float)
    quartiles = [known.quantile(share) for share in (0.25, 0.5, 0.75)]
    told = [len(known), known.mean(), known.std(), known.min(), *quartiles, known.max()]
    return dict(zip(SUMMARY, (float(value) for value in told), strict=True))


def bars(values: pd.Series) -> np.ndarray:
    """Counts of a histogram with at most a dozen bars from the smallest to the largest value; a few whole numbers have a bar each."""
    known = values.dropna().to_numpy(dtype=float)
    low, high = float(known.min()), float(known.max())
    if np.all(known == np.round(known)) and high - low < MOST_BARS:
        return np.histogram(known, bins=np.arange(low - 0.5, high + 1))[0]
    return np.histogram(known, bins=min(MOST_BARS, max(4, round(np.sqrt(len(known))))))[0]


def reason_counts(missing: pd.DataFrame, unanswered: pd.Series) -> pd.Series:
    """Why there is no answer: reason -> respondents, most frequent first; `UNKNOWN` where the export says nothing.

    Parameters
    ----------
    missing : DataFrame
        Reasons per respondent, one column per item; without columns where the values do not come from the export.
    unanswered : Series of bool
        Respondents without any answer.
    """
    told = missing[unanswered].astype(str)
    reasons = told.apply(lambda row: next((reason for reason in row if reason), UNKNOWN), axis=1) if told.shape[1] else pd.Series(UNKNOWN, told.index)
    return reasons.value_counts() if len(reasons) else pd.Series(dtype="int64")
