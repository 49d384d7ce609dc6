"""Curves: each part of the primary model under every defensible choice of index, grouping, further characteristics and weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.quantitative.indices import index_scores, ways_to_combine
from helpers.quantitative.kept import kept
from helpers.quantitative.primary.explanation import certainty
from helpers.quantitative.primary.model import Primary, without_few
from helpers.quantitative.regression.design import make_design
from helpers.quantitative.specification import specification_curve

# Ways to form the index: the declared one, and two that are as defensible.
VARIANTS: dict[str, dict[str, str]] = {"declared": {}, "geometric": {"aggregation": "geometric"}, "rank": {"normalisation": "rank"}}
COLUMNS = ["by", "variant", "coding", "controls", "weighting", "n", "partial_r2", "null_low", "null_high", "p_joint", "specifications", "verdict"]
_FEWEST = 2  # cases of a category: with one its model would fit it whatever its outcome


@kept
def specification_curves(
    primary: Primary,
    responses: pd.DataFrame,
    items: pd.DataFrame | None,
    parts: Mapping[str, Sequence[str]],
    *,
    codings: Sequence[str],
    weights: pd.Series | None,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Specification curve of each part of the primary model.

    Parameters
    ----------
    primary : Primary
    responses : DataFrame
        One row per respondent, before rare categories were left out.
    items : DataFrame or None
        Items of the index that is the outcome; None where the outcome is a variable, which then has one form only.
    parts : mapping
        Name of a part -> its terms.
    codings : sequence of str
        Other groupings that stand for the sector.
    weights : Series or None
    resamples : int
        Of the joint test.
    seed : int

    Returns
    -------
    DataFrame
        Per part one row per specification, by rising estimate: ``by`` (the part), ``variant`` (how the index is formed), ``coding`` (of the
        sector, or "none"), ``controls`` (number of further terms), ``weighting``, ``n`` (at most the cases of the primary model), ``partial_r2``,
        ``null_low``, ``null_high`` (where this place of the curve would lie by chance, 95 %; all three to three decimals), ``p_joint``,
        ``specifications`` (their number), ``verdict`` (see `certainty`).
    """
    if not primary or not parts:
        return pd.DataFrame(columns=COLUMNS)
    outcome, design = primary.formula.split(" ~ ")[0], make_design(primary.cases, primary.formula)
    ways = ways_to_combine(responses, items) if items is not None else ()
    forms = {name: choice for name, choice in VARIANTS.items() if choice.get("aggregation", "arithmetic") in ways} or {"declared": {}}
    scores = {name: index_scores(responses, items, **choice) if items is not None else responses[outcome] for name, choice in forms.items()}  # type: ignore[arg-type]
    sectors = [*parts.get("sector_part", []), *codings]
    table = without_few(responses, sectors, counted=responses, least=_FEWEST)[0].assign(**scores)
    weighted = {"weighted": weights} if weights is not None else {}
    # The same cases throughout: two shares that differ by one case would tell about that case.
    table = table.assign(**weighted).loc[design.outcome.index]
    curves = []
    for part, terms in parts.items():
        focal = list(dict.fromkeys([*terms, *codings])) if part == "sector_part" else [" + ".join(terms)]
        rest = [term for term in design.terms if term not in terms]
        choices = {"outcomes": list(forms), "focal": focal, "controls": _control_sets(rest, parts, codings), "weights": [None, *weighted]}
        curve = specification_curve(table, **choices, measure="partial_r2", resamples=resamples, seed=seed)  # type: ignore[arg-type]
        curves.append(_told(curve.specifications, part, sectors).assign(p_joint=curve.p_joint))
    told = pd.concat(curves, ignore_index=True)
    counts = told.groupby("by")["by"].transform("size")
    return told.assign(specifications=counts, verdict=[certainty(value) for value in told["p_joint"]])[COLUMNS]


def _control_sets(rest: list[str], parts: Mapping[str, Sequence[str]], codings: Sequence[str]) -> list[list[str]]:
    """None of the other terms, all of them, all but one, only one; and with every coding of the sector."""
    sets = [[], rest, *([term for term in rest if term != left] for left in rest), *([term] for term in rest)]
    sector = parts.get("sector_part", [])
    sets += [[coding if term in sector else term for term in one] for one in sets for coding in codings if set(one) & set(sector)]
    return [list(one) for one in dict.fromkeys(tuple(one) for one in sets)]


def _told(specifications: pd.DataFrame, part: str, sectors: Sequence[str]) -> pd.DataFrame:
    controls = [[] if text == "none" else text.split(" + ") for text in specifications["controls"]]
    used = [next((name for name in sectors if name in [focal, *more]), "none") for focal, more in zip(specifications["focal"], controls, strict=True)]
    return pd.DataFrame(
        {
            "by": part,
            "variant": specifications["outcome"],
            "coding": used,
            "controls": [len(more) for more in controls],
            "weighting": np.where(specifications["weights"] == "none", "unweighted", "weighted"),
            "n": specifications["n"],
            "partial_r2": specifications["estimate"].round(3),
            "null_low": specifications["null_low"].round(3),
            "null_high": specifications["null_high"].round(3),
        }
    )
