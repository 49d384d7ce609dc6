"""Which themes come up together, in the same interview or in the same answer, and whether that is more than chance has it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from helpers.qualitative.passages.code_tree import ancestors
from helpers.qualitative.passages.permutation import expected_joint, joint_counts, joint_p_values
from helpers.qualitative.passages.presence import in_segments, mentions

Within = Literal["interview", "segment"]


def phi(first: ArrayLike, second: ArrayLike) -> float:
    """Phi coefficient of two yes/no features: their correlation.

    Parameters
    ----------
    first, second : array-like of bool (or 0 and 1)
        One value per unit, the same units in the same order.

    Returns
    -------
    float
        From -1 to 1; nan where a feature does not vary.

    Raises
    ------
    ValueError
        If the lengths differ, or a value is neither yes nor no.

    References
    ----------
    Yule (1912), "On the methods of measuring association between two attributes", Journal of the Royal Statistical Society 75:579-652.

    Examples
    --------
    >>> phi([1, 1, 0, 0], [1, 1, 1, 0]).__round__(4)
    0.5774
    """
    one, other = _features(first, second)
    return float(_phi((one & other).sum(), one.sum(), other.sum(), len(one)))


def jaccard(first: ArrayLike, second: ArrayLike) -> float:
    """Jaccard coefficient of two yes/no features: of the units that have either, the share that has both.

    Parameters
    ----------
    first, second : array-like of bool (or 0 and 1)
        As in `phi`.

    Returns
    -------
    float
        From 0 to 1; nan where no unit has either.

    Raises
    ------
    ValueError
        As in `phi`.

    References
    ----------
    Jaccard (1901), Bulletin de la Société Vaudoise des Sciences Naturelles 37:547-579.

    Examples
    --------
    >>> jaccard([1, 1, 0, 0], [0, 1, 1, 0]).__round__(4)
    0.3333
    """
    one, other = _features(first, second)
    return float(_ratio((one & other).sum(), (one | other).sum()))


def cooccurrences(
    codings: pd.DataFrame,
    units: pd.DataFrame,
    *,
    codes: pd.DataFrame,
    within: Within = "interview",
    least: int = 1,
) -> pd.DataFrame:
    """Pairs of codes that come up together, with a permutation test.

    Parameters
    ----------
    codings : DataFrame
        One row per coded passage, of one coder (or the consensus): ``document``, ``code``, ``coder``, and for segments ``start``, ``end``.
        Codes count as they are given; for main codes pass `themes.with_parents(codings, codes)`.
    units : DataFrame
        Within interviews: one row per interview, ``document``. Within segments: one row per answer, ``document``, ``start``, ``end``; a segment
        carries a code when one of its passages overlaps it.
    codes : DataFrame
        One row per code: ``code``, ``parent``.
    within : {"interview", "segment"}
        Where two codes have to meet. Within interviews, the interviews that carry a code are permuted, its frequency kept. Within segments,
        the segments of each interview are permuted among themselves: that somebody talks much, or about both themes, is then no
        co-occurrence.
    least : int
        Leave out codes that come up in fewer units than this. A choice by frequency alone does not touch the test, and fewer pairs are
        corrected for.

    Returns
    -------
    DataFrame
        One row per pair of codes, in the order of the code system, a code and those above it left out: ``first``, ``second``, ``both``,
        ``either`` (units), ``jaccard``, ``phi``, ``expected`` (units with both under the permutations), ``p_value`` (two-sided: as far from
        `expected`, in either direction, counting all permutations; nan where the frequencies leave nothing to vary), ``p_holm`` (family: the
        tests of this table), ``units`` (their number).

    Raises
    ------
    ValueError
        If `within` is neither, several coders are mixed, or codings have an interview or a code that is not in the tables.

    References
    ----------
    See `helpers.qualitative.passages.permutation`.

    Examples
    --------
    >>> codings = pd.DataFrame({"document": ["I01", "I01", "I02", "I02", "I03"], "code": ["a", "b", "a", "b", "c"], "coder": "A"})
    >>> documents, codes = pd.DataFrame({"document": ["I01", "I02", "I03"]}), pd.DataFrame({"code": ["a", "b", "c"], "parent": ""})
    >>> cooccurrences(codings, documents, codes=codes)[["first", "second", "both", "either", "jaccard", "phi"]]
      first second  both  either  jaccard  phi
    0     a      b     2       2      1.0  1.0
    1     a      c     0       3      0.0 -1.0
    2     b      c     0       3      0.0 -1.0
    """
    if within not in ("interview", "segment"):
        raise ValueError('codes meet within "interview" or within "segment"')
    above, names = ancestors(codes), codes["code"].to_numpy()
    present, strata = _presence(codings, units, list(names), within)
    kept = present.sum(axis=0) >= max(least, 1)
    present, names = present[:, kept], names[kept]
    first, second = _pairs(list(names), above)
    joint, (mean, _) = joint_counts(present), expected_joint(present, strata)
    both, carried = joint[first, second], joint.diagonal()
    either = carried[first] + carried[second] - both
    p_value = joint_p_values(present, strata)[first, second]
    return pd.DataFrame(
        {
            "first": names[first],
            "second": names[second],
            "both": both,
            "either": either,
            "jaccard": _ratio(both, either),
            "phi": _phi(both, carried[first], carried[second], len(present)),
            "expected": mean[first, second],
            "p_value": p_value,
            "p_holm": _holm(p_value),
            "units": len(present),
        }
    )


def _pairs(names: list[str], above: dict[str, list[str]]) -> NDArray[np.int64]:
    """Places of the two codes of every pair of which neither stands above the other; two rows."""
    apart = np.array([[one not in above[other] and other not in above[one] for other in names] for one in names], dtype=bool)
    return np.array(np.nonzero(np.triu(apart.reshape(len(names), len(names)), k=1)))


def _presence(codings: pd.DataFrame, units: pd.DataFrame, codes: list[str], within: Within) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Units x codes, and the stratum of each unit."""
    if within == "interview":
        return mentions(codings, units["document"], codes) > 0, np.zeros(len(units), dtype=np.int64)
    return in_segments(codings, units, codes), pd.factorize(units["document"])[0].astype(np.int64)


def _features(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    one, other = np.asarray(first), np.asarray(second)
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError("the two features need one value per unit, for the same units")
    wrong = int((~np.isin(one, [0, 1])).sum() + (~np.isin(other, [0, 1])).sum())
    if wrong:
        raise ValueError(f"{wrong} values are neither yes nor no; allowed are True and False, or 1 and 0")
    return one.astype(bool), other.astype(bool)


def _phi(both: ArrayLike, first: ArrayLike, second: ArrayLike, units: int) -> NDArray[np.float64]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    return _ratio(units * np.asarray(both) - a * b, np.sqrt(a * (units - a) * b * (units - b)))


def _ratio(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    below = np.asarray(denominator, dtype=float)
    return np.asarray(numerator, dtype=float) / np.where(below > 0, below, np.nan)


def _holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm (1979): step-down correction of the tests that could be done."""
    order = np.argsort(p_values, kind="stable")[: int((~np.isnan(p_values)).sum())]
    adjusted = np.full(len(p_values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted
