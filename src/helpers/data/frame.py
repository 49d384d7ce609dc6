"""Frame: what is known of every eligible unit, whether it answered or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.answers import type_answers
from helpers.data.codebook import CONFIDENTIAL, VARIABLES_FILE, Codebook
from helpers.data.problems import Problem, StudyError, named
from helpers.data.settings import SETTINGS_FILE, Settings
from helpers.data.tabular import read_texts


@dataclass(frozen=True)
class Frame:
    """The frame.

    Parameters
    ----------
    typed : DataFrame
        One row per eligible unit, index = its identifier, one typed column per variable that codebook.csv declares without an export code.
    identifiers : frozenset of str
        Texts of the frame that must never be published.
    """

    typed: pd.DataFrame
    identifiers: frozenset[str]


def frame_variables(codebook: Codebook) -> list[str]:
    """Variables without an export code, of the codebook as read: the frame knows them."""
    variables = codebook.variables
    return list(variables.index[variables["code"].eq("") & variables["type"].ne("set")])


def read_frame(folder: Path, settings: Settings, codebook: Codebook) -> Frame:
    """Read and check the frame, a CSV or Excel file (its first sheet).

    Parameters
    ----------
    folder : Path
    settings : Settings
    codebook : Codebook
        As read, without the groupings of study.yaml.

    Raises
    ------
    StudyError
        If the unit is not named or not unique, a column is missing, or a value is outside what the codebook declares.
    """
    file, unit = str(settings.files.frame), settings.roles.unit
    if unit is None:
        raise StudyError([Problem(SETTINGS_FILE, "a frame needs the variable that names its units", remedy="Name it.", column="roles.unit")])
    texts = read_texts(folder / file, name=file)
    if unit not in texts:
        raise StudyError([Problem(file, f"there is no column '{unit}', which roles.unit names", remedy="Correct one of them.", rows=[1])])
    if texts.empty:
        raise StudyError([Problem(file, "the file has a header and no units", remedy="Write one row per eligible unit.")])
    wanted = frame_variables(codebook)
    lacking = [name for name in wanted if name not in texts]
    twice = texts[unit].duplicated(keep=False) | texts[unit].eq("")
    problems = []
    if lacking:
        remedy = f"Add them, or give these variables their export code in {VARIABLES_FILE}."
        problems.append(Problem(file, f"columns that {VARIABLES_FILE} takes from the frame are missing: {named(lacking)}", remedy=remedy, rows=[1]))
    if twice.any():
        problems.append(
            Problem(file, "a unit is there twice, or has no identifier", remedy="Keep one row per unit.", rows=list(texts.index[twice]), column=unit)
        )
    typed = type_answers(texts[[name for name in wanted if name in texts]], codebook, file=file)
    if problems or typed.problems:
        raise StudyError([*problems, *typed.problems])
    sensitivity = codebook.variables["sensitivity"]
    secret = [name for name in texts.columns if name == unit or sensitivity.get(name) in CONFIDENTIAL]
    identifiers = frozenset(text for name in secret for text in texts[name] if text)
    return Frame(typed.values.set_axis(pd.Index(texts[unit]), axis=0), identifiers)


def join_frame(values: pd.DataFrame, frame: pd.DataFrame, settings: Settings, *, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Add what the frame knows to the answers; every answering unit must be in it.

    Returns
    -------
    DataFrame, list of Problem
        Same rows as ``values``; problems where a unit is missing or not in the frame.
    """
    unit = str(settings.roles.unit)
    unknown = ~values[unit].isin(frame.index)
    if unknown.any():
        remedy = "Correct the identifier, add the unit to the frame, or take the record out."
        return values, [Problem(file, "the unit is not in the frame", remedy=remedy, rows=list(values.index[unknown]), column=unit)]
    known = frame[[name for name in frame.columns if name not in values]].loc[values[unit]]
    return pd.concat([values, known.set_axis(values.index, axis=0)], axis=1), []
