"""Populations in which a statement is true, false, or just not true: what verdicts are tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SET = "choices"


@dataclass(frozen=True)
class Made:
    """A population and the statement on it.

    Parameters
    ----------
    units : DataFrame
        One row per unit, with what it would answer.
    claim : mapping
        The statement, as a row for `statement_verdicts`.
    favours : array, shape (units,)
        1 for units whose answers speak for the statement, -1 for those whose answers speak against it, else 0.
    """

    units: pd.DataFrame
    claim: Mapping[str, object]
    favours: Numbers

    @property
    def sets(self) -> dict[str, list[str]]:
        """The columns as a multiple-response set."""
        return {SET: list(self.units)}


def made_population(kind: str, effect: float, *, size: int, seed: int) -> Made:
    """A population in which a statement is true by so much.

    Parameters
    ----------
    kind : str
        "majority", "minority", "ratings", "leading", "leading_set", "ordering" or "association".
    effect : float
        How far the population is from the boundary between true and false: above zero the statement holds, at zero it just does not.
        Majorities and ratings: share (of the weakest item) minus one half; minorities: one half minus share; rankings: share of the last option
        named minus that of the option behind it; association: share of "yes" at the upper end of a scale minus that at its lower end. Shares
        are to the nearest unit.
    size : int
        Units.
    seed : int
        Which units tick several options together.

    Raises
    ------
    ValueError
        If there is no such kind, or a share would lie outside 0 to 1.

    Examples
    --------
    >>> made = made_population("majority", 0.1, size=50, seed=1)
    >>> made.units["said"].sum(), made.claim["kind"]
    (np.int64(30), 'majority')
    """
    if kind not in MAKERS:
        raise ValueError(f"there are no populations for this kind of statement; there are for {', '.join(MAKERS)}")
    return MAKERS[kind](kind, effect, size, np.random.default_rng(seed))


def _one_share(kind: str, effect: float, size: int, rng: np.random.Generator) -> Made:
    sign = -1 if kind == "minority" else 1
    units = _ticks({"said": 0.5 + sign * effect}, size, rng)
    return Made(units, _claim(kind, question="said"), sign * np.where(units["said"], 1.0, -1.0))


def _items(kind: str, effect: float, size: int, rng: np.random.Generator) -> Made:
    units = _ticks({"firm": 0.8, "weak": 0.5 + effect}, size, rng)
    return Made(units, _claim(kind, question=SET, options="firm|weak"), np.where(units["weak"], 1.0, -1.0))


def _ranked(kind: str, effect: float, size: int, rng: np.random.Generator) -> Made:
    """The last one named and the one behind it decide; all others are far apart."""
    ahead = {"leading": "a", "leading_set": "a|b", "ordering": "a>b>c"}[kind]
    named = ahead.replace(">", "|").split("|")
    shares = dict(zip(named[:-1], (0.9, 0.6), strict=False)) | {named[-1]: 0.3 + effect / 2, "close": 0.3 - effect / 2, "far": 0.1}
    units = _ticks(shares, size, rng)
    return Made(units, _claim(kind, question=SET, options=ahead), units[named[-1]].to_numpy(dtype=float) - units["close"].to_numpy(dtype=float))


def _associated(kind: str, effect: float, size: int, rng: np.random.Generator) -> Made:
    steps = np.sort(np.arange(size) % 5)
    share = 0.5 + effect * (steps - 2) / 4
    # Within each step of the scale the first units say yes, up to the step's share.
    place = pd.Series(steps).groupby(steps).cumcount().to_numpy()
    level_size = np.bincount(steps)[steps]
    said = place + 0.5 < np.round(share * level_size, 9)
    scale = pd.Series(pd.Categorical.from_codes(steps, categories=list("12345"), ordered=True))
    claim = _claim(kind, question="said", **{"with": "scale", "sign": "+"})
    return Made(pd.DataFrame({"said": said, "scale": scale}), claim, np.sign((steps - 2) * np.where(said, 1.0, -1.0)))


def _ticks(shares: Mapping[str, float], size: int, rng: np.random.Generator) -> pd.DataFrame:
    wrong = [name for name, share in shares.items() if not 0 <= share <= 1]
    if wrong:
        raise ValueError(f"shares of {', '.join(wrong)} would lie outside 0 to 1; take a smaller effect")
    return pd.DataFrame({name: rng.permutation(np.arange(size) < round(share * size)) for name, share in shares.items()})


def _claim(kind: str, **named: str) -> dict[str, object]:
    empty: Sequence[str] = ("question", "answer", "options", "with", "sign")
    return {"id": kind, "part": 1, "kind": kind, **dict.fromkeys(empty, ""), **named}


MAKERS: dict[str, Callable[[str, float, int, np.random.Generator], Made]] = {
    **dict.fromkeys(("majority", "minority"), _one_share),
    "ratings": _items,
    **dict.fromkeys(("leading", "leading_set", "ordering"), _ranked),
    "association": _associated,
}
