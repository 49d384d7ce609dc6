"""What several rooms' tests need: finished reports, a browser, the files beside the project."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from helpers.running.report import Order, make_report
from reference.expected import compared, coverage
from reference.not_compared import NOT_COMPARED

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
RSE = ROOT / "tests" / "reference" / "rse2017_nl"
PARAMETERS = 'study_dir = "data/demo"  # folder\nlanguage = "en"  # language\nseed = 1  # seed\nresamples = 200  # draws\nmin_cell = 5  # cell'
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def public_files(folder):
    """Every file under `public`, by its name there."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# Enough to run everything; for tests that do not look at the numbers.
FEW_DRAWS = {"resamples": 300, "choice_draws": 64, "imputations": 3, "replicates": 20}


def whole_report(study, tmp_path_factory, **parameters):
    """A study's report, made once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    outputs = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / f"whole-{study.name}"
    with FileLock(f"{outputs}.lock"):
        if not (outputs / study.name / "latest").exists():
            make_report(Order(study, parameters=parameters, outputs=outputs), tell=print)
    return outputs / study.name / "latest"


@pytest.fixture(scope="session")
def demo_outputs(tmp_path_factory):
    """The demo study, run whole."""
    return whole_report(ROOT / "data" / "demo", tmp_path_factory)


@pytest.fixture(scope="session")
def rse_outputs(tmp_path_factory):
    """The real study, run whole."""
    if not (SHARED / "real").is_dir():
        pytest.skip("the real survey file is not beside the project (../shared/real)")
    return whole_report(RSE, tmp_path_factory, **FEW_DRAWS)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium. Where REQUIRE_BROWSER is set its absence is a failure, elsewhere a skip."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail("REQUIRE_BROWSER is set and there is no Chromium")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield started
        started.close()


@pytest.fixture
def write_notebook(tmp_path):
    """Write a notebook of (tags, source) code cells after the usual parameters."""

    def write(name, *cells, prose=("# Frage", "# Question")):
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        made = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
        made += [nbformat.v4.new_markdown_cell(text, metadata={"tags": [tag]}) for tag, text in zip(("de", "en"), prose, strict=True)]
        made += [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for tags, source in cells]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / f"{name}.ipynb")
        return folder

    return write


def pytest_collection_modifyitems(items):
    """Whole reports first: two workers then have the long tests side by side, and the short ones fill up."""
    first = {"running": 0, "browser": 1}
    items.sort(key=lambda item: first.get(item.path.parent.name, 2))


def pytest_sessionfinish(session):
    """A worker hands on which reference values its tests were held to."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["compared"] = compared


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """The run collects them from its workers."""
    compared.update(getattr(node, "workeroutput", {}).get("compared", {}))


def pytest_terminal_summary(terminalreporter):
    """Which reference values the tests of this run were held to, and to which digits."""
    if not compared:
        return
    terminalreporter.section(f"reference values compared: {len(compared)}")
    for method, data, done, of, tolerance in coverage():
        if done:
            terminalreporter.write_line(f"{done:4} of {of:3}  {method}: {data}  [{tolerance}]")
    terminalreporter.write_line("not compared, with the reason:")
    for prefix, reason in NOT_COMPARED.items():
        terminalreporter.write_line(f"  {prefix}*: {reason}")
