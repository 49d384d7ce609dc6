"""Trace: from a published number back to notebook, cell, input files and code."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from helpers.data.folders import ROOT, find_folder
from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED
from helpers.running import manifest, parameters
from helpers.running.builds import OUTPUTS

NOTEBOOKS = ROOT / "notebooks"
_FILE_WORDS = {
    "unchanged": "unchanged",
    "changed": "CHANGED since the report was made",
    "missing": "MISSING now",
    "new": "NEW, was no part of the report",
}


class TraceError(ValueError):
    """A key that leads nowhere, or no report to look it up in; the message says what there is."""


@dataclass(frozen=True)
class Origin:
    """Where something published comes from.

    Parameters
    ----------
    key : str
        ``anchor``, or ``anchor/row/column`` of one number, with the names that the manifest uses.
    latest : Path
        The report's folder.
    entry : dict
        What the manifest says of it (see `helpers.running.manifest.published`).
    made : dict
        The whole manifest.
    row : int
        Number of the row in the CSV file, from 1; 0 for the whole table, a sentence or a quotation.
    column : str
        Name of the column in the result table; empty as above.
    source : str
        The cell.
    parameters : dict
        What the notebook ran with.
    current_cell : int
        Number of the same cell in the notebook as it is now; 0 where there is none.
    files : dict
        By input file: what became of it since, ``unchanged``, ``changed``, ``missing`` or ``new``.
    current_code : str
        Version of the code now; empty where a notebook of the report is gone.
    """

    key: str
    latest: Path
    entry: Mapping[str, Any]
    made: Mapping[str, Any]
    row: int
    column: str
    source: str
    parameters: Mapping[str, Any]
    current_cell: int
    files: Mapping[str, str]
    current_code: str

    @property
    def languages(self) -> list[str]:
        """Languages in which it was published."""
        return list(self.entry["title"])


def trace(key: str, folder: Path, *, outputs: Path = OUTPUTS, notebooks: Path = NOTEBOOKS) -> Origin:
    """Look a key up in a study's latest report, and compare with what is on disk now.

    Parameters
    ----------
    key : str
        ``anchor``, or ``anchor/row/column``: the row by its name in the manifest or its number in the CSV file (from 1), the column by its name
        or its head in either language.
    folder : Path
        The study.
    outputs, notebooks : Path

    Returns
    -------
    Origin

    Raises
    ------
    TraceError
        If there is no report, or nothing under this key; the nearest keys are named.
    StudyError
        If study.yaml can no longer be read.
    """
    study = find_folder(folder)
    latest = outputs / study.name / "latest"
    made = _manifest(latest, study.name)
    anchor, _, number = key.strip().lstrip("#").partition("/")
    entry = _found(made["published"], anchor, "published item")
    row, column = _place(entry, anchor, number) if number else (0, "")
    executed = latest / "internal" / f"{Path(entry['notebook']).stem}-{list(entry['title'])[-1]}.ipynb"
    content = nbformat.read(executed, as_version=4)
    current = [notebooks / name for name in dict.fromkeys(run["notebook"] for run in made["runs"])]
    return Origin(
        key=f"{anchor}/{entry['rows'][row - 1]}/{column}" if number else anchor,
        latest=latest,
        entry=entry,
        made=made,
        row=row,
        column=column,
        source=content.cells[entry["cell"] - 1].source,
        parameters=_parameters(executed, content),
        current_cell=_current_cell(notebooks / entry["notebook"], entry["source"]),
        files=_compared(made["files"], manifest.current_hashes(study)),
        current_code=manifest.code_hash(current) if all(path.is_file() for path in current) else "",
    )


def values(origin: Origin) -> dict[str, dict[str, str]]:
    """What was published under a key: by key and language, as the CSV files write it; of a sentence its words, of quotations nothing.

    Returns
    -------
    dict
        One entry for a number, one per cell for a whole table.
    """
    entry, anchor = origin.entry, origin.key.partition("/")[0]
    if not entry["columns"]:
        return {anchor: dict(entry["title"])} if entry["kind"] == "sentence" else {}
    found: dict[str, dict[str, str]] = {}
    for language in origin.languages:
        rows = _rows(origin.latest / "public" / "tables" / f"{anchor}-{language}.csv", language)
        for number, (name, row) in enumerate(zip(entry["rows"], rows, strict=True), start=1):
            for column, words in entry["columns"].items():
                if column != "suppressed" and origin.row in (0, number) and origin.column in ("", column):
                    found.setdefault(f"{anchor}/{name}/{column}", {})[language] = _written(row, words[language], entry, language)
    return found


def lines(origin: Origin, *, with_values: bool = False) -> list[str]:
    """What `trace` found, for the console."""
    entry, made, anchor = origin.entry, origin.made, origin.key.partition("/")[0]
    public, internal, stem = _short(origin.latest / "public"), _short(origin.latest / "internal"), Path(entry["notebook"]).stem
    told = [origin.key, f"  {entry['kind']}: {entry['title'][origin.languages[-1]]}"]
    told += [f"  report      {public}/report-{language}.html#{anchor}" for language in origin.languages]
    told += [f"  numbers     {public}/{file}{_spot(origin, language)}" for language, file in zip(origin.languages, entry["files"], strict=False)]
    for key, texts in values(origin).items() if with_values else ():
        told.append(f"  value       {key} = {', '.join(f'{text} ({language})' for language, text in texts.items())}")
    gone = "the cell is no longer there as it was: changed, moved or deleted"
    told.append(f"  notebook    {entry['notebook']}, {f'cell {origin.current_cell}' if origin.current_cell else gone}")
    told.append(f"  executed    {internal}/{stem}-{origin.languages[-1]}.ipynb, cell {entry['cell']}:")
    told += [f"    | {line}" for line in origin.source.splitlines()]
    told.append(f"  parameters  {', '.join(f'{name} = {value!r}' for name, value in origin.parameters.items())}")
    told.append("  input files, SHA-256")
    told += [f"    {made['files'].get(name, '')[:16]:16}  {name}: {_FILE_WORDS[state]}" for name, state in origin.files.items()]
    told.append(f"  code        {made['code']}, {_code_words(origin)}{'; commit ' if made['commit'] else ''}{made['commit']}")
    told.append(f"  libraries   {', '.join(f'{name} {version}' for name, version in made['versions'].items())}")
    return told


def _spot(origin: Origin, language: str) -> str:
    return f", row {origin.row}, column '{origin.entry['columns'][origin.column][language]}'" if origin.row else ""


def _code_words(origin: Origin) -> str:
    if origin.current_code == origin.made["code"]:
        return "still the current version"
    return f"changed since: now {origin.current_code}" if origin.current_code else "changed since: a notebook of the report is gone"


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _manifest(latest: Path, study_name: str) -> dict[str, Any]:
    path = latest / "internal" / "manifest.json"
    if not path.is_file():
        raise TraceError(f"there is no report of '{study_name}' yet: no {path}. Make it with: study run FOLDER.")
    made: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "published" not in made:
        raise TraceError(f"the report of '{study_name}' was made by a version that gave no keys. Make it again with: study run FOLDER.")
    return made


def _found(known: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=5, cutoff=0)
        raise TraceError(f"there is no {what} '{name}'. Nearest: {', '.join(nearest) or 'none, nothing was published'}.")
    return known[name]


def _place(entry: Mapping[str, Any], anchor: str, number: str) -> tuple[int, str]:
    """Row and column of one number."""
    if not entry["columns"]:
        raise TraceError(f"'{anchor}' is of the kind '{entry['kind']}' and has no rows and columns; its key is '{anchor}' alone.")
    row, _, column = number.partition("/")
    if not row or not column:
        raise TraceError(f"the key of a number is {anchor}/ROW/COLUMN. Columns: {', '.join(entry['columns'])}; rows: 1 to {len(entry['rows'])}.")
    rows = {str(place): place for place in range(1, len(entry["rows"]) + 1)}
    rows |= {name: place for place, name in enumerate(entry["rows"], start=1)}
    columns = {head: name for name, words in entry["columns"].items() for head in words.values()}
    columns |= {name: name for name in entry["columns"]}
    return _found(rows, row, f"row of {anchor}"), _found(columns, column, f"column of {anchor}")


def _parameters(executed: Path, content: nbformat.NotebookNode) -> dict[str, Any]:
    """The notebook's own defaults, and what the run gave it; where the study lies says nothing of the number."""
    used = {**parameters.declared(executed), **content.metadata.get("papermill", {}).get("parameters", {})}
    return {name: value for name, value in used.items() if name not in ("study_dir", "language")}


def _current_cell(notebook: Path, source: str) -> int:
    if not notebook.is_file():
        return 0
    cells = nbformat.read(notebook, as_version=4).cells
    return next((number for number, cell in enumerate(cells, start=1) if manifest.source_hash(cell.source) == source), 0)


def _compared(made: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    def became(name: str) -> str:
        if name not in made:
            return "new"
        return "unchanged" if now.get(name) == made[name] else "changed" if now.get(name) else "missing"

    return {name: became(name) for name in {**made, **now}}


def _rows(path: Path, language: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=manifest.DELIMITERS[language]))


def _written(row: Mapping[str, str], head: str, entry: Mapping[str, Any], language: str) -> str:
    """A cell as written; an empty one is suppressed, or not defined."""
    mark = row[entry["columns"]["suppressed"][language]]
    return row[head] or (SUPPRESSED if mark == SUPPRESSED else NOT_DEFINED)
