"""The .lss file: LimeSurvey's tables of a survey as XML, read and written row by row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from helpers.data.problems import Problem, StudyError

DATABASE_VERSION = "630"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_document(path: Path) -> Element:
    """The document of an .lss file.

    Raises
    ------
    StudyError
        If there is no such file, it is not XML, or not LimeSurvey's survey structure.
    """
    wrong = Problem(path.name, "this is not the structure of a LimeSurvey survey", remedy="Export it in LimeSurvey as 'Survey structure (.lss)'.")
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    try:
        root: Element | None = defusedxml.ElementTree.parse(path).getroot()
    except (ParseError, DefusedXmlException, ValueError):
        raise StudyError([wrong]) from None
    if root is None or root.tag != "document" or root.findtext("LimeSurveyDocType") != "Survey":
        raise StudyError([wrong])
    return root


def rows(document: Element, *tables: str) -> list[dict[str, str]]:
    """The rows of tables, one below the other: column -> text."""
    return [{cell.tag: cell.text or "" for cell in row} for table in tables for row in document.iterfind(f"{table}/rows/row")]


def write_document(path: Path, tables: Mapping[str, Sequence[Mapping[str, str]]], *, languages: Sequence[str]) -> None:
    """Write tables as an .lss file; a table without rows is left out. The same tables give the same bytes.

    Raises
    ------
    StudyError
        If a text holds a character that XML cannot carry.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<document>", " <LimeSurveyDocType>Survey</LimeSurveyDocType>"]
    lines += [f" <DBVersion>{DATABASE_VERSION}</DBVersion>", " <languages>"]
    lines += [*(f"  <language>{language}</language>" for language in languages), " </languages>"]
    lines += [line for name, content in tables.items() for line in _table(name, content, path.name)]
    path.write_bytes("\n".join([*lines, "</document>", ""]).encode())


def _table(name: str, content: Sequence[Mapping[str, str]], file: str) -> list[str]:
    if not content:
        return []
    bad = [number for number, row in enumerate(content, start=1) for text in row.values() if _NOT_IN_XML.search(text)]
    if bad:
        what = f"the table '{name}' would hold characters that XML cannot carry"
        raise StudyError([Problem(file, what, remedy="Take control characters out of the texts.", rows=bad)])
    fields = [f"   <fieldname>{column}</fieldname>" for column in content[0]]
    lines = [line for row in content for line in ("   <row>", *(f"    {_cell(column, text)}" for column, text in row.items()), "   </row>")]
    return [f" <{name}>", "  <fields>", *fields, "  </fields>", "  <rows>", *lines, "  </rows>", f" </{name}>"]


def _cell(column: str, text: str) -> str:
    """An empty element for an empty text, else CDATA; what CDATA cannot hold stands between two of them."""
    if not text:
        return f"<{column}/>"
    held = text.replace("]]>", "]]]]><![CDATA[>").replace("\r", "]]>&#13;<![CDATA[")
    return f"<{column}><![CDATA[{held}]]></{column}>"
