import pandas as pd
import pytest

from helpers.integration.statements.display import illustrations, joint_display
from helpers.integration.statements.interviews import interview_evidence
from helpers.integration.statements.ledger import statement_ledger
from helpers.integration.verdicts import statement_verdicts

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


def statement(codes, voice, name="C5"):
    return pd.DataFrame({"id": [name], "codes": [codes], "voice": [voice]})


@pytest.mark.parametrize(
    ("name", "codes", "voice", "document"),
    [
        ("C5", "contacts", "for", "I1"),  # not the first, which contradicts the voice
        ("C5", "contacts", "against", "I4"),
        ("C3", "contacts", "against", "I1"),
        ("C5", "contacts", "mixed", "I4"),  # on neither side the first counts
        ("C5", "contacts", "silent", "I4"),
        ("C4", "agenda", "for", "I3"),  # a main code stands for its subcodes
        ("C4", "members|boards", "mixed", "I2"),
        ("C4", "boards", "for", "I2"),  # there is no other
        ("C4", "contacts", "for", "I4"),  # silent on it
    ],
)
def test_which_quotation_illustrates_a_statement(name, codes, voice, document):
    found = illustrations(statement(codes, voice, name), QUOTATIONS, CODES, STANCES)
    assert found[["id", "document"]].values.tolist() == [[name, document]]
    row = QUOTATIONS[QUOTATIONS["document"] == document].iloc[0]
    assert found[["start", "end", "code"]].iloc[0].tolist() == row[["start", "end", "code"]].tolist()


@pytest.mark.parametrize(("codes", "quotations"), [("", QUOTATIONS), ("contacts", QUOTATIONS.head(0)), ("contacts", QUOTATIONS.tail(2))])
def test_statements_without_a_quotation(codes, quotations):
    assert illustrations(statement(codes, "for"), quotations, CODES, STANCES).empty


def claims_of(**more):
    texts = {"answer": "Y", "options": "", "with": "", "sign": "", "codes": ""}
    lines = [
        {"id": "C5", "part": 1, "kind": "majority", "question": "has", "codes": "contacts"},
        {"id": "C5", "part": 2, "kind": "majority", "question": "agrees", "codes": "boards|contacts"},
        {"id": "C1", "part": 1, "kind": "ratings", "question": "level", "options": "one|two"},
        {"id": "C9", "part": 1, "kind": "interviews", "question": "", "codes": "members"},
    ]
    return pd.DataFrame([{**texts, **line} for line in lines])


def survey():
    """The second part of C5 and the second item of C1 are the weak ones."""
    shares = {"has": 28, "agrees": 17, "one": 27, "two": 19}
    return pd.DataFrame({name: pd.Categorical(["Y"] * yes + ["N"] * (30 - yes)) for name, yes in shares.items()})


@pytest.fixture(scope="module")
def display():
    claims, answers = claims_of(), survey()
    tests = statement_verdicts(answers, claims, {}, population=40, resamples=200, seed=1)
    ledger = statement_ledger(tests, interview_evidence(claims, STANCES, interviews=4, least=2))
    return joint_display(claims, ledger, tests, QUOTATIONS, CODES, STANCES).set_index("id")


def test_one_row_per_statement_with_the_test_that_decides(display):
    assert display.index.tolist() == ["C5", "C1", "C9"]
    assert display["part"].tolist() == [2, 1, 1] and display["option"].tolist() == ["", "two", ""]
    assert display["count"].tolist()[:2] == [17, 19] and display["n"].tolist() == [30, 30, 0]
    assert display["verdict"].isin(["supported", "tendency", "open"]).tolist() == [True, True, False]
    assert (display["low"] < display["share"]).tolist()[:2] == [True, True] and display["share"].isna().tolist() == [False, False, True]


def test_themes_voices_and_quotations_stand_beside(display):
    assert display["codes"].tolist() == ["contacts|boards", "", "members"]
    assert display["voice"].tolist() == ["for", "silent", "silent"]
    assert display.loc["C5", "convergence"] in ("agree", "partial") and display.loc["C9", "convergence"] == "silent"
    assert display.loc["C5", ["document", "start", "end", "code"]].tolist() == ["I1", 20, 25, "contacts"]
    assert display.loc["C1", ["document", "start", "end", "code"]].isna().all()
    assert display.loc["C9", "document"] == "I3"


def test_alike_tests_give_one_row_and_the_first_of_them():
    claims, answers = claims_of().iloc[[2]], survey().assign(one=survey()["two"])
    tests = statement_verdicts(answers, claims, {}, population=40, resamples=200, seed=1)
    ledger = statement_ledger(tests, interview_evidence(claims, STANCES.head(0), interviews=4, least=2))
    shown = joint_display(claims, ledger, tests, QUOTATIONS, CODES, STANCES.head(0))
    assert shown["option"].tolist() == ["one"] and shown["voice"].tolist() == ["silent"]
