"""Formats: a transcript as text editors, f4transkript, easytranscript and Word leave it becomes its canonical text."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from helpers.data.interviews.tables import file_name
from helpers.data.interviews.word import docx_text, tracked_changes
from helpers.data.problems import Problem, StudyError, named

SUFFIXES = (".txt", ".docx", ".rtf")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Letters that an earlier program could not read, and German ones whose UTF-8 bytes were once read as cp1252.
_BROKEN = re.compile("\ufffd|Ã[¤¶¼Ÿ„–œ\u0084\u0096\u009c\u009f]")
_RTF_CELL = re.compile(r"(?<!\\)\\(?:nest)?cell(?![a-z])")
_RTF_CHANGES = re.compile(r"(?<!\\)\\(?:deleted|revised)1?(?![a-z0-9])")


def read_text(path: Path) -> str:
    """The canonical text of a transcript: no byte-order mark, line ends ``\\n``; of .docx and .rtf one line per paragraph, line break and table row.

    Cells of a row are separated by a tab. Headers, footers, footnotes, comments and text boxes are not read.

    Raises
    ------
    StudyError
        If the format is not read, the file is damaged, has no text, has lost letters, or has tracked changes that nobody has accepted.
    """
    name, suffix = file_name(path), path.suffix.lower()
    if suffix not in SUFFIXES:
        raise StudyError([Problem(name, "transcripts of this format are not read", named(SUFFIXES), "Save it as one of these.")])
    text = {".txt": _plain_text, ".rtf": _rtf_text, ".docx": docx_text}[suffix](path)
    text = re.sub(r"\r\n?", "\n", text)
    if not text.strip():
        raise StudyError([Problem(name, "the transcript is empty", remedy="Put the transcript there, or take the file out.")])
    broken = [number for number, line in enumerate(text.split("\n"), start=1) if _BROKEN.search(line)]
    if broken:
        what = f"letters such as umlauts were lost or encoded twice, in lines {named(broken, 8)}"
        raise StudyError([Problem(name, what, remedy="Save the original again, as UTF-8.")])
    return text


def _plain_text(path: Path) -> str:
    raw = path.read_bytes()
    marked = next((encoding for mark, encoding in _BOMS.items() if raw.startswith(mark)), "utf-8")
    for encoding in (marked, "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise StudyError([Problem(file_name(path), "the file is not text in a known encoding", "UTF-8, UTF-16 with mark, cp1252", "Save it as UTF-8.")])


def _rtf_text(path: Path) -> str:
    from striprtf.striprtf import rtf_to_text  # most studies do without

    raw = path.read_bytes()
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise StudyError([Problem(file_name(path), "the file is not RTF", remedy="Save it again as RTF, .docx or .txt.")])
    source = raw.decode("cp1252", errors="replace")  # RTF is ASCII; the rest can only be pictures, or letters that are reported as lost
    if _RTF_CHANGES.search(source):
        raise StudyError([tracked_changes(path)])
    try:
        text = rtf_to_text(_RTF_CELL.sub(r"\\tab", source), errors="replace")
    except (ValueError, LookupError):
        raise StudyError([Problem(file_name(path), "the file is damaged, or not RTF", remedy="Save it again as RTF, .docx or .txt.")]) from None
    # RTF writes what lies beyond 16 bits as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", errors="replace")
