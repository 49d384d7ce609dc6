"""Reproducible mixed-methods studies of clusters and networks, run from notebooks."""

from helpers.data.opening import open_study
from helpers.data.study import Study

__version__ = "0.1.0"
__all__ = ["Study", "open_study"]
