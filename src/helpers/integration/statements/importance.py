"""Statements on importance: a part of the study's model explains more than chance would."""

from __future__ import annotations

import pandas as pd

from helpers.integration.statements.rule import OPEN, SUPPORTED, TENDENCY

# Chance alone brings a statistic this far in at most this share of studies.
SURE, LIKELY = 0.05, 0.20


def importance_test(explained: pd.Series) -> dict[str, object]:
    """The verdict on a part of the model.

    The estimand is the process behind the population, not the population: there is no finite population correction and no worst case of
    non-response, and a p-value is no probability of the statement. Nothing is ever "against" it, as what was not found may be there.

    Parameters
    ----------
    explained : Series
        ``n`` (cases), ``excess`` (share of the outcome's variance that falls to the part, above what chance would give it) with
        ``excess_low`` and ``excess_high`` (95 % interval), ``p_value`` (null-imposed wild bootstrap of the HC3-Wald statistic).

    Returns
    -------
    dict
        ``n``, ``effect`` (the excess) with ``effect_low``, ``effect_high``, ``p_value`` and ``verdict``: "supported" up to a p-value of .05 where
        the interval of the excess lies above 0, "tendency" up to .20, else "open".

    Examples
    --------
    >>> part = pd.Series({"n": 45, "excess": 0.2, "excess_low": 0.05, "excess_high": 0.4, "p_value": 0.01})
    >>> importance_test(part)["verdict"], importance_test(part.replace(0.05, 0.0))["verdict"]
    ('supported', 'tendency')
    """
    p_value = float(explained["p_value"])
    sure = p_value <= SURE and explained["excess_low"] > 0
    numbers = {"effect": explained["excess"], "effect_low": explained["excess_low"], "effect_high": explained["excess_high"], "p_value": p_value}
    return {"n": int(explained["n"]), **numbers, "verdict": SUPPORTED if sure else TENDENCY if p_value <= LIKELY else OPEN}
