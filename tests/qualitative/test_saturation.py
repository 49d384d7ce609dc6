import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.saturation import _at, saturation, saturation_point
from qualitative.coded import codings, from_presence, shuffled

# Worked by hand after the rules of Guest, Namey and Chen (2020): twelve interviews in the order held and the codes that each is the first to name.
# Base of four: 9 + 6 + 3 + 2 = 20 codes. Runs of two: after 4: 2 + 1 = 3 of 20 = .15; after 5: 1 + 1 = .10; after 6: 1 + 0 = .05; after 7: 0.
NEW = [9, 6, 3, 2, 2, 1, 1, 0, 0, 0, 1, 0]
BY_HAND = {4: 0.15, 5: 0.10, 6: 0.05, 7: 0.0, 8: 0.0, 9: 0.05, 10: 0.05}
matrices = st.integers(2, 6).flatmap(lambda columns: st.lists(st.lists(st.booleans(), min_size=columns, max_size=columns), min_size=2, max_size=5))


def worked(new):
    """Interviews of which each names the codes before it once more, and so many new ones."""
    known = np.cumsum(new)
    return from_presence(np.arange(known[-1]) < known[:, None])


def by_enumeration(present, base, run, threshold):
    """Cumulative codes and points of all orders, one order after the other; the point is infinite where there is none."""
    curves, points = [], []
    for order in itertools.permutations(range(len(present))):
        found = [int(np.any([present[place] for place in order[: size + 1]], axis=0).sum()) for size in range(len(order))]
        curves.append(found)
        met = [
            size
            for size in range(base, len(order) - run + 1)
            if found[base - 1] and (found[size + run - 1] - found[size - 1]) / found[base - 1] <= threshold + 1e-12
        ]
        points.append(met[0] if met else math.inf)
    return np.array(curves), np.array(points)


@pytest.mark.parametrize("threshold, point", [(0.15, 4), (0.10, 5), (0.05, 6), (0.04, 7), (0.0, 7)])
def test_the_order_held_is_judged_as_by_hand(threshold, point):
    found, documents, _ = worked(NEW)
    table = saturation_point(found, documents, thresholds=[threshold], resamples=20, seed=1)
    assert (table["observed"].item(), table["documents"].item(), table["base"].item(), table["run"].item()) == (point, 12, 4, 2)
    assert saturation(found, documents, resamples=20, seed=1)["observed"].tolist() == np.cumsum(NEW).tolist()


@pytest.mark.parametrize("base, run, point", [(4, 2, 6), (4, 3, 6), (5, 2, 6), (6, 3, 6), (4, 1, 5), (10, 2, 10), (4, 8, pd.NA), (11, 2, pd.NA)])
def test_base_and_run_move_the_point(base, run, point):
    found, documents, _ = worked(NEW)
    table = saturation_point(found, documents, base=base, run=run, thresholds=[0.05], resamples=20, seed=1)
    assert table["observed"][0] is point or table["observed"][0] == point


def test_new_information_of_the_run_is_that_by_hand_where_every_order_is_alike():
    # Every interview names one code of its own, so all orders are alike: 2 new codes in each run, a base of 4.
    found, documents, _ = from_presence(np.eye(9))
    table = saturation(found, documents, resamples=50, seed=1)
    assert table["new_share"].tolist() == pytest.approx([np.nan] * 3 + [0.5] * 4 + [np.nan] * 2, nan_ok=True)
    assert table["codes"].tolist() == table["low"].tolist() == table["high"].tolist() == table["observed"].tolist() == list(range(1, 10))
    assert table["met"].eq(0).all()
    assert saturation_point(found, documents, thresholds=[0.5], resamples=50, seed=1)[["median", "low", "high", "never"]].to_numpy().tolist() == [
        [4, 4, 4, 0]
    ]


def test_the_shares_by_hand_are_found_in_the_order_held(monkeypatch):
    found, documents, _ = worked(NEW)
    monkeypatch.setattr(np.random, "default_rng", lambda seed: AsHeld())
    shares = saturation(found, documents, resamples=3, seed=1).set_index("interviews")["new_share"]
    assert shares.dropna().to_dict() == pytest.approx(BY_HAND)


class AsHeld:
    """A generator that leaves every order as it is."""

    def permuted(self, orders, axis):
        return orders


@settings(max_examples=25, deadline=None)
@given(matrices, st.integers(1, 3), st.integers(1, 2), st.sampled_from([0.0, 0.2, 0.5]))
def test_random_orders_come_close_to_all_orders(present, base, run, threshold):
    found, documents, _ = from_presence(present)
    curves, points = by_enumeration(np.array(present), base, run, threshold)
    table = saturation(found, documents, base=base, run=run, threshold=threshold, resamples=3000, seed=1)
    assert table["codes"].to_numpy() == pytest.approx(curves.mean(axis=0), abs=0.15)
    assert table["codes"].iloc[-1] == np.any(present, axis=0).sum()
    assert (table["low"] >= curves.min(axis=0)).all() and (table["high"] <= curves.max(axis=0)).all()
    point = saturation_point(found, documents, base=base, run=run, thresholds=[threshold], resamples=3000, seed=1).iloc[0]
    assert point["never"] == pytest.approx(np.isinf(points).mean(), abs=0.05)
    assert table["met"].iloc[-1] == pytest.approx(1 - point["never"])
    assert table["met"].to_numpy() == pytest.approx([(points <= size).mean() for size in table["interviews"]], abs=0.05)
    assert point["observed"] is pd.NA if math.isinf(points[0]) else point["observed"] == points[0]


def test_an_order_that_never_saturates_counts_as_the_latest():
    # Half of the orders have the interview with all the codes among the first two, and stay as they are; the others learn them late.
    found, documents, _ = from_presence([[1] * 5, [1] + [0] * 4, [1] + [0] * 4, [1] + [0] * 4])
    table = saturation_point(found, documents, base=2, run=2, thresholds=[0.0, 0.9], resamples=4000, seed=1)
    assert table["never"].to_numpy() == pytest.approx([0.5, 0.5], abs=0.03)
    assert table["low"].tolist() == [2, 2] and table["high"].isna().all()


def test_low_and_high_are_those_of_most_orders():
    found, documents, _ = from_presence([[1] * 10] + [[1] + [0] * 9] * 19)
    first = saturation(found, documents, resamples=4000, seed=1).iloc[0]
    assert first["codes"] == pytest.approx(1 + 9 / 20, abs=0.15) and (first["low"], first["high"]) in [(1, 1), (1, 10)]
    tenth = saturation(found, documents, resamples=4000, seed=1).iloc[9]
    assert (tenth["low"], tenth["high"]) == (1, 10)


def test_quantiles_are_values_of_some_order():
    orders = np.random.default_rng(1).permutation(np.append(np.arange(1.0, 100), np.inf))[:, None]
    assert _at(orders, (0.01, 0.05, 0.5, 0.95, 1.0)).ravel().tolist() == [1, 5, 50, 95, np.inf]


def test_the_orders_do_not_depend_on_rows_or_names_of_codes():
    found, documents, _ = from_presence(np.random.default_rng(1).random((9, 12)) < 0.3)
    table = saturation(found, documents, resamples=200, seed=4)
    mixed = saturation(shuffled(found), shuffled(documents), resamples=200, seed=4)
    pd.testing.assert_frame_equal(mixed.drop(columns="observed"), table.drop(columns="observed"))
    renamed = found.assign(code=found["code"].map(lambda code: "z" + code[::-1]))
    pd.testing.assert_frame_equal(saturation(renamed, documents, resamples=200, seed=4), table)
    assert not saturation(found, documents, resamples=200, seed=5)["codes"].equals(table["codes"])


def test_many_orders_in_blocks_are_the_same_orders(monkeypatch):
    found, documents, _ = from_presence(np.random.default_rng(1).random((9, 12)) < 0.3)
    whole = saturation(found, documents, resamples=100, seed=4)
    monkeypatch.setattr("helpers.qualitative.saturation.BLOCK", 300)
    pd.testing.assert_frame_equal(saturation(found, documents, resamples=100, seed=4), whole)


@pytest.mark.parametrize("number", [0, 1, 5])
def test_too_few_interviews_or_no_codes_leave_it_open(number):
    documents = pd.DataFrame({"document": [f"I{place}" for place in range(number)]})
    table = saturation(codings().astype({"code": str}), documents, resamples=10, seed=1)
    assert table["interviews"].tolist() == list(range(1, number + 1)) and table["new_share"].isna().all() and (table["codes"] == 0).all()
    point = saturation_point(codings().astype({"code": str}), documents, resamples=10, seed=1)
    assert point["median"].isna().all() and point["never"].eq(1).all()


@pytest.mark.parametrize("wrong", [{"base": 0}, {"run": 0}, {"threshold": 1.0}, {"threshold": -0.1}, {"resamples": 0}])
def test_settings_that_make_no_sense_are_refused(wrong):
    found, documents, _ = from_presence(np.eye(3))
    with pytest.raises(ValueError, match="at least 1"):
        saturation(found, documents, seed=1, **wrong)


def test_a_larger_threshold_is_never_met_later():
    found, documents, _ = from_presence(np.random.default_rng(2).random((14, 25)) < 0.3)
    table = saturation_point(found, documents, thresholds=[0.2, 0.1, 0.05, 0.0], resamples=500, seed=1)
    assert table["never"].is_monotonic_increasing and table["low"].is_monotonic_increasing
