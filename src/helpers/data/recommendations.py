"""Recommendations: what a study advises whom to do, in both languages, each with the statements that it rests on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from helpers.data.interviews.tables import Check, found, read_columns
from helpers.data.problems import StudyError, named

RECOMMENDATIONS_FILE = "recommendations.csv"
COLUMNS = ("id", "addressee", "addressee_de", "addressee_en", "text_de", "text_en", "claims")
NOT = "!"  # before a statement: the recommendation rests on its opposite


def read_recommendations(path: str | os.PathLike[str], claims: Iterable[str]) -> pd.DataFrame:
    """Read recommendations.csv.

    Parameters
    ----------
    path : path
        A CSV file, or an Excel workbook.
    claims : iterable of str
        Ids of the statements that the study puts to the test.

    Returns
    -------
    DataFrame, shape (n_recommendations, 7)
        One row per recommendation, in the file's order, all columns texts: ``id``; ``addressee`` (id of whom it is addressed to) with
        ``addressee_de``, ``addressee_en`` (repeated in all rows of the addressee); ``text_de``, ``text_en``; ``claims`` (ids of the statements that
        it needs, joined by "|"; "!C03" needs the opposite of C03).

    Raises
    ------
    StudyError
        If a column is missing, an id is malformed or there twice, words are missing, or a recommendation rests on nothing, on a statement that
        is not there, or on one twice; all at once.
    """
    file = Path(path)
    texts = read_columns(file, COLUMNS)
    problems = [*found(file, _word_checks(texts)), *found(file, _claim_checks(texts, list(dict.fromkeys(claims))))]
    if problems:
        raise StudyError(problems)
    words = ["addressee_de", "addressee_en"]
    return texts.assign(**{word: texts.groupby("addressee")[word].transform("first") for word in words}).reset_index(drop=True)


def no_recommendations() -> pd.DataFrame:
    """The table of a study that recommends nothing."""
    return pd.DataFrame(columns=list(COLUMNS), dtype="str")


def _word_checks(texts: pd.DataFrame) -> list[Check]:
    malformed = ~texts["id"].str.fullmatch(r"[A-Za-z][A-Za-z0-9_]*")
    unnamed = ~texts["addressee"].str.fullmatch(r"[a-z][a-z0-9_]*")
    first = ~texts["addressee"].duplicated()
    addressees = [
        check
        for column in ("addressee_de", "addressee_en")
        for check in (
            Check(
                first & texts[column].eq(""), column, "the addressee has no name in this language", remedy="Write it in the addressee's first row."
            ),
            Check(~first & texts[column].ne(""), column, "the name stands in the addressee's first row", remedy="Leave it empty here."),
        )
    ]
    return [
        Check(malformed, "id", "the id is empty or malformed", "letters, digits and _, a letter first"),
        Check(texts["id"].duplicated(keep=False) & ~malformed, "id", "the recommendation is there twice", remedy="Give each its own id."),
        Check(unnamed, "addressee", "the addressee is empty or malformed", "small letters, digits and _, a letter first"),
        *addressees,
        *(Check(texts[column].eq(""), column, "the recommendation has no words", remedy="Write it.") for column in ("text_de", "text_en")),
    ]


def _claim_checks(texts: pd.DataFrame, claims: list[str]) -> list[Check]:
    needed = texts["claims"].str.split("|").map(lambda names: [name.removeprefix(NOT) for name in names])
    empty = texts["claims"].eq("")
    unknown = ~empty & needed.map(lambda names: any(name not in claims for name in names))
    twice = needed.map(lambda names: len(set(names)) < len(names))
    allowed = f"{named(claims, 40)}, joined by '|', with {NOT} before a statement whose opposite is meant"
    return [
        Check(empty, "claims", "the recommendation rests on no statement", allowed, "Name at least one, or take the recommendation out."),
        Check(unknown, "claims", "there is no such statement", allowed),
        Check(twice, "claims", "a statement is there twice", remedy="Keep one of them: a statement and its opposite cannot both be needed."),
    ]
