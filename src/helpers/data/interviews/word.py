"""Word: the text of a .docx file, one line per paragraph, line break and table row."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.data.interviews.tables import file_name
from helpers.data.problems import Problem, StudyError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES = [f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo")]
_SPOKEN = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_LARGEST = 100_000_000  # bytes of all parts together; a transcript of a day's talk has less than a million


def docx_text(path: Path) -> str:
    """The text of the body: paragraphs and tables in their order, fields and content controls included.

    Raises
    ------
    StudyError
        If the file is damaged, protected, too large, or has tracked changes.
    """
    body = _body(path)
    if next(body.iter(*_CHANGES), None) is not None:
        raise StudyError([tracked_changes(path)])
    return "\n".join(_lines(body))


def tracked_changes(path: Path) -> Problem:
    """Whether a tracked deletion still counts, only its author can say."""
    return Problem(file_name(path), "the transcript has tracked changes", remedy="Accept or reject all of them, then save it.")


def _body(path: Path) -> Any:
    import docx  # most studies do without
    from docx.opc.exceptions import OpcError

    remedy = "Save it again in Word as .docx, without a password."
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size <= _LARGEST:
            return docx.Document(str(path)).element.body
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError, OpcError):
        raise StudyError([Problem(file_name(path), "the file is damaged, or not a Word document", ".docx", remedy)]) from None
    raise StudyError([Problem(file_name(path), "the file is too large for a transcript", "100 MB unpacked", "Take pictures and recordings out.")])


def _lines(block: Any) -> Iterator[str]:
    for child in block:
        if child.tag == f"{_W}p":
            yield _paragraph_text(child)
        elif child.tag == f"{_W}tr":
            cells = (" ".join(" ".join(_lines(cell)).split()) for cell in child.iter(f"{_W}tc"))
            yield "\t".join(cell for cell in cells if cell)
        else:
            yield from _lines(child)


def _paragraph_text(paragraph: Any) -> str:
    """A text box hangs on a run and has paragraphs of its own: they are not part of what is said here."""
    runs = paragraph.xpath(".//w:r[not(ancestor::w:txbxContent)]")
    return "".join(piece.text or "" if piece.tag == f"{_W}t" else _SPOKEN.get(piece.tag, "") for run in runs for piece in run)
