"""Design: a formula and a table become the numbers that a model is fitted to, or a sentence that says why they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.regression.refusal import Refusal

INTERCEPT = "Intercept"
# A column whose part of its own, beside the columns before it, is shorter than this counts as their combination.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Design:
    """Outcome and regressors of the cases that have all of them.

    Parameters
    ----------
    outcome : Series, shape (n,)
        As the formula has it; index = the cases used, as in the table.
    matrix : array of float, shape (n, p)
        The regressors, the intercept among them, of full column rank.
    columns : tuple of str, length p
        Names of the columns: ``Intercept``, ``log(members)``, ``sector[T.digital]``.
    terms : mapping
        Term of the formula -> places of its columns; the intercept is none.
    n_dropped : int
        Cases left out because a value was missing.
    """

    outcome: pd.Series
    matrix: NDArray[np.float64]
    columns: tuple[str, ...]
    terms: Mapping[str, tuple[int, ...]]
    n_dropped: int

    @property
    def n_used(self) -> int:
        """Cases in the design."""
        return len(self.outcome)

    @property
    def has_intercept(self) -> bool:
        """Whether one of the columns is the intercept."""
        return INTERCEPT in self.columns

    def places(self, terms: Iterable[str]) -> list[int]:
        """Places of the columns that belong to some terms.

        Raises
        ------
        ValueError
            If a term is not in the formula.
        """
        asked = list(terms)
        unknown = [term for term in asked if term not in self.terms]
        if unknown or not asked:
            raise ValueError(f"the formula has no term {', '.join(unknown) or '(none was named)'}; its terms are {', '.join(self.terms)}")
        return [place for term in asked for place in self.terms[term]]


def make_design(data: pd.DataFrame, formula: str) -> Design:
    """Build the design of a formula.

    Parameters
    ----------
    data : DataFrame
        One row per case. Categorical (or text) columns become treatment contrasts against their first category that has cases; categories
        without cases are left out; booleans count 0 and 1.
    formula : str
        Such as ``"degree ~ sector + log(members) + age"``, in Wilkinson's notation.

    Returns
    -------
    Design

    Raises
    ------
    ValueError
        If the formula names a column that is not there, no case is complete, there are no more cases than columns, or columns are
        combinations of others: these are named.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1.0, 2.0, 4.0, 3.0], "region": ["a", "b", "a", None], "x": [1, 2, 3, 4]})
    >>> design = make_design(table, "y ~ x")
    >>> design.columns, design.n_used, dict(design.terms)
    (('Intercept', 'x'), 4, {'x': (1,)})
    """
    complete = complete_cases(data, formula)
    outcome, matrix, columns, terms = _evaluated(complete, formula)
    if len(outcome) <= matrix.shape[1]:
        raise Refusal("few_cases", f"{len(outcome)} complete cases cannot carry {matrix.shape[1]} coefficients; leave terms out, or merge categories")
    dependent = dependent_columns(matrix)
    if dependent:
        named = ", ".join(columns[place] for place in dependent)
        raise Refusal("dependent", f"columns are combinations of the columns before them: {named}; leave out a term, or merge categories")
    return Design(outcome, matrix, columns, terms, n_dropped=len(data) - len(complete))


def complete_cases(data: pd.DataFrame, formula: str) -> pd.DataFrame:
    """The variables of a formula, for the cases that have all of them; categories without such cases are dropped.

    Raises
    ------
    ValueError
        If a variable is not there, or no case has all of them.
    """
    from formulaic import Formula

    needed = sorted(Formula(formula).required_variables)
    lacking = [name for name in needed if name not in data]
    if lacking:
        raise ValueError(f"the table has no column {', '.join(lacking)}; correct the formula {formula!r}")
    chosen = data[needed]
    complete = chosen[chosen.notna().all(axis=1)]
    if complete.empty:
        empty = [name for name in needed if chosen[name].isna().all()]
        reason = f"{', '.join(empty)} has no value at all" if empty else "each case lacks one of them"
        raise Refusal("no_cases", f"no case has all of {', '.join(needed)}: {reason}")
    return complete.assign(**{name: _plain(complete[name]) for name in needed})


def dependent_columns(matrix: NDArray[np.float64]) -> list[int]:
    """Places of the columns that are combinations of the columns before them.

    Columns are compared by direction, not length, so the answer does not depend on the units. The orthogonalisation is done twice, which keeps
    it exact on nearly collinear columns.
    """
    lengths = np.linalg.norm(matrix, axis=0)
    basis = np.empty((len(matrix), 0))
    dependent = []
    for place, length in enumerate(lengths):
        rest = matrix[:, place] / length if length > 0 else np.zeros(len(matrix))
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        own = np.linalg.norm(rest)
        if own < _NOTHING:
            dependent.append(place)
        else:
            basis = np.column_stack([basis, rest / own])
    return dependent


def _evaluated(complete: pd.DataFrame, formula: str) -> tuple[pd.Series, NDArray[np.float64], tuple[str, ...], dict[str, tuple[int, ...]]]:
    from formulaic import Formula

    left, _, right = formula.partition("~")
    if not left.strip() or not right.strip():
        raise ValueError(f"a formula has an outcome and terms, such as 'degree ~ sector + age'; this one is {formula!r}")
    regressors = Formula(right).get_model_matrix(complete, na_action="raise")
    # An outcome that is a column stays as it is: an ordered one must keep its categories.
    name = left.strip()
    outcome = complete[name] if name in complete else Formula(f"{name} - 1").get_model_matrix(complete, na_action="raise").iloc[:, 0]
    slices = regressors.model_spec.term_slices
    terms = {str(term): tuple(range(part.start, part.stop)) for term, part in slices.items() if str(term) != "1" and part.stop > part.start}
    matrix = regressors.to_numpy(dtype=float)
    broken = [column for column, fine in zip(regressors.columns, np.isfinite(matrix).all(axis=0), strict=True) if not fine]
    if broken:
        raise Refusal("infinite", f"{', '.join(broken)} is not finite for some cases, such as the logarithm of 0; correct the values or the formula")
    return pd.Series(outcome), matrix, tuple(map(str, regressors.columns)), terms


def _plain(column: pd.Series) -> pd.Series:
    """Without nullable types, which have no missing value here any more, and without empty categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.remove_unused_categories()
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype(float)
    return column.astype(object)
