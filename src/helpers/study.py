"""Study: what opens in JupyterLab, ready to be looked at."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.data import opening, study

if TYPE_CHECKING:
    import pandas as pd

    from helpers.workbench.describe import Describe


class Study(study.Study):
    """A study in JupyterLab: `helpers.data.study.Study`, which shows and describes itself."""

    @cached_property
    def describe(self) -> Describe:
        """``study.describe("name")`` describes a variable, a question or an index; small counts are shown: it is for the researcher."""
        from helpers.workbench.describe import Describe

        return Describe(self, _index_scores)

    def _repr_html_(self) -> str:
        from helpers.workbench.describe import words
        from helpers.workbench.shown import study_as_html

        return study_as_html(self, words(self.language))


def _index_scores(answers: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """As `helpers.quantitative.indices.index_scores`, which loads slow libraries: the first Tab after ``study.describe.`` does not wait for them."""
    from helpers.quantitative.indices import index_scores

    return index_scores(answers, items)


def open_study(path: str | os.PathLike[str], *, language: str = "en", min_cell: int | None = None, waves: int = 1) -> Study:
    """Open a study folder, as `helpers.data.opening.open_study`, ready to be looked at in JupyterLab.

    Parameters
    ----------
    path : path
        The folder that holds study.yaml; a relative one means the project root.
    language : {"de", "en"}
        Language of what is published.
    min_cell : int, optional
        Smallest publishable cell; never below the one that study.yaml declares.
    waves : int
        How many waves to open, this one included: 2 opens the one before as ``previous``, where study.yaml names it.

    Raises
    ------
    StudyError
        With everything that is wrong, at once.
    """
    return Study(**vars(opening.open_study(path, language=language, min_cell=min_cell, waves=waves)))
