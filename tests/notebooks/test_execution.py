"""The notebooks as users run them: plain papermill from any folder, and "Run All" from any folder."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from helpers.reporting.publish import MIME
from helpers.running.gates import notebook_problems
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
# The runner executes every notebook in the same way; here stand those that it leaves out, and one of each kind.
RUN_ALL = [ROOT / "notebooks" / f"{name}.ipynb" for name in ("00_start_here", "05_interviews", "coding_desk")]


@pytest.mark.parametrize("folder", [ROOT, Path("/")], ids=["project", "elsewhere"])
def test_plain_papermill(tmp_path, folder):
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks/02_descriptives.ipynb"),
        str(out),
        "-p",
        "language",
        "de",
        "-p",
        "resamples",
        "200",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    assert done.returncode == 0, done.stderr[-2000:]
    notebook = nbformat.read(out, as_version=4)
    items = [output["data"][MIME] for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if MIME in output.get("data", {})]
    assert len(items) > 10
    assert {item["language"] for item in items} == {"de"}


@pytest.mark.parametrize("path", RUN_ALL, ids=lambda path: path.stem)
def test_run_all_as_jupyterlab_does(path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert notebook_problems(notebook) == []
