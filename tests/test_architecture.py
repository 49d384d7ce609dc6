"""The house rules that a machine can hold: one-way imports, small modules, room names."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "helpers"
MAY_IMPORT = {
    "data": set(),
    "quantitative": set(),
    "qualitative": set(),
    "integration": {"quantitative", "qualitative"},
    "reporting": {"data"},
    "workbench": {"data", "qualitative", "reporting"},
    "running": {"data", "reporting"},
}
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.parent != SOURCE)


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def imported(tree: ast.Module) -> list[tuple[int, str]]:
    """Line and full name of every import, those inside functions too."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise AssertionError("relative imports hide the room; write helpers.<room>.<module>")
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def forbidden(path: Path, text: str) -> list[str]:
    own = room(path)
    rooms = [(line, name.split(".")[1]) for line, name in imported(ast.parse(text)) if name.startswith("helpers.")]
    return [f"{path.name}:{line}: {own} imports {other}" for line, other in rooms if other != own and other not in MAY_IMPORT[own]]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path):
    assert room(path) in MAY_IMPORT, "a new room needs its place in DESIGN and here"
    assert forbidden(path, path.read_text(encoding="utf-8")) == []


def test_the_rule_sees_a_forbidden_import():
    path = SOURCE / "quantitative" / "shares.py"
    assert forbidden(path, "def late():\n    from helpers.data import study\n") == ["shares.py:2: quantitative imports data"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 270


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_slow_libraries_are_imported_where_they_are_used(path):
    top = [
        name.split(".")[0]
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for _, name in imported(ast.Module([node], []))
    ]
    assert not {"seaborn", "pingouin", "statsmodels"} & set(top)


def test_no_room_for_leftovers():
    names = {path.stem for path in MODULES}
    assert not names & {"utils", "util", "helpers", "common", "misc", "config", "manager"}
