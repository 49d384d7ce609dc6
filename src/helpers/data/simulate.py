"""Simulate: answers to a questionnaire, made from declared parameters.

A study folder with codebook.csv, levels.csv, study.yaml and simulation.yaml is enough: what is asked and how it is answered stands in these
files, not here. Latent scales are linear in what is known of a unit; the items of the indices follow them, so that a regression on an index
has known coefficients; all other answers have declared shares and go along with declared columns.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.data.codebook import Codebook, read_codebook
from helpers.data.questionnaire import asked, questionnaire
from helpers.data.settings import read_settings
from helpers.data.simulation import draws
from helpers.data.simulation.fieldwork import records
from helpers.data.simulation.frame import eligible_units
from helpers.data.simulation.population import population
from helpers.data.structure import write_structure

PARAMETERS_FILE = "simulation.yaml"
_OPTIONAL = ("structure", "latents", "scales", "questions", "ticks", "batteries", "declared_missing", "filters", "identifiers", "open_answers")
_SYNTHETIC = {"de": "Synthetische Daten", "en": "Synthetic data"}


@dataclass(frozen=True)
class Simulation:
    """A simulated survey.

    Parameters
    ----------
    frame : DataFrame
        One row per eligible unit: its identifier and what is known of all.
    answers : DataFrame
        One row per record, one column per question code, as LimeSurvey exports it; texts.
    truth : DataFrame
        One row per eligible unit, in the order of ``frame``: what the answers were drawn from, latent scales included.
    """

    frame: pd.DataFrame
    answers: pd.DataFrame
    truth: pd.DataFrame


def declared_values(tree: Any) -> Any:
    """The parameters without their sources.

    Examples
    --------
    >>> declared_values({"units": {"value": 118, "source": "an atlas"}})
    {'units': 118}
    """
    if not isinstance(tree, dict):
        return tree
    return tree["value"] if set(tree) == {"value", "source"} else {name: declared_values(branch) for name, branch in tree.items()}


def read_parameters(folder: Path) -> dict[str, Any]:
    """The values of simulation.yaml, with unit variable and fieldwork dates of study.yaml; what a study does not need may be left out.

    A second wave (a section ``panel``) declares what was otherwise than in the wave it names: all other values are those of that wave, whose
    own parameters stand under ``panel`` in ``parameters``.

    Raises
    ------
    FileNotFoundError
        If there is no simulation.yaml.
    StudyError
        If study.yaml has problems.
    """
    settings = read_settings(folder)
    declared = declared_values(yaml.safe_load((folder / PARAMETERS_FILE).read_text(encoding="utf-8")))
    known: dict[str, Any] = {"unit": settings.roles.unit, "fieldwork": (settings.fieldwork.start, settings.fieldwork.end)}
    if "panel" in declared:
        other = read_parameters(folder / declared["panel"]["study"])
        declared = merged({name: value for name, value in other.items() if name != "panel"}, declared)
        known["panel"] = {**declared["panel"], "parameters": other}
    return {**{section: {} for section in _OPTIONAL}, **declared, **known}


def merged(values: Any, changes: Any) -> Any:
    """Values with changes, branch by branch; a list is changed as a whole.

    Examples
    --------
    >>> merged({"plan": {"yes": 0.2, "no": 0.8}, "units": 118}, {"plan": {"yes": 0.1, "no": 0.9}})
    {'plan': {'yes': 0.1, 'no': 0.9}, 'units': 118}
    """
    if not isinstance(values, dict) or not isinstance(changes, dict):
        return changes
    return {**values, **{name: merged(values.get(name), branch) for name, branch in changes.items()}}


def simulate(parameters: Mapping[str, Any], codebook: pd.DataFrame, levels: pd.DataFrame, *, seed: int) -> Simulation:
    """Simulate a frame and the records of a survey of it.

    Parameters
    ----------
    parameters : mapping
        As `read_parameters` returns them.
    codebook, levels : DataFrame
        ``variables`` and ``levels`` of a `Codebook`.
    seed : int
        The same seed gives the same values, on every platform.

    Returns
    -------
    Simulation

    Raises
    ------
    ValueError
        If declared shares do not add up to 1, or loadings leave no room for chance.
    """
    book = Codebook(codebook, levels)
    units = eligible_units(parameters, book, seed=seed)
    truth = population(units, parameters)
    given = _unanswered(_as_exported(truth, book), book, parameters, units.seed)
    frame = truth[[parameters["unit"], *parameters["frame"]]].convert_dtypes()
    return Simulation(frame, records(given, truth, book, parameters, seed=units.seed), truth)


def _as_exported(truth: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """The answers as texts: numbers with a point, without trailing zeros."""
    names = asked(book)
    numeric = set(book.of_type("number", "share"))
    return pd.DataFrame({name: [f"{value:.10g}" for value in truth[name]] if name in numeric else truth[name] for name in names}).astype(object)


def _unanswered(given: pd.DataFrame, book: Codebook, parameters: Mapping[str, Any], seed: draws.Seed) -> pd.DataFrame:
    """Declared reasons such as "don't know", then skipped questions; tick boxes and shares of a whole are skipped together."""
    for name, reasons in parameters["declared_missing"].items():
        for item in book.members(name) or [name]:
            (code, share), *_ = reasons.items()
            given[item] = given[item].mask(draws.uniform(seed, f"{item}/declared", len(given)) < share, code)
    skipped, together = parameters["skipped"], {*book.sets("multiple"), *book.sets("share")}
    for name in given.columns.difference(list(parameters["open_answers"]), sort=False):
        parent = book.variables.at[name, "set"]
        share = skipped.get(name, skipped.get(parent, skipped["default"]))
        stream = parent if parent in together else name
        given[name] = given[name].mask(draws.uniform(seed, f"{stream}/skipped", len(given)) < share, "")
    return given


def write_demo(folder: Path, *, seed: int | None = None) -> Simulation:
    """Write frame, answers and questionnaire of a study folder from its simulation.yaml.

    Parameters
    ----------
    folder : Path
        Holds codebook.csv, levels.csv, study.yaml and simulation.yaml; study.yaml says where the files go.
    seed : int, optional
        The one declared in simulation.yaml where it is missing.

    Returns
    -------
    Simulation
        What was written. The same seed writes the same bytes.
    """
    folder = Path(folder)
    settings, book, parameters = read_settings(folder), read_codebook(folder), read_parameters(folder)
    simulation = simulate(parameters, book.variables, book.levels, seed=parameters["seed"] if seed is None else seed)
    files = settings.files
    targets = {part: folder / target for part, target in files.model_dump(include={"responses", "structure", "frame"}).items() if target}
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    # LimeSurvey puts a byte-order mark first and every field in quotation marks.
    targets["responses"].write_bytes(simulation.answers.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\n").encode("utf-8-sig"))
    if "frame" in targets:
        targets["frame"].write_bytes(simulation.frame.to_csv(index=False, lineterminator="\n").encode())
    if "structure" in targets:
        title = {language: f"{settings.title[language]} – {_SYNTHETIC[language]}" for language in ("de", "en")}
        write_structure(questionnaire(book, pages=parameters["pages"], filters=parameters["filters"]), targets["structure"], title=title)
    return simulation
