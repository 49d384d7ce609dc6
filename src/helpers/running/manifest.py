"""Manifest: which inputs, code and versions a report was made from, and which cell each published thing comes from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.data.claims import CLAIMS_FILE
from helpers.data.codebook import LEVELS_FILE, VARIABLES_FILE
from helpers.data.folders import ROOT
from helpers.data.opening import FIGURES_FILE
from helpers.data.recommendations import RECOMMENDATIONS_FILE
from helpers.data.settings import SETTINGS_FILE, Settings, read_settings
from helpers.data.study import Study
from helpers.reporting.items import Item
from helpers.reporting.labels import identifying
from helpers.reporting.page import published_items
from helpers.reporting.wording import Wording

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")
DELIMITERS = {"de": ";", "en": ","}


def input_files(folder: Path, settings: Settings) -> dict[str, list[Path]]:
    """The files that a study reads, by the name under which its report lists them; of the interviews one name for all, as theirs may tell.

    Files of the wave before carry the name of its folder in front. A declared file is listed whether it is there or not.
    """
    found = _own_files(folder, settings)
    if settings.previous:
        before = (folder / settings.previous).resolve()
        found |= {f"{before.name}/{name}": paths for name, paths in _own_files(before, read_settings(before)).items()}
    if (ROOT / FIGURES_FILE).is_file():
        found[FIGURES_FILE.name] = [ROOT / FIGURES_FILE]
    return found


def file_hashes(study: Study) -> dict[str, str]:
    """SHA-256 of every file that the study reads, by its name (see `input_files`)."""
    return {name: _digest(paths) for name, paths in input_files(study.folder, study.settings).items()}


def current_hashes(folder: Path) -> dict[str, str]:
    """The hashes that a study's files have now; empty where one is missing. Nothing but study.yaml is opened as what it is.

    Raises
    ------
    StudyError
        If study.yaml can no longer be read.
    """
    found = input_files(folder, read_settings(folder))
    return {name: _digest(paths) if all(path.is_file() for path in paths) else "" for name, paths in found.items()}


def tree_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by its path there."""
    return {path.relative_to(folder).as_posix(): _digest([path]) for path in sorted(folder.rglob("*")) if path.is_file()}


def stands(report: Path, made_of: str) -> bool:
    """Whether a report was made of just this, and is still as it was written."""
    try:
        made = json.loads((report / "internal" / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_of) and made.get("made_of") == made_of and made.get("public") == tree_hashes(report / "public")


def code_hash(notebooks: Iterable[Path]) -> str:
    """One hash over the helpers' source and the notebooks, whatever the file system's order."""
    sources = [path for path in (ROOT / "src" / "helpers").rglob("*") if path.suffix in {".py", ".yaml", ".j2", ".css", ".json"}]
    return _digest([*sorted(sources), *sorted(notebooks)])[:12]


def source_hash(source: str) -> str:
    """SHA-256 of what stands in a cell."""
    return hashlib.sha256(source.encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions that the numbers may depend on."""
    return {"Python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def commit() -> str:
    """The commit of the project, with a mark where files differ from it; empty outside git."""
    try:
        found = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.strip()


def published(executed: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Where everything in the report comes from.

    Parameters
    ----------
    executed : iterable of (str, notebook)
        File name of the notebook and what became of it, once per language.

    Returns
    -------
    dict
        By key, the address of a table, figure, sentence or quotation: ``notebook``, ``cell`` (of the executed notebook, from 1 as papermill
        counts), ``source`` (SHA-256 of the cell), ``kind``, ``title`` (by language), and of tables and figures ``files`` (under ``public``),
        ``columns`` (name -> head by language) and ``rows`` (see `row_names`; numbers where the languages differ). No values, and nothing of
        single respondents.
    """
    entries: dict[str, dict[str, Any]] = {}
    for notebook, content in executed:
        for number, cell in enumerate(content["cells"], start=1):
            for item in published_items({"cells": [cell]}):
                place = {"notebook": notebook, "cell": number, "source": source_hash(cell["source"]), "kind": item.kind}
                entry = entries.setdefault(item.anchor, {**place, "title": {}, "files": [], "columns": {}, "rows": []})
                entry["title"][item.language] = item.title
                if item.csv:
                    _add_numbers(entry, item)
    return entries


def heads(item: Item) -> dict[str, str]:
    """The columns of an item's CSV file in their order: name in the result table -> head as written."""
    wording, columns = Wording(item.language), item.cells["columns"]
    ends = {"low": "effect_low", "high": "effect_high"} if "effect" in columns else {}
    words = {}
    for column in (ends.get(column, column) for column in columns):
        key = f"column.plain.{column}" if f"column.plain.{column}" in wording else f"column.{column}"
        if key in wording:
            words[wording.say(key)] = column
    written = next(csv.reader(io.StringIO(item.csv), delimiter=DELIMITERS[item.language]))
    return {words[head]: head for head in written}


def row_names(item: Item) -> list[str]:
    """What identifies each row: its codes, as in ``europe`` or ``yes.production``; its number from 1 where they do not tell rows apart."""
    columns, written = item.cells["columns"], heads(item)
    places = [columns.index(name) for name in identifying(pd.DataFrame(columns=columns)) if name in written]
    names = [".".join(re.sub(r"[^\w+-]+", "-", str(row[place])) for place in places) for row in item.cells["data"]]
    unique = places and max(Counter(names).values(), default=0) == 1
    return names if unique else [str(number) for number in range(1, len(names) + 1)]


def _add_numbers(entry: dict[str, Any], item: Item) -> None:
    entry["files"].append(f"tables/{item.anchor}-{item.language}.csv")
    for column, head in heads(item).items():
        entry["columns"].setdefault(column, {})[item.language] = head
    names = row_names(item)
    # Words differ between the languages, and one key has to hold for both.
    same = entry["rows"] in ([], names)
    entry["rows"] = names if same else [str(number) for number in range(1, len(names) + 1)]


def _own_files(folder: Path, settings: Settings) -> dict[str, list[Path]]:
    files = settings.files
    names = [SETTINGS_FILE, VARIABLES_FILE, LEVELS_FILE, files.responses, files.structure, files.frame]
    names += [name for name in (CLAIMS_FILE, RECOMMENDATIONS_FILE) if (folder / name).is_file()]
    found = {name if ".." not in name else Path(name).name: [folder / name] for name in names if name}
    spoken = folder / settings.interviews.folder
    if spoken.is_dir():
        found[f"{spoken.name}/"] = sorted(path for path in spoken.rglob("*") if path.is_file())
    return found


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()
