"""Agreement between coders of interviews, code by code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.coefficients.resampling import checked_resampling, drawn_weights, percentile_interval
from helpers.qualitative.coefficients.yes_no import Votes, alpha_of_sums, alpha_sums, chance_corrected, coder_shares
from helpers.qualitative.overlap import code_overlap
from helpers.qualitative.passages.decisions import Decisions, make_decisions
from helpers.qualitative.unitizing import unitizing_by_code

Array = NDArray[np.float64]
COEFFICIENTS = ["percent", "alpha", "low", "high", "kappa", "brennan_prediger", "ac1", "alpha_u", "overlap"]
COLUMNS = ["code", "n", "occurrences", "prevalence", *COEFFICIENTS, "assessable"]


def code_agreement(
    segments: pd.DataFrame,
    codings: pd.DataFrame,
    *,
    coders: Sequence[str],
    resamples: int,
    seed: int,
    least: int = 10,
    level: float = 0.95,
    codes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Agreement of independent coders on every code.

    The unit is an answer. A coder gives it a code where one of the coder's passages with that code overlaps it by at least one character, so
    each coder says yes or no to every answer and code. In a document in which a coder coded nothing at all the decisions are missing, not "no".
    Only documents that at least two of the coders worked on count. With fewer than two coders there is nothing to compare, and no row.

    Parameters
    ----------
    segments, codings, coders, codes
        As in `decisions.make_decisions`.
    resamples, seed : int
        Resamples of whole documents for the interval of alpha, and the seed of the draws.
    least : int
        Fewest occurrences for a code to be assessable.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        One row per code and a last one for all codes together (``code`` ""): ``n`` (answers), ``occurrences`` (answers that at least one coder
        gave the code), ``prevalence`` (share of answers with the code, mean of the coders), ``percent`` (agreeing pairs of coders), ``alpha``,
        ``low``, ``high`` (Krippendorff, nominal; percentiles over resampled documents; NaN if there is only one), ``kappa`` (Cohen's for two
        coders, Conger's for more), ``brennan_prediger``, ``ac1`` (Gwet), ``alpha_u`` (Krippendorff's alpha for unitising, on the texts from their
        beginning to the end of their last segment; of the documents that all coders worked on), ``overlap`` (share of passages with a match whose
        intersection over union is at least .5, over all pairs of coders) and ``assessable``. The coefficients are NaN where a code is not
        assessable, and where they are undefined. For all codes together, disagreements observed and expected are summed over the codes before
        dividing (see `yes_no`), ``occurrences`` are summed, ``prevalence`` and ``percent`` are means.

    Raises
    ------
    ValueError
        As `decisions.make_decisions`, or if ``resamples`` or ``level`` make no sense.

    References
    ----------
    As in `agreement` and `unitizing`. Resampling whole documents: Davison and Hinkley (1997), "Bootstrap Methods and their Application", 3.8.

    Examples
    --------
    >>> segments = pd.DataFrame({"document": ["I01"] * 3, "segment": [1, 2, 3], "start": [0, 10, 20], "end": [9, 19, 29], "kind": "answer"})
    >>> codings = pd.DataFrame({"document": "I01", "start": [2, 12, 0, 22], "end": [8, 15, 5, 25], "code": "trust", "coder": list("AABB")})
    >>> found = code_agreement(segments, codings, coders=["A", "B"], resamples=10, seed=1, least=1)
    >>> found[["code", "n", "occurrences", "percent", "alpha"]].round(2).values.tolist()
    [['trust', 3, 3, 0.33, -0.25], ['', 3, 3, 0.33, -0.25]]
    """
    checked_resampling(resamples, level)
    if len(coders) < 2:
        return pd.DataFrame(columns=COLUMNS)
    decided = make_decisions(segments, codings, coders=coders, codes=codes)
    votes = Votes(decided.given.sum(axis=0).astype(float), decided.rated.sum(axis=0).astype(float))
    occurrences = (votes.yes > 0).sum(axis=0)
    prevalence = coder_shares(decided.given, decided.rated).mean(axis=0)
    found = pd.DataFrame(
        {
            "code": [*decided.codes, ""],
            "n": len(decided.units),
            "occurrences": np.append(occurrences, occurrences.sum()),
            "prevalence": np.append(prevalence, prevalence.mean()),
        }
    )
    measured = chance_corrected(votes, decided.given, decided.rated)
    measured |= _alpha_with_interval(votes, decided, resamples=resamples, seed=seed, level=level)
    measured |= {"alpha_u": _unitized(segments, codings, decided, coders), "overlap": _overlap(codings, decided, coders)}
    found["assessable"] = found["occurrences"] >= least
    coefficients = pd.DataFrame({name: measured[name] for name in COEFFICIENTS}).where(found["assessable"])
    return pd.concat([found.drop(columns="assessable"), coefficients, found[["assessable"]]], axis=1)


def _alpha_with_interval(votes: Votes, decided: Decisions, *, resamples: int, seed: int, level: float) -> dict[str, Array]:
    documents, names = pd.factorize(decided.units["document"])
    sums = pd.DataFrame(alpha_sums(votes)).groupby(documents).sum().to_numpy()
    drawn = [alpha_of_sums(weights @ sums) for weights in drawn_weights(len(names), resamples=resamples, seed=seed, width=sums.shape[1])]
    alpha = alpha_of_sums(sums.sum(axis=0))
    bounds = percentile_interval(np.concatenate(drawn), level) if len(names) > 1 else np.full((2, len(alpha)), np.nan)
    return {"alpha": alpha, "low": bounds[0], "high": bounds[1]}


def _unitized(segments: pd.DataFrame, codings: pd.DataFrame, decided: Decisions, coders: Sequence[str]) -> Array:
    """Alpha for unitising per code and for all, on the documents that all coders worked on."""
    complete = decided.units["document"][decided.rated.all(axis=0)].unique()
    own = codings[codings["document"].isin(complete) & codings["coder"].isin(coders) & codings["code"].isin(decided.codes)]
    lengths = segments.groupby("document")["end"].max().reindex(complete)
    if own.empty:
        return np.full(len(decided.codes) + 1, np.nan)
    table = unitizing_by_code(own, length=lengths, coders=coders).set_index("code").reindex(decided.codes)
    expected = table["expected"].sum()
    return np.append(table["alpha"], 1 - table["observed"].sum() / expected if expected > 0 else np.nan)


def _overlap(codings: pd.DataFrame, decided: Decisions, coders: Sequence[str]) -> Array:
    """Share of matched passages per code and for all, over all pairs of coders and the documents both worked on."""
    own = codings[codings["document"].isin(decided.units["document"])]
    pairs = [pair for pair in combinations(coders, 2) if set(pair) <= set(own["coder"])]
    tables = [code_overlap(own, coders=pair).set_index("code")[["n_first", "n_second", "matched"]] for pair in pairs]
    sums = pd.concat(tables).groupby(level=0).sum().reindex(list(decided.codes), fill_value=0)
    matched, passages = (np.append(part, part.sum()) for part in (2 * sums["matched"], sums["n_first"] + sums["n_second"]))
    return np.divide(matched, passages, out=np.full(len(matched), np.nan), where=passages > 0)
