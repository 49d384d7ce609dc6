import pytest

from helpers.integration.statements.rule import VERDICTS, sign_survives, verdict_of


@pytest.mark.parametrize(
    ("probability", "low", "high", "expected"),
    [
        (0.95, 0.01, 0.3, "supported"),
        (0.949, 0.01, 0.3, "tendency"),
        (1.0, 0.0, 0.3, "tendency"),  # at worst exactly on the boundary, where the statement does not hold
        (1.0, float("-inf"), float("inf"), "tendency"),  # nobody knows how many did not answer
        (0.80, -0.1, 0.1, "tendency"),
        (0.799, -0.1, 0.1, "open"),
        (0.201, -0.1, 0.1, "open"),
        (0.20, -0.1, 0.1, "doubtful"),
        (0.0, -0.3, 0.0, "doubtful"),
        (0.05, -0.3, -0.01, "against"),
        (0.051, -0.3, -0.01, "doubtful"),
        (float("nan"), -0.3, -0.01, "open"),
    ],
)
def test_probability_and_worst_case_make_the_verdict(probability, low, high, expected):
    assert verdict_of(probability, worst_low=low, worst_high=high) == expected


@pytest.mark.parametrize("probability", [0.0, 0.03, 0.05, 0.1, 0.2, 0.5, 0.8, 0.95, 1.0])
@pytest.mark.parametrize(("low", "high"), [(-0.2, 0.3), (0.1, 0.4), (-0.4, -0.1), (0.0, 0.0)])
def test_the_rule_is_symmetric(probability, low, high):
    mirrored = dict(zip(VERDICTS, reversed(VERDICTS), strict=True))
    assert verdict_of(1 - probability, worst_low=-high, worst_high=-low) == mirrored[verdict_of(probability, worst_low=low, worst_high=high)]


def test_a_sign_survives_where_zero_is_outside_the_bounds():
    assert [sign_survives(low, high) for low, high in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1), (0.0, 0.2), (-0.2, 0.0))] == [
        True,
        True,
        False,
        False,
        False,
    ]
