"""What every subset of groups of regressors explains, from one matrix of cross-products instead of one fit per subset.

It is worked out for a sample, for permutations of it, and for samples from populations like it, all of them at once. With k groups there
are 2^k subsets, numbered so that group g is in a subset where bit g of its number is set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# A column of which less than this part is left beside the columns already in counts as their combination, and adds nothing.
_NOTHING = 1e-9
# Worlds that are tried per group, evenly spaced on the arcsine scale of what the group explains.
_STEPS = 60


@dataclass(frozen=True)
class Partition:
    """An outcome and its regressors in groups, centred: what all subsets of the groups are worked out from.

    Parameters
    ----------
    columns : array of float, shape (n, p)
        An orthonormal basis of each group, one after the other: a change of reference category or of units changes nothing.
    outcome : array of float, shape (n,)
        Of length 1.
    sizes : tuple of int, length k
        Columns of each group.
    """

    columns: Array
    outcome: Array
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, outcome: Array, groups: Sequence[Array]) -> Partition:
        """Partition of an outcome and the columns of each group, one row per case."""
        bases = [np.linalg.qr(group - group.mean(axis=0))[0] for group in groups]
        centred = outcome - outcome.mean()
        return cls(np.column_stack(bases), centred / np.linalg.norm(centred), tuple(basis.shape[1] for basis in bases))

    @property
    def products(self) -> Array:
        """Cross-products of the columns and the outcome, which comes last."""
        every = np.column_stack([self.columns, self.outcome])
        return np.asarray(every.T @ every)

    @property
    def places(self) -> list[NDArray[np.int64]]:
        """Places of the columns of each group."""
        return np.split(np.arange(sum(self.sizes)), np.cumsum(self.sizes)[:-1])

    @property
    def numbers(self) -> int:
        """Numbers that the largest array needs per resample."""
        n, p, k = *self.columns.shape, len(self.sizes)
        return max(n * p, (p + k + 1) ** 2, 2 * 2**k * (k + 1) ** 2, _STEPS * k * (k + 1))


def residual_products(products: Array, sizes: Sequence[int]) -> Array:
    """Cross-products of the outcomes that remain beside every subset of the groups.

    Parameters
    ----------
    products : array of float, shape (..., p + q, p + q)
        Cross-products of centred columns: those of the first group, of the second and so on, then q outcomes. Leading axes are stacks.
    sizes : sequence of int, length k
        Columns of each group; they add up to p.

    Returns
    -------
    array of float, shape (..., 2^k, q, q)
        Cross-products of the residuals, one matrix per subset. A column that is a combination of others, such as a category that a
        resample has lost, adds nothing.

    Notes
    -----
    Group by group, the matrices of all subsets so far are kept twice: without the group, and with its columns eliminated, so that each
    subset costs the elimination of one group. Goodnight (1979), "A tutorial on the sweep operator", The American Statistician 33:149-158.

    Examples
    --------
    >>> residual_products(np.array([[4.0, 2.0], [2.0, 3.0]]), [1]).ravel()
    array([3., 2.])
    """
    stacks, width = products.shape[:-2], products.shape[-1]
    # Rows, columns, subsets, stacks: the long axes come last, where numpy is fast.
    states = np.moveaxis(products.reshape(-1, width, width), 0, -1)[:, :, None].copy()
    for size in sizes:
        swept = states
        for column in range(size):
            row, rest = swept[0, 1:], swept[0, 0]
            usable = rest > _NOTHING * states[column, column]
            swept = swept[1:, 1:] - (row * np.where(usable, 1 / np.where(usable, rest, 1), 0))[:, None] * row
        states = np.concatenate([states[size:, size:], swept], axis=2)
    return np.moveaxis(states, (3, 2), (0, 1)).reshape(*stacks, states.shape[2], *states.shape[:2])


def explained(products: Array, sizes: Sequence[int]) -> Array:
    """R2 of every subset, shape (..., 2^k), for one outcome: the last column of the cross-products.

    Examples
    --------
    >>> explained(np.array([[4.0, 2.0], [2.0, 3.0]]), [1]).round(3)
    array([0.   , 0.333])
    """
    total = products[..., -1, -1][..., None]
    return _share_of(total - residual_products(products, sizes)[..., 0, 0], total)


def shapley_weights(groups: int) -> Array:
    """Weights, shape (k, 2^k), that turn what subsets explain into shares of the groups: the gain of each, averaged over all orders of entry.

    References
    ----------
    Shapley (1953), "A value for n-person games"; Lindeman, Merenda and Gold (1980), for the shares of R2.

    Examples
    --------
    >>> shapley_weights(2)
    array([[-0.5,  0.5, -0.5,  0.5],
           [-0.5, -0.5,  0.5,  0.5]])
    """
    inside = (np.arange(2**groups) >> np.arange(groups)[:, None]) & 1 == 1
    others = inside.sum(axis=0) - inside
    orders = np.array([1 / (groups * comb(groups - 1, count)) for count in range(groups)])
    return np.where(inside, 1, -1) * orders[others]


def permuted_shares(rng: np.random.Generator, partition: Partition, draws: int) -> Array:
    """Share of each group after its columns are permuted over the cases, together, all other groups intact; shape (draws, k)."""
    every = np.column_stack([partition.columns, partition.outcome])
    order = rng.permuted(np.tile(np.arange(len(every)), (draws, 1)), axis=1)
    weights = shapley_weights(len(partition.sizes))
    shares = []
    for weight, own in zip(weights, partition.places, strict=True):
        others = np.delete(np.arange(every.shape[1]), own)
        crossed = np.swapaxes(every[:, own][order], 1, 2) @ every[:, others]
        products = np.repeat(partition.products[None], draws, axis=0)
        products[:, own[:, None], others] = crossed
        products[:, others[:, None], own] = np.swapaxes(crossed, 1, 2)
        shares.append(explained(products, partition.sizes) @ weight)
    return np.stack(shares, axis=1)


@dataclass(frozen=True)
class Worlds:
    """Populations like the sample, but for the size of the coefficients of one group: a series of them for every group.

    Parameters
    ----------
    slopes : array of float, shape (p,)
        Coefficients of the partition's columns.
    noise : array of float, shape (n,)
        What they leave of the outcome of each case; its signs are random.
    """

    partition: Partition
    slopes: Array
    noise: Array

    @cached_property
    def parts(self) -> Array:
        """What the outcome adds up from, in terms of columns and noise, shape (p + 1, k + 1): the part of every group, and the noise."""
        parts = np.zeros((len(self.slopes) + 1, len(self.partition.sizes) + 1))
        parts[-1, -1] = 1
        for group, own in enumerate(self.partition.places):
            # A group without any coefficient still needs a direction in which it could explain something.
            parts[own, group] = self.slopes[own] if np.linalg.norm(self.slopes[own]) > _NOTHING else _NOTHING
        return parts

    @cached_property
    def factors(self) -> Array:
        """What multiplies the coefficients of a group in its worlds, shape (k, steps): from nearly nothing to where it explains nearly all."""
        lengths = np.sqrt([np.einsum("ig,ij,jg->g", each, self._population, each) for each in (self.parts[:, :-1], self._rest)])
        angles = np.linspace(0.001, 0.999, _STEPS) * np.pi / 2
        return np.outer(np.maximum(lengths[1], _NOTHING) / lengths[0], np.tan(angles))

    @cached_property
    def truth(self) -> Array:
        """Share of each group in its worlds, shape (k, 1 + steps): in the first it is unrelated to all else, in the last it explains all."""
        truth = self._shares(self._population)
        truth[:, 0], truth[:, -1] = 0, 1
        return truth

    def draw(self, rng: np.random.Generator, draws: int) -> Array:
        """Shares in samples of the worlds, shape (draws, k, 1 + steps): cases are drawn with replacement, signs of the noise at random."""
        columns, noise = self.partition.columns, self.noise
        n, p = columns.shape
        counts = rng.multinomial(n, np.full(n, 1 / n), size=draws)
        # A case that is drawn three times has three signs; only their sum meets its regressors.
        signed = (2 * rng.binomial(counts, 0.5) - counts) * noise
        above = np.triu_indices(p)
        products = np.empty((draws, p + 1, p + 1))
        products[:, above[0], above[1]] = products[:, above[1], above[0]] = counts @ (columns[:, above[0]] * columns[:, above[1]])
        products[:, :p, p] = products[:, p, :p] = signed @ columns
        products[:, p, p] = counts @ noise**2
        means = np.column_stack([counts @ columns, signed.sum(axis=1)]) / n
        return self._shares(products - n * means[:, :, None] * means[:, None, :])

    @property
    def _population(self) -> Array:
        """Cross-products of columns and noise where the noise is unrelated to them."""
        columns, p = self.partition.columns, len(self.slopes)
        products = np.zeros((p + 1, p + 1))
        products[:p, :p], products[p, p] = columns.T @ columns, self.noise @ self.noise
        return products

    @property
    def _rest(self) -> Array:
        """For every group, what the outcome adds up from beside its part, shape (p + 1, k)."""
        return np.asarray(self.parts.sum(axis=1, keepdims=True) - self.parts[:, :-1])

    def _shares(self, products: Array) -> Array:
        """Shares from the cross-products of columns and noise, shape (..., k, 1 + steps)."""
        sizes, k, p = self.partition.sizes, len(self.partition.sizes), sum(self.partition.sizes)
        lift = np.column_stack([np.eye(p + 1)[:, :p], self.parts])
        lifted = lift.T @ products @ lift
        # Whatever the factors, the shares follow from what is left of every pair of parts.
        left = np.einsum("gs,...sij->...gij", shapley_weights(k), residual_products(lifted, sizes), optimize=True)
        blend = np.ones((k, self.factors.shape[1], k + 1))
        blend[np.arange(k), :, np.arange(k)] = self.factors
        gained = -np.einsum("...gij,gci,gcj->...gc", left, blend, blend, optimize=True)
        total = np.einsum("...ij,gci,gcj->...gc", lifted[..., p:, p:], blend, blend, optimize=True)
        return np.concatenate([self._unrelated(products)[..., None], _share_of(gained, total)], axis=-1)

    def _unrelated(self, products: Array) -> Array:
        """Share of every group whose regressors are made unrelated to all others and to the outcome, shape (..., k)."""
        columns, sizes = self.partition.columns, self.partition.sizes
        shares = []
        for weight, own, rest in zip(shapley_weights(len(sizes)), self.partition.places, self._rest.T, strict=True):
            others = np.delete(np.arange(columns.shape[1]), own)
            apart = np.eye(products.shape[-1])
            apart[np.ix_(others, own)] = -np.linalg.lstsq(columns[:, others], columns[:, own], rcond=None)[0]
            apart[:, -1] = rest
            shares.append(explained(apart.T @ products @ apart, sizes) @ weight)
        return np.stack(shares, axis=-1)


def _share_of(part: Array, total: Array) -> Array:
    """Part of a total; none of a total of 0, as in a resample of one case only."""
    return np.asarray(np.where(total > 0, part, 0) / np.where(total > 0, total, 1))
