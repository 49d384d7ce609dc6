"""Automatic coding as a suggestion: sentences that match a code system's patterns, under a coder of their own, and how good they are.

Suggestions are never merged with what people coded; `scores` shows what they are worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.qualitative.dictionary.inflection import Language
from helpers.qualitative.dictionary.lookup import Dictionary
from helpers.qualitative.dictionary.patterns import read_patterns
from helpers.qualitative.dictionary.sentences import sentences
from helpers.qualitative.passages.presence import in_segments

CODER = "dictionary"
TYPES = {"document": "str", "start": "int64", "end": "int64", "code": "str", "coder": "str"}


class Suggestion(NamedTuple):
    """One suggested coding."""

    document: str
    start: int
    end: int
    code: str
    coder: str = CODER


def suggest(
    texts: Iterable[tuple[str, str]], codes: pd.DataFrame, *, segments: pd.DataFrame | None = None, language: Language = "de", near: int = 8
) -> pd.DataFrame:
    """Code transcripts by the patterns of the code system.

    Parameters
    ----------
    texts : iterable of (document, text)
        Transcripts, as ``interviews.texts.items()``.
    codes : DataFrame
        One row per code: ``code``, ``patterns``; the language of patterns is told in `helpers.qualitative.dictionary.patterns`.
    segments : DataFrame, optional
        One row per segment: ``document``, ``start``, ``end``, ``kind``. Only segments of kind "answer" are coded then; without it the whole text is,
        questions and headings too.
    language : {"de", "en"}
        Whose inflection the patterns follow.
    near : int
        The words of a pattern of several words stand within so many words of a sentence.

    Returns
    -------
    DataFrame
        One row per sentence and code: ``document``, ``start``, ``end`` (code points of the text as given, end exclusive), ``code``, ``coder``
        ("dictionary"); in the order of the texts, sentences and code system.

    Raises
    ------
    ValueError
        If a column is missing or patterns are malformed.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["fairs", "markets"], "patterns": ["messe", "*markt*"]})
    >>> suggest([("I01", "Wir waren auf Messen. Das öffnet Absatzmärkte!")], codes)
      document  start  end     code       coder
    0      I01      0   21    fairs  dictionary
    1      I01     22   46  markets  dictionary
    """
    found = suggestions(texts, codes, segments=segments, language=language, near=near)
    return pd.DataFrame(list(found), columns=list(TYPES)).astype(TYPES)


def suggestions(
    texts: Iterable[tuple[str, str]], codes: pd.DataFrame, *, segments: pd.DataFrame | None = None, language: Language = "de", near: int = 8
) -> Iterator[Suggestion]:
    """The same as a stream, for collections of any size: one transcript is held at a time.

    Parameters
    ----------
    texts, codes, segments, language, near
        As in `suggest`; `texts` may be a generator.

    Returns
    -------
    iterator of Suggestion
        One per sentence and code, as the rows of `suggest`.

    Raises
    ------
    ValueError
        As in `suggest`, before the first text is read.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["fairs"], "patterns": ["fair"]})
    >>> next(suggestions(iter([("I01", "We met at fairs.")]), codes, language="en"))
    Suggestion(document='I01', start=0, end=16, code='fairs', coder='dictionary')
    """
    dictionary = Dictionary(read_patterns(codes, language=language), near=near)
    return _stream(texts, dictionary, None if segments is None else _answers(segments))


def scores(suggested: pd.DataFrame, reference: pd.DataFrame, units: pd.DataFrame, *, codes: pd.DataFrame) -> pd.DataFrame:
    """How well suggestions agree with what people coded.

    Parameters
    ----------
    suggested : DataFrame
        One row per suggestion: ``document``, ``start``, ``end``, ``code``, ``coder``.
    reference : DataFrame
        The consensus (or one coder's codings), the same columns.
    units : DataFrame
        One row per answer: ``document``, ``start``, ``end``. A unit has a code when a passage with it overlaps the unit. Interviews that the
        reference has not coded at all are left out: nobody said no there.
    codes : DataFrame
        One row per code: ``code``, ``patterns``. Codes without patterns are not looked for, so they are not scored.

    Returns
    -------
    DataFrame
        One row per scored code, in the order of the code system, and one for all of them ("" as code; its units are decisions, units x
        codes): ``code``, ``n`` (units), ``suggested``, ``reference``, ``both`` (units with the code), ``precision`` (of those suggested,
        the share in the reference), ``recall`` (of the reference, the share suggested), ``f1`` (their harmonic mean), ``alpha``
        (Krippendorff's, nominal). Nan where a denominator is 0.

    Raises
    ------
    ValueError
        If a column is missing, either table mixes coders or has an unknown code, units overlap, or a coded interview has no unit.

    Notes
    -----
    With two coders, n units and none missing, alpha = 1 - (2 n - 1) D / (V (2 n - V)), where D units have different values and V = suggested +
    reference is the number of yes among the 2 n values.

    References
    ----------
    Krippendorff (2011), "Computing Krippendorff's alpha-reliability", sections A and B (binary data, two observers).

    Examples
    --------
    >>> units = pd.DataFrame({"document": "I01", "start": [0, 10, 20], "end": [9, 19, 29]})
    >>> reference = pd.DataFrame({"document": "I01", "start": [0, 10], "end": [5, 15], "code": "fairs", "coder": "consensus"})
    >>> codes = pd.DataFrame({"code": ["fairs"], "patterns": ["messe"]})
    >>> scores(reference.head(1).assign(coder="dictionary"), reference, units, codes=codes)[["n", "both", "precision", "recall"]].head(1)
       n  both  precision  recall
    0  3     1        1.0     0.5
    """
    names = codes["code"].to_list()
    coded = units["document"].isin(reference["document"]).to_numpy()
    scored = codes["patterns"].fillna("").str.strip("| ").ne("").to_numpy()
    ours, theirs = (in_segments(table, units, names)[np.ix_(coded, scored)] for table in (suggested, reference))
    counts = np.array([ours.sum(axis=0), theirs.sum(axis=0), (ours & theirs).sum(axis=0)])
    yes, right, both = np.column_stack([counts, counts.sum(axis=1)])
    n = np.append(np.full(scored.sum(), coded.sum()), coded.sum() * scored.sum())
    return pd.DataFrame(
        {
            "code": [*codes["code"][scored], ""],
            "n": n,
            "suggested": yes,
            "reference": right,
            "both": both,
            "precision": _ratio(both, yes),
            "recall": _ratio(both, right),
            "f1": _ratio(2 * both, yes + right),
            "alpha": 1 - _ratio((2 * n - 1) * (yes + right - 2 * both), (yes + right) * (2 * n - yes - right)),
        }
    )


def _stream(texts: Iterable[tuple[str, str]], dictionary: Dictionary, answers: dict[str, list[tuple[int, int]]] | None) -> Iterator[Suggestion]:
    for document, text in texts:
        for first, last in [(0, len(text))] if answers is None else answers.get(document, []):
            for start, end in sentences(text, first, last):
                for code in dictionary.codes(text[start:end]):
                    yield Suggestion(document, start, end, code)


def _answers(segments: pd.DataFrame) -> dict[str, list[tuple[int, int]]]:
    missing = [column for column in ("document", "start", "end", "kind") if column not in segments]
    if missing:
        raise ValueError(f"the segments lack the columns {', '.join(missing)}")
    spoken = segments[segments["kind"] == "answer"].sort_values(["document", "start"], kind="stable")
    passages: dict[str, list[tuple[int, int]]] = {}
    for document, start, end in zip(spoken["document"], spoken["start"].tolist(), spoken["end"].tolist(), strict=True):
        passages.setdefault(document, []).append((start, end))
    return passages


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> NDArray[np.float64]:
    return numerator / np.where(denominator > 0, denominator, np.nan)
