"""Package: a project file and the sources it points to, in a .qdpx archive or in the folder of a bare .qde file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from helpers.data.problems import Problem, StudyError
from helpers.data.qda.archive import MOST_BYTES, Archive

MISSING, OUTSIDE = "missing source", "source outside the project"
_SCHEME = re.compile(r"(internal|relative|absolute|file):/*(?=[^/])", re.IGNORECASE)
_DRIVE = re.compile("[A-Za-z]:")


@dataclass(frozen=True)
class Stored:
    """The bytes of a source, or why there are none.

    Parameters
    ----------
    raw : bytes or None
    why : str
        "" where there are bytes, else ``MISSING`` or ``OUTSIDE``.
    """

    raw: bytes | None
    why: str = ""


class Package:
    """A project file with what lies beside it.

    Parameters
    ----------
    qde : bytes
        The project file itself.
    file : str
        Its name in messages.
    folder : Path
        Where the file lies; no source outside of it is ever read.
    archive : Archive or None
    within : str
        The folder of the project file inside the archive, "" or ending in "/".
    """

    def __init__(self, qde: bytes, file: str, folder: Path, *, archive: Archive | None = None, within: str = "") -> None:
        self.qde, self.file, self._folder, self._archive, self._within = qde, file, folder.resolve(), archive, within
        self._members = {name.lower(): name for name in archive.members} if archive else {}

    def read(self, location: str, *, base: str = "") -> Stored:
        """What a path of the project file points to.

        Parameters
        ----------
        location : str
            ``internal://name``, ``relative:///path``, ``absolute:///path`` or a plain path.
        base : str
            The project's ``basePath``, which relative paths start from.

        Raises
        ------
        StudyError
            If an archive's member is damaged or expands too far, or a file is too large.
        """
        scheme, path = _parted(location)
        spellings = list(dict.fromkeys((path, unquote(path))))
        if self._archive and scheme != "absolute":
            inside = (f"{self._within}{start}{spelled}".lower() for spelled in spellings for start in ("sources/", ""))
            if name := next((self._members[member] for member in inside if member in self._members), None):
                return Stored(self._archive.read(name))
            if scheme == "internal":
                return Stored(None, MISSING)
        starts = {"internal": ("sources", ""), "relative": (base, "", "sources")}.get(scheme, ("",))
        places = [place for place in (self._step(self._folder, start) for start in starts) if place is not None]
        found = [self._beside(place, spelled) for spelled in spellings for place in places]
        return min(found, key=lambda stored: ("", OUTSIDE, MISSING).index(stored.why))

    def unused(self, locations: Iterable[str]) -> int:
        """How many files of the archive no path names."""
        named = {unquote(_parted(location)[1]).lower() for location in locations} | {_parted(location)[1].lower() for location in locations}
        inside = [name.removeprefix(self._within.lower()).removeprefix("sources/") for name in self._members if not _is_litter(name)]
        return sum(name not in named and not name.endswith((".qde", "/.root")) and name != ".root" for name in inside)

    def _beside(self, start: Path, path: str) -> Stored:
        """A file in the folder; the case of its name and of "Sources" does not matter."""
        try:
            place = self._step(start, path)
            if place is None:
                return Stored(None, OUTSIDE)
            if not place.is_file():
                return Stored(None, MISSING)
            if place.stat().st_size > MOST_BYTES:
                raise StudyError([Problem(self.file, "a source is larger than any text", f"at most {MOST_BYTES >> 20} MB", "Take it out.")])
            return Stored(place.read_bytes())
        except (OSError, RuntimeError) as error:
            raise StudyError(
                [Problem(self.file, f"a source beside the file cannot be read ({type(error).__name__})", remedy="Look at it.")]
            ) from None

    def _step(self, place: Path, path: str) -> Path | None:
        """A path from a place on, links followed; None where it leaves the folder."""
        if "\x00" in path or (_DRIVE.match(path) and not Path(path).is_absolute()):
            return None
        reached = (place / path.replace("\\", "/")).resolve()
        if reached.is_relative_to(self._folder) and not reached.exists() and reached.parent.is_dir():
            reached = next((other for other in sorted(reached.parent.iterdir()) if other.name.lower() == reached.name.lower()), reached).resolve()
        return reached if reached.is_relative_to(self._folder) else None


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """A .qdpx archive or a bare .qde file, with its sources.

    Raises
    ------
    StudyError
        If the file is missing, of another kind or refused as an archive, or holds no project file or several.
    """
    if path.suffix.lower() == ".qde":
        if not path.is_file():
            raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path.")])
        yield Package(path.read_bytes(), path.name, path.parent)
        return
    if path.suffix.lower() != ".qdpx":
        raise StudyError([Problem(path.name, "files of this kind are not read", ".qdpx, .qde", "Export the project as REFI-QDA.")])
    with Archive(path) as archive:
        inside = [name for name in archive.members if name.lower().endswith(".qde") and not _is_litter(name)]
        if len(inside) != 1:
            what = f"the archive holds {len(inside) or 'no'} project files (.qde)"
            raise StudyError([Problem(path.name, what, "exactly one", "Export the project again, each project into its own file.")])
        within = inside[0][: inside[0].rfind("/") + 1]
        yield Package(archive.read(inside[0]), path.name, path.parent, archive=archive, within=within)


def _parted(location: str) -> tuple[str, str]:
    """Scheme and path of a location.

    Examples
    --------
    >>> _parted("internal://a.txt"), _parted("relative:///Media/a.txt"), _parted("C:\\\\Texts\\\\a.txt"), _parted("a.txt")
    (('internal', 'a.txt'), ('relative', 'Media/a.txt'), ('absolute', 'C:\\\\Texts\\\\a.txt'), ('relative', 'a.txt'))
    """
    if match := _SCHEME.match(location):
        scheme, path = match[1].lower(), location[match.end() :]
        return (scheme, path) if scheme in ("internal", "relative") else ("absolute", path if _DRIVE.match(path) else f"/{path}")
    return ("absolute" if location.startswith(("/", "\\")) or _DRIVE.match(location) else "relative"), location


def _is_litter(name: str) -> bool:
    """What macOS adds to an archive beside the files themselves."""
    return name.lower().startswith("__macosx/") or name.rsplit("/", 1)[-1].startswith(("._", ".ds_store", ".DS_Store"))
