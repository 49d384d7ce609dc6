"""Transcripts: an interview as it was written down, with its turns."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.interviews.formats import read_text
from helpers.data.interviews.turns import INTERVIEWERS, find_segments


@dataclass(frozen=True)
class Transcript:
    """A transcript.

    Parameters
    ----------
    document : str
        Id of the interview: the file's name without its ending.
    text : str
        The canonical text, to which all positions refer.
    segments : DataFrame
        One row per paragraph (see `find_segments`).
    """

    document: str
    text: str
    segments: pd.DataFrame


def read_transcript(path: str | os.PathLike[str], *, interviewers: Iterable[str] = INTERVIEWERS) -> Transcript:
    """Read one transcript.

    Parameters
    ----------
    path : path
        A file .txt, .docx or .rtf.
    interviewers : iterable of str
        Labels of those who ask.

    Raises
    ------
    StudyError
        If the file is empty, damaged, or of another format.
    """
    file = Path(path)
    text = read_text(file)
    return Transcript(file.stem, text, find_segments(text, document=file.stem, interviewers=interviewers))


def transcript_files(folder: Path) -> list[Path]:
    """The files of a folder of transcripts, by name; without those that the system, or a document open in Word, leaves there."""
    return sorted(path for path in folder.glob("*") if path.is_file() and not path.name.startswith((".", "~$")) and path.name != "Thumbs.db")
