"""Refusals: why a model cannot be fitted to these answers, as a sentence for the analyst and as a kind that a report can word."""

from __future__ import annotations

KINDS = ("no_cases", "few_cases", "dependent", "constant", "infinite", "single_case", "separation", "outcome", "not_converged", "other")


class Refusal(ValueError):
    """A model that the data do not allow.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    message : str
        What is wrong, how often, and what to do.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def kind_of(error: ValueError) -> str:
    """The kind of a refusal; any other error is of the kind "other".

    Examples
    --------
    >>> kind_of(Refusal("constant", "all answers are the same")), kind_of(ValueError("?"))
    ('constant', 'other')
    """
    return error.kind if isinstance(error, Refusal) else "other"
