"""REFI-QDA: projects (.qdpx, .qde) and code systems (.qdc) exchanged with MAXQDA, ATLAS.ti, NVivo, QualCoder and others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from helpers.data.problems import Problem, StudyError
from helpers.data.qda.checks import code_misfits, misfits, unwritable, unwritable_codes
from helpers.data.qda.elements import parse
from helpers.data.qda.package import open_package
from helpers.data.qda.packing import packed, write_whole
from helpers.data.qda.reading import read_codes, read_codings, read_texts, read_users, text_sources
from helpers.data.qda.tables import CodeSystem, Project
from helpers.data.qda.unread import UNDATED, named_files, tell_unread, tell_unread_codes, unread_content
from helpers.data.qda.writing import codebook_xml, project_xml

__all__ = ["CodeSystem", "Project", "read_codebook", "read_project", "write_codebook", "write_project"]


def read_project(path: Path | str) -> Project:
    """Read a project of another program.

    Parameters
    ----------
    path : Path or str
        A .qdpx archive, or a bare .qde file with its sources (if any) in the folder beside it. Sources outside of that folder are not read.

    Returns
    -------
    Project
        Texts in canonical form with all positions moved to it, whether the program counted line ends and emoji as one or two (seen from
        selections that are named by their text). A coding without a user of its own has that of its selection. Codings of a text that is
        missing are kept, as positions. ``unread`` counts what else the file holds, and says where positions were converted or are doubtful.

    Raises
    ------
    StudyError
        With everything that is wrong: an archive that is cut off, encrypted, leads out of its folder or expands too far; no project file or
        several; XML that is malformed or has entities; guids that are missing or given twice; codings outside their text or of unknown codes
        or users. Messages name documents and count; they never show a text.

    References
    ----------
    REFI-QDA standard 1.5, section 8, and QDA-XML schema, project version 1.0, https://www.qdasoftware.org.
    """
    path = Path(path)
    with open_package(path) as package:
        root = parse(package.qde, path.name, root="Project")
        texts = read_texts(root, package)
        unused = package.unused(named_files(root))
    passages = read_codings(text_sources(root), texts, path.name)
    project = Project(
        name=root.get("name", ""),
        origin=root.get("origin", ""),
        documents=texts.documents,
        users=read_users(root),
        codes=read_codes(root),
        codings=passages.codings,
        unread=tell_unread(unread_content(root), texts, passages, unused=unused),
    )
    _refuse([*passages.problems, *misfits(project, path.name)])
    return project


def write_project(project: Project, path: Path | str, *, modified: datetime | None = None) -> None:
    """Write a project as a .qdpx archive that other programs open; the same project gives the same bytes.

    The archive holds project.qde and one UTF-8 file per text in sources/. A selection stands for a place and a coder and is named after the
    line where it starts, counted from 0 ("line:12"). What `unread` counts is not in the project and not written.

    Parameters
    ----------
    project : Project
    path : Path or str
        Must end in .qdpx; an older file there is replaced once the new one is complete.
    modified : datetime, optional
        The date of everything, with its time zone. Where missing, 1980-01-01: some programs do not open a project without dates.

    Raises
    ------
    StudyError
        If the project's tables do not fit together, a guid or colour is none, a name or description has control characters, or a text is not
        canonical. Nothing is written then.
    ValueError
        If the date has no time zone.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from helpers.data.qda.tables import CODES, CODINGS, DOCUMENTS, USERS, table
    >>> text, code, coder = (f"0000000{digit}-0000-4000-8000-000000000000" for digit in (1, 2, 3))
    >>> project = Project(
    ...     name="Interviews",
    ...     origin="",
    ...     documents=table(DOCUMENTS, [(text, "I01", "Growth is hard.", True)]),
    ...     users=table(USERS, [(coder, "A")]),
    ...     codes=table(CODES, [(code, "Growth", "", "", "#1f77b4", True)]),
    ...     codings=table(CODINGS, [(text, 0, 6, code, coder)]),
    ... )
    >>> with TemporaryDirectory() as folder:
    ...     write_project(project, f"{folder}/interviews.qdpx")
    ...     read_project(f"{folder}/interviews.qdpx") == project
    True
    """
    path = Path(path)
    _refuse([*_wrong_kind(path, ".qdpx"), *misfits(project, path.name), *unwritable(project, path.name)])
    members = {"project.qde": project_xml(project, date=_xml_date(modified))}
    for guid, text in project.documents.loc[project.documents["found"], ["guid", "text"]].itertuples(index=False):
        members[f"sources/{guid}.txt"] = text.encode("utf-8")
    write_whole(path, packed(members))


def read_codebook(path: Path | str) -> CodeSystem:
    """Read a code system (.qdc).

    Raises
    ------
    StudyError
        If the file is missing, of another kind, no XML of a code system, or has guids that are missing or given twice.
    """
    path = Path(path)
    _refuse(_wrong_kind(path, ".qdc"))
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path.")])
    root = parse(path.read_bytes(), path.name, root="CodeBook")
    system = CodeSystem(root.get("origin", ""), read_codes(root), tell_unread_codes(unread_content(root)))
    _refuse(code_misfits(system.codes, path.name))
    return system


def write_codebook(system: CodeSystem, path: Path | str) -> None:
    """Write a code system as a .qdc file; the same code system gives the same bytes.

    Raises
    ------
    StudyError
        If there are no codes, codes do not fit together, a guid or colour is none, or a name or description has control characters.
    """
    path = Path(path)
    empty = [Problem(path.name, "there are no codes, and a code system needs one", remedy="Add a code.")] if system.codes.empty else []
    _refuse([*_wrong_kind(path, ".qdc"), *empty, *code_misfits(system.codes, path.name), *unwritable_codes(system.codes, path.name)])
    write_whole(path, codebook_xml(system))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise StudyError(problems)


def _wrong_kind(path: Path, kind: str) -> list[Problem]:
    return [] if path.suffix.lower() == kind else [Problem(path.name, "the name does not say what the file is", kind, f"Let it end in {kind}.")]


def _xml_date(date: datetime | None) -> str:
    if date is None:
        return UNDATED
    if date.tzinfo is None:
        raise ValueError("modified has no time zone; give one, such as datetime.now(UTC)")
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
