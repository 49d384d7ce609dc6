"""SoSci Survey: a data set with its import script for GNU R or SPSS."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from helpers.data.exports.decoding import beginning
from helpers.data.exports.delivery import Delivery, not_read
from helpers.data.exports.heads import first_rows
from helpers.data.exports.sosci_questions import questions_of
from helpers.data.exports.sosci_script import Script, is_script, read_script
from helpers.data.problems import Problem, StudyError, named
from helpers.data.tabular import read_texts

_SCRIPT_KINDS = (".r", ".sps")
_OPENING = ("CASE", "SERIAL", "REF", "QUESTNNR", "MODE", "STARTED")
_SYSTEM = {"CASE": "id", "SERIAL": "token", "LASTPAGE": "lastpage", "LANGUAGE": "startlanguage", "STARTED": "startdate", "LASTDATA": "datestamp"}
_UNREAD = re.compile(r"REF|QUESTNNR|MODE|MAILSENT|STATUS|FINISHED|Q_VIEWER|MAXPAGE|MISSING|MISSREL|DEGRADE|DEG_\w+|TIME\d+|TIME_\w+")
_FINISHED = ("T", "TRUE", "1")
_GERMAN_TIME = re.compile(r"(\d\d)[-.](\d\d)[-.](\d{4})")
_HOW = "In SoSci Survey under 'Daten herunterladen' ('Download data'), choose GNU R or SPSS and put the script beside the data set."


def looks_like(path: Path) -> bool:
    """Whether the first line names SoSci Survey's own columns, or it is its SPSS syntax with the data inside."""
    path = Path(path)
    if path.suffix.lower() == ".sps" and path.is_file():
        start = beginning(path)
        return bool(re.search(r"DATA LIST FREE\(TAB\)\s*/CASE \(F", start)) and "QUESTNNR" in start
    return any(heads[:1] == ["CASE"] and len({*heads} & {*_OPENING}) > len(_OPENING) // 2 for heads in first_rows(path))


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None) -> Delivery:
    """Read a data set of SoSci Survey.

    Parameters
    ----------
    path : Path
        ``rdata_*.csv`` or ``data_*.csv`` (with or without a second row of labels), or an SPSS syntax with the data inside.
    companion : Path, optional
        The import script ``import_*.r``, or ``*.sps``; the one beside the data set that names the same columns, where it is not given.
    encoding : str, optional
        Of the data set, where it cannot be recognised.

    Returns
    -------
    Delivery
        Codes as SoSci Survey writes them; boxes are ``Y`` and ``N``. Negative codes are answers that are none: -9 was shown and left out, -1 and
        -2 are residual options with the reason in their label, -8 is invalid. What is empty in a question with answers was not shown, if the data
        set uses -9. Items of a set keep the name of their column. An interview that was not finished has no ``submitdate``.

    Raises
    ------
    StudyError
        If it is no such data set, the script is missing or of other columns, or the file is damaged.

    References
    ----------
    SoSci Survey, online manual, "Kodierung der Antworten" and "Datensatz herunterladen": valid answers are positive codes, a box is 1 (not ticked)
    or 2 (ticked), in GNU R a logical value.
    """
    path = Path(path)
    if path.suffix.lower() == ".sps":
        script = read_script(path)
        table = _records_inside(script)
    else:
        table = _records(path, encoding)
        script = read_script(Path(companion)) if companion else _script_beside(path, list(table.columns))
        _check_columns(list(table.columns), script, path.name)
    inside = [not_read(companion, f"{path.name} describes its columns itself.")] if companion and script.data is not None else []
    own = [column for column in table if column in _SYSTEM or _UNREAD.fullmatch(column)]
    records, structure, notes = questions_of(table.drop(columns=own), script)
    return Delivery(pd.concat([_system(table), records], axis=1), structure, [*inside, *_own_notes(table, own, script), *notes])


def _records(path: Path, encoding: str | None) -> pd.DataFrame:
    table = read_texts(path, name=path.name, encoding=encoding)
    if not {*_OPENING[:1], "QUESTNNR"} <= set(table.columns):
        what = "this is not a data set of SoSci Survey: the columns of the interview are missing"
        raise StudyError(
            [Problem(path.name, what, "CASE, QUESTNNR and the others in the first row", "Export it again with its first row.", rows=[1])]
        )
    labels = ~table["CASE"].str.fullmatch(r"\d+") & (table.index == table.index[0]) if len(table) else pd.Series(dtype=bool)
    return table[~labels] if len(table) else table


def _records_inside(script: Script) -> pd.DataFrame:
    """The data of an SPSS syntax: one tab after every value, lines broken anywhere behind a tab."""
    again = "Export the syntax again, or the data set and the script for GNU R."
    if script.data is None:
        what = "the syntax reads its data from another file"
        raise StudyError([Problem(script.file, what, remedy="Name the data set as the export, and this syntax as its structure.")])
    cells = "".join(script.data).split("\t")
    cells = cells[:-1] if cells[-1:] == [""] else cells
    width = len(script.columns)
    if len(cells) % width:
        what = f"the data are no whole number of records with {width} values"
        raise StudyError([Problem(script.file, what, remedy=f"The file is cut off or was edited. {again}")])
    rows = [[cell.strip() for cell in cells[start : start + width]] for start in range(0, len(cells), width)]
    return pd.DataFrame(rows, columns=list(script.columns), index=range(1, len(rows) + 1), dtype="str")


def _script_beside(path: Path, columns: list[str]) -> Script:
    """The script that names the same columns in the same order; one for GNU R first, it shortens no text."""
    beside = sorted(
        other for other in path.parent.iterdir() if other.suffix.lower() in _SCRIPT_KINDS and other.is_file() and is_script(beginning(other))
    )
    scripts = [read_script(other) for other in sorted(beside, key=lambda other: other.suffix.lower() != ".r")]
    if not scripts:
        what = "the import script is missing: without it nobody knows what the codes mean"
        raise StudyError([Problem(path.name, what, "import_*.r or *.sps in the same folder, or named", _HOW)])
    return next((script for script in scripts if list(script.columns) == columns), scripts[0])


def _check_columns(columns: list[str], script: Script, file: str) -> None:
    declared = list(script.columns)
    lacking, unknown = [name for name in declared if name not in columns], [name for name in columns if name not in script.columns]
    fitting = f"the columns of {script.file}, in its order"
    problems = []
    if lacking:
        problems.append(Problem(file, f"columns of {script.file} are not in the file: {named(lacking)}", fitting, _HOW, rows=[1]))
    if unknown:
        problems.append(Problem(file, f"{script.file} does not know these columns: {named(unknown)}", fitting, _HOW, rows=[1]))
    if not problems and columns != declared:
        moved = [name for name, place in zip(columns, declared, strict=True) if name != place]
        what = f"columns stand in another order than in {script.file}, beginning with '{moved[0]}': the file was edited, and GNU R would mix them up"
        problems.append(Problem(file, what, fitting, "Take the data set as SoSci Survey wrote it.", rows=[1]))
    if problems:
        raise StudyError(problems)


def _system(table: pd.DataFrame) -> pd.DataFrame:
    """The columns of the interview under the names that the rest knows."""
    system = table[[column for column in _SYSTEM if column in table]].rename(columns=_SYSTEM)
    system = system.loc[:, system.ne("").any() | (system.columns == "id")]
    for moment in ("startdate", "datestamp"):
        if moment in system:
            system[moment] = system[moment].str.replace(_GERMAN_TIME, r"\3-\2-\1", regex=True)
    finished = table["FINISHED"].isin(_FINISHED) if "FINISHED" in table else pd.Series(True, index=table.index)
    last = system["datestamp"] if "datestamp" in system else pd.Series("finished", index=table.index)
    return system.assign(submitdate=last.where(finished, ""))


def _own_notes(table: pd.DataFrame, own: list[str], script: Script) -> list[str]:
    """What SoSci Survey says of the interviews, and nobody reads."""
    notes = []
    times = [column for column in own if column.startswith("TIME") and column not in _SYSTEM]
    others = [column for column in own if column not in (*times, *_SYSTEM, "FINISHED") and table[column].ne("").any()]
    if times:
        notes.append(f"The time spent on every page, and what is computed from it, is not read: {named(times)}.")
    if others:
        notes.append(f"SoSci Survey's own columns are not read: {named(others)}.")
    viewers = int(table["Q_VIEWER"].isin(_FINISHED).sum()) if "Q_VIEWER" in table else 0
    tests = int((~table["MODE"].isin(["interview", ""])).sum()) if "MODE" in table else 0
    if viewers:
        notes.append(
            f"{viewers} records only looked through the questionnaire (Q_VIEWER) and are read like the others; take them out of the data set."
        )
    if tests:
        notes.append(f"{tests} records are not regular interviews (MODE) and are read like the others; download the data set without tests.")
    if "FINISHED" not in table:
        notes.append(f"{script.file} knows no column FINISHED; every record counts as finished.")
    return notes
