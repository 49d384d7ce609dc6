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

from helpers.data.drafting.codebook import Draft
from helpers.data.drafting.words import both
from helpers.data.exports.qualtrics_definition import read_definition
from helpers.data.offered import plain

_DATES = ("submitdate", "datestamp", "startdate")
_UNDATED = "# DECIDE: first and last day of the answers, NOT KNOWN: this is the day on which the file was last written."
_FEWEST_GROUPS, _MOST_GROUPS = 3, 12
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
    """The survey's title in an .lss, queXML or .qsf file, else the folder's name."""
    name = " ".join(otherwise.replace("_", " ").replace("-", " ").split())
    if structure is not None and structure.suffix.lower() == ".qsf":
        return both({"und": read_definition(structure).title}, name)
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


def settings_text(facts: Facts, codebook: Draft) -> str:
    """study.yaml as text.

    Parameters
    ----------
    facts : Facts
    codebook : Draft
        For the examples.
    """
    german, english = map(_quoted, facts.title)
    files = "\n".join(f"  {key}: {_quoted(value)}" for key, value in facts.files.items())
    # The report prints the months of the two days; a reader must not take them for known.
    undated = ("", "") if facts.dated else (" (Zeitraum noch nicht angegeben; Monat der Datei)", " (dates not yet given; month of the file)")
    known = "# First and last day of the answers." if facts.dated else _UNDATED
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

{known}
fieldwork: {{start: {facts.start.isoformat()}, end: {facts.end.isoformat()}}}

# DECIDE: how many units could have answered? Without it shares have wider intervals, and no response rate is told.
# population: 118

files:
{files}
  # frame: frame.csv  # one row per eligible unit, if you know them

# No published number rests on fewer respondents.
disclosure: {{k: 5}}

{_examples(codebook)}"""


def _examples(codebook: Draft) -> str:
    """Commented examples with the study's own variables."""
    alone = codebook.variables[codebook.variables["set"].eq("")].set_index("name")
    steps = _steps(codebook)
    unit = next(iter(alone.index[(alone["type"] == "text") & (alone["sensitivity"] == "identifier")]), None)
    choices = [name for name in alone.index[alone["type"].isin(["single", "ordinal"])] if steps.get(name, 0) > 1]
    groups = sorted(choices, key=lambda name: (alone.at[name, "type"] != "single", not _FEWEST_GROUPS <= steps[name] <= _MOST_GROUPS))
    single = next(iter(groups), "a_choice")
    asked = next((name for name in reversed(choices) if name != single), "a_question")
    number = next(iter(alone.index[alone["type"].isin(["number", "share"])]), "a_number")
    index = _index_name(codebook.variables)
    lines = [
        "# DECIDE, best before you look at any result: which variable plays which part.",
        "# roles:",
        *([f"#   unit: {unit}  # the key that links answers to the frame and to interviews; never published"] if unit else []),
        f"#   sector: {single}",
        f"#   membership: [{number}]",
        f"#   outcome: {index}",
        "",
        "# DECIDE: cross-tables, each of these questions by each of these.",
        f"# cross: {{of: [{asked}], by: [{single}]}}",
        "",
        "# DECIDE: indices; low and high are the values that stand for 0 and 100, of answers their place in levels.csv.",
        "# indices:",
        f"#   {index}:",
        "#     label: {de: ..., en: ...}",
        "#     items:",
        *[f"#       - {{variable: {name}, low: 1, high: {high}}}" for name, high in _items(codebook, steps)],
        "",
        "# DECIDE: the primary model, fixed before the data are seen.",
        f"# model: {{outcome: {index}, terms: [{single}, {number}]}}",
    ]
    return "\n".join(lines) + "\n"


def _steps(codebook: Draft) -> dict[str, int]:
    """How many answers each question, or set of items, has to choose from."""
    return {str(name): int(count) for name, count in codebook.levels.loc[codebook.levels["missing"] == "", "variable"].value_counts().items()}


def _items(codebook: Draft, steps: Mapping[str, int]) -> list[tuple[str, int]]:
    """The first items of a battery, else other ratings or numbers, with their highest place."""
    variables = codebook.variables
    rated = variables[(variables["type"] == "ordinal") & variables["set"].ne("")]
    battery = rated[rated["set"] == rated["set"].iloc[0]] if len(rated) else variables[variables["type"].isin(["ordinal", "number"])].head(2)
    return [(name, steps.get(of or name, 5)) for name, of in battery[["name", "set"]].head(3).itertuples(index=False)] or [("a_rating", 5)]


def _index_name(variables: pd.DataFrame) -> str:
    """No variable's name."""
    name = "degree"
    while name in set(variables["name"]):
        name += "_index"
    return name


def _quoted(text: str) -> str:
    """A text as YAML reads it back, whatever is in it."""
    return json.dumps(text, ensure_ascii=False)
