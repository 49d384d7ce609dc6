"""Who answered: response rates, and how far the respondents resemble the frame they were drawn from.

The differences compare respondents with *all* eligible units. As the respondents are part of the frame, a difference is the one
between respondents and non-respondents times the share that did not answer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers.quantitative.columns import categories, is_number
from helpers.quantitative.counts import answer_counts, share_of


def response_rates(*, eligible: int | None, complete: int, partial: int) -> pd.DataFrame:
    """Response rates where every unit of the frame is known to be eligible.

    Parameters
    ----------
    eligible : int or None
        Eligible units, whether they answered or not; None where that is not known, and the table has no rows.
    complete, partial : int
        Units with a complete and with a sufficient partial answer.

    Returns
    -------
    DataFrame
        Two rows: ``measure`` ("RR1" complete answers only, "RR2" partial ones too), ``count``, ``n`` (eligible units), ``share``.

    Raises
    ------
    ValueError
        If a number is negative or more units answered than are eligible.

    References
    ----------
    AAPOR (2023), "Standard Definitions", 10th edition; without units of unknown eligibility.

    Examples
    --------
    >>> response_rates(eligible=100, complete=40, partial=5)
      measure  count    n  share
    0     RR1     40  100   0.40
    1     RR2     45  100   0.45
    """
    if eligible is None:
        return pd.DataFrame(columns=["measure", "count", "n", "share"])
    if min(eligible, complete, partial) < 0 or complete + partial > eligible or eligible == 0:
        raise ValueError(f"{complete} complete and {partial} partial answers do not fit {eligible} eligible units, of which answers are a part")
    count = np.array([complete, complete + partial])
    return pd.DataFrame({"measure": ["RR1", "RR2"], "count": count, "n": eligible, "share": count / eligible})


def representativeness(respondents: pd.DataFrame, frame: pd.DataFrame | None) -> pd.DataFrame:
    """Respondents beside the frame, category by category.

    Differences are standardised by the standard deviation of the *frame*: it is the population, known and the same for every wave, so
    a difference does not shrink or grow with who happened to answer. (Austin pools the deviations of his two groups; here one of
    the two is the yardstick.)

    Parameters
    ----------
    respondents, frame : DataFrame
        One row per unit, the same columns in both: categorical or boolean for categories, numeric for quantities. Missing values are
        left out of the variable's own row. Without a frame the table has no rows.

    Returns
    -------
    DataFrame
        One row per variable and declared category, and one per numeric variable with the answer "mean": ``question``, ``answer``,
        ``count`` and ``n`` (respondents in the category and with a known value; for a mean both count known values), ``share``,
        ``frame_share`` (proportions; nan in the row of a mean), ``mean``, ``frame_mean`` (in the variable's unit; nan in the row of a
        category), ``difference`` (in standard deviations of the frame, respondents minus frame).

    Raises
    ------
    ValueError
        If the columns differ, a variable is numeric in one table only, or respondents are in a category that the frame does not have.

    References
    ----------
    Austin (2009), "Balance diagnostics for comparing the distribution of baseline covariates between treatment groups in
    propensity-score matched samples", Statistics in Medicine 28:3083-3107.

    Examples
    --------
    >>> frame = pd.DataFrame({"region": pd.Categorical(list("aabb")), "members": [10.0, 20.0, 30.0, 40.0]})
    >>> representativeness(frame.iloc[1:3], frame)[["question", "answer", "share", "frame_share", "mean", "frame_mean", "difference"]]
      question answer  share  frame_share  mean  frame_mean  difference
    0   region      a    0.5          0.5   NaN         NaN         0.0
    1   region      b    0.5          0.5   NaN         NaN         0.0
    2  members   mean    NaN          NaN  25.0        25.0         0.0
    """
    rows: list[dict[str, object]] = []
    columns = ["question", "answer", "count", "n", "share", "frame_share", "mean", "frame_mean", "difference"]
    if frame is None:
        return pd.DataFrame(columns=columns).astype({"share": float, "frame_share": float, "difference": float})
    for name in _shared_columns(respondents, frame):
        if is_number(frame[name]):
            rows.append(_mean_row(name, respondents[name], frame[name]))
        else:
            rows += _category_rows(name, respondents[name], frame[name])
    return pd.DataFrame(rows, columns=columns)


def imbalance(respondents: pd.DataFrame, frame: pd.DataFrame | None) -> pd.DataFrame:
    """How far the respondents are from the frame, one number per variable.

    Parameters
    ----------
    respondents, frame : DataFrame
        As in `representativeness`.

    Returns
    -------
    DataFrame
        One row per variable: ``question``, ``n`` (respondents with a known value), ``difference`` (at least 0, in standard deviations of
        the frame). For two categories and for a mean it is the absolute standardised difference; for several categories the
        Mahalanobis distance between the two sets of shares under the frame's multinomial covariance. Its pseudo-inverse need not
        be computed: the squared distance equals the sum of (share - frame share)^2 / frame share.

    Raises
    ------
    ValueError
        As in `representativeness`.

    References
    ----------
    Yang and Dalton (2012), "A unified approach to measuring the effect size between two groups using SAS", SAS Global Forum, paper 335.

    Examples
    --------
    >>> frame = pd.DataFrame({"region": pd.Categorical(list("aabbbb"))})
    >>> imbalance(frame.iloc[:4], frame).round(3)
      question  n  difference
    0   region  4       0.354
    """
    table = representativeness(respondents, frame)
    gap = table["share"] - table["frame_share"]
    # A category that nobody in the frame has is one that no respondent has: it adds nothing.
    parts = (gap**2 / table["frame_share"]).where(table["frame_share"] != 0, 0.0)
    squared = parts.where(table["frame_share"].notna(), table["difference"] ** 2)
    questions = table.assign(squared=squared).groupby("question", sort=False)
    distance = questions["squared"].agg(lambda values: values.sum(skipna=False)) ** 0.5
    return pd.DataFrame({"question": distance.index, "n": questions["n"].first().to_numpy(), "difference": distance.to_numpy()})


def _shared_columns(respondents: pd.DataFrame, frame: pd.DataFrame) -> list[str]:
    different = [str(name) for name in respondents.columns.symmetric_difference(frame.columns)]
    if different or not frame.columns.is_unique:
        raise ValueError(f"respondents and frame need the same columns, each once; in one of them only: {', '.join(different) or 'none'}")
    names = [str(name) for name in frame.columns]
    if mixed := [name for name in names if is_number(respondents[name]) != is_number(frame[name])]:
        raise ValueError(f"numeric in one table, categories in the other: {', '.join(mixed)}")
    return names


def _mean_row(name: str, respondents: pd.Series, frame: pd.Series) -> dict[str, object]:
    answered = respondents.dropna().to_numpy(dtype=float)
    units = frame.dropna().to_numpy(dtype=float)
    mean = answered.mean() if answered.size else np.nan
    frame_mean, deviation = (units.mean(), units.std()) if units.size else (np.nan, np.nan)
    difference = float(_standardised(mean - frame_mean, deviation))
    means = {"mean": mean, "frame_mean": frame_mean, "difference": difference}
    return {"question": name, "answer": "mean", "count": answered.size, "n": answered.size, "share": np.nan, "frame_share": np.nan} | means


def _category_rows(name: str, respondents: pd.Series, frame: pd.Series) -> list[dict[str, object]]:
    units = categories(frame.to_frame())[name]
    answered = categories(respondents.to_frame())[name]
    counts, frame_counts = answer_counts(answered.set_categories(units.categories)), answer_counts(units)
    outside = int(answer_counts(answered).sum() - counts.sum() + counts[frame_counts == 0].sum())
    if outside:
        raise ValueError(f"{name}: {outside} respondents are in a category that nobody in the frame is in; both must describe the same units")
    share, frame_share = share_of(counts, counts.sum()), share_of(frame_counts, frame_counts.sum())
    difference = _standardised(share - frame_share, np.sqrt(frame_share * (1 - frame_share)))
    means = {"mean": np.nan, "frame_mean": np.nan}
    return [
        {"question": name, "answer": answer, "count": count, "n": counts.sum(), "share": own, "frame_share": whole} | means | {"difference": gap}
        for answer, count, own, whole, gap in zip(units.categories, counts, share, frame_share, difference, strict=True)
    ]


def _standardised(difference: ArrayLike, deviation: ArrayLike) -> NDArray[np.float64]:
    """Difference in standard deviations; 0 where nothing varies and nothing differs, nan where only the yardstick does not vary."""
    gap = np.asarray(difference, dtype=float)
    return np.divide(gap, deviation, out=np.where(gap == 0, 0.0, np.nan), where=np.asarray(deviation) > 0)
