import pandas as pd
import pytest

from helpers.integration.statements.interviews import convergence, interview_evidence

CODES = pd.DataFrame({"code": ["agenda", "members", "management", "trust"], "parent": ["", "agenda", "agenda", ""]})


def evidence(speak_for, speak_against, interviews=12, least=3, codes="members", against="management"):
    """Interviews with a passage that speaks for, and with one that speaks against, by their numbers."""
    passages = [(f"I{number:02}", "members") for number in speak_for] + [(f"I{number:02}", "management") for number in speak_against]
    codings = pd.DataFrame([*passages, *passages, ("I01", "trust")], columns=["document", "code"])
    claims = pd.DataFrame({"id": ["C04", "C04"], "codes": [codes, ""], "codes_against": ["", against]})
    return interview_evidence(claims, codings, CODES, interviews=interviews, least=least)


@pytest.mark.parametrize(
    ("speak_for", "speak_against", "voice"),
    [
        (range(6), [], "for"),
        (range(6), range(6, 9), "for"),  # six of nine
        (range(5), range(5, 8), "mixed"),  # five of eight are fewer than two thirds
        ([], range(4), "against"),
        (range(6), range(6), "mixed"),  # the same interviews say both
        (range(2), [], "silent"),
        (range(1), range(1, 3), "against"),
        ([], [], "silent"),
    ],
)
def test_voice_of_the_interviews(speak_for, speak_against, voice):
    row = evidence(speak_for, speak_against).iloc[0]
    assert row["voice"] == voice
    both = set(speak_for) | set(speak_against)
    assert row[["speak_for", "speak_against", "speak", "interviews"]].tolist() == [len(speak_for), len(speak_against), len(both), 12]


def test_a_main_code_stands_for_its_subcodes():
    row = evidence(range(4), range(4, 9), codes="agenda", against="").iloc[0]
    assert row[["speak_for", "speak_against", "voice"]].tolist() == [9, 0, "for"]
    row = evidence(range(4), range(4, 9), codes="trust|members", against="").iloc[0]
    assert row["speak_for"] == 4  # I01 has both
    assert evidence([], [], least=0)["voice"].item() == "silent"


@pytest.mark.parametrize(
    ("verdict", "speaking", "expected"),
    [
        ("supported", (range(6), []), "agree"),
        ("tendency", (range(4), []), "agree"),  # a third of twelve
        ("tendency", (range(3), []), "partial"),  # fewer
        ("tendency", (range(6), range(6)), "partial"),
        ("tendency", ([], range(6)), "dissonant"),
        ("open", (range(6), []), "partial"),
        ("open", ([], range(6)), "partial"),
        ("doubtful", (range(6), []), "dissonant"),
        ("doubtful", ([], range(6)), "agree"),
        ("against", ([], range(3)), "partial"),
        ("supported", (range(2), []), "silent"),
        ("untested", (range(6), []), "silent"),
    ],
)
def test_convergence(verdict, speaking, expected):
    found = convergence(pd.Series({"C04": verdict}), evidence(*speaking))
    assert found.to_dict() == {"C04": expected}


def test_statements_without_evidence_are_silent():
    found = convergence(pd.Series({"C01": "tendency", "C04": "tendency"}), evidence(range(6), []))
    assert found.to_dict() == {"C01": "silent", "C04": "agree"}
