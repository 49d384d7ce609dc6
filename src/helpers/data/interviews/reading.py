"""Reading: the interviews folder of a study becomes one material, or a list of everything that is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.claims import CLAIMS_FILE, claim_ids
from helpers.data.interviews.coded import Coded, read_coded
from helpers.data.interviews.consistency import (
    code_problems,
    coder_problems,
    consent_problems,
    document_problems,
    example_problems,
    mark_problems,
    place_problems,
    stance_problems,
    support_problems,
    turn_problems,
)
from helpers.data.interviews.documents import INTERVIEWS_FILE, documents_by_row
from helpers.data.interviews.material import Interviews, independent_coders, spoken_words
from helpers.data.interviews.quotations import QUOTATIONS_FILE, no_quotations, quotations_by_row
from helpers.data.interviews.stances import STANCES_FILE, no_stances, stances_by_row
from helpers.data.interviews.tables import file_name
from helpers.data.interviews.transcripts import Transcript, read_transcript, transcript_files
from helpers.data.interviews.turns import find_segments, no_segments
from helpers.data.problems import Problem, collect
from helpers.data.settings import SETTINGS_FILE, Interviewing, Settings

TRANSCRIPTS_FOLDER = "transcripts"


@dataclass(frozen=True)
class Reading:
    """What was read, and is not linked to the survey yet.

    Parameters
    ----------
    interviews : Interviews or None
        ``documents`` has no column of the survey, and no ``respondent``. None where something is wrong.
    units : Series of str
        Identifier of each interview's unit, or ""; index = row of the file. Empty where the file could not be read.
    file : str
        Where the units are from.
    problems : list of Problem
        Everything that is wrong.
    """

    interviews: Interviews | None
    units: pd.Series
    file: str
    problems: list[Problem]


def read_interviews(folder: Path, settings: Settings) -> Reading | None:
    """Read the interviews of a study.

    Parameters
    ----------
    folder : Path
        The study's folder.
    settings : Settings

    Returns
    -------
    Reading or None
        None where study.yaml has no block ``interviews`` and there is no such folder. See `linked` for the way to the survey.
    """
    plan, base = settings.interviews, folder / settings.interviews.folder
    listed_in, quoted_in, rated_in = base / INTERVIEWS_FILE, base / QUOTATIONS_FILE, base / STANCES_FILE
    if not base.is_dir():
        if "interviews" not in settings.model_fields_set:
            return None
        problem = Problem(SETTINGS_FILE, "there is no such folder", remedy="Correct the name, or make it.", column="interviews.folder")
        return Reading(None, pd.Series(dtype="str"), file_name(listed_in), [problem])
    problems = list[Problem]()
    documents = documents_by_row(listed_in, problems)
    coded = read_coded(base, problems)
    quotations = quotations_by_row(quoted_in, problems) if quoted_in.is_file() else no_quotations()
    stances = stances_by_row(rated_in, problems) if rated_in.is_file() else no_stances()
    transcripts = _transcripts(base / TRANSCRIPTS_FOLDER, coded.texts, plan, problems)
    problems += _misfits(base, plan, documents, coded, quotations, transcripts)
    problems += _unfounded(rated_in, plan, documents, stances, claim_ids(folder / CLAIMS_FILE))
    units = pd.Series(dtype="str") if documents is None else documents["unit"]
    if problems or documents is None or coded.codes is None or coded.codings is None or quotations is None or stances is None:
        return Reading(None, units, file_name(listed_in), problems)
    material = _material(plan, documents, coded.codes, coded.codings, quotations, transcripts)
    return Reading(replace(material, stances=stances.reset_index(drop=True)), units, file_name(listed_in), [])


def _transcripts(folder: Path, texts: dict[str, str], plan: Interviewing, problems: list[Problem]) -> dict[str, Transcript | None]:
    """Every transcript, None where its file could not be read; a project's own text comes before a file, because its codings refer to it."""
    transcripts: dict[str, Transcript | None] = {
        document: Transcript(document, text, find_segments(text, document=document, interviewers=plan.interviewers))
        for document, text in texts.items()
    }
    files = [path for path in transcript_files(folder) if path.stem not in texts]
    for path in files:
        twice = path.stem in transcripts
        transcripts[path.stem] = None if twice else collect(problems, read_transcript, path, interviewers=plan.interviewers)
        if twice:
            problems.append(Problem(file_name(path), "there is another transcript of this interview", remedy="Keep one of them."))
    return transcripts


def _misfits(
    base: Path,
    plan: Interviewing,
    documents: pd.DataFrame | None,
    coded: Coded,
    quotations: pd.DataFrame | None,
    transcripts: dict[str, Transcript | None],
) -> list[Problem]:
    """What does not fit together, of the parts that could be read."""
    read = {name: transcript for name, transcript in transcripts.items() if transcript is not None}
    texts = {name: transcript.text for name, transcript in read.items()}
    quoted_in = base / QUOTATIONS_FILE
    checks: list[tuple[Any, ...]] = [
        (document_problems, base / INTERVIEWS_FILE, documents, list(transcripts)),
        (turn_problems, f"{base.name}/{TRANSCRIPTS_FOLDER}", {name: transcript.segments for name, transcript in read.items()}),
        (coder_problems, coded.codings_file, coded.codings, plan),
        (code_problems, coded.codings_file, coded.codings, coded.codes),
        (place_problems, coded.codings_file, coded.codings, documents, texts),
        (example_problems, coded.codes_file, coded.codes, documents, texts),
        (code_problems, quoted_in, quotations, coded.codes),
        (place_problems, quoted_in, quotations, documents, texts),
        (consent_problems, quoted_in, quotations, documents),
        (mark_problems, quoted_in, quotations, texts),
        (support_problems, quoted_in, quotations, coded.codings, plan),
    ]
    return [problem for check, *parts in checks if all(part is not None for part in parts) for problem in check(*parts)]


def _unfounded(path: Path, plan: Interviewing, documents: pd.DataFrame | None, stances: pd.DataFrame | None, claims: list[str]) -> list[Problem]:
    """What stances say of interviews, statements and coders that are not there."""
    if stances is None:
        return []
    places = [] if documents is None else stance_problems(path, stances, documents, claims)
    return [*places, *coder_problems(path, stances, plan)]


def _material(
    plan: Interviewing,
    documents: pd.DataFrame,
    codes: pd.DataFrame,
    codings: pd.DataFrame,
    quotations: pd.DataFrame,
    transcripts: dict[str, Transcript | None],
) -> Interviews:
    """The interviews in the order of interviews.csv."""
    read = {transcript.document: transcript for transcript in transcripts.values() if transcript is not None}
    texts = {document: read[document].text for document in documents["document"]}
    segments = pd.concat([no_segments(), *(read[document].segments for document in texts)], ignore_index=True)
    return Interviews(
        documents=documents.drop(columns="unit").assign(words=documents["document"].map(spoken_words(segments, texts))).reset_index(drop=True),
        texts=texts,
        segments=segments,
        codes=codes.reset_index(drop=True),
        codings=codings.reset_index(drop=True),
        quotations=quotations.reset_index(drop=True),
        coders=independent_coders(codings, plan.coders, plan.consensus),
        consensus=plan.consensus,
    )
