"""The header rows of a Qualtrics export: names, question texts, and what Qualtrics itself calls the columns."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pandas as pd

from helpers.data.problems import Problem, StudyError, named

# Names since 2016, and those of older exports.
INTERVIEW = (
    *("StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate", "ResponseId"),
    *("RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude", "LocationLongitude"),
    *("DistributionChannel", "UserLanguage", "ResponseID", "ResponseSet", "ExternalDataReference", "LocationAccuracy", "Name", "EmailAddress"),
)
_ENOUGH = 3
_AGAIN = "Export it again from Qualtrics and change nothing in the first rows."
_RECORD = re.compile(r"R_\w{6,}|\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Column:
    """A column of the export.

    Parameters
    ----------
    name : str
        The first header row.
    text : str
        The second: "question - item".
    import_id : str
        The third, such as ``QID4_1``; ``""`` where there is none.
    choice : str
        The option that the column is for, where the third row says so.
    """

    name: str
    text: str
    import_id: str = ""
    choice: str = ""

    @property
    def written(self) -> bool:
        """Whether the respondents write themselves here."""
        return self.name.endswith("_TEXT") or self.import_id.endswith("_TEXT")


def is_header(first: list[str], second: list[str]) -> bool:
    """Whether these are the first rows of a Qualtrics export; older ones call the interview's columns V1, V2 ... in the first."""
    return max(len({*row} & {*INTERVIEW}) for row in (first, second if first[:1] == ["V1"] else first)) >= _ENOUGH


def read_header(table: pd.DataFrame, file: str) -> tuple[list[Column], pd.DataFrame]:
    """The columns, and the records without the header rows.

    Parameters
    ----------
    table : DataFrame
        The file as texts; the first header row gives the names.
    file : str
        Its name in messages.

    Raises
    ------
    StudyError
        If it is no export of Qualtrics, or a header row is missing or damaged.
    """
    texts = [" ".join(text.split()) for text in table.iloc[0]] if len(table) else []
    if not is_header(list(table.columns), texts):
        what = "this is not an export of Qualtrics: the columns of the interview are missing"
        raise StudyError([Problem(file, what, "StartDate, Finished, ResponseId and the others in the first row", _AGAIN, rows=[1])])
    if not texts or any(_RECORD.fullmatch(text) for text in texts):
        raise StudyError([Problem(file, "the row with the questions is missing", "names, questions, then perhaps ImportIds", _AGAIN, rows=[2])])
    ids = [_import_id(cell) for cell in table.iloc[1]] if len(table) > 1 else []
    lacking = [name for name, told in zip(table.columns, ids, strict=False) if told is None]
    if len(lacking) == len(ids):
        ids, lacking = [("", "")] * len(texts), []
        records = table.iloc[1:]
    else:
        records = table.iloc[2:]
    if lacking:
        raise StudyError(
            [Problem(file, f"the row with the ImportIds is damaged in columns {named(lacking)}", remedy=_AGAIN, rows=[int(table.index[1])])]
        )
    names = [text if re.fullmatch(r"V\d+", name) and text in INTERVIEW else name for name, text in zip(table.columns, texts, strict=True)]
    columns = [Column(name, text, *told) for name, text, told in zip(names, texts, ids, strict=True) if told is not None]
    return columns, records.set_axis(names, axis=1)


def _import_id(cell: str) -> tuple[str, str] | None:
    """``{"ImportId":"QID3","choiceId":"1"}`` is QID3 and 1."""
    if not cell.startswith("{"):
        return None
    try:
        told = json.loads(cell)
        return str(told["ImportId"]), str(told.get("choiceId", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
