"""A real LimeSurvey export of 559 columns, against a reading of the same file that shares no code with ours."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from helpers.data.tabular import read_texts

ROOT = Path(__file__).parents[2]
EXPORT = ROOT.parent / "shared" / "real" / "limesurvey" / "limesurvey_hejuniors_dummy_data_codeandtext.csv"
pytestmark = pytest.mark.skipif(not EXPORT.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")

# Name, type, set, code. B4 and C3 were not shown to everybody; A4[other] is a year of birth, B7[other] a number of days.
CHOSEN = [
    ("field", "single", "", "A2"),
    ("born", "number", "", "A4[other]"),
    ("relation", "single", "", "A6"),
    ("citizen", "single", "", "A7"),
    ("origin", "set", "", "A8"),
    *((f"origin_{place}", "multiple", "origin", f"A8[SQ{place:03}]") for place in range(1, 11)),
    ("disability", "single", "", "A11"),
    ("remark", "text", "", "A14"),
    ("funds", "set", "", "B4"),
    *((f"funds_{place}", "multiple", "funds", f"B4[SQ{place:03}]") for place in range(1, 6)),
    ("days", "number", "", "B7[other]"),
    ("free_days", "single", "", "B9"),
    ("content", "set", "", "C1"),
    *((f"content_{place}", "ordinal", "content", f"C1[SQ{place:03}]") for place in (1, 2, 4, 5)),
    ("quitting", "ordinal", "", "C2"),
    ("reasons", "set", "", "C3"),
    *((f"reason_{place}", "multiple", "reasons", f"C3[SQ{place:03}]") for place in range(1, 17)),
]
SCALES = {
    "content": ["Very dissatisfied", "Dissatisfied", "Neither/nor", "Satisfied", "Very satisfied"],
    "quitting": ["Never", "Rarely", "Occasionally", "Often"],
}
NONE_OF_THEM = {
    "I don't want to answer this question": "refused",
    "I don’t want to answer this question": "refused",
    "I don’t know": "dont_know",
    "Does not apply": "not_applicable",
}
ASKED = [(name, kind, of, code) for name, kind, of, code in CHOSEN if kind != "set"]


@pytest.fixture(scope="module")
def rows() -> dict[int, dict[str, str]]:
    """Spreadsheet row -> code -> text, by the csv module alone."""
    with EXPORT.open(encoding="utf-8-sig", newline="") as stream:
        heads, *records = [row for row in csv.reader(stream) if row]
    codes = [head.partition(". ")[0] for head in heads]
    return {number: dict(zip(codes, (text.strip() for text in record), strict=True)) for number, record in enumerate(records, start=2)}


@pytest.fixture
def study(folder, rows):
    """The chosen columns as a study; the levels of a single-choice question are whatever the file holds."""
    folder.without_frame()
    folder.settings |= {"roles": {}, "files": {"responses": EXPORT.as_posix()}, "partial": {"least": 0.5}}
    labels = {"unit": "", "low": "", "high": "", "label_de": "Frage", "label_en": "question"}
    folder.codebook = [
        {"name": name, "code": code, "type": kind, "set": of, **labels, "sensitivity": "free" if kind == "text" else "open"}
        for name, kind, of, code in CHOSEN
    ]
    folder.levels = []
    for name, kind, of, code in CHOSEN:
        scale = SCALES.get(name, sorted({row[code] for row in rows.values()} - {"", "N/A", *NONE_OF_THEM}) if kind == "single" and not of else [])
        levels = [(text, str(order), "") for order, text in enumerate(scale, start=1)]
        levels += [(text, "", reason) for text, reason in NONE_OF_THEM.items() if scale]
        folder.levels += [
            {"variable": name, "code": text, "order": order, "label_de": f"{place}. Antwort", "label_en": text, "missing": reason}
            for place, (text, order, reason) in enumerate(levels)
        ]
    return folder.open()


def questions(row: dict[str, str]) -> list[str]:
    """One text per question shown: the boxes of a set are one, answered where one of them is."""
    boxes: dict[str, list[str]] = {}
    for name, kind, of, code in ASKED:
        boxes.setdefault(of if kind == "multiple" else name, []).append(row[code])
    shown = [[text for text in texts if text != "N/A"] for texts in boxes.values()]
    return [next(filter(None, texts), "") for texts in shown if texts]


def fate(row: dict[str, str]) -> str:
    texts = questions(row)
    if not any(texts):
        return "empty"
    if row["submitdate"]:
        return "complete"
    return "partial" if sum(map(bool, texts)) / len(texts) >= 0.5 else "partial_few"


def test_the_whole_file_is_read_as_the_csv_module_reads_it(rows):
    table = read_texts(EXPORT)
    assert table.shape == (12, 559)
    assert list(table.index) == list(rows)
    for number, row in rows.items():
        assert table.loc[number].tolist() == list(row.values())


def test_every_record_meets_its_fate(study, rows):
    expected = Counter(map(fate, rows.values()))
    ledger = study.ledger.set_index("step")["records"].to_dict()
    assert ledger == {"came": 12, "empty": 0, "repeated": 0, "partial_few": 0, "complete": 0, "partial": 0} | expected
    assert expected["complete"] == 5
    assert expected["empty"] == 1
    assert expected["partial"] + expected["partial_few"] == 6
    assert study.complete.tolist() == [fate(row) == "complete" for row in rows.values() if fate(row) in ("complete", "partial")]


def test_every_answer_and_every_reason(study, rows):
    """Cell by cell: what was answered, ticked, declared as none, not shown, skipped, or not reached."""
    counted = [row for row in rows.values() if fate(row) in ("complete", "partial")]
    seen: Counter[str] = Counter()
    for respondent, row in enumerate(counted, start=1):
        texts = [row[code] for _, _, _, code in ASKED]
        last = max(place for place, text in enumerate(texts) if text not in ("", "N/A"))
        for place, ((name, kind, of, _), text) in enumerate(zip(ASKED, texts, strict=True)):
            if kind == "text":
                assert name not in study.responses
                continue
            ticked = kind == "multiple" and any(row[code] not in ("", "N/A") for _, _, other, code in ASKED if other == of)
            if text == "N/A":
                reason = "not_shown"
            elif text == "":
                reason = "" if ticked else "skipped" if row["submitdate"] or place <= last else "not_reached"
            else:
                reason = NONE_OF_THEM.get(text, "")
            value = {"multiple": text == "Yes", "number": float(text) if kind == "number" and text not in ("", "N/A") else None}.get(kind, text)
            assert study.missing.loc[respondent, name] == reason, (respondent, name)
            assert (study.responses[name].isna()[respondent]) == bool(reason), (respondent, name)
            assert reason or study.responses.loc[respondent, name] == value, (respondent, name)
            seen[reason or kind] += 1
    assert {"single", "multiple", "ordinal", "number", "not_shown", "skipped", "not_reached", "dont_know", "refused"} <= set(seen)


def test_who_was_not_shown_a_set_is_in_no_denominator(study, rows):
    counted = [row for row in rows.values() if fate(row) in ("complete", "partial")]
    shown = sum(row["C3[SQ001]"] != "N/A" for row in counted)
    assert 0 < shown < len(counted)
    assert study.answers("reasons").notna().all(axis=1).sum() == shown
    ticks = Counter(code for row in counted for _, _, of, code in ASKED if of == "reasons" and row[code] == "Yes")
    assert {code: int(study.responses[name].sum()) for name, _, of, code in ASKED if of == "reasons" and study.responses[name].any()} == dict(ticks)


def test_most_columns_are_ignored_and_said_so(study):
    assert len(study.ignored) == 559 - len(ASKED) - 7
    assert "interviewtime" in study.ignored
    assert {"id", "submitdate", "seed"}.isdisjoint(study.ignored)


def test_typed_texts_are_kept_apart(study, rows):
    assert {row["A14"] for row in rows.values()} - {"", "N/A"} <= study.confidential
