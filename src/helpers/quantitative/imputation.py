"""Multiple imputation by chained equations with predictive mean matching, all imputations at once.

Every missing answer is replaced, several times over, by an answer that somebody with a similar prediction has given; what an analysis of each
completed table finds is put together by `pool`. Valid where, given the columns of the table, it does not depend on the missing answer itself
whether it is missing: put what may explain the gaps into the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.quantitative.missing.matching import draw_donors
from helpers.quantitative.missing.pooling import Pooled, pool

__all__ = ["Pooled", "impute", "pool"]

# Prior weight of "this predictor is irrelevant", as a share of the predictor's own sum of squares. Predictors that are combinations of each
# other (shares that add up to one) then leave the equations solvable; the coefficients of all others move by a thousandth.
RIDGE = 1e-3
BLOCK = 2**22  # numbers of one chain's predictors times the chains run at once, so that large tables stay within 64 MB


@dataclass(frozen=True)
class _Column:
    """One column of the table as numbers: its places among the predictors, its codes, and which rows lack it."""

    name: str
    codes: NDArray[np.float64]
    places: slice
    missing: NDArray[np.intp]
    observed: NDArray[np.intp]

    @property
    def free_places(self) -> range:
        """Places without the first of several indicators, which the others and the intercept determine."""
        return range(self.places.start + (self.codes.shape[1] > 1), self.places.stop)


def impute(data: pd.DataFrame, *, imputations: int, seed: int, iterations: int = 10, donors: int = 5) -> list[pd.DataFrame]:
    """Complete a table several times by chained equations with predictive mean matching.

    In turn, every column with gaps is regressed on all others (its gaps at their last imputed values), coefficients are drawn from their
    posterior, and each gap takes the answer of one of the ``donors`` whose prediction (at the estimate) comes closest to its own (at the
    draw). Numbers, ordered categories (by position) and booleans are matched on one prediction; unordered categories on the predictions of all
    their indicators together (a linear probability model, Euclidean distance).

    Parameters
    ----------
    data : DataFrame
        One row per respondent; numbers, booleans and categoricals. Complete columns serve as predictors. Identifiers and free text do not
        belong here.
    imputations : int
        Completed tables, at least 2 for `pool`; 20 to 50 are usual.
    seed : int
        Seed of the draws.
    iterations : int
        Rounds over the columns; 10 are usual, more where columns are missing together.
    donors : int
        Respondents among whom an answer is drawn.

    Returns
    -------
    list of DataFrame
        ``imputations`` tables with the index, columns and types of ``data``, without missing values. Only values that were observed in a column
        are imputed in it; observed cells stay as they are.

    Raises
    ------
    ValueError
        If a column with gaps has fewer than two different answers or fewer answers than predictors, a column is neither number, boolean nor
        categorical, numbers are infinite, names repeat, or an option makes no sense.

    References
    ----------
    Little (1988), "Missing-data adjustments in large surveys", Journal of Business & Economic Statistics 6:287-296; van Buuren and
    Groothuis-Oudshoorn (2011), "mice", Journal of Statistical Software 45(3), with its type-1 matching; van Buuren (2018), "Flexible
    imputation of missing data", section 3.4.

    Examples
    --------
    >>> data = pd.DataFrame({"members": [10.0, 20, 30, 40, 50, 60], "countries": [1.0, 2, None, 4, 5, 6]})
    >>> completed = impute(data, imputations=20, seed=1, donors=2)
    >>> sorted({float(table["countries"].iloc[2]) for table in completed})
    [2.0, 4.0]
    """
    for name, value in {"imputations": imputations, "iterations": iterations, "donors": donors}.items():
        if int(value) != value or value < 1:
            raise ValueError(f"{name} is a whole number of at least 1")
    columns = _encoded(data)
    _check_gaps(data, columns)
    rng = np.random.default_rng(seed)
    at_once = max(1, BLOCK // max(1, len(data) * sum(column.codes.shape[1] for column in columns)))
    sizes = [min(at_once, imputations - start) for start in range(0, imputations, at_once)]
    blocks = [_chained(columns, len(data), size, iterations, donors, rng) for size in sizes]
    sources = {place: np.concatenate([block[place] for block in blocks]) for place in blocks[0]}
    return [_completed(data, columns, {place: rows[chain] for place, rows in sources.items()}) for chain in range(imputations)]


def _chained(columns: list[_Column], rows: int, chains: int, iterations: int, donors: int, rng: np.random.Generator) -> dict[int, NDArray[np.intp]]:
    """Place of each column with gaps -> for every chain and gap the row whose answer it takes."""
    # Columns with few gaps come first: their imputations are the best predictors for the others.
    order = sorted((place for place, column in enumerate(columns) if column.missing.size), key=lambda place: columns[place].missing.size)
    state = np.empty((chains, rows, 1 + sum(column.codes.shape[1] for column in columns)))
    state[:, :, 0] = 1
    for column in columns:
        state[:, :, column.places] = column.codes
    sources = {place: rng.choice(columns[place].observed, size=(chains, columns[place].missing.size)) for place in order}
    for place, source in sources.items():
        state[:, columns[place].missing, columns[place].places] = columns[place].codes[source]
    for _ in range(iterations):
        for place in order:
            column = columns[place]
            others = [other for each in columns if each is not column for other in each.free_places]
            predictors = state[:, :, [0, *others]]
            predicted = _predictions(predictors, column, rng)
            sources[place] = column.observed[draw_donors(*predicted, donors=donors, rng=rng)]
            state[:, column.missing, column.places] = column.codes[sources[place]]
    return sources


def _predictions(predictors: NDArray[np.float64], column: _Column, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predictions of the observed cells at the estimate, and of the gaps at a draw from the posterior; (chains, cells, indicators).

    Indicators of a category share their regressors, so that one residual covariance draws all of them; for a number this is the draw of
    Bayesian linear regression with a flat prior.
    """
    known, unknown = predictors[:, column.observed], predictors[:, column.missing]
    target = column.codes[column.observed]
    gram = known.transpose(0, 2, 1) @ known
    diagonal = np.arange(1, gram.shape[1])
    gram[:, diagonal, diagonal] *= 1 + RIDGE
    # A predictor that is constant in these rows adds nothing; 1 keeps its equation solvable and its coefficient 0.
    gram[:, diagonal, diagonal] += np.where(gram[:, diagonal, diagonal] < 1e-12, 1.0, 0.0)
    estimate = np.linalg.solve(gram, known.transpose(0, 2, 1) @ target)
    fitted = known @ estimate
    residual = target - fitted
    free = len(target) - gram.shape[1]
    scale = residual.transpose(0, 2, 1) @ residual / rng.chisquare(free, size=(len(gram), 1, 1))
    noise = rng.standard_normal(estimate.shape)
    # With gram = L L', the rows of L'^-1 noise vary as the inverse of gram.
    spread = np.linalg.solve(np.linalg.cholesky(gram).transpose(0, 2, 1), noise) @ covariance_root(scale)
    return fitted, unknown @ (estimate + spread)


def covariance_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Symmetric square roots; indicators add up to one, so their covariance has no Cholesky factor."""
    if covariance.shape[-1] == 1:
        return np.sqrt(covariance)
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))[:, None, :]) @ vectors.transpose(0, 2, 1)


def _encoded(data: pd.DataFrame) -> list[_Column]:
    """Columns as numbers of mean 0 and standard deviation 1 (as observed); unordered categories as one indicator each, or one for two."""
    if not data.columns.is_unique:
        raise ValueError(f"{data.columns.duplicated().sum()} column names occur more than once; each column needs a name of its own")
    columns, start = [], 1
    for name, values in data.items():
        codes = _codes(values, str(name))
        missing = np.isnan(codes).any(axis=1)
        seen = codes[~missing]
        centre, spread = (seen.mean(axis=0), seen.std(axis=0)) if len(seen) else (0.0, np.ones(codes.shape[1]))
        codes = (codes - centre) / np.where(spread > 1e-12, spread, 1.0)
        columns.append(_Column(str(name), codes, slice(start, start + codes.shape[1]), np.flatnonzero(missing), np.flatnonzero(~missing)))
        start += codes.shape[1]
    return columns


def _codes(values: pd.Series, name: str) -> NDArray[np.float64]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes = values.cat.remove_unused_categories().cat.codes.to_numpy(dtype=float)
        codes[codes < 0] = np.nan
        kinds = int(np.nanmax(codes, initial=0)) + 1
        if values.dtype.ordered or kinds < 3:
            return codes[:, None]
        return np.where(np.isnan(codes)[:, None], np.nan, codes[:, None] == np.arange(kinds))
    if not (pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype)):
        raise ValueError(f"{name} is neither number, boolean nor categorical; declare it in the codebook, or leave it out")
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise ValueError(f"{name} holds {np.isinf(numbers).sum()} infinite values; an imputation needs finite numbers or missing ones")
    return numbers[:, None]


def _check_gaps(data: pd.DataFrame, columns: list[_Column]) -> None:
    gaps = [column for column in columns if column.missing.size]
    empty = [column.name for column in gaps if not column.observed.size]
    if empty:
        raise ValueError(f"{', '.join(empty)} has no answer at all, so there is nothing to impute from; leave it out")
    constant = [column.name for column in gaps if np.ptp(column.codes[column.observed], axis=0).max() == 0]
    if constant:
        raise ValueError(f"{', '.join(constant)} has gaps but only one answer to fill them with; leave it out, or fill them with that answer")
    for column in gaps:
        needed = 2 + sum(len(other.free_places) for other in columns if other is not column)
        if column.observed.size < needed:
            raise ValueError(f"{column.name} has {column.observed.size} answers; {needed} are needed beside the other columns: leave columns out")


def _completed(data: pd.DataFrame, columns: list[_Column], sources: dict[int, NDArray[np.intp]]) -> pd.DataFrame:
    """The table with every gap taken from its source row, which keeps all types."""
    filled: dict[Any, Any] = {name: data[name].array for name in data}
    for place, rows in sources.items():
        taken = np.arange(len(data))
        taken[columns[place].missing] = rows
        filled[data.columns[place]] = data.iloc[:, place].array.take(taken)
    return pd.DataFrame(filled, index=data.index).set_axis(data.columns, axis=1)
