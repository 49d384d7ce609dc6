"""Delivery: what an export holds, whatever tool wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.data.structure import Structure


@dataclass(frozen=True)
class Delivery:
    """The records of an export, and what the export itself says of its questions.

    Parameters
    ----------
    records : DataFrame
        One row per record, index = the row as a spreadsheet counts it (in a file without rows, such as .sav: the number of the record, from 1);
        one column per question or item, named by its code as it stands in codebook.csv. All values are texts as levels.csv declares them: codes,
        never labels; ``""`` where nothing was answered; ``"N/A"`` where the tool says that the question was not shown. Of the tool's own columns
        those that `helpers.data.limesurvey.SYSTEM_COLUMNS` knows, under these names (``submitdate`` is empty in a record that was not finished).
    structure : Structure, optional
        Questions, answers and their labels. ``answers`` has a column ``missing``: the reason of an answer that is none (``no_answer``,
        ``dont_know``, ``not_applicable`` ...), ``""`` for one that is, and nothing (NA) where the tool does not tell which. None where the file
        says nothing of its questions.
    unread : list of str
        What the file holds and nobody reads, one sentence each; nothing is left out in silence.
    """

    records: pd.DataFrame
    structure: Structure | None = None
    unread: list[str] = field(default_factory=list)

    def used(self, companion: Path) -> bool:
        """Whether the second file had anything to say."""
        return not any(sentence.startswith(not_read(companion, "")) for sentence in self.unread)


def not_read(companion: Path, why: str) -> str:
    """The sentence that says so."""
    return f"{companion.name} is not read: {why}"
