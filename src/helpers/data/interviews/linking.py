"""Linking: interviews and the survey, by the unit that both know and nothing published may show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from helpers.data.interviews.material import DOCUMENT_COLUMNS, Interviews
from helpers.data.interviews.reading import Reading
from helpers.data.problems import Problem, named


def unit_problems(reading: Reading, known: Iterable[str] | None, variables: Iterable[str]) -> list[Problem]:
    """Units that neither the frame nor the answers have, and variables of the survey that are called like a column of the interviews.

    Parameters
    ----------
    reading : Reading
    known : iterable of str or None
        Units of the frame and of the answers; None where study.yaml names no unit.
    variables : iterable of str
        Names of the survey's variables and groupings.
    """
    given = reading.units.ne("")
    unknown = given if known is None else given & ~reading.units.isin(list(known))
    what = "the unit is neither in the frame nor among the answers" if known is not None else "study.yaml names no variable for units (roles.unit)"
    taken = sorted(set(DOCUMENT_COLUMNS) & set(variables))
    remedy = "Correct the identifier, or leave it empty."
    return [
        *([Problem(reading.file, what, remedy=remedy, rows=list(reading.units.index[unknown]), column="unit")] if unknown.any() else []),
        *(
            [Problem(reading.file, f"the survey has variables of these names: {named(taken)}", remedy="Rename them in codebook.csv.")]
            if taken
            else []
        ),
    ]


def linked(interviews: Interviews, units: pd.Series, answers: pd.DataFrame, frame: pd.DataFrame | None, *, identifiers: frozenset[str]) -> Interviews:
    """The interviews with what the survey knows of their units.

    Parameters
    ----------
    interviews : Interviews
    units : Series of str
        Identifier of each interview's unit, or "".
    answers, frame : DataFrame
        Public variables and groupings; index = unit. Of a unit that did not answer, the frame still knows its own variables.
    identifiers : frozenset of str
        What must not stand in a transcript.
    """
    wanted = pd.Index(units)
    answered = answers[answers.index.isin(wanted) & (answers.index != "")]
    known = (
        [answered.reindex(wanted)]
        if frame is None
        else [frame.reindex(wanted), answered.drop(columns=frame.columns, errors="ignore").reindex(wanted)]
    )
    survey = pd.concat(known, axis=1)[list(answers.columns)].reset_index(drop=True)
    documents = interviews.documents.assign(respondent=wanted.isin(answered.index))
    return replace(interviews, documents=pd.concat([documents, survey], axis=1), identifiers=identifiers)
