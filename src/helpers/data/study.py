"""Study: a folder of files, opened as typed tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.answers import TypedAnswers, type_answers
from helpers.data.codebook import CONFIDENTIAL, LEVELS_FILE, Codebook, read_codebook
from helpers.data.frame import join_frame, read_frame
from helpers.data.groups import add_groups
from helpers.data.limesurvey import Export, match_columns
from helpers.data.problems import Problem, StudyError, named
from helpers.data.published import read_figures
from helpers.data.records import Selection, finished, select_records
from helpers.data.references import reference_problems
from helpers.data.settings import Settings, read_settings
from helpers.data.structure import Structure, read_structure
from helpers.data.tabular import read_texts

ROOT = Path(__file__).parents[3]
FIGURES_FILE = Path("data", "published", "figures.csv")


@dataclass(frozen=True, repr=False)
class Study:
    """A study, ready to compute with.

    Parameters
    ----------
    folder : Path
    language : {"de", "en"}
        Language of what is published from here.
    settings : Settings
    codebook : Codebook
        With the groupings of study.yaml.
    responses : DataFrame
        One row per respondent that counts, one column per variable and grouping, those of the frame included; identifiers and free text left out.
    missing : DataFrame
        Same rows and variables of the export: why there is no value, ``""`` where there is one.
    complete : Series of bool
        Whether the respondent finished.
    frame : DataFrame or None
        One row per eligible unit, without identifiers.
    population : int or None
        Eligible units.
    interviews : DataFrame or None
    figures : DataFrame
        Figures that others have published (see `read_figures`).
    ledger : DataFrame
        What became of every record (see `Selection`).
    ignored : list of str
        Columns of the export that the codebook does not know.
    confidential : frozenset of str
        Every identifier and free-text answer: none of them may be published.
    """

    folder: Path
    language: str
    settings: Settings
    codebook: Codebook
    responses: pd.DataFrame
    missing: pd.DataFrame
    complete: pd.Series
    frame: pd.DataFrame | None
    population: int | None
    interviews: pd.DataFrame | None
    figures: pd.DataFrame
    ledger: pd.DataFrame
    ignored: list[str]
    confidential: frozenset[str]
    min_cell: int

    def __repr__(self) -> str:
        of = f" of {self.population}" if self.population else ""
        return f"Study {self.settings.title[self.language]!r}: {len(self.responses)}{of} answers, {self.responses.shape[1]} variables"

    def answers(self, *names: str) -> pd.DataFrame:
        """Columns of `responses`: variables as named, sets by their items.

        Raises
        ------
        KeyError
            If there is no such variable or set.
        """
        columns = [column for name in names for column in (self.codebook.members(name) or [name])]
        lacking = [column for column in columns if column not in self.responses]
        if lacking:
            raise KeyError(f"the study has no variable or set {named(lacking)}; study.codebook.variables lists them")
        return self.responses[columns]

    def across(self, names: Iterable[str], statistic: Callable[..., pd.DataFrame], **options: Any) -> pd.DataFrame:
        """A statistic of several sets, one below the other.

        Parameters
        ----------
        names : iterable of str
            Sets of the codebook.
        statistic : callable
            Takes the answers to one set and returns a tidy table.
        **options
            Passed on to the statistic.

        Returns
        -------
        DataFrame
            The tables of the statistic, with the set's name in a first column ``question``; empty where there is no set.
        """
        tables = {name: statistic(self.answers(name), **options) for name in names}
        if not tables:
            return pd.DataFrame(columns=["question"])
        return pd.concat(tables, names=["question"]).reset_index(level="question").reset_index(drop=True)

    def asked(self, *types: str) -> list[str]:
        """Questions of the survey of these types that stand alone: in no battery, not from the frame, no grouping."""
        variables = self.codebook.variables
        alone = variables.index[variables["code"].ne("") & ~variables["set"].isin(self.codebook.sets("ordinal")) & variables["type"].isin(types)]
        return [name for name in alone if name in self.responses]

    def known(self) -> list[str]:
        """Variables and groupings that the frame knows of every unit; none without a frame."""
        return [] if self.frame is None else list(self.frame.columns)

    def sets(self, kind: str) -> dict[str, list[str]]:
        """The multiple-response sets (``multiple``) or batteries (``ordinal``) with their columns."""
        return {name: self.codebook.members(name) for name in self.codebook.sets(kind)}

    def comparisons(self) -> pd.DataFrame:
        """Published figures that study.yaml sets beside our own: ``figure``, ``column``, ``answer`` (a level code, or None for a tick box)."""
        rows = [(pair.figure, pair.variable or pair.question, pair.answer) for pair in self.settings.compare]
        return pd.DataFrame(rows, columns=["figure", "column", "answer"])

    def headlines(self) -> pd.DataFrame:
        """The findings that study.yaml asks for: ``kind``, ``question``, ``answer`` (a level code, or None), ``phrase`` in the study's language."""
        rows = [(line.kind, line.question, line.answer, line.phrase[self.language]) for line in self.settings.headlines]
        return pd.DataFrame(rows, columns=["kind", "question", "answer", "phrase"])

    def absent(self) -> list[str]:
        """What this study lacks, of ``frame``, ``population``, ``weights``, ``interviews``."""
        there = {"frame": self.frame, "population": self.population, "weights": self.settings.weights, "interviews": self.interviews}
        return [part for part, value in there.items() if value is None]


def find_folder(path: str | os.PathLike[str]) -> Path:
    """The study's folder; a relative path means the project root, wherever the program was started, else the current folder."""
    given = Path(path).expanduser()
    candidates = [given] if given.is_absolute() else [ROOT / given, Path.cwd() / given]
    return next((folder.resolve() for folder in candidates if folder.exists()), candidates[-1])


def open_study(path: str | os.PathLike[str], *, language: str = "en", min_cell: int | None = None) -> Study:
    """Open a study folder.

    Parameters
    ----------
    path : path
        The folder that holds study.yaml.
    language : {"de", "en"}
        Language of what is published.
    min_cell : int, optional
        Smallest publishable cell; never below the one that study.yaml declares.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        With everything that is wrong, at once.
    """
    folder = find_folder(path)
    problems: list[Problem] = []
    settings, codebook = _collect(problems, read_settings, folder), _collect(problems, read_codebook, folder)
    if settings is None or codebook is None:
        raise StudyError(problems)
    codebook = codebook.with_groups(settings.groups)
    figures = _collect(problems, read_figures, ROOT / FIGURES_FILE) if (ROOT / FIGURES_FILE).is_file() else None
    problems += reference_problems(settings, codebook, None if figures is None else list(figures.index))
    structure = _collect(problems, read_structure, folder / settings.files.structure) if settings.files.structure else None
    problems += _structure_problems(structure, codebook, settings) if structure else []
    frame = _collect(problems, read_frame, folder, settings, codebook) if settings.files.frame else None
    export = _collect(problems, _read_export, folder, settings, codebook)
    if export is None:
        raise StudyError(problems)
    selection, typed = _count_and_type(export, settings, codebook, structure)
    problems += [*selection.problems, *export.problems, *typed.problems]
    values = typed.values.loc[selection.rows]
    if frame is not None and settings.roles.unit in values:
        values, found = join_frame(values, frame.typed, settings, file=settings.files.responses)
        problems += found
    problems += _population_problems(settings, frame, len(values))
    if problems:
        raise StudyError(problems)
    return Study(
        folder=folder,
        language=language,
        settings=settings,
        codebook=codebook,
        responses=_public(add_groups(values, settings.groups), codebook).set_axis(_numbered(len(values)), axis=0),
        missing=_public(typed.missing.loc[selection.rows], codebook).set_axis(_numbered(len(values)), axis=0),
        complete=selection.complete.set_axis(_numbered(len(values)), axis=0),
        frame=None if frame is None else _public(add_groups(frame.typed, settings.groups), codebook).reset_index(drop=True),
        population=settings.population or (None if frame is None else len(frame.typed)),
        interviews=None,
        figures=pd.DataFrame() if figures is None else figures,
        ledger=selection.ledger,
        ignored=export.ignored,
        confidential=_confidential(typed.values, codebook) | (frame.identifiers if frame else frozenset()),
        min_cell=max(min_cell or 0, settings.disclosure.k),
    )


def _collect(problems: list[Problem], read, *arguments):  # type: ignore[no-untyped-def]
    """Read one part; keep its problems and go on, so that all are told at once."""
    try:
        return read(*arguments)
    except StudyError as error:
        problems += error.problems
        return None


def _read_export(folder: Path, settings: Settings, codebook: Codebook) -> Export:
    files = settings.files
    table = read_texts(folder / files.responses, name=files.responses, encoding=files.encoding, separator=files.separator, sheet=files.sheet)
    if table.empty:
        raise StudyError([Problem(files.responses, "the file has a header and no records", remedy="Export the answers again.")])
    return match_columns(table, codebook, file=files.responses, headers="limesurvey" if files.reader == "limesurvey" else "plain")


def _count_and_type(export: Export, settings: Settings, codebook: Codebook, structure: Structure | None) -> tuple[Selection, TypedAnswers]:
    unit = settings.roles.unit if settings.roles.unit in export.answers else None
    sensitivity = codebook.variables["sensitivity"]
    questions = [name for name in export.answers if name == unit or sensitivity[name] != "identifier"]
    file = settings.files.responses
    rules = {"unit": unit, "least": settings.partial.least, "repeated": settings.repeated, "file": file}
    selection = select_records(export.answers[questions], export.system, **rules)
    partial = ~finished(export.system)
    return selection, type_answers(export.answers, codebook, file=file, partial=partial, offered=_offered(structure))


def _offered(structure: Structure | None) -> Mapping[str, Mapping[str, str]]:
    """Answer texts of the questionnaire, in all its languages: question code -> text -> answer code."""
    if structure is None:
        return {}
    offered: dict[str, dict[str, str]] = {}
    for language in structure.languages:
        for question, code, label in structure.answers[["question", "code", f"label_{language}"]].itertuples(index=False):
            offered.setdefault(question, {})[label] = code
    return offered


def _structure_problems(structure: Structure, codebook: Codebook, settings: Settings) -> list[Problem]:
    """What the questionnaire asked and the codebook does not declare."""
    problems = []
    file = settings.files.structure or ""
    for question, offered in structure.answers.groupby("question", sort=False):
        names = codebook.variables.index[codebook.variables["code"].eq(question)]
        for name in names:
            undeclared = sorted(set(offered["code"]) - set(codebook.answers(name)["code"]))
            if undeclared:
                what = f"the questionnaire offers answers of {name} that are not declared: {named(undeclared)}"
                problems.append(Problem(file, what, remedy=f"Declare them in {LEVELS_FILE}."))
    return problems


def _population_problems(settings: Settings, frame, respondents: int) -> list[Problem]:  # type: ignore[no-untyped-def]
    if settings.population and frame is not None and settings.population != len(frame.typed):
        what = f"the population is {settings.population}, the frame has {len(frame.typed)} units"
        return [Problem("study.yaml", what, remedy="Make them agree, or leave the population out.", column="population")]
    if settings.population and respondents > settings.population:
        what = f"there are {respondents} answers from a population of {settings.population}"
        return [Problem("study.yaml", what, remedy="Correct the population.", column="population")]
    return []


def _public(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    sensitivity = codebook.variables["sensitivity"]
    return table[[name for name in table.columns if sensitivity.get(name, "open") not in CONFIDENTIAL]]


def _confidential(values: pd.DataFrame, codebook: Codebook) -> frozenset[str]:
    names = codebook.variables.index[codebook.variables["sensitivity"].isin(CONFIDENTIAL)]
    return frozenset(str(text) for name in names if name in values for text in values[name].dropna())


def _numbered(length: int) -> pd.RangeIndex:
    return pd.RangeIndex(1, length + 1, name="respondent")
