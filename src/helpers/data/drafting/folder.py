"""Folder: a study folder drafted from an export: the files copied, study.yaml, codebook.csv and levels.csv written."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.codebook import LEVELS_FILE, VARIABLES_FILE
from helpers.data.drafting.codebook import Draft, draft_codebook
from helpers.data.drafting.questions import TOKEN, questions
from helpers.data.drafting.settings import Facts, fieldwork_of, settings_text, title_of
from helpers.data.exports.delivery import Delivery
from helpers.data.exports.limesurvey import fits
from helpers.data.exports.recognise import ReaderName, read_export, recognise
from helpers.data.problems import Problem, StudyError, collect
from helpers.data.settings import SETTINGS_FILE

SURVEY_FOLDER = "survey"
# Second files that belong to an export, by the reader that takes them.
_COMPANIONS: Mapping[ReaderName, tuple[str, ...]] = {
    "limesurvey": (".lss",),
    "quexml": (".xml",),
    "qualtrics": (".qsf",),
    "sosci": (".r", ".sps"),
    "limesurvey_pairs": (".r", ".sps", ".csv", ".dat"),
}


@dataclass(frozen=True)
class Drafted:
    """A study folder that was just written.

    Parameters
    ----------
    folder : Path
    reader : str
        The reader that took the export.
    companion : str
        Name of the structure or script that was taken along; "" where there was none.
    records : int
        Records in the export.
    codebook : Draft
    facts : Facts
    languages : tuple of str
        Of the labels; empty where the export has no words for its questions.
    left : list of str
        Columns that belong to no question, such as the tool's own.
    unread : list of str
        What the export holds and nobody reads, in sentences.
    """

    folder: Path
    reader: str
    companion: str
    records: int
    codebook: Draft
    facts: Facts
    languages: tuple[str, ...]
    left: list[str]
    unread: list[str]


@dataclass(frozen=True)
class _Source:
    export: Path
    reader: ReaderName
    companion: Path | None
    delivery: Delivery


def draft_study(folder: Path, export: Path, *, structure: Path | None = None, encoding: str | None = None) -> Drafted:
    """Draft a study folder from an export.

    Parameters
    ----------
    folder : Path
        Is made where it is not there.
    export : Path
        What a survey tool wrote; it is copied into the folder and not changed.
    structure : Path, optional
        Its structure (.lss, queXML, .qsf) or script (R, SPSS); where it is missing, one beside the export that belongs to it is taken.
    encoding : str, optional
        Where it is not recognised.

    Raises
    ------
    StudyError
        If the folder is a study already, or the export or its structure cannot be read.
    """
    if (folder / SETTINGS_FILE).exists():
        remedy = "Name another folder, or take that file away; nothing was written."
        raise StudyError([Problem(str(folder), f"the folder is a study already: it has a {SETTINGS_FILE}", remedy=remedy)])
    source = _source(export, structure, encoding)
    delivery = source.delivery
    if delivery.records.empty:
        raise StudyError([Problem(export.name, "the file has a header and no records", remedy="Export the answers again.")])
    # Only a survey tool counts its records in a column of this name.
    asked, left = questions(delivery, (TOKEN, "id") if source.reader in ("csv", "excel") else (TOKEN,))
    codebook = draft_codebook(asked)
    facts = _facts(folder, source, encoding)
    _write(folder, source, codebook, settings_text(facts, codebook))
    companion = source.companion.name if source.companion else ""
    languages = delivery.structure.languages if delivery.structure else ()
    return Drafted(folder, source.reader, companion, len(delivery.records), codebook, facts, languages, left, delivery.unread)


def _source(export: Path, structure: Path | None, encoding: str | None) -> _Source:
    """The export read with the structure that is given, else with one beside it that belongs to it, else by itself."""
    if structure or not export.is_file():
        reader = recognise(export, structure)
        delivery = read_export(export, name=export.name, reader=reader, companion=structure, encoding=encoding)
        return _Source(export, reader, structure if structure and delivery.used(structure) else None, delivery)
    kinds = {kind for kinds in _COMPANIONS.values() for kind in kinds}
    for other in sorted(export.parent.iterdir()):
        if other != export and other.suffix.lower() in kinds and (found := _read_with(export, other, encoding)):
            return found
    reader = recognise(export)
    return _Source(export, reader, None, read_export(export, name=export.name, reader=reader, encoding=encoding))


def _read_with(export: Path, companion: Path, encoding: str | None) -> _Source | None:
    """None where the two do not belong together, or the export needs no other."""
    reader = recognise(export, companion)
    if companion.suffix.lower() not in _COMPANIONS.get(reader, ()):
        return None
    delivery = collect([], read_export, export, reader=reader, companion=companion, encoding=encoding)
    if delivery is None or delivery.structure is None or not delivery.used(companion):
        return None
    return _Source(export, reader, companion, delivery) if fits(delivery.structure, [str(head) for head in delivery.records.columns]) else None


def _facts(folder: Path, source: _Source, encoding: str | None) -> Facts:
    files = {"responses": f"{SURVEY_FOLDER}/{source.export.name}"}
    if source.companion:
        files["structure"] = f"{SURVEY_FOLDER}/{source.companion.name}"
    files["reader"] = source.reader
    if encoding:
        files["encoding"] = encoding
    start, end, dated = fieldwork_of(source.delivery.records, source.export)
    return Facts(title_of(source.companion, folder.resolve().name), start, end, dated, files)


def _write(folder: Path, source: _Source, codebook: Draft, settings: str) -> None:
    """study.yaml comes last: a folder that has one is complete."""
    (folder / SURVEY_FOLDER).mkdir(parents=True, exist_ok=True)
    for file in (source.export, source.companion):
        target = folder / SURVEY_FOLDER / file.name if file else None
        if file and target and not (target.exists() and target.samefile(file)):
            shutil.copyfile(file, target)
    _write_table(codebook.variables, folder / VARIABLES_FILE)
    _write_table(codebook.levels, folder / LEVELS_FILE)
    (folder / SETTINGS_FILE).write_text(settings, encoding="utf-8")


def _write_table(table: pd.DataFrame, path: Path) -> None:
    """With a byte-order mark: Excel then reads umlauts."""
    table.to_csv(path, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
