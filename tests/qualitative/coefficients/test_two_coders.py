"""Cohen's kappa of two coders: large-sample errors and the test that it is zero."""

import numpy as np
import pytest

from helpers.qualitative.agreement import cohen_kappa
from helpers.qualitative.coefficients.two_coders import cohen_test
from reference.expected import expected


def ratings_of(counts):
    return [[row, column] for row, line in enumerate(counts) for column, count in enumerate(line) for _ in range(count)]


# Cohen (1960), EPM 20:37-46, table 1, as shares of 100 units.
COHEN = ratings_of([[25, 13, 12], [12, 2, 16], [3, 15, 2]])


def test_errors_and_test_of_cohens_example():
    row = cohen_test(COHEN).iloc[0]
    computed = {"kappa": row["kappa"], "var": row["std_error"] ** 2, "kappa_se": row["std_error"], "z": row["statistic"]}
    for name, value in computed.items():
        assert {f"cohen60.ex1.{name}": value} == expected(f"cohen60.ex1.{name}")


def test_with_two_categories_every_weighting_is_the_plain_kappa():
    ratings = ratings_of([[20, 5], [10, 15]])
    plain = cohen_test(ratings)
    for weights in ("linear", "quadratic", "ordinal"):
        assert cohen_test(ratings, weights=weights).to_numpy().tolist() == [pytest.approx(row) for row in plain.to_numpy().tolist()]
    assert plain["kappa"].item() == cohen_kappa(ratings)


def test_incomplete_units_are_left_out_and_counted():
    row = cohen_test([*COHEN, [0, None], [None, 2]]).iloc[0]
    assert row["units"] == 100
    assert row["kappa"] == pytest.approx(cohen_test(COHEN)["kappa"].item())


def test_level_of_the_test_and_coverage_of_the_interval():
    rng = np.random.default_rng(4)
    rejected = covered = 0
    for _ in range(400):
        guesses = rng.integers(0, 3, (150, 2))
        rejected += cohen_test(guesses)["p_value"].item() < 0.05
        truth = rng.integers(0, 2, (150, 1))
        known = np.where(rng.random((150, 2)) < 0.8, truth, rng.integers(0, 2, (150, 2)))
        interval = cohen_test(known).iloc[0]
        covered += interval["low"] <= 0.64 <= interval["high"]
    assert 0.02 <= rejected / 400 <= 0.09
    assert 0.91 <= covered / 400 <= 0.98


def test_edges():
    assert cohen_test([["a", "a"], ["a", "a"]])[["kappa", "std_error", "statistic", "p_value"]].isna().all(axis=None)
    perfect = cohen_test([["a", "a"], ["b", "b"], ["a", "a"]]).iloc[0]
    assert (perfect["kappa"], perfect["std_error"], perfect["high"]) == (1, pytest.approx(0, abs=1e-7), 1)
    with pytest.raises(ValueError, match="3 coders rated"):
        cohen_test([[1, 1, 1], [2, 2, 2]])
    with pytest.raises(ValueError, match="level"):
        cohen_test(COHEN, level=1)
