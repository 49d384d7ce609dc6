"""Opening: a folder of files becomes a study, or a list of everything that is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers.data.claims import CLAIMS_FILE, no_claims, read_claims
from helpers.data.codebook import CONFIDENTIAL, Codebook, read_codebook
from helpers.data.exports.delivery import Delivery
from helpers.data.folders import ROOT, find_folder
from helpers.data.frame import Frame, read_frame
from helpers.data.groups import add_groups
from helpers.data.interviews.linking import linked, unit_problems
from helpers.data.interviews.material import no_interviews
from helpers.data.interviews.reading import Reading, read_interviews
from helpers.data.languages import LANGUAGES
from helpers.data.offered import structure_problems
from helpers.data.plan import MEMBERSHIP, SECTOR, Label
from helpers.data.problems import Problem, StudyError, collect
from helpers.data.published import read_figures
from helpers.data.recommendations import RECOMMENDATIONS_FILE, no_recommendations, read_recommendations
from helpers.data.references import reference_problems
from helpers.data.settings import SETTINGS_FILE, Settings, read_settings
from helpers.data.study import Study
from helpers.data.survey import Survey, count_survey, read_delivery
from helpers.data.tabular import read_texts

FIGURES_FILE = Path("data", "published", "figures.csv")
_KEPT: dict[Path, tuple[Study, Callable[[], bool]]] = {}


@dataclass(frozen=True)
class _Files:
    """What the files of a study hold, each by itself; None where there is no such file, or it could not be read."""

    settings: Settings
    codebook: Codebook
    figures: pd.DataFrame | None
    delivery: Delivery
    headers: str
    reading: Reading | None
    frame: Frame | None


@dataclass(frozen=True)
class _Statements:
    """What the study says, and the wave before; None where it could not be read."""

    claims: pd.DataFrame | None
    recommendations: pd.DataFrame | None
    previous: Study | None


def open_study(path: str | os.PathLike[str], *, language: str = "en", min_cell: int | None = None, waves: int = 1) -> Study:
    """Open a study folder.

    Parameters
    ----------
    path : path
        The folder that holds study.yaml.
    language : {"de", "en"}
        Language of what is published.
    min_cell : int, optional
        Smallest publishable cell; never below the one that study.yaml declares.
    waves : int
        How many waves to open, this one included: 2 opens the one before as ``previous``, where study.yaml names it.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With everything that is wrong, at once.
    ValueError
        If there is no such language.
    """
    if language not in LANGUAGES:
        raise ValueError("the language of a study is 'de' or 'en'")
    folder, problems = find_folder(path), list[Problem]()
    if study := _kept(folder):
        return _as_kept(study, language, min_cell, waves)
    files = _read_files(folder, problems)
    settings = files.settings
    survey = count_survey(files.delivery, settings, files.codebook, files.frame, headers=files.headers)
    problems += survey.problems
    whole = files.codebook.with_groups(settings.groups)
    said = _read_statements(folder, problems, files, whole, (language, min_cell, waves))
    if files.reading and (files.frame is not None or not settings.files.frame):
        problems += unit_problems(files.reading, _known_units(survey.values, settings, files.frame), whole.variables.index)
    if problems:
        raise StudyError(problems)
    return _study(folder, files, survey, said, whole, language=language, min_cell=max(min_cell or 0, settings.disclosure.k))


def keep_open(folder: Path, *, unchanged: Callable[[], bool]) -> None:
    """Open a study ahead of time: whoever opens it first in this process, or in one that is forked from it, gets it at once.

    Parameters
    ----------
    folder : Path
        As `find_folder` gives it.
    unchanged : callable
        Whether the study's files are still the same; else they are read anew.
    """
    _KEPT[folder] = (open_study(folder), unchanged)


def _kept(folder: Path) -> Study | None:
    """A study that was opened ahead; handed out once, as its tables may be changed by whoever has it."""
    study, unchanged = _KEPT.pop(folder, (None, bool))
    return study if unchanged() else None


def _as_kept(study: Study, language: str, min_cell: int | None, waves: int) -> Study:
    """A study that was opened ahead, as it is asked for."""
    problems: list[Problem] = []
    own = replace(study, language=language, min_cell=max(min_cell or 0, study.min_cell))
    before = _open_previous(problems, own.folder, own.settings, language, min_cell) if waves > 1 and own.settings.previous else None
    if problems:
        raise StudyError(problems)
    return replace(own, previous=before, confidential=own.confidential | before.confidential) if before else own


def _read_files(folder: Path, problems: list[Problem]) -> _Files:
    """Read one file after the other, and say what names or answers do not fit each other.

    Raises
    ------
    StudyError
        With all problems so far, where the settings, the codebook or the export cannot be read: nothing else can be checked then.
    """
    settings, codebook = collect(problems, read_settings, folder), collect(problems, read_codebook, folder)
    figures = collect(problems, _read_published)
    if settings is None:
        raise StudyError(problems)
    files = settings.files
    delivered = collect(problems, read_delivery, folder, settings)
    reading = read_interviews(folder, settings)
    problems += reading.problems if reading else []
    if codebook is None:
        if files.frame:
            collect(problems, read_texts, folder / files.frame, name=files.frame)
        raise StudyError(problems)
    problems += reference_problems(settings, codebook, None if figures is None else list(figures.index))
    structure = delivered[0].structure if delivered else None
    problems += structure_problems(structure, codebook, file=files.structure or files.responses) if structure else []
    frame = collect(problems, read_frame, folder, settings, codebook) if files.frame else None
    if delivered is None:
        raise StudyError(problems)
    return _Files(settings, codebook, figures, *delivered, reading, frame)


def _read_statements(folder: Path, problems: list[Problem], files: _Files, whole: Codebook, how: tuple[str, int | None, int]) -> _Statements:
    """Statements, recommendations, and the wave before, which is opened in the same language and with the same least cell."""
    (language, min_cell, waves), settings = how, files.settings
    claims = collect(problems, _read_claims, folder, whole, settings, files.reading)
    advice = collect(problems, _read_recommendations, folder, claims)
    previous = _open_previous(problems, folder, settings, language, min_cell) if waves > 1 and settings.previous else None
    return _Statements(claims, advice, previous)


def _study(folder: Path, files: _Files, survey: Survey, said: _Statements, whole: Codebook, *, language: str, min_cell: int) -> Study:
    """Put the parts together; identifiers and free text stay behind."""
    settings, frame, values = files.settings, files.frame, survey.values
    answers = _public(add_groups(values, settings.groups), whole)
    units = None if frame is None else _public(add_groups(frame.typed, settings.groups), whole)
    identifiers = survey.texts(files.codebook, "identifier") | (frame.identifiers if frame else frozenset())
    known = answers.set_axis(_units(values, settings))
    read = files.reading.interviews if files.reading else None
    interviews = linked(read, files.reading.units, known, units, identifiers=identifiers) if files.reading and read else no_interviews()
    before = said.previous.confidential if said.previous else frozenset()
    respondents = pd.RangeIndex(1, len(values) + 1, name="respondent")
    return Study(
        folder=folder,
        language=language,
        settings=settings,
        codebook=whole.with_words(_computed(settings)),
        responses=answers.set_axis(respondents, axis=0),
        missing=_public(survey.missing, whole).set_axis(respondents, axis=0),
        complete=survey.selection.complete.set_axis(respondents),
        units=pd.Series(_units(values, settings), index=respondents, name="unit"),
        eligible=None if frame is None else frame.typed.index,
        frame=None if units is None else units.reset_index(drop=True),
        population=settings.population or (None if frame is None else len(frame.typed)),
        interviews=interviews,
        claims=no_claims() if said.claims is None else said.claims,
        recommendations=no_recommendations() if said.recommendations is None else said.recommendations,
        previous=said.previous,
        figures=pd.DataFrame() if files.figures is None else files.figures,
        ledger=survey.selection.ledger,
        ignored=survey.export.ignored,
        confidential=identifiers | survey.confidential(files.codebook) | interviews.marked | before,
        min_cell=min_cell,
    )


def _read_published() -> pd.DataFrame:
    return read_figures(ROOT / FIGURES_FILE) if (ROOT / FIGURES_FILE).is_file() else pd.DataFrame()


def _read_claims(folder: Path, codebook: Codebook, settings: Settings, reading: Reading | None) -> pd.DataFrame:
    if not (folder / CLAIMS_FILE).is_file():
        return no_claims()
    codes = list(reading.interviews.codes["code"]) if reading and reading.interviews else None
    parts = [SECTOR, MEMBERSHIP] if settings.model else []
    return read_claims(folder / CLAIMS_FILE, codebook, codes, parts=parts)


def _read_recommendations(folder: Path, claims: pd.DataFrame | None) -> pd.DataFrame:
    path = folder / RECOMMENDATIONS_FILE
    return read_recommendations(path, claims["id"].unique()) if claims is not None and path.is_file() else no_recommendations()


def _open_previous(problems: list[Problem], folder: Path, settings: Settings, language: str, min_cell: int | None) -> Study | None:
    """The wave before; what is wrong with it is told with the way to its files."""
    before = folder / str(settings.previous)
    if not before.is_dir():
        problems.append(Problem(SETTINGS_FILE, "there is no such folder", remedy="Correct the path, relative to this one.", column="previous"))
        return None
    try:
        return open_study(before.resolve(), language=language, min_cell=min_cell)
    except StudyError as error:
        # What is wrong with the folder itself is told with its whole path.
        problems += [replace(problem, file=Path(os.path.relpath(before / problem.file, folder)).as_posix()) for problem in error.problems]
        return None


def _computed(settings: Settings) -> dict[str, Label]:
    """The words for indices, and for the parts of the primary model."""
    words = {name: index.label for name, index in settings.indices.items()}
    parts = settings.model.parts if settings.model else None
    return words | ({SECTOR: parts.sector, MEMBERSHIP: parts.membership} if parts else {})


def _public(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The columns that are neither identifiers nor free text, in the codebook's order."""
    variables = codebook.variables
    return table[[name for name in variables.index[~variables["sensitivity"].isin(CONFIDENTIAL)] if name in table]]


def _units(values: pd.DataFrame, settings: Settings) -> pd.Index:
    """The unit of each answer; "" where the study does not tell."""
    unit = settings.roles.unit
    return pd.Index(values[unit].fillna("")) if unit in values else pd.Index([""] * len(values))


def _known_units(values: pd.DataFrame, settings: Settings, frame: Frame | None) -> set[str] | None:
    """Units of the frame and of the answers; None where the study has none."""
    return None if settings.roles.unit is None else {*_units(values, settings), *(frame.typed.index if frame else ())} - {""}
