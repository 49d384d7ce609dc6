"""Elements: the XML of others, parsed without entities and matched by local names, whatever the namespace or version."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from helpers.data.problems import Problem, StudyError


def parse(raw: bytes, file: str, *, root: str) -> Element:
    """The root element of an XML file.

    Parameters
    ----------
    raw : bytes
    file : str
        Its name in messages.
    root : str
        The local name that the root must have.

    Raises
    ------
    StudyError
        If it is no well-formed XML, declares a document type or entities, or has another root.
    """
    try:
        element: Element = fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        what, remedy = "the XML declares a document type or entities, which no export needs and attacks use", "Do not open this file."
        raise StudyError([Problem(file, what, "XML without a DOCTYPE", remedy)]) from None
    except ParseError as error:
        line, column = error.position
        what = f"the XML is not well-formed at line {line}, character {column}"
        raise StudyError([Problem(file, what, remedy="Export the project again; the file may be cut off.")]) from None
    except (LookupError, ValueError):
        raise StudyError([Problem(file, "the encoding of the XML is not known", "UTF-8, UTF-16", "Export the project again.")]) from None
    if local(element) != root:
        raise StudyError([Problem(file, "the XML is no REFI-QDA file", f"a file whose root is {root}", "Export it as REFI-QDA.")])
    return element


def local(element: Element) -> str:
    """Name of an element without its namespace.

    Examples
    --------
    >>> local(Element("{urn:QDA-XML:project:1.0}Code"))
    'Code'
    """
    return str(element.tag).rsplit("}", 1)[-1]


def inside(element: Element, *path: str) -> Iterator[Element]:
    """The elements reached from one by a path of local names.

    Examples
    --------
    >>> [each.get("name") for each in inside(fromstring('<Users><User name="A"/></Users>'), "User")]
    ['A']
    """
    if not path:
        yield element
        return
    for child in element:
        if local(child) == path[0]:
            yield from inside(child, *path[1:])


def guid(element: Element, attribute: str = "guid") -> str:
    """An identifier in small letters without braces; "" where there is none.

    Examples
    --------
    >>> guid(Element("Code", guid="{AB}"))
    'ab'
    """
    return element.get(attribute, "").strip().strip("{}").lower()


def description(element: Element) -> str:
    """Text of the first Description inside; "" where there is none."""
    return next(("".join(child.itertext()) for child in inside(element, "Description")), "")
