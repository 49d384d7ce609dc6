"""What simulated studies say about verdicts: false statements that are supported, and true ones that are found."""

import numpy as np
import pytest

from helpers.integration.statements.operating import KINDS, responding, verdict_operating
from helpers.integration.statements.populations import MAKERS

NAMES = ["supported", "tendency", "open", "doubtful", "against"]


def rates(kind, effects, **changed):
    asked = {"population": 118, "n": 50, "replicates": 20, "resamples": 100, "seed": 3}
    found = verdict_operating(kind, effects, **(asked | changed))
    print(found.round(2).to_string())
    assert found[NAMES].sum(axis=1).tolist() == pytest.approx([1] * len(found))
    return found


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("lean", [0.0, 0.7])
def test_no_false_statement_on_the_population_is_supported(kind, lean):
    found = rates(kind, [-0.1, 0.0], lean=lean, replicates=10)
    assert not found["holds"].any() and (found["supported"] <= 0.05).all()


@pytest.mark.parametrize("kind", MAKERS)
def test_nor_where_nearly_everybody_answered(kind):
    found = rates(kind, [-0.1, 0.0, 0.2], lean=0.3, n=112, replicates=6)
    assert found["holds"].tolist() == [False, False, True]
    assert (found["supported"][:2] == 0).all() and found["supported"][2] == 1
    assert (found["against"][1:] == 0).all()


def test_no_false_statement_on_the_process_is_supported_in_more_than_one_of_twenty_samples():
    found = rates("importance", [0.0], replicates=150, resamples=199)
    assert found["supported"].item() <= 0.05 and 0.05 <= found["tendency"].item() + found["supported"].item() <= 0.28
    assert rates("importance", [0.0], replicates=60, resamples=199, lean=0.7)["supported"].item() <= 0.05


def test_power_of_the_test_of_the_process():
    assert rates("importance", [0.5], replicates=8, resamples=199)["supported"].item() >= 0.75


def test_a_tendency_is_wrong_in_about_one_of_five_at_the_boundary_and_needs_ignorable_non_response():
    ignorable = rates("majority", [0.0, 0.2], replicates=2000)
    assert ignorable["tendency"][0] == pytest.approx(0.17, abs=0.04) and ignorable["tendency"][1] > 0.95
    # Those who would say yes are drawn with four times the weight: the answers mislead, and yet nothing false is supported.
    leaning = rates("majority", [0.0], lean=0.7, replicates=2000)
    assert leaning["tendency"].item() > 0.9 and leaning["supported"].item() == 0
    # With fewer than half of the units no majority can be supported.
    assert (ignorable["supported"] == 0).all()


def test_the_willing_are_drawn_more_often():
    rng = np.random.default_rng(1)
    places = responding(np.repeat([np.log(3), 0.0], [50, 50]), 1, replicates=20_000, rng=rng)
    assert (places < 50).mean() == pytest.approx(0.75, abs=0.012)
    drawn = responding(np.zeros(30), 12, replicates=500, rng=rng)
    assert drawn.shape == (500, 12) and all(len(set(row)) == 12 for row in drawn)
    assert np.bincount(drawn.ravel()) == pytest.approx(np.full(30, 200), rel=0.25)


def test_the_seed_decides_and_what_makes_no_sense_is_said():
    assert rates("leading", [0.1], replicates=5).equals(rates("leading", [0.1], replicates=5))
    assert "importance" in KINDS
    with pytest.raises(ValueError, match="no such kind of statement; there are majority"):
        rates("most", [0.0])
    with pytest.raises(ValueError, match="at most all 118 units"):
        rates("majority", [0.0], n=119)
