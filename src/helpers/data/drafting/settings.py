"""Settings: study.yaml drafted, with comments that lead to what is for the researcher to decide."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
import pandas as pd
from defusedxml.common import DefusedXmlException

from helpers.data.drafting.words import both, plain

_DATES = ("submitdate", "datestamp", "startdate")
_DAY = r"(\d{4}-\d\d-\d\d)|(\d\d\.\d\d\.\d{4})"


@dataclass(frozen=True)
class Facts:
    """What study.yaml needs and a draft can know.

    Parameters
    ----------
    title : tuple of str
        German and English.
    start, end : date
        First and last day of the answers.
    dated : bool
        Whether the export has dates; if not, both days are the one on which the file was last written.
    files : mapping
        Key below ``files`` -> value.
    """

    title: tuple[str, str]
    start: datetime.date
    end: datetime.date
    dated: bool
    files: Mapping[str, str]


def title_of(structure: Path | None, otherwise: str) -> tuple[str, str]:
    """The survey's title in an .lss or queXML file, else the folder's name."""
    name = " ".join(otherwise.replace("_", " ").replace("-", " ").split())
    if structure is None or structure.suffix.lower() not in (".lss", ".xml"):
        return name, name
    try:
        root = defusedxml.ElementTree.parse(structure).getroot()
    except (ParseError, DefusedXmlException, ValueError):
        return name, name
    if root is None:
        return name, name
    rows = root.iterfind("surveys_languagesettings/rows/row")
    titles = {row.findtext("surveyls_language") or "und": row.findtext("surveyls_title") or "" for row in rows}
    return both(titles or {"und": plain(root.findtext("title") or "")}, name)


def fieldwork_of(records: pd.DataFrame, path: Path) -> tuple[datetime.date, datetime.date, bool]:
    """First and last day among the dates of the records; where there are none, the day on which the file was last written, and False."""
    texts = pd.concat([records[column] for column in _DATES if column in records] or [pd.Series(dtype=str)])
    found = texts.astype(str).str.extract(_DAY)
    days = pd.concat([pd.to_datetime(found[0], errors="coerce"), pd.to_datetime(found[1], format="%d.%m.%Y", errors="coerce")]).dropna()
    # What was never submitted has a first day of the computer's calendar in some exports.
    days = days[days.dt.year > 1990]
    if days.empty:
        day = datetime.date.fromtimestamp(path.stat().st_mtime)
        return day, day, False
    return days.min().date(), days.max().date(), True


def settings_text(facts: Facts, variables: pd.DataFrame) -> str:
    """study.yaml as text.

    Parameters
    ----------
    facts : Facts
    variables : DataFrame
        The drafted rows of codebook.csv, for the examples.
    """
    german, english = map(_quoted, facts.title)
    files = "\n".join(f"  {key}: {_quoted(value)}" for key, value in facts.files.items())
    # The report prints the two days; a reader must not take them for known.
    undated = ("", "") if facts.dated else (" (Zeitraum noch nicht angegeben)", " (dates not yet given)")
    unknown = "" if facts.dated else "  # NOT KNOWN: the day on which the file was last written. Correct it."
    return f"""# Drafted from an export by `study new`. `study check` says whether all files fit; data/README.md explains every key.
# What a line below a "DECIDE" says is a guess, or an example to take the # away from.

title:
  de: {german}
  en: {english}
# true puts a banner on every page and figure: the answers are made up.
synthetic: false

# DECIDE: the words that stand beside every figure.
place: {{de: "Ort noch nicht angegeben", en: "place not yet given"}}
units: {{de: "Befragte", en: "respondents"}}
instrument: {{de: "Befragung{undated[0]}", en: "survey{undated[1]}"}}

# First and last day of the answers.{unknown}
fieldwork: {{start: {facts.start.isoformat()}, end: {facts.end.isoformat()}}}

# DECIDE: how many units could have answered? Without it shares have wider intervals, and no response rate is told.
# population: 118

files:
{files}
  # frame: frame.csv  # one row per eligible unit, if you know them

# No published number rests on fewer respondents.
disclosure: {{k: 5}}

{_examples(variables)}"""


def _examples(variables: pd.DataFrame) -> str:
    """Commented examples with the study's own variables."""
    single, number, unit = (_first(variables, *kinds) for kinds in (("single", "ordinal"), ("number", "share"), ("text",)))
    lines = [
        "# DECIDE, best before you look at any result: which variable plays which part.",
        "# roles:",
        *([f"#   unit: {unit}  # the key that links answers to the frame and to interviews; never published"] if unit else []),
        f"#   sector: {single or 'a_choice'}",
        f"#   membership: [{number or 'a_number'}]",
        f"#   outcome: {_index_name(variables)}",
        "",
        "# DECIDE: cross-tables, each of these questions by each of these.",
        f"# cross: {{of: [{_last(variables) or 'a_question'}], by: [{single or 'a_choice'}]}}",
        "",
        "# DECIDE: indices; low and high are the values that stand for 0 and 100.",
        *_index(variables),
        "",
        "# DECIDE: the primary model, fixed before the data are seen.",
        f"# model: {{outcome: {_index_name(variables)}, terms: [{', '.join([part for part in (single, number) if part] or ['a_choice'])}]}}",
    ]
    return "\n".join(lines) + "\n"


def _index(variables: pd.DataFrame) -> list[str]:
    items = _battery(variables)
    shown = items or [name for name in variables["name"][variables["type"].isin(["number", "ordinal"])]][:2]
    lines = [f"#       - {{variable: {name}, low: 1, high: 5}}" for name in shown[:3]]
    return ["# indices:", f"#   {_index_name(variables)}:", "#     label: {de: ..., en: ...}", "#     items:", *lines]


def _index_name(variables: pd.DataFrame) -> str:
    """No variable's name."""
    name = "degree"
    while name in set(variables["name"]):
        name += "_index"
    return name


def _battery(variables: pd.DataFrame) -> list[str]:
    rated = variables[(variables["type"] == "ordinal") & variables["set"].ne("")]
    return list(rated["name"][rated["set"] == rated["set"].iloc[0]]) if len(rated) else []


def _first(variables: pd.DataFrame, *kinds: str) -> str | None:
    fitting = variables[variables["type"].isin(kinds) & variables["set"].eq("")]
    if kinds == ("text",):
        fitting = fitting[fitting["sensitivity"] == "identifier"]
    return next(iter(fitting["name"]), None)


def _last(variables: pd.DataFrame) -> str | None:
    fitting = variables[variables["type"].isin(["single", "ordinal"]) & variables["set"].eq("")]
    return None if fitting.empty else str(fitting["name"].iloc[-1])


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
