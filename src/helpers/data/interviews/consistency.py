"""Consistency: what the files of the interviews folder say of each other, and does not fit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from helpers.data.interviews.marks import mark_places
from helpers.data.interviews.material import agreed_codings
from helpers.data.interviews.tables import Check, file_name, found
from helpers.data.problems import Problem, named
from helpers.data.settings import SETTINGS_FILE, Interviewing

_SHORT_EXAMPLE = 20  # characters below which an example may stand anywhere


def document_problems(path: Path, documents: pd.DataFrame, transcripts: Iterable[str]) -> list[Problem]:
    """Interviews without transcript, and transcripts of no interview.

    Parameters
    ----------
    path : Path
        interviews.csv.
    documents : DataFrame
        As `documents_by_row` returns it.
    transcripts : iterable of str
        Ids of the transcripts that are there, readable or not.
    """
    there = set(transcripts)
    stray = len(there - set(documents["document"]))
    silent = ~documents["document"].isin(list(there))
    remedy = "Add a row for each, or take the transcripts out."
    return [
        *found(path, [Check(silent, "id", "there is no transcript", "transcripts/ID.txt, .docx or .rtf", "Put it there, or take the row out.")]),
        *([Problem(file_name(path), f"{stray} transcripts are of no interview in this file", remedy=remedy, column="id")] if stray else []),
    ]


def turn_problems(folder: str, segments: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Transcripts in which nobody asks, or nobody answers: their labels were not understood."""
    remedy = "Begin each turn with a label and a colon; study.yaml names those of the interviewers as interviews.interviewers."
    lacking = {kind: [document for document, turns in segments.items() if kind not in set(turns["kind"])] for kind in ("question", "answer")}
    return [
        Problem(folder, f"no {kind} is recognised in {named(documents)}", "labels such as I: and B:", remedy)
        for kind, documents in lacking.items()
        if documents
    ]


def code_problems(path: Path, passages: pd.DataFrame, codes: pd.DataFrame) -> list[Problem]:
    """Codings or quotations with codes that the code system does not have."""
    unknown = ~passages["code"].isin(codes["code"])
    return found(path, [Check(unknown, "code", "there is no such code", "a code of codes.csv", "Correct it, or add the code.")])


def place_problems(path: Path, passages: pd.DataFrame, documents: pd.DataFrame, texts: Mapping[str, str]) -> list[Problem]:
    """Codings or quotations of unknown interviews, or beyond the end of a transcript."""
    unknown = ~passages["document"].isin(documents["document"])
    beyond = passages["end"] > passages["document"].map({document: len(text) for document, text in texts.items()})
    remedy = "Mark the passage again; the transcript may have been changed."
    return found(
        path,
        [
            Check(unknown, "document", "there is no such interview", "an id of interviews.csv"),
            Check(beyond, "end", "the passage ends beyond the end of the transcript", remedy=remedy),
        ],
    )


def consent_problems(path: Path, quotations: pd.DataFrame, documents: pd.DataFrame) -> list[Problem]:
    """Quotations of interviews that may not be quoted."""
    refused = quotations["document"].isin(documents.loc[~documents["consent"], "document"])
    return found(path, [Check(refused, "document", "the interview has no consent to be quoted", remedy="Take the quotation out.")])


def mark_problems(path: Path, quotations: pd.DataFrame, texts: Mapping[str, str]) -> list[Problem]:
    """Quotations that cut through a mark: half of what it hides could no longer be told."""
    marks = {document: mark_places(text) for document, text in texts.items()}
    places = zip(quotations["document"], quotations["start"], quotations["end"], strict=True)
    cut = [any(first < place < last for first, last in marks.get(document, []) for place in (start, end)) for document, start, end in places]
    remedy = "Take the whole mark in, or leave it out."
    cutting = pd.Series(cut, index=quotations.index, dtype=bool)
    return found(path, [Check(cutting, "start", "the passage begins or ends inside a mark", remedy=remedy)])


def support_problems(path: Path, quotations: pd.DataFrame, codings: pd.DataFrame, plan: Interviewing) -> list[Problem]:
    """Quotations for a code that nobody, in the agreed version, gave to that place."""
    agreed = agreed_codings(codings, plan.coders, plan.consensus)
    pairs = quotations.rename_axis("row").reset_index().merge(agreed, on=["document", "code"], suffixes=("", "_coded"))
    overlapping = pairs[(pairs["start"] < pairs["end_coded"]) & (pairs["start_coded"] < pairs["end"])]
    lacking = pd.Series(~quotations.index.isin(overlapping["row"]), index=quotations.index)
    what = "no agreed coding with this code overlaps the passage"
    return found(path, [Check(lacking, "code", what, remedy="Correct the code or the passage, or code it.")])


def example_problems(path: Path, codes: pd.DataFrame, documents: pd.DataFrame, texts: Mapping[str, str]) -> list[Problem]:
    """Anchor examples from interviews without consent: a code system is handed on."""
    refusing = [texts[document] for document in documents.loc[~documents["consent"], "document"] if document in texts]
    taken = [len(example) >= _SHORT_EXAMPLE and any(example in text for text in refusing) for example in codes["anchor"]]
    what = "the example is from an interview without consent to be quoted"
    check = Check(pd.Series(taken, index=codes.index, dtype=bool), "anchor", what, remedy="Take one from another interview.")
    return found(path, [check])


def stance_problems(path: Path, stances: pd.DataFrame, documents: pd.DataFrame, claims: Collection[str]) -> list[Problem]:
    """Stances of interviews that are not there, and on statements that the study does not make.

    Parameters
    ----------
    path : Path
        stances.csv.
    stances, documents : DataFrame
        As `stances_by_row` and `documents_by_row` return them.
    claims : collection of str
        Ids of the statements; none where the study has none to check against.
    """
    return found(
        path,
        [
            Check(~stances["document"].isin(documents["document"]), "document", "there is no such interview", "an id of interviews.csv"),
            *([Check(~stances["claim"].isin(list(claims)), "claim", "there is no such statement", named(claims, 40))] if claims else []),
        ],
    )


def coder_problems(path: Path, codings: pd.DataFrame, plan: Interviewing) -> list[Problem]:
    """Coders that study.yaml names and that coded, or judged, nothing; not asked before the first row."""
    there = set(codings["coder"])
    wanted = {"interviews.coders": plan.coders, "interviews.consensus": [plan.consensus] if plan.consensus else []}
    lacking = {key: [coder for coder in coders if coder not in there] for key, coders in wanted.items()} if there else {}
    remedy = "Correct the name, or leave it out until there is something of this coder."
    return [
        Problem(SETTINGS_FILE, f"{file_name(path)} has no rows of {named(coders)}", remedy=remedy, column=key)
        for key, coders in lacking.items()
        if coders
    ]
