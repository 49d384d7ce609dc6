"""Checks: whether a project's tables fit together, and whether they can be written."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from helpers.data.problems import Problem, named
from helpers.data.qda.tables import Project

DEEPEST = 100
_GUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COLOUR = re.compile("#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a text file cannot hold, or what another program would read back changed.
_NOT_CANONICAL = re.compile("[\x00\r\ud800-\udfff]|\\A\ufeff")
_EXPORT_AGAIN = "Export the project again, or repair it in the program it comes from."


def misfits(project: Project, file: str) -> list[Problem]:
    """Codes, users and codings that do not fit together, all at once.

    Returns
    -------
    list of Problem
        Identifiers missing or given twice; codes that hang on no top or nest too deep; codings of unknown documents, codes or users, and
        codings outside their text, by document.
    """
    codes = project.codes
    problems = [
        *_identified(project.documents, "documents", file),
        *_identified(project.users, "users", file),
        *code_misfits(codes, file),
    ]
    for column, known, what in (("document", project.documents, "document"), ("code", codes, "code"), ("coder", project.users, "user")):
        unknown = ~project.codings[column].isin([*known["guid"], *([""] if column == "coder" else [])])
        if unknown.any():
            where = f" in documents {_names(project, unknown)}" if column != "document" else ""
            problems.append(Problem(file, f"{int(unknown.sum())} codings name an unknown {what}{where}", remedy=_EXPORT_AGAIN))
    return [*problems, *_outside(project, file)]


def code_misfits(codes: pd.DataFrame, file: str) -> list[Problem]:
    """Codes without identifier, or without a way up to the top."""
    problems = _identified(codes, "codes", file)
    depths: dict[str, int] = {"": 0}
    for guid, parent in zip(codes["guid"], codes["parent"], strict=True):
        if parent in depths:  # in the order of the tree a parent comes first
            depths.setdefault(guid, depths[parent] + 1)
    lost = ~codes["guid"].isin(depths)
    if lost.any():
        what = f"{int(lost.sum())} codes lie below a code that is not there, or below themselves"
        problems.append(Problem(file, what, remedy="Correct their parents."))
    if max(depths.values()) > DEEPEST:
        problems.append(Problem(file, f"codes nest {max(depths.values())} levels deep", f"at most {DEEPEST} levels", "Flatten the code system."))
    return problems


def unwritable(project: Project, file: str) -> list[Problem]:
    """What other programs could not read: identifiers that are no GUIDs, signs that XML cannot hold, texts that are not canonical."""
    documents = project.documents
    problems = [
        *_malformed(documents, "documents", ("name",), file),
        *_malformed(project.users, "users", ("name",), file),
        *unwritable_codes(project.codes, file),
    ]
    if _NOT_XML.search(project.name) or _NOT_XML.search(project.origin):
        problems.append(_control(file, "the project's name or origin"))
    odd = documents["text"].map(lambda text: _NOT_CANONICAL.search(text) is not None).astype(bool)
    if odd.any():
        what = f"{_some('texts', documents[odd])} hold zero bytes, a carriage return, half a letter or a byte-order mark"
        problems.append(Problem(file, what, 'text with line ends "\\n"', "Give the canonical text of the transcript."))
    if (unfound := ~documents["found"] & documents["text"].ne("")).any():
        what = f"{_some('documents', documents[unfound])} have a text and are marked as not found"
        problems.append(Problem(file, what, remedy="Mark them as found, or leave the text empty."))
    return problems


def unwritable_codes(codes: pd.DataFrame, file: str) -> list[Problem]:
    """The same for codes alone; a colour must be one."""
    problems = _malformed(codes, "codes", ("name", "description"), file)
    odd = ~codes["colour"].map(lambda colour: colour == "" or _COLOUR.fullmatch(colour) is not None).astype(bool)
    if odd.any():
        problems.append(Problem(file, f"{_some('codes', codes[odd])} have a colour that is none", "#rrggbb, or nothing", "Correct it."))
    return problems


def _identified(table: pd.DataFrame, what: str, file: str) -> list[Problem]:
    lacking = int(table["guid"].eq("").sum())
    twice = table.loc[table["guid"].ne("") & table["guid"].duplicated(), "guid"].nunique()
    checks = [
        (lacking, f"{lacking} {what} have no guid", "Give each its own."),
        (twice, f"{twice} guids are given to several {what}", "Give each its own; capitals make no difference."),
    ]
    return [Problem(file, said, remedy=remedy) for count, said, remedy in checks if count]


def _outside(project: Project, file: str) -> list[Problem]:
    """Codings before the beginning, beyond the end, or ending before they start."""
    documents = project.documents.drop_duplicates("guid").set_index("guid")
    codings = project.codings[project.codings["document"].isin(documents.index)]
    lengths = codings["document"].map(documents["text"].map(len)).astype("int64")
    beyond = (codings["end"] > lengths) & codings["document"].map(documents["found"]).astype(bool)
    wrong = beyond | (codings["start"] < 0) | (codings["end"] < codings["start"])
    return [
        Problem(
            file,
            f"{len(own)} codings of document {_label(documents.loc[[str(document)]].reset_index())} lie outside its text",
            f"from 0 to {lengths[own.index[0]]}, not ending before they start",
            "The text was changed after coding, or positions are counted in another way. " + _EXPORT_AGAIN,
        )
        for document, own in codings[wrong].groupby("document", sort=False)
    ]


def _malformed(table: pd.DataFrame, what: str, columns: Iterable[str], file: str) -> list[Problem]:
    no_guid = ~table["guid"].map(lambda guid: _GUID.fullmatch(guid) is not None).astype(bool)
    problems = []
    if no_guid.any():
        problems.append(Problem(file, f"{int(no_guid.sum())} {what} have no valid guid", "32 hexadecimal digits as 8-4-4-4-12", "Use uuid.uuid4()."))
    for column in columns:
        odd = table[column].map(lambda text: _NOT_XML.search(text) is not None).astype(bool)
        if odd.any():
            problems.append(_control(file, f"the {column} of {_some(what, table[odd])}"))
    return problems


def _control(file: str, where: str) -> Problem:
    return Problem(file, f"{where} has control characters, which XML cannot hold", "letters, blanks, tabs and line ends", "Take them out.")


def _names(project: Project, chosen: pd.Series) -> str:
    documents = project.documents
    return _label(documents[documents["guid"].isin(project.codings.loc[chosen, "document"])])


def _some(what: str, rows: pd.DataFrame) -> str:
    return f"{len(rows)} {what} ({_label(rows)})"


def _label(rows: pd.DataFrame) -> str:
    """Names where they can be printed, else guids."""
    return named((name if name and name.isprintable() else guid for name, guid in zip(rows["name"], rows["guid"], strict=True)), 8)
