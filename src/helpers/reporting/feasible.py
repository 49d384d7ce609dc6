"""Feasible: the least and the most that sums of unknown counts can come to, given equations between them (linear programming)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

UNBOUNDED = 1e6  # more than any number of respondents

Equation = tuple[list[int], list[int], float]  # the first unknowns less the second ones are that number


def extremes(system: list[Equation], inside: list[list[int]], outside: list[list[int]], unknowns: int) -> list[NDArray[np.float64]]:
    """The least and the greatest values of sums of unknowns, and the greatest of their complements, all found in one linear program.

    Each value is sought in a copy of its own of the equations; no unknown is negative.

    Raises
    ------
    ArithmeticError
        If no values satisfy the equations.
    """
    matrix = incidence([plus for plus, _, _ in system], unknowns) - incidence([minus for _, minus, _ in system], unknowns)
    sums, complements = incidence(inside, unknowns).toarray(), incidence(outside, unknowns).toarray()
    goals, which = np.unique(np.vstack([-sums, sums, complements]), axis=0, return_inverse=True)
    found = linprog(
        -goals.ravel(),
        A_eq=sparse.kron(sparse.eye_array(len(goals)), matrix, format="csc"),
        b_eq=np.tile([number for _, _, number in system], len(goals)),
        bounds=(0, UNBOUNDED),
        method="highs",
    )
    if not found.success:
        raise ArithmeticError(found.message)
    greatest = np.floor((goals * found.x.reshape(goals.shape)).sum(axis=1) + 1e-6)[which]
    least, most, complement = np.split(np.where(greatest < UNBOUNDED / 2, greatest, np.inf), 3)
    return [0 - least, most, complement]


def incidence(sums: list[list[int]], unknowns: int) -> sparse.csr_array:
    """One row per sum, with a one for each unknown in it."""
    rows = np.repeat(np.arange(len(sums)), [len(places) for places in sums])
    columns = np.array([place for places in sums for place in places], dtype=np.intp)
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sums), unknowns))
