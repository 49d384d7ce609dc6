"""Counting: how many gave each answer, how many gave each pair of answers, and the share that a count makes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


def answer_counts(values: pd.Categorical, *, weights: NDArray[np.float64] | None = None) -> NDArray:
    """Respondents (or their weight) per declared answer, in the order declared; missing answers count nowhere.

    Examples
    --------
    >>> answer_counts(pd.Categorical(["yes", None, "yes"], categories=["yes", "no"])).tolist()
    [2, 0]
    """
    given = values.codes >= 0
    return np.bincount(values.codes[given], weights=None if weights is None else weights[given], minlength=len(values.categories))


def cross_counts(answers: pd.Categorical, groups: pd.Categorical) -> NDArray[np.int64]:
    """Respondents per declared answer (rows) and declared group (columns); who lacks either counts nowhere.

    Examples
    --------
    >>> cross_counts(pd.Categorical(["yes", "no", None]), pd.Categorical(["a", "b", "b"])).tolist()
    [[0, 1], [1, 0]]
    """
    given = (answers.codes >= 0) & (groups.codes >= 0)
    shape = len(answers.categories), len(groups.categories)
    cells = answers.codes[given].astype(np.int64) * shape[1] + groups.codes[given]
    return np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape)


def share_of(count: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """Counts divided by their denominators; nan where nobody is in the denominator.

    Examples
    --------
    >>> share_of([1, 0], [4, 0]).tolist()
    [0.25, nan]
    """
    part, whole = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
