"""``study questionnaire``: the codebook as a LimeSurvey questionnaire for the next wave."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from helpers.data.codebook import read_codebook
from helpers.data.folders import find_folder
from helpers.data.letters import kind_of
from helpers.data.next_wave import NextWave, next_wave
from helpers.data.problems import Problem, StudyError, collect, named
from helpers.data.settings import Settings, read_settings
from helpers.data.structure import Structure, read_structure, write_structure
from helpers.data.survey import read_delivery
from helpers.running.builds import OUTPUTS
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG, fail

HELP = "write the codebook as a LimeSurvey questionnaire (.lss) for the next wave"
# What the questionnaire of the wave before holds and the new one does not; and what only an .lss file tells of it.
_NOT_CARRIED = ("welcome and end texts", "descriptions of pages", "default answers", "data protection notice", "quotas")
_NOT_TOLD = ("filters", "help texts", "required answers")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What follows ``study questionnaire``."""
    parser.add_argument("folder", type=Path, help="the study's folder; it needs study.yaml, codebook.csv and levels.csv, and no answers")
    parser.add_argument("--to", type=Path, metavar="FILE", help="where to write it (outputs/STUDY/questionnaire.lss)")


def execute(given: argparse.Namespace, console: Console) -> int:
    """Write the questionnaire, and say what LimeSurvey still has to be told."""
    folder = find_folder(given.folder)
    target = given.to or OUTPUTS / folder.name / "questionnaire.lss"
    try:
        wave, lacking = _write(folder, target)
    except StudyError as error:
        return fail(error, STUDY_IS_WRONG)
    _tell(wave, target, lacking, console)
    return DONE


def _write(folder: Path, target: Path) -> tuple[NextWave, tuple[str, ...]]:
    problems: list[Problem] = []
    settings, codebook = collect(problems, read_settings, folder), collect(problems, read_codebook, folder)
    if settings is None or codebook is None:
        raise StudyError(problems)
    source = folder / settings.files.structure if settings.files.structure else None
    if source is not None and target.resolve() == source.resolve():
        raise StudyError(
            [Problem(str(settings.files.structure), "this is the questionnaire of the present wave", remedy="Name another file after --to.")]
        )
    before, whole = _before(folder, settings), source is not None and _is_survey(source.name)
    wave = next_wave(codebook, before)
    target.parent.mkdir(parents=True, exist_ok=True)
    title = {language: settings.title["de" if language.startswith("de") else "en"] for language in wave.structure.languages}
    write_structure(wave.structure, target, title=title)
    return wave, _NOT_CARRIED if whole else (*_NOT_TOLD, *_NOT_CARRIED)


def _before(folder: Path, settings: Settings) -> Structure | None:
    """The questionnaire of the present wave: an .lss file, or what a structure of another kind tells beside the answers."""
    file = settings.files.structure
    if file is None or _is_survey(file):
        return read_structure(folder / file) if file else None
    return read_delivery(folder, settings)[0].structure


def _is_survey(file: str) -> bool:
    return file.lower().endswith(".lss")


def _tell(wave: NextWave, target: Path, lacking: tuple[str, ...], console: Console) -> None:
    structure = wave.structure
    asking = structure.questions[structure.questions["parent"].eq("") & ~structure.questions["type"].isin(["X", "*"])]
    sets = int(asking["type"].map(kind_of).eq("set").sum())
    console.print(f"written: {target}", markup=False)
    asked, pages = _counted(len(asking), "question"), _counted(len(structure.pages), "page")
    console.print(f"{asked} ({sets} with items) on {pages}, in {', '.join(structure.languages)}", markup=False)
    if wave.left_out:
        console.print(f"not in codebook.csv and left out: {named(wave.left_out)}", markup=False)
    if wave.unsure:
        console.print(f"filters to set anew, because they name what is no longer there: {named(wave.unsure)}", markup=False)
    console.print("In LimeSurvey: Create survey > Import, then look through it.", markup=False)
    console.print(f"Not in the file: {', '.join(lacking)}.", markup=False)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
