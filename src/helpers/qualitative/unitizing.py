"""Krippendorff's alpha for unitising: do coders mark the same stretches of a text, wherever they begin and end?

Unlike agreement on given units, this needs no units: position and length of every stretch count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.passages.joining import checked_columns, joined, overlapping

Array = NDArray[np.float64]


def unitizing_alpha(segments: pd.DataFrame, *, length: int | Mapping[str, int] | pd.Series, coders: Sequence[str] | None = None) -> float:
    """Krippendorff's alpha for unitised texts, all codes together.

    Parameters
    ----------
    segments : DataFrame
        One row per stretch that a coder marked: ``coder``, ``start``, ``end`` (code points, end exclusive), with several codes ``code``, and with
        several documents ``document``. Stretches of one coder with the same code that overlap are joined first; those that only touch are not.
    length : int, or mapping or Series with one int per document
        Length of the text. Gaps between stretches, and chance, never span two documents. Leave out documents that a coder did not work on.
    coders : sequence of str, optional
        The coders to compare; without it those who marked something.

    Returns
    -------
    float
        1 if all stretches are the same, 0 for what chance would give. Over several codes it is 1 minus the sum of the disagreements observed
        over the sum of those expected. NaN where nothing was marked. Krippendorff et al. (2016) found that this definition does not behave as
        expected for more than two coders.

    Raises
    ------
    ValueError
        If columns are missing, there are fewer than two coders, or stretches are empty, end beyond their text or belong to no text.

    References
    ----------
    Krippendorff (2004), "Measuring the reliability of qualitative text analysis data", Quality & Quantity 38:787-800, and "Content Analysis",
    2nd ed., chapter 11; Krippendorff (1995), Sociological Methodology 25:47-76; Krippendorff, Mathet, Bouvry and Widloecher (2016),
    "On the reliability of unitizing textual continua: further developments", Quality & Quantity 50:2347-2364.

    Examples
    --------
    >>> segments = pd.DataFrame({"coder": list("AAB"), "start": [10, 50, 12], "end": [20, 60, 20]})
    >>> round(unitizing_alpha(segments, length=100), 3)
    0.444
    """
    found = unitizing_by_code(segments, length=length, coders=coders)
    return _alpha(found["observed"].sum(), found["expected"].sum())


def unitizing_by_code(segments: pd.DataFrame, *, length: int | Mapping[str, int] | pd.Series, coders: Sequence[str] | None = None) -> pd.DataFrame:
    """Krippendorff's alpha for unitised texts, code by code.

    Parameters
    ----------
    segments, length, coders
        As in `unitizing_alpha`.

    Returns
    -------
    DataFrame
        One row per code, sorted: ``code`` ("" without codes), ``units`` (stretches of all coders, overlapping ones joined), ``observed`` and
        ``expected`` (disagreement, in squared shares of the text) and ``alpha``.

    Raises
    ------
    ValueError
        As `unitizing_alpha`.

    Examples
    --------
    >>> segments = pd.DataFrame({"coder": list("ABAB"), "code": list("ttmm"), "start": [0, 2, 50, 50], "end": [20, 20, 90, 90]})
    >>> unitizing_by_code(segments, length=100)[["code", "units", "alpha"]].round(3)
      code  units  alpha
    0    m      2  1.000
    1    t      2  0.992
    """
    checked_columns(segments, ["coder", "start", "end"], name="the table of segments")
    names = list(dict.fromkeys(segments["coder"] if coders is None else coders))
    if len(names) < 2:
        raise ValueError(f"{len(names)} coders marked something; agreement needs two (name all coders if one of them found nothing)")
    kept = segments[segments["coder"].isin(names)]
    codes = sorted(kept["code"].unique()) if "code" in kept else [""]
    lengths, document = _lengths(kept, length)
    places = {
        "document": document,
        "coder": pd.Index(names).get_indexer(kept["coder"]),
        "code": pd.Index(codes).get_indexer(kept["code"]) if "code" in kept else 0,
    }
    units = joined(kept[["start", "end"]].assign(**places), by=["document", "coder", "code"])
    if beyond := int((units["end"].to_numpy() > lengths[units["document"]]).sum()):
        raise ValueError(f"{beyond} of {len(units)} stretches end beyond their text; positions count from the beginning of each text")
    observed = _observed(units, len(names), len(codes)) / (len(names) * (len(names) - 1) * lengths.sum() ** 2)
    expected = _expected(units, lengths, len(names), len(codes))
    count = np.bincount(units["code"], minlength=len(codes))
    alpha = 1 - np.divide(observed, expected, out=np.full(len(codes), np.nan), where=expected > 0)
    return pd.DataFrame({"code": codes, "units": count, "observed": observed, "expected": expected, "alpha": alpha})


def _lengths(segments: pd.DataFrame, length: int | Mapping[str, int] | pd.Series) -> tuple[Array, NDArray[np.intp]]:
    """Length of every text, and the text of every segment."""
    if "document" not in segments:
        if not np.isscalar(length):
            raise ValueError("lengths are given for several documents, but the segments have no column document")
        return np.array([length], dtype=float), np.zeros(len(segments), dtype=np.intp)
    if np.isscalar(length):
        raise ValueError("the segments have a column document; give a mapping from each document to its length")
    known = pd.Series(length, dtype=float)
    document = known.index.get_indexer(segments["document"])
    if strange := int((document < 0).sum()):
        raise ValueError(f"{strange} of {len(segments)} segments belong to none of the {len(known)} documents whose length is given")
    return known.to_numpy(), document


def _observed(units: pd.DataFrame, coders: int, codes: int) -> Array:
    """Disagreement per code over all ordered pairs of coders: squared differences of both ends where stretches overlap, and the squared length of
    a stretch where the other coder has none."""
    start, end, code = units["start"].to_numpy(float), units["end"].to_numpy(float), units["code"].to_numpy()
    coder = units["coder"].to_numpy()
    first, second = overlapping(units, units, by=["document", "code"])
    other = coder[first] != coder[second]
    first, second = first[other], second[other]
    apart = (start[first] - start[second]) ** 2 + (end[first] - end[second]) ** 2
    met = np.unique(first * coders + coder[second]) // coders
    alone = coders - 1 - np.bincount(met, minlength=len(units))
    missed = 2 * alone * (end - start) ** 2
    sums = np.bincount(code[first], weights=apart, minlength=codes) + np.bincount(code, weights=missed, minlength=codes)
    return np.asarray(sums, dtype=float)


def _expected(units: pd.DataFrame, lengths: Array, coders: int, codes: int) -> Array:
    """Disagreement per code if the same stretches were put anywhere, each against each and against each gap that could hold it."""
    size, code = (units["end"] - units["start"]).to_numpy(float), units["code"].to_numpy()
    total = lengths.sum()
    count = np.bincount(code, minlength=codes)
    against_units = (count[code] - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
    against_gaps = size**2 * _room(units, lengths, coders, codes)
    sums = np.bincount(code, weights=against_units + against_gaps, minlength=codes)
    placements = coders * total * (coders * total - 1) - np.bincount(code, weights=size * (size - 1), minlength=codes)
    return np.asarray(2 / total * sums / placements)


def _room(units: pd.DataFrame, lengths: Array, coders: int, codes: int) -> Array:
    """For every unit, the places at which it would fit into a gap of its code, over all coders and documents."""
    cells = np.arange(codes * coders * len(lengths))
    span = int(lengths.max(initial=0)) + 1
    cell = ((units["code"] * coders + units["coder"]) * len(lengths) + units["document"]).to_numpy() * span
    # A gap runs from the beginning of the text or the end of a stretch to the next beginning of a stretch or the end of the text.
    begins = np.sort(np.concatenate([cells * span, cell + units["end"].to_numpy()]))
    ends = np.sort(np.concatenate([cells * span + lengths.astype(np.int64)[cells % len(lengths)], cell + units["start"].to_numpy()]))
    code_of_gap = begins // span // (coders * len(lengths))
    gaps = np.sort(code_of_gap * span + (ends - begins))
    above = np.append(np.cumsum((gaps % span)[::-1])[::-1], 0)
    size, code = (units["end"] - units["start"]).to_numpy(), units["code"].to_numpy()
    low, high = np.searchsorted(gaps, code * span + size), np.searchsorted(gaps, (code + 1) * span)
    return np.asarray(above[low] - above[high] - (high - low) * (size - 1.0), dtype=float)


def _alpha(observed: float, expected: float) -> float:
    return float(1 - observed / expected) if expected > 0 else float("nan")
