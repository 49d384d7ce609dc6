"""Exchange: codes and codings from a REFI-QDA project that another program wrote, and back."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping

import pandas as pd

from helpers.data.interviews.codes import COLUMNS as CODE_COLUMNS
from helpers.data.interviews.codes import new_code_id
from helpers.data.interviews.codings import COLUMNS as CODING_COLUMNS
from helpers.data.interviews.material import Interviews
from helpers.data.problems import Problem, StudyError
from helpers.data.refi_qda import Project

UNNAMED = "unnamed"  # the coder of a coding that names no user
_COLOURLESS = "#808080"
_LINES: Mapping[str, Mapping[str, str]] = {
    "definition": {"de": "Definition", "en": "Definition"},
    "rule": {"de": "Kodierregel", "en": "Coding rule"},
    "anchor": {"de": "Ankerbeispiel", "en": "Anchor example"},
    "exclusion": {"de": "Abgrenzung", "en": "Exclusion"},
}
_PART = {word: part for part, words in _LINES.items() for word in words.values()}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "cluster-studies")


def from_project(project: Project, *, file: str) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str]]:
    """Codes and codings of a project, under readable ids.

    Ids of codes are made from their names, labels of both languages are the names, coders are the users' names, documents the names without the
    ending of a file. A description in labelled lines, as `to_project` writes them, is taken apart. Codes keep their depth. A coding that is there
    twice counts once.

    Parameters
    ----------
    project : Project
    file : str
        The project's name in messages.

    Returns
    -------
    DataFrame, DataFrame, dict of str
        Codes as `read_codes` returns them, but at any depth and with an empty ``origin``; codings as `read_codings` returns them; the texts that the
        project brings, per document.

    Raises
    ------
    StudyError
        If two documents, or two users, have the same name.
    """
    documents = project.documents["name"].str.strip().str.replace(r"\.(?:txt|rtf|docx?|odt|pdf)$", "", regex=True, case=False)
    problems = [
        Problem(file, f"two {kind} have the same name", remedy="Rename one of them, and export the project again.")
        for kind, names in (("documents", documents), ("users", project.users["name"]))
        if names.duplicated().any()
    ]
    if problems:
        raise StudyError(problems)
    ids = _code_ids(project.codes)
    codings = pd.DataFrame(
        {
            "document": project.codings["document"].map(dict(zip(project.documents["guid"], documents, strict=True))),
            "start": project.codings["start"],
            "end": project.codings["end"],
            "code": project.codings["code"].map(ids),
            "coder": project.codings["coder"].map(dict(zip(project.users["guid"], project.users["name"], strict=True))).fillna(UNNAMED),
        }
    )
    codings = codings[list(CODING_COLUMNS)].astype({"document": "str", "code": "str", "coder": "str"})
    there = project.documents["found"]
    texts = dict(zip(documents[there], project.documents.loc[there, "text"], strict=True))
    return _codes_table(project.codes, ids), codings.drop_duplicates(ignore_index=True), texts


def to_project(interviews: Interviews, *, language: str) -> Project:
    """The interviews as a project that other programs open (see `write_project`).

    Parameters
    ----------
    interviews : Interviews
    language : {"de", "en"}
        Language of the codes' names and definitions.

    Returns
    -------
    Project
        Documents, users and codes have identifiers that follow from their ids, so that the same interviews always give the same project.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    if language not in ("de", "en"):
        raise ValueError("the language of a project is 'de' or 'en'")
    codes, codings = interviews.codes, interviews.codings
    coders = sorted(set(codings["coder"]))
    guids = {kind: {name: _guid(kind, name) for name in names} for kind, names in _names(interviews, coders).items()}
    return Project(
        name="interviews",
        origin="cluster-studies",
        documents=pd.DataFrame(
            {"guid": list(guids["document"].values()), "name": list(interviews.texts), "text": list(interviews.texts.values()), "found": True}
        ),
        users=pd.DataFrame({"guid": list(guids["coder"].values()), "name": coders}),
        codes=pd.DataFrame(
            {
                "guid": codes["code"].map(guids["code"]),
                "name": codes[f"label_{language}"],
                "parent": codes["parent"].map(guids["code"]).fillna(""),
                "description": [_described(code, language) for code in codes.to_dict("records")],
                "colour": codes["colour"],
                "codable": True,
            }
        ),
        codings=codings.assign(**{kind: codings[kind].map(guids[kind]) for kind in guids}),
    )


def _names(interviews: Interviews, coders: list[str]) -> dict[str, list[str]]:
    return {"document": list(interviews.texts), "code": list(interviews.codes["code"]), "coder": coders}


def _guid(kind: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind} {name}"))


def _code_ids(codes: pd.DataFrame) -> dict[str, str]:
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for guid, name in zip(codes["guid"], codes["name"], strict=True):
        ids[guid] = new_code_id(name, taken)
        taken.add(ids[guid])
    return ids


def _codes_table(codes: pd.DataFrame, ids: Mapping[str, str]) -> pd.DataFrame:
    parts = pd.DataFrame([_parts(description) for description in codes["description"]], columns=list(_LINES), index=codes.index)
    names = codes["name"].where(codes["name"].ne(""), codes["guid"].map(ids))
    colours = codes["colour"].str.replace(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", regex=True)
    table = pd.DataFrame(
        {
            "code": codes["guid"].map(ids),
            "parent": codes["parent"].map({**ids, "": ""}),
            "label_de": names,
            "label_en": names,
            "definition_de": parts["definition"],
            "definition_en": parts["definition"],
            **{part: parts[part] for part in ("rule", "anchor", "exclusion")},
            "colour": colours.where(colours.ne(""), _COLOURLESS),
            "origin": "",
            "patterns": "",
        }
    )
    return table[list(CODE_COLUMNS)].astype("str")


def _described(code: Mapping[str, str], language: str) -> str:
    """The rules of a code as labelled lines; those that it has."""
    texts = {"definition": code[f"definition_{language}"], **{part: code[part] for part in ("rule", "anchor", "exclusion")}}
    return "\n".join(f"{_LINES[part][language]}: {text}" for part, text in texts.items() if text)


def _parts(description: str) -> dict[str, str]:
    """The labelled lines of a description; what has no label is the definition, or goes on with the line before."""
    lines: dict[str, list[str]] = {part: [] for part in _LINES}
    part = "definition"
    for line in description.splitlines():
        match = re.match(r"([^:]+):\s*", line)
        if match and match[1] in _PART:
            part, line = _PART[match[1]], line[match.end() :]
        lines[part].append(line)
    return {name: "\n".join(texts).strip() for name, texts in lines.items()}
