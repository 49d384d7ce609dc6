"""Opening: a folder of files becomes a study, or a list of everything that is wrong with it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT, TypedAnswers, type_answers
from helpers.data.claims import CLAIMS_FILE, no_claims, read_claims
from helpers.data.codebook import CONFIDENTIAL, Codebook, read_codebook
from helpers.data.frame import Frame, join_frame, read_frame
from helpers.data.groups import add_groups
from helpers.data.interviews.linking import linked, unit_problems
from helpers.data.interviews.material import no_interviews
from helpers.data.interviews.reading import Reading, read_interviews
from helpers.data.limesurvey import Export, match_columns
from helpers.data.offered import offered_answers, structure_problems
from helpers.data.plan import MEMBERSHIP, SECTOR, Label
from helpers.data.problems import Problem, StudyError, collect
from helpers.data.published import read_figures
from helpers.data.recommendations import RECOMMENDATIONS_FILE, no_recommendations, read_recommendations
from helpers.data.records import Selection, by_question, finished, select_records
from helpers.data.references import reference_problems
from helpers.data.settings import SETTINGS_FILE, Settings, read_settings
from helpers.data.structure import Structure, read_structure
from helpers.data.study import Study
from helpers.data.tabular import read_texts

ROOT = Path(__file__).parents[3]
FIGURES_FILE = Path("data", "published", "figures.csv")
_PERSONAL_SYSTEM_COLUMNS = ("token", "ipaddr")


def find_folder(path: str | os.PathLike[str]) -> Path:
    """The study's folder; a relative path means the project root, wherever the program was started, else the current folder."""
    given = Path(path).expanduser()
    candidates = [given] if given.is_absolute() else [ROOT / given, Path.cwd() / given]
    return next((folder.resolve() for folder in candidates if folder.exists()), candidates[-1])


def open_study(path: str | os.PathLike[str], *, language: str = "en", min_cell: int | None = None, waves: int = 2) -> Study:
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
        How many waves to open, this one included: the one before is told by ``previous`` in study.yaml.

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
    if language not in ("de", "en"):
        raise ValueError("the language of a study is 'de' or 'en'")
    folder, problems = find_folder(path), list[Problem]()
    settings, codebook = collect(problems, read_settings, folder), collect(problems, read_codebook, folder)
    figures = collect(problems, _read_published)
    if settings is None:
        raise StudyError(problems)
    files = settings.files
    structure = collect(problems, read_structure, folder / files.structure) if files.structure else None
    table = collect(problems, _read_records, folder, settings)
    reading = read_interviews(folder, settings)
    problems += reading.problems if reading else []
    if codebook is None:
        if files.frame:
            collect(problems, read_texts, folder / files.frame, name=files.frame)
        raise StudyError(problems)
    problems += reference_problems(settings, codebook, None if figures is None else list(figures.index))
    problems += structure_problems(structure, codebook, file=str(files.structure)) if structure else []
    frame = collect(problems, read_frame, folder, settings, codebook) if files.frame else None
    if table is None:
        raise StudyError(problems)
    export = match_columns(table, codebook, file=files.responses, headers="limesurvey" if files.reader == "limesurvey" else "plain")
    selection, typed = _count_and_type(export, settings, codebook, structure)
    problems += [*export.problems, *selection.problems, *typed.problems]
    values = typed.values.loc[selection.rows]
    if frame is not None and settings.roles.unit in values:
        values, found = join_frame(values, frame.typed, settings, file=files.responses)
        problems += found
    problems += _population_problems(settings, frame, len(values))
    whole = codebook.with_groups(settings.groups)
    claims = collect(problems, _read_claims, folder, whole, settings, reading)
    advice = collect(problems, _read_recommendations, folder, claims)
    previous = _open_previous(problems, folder, settings, language, min_cell) if waves > 1 and settings.previous else None
    if reading and (frame is not None or not files.frame):
        problems += unit_problems(reading, _known_units(values, settings, frame), whole.variables.index)
    if problems:
        raise StudyError(problems)
    answers = _public(add_groups(values, settings.groups), whole)
    units = None if frame is None else _public(add_groups(frame.typed, settings.groups), whole)
    identifiers = _texts(export, codebook, "identifier") | (frame.identifiers if frame else frozenset())
    known = answers.set_axis(_units(values, settings))
    read = reading.interviews if reading else None
    interviews = linked(read, reading.units, known, units, identifiers=identifiers) if reading and read else no_interviews()
    respondents = pd.RangeIndex(1, len(values) + 1, name="respondent")
    return Study(
        folder=folder,
        language=language,
        settings=settings,
        codebook=whole.with_words(_computed(settings)),
        responses=answers.set_axis(respondents, axis=0),
        missing=_public(typed.missing.loc[selection.rows], whole).set_axis(respondents, axis=0),
        complete=selection.complete.set_axis(respondents),
        units=pd.Series(_units(values, settings), index=respondents, name="unit"),
        eligible=None if frame is None else frame.typed.index,
        frame=None if units is None else units.reset_index(drop=True),
        population=settings.population or (None if frame is None else len(frame.typed)),
        interviews=interviews,
        claims=no_claims() if claims is None else claims,
        recommendations=no_recommendations() if advice is None else advice,
        previous=previous,
        figures=pd.DataFrame() if figures is None else figures,
        ledger=selection.ledger,
        ignored=export.ignored,
        confidential=identifiers | _confidential(export, codebook) | interviews.marked | (previous.confidential if previous else frozenset()),
        min_cell=max(min_cell or 0, settings.disclosure.k),
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
        return open_study(before.resolve(), language=language, min_cell=min_cell, waves=1)
    except StudyError as error:
        problems += [replace(problem, file=f"{settings.previous}/{problem.file}") for problem in error.problems]
        return None


def _read_records(folder: Path, settings: Settings) -> pd.DataFrame:
    files = settings.files
    table = read_texts(folder / files.responses, name=files.responses, encoding=files.encoding, separator=files.separator, sheet=files.sheet)
    if table.empty:
        raise StudyError([Problem(files.responses, "the file has a header and no records", remedy="Export the answers again.")])
    return table


def _count_and_type(export: Export, settings: Settings, codebook: Codebook, structure: Structure | None) -> tuple[Selection, TypedAnswers]:
    unit = settings.roles.unit if settings.roles.unit in export.answers else None
    sensitivity = codebook.variables["sensitivity"]
    counted = by_question(export.answers[[name for name in export.answers if name == unit or sensitivity[str(name)] != "identifier"]], codebook)
    file, partial = settings.files.responses, ~finished(export.system)
    selection = select_records(counted, export.system, unit=unit, least=settings.partial.least, repeated=settings.repeated, file=file)
    return selection, type_answers(export.answers, codebook, file=file, partial=partial, offered=offered_answers(structure))


def _population_problems(settings: Settings, frame: Frame | None, respondents: int) -> list[Problem]:
    if settings.population and frame is not None and settings.population != len(frame.typed):
        what = f"the population is {settings.population}, the frame has {len(frame.typed)} units"
        return [Problem(SETTINGS_FILE, what, remedy="Make them agree, or leave the population out.", column="population")]
    if settings.population and respondents > settings.population:
        what = f"there are {respondents} answers from a population of {settings.population}"
        return [Problem(SETTINGS_FILE, what, remedy="Correct the population.", column="population")]
    return []


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


def _confidential(export: Export, codebook: Codebook) -> frozenset[str]:
    system = [export.system[name] for name in _PERSONAL_SYSTEM_COLUMNS if name in export.system]
    return _texts(export, codebook, *CONFIDENTIAL) | frozenset(text for column in system for text in column) - {"", NOT_SHOWN_TEXT}


def _texts(export: Export, codebook: Codebook, *sensitivities: str) -> frozenset[str]:
    """Every text of the export's columns of this sensitivity."""
    names = codebook.variables.index[codebook.variables["sensitivity"].isin(sensitivities)]
    return frozenset(text for name in names if name in export.answers for text in export.answers[name]) - {"", NOT_SHOWN_TEXT}
