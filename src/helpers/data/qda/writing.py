"""Writing: the XML of a project or a code system, the same bytes for the same content."""

from __future__ import annotations

import re
import uuid
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np
import pandas as pd

from helpers.data.qda.tables import CodeSystem, Project

_PROJECT, _CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
# Of all identifiers that are derived from what they name.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, _PROJECT)


def project_xml(project: Project, *, date: str) -> bytes:
    """The project file (.qde), elements in the order of the standard's schema.

    Parameters
    ----------
    project : Project
        One that `checks` found nothing wrong with.
    date : str
        When everything was made, as an XML dateTime.
    """
    root = Element("Project", xmlns=_PROJECT, name=project.name, origin=project.origin, creationDateTime=date, modifiedDateTime=date)
    if not project.users.empty:
        users = SubElement(root, "Users")
        for guid, name in project.users.itertuples(index=False):
            SubElement(users, "User", guid=guid, name=name)
    if not project.codes.empty:
        _add_codes(SubElement(root, "CodeBook"), project.codes)
    if not project.documents.empty:
        _add_sources(root, project, date)
    return _bytes(root)


def codebook_xml(system: CodeSystem) -> bytes:
    """The code system file (.qdc)."""
    root = Element("CodeBook", xmlns=_CODEBOOK, origin=system.origin)
    _add_codes(root, system.codes)
    return _bytes(root)


def _add_codes(parent: Element, codes: pd.DataFrame) -> None:
    places = {"": SubElement(parent, "Codes")}
    for code in codes.itertuples(index=False):
        attributes = {"guid": code.guid, "name": code.name, "isCodable": "true" if code.codable else "false"}
        places[str(code.guid)] = element = SubElement(places[str(code.parent)], "Code", attributes)
        if code.colour:
            element.set("color", str(code.colour))
        if code.description:
            SubElement(element, "Description").text = str(code.description)


def _add_sources(root: Element, project: Project, date: str) -> None:
    sources = SubElement(root, "Sources")
    codings = dict(list(project.codings.groupby("document", sort=False)))
    for guid, name, text, found in project.documents.itertuples(index=False):
        source = SubElement(sources, "TextSource", guid=guid, name=name, creationDateTime=date)
        if found:
            source.set("plainTextPath", f"internal://{guid}.txt")
        if guid in codings:
            _add_selections(source, codings[guid], text, date=date, found=found)


def _add_selections(source: Element, codings: pd.DataFrame, text: str, *, date: str, found: bool) -> None:
    """One selection per place and coder: some programs look for the coder there, others at the coding."""
    repeated = codings.groupby(["start", "end", "coder", "code"]).cumcount()
    table = codings.assign(line=_lines(text, codings["start"]), repeated=repeated)
    selections: dict[str, Element] = {}
    for coding in table.itertuples(index=False):
        who = {"creatingUser": str(coding.coder)} if coding.coder else {}
        place = f"{coding.document}:{coding.start}:{coding.end}:{coding.coder}"
        if place not in selections:
            bounds = {"startPosition": str(coding.start), "endPosition": str(coding.end)}
            # qualitative-coding (its reader.py) finds the line of a passage by this name only.
            name = {"name": f"line:{coding.line}"} if found else {}
            attributes = {"guid": _derived(place), **name, **bounds, **who, "creationDateTime": date}
            selections[place] = SubElement(source, "PlainTextSelection", attributes)
        identity = _derived(f"{place}:{coding.code}:{coding.repeated}")
        made = SubElement(selections[place], "Coding", {"guid": identity, **who, "creationDateTime": date})
        SubElement(made, "CodeRef", targetGUID=str(coding.code))


def _lines(text: str, starts: pd.Series) -> np.ndarray:
    """The line that each position is in, counted from 0."""
    ends = np.array([match.start() for match in re.finditer("\n", text)], dtype=np.int64)
    return np.searchsorted(ends, starts.to_numpy(), side="left")


def _derived(what: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, what))


def _bytes(root: Element) -> bytes:
    indent(root)
    # A bare carriage return in a text would be read back as a line end.
    body = tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()
