"""Change of the ranking of options between two waves: which option leads, and which options moved beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.integration.change.studies import Waves
from helpers.integration.change.summaries import CERTAIN, SAME, beyond_chance, how_many
from helpers.quantitative.columns import tick_matrix
from helpers.quantitative.multiplicity import holm
from helpers.quantitative.rankings import BLOCK, rank_intervals

Numbers = NDArray[np.float64]
LEADS = 0.95  # probability of the largest share from which an option is said to lead
AHEAD, BEHIND = "ahead", "behind"
_WAVES = ("before", "now")
_RANKS = [f"rank_{wave}{end}" for wave in _WAVES for end in ("", "_low", "_high")]
_OF_WAVE = {"rank": "rank_{}", "rank_low": "rank_{}_low", "rank_high": "rank_{}_high", "first": "first_{}", "share": "share_{}", "n": "n_{}"}
_NAMES = [name.format(wave) for wave in _WAVES for name in _OF_WAVE.values()]
_LEADERS = ["question", "found", "option", "share_now", "other", "share_before", "n_before", "n"]


def rank_changes(waves: Waves, *, resamples: int, seed: int) -> pd.DataFrame:
    """The rank of every option of a set in both waves, among the options that both waves offered alike.

    Parameters
    ----------
    waves : Waves
    resamples, seed : int
        As for `rank_intervals`: with those of the chapter that ranks the options of one wave, the ranks are those of that chapter.

    Returns
    -------
    DataFrame
        One row per option of a set of two or more: ``question`` (the set), ``option``; ``rank_before``, ``rank_before_low``, ``rank_before_high``
        (95 % interval), ``first_before`` (probability of the largest share), ``share_before``, ``n_before``, and the same of ``now``; ``p_value`` of
        "the rank is the same", ``p_holm`` (family: all rows); ``direction`` ("ahead", "behind", or "same" where p_holm is .05 or more).

    Notes
    -----
    The p-value is twice the smaller tail of the change of rank under a Bayesian bootstrap over the respondents of each wave. A draw in which the
    rank stays counts on both sides, and the finite populations are not used: both make the test cautious. That some units answered both times
    is left out: a change of rank needs a clear order in each wave, and with sixty answers in each, all of the same units, p-values of .35 to
    .69 were larger by .01 to .05 where it was taken in.

    References
    ----------
    Rubin (1981), "The Bayesian bootstrap", The Annals of Statistics 9:130-134.
    """
    sets = {name: own for name, options in waves.sets.items() if len(own := _ticked(waves, options)) > 1}
    tables = [_set_changes(waves, name, options, resamples=resamples, seed=seed) for name, options in sets.items()]
    if not tables:
        return pd.DataFrame(columns=["question", "option", *_NAMES, "p_value", "p_holm", "direction"])
    table = pd.concat(tables, ignore_index=True)
    table = table.assign(p_holm=holm(table["p_value"].to_numpy(dtype=float)))
    certain, moved = table["p_holm"].lt(CERTAIN), table["rank_now"] - table["rank_before"]
    return table.assign(direction=np.select([certain & moved.lt(0), certain & moved.gt(0)], [AHEAD, BEHIND], default=SAME))


def shown_ranks(changes: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """The ranks that may be shown: of options whose shares are published in both waves.

    Parameters
    ----------
    changes : DataFrame
        See `rank_changes`.
    shown : DataFrame
        See `summaries.shown_changes`.

    Returns
    -------
    DataFrame
        One row per option, set by set, the first now first: ``question`` and ``option`` in words, ``direction``, ``rank_before``,
        ``rank_before_low``, ``rank_before_high``, ``rank_now``, ``rank_now_low``, ``rank_now_high``, ``p_holm``, ``n_before``, ``n`` (answers now).
        Ranks are among all options, hidden ones too, as in the tables of one wave.
    """
    words = _in_words(shown)
    kept = changes[changes["option"].isin(words.index)].rename(columns={"n_now": "n"})
    order = {name: place for place, name in enumerate(dict.fromkeys(kept["question"]))}
    kept = kept.assign(order=kept["question"].map(order)).sort_values(["order", "rank_now"], kind="stable")
    kept = kept.assign(**{name: kept["option"].map(words[name]) for name in ("question", "option")})
    return kept[["question", "option", "direction", *_RANKS, "p_holm", "n_before", "n"]].reset_index(drop=True)


def surest_move(ranks: pd.DataFrame) -> pd.DataFrame:
    """Which option moved most surely, and how many did.

    Parameters
    ----------
    ranks : DataFrame
        See `shown_ranks`.

    Returns
    -------
    DataFrame
        Its row, with ``found`` ("none", "one", "several": options that moved beyond chance), ``moved`` (how many) and ``compared``; no row where no
        ranking is compared.
    """
    places = (ranks["rank_now"] - ranks["rank_before"]).abs()
    first = ranks.assign(places=places).sort_values(["p_holm", "places"], ascending=[True, False], kind="stable").head(1)
    counts = {"found": how_many(ranks), "moved": beyond_chance(ranks), "compared": len(ranks)}
    return first.drop(columns="places").assign(**counts).reset_index(drop=True)


def leading_options(changes: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Which option leads each set, then and now.

    Parameters
    ----------
    changes, shown : DataFrame
        As for `shown_ranks`.

    Returns
    -------
    DataFrame
        One row per set whose leading options are both shown: ``question`` in words; ``found`` ("same": one option leads both times, with a
        probability of at least .95 each; "close": one leads both times, less surely; "moved": another leads, and one of the two moved beyond
        chance; "other": another leads, which may be chance); ``option`` (leads now), ``share_now``, ``other`` (led before; both in words),
        ``share_before``, ``n_before``, ``n``. Of options with equal shares that which also leads in the other wave.
    """
    rows = [_leaders(str(name), own) for name, own in changes.groupby("question", sort=False)]
    table, words = pd.DataFrame(rows, columns=_LEADERS), _in_words(shown)
    table = table[table[["option", "other"]].isin(words.index).all(axis=1)]
    told = {"question": table["option"].map(words["question"]), **{name: table[name].map(words["option"]) for name in ("option", "other")}}
    return table.assign(**told).reset_index(drop=True)


def _leaders(question: str, options: pd.DataFrame) -> list[object]:
    first = {wave: options[options[f"rank_{wave}"].eq(1)] for wave in _WAVES}
    both = first["now"]["option"].isin(first["before"]["option"])
    now = first["now"][both].iloc[0] if both.any() else first["now"].iloc[0]
    before = now if both.any() else first["before"].iloc[0]
    sure = min(now["first_before"], now["first_now"]) >= LEADS
    beyond = now["direction"] != SAME or before["direction"] != SAME
    found = ("same" if sure else "close") if both.any() else "moved" if beyond else "other"
    return [question, found, now["option"], now["share_now"], before["option"], before["share_before"], now["n_before"], now["n_now"]]


def _in_words(shown: pd.DataFrame) -> pd.DataFrame:
    """The options whose shares are shown in both waves: index = option, ``question`` and ``option`` in words."""
    ticked = [not answer for _, answer in shown.index]
    options = shown.loc[ticked, ["question", "option"]]
    return options.set_axis([variable for variable, answer in shown.index if not answer], axis=0)


def _ticked(waves: Waves, options: Sequence[str]) -> list[str]:
    """Those columns of a set that are boxes to tick and were put to somebody in both waves: a battery has no ranking."""
    return [
        name
        for name in options
        if all(pd.api.types.is_bool_dtype(wave[name].dtype) and bool(wave[name].notna().any()) for wave in (waves.before, waves.now))
    ]


def _set_changes(waves: Waves, name: str, options: Sequence[str], *, resamples: int, seed: int) -> pd.DataFrame:
    """The options of one set."""
    ticks = {"before": waves.before[list(options)], "now": waves.now[list(options)]}
    table = pd.DataFrame({"question": name, "option": list(options)})
    for wave, own in ticks.items():
        ranks = rank_intervals(own, resamples=resamples, seed=seed)
        table = table.assign(**{new.format(wave): ranks[old].to_numpy() for old, new in _OF_WAVE.items()})
    return table.assign(p_value=_rank_p_values(ticks["before"], ticks["now"], resamples=resamples, seed=seed))


def _rank_p_values(before: pd.DataFrame, now: pd.DataFrame, *, resamples: int, seed: int) -> Numbers:
    """Twice the smaller tail of the change of rank; the data count as a draw of their own, so that no p-value is 0."""
    matrices = [tick_matrix(before), tick_matrix(now)]
    rng, block = np.random.default_rng(seed), max(1, BLOCK // max(1, len(before), len(now)))
    worse, better = np.ones(before.shape[1]), np.ones(before.shape[1])
    for start in range(0, resamples, block):
        draws = min(block, resamples - start)
        first, second = (_weighted_ranks(matrix, rng.standard_exponential((draws, len(matrix)))) for matrix in matrices)
        worse, better = worse + (second >= first).sum(axis=0), better + (second <= first).sum(axis=0)
    return np.minimum(1.0, 2 * np.minimum(worse, better) / (resamples + 1))


def _weighted_ranks(matrix: Numbers, weights: Numbers) -> Numbers:
    """Ranks of the weighted shares, draws x options; rounding keeps equal shares tied."""
    asked, ticked = (~np.isnan(matrix)).astype(float), (matrix == 1).astype(float)
    return np.asarray(stats.rankdata(-np.round((weights @ ticked) / (weights @ asked), 12), method="min", axis=-1))
