from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.importance import relative_importance
from helpers.quantitative.regression.subsets import Partition, Worlds, explained, permuted_shares, residual_products, shapley_weights
from reference.expected import expected, numbered, reference_data

GROUPS = {"sector": ["sector"], "membership": ["log_members", "sme_share", "research_share", "fee_share", "age"]}
SINGLE = ["sector", *GROUPS["membership"]]
SECTORS = ["production", "mobility", "digital", "life"]


def membership(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    """Sector and membership as in the demonstration study: four unequal sectors; shares, members and age with its means and spreads."""
    return pd.DataFrame(
        {
            "sector": pd.Categorical(rng.choice(SECTORS, cases, p=[0.46, 0.26, 0.18, 0.10]), categories=SECTORS),
            "log_members": rng.normal(3.8, 0.8, cases),
            "sme_share": rng.beta(10.5, 2.0, cases),
            "research_share": rng.beta(2.2, 14.5, cases),
            "fee_share": rng.beta(2.5, 4.5, cases),
            "age": rng.integers(3, 41, cases).astype(float),
        }
    )


def systematic(cases: pd.DataFrame) -> pd.DataFrame:
    """Points of degree by group, with the demonstration study's coefficients."""
    sector = cases["sector"].map({"production": 0, "mobility": 6, "digital": -14, "life": -6}).astype(float)
    slopes = pd.Series({"log_members": 8, "sme_share": -20, "research_share": 30, "fee_share": -10, "age": 0.3})
    return pd.DataFrame({"sector": sector, "membership": cases[slopes.index] @ slopes})


def spread(cases: pd.DataFrame, *, equal: bool) -> np.ndarray:
    """Standard deviation of the noise of each case."""
    return (
        np.ones(len(cases))
        if equal
        else cases["sector"].map({"production": 1.0, "mobility": 1.75, "digital": 1.3, "life": 1.0}).astype(float).to_numpy()
    )


def study(rng: np.random.Generator, cases: int, *, sector: float, members: float, equal: bool = True) -> pd.DataFrame:
    """A sample in which sector and membership have given shares of the variance of `degree`."""
    # Standard deviations of the systematic parts, and of the noise, in the population that `membership` draws from.
    scale = {"sector": 6.77, "membership": 8.03, "noise": 1.0 if equal else 1.2885}
    table = membership(rng, cases)
    points = systematic(table)
    rest = 1 - sector - members
    noise = rng.normal(size=cases) * spread(table, equal=equal) / scale["noise"] * math.sqrt(rest)
    parts = points["sector"] / scale["sector"] * math.sqrt(sector) + points["membership"] / scale["membership"] * math.sqrt(members)
    return table.assign(degree=parts + noise)


def naive_shares(data: pd.DataFrame, outcome: str, groups: dict[str, list[str]]) -> list[float]:
    """One fit per subset, as a library user would write it."""
    columns = {name: pd.get_dummies(data[terms], drop_first=True, dtype=float) for name, terms in groups.items()}

    def fitted(names: tuple[str, ...]) -> float:
        parts = [columns[name] for name in names]
        return sm.OLS(data[outcome], sm.add_constant(pd.concat(parts, axis=1))).fit().rsquared if parts else 0.0

    shares = []
    for name in groups:
        others = [other for other in groups if other != name]
        total = 0.0
        for size in range(len(others) + 1):
            for subset in itertools.combinations(others, size):
                gain = fitted((*subset, name)) - fitted(subset)
                total += gain * math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(groups))
        shares.append(total)
    return shares


@pytest.fixture(scope="module")
def swiss():
    return pd.read_csv(reference_data("swiss.csv")).rename(columns={"Infant.Mortality": "InfantMortality"})


@pytest.fixture
def sample():
    return study(np.random.default_rng(1), 50, sector=0.2, members=0.2)


def test_swiss_matches_the_reference(swiss):
    table = relative_importance(swiss, "Fertility", ["Agriculture", "Examination", "Education", "Catholic", "InfantMortality"], resamples=20, seed=1)
    assert numbered("lmg.swiss", table["share"]) == expected("lmg.swiss")
    assert numbered("first.swiss", table["alone"]) == expected("first.swiss")
    assert numbered("last.swiss", table["added_last"]) == expected("last.swiss")
    assert {"r2.swiss": table["share"].sum()} == expected("r2.swiss")
    assert table["n_used"].unique().tolist() == [47] and table["n_dropped"].unique().tolist() == [0]


def test_groups_agree_with_one_fit_per_subset(sample):
    groups = {term: [term] for term in SINGLE}
    naive = naive_shares(sample, "degree", groups)
    matrices = [pd.get_dummies(sample[[term]], drop_first=True, dtype=float).to_numpy() for term in SINGLE]
    partition = Partition.of(sample["degree"].to_numpy(), matrices)
    fast = shapley_weights(6) @ explained(partition.products, partition.sizes)
    assert fast == pytest.approx(naive, abs=1e-12)
    for chosen in (GROUPS, {"one": ["sector", "age"], "two": ["fee_share"], "three": ["log_members", "sme_share"]}):
        table = relative_importance(sample, "degree", chosen, resamples=20, seed=1)
        assert table["share"].tolist() == pytest.approx(naive_shares(sample, "degree", chosen), abs=1e-12)
        assert table["group"].tolist() == list(chosen)


def test_a_noise_factor_of_ten_categories_has_a_share_but_no_excess():
    """METHODS 5: its R2 is .185 at 50 cases and chance alone; (10 - 1) / (50 - 1) is .184."""
    rng, found = np.random.default_rng(3), []
    for _ in range(120):
        factor = rng.permutation(np.repeat(np.arange(10), [3, 3, 4, 4, 5, 5, 6, 6, 7, 7]))
        data = pd.DataFrame({"degree": rng.normal(size=50), "sector": pd.Categorical(factor)})
        found.append(relative_importance(data, "degree", ["sector"], resamples=100, seed=int(rng.integers(10**6))).iloc[0])
    table = pd.DataFrame(found)
    # The standard deviation of the share is .075, so that of the mean of 120 is .007.
    assert table["share"].astype(float).mean() == pytest.approx(9 / 49, abs=0.021)
    assert table["null_mean"].astype(float).mean() == pytest.approx(9 / 49, abs=0.005)
    assert table["excess"].astype(float).mean() == pytest.approx(0, abs=0.021)
    assert (table["low"] <= 0).mean() >= 0.94
    assert (table["p_value"] <= 0.05).sum() <= 13  # 5 % of 120 is 6; three standard errors are 7


def test_null_mean_is_that_of_permuting_the_group_by_hand(sample):
    table = relative_importance(sample, "degree", GROUPS, resamples=2000, seed=4).set_index("group")
    rng, shares = np.random.default_rng(5), []
    for _ in range(60):
        permuted = sample.assign(sector=sample["sector"].array[rng.permutation(50)])
        shares.append(naive_shares(permuted, "degree", GROUPS)[0])
    assert table.loc["sector", "null_mean"] == pytest.approx(np.mean(shares), abs=4 * np.std(shares) / math.sqrt(60))
    assert table["excess"].tolist() == pytest.approx((table["share"] - table["null_mean"]).tolist())


def test_worlds_are_what_they_say(sample):
    """Shares in a drawn sample equal those of a regression on that sample; the world without change is the fitted model."""
    matrices = [pd.get_dummies(sample[terms], drop_first=True, dtype=float).to_numpy() for terms in GROUPS.values()]
    partition = Partition.of(sample["degree"].to_numpy(), matrices)
    slopes = np.linalg.lstsq(partition.columns, partition.outcome, rcond=None)[0]
    noise = partition.outcome - partition.columns @ slopes
    worlds = Worlds(partition, slopes, noise)
    share = shapley_weights(2) @ explained(partition.products, partition.sizes)
    for group in range(2):
        # Interpolated at the coefficients as they are, on the fine grid.
        assert np.interp(1, worlds.factors[group], worlds.truth[group, 1:]) == pytest.approx(share[group], abs=2e-3)
        assert worlds.truth[group, 0] == 0 and worlds.truth[group, -1] == 1 and (np.diff(worlds.truth[group]) > -1e-3).all()
    drawn = worlds.draw(np.random.default_rng(6), 1)[0]
    rng = np.random.default_rng(6)
    counts = rng.multinomial(50, np.full(50, 1 / 50), size=1)[0]
    signs = 2 * rng.binomial(counts, 0.5) - counts
    cases = np.repeat(np.arange(50), counts)
    sign = np.concatenate([[1] * ((count + total) // 2) + [-1] * ((count - total) // 2) for count, total in zip(counts, signs, strict=True)])
    for group, step in ((0, 20), (1, 40)):
        blend = np.where(np.repeat([0, 1], partition.sizes) == group, worlds.factors[group, step], 1)
        outcome = partition.columns[cases] @ (slopes * blend) + noise[cases] * sign
        again = Partition.of(outcome, [matrix[cases] for matrix in matrices])
        assert drawn[group, 1 + step] == pytest.approx((shapley_weights(2) @ explained(again.products, again.sizes))[group], abs=1e-9)


def test_categories_lost_in_a_resample_add_nothing():
    products = np.array([[2.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 3.0, 1.0], [1.0, 0.0, 1.0, 4.0]])
    kept = products[np.ix_([0, 2, 3], [0, 2, 3])]
    assert residual_products(products, [2, 1]).ravel() == pytest.approx(residual_products(kept, [1, 1]).ravel())
    twice = np.array([[2.0, 2.0, 1.0], [2.0, 2.0, 1.0], [1.0, 1.0, 4.0]])
    assert residual_products(twice, [1, 1]).ravel() == pytest.approx([4, 3.5, 3.5, 3.5])


def test_only_some_cases_have_everything(sample):
    sample.loc[sample.index[:3], "age"] = np.nan
    sample.loc[sample.index[2:5], "sector"] = None
    table = relative_importance(sample, "degree", GROUPS, resamples=50, seed=1)
    assert table["n_used"].tolist() == [45, 45] and table["n_dropped"].tolist() == [5, 5]
    complete = relative_importance(sample.dropna(), "degree", GROUPS, resamples=50, seed=1)
    assert table.drop(columns="n_dropped").equals(complete.drop(columns="n_dropped"))


def test_a_group_that_explains_everything():
    data = pd.DataFrame({"age": np.arange(20.0) ** 2, "other": np.tile([0.0, 1.0], 10)}).assign(degree=lambda table: 3 * table["age"] + 1)
    alone = relative_importance(data, "degree", ["age"], resamples=50, seed=1).iloc[0]
    assert alone["share"] == pytest.approx(1) and alone["high"] == pytest.approx(1) and alone["p_value"] < 0.1
    both = relative_importance(data, "degree", ["age", "other"], resamples=50, seed=1)
    assert both["share"].sum() == pytest.approx(1) and both.notna().all(axis=None)


def test_a_sector_with_one_case_and_an_outcome_without_any_relation(sample):
    lonely = sample.assign(sector=sample["sector"].cat.add_categories("other"))
    lonely.loc[lonely.index[0], "sector"] = "other"
    table = relative_importance(lonely, "degree", GROUPS, resamples=200, seed=1)
    assert table.notna().all(axis=None) and (table["low"] <= table["excess"]).all() and (table["excess"] <= table["high"]).all()
    flipped = relative_importance(lonely.assign(degree=-lonely["degree"]), "degree", GROUPS, resamples=200, seed=1)
    pd.testing.assert_frame_equal(table, flipped, atol=1e-7)
    orthogonal = pd.DataFrame({"x": [1.0, 1.0, -1.0, -1.0] * 3, "degree": [1.0, -1.0, 1.0, -1.0] * 3})
    row = relative_importance(orthogonal, "degree", ["x"], resamples=200, seed=1).iloc[0]
    assert row["share"] == pytest.approx(0, abs=1e-12) and row["p_value"] == pytest.approx(1)
    assert row["low"] == row["excess"] < 0 < row["high"]


def test_input_that_does_not_fit_is_refused(sample):
    def refused(data=sample, outcome="degree", groups=GROUPS, resamples=10, level=0.95):
        return relative_importance(data, outcome, groups, resamples=resamples, seed=1, level=level)

    with pytest.raises(ValueError, match="the table has no column region"):
        refused(groups={"region": ["region"]})
    with pytest.raises(ValueError, match="age is named more than once"):
        refused(groups={"sector": ["sector", "age"], "age": ["age"]})
    with pytest.raises(ValueError, match="age is named more than once"):
        refused(groups=["age", "sector", "age"])
    with pytest.raises(ValueError, match="0 groups are given"):
        refused(groups={})
    with pytest.raises(ValueError, match="13 groups are given; 1 to 12"):
        refused(groups=[f"v{place}" for place in range(13)])
    with pytest.raises(ValueError, match="one string is neither"):
        refused(groups="sector")
    with pytest.raises(ValueError, match="sector is no number"):
        refused(outcome="sector", groups=["age"])
    with pytest.raises(ValueError, match="degree is the same for all 50 cases"):
        refused(data=sample.assign(degree=1.0))
    with pytest.raises(ValueError, match="sector is the same for all 50 cases"):
        refused(data=sample.assign(sector=pd.Categorical(["digital"] * 50)))
    with pytest.raises(ValueError, match="age"):
        refused(data=sample.assign(age=7.0))
    with pytest.raises(ValueError, match="groups age, older are nearly combinations of one another"):
        refused(data=sample.assign(older=sample["age"] + 1e-5 * sample["fee_share"]), groups=["age", "older", "log_members"])
    with pytest.raises(ValueError, match="whole number"):
        refused(resamples=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        refused(level=1)


def test_the_input_stays_as_it_is_and_the_seed_decides(sample):
    before = sample.copy(deep=True)
    table = relative_importance(sample, "degree", GROUPS, resamples=100, seed=1)
    pd.testing.assert_frame_equal(sample, before)
    assert table.equals(relative_importance(sample, "degree", GROUPS, resamples=100, seed=1))
    assert not table["null_mean"].equals(relative_importance(sample, "degree", GROUPS, resamples=100, seed=2)["null_mean"])


SEEDS = st.integers(0, 10**6)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.permutations(SINGLE))
def test_shares_add_up_to_r2_and_ignore_the_order_of_groups(seed, order):
    sample = study(np.random.default_rng(seed), 40, sector=0.2, members=0.3)
    table = relative_importance(sample, "degree", SINGLE, resamples=20, seed=1).set_index("group")
    columns = sm.add_constant(pd.get_dummies(sample[SINGLE], drop_first=True, dtype=float))
    columns = columns.loc[:, columns.any()]
    assert table["share"].sum() == pytest.approx(sm.OLS(sample["degree"], columns).fit().rsquared, abs=1e-10)
    assert (table["share"] >= -1e-12).all() and (table["added_last"] <= 1).all()
    again = relative_importance(sample, "degree", order, resamples=20, seed=1).set_index("group").loc[SINGLE]
    pd.testing.assert_frame_equal(table, again, atol=1e-7)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.permutations(SECTORS), st.floats(0.01, 100), st.floats(-1000, 1000))
def test_names_of_categories_and_units_change_nothing(seed, names, factor, shift):
    sample = study(np.random.default_rng(seed), 40, sector=0.2, members=0.3)
    renamed = sample.assign(
        sector=pd.Categorical(sample["sector"].map(dict(zip(SECTORS, names, strict=True))), categories=SECTORS),
        age=sample["age"] * factor + shift,
        degree=sample["degree"] * -factor + shift,
    )
    tables = [relative_importance(data, "degree", GROUPS, resamples=30, seed=1) for data in (sample, renamed)]
    pd.testing.assert_frame_equal(*tables, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(2, 5))
def test_permuted_shares_leave_a_sample_where_every_group_but_one_is_as_it_was(seed, groups):
    rng = np.random.default_rng(seed)
    partition = Partition.of(rng.normal(size=25), [rng.normal(size=(25, 1 + group % 2)) for group in range(groups)])
    found = permuted_shares(np.random.default_rng(seed), partition, 3)
    order = np.random.default_rng(seed).permuted(np.tile(np.arange(25), (3, 1)), axis=1)
    for group, own in enumerate(partition.places):
        columns = partition.columns.copy()
        columns[:, own] = columns[order[1]][:, own]
        moved = Partition(columns, partition.outcome, partition.sizes)
        assert found[1, group] == pytest.approx((shapley_weights(groups) @ explained(moved.products, moved.sizes))[group], abs=1e-9)


def population_shares(sector: float, members: float, equal: bool) -> np.ndarray:
    cases = study(np.random.default_rng(11), 400_000, sector=sector, members=members, equal=equal)
    matrices = [pd.get_dummies(cases[terms], drop_first=True, dtype=float).to_numpy() for terms in GROUPS.values()]
    partition = Partition.of(cases["degree"].to_numpy(), matrices)
    return shapley_weights(2) @ explained(partition.products, partition.sizes)


@pytest.mark.slow
@pytest.mark.parametrize("equal", [True, False])
@pytest.mark.parametrize("sector, members", [(0.0, 0.2), (0.3, 0.1)])
def test_intervals_hold_the_share_of_the_population(sector, members, equal):
    """50 cases, four unequal sectors, five membership terms, noise of equal variance or not; the bounds are three standard errors of 200."""
    truth = population_shares(sector, members, equal)
    assert truth == pytest.approx([sector, members], abs=0.01)
    rng, held, excess = np.random.default_rng(12), [], []
    while len(held) < 200:
        sample = study(rng, 50, sector=sector, members=members, equal=equal)
        table = relative_importance(sample, "degree", GROUPS, resamples=200, seed=int(rng.integers(10**6)))
        held.append(((table["low"] <= truth + 1e-4) & (truth <= table["high"].clip(lower=1e-4))).tolist())
        excess.append(table["excess"].tolist())
    covered = np.mean(held, axis=0)
    assert (covered >= 0.90).all() and (covered[truth > 0.01] <= 0.995).all()
    # The excess falls short by the null's mean times R2 (.05 at most), and exceeds the truth a little where the sectors' variances differ.
    assert np.mean(excess, axis=0) == pytest.approx(truth, abs=0.06)
