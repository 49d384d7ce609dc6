"""A small study in two waves, with answers counted out by hand."""

from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.data.claims import COLUMNS
from helpers.data.codebook import Codebook

LEVELS = {"plan": ["yes", "no"], "size": ["small", "middle", "large"], "views": ["low", "high", "none"]}
QUESTIONS = [
    ("plan", "single", "", "Gibt es einen Plan? Bitte ankreuzen.", "Is there a plan? Please tick."),
    ("size", "ordinal", "", "Größe", "Size"),
    ("aims", "set", "", "Welche Ziele? Bitte alle ankreuzen.", "Which aims? Tick all."),
    *((f"aim_{name}", "multiple", "aims", f"Ziel {name}", f"Aim {name}") for name in "abc"),
    ("views", "set", "", "Ansichten", "Views"),
    ("view_x", "ordinal", "views", "Ansicht X", "View X"),
    ("staff", "number", "", "Stellen", "Posts"),
    ("level", "number", "", "Stand", "Level"),
]


def codebook():
    variables = pd.DataFrame(QUESTIONS, columns=["name", "type", "set", "label_de", "label_en"]).set_index("name")
    rows = [(name, code, place + 1.0, f"{code} (de)", code, "") for name, codes in LEVELS.items() for place, code in enumerate(codes)]
    return Codebook(variables, pd.DataFrame(rows, columns=["variable", "code", "order", "label_de", "label_en", "missing"]))


def counted(name, *counts):
    """Answers in the order of the levels, so many of each, the rest missing."""
    codes = LEVELS[name]
    return pd.Categorical(np.repeat(codes, counts), categories=codes, ordered=True)


@dataclass(frozen=True)
class Made:
    """What the comparison needs of a study."""

    responses: pd.DataFrame
    units: pd.Series
    eligible: pd.Index | None
    claims: pd.DataFrame
    codebook: Codebook = field(default_factory=codebook)
    population: int | None = 120
    ended: int = 2024
    min_cell: int = 5

    @property
    def missing(self):
        return self.responses.isna().map({True: "skipped", False: ""}.get)

    @property
    def settings(self):
        return SimpleNamespace(fieldwork=SimpleNamespace(end=date(self.ended, 3, 1)))

    def asked(self, *types):
        return [name for name in ("plan", "size", "staff") if name in self.responses and self.codebook.variables.at[name, "type"] in types]

    def sets(self, kind):
        return {name: self.codebook.members(name) for name in self.codebook.sets(kind)}

    def index_items(self):
        return {"level": pd.DataFrame({"variable": ["staff"], "low": 0.0, "high": 10.0, "weight": 1.0})}

    def without(self, *columns):
        """The same study, some questions not asked."""
        return replace(self, responses=self.responses.drop(columns=list(columns)))

    def reworded(self, name, language="en"):
        """The same study, a question put otherwise in one language."""
        variables = self.codebook.variables.copy()
        variables.loc[name, f"label_{language}"] += ", approximately"
        return replace(self, codebook=Codebook(variables, self.codebook.levels))


def claims(*rows):
    """Statements: id, kind, and whatever else is not empty."""
    lines = [dict.fromkeys(COLUMNS, "") | {"part": 1, "headline": pd.NA} | row for row in rows]
    words = [{"statement_de": f"Aussage {line['id']}.", "statement_en": f"Statement {line['id']}."} for line in lines]
    table = pd.DataFrame([line | own for line, own in zip(lines, words, strict=True)], columns=list(COLUMNS))
    return table.astype({"headline": "Int64", "part": "int64"})


CLAIMS = claims(
    {"id": "C1", "kind": "majority", "question": "plan", "answer": "yes", "headline": 1},
    {"id": "C2", "kind": "ordering", "question": "aims", "options": "aim_a>aim_b", "headline": 2},
    {"id": "C3", "kind": "ratings", "question": "views", "answer": "high|none", "options": "view_x"},
    {"id": "C4", "kind": "association", "question": "staff", "with": "size", "sign": "+"},
    {"id": "C5", "kind": "importance", "question": "sector_part"},
    {"id": "C6", "kind": "interviews", "codes": "trust"},
)
NOBODY = {"aim_a": 30, "aim_b": 12, "aim_c": 30}


def wave(*, plan=(30, 30), size=(20, 20, 20), views=(20, 20, 20), aims=None, staff=5.0, first=0, listed=None, ended=2024):
    """60 answers of the units from number ``first`` on; ``aims`` says how many ticked each."""
    ticks = {name: np.arange(60) < count for name, count in {**NOBODY, **(aims or {})}.items()}
    answers = {"plan": counted("plan", *plan), "size": counted("size", *size), **ticks, "view_x": counted("views", *views)}
    spread = np.tile([-1.0, 0.0, 1.0], 20)
    return Made(
        responses=pd.DataFrame(answers | {"staff": staff + spread}),
        units=pd.Series([f"u{number}" for number in range(first, first + 60)]),
        eligible=None if listed is None else pd.Index([f"u{number}" for number in listed]),
        claims=CLAIMS,
        ended=ended,
    )
