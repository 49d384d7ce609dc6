"""``study new``: a study folder drafted from an export, and what is left to decide."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from rich.console import Console

from helpers.data.drafting.folder import Drafted, draft_study
from helpers.data.exports.assembly import UNDETERMINED
from helpers.data.folders import find_folder
from helpers.data.opening import open_study
from helpers.data.problems import StudyError, named
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG, fail

HELP = "draft a study folder from an export of a survey tool"
_TYPES = {
    "single": "questions with one of several answers",
    "ordinal": "questions or items with answers in order",
    "multiple": "tick boxes",
    "number": "numbers",
    "share": "shares in per cent",
    "text": "texts and keys, which never reach a report",
    "set": "questions that several boxes or items share",
}
_READERS = {
    "sav": "an SPSS file",
    "sosci": "a data set of SoSci Survey",
    "qualtrics": "an export of Qualtrics",
    "limesurvey_pairs": "LimeSurvey's export for R or SPSS",
    "limesurvey": "an export of LimeSurvey",
    "quexml": "an export of LimeSurvey and its questionnaire as queXML",
    "csv": "a plain CSV table",
    "excel": "a plain Excel table",
}

# Words of messages of the readers -> words that fit a command.
_GIVEN = {
    "study.yaml: column 'files.encoding'": "--encoding",
    "under files.encoding in study.yaml": "with --encoding",
    "files.encoding in study.yaml": "--encoding",
    "if study.yaml says files.encoding": "if you say --encoding",
    " in study.yaml": "",
    "study.yaml": "--encoding",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study new``."""
    parser.add_argument("folder", type=Path, help="the folder to write, such as data/mine")
    parser.add_argument("--from", dest="export", type=Path, required=True, metavar="EXPORT", help="the file that the survey tool wrote")
    parser.add_argument(
        "--structure", type=Path, metavar="FILE", help="its .lss, queXML, .qsf, R or SPSS script, where it does not lie beside the export"
    )
    parser.add_argument("--encoding", help="of the export, where it is not recognised, such as cp1252")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Draft, check, and say what was found, guessed and left to decide."""
    folder = given.folder if given.folder.is_absolute() else find_folder(given.folder)
    try:
        drafted = draft_study(folder, given.export, structure=given.structure, encoding=given.encoding)
    except StudyError as error:
        return fail(_as_given(str(error)), STUDY_IS_WRONG)
    for line in [*_found(drafted), *_guessed(drafted), *_to_decide(drafted)]:
        console.print(line, markup=False)
    return _check(folder, given.folder, console)


def _as_given(message: str) -> str:
    """There is no study.yaml yet: what it would say was said on the command line."""
    for key, given in _GIVEN.items():
        message = message.replace(key, given)
    return message


def _found(drafted: Drafted) -> list[str]:
    beside = f", with {drafted.companion}" if drafted.companion else ""
    lines = [f"Found: {_READERS[drafted.reader]}{beside}; {drafted.records} records."]
    if drafted.left:
        lines.append(
            f"  Columns that are no questions, left out: {named(['(without a head)' if _nameless(head) else head for head in drafted.left])}."
        )
    return [*lines, *(f"  {sentence}" for sentence in drafted.unread)]


def _nameless(head: str) -> bool:
    return head.startswith("Unnamed: ")


def _guessed(drafted: Drafted) -> list[str]:
    counts, variables = drafted.codebook.types(), drafted.codebook.variables
    lines = ["Guessed, in codebook.csv and levels.csv:", *(f"  {words}: {counts[kind]}" for kind, words in _TYPES.items() if kind in counts)]
    for sensitivity, words in {"identifier": "may name somebody", "free": "typed text", "quasi": "may identify in combination"}.items():
        names = list(variables["name"][(variables["sensitivity"] == sensitivity) & (variables["type"] != "set")])
        if names:
            lines.append(f"  {len(names)} marked as {sensitivity} ({words}): {named(names, 8)}")
    lines.append(f"  {_languages(drafted)}")
    looks = [f"  Look at {named(names, 8)}: {note}." for note, names in drafted.codebook.notes.items()]
    return [*lines, *looks, *(["  These notes stand beside their variables, too, in the column note of codebook.csv."] if looks else [])]


def _languages(drafted: Drafted) -> str:
    spoken = {language.partition("-")[0] for language in drafted.languages}
    if {"de", "en"} <= spoken:
        return "The labels are in German and English."
    if not spoken:
        return "The export has no words for its questions; the heads stand in their place, in both languages: write the labels."
    if spoken & {"de", "en"}:
        column = "label_en" if "de" in spoken else "label_de"
        return f"The labels are in {'German' if 'de' in spoken else 'English'} only; they stand in both columns: translate those in {column}."
    which = "The export does not say in which language its labels are" if spoken == {UNDETERMINED} else "The labels are neither German nor English"
    return f"{which}; they stand in both columns: translate label_de, label_en or both."


def _to_decide(drafted: Drafted) -> list[str]:
    dates = [] if drafted.facts.dated else ["  - first and last day of the answers: the export has no dates, so the day of the file stands there"]
    return [
        "For you to decide, in study.yaml, where examples stand with your own variables:",
        "  - title, place, units and instrument, in the words of the report; how many could have answered",
        *dates,
        "  - roles: which variable is the sector, which the membership, which the outcome",
        "  - indices with their items, groups and cross-tables, and the primary model, best before you look at a result",
        "  - frame.csv, interviews, claims.csv: add them when you have them",
    ]


def _check(folder: Path, told: Path, console: Console) -> int:
    try:
        study = open_study(folder)
    except StudyError as error:
        return fail(f"Left to correct before the first report:\n{error}", STUDY_IS_WRONG)
    console.print(
        f"The draft passes the check: {len(study.responses)} answers count, of {int(study.ledger['records'].iloc[0])} records.", markup=False
    )
    path = shlex.quote(str(told))
    console.print(f"Next:\n  study check {path}\n  study run {path} --only 02", markup=False)
    return DONE
