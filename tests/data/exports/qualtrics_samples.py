"""Answers as Qualtrics exports them, by its support pages and the header rows of published exports (2016 to 2025)."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

INTERVIEW = {
    **{"StartDate": "startDate", "EndDate": "endDate", "Status": "status", "IPAddress": "ipAddress", "Progress": "progress"},
    **{"Duration (in seconds)": "duration", "Finished": "finished", "RecordedDate": "recordedDate", "ResponseId": "_recordId"},
    **{"RecipientLastName": "recipientLastName", "RecipientEmail": "recipientEmail", "ExternalReference": "externalDataReference"},
    **{"LocationLatitude": "locationLatitude", "DistributionChannel": "distributionChannel", "UserLanguage": "userLanguage"},
}
# name: (question, ImportId, choiceId)
ASKED = {
    "Q1": ("What is your legal form? - Selected Choice", "QID1", ""),
    "Q1_4_TEXT": ("What is your legal form? - Other - Text", "QID1_4_TEXT", ""),
    "Q2": ("How many members?", "QID2_TEXT", ""),
    "Q3_1": ("Where are you active? - Selected Choice - Europe", "QID3", "1"),
    "Q3_2": ("Where are you active? - Selected Choice - Asia, Pacific", "QID3", "2"),
    "Q3_9": ("Where are you active? - Selected Choice - Elsewhere", "QID3", "9"),
    "Q3_9_TEXT": ("Where are you active? - Elsewhere - Text", "QID3_9_TEXT", ""),
    "Q4_1": ("How far do you agree? - We plan - ahead", "QID4_1", ""),
    "Q4_2": ("How far do you agree? - We measure", "QID4_2", ""),
    "Q5": ("Which means do you use?", "QID5", ""),
    "Q6": ("Anything else?", "QID6_TEXT", ""),
    "Q4_DO_1": ("How far do you agree? - Display Order", "QID4_DO", "1"),
    "Q7_Page Submit": ("Timing - Page Submit", "QID7_PAGE_SUBMIT", ""),
    "SC0": ("Score", "SC_abc", ""),
}


def interview(number: int, finished: str = "True", status: str = "IP Address", channel: str = "anonymous") -> list[str]:
    day = f"2025-08-{10 + number} "
    head = [f"{day}22:00:00", f"{day}22:05:00", status, f"192.0.2.{number}", "100", "300", finished, f"{day}22:05:01", f"R_abcdef{number}"]
    return [*head, "Geheimname", f"geheim{number}@example.org", "", "48.7", channel, "EN"]


LABELLED = [
    [*interview(1), "Association", "", "12", "Europe", "", "", "", "Agree", "Disagree", "Fairs,Print", "geheim, sehr geheim", "2", "8.1", "3"],
    [*interview(2), "Other", "gGmbH", "7", "Europe", "Asia, Pacific", "", "", "Agree", "Agree", "Fairs", "", "1", "7.0", "4"],
    [*interview(3, "False"), "Association", "", "", "", "", "", "", "Disagree", "", "Print", "", "1", "", ""],
    [
        *interview(4, status="Survey Preview", channel="preview"),
        "Other",
        "x",
        "1",
        "",
        "",
        "Elsewhere",
        "y",
        "Agree",
        "Agree",
        "Fairs",
        "z",
        "1",
        "1",
        "1",
    ],
]
CODED = [
    [*interview(1, "1", "0"), "1", "", "12", "1", "", "", "", "4", "2", "1,3", "-99", "2", "8.1", "3"],
    [*interview(2, "1", "0"), "-99", "", "-99", "0", "0", "0", "", "4", "-99", "1", "-99", "1", "7.0", "4"],
    [*interview(3, "0", "0"), "4", "geheim", "7", "", "", "", "", "", "", "", "", "1", "", ""],
    [*interview(4, "1", "1"), "1", "", "1", "1", "", "", "", "1", "1", "1", "", "1", "1", "1"],
]


def export(rows: list[list[str]], asked: dict[str, tuple[str, str, str]] = ASKED, headers: int = 3, delimiter: str = ",") -> str:
    texts = [*INTERVIEW, *(text for text, _, _ in asked.values())]
    ids = [{"ImportId": name} | ({"timeZone": "Europe/Berlin"} if "Date" in name else {}) for name in INTERVIEW.values()]
    ids += [{"ImportId": name} | ({"choiceId": choice} if choice else {}) for _, name, choice in asked.values()]
    told = [[*INTERVIEW, *asked], texts, [json.dumps(one, separators=(",", ":")) for one in ids]]
    held = io.StringIO()
    csv.writer(held, delimiter=delimiter, lineterminator="\n").writerows([*told[:headers], *rows])
    return held.getvalue()


def written(folder: Path, text: str, name: str = "Survey_August 19.csv", encoding: str = "utf-8-sig") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def kinds(delivery) -> dict[str, tuple[str, str]]:
    questions = delivery.structure.questions
    return dict(zip(questions["code"], zip(questions["kind"], questions["parent"], strict=True), strict=True))
