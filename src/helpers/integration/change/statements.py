"""Statements: which of them both waves judge, and which they judge otherwise."""

from __future__ import annotations

import pandas as pd

from helpers.integration.change.studies import Wave, Waves, comparable_claims
from helpers.integration.change.summaries import SAME as UNMOVED
from helpers.integration.change.summaries import is_named, named_shares
from helpers.integration.statements.ledger import statement_ledger
from helpers.integration.statements.rule import UNTESTED, VERDICTS
from helpers.integration.verdicts import statement_verdicts

STRONGER, WEAKER, SAME = "stronger", "weaker", "unchanged"
COLUMNS = ["id", "statement", "verdict_before", "verdict_now", "direction", "n", "headline"]


def statement_changes(before: Wave | None, now: Wave, waves: Waves, *, language: str, resamples: int, seed: int, least: int) -> pd.DataFrame:
    """The verdicts of both waves on the statements of the later one.

    Parameters
    ----------
    before : Wave or None
    now : Wave
    waves : Waves
        Of both.
    language : {"de", "en"}
    resamples, seed : int
        As for `statement_verdicts`.
    least : int
        Fewest answers behind a statement in either wave.

    Returns
    -------
    DataFrame
        One row per statement on questions that both waves put alike: ``id``, ``statement`` (in words, no full stop), ``verdict_before``,
        ``verdict_now``, ``direction`` ("stronger", "weaker", "unchanged"), ``n`` (answers of the smaller wave), ``headline`` (its place among the
        findings, or missing). None without an earlier wave. A verdict that changed is not yet a change of the population: both may lie close to
        one limit.
    """
    claims = now.claims.iloc[:0] if before is None else comparable_claims(before, now, waves)
    if before is None or claims.empty:
        return pd.DataFrame(columns=COLUMNS)
    first, second = (_ledger(wave, claims, resamples=resamples, seed=seed) for wave in (before, now))
    table = second.merge(first, on="id", suffixes=("_now", "_before"))
    table = table.assign(n=table[["n_before", "n_now"]].min(axis=1))
    table = table[table["n"].ge(least) & table[["verdict_before", "verdict_now"]].ne(UNTESTED).all(axis=1)]
    lines = claims.drop_duplicates("id").set_index("id")
    words = {"statement": table["id"].map(lines[f"statement_{language}"].str.removesuffix(".")), "headline": table["id"].map(lines["headline"])}
    return table.assign(direction=_directions(table), **words)[COLUMNS].reset_index(drop=True)


def changed_statements(statements: pd.DataFrame) -> pd.DataFrame:
    """The statements with another verdict than before.

    Parameters
    ----------
    statements : DataFrame
        See `statement_changes`.

    Returns
    -------
    DataFrame
        Their rows without ``id`` and ``headline``, ``direction`` first; those that are better supported now come first.
    """
    changed = statements[statements["direction"].ne(SAME)].sort_values("direction", kind="stable")
    return changed[["direction", *(name for name in COLUMNS if name not in ("direction", "id", "headline"))]].reset_index(drop=True)


def changed_counts(statements: pd.DataFrame) -> pd.DataFrame:
    """How many verdicts changed.

    Parameters
    ----------
    statements : DataFrame
        See `statement_changes`.

    Returns
    -------
    DataFrame
        One row: ``found`` ("none", "one", "several"), ``changed``, ``compared`` (numbers of statements), ``n`` (fewest answers behind one of them);
        none where no statement is compared.
    """
    changed = int(statements["direction"].ne(SAME).sum())
    found = "none" if changed == 0 else "one" if changed == 1 else "several"
    counts = {"found": [found], "changed": [changed], "compared": [len(statements)]}
    return pd.DataFrame(counts).assign(n=statements["n"].min() if len(statements) else 0).iloc[: min(len(statements), 1)]


def with_movement(statements: pd.DataFrame, claims: pd.DataFrame, shown: pd.DataFrame, ranks: pd.DataFrame) -> pd.DataFrame:
    """Whether the numbers on which a statement rests changed beyond chance: a verdict may change without that.

    Parameters
    ----------
    statements : DataFrame
        See `statement_changes`.
    claims : DataFrame
        The statements of the later wave.
    shown, ranks : DataFrame
        See `shown_changes` and `rank_changes`.

    Returns
    -------
    DataFrame
        The same with ``moved``: "yes" where a share that the statement names, or the rank of an option, changed beyond chance; "no" where all
        of these were tested and none did; else "unknown" (an association has no share of its own, and what is withheld is not tested).
    """
    found = [_moved(claims[claims["id"].eq(name)], shown, ranks) for name in statements["id"]]
    return statements.assign(moved=pd.Series(found, index=statements.index, dtype="str"))


def changed_finding(statements: pd.DataFrame, *, ended: int | None) -> pd.DataFrame:
    """What the summary of the report says on changed verdicts.

    Parameters
    ----------
    statements : DataFrame
        See `with_movement`.
    ended : int or None
        Year in which the earlier wave ended.

    Returns
    -------
    DataFrame
        At most one row: the statement with the largest change of verdict among those that open the report (of equal ones the first), with ``found``
        ("one", "several"), ``changed`` (how many of these changed) and ``ended``; none where no verdict on them changed.
    """
    own = statements[statements["headline"].notna() & statements["direction"].ne(SAME)]
    found = "one" if len(own) == 1 else "several"
    ranked = own.assign(step=-_steps(own).abs()).sort_values(["step", "headline"], kind="stable").head(1)
    return ranked.drop(columns=["id", "headline", "step"]).assign(found=found, changed=len(own), ended=ended).reset_index(drop=True)


def _moved(lines: pd.DataFrame, shown: pd.DataFrame, ranks: pd.DataFrame) -> str:
    places = [place for line in lines.to_dict("records") for place in named_shares(line)]
    told = [[is_named(place, [name]) for place in shown.index] for name in places]
    options = [variable for (variable, answers), mask in zip(places, told, strict=True) if any(mask) and not answers]
    own = [*(shown.loc[mask, "direction"] for mask in told), ranks.loc[ranks["option"].isin(options), "direction"]]
    if any(directions.ne(UNMOVED).any() for directions in own):
        return "yes"
    tested = lines["kind"].ne("association").all() and bool(places) and all(any(mask) for mask in told)
    return "no" if tested else "unknown"


def _ledger(wave: Wave, claims: pd.DataFrame, *, resamples: int, seed: int) -> pd.DataFrame:
    options = {"population": wave.population, "reasons": wave.missing, "resamples": resamples, "seed": seed}
    return statement_ledger(statement_verdicts(wave.responses, claims, wave.sets("multiple"), **options))[["id", "verdict", "n"]]


def _steps(table: pd.DataFrame) -> pd.Series:
    """By how many verdicts a statement moved towards "supported"."""
    now, before = (table[name].map(VERDICTS.index) for name in ("verdict_now", "verdict_before"))
    return (now - before).astype(int)


def _directions(table: pd.DataFrame) -> pd.Series:
    steps = _steps(table)
    return pd.Series(SAME, index=table.index).mask(steps.gt(0), STRONGER).mask(steps.lt(0), WEAKER)
