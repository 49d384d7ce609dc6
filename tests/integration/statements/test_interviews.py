import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.statements.interviews import convergence, interview_evidence, stance_cells
from helpers.reporting.disclosure import suppress

CLAIMS = pd.DataFrame({"id": ["C04", "C04", "C01"]})
NUMBERS = ["speak_for", "speak_against", "mixed", "speak", "interviews"]


def stances_of(speak_for, speak_against, mixed=0, claim="C04"):
    """So many interviews on each side."""
    said = ["for"] * speak_for + ["against"] * speak_against + ["mixed"] * mixed
    return pd.DataFrame({"document": [f"I{number:02}" for number in range(len(said))], "claim": claim, "stance": said}, dtype="str")


def evidence(speak_for, speak_against, mixed=0, interviews=14, least=3):
    return interview_evidence(CLAIMS, stances_of(speak_for, speak_against, mixed), interviews=interviews, least=least)


@pytest.mark.parametrize(
    ("speak_for", "speak_against", "mixed", "voice"),
    [
        (6, 0, 0, "for"),
        (6, 3, 0, "for"),  # six of nine
        (6, 0, 3, "for"),
        (6, 1, 3, "mixed"),  # six of ten are fewer than two thirds
        (5, 3, 0, "mixed"),
        (1, 4, 1, "against"),
        (2, 4, 1, "mixed"),
        (6, 6, 0, "mixed"),
        (0, 0, 5, "mixed"),
        (2, 0, 0, "silent"),
        (1, 2, 0, "against"),
        (0, 0, 0, "silent"),
    ],
)
def test_voice_of_the_interviews(speak_for, speak_against, mixed, voice):
    row = evidence(speak_for, speak_against, mixed).iloc[0]
    assert row["voice"] == voice
    assert row[NUMBERS].tolist() == [speak_for, speak_against, mixed, speak_for + speak_against + mixed, 14]


def test_one_row_per_statement_in_their_order():
    found = evidence(6, 1)
    assert found["id"].tolist() == ["C04", "C01"] and found["voice"].tolist() == ["for", "silent"]
    assert list(found) == ["id", *NUMBERS, "voice"] and found[NUMBERS].loc[1].tolist() == [0, 0, 0, 0, 14]


def test_statements_do_not_share_their_stances():
    both = pd.concat([stances_of(4, 0), stances_of(0, 5, claim="C01")])
    found = interview_evidence(CLAIMS, both, interviews=14, least=3)
    assert found[["speak_for", "speak_against", "voice"]].values.tolist() == [[4, 0, "for"], [0, 5, "against"]]


def test_nobody_speaks_where_nobody_was_asked():
    assert evidence(0, 0, interviews=0, least=0)["voice"].tolist() == ["silent", "silent"]


@given(st.tuples(*[st.integers(0, 14)] * 3), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_the_voice_turns_round_with_the_sides(numbers, least):
    speak_for, speak_against, mixed = numbers
    turned = {"for": "against", "against": "for"}
    one = evidence(speak_for, speak_against, mixed, interviews=42, least=least)["voice"].iloc[0]
    other = evidence(speak_against, speak_for, mixed, interviews=42, least=least)["voice"].iloc[0]
    assert turned.get(one, one) == other


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda stances: pd.concat([stances, stances.head(1)]), "1 interviews have a second stance"),
        (lambda stances: pd.concat([stances, stances.head(1).assign(stance="mixed")]), "1 interviews have a second stance"),
        (lambda stances: stances.assign(stance="yes"), "5 stances are none; allowed are for, against and mixed"),
        (lambda stances: stances.assign(document=[f"J{number}" for number in range(len(stances))]), "5 interviews speak, and there are only 4"),
    ],
)
def test_what_cannot_be_counted_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        interview_evidence(CLAIMS, change(stances_of(3, 2)), interviews=4, least=3)


@pytest.mark.parametrize(
    ("numbers", "published"),
    [
        ((9, 5, 0), {"for": 9}),  # nobody is neither: that is not told, so nor is the other side
        ((5, 9, 0), {"against": 9}),
        ((12, 2, 0), {}),  # the voice in words only
        ((5, 4, 5), {}),
        ((6, 3, 5), {"for": 6}),
        ((5, 5, 4), {"for": 5}),  # one side may be told, not both
        ((0, 0, 0), {}),
    ],
)
def test_disclosure_control_can_check_the_numbers(numbers, published):
    cells = stance_cells(evidence(*numbers).head(1))
    assert cells["count"].sum() == 14 and set(cells["n"]) == {14}
    shown = suppress(cells, k=5)
    told = shown[~shown["suppressed"]].set_index("answer")["count"].to_dict()
    assert {side: count for side, count in told.items() if side != "neither"} == published


@pytest.mark.parametrize(
    ("verdict", "speaking", "expected"),
    [
        ("supported", (6, 0), "agree"),
        ("tendency", (5, 0), "agree"),  # more than a third of fourteen
        ("tendency", (4, 0), "partial"),  # fewer
        ("tendency", (6, 6), "partial"),
        ("tendency", (0, 6), "dissonant"),
        ("open", (6, 0), "partial"),
        ("open", (0, 6), "partial"),
        ("open", (4, 4), "undecided"),
        ("doubtful", (6, 0), "dissonant"),
        ("doubtful", (0, 6), "agree"),
        ("against", (0, 3), "partial"),
        ("supported", (2, 0), "silent"),
        ("untested", (6, 0), "silent"),
    ],
)
def test_convergence(verdict, speaking, expected):
    found = convergence(pd.Series({"C04": verdict}), evidence(*speaking))
    assert found.to_dict() == {"C04": expected}


def test_the_agreeing_side_must_be_heard_and_not_those_who_speak():
    heard = interview_evidence(CLAIMS, stances_of(4, 1, 1), interviews=12, least=3)
    assert convergence(pd.Series({"C04": "tendency"}), heard).item() == "agree"  # four of twelve are a third
    heard = interview_evidence(CLAIMS, stances_of(4, 1, 1), interviews=13, least=3)
    assert convergence(pd.Series({"C04": "tendency"}), heard).item() == "partial"


def test_statements_without_evidence_are_silent():
    found = convergence(pd.Series({"C09": "tendency", "C04": "tendency"}), evidence(6, 0))
    assert found.to_dict() == {"C09": "silent", "C04": "agree"}
