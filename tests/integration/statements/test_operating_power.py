"""Power of the verdicts: many samples at once are judged as one by one, and the rates are what other means give."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.integration.statements.ledger import statement_ledger
from helpers.integration.statements.operating import KINDS, process_design, responding, sector_test, verdict_operating
from helpers.integration.statements.populations import MAKERS, made_population
from helpers.integration.statements.power import just_false, power_summary, verdict_power, verdict_reach
from helpers.integration.statements.shares import share_test
from helpers.integration.statements.simulated import answer_patterns, sample_verdicts
from helpers.integration.verdicts import statement_verdicts
from helpers.quantitative.inference import wild_bootstrap_test
from helpers.quantitative.regression.refusal import Refusal

LIMITS = np.array([0.05, 0.2, 0.8, 0.95])


@pytest.fixture(scope="module")
def rates():
    return verdict_power(118, 50, distances=[0.05, 0.1, 0.2], willing=2, replicates=200, seed=20251103)


@pytest.mark.parametrize("kind", MAKERS)
def test_many_samples_at_once_are_judged_as_one_by_one(kind):
    compared = []
    for effect, n in ((-0.2, 56), (0.0, 40), (0.1, 40), (0.2, 56)):
        made = made_population(kind, effect, size=60, seed=2)
        patterns, of_unit = answer_patterns(made)
        samples = responding(np.zeros(60), n, replicates=4, rng=np.random.default_rng(5))
        seen = np.array([np.bincount(of_unit[sample], minlength=len(patterns)) for sample in samples])
        found = sample_verdicts(made, patterns, seen, resamples=1999, rng=np.random.default_rng(6))
        for sample, verdict in zip(samples, found, strict=True):
            claims = pd.DataFrame([made.claim])
            tests = statement_verdicts(made.units.iloc[sample], claims, made.sets, population=60, resamples=1000, seed=7)
            said = statement_ledger(tests).iloc[0]
            # Where the probability is at a limit of the rule, chance in the draws decides.
            if np.abs(LIMITS - said["probability"]).min() > 0.04 or said["probability"] in (0, 1):
                compared.append((said["verdict"], verdict))
    assert len(compared) >= 8 and len({verdict for verdict, _ in compared}) >= 3
    assert [one for one, _ in compared] == [many for _, many in compared]


@pytest.mark.parametrize("kind", ["majority", "minority"])
def test_every_number_of_votes_gets_the_verdict_of_the_test_on_shares(kind):
    made = made_population(kind, 0.0, size=60, seed=2)
    for n in (20, 40, 59, 60):
        seen = np.array([[n - yes, yes] for yes in range(n + 1)])
        found = sample_verdicts(made, np.array([[-0.5], [0.5]]), seen, resamples=1, rng=np.random.default_rng(1))
        tests = [share_test(pd.Series(np.arange(n) < yes), population=60, minority=kind == "minority") for yes in range(n + 1)]
        assert found == [test["verdict"] for test in tests]


@pytest.mark.parametrize("kind", ["ratings", "leading", "ordering", "association"])
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_beyond_doubt_among_those_who_answered_is_supported_from_the_same_number_of_answers_on(kind, sign):
    made = made_population(kind, sign * (0.9 if kind == "association" else 0.25), size=60, seed=2)
    patterns, of_unit = answer_patterns(made)
    order, verdicts = np.random.default_rng(8).permutation(60), []
    for n in range(38, 61):
        seen = np.bincount(of_unit[order[:n]], minlength=len(patterns))
        (found,) = sample_verdicts(made, patterns, seen[None], resamples=199, rng=np.random.default_rng(6))
        tests = statement_verdicts(made.units.iloc[order[:n]], pd.DataFrame([made.claim]), made.sets, population=60, resamples=199, seed=7)
        verdicts.append((found, statement_ledger(tests)["verdict"].item()))
    assert [many for many, _ in verdicts] == [one for _, one in verdicts]
    assert {"supported", "tendency"} == set(dict(verdicts)) if sign > 0 else {"against", "doubtful"} == set(dict(verdicts))


def test_the_test_of_the_process_is_the_wild_bootstrap_test():
    rng = np.random.default_rng(3)
    sector = rng.choice(4, 40)
    degree, members = rng.normal(size=(2, 40))
    cases = pd.DataFrame({"degree": degree, "sector": pd.Categorical.from_codes(sector, categories=list("abcd")), "members": members})
    whole = wild_bootstrap_test(cases, "degree ~ sector + members", ["sector"], resamples=199, seed=9)
    design = process_design(degree, sector, members)
    assert sector_test(design, resamples=199, seed=9) == pytest.approx(whole.p_value)


def test_where_the_model_cannot_be_fitted_the_process_stays_open():
    degree, members, sector = np.arange(28.0) % 5, np.arange(28.0) % 7, np.array([0] * 9 + [1] * 9 + [2] * 9 + [3])
    cases = pd.DataFrame({"degree": degree, "sector": pd.Categorical.from_codes(sector, categories=list("abcd")), "members": members})
    with pytest.raises(Refusal):
        wild_bootstrap_test(cases, "degree ~ sector + members", ["sector"], resamples=19, seed=1)
    assert np.isnan(sector_test(process_design(degree, sector, members), resamples=19, seed=1))
    assert np.isnan(sector_test(process_design(degree[:-1], sector[:-1], members[:-1]), resamples=19, seed=1))
    few = verdict_operating("importance", [0.2], population=30, n=5, replicates=10, resamples=19, seed=1)
    assert few["open"].item() == 1


@pytest.mark.parametrize("yes", [59, 65, 71])
def test_the_rate_of_a_tendency_is_that_of_the_hypergeometric_distribution(yes):
    found = verdict_operating("majority", [yes / 118 - 0.5], population=118, n=50, replicates=4000, resamples=1, seed=11)
    counts = np.arange(1, 50)
    # The others are like those who answered: a beta-binomial number of them says yes.
    beyond = [stats.betabinom(68, count, 50 - count).sf(59 - count) + stats.betabinom(68, count, 50 - count).pmf(59 - count) / 2 for count in counts]
    exact = stats.hypergeom(118, yes, 50).pmf(counts)[np.array(beyond) >= 0.8].sum()
    assert found["tendency"].item() == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 4000))


def test_a_false_statement_of_any_kind_is_supported_in_at_most_one_of_twenty_surveys(rates):
    false = rates[rates["case"].ne("true") & rates["verdict"].eq("supported")]
    print(rates.pivot_table(index=["kind", "order", "truth"], columns="verdict", values="share", sort=False).round(2).to_string())
    assert list(dict.fromkeys(rates["kind"])) == list(KINDS) and len(false) == 2 * len(KINDS)
    assert (false["share"] <= 0.05).all()


def test_every_survey_gets_one_verdict_and_more_distance_finds_more(rates):
    shares = rates.groupby(["kind", "order"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(1) and (rates["n"] == 50).all()
    found = rates[rates["verdict"].isin(["supported", "tendency"])].groupby(["kind", "order"])["share"].sum().unstack()
    assert (found[4] > found[3]).all() and (found[3] > found[2]).all() and (found[2] > found[0]).all()
    # A lean of non-response misleads on shares, ranks and associations; a sector is not found more often for it.
    population = found.drop(index="importance")
    assert (population[1] > population[0] + 0.3).all() and found.at["importance", 1] < 0.35
    assert rates["share"].between(rates["low"] - 1e-9, rates["high"] + 1e-9).all()


def test_the_summary_spans_all_kinds(rates):
    row = power_summary(rates).iloc[0]
    at_least = rates[rates["verdict"].isin(["supported", "tendency"])].groupby(["kind", "order"])["share"].sum().unstack()
    assert (row["near"], row["far"]) == pytest.approx((5, 20))
    assert (row["near_least"], row["far_most"]) == pytest.approx((at_least[2].min(), at_least[4].max()))
    assert row["leaning_least"] == pytest.approx(at_least[1].drop("importance").min())
    assert row["margin"] == pytest.approx(196 * np.sqrt(0.25 / 200), abs=0.1) and row["fewest"] == 25


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("population", [23, 111, 117, 119])
def test_half_of_an_odd_number_of_units_is_brought_below_the_boundary(kind, population):
    effect = just_false(kind, population, seed=1)
    assert -0.1 < effect <= 0
    made = made_population(kind, effect, size=population, seed=1)
    census = statement_verdicts(made.units, pd.DataFrame([made.claim]), made.sets, population=population, resamples=1, seed=1)
    assert (census["probability"] < 1).any()


def test_nothing_is_simulated_without_a_population_or_with_more_answers_than_units():
    for population, n in ((None, 50), (40, 50)):
        none = verdict_power(population, n, distances=[0.1], willing=2, replicates=20, seed=1)
        assert none.empty and "verdict" in none and power_summary(none).empty
    assert [verdict_reach(population, 50)["reach"].item() for population in (None, 40, 99, 100)] == ["unknown", "beyond", "in", "out"]


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 300), st.data())
def test_the_majority_that_is_needed_survives_the_worst_case_and_one_vote_less_does_not(population, data):
    n = data.draw(st.integers(1, population))
    reach = verdict_reach(population, n).iloc[0]
    everybody = share_test(pd.Series([True] * n), population=population)
    assert (reach["reach"] == "in") == everybody["survives"]
    if reach["reach"] == "in":
        votes = round(reach["needed"] * n)
        kept, lost = (share_test(pd.Series(np.arange(n) < count), population=population)["worst_low"] > 0.5 for count in (votes, votes - 1))
        assert kept and not lost
