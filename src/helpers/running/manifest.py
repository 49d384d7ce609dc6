"""Manifest: which inputs, code and versions a report was made from."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from helpers.data.codebook import LEVELS_FILE, VARIABLES_FILE
from helpers.data.opening import FIGURES_FILE, ROOT
from helpers.data.settings import SETTINGS_FILE
from helpers.data.study import Study

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib")


def file_hashes(study: Study) -> dict[str, str]:
    """SHA-256 of every file that the study reads, by its name in the study's folder; of the interviews one for all, as their names may tell."""
    files = study.settings.files
    names = [SETTINGS_FILE, VARIABLES_FILE, LEVELS_FILE, files.responses, files.structure, files.frame]
    paths = {name: study.folder / name for name in names if name}
    if (ROOT / FIGURES_FILE).is_file():
        paths[FIGURES_FILE.name] = ROOT / FIGURES_FILE
    hashes = {name if ".." not in name else Path(name).name: _digest([path]) for name, path in paths.items()}
    spoken = study.folder / study.settings.interviews.folder
    if spoken.is_dir():
        hashes[f"{spoken.name}/"] = _digest(sorted(path for path in spoken.rglob("*") if path.is_file()))
    return hashes


def code_hash(notebooks: Iterable[Path]) -> str:
    """One hash over the helpers' source and the notebooks, whatever the file system's order."""
    sources = [path for path in (ROOT / "src" / "helpers").rglob("*") if path.suffix in {".py", ".yaml", ".j2", ".css", ".json"}]
    return _digest([*sorted(sources), *sorted(notebooks)])[:12]


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


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()
