from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.reliability import cronbach_alpha, mcdonald_omega
from reference.expected import expected, numbered, reference_data

# Loadings of one factor on standardised items; omega of such items is known.
LOADINGS = np.array([0.7, 0.6, 0.8, 0.5, 0.65])
OMEGA = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())


@pytest.fixture(scope="module")
def agreeableness():
    items = pd.read_csv(reference_data("bfi25.csv"))[["A1", "A2", "A3", "A4", "A5"]]
    return items.assign(A1=7 - items["A1"])


def battery(rng: np.random.Generator, respondents: int, loadings: np.ndarray = LOADINGS) -> pd.DataFrame:
    common = rng.normal(size=(respondents, 1)) * loadings
    return pd.DataFrame(common + rng.normal(size=common.shape) * np.sqrt(1 - loadings**2)).add_prefix("item_")


def test_alpha_matches_the_reference_with_pairwise_answers(agreeableness):
    plain = cronbach_alpha(agreeableness, missing="pairwise")
    standardised = cronbach_alpha(agreeableness, missing="pairwise", standardised=True)
    assert numbered("alpha.bfiA", [plain.value, standardised.value, plain.mean_correlation]) == {
        name: value for name, value in expected("alpha.bfiA").items() if name.startswith("alpha.bfiA[")
    }
    assert np.isnan([plain.low, plain.high, standardised.low, standardised.high]).all()


def test_alpha_and_its_interval_match_the_reference_with_complete_answers(agreeableness):
    alpha = cronbach_alpha(agreeableness)
    assert {"alpha.bfiA.complete": float(alpha)} == expected("alpha.bfiA.complete")
    assert numbered("alpha.bfiA.feldt", [alpha.low, alpha.value, alpha.high]) == expected("alpha.bfiA.feldt")
    # The tolerance above is that of a library that rounds; ours does not.
    assert (alpha.low, alpha.high) == pytest.approx((0.685744635049661, 0.721035962795739), abs=1e-12)  # psych 2.2.9, alpha.ci, as the rows above
    assert (alpha.n_used, alpha.n_dropped, alpha.items) == (2709, 91, ("A1", "A2", "A3", "A4", "A5"))


def test_omega_matches_the_reference(agreeableness):
    assert {"omega_t1.bfiA.minres": float(mcdonald_omega(agreeableness))} == expected("omega_t1.bfiA.minres")
    assert {"omega_u.bfiA.ml": float(mcdonald_omega(agreeableness, method="ml"))} == expected("omega_u.bfiA.ml")


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_omega_finds_the_loadings_that_made_the_items(method):
    omega = mcdonald_omega(battery(np.random.default_rng(1), 20_000), method=method)
    assert omega.value == pytest.approx(OMEGA, abs=0.01) and omega.low < OMEGA < omega.high


def test_three_items_have_a_closed_solution():
    # Three correlations determine three loadings: loading of the first is sqrt(r12 r13 / r23).
    items = battery(np.random.default_rng(5), 300, np.array([0.8, 0.7, 0.6]))
    r12, r13, r23 = items.corr().to_numpy()[[0, 0, 1], [1, 2, 2]]
    loadings = np.sqrt([r12 * r13 / r23, r12 * r23 / r13, r13 * r23 / r12])
    exact = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    assert [float(mcdonald_omega(items, method=method)) for method in ("minres", "ml")] == pytest.approx([exact, exact], abs=1e-6)


def test_an_improper_solution_stays_within_bounds():
    # The first item would need a loading of 1.9.
    correlation = np.array([[1, 0.6, 0.6], [0.6, 1, 0.1], [0.6, 0.1, 1]])
    scores = np.random.default_rng(2).normal(size=(200, 3))
    scores = np.linalg.qr(scores - scores.mean(axis=0))[0] @ np.linalg.cholesky(correlation).T
    for method in ("minres", "ml"):
        omega = mcdonald_omega(pd.DataFrame(scores), method=method)
        assert 0 < omega.low < omega.value < omega.high < 1


@pytest.mark.parametrize("respondents, items", [(12, 3), (40, 5), (200, 2)])
def test_pingouin_finds_the_same_alpha(respondents, items):
    answers = battery(np.random.default_rng(respondents), respondents, np.full(items, 0.7))
    theirs, interval = pingouin.cronbach_alpha(data=answers)
    ours = cronbach_alpha(answers)
    assert ours.value == pytest.approx(theirs, rel=1e-12)
    assert [ours.low, ours.high] == pytest.approx(list(interval), abs=6e-4)


def test_ordered_categories_count_by_their_place():
    scale = pd.CategoricalDtype(["A1", "A2", "A3", "A4"], ordered=True)
    numbers = battery(np.random.default_rng(4), 60).apply(lambda column: pd.cut(column, 4, labels=False) + 1)
    answers = numbers.apply(lambda column: column.map(dict(enumerate(scale.categories, start=1))).astype(scale))
    for coefficient in (cronbach_alpha, mcdonald_omega):
        assert float(coefficient(answers)) == pytest.approx(float(coefficient(numbers)), rel=1e-9)
        assert coefficient(answers).n_used == 60


def test_missing_answers_are_counted():
    items = battery(np.random.default_rng(6), 50)
    items.iloc[:4, 0] = np.nan
    items.iloc[3] = np.nan
    assert (cronbach_alpha(items).n_used, cronbach_alpha(items).n_dropped) == (46, 4)
    pairwise = cronbach_alpha(items, missing="pairwise")
    assert (pairwise.n_used, pairwise.n_dropped) == (49, 1)
    assert (mcdonald_omega(items).n_used, mcdonald_omega(items).n_dropped) == (46, 4)


def test_items_that_run_against_each_other_have_no_reliability():
    items = battery(np.random.default_rng(7), 100, np.array([0.8, 0.7, 0.6, 0.7]))
    items = items.assign(item_0=-items["item_0"], item_1=-items["item_1"])
    for coefficient in (cronbach_alpha, mcdonald_omega):
        found = coefficient(items)
        assert np.isnan([found.value, found.low, found.high]).all() and found.mean_correlation < 0
        assert found.n_used == 100


def test_input_that_does_not_fit_is_refused():
    items = battery(np.random.default_rng(8), 20)
    for coefficient in (cronbach_alpha, mcdonald_omega):
        with pytest.raises(ValueError, match="all answers to item_1 are the same"):
            coefficient(items.assign(item_1=3))
        with pytest.raises(ValueError, match="1 items are too few"):
            coefficient(items[["item_0"]])
        with pytest.raises(ValueError, match="2 of 20 respondents remain"):
            coefficient(items.mask(np.arange(20)[:, None].repeat(5, axis=1) >= 2))
        with pytest.raises(ValueError, match="no order"):
            coefficient(items.assign(item_1=pd.Categorical(["a", "b"] * 10)))
        with pytest.raises(ValueError, match="between 0 and 1"):
            coefficient(items, level=95)
        with pytest.raises(ValueError, match="1 item names occur more than once"):
            coefficient(items[["item_0", "item_1", "item_2", "item_0"]])
    with pytest.raises(ValueError, match="2 items are too few; this coefficient needs at least 3"):
        mcdonald_omega(items.iloc[:, :2])
    with pytest.raises(ValueError, match="complete"):
        cronbach_alpha(items, missing="drop")
    with pytest.raises(ValueError, match="minres"):
        mcdonald_omega(items, method="pca")
    apart = items[["item_0", "item_1"]].assign(
        item_0=lambda table: table["item_0"].where(table.index < 10), item_1=lambda table: table["item_1"].where(table.index >= 10)
    )
    with pytest.raises(ValueError, match="1 pairs of items"):
        cronbach_alpha(apart, missing="pairwise")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.permutations(range(5)), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_order_of_items_and_their_unit_change_nothing(seed, order, factor, shift):
    items = battery(np.random.default_rng(seed), 30)
    changed = items.iloc[:, order] * factor + shift
    for coefficient in (cronbach_alpha, mcdonald_omega):
        found, again = coefficient(items), coefficient(changed)
        assert [found.value, found.low, found.high] == pytest.approx([again.value, again.low, again.high], abs=1e-5)
        assert found.low < found.value < found.high <= 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_omega_does_not_depend_on_the_variances_and_standardised_alpha_neither(seed):
    items = battery(np.random.default_rng(seed), 30)
    scaled = items * [1, 2, 5, 0.3, 10]
    assert float(mcdonald_omega(items)) == pytest.approx(float(mcdonald_omega(scaled)), abs=1e-6)
    alpha = cronbach_alpha(scaled, standardised=True)
    assert float(cronbach_alpha(items, standardised=True)) == pytest.approx(float(alpha))
    # Spearman and Brown: five items of one average correlation.
    assert float(alpha) == pytest.approx(5 * alpha.mean_correlation / (1 + 4 * alpha.mean_correlation))


def test_items_that_are_copies_are_perfectly_reliable():
    items = pd.DataFrame({name: [1.0, 2.0, 4.0, 3.0] for name in ("first", "second", "third")})
    assert cronbach_alpha(items).value == pytest.approx(1)
    assert mcdonald_omega(items).value > 0.99


@pytest.mark.slow
def test_intervals_hold_what_they_say():
    """60 respondents; alpha's interval is exact for equal loadings, omega's approximate, the loadings being unequal and the scale coarse."""
    rng, held = np.random.default_rng(9), []
    for _ in range(400):
        alpha = cronbach_alpha(battery(rng, 60, np.full(4, 0.6)))
        omega = mcdonald_omega(battery(rng, 60))
        held.append((alpha.low <= 4 * 0.36 / (1 + 3 * 0.36) <= alpha.high, omega.low <= OMEGA <= omega.high))
    # 95 % of 400 are 380; three standard errors are 13.
    assert np.sum(held, axis=0) == pytest.approx(380, abs=13)
