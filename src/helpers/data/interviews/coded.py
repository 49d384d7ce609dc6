"""Coded: the codes and codings of an interviews folder, from its two tables or from a REFI-QDA project in their place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.interviews.codes import CODES_FILE, codes_by_row, no_codes
from helpers.data.interviews.codings import CODINGS_FILE, codings_by_row, no_codings
from helpers.data.interviews.exchange import from_project
from helpers.data.interviews.tables import PROJECT, file_name
from helpers.data.problems import Problem, collect, named
from helpers.data.refi_qda import read_project


@dataclass(frozen=True)
class Coded:
    """Codes and codings as they were found.

    Parameters
    ----------
    codes, codings : DataFrame or None
        Index = row of the file; None where they could not be read.
    texts : dict of str
        Texts that a project brings, per document.
    codes_file, codings_file : Path
        Where they are from.
    """

    codes: pd.DataFrame | None
    codings: pd.DataFrame | None
    texts: dict[str, str]
    codes_file: Path
    codings_file: Path


def read_coded(folder: Path, problems: list[Problem]) -> Coded:
    """Read codes.csv and codings.csv, or the one .qdpx file; what is not there yet is empty.

    Parameters
    ----------
    folder : Path
        The interviews folder.
    problems : list of Problem
        What is wrong is added: a file that cannot be read, a project beside the tables or beside another one, and codes on a third level of it.
    """
    tables = [folder / CODES_FILE, folder / CODINGS_FILE]
    projects = sorted(path for path in folder.glob("*") if path.suffix.lower() == PROJECT)
    sources = [*projects, *(path for path in tables if path.is_file())] if projects else []
    if len(sources) > 1:
        what = f"codes and codings are there more than once: {named(path.name for path in sources)}"
        remedy = f"Keep one: a single {PROJECT} project, or {CODES_FILE} and {CODINGS_FILE}."
        problems.append(Problem(folder.name, what, remedy=remedy))
    if projects:
        return _from_project(projects[0], problems)
    codes_file, codings_file = tables
    codes = codes_by_row(codes_file, problems) if codes_file.is_file() else no_codes()
    codings = codings_by_row(codings_file, problems) if codings_file.is_file() else no_codings()
    return Coded(codes, codings, {}, codes_file, codings_file)


def _from_project(path: Path, problems: list[Problem]) -> Coded:
    project = collect(problems, read_project, path)
    read = None if project is None else collect(problems, from_project, project, file=file_name(path))
    if read is None:
        return Coded(None, None, {}, path, path)
    codes, codings, texts = read
    main = codes.loc[codes["parent"].eq(""), "code"]
    deeper = int((~codes["parent"].isin([*main, ""])).sum())
    if deeper:
        what = f"{deeper} codes stand on a third level or deeper"
        remedy = "Move them up in the program that the project comes from, and export it again."
        problems.append(Problem(file_name(path), what, "main codes and their subcodes", remedy))
    return Coded(codes, codings, texts, path, path)
