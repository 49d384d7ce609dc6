"""Summaries: the tables on change that a report shows, each with ``n``, the answers of the wave now.

All rows are about all units of a wave: numbers of those who answered both times, beside these, would let a reader work out the others.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.integration.change.means import change_in_means
from helpers.integration.change.shares import ALL, NAMES, change_in_shares, without_hidden
from helpers.integration.change.studies import UNIT, Waves

CERTAIN = 0.05  # of Holm's p-values
RISEN, FALLEN, SAME = "risen", "fallen", "same"
HEADLINE, REST = "headline", "rest"
_SHARES = ["question", "option", "direction", "n_before", "share_before", "n", "share_now", "change", "change_low", "change_high", "p_holm"]
_MEANS = ["question", "direction", "n_before", "mean_before", "n", "mean_now", "points_difference", "points_low", "points_high", "p_holm"]


def share_changes(waves: Waves, claims: pd.DataFrame) -> pd.DataFrame:
    """The change of every share that can be compared, in two families of tests.

    Parameters
    ----------
    waves : Waves
    claims : DataFrame
        The statements (see `read_claims`): the questions of those with a ``headline`` are one family, all others the second.

    Returns
    -------
    DataFrame
        See `change_in_shares`.
    """
    stated = set(_headlines(claims)["question"])
    of = {column: name for name, columns in waves.sets.items() for column in columns}
    questions = {of.get(name, name) for name in waves.now if name != UNIT}
    family = {name: HEADLINE if name in stated or stated & set(waves.sets.get(name, [])) else REST for name in questions}
    return change_in_shares(waves.before, waves.now, unit=UNIT, sets=waves.sets, families=family, populations=waves.populations)


def shown_changes(changes: pd.DataFrame, cells: pd.DataFrame, codebook: Any, *, language: str) -> pd.DataFrame:
    """The changes that may be shown, in words.

    Parameters
    ----------
    changes : DataFrame
        See `share_changes`.
    cells : DataFrame
        See `cells_by_wave`, with a column ``suppressed``.
    codebook : Codebook
    language : {"de", "en"}

    Returns
    -------
    DataFrame
        One row per share that is shown in both waves; of two answers that exclude each other only the first. Index: its place (variable, and
        answer where it is no tick box). ``question`` and ``option`` in words; ``direction`` ("risen", "fallen", or "same" where chance may explain
        it: p_holm of .05 or more); ``n_before``, ``share_before``, ``n``, ``share_now``; ``change`` (now minus before) with its 95 % interval
        ``change_low``, ``change_high``; ``p_holm``.
    """
    table = without_hidden(changes, cells).merge(_repeated(changes), on=NAMES, how="left")
    table = table[~table["again"].eq(True)].reset_index(drop=True)
    named = {"share_difference": "change", "low": "change_low", "high": "change_high"}
    table = table.drop(columns="n").rename(columns={**named, "n_now": "n"})
    told = [_in_words(row, codebook, language) for row in table[NAMES].to_dict("records")]
    places = [(option or item or question, answer) for question, item, option, answer in table[NAMES].itertuples(index=False, name=None)]
    table[["question", "option"]] = pd.DataFrame(told, columns=["question", "option"], index=table.index)
    table = table.assign(direction=_directions(table["change"], table["p_holm"]))[_SHARES]
    return table.set_axis(pd.Index(places, tupleize_cols=False, name="place"), axis=0)


def stated_changes(shown: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """The shares that the headline statements name, and whatever else changed beyond chance.

    Parameters
    ----------
    shown : DataFrame
        See `shown_changes`.
    claims : DataFrame

    Returns
    -------
    DataFrame
        Those rows, question by question in their order, the largest share now first.
    """
    named = [place for line in _headlines(claims).to_dict("records") for place in named_shares(line)]
    kept = shown[shown.index.map(lambda place: is_named(place, named)).astype(bool) | shown["direction"].ne(SAME)]
    order = {question: place for place, question in enumerate(dict.fromkeys(kept["question"]))}
    return (
        kept.assign(order=kept["question"].map(order))
        .sort_values(["order", "share_now"], ascending=[True, False], kind="stable")
        .drop(columns="order")
    )


def surest_change(shown: pd.DataFrame, *, ended: int | None) -> pd.DataFrame:
    """What changed most surely, and how much else did.

    Parameters
    ----------
    shown : DataFrame
        See `shown_changes`.
    ended : int or None
        Year in which the earlier wave ended.

    Returns
    -------
    DataFrame
        The row of the surest change, with ``found`` ("none", "one", "several": shares that changed beyond chance), ``changed`` (how many),
        ``compared`` and ``ended``; no row where nothing is compared.
    """
    first = shown.assign(size=shown["change"].abs()).sort_values(["p_holm", "size"], ascending=[True, False], kind="stable").head(1)
    counts = {"found": how_many(shown), "changed": beyond_chance(shown), "compared": len(shown)}
    return first.drop(columns="size").assign(**counts, ended=ended).reset_index(drop=True)


def moved_indices(means: pd.DataFrame) -> pd.DataFrame:
    """Of the indices those that changed beyond chance; see `index_changes`."""
    return means[means["direction"].ne(SAME)].reset_index(drop=True)


def beyond_chance(table: pd.DataFrame) -> int:
    """How many rows of a table of changes are told from no change."""
    return int(table["direction"].ne(SAME).sum())


def how_many(table: pd.DataFrame) -> str:
    """The same in a word: "none", "one" or "several"."""
    return "none" if beyond_chance(table) == 0 else "one" if beyond_chance(table) == 1 else "several"


def index_changes(waves: Waves, *, least: int) -> pd.DataFrame:
    """The change of every index.

    Parameters
    ----------
    waves : Waves
    least : int
        Fewest answers in either wave.

    Returns
    -------
    DataFrame
        One row per index: ``question`` (its name), ``direction``, ``n_before``, ``mean_before``, ``n``, ``mean_now``, ``points_difference`` (now
        minus before) with ``points_low``, ``points_high``, ``p_holm``.
    """
    table = change_in_means(waves.scores_before, waves.scores_now, unit=UNIT, populations=waves.populations)
    table = table[table["units"].eq(ALL) & table["n"].ge(least)].drop(columns="n")
    table = table.rename(columns={"n_now": "n"})
    return table.assign(direction=_directions(table["points_difference"], table["p_holm"]))[_MEANS].reset_index(drop=True)


def _directions(change: pd.Series, p_holm: pd.Series) -> pd.Series:
    certain = p_holm.lt(CERTAIN)
    return pd.Series(SAME, index=change.index).mask(certain & change.gt(0), RISEN).mask(certain & change.lt(0), FALLEN)


def _repeated(changes: pd.DataFrame) -> pd.DataFrame:
    """Of two answers to one question, the second: its change is that of the first with the other sign."""
    rows = changes.loc[changes["units"].eq(ALL), NAMES]
    answers = rows.groupby(["question", "item", "option"], sort=False)["answer"]
    return rows.assign(again=answers.transform("size").eq(2) & answers.cumcount().eq(1))


def _in_words(row: dict[Any, Any], codebook: Any, language: str) -> tuple[str, str]:
    """A question and what is counted of it."""
    question, item, option = (str(codebook.label(row[name], language)) if row[name] else "" for name in ("question", "item", "option"))
    answers = codebook.answers(row["item"] or row["question"]).set_index("code")[f"label_{language}"]
    parts = [str(answers.get(code, code)) for code in row["answer"].split("+")]
    said = " / ".join(parts) if len(parts) < 3 else f"{parts[0]} – {parts[-1]}"
    # How to fill in the form, which may follow the question, is no part of it.
    asked, mark, _ = question.partition("?")
    return asked + mark, option or (f"{item}: {said}" if item else said)


def _headlines(claims: pd.DataFrame) -> pd.DataFrame:
    """All parts of the statements that open the report."""
    return claims[claims["id"].isin(claims.loc[claims["headline"].notna(), "id"])]


def named_shares(line: dict[Any, Any]) -> list[tuple[str, str]]:
    """The shares that a statement names: variable, and answers (joined by "|") where it is no tick box."""
    options = line["options"].replace(">", "|").split("|")
    if line["kind"] in ("majority", "minority"):
        return [(line["question"], line["answer"])]
    if line["kind"] == "ratings":
        return [(item, line["answer"]) for item in options]
    return [(option, "") for option in options if option]


def is_named(place: tuple[str, str], named: list[tuple[str, str]]) -> bool:
    """Whether a share is of an answer, or of several together, that a statement names."""
    variable, answer = place
    return any(variable == name and (not answers or set(answer.split("+")) <= set(answers.split("|"))) for name, answers in named)
