"""Qualtrics: a CSV or TSV export with two or three header rows, as codes or as labels."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

from helpers.data.exports.decoding import beginning
from helpers.data.exports.delivery import Delivery, not_read
from helpers.data.exports.qualtrics_definition import foreign, read_definition
from helpers.data.exports.qualtrics_header import Column, is_header, read_header
from helpers.data.exports.qualtrics_questions import questions_of
from helpers.data.problems import named
from helpers.data.tabular import TEXT_KINDS, read_texts

_SYSTEM = {
    **{"ResponseId": "id", "ResponseID": "id", "StartDate": "startdate", "EndDate": "datestamp", "UserLanguage": "startlanguage"},
    **{"IPAddress": "ipaddr", "ExternalReference": "token", "ExternalDataReference": "token"},
}
_PERSONAL = re.compile(r"Recipient(LastName|FirstName|Email)|Name|EmailAddress|Location(Latitude|Longitude|Accuracy)")
_OWN = re.compile(r"Status|Progress|Finished|RecordedDate|ResponseSet|DistributionChannel|Duration.*|LastSeen\w+|Q_\w+")
_ORDER = re.compile(r".+_DO(_.+)?")
_MEASURED = re.compile(r".+_(First Click|Last Click|Page Submit|Click Count|Browser|Version|Operating System|Resolution)")
_TRUE = ("1", "true", "wahr")
# Codes and words of Status; words of DistributionChannel.
_TRIAL_CODES = ("1", "2", "9", "17")
_TRIAL_WORDS = re.compile("preview|vorschau|test", re.IGNORECASE)


def looks_like(path: Path) -> bool:
    """Whether the first rows name Qualtrics' own columns."""
    path = Path(path)
    if not path.is_file() or path.suffix.lower() not in TEXT_KINDS:
        return False
    start = beginning(path, 400_000).replace("\x00", "")
    for separator in ",\t;":
        rows = csv.reader(io.StringIO(start, newline=""), delimiter=separator, skipinitialspace=True)
        try:
            first, second = next(rows, []), next(rows, [])
        except csv.Error:
            continue
        if is_header([head.strip("\ufeff ") for head in first], [head.strip() for head in second]):
            return True
    return False


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None) -> Delivery:
    """Read an export of Qualtrics.

    Parameters
    ----------
    path : Path
        CSV, or TSV in UTF-16, with two header rows (names, questions) or three (and ImportIds).
    companion : Path, optional
        The survey definition (.qsf): with it words of answers become codes, and all that were offered are declared, in every language.
    encoding : str, optional
        Where it cannot be recognised.

    Returns
    -------
    Delivery
        Values as they stand, codes or labels; boxes are ``Y`` and ``N``. -99 (seen but unanswered) is an answer that is none, and what is empty in a
        question to choose from was then not shown; without -99 an empty cell stays empty. Previews and tests are left out, and counted in ``unread``.
        Names, e-mail addresses and places of the respondents are not read. Without a survey definition the structure declares -99 and the codes
        that somebody chose, without words: the export lists no answers. Items of a set keep the name of their column.

    Raises
    ------
    StudyError
        If it is no such export, a header row is missing, the file is damaged, or the definition is of another survey.

    References
    ----------
    Qualtrics support pages, "Understanding Your Dataset" and "Data Export Options".
    """
    path = Path(path)
    columns, table = read_header(read_texts(path, name=path.name, encoding=encoding), path.name)
    trial = _trials(table)
    records = table[~trial]
    asked = [column for column in columns if column.name not in _SYSTEM and not _is_unread(column)]
    definition = read_definition(companion) if companion else None
    found = any(column.import_id for column in asked)
    if companion and definition and found and not definition.fits(asked):
        raise foreign(companion)
    answers, structure, unclear = questions_of(asked, records, definition if found else None)
    unused = [not_read(companion, f"{path.name} has no row with ImportIds; export it again from Qualtrics.")] if companion and not found else []
    notes = [*_unread(columns, table, trial), *unused, *unclear]
    return Delivery(pd.concat([_system(records), answers], axis=1), structure, notes)


def _is_unread(column: Column) -> bool:
    measured = _ORDER.fullmatch(column.name) or _MEASURED.fullmatch(column.name) or "_FILE_" in column.import_id
    return bool(measured or _PERSONAL.fullmatch(column.name) or _OWN.fullmatch(column.name))


def _trials(table: pd.DataFrame) -> pd.Series:
    """Previews and tests: answers of those who made the questionnaire."""
    found = pd.Series(False, index=table.index)
    if "Status" in table:
        found |= table["Status"].isin(_TRIAL_CODES) | table["Status"].str.contains(_TRIAL_WORDS)
    if "DistributionChannel" in table:
        found |= table["DistributionChannel"].str.contains(_TRIAL_WORDS)
    return found


def _system(records: pd.DataFrame) -> pd.DataFrame:
    """The columns of the interview under the names that the rest knows."""
    system = records[[name for name in _SYSTEM if name in records]].rename(columns=_SYSTEM)
    system = system.loc[:, system.ne("").any() | (system.columns == "id")]
    moment = next((name for name in ("RecordedDate", "EndDate") if name in records), None)
    recorded = records[moment] if moment else pd.Series("finished", index=records.index)
    finished = records["Finished"].str.casefold().isin(_TRUE) if "Finished" in records else pd.Series(True, index=records.index)
    return system.assign(submitdate=recorded.where(finished, ""))


def _unread(columns: list[Column], table: pd.DataFrame, trial: pd.Series) -> list[str]:
    filled = [column.name for column in columns if table[column.name].ne("").any() and column.name not in ("Finished", "RecordedDate")]
    told = {
        "Who the respondents are and where they were is not read": [name for name in filled if _PERSONAL.fullmatch(name)],
        "Qualtrics' own columns are not read": [name for name in filled if _OWN.fullmatch(name)],
        "The order in which options were shown is not read": [name for name in filled if _ORDER.fullmatch(name)],
        "Times, clicks, browsers and files are not read": [
            column.name for column in columns if column.name in filled and (_MEASURED.fullmatch(column.name) or "_FILE_" in column.import_id)
        ],
    }
    notes = [f"{sentence}: {named(names)}." for sentence, names in told.items() if names]
    if trial.any():
        notes.insert(0, f"{int(trial.sum())} previews or tests are left out, in rows {named(trial.index[trial])}.")
    if "Finished" not in table:
        notes.append("The export has no column Finished; every record counts as finished.")
    return notes
