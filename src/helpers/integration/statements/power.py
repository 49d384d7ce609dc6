"""Power of the verdicts: how often statements of every kind get which verdict, with so many answers from so many units."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.integration.statements.operating import KINDS, verdict_operating
from helpers.integration.statements.rule import SUPPORTED, TENDENCY, VERDICTS
from helpers.quantitative.intervals import wilson_interval
from helpers.quantitative.kept import kept

# What can be supported: whether more than half of the units answer, fewer, more than there are, or nobody knows.
IN_REACH, OUT_OF_REACH, BEYOND, UNKNOWN = "in", "out", "beyond", "unknown"
FALSE, LEANING, TRUE = "false", "leaning", "true"
COLUMNS = ("kind", "order", "case", "truth", "willing", "verdict", "share", "low", "high", "replicates", "n")
# Draws per survey, one less than a multiple of 20, so that the limits of the rule are met exactly. More would move a rate by a point at most.
_DRAWS, _DRAWS_OF_TEST = 99, 199
# A survey on the importance of a part of a model costs as much as many others, and most where the part is found: a half, and an eighth of them.
_FEWER, _FEWEST, _LEAST = 2, 8, 20
_Rows = list[dict[str, object]]


@kept
def verdict_power(population: int | None, n: int, *, distances: Sequence[float], willing: float, replicates: int, seed: int) -> pd.DataFrame:
    """How often each verdict is given on statements of every kind that are false, and on such that are true by so much.

    Parameters
    ----------
    population : int or None
        Units; None where their number is not known.
    n : int
        Units that answer.
    distances : sequence of float
        How far the truth lies beyond the boundary, at most .2: a majority of half plus the distance; an option that leads by the distance; a share
        that rises by the distance from the middle of a scale to either end; a part of a model with this share of the outcome's variance.
    willing : float
        How many times as readily as the others those answer who speak for the statement, in a second scenario for the false one.
    replicates : int
        Simulated surveys per row; for importance half of them, or an eighth where the statement is true, and at least 20.
    seed : int

    Returns
    -------
    DataFrame
        One row per kind, truth and verdict: ``kind``; ``order`` (0 false and just so, 1 the same where those who speak for it answer more
        readily, from 2 on true); ``case`` ("false", "leaning", "true"); ``truth`` (the share, the lead, the rise from end to end of the scale, or
        the share of variance; of ratings the smallest share); ``willing``; ``verdict``; ``share`` of the simulated surveys with ``low`` and ``high``
        (95 %, Wilson); ``replicates``; ``n``. No rows where the population is not known, or has fewer units than n.
    """
    if population is None or n > population:
        return pd.DataFrame(columns=list(COLUMNS))
    rows: _Rows = []
    asked = {"population": population, "n": n, "seed": seed}
    for kind in KINDS:
        edge, lean = just_false(kind, population, seed=seed), float(np.log(willing) / 2)
        effects = [distance * (2 if kind == "association" else 1) for distance in distances]
        false, true = (_effort(kind, replicates, holds=holds) for holds in (False, True))
        given = [
            verdict_operating(kind, [edge], **asked, **false),  # type: ignore[arg-type]
            verdict_operating(kind, [edge], lean=lean, **asked, **false),  # type: ignore[arg-type]
            verdict_operating(kind, effects, **asked, **true),  # type: ignore[arg-type]
        ]
        rows += [row for order, line in enumerate(pd.concat(given).to_dict("records")) for row in _rows(order, line, willing)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def just_false(kind: str, population: int, *, seed: int) -> float:
    """The effect nearest to the boundary at which the statement is false: of an odd number of units half cannot say something.

    Raises
    ------
    ValueError
        If there is none within a tenth of the population.
    """
    if kind == "importance":
        return 0.0
    for units in range(population // 10 + 2):
        effect = -units / population
        if not verdict_operating(kind, [effect], population=population, n=population, replicates=1, resamples=1, seed=seed)["holds"].item():
            return effect
    raise ValueError(f"{population} units are too few for a statement of the kind {kind!r} that is just false")


def verdict_reach(population: int | None, n: int) -> pd.DataFrame:
    """Whether so many answers can support a statement on shares or ranks at all.

    Returns
    -------
    DataFrame
        One row: ``reach`` ("in": more than half of the units answer; "out": no more than half, so the others could turn any majority round;
        "beyond": more answers than units; "unknown": the population is not known), ``needed`` (share of those who answer that makes a majority
        whatever the others say; nan but for "in"), ``n``.
    """
    reach = UNKNOWN if population is None else BEYOND if n > population else IN_REACH if 2 * n > population else OUT_OF_REACH
    needed = (population // 2 + 1) / n if reach == IN_REACH and population else np.nan
    return pd.DataFrame({"reach": [reach], "needed": [needed], "n": [n]})


def power_summary(rates: pd.DataFrame) -> pd.DataFrame:
    """The power of the verdicts in one row, from the kind with the least to that with the most.

    Parameters
    ----------
    rates : DataFrame
        See `verdict_power`.

    Returns
    -------
    DataFrame
        One row, none without rates. ``near``, ``far``: smallest and largest distance of a majority from a half, percentage points. With at
        least a tendency (proportions of simulated surveys): ``near_least``, ``near_most``, ``far_least``, ``far_most`` for a true statement at these
        distances; ``wrong_least``, ``wrong_most`` for a false one; ``leaning_least``, ``leaning_most`` for a false one where those who speak for
        it answer ``willing`` times as readily (importance left out). ``wrongly_supported``: most of a false statement in either case.
        ``replicates``, ``fewest`` (true importance), with half the width of the widest 95 % interval (``margin``, ``fewest_margin``; percentage
        points). ``n``.
    """
    if rates.empty:
        return pd.DataFrame()
    found = rates[rates["verdict"].isin([SUPPORTED, TENDENCY])].groupby(["kind", "order", "case"], sort=False)["share"].sum().reset_index()
    true, wrong = found[found["case"].eq(TRUE)], found[found["case"].eq(FALSE)]
    leaning = found[found["case"].eq(LEANING) & found["kind"].ne("importance")]
    ends = {"near": true[true["order"].eq(2)], "far": true[true["order"].eq(found["order"].max())], "wrong": wrong, "leaning": leaning}
    ranges = {f"{name}_{end}": part["share"].agg(pick) for name, part in ends.items() for end, pick in (("least", "min"), ("most", "max"))}
    majority = 100 * (rates.loc[rates["kind"].eq("majority") & rates["case"].eq(TRUE), "truth"] - 0.5)
    false_supported = rates.loc[rates["case"].ne(TRUE) & rates["verdict"].eq(SUPPORTED), "share"].max()
    surveys = {"replicates": rates["replicates"].max(), "fewest": rates["replicates"].min()}
    margins = {"margin": _margin(surveys["replicates"]), "fewest_margin": _margin(surveys["fewest"])}
    told = {"near": majority.min(), "far": majority.max(), "wrongly_supported": false_supported, "willing": rates["willing"].max()}
    return pd.DataFrame([{**told, **ranges, **surveys, **margins, "n": rates["n"].iloc[0]}])


def _effort(kind: str, replicates: int, *, holds: bool) -> dict[str, int]:
    """Surveys and draws per survey that are affordable."""
    if kind != "importance":
        return {"replicates": replicates, "resamples": _DRAWS}
    return {"replicates": min(replicates, max(_LEAST, replicates // (_FEWEST if holds else _FEWER))), "resamples": _DRAWS_OF_TEST}


def _rows(order: int, line: dict, willing: float) -> _Rows:
    """One row of rates as a row per verdict."""
    case = TRUE if line["holds"] else LEANING if line["lean"] > 0 else FALSE
    effect, surveys = line["effect"], line["replicates"]
    truth = {"majority": 0.5 + effect, "ratings": 0.5 + effect, "minority": 0.5 - effect}.get(line["kind"], effect)
    shared = {"kind": line["kind"], "order": order, "case": case, "truth": truth, "willing": willing if line["lean"] > 0 else 1.0}
    rows: _Rows = []
    for verdict in reversed(VERDICTS):
        low, high = wilson_interval(round(line[verdict] * surveys), surveys)
        rows.append({**shared, "verdict": verdict, "share": line[verdict], "low": low, "high": high, "replicates": surveys, "n": line["n"]})
    return rows


def _margin(replicates: int) -> float:
    """Half of the widest interval that a proportion of so many simulated surveys can have, in percentage points."""
    low, high = wilson_interval(replicates // 2, replicates)
    return 50 * float(high - low)
