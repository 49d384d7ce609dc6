"""Parameters: what a notebook takes, and whether what was given fits."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from papermill import inspect_notebook


class ParameterError(ValueError):
    """Unknown or wrongly typed parameters; the message lists all of them."""


def declared(notebook: Path) -> dict[str, Any]:
    """The parameters of a notebook with their defaults, from its first cell."""
    found = inspect_notebook(str(notebook))
    return {name: ast.literal_eval(entry["default"]) for name, entry in found.items()}


def parse(given: Mapping[str, str]) -> dict[str, Any]:
    """Texts of a command line as values: numbers, truth values and lists are written as in YAML."""
    return {name: yaml.safe_load(text) for name, text in given.items()}


def check(given: Mapping[str, Any], notebooks: list[Path]) -> None:
    """Refuse a parameter that no notebook has, or that has another type there.

    Raises
    ------
    ParameterError
        With every parameter that does not fit.
    """
    known = {notebook.stem: declared(notebook) for notebook in notebooks}
    wrong = []
    for name, value in given.items():
        defaults = {stem: defaults[name] for stem, defaults in known.items() if name in defaults}
        if not defaults:
            allowed = ", ".join(sorted({parameter for defaults in known.values() for parameter in defaults}))
            wrong.append(f"there is no parameter '{name}'. Allowed: {allowed}.")
        for stem, default in defaults.items():
            if not _fits(value, default):
                wrong.append(f"{stem}: the parameter '{name}' is {_type_words(value)}. Allowed: {_type_words(default)}, such as {default!r}.")
    if wrong:
        raise ParameterError("\n".join(wrong))


def fitting(given: Mapping[str, Any], notebook: Path) -> dict[str, Any]:
    """Those of the given parameters that a notebook has."""
    return {name: value for name, value in given.items() if name in declared(notebook)}


def _fits(value: Any, default: Any) -> bool:
    if isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    return isinstance(value, (int, float) if isinstance(default, float) else type(default)) or default is None


def _type_words(value: Any) -> str:
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", list: "a list", dict: "a mapping", type(None): "nothing"}
    return words.get(type(value), type(value).__name__)
