"""A whole small study in a temporary folder, of which a test may damage one thing."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import yaml

from helpers.data.opening import open_study
from helpers.data.problems import Problem, StudyError
from helpers.data.structure import Structure, write_structure
from helpers.data.study import Study

# Every identifier and every text that somebody typed holds this word; no message may.
CANARY = "CANARY"

CODEBOOK = """
name,code,type,set,unit,low,high,label_de,label_en,sensitivity
unit_id,token,text,,,,,Zugangsschlüssel,Access token,identifier
sector,,single,,,,,Branche,Sector,quasi
size,,number,,members,1,500,Mitglieder,Members,quasi
contact,A1,text,,,,,Ansprechperson,Contact person,identifier
plan,B1,single,,,,,"Gibt es eine Strategie, und wenn ja, welche?","Is there a strategy; if so, which?",open
importance,B2,ordinal,,,,,Wie wichtig ist das Ausland?,How important is the world abroad?,open
measures,B3,set,,,,,Welche Maßnahmen?,Which measures?,open
fairs,B3[SQ001],multiple,measures,,,,Messen,Fairs,open
visits,B3[SQ002],multiple,measures,,,,Reisen,Visits,open
trust,B4,set,,,,,Wie sehr vertrauen Sie ...?,How much do you trust ...?,open
trust_banks,B4[SQ001],ordinal,trust,,,,den Banken,the banks,open
trust_state,B4[SQ002],ordinal,trust,,,,dem Staat,the state,open
partners,B5,number,,partners,0,50,Partner im Ausland,Partners abroad,open
exports,B6,share,,%,,,Anteil des Auslands,Share of business abroad,open
comment,C1,text,,,,,Was möchten Sie noch sagen?,What else would you like to say?,free
"""
LEVELS = """
variable,code,order,label_de,label_en,missing
sector,mobility,1,Mobilität,Mobility,
sector,digital,2,Digitales,Digital,
sector,health,3,Gesundheit,Health,
plan,full,1,Umfassend,Comprehensive,
plan,part,2,In Teilen,In part,
plan,dk,,Weiß nicht,Don’t know,dont_know
importance,A1,1,Gering,Low,
importance,A2,2,Mittel,Medium,
importance,A3,3,Hoch,High,
trust,1,1,Gar nicht,Not at all,
trust,2,2,Völlig,Completely,
trust,9,,Keine Angabe,No answer,no_answer
"""
FRAME = """
unit_id,sector,size,remark
CANARY-U1,mobility,12,CANARY Anna
CANARY-U2,digital,35,CANARY Bela
CANARY-U3,health,36,CANARY Cem
CANARY-U4,mobility,80,CANARY Dora
CANARY-U5,digital,7,CANARY Emre
CANARY-U6,health,50,CANARY Fee
CANARY-U7,mobility,100,CANARY Gero
CANARY-U8,digital,3,CANARY Hanna
"""
# Row 2 to 8 of the export: four complete answers, one broken off late, one broken off early, one only opened.
RECORDS = """
id,submitdate,lastpage,datestamp,token,A1,B1,B2,B3[SQ001],B3[SQ002],B4[SQ001],B4[SQ002],B5,B6,C1
1,2025-11-03 12:00:01,3,2025-11-03 12:00:01,CANARY-U1,CANARY Anna,full,A3,Y,,1,2,12,40,CANARY gut
2,2025-11-04 12:00:02,3,2025-11-04 12:00:02,CANARY-U2,CANARY Bela,dk,A1,,,2,9,,12.5,
3,2025-11-05 12:00:03,3,2025-11-05 12:00:03,CANARY-U3,CANARY Cem,part,N/A,N,N,1,1,0,100,CANARY ä – €
4,2025-11-06 12:00:04,3,2025-11-06 12:00:04,CANARY-U4,CANARY Dora,,A2,N/A,N/A,,2,50,0,
5,,2,2025-11-07 12:00:05,CANARY-U5,CANARY Emre,full,A2,,Y,2,,,,
6,,1,2025-11-08 12:00:06,CANARY-U6,CANARY Fee,part,,N/A,N/A,,,,,
7,,0,2025-11-09 12:00:07,,,,,,,,,,,
"""
TYPED_TEXT = 'CANARY erste Zeile\nzweite; "Zitat", Ende'
SETTINGS = """
title: {de: Eine kleine Studie, en: A small study}
synthetic: true
place: {de: Baden-Württemberg, en: Baden-Württemberg}
units: {de: Initiativen, en: initiatives}
instrument: {de: Online-Befragung, en: online survey}
fieldwork: {start: 2025-11-03, end: 2025-12-05}
population: 8
files: {responses: survey/responses.csv, frame: frame.csv}
roles: {unit: unit_id, sector: sector_group, membership: [size], outcome: effort}
groups:
  sector_group:
    of: sector
    label: {de: Branchengruppe, en: sector group}
    levels:
      - {code: making, from: [mobility], label: {de: Produktion, en: production}}
      - {code: serving, from: [digital, health], label: {de: Dienste, en: services}}
  size_class:
    of: size
    label: {de: Größenklasse, en: size class}
    levels:
      - {code: small, up_to: 12, label: {de: bis 12, en: up to 12}}
      - {code: medium, up_to: 35, label: {de: 13 bis 35, en: 13 to 35}}
      - {code: large, label: {de: über 35, en: over 35}}
cross: {of: [plan, fairs], by: [sector_group, size_class]}
weights: {margins: [sector_group]}
indices:
  effort:
    label: {de: Einsatz, en: effort}
    items:
      - {variable: partners, low: 0, high: 50}
      - {variable: importance, low: 1, high: 3}
model: {outcome: effort, terms: [sector_group, log(size)]}
"""
# What LimeSurvey writes behind the code in a header, where headers carry texts.
HEAD_TEXTS = {"id": "Response ID", "submitdate": "Date submitted", "lastpage": "Last page", "datestamp": "Date last action", "token": "Access code"}
TICK_WORDS = {"label_de": {"Y": "Ja", "N": "Nein"}, "label_en": {"Y": "Yes", "N": "No"}, "lss": {"Y": "Ja", "N": "Nein"}}
# The questionnaire words its answers otherwise than the report does.
OFFERED = {
    "B1": {
        "full": ("Ja, eine <b>umfassende</b>", "Yes, a full one"),
        "part": ("Teilweise", "Partly"),
        "dk": ("Kann ich nicht sagen", "I cannot say"),
    },
    "B2": {"A1": ("wenig", "little"), "A2": ("etwas", "some"), "A3": ("sehr", "very")},
    "B4": {"1": ("kein Vertrauen", "no trust"), "2": ("volles Vertrauen", "full trust"), "9": ("sage ich nicht", "I’d rather not say")},
}


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.strip())))


def csv_bytes(rows: Iterable[Mapping[str, Any]], *, separator: str = ",", encoding: str = "utf-8", index: bool = False) -> bytes:
    table = pd.DataFrame(list(rows))
    return table.to_csv(index=index, sep=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n").encode(encoding)


def excel_bytes(rows: list[Mapping[str, Any]], *, sheet: str = "Sheet", percent: Iterable[str] = ()) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(list(rows[0]))
    for row in rows:
        page.append(list(row.values()))
        for place, (head, value) in enumerate(row.items(), start=1):
            if head in percent and value is not None:
                page.cell(page.max_row, place).number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def questionnaire() -> Structure:
    """What LimeSurvey would know of the small study's choices."""
    kinds = {"B1": ("single", "L"), "B2": ("single", "L"), "B4": ("set", "F")}
    rest = {"page": 1, "other": False, "relevance": "1", "label_de": "Frage", "label_en": "question"}
    questions = [{"code": code, "parent": "", "kind": kind, "type": letter, **rest} for code, (kind, letter) in kinds.items()]
    questions += [{"code": item, "parent": "B4", "kind": "ordinal", "type": "F", **rest} for item in ("SQ001", "SQ002")]
    answers = [
        {"question": question, "code": code, "order": order, "label_de": german, "label_en": english}
        for question, offered in OFFERED.items()
        for order, (code, (german, english)) in enumerate(offered.items(), start=1)
    ]
    pages = pd.DataFrame({"page": [1], "label_de": ["Seite"], "label_en": ["page"]})
    return Structure(pd.DataFrame(questions), pd.DataFrame(answers), pages, ("de", "en"))


class StudyFolder:
    """Tables and settings of a study, written when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings: dict[str, Any] = yaml.safe_load(SETTINGS)
        self.codebook, self.levels, self.frame, self.records = rows_of(CODEBOOK), rows_of(LEVELS), rows_of(FRAME), rows_of(RECORDS)
        self.records[1]["C1"] = TYPED_TEXT
        self.structure: Structure | None = None
        self.files: dict[str, bytes | None] = {}

    def variable(self, name: str) -> dict[str, str]:
        return next(row for row in self.codebook if row["name"] == name)

    def level(self, variable: str, code: str) -> dict[str, str]:
        return next(row for row in self.levels if (row["variable"], row["code"]) == (variable, code))

    def without_frame(self) -> None:
        """Nothing is left that only a frame knows."""
        for key in ("groups", "cross", "weights", "indices", "model", "population"):
            del self.settings[key]
        self.settings["roles"] = {"unit": "unit_id"}
        self.settings["files"].pop("frame")
        self.codebook = [row for row in self.codebook if row["name"] not in ("sector", "size")]
        self.levels = [row for row in self.levels if row["variable"] != "sector"]

    def write(self) -> Path:
        contents: dict[str, bytes | None] = {
            "study.yaml": yaml.safe_dump(self.settings, allow_unicode=True, sort_keys=False).encode(),
            "codebook.csv": csv_bytes(self.codebook),
            "levels.csv": csv_bytes(self.levels),
            "frame.csv": csv_bytes(self.frame),
            "survey/responses.csv": csv_bytes(self.records, encoding="utf-8-sig"),
        }
        (self.path / "survey").mkdir(parents=True, exist_ok=True)
        for name, content in {**contents, **self.files}.items():
            (self.path / name).unlink(missing_ok=True)
            if content is not None:
                (self.path / name).write_bytes(content)
        if self.structure is not None:
            write_structure(self.structure, self.path / "survey" / "structure.lss", title={"de": "Studie", "en": "study"})
        return self.path

    def open(self, **options: Any) -> Study:
        return open_study(self.write(), **options)

    def problems(self) -> list[Problem]:
        """What is wrong; each problem says what to do, and none shows what somebody typed."""
        with pytest.raises(StudyError) as caught:
            self.open()
        told = str(caught.value)
        assert CANARY not in told
        assert all(problem.file and problem.what and problem.remedy for problem in caught.value.problems), told
        assert len(told.splitlines()) == len(caught.value.problems)
        return caught.value.problems

    def problem(self) -> Problem:
        """The only thing that is wrong."""
        (problem,) = self.problems()
        return problem

    def exported(self, *, headers: str = "codes", values: str = "codes") -> list[dict[str, str]]:
        """The records with other headers (codes, texts, underscored), or with labels for codes (label_de, label_en, lss)."""
        return [{self._head(code, headers): self._value(code, text, values) for code, text in record.items()} for record in self.records]

    def _head(self, code: str, headers: str) -> str:
        if headers == "underscored":
            return code.replace("[", "_").replace("]", "")
        if headers == "codes":
            return code
        row = next((row for row in self.codebook if row["code"] == code), None)
        parent = next((each for each in self.codebook if row and each["name"] == row["set"]), None)
        if row is None or code in HEAD_TEXTS:
            return f"{code}. {HEAD_TEXTS[code]}"
        return f"{code}. {parent['label_de']} [{row['label_de']}]" if parent else f"{code}. {row['label_de']}"

    def _value(self, code: str, text: str, values: str) -> str:
        row = next((row for row in self.codebook if row["code"] == code), None)
        if values == "codes" or row is None or text in ("", "N/A"):
            return text
        if row["type"] == "multiple":
            return TICK_WORDS[values][text]
        if row["type"] not in ("single", "ordinal"):
            return text
        if values == "lss":
            return OFFERED[code.partition("[")[0]][text][0].replace("<b>", "").replace("</b>", "")
        levels = [level for level in self.levels if level["variable"] in (row["name"], row["set"]) and level["code"] == text]
        return levels[0][values]

    def typed_cells(self) -> list[dict[str, Any]]:
        """The records as somebody keeps them in Excel: numbers, dates and ticks as such, shares in a percentage format."""

        def cell(head: str, text: str) -> object:
            if text in ("", "N/A"):
                return text or None
            if head in ("submitdate", "datestamp"):
                return datetime.datetime.fromisoformat(text)
            if head == "B6":
                return float(text) / 100
            if head in ("id", "lastpage", "B4[SQ001]", "B4[SQ002]", "B5"):
                return float(text)
            return {"Y": True, "N": False}.get(text, text)

        return [{head: cell(head, text) for head, text in record.items()} for record in self.records]


@pytest.fixture
def folder(tmp_path: Path) -> StudyFolder:
    """A valid study; change a table or setting, then `open` it or ask for its `problems`."""
    return StudyFolder(tmp_path / "study")


@pytest.fixture
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], StudyFolder]:
    """Several studies in one test."""
    return lambda: StudyFolder(tmp_path_factory.mktemp("study"))


@pytest.fixture
def as_csv() -> Callable[..., bytes]:
    """Bytes of a CSV file with all fields in quotation marks."""
    return csv_bytes


@pytest.fixture
def as_excel() -> Callable[..., bytes]:
    """Bytes of an Excel workbook with one sheet."""
    return excel_bytes


@pytest.fixture
def small_questionnaire() -> Structure:
    """The structure that offers what the small study declares, in other words."""
    return questionnaire()
