"""Small coded interviews for the tests of themes."""

import numpy as np
import pandas as pd

CODES = pd.DataFrame({"code": ["barriers", "staff", "money", "trust"], "parent": ["", "barriers", "barriers", ""]})


def codings(*rows, coder="consensus"):
    """Passages as (document, start, end, code)."""
    return pd.DataFrame(rows, columns=["document", "start", "end", "code"]).assign(coder=coder)


def from_presence(present, names=None):
    """One passage per yes of a matrix of interviews x codes; with its interviews and its flat code system."""
    present = np.asarray(present, dtype=bool)
    codes = pd.DataFrame({"code": names or [f"c{place:02}" for place in range(present.shape[1])], "parent": ""})
    documents = pd.DataFrame({"document": [f"I{place:02}" for place in range(len(present))]})
    row, column = np.nonzero(present)
    found = pd.DataFrame({"document": documents["document"].to_numpy()[row], "start": 10 * column, "end": 10 * column + 5})
    return found.assign(code=codes["code"].to_numpy()[column], coder="consensus"), documents, codes


def shuffled(table, seed=1):
    """The rows in another order."""
    return table.iloc[np.random.default_rng(seed).permutation(len(table))]
