"""Fingerprints: one hash over everything that a run depends on. Runs with the same fingerprint publish the same."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import nbformat

from helpers.data.folders import find_folder
from helpers.data.settings import SETTINGS_FILE, read_settings
from helpers.running.dependencies import Sources
from helpers.running.manifest import input_files
from helpers.running.runs import Run

DISTRIBUTION = "cluster-studies"


class Fingerprints:
    """Fingerprints of many runs; every file is read once, when it is first needed."""

    def __init__(self) -> None:
        self._sources = Sources()
        self._digests: dict[Path, str] = {}
        self._studies: dict[str, str] = {}
        self._notebooks: dict[Path, str] = {}

    def of(self, run: Run) -> str:
        """The fingerprint of a run.

        It covers the notebook without its outputs, the source files that it imports (see `dependencies`), the parameters and the language, all
        files of the study and of the wave before it, and the versions of Python and of the libraries. Where the study lies does not matter.

        Parameters
        ----------
        run : Run

        Returns
        -------
        str
            32 hexadecimal digits.

        Raises
        ------
        StudyError
            If study.yaml cannot be read.
        """
        parameters = {name: value for name, value in run.parameters.items() if name != "study_dir"}
        study = self._study(str(run.parameters["study_dir"])) if "study_dir" in run.parameters else ""
        parts = [self._notebook(run.notebook), study, run.language, json.dumps(parameters, sort_keys=True, default=str), self._versions]
        return digest(parts)

    def _notebook(self, path: Path) -> str:
        """Cells and the sources behind them."""
        if path not in self._notebooks:
            notebook = nbformat.read(path, as_version=4)
            cells = [[cell["cell_type"], cell["source"], sorted(cell["metadata"].get("tags", []))] for cell in notebook["cells"]]
            files = self._sources.of(notebook, path.parent)
            self._notebooks[path] = digest([path.stem, json.dumps(cells), *self._named(files)])
        return self._notebooks[path]

    def _study(self, place: str) -> str:
        if place not in self._studies:
            self._studies[place] = digest(self._named(study_files(find_folder(place))))
        return self._studies[place]

    def _named(self, files: Iterable[Path]) -> list[str]:
        """Names and contents; of the names the last two parts, since where the project lies does not matter."""
        return [text for path in files for text in ("/".join(path.parts[-2:]), self._file(path))]

    def _file(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._digests[path]

    @cached_property
    def _versions(self) -> str:
        return json.dumps(library_versions(), sort_keys=True)


def study_files(folder: Path) -> list[Path]:
    """Every file that a study may read: all in its folder and in that of the wave before, and what study.yaml names outside of them."""
    if not (folder / SETTINGS_FILE).is_file():
        return []
    settings = read_settings(folder)
    folders = [folder, *([(folder / settings.previous).resolve()] if settings.previous else [])]
    inside = {path for place in folders for path in place.rglob("*") if not any(part.startswith(".") for part in path.relative_to(place).parts)}
    named = {path.resolve() for paths in input_files(folder, settings).values() for path in paths}
    return sorted(path for path in inside | named if path.is_file())


def library_versions() -> Mapping[str, str]:
    """Versions of Python and of the libraries that the project asks for."""
    names = sorted({re.split(r"[^\w.-]", line)[0] for line in requires(DISTRIBUTION) or [] if "extra ==" not in line})
    found = {"Python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ""
    return found


def digest(parts: Iterable[Any]) -> str:
    """One hash over texts, whatever stands in them."""
    made = hashlib.sha256()
    for part in parts:
        content = str(part).encode()
        made.update(f"{len(content)}:".encode())
        made.update(content)
    return made.hexdigest()[:32]
