"""Unread: what a project file holds and a Project does not, counted so that nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element

import pandas as pd

from helpers.data.qda.elements import inside, local
from helpers.data.qda.package import MISSING, OUTSIDE
from helpers.data.qda.positions import STANDARD, is_plain, named_by_line
from helpers.data.qda.reading import UNDECODABLE, Passages, Texts
from helpers.data.qda.tables import UNREAD, table

# The date of everything that has none: the earliest that a zip archive can hold.
UNDATED = "1980-01-01T00:00:00Z"
_READ = {
    "Project",
    "Users",
    "User",
    "CodeBook",
    "Codes",
    "Code",
    "Sources",
    "TextSource",
    "PlainTextContent",
    "PlainTextSelection",
    "Coding",
    "CodeRef",
}
_LISTS = {"Variables", "Cases", "Notes", "Links", "Sets", "Graphs"}
_KINDS = {
    "PictureSource": ("picture", "only texts are read"),
    "AudioSource": ("audio", "only texts are read"),
    "VideoSource": ("video", "only texts are read"),
    "PDFSource": ("pdf", "only texts are read, not what a program took out of a PDF file"),
    "Transcript": ("transcript", "it belongs to a recording, which is not read"),
    "Note": ("note", "memos are not read"),
    "NoteRef": ("note reference", "memos are not read"),
    "Variable": ("variable", "what is known of a respondent comes from the study's own files"),
    "VariableValue": ("variable value", "what is known of a respondent comes from the study's own files"),
    "Case": ("case", "what is known of a respondent comes from the study's own files"),
    "Set": ("set", "groups of sources and codes are not read"),
    "Link": ("link", "links are not read"),
    "Graph": ("graph", "graphs are not read"),
}
_REASONS = {
    **dict(_KINDS.values()),
    "coding of unread source": "its source is not read",
    "coding of a whole document": "it names no passage",
    "coding without code": "it names no code",
    "selection without code": "only coded passages are read",
    "name of a passage": "passages have no names here; where the text is missing, a name may hold its beginning",
    "description": "only codes keep their description",
    "rich text": "the plain text is read, not its formatted copy",
    "abbreviation of a user": "only the name is read",
    "history": "who changed what, and when, is not read; who coded is",
    "unused file": "no source that is read names it",
    MISSING: "the file is not there; its codings are kept as positions",
    OUTSIDE: "a path leads out of the project's folder and is not followed; its codings are kept as positions",
    UNDECODABLE: "it is neither UTF-8 nor UTF-16; its codings are kept as positions",
}


def unread_content(root: Element) -> Counter[str]:
    """How often each kind of content that is not read stands in a project or a code system."""
    counts: Counter[str] = Counter()
    waiting = [(root, "")]
    while waiting:
        element, parent = waiting.pop()
        name = local(element)
        counts.update(_kinds_of(element, parent))
        if name in _KINDS:
            counts["coding of unread source"] += sum(local(below) == "Coding" for below in element.iter())
            counts["transcript"] += sum(local(below) == "Transcript" for below in element) if name != "Transcript" else 0
        elif name in _READ | _LISTS:
            waiting += [(child, name) for child in element]
    return +counts


def tell_unread(counts: Counter[str], texts: Texts, passages: Passages, *, unused: int) -> pd.DataFrame:
    """One row per kind that is not read, or not as it stands in the file: ``kind``, ``count``, ``reason``."""
    told = counts + Counter(texts.lacking) + Counter({"unused file": unused})
    selections = passages.selections
    own_names = selections["name"].ne("") & ~selections["confirmed"] & ~named_by_line(selections)
    told += Counter({"name of a passage": int(own_names.sum())})
    return table(UNREAD, [*_rows(told), *_positions(texts, passages)])


def tell_unread_codes(counts: Counter[str]) -> pd.DataFrame:
    """The same for a code system."""
    return table(UNREAD, _rows(counts))


def named_files(root: Element) -> set[str]:
    """Every path that a project file names, of sources that are read and of others."""
    keys = ("path", "currentPath", "plainTextPath", "richTextPath")
    return {element.get(key, "") for element in root.iter() for key in keys} - {""}


def _rows(counts: Counter[str]) -> list[tuple[str, int, str]]:
    return [(kind, count, _REASONS.get(kind, "it is not part of the standard that is read")) for kind, count in sorted(counts.items())]


def _kinds_of(element: Element, parent: str) -> Iterable[str]:
    """What of an element itself is not read."""
    name = local(element)
    if name in _KINDS:
        yield _KINDS[name][0]
    elif name == "Coding":
        if next(inside(element, "CodeRef"), None) is None:
            yield "coding without code"
        elif parent == "TextSource":
            yield "coding of a whole document"
    elif name == "Description":
        if parent != "Code" and "".join(element.itertext()).strip():
            yield "description"
    elif name not in _READ | _LISTS:
        yield f"element {name}"
    if name == "PlainTextSelection" and next(inside(element, "Coding"), None) is None:
        yield "selection without code"
    if name == "TextSource" and element.get("richTextPath"):
        yield "rich text"
    if name == "User" and element.get("id"):
        yield "abbreviation of a user"
    if name in _READ and _has_history(element, name):
        yield "history"


def _has_history(element: Element, name: str) -> bool:
    dates = [element.get(key, UNDATED) for key in ("creationDateTime", "modifiedDateTime")]
    people = ["modifyingUser", "modifyingUserGUID", "creatingUserGUID", *(["creatingUser"] if name == "TextSource" else [])]
    return any(date != UNDATED for date in dates) or any(element.get(key) for key in people)


def _positions(texts: Texts, passages: Passages) -> list[tuple[str, int, str]]:
    """Whether positions were counted another way, or cannot be told."""
    rows, selections = passages.codings["row"], passages.selections
    doubtful = [place for place, stored in enumerate(texts.stored) if stored is not None and not is_plain(stored)]
    there = [place for place, stored in enumerate(texts.stored) if stored is not None]
    if passages.counting != STANDARD:
        count, shown = int(rows.isin(there).sum()), int(selections["confirmed"].sum())
        reason = f"the program counted {passages.counting}, as {shown} names of passages show; positions are converted"
        return [("position counted otherwise", count, reason)] if count else []
    count = int(rows.isin(doubtful).sum())
    # Programs that name a passage by its line, this one among them, count as the standard says.
    settled = selections["confirmed"] | named_by_line(selections)
    if count and not settled[selections["row"].isin(doubtful)].any():
        reason = "programs count emoji and line ends of two signs differently and no name of a passage shows how; taken as the standard says"
        return [("position not confirmed", count, reason)]
    return []
