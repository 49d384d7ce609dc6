"""Material: the transcripts of a folder, each read when somebody opens it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from helpers.data.interviews.documents import INTERVIEWS_FILE
from helpers.data.interviews.reading import TRANSCRIPTS_FOLDER
from helpers.data.interviews.tables import read_columns
from helpers.data.interviews.transcripts import Transcript, read_transcript, transcript_files
from helpers.data.problems import Problem, StudyError, named
from helpers.workbench.notices import Refusal


class Material:
    """The transcripts of a study.

    Parameters
    ----------
    folder : Path
        Holds the folder ``transcripts``, and interviews.csv where there is one.
    interviewers : sequence of str
        Labels of those who ask.
    """

    def __init__(self, folder: Path, *, interviewers: Sequence[str]) -> None:
        self.folder, self._interviewers = folder, interviewers
        self._read: dict[str, Transcript] = {}

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of each transcript, by its document.

        Raises
        ------
        StudyError
            If two files have the same name but for its ending: positions would count in one of them only.
        """
        files = transcript_files(self.folder / TRANSCRIPTS_FOLDER)
        stems = [path.stem for path in files]
        twice = [path.name for path in files if stems.count(path.stem) > 1]
        if twice:
            what = f"interviews with two transcripts: {named(twice)}"
            raise StudyError([Problem(TRANSCRIPTS_FOLDER, what, remedy="Keep the one that codings refer to.")])
        return {path.stem: path for path in files}

    def roles(self, language: str) -> dict[str, str]:
        """Who was interviewed, in a few words, by document; nothing without interviews.csv."""
        if not (self.folder / INTERVIEWS_FILE).is_file():
            return {}
        documents = read_columns(self.folder / INTERVIEWS_FILE, ["id", f"role_{language}"])
        return dict(zip(documents["id"], documents[f"role_{language}"], strict=True))

    def transcript(self, document: str) -> Transcript:
        """One transcript.

        Raises
        ------
        Refusal
            If there is none of this name.
        StudyError
            If its file cannot be read.
        """
        if document not in self.paths:
            raise Refusal("no_document", allowed=named(self.paths))
        if document not in self._read:
            self._read[document] = read_transcript(self.paths[document], interviewers=self._interviewers)
        return self._read[document]

    def text(self, document: str) -> str:
        """The canonical text of a transcript."""
        return self.transcript(document).text
