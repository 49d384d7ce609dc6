"""Dependencies: the source files whose change may change what a notebook computes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import helpers

PACKAGE = Path(str(helpers.__file__)).parent
KINDS = frozenset({".py", ".yaml", ".j2", ".css", ".js", ".json"})
# Words in a text that look like an import are taken for one: a dependency too many costs a run, one too few a wrong number.
_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)|import[ \t]+([^\n]+))", re.MULTILINE)


class Sources:
    """The modules that notebooks import, with all that these import; every file is read once."""

    def __init__(self) -> None:
        self._needs: dict[Path, tuple[Path, ...]] = {}

    def of(self, notebook: Mapping[str, Any], folder: Path) -> list[Path]:
        """The files that a notebook depends on.

        Parameters
        ----------
        notebook : mapping
            As nbformat reads it.
        folder : Path
            Where the notebook is: modules beside it count as well as those of `helpers`.

        Returns
        -------
        list of Path
            Sorted. A file that is no Python, such as a table of words, belongs to the modules that name it or its folder, and lie beside that.
        """
        cells = "\n".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
        waiting, found = [path for name in _imported(cells) for path in _files(name, folder)], set[Path]()
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._needed(path)
        return sorted(found)

    def _needed(self, path: Path) -> tuple[Path, ...]:
        if path not in self._needs:
            source = path.read_text(encoding="utf-8") if path.suffix == ".py" else ""
            imported = [file for name in _imported(source) for file in _files(name, path.parent)]
            beside = [file for file in _resources(path.parent) if f'"{file.name}"' in source or f'"{file.parent.name}"' in source] if source else []
            self._needs[path] = (*imported, *beside)
        return self._needs[path]


def _imported(source: str) -> Iterator[str]:
    """Full names of what is imported, inside functions too: modules, and names that may be modules."""
    for module, names, plain in _IMPORT.findall(source):
        if module:
            yield module
            yield from (f"{module}.{name}" for name in re.findall(r"\w+", names))
        else:
            yield from (part.split()[0] for part in plain.split(",") if part.split())


def _files(name: str, folder: Path) -> Iterator[Path]:
    """The source files of a module and of the packages it is in."""
    parts = name.split(".")
    place = PACKAGE.parent if parts[0] == PACKAGE.name else folder
    for part in parts:
        place = place / part
        yield from (path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file())


def _resources(folder: Path) -> list[Path]:
    """What lies beside a module of ours and is no module."""
    inside = PACKAGE in (folder, *folder.parents)
    return sorted(path for path in (*folder.glob("*"), *folder.glob("*/*")) if path.suffix in KINDS - {".py"}) if inside else []
