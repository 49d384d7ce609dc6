"""Every reference value is compared by a test, or named with the reason why not."""

import re
from pathlib import Path

import pytest

from reference.expected import REFERENCE, _rows
from reference.not_compared import NOT_COMPARED

TESTS = Path(__file__).parents[1]


def asked() -> list[str]:
    """The ids that tests ask for, as patterns: what stands in braces may be anything."""
    literals = [prefix for path in TESTS.rglob("test_*.py") for prefix in re.findall(r"expected\(f?\"([^\"]+)\"", path.read_text(encoding="utf-8"))]
    return [re.sub(r"\\{[^}]*\\}", ".*", re.escape(prefix)) for prefix in literals]


@pytest.fixture(scope="module")
def rows():
    if not (REFERENCE / "reference_values.csv").is_file():
        pytest.skip("needs shared/reference/reference_values.csv beside the project")
    return [row["id"] for row in _rows()]


def test_every_value_is_compared_or_named_with_a_reason(rows):
    patterns = asked()
    compared = {name for name in rows if any(re.match(rf"{pattern}($|[.\[])", name) for pattern in patterns)}
    assert [name for name in rows if name not in compared and not name.startswith(tuple(NOT_COMPARED))] == []
    assert len(compared) > 250


def test_no_reason_is_given_for_nothing(rows):
    patterns = asked()
    for prefix in NOT_COMPARED:
        named = [name for name in rows if name.startswith(prefix)]
        assert named, prefix
        assert not all(any(re.match(rf"{pattern}($|[.\[])", name) for pattern in patterns) for name in named), prefix
