"""The change of every share: right numbers, right units, intervals that cover."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.integration.change.overlap import UNLIMITED, Populations
from helpers.integration.change.paired import mcnemar_exact
from helpers.integration.change.shares import ALL, NAMES, OTHERS, PANEL, cells_by_wave, change_in_shares, without_hidden
from helpers.quantitative.multiplicity import holm
from helpers.reporting.disclosure import suppress
from integration.change.waves import POPULATIONS, tables, two_waves

PLAN = ["none", "part", "full"]


def wave(units, plan, fairs, trust=None):
    answers = {"unit": list(units), "plan": pd.Categorical(plan, categories=PLAN, ordered=True), "fairs": pd.array(fairs, dtype="boolean")}
    return pd.DataFrame(answers | ({} if trust is None else {"trust": pd.Categorical(trust, categories=["low", "high"])}))


BEFORE = wave("abcdef", ["none", "none", "part", "full", None, "none"], [True, False, False, True, True, None])
NOW = wave("fedxyb", ["part", "part", "full", "full", "none", "part"], [True, True, True, False, None, True])


def row(table, units, **names):
    rows = table[table["units"].eq(units) & np.logical_and.reduce([table[name].eq(value) for name, value in names.items()])]
    return rows.squeeze()


def test_all_panel_and_others_are_counted_apart():
    table = change_in_shares(BEFORE, NOW, unit="unit", sets={"measures": ["fairs"]}, populations=Populations(9, 9, 8))
    assert table["units"].tolist() == [ALL, PANEL, OTHERS] * 4
    every, panel, others = (row(table, units, question="plan", answer="none") for units in (ALL, PANEL, OTHERS))
    assert every[["count_before", "n_before", "count_now", "n_now", "n"]].tolist() == [3, 5, 1, 6, 5]
    # b, d and f answered twice; e gave no answer before.
    assert panel[["count_before", "n_before", "count_now", "n_now", "n"]].tolist() == [2, 3, 0, 3, 3]
    assert others[["count_before", "n_before", "count_now", "n_now", "n"]].tolist() == [1, 2, 1, 3, 2]
    assert every["share_difference"] == pytest.approx(1 / 6 - 3 / 5)
    assert panel["p_value"] == mcnemar_exact(0, 2)
    assert row(table, PANEL, question="measures", option="fairs")[["count_before", "n_before", "count_now", "n_now", "answer"]].tolist() == [
        2,
        3,
        3,
        3,
        "",
    ]


def test_no_output_names_a_unit_and_the_input_stays():
    before, now = BEFORE.copy(), NOW.copy()
    table = change_in_shares(before, now, unit="unit")
    assert "unit" not in table
    assert not table.astype(str).isin(list("abcdefxyz")).any(axis=None)
    pd.testing.assert_frame_equal(before, BEFORE)
    pd.testing.assert_frame_equal(now, NOW)


def test_questions_that_cannot_be_compared_are_left_out():
    other = NOW.assign(plan=pd.Categorical(["full"] * 6, categories=[*PLAN, "more"]), staff=1.0)
    table = change_in_shares(BEFORE.assign(staff=2.0, old=True), other, unit="unit")
    assert table["question"].unique().tolist() == ["fairs"]
    assert change_in_shares(BEFORE[["unit", "plan"]], other[["unit", "plan"]], unit="unit").empty


def test_a_question_that_nobody_was_asked_has_no_interval():
    table = change_in_shares(BEFORE.assign(fairs=pd.array([None] * 6, dtype="boolean")), NOW, unit="unit")
    fairs = table[table["question"].eq("fairs")]
    assert fairs["n"].eq(0).all()
    assert fairs[["share_difference", "low", "high", "p_value", "p_holm"]].isna().all(axis=None)
    assert table[table["question"].eq("plan")]["low"].notna().all()


def test_the_panel_is_a_sample_of_the_units_eligible_twice():
    """If all of those answered both times, their change is certain, whatever the others leave open."""
    units = [f"u{place}" for place in range(12)]
    before, now = wave(units, PLAN * 4, [True] * 6 + [False] * 6), wave(units, ["full", *PLAN[1:]] * 4, [True] * 9 + [False] * 3)
    table = change_in_shares(before, now, unit="unit", populations=Populations(20, 24, 12))
    panel = table[table["units"].eq(PANEL)]
    np.testing.assert_allclose(panel[["low", "high"]].to_numpy(), panel[["share_difference"] * 2].to_numpy())
    every = table[table["units"].eq(ALL)]
    assert (every["low"] < every["high"]).all()


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(6)))
def test_the_order_of_the_respondents_plays_no_part(first, second):
    expected = change_in_shares(BEFORE, NOW, unit="unit", populations=Populations(9, 9, 8))
    found = change_in_shares(BEFORE.iloc[list(first)], NOW.iloc[list(second)], unit="unit", populations=Populations(9, 9, 8))
    pd.testing.assert_frame_equal(found, expected)


def test_swapping_the_waves_mirrors_every_change():
    there, back = (change_in_shares(*waves, unit="unit") for waves in ((BEFORE, NOW), (NOW, BEFORE)))
    np.testing.assert_allclose(back["share_difference"], -there["share_difference"])
    np.testing.assert_allclose(back["low"], -there["high"], atol=1e-12)
    np.testing.assert_allclose(back["p_value"], there["p_value"])


def test_holm_counts_a_question_with_two_answers_once():
    units = [f"u{place}" for place in range(60)]
    rng = np.random.default_rng(2)
    trust = [np.where(rng.random(60) < share, "high", "low") for share in (0.3, 0.6)]
    plans = [rng.choice(PLAN, 60, p=shares) for shares in ([0.5, 0.3, 0.2], [0.3, 0.3, 0.4])]
    fairs = [rng.random(60) < share for share in (0.5, 0.7)]
    waves = [wave(units, plan, ticks, trusted) for plan, ticks, trusted in zip(plans, fairs, trust, strict=True)]
    table = change_in_shares(*waves, unit="unit")
    for units in (ALL, PANEL):
        part = table[table["units"].eq(units)]
        for question in ("plan", "fairs"):
            rows = part[part["question"].eq(question)]
            assert rows["p_holm"].tolist() == pytest.approx(holm(rows["p_value"]).tolist())
        trusting = part[part["question"].eq("trust")]
        assert trusting["p_holm"].tolist() == pytest.approx(trusting["p_value"].tolist())
    together = change_in_shares(*waves, unit="unit", families={"plan": "main", "trust": "main"})
    rows = together[together["units"].eq(ALL) & together["question"].isin(["plan", "trust"])]
    tested = rows[~(rows["question"].eq("trust") & rows["answer"].eq("high"))]
    assert tested["p_holm"].tolist() == pytest.approx(holm(tested["p_value"]).tolist())


def test_items_of_a_battery_and_boxes_of_a_set_are_named():
    before, now = wave("ab", ["none", "part"], [True, False]), wave("ab", ["part", "part"], [True, True])
    table = change_in_shares(before, now, unit="unit", sets={"views": ["plan"], "measures": ["fairs"]})
    places = table.loc[table["units"].eq(ALL), NAMES].to_numpy().tolist()
    assert places == [["views", "plan", "", answer] for answer in PLAN] + [["measures", "", "fairs", ""]]


def demo_waves(share_full, share_now):
    def one(share, prefix):
        plan = ["full"] * share + ["part"] * 20 + ["none"] * (40 - share)
        return wave([f"{prefix}{place}" for place in range(60)], plan, [True] * 30 + [False] * 30)

    return change_in_shares(one(share_full, "u"), one(share_now, "u"), unit="unit", sets={"measures": ["fairs"]})


def test_a_change_is_hidden_with_either_of_its_shares():
    changes = demo_waves(3, 12)
    cells = cells_by_wave(changes)
    assert len(cells) == 8
    safe = suppress(cells, k=5)
    shown = without_hidden(changes, safe)
    # Of "full" three were counted before; "part" goes with it there, as the second smallest.
    assert shown[["question", "option", "answer"]].to_numpy().tolist() == [["plan", "", "none"], ["measures", "fairs", ""]]
    assert shown["units"].eq(ALL).all()
    assert len(without_hidden(demo_waves(9, 12), suppress(cells_by_wave(demo_waves(9, 12)), k=5))) == 4


def test_the_cells_are_those_of_each_wave_alone():
    cells = cells_by_wave(demo_waves(9, 12))
    full = cells[cells["answer"].eq("full")].set_index("wave")
    assert full[["count", "n"]].to_numpy().tolist() == [[9, 60], [12, 60]]
    assert full["share"].tolist() == pytest.approx([0.15, 0.2])


# ------------------------------------------------------------------------------------------------------------------- coverage
SETTINGS = [(0.62, 0.80, 0.8), (0.10, 0.20, 0.8), (0.90, 0.76, 0.9), (0.50, 0.50, 0.3)]


@pytest.mark.parametrize(("before", "now", "correlation"), SETTINGS)
def test_intervals_cover_the_change_of_the_population(before, now, correlation):
    """50 of 112 and 50 of 118 units answer, about 32 of them twice; Monte Carlo error of a coverage .009."""
    waves = two_waves(
        600, correlation=correlation, made=[lambda z: (z < stats.norm.ppf(before)) * 1.0, lambda z: (z < stats.norm.ppf(now)) * 1.0], seed=21
    )
    table = change_in_shares(*tables(waves, "boolean"), unit="unit", populations=POPULATIONS)
    found = {units: rows.reset_index(drop=True) for units, rows in table.groupby("units")}
    assert found[PANEL]["n"].mean() == pytest.approx(32, abs=2)
    assert found[OTHERS]["n"].between(5, 30).all()
    truth = {ALL: waves.change, PANEL: waves.change_of_stayers, OTHERS: waves.change}
    for units, change in truth.items():
        covered = (found[units]["low"] <= change + 1e-9) & (change - 1e-9 <= found[units]["high"])
        assert covered.mean() >= 0.93, units
    assert (found[ALL]["share_difference"] - waves.change).mean() == pytest.approx(0, abs=0.01)
    # Without the panel's covariance and the finite populations the intervals would be longer than they need to be.
    assert ((found[ALL]["low"] <= waves.change + 1e-9) & (waves.change - 1e-9 <= found[ALL]["high"])).mean() <= 0.985


def test_panel_and_populations_make_the_interval_shorter():
    waves = two_waves(40, correlation=0.8, made=[lambda z: (z < 0) * 1.0] * 2, seed=5)
    before, now = tables(waves, "boolean")
    strangers = now.assign(unit=[f"x{place}" for place in range(len(now))])

    def width(later, populations):
        table = change_in_shares(before, later, unit="unit", populations=populations).query("units == 'all'")
        return (table["high"] - table["low"]).mean()

    known, unlimited, apart = width(now, POPULATIONS), width(now, UNLIMITED), width(strangers, UNLIMITED)
    assert known < 0.9 * unlimited < 0.9 * 0.9 * apart
