"""Ratings of units by coders as numbers: every label becomes its place among the categories, a missing rating becomes -1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

BLOCK = 2**18  # comparisons made at once, so that they stay in the processor's cache


@dataclass(frozen=True)
class Ratings:
    """Ratings as places among the categories.

    Parameters
    ----------
    places : array of integers, shape (units, coders)
        Place of each rating in ``scores``; -1 where it is missing. Coders who rated nothing are left out.
    scores : array, shape (categories,)
        The number each category stands for: itself where ratings are numbers, else its place in the order given.
    numeric, ordered : bool
        Whether the categories are numbers, and whether they have an order (numbers have, text only if the order was given).
    """

    places: NDArray[np.signedinteger]
    scores: NDArray[np.float64]
    numeric: bool
    ordered: bool

    def counts(self) -> NDArray[np.float64]:
        """Coders per unit (row) and category (column)."""
        return np.concatenate(list(self.count_blocks()))

    def count_blocks(self) -> Iterator[NDArray[np.float64]]:
        """The same for some units after the other, for those who need not hold them all."""
        categories = np.arange(len(self.scores), dtype=self.places.dtype)
        units, coders = self.places.shape
        size = max(1, BLOCK // max(1, len(categories) * coders))
        for start in range(0, units, size):
            chosen = categories[:, None, None] == self.places[start : start + size].T
            # The smallest integers that hold the number of coders add up several times faster than others.
            yield chosen.sum(axis=1, dtype=np.min_scalar_type(coders)).T.astype(float)


def coded(ratings: pd.DataFrame | ArrayLike, *, categories: Sequence[Any] | None = None) -> Ratings:
    """Turn a table of ratings into places.

    Parameters
    ----------
    ratings : DataFrame or array, shape (units, coders)
        Any labels; NaN, None or NA where a coder did not rate a unit.
    categories : sequence, optional
        All categories in their order, used or not. Without it they are the labels that occur.

    Raises
    ------
    ValueError
        If no unit was rated by two coders, a category is declared twice, or ratings lie outside the declared categories.

    Examples
    --------
    >>> read = coded([["low", "high"], ["high", "high"], [None, "low"]], categories=["low", "high"])
    >>> read.places.tolist(), read.scores.tolist()
    ([[0, 1], [1, 1], [-1, 0]], [0.0, 1.0])
    """
    values = ratings if isinstance(ratings, np.ndarray) else pd.DataFrame(ratings).to_numpy()
    if values.ndim != 2:
        raise ValueError(f"the ratings have {values.ndim} dimension(s); needed is a table with a row per unit and a column per coder")
    found_places, found = _numbers_as_found(values) if values.dtype.kind in "biuf" else _labels_as_found(values)
    place_of, labels = _declared(found, categories) if categories is not None else _in_order(found)
    # Mostly the numbers were found in order, and a large table is not relabelled.
    in_place = np.array_equal(place_of, np.arange(len(labels)))
    places = found_places if in_place else np.append(place_of, -1).astype(_smallest(len(labels)))[found_places]
    places = np.asfortranarray(places[:, (places >= 0).any(axis=0)])
    if not ((places >= 0).sum(axis=1, dtype=np.int32) >= 2).any():
        raise ValueError(f"none of {len(values)} units was rated by two coders; a row is a unit, a column a coder, and agreement needs a pair")
    numeric = labels.dtype.kind in "biuf"
    scores = labels.astype(float) if numeric else np.arange(len(labels), dtype=float)
    return Ratings(places, scores, numeric, numeric or categories is not None)


def _numbers_as_found(values: NDArray) -> tuple[NDArray[np.signedinteger], pd.Index]:
    """Place of every rating among the numbers in the order found, -1 where missing.

    Ratings are few different numbers, so comparing each block of ratings with those known so far is far faster than sorting or hashing all of them,
    and only a block that holds others is searched for them.
    """
    known, places = np.empty(0, dtype=values.dtype), np.empty(values.shape, dtype=np.int8, order="F")
    size = max(1, BLOCK // max(1, values.shape[1]))
    for start in range(0, len(values), size):
        block = values[start : start + size]
        rated = block == block  # NaN is the one number that differs from itself
        found = _places(block, known)
        if np.count_nonzero(found >= 0) < np.count_nonzero(rated):
            known = np.append(known, np.setdiff1d(block[rated], known))
            found = _places(block, known)
            places = places.astype(found.dtype, copy=False)
        places[start : start + size] = found
    return places, pd.Index(known)


def _places(block: NDArray, known: NDArray) -> NDArray[np.signedinteger]:
    places = np.full_like(block, -1, dtype=_smallest(len(known) + 1))
    for place, number in enumerate(known):
        # Adding is ten times faster than assigning where the comparison holds; a rating equals one number at most.
        places += np.multiply(block == number, place + 1, dtype=places.dtype)
    return places


def _labels_as_found(values: NDArray) -> tuple[NDArray[np.signedinteger], pd.Index]:
    """The same for text and other labels."""
    places, known = pd.factorize(values.ravel())
    return places.reshape(values.shape), pd.Index(known)


def _smallest(categories: int) -> np.dtype:
    """Smallest type of integers that holds every place and -1."""
    return np.min_scalar_type(-max(1, categories))


def _in_order(found: pd.Index) -> tuple[NDArray[np.intp], NDArray]:
    """Place of every label found, and the labels by place: numbers by size, other labels as they first occur."""
    labels = np.asarray(found.tolist())
    if labels.dtype.kind not in "biuf":
        return np.arange(len(found)), labels
    order = np.argsort(labels)
    return np.argsort(order), labels[order]


def _declared(found: pd.Index, categories: Sequence[Any]) -> tuple[NDArray[np.intp], NDArray]:
    declared = pd.Index(categories)
    if not declared.is_unique:
        raise ValueError(f"{declared.duplicated().sum()} categories are declared more than once; declare each once, in their order")
    place_of = declared.get_indexer(found)
    if outside := int((place_of < 0).sum()):
        raise ValueError(f"{outside} of {len(found)} different labels are none of the {len(declared)} declared categories; declare all that occur")
    return place_of, np.asarray(declared.tolist())
