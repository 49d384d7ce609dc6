"""Units: the eligible units of a simulated survey while their columns are being drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy.typing as npt

from helpers.data.codebook import Codebook
from helpers.data.simulation import draws

Column = npt.NDArray[Any]
_KNOWN: dict[str, Callable[..., Column]] = {
    "shares": draws.categories,
    "years": draws.years,
    "lognormal": draws.lognormal,
    "percentages": draws.percentages,
}


class Units:
    """The eligible units while their columns are being drawn."""

    def __init__(self, book: Codebook, size: int, seed: draws.Seed) -> None:
        self.book, self.size, self.seed = book, size, seed
        self.columns: dict[str, Column] = {}

    def term(self, name: str) -> draws.Numbers:
        """A term as numbers, shares as proportions."""
        values = draws.amount(self.columns, name)
        return values / 100 if name in self.book.of_type("share") else values

    def place(self, name: str, loadings: Mapping[str, float] | None = None, common: draws.Common = draws.NOTHING_IN_COMMON) -> draws.Numbers:
        """Where each unit stands on a variable, between 0 and 1."""
        columns = {column: self.term(column) for column in loadings or {}}
        return draws.leaning(self.seed, name, self.size, loadings=loadings or {}, columns=columns, common=common)

    def codes(self, name: str) -> list[str]:
        """Codes of the real answers, in order."""
        levels = self.book.answers(name)
        return list(levels.loc[levels["missing"].eq(""), "code"])


def known(units: Units, name: str, rule: Mapping[str, Any], place: draws.Numbers) -> dict[str, Column]:
    """A column by its kind; ``parts`` gives several, ``since`` the years since another."""
    if rule["kind"] == "since":
        return {name: rule["year"] - units.columns[rule["of"]]}
    if rule["kind"] == "parts":
        places = [units.place(part) for part in rule["means"]]
        shares = draws.parts(places, means=list(rule["means"].values()), concentration=rule["concentration"])
        return dict(zip(rule["means"], shares, strict=True))
    options = {key: value for key, value in rule.items() if key not in ("kind", "loadings")}
    return {name: _KNOWN[rule["kind"]](place, **options)}
