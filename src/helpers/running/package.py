"""Package: the public folder as a Frictionless Data Package, so that other programs know what its tables hold."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.data.study import Study
from helpers.reporting.items import Item
from helpers.reporting.page import Chapter
from helpers.reporting.tables import FORMATS
from helpers.reporting.values import study_values
from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED, Wording, capital
from helpers.running.manifest import DELIMITERS, heads

PACKAGE_FILE = "datapackage.json"
MISSING = ("", SUPPRESSED, NOT_DEFINED)
_MEDIA = {"html": "text/html", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "pdf": "application/pdf"}


def write_package(studies: Mapping[str, Study], chapters: Mapping[str, Sequence[Chapter]], public: Path, *, code: str) -> None:
    """Describe the files of a finished public folder in ``datapackage.json``.

    Parameters
    ----------
    studies : dict
        By language.
    chapters : dict
        By language; their items with a ``csv`` have a file under ``tables``.
    public : Path
        Holds the reports, workbooks and tables already.
    code : str
        Version of the notebooks and helpers.
    """
    items = [item for language in studies for chapter in chapters[language] for item in chapter.items if item.csv]
    resources = [_table(item, studies[item.language], public) for item in items]
    for language, study in studies.items():
        printed = [("report", "pdf")] if (public / f"report-{language}.pdf").is_file() else []
        for stem, ending in (("report", "html"), ("tables", "xlsx"), *printed):
            resources.append(_whole_file(f"{stem}-{language}", ending, study.settings.title[language], public))
    first = next(iter(studies.values()))
    content = {
        "profile": "data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", first.folder.name.lower()),
        "title": " / ".join(dict.fromkeys(study.settings.title[language] for language, study in studies.items())),
        "description": "\n".join(_description(study) for study in studies.values()),
        "version": code,
        # The day the survey ended: the clock would give other bytes for the same inputs.
        "created": f"{first.settings.fieldwork.end.isoformat()}T00:00:00Z",
        "resources": resources,
    }
    (public / PACKAGE_FILE).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def _description(study: Study) -> str:
    """What the study is, that it is synthetic where it is, and how to read empty cells."""
    wording, settings = Wording(study.language), study.settings
    facts = capital(wording.say("page.facts", **study_values(study)))
    parts = [facts, wording.say("package.cells", k=study.min_cell), *([wording.say("synthetic.line")] if settings.synthetic else [])]
    return " ".join(f"{part.rstrip('.')}." for part in parts)


def _table(item: Item, study: Study, public: Path) -> dict[str, Any]:
    """A table's file: where it is, how it is written, what its columns are."""
    wording = Wording(item.language)
    described = [wording.say("package.key", anchor=item.anchor), *([wording.say("synthetic.line") + "."] if study.settings.synthetic else [])]
    name = f"{item.anchor}-{item.language}"
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": item.title,
        "description": " ".join(described),
        **_file(f"tables/{name}.csv", public),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": DELIMITERS[item.language], "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": _fields(item), "missingValues": list(MISSING)},
    }


def _fields(item: Item) -> list[dict[str, Any]]:
    """The columns as written. In the one that marks what is suppressed, the mark is no missing value."""
    rows = list(csv.DictReader(io.StringIO(item.csv), delimiter=DELIMITERS[item.language]))
    fields: list[dict[str, Any]] = []
    for column, head in heads(item).items():
        kind = _kind(column, [row[head] for row in rows])
        field: dict[str, Any] = {"name": head, "type": kind}
        field |= {"decimalChar": "," if item.language == "de" else "."} if kind == "number" else {}
        field |= {"missingValues": [""]} if column == "suppressed" else {}
        fields.append(field)
    return fields


def _kind(column: str, texts: Sequence[str]) -> str:
    """What a column holds: a number where the report has a form for it, a whole one where that form and all its values are."""
    form = FORMATS.get(column)
    if form is None:
        return "string"
    whole = form in ("integer", "year") and all(re.fullmatch(r"-?\d+", text) for text in texts if text not in MISSING)
    return "integer" if whole else "number"


def _whole_file(name: str, ending: str, title: str, public: Path) -> dict[str, Any]:
    """A file that is no table to other programs: a report, or a workbook with its sheet of contents."""
    encoding = {"encoding": "utf-8"} if ending == "html" else {}
    return {
        "type": "file",
        "name": name,
        "title": title,
        **_file(f"{name}.{ending}", public),
        "format": ending,
        "mediatype": _MEDIA[ending],
        **encoding,
    }


def _file(path: str, public: Path) -> dict[str, Any]:
    content = (public / path).read_bytes()
    return {"path": path, "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
