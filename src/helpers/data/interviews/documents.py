"""Documents: interviews.csv, one row per interview: who may be quoted, when it was held, and what stands beside a quotation."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, read_columns, read_whole
from helpers.data.problems import Problem, collect

INTERVIEWS_FILE = "interviews.csv"
COLUMNS = ("id", "unit", "consent", "date", "minutes", "role_de", "role_en")
_ROLES = ("role_de", "role_en")
_CONSENT = {"yes": True, "no": False}


def read_documents(path: str | os.PathLike[str]) -> pd.DataFrame:
    """Read interviews.csv.

    Returns
    -------
    DataFrame, shape (n_interviews, 7)
        One row per interview: ``document`` (its id), ``unit`` (identifier of the respondent, or ""), ``consent`` (bool: to be quoted), ``date``,
        ``minutes`` (number or NaN), ``role_de``, ``role_en``.

    Raises
    ------
    StudyError
        If a column is missing, an id is malformed or there twice, or a consent, date, length or role is none; all at once.
    """
    return read_whole(Path(path), documents_by_row)


def documents_by_row(path: Path, problems: list[Problem]) -> pd.DataFrame | None:
    """The same with the row of the file as index; what is wrong is added to ``problems``, None where there is no such table."""
    texts = collect(problems, read_columns, path, COLUMNS)
    if texts is None:
        return None
    dates, minutes = _dates(texts["date"]), pd.to_numeric(texts["minutes"].str.replace(",", "."), errors="coerce")
    consent = texts["consent"].str.lower().map(_CONSENT)
    malformed = ~texts["id"].str.fullmatch(r"[A-Za-z0-9_-]+")
    problems += found(
        path,
        [
            Check(malformed, "id", "the id is empty or malformed", "letters, digits, _ and -, as in the transcript's name"),
            Check(texts["id"].duplicated(keep=False) & ~malformed, "id", "the interview is there twice", remedy="Keep one row."),
            Check(consent.isna(), "consent", "not said whether the interview may be quoted", "yes or no", "Without consent write no."),
            Check(dates.isna(), "date", "not a date", "2026-01-12 or 12.01.2026"),
            Check(texts["minutes"].ne("") & ~minutes.gt(0), "minutes", "not a length", "a number of minutes, or nothing"),
            *(Check(texts[role].eq(""), role, "the role is empty", remedy="Say who speaks: it stands beside quotations.") for role in _ROLES),
        ],
    )
    return texts.rename(columns={"id": "document"}).assign(consent=consent.eq(True), date=dates, minutes=minutes.astype("float64"))


def _dates(texts: pd.Series) -> pd.Series:
    """Days in ISO order or as they are written in German; NaT for anything else."""
    iso, german = (pd.to_datetime(texts, format=order, errors="coerce", exact=True) for order in ("%Y-%m-%d", "%d.%m.%Y"))
    return iso.fillna(german)
