from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.quantitative.association import association_tests, cramers_v, cross_shares, pearson_statistic
from helpers.quantitative.multiplicity import holm
from reference.expected import expected

# Snee (1974), hair (rows: black, brown, red, blond) and eye colour (brown, blue, hazel, green) of the women, as in R's HairEyeColor.
HAIR_EYE = np.array([[36, 9, 5, 2], [66, 34, 29, 14], [16, 7, 7, 7], [4, 64, 5, 8]])


def cases(counts: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row per case of a table of counts: answers from its rows, groups from its columns."""
    rows, columns = (np.repeat(places.ravel(), counts.ravel()) for places in np.indices(counts.shape))
    answers, groups = (pd.Categorical.from_codes(codes, list("abcdef"[:size])) for codes, size in zip((rows, columns), counts.shape, strict=True))
    return pd.DataFrame({"answer": answers}), pd.DataFrame({"group": groups})


@pytest.fixture
def survey():
    answers = pd.DataFrame(
        {
            "strategy": pd.Categorical(["full", "none", "none", None, "none", "full"], categories=["full", "partial", "none"]),
            "fairs": pd.array([True, False, None, True, True, False], dtype="boolean"),
        }
    )
    groups = pd.DataFrame({"region": pd.Categorical(["north", "north", "south", "south", None, "north"], categories=["north", "south", "west"])})
    return answers, groups


def test_every_declared_answer_of_every_declared_group_has_a_row(survey):
    table = cross_shares(*survey)
    assert list(table) == ["question", "answer", "by", "group", "count", "n", "share"]
    strategy = table[table["question"] == "strategy"]
    assert strategy["answer"].tolist() == ["full", "partial", "none"] * 4
    assert strategy["group"].tolist() == ["north"] * 3 + ["south"] * 3 + ["west"] * 3 + ["not_stated"] * 3
    assert strategy["count"].tolist() == [2, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert strategy["n"].tolist() == [3] * 3 + [1] * 3 + [0] * 3 + [1] * 3
    assert strategy["share"].isna().tolist() == [False] * 6 + [True] * 3 + [False] * 3


def test_ticks_are_questions_with_yes_and_no(survey):
    fairs = cross_shares(*survey).query("question == 'fairs'")
    assert fairs["answer"].tolist() == ["yes", "no"] * 4 and fairs["count"].tolist() == [1, 2, 1, 0, 0, 0, 1, 0]


def test_not_stated_is_there_only_where_someone_has_no_group_and_is_not_doubled(survey):
    answers, groups = survey
    assert "not_stated" not in cross_shares(answers, groups.fillna("west"))["group"].to_list()
    declared = groups.assign(region=groups["region"].cat.add_categories(["not_stated"]))
    assert cross_shares(answers, declared).equals(cross_shares(answers, groups))


def test_cramers_v_matches_the_reference():
    assert {"cramer.HEC": float(cramers_v(HAIR_EYE, corrections=0)), "cramer.HEC.bc": float(cramers_v(HAIR_EYE))} == expected("cramer.HEC")
    row = association_tests(*cases(HAIR_EYE), resamples=99, seed=1).iloc[0]
    assert {"cramer.HEC.bc": row["effect"]} == expected("cramer.HEC.bc")
    assert row["statistic"] == pytest.approx(stats.chi2_contingency(HAIR_EYE, correction=False).statistic)
    assert row["p_value"] == 1 / 100 and row["low"] < row["effect"] < row["high"]


def test_permutation_p_value_is_the_exact_one_up_to_monte_carlo_error():
    counts = np.array([[9, 5], [4, 11]])
    first = np.arange(14)  # possible counts of the first cell under these margins
    tables = np.stack([np.array([[x, 14 - x], [13 - x, 2 + x]]) for x in first])
    exact = stats.hypergeom.pmf(first, 29, 14, 13)[pearson_statistic(tables) >= pearson_statistic(counts) - 1e-9].sum()
    resamples = 20_000
    p_value = association_tests(*cases(counts), resamples=resamples, seed=4)["p_value"].item()
    assert p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / resamples))


def test_p_values_are_never_zero_and_hold_their_level():
    rng, resamples, found = np.random.default_rng(12), 99, []
    margins = np.outer([0.5, 0.3, 0.2], [0.4, 0.3, 0.2, 0.1])
    for _ in range(300):
        counts = rng.multinomial(50, margins.ravel()).reshape(3, 4)
        found.append(association_tests(*cases(counts), resamples=resamples, seed=int(rng.integers(10**6)))["p_value"].item())
    assert min(found) >= 1 / (resamples + 1)
    # 5 % of 300 is 15; 26 is the 99.7 % quantile of that binomial distribution.
    assert sum(p_value <= 0.05 for p_value in found) <= stats.binom.isf(0.003, 300, 0.05)


@pytest.mark.parametrize("shape, least", [((4, 6), 0.95), ((3, 5), 0.95), ((2, 2), 0.95)])
def test_intervals_of_unrelated_variables_hold_zero(shape, least):
    # Resamples corrected once, like the estimate, hold 0 in only half of these samples at 4 x 6.
    rng, held = np.random.default_rng(3), []
    for _ in range(100):
        counts = rng.multinomial(50, np.full(shape[0] * shape[1], 1 / (shape[0] * shape[1]))).reshape(shape)
        row = association_tests(*cases(counts), resamples=200, seed=1).iloc[0]
        held.append(row["low"] == 0)
        assert row["low"] - 1e-12 <= row["effect"] <= row["high"] + 1e-12
    assert np.mean(held) >= least


def test_intervals_cover_a_real_association():
    joint = np.full((3, 4), 1 / 12) + np.pad(np.diag([0.3] * 3), ((0, 0), (0, 1)))
    joint /= joint.sum()
    independent = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    truth = np.sqrt(((joint - independent) ** 2 / independent).sum() / 2)
    rng, held = np.random.default_rng(6), []
    for _ in range(150):
        row = association_tests(*cases(rng.multinomial(118, joint.ravel()).reshape(3, 4)), resamples=300, seed=2).iloc[0]
        held.append(row["low"] <= truth <= row["high"])
    assert np.mean(held) >= 0.9


def test_respondents_without_a_group_are_left_out_of_the_test(survey):
    answers, groups = survey
    table = association_tests(answers, groups, resamples=49, seed=1)
    assert list(table) == ["question", "by", "n", "statistic", "p_value", "p_holm", "effect", "low", "high"]
    assert table["n"].tolist() == [4, 4]


def test_a_row_does_not_depend_on_the_other_rows_but_holm_does(survey):
    answers, groups = survey
    both = association_tests(answers, groups, resamples=49, seed=1)
    alone = association_tests(answers[["fairs"]], groups, resamples=49, seed=1)
    pd.testing.assert_frame_equal(both.drop(columns="p_holm").iloc[[1]].reset_index(drop=True), alone.drop(columns="p_holm"))
    assert both["p_holm"].tolist() == pytest.approx(holm(both["p_value"]).tolist())
    assert alone["p_holm"].item() == alone["p_value"].item()


def test_constant_answers_or_a_single_group_give_nan_without_a_warning(recwarn):
    answers = pd.DataFrame({"all_yes": [True] * 8, "strategy": pd.Categorical(["full", "none"] * 4), "silent": pd.Categorical([None] * 8)})
    groups = pd.DataFrame({"region": pd.Categorical(["north", "north", "south", "south"] * 2), "one": pd.Categorical(["all"] * 8)})
    table = association_tests(answers, groups, resamples=29, seed=1)
    known = table[(table["question"] == "strategy") & (table["by"] == "region")]
    assert known.notna().all(axis=None)
    assert table.drop(index=known.index)[["statistic", "p_value", "p_holm", "effect", "low", "high"]].isna().all(axis=None)
    assert known["p_holm"].item() == known["p_value"].item()
    tiny = association_tests(answers.iloc[[0, 1]], groups.iloc[[0, 2]].set_axis([0, 1]), resamples=1, seed=1)
    assert tiny["effect"].isna().all()
    assert cross_shares(answers, groups).query("question == 'silent'").empty and association_tests(answers, groups[[]], resamples=9, seed=1).empty
    assert cross_shares(answers, groups[[]]).empty
    assert not recwarn.list


def test_input_that_does_not_fit_is_refused(survey):
    answers, groups = survey
    with pytest.raises(ValueError, match=r"different respondents \(6 and 5 rows\)"):
        cross_shares(answers, groups.iloc[:5])
    with pytest.raises(ValueError, match="members are neither categorical nor boolean"):
        association_tests(answers.assign(members=1.0), groups, resamples=9, seed=1)
    with pytest.raises(ValueError, match="whole number"):
        association_tests(answers, groups, resamples=0, seed=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        association_tests(answers, groups, resamples=9, seed=1, level=0)


TABLES = st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4).map(np.array).filter(lambda counts: counts.sum() > 0)


@settings(max_examples=60, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_association_ignores_names_order_and_direction(counts, random):
    rows = random.sample(range(counts.shape[0]), counts.shape[0])
    columns = random.sample(range(counts.shape[1]), counts.shape[1])
    for statistic in (pearson_statistic, cramers_v):
        value = float(statistic(counts))
        assert float(statistic(counts[np.ix_(rows, columns)])) == pytest.approx(value, abs=1e-6, nan_ok=True)
        assert float(statistic(counts.T)) == pytest.approx(value, abs=1e-6, nan_ok=True)
    plain, corrected = float(cramers_v(counts, corrections=0)), float(cramers_v(counts))
    assert np.isnan(corrected) or (0 <= corrected <= 1 + 1e-9 and 0 <= plain <= 1 + 1e-9)


@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_cross_shares_keep_every_case_and_add_to_one(counts):
    answers, groups = cases(counts)
    table = cross_shares(answers, groups)
    assert table["count"].sum() == counts.sum() and table["count"].to_numpy().reshape(counts.T.shape).tolist() == counts.T.tolist()
    sums = table.groupby("group")["share"].sum(min_count=1).to_numpy()
    assert sums[counts.sum(axis=0) > 0] == pytest.approx(1)
    row = association_tests(answers, groups, resamples=30, seed=2).iloc[0]
    assert row["n"] == counts.sum() and (np.isnan(row["effect"]) or row["low"] <= row["high"])
