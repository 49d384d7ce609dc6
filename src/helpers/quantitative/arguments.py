"""Settings that several statistics share, checked the same way everywhere."""

from __future__ import annotations


def checked_level(level: float) -> float:
    """The confidence level, or a ValueError unless it lies between 0 and 1.

    Examples
    --------
    >>> checked_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise ValueError("the confidence level lies between 0 and 1, for example 0.95")
    return float(level)


def checked_resamples(resamples: int) -> int:
    """The number of resamples, or a ValueError unless it is a whole number of at least 1.

    Examples
    --------
    >>> checked_resamples(2000)
    2000
    """
    if int(resamples) != resamples or resamples < 1:
        raise ValueError("the number of resamples is a whole number of at least 1, for example 2000")
    return int(resamples)
