"""LimeSurvey: the columns of a response export, whatever its headers look like."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from helpers.data.codebook import VARIABLES_FILE, Codebook
from helpers.data.problems import Problem, named
from helpers.data.tabular import NAMELESS

SYSTEM_COLUMNS = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token", "ipaddr", "refurl")
_CODED_HEAD = re.compile(r"^(?P<code>[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\]){0,2})\.(?:\s|$)")
_UNDERSCORED = re.compile(r"^(?P<question>[A-Za-z][A-Za-z0-9]*)_(?P<sub>[A-Za-z0-9]+)$")


@dataclass(frozen=True)
class Export:
    """An export with its columns told apart.

    Parameters
    ----------
    answers : DataFrame
        One row per record, index = spreadsheet row, one column per variable of the codebook, named and ordered as there; texts.
    system : DataFrame
        The tool's own columns, such as ``submitdate``; texts.
    ignored : list of str
        Columns that the codebook does not know; ``""`` is a stray index without a head.
    problems : list of Problem
    """

    answers: pd.DataFrame
    system: pd.DataFrame
    ignored: list[str]
    problems: list[Problem]


def column_code(head: str) -> str:
    """The question code in a header, in any of LimeSurvey's three styles.

    Examples
    --------
    >>> column_code("C3[SQ001]. Where are you active? [Europe]")
    'C3[SQ001]'
    >>> column_code("C3[SQ001]"), column_code("submitdate. Date submitted")
    ('C3[SQ001]', 'submitdate')
    """
    coded = _CODED_HEAD.match(head)
    return coded.group("code") if coded else head


def match_columns(table: pd.DataFrame, codebook: Codebook, *, file: str, headers: str = "limesurvey") -> Export:
    """Find the column of every variable.

    Parameters
    ----------
    table : DataFrame
        The export as texts.
    codebook : Codebook
    file : str
        Name of the file in messages.
    headers : {"limesurvey", "plain"}
        Whether a header holds a question code, or is the code as it stands.
    """
    codes = {head: column_code(head) if headers == "limesurvey" else head for head in table.columns}
    found: dict[str, str] = {}
    for head, code in codes.items():
        found.setdefault(code, head)
    if headers == "limesurvey":
        found = {**{_bracketed(code): head for code, head in found.items()}, **found}
    exported = codebook.variables[codebook.variables["code"].ne("") & codebook.variables["type"].ne("set")]
    names = {found[code]: name for name, code in exported["code"].items() if code in found}
    own = {code: head for head, code in codes.items() if code in SYSTEM_COLUMNS and (headers == "limesurvey" or head not in names)}
    known = {*exported["code"], *SYSTEM_COLUMNS}
    twice = sorted({code for code in known if list(codes.values()).count(code) > 1})
    problems = _lacking([code for code in exported["code"] if code not in found], bool(names), file)
    if twice:
        problems.append(Problem(file, f"several columns carry the same question code: {named(twice)}", remedy="Keep one of each.", rows=[1]))
    ignored = ["" if head.startswith(NAMELESS) else code for head, code in codes.items() if head not in names and code not in own]
    return Export(table[list(names)].rename(columns=names), table[list(own.values())].set_axis(list(own), axis=1), ignored, problems)


def _lacking(codes: list[str], some: bool, file: str) -> list[Problem]:
    if not codes:
        return []
    if not some:
        remedy = "Export question codes as headers; the first row is the header, and files.separator in study.yaml must fit where it is given."
        return [Problem(file, f"none of the columns of {VARIABLES_FILE} is in the file", named(codes), remedy, rows=[1])]
    remedy = f"Export all columns, or take the variables out of {VARIABLES_FILE}."
    return [Problem(file, f"columns of {VARIABLES_FILE} are not in the file: {named(codes)}", remedy=remedy, rows=[1])]


def _bracketed(code: str) -> str:
    """``C3_SQ001``, as some exports write it, is ``C3[SQ001]``."""
    underscored = _UNDERSCORED.match(code)
    return f"{underscored['question']}[{underscored['sub']}]" if underscored else code
