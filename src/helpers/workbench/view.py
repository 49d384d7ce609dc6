"""View: what the coding desk shows, as plain lists and texts for the browser."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.data.interviews.transcripts import Transcript

DIGITS = "123456789"


def page_view(transcript: Transcript) -> dict[str, Any]:
    """A transcript as the browser gets it: its paragraphs in order, those without words left out; ``start`` in code points of the whole text."""
    segments = transcript.segments
    rows = segments[segments["end"] > segments["start"]].itertuples(index=False)
    return {
        "document": transcript.document,
        "segments": [
            {
                "number": int(row.segment),
                "start": int(row.start),
                "text": transcript.text[row.start : row.end],
                "speaker": row.speaker,
                "kind": row.kind,
                "time": None if pd.isna(row.time) else float(row.time),
            }
            for row in rows
        ],
    }


def document_view(documents: Iterable[str], own: pd.DataFrame, *, roles: Mapping[str, str]) -> list[dict[str, Any]]:
    """The transcripts with the number of the coder's codings."""
    counts = own["document"].value_counts()
    return [{"document": document, "role": roles.get(document, ""), "count": int(counts.get(document, 0))} for document in documents]


def mark_view(codings: pd.DataFrame, *, coder: str, shown: Collection[str]) -> list[dict[str, Any]]:
    """The codings of one document that are shown: the coder's own, and those of others who were asked for and who say something new."""
    own = codings["coder"].eq(coder)
    same = codings.duplicated(["document", "start", "end", "code"], keep=False)
    known = codings[same & own][["start", "end", "code"]].apply(tuple, axis=1)
    new = ~codings[["start", "end", "code"]].apply(tuple, axis=1).isin(set(known)) if len(codings) else own
    rows = codings[own | (codings["coder"].isin(list(shown)) & new)]
    return [
        {"start": int(start), "end": int(end), "code": code, "coder": by, "own": by == coder}
        for start, end, code, by in rows[["start", "end", "code", "coder"]].itertuples(index=False)
    ]


def code_view(codes: pd.DataFrame, own: pd.DataFrame, *, keys: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """The code system with the number of the coder's codings and the key of each code."""
    counts = own["code"].value_counts()
    other = "en" if language == "de" else "de"
    words = codes[["code", "parent", "colour", "rule", "anchor", "exclusion"]].assign(
        label=codes[f"label_{language}"],
        definition=codes[f"definition_{language}"].where(codes[f"definition_{language}"].ne(""), codes[f"definition_{other}"]),
        key=codes["code"].map(keys).fillna(""),
        count=codes["code"].map(counts).fillna(0).astype(int),
    )
    return words.to_dict("records")


def shortcut_keys(codes: pd.DataFrame, *, language: str, kept: Mapping[str, str]) -> dict[str, str]:
    """A key for each code: a letter of its label where one is free, else a digit, else any letter; none where all are taken.

    Codes that have others below them come last: they are applied less often.

    Parameters
    ----------
    codes : DataFrame
        The code system.
    language : {"de", "en"}
    kept : mapping
        Keys given before, which their codes keep.

    Examples
    --------
    >>> codes = pd.DataFrame({"code": ["a", "b", "c"], "parent": "", "label_en": ["Trust", "Time", "Tact"]})
    >>> shortcut_keys(codes, language="en", kept={})
    {'a': 't', 'b': 'i', 'c': 'a'}
    """
    above = codes["code"].isin(codes["parent"])
    keys = {code: key for code, key in kept.items() if code in set(codes["code"])}
    for code, label in pd.concat([codes[~above], codes[above]])[["code", f"label_{language}"]].itertuples(index=False):
        plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
        wished = [letter for letter in plain if letter in string.ascii_lowercase]
        free = [key for key in (*wished, *DIGITS, *string.ascii_lowercase) if key not in keys.values()]
        if code not in keys and free:
            keys[code] = free[0]
    return keys
