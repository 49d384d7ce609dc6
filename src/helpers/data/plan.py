"""Plan: what study.yaml fixes before the data are seen: the indices, the primary model, and what stands beside it."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

SECTOR, MEMBERSHIP = "sector_part", "membership_part"  # the parts of a model, as result tables name them


class Block(BaseModel):
    """A mapping of study.yaml: no key it does not know, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Label(Block):
    """A text in both languages of the report."""

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return {"de": self.de, "en": self.en}[language]


class IndexItem(Block):
    """An item of an index with its fixed goalposts."""

    variable: str
    low: float
    high: float
    weight: Annotated[float, Field(gt=0)] = 1.0

    @model_validator(mode="after")
    def _apart(self) -> IndexItem:
        if self.low == self.high:
            raise ValueError("'low' and 'high' are the same")
        return self


class Index(Block):
    """An index from 0 to 100; ``reflective`` where its items are effects of one thing, not its parts: only then do alpha and omega say anything."""

    label: Label
    items: list[IndexItem] = Field(min_length=2)
    reflective: bool = False


class Change(Block):
    """How far a regressor moves where its effect is told: ``plus`` an amount, or ``times`` a factor where the term is a logarithm.

    ``label`` names the change: "ten years older", "twice as many members".
    """

    term: str
    label: Label
    plus: float | None = None
    times: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Change:
        if (self.plus is None) == (self.times is None) or (self.times is None) == self.term.startswith("log("):
            raise ValueError("give 'times' where the term is a logarithm, 'plus' elsewhere")
        if self.by == 0:
            raise ValueError("a change of nothing says nothing")
        return self

    @property
    def by(self) -> float:
        """The change in units of the term itself."""
        return float(self.plus) if self.times is None and self.plus is not None else math.log(self.times or 1.0)


class Parts(Block):
    """What readers call the two parts of the model that the roles name."""

    sector: Label = Label(de="Branche", en="sector")
    membership: Label = Label(de="Mitgliederstruktur", en="membership structure")


class Alternative(Block):
    """Another model beside the primary one: the same terms, another family, and perhaps another outcome."""

    family: Literal["fractional_logit", "beta", "ordered_logit", "poisson", "negative_binomial", "firth_logit"]
    outcome: str | None = None
    answer: str | None = None


class Model(Block):
    """The primary model, fixed before the data are seen."""

    outcome: str
    terms: list[str] = Field(min_length=1)
    parts: Parts = Parts()
    changes: list[Change] = []
    alternatives: list[Alternative] = []
    codings: list[str] = []

    @model_validator(mode="after")
    def _terms_it_has(self) -> Model:
        foreign = [change.term for change in self.changes if change.term not in self.terms]
        if foreign:
            raise ValueError(f"'changes' names terms that the model does not have: {', '.join(foreign)}")
        return self


def term_variable(term: str) -> str:
    """The variable of a term.

    Examples
    --------
    >>> term_variable("log(members)"), term_variable("age")
    ('members', 'age')
    """
    return re.sub(r"^\w+\((\w+)\)$", r"\1", term)
