"""The rule that turns a probability and the worst case of non-response into a verdict."""

from __future__ import annotations

SUPPORTED, TENDENCY, OPEN, AGAINST = "supported", "tendency", "open", "against"
LIKELY, VERY_LIKELY = 0.80, 0.95
DOUBTFUL, UNTESTED = "doubtful", "untested"
# From the worst to the best; the weakest part of a statement decides.
VERDICTS = (AGAINST, DOUBTFUL, OPEN, TENDENCY, SUPPORTED)


def verdict_of(probability: float, *, worst_low: float, worst_high: float) -> str:
    """The verdict on one test.

    Parameters
    ----------
    probability : float
        That the statement holds in the population; nan where nothing says so.
    worst_low, worst_high : float
        Bounds, over everything that the units without an answer may have to say, of what is above zero where the statement holds and below
        zero where its opposite does. Minus and plus infinity where the number of these units is not known.

    Returns
    -------
    str
        "supported": probability of at least .95, and no non-response turns the sign round. "against": the same of the opposite. "tendency":
        probability of at least .80. "doubtful": the same of the opposite. Else "open". The rule is symmetric: a statement is "against" where
        its opposite would be "supported", and "doubtful" where its opposite would be a "tendency".

    References
    ----------
    Manski (2003), "Partial Identification of Probability Distributions", for the worst case.

    Examples
    --------
    >>> [verdict_of(p, worst_low=low, worst_high=low + 0.3) for p, low in ((0.97, 0.1), (0.97, -0.1), (0.5, -0.1), (0.03, -0.2), (0.03, -0.4))]
    ['supported', 'tendency', 'open', 'doubtful', 'against']
    """
    if probability >= VERY_LIKELY and worst_low > 0:
        return SUPPORTED
    if 1 - probability >= VERY_LIKELY and worst_high < 0:
        return AGAINST
    if probability >= LIKELY:
        return TENDENCY
    return DOUBTFUL if 1 - probability >= LIKELY else OPEN


def sign_survives(worst_low: float, worst_high: float) -> bool:
    """Whether zero lies outside the bounds, so that no non-response turns the sign round."""
    return bool(worst_low > 0 or worst_high < 0)
