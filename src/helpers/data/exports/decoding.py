"""Decoding: the text of a script, or of data that it alone explains, in the encoding that it has or is said to have."""

from __future__ import annotations

import codecs
from pathlib import Path

from helpers.data.problems import Problem, StudyError
from helpers.data.tabular import BROKEN, ENCODINGS


def text_of(path: Path, encoding: str | None = None) -> str:
    """The file's text, with one kind of line end.

    Parameters
    ----------
    path : Path
    encoding : str, optional
        Recognised where missing: a byte-order mark, then UTF-8, then cp1252.

    Raises
    ------
    StudyError
        If there is no such file, or its letters are in another encoding.
    """
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    raw = path.read_bytes()
    marked = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    for candidate in [encoding] if encoding else [marked, "cp1252"]:
        try:
            text = raw.decode(candidate).removeprefix("\ufeff")
        except LookupError:
            remedy = "Say one of these, or leave it out."
            raise StudyError([Problem("study.yaml", "the encoding is not known", "utf-8, cp1252, utf-16", remedy, column="files.encoding")]) from None
        except UnicodeDecodeError:
            continue
        if not BROKEN.search(text) and "\x00" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    correct = "correct files.encoding in study.yaml, or " if encoding else ""
    what = f"letters such as umlauts do not fit the encoding{f' {encoding}' if encoding else ''}, or were encoded twice"
    remedy = f"{correct}export it again as UTF-8, and do not open and save it in between."
    raise StudyError([Problem(path.name, what, ENCODINGS, remedy[0].upper() + remedy[1:])])


def beginning(path: Path, size: int = 20_000) -> str:
    """The first lines as they can be read, only to be looked at."""
    with path.open("rb") as file:
        raw = file.read(size)
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return raw.decode("utf-16" if marked else "utf-8-sig", errors="replace").replace("\r\n", "\n")
