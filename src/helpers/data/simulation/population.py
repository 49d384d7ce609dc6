"""Population: what each unit of a simulated survey would answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.simulation import draws
from helpers.data.simulation.units import Column, Units, known

_EDGE = 2.0  # points: no unit is certain to be at the end of a scale


def population(units: Units, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """One row per eligible unit: what is known of it, its latent scales, and what it would answer to every question.

    Parameters
    ----------
    units : Units
        With what is known of them, see `helpers.data.simulation.frame.eligible_units`; gains all other columns.
    parameters : mapping
        As `helpers.data.simulate.read_parameters` returns them.

    Returns
    -------
    DataFrame
        One column per variable and latent scale, in the order in which they were drawn; rows by identifier. Shares in per cent, choices as
        level codes, ticks as ``Y`` or empty.

    Raises
    ------
    ValueError
        If declared shares do not add up to 1, or loadings leave no room for chance.
    """
    for name, rule in parameters["structure"].items():
        units.columns.update(known(units, name, rule, units.place(name, rule.get("loadings"))))
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
    return pd.DataFrame(units.columns)


def _latent(
    units: Units, name: str, *, start: float, levels: Mapping[str, Mapping[str, float]], slopes: Mapping[str, float], noise: float
) -> draws.Numbers:
    values = start + noise * draws.normal(units.seed, name, units.size)
    for variable, points in levels.items():
        values = values + np.array([points[code] for code in units.columns[variable]], dtype=float)
    for term, slope in slopes.items():
        values = values + slope * units.term(term)
    return np.asarray(values, dtype=float)


def _scale(
    units: Units, name: str, *, kind: str, follows: str, offset: float = 0.0, high: float = 1.0, sd: float | None = None, step: float = 1.0
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
    units: Units, name: str, *, options: Mapping[str, float], loadings: Mapping[str, float], common: float = 0.0, alone: str | None = None
) -> dict[str, Column]:
    """Boxes of a set: nobody leaves all of them empty, and the box that stands alone excludes the others."""
    opposite = {column: -loading for column, loading in loadings.items()}
    lonely = units.place(alone, opposite) > 1 - options[alone] if alone else np.zeros(units.size, dtype=bool)
    others = {option: share / (1 - options[alone] if alone else 1) for option, share in options.items() if option != alone}
    surplus = np.array([units.place(option, loadings, (name, common)) - (1 - share) for option, share in others.items()])
    ticked = (surplus > 0) | ((surplus.max(axis=0) <= 0) & (surplus == surplus.max(axis=0)))
    boxes = {option: np.where(row & ~lonely, "Y", "") for option, row in zip(others, ticked, strict=True)}
    return {option: np.where(lonely, "Y", "") if option == alone else boxes[option] for option in options}


def _battery(units: Units, name: str, *, items: Mapping[str, list[float]], loadings: Mapping[str, float], common: float = 0.0) -> dict[str, Column]:
    codes = units.codes(name)
    shares = {item: dict(zip(codes, of_item, strict=True)) for item, of_item in items.items()}
    return {item: draws.categories(units.place(item, loadings, (name, common)), shares[item]) for item in items}


def _texts(units: Units, parameters: Mapping[str, Any]) -> dict[str, Column]:
    """Identifiers for all, open answers for some; every open answer is used once at most."""
    details = [
        {name: f"{column[row]}" if isinstance(column[row], str) else f"{column[row]:.0f}" for name, column in units.columns.items()}
        for row in range(units.size)
    ]
    texts = {name: [pattern.format(**detail) for detail in details] for name, pattern in parameters["identifiers"].items()}
    for name, rule in parameters["open_answers"].items():
        wanted = draws.uniform(units.seed, f"{name}/share", units.size) < rule["share"]
        order = np.argsort(draws.uniform(draws.own(units.seed), f"{name}/order", len(rule["texts"])), kind="stable")
        left = iter([rule["texts"][number] for number in order])
        texts[name] = [next(left, "").format(**detail) if write else "" for write, detail in zip(wanted, details, strict=True)]
    return {name: np.array(column, dtype=object) for name, column in texts.items()}
