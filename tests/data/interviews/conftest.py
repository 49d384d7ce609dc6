"""Interviews beside the small study, of which a test may damage one thing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from helpers.data.interviews.reading import read_interviews
from helpers.data.settings import read_settings

SPOKEN = {
    "I01": """Erfundenes Gespräch
I: Warum gehen Sie ins Ausland? #00:00:10-0#
B: Wegen der Märkte. Ohne [Name: CANARY Ilse] wäre das nichts geworden. #00:00:31-5#

I: Und was hindert Sie?
B: Die Zeit 🙂, vor allem die Zeit.
Und das Geld. #00:01:02-0#
""",
    "I02": """I: Warum gehen Sie ins Ausland?
B: Das wollten die Mitglieder so. Wir selbst hätten damit gewartet.
""",
    "I03": """I: Warum gehen Sie nicht ins Ausland?
B: Dazu sage ich lieber nichts. Das müssen andere beurteilen als wir.
""",
}


def place(document: str, passage: str) -> tuple[int, int]:
    """Where a passage stands in a transcript."""
    start = SPOKEN[document].index(passage)
    return start, start + len(passage)


def coding(document: str, passage: str, code: str, coder: str) -> dict[str, Any]:
    start, end = place(document, passage)
    return {"document": document, "start": start, "end": end, "code": code, "coder": coder}


def code(name: str, parent: str = "", **more: str) -> dict[str, str]:
    words = {"label_de": f"{name} deutsch", "label_en": f"{name} English", "definition_de": f"Was {name} ist", "definition_en": f"What {name} is"}
    rules = {"rule": "", "anchor": "", "exclusion": "", "colour": "#1f77b4", "origin": "deductive", "patterns": ""}
    return {"code": name, "parent": parent, **words, **rules, **more}


class InterviewFolder:
    """Transcripts and tables beside a study, written when it is opened."""

    def __init__(self, study: Any, as_csv: Any) -> None:
        self.study, self._as_csv = study, as_csv
        self.transcripts: dict[str, bytes] = {f"{name}.txt": text.encode() for name, text in SPOKEN.items()}
        self.documents = [
            {"id": name, "unit": unit, "consent": consent, "date": "2026-01-12", "minutes": "34", "role_de": "Leitung", "role_en": "management"}
            for name, unit, consent in (("I01", "CANARY-U1", "yes"), ("I02", "CANARY-U7", "yes"), ("I03", "", "no"))
        ]
        self.codes = [code("motives"), code("markets", "motives"), code("members", "motives"), code("barriers"), code("time", "barriers")]
        self.codings = [
            coding("I01", "Wegen der Märkte.", "markets", "A"),
            coding("I01", "Wegen der Märkte. Ohne", "markets", "B"),
            coding("I01", "Die Zeit 🙂", "time", "A"),
            coding("I02", "Das wollten die Mitglieder so.", "members", "B"),
            coding("I01", "Wegen der Märkte.", "markets", "agreed"),
            coding("I01", "Die Zeit 🙂, vor allem die Zeit.", "time", "agreed"),
            coding("I01", "Märkte", "markets", "dictionary"),
        ]
        start, end = place("I01", "Wegen der Märkte.")
        self.quotations = [{"document": "I01", "start": start, "end": end, "code": "markets", "text_en": "Because of the markets."}]
        self.files: dict[str, bytes | None] = {}
        study.settings["interviews"] = {"interviewers": ["I"], "coders": ["A", "B"], "consensus": "agreed"}

    @property
    def plan(self) -> dict[str, Any]:
        return self.study.settings["interviews"]

    def write(self) -> Any:
        base = self.study.path / "interviews"
        tables = {"interviews": self.documents, "codes": self.codes, "codings": self.codings, "quotations": self.quotations}
        contents = {f"{name}.csv": self._as_csv(rows) for name, rows in tables.items() if rows}
        contents |= {f"transcripts/{name}": content for name, content in self.transcripts.items()}
        (base / "transcripts").mkdir(parents=True)
        for name, content in {**contents, **self.files}.items():
            if content is not None:
                (base / name).write_bytes(content)
        return self.study.write()

    def open(self) -> Any:
        self.write()
        return self.study.open()

    def problems(self) -> list[Any]:
        """What is wrong with the whole study."""
        self.write()
        return self.study.problems()

    def own_problems(self) -> list[Any]:
        """What is wrong with the interviews, without opening the survey."""
        folder = self.write()
        problems = read_interviews(folder, read_settings(folder)).problems
        assert all(problem.file and problem.what and problem.remedy and "CANARY" not in str(problem) for problem in problems)
        return problems

    def own_problem(self) -> Any:
        (problem,) = self.own_problems()
        return problem

    def problem(self) -> Any:
        (problem,) = self.problems()
        return problem


@pytest.fixture
def interviews(folder, as_csv):
    """The small study with three interviews; change something, then `open` it or ask for its `problems`."""
    return InterviewFolder(folder, as_csv)


@pytest.fixture
def make_code():
    """A row of codes.csv."""
    return code


@pytest.fixture
def spot():
    """Where a passage stands in one of the three transcripts."""
    return place


@pytest.fixture
def spoken():
    """The three transcripts."""
    return SPOKEN


@pytest.fixture
def code_system():
    """A code system of two levels."""
    return pd.DataFrame([code("motives"), code("markets", "motives"), code("time")], dtype="str")
