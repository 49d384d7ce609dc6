"""Simulate: answers to a questionnaire, made from declared parameters.

A study folder with codebook.csv, levels.csv, study.yaml and simulation.yaml is enough: what is asked and how it is answered stands in these
files, not here. Latent scales are linear in what is known of a unit; the items of the indices follow them, so that a regression on an index
has known coefficients; all other answers have declared shares and go along with declared columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from helpers.data import draws
from helpers.data.codebook import Codebook, read_codebook
from helpers.data.fieldwork import records
from helpers.data.questionnaire import asked, questionnaire
from helpers.data.settings import read_settings
from helpers.data.structure import write_structure

PARAMETERS_FILE = "simulation.yaml"
Column = npt.NDArray[Any]
_KNOWN: dict[str, Callable[..., Column]] = {
    "shares": draws.categories,
    "years": draws.years,
    "lognormal": draws.lognormal,
    "percentages": draws.percentages,
}
_SYNTHETIC = {"de": "Synthetische Daten", "en": "Synthetic data"}
_EDGE = 2.0  # points: no unit is certain to be at the end of a scale


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


class _Units:
    """The eligible units while their columns are being drawn."""

    def __init__(self, book: Codebook, size: int, seed: int) -> None:
        self.book, self.size, self.seed = book, size, seed
        self.columns: dict[str, Column] = {}

    def term(self, name: str) -> draws.Numbers:
        """A column as a number, shares as proportions; ``log(x)`` is its natural logarithm."""
        inner = re.fullmatch(r"log\((\w+)\)", name)
        if inner:
            return np.log(self.term(inner.group(1)))
        values = np.asarray(self.columns[name], dtype=float)
        return values / 100 if name in self.book.of_type("share") else values

    def place(self, name: str, loadings: Mapping[str, float] | None = None, common: tuple[str, float] = ("", 0.0)) -> draws.Numbers:
        """Where each unit stands on a variable, between 0 and 1."""
        columns = {column: self.term(column) for column in loadings or {}}
        return draws.leaning(self.seed, name, self.size, loadings=loadings or {}, columns=columns, common=common)

    def codes(self, name: str) -> list[str]:
        """Codes of the real answers, in order."""
        levels = self.book.answers(name)
        return list(levels.loc[levels["missing"].eq(""), "code"])


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
    """The values of simulation.yaml, with unit variable and fieldwork dates of study.yaml.

    Raises
    ------
    FileNotFoundError
        If there is no simulation.yaml.
    StudyError
        If study.yaml has problems.
    """
    settings = read_settings(folder)
    parameters = declared_values(yaml.safe_load((folder / PARAMETERS_FILE).read_text(encoding="utf-8")))
    return {**parameters, "unit": settings.roles.unit, "fieldwork": (settings.fieldwork.start, settings.fieldwork.end)}


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
    units = _Units(Codebook(codebook, levels), int(parameters["units"]), seed)
    units.columns[parameters["unit"]] = _tokens(units, **parameters["token"])
    for name, rule in parameters["frame"].items():
        units.columns.update(_known(units, name, rule, draws.spread(seed, name, units.size)))
    for name, rule in parameters["structure"].items():
        units.columns.update(_known(units, name, rule, units.place(name, rule.get("loadings"))))
    for name, rule in parameters["latents"].items():
        units.columns[name] = _latent(units, name, **rule)
    for name, rule in parameters["scales"].items():
        units.columns[name] = _scale(units, name, **rule)
    for name, rule in parameters["questions"].items():
        units.columns[name] = draws.categories(units.place(name, rule.get("loadings")), rule["shares"])
    for name, rule in parameters["ticks"].items():
        units.columns.update(_ticks(units, name, **rule))
    for name, rule in parameters["batteries"].items():
        units.columns.update(_battery(units, name, **rule))
    units.columns.update(_texts(units, parameters))
    truth = pd.DataFrame(units.columns)
    given = _unanswered(_as_exported(truth, units.book), units, parameters)
    frame = truth[[parameters["unit"], *parameters["frame"]]].convert_dtypes()
    return Simulation(frame, records(given, truth, units.book, parameters, seed=seed), truth)


def _tokens(units: _Units, *, prefix: str, length: int, alphabet: str) -> Column:
    letters = np.floor(draws.uniform(units.seed, "token", 2 * units.size * length) * len(alphabet)).astype(int).reshape(-1, length)
    different = dict.fromkeys(prefix + "".join(alphabet[letter] for letter in row) for row in letters)
    return np.array(sorted(list(different)[: units.size]), dtype=object)


def _known(units: _Units, name: str, rule: Mapping[str, Any], place: draws.Numbers) -> dict[str, Column]:
    """A column by its kind; ``parts`` gives several, ``since`` the years since another."""
    if rule["kind"] == "since":
        return {name: rule["year"] - units.columns[rule["of"]]}
    if rule["kind"] == "parts":
        places = [units.place(part) for part in rule["means"]]
        shares = draws.parts(places, means=list(rule["means"].values()), concentration=rule["concentration"])
        return dict(zip(rule["means"], shares, strict=True))
    options = {key: value for key, value in rule.items() if key not in ("kind", "loadings")}
    return {name: _KNOWN[rule["kind"]](place, **options)}


def _latent(units: _Units, name: str, *, start: float, levels: Mapping[str, Mapping[str, float]], slopes: Mapping[str, float], noise: float) -> draws.Numbers:
    values = start + noise * draws.normal(units.seed, name, units.size)
    for variable, points in levels.items():
        values = values + np.array([points[code] for code in units.columns[variable]], dtype=float)
    for term, slope in slopes.items():
        values = values + slope * units.term(term)
    return np.asarray(values, dtype=float)


def _scale(
    units: _Units, name: str, *, kind: str, follows: str, offset: float = 0.0, high: float = 1.0, sd: float | None = None, step: float = 1.0
) -> Column:
    """An item of an index: on average at the latent's place between its goalposts."""
    share = np.clip(units.columns[follows] + offset, _EDGE, 100 - _EDGE) / 100
    place = units.place(name)
    if kind == "counts":
        return draws.counts(place, high * share)
    if kind == "percentages" and sd is not None:
        return draws.percentages(place, mean=high * share, sd=sd, step=step)
    if kind == "steps":
        codes = np.array(units.codes(name), dtype=object)
        return codes[draws.steps(place, share=share, most=len(codes) - 1).astype(int)]
    raise ValueError(f"{name}: there is no scale of kind {kind!r} with these options; there are counts, percentages (with sd) and steps")


def _ticks(
    units: _Units, name: str, *, options: Mapping[str, float], loadings: Mapping[str, float], common: float = 0.0, alone: str | None = None
) -> dict[str, Column]:
    """Boxes of a set: nobody leaves all of them empty, and the box that stands alone excludes the others."""
    opposite = {column: -loading for column, loading in loadings.items()}
    lonely = units.place(alone, opposite) > 1 - options[alone] if alone else np.zeros(units.size, dtype=bool)
    others = {option: share / (1 - options[alone] if alone else 1) for option, share in options.items() if option != alone}
    surplus = np.array([units.place(option, loadings, (name, common)) - (1 - share) for option, share in others.items()])
    ticked = (surplus > 0) | ((surplus.max(axis=0) <= 0) & (surplus == surplus.max(axis=0)))
    boxes = {option: np.where(row & ~lonely, "Y", "") for option, row in zip(others, ticked, strict=True)}
    return {option: np.where(lonely, "Y", "") if option == alone else boxes[option] for option in options}


def _battery(units: _Units, name: str, *, items: Mapping[str, list[float]], loadings: Mapping[str, float], common: float = 0.0) -> dict[str, Column]:
    codes = units.codes(name)
    shares = {item: dict(zip(codes, of_item, strict=True)) for item, of_item in items.items()}
    return {item: draws.categories(units.place(item, loadings, (name, common)), shares[item]) for item in items}


def _texts(units: _Units, parameters: Mapping[str, Any]) -> dict[str, Column]:
    """Identifiers for all, open answers for some; every open answer is used once at most."""
    details = [{name: f"{column[row]}" if isinstance(column[row], str) else f"{column[row]:.0f}" for name, column in units.columns.items()} for row in range(units.size)]
    texts = {name: [pattern.format(**detail) for detail in details] for name, pattern in parameters["identifiers"].items()}
    for name, rule in parameters["open_answers"].items():
        wanted = draws.uniform(units.seed, f"{name}/share", units.size) < rule["share"]
        order = np.argsort(draws.uniform(units.seed, f"{name}/order", len(rule["texts"])), kind="stable")
        left = iter([rule["texts"][number] for number in order])
        texts[name] = [next(left, "").format(**detail) if write else "" for write, detail in zip(wanted, details, strict=True)]
    return {name: np.array(column, dtype=object) for name, column in texts.items()}


def _as_exported(truth: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """The answers as texts: numbers with a point, without trailing zeros."""
    names = asked(book)
    numeric = set(book.of_type("number", "share"))
    return pd.DataFrame({name: [f"{value:.10g}" for value in truth[name]] if name in numeric else truth[name] for name in names}).astype(object)


def _unanswered(given: pd.DataFrame, units: _Units, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """Declared reasons such as "don't know", then skipped questions; tick boxes and shares of a whole are skipped together."""
    book, variables = units.book, units.book.variables
    for name, reasons in parameters["declared_missing"].items():
        for item in book.members(name) or [name]:
            (code, share), *_ = reasons.items()
            given[item] = given[item].mask(draws.uniform(units.seed, f"{item}/declared", units.size) < share, code)
    skipped, together = parameters["skipped"], {*book.sets("multiple"), *book.sets("share")}
    for name in given.columns.difference(list(parameters["open_answers"]), sort=False):
        parent = variables.at[name, "set"]
        share = skipped.get(name, skipped.get(parent, skipped["default"]))
        stream = parent if parent in together else name
        given[name] = given[name].mask(draws.uniform(units.seed, f"{stream}/skipped", units.size) < share, "")
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
    targets["responses"].write_bytes(simulation.answers.to_csv(index=False, quoting=1, lineterminator="\n").encode("utf-8-sig"))
    if "frame" in targets:
        targets["frame"].write_bytes(simulation.frame.to_csv(index=False, lineterminator="\n").encode())
    if "structure" in targets:
        title = {language: f"{settings.title[language]} – {_SYNTHETIC[language]}" for language in ("de", "en")}
        write_structure(questionnaire(book, pages=parameters["pages"], filters=parameters["filters"]), targets["structure"], title=title)
    return simulation
