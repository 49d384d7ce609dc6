"""Settings: what study.yaml may say, checked before anything is read."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from helpers.data.exports.recognise import ReaderName
from helpers.data.interviews.codings import DICTIONARY
from helpers.data.interviews.turns import INTERVIEWERS
from helpers.data.plan import Block, Index, Label, Model
from helpers.data.problems import Problem, StudyError
from helpers.data.yaml_file import read_yaml

SETTINGS_FILE = "study.yaml"
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_PLAIN = {
    "extra_forbidden": ("there is no such key", "data/README.md lists the keys; mind the spelling."),
    "missing": ("this key is missing", "data/README.md says what it means."),
    "string_type": ("this must be a text", "Put it in quotation marks: YAML takes 1 for a number, No for false."),
    "model_type": ("this needs keys of its own", "data/README.md shows them."),
    "dict_type": ("this needs keys of its own", "data/README.md shows them."),
    "list_type": ("this must be a list", "Write it as [one, another]."),
}


class Fieldwork(Block):
    """First and last day of the survey."""

    start: datetime.date
    end: datetime.date

    @model_validator(mode="after")
    def _in_order(self) -> Fieldwork:
        if self.end < self.start:
            raise ValueError("the end lies before the start")
        return self

    @property
    def period(self) -> tuple[datetime.date, datetime.date]:
        """Both days."""
        return self.start, self.end


class Files(Block):
    """Where the data are, relative to the study's folder; a reader that is not named is found by looking at the file."""

    responses: str
    structure: str | None = None
    frame: str | None = None
    reader: ReaderName | None = None
    encoding: str | None = None
    separator: Literal[",", ";", "\t", "|"] | None = None
    sheet: str | int = 0


class Roles(Block):
    """Which variables play which part."""

    unit: str | None = None
    sector: str | None = None
    membership: list[str] = []
    outcome: str | None = None


class Partial(Block):
    """A partial answer counts from this share of the questions that were shown to it."""

    least: Annotated[float, Field(ge=0, le=1)] = 0.5


class GroupLevel(Block):
    """One group: the levels it is made of, or the largest number that still belongs to it."""

    code: str = Field(pattern=r"^[A-Za-z0-9_]+$")
    label: Label
    from_: list[str] = Field(default=[], alias="from")
    up_to: float | None = None


class Group(Block):
    """A grouping made from one variable."""

    of: str
    label: Label
    levels: list[GroupLevel] = Field(min_length=2)

    @model_validator(mode="after")
    def _one_kind(self) -> Group:
        codes, merged = [level.code for level in self.levels], [bool(level.from_) for level in self.levels]
        if len(set(codes)) < len(codes):
            raise ValueError("a 'code' is given to two levels")
        if any(merged) and (not all(merged) or any(level.up_to is not None for level in self.levels)):
            raise ValueError("give every level a list 'from', or none of them; 'up_to' is for numbers")
        limits = [float("nan") if level.up_to is None else level.up_to for level in self.levels[:-1]]
        rising = all(math.isfinite(limit) for limit in limits) and sorted(set(limits)) == limits
        if not any(merged) and (not rising or self.levels[-1].up_to is not None):
            raise ValueError("numeric levels need rising 'up_to' limits, the last level none")
        return self


class Cross(Block):
    """Cross-tables: these questions by these groupings."""

    of: list[str] = []
    by: list[str] = []


class Weights(Block):
    """Raking: at most two margins of the frame; no weight above ``trim`` times the mean."""

    margins: Annotated[list[str], Field(min_length=1, max_length=2)]
    trim: Annotated[float, Field(gt=1)] = 3.0


class Comparison(Block):
    """A published figure beside one of our own shares: a tick box, or an answer of a question."""

    figure: str
    variable: str | None = None
    question: str | None = None
    answer: str | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> Comparison:
        if (self.variable is None) == (self.question is None) or (self.question is None) != (self.answer is None):
            raise ValueError("give either 'variable' (a tick box), or 'question' and 'answer'")
        return self


class Disclosure(Block):
    """No published cell with fewer than k respondents."""

    k: Annotated[int, Field(ge=3)] = 5


class Quotes(Block):
    """At most so many quotations from one interview."""

    per_interview: Annotated[int, Field(ge=1)] = 2


class Interviewing(Block):
    """The interviews: where they are, who asked, who coded independently of each other, and under which name the coders agreed.

    Without ``consensus``, the first coder's version counts.
    """

    folder: str = "interviews"
    instrument: Label = Label(de="leitfadengestützte Interviews", en="guided interviews")
    language: Literal["de", "en"] = "de"
    interviewers: Annotated[list[str], Field(min_length=1)] = list(INTERVIEWERS)
    coders: list[str] = []
    consensus: str | None = None
    quotes: Quotes = Quotes()

    @model_validator(mode="after")
    def _different_coders(self) -> Interviewing:
        names = [*self.coders, *([self.consensus] if self.consensus is not None else [])]
        if len(set(names)) < len(names) or "" in names:
            raise ValueError("a coder is named twice, or not at all; the consensus has a name of its own")
        if DICTIONARY in names:
            raise ValueError(f"'{DICTIONARY}' is the name of the automatic suggestions")
        return self


class Settings(Block):
    """Everything study.yaml declares."""

    title: Label
    synthetic: bool
    place: Label
    units: Label
    instrument: Label
    fieldwork: Fieldwork
    population: Annotated[int, Field(gt=0)] | None = None
    files: Files
    roles: Roles = Roles()
    partial: Partial = Partial()
    repeated: Literal["refuse", "keep_latest"] = "refuse"
    groups: dict[Name, Group] = {}
    cross: Cross = Cross()
    weights: Weights | None = None
    compare: list[Comparison] = []
    interviews: Interviewing = Interviewing()
    disclosure: Disclosure = Disclosure()
    indices: dict[Name, Index] = {}
    model: Model | None = None
    previous: str | None = None


def read_settings(folder: Path) -> Settings:
    """Read and check study.yaml.

    Raises
    ------
    StudyError
        If the folder is no study, the file is no YAML, or keys are missing, unknown or out of range; all of them at once.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        what = f"the folder is not a study: it has no {SETTINGS_FILE}" if folder.is_dir() else "there is no such folder"
        raise StudyError([Problem(str(folder), what, remedy="data/README.md says what a study folder holds; data/demo is one.")])
    content = read_yaml(path, name=SETTINGS_FILE)
    if not isinstance(content, dict):
        raise StudyError([Problem(SETTINGS_FILE, "the file is empty or has no keys", remedy="data/README.md lists them.")])
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise StudyError(_settings_problem(detail) for detail in error.errors()) from None


def _settings_problem(detail: ErrorDetails) -> Problem:
    """pydantic's message without what was found there."""
    said = detail["msg"].removeprefix("Value error, ").removesuffix(".")
    what, remedy = _PLAIN.get(detail["type"], (said[:1].lower() + said[1:], "data/README.md says what is allowed."))
    return Problem(SETTINGS_FILE, what, remedy=remedy, column=".".join(str(part) for part in detail["loc"]))
