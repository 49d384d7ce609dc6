"""The choices of a specification curve as numbers: terms with their missing values, and groups of specifications that share their cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from helpers.quantitative.columns import is_number
from helpers.quantitative.regression.batched import Array, FocalFits, centred, fit_focal, fitted_alone
from helpers.quantitative.regression.design import INTERCEPT, dependent_columns, make_design

NONE = "none"
CHOICES = ("outcome", "model", "focal", "controls", "weights", "n")
_CASE = "one_per_case"


@dataclass(frozen=True)
class Block:
    """The columns of one formula term, nan for the cases that lack one of its variables."""

    term: str
    columns: tuple[str, ...]
    values: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Cases that have the term."""
        return np.all(np.isfinite(self.values), axis=1)

    def within(self, cases: NDArray[np.bool_], root_weights: Array) -> Block:
        """Among some cases: centred, of length 1, without what is no column of its own there, such as a category that has no cases."""
        given = self.values[cases] * root_weights[:, None]
        if len(self.columns) == 1:
            column = centred(given, root_weights)
            return Block(self.term, self.columns, column) if column.any() else Block(self.term, (), column[:, :0])
        dependent = {place - 1 for place in dependent_columns(np.column_stack([root_weights, given]))}
        kept = [place for place in range(given.shape[1]) if place not in dependent]
        return Block(self.term, tuple(self.columns[place] for place in kept), centred(given[:, kept], root_weights))


@dataclass(frozen=True)
class Choices:
    """What specifications are made of; cases stand in the order of the table everywhere."""

    outcomes: Mapping[str, Array]
    models: tuple[str, ...]
    focal: tuple[Block, ...]
    sets: tuple[tuple[Block, ...], ...]
    weights: Mapping[str, Array]

    @property
    def cases(self) -> int:
        """Rows of the table, complete or not."""
        return len(self.focal[0].values)

    def __len__(self) -> int:
        """Specifications."""
        return len(self.outcomes) * len(self.models) * len(self.focal) * len(self.sets) * len(self.weights)

    def groups(self) -> Iterator[Group]:
        """All specifications, those on the same cases with the same weights and focal term together."""
        known_outcomes = ~np.isnan(np.array(list(self.outcomes.values())))
        names, all_cases = list(self.outcomes), np.ones(self.cases, dtype=bool)
        known_sets = np.array([np.logical_and.reduce([all_cases, *(block.known for block in terms)]) for terms in self.sets])
        for (label, weights), focal in product(self.weights.items(), self.focal):
            usable = focal.known & ~np.isnan(weights)
            for has_outcome, rows in _patterns(known_outcomes):
                outcomes = {names[row]: self.outcomes[names[row]] for row in rows}
                for cases, places in _patterns(known_sets & has_outcome & usable):
                    yield Group(cases, label, np.sqrt(weights[cases]), focal, outcomes, self.models, tuple(self.sets[place] for place in places))


@dataclass(frozen=True)
class Group:
    """Specifications on the same cases with the same weights and focal term: every outcome and model with every set of controls."""

    cases: NDArray[np.bool_]
    weights: str
    root_weights: Array
    focal: Block
    outcomes: Mapping[str, Array]
    models: tuple[str, ...]
    sets: tuple[tuple[Block, ...], ...]

    @property
    def n(self) -> int:
        """Cases that have all the variables."""
        return int(self.cases.sum())

    def rows(self) -> dict[str, NDArray]:
        """Columns of a table with one row per specification: sets of controls vary slowest, models fastest."""
        labels = [" + ".join(block.term for block in terms) or NONE for terms in self.sets]
        controls, outcomes, models = np.array(list(product(labels, self.outcomes, self.models)), dtype=object).T
        focal, weights = (np.full(len(controls), name, dtype=object) for name in (self.focal.term, self.weights))
        return dict(zip(CHOICES, [outcomes, models, focal, controls, weights, np.full(len(controls), self.n)], strict=True))

    def fit(self, *, single: bool) -> tuple[FocalFits | None, NDArray]:
        """The fits of the sets that allow any, and for each specification (sets x outcomes and models) the reason why there is none, or ""."""
        outcomes = self._outcomes()
        reasons = np.full((len(self.sets), outcomes.shape[1]), "", dtype=object)
        focal, sets = self.focal.within(self.cases, self.root_weights), self._sets()
        reasons[:] = np.array([self._refused(focal, terms) for terms in sets], dtype=object)[:, None]
        fitted = reasons[:, 0] == ""
        if not fitted.any():
            return None, reasons
        chosen = [terms for terms, fine in zip(sets, fitted, strict=True) if fine]
        fits, lost = fit_focal(*_stacked(chosen, self.n), focal.values, outcomes, self.root_weights)
        alone = fitted_alone(fits.leverage if single else fits.restricted_leverage)
        refused = [
            self._dependent(focal, terms) if gone else self._alone(focal, terms) if one else ""
            for terms, gone, one in zip(chosen, lost, alone, strict=True)
        ]
        reasons[fitted] = np.array(refused, dtype=object)[:, None]
        exact = np.where(fits.fitted_exactly, "the controls fit the outcome exactly", "")
        unusable = np.where((outcomes == 0).all(axis=0), "the outcome does not vary", exact)
        fine = ~(lost | alone) & (unusable == "").any(axis=1)
        reasons[fitted] = np.where(reasons[fitted] == "", unusable, reasons[fitted])
        return (fits.of(fine) if fine.any() else None), reasons

    def _outcomes(self) -> Array:
        """One column per outcome and model, zeros where it does not vary."""
        columns = []
        for values, model in product(self.outcomes.values(), self.models):
            column = values[self.cases]
            columns.append(stats.rankdata(column) if model == "rank_ols" else column)
        return centred(np.column_stack(columns) * self.root_weights[:, None], self.root_weights)

    def _sets(self) -> list[list[Block]]:
        """The sets of controls with the columns that they have among these cases."""
        blocks = {block.term: block for terms in self.sets for block in terms}
        within = {term: block.within(self.cases, self.root_weights) for term, block in blocks.items()}
        return [[within[block.term] for block in terms] for terms in self.sets]

    def _refused(self, focal: Block, terms: list[Block]) -> str:
        needed = 1 + sum(len(block.columns) for block in [focal, *terms])
        if self.n <= needed:
            return f"{self.n} complete cases cannot carry {needed} coefficients"
        constant = [block.term for block in [focal, *terms] if not block.columns]
        return f"{', '.join(constant)} does not vary" if constant else ""

    def _dependent(self, focal: Block, terms: list[Block]) -> str:
        columns = [column for block in [*terms, focal] for column in block.columns]
        matrix = np.column_stack([block.values for block in [*terms, focal]])
        named = [columns[place] for place in dependent_columns(matrix)] or columns[-1:]
        return f"columns are combinations of others: {', '.join(named)}"

    def _alone(self, focal: Block, terms: list[Block]) -> str:
        first = np.linalg.norm(self.root_weights)
        own = [
            block.term
            for block in [*terms, focal]
            if fitted_alone((self.root_weights / first) ** 2 + (np.linalg.qr(block.values)[0] ** 2).sum(axis=1)).any()
        ]
        named = ", ".join(own) or "the terms together"
        return f"a case is fitted by a coefficient of its own (leverage 1), such as the only case of a category: {named}"


def make_choices(
    data: pd.DataFrame,
    *,
    outcomes: Sequence[str],
    models: Sequence[str],
    focal: Sequence[str],
    controls: Sequence[str] | Sequence[Sequence[str]],
    weights: Sequence[str | None],
) -> Choices:
    """Turn the names of the choices into numbers; parameters and errors as in `helpers.quantitative.specification.specification_curve`."""
    table = data.reset_index(drop=True)
    sets = control_sets(controls)
    terms = list(dict.fromkeys(term for chosen in sets for term in chosen))
    for kind, names in {"outcomes": outcomes, "models": models, "focal": focal, "weights": weights}.items():
        if not len(names) or len(set(names)) < len(names):
            raise ValueError(f"{kind} holds {len(names)} choices, {len(set(names))} of them different; give at least one, each once")
    if unknown := set(models) - {"ols", "rank_ols"}:
        raise ValueError(f"{len(unknown)} models are unknown; they are 'ols' and 'rank_ols'")
    if both := set(focal) & set(terms):
        raise ValueError(f"{', '.join(sorted(both))} is focal and a control; a term is one of them")
    blocks = {term: _block(table, term) for term in [*focal, *terms]}
    return Choices(
        {name: _numbers(table, name) for name in outcomes},
        tuple(models),
        tuple(blocks[term] for term in focal),
        tuple(tuple(blocks[term] for term in chosen) for chosen in sets),
        {NONE if name is None else name: np.ones(len(table)) if name is None else _weights(table, name) for name in weights},
    )


def control_sets(controls: Sequence[str] | Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Every subset of a list of terms, small ones first; a list of sets stays what it is.

    Examples
    --------
    >>> control_sets(["age", "region"])
    [(), ('age',), ('region',), ('age', 'region')]
    """
    terms = [term for term in controls if isinstance(term, str)]
    given = [tuple(chosen) for chosen in controls if not isinstance(chosen, str)]
    if (terms and given) or len(set(terms)) < len(terms) or len(set(given)) < len(given) or any(len(set(one)) < len(one) for one in given):
        raise ValueError("controls are different terms, of which every subset is a set, or different sets of different terms")
    if len(terms) > 16:
        raise ValueError(f"{len(terms)} controls have {2 ** len(terms)} subsets; at most 16, or name the sets that can be defended")
    return given or [chosen for size in range(len(terms) + 1) for chosen in combinations(terms, size)]


def _stacked(sets: list[list[Block]], n: int) -> tuple[Array, NDArray[np.int64]]:
    """All sets in one array, filled up with zeros, and the columns that each of them has."""
    widths = np.array([sum(len(block.columns) for block in terms) for terms in sets])
    stacked = np.zeros((len(sets), n, max(1, int(widths.max()))))
    for place, terms in enumerate(sets):
        start = 0
        for block in terms:
            stacked[place, :, start : start + len(block.columns)] = block.values
            start += len(block.columns)
    return stacked, widths


def _patterns(known: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Different rows, and the places of each."""
    distinct, inverse = np.unique(known, axis=0, return_inverse=True)
    for place, row in enumerate(distinct):
        yield row, np.flatnonzero(inverse.reshape(-1) == place)


def _block(table: pd.DataFrame, term: str) -> Block:
    design = make_design(table.assign(**{_CASE: 1.0}), f"{_CASE} ~ {term}")
    places = [place for place, column in enumerate(design.columns) if column != INTERCEPT]
    values = np.full((len(table), len(places)), np.nan)
    values[design.outcome.index] = design.matrix[:, places]
    return Block(term, tuple(design.columns[place] for place in places), values)


def _numbers(table: pd.DataFrame, name: str) -> Array:
    if name not in table or not is_number(table[name]):
        raise ValueError(f"{name} is no numeric column of the table; outcomes and weights are numeric columns")
    values = table[name].to_numpy(dtype=float, na_value=np.nan)
    if infinite := int(np.isinf(values).sum()):
        raise ValueError(f"{infinite} values of {name} are not finite; correct them, or leave the column out")
    return values


def _weights(table: pd.DataFrame, name: str) -> Array:
    values = _numbers(table, name)
    if wrong := int((values <= 0).sum()):
        raise ValueError(f"{wrong} of {len(values)} weights in {name} are not positive; a weight is a number above 0")
    return values
