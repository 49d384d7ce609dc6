from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.integration.statements.recommendations import carrying_of, recommendation_backing

# From the least to the most that speaks for a statement.
VERDICTS = ["against", "doubtful", "open", "tendency", "supported"]
VOICES = ["against", "mixed", "silent", "for"]
CARRYING = ["refuted", "unshown", "in_part", "carried"]
BACKING = ["not_backed", "partly_backed", "backed"]
# Rows: verdicts; columns: voices. What the answers show is carried; where the interviews are more divided than the rule allows, in part.
TABLE = {
    "against": ["refuted", "refuted", "refuted", "unshown"],
    "doubtful": ["refuted", "unshown", "refuted", "unshown"],
    "open": ["unshown"] * 4,
    "untested": ["unshown", "unshown", "unshown", "in_part"],
    "tendency": ["in_part", "in_part", "carried", "carried"],
    "supported": ["in_part", "carried", "carried", "carried"],
}


def backing(needs, verdicts, voices=None):
    """Backing of one recommendation, the statements being C0, C1, ..."""
    ledger = pd.DataFrame({"id": [f"C{number}" for number in range(len(verdicts))], "verdict": verdicts})
    ledger = ledger if voices is None else ledger.assign(voice=voices)
    recommendations = pd.DataFrame({"id": ["R1"], "addressee": ["policy"], "claims": [needs]})
    return recommendation_backing(recommendations, ledger).iloc[0]


@pytest.mark.parametrize(("verdict", "voice"), list(product(TABLE, VOICES)))
def test_how_far_a_statement_carries(verdict, voice):
    assert carrying_of(verdict, voice) == TABLE[verdict][VOICES.index(voice)]


@pytest.mark.parametrize(("verdict", "voice"), list(product(TABLE, VOICES)))
def test_a_statement_and_its_opposite_are_treated_alike(verdict, voice):
    opposite = dict(zip(VERDICTS, reversed(VERDICTS), strict=True)).get(verdict, verdict)
    turned = {"for": "against", "against": "for"}.get(voice, voice)
    one, other = backing("C0", [verdict], [voice]), backing("!C0", [opposite], [turned])
    assert one["backing"] == other["backing"]
    assert [name for name in CARRYING if one[name] == "C0"] == [name for name in CARRYING if other[name] == "!C0"]
    assert (one["carried"] == "C0") == (backing("!C0", [verdict], [voice])["refuted"] == "!C0")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (["carried"], "backed"),
        (["carried", "carried"], "backed"),
        (["in_part"], "partly_backed"),
        (["carried", "unshown"], "partly_backed"),
        (["carried", "in_part"], "partly_backed"),
        (["in_part", "unshown"], "partly_backed"),
        (["unshown"], "not_backed"),
        (["unshown", "unshown"], "not_backed"),
        (["refuted"], "not_backed"),
        (["carried", "refuted"], "not_backed"),
        (["carried", "in_part", "refuted"], "not_backed"),
    ],
)
def test_backing_by_what_the_statements_carry(levels, expected):
    example = {"carried": ("supported", "for"), "in_part": ("tendency", "mixed"), "unshown": ("open", "for"), "refuted": ("against", "silent")}
    verdicts, voices = zip(*(example[level] for level in levels), strict=True)
    found = backing("|".join(f"C{number}" for number in range(len(levels))), list(verdicts), list(voices))
    assert found["backing"] == expected
    for name in CARRYING:
        assert found[name] == "|".join(f"C{number}" for number, level in enumerate(levels) if level == name)


# The voice "silent" is more support than "mixed" for a tendency; towards refuting it counts as agreeing, as the rule says for tendencies.
@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(["against", "mixed", "for"])), min_size=1, max_size=4), st.data())
@settings(max_examples=150, deadline=None)
def test_more_support_never_lowers_the_backing(statements, data):
    place = data.draw(st.integers(0, len(statements) - 1))
    verdict, voice = statements[place]
    more = data.draw(st.sampled_from(VERDICTS[VERDICTS.index(verdict) :])), voice
    louder = verdict, data.draw(st.sampled_from(["against", "mixed", "for"][["against", "mixed", "for"].index(voice) :]))
    needs = "|".join(f"C{number}" for number in range(len(statements)))
    before = backing(needs, *map(list, zip(*statements, strict=True)))["backing"]
    for changed in (more, louder):
        after = [*statements[:place], changed, *statements[place + 1 :]]
        assert BACKING.index(backing(needs, *map(list, zip(*after, strict=True)))["backing"]) >= BACKING.index(before)


@pytest.mark.parametrize("voice", VOICES)
def test_a_better_verdict_never_carries_less(voice):
    carried = [CARRYING.index(carrying_of(verdict, voice)) for verdict in VERDICTS]
    assert carried == sorted(carried)


def test_without_interviews_the_answers_decide():
    assert backing("C0|!C1", ["tendency", "doubtful"])["backing"] == "backed"
    assert backing("C0", ["untested"])["backing"] == "not_backed"
    assert backing("C0", ["tendency"], [None])["backing"] == "backed"


def test_recommendations_keep_their_order_and_rows():
    ledger = pd.DataFrame({"id": ["C1"], "verdict": ["supported"]})
    recommendations = pd.DataFrame({"id": ["R2", "R1"], "addressee": ["b", "a"], "claims": ["C1", "!C1"]}, index=[7, 3])
    found = recommendation_backing(recommendations, ledger)
    assert found[["id", "addressee", "backing"]].values.tolist() == [["R2", "b", "backed"], ["R1", "a", "not_backed"]]
    assert found.index.tolist() == [0, 1]
    assert recommendation_backing(recommendations.head(0), ledger).empty


def test_statements_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="no statement C7, C9; it has C0"):
        backing("C0|!C9|C7", ["open"])
    with pytest.raises(ValueError, match="1 recommendations rest on no statement"):
        backing("", ["open"])
