"""Cases like those of the demo study, for simulations: its sectors merged to four groups, its member structure, its true coefficients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.quantitative.operating import operating_characteristics

FORMULA = "degree ~ sector + log(members) + sme_share + research_share + fee_share + age"
# As the demo study declares them: sectors and their shares, merged to four groups; coefficients and noise of the degree.
SECTORS = {"production": 0.14 + 0.09 + 0.08, "mobility": 0.13 + 0.07, "digital": 0.14 + 0.08, "life": 0.12 + 0.09 + 0.06}
COEFFICIENTS = {"Intercept": 26, "sector[T.mobility]": 6, "sector[T.digital]": -14, "sector[T.life]": -6, "log(members)": 8}
COEFFICIENTS |= {"sme_share": -20, "research_share": 30, "fee_share": -10, "age": 0.3}
NOISE = 9.0


def share(rng: np.random.Generator, n: int, mean: float, concentration: float) -> np.ndarray:
    return rng.beta(mean * concentration, (1 - mean) * concentration, n).round(2)


def pool(n: int = 3000, seed: int = 1) -> pd.DataFrame:
    """Cases like those of the demo study, so many that 50 drawn from them are nearly always different ones."""
    rng = np.random.default_rng(seed)
    sector = rng.choice(list(SECTORS), n, p=list(SECTORS.values()))
    period = rng.choice(3, n, p=[0.20, 0.45, 0.35])
    founded = rng.integers(np.array([1985, 2000, 2010])[period], np.array([2000, 2010, 2023])[period])
    table = pd.DataFrame({"degree": 0.0, "sector": pd.Categorical(sector, categories=list(SECTORS)), "age": 2025 - founded})
    table["members"] = np.clip(rng.lognormal(np.log(44.5), 0.8, n).round(), 5, 400)
    # Mean and standard deviation .84 and .10, .13 and .08; fees are one of three parts with concentration 7.
    return table.assign(sme_share=share(rng, n, 0.84, 12.4), research_share=share(rng, n, 0.13, 16.7), fee_share=share(rng, n, 0.36, 7))


def two_groups(first: int, second: int, seed: int = 1) -> pd.DataFrame:
    outcome = np.random.default_rng(seed).normal(size=first + second)
    return pd.DataFrame({"y": outcome, "group": ["a"] * first + ["b"] * second})


def simulated(data: pd.DataFrame, formula: str, **changed) -> pd.DataFrame:
    asked = {"coefficients": {}, "residual_sd": 1.0, "replicates": 20, "resamples": 19, "seed": 1}
    return operating_characteristics(data, formula, **(asked | changed))
