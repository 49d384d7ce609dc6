"""A small study to code: a transcript with an emoji and decomposed umlauts, another one, three codes, and the codings of somebody else."""

import unicodedata
from pathlib import Path

import pandas as pd

from helpers.data.interviews.codes import COLUMNS, write_codes
from helpers.data.interviews.codings import write_codings

FIRST = unicodedata.normalize(
    "NFD", "Fiktives Interview\n\nI: Wie fing es an? #00:00:10-0#\nB: Zögernd 😀 ging es los. Die Märkte waren fremd. #00:00:40-2#\n"
) + ("I: Und heute?\nB: Heute fehlt uns das Personal 👩‍👧 für Messen. Vertrauen braucht Zeit.\nEs geht nur langsam.\n")
SECOND = "I: Was hilft?\nB: Geld hilft. Und Geduld.\n"
CODES = [
    ("barriers", "", "Barrieren", "Barriers"),
    ("staff", "barriers", "Personal", "Staff"),
    ("markets", "", "Märkte", "Markets"),
]


def write_study(folder: Path) -> Path:
    """The study's interviews folder."""
    interviews = folder / "interviews"
    (interviews / "transcripts").mkdir(parents=True)
    for name, text in (("I01", FIRST), ("I02", SECOND)):
        (interviews / "transcripts" / f"{name}.txt").write_text(text, encoding="utf-8")
    rows = [
        [code, parent, german, english, f"Über {german}", f"On {english}", "", "", "", "#0b6e99", "deductive", ""]
        for code, parent, german, english in CODES
    ]
    write_codes(pd.DataFrame(rows, columns=list(COLUMNS)), interviews / "codes.csv")
    write_codings(
        coded(("I01", *place(FIRST, "Personal"), "staff", "B"), ("I02", *place(SECOND, "Geld"), "barriers", "dictionary")), interviews / "codings.csv"
    )
    return interviews


def coded(*rows: tuple[str, int, int, str, str]) -> pd.DataFrame:
    """A table of codings."""
    return pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])


def place(text: str, passage: str) -> tuple[int, int]:
    """Start and end of a passage that occurs once."""
    assert text.count(passage) == 1
    return text.index(passage), text.index(passage) + len(passage)
