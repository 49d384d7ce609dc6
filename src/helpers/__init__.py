"""Reproducible mixed-methods studies of clusters and networks, run from notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.study import Study, open_study

__version__ = "0.1.0"
__all__ = ["Study", "open_study"]


def __getattr__(name: str) -> Any:
    """Load what is public when it is first used: a command that only starts other processes does without."""
    if name not in __all__:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    from helpers import study

    return getattr(study, name)
