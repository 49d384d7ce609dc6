"""Which code stands for which, and where coders disagree."""

import pandas as pd
import pytest

from helpers.qualitative.confusion import code_confusion, disagreements

ROWS = [
    ("I01", 0, 10, "trust", "A"), ("I01", 5, 12, "trust", "B"), ("I01", 6, 12, "costs", "B"),  # agreed, costs added by B
    ("I01", 20, 30, "trust", "A"), ("I01", 22, 28, "contacts", "B"), ("I01", 24, 30, "contacts", "B"),  # confused, once
    ("I01", 40, 50, "costs", "A"),  # missed by B
    ("I01", 60, 70, "costs", "B"),  # missed by A
    ("I02", 0, 10, "trust", "A"),  # a document that B did not code
]  # fmt: skip
CODINGS = pd.DataFrame(ROWS, columns=["document", "start", "end", "code", "coder"])


def test_confusion_by_hand():
    found = code_confusion(CODINGS, coders=["A", "B"])
    assert sorted(found.values.tolist()) == [["", "costs", 1], ["costs", "", 1], ["trust", "contacts", 1], ["trust", "trust", 1]]
    repeated = pd.concat([CODINGS, CODINGS[CODINGS["document"] == "I01"].assign(document="I03")])
    assert code_confusion(repeated, coders=["A", "B"])["passages"].tolist() == [2, 2, 2, 2]


def test_confusion_of_the_other_side():
    found = code_confusion(CODINGS, coders=["B", "A"])
    expected = [["", "costs", 1], ["contacts", "trust", 2], ["costs", "", 1], ["costs", "trust", 1], ["trust", "trust", 1]]
    assert sorted(found.values.tolist()) == expected
    assert found.iloc[0].tolist() == ["contacts", "trust", 2]


def test_disagreements_by_hand():
    found = disagreements(CODINGS, coders=["A", "B"])
    assert found.values.tolist() == [
        ["I01", 6, 12, "costs", "B", "trust"],
        ["I01", 20, 30, "trust", "A", "contacts"],
        ["I01", 22, 28, "contacts", "B", "trust"],
        ["I01", 24, 30, "contacts", "B", "trust"],
        ["I01", 40, 50, "costs", "A", ""],
        ["I01", 60, 70, "costs", "B", ""],
    ]


def test_a_third_coder_who_worked_on_the_document_is_asked_too():
    third = pd.DataFrame([("I01", 8, 20, "trust", "C"), ("I02", 1, 2, "trust", "C")], columns=CODINGS.columns)
    found = disagreements(pd.concat([CODINGS, third]), coders=["A", "B", "C"])
    first = found[(found["document"] == "I01") & (found["start"] < 20)]
    # All three gave trust around 8-10; only costs by B is alone, and all of the others gave trust there.
    assert first[["code", "coder", "others"]].values.tolist() == [["costs", "B", "trust"]]
    assert found[found["document"] == "I02"].empty
    assert ["trust", "A", "contacts"] in found[["code", "coder", "others"]].values.tolist()


def test_one_coder_who_gave_the_code_twice_does_not_speak_for_another():
    rows = [("d", 0, 9, "x", "A"), ("d", 0, 2, "x", "B"), ("d", 5, 9, "x", "B"), ("d", 20, 22, "x", "C")]
    found = disagreements(pd.DataFrame(rows, columns=CODINGS.columns), coders=["A", "B", "C"])
    assert sorted(found["coder"]) == ["A", "B", "B", "C"]


def test_full_agreement_leaves_nothing():
    own = CODINGS[CODINGS["coder"] == "A"]
    both = pd.concat([own, own.assign(coder="B")])
    assert disagreements(both, coders=["A", "B"]).empty
    confusion = code_confusion(both, coders=["A", "B"])
    assert (confusion["code_first"] == confusion["code_second"]).all()


def test_several_codes_of_the_others_are_listed_once_and_sorted():
    rows = [("d", 0, 9, "x", "A"), ("d", 0, 9, "m", "B"), ("d", 2, 3, "m", "B"), ("d", 1, 2, "k", "B")]
    found = disagreements(pd.DataFrame(rows, columns=CODINGS.columns), coders=["A", "B"])
    assert found.loc[found["code"] == "x", "others"].tolist() == ["k|m"]


def test_wrong_arguments_are_told():
    for function in (code_confusion, disagreements):
        with pytest.raises(ValueError, match="lacks the columns coder"):
            function(CODINGS.drop(columns="coder"), coders=["A", "B"])
        with pytest.raises(ValueError, match="no coding: C"):
            function(CODINGS, coders=["A", "C"])
    with pytest.raises(ValueError, match="compared between two"):
        code_confusion(pd.concat([CODINGS, CODINGS.assign(coder="C")]), coders=["A", "B", "C"])
