"""Turns: labels, stamps, paragraphs, and which of them are what was said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.data.interviews.turns import COLUMNS, find_segments, no_segments


def said(text, **options):
    """Speaker, kind and words of each segment."""
    segments = find_segments(text, document="I01", **options)
    assert segments["segment"].tolist() == list(range(1, len(segments) + 1))
    assert segments.dtypes.astype(str).to_dict() == COLUMNS
    return [(row.speaker, row.kind, text[row.start : row.end]) for row in segments.itertuples()]


def times(text):
    return [None if math.isnan(time) else time for time in find_segments(text, document="I01")["time"]]


QUESTION, ANSWER = ("I", "question", "Warum?"), ("B", "answer", "Wegen der Märkte.")


@pytest.mark.parametrize(
    "text",
    [
        "I: Warum? #00:00:04-2#\nB: Wegen der Märkte. #00:00:09-0#",
        "I:\tWarum?\nB:\tWegen der Märkte.",
        "I:Warum?\nB:Wegen der Märkte.",
        "I\tWarum?\nB\tWegen der Märkte.\t00:00:09",
        "I\tWarum? \t00:00:04\nB\tWegen der Märkte.\t\t00:00:09",
        "I:\nWarum?\n\nB:\nWegen der Märkte.",
        "I\nWarum?\nB\nWegen der Märkte.",
        "  I :  Warum?  \n\n\n\tB : Wegen der Märkte.  \n",
        "[00:00:01] I: Warum?\n(00:00:05) B: Wegen der Märkte.",
        "00:00:01\tI:\tWarum?\n00:00:05\tB:\tWegen der Märkte.",
        "I: #00:00:01-0# Warum?\nB: [00:05] Wegen der Märkte.",
        "I: Warum? #00:00:04-2##00:00:05-2#\nB: Wegen der Märkte. {00:00:09}",
    ],
)
def test_labels_and_stamps_stand_outside_of_what_was_said(text):
    assert said(text) == [QUESTION, ANSWER]


@pytest.mark.parametrize(
    "label", ["Interviewer", "interviewerin", "Interviewende", "INT", "Int.", "Q", "I1", "I 2", "Interviewer:in", "Interviewer*in"]
)
def test_usual_labels_of_interviewers(label):
    assert said(f"{label}: Warum?\nB1: Wegen der Märkte.") == [(label, "question", "Warum?"), ("B1", "answer", "Wegen der Märkte.")]


def test_interviewers_as_the_study_names_them():
    text = "S1: Warum?\nS2: Wegen der Märkte."
    assert [kind for _, kind, _ in said(text)] == ["answer", "answer"]
    assert [kind for _, kind, _ in said(text, interviewers=["S1"])] == ["question", "answer"]
    assert [kind for _, kind, _ in said("SM: Warum?\nB: Nun.", interviewers=["SM"])] == ["question", "answer"]


def test_a_longer_label_counts_when_it_opens_the_reply_twice():
    text = "I: Eins?\nClustermanagement: Ja.\nZum Beispiel: so.\nI: Zwei?\nClustermanagement: Nein.\nZum Beispiel: nicht."
    assert said(text) == [
        ("I", "question", "Eins?"),
        ("Clustermanagement", "answer", "Ja."),
        ("Clustermanagement", "answer", "Zum Beispiel: so."),
        ("I", "question", "Zwei?"),
        ("Clustermanagement", "answer", "Nein."),
        ("Clustermanagement", "answer", "Zum Beispiel: nicht."),
    ]


def test_a_colon_in_an_answer_is_no_label():
    text = "I: Was?\nB: Drei Dinge.\nEU: die Programme.\nUm 10:30 Uhr ging es los.\nDas Ergebnis: nichts."
    assert [speaker for speaker, _, _ in said(text)] == ["I", "B", "B", "B", "B"]


def test_several_interviewees_and_paragraphs():
    text = "I: Wer?\nB1: Ich.\n\nUnd weiter.\nB2: Und ich.\nI: Gut."
    assert [(speaker, kind) for speaker, kind, _ in said(text)] == [
        ("I", "question"),
        ("B1", "answer"),
        ("B1", "answer"),
        ("B2", "answer"),
        ("I", "question"),
    ]


def test_headings_and_remarks_are_other():
    text = "Interview I01, 12.01.2026, 34 Minuten\nOrt: Telefon\n\nI: Warum?\n(Telefon klingelt)\nB: (lacht) Nun.\n[Pause]\n[Name: X] war das."
    assert said(text) == [
        ("", "other", "Interview I01, 12.01.2026, 34 Minuten"),
        ("", "other", "Ort: Telefon"),
        ("I", "question", "Warum?"),
        ("", "other", "(Telefon klingelt)"),
        ("B", "answer", "(lacht) Nun."),
        ("", "other", "[Pause]"),
        ("B", "answer", "[Name: X] war das."),
    ]


def test_who_asked_may_stand_above_the_turns():
    text = "Interviewerin: Erika Beispiel\nDauer: 30 Minuten\nI: Warum?\nB: Nun."
    assert [kind for _, kind, _ in said(text)] == ["other", "other", "question", "answer"]
    assert [kind for _, kind, _ in said("I1: Guten Tag.\nI2: Warum?\nB: Nun.\nI2: Gut.")] == ["question", "question", "answer", "question"]


def test_times_in_seconds():
    assert times("I: Warum? #00:01:23-4#\nB: Nun. #01:00:00-0#\nUnd mehr.\nI: (1:05) Ja.") == [83.4, 3600.0, None, 65.0]
    assert times("[00:00:07] I: Warum? #00:00:09-5#\nB: Um 10:30:00 Uhr.") == [7.0, None]
    assert times("I: Warum?\n#00:00:09-5#\nB: Nun.\n#00:00:11-5#") == [9.5, 11.5]


def test_a_column_of_times_after_blanks():
    assert said("I: Warum?\nB: Nun.\nUnd mehr. \t\t00:00:09")[-1] == ("B", "answer", "Und mehr.")


def test_a_time_inside_a_sentence_stays_there():
    assert said("I: Wann?\nB: Das war [00:01:23] dann #00:01:25-1# so.")[1][2] == "Das war [00:01:23] dann #00:01:25-1# so."


def test_positions_count_code_points():
    text = "I: 🙂?\nB: A\u0308, 🙂🙂 ja."
    assert said(text) == [("I", "question", "🙂?"), ("B", "answer", "A\u0308, 🙂🙂 ja.")]
    assert find_segments(text, document="I01")["start"].tolist() == [3, 9]


def test_a_text_without_words_has_no_segments():
    assert find_segments("\n \nB:\n", document="I01").equals(no_segments())


PIECES = st.lists(
    st.sampled_from(["I:", "B:", "B1:", "Frau X:", " ", "\t", "\n", "#00:00:01-2#", "[00:01]", "wort", "ä🙂", "(lacht)", "[Name: X]", "10:30:00"]),
    max_size=25,
)


@settings(max_examples=60)
@given(PIECES)
def test_segments_are_ordered_apart_and_trimmed(pieces):
    text = "".join(pieces)
    segments = find_segments(text, document="I01")
    ends = segments["end"].tolist()
    assert all(before <= start for before, start in zip([0, *ends], segments["start"], strict=False))
    for start, end in zip(segments["start"], ends, strict=True):
        passage = text[start:end]
        assert passage.strip() == passage != ""
        assert "\n" not in passage
    assert set(segments["kind"]) <= {"question", "answer", "other"}
    assert segments["speaker"].ne("").eq(segments["kind"].ne("other")).all()
