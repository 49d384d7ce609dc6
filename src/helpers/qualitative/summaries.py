"""Summaries: the tables that a report on interviews shows, each with ``n``, the interviews behind a row.

What a row is about are always interviews, so that a row can be withheld where they are too few.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from helpers.qualitative.passages.presence import in_segments
from helpers.qualitative.themes import frequencies_by

RELIABLE, TENTATIVE = 0.8, 0.667  # Krippendorff (2019), "Content Analysis", 4th edition, chapter 12
_ENDS = {"low": "alpha_low", "high": "alpha_high"}  # beside other coefficients, an interval says whose it is


def material(documents: pd.DataFrame, codings: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """What was analysed.

    Parameters
    ----------
    documents : DataFrame
        One row per interview: ``document``, ``minutes``.
    codings : DataFrame
        The coded passages that count, of one coder or the consensus.
    codes : DataFrame
        The code system.

    Returns
    -------
    DataFrame
        One row: ``n`` (interviews), ``minutes`` (of all), ``passages`` (different ones), ``codes``.
    """
    passages = codings[["document", "start", "end"]].drop_duplicates()
    return pd.DataFrame({"n": [len(documents)], "minutes": documents["minutes"].sum(), "passages": len(passages), "codes": len(codes)})


def theme_counts(frequencies: pd.DataFrame) -> pd.DataFrame:
    """Codes under their themes, with the interviews in which they come up.

    Parameters
    ----------
    frequencies : DataFrame
        See `helpers.qualitative.themes.frequencies` or `frequencies_by`.

    Returns
    -------
    DataFrame
        One row per code below a main code: ``theme`` (the main code), ``code``, ``n`` (interviews), and ``mentions``, ``documents``, ``by``,
        ``group`` where they are given.
    """
    below = frequencies[frequencies["parent"].ne("")].rename(columns={"parent": "theme", "interviews": "n"})
    kept = [column for column in ("theme", "code", "by", "group", "n", "documents", "mentions") if column in below]
    return below[kept].reset_index(drop=True)


def overall_agreement(agreement: pd.DataFrame, *, documents: int) -> pd.DataFrame:
    """Agreement on all codes together, and what it allows.

    Parameters
    ----------
    agreement : DataFrame
        See `helpers.qualitative.coders.code_agreement`.
    documents : int
        Interviews that were coded twice.

    Returns
    -------
    DataFrame
        One row: ``alpha``, ``alpha_low``, ``alpha_high``, ``grade`` ("reliable" from .8, "tentative" from .667, else "low"), ``n``; none where alpha
        is not defined.
    """
    whole = agreement.loc[agreement["code"].eq(""), ["alpha", "low", "high"]].dropna().reset_index(drop=True).rename(columns=_ENDS)
    grades = ["reliable" if alpha >= RELIABLE else "tentative" if alpha >= TENTATIVE else "low" for alpha in whole["alpha"]]
    return whole.assign(grade=grades, n=documents)


def agreement_counts(agreement: pd.DataFrame, independent: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Agreement code by code, with the interviews in which somebody gave the code.

    Parameters
    ----------
    agreement : DataFrame
        See `helpers.qualitative.coders.code_agreement`.
    independent : DataFrame
        The codings of the independent coders.
    codes : DataFrame
        The code system.

    Returns
    -------
    DataFrame
        The rows of single codes, in the order of the code system: ``theme``, ``code``, ``n`` and the columns of ``agreement``,
        the interval as ``alpha_low`` and ``alpha_high``.
    """
    single = agreement[agreement["code"].isin(codes["code"])]
    placed = codes[["code", "parent"]].merge(single.drop(columns=["n", "assessable"]), on="code")
    raised = independent.groupby("code")["document"].nunique()
    table = placed.assign(theme=placed["parent"].where(placed["parent"].ne(""), placed["code"]), n=placed["code"].map(raised).fillna(0).astype(int))
    return table[["theme", "code", "n", *single.columns.difference(["code", "n", "assessable"], sort=False)]].rename(columns=_ENDS)


def strongest_pairs(pairs: pd.DataFrame, codings: pd.DataFrame, answers: pd.DataFrame, *, most: int) -> pd.DataFrame:
    """Pairs of codes that go together most, with the interviews in which they meet in one answer.

    Parameters
    ----------
    pairs : DataFrame
        See `helpers.qualitative.cooccurrence.cooccurrences`, within segments.
    codings, answers : DataFrame
        What it was computed from.
    most : int
        Rows to keep.

    Returns
    -------
    DataFrame
        Surest pairs first: ``code``, ``with_code``, ``n`` (interviews with both in one answer), ``both`` (answers), ``expected``, ``phi``,
        ``p_holm``; only pairs that meet more often than expected.
    """
    together = pairs[pairs["both"] > pairs["expected"]].sort_values(["p_holm", "phi"], ascending=[True, False], kind="stable").head(most)
    names = sorted(set(together["first"]) | set(together["second"]))
    present = pd.DataFrame(in_segments(codings[codings["code"].isin(names)], answers, names), columns=names)
    documents = answers["document"].reset_index(drop=True)
    met = [documents[present[first] & present[second]].nunique() for first, second in zip(together["first"], together["second"], strict=True)]
    named = together.rename(columns={"first": "code", "second": "with_code"}).assign(n=met)
    return named[["code", "with_code", "n", "both", "expected", "phi", "p_holm"]].reset_index(drop=True)


def beyond_chance(pairs: pd.DataFrame, *, documents: int, level: float = 0.05) -> pd.DataFrame:
    """How many pairs of codes meet more often than chance has it: one row with ``found`` ("some" or "none"), ``pairs``, ``tested``, ``n``."""
    tested = pairs.dropna(subset=["p_holm"])
    found = (tested["p_holm"] <= level) & (tested["both"] > tested["expected"])
    return pd.DataFrame({"found": ["some" if found.any() else "none"], "pairs": int(found.sum()), "tested": len(tested), "n": documents})


def known_codes(saturation: pd.DataFrame, *, documents: int) -> pd.DataFrame:
    """Codes known after so many interviews: ``interviews``, ``codes``, ``codes_low``, ``codes_high``, ``n`` (all interviews)."""
    table = saturation[["interviews", "codes", "low", "high"]].rename(columns={"low": "codes_low", "high": "codes_high"})
    return table.assign(n=documents)


def enough(points: pd.DataFrame) -> pd.DataFrame:
    """Whether further interviews would bring something new.

    Parameters
    ----------
    points : DataFrame
        See `helpers.qualitative.saturation.saturation_point`.

    Returns
    -------
    DataFrame
        One row, for the first threshold: ``reached`` ("reached" where the median order meets it, else "open"), ``interviews_needed``,
        ``threshold``, ``base``, ``run``, ``n``.
    """
    first = points.head(1)
    reached = ["open" if pd.isna(median) else "reached" for median in first["median"]]
    table = first.assign(reached=reached, interviews_needed=first["median"].astype(float), n=first["documents"])
    return table[["reached", "interviews_needed", "threshold", "base", "run", "n"]].reset_index(drop=True)


def dictionary_scores(scores: pd.DataFrame, agreed: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """How good the suggestions are, code by code.

    Parameters
    ----------
    scores : DataFrame
        See `helpers.qualitative.suggest.scores`.
    agreed : DataFrame
        The consensus codings.
    codes : DataFrame
        The code system.

    Returns
    -------
    DataFrame
        One row per code that has patterns: ``theme``, ``code``, ``n`` (interviews with the code by consensus), ``precision``, ``recall``, ``f1``,
        ``alpha``.
    """
    searched = codes.loc[codes["patterns"].ne(""), ["code", "parent"]]
    raised = agreed.groupby("code")["document"].nunique()
    table = searched.merge(scores[["code", "precision", "recall", "f1", "alpha"]], on="code")
    table = table.assign(theme=table["parent"].where(table["parent"].ne(""), table["code"]), n=table["code"].map(raised).fillna(0).astype(int))
    return table[["theme", "code", "n", "precision", "recall", "f1", "alpha"]]


def whole(scores: pd.DataFrame, columns: Sequence[str], *, documents: int) -> pd.DataFrame:
    """The row of all codes together, with ``n`` (interviews)."""
    return scores.loc[scores["code"].eq(""), list(columns)].assign(n=documents).reset_index(drop=True)


def group_counts(codings: pd.DataFrame, documents: pd.DataFrame, *, by: Sequence[str], codes: pd.DataFrame) -> pd.DataFrame:
    """Codes by groups of interviews, several groupings one below the other.

    Parameters
    ----------
    codings, documents, codes
        As in `helpers.qualitative.themes.frequencies_by`.
    by : sequence of str
        Groupings; those that the interviews do not have are left out.

    Returns
    -------
    DataFrame
        One row per code below a main code and group: ``theme``, ``code``, ``by``, ``group``, ``count`` (interviews of the group in which it comes
        up), ``n`` (interviews of the group).
    """
    tables = [frequencies_by(codings, documents, by=name, codes=codes) for name in by if name in documents]
    columns = {"parent": "theme", "code": "code", "by": "by", "group": "group", "interviews": "count", "documents": "n"}
    whole = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(columns))
    return whole.loc[whole["parent"].ne(""), list(columns)].rename(columns=columns).reset_index(drop=True)


def large_enough(counts: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """The groupings in which some group has at least so many interviews; of the others no number could be published."""
    return counts[counts.groupby("by")["n"].transform("max") >= least].reset_index(drop=True)


def code_system(frequencies: pd.DataFrame, codes: pd.DataFrame, language: str) -> pd.DataFrame:
    """The code system with what each code means.

    Parameters
    ----------
    frequencies : DataFrame
        See `helpers.qualitative.themes.frequencies`.
    codes : DataFrame
        One row per code: ``code``, ``parent``, ``definition_de``, ``definition_en``, ``origin``.
    language : {"de", "en"}
        Language of the definitions.

    Returns
    -------
    DataFrame
        One row per code: ``theme``, ``code``, ``n`` (interviews), ``definition``, ``origin``.
    """
    table = codes[["code", "parent", f"definition_{language}", "origin"]].merge(frequencies[["code", "interviews"]], on="code")
    named = table.rename(columns={f"definition_{language}": "definition", "interviews": "n"})
    return named.assign(theme=named["parent"].where(named["parent"].ne(""), named["code"]))[["theme", "code", "definition", "origin", "n"]]
