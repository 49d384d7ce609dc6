"""SPSS files: .sav and .zsav with their labels, missing values and multiple-response sets."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.exports.assembly import assembled
from helpers.data.exports.delivery import Delivery, not_read
from helpers.data.exports.sav_sets import part_of_set, response_sets
from helpers.data.exports.sav_variables import Part, Variable, part_of
from helpers.data.limesurvey import SYSTEM_COLUMNS
from helpers.data.problems import Problem, StudyError, named

_MARKS = (b"$FL2", b"$FL3")
_WEIGHT_PLACE = 76
_ENCODINGS = "utf-8, windows-1252, iso-8859-15 or another that the file was written in"


def looks_like(path: Path) -> bool:
    """Whether the file opens with the mark of an SPSS file."""
    with path.open("rb") as file:
        return file.read(4) in _MARKS


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None) -> Delivery:
    """Read an SPSS file.

    Parameters
    ----------
    path : Path
        ``.sav`` or ``.zsav``.
    companion : Path, optional
        Not needed: the file tells its questions itself.
    encoding : str, optional
        Where the file declares a wrong one.

    Returns
    -------
    Delivery
        One record per case, counted from 1. Boxes of a dichotomous set hold ``Y`` and ``N``; a set of categories becomes one box per category,
        named ``set[code]``. Declared missing values are answers with a reason; system-missing is empty. Dates and times are in ISO order.

    Raises
    ------
    StudyError
        If it is no SPSS file, is cut off, or its letters are in another encoding than it says.
    """
    values, told = _load(path, encoding)
    _refuse_misread(path.name, values, told, encoding)
    variables = {name: _variable(name, values[name], told) for name in told.column_names}
    parts = _parts(variables, told, path)
    columns: dict[str, pd.Series] = {}
    for part in parts:
        columns |= part.columns
    records = pd.DataFrame(columns, index=pd.RangeIndex(1, len(values) + 1))
    asked = [part for part in parts if part.questions[0].code not in SYSTEM_COLUMNS]
    structure = assembled([question for part in asked for question in part.questions], [answer for part in asked for answer in part.answers])
    return Delivery(records, structure, [*_left_out(path, told, companion), *(sentence for part in parts for sentence in part.unread)])


def _load(path: Path, encoding: str | None) -> tuple[pd.DataFrame, Any]:
    import pyreadstat  # slow, and most studies do without

    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    if not looks_like(path):
        raise StudyError([Problem(path.name, "this is not an SPSS file", ".sav or .zsav", "Save it in SPSS as .sav.")])
    try:
        values, told = pyreadstat.read_sav(path, encoding=encoding, user_missing=True, disable_datetime_conversion=True)
    except pyreadstat.ReadstatError as error:
        raise StudyError([_unreadable(path.name, str(error), encoding)]) from None
    return values.set_axis(pd.RangeIndex(1, len(values) + 1)), told


def _unreadable(file: str, said: str, encoding: str | None) -> Problem:
    if "unsupported character set" in said:
        return Problem("study.yaml", "the encoding is not known", _ENCODINGS, "Say one of these, or leave it out.", column="files.encoding")
    if "convert string" in said:
        whose = f"the encoding '{encoding}'" if encoding else "the encoding that the file itself declares"
        return _wrong_encoding(file, f"letters do not fit {whose}")
    return Problem(file, "the file is damaged or cut off", remedy="Save it again in SPSS, or copy it again; its size must not change on the way.")


def _wrong_encoding(file: str, what: str) -> Problem:
    return Problem(file, what, _ENCODINGS, "Say the right one under files.encoding in study.yaml, or save the file again in SPSS (Unicode).")


def _refuse_misread(file: str, values: pd.DataFrame, told: Any, encoding: str | None) -> None:
    """UTF-8 that is declared as windows-1252 is read without complaint, with two or three letters in the place of one."""
    words = [*told.column_names, *told.column_labels, *(label for labels in told.variable_value_labels.values() for label in labels.values())]
    columns = [name for name in told.column_names if told.readstat_variable_types[name] == "string"]
    found = [name for name in columns if any(_misread(text) for text in values[name].dropna().unique())]
    if found or any(_misread(text) for text in words if text):
        where = f"in the answers of {named(found)}" if found else "in labels"
        whose = f"study.yaml says {encoding}" if encoding else f"the file declares {told.file_encoding}"
        raise StudyError([_wrong_encoding(file, f"letters such as umlauts are UTF-8, but {whose}, {where}")])


def _misread(text: str) -> bool:
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _variable(name: str, values: pd.Series, told: Any) -> Variable:
    label = told.column_names_to_labels.get(name) or ""
    words = {value.strip() if isinstance(value, str) else value: word for value, word in told.variable_value_labels.get(name, {}).items()}
    missing = [tuple(end.strip() if isinstance(end, str) else end for end in (span["lo"], span["hi"])) for span in told.missing_ranges.get(name, [])]
    form, measure = told.original_variable_types[name], told.variable_measure.get(name, "unknown")
    texts = values.str.strip() if told.readstat_variable_types[name] == "string" else values
    return Variable(name, label.strip() or name, form, measure, words, missing, texts)  # type: ignore[arg-type]


def _parts(variables: dict[str, Variable], told: Any, path: Path) -> list[Part]:
    """In the order of the file; a set stands where its first variable does."""
    sets = response_sets(told.mr_sets, path.read_bytes() if told.mr_sets else b"", told.file_encoding or "utf-8", told.column_names)
    group_of = {member: group for group in sets for member in group.members}
    parts = []
    for name, variable in variables.items():
        group = group_of.get(name)
        if group is None:
            parts.append(part_of(variable))
        elif name == next(member for member in variables if member in group.members):
            parts.append(part_of_set(group, variables))
    return parts


def _left_out(path: Path, told: Any, companion: Path | None) -> list[str]:
    with path.open("rb") as file:
        head = file.read(_WEIGHT_PLACE + 4)
    order = "<" if head[64:68] in (b"\x02\0\0\0", b"\x03\0\0\0") else ">"
    (weight,) = struct.unpack(f"{order}i", head[_WEIGHT_PLACE:])
    said = []
    if weight:
        said.append("The file is weighted in SPSS; no weight of it is used here.")
    if told.notes:
        said.append(f"The file carries notes ({len(told.notes)} lines); they are not read.")
    if companion:
        said.append(not_read(companion, "an SPSS file tells its questions itself."))
    several = [name for name in told.column_names if sum(name in group["variable_list"] for group in told.mr_sets.values()) > 1]
    if several:
        said.append(f"Variables stand in several multiple-response sets: {named(several)}; each is read in the first.")
    return said
