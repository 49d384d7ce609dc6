"""Verdicts that changed, and statements that only one wave judges."""

import pandas as pd
import pytest

from helpers.integration.change.verdicts import change_in_verdicts


def verdicts(*rows, columns=("id", "verdict")):
    return pd.DataFrame(rows, columns=list(columns))


def test_what_changed_and_in_which_direction():
    before = verdicts(("C1", "open"), ("C2", "supported"), ("C3", "tendency"), ("C9", "open"))
    now = verdicts(("C3", "tendency"), ("C2", "against"), ("C1", "tendency"), ("C4", "open"))
    table = change_in_verdicts(before, now).set_index("id")
    assert table.index.tolist() == ["C3", "C2", "C1", "C4", "C9"]
    assert table["changed"].tolist() == [False, True, True, False, False]
    assert table["direction"].tolist() == ["", "weaker", "stronger", "", ""]
    assert table["waves"].tolist() == ["both", "both", "both", "only_now", "only_before"]
    assert table.loc["C4", ["verdict_before", "verdict_now"]].tolist() == ["", "open"]
    assert table.loc["C9", ["verdict_before", "verdict_now"]].tolist() == ["open", ""]


def test_parts_are_compared_one_by_one():
    columns = ("id", "part", "verdict")
    before = verdicts(("C1", 1, "open"), ("C1", 2, "open"), columns=columns)
    now = verdicts(("C1", 1, "open"), ("C1", 2, "supported"), columns=columns)
    table = change_in_verdicts(before, now)
    assert table[["id", "part", "changed"]].to_numpy().tolist() == [["C1", 1, False], ["C1", 2, True]]


def test_a_statement_that_is_tested_otherwise_is_no_change():
    columns = ("id", "verdict", "question", "answer")
    before = verdicts(("C1", "open", "plan", None), ("C2", "open", "plan", "full"), columns=columns)
    now = verdicts(("C1", "supported", "plan", None), ("C2", "supported", "plan", "part"), columns=columns)
    table = change_in_verdicts(before, now, defined_by=["question", "answer"])
    assert table["waves"].tolist() == ["both", "redefined"]
    assert table["changed"].tolist() == [True, False]
    assert table["direction"].tolist() == ["stronger", ""]


def test_every_step_of_the_scale_has_a_direction():
    scale = ["against", "open", "tendency", "supported"]
    pairs = [(first, later) for first in scale for later in scale]
    before = verdicts(*((str(place), first) for place, (first, _) in enumerate(pairs)))
    now = verdicts(*((str(place), later) for place, (_, later) in enumerate(pairs)))
    steps = [scale.index(later) - scale.index(first) for first, later in pairs]
    assert change_in_verdicts(before, now)["direction"].tolist() == [{0: "", 1: "stronger", -1: "weaker"}[(step > 0) - (step < 0)] for step in steps]


@pytest.mark.parametrize(
    ("before", "message"),
    [
        (verdicts(("C1", "open"), ("C1", "open")), "1 rows describe a statement again, 0 have"),
        (verdicts(("C1", "sure")), "0 rows describe a statement again, 1 have another verdict than against"),
        (pd.DataFrame({"id": ["C1"]}), "lack the columns verdict"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(before, message):
    with pytest.raises(ValueError, match=message):
        change_in_verdicts(before, verdicts(("C1", "open")))
