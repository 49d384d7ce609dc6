"""Verdicts on many samples of one population at once: the rule of `statement_verdicts`, without its tables and intervals."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from helpers.integration.statements.populations import SET, Made
from helpers.integration.statements.posterior import chance_of_majority
from helpers.integration.statements.rankings import steps
from helpers.integration.statements.rule import verdict_of

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
# Numbers per block of samples, so that no array exceeds 16 MB.
_BLOCK = 2**21


def answer_patterns(made: Made) -> tuple[Numbers, Counts]:
    """Combinations of answers that count for the statement on a population.

    Returns
    -------
    patterns : array, shape (patterns, columns)
        Each combination once: what a unit adds to each comparison (shares, batteries and rankings), or its place on both scales (associations).
    of_unit : array of int, shape (units,)
        Which of them each unit has.
    """
    claim, kind = made.claim, made.claim["kind"]
    if kind == "association":
        rows = np.column_stack([made.units["said"].to_numpy(dtype=float), made.units["scale"].cat.codes.to_numpy(dtype=float)])
    elif claim["question"] == SET and kind != "ratings":
        names = sorted(made.units)
        named = str(claim["options"]).replace(">", "|").split("|")
        pairs = [pair for step in steps(named, names, kind=str(kind)).values() for pair in step]
        ahead, behind = (made.units[list(side)].to_numpy(dtype=float) for side in zip(*dict.fromkeys(pairs), strict=True))
        rows = ahead - behind
    else:
        rows = made.units.to_numpy(dtype=float) - 0.5
    patterns, of_unit = np.unique(rows, axis=0, return_inverse=True)
    return patterns, of_unit.ravel()


def sample_verdicts(made: Made, patterns: Numbers, seen: Counts, *, resamples: int, rng: np.random.Generator) -> list[str]:
    """The verdict on the statement, from each of many samples.

    Parameters
    ----------
    made : Made
    patterns : array, shape (patterns, columns)
        See `answer_patterns`.
    seen : array of int, shape (samples, patterns)
        Respondents with each combination; the same number of respondents in all samples.
    resamples : int
        Draws from the posterior per sample; one less than a multiple of 20 leaves the limits of the rule where they are.
    rng : Generator

    Returns
    -------
    list of str
        What the ledger would say of each sample. The test of all comparisons at once decides: none of its parts can be weaker.
    """
    if made.claim["kind"] in ("majority", "minority"):
        return _on_shares(made, patterns, seen)
    unseen = len(made.units) - int(seen[0].sum())
    verdicts: list[str] = []
    for some in _blocks(seen, resamples):
        drawn = _populations(some, unseen, resamples, rng)
        judge = _on_association if made.claim["kind"] == "association" else _on_comparisons
        verdicts += judge(made, patterns, some, unseen, drawn)
    return verdicts


def _blocks(seen: Counts, resamples: int) -> Iterator[Counts]:
    size = max(1, _BLOCK // (resamples * seen.shape[1]))
    yield from (seen[start : start + size] for start in range(0, len(seen), size))


def _populations(seen: Counts, unseen: int, resamples: int, rng: np.random.Generator) -> Numbers:
    """Draws of the Polya posterior (samples x resamples x patterns), as `Known.draws` makes them for one sample."""
    weights = rng.standard_gamma(np.broadcast_to(seen[:, None, :], (len(seen), resamples, seen.shape[1])).astype(float))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.asarray(seen[:, None, :] + rng.multinomial(unseen, weights), dtype=float)


def _likely(sums: Numbers) -> Numbers:
    """How often a sum is above zero in the draws of each sample; exactly zero counts half."""
    return np.asarray((sums > 0).mean(axis=1) + (sums == 0).mean(axis=1) / 2, dtype=float)


def _on_shares(made: Made, patterns: Numbers, seen: Counts) -> list[str]:
    """Samples with the same number of "yes" get the same verdict, so each number is judged once, and exactly."""
    size, n, sign = len(made.units), int(seen[0].sum()), -1 if made.claim["kind"] == "minority" else 1
    # Who speaks for a minority are those who say no.
    favour = seen @ (sign * patterns[:, 0] > 0)
    verdict = {}
    for count in np.unique(favour):
        chance, lead = chance_of_majority(int(count), n, population=size), count - size / 2
        verdict[count] = verdict_of(chance, worst_low=lead, worst_high=lead + size - n)
    return [verdict[count] for count in favour]


def _on_comparisons(made: Made, patterns: Numbers, seen: Counts, unseen: int, drawn: Numbers) -> list[str]:
    chance = _likely((drawn @ patterns).min(axis=-1))
    found = (seen @ patterns).min(axis=1)
    # The most that a unit can add, whatever it says: a half where it is for or against, one where it may tick either of two options.
    reach = unseen * (0.5 if made.claim["kind"] == "ratings" else 1.0)
    return [verdict_of(one, worst_low=sum_ - reach, worst_high=sum_ + reach) for one, sum_ in zip(chance, found, strict=True)]


def _on_association(made: Made, patterns: Numbers, seen: Counts, unseen: int, drawn: Numbers) -> list[str]:
    signs = _agreeing(patterns, patterns)
    chance = _likely(((drawn @ signs) * drawn).sum(axis=-1))
    # The bounds of `association_test`: every unseen unit where it contradicts (or agrees with) most seen ones, and against all its like.
    places = np.array([(said, step) for said in (0.0, 1.0) for step in np.unique(made.units["scale"].cat.codes)])
    beside = seen @ _agreeing(patterns, places)
    among = unseen**2 / 2 * (1 - 1 / min(unseen, 2)) if unseen else 0.0
    found = ((seen @ signs) * seen).sum(axis=1) / 2
    low, high = found + unseen * beside.min(axis=1) - among, found + unseen * beside.max(axis=1) + among
    return [verdict_of(one, worst_low=worst, worst_high=best) for one, worst, best in zip(chance, low, high, strict=True)]


def _agreeing(units: Numbers, others: Numbers) -> Numbers:
    """1 where a unit and another are in the same order on both scales, -1 where they are in opposite order, else 0."""
    return np.asarray(np.sign(units[:, None, :] - others[None, :, :]).prod(axis=-1))
