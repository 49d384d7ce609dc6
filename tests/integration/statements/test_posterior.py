import numpy as np
import pytest
from scipy import stats

from helpers.integration.statements.posterior import Known, chance_of_larger_share, chance_of_majority
from reference.expected import expected


def test_majority_matches_the_reference():
    assert {"dir.beta.half": chance_of_majority(31, 31 + 24, population=None)} == expected("dir.beta.half")


def test_larger_share_matches_the_reference():
    assert {"beta.gt": chance_of_larger_share((21, 11), (15, 17))} == expected("beta.gt")


def test_patterns_are_counted_in_any_order():
    cases = np.random.default_rng(1).integers(0, 2, size=(40, 3)).astype(float)
    known, again = Known.of(cases, population=60), Known.of(cases[::-1], population=60)
    assert known.n == 40 and known.unseen == 20 and known.size == 60
    assert (known.patterns == again.patterns).all() and (known.seen == again.seen).all()
    assert np.repeat(known.patterns, known.seen, axis=0).sum(axis=0).tolist() == cases.sum(axis=0).tolist()
    with pytest.raises(ValueError, match="40 units answered, and the population has 39"):
        Known.of(cases, population=39)


def test_drawn_populations_hold_what_was_seen_and_as_many_units_as_there_are():
    known = Known.of(np.repeat([[0.0], [1.0], [2.0]], [5, 3, 2], axis=0), population=30)
    drawn = known.draws(resamples=500, seed=3)
    assert (drawn.sum(axis=1) == 30).all() and (drawn >= known.seen).all()
    assert (drawn == known.draws(resamples=500, seed=3)).all() and (drawn != known.draws(resamples=500, seed=4)).any()
    assert drawn.mean(axis=0) == pytest.approx([15, 9, 6], abs=0.6)


def drawn_as_cases(ticks, *, population, resamples, seed):
    """The Polya posterior case by case: the unseen units are copies of cases, in the proportions that an urn would give them."""
    draws = np.random.default_rng(seed)
    weights = draws.dirichlet(np.ones(len(ticks)), size=resamples)
    return (draws.multinomial(population - len(ticks), weights) + 1) @ ticks / population


def test_patterns_are_drawn_as_cases_would_be():
    """Counting equal cases together changes nothing."""
    cases = np.repeat([[0.0], [1.0]], [20, 30], axis=0)
    ours = Known.of(cases, population=118).draws(resamples=40_000, seed=5)[:, 1] / 118
    theirs = drawn_as_cases(cases, population=118, resamples=40_000, seed=6)[:, 0]
    assert stats.ks_2samp(ours, theirs).statistic < 0.02
    exact = stats.betabinom(68, 30, 20)
    assert np.mean(ours * 118 - 30 > 29) == pytest.approx(exact.sf(29), abs=0.01)


def test_without_a_bound_the_shares_are_drawn():
    known = Known.of(np.repeat([[0.0], [1.0]], [24, 31], axis=0), population=None)
    drawn = known.draws(resamples=40_000, seed=5)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(40_000)) and known.size == np.inf
    assert np.mean(drawn[:, 1] > 0.5) == pytest.approx(chance_of_majority(31, 55, population=None), abs=0.01)


@pytest.mark.parametrize("population", [None, 60, 61, 118])
@pytest.mark.parametrize(("yes", "n"), [(31, 55), (30, 60), (1, 60), (0, 10), (10, 10)])
def test_majority_and_its_opposite_add_up_to_one(yes, n, population):
    assert chance_of_majority(yes, n, population=population) + chance_of_majority(n - yes, n, population=population) == pytest.approx(1)


def test_majority_is_what_drawn_populations_say():
    drawn = Known.of(np.repeat([[0.0], [1.0]], [24, 26], axis=0), population=118).draws(resamples=60_000, seed=2)[:, 1]
    assert chance_of_majority(26, 50, population=118) == pytest.approx(np.mean(drawn > 59) + np.mean(drawn == 59) / 2, abs=0.008)
    # Whether exactly half can be depends on the number of units.
    assert chance_of_majority(30, 60, population=60) == 0.5 and chance_of_majority(31, 60, population=60) == 1
