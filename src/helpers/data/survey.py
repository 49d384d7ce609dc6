"""Survey: the records of an export become typed answers, those that count, beside what the frame knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT, TypedAnswers, occurring, type_answers
from helpers.data.codebook import CONFIDENTIAL, Codebook
from helpers.data.exports.delivery import Delivery
from helpers.data.exports.recognise import read_export, recognise
from helpers.data.frame import Frame, join_frame
from helpers.data.limesurvey import Export, match_columns
from helpers.data.offered import offered_answers
from helpers.data.problems import Problem, StudyError
from helpers.data.records import Selection, by_question, finished, select_records
from helpers.data.settings import SETTINGS_FILE, Settings

_PERSONAL_SYSTEM_COLUMNS = ("token", "ipaddr")


@dataclass(frozen=True)
class Survey:
    """The survey strand of a study.

    Parameters
    ----------
    values : DataFrame
        One row per record that counts, index = spreadsheet row; typed answers, and what the frame knows of the unit.
    missing : DataFrame
        Same rows, one column per variable of the export: why there is no value, ``""`` where there is one.
    selection : Selection
    export : Export
    problems : list of Problem
    """

    values: pd.DataFrame
    missing: pd.DataFrame
    selection: Selection
    export: Export
    problems: list[Problem]

    def confidential(self, codebook: Codebook) -> frozenset[str]:
        """Every text that must never be published: identifiers, free texts, and the tool's own columns on persons."""
        system = [self.export.system[name] for name in _PERSONAL_SYSTEM_COLUMNS if name in self.export.system]
        return self.texts(codebook, *CONFIDENTIAL) | frozenset(text for column in system for text in occurring(column)[1]) - {"", NOT_SHOWN_TEXT}

    def texts(self, codebook: Codebook, *sensitivities: str) -> frozenset[str]:
        """Every text of the export's columns of this sensitivity."""
        names = codebook.variables.index[codebook.variables["sensitivity"].isin(sensitivities)]
        answers = self.export.answers
        return frozenset(text for name in names if name in answers for text in occurring(answers[name])[1]) - {"", NOT_SHOWN_TEXT}


def read_delivery(folder: Path, settings: Settings) -> tuple[Delivery, str]:
    """The export that study.yaml names, read by the reader that it names or that the file asks for; and how its heads are written.

    Raises
    ------
    StudyError
        If a file is missing or damaged, or holds no records.
    """
    files = settings.files
    path, companion = folder / files.responses, folder / files.structure if files.structure else None
    reader = files.reader or (recognise(path, companion) if path.is_file() else "limesurvey")
    how = {"reader": reader, "companion": companion, "encoding": files.encoding, "separator": files.separator, "sheet": files.sheet}
    delivery = read_export(path, name=files.responses, **how)  # type: ignore[arg-type]
    if delivery.records.empty:
        raise StudyError([Problem(files.responses, "the file has a header and no records", remedy="Export the answers again.")])
    return delivery, "limesurvey" if reader == "limesurvey" else "plain"


def count_survey(delivery: Delivery, settings: Settings, codebook: Codebook, frame: Frame | None, *, headers: str) -> Survey:
    """Match the columns, choose the records that count, type their answers, and add what the frame knows.

    Parameters
    ----------
    delivery : Delivery
    settings : Settings
    codebook : Codebook
        As read, without the groupings of study.yaml.
    frame : Frame, optional
    headers : {"limesurvey", "plain"}
        See `match_columns`.
    """
    file = settings.files.responses
    export = match_columns(delivery.records, codebook, file=file, headers=headers)
    selection = _counted(export, settings, codebook)
    partial = ~finished(export.system)
    typed: TypedAnswers = type_answers(export.answers, codebook, file=file, partial=partial, offered=offered_answers(delivery.structure))
    problems = [*export.problems, *selection.problems, *typed.problems]
    values = typed.values.loc[selection.rows]
    if frame is not None and settings.roles.unit in values:
        values, found = join_frame(values, frame.typed, settings, file=file)
        problems += found
    problems += _population_problems(settings, frame, len(values))
    return Survey(values, typed.missing.loc[selection.rows], selection, export, problems)


def _counted(export: Export, settings: Settings, codebook: Codebook) -> Selection:
    unit = settings.roles.unit if settings.roles.unit in export.answers else None
    sensitivity = codebook.variables["sensitivity"]
    asked = by_question(export.answers[[name for name in export.answers if name == unit or sensitivity[str(name)] != "identifier"]], codebook)
    rules = settings.partial.least, settings.repeated
    return select_records(asked, export.system, unit=unit, least=rules[0], repeated=rules[1], file=settings.files.responses)


def _population_problems(settings: Settings, frame: Frame | None, respondents: int) -> list[Problem]:
    if settings.population and frame is not None and settings.population != len(frame.typed):
        what = f"the population is {settings.population}, the frame has {len(frame.typed)} units"
        return [Problem(SETTINGS_FILE, what, remedy="Make them agree, or leave the population out.", column="population")]
    if settings.population and respondents > settings.population:
        what = f"there are {respondents} answers from a population of {settings.population}"
        return [Problem(SETTINGS_FILE, what, remedy="Correct the population.", column="population")]
    return []
