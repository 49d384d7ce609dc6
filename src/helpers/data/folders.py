"""Folders: where the project and its studies lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[3]


def find_folder(path: str | os.PathLike[str]) -> Path:
    """The study's folder; a relative path means the project root, wherever the program was started, else the current folder."""
    given = Path(path).expanduser()
    candidates = [given] if given.is_absolute() else [ROOT / given, Path.cwd() / given]
    return next((folder.resolve() for folder in candidates if folder.exists()), candidates[-1])
