"""Scales and answers that are none, in German and English."""

from __future__ import annotations

import itertools

import pytest

from helpers.data.drafting.scales import direction, natural_order, reasons

ORDERED = [
    ["Stimme überhaupt nicht zu", "Stimme eher nicht zu", "Teils/teils", "Stimme eher zu", "Stimme voll und ganz zu"],
    ["Strongly disagree", "Disagree", "Neither agree or disagree", "Agree", "Strongly Agree"],
    ["Trifft gar nicht zu", "Trifft eher nicht zu", "Trifft eher zu", "Trifft voll zu"],
    ["Trifft nicht zu", "Trifft zu"],
    ["Very dissatisfied", "Dissatisfied", "Neither/nor", "Satisfied", "Very satisfied"],
    ["Nie", "Selten", "Manchmal", "Oft", "Immer"],
    ["Never", "Less than once a year", "Yearly", "Six-monthly", "Quarterly", "Monthly", "Bi-weekly", "Weekly", "Almost daily", "Daily"],
    ["gering", "mittel", "hoch"],
    ["< 5", "5-10", "> 10"],
    ["unter 1.000", "1.000 bis 5.000", "über 5.000"],
    ["0 - Mostly me", "1", "2", "5 - Mostly others"],
]


@pytest.mark.parametrize("labels", ORDERED, ids=lambda labels: labels[0])
def test_steps_are_put_in_order_however_they_come(labels):
    for mixed in itertools.islice(itertools.permutations(labels), 30):
        assert [mixed[place] for place in natural_order(mixed) or []] == labels


@pytest.mark.parametrize(
    "labels", [["Red", "Green"], ["Often", "Red"], ["1 Berlin", "2 Hamburg", "3 Ulm"], ["Yes", "No"], ["Often", "Oft"], ["Never"]]
)
def test_what_has_no_order_has_none(labels):
    assert natural_order(labels) is None


def test_a_questionnaire_may_word_some_steps_in_its_own_way():
    assert direction(["Sehr unwahrscheinlich", "Eher unwahrscheinlich", "Offen", "Eher wahrscheinlich"]) == 1
    assert direction(["Very likely", "Likely", "Unlikely"]) == direction(["> 10", "5-10", "< 5"]) == -1
    assert direction(["Likely", "Very unlikely", "Very likely"]) == 0
    assert direction(["Never", "Red", "Green", "Blue"]) == direction([]) == 0


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Weiß nicht", "dont_know"),
        ("I don’t know", "dont_know"),
        ("keine Angabe", "no_answer"),
        ("I don't want to answer this question", "no_answer"),
        ("Nicht zutreffend", "not_applicable"),
        ("Does not apply", "not_applicable"),
        ("Berlin", ""),
        ("No", ""),
        ("We do not know whether our partners abroad would agree with this view of things", ""),
    ],
)
def test_answers_that_are_none_are_known(label, reason):
    assert reasons([label, "Yes"]) == [reason, ""]


def test_does_not_apply_is_a_step_where_the_scale_goes_on():
    assert reasons(["Trifft nicht zu", "Trifft eher zu"]) == ["", ""]
    assert reasons(["Trifft nicht zu", "Ja"]) == ["not_applicable", ""]
