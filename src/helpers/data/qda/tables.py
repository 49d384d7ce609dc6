"""Tables of a REFI-QDA project: what a Project holds, in one shape whatever program it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import pandas as pd

DOCUMENTS: Mapping[str, str] = MappingProxyType({"guid": "str", "name": "str", "text": "str", "found": "bool"})
USERS: Mapping[str, str] = MappingProxyType({"guid": "str", "name": "str"})
CODES: Mapping[str, str] = MappingProxyType({"guid": "str", "name": "str", "parent": "str", "description": "str", "colour": "str", "codable": "bool"})
CODINGS: Mapping[str, str] = MappingProxyType({"document": "str", "start": "int64", "end": "int64", "code": "str", "coder": "str"})
UNREAD: Mapping[str, str] = MappingProxyType({"kind": "str", "count": "int64", "reason": "str"})
_GUIDS = ("guid", "parent", "document", "code", "coder")


@dataclass(frozen=True, eq=False)
class Project:
    """A project: documents, who coded, with which codes, and what was coded.

    The tables given are copied into this shape: columns in this order, guids in small letters (programs mix the case), codes in the order of
    the tree, codings by document, place, code and coder. Two projects are equal when name, origin and these tables are; ``unread`` tells of
    the file and is not compared.

    Parameters
    ----------
    name, origin : str
        Of the project, and of the program that wrote it.
    documents : DataFrame
        One row per text: ``guid``, ``name``, ``text`` (line ends "\\n", no byte-order mark; "" where the source is missing), ``found`` (bool).
    users : DataFrame
        One row per person: ``guid``, ``name``.
    codes : DataFrame
        One row per code: ``guid``, ``name``, ``parent`` (guid, or "" at the top), ``description``, ``colour`` ("#rrggbb" or ""), ``codable`` (bool).
    codings : DataFrame
        One row per coded passage: ``document`` (guid), ``start``, ``end`` (Unicode code points of the text, end exclusive), ``code`` (guid),
        ``coder`` (guid of a user, or "").
    unread : DataFrame, optional
        One row per kind of content that the file has and this project has not: ``kind``, ``count``, ``reason``.

    Raises
    ------
    ValueError
        If a table lacks a column.
    """

    name: str
    origin: str
    documents: pd.DataFrame
    users: pd.DataFrame
    codes: pd.DataFrame
    codings: pd.DataFrame
    unread: pd.DataFrame = field(default_factory=lambda: table(UNREAD))

    def __post_init__(self) -> None:
        shapes = {"documents": DOCUMENTS, "users": USERS, "codes": CODES, "codings": CODINGS, "unread": UNREAD}
        shaped = {name: _shaped(getattr(self, name), columns, name) for name, columns in shapes.items()}
        shaped["codes"] = in_tree_order(shaped["codes"])
        shaped["codings"] = _in_reading_order(shaped["codings"], shaped["documents"], shaped["codes"])
        for name, frame in shaped.items():
            object.__setattr__(self, name, frame)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Project):
            return NotImplemented
        tables = ("documents", "users", "codes", "codings")
        same = all(getattr(self, name).equals(getattr(other, name)) for name in tables)
        return same and (self.name, self.origin) == (other.name, other.origin)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class CodeSystem:
    """A code system on its own, as a .qdc file holds it.

    Parameters
    ----------
    origin : str
        The program that wrote it.
    codes, unread : DataFrame
        As in a `Project`; two code systems are equal when origin and codes are.

    Raises
    ------
    ValueError
        If a table lacks a column.
    """

    origin: str
    codes: pd.DataFrame
    unread: pd.DataFrame = field(default_factory=lambda: table(UNREAD))

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", in_tree_order(_shaped(self.codes, CODES, "codes")))
        object.__setattr__(self, "unread", _shaped(self.unread, UNREAD, "unread"))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CodeSystem):
            return NotImplemented
        return self.origin == other.origin and self.codes.equals(other.codes)

    __hash__ = None  # type: ignore[assignment]


def table(columns: Mapping[str, str], rows: list[Any] | None = None) -> pd.DataFrame:
    """Rows (tuples in the order of the columns) as a table of these types; an empty one keeps them.

    Examples
    --------
    >>> table(USERS).dtypes.astype(str).to_dict()
    {'guid': 'str', 'name': 'str'}
    """
    return pd.DataFrame(rows or [], columns=list(columns)).astype(dict(columns))


def in_tree_order(codes: pd.DataFrame) -> pd.DataFrame:
    """The codes with every parent followed by its children, siblings in the order given; codes that hang on no top come last.

    Examples
    --------
    >>> codes = table(CODES, [("b", "B", "a", "", "", True), ("a", "A", "", "", "", True)])
    >>> in_tree_order(codes)["name"].tolist()
    ['A', 'B']
    """
    children: dict[str, list[int]] = {}
    for row, parent in enumerate(codes["parent"]):
        children.setdefault(parent, []).append(row)
    guids = codes["guid"].tolist()
    order: dict[int, None] = {}
    waiting = children.get("", [])[::-1]
    while waiting:
        row = waiting.pop()
        if row not in order:
            order[row] = None
            waiting += children.get(guids[row], [])[::-1]
    order.update(dict.fromkeys(range(len(codes))))
    return codes.iloc[list(order)].reset_index(drop=True)


def _shaped(frame: pd.DataFrame, columns: Mapping[str, str], name: str) -> pd.DataFrame:
    lacking = [column for column in columns if column not in frame]
    if lacking:
        raise ValueError(f"{name} lacks {', '.join(lacking)}; its columns are {', '.join(columns)}")
    shaped = frame[list(columns)].astype(dict(columns)).reset_index(drop=True)
    texts = {column: shaped[column].fillna("") for column, kind in columns.items() if kind == "str"}
    return shaped.assign(**{column: text.str.lower() if column in _GUIDS else text for column, text in texts.items()})


def _in_reading_order(codings: pd.DataFrame, documents: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    places = {
        "document": dict(zip(documents["guid"], documents.index, strict=True)),
        "code": dict(zip(codes["guid"], codes.index, strict=True)),
    }
    keys = codings.assign(**{column: codings[column].map(place).fillna(len(place)) for column, place in places.items()})
    ranked = keys.sort_values(["document", "start", "end", "code", "coder"], kind="stable").index
    return codings.loc[ranked].reset_index(drop=True)
