"""The demo's whole report beside what one would type without this project: papermill and nbconvert, once per notebook and language."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import nbformat
import papermill
from clock import REPEATS

from helpers.reporting.page import published_items

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("0*.ipynb"))
STUDY = ROOT / "data" / "demo"
RUNS = [(path, language) for path in NOTEBOOKS for language in ("de", "en")]


def command(*words):
    """A command line, as a shell loop would start it."""
    subprocess.run([Path(sys.executable).with_name(words[0]), *words[1:]], check=True, capture_output=True, cwd=ROOT / "notebooks")


def plain_loop(folder):
    """Two commands per notebook and language."""
    for path, language in RUNS:
        out = folder / f"{path.stem}-{language}.ipynb"
        command("papermill", str(path), str(out), "-p", "language", language, "-p", "study_dir", str(STUDY))
        command("jupyter", "nbconvert", "--to", "html", str(out))


def one_by_papermill(path, language, out):
    """papermill's own Python interface, and nbconvert's."""
    from nbconvert import HTMLExporter

    parameters = {"language": language, "study_dir": str(STUDY)}
    notebook = papermill.execute_notebook(path, out, parameters=parameters, progress_bar=False, cwd=str(ROOT / "notebooks"))
    Path(out).with_suffix(".html").write_text(HTMLExporter().from_notebook_node(notebook)[0], encoding="utf-8")


def pool_of_papermill(folder):
    """The same runs on a pool of two processes."""
    with ProcessPoolExecutor(2) as pool:
        waiting = [pool.submit(one_by_papermill, str(path), language, str(folder / f"{path.stem}-{language}.ipynb")) for path, language in RUNS]
        for one in waiting:
            one.result()


def ours(study):
    """The project's command."""
    command("study", "run", str(study))


def published(folder):
    """What every executed notebook publishes: its tables as CSV, and all other items as they stand in the page."""
    found = {}
    for path, language in RUNS:
        items = published_items(nbformat.read(folder / f"{path.stem}-{language}.ipynb", as_version=4))
        found[path.stem, language] = [(item.anchor, item.csv or item.html) for item in items]
    return found


def taken(work, folder):
    """Seconds."""
    started = time.perf_counter()
    work(folder)
    return time.perf_counter() - started


@contextmanager
def of_its_own(place, turn):
    """A copy of the study, under a name that nothing has been written for; its reports are cleared away."""
    study = place / f"bench-{os.getpid()}-{turn}"
    for folder in (STUDY, STUDY.with_name("demo-2024")):
        shutil.copytree(folder, study if folder == STUDY else place / folder.name, dirs_exist_ok=True)
    try:
        yield study, ROOT / "outputs" / study.name
    finally:
        shutil.rmtree(ROOT / "outputs" / study.name, ignore_errors=True)


def of_reports(repeats=REPEATS):
    """Cold, and with nothing changed; the ways take turns."""
    times = {name: [] for name in ("loop", "pool", "cold", "again")}
    os.environ.pop("JUPYTER_DEFAULT_PROVISIONER_NAME", None)
    with tempfile.TemporaryDirectory() as place:
        for turn in range(repeats):
            loop, pool = (Path(place) / f"{name}-{turn}" for name in ("loop", "pool"))
            loop.mkdir()
            pool.mkdir()
            with of_its_own(Path(place), turn) as (study, outputs):
                times["cold"].append(taken(ours, study))
                times["again"].append(taken(ours, study))
                times["loop"].append(taken(plain_loop, loop))
                times["pool"].append(taken(pool_of_papermill, pool))
                if published(outputs / "latest" / "internal") != published(loop):
                    raise SystemExit("the two ways publish different numbers")
    loop, pool, cold, again = (median(times[name]) for name in ("loop", "pool", "cold", "again"))
    work = f"{len(NOTEBOOKS)} notebooks, 2 languages"
    yield "whole report, cold, beside a loop of commands", work, cold, loop
    yield "whole report, cold, beside papermill's interface, 2 processes", work, cold, pool
    yield "whole report, nothing changed, beside a loop of commands", work, again, loop


if __name__ == "__main__":
    for row in of_reports(*map(int, sys.argv[1:])):
        print(*row, f"{row[-1] / row[-2]:.1f}x", sep="; ", flush=True)
