"""The demo's claims, stances and recommendations: whole, in both languages, and each resting on something."""

import pandas as pd
import pytest

from helpers.data.claims import claim_ids
from helpers.data.folders import ROOT
from helpers.data.interviews.reading import read_interviews
from helpers.data.interviews.stances import read_stances, stance_ratings
from helpers.data.recommendations import read_recommendations
from helpers.data.settings import read_settings

DEMO = ROOT / "data" / "demo"


@pytest.fixture(scope="module")
def recommendations():
    return read_recommendations(DEMO / "recommendations.csv", claim_ids(DEMO / "claims.csv"))


@pytest.fixture(scope="module")
def stances():
    return read_stances(DEMO / "interviews" / "stances.csv")


def test_three_recommendations_at_least_to_each_addressee(recommendations):
    numbers = recommendations["addressee"].value_counts()
    assert set(numbers.index) == {"agency", "management", "policy"} and numbers.min() >= 3


def test_recommendations_are_conditional_and_written_in_both_languages(recommendations):
    assert recommendations["text_de"].str.startswith("Wo ").all() and recommendations["text_en"].str.startswith("Where ").all()
    assert recommendations["text_de"].str.len().between(100, 400).all() and recommendations["text_en"].str.len().between(100, 400).all()


def test_every_interview_and_statement_was_rated_by_all(stances):
    for _, own in stances.groupby("coder"):
        assert own["document"].nunique() == 14 and set(own["claim"]) == set(claim_ids(DEMO / "claims.csv"))
    assert set(stances["coder"]) == {"A", "B", "consensus"}


def test_the_agreed_stance_is_one_that_a_coder_gave_or_lies_between(stances):
    table = stance_ratings(stances, coders=["A", "B", "consensus"])
    between = table["consensus"].eq("mixed")
    assert (table["consensus"].eq(table["A"]) | table["consensus"].eq(table["B"]) | between).all()
    both = table["A"].eq(table["B"])
    assert table.loc[both, "consensus"].equals(table.loc[both, "A"])
    assert pd.crosstab(table["A"], table["B"]).shape == (4, 4)


def test_the_material_has_the_agreed_stances():
    reading = read_interviews(DEMO, read_settings(DEMO))
    assert reading.problems == []
    agreed = reading.interviews.agreed_stances()
    assert set(agreed["coder"]) == {"consensus"} and agreed["document"].nunique() == len(reading.interviews) == 14
