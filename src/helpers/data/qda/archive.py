"""Archive: a zip file of others, read in memory and never unpacked, with limits that hold while it is read."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections import Counter
from pathlib import Path
from types import TracebackType

from helpers.data.problems import Problem, StudyError

MOST_MEMBERS = 20_000
MOST_BYTES = 1 << 30
MOST_EXPANSION = 200
# Below this size no expansion is dangerous, and a short file of blanks may well be packed tighter than any bomb.
HARMLESS_BYTES = 10 << 20
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_EXPORT_AGAIN = "Export the project again."


class Archive:
    """A zip file, open for reading; use it in a ``with`` statement.

    Parameters
    ----------
    path : Path

    Raises
    ------
    StudyError
        If the file is missing, no zip file or cut off, has too many members, members whose names lead out of it, that are links or encrypted,
        that are there twice or expand too far.
    """

    def __init__(self, path: Path) -> None:
        self.file = path.name
        if not path.is_file():
            raise StudyError([Problem(self.file, "there is no such file", remedy="Put it there, or correct the path.")])
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            what = "the file is not a zip archive, or it is cut off"
            raise StudyError([Problem(self.file, what, ".qdpx as a program for qualitative analysis exports it", _EXPORT_AGAIN)]) from None
        self._packed = path.stat().st_size
        self._taken = 0
        try:
            self.members = self._checked()
        except StudyError:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    def read(self, member: str) -> bytes:
        """Content of a member, by its name in ``members``.

        Raises
        ------
        StudyError
            If it is damaged, or more comes out than the limits allow.
        """
        info, parts, size = self.members[member], [], 0
        try:
            with self._zip.open(info) as stream:
                while part := stream.read(_CHUNK):
                    size += len(part)
                    self._taken += len(part)
                    if self._taken > MOST_BYTES or _expands(size, min(info.compress_size, self._packed)):
                        raise StudyError([self._bomb(1)])
                    parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            what = "a file inside the archive is damaged or packed in an unknown way"
            raise StudyError([Problem(self.file, what, remedy=_EXPORT_AGAIN)]) from None
        return b"".join(parts)

    def _checked(self) -> dict[str, zipfile.ZipInfo]:
        """Members that are files, by name with forward slashes."""
        infos = self._zip.infolist()
        names = [info.filename.replace("\\", "/") for info in infos]
        outside = sum(map(_leads_out, names))
        links = sum(stat.S_ISLNK(info.external_attr >> 16) for info in infos)
        locked = sum(bool(info.flag_bits & _ENCRYPTED) for info in infos)
        twice = sum(count > 1 for count in Counter(names).values())
        bombs = sum(_expands(info.file_size, info.compress_size) for info in infos)
        checks = [
            (len(infos) > MOST_MEMBERS, f"the archive has {len(infos)} members", f"at most {MOST_MEMBERS}", "Export fewer sources."),
            (outside, f"{outside} members have names that lead out of the archive", "names inside it, without '..' or a drive", _EXPORT_AGAIN),
            (links, f"{links} members are links to other files", "files", _EXPORT_AGAIN),
            (locked, f"{locked} members are encrypted", "an archive without a password", "Export the project without a password."),
            (twice, f"{twice} names are given to several members", "one member per name", _EXPORT_AGAIN),
        ]
        problems = [Problem(self.file, what, allowed, remedy) for bad, what, allowed, remedy in checks if bad]
        if bombs:
            problems.append(self._bomb(bombs))
        if problems:
            raise StudyError(problems)
        return {name: info for name, info in zip(names, infos, strict=True) if not name.endswith("/")}

    def _bomb(self, count: int) -> Problem:
        allowed = f"at most {MOST_EXPANSION} times, and {MOST_BYTES >> 20} MB of all that is read"
        return Problem(self.file, f"{count} members expand further than any text does", allowed, "Do not open this file; ask where it comes from.")


def _leads_out(name: str) -> bool:
    """Whether a path would leave the folder that it is unpacked to.

    Examples
    --------
    >>> [_leads_out(name) for name in ("sources/a.txt", "../a.txt", "/a.txt", "C:/a.txt", "a/../../b")]
    [False, True, True, True, True]
    """
    return name.startswith("/") or bool(re.match("[A-Za-z]:", name)) or ".." in name.split("/") or "\x00" in name


def _expands(size: int, packed: int) -> bool:
    return size > HARMLESS_BYTES and size > MOST_EXPANSION * packed
