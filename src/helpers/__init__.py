"""Reproducible mixed-methods studies of clusters and networks, run from notebooks."""

from helpers.data.study import Study, open_study

__version__ = "0.1.0"
__all__ = ["Study", "open_study"]
