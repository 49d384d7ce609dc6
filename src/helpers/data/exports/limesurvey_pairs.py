"""Pairs: LimeSurvey's exports for R and SPSS, a data file and the syntax file that explains it."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.data.exports.assembly import assembled, spoken
from helpers.data.exports.decoding import beginning, text_of
from helpers.data.exports.delivery import Delivery
from helpers.data.exports.limesurvey_columns import place_of, told
from helpers.data.exports.limesurvey_rows import checked_heads, coded, data_rows, fitting_rows
from helpers.data.exports.limesurvey_scripts import Script, data_file, is_script, read_script
from helpers.data.problems import Problem, StudyError, named

_DATA_KINDS, _SCRIPT_KINDS = (".csv", ".dat", ".txt"), (".r", ".sps")
_SURVEY = re.compile(r"\d{3,}")
# Data for SPSS have no header, and apostrophes as quotation marks.
_SPSS_ROW = re.compile(r"(?:'(?:[^'\n]|'')*'|[^',\n]*)(?:,(?:'(?:[^'\n]|'')*'|[^',\n]*)){2,}(?:\n|$)")
_EXPORT = "Export both for one of the programs (R, or SPSS), at the same time, and put them into one folder."


def looks_like(path: Path) -> bool:
    """Whether it is a syntax file of LimeSurvey, the data of one beside it, or data as they are written for SPSS."""
    if path.suffix.lower() not in (*_DATA_KINDS, *_SCRIPT_KINDS) or not path.is_file():
        return False
    text = beginning(path)
    if path.suffix.lower() in _SCRIPT_KINDS:
        return is_script(text)
    return bool(_scripts_of(path)) or (path.suffix.lower() == ".dat" and text.startswith("'") and bool(_SPSS_ROW.match(text)))


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None) -> Delivery:
    """Read a data file with its syntax file; either may be named first, and the other is looked for beside it.

    Parameters
    ----------
    path : Path
        ``survey_..._R_data_file.csv``, ``survey_..._SPSS_data_file.dat``, or the syntax file.
    companion : Path, optional
        The other one.
    encoding : str, optional
        Of both; recognised where missing.

    Returns
    -------
    Delivery
        Columns are named as LimeSurvey names them elsewhere, such as ``C3[SQ001]``. Ticks are ``Y`` and ``N``, all other answers the codes of the
        script, dates in ISO order.

    Raises
    ------
    StudyError
        If one of the two is missing, cut off or in another encoding, or they do not belong together.
    """
    data, syntax = _pair(path, companion)
    script = read_script(text_of(syntax, encoding), file=syntax.name)
    _refuse_useless(script, syntax.name)
    rows = data_rows(text_of(data, encoding), script, file=data.name)
    unread = checked_heads(rows, script, file=data.name, syntax=syntax.name) if script.headed else []
    records = fitting_rows(rows, script, file=data.name, syntax=syntax.name)
    table = coded(records, script, file=data.name, syntax=syntax.name)
    questions, answers = told(script.columns)
    return Delivery(table, assembled(questions, answers, language=spoken(table)), unread)


def _pair(path: Path, companion: Path | None) -> tuple[Path, Path]:
    """The data and the syntax, whichever was named first."""
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    first = path.suffix.lower() in _SCRIPT_KINDS and is_script(beginning(path))
    found = [companion] if companion else (_data_of(path) if first else _scripts_of(path))
    if len(found) != 1:
        lacking = "the data file that this syntax file reads" if first else "the syntax file (.R or .sps) that explains this data file"
        what = f"several files could be {lacking}" if found else f"{lacking} is missing"
        allowed = named(other.name for other in found) if found else _usual_name(path, first)
        raise StudyError([Problem(path.name, what, allowed, _EXPORT if not found else "Leave only the right one in the folder, or name it.")])
    data, syntax = (found[0], path) if first else (path, found[0])
    if syntax.is_file() and not is_script(beginning(syntax)):
        raise StudyError([Problem(syntax.name, "this is not a syntax file of LimeSurvey for R or SPSS", remedy=_EXPORT)])
    return data, syntax


def _usual_name(path: Path, first: bool) -> str:
    number = _SURVEY.search(path.stem)
    survey = f"survey_{number[0]}" if number else "survey_..."
    if first:
        return f"{survey}_R_data_file.csv" if path.suffix.lower() == ".r" else f"{survey}_SPSS_data_file.dat"
    return f"{survey}_SPSS_syntax_file.sps" if path.suffix.lower() == ".dat" else f"{survey}_R_syntax_file.R"


def _scripts_of(data: Path) -> list[Path]:
    """Syntax files beside the data: one that names it, else those of the same survey, else those whose data are not there."""
    beside = [other for other in sorted(data.parent.iterdir()) if other.suffix.lower() in _SCRIPT_KINDS and is_script(beginning(other))]
    reads = {script: data_file(beginning(script)) for script in beside}
    kind = ".sps" if data.suffix.lower() == ".dat" else ".r"
    waiting = [script for script in beside if not (data.parent / reads[script]).is_file() and script.suffix.lower() == kind]
    naming = [script for script in beside if reads[script] == data.name]
    return naming or [script for script in waiting if _same_survey(script, data)] or waiting


def _data_of(script: Path) -> list[Path]:
    named_file = script.parent / data_file(beginning(script))
    if named_file.is_file():
        return [named_file]
    kinds = (".dat", ".txt") if script.suffix.lower() == ".sps" else (".csv", ".txt")
    return [other for other in sorted(script.parent.iterdir()) if other.suffix.lower() in kinds and _same_survey(script, other)]


def _same_survey(one: Path, other: Path) -> bool:
    first, second = _SURVEY.search(one.stem), _SURVEY.search(other.stem)
    return bool(first and second and first[0] == second[0])


def _refuse_useless(script: Script, file: str) -> None:
    if not script.complete:
        raise StudyError([Problem(file, "the syntax file does not name all its columns, as if it were cut off", remedy=_EXPORT)])
    names = [place_of(column).code for column in script.columns if column.name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise StudyError([Problem(file, f"columns carry the same name: {named(twice)}", remedy="Give each question its own code, and export again.")])
