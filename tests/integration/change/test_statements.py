"""Statements that both waves judge, and those they judge otherwise."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.integration.change.statements import changed_counts, changed_finding, changed_statements, statement_changes, with_movement
from helpers.integration.change.studies import two_waves
from helpers.integration.statements.rule import VERDICTS
from integration.change.made import CLAIMS, wave


def judged(before, now, **options):
    drawn = {"language": "en", "resamples": 400, "seed": 1, "least": 5}
    return statement_changes(before, now, two_waves(before, now), **drawn | options)


def test_verdicts_of_both_waves_stand_side_by_side():
    table = judged(wave(plan=(30, 30)), wave(plan=(50, 10), first=20)).set_index("id")
    assert table.index.tolist() == ["C1", "C2", "C3", "C4"]
    assert table.loc["C1", ["verdict_before", "verdict_now", "direction"]].tolist() == ["open", "tendency", "stronger"]
    assert table.loc["C2", "direction"] == "unchanged"
    assert table.loc["C1", "statement"] == "Statement C1"
    assert table["headline"].tolist()[:2] == [1, 2] and table["headline"].isna().tolist() == [False, False, True, True]
    back = judged(wave(plan=(50, 10)), wave(plan=(10, 50), first=20)).set_index("id")
    assert back.loc["C1", ["verdict_now", "direction"]].tolist() == ["doubtful", "weaker"]


def test_each_wave_has_its_own_population():
    everybody = wave(plan=(31, 29))
    now = replace(everybody, population=60)
    assert judged(everybody, now).set_index("id").loc["C1", ["verdict_before", "verdict_now"]].tolist() == ["open", "supported"]


def test_a_statement_that_rests_on_too_few_is_left_out():
    few = wave()
    few.responses.loc[4:, "plan"] = None
    for before, now in ((few, wave()), (wave(), few)):
        assert "C1" not in judged(before, now)["id"].tolist()
    assert judged(few, wave(), least=4).set_index("id").loc["C1", "n"] == 4


def test_without_an_earlier_wave_or_statements_there_is_no_row():
    alone = statement_changes(None, wave(), two_waves(None, wave()), language="de", resamples=100, seed=1, least=5)
    silent = replace(wave(), claims=wave().claims.iloc[:0])
    for table in (alone, judged(wave(), silent), judged(wave(), wave(), least=61)):
        assert table.empty and changed_statements(table).empty and changed_counts(table).empty
        assert changed_finding(table, ended=None).empty


def table(*rows):
    """Statements by their verdict before and now, and their place among the findings."""
    made = pd.DataFrame(rows, columns=["id", "verdict_before", "verdict_now", "headline"])
    steps = made["verdict_now"].map(VERDICTS.index) - made["verdict_before"].map(VERDICTS.index)
    direction = ["stronger" if step > 0 else "weaker" if step < 0 else "unchanged" for step in steps]
    return made.assign(statement="Statement " + made["id"], direction=direction, n=range(40, 40 + len(made))).astype({"headline": "Int64"})


SAME, RAISED, LOWERED = ("C1", "open", "open", 1), ("C2", "open", "tendency", 2), ("C3", "supported", "open", 3)
ASIDE = ("C4", "against", "supported", None)


@pytest.mark.parametrize(
    ("rows", "found", "changed"), [([SAME], "none", 0), ([SAME, ASIDE], "one", 1), ([SAME, RAISED, LOWERED, ASIDE], "several", 3)]
)
def test_changed_verdicts_are_counted(rows, found, changed):
    assert changed_counts(table(*rows)).to_dict("records") == [{"found": found, "changed": changed, "compared": len(rows), "n": 40}]
    assert len(changed_statements(table(*rows))) == changed
    assert list(changed_statements(table(*rows))) == ["direction", "statement", "verdict_before", "verdict_now", "n"]


def test_better_supported_statements_come_first():
    found = changed_statements(table(LOWERED, SAME, RAISED, ASIDE))
    assert found["direction"].tolist() == ["stronger", "stronger", "weaker"]
    assert found["statement"].tolist() == ["Statement C2", "Statement C4", "Statement C3"]


def test_the_summary_says_at_most_one_thing_and_only_of_its_own_statements():
    assert changed_finding(table(SAME, ASIDE), ended=2024).empty
    (one,) = changed_finding(table(SAME, RAISED, ASIDE), ended=2024).to_dict("records")
    assert (one["statement"], one["found"], one["changed"], one["ended"]) == ("Statement C2", "one", 1, 2024)
    (largest,) = changed_finding(table(SAME, RAISED, LOWERED, ASIDE), ended=2024).to_dict("records")
    assert (largest["statement"], largest["found"], largest["changed"]) == ("Statement C3", "several", 2)
    (first,) = changed_finding(table(("C5", "tendency", "open", 4), RAISED), ended=2024).to_dict("records")
    assert first["statement"] == "Statement C2"


def moved(shown=(), ranks=()):
    """Whether the numbers behind C1 (a share), C2 (two options), C3 (a rating) and C4 (an association) moved; given are those that did."""
    places = [("plan", "yes"), ("aim_a", ""), ("aim_b", ""), ("view_x", "high+none")]
    changes = pd.DataFrame({"direction": ["risen" if place in shown else "same" for place in places]}).set_axis(pd.Index(places, tupleize_cols=False))
    options = pd.DataFrame(
        {"option": ["aim_a", "aim_b", "aim_c"], "direction": ["ahead" if name in ranks else "same" for name in ("aim_a", "aim_b", "aim_c")]}
    )
    statements = table(*((name, "open", "tendency", None) for name in ("C1", "C2", "C3", "C4")))
    return with_movement(statements, CLAIMS, changes, options)["moved"].tolist()


def test_a_verdict_that_changed_is_told_from_a_share_or_rank_that_did():
    assert moved() == ["no", "no", "no", "unknown"]
    assert moved(shown=[("plan", "yes")]) == ["yes", "no", "no", "unknown"]
    assert moved(shown=[("view_x", "high+none")])[2] == "yes"
    assert moved(ranks=["aim_b"]) == ["no", "yes", "no", "unknown"]
    assert moved(ranks=["aim_c"])[1] == "no", "an option that the statement does not name"


def test_what_is_withheld_is_not_tested():
    statements = table(("C2", "open", "tendency", None))
    shown = pd.DataFrame({"direction": ["same"]}).set_axis(pd.Index([("aim_a", "")], tupleize_cols=False))
    ranks = pd.DataFrame({"option": ["aim_a", "aim_b"], "direction": ["same", "ahead"]})
    assert with_movement(statements, CLAIMS, shown, ranks)["moved"].tolist() == ["unknown"]
