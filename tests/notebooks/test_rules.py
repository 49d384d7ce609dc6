"""The house rules for notebooks."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import nbformat
import pytest
from helpers.running.parameters import declared

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
FIRST_PARAMETERS = ["study_dir", "language", "seed", "resamples", "min_cell"]
ids = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def tags(cell):
    return cell.metadata.get("tags", [])


def test_there_are_notebooks():
    assert [path.stem[:2] for path in NOTEBOOKS][:3] == ["00", "01", "02"]


@ids
def test_the_first_cell_holds_the_parameters_with_a_comment_each(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert tags(first) == ["parameters"]
    lines = first.source.splitlines()
    assert [line.split(" = ")[0] for line in lines][:5] == FIRST_PARAMETERS
    assert all(re.search(r"  # \S.{10,}", line) for line in lines)
    assert list(declared(path))[:5] == FIRST_PARAMETERS


@ids
def test_prose_comes_in_pairs(path):
    prose = [tags(cell) for cell in cells(path, "markdown")]
    german, english = prose[::2], prose[1::2]
    assert all(tag[:1] == ["de"] for tag in german)
    assert [tag[1:] for tag in german] == [tag[1:] for tag in english]
    assert all(tag[:1] == ["en"] for tag in english)


@ids
def test_paired_prose_has_the_same_headings(path):
    prose = [re.findall(r"^#+ ", cell.source, re.MULTILINE) for cell in cells(path, "markdown")]
    assert prose[::2] == prose[1::2]


@ids
def test_no_number_is_typed_into_prose(path):
    for cell in cells(path, "markdown"):
        text = re.sub(r"\[.*?\]\(.*?\)|`.*?`|\([\w ,]*\d{4}\)|RR[12]|AC1|HC[0-3]|^\| \d\d \||^\d\. ", "", cell.source, flags=re.MULTILINE)
        text = re.sub(r"100 (?:Prozent|per cent)", "", text)
        assert not re.search(r"\d", text), text


@ids
def test_cells_are_short_and_define_nothing(path):
    code = [cell.source for cell in cells(path, "code")]
    assert max(len(source.splitlines()) for source in code) <= 15
    assert median(len(source.splitlines()) for source in code) <= 5
    for source in code:
        nodes = list(ast.walk(ast.parse(source)))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.If | ast.Lambda) for node in nodes), source


@ids
def test_no_outputs_are_committed(path):
    raw = nbformat.read(path, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in raw.cells if cell.cell_type == "code")


def test_nbstripout_finds_nothing_to_strip():
    found = subprocess.run([sys.executable, "-m", "nbstripout", "--dry-run", *map(str, NOTEBOOKS)], capture_output=True, text=True, check=True)
    assert "would have stripped" not in found.stdout + found.stderr


def test_the_git_filter_is_declared():
    assert "*.ipynb filter=nbstripout" in (Path(__file__).parents[2] / ".gitattributes").read_text(encoding="utf-8")


@ids
def test_notebooks_import_no_runner(path):
    assert "helpers.running" not in "".join(cell.source for cell in cells(path, "code"))
