"""Leverage 1: a case that the model fits whatever its outcome, such as the only one of a category. Nothing can be said of its noise."""

from __future__ import annotations

import numpy as np

from helpers.quantitative.regression.design import INTERCEPT, Design
from helpers.quantitative.regression.refusal import Refusal

# A case whose leverage is closer to 1 than this decides its fitted value alone.
_ALONE = 1e-9


def refuse_leverage_one(design: Design) -> None:
    """Raise a ValueError that names the columns which set a single case apart from all others, if any do."""
    basis = np.linalg.qr(design.matrix)[0]
    alone = np.flatnonzero(1 - (basis**2).sum(axis=1) < _ALONE)
    if not len(alone):
        return
    # The combination of columns that is 1 for the case and 0 for all others; its parts compared in the same units.
    parts = np.linalg.lstsq(design.matrix, np.eye(design.n_used)[:, alone], rcond=None)[0] * np.linalg.norm(design.matrix, axis=0)[:, None]
    involved = set(np.flatnonzero((np.abs(parts) > 1e-4 * np.abs(parts).max(axis=0)).any(axis=1)))
    named = [column for place, column in enumerate(design.columns) if place in involved and column != INTERCEPT]
    if len(named) < len(involved):  # with the intercept, the columns of a term single out its first category
        named = [f"the category that {', '.join(named)} compare with"]
    raise Refusal(
        "single_case",
        f"cases that the model fits whatever their outcome (leverage 1): {len(alone)}, because of {', '.join(named)}; "
        "merge a category that has one case with another, or leave the case out",
    )
