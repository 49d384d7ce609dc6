"""Recognise: which tool wrote an export, told by looking at the file, and reading it."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from helpers.data.exports.delivery import Delivery
from helpers.data.problems import Problem, StudyError
from helpers.data.tabular import EXCEL_KINDS

ReaderName = Literal["sav", "sosci", "qualtrics", "limesurvey_pairs", "quexml", "limesurvey", "csv", "excel"]
# Name in study.yaml -> module of this room, in the order in which they are asked: what can be told for certain first, any table last.
READERS: dict[ReaderName, str] = {
    "sav": "sav",
    "sosci": "sosci",
    "qualtrics": "qualtrics",
    "limesurvey_pairs": "limesurvey_pairs",
    "limesurvey": "limesurvey",
    "quexml": "quexml",
    "csv": "plain",
    "excel": "plain",
}
# Readers that a second file calls for, whatever the data look like.
_BY_COMPANION: tuple[ReaderName, ...] = ("sosci", "limesurvey_pairs", "quexml")
# Those that read any table, and so have to be told how it is written.
_TABULAR = ("limesurvey", "csv", "excel")


def recognise(path: Path, companion: Path | None = None) -> ReaderName:
    """The name of the reader whose tool wrote the file.

    Parameters
    ----------
    path : Path
        The export.
    companion : Path, optional
        Its structure or script, which may tell where the export itself does not.

    Raises
    ------
    StudyError
        If there is no such file, or no reader knows it.
    """
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    for name in _BY_COMPANION:
        if companion and companion.is_file() and _module(name).looks_like(companion):
            return name
    for name, module in READERS.items():
        if _module(module).looks_like(path):
            return "excel" if name == "csv" and path.suffix.lower() in EXCEL_KINDS else name
    allowed = "exports of SPSS (.sav, .zsav), SoSci Survey, Qualtrics and LimeSurvey, and any .csv, .tsv, .txt, .xlsx or .xlsm"
    raise StudyError([Problem(path.name, "no reader knows this kind of file", allowed, "Export it again as one of these.")])


def read_export(
    path: Path,
    *,
    name: str | None = None,
    reader: ReaderName | None = None,
    companion: Path | None = None,
    encoding: str | None = None,
    separator: str | None = None,
    sheet: str | int = 0,
) -> Delivery:
    """Read an export with its reader.

    Parameters
    ----------
    path : Path
    name : str, optional
        The file's name in messages.
    reader : str, optional
        Key of `READERS`; found by looking at the file where it is missing.
    companion : Path, optional
        Structure or script; most readers look for one beside the export where it is missing.
    encoding, separator, sheet
        As study.yaml says; where they are missing they are recognised.

    Raises
    ------
    StudyError
        With what is wrong with the file or its companion.
    """
    try:
        known = reader or recognise(path, companion)
        table: dict[str, Any] = {"separator": separator, "sheet": sheet} if known in _TABULAR else {}
        delivery: Delivery = _module(READERS[known]).read(path, companion=companion, encoding=encoding, **table)
    except StudyError as error:
        own = (path.name, str(path))
        raise StudyError(replace(problem, file=name) if name and problem.file in own else problem for problem in error.problems) from None
    return delivery


def _module(name: str) -> ModuleType:
    """Imported when it is asked: a study needs one reader of eight."""
    return importlib.import_module(f"helpers.data.exports.{name}")
