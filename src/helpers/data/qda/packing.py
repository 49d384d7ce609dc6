"""Packing: files that appear whole or not at all, and archives with the same bytes for the same content."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from helpers.data.problems import Problem, StudyError

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _READABLE = 3, 0o644 << 16


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip archive of these members, in this order, without the time of day.

    Examples
    --------
    >>> packed({"a.txt": b"a"}) == packed({"a.txt": b"a"})
    True
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.create_system, info.external_attr, info.compress_type = _UNIX, _READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=6)
    return stream.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it, so that the file there before stays until the new one is complete.

    Raises
    ------
    StudyError
        If the folder does not exist or cannot be written to.
    """
    try:
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError:
        raise StudyError([Problem(path.name, "the folder is not there or cannot be written to", remedy="Make it, or choose another.")]) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
