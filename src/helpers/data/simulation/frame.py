"""Frame: who is eligible in a simulated survey, and what is known of all; in a panel, whom the other wave knows already."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from helpers.data.codebook import Codebook
from helpers.data.simulation import draws
from helpers.data.simulation.units import Column, Units, known

_NOBODY = -1


def eligible_units(parameters: Mapping[str, Any], codebook: Codebook, *, seed: int) -> Units:
    """The eligible units with their identifiers and the columns of the frame.

    Parameters
    ----------
    parameters : mapping
        As `helpers.data.simulate.read_parameters` returns them. With a section ``panel`` some units are those of another wave: what is known
        of them is what that wave knows (amounts as they were then), and all that is drawn for them goes along with what was drawn there.
    codebook : Codebook
    seed : int

    Returns
    -------
    Units
        In the order of their identifiers.

    Raises
    ------
    ValueError
        If more units are to be those of the other wave than it has, or than there are to be, or two waves have the same seed.
    """
    size, panel = int(parameters["units"]), parameters.get("panel")
    if not panel:
        units = Units(codebook, size, seed)
        units.columns[parameters["unit"]] = _tokens(seed, size, **parameters["token"])
        units.columns.update(_frame(units, parameters))
        return units
    other = eligible_units(panel["parameters"], codebook, seed=panel["parameters"]["seed"])
    if seed in draws.seeds(other.seed):
        raise ValueError(f"the seed {seed} is that of another wave of the panel, so that nothing would be left to chance; choose another")
    tokens, rows = _met_again(other, parameters, seed)
    units = Units(codebook, size, draws.Panel(own=seed, other=other.seed, size=other.size, rows=tuple(rows), correlation=panel["correlation"]))
    units.columns[parameters["unit"]] = tokens
    units.columns.update(_frame(units, parameters, other, rows))
    return units


def _met_again(other: Units, parameters: Mapping[str, Any], seed: int) -> tuple[Column, Column]:
    """Identifiers of all units, and the row that each has in the other wave."""
    size, stays = int(parameters["units"]), parameters["panel"]["stays"]
    if stays["count"] > min(size, other.size):
        raise ValueError(f"{stays['count']} units are to be in both waves, which have {size} and {other.size}; lower 'count' under 'stays'")
    score = sum((slope * draws.amount(other.columns, term) for term, slope in stays["lean"].items()), np.zeros(other.size))
    again = draws.preferred(seed, "panel/stays", score)[: stays["count"]]
    there = other.columns[parameters["unit"]]
    new = _tokens(seed, size - len(again), taken=set(there), **parameters["token"])
    tokens, rows = np.concatenate([there[again], new]), np.concatenate([again, np.full(len(new), _NOBODY)])
    order = np.argsort(tokens.astype(str), kind="stable")
    return tokens[order], rows[order]


def _frame(units: Units, parameters: Mapping[str, Any], other: Units | None = None, rows: Column | None = None) -> dict[str, Column]:
    """What is known of all units; of those in the other wave, what is known there."""
    own, then = draws.own(units.seed), (parameters.get("panel") or {}).get("then", {})
    for name, rule in parameters["frame"].items():
        column = known(units, name, rule, draws.spread(own, name, units.size))[name]
        # Years since another column follow from it.
        if other is not None and rows is not None and rule["kind"] != "since":
            there = other.columns[name][rows]
            if name in then:
                times = draws.lognormal(draws.uniform(own, f"{name}/then", units.size), **then[name], step=0.01)
                there = np.clip(np.round(there * times), rule["low"], rule["high"])
            column = np.where(rows == _NOBODY, column, there)
        units.columns[name] = column
    return {name: units.columns[name] for name in parameters["frame"]}


def _tokens(seed: int, size: int, *, prefix: str, length: int, alphabet: str, taken: Collection[str] = ()) -> Column:
    letters = np.floor(draws.uniform(seed, "token", 2 * (size + len(taken)) * length) * len(alphabet)).astype(int).reshape(-1, length)
    different = dict.fromkeys(prefix + "".join(alphabet[letter] for letter in row) for row in letters)
    return np.array(sorted([token for token in different if token not in taken][:size]), dtype=object)
