import pandas as pd
import pytest

from helpers.integration.statements.display import illustrations, joint_display

CODES = pd.DataFrame({"code": ["agenda", "members", "boards", "contacts"], "parent": ["", "agenda", "agenda", ""]})
QUOTATIONS = pd.DataFrame(
    {"document": ["I4", "I1", "I2", "I3"], "start": [10, 20, 30, 40], "end": [15, 25, 35, 45], "code": ["contacts", "contacts", "boards", "members"]}
)
STANCES = pd.DataFrame(
    [
        ("I1", "C5", "for"),
        ("I2", "C5", "for"),
        ("I4", "C5", "against"),
        ("I2", "C4", "against"),
        ("I3", "C4", "for"),
        ("I4", "C3", "for"),
        ("I1", "C3", "against"),
    ],
    columns=["document", "claim", "stance"],
)


def theme(code, voice, name="C5"):
    return pd.DataFrame({"theme": [code], "id": [name], "voice": [voice]})


@pytest.mark.parametrize(
    ("name", "code", "voice", "document"),
    [
        ("C5", "contacts", "for", "I1"),  # not the first, which contradicts the voice
        ("C5", "contacts", "against", "I4"),
        ("C3", "contacts", "against", "I1"),
        ("C5", "contacts", "mixed", "I4"),  # on neither side the first counts
        ("C5", "contacts", "silent", "I4"),
        ("C4", "agenda", "for", "I3"),  # a main code stands for its subcodes
        ("C4", "boards", "for", "I2"),  # there is no other
        ("C4", "contacts", "for", "I4"),  # silent on it
    ],
)
def test_which_quotation_illustrates_a_theme(name, code, voice, document):
    found = illustrations(theme(code, voice, name), QUOTATIONS, CODES, STANCES)
    assert found[["theme", "document"]].values.tolist() == [[code, document]]
    row = QUOTATIONS[QUOTATIONS["document"] == document].iloc[0]
    assert found[["start", "end", "code"]].iloc[0].tolist() == row[["start", "end", "code"]].tolist()


@pytest.mark.parametrize(("code", "quotations"), [("nothing", QUOTATIONS), ("contacts", QUOTATIONS.head(0)), ("contacts", QUOTATIONS.tail(2))])
def test_themes_without_a_quotation(code, quotations):
    assert illustrations(theme(code, "for"), quotations, CODES, STANCES).empty


def test_a_theme_of_two_statements_has_one_quotation_that_is_beside_neither():
    """The first passage is against C5, the second against C3."""
    both = pd.concat([theme("contacts", "for", "C5"), theme("contacts", "for", "C3")])
    found = illustrations(both, QUOTATIONS, CODES, STANCES)
    assert found[["theme", "document"]].values.tolist() == [["contacts", "I4"]]


CLAIMS = pd.DataFrame(
    {
        "id": ["C5", "C5", "C1", "C9", "C3"],
        "part": [1, 2, 1, 1, 1],
        "codes": ["contacts", "boards|contacts", "", "members", "contacts"],
    }
)
LEDGER = pd.DataFrame(
    {
        "id": ["C5", "C1", "C9", "C3"],
        "verdict": ["tendency", "open", "untested", "supported"],
        "voice": ["for", "silent", "silent", "mixed"],
        "convergence": ["agree", "silent", "silent", "partial"],
    }
)


@pytest.fixture(scope="module")
def display():
    return joint_display(CLAIMS, LEDGER, QUOTATIONS, CODES, STANCES)


def test_one_row_per_theme_and_statement_themes_together(display):
    assert display[["theme", "id"]].values.tolist() == [["contacts", "C5"], ["contacts", "C3"], ["boards", "C5"], ["members", "C9"]]
    assert display["verdict"].tolist() == ["tendency", "supported", "tendency", "untested"]
    assert display["voice"].tolist() == ["for", "mixed", "for", "silent"]
    assert display["convergence"].tolist() == ["agree", "partial", "agree", "silent"]


def test_a_theme_has_the_same_quotation_in_all_its_rows(display):
    assert display.groupby("theme")["document"].nunique().eq(1).all()
    assert display.set_index("theme").loc["members", ["document", "start", "end", "code"]].tolist() == ["I3", 40, 45, "members"]


def test_without_quotations_the_themes_stay(display):
    bare = joint_display(CLAIMS, LEDGER, QUOTATIONS.head(0), CODES, STANCES.head(0))
    assert bare[["theme", "id"]].equals(display[["theme", "id"]])
    assert bare[["document", "start", "end", "code"]].isna().all(axis=None)


def test_without_statements_or_themes_there_is_no_row():
    assert joint_display(CLAIMS.head(0), LEDGER.head(0), QUOTATIONS, CODES, STANCES).empty
    assert joint_display(CLAIMS.iloc[[2]], LEDGER.iloc[[1]], QUOTATIONS, CODES, STANCES).empty
