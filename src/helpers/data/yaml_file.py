"""YAML files: read strictly, with problems that name their row."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from helpers.data.problems import Problem, StudyError


class _TwiceError(yaml.MarkedYAMLError):
    pass


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # in C, where the library is there
    """YAML itself lets the second of two equal keys win in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise _TwiceError(problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path, *, name: str) -> Any:
    """The content of a YAML file in UTF-8, made of mappings, lists, texts, numbers and dates.

    Parameters
    ----------
    path : Path
    name : str
        The file's name in messages.

    Raises
    ------
    StudyError
        If it is no YAML, is not UTF-8, or gives a key twice.
    """
    row: list[int] = []
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)
    except UnicodeDecodeError:
        what, remedy = "the bytes are not UTF-8", "Save it as UTF-8."
    except _TwiceError as error:
        row, what, remedy = _row(error), "a key is given twice", "Keep one of them."
    except yaml.YAMLError as error:
        row, what, remedy = _row(error), "this is not YAML", "Mind the indentation, a blank after each colon, and closing brackets."
    except ValueError:
        what, remedy = "there is a date that does not exist", "Correct it."
    raise StudyError([Problem(name, what, remedy=remedy, rows=row)])


def _row(error: yaml.YAMLError) -> list[int]:
    mark = getattr(error, "problem_mark", None)
    return [mark.line + 1] if mark else []
