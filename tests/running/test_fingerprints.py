"""A run is done again exactly where something that it depends on has changed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers.running import dependencies, fingerprints
from helpers.running.dependencies import Sources
from helpers.running.fingerprints import Fingerprints
from helpers.running.report import Order, make_report
from helpers.running.runs import Done, Run
from helpers.running.store import Store

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The project's source, notebooks and demo, to be edited."""
    for part in ("src", "notebooks", "data/demo", "data/demo-2024", "data/published"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(dependencies, "PACKAGE", tmp_path / "src" / "helpers")
    return tmp_path


def prints(copy):
    """Fingerprint of every notebook of the copy."""
    made = Fingerprints()
    runs = [Run(copy / "notebooks" / path.name, "en", Path(), {"study_dir": str(copy / "data" / "demo"), "resamples": 500}) for path in NOTEBOOKS]
    return {run.notebook.stem[:2]: made.of(run) for run in runs}


def changed(copy, before):
    return {name for name, value in prints(copy).items() if value != before[name]}


def append(path, text="\n# changed\n"):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def importers(module):
    """Notebooks that import a module, as Python itself sees it: what is loaded after their imports ran."""
    lines = {
        path.stem[:2]: "\n".join(
            line
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
            for line in cell.source.splitlines()
            if line.startswith(("from helpers", "import helpers"))
        )
        for path in NOTEBOOKS
    }
    code = f"""
import json, sys
found = []
for name, lines in json.loads(sys.stdin.read()).items():
    for loaded in [one for one in sys.modules if one.split('.')[0] == 'helpers']:
        del sys.modules[loaded]
    exec(lines, {{}})
    found += [name] if {module!r} in sys.modules else []
print(json.dumps(found))"""
    return set(json.loads(subprocess.run([sys.executable, "-c", code], input=json.dumps(lines), capture_output=True, text=True, check=True).stdout))


def test_editing_a_helper_concerns_the_notebooks_that_import_it(copy):
    before = prints(copy)
    append(copy / "src" / "helpers" / "quantitative" / "importance.py")
    concerned = changed(copy, before)
    assert concerned >= importers("helpers.quantitative.importance")
    assert "04" in concerned and "05" not in concerned and "00" not in concerned


def test_editing_what_no_notebook_imports_concerns_none(copy):
    before = prints(copy)
    append(copy / "src" / "helpers" / "running" / "report.py")
    append(copy / "src" / "helpers" / "workbench" / "desk.py")
    append(copy / "README.md") if (copy / "README.md").exists() else None
    assert changed(copy, before) == set()


def test_editing_the_words_concerns_every_notebook_that_uses_them(copy):
    before = prints(copy)
    append(next((copy / "src" / "helpers" / "reporting" / "words").glob("*.yaml")))
    assert changed(copy, before) >= importers("helpers.reporting.wording")


def test_editing_a_notebook_concerns_it_alone_and_its_outputs_do_not_count(copy):
    before = prints(copy)
    path = copy / "notebooks" / "03_indices.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code[1]["execution_count"], code[1]["outputs"] = 7, [{"output_type": "stream", "name": "stdout", "text": ["hello"]}]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert changed(copy, before) == set()
    code[1]["source"] = [*code[1]["source"], "\n1 + 1"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert changed(copy, before) == {"03"}


@pytest.mark.parametrize("file", ["study.yaml", "claims.csv", "interviews/codes.csv", "../demo-2024/frame.csv", "../published/figures.csv"])
def test_editing_a_file_of_the_study_concerns_all_its_runs(copy, file, monkeypatch):
    monkeypatch.setattr("helpers.running.manifest.ROOT", copy)
    before = prints(copy)
    append(copy / "data" / "demo" / file, "\n")
    assert changed(copy, before) == set(before)


def test_a_parameter_a_language_and_a_version_count_and_the_place_does_not(copy, monkeypatch):
    def one(language="en", folder="demo", **parameters):
        return Fingerprints().of(
            Run(copy / "notebooks" / "08_design.ipynb", language, Path(), {"study_dir": str(copy / "data" / folder), **parameters})
        )

    first = one(n=50)
    assert first != one(n=60) and first != one("de", n=50) and first == one(n=50)
    shutil.copytree(copy / "data", copy / "elsewhere" / "data")
    shutil.rmtree(copy / "elsewhere" / "data" / "published")
    moved = Run(copy / "notebooks" / "08_design.ipynb", "en", Path("other"), {"study_dir": str(copy / "elsewhere" / "data" / "demo"), "n": 50})
    assert Fingerprints().of(moved) == first
    versions = dict(fingerprints.library_versions())
    monkeypatch.setattr(fingerprints, "library_versions", lambda: versions | {"numpy": "0.0"})
    assert one(n=50) != first


def test_a_module_beside_the_notebook_counts(write_notebook):
    folder = write_notebook("01_beside", ((), "import beside\nbeside.x"))
    (folder / "beside.py").write_text("import further\nx = 1\n")
    (folder / "further.py").write_text("y = 1\n")
    notebook = nbformat.read(folder / "01_beside.ipynb", as_version=4)
    assert [path.name for path in Sources().of(notebook, folder)] == ["beside.py", "further.py"]


def test_a_kept_run_comes_back_as_it_was_and_half_a_file_is_none(tmp_path):
    run = Run(tmp_path / "01_one.ipynb", "en", tmp_path / "out.ipynb")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="one")])])
    store = Store(tmp_path / "runs")
    assert store.find(run, "a" * 32) is None
    store.keep(Done(run, notebook, 1.5), "a" * 32)
    found = store.find(run, "a" * 32)
    assert (found.notebook, found.seconds, found.kept) == (notebook, 1.5, True)
    path = next((tmp_path / "runs").rglob("*.ipynb"))
    path.write_text(path.read_text()[:50])
    assert store.find(run, "a" * 32) is None


def test_pruning_keeps_the_runs_used_last(tmp_path):
    run, store = Run(tmp_path / "01_one.ipynb", "en", tmp_path / "out.ipynb"), Store(tmp_path / "runs")
    for age, name in enumerate("abcde"):
        store.keep(Done(run, nbformat.v4.new_notebook(), 1.0), name * 32)
        os.utime(tmp_path / "runs" / "01_one-en" / f"{name * 32}.ipynb", (1000 + age, 1000 + age))
    store.find(run, "a" * 32)
    assert store.prune(2) == 3
    assert sorted(path.stem[0] for path in (tmp_path / "runs").rglob("*.ipynb")) == ["a", "e"]


def test_a_report_is_made_of_kept_runs_and_not_made_at_all_where_nothing_changed(write_notebook, tmp_path):
    marks = tmp_path / "marks"
    cells = [((), f"with open({str(marks)!r}, 'a') as file:\n    _ = file.write('x')")]
    folder = write_notebook("01_first", *cells)
    write_notebook("02_second", *cells)
    said = []

    def make(**change):
        return make_report(Order(ROOT / "data" / "demo", outputs=tmp_path / "outputs", notebooks=folder, **change), tell=said.append)

    latest = make()
    report = latest.resolve()
    assert marks.read_text() == "xxxx"
    assert make().resolve() == report and marks.read_text() == "xxxx" and said[-1].name == "unchanged"
    (latest / "public" / "report-de.html").write_text("spoiled")
    assert make().resolve() != report and marks.read_text() == "xxxx"
    write_notebook("02_second", *cells, ((), "1 + 1"))
    make()
    assert marks.read_text() == "xxxxxx"
    make(fresh=True)
    assert marks.read_text() == "x" * 10
