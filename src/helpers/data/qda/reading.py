"""Reading: users, codes, documents and codings out of the elements of a project file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from helpers.data.problems import Problem
from helpers.data.qda.elements import description, guid, inside, local
from helpers.data.qda.package import Package
from helpers.data.qda.positions import Counting, canonical, decode, recognised, shift
from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, USERS, table

UNDECODABLE = "source in an unknown encoding"
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,15}\s*")


@dataclass(frozen=True)
class Texts:
    """The documents of a project.

    Parameters
    ----------
    documents : DataFrame
        As in a Project.
    stored : list of str or None
        Their texts as stored; None where there is none.
    lacking : list of str
        Why texts are not there, one word per document without one.
    """

    documents: pd.DataFrame
    stored: list[str | None]
    lacking: list[str]


@dataclass(frozen=True)
class Passages:
    """The codings of a project, at their places in the canonical texts.

    Parameters
    ----------
    codings : DataFrame
        As in a Project, and ``row``: the place of the document.
    counting : Counting
        How the program counted.
    selections : DataFrame
        One row per selection: ``row``, ``start``, ``end`` (as in the file), ``name``, ``confirmed`` (the name is the passage), ``codings`` (count).
    problems : list of Problem
    """

    codings: pd.DataFrame
    counting: Counting
    selections: pd.DataFrame
    problems: list[Problem]


def read_users(project: Element) -> pd.DataFrame:
    """One row per user."""
    return table(USERS, [(guid(user), user.get("name", "")) for user in inside(project, "Users", "User")])


def read_codes(root: Element) -> pd.DataFrame:
    """One row per code of a project or a code system, parents before their children."""
    books = inside(root, "CodeBook") if local(root) == "Project" else [root]
    tops = [code for book in books for path in (("Codes", "Code"), ("Code",)) for code in inside(book, *path)]
    rows, waiting = [], [(code, "") for code in reversed(tops)]
    while waiting:  # no recursion: a hostile file nests deeper than Python does
        code, parent = waiting.pop()
        codable = code.get("isCodable", "true").strip().lower() in ("true", "1")
        rows.append((guid(code), code.get("name", ""), parent, description(code), code.get("color", "").strip(), codable))
        waiting += [(child, guid(code)) for child in reversed(list(inside(code, "Code")))]
    return table(CODES, rows)


def text_sources(project: Element) -> list[Element]:
    """The text sources of a project."""
    return list(inside(project, "Sources", "TextSource"))


def read_texts(project: Element, package: Package) -> Texts:
    """The documents, read from where the project file says."""
    sources, base = text_sources(project), project.get("basePath", "")
    rows, stored, lacking = [], [], []
    for source in sources:
        location = next((value for key, value in source.items() if key.lower() == "plaintextpath"), "").strip()
        content = next((child for child in source if local(child).lower() == "plaintextcontent"), None)
        text, why = ("".join(content.itertext()), "") if content is not None else _source_text(package, location, base)
        rows.append((guid(source), source.get("name", ""), canonical(text or ""), text is not None))
        stored.append(text)
        lacking += [why] if why else []
    return Texts(table(DOCUMENTS, rows), stored, lacking)


def read_codings(sources: Sequence[Element], texts: Texts, file: str) -> Passages:
    """The codings of the text sources, moved to where they stand in the canonical texts."""
    selections, codings, broken = _selections(sources)
    counting, confirmed = recognised(selections, texts.stored)
    moved = codings.merge(selections[["row", "start", "end"]], left_on="selection", right_index=True)
    for row, own in moved.groupby("row", sort=False):
        if (stored := texts.stored[int(str(row))]) is not None:
            for column in ("start", "end"):
                moved.loc[own.index, column] = shift(own[column].to_numpy(), stored, counting)
    guids = texts.documents["guid"]
    tidy = moved.assign(document=moved["row"].map(guids).astype("str"))[[*CODINGS, "row"]]
    problems = []
    if broken:
        what = f"{broken} selections have a start or an end that is no whole number"
        problems.append(Problem(file, what, "positions counted from 0", "Export the project again."))
    used = codings["selection"].value_counts().reindex(selections.index, fill_value=0)
    return Passages(tidy, counting, selections.assign(confirmed=confirmed, codings=used), problems)


def _source_text(package: Package, location: str, base: str) -> tuple[str | None, str]:
    """Text as stored, or why there is none."""
    if not location:
        return None, "missing source"
    found = package.read(location, base=base)
    if found.raw is None:
        return None, found.why
    text = decode(found.raw)
    return text, "" if text is not None else UNDECODABLE


def _selections(sources: Sequence[Element]) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Selections, their codings (``selection``, ``code``, ``coder``), and how many selections have no readable place."""
    places: list[tuple[Any, ...]] = []
    codings: list[tuple[Any, ...]] = []
    broken = 0
    for row, source in enumerate(sources):
        for selection in inside(source, "PlainTextSelection"):
            bounds = [selection.get(key, "") for key in ("startPosition", "endPosition")]
            if not all(map(_INTEGER.fullmatch, bounds)):
                broken += 1
                continue
            coder = guid(selection, "creatingUser")
            codings += [
                (len(places), guid(code, "targetGUID"), guid(coding, "creatingUser") or coder)
                for coding in inside(selection, "Coding")
                for code in inside(coding, "CodeRef")
            ]
            places.append((row, int(bounds[0]), int(bounds[1]), selection.get("name", "")))
    columns = {"row": "int64", "start": "int64", "end": "int64", "name": "str"}
    return table(columns, places), table({"selection": "int64", "code": "str", "coder": "str"}, codings), broken
