import pandas as pd

from helpers.integration.statements.ledger import statement_ledger


def table_of(*rows):
    columns = ["id", "part", "kind", "step", "n", "probability", "survives", "verdict", "assumption"]
    table = pd.DataFrame(rows, columns=columns).assign(p_value=float("nan"))
    return table.astype({"survives": "boolean"})


NONE = float("nan")
TESTS = table_of(
    ("C06", 1, "ordering", "first", 48, 0.99, True, "supported", "population"),
    ("C06", 1, "ordering", "next_2", 48, 0.85, False, "tendency", "population"),
    ("C06", 1, "ordering", "whole", 48, 0.85, False, "tendency", "population"),
    ("C05", 1, "association", "", 45, 0.6, False, "open", "population"),
    ("C05", 2, "majority", "", 47, 0.1, False, "doubtful", "population"),
    ("C05", 3, "interviews", "", 0, NONE, None, "untested", "interviews"),
    ("C07", 1, "importance", "", 0, NONE, None, "open", "no_model"),
    ("C99", 1, "interviews", "", 0, NONE, None, "untested", "interviews"),
    ("C01", 1, "majority", "", 47, 0.99, True, "supported", "population"),
)


def test_the_weakest_part_decides():
    ledger = statement_ledger(TESTS).set_index("id")
    assert ledger.index.tolist() == ["C06", "C05", "C07", "C99", "C01"]
    assert ledger["verdict"].tolist() == ["tendency", "doubtful", "open", "untested", "supported"]
    assert ledger["step"].tolist() == ["next_2", "", "", "", ""]
    assert ledger["part"].tolist() == [1, 2, 1, 1, 1]
    assert ledger["assumption"].tolist() == ["population", "population", "no_model", "interviews", "population"]
    assert ledger["n"].tolist() == [48, 45, 0, 0, 47]
    assert ledger["tests"].tolist() == [2, 2, 1, 0, 1]
    assert ledger.loc["C06", ["supported", "tendency", "open", "doubtful", "against"]].tolist() == [1, 1, 0, 0, 0]
    assert ledger["survives"].tolist() == [False, False, pd.NA, pd.NA, True]
    assert ledger.loc["C05", "probability"] == 0.1


def test_the_least_likely_of_equally_weak_parts_decides():
    both = table_of(
        ("C1", 1, "majority", "", 40, 0.9, False, "tendency", "population"), ("C1", 2, "majority", "", 30, 0.82, False, "tendency", "population")
    )
    row = statement_ledger(both).iloc[0]
    assert (row["part"], row["probability"], row["n"]) == (2, 0.82, 30)


def test_a_part_without_a_probability_can_be_the_weakest():
    both = table_of(
        ("C1", 1, "majority", "", 40, 0.9, False, "tendency", "population"), ("C1", 2, "importance", "", 45, NONE, None, "open", "process")
    )
    assert statement_ledger(both)[["part", "verdict"]].values.tolist() == [[2, "open"]]


def test_evidence_of_the_interviews_stands_beside():
    evidence = pd.DataFrame(
        {"id": ["C06", "C05"], "speak_for": [6, 1], "speak_against": [0, 5], "speak": [6, 6], "interviews": 14, "voice": ["for", "against"]}
    )
    ledger = statement_ledger(TESTS, evidence).set_index("id")
    assert ledger["convergence"].tolist() == ["agree", "agree", "silent", "silent", "silent"]
    assert ledger.loc["C05", "speak_against"] == 5
    assert "convergence" not in statement_ledger(TESTS)
