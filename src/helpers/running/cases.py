"""Cases: what a grid file asks for, one case per run of a sweep."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from helpers.data.folders import ROOT, find_folder
from helpers.data.languages import LANGUAGES
from helpers.data.plan import Block
from helpers.data.problems import Problem, StudyError, collect, named
from helpers.data.settings import read_settings
from helpers.data.yaml_file import read_yaml
from helpers.running.parameters import ParameterError, check
from helpers.running.runs import Run

STUDY, LANGUAGE = "study", "language"
_README = "notebooks/README.md shows a grid file."
_SPAN = "write a list such as [30, 50], or {from: 1, to: 20} in whole numbers, with 'step' where they are not all wanted"


def _values(given: Any) -> Any:
    """A list as it is, a span as the numbers in it, one value as a list of one."""
    if isinstance(given, list) and given:
        return given
    if isinstance(given, (str, int, float)):
        return [given]
    if not isinstance(given, dict) or not {"from", "to"} <= set(given) <= {"from", "to", "step"}:
        raise ValueError(_SPAN)
    if any(type(number) is not int for number in given.values()) or given["from"] > given["to"] or given.get("step", 1) < 1:
        raise ValueError(_SPAN)
    return list(range(given["from"], given["to"] + 1, given.get("step", 1)))


class GridFile(Block):
    """Everything a grid file may say."""

    notebook: str
    study: str | None = None
    language: Literal["de", "en"] = "en"
    grid: dict[str, Annotated[list[Any], BeforeValidator(_values)]] = Field(default={})
    cases: list[Annotated[dict[str, Any], Field(min_length=1)]] = Field(default=[])
    collect: list[str] = Field(default=[])

    @model_validator(mode="after")
    def _one_way(self) -> GridFile:
        if bool(self.grid) == bool(self.cases):
            raise ValueError("give either 'grid', of which every combination is run, or 'cases', a list of mappings")
        return self

    def combinations(self) -> list[dict[str, Any]]:
        """What differs from run to run; the last key of a grid changes fastest."""
        return self.cases or [dict(zip(self.grid, values, strict=True)) for values in itertools.product(*self.grid.values())]


@dataclass(frozen=True)
class Case:
    """One run of a sweep.

    Parameters
    ----------
    values : mapping
        What differs from run to run, as the grid file has it.
    run : Run
        Its ``output`` is nowhere yet.
    """

    values: Mapping[str, Any]
    run: Run


@dataclass(frozen=True)
class Plan:
    """A sweep that can be carried out: notebook, studies and parameters exist and fit.

    Parameters
    ----------
    name : str
        The grid file's name without its ending.
    cases : sequence of Case
    collect : sequence of str
        Keys of the published tables to collect; empty means all.
    """

    name: str
    cases: Sequence[Case]
    collect: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """Names of what differs from run to run."""
        return list(dict.fromkeys(name for case in self.cases for name in case.values))

    @property
    def folder(self) -> Path:
        """Where its results go, under ``outputs``: with the study, or beside all studies where it is about several."""
        studies = {case.run.parameters["study_dir"] for case in self.cases}
        return (Path(Path(studies.pop()).name) if len(studies) == 1 else Path()) / "sweeps" / self.name


def read_grid(path: Path, *, notebooks: Path = ROOT / "notebooks") -> Plan:
    """Read and check a grid file.

    Parameters
    ----------
    path : Path
    notebooks : Path
        Where the notebook is.

    Raises
    ------
    StudyError
        If the file is wrong, names a notebook, a study or a parameter that does not exist, or a value that does not fit; all of them at once.
    """
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy=_README)])
    try:
        file = GridFile.model_validate(read_yaml(path, name=path.name) or {})
    except ValidationError as error:
        raise StudyError(_problem(detail, path.name) for detail in error.errors()) from None
    notebook, combinations = notebooks / f"{file.notebook}.ipynb", file.combinations()
    problems = [
        *_notebook_problems(notebook, combinations, path.name),
        *_study_problems(file, combinations, path.name),
        *_combination_problems(combinations, path.name),
    ]
    if problems:
        raise StudyError(problems)
    return Plan(path.stem, [Case(values, _run(file, notebook, values)) for values in combinations], file.collect)


def _run(file: GridFile, notebook: Path, values: Mapping[str, Any]) -> Run:
    folder = find_folder(str(values.get(STUDY, file.study)))
    own = {name: value for name, value in values.items() if name not in (STUDY, LANGUAGE)}
    return Run(notebook, values.get(LANGUAGE, file.language), Path(), {**own, "study_dir": str(folder)})


def _notebook_problems(notebook: Path, combinations: list[dict[str, Any]], name: str) -> Iterator[Problem]:
    """Whether the notebook exists and has the parameters; of each, one value of every type is checked."""
    if not notebook.is_file():
        known = named(sorted(path.stem for path in notebook.parent.glob("*.ipynb")))
        yield Problem(name, "there is no such notebook", allowed=known, column="notebook")
        return
    kinds = {(parameter, type(value)): value for values in combinations for parameter, value in values.items()}
    for (parameter, _), value in kinds.items():
        if parameter == "study_dir":
            yield Problem(name, "the folder of the study has a key of its own", allowed=STUDY, column=parameter)
        elif parameter not in (STUDY, LANGUAGE):
            try:
                check({parameter: value}, [notebook])
            except ParameterError as error:
                yield Problem(name, str(error).removesuffix("."), column=parameter)


def _study_problems(file: GridFile, combinations: list[dict[str, Any]], name: str) -> Iterator[Problem]:
    """Whether every study is one; what is wrong with its data is for `study check` to say."""
    places = dict.fromkeys(values.get(STUDY, file.study) for values in combinations)
    for place in places:
        if not isinstance(place, str):
            yield Problem(name, "a run has no study", remedy="Name the study's folder, such as data/demo.", column=STUDY)
            continue
        problems: list[Problem] = []
        collect(problems, read_settings, find_folder(place))
        for problem in problems:
            where = place if Path(problem.file).is_absolute() else f"{place}/{problem.file}"
            yield replace(problem, file=where)


def _combination_problems(combinations: list[dict[str, Any]], name: str) -> Iterator[Problem]:
    """Whether a language is none, or two runs are the same."""
    if any(values.get(LANGUAGE, LANGUAGES[0]) not in LANGUAGES for values in combinations):
        yield Problem(name, "there is no such language", allowed=" or ".join(LANGUAGES), column=LANGUAGE)
    twice = len(combinations) - len({json.dumps(values, sort_keys=True, default=str) for values in combinations})
    if twice:
        yield Problem(name, f"{twice} runs are the same as another one", remedy="Take out what is given twice.")


def _problem(detail: ErrorDetails, name: str) -> Problem:
    """pydantic's message in plain words."""
    said = detail["msg"].removeprefix("Value error, ").removesuffix(".")
    what = {"extra_forbidden": "there is no such key", "missing": "this key is missing", "model_type": "the file has no keys"}.get(
        detail["type"], said
    )
    allowed = ", ".join(GridFile.model_fields) if detail["type"] == "extra_forbidden" else ""
    return Problem(name, what[:1].lower() + what[1:], allowed=allowed, remedy=_README, column=".".join(str(part) for part in detail["loc"]))
