"""Sweeps: every case once, whatever fails or is killed, and tables that are those of the single runs."""

import argparse
import csv
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from conftest import ROOT
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.reporting.page import published_items
from helpers.running.attempts import Attempt
from helpers.running.builds import LockedError
from helpers.running.cases import read_grid
from helpers.running.commands import sweep as command
from helpers.running.commands.outcome import DONE, RUN_FAILED, STUDY_IS_WRONG
from helpers.running.gathered import Results, Tables
from helpers.running.kernels.provisioner import warm_kernels
from helpers.running.runs import Run, execute
from helpers.running.sweep import Progress, Swept, attempts, run_sweep

DEMO = ROOT / "data" / "demo"
# As the door hands it to the notebook, without the seconds that opening a study takes.
PUBLISH = """from IPython.display import display
item = {"kind": "table", "anchor": "tiny-draws", "language": language, "html": ""}
cells = {"index": [0], "columns": ["measure", "mean", "order", "suppressed"], "data": [["draws", seed / 4, 1, False]]}
display({"application/vnd.cluster-study.published+json": {**item, "cells": cells}}, raw=True)"""
# Through the door, with a small cell in it.
THROUGH_THE_DOOR = """import pandas as pd
from helpers import open_study
from helpers.reporting.publish import publish_table
study = open_study(study_dir, language=language)
rows = {"question": "size_class", "answer": ["small", "medium", "large"], "count": [2, 20 + seed, 30], "n": 52 + seed}
publish_table(study, pd.DataFrame(rows).assign(share=lambda table: table["count"] / table["n"]), "response.ledger")"""


@pytest.fixture
def sweep(write_notebook, tmp_path):
    """Sweep a notebook of these cells, which notes in a file which seeds it ran with."""
    noted = tmp_path / "noted"

    def run(grid, *cells, **more):
        note = f"with open({str(noted)!r}, 'a') as file:\n    file.write(f'{{seed}}\\n')"
        folder = write_notebook("01_tiny", ((), note), *cells)
        (tmp_path / "tiny.yaml").write_text(json.dumps({"notebook": "01_tiny", "study": str(DEMO), **grid}))
        return run_sweep(read_grid(tmp_path / "tiny.yaml", notebooks=folder), outputs=tmp_path / "outputs", **more)

    def seeds():
        found = sorted(int(line) for line in noted.read_text().split()) if noted.exists() else []
        noted.unlink(missing_ok=True)
        return found

    run.seeds = seeds
    return run


def rows(path):
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


def seeds(last):
    return {"grid": {"seed": {"from": 1, "to": last}}}


def test_a_grid_is_every_combination_and_a_span_is_its_numbers(tmp_path):
    (tmp_path / "g.yaml").write_text("notebook: 08_design\nstudy: data/demo\ngrid: {n: [30, 50], effect: 1, seed: {from: 1, to: 5, step: 2}}")
    plan = read_grid(tmp_path / "g.yaml")
    assert [tuple(case.values.values()) for case in plan.cases] == [(n, 1, seed) for n in (30, 50) for seed in (1, 3, 5)]
    assert plan.cases[0].run.parameters == {"n": 30, "effect": 1, "seed": 1, "study_dir": str(DEMO)}
    assert plan.folder == Path("demo/sweeps/g")


def test_the_example_grid_fits_its_notebook():
    plan = read_grid(ROOT / "notebooks" / "sweeps" / "design.yaml")
    assert plan.columns == ["n", "effect", "replicates", "seed"] and len(plan.cases) == 120


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "{notebook: 08_dezign, study: data/nowhere, grid: {n: 1}}",
            ["no such notebook. Allowed: 00_start_here", "data/nowhere: there is no such folder"],
        ),
        ("{notebook: 08_design, study: data/demo, grid: {m: [1], effect: [high]}}", ["no parameter 'm'", "'effect' is a text. Allowed: a number"]),
        ("{notebook: 08_design, grid: {n: [30, 30]}, language: fr}", ["'language': input should be 'de' or 'en'"]),
        ("{notebook: 08_design, grid: {n: [30, 30]}}", ["'study': a run has no study", "1 runs are the same as another one"]),
        ("{notebook: 08_design, study: data/demo, grid: {n: {from: 9, to: 1}, seed: []}}", ["'grid.n': write a list", "'grid.seed': write a list"]),
        ("{notebook: 08_design, study: data/demo, kases: []}", ["'kases': there is no such key. Allowed: notebook, study"]),
        ("{notebook: 08_design, study: data/demo}", ["give either 'grid'"]),
        ("{notebook: 08_design, study: data/demo, grid: {study_dir: [a], language: [fr]}}", ["Allowed: study.", "Allowed: de or en."]),
        ("[1]", ["notebooks/README.md shows a grid file"]),
    ],
)
def test_everything_that_is_wrong_with_a_grid_is_said_at_once(tmp_path, text, said):
    (tmp_path / "g.yaml").write_text(text)
    with pytest.raises(StudyError) as error:
        read_grid(tmp_path / "g.yaml")
    assert [part for part in said if part not in str(error.value)] == []


def test_a_sweep_gathers_what_the_single_runs_publish(sweep, write_notebook, tmp_path):
    swept = sweep({"cases": [{"seed": 1, "language": "de"}, {"seed": 2, "language": "en"}]}, (["publish"], THROUGH_THE_DOOR))
    assert swept.keys == ["response-ledger"] and not swept.failed
    table = pd.read_csv(swept.folder / "response-ledger.csv")
    single = []
    with warm_kernels():
        for seed, language in ((1, "de"), (2, "en")):
            run = Run(tmp_path / "notebooks" / "01_tiny.ipynb", language, tmp_path / "one.ipynb", {"seed": seed, "study_dir": str(DEMO)})
            (item,) = published_items(execute(run).notebook)
            cells = pd.DataFrame(item.cells["data"], columns=item.cells["columns"])
            single.append(cells.assign(seed=seed, language=language))
    expected = pd.concat(single)[list(table)].reset_index(drop=True)
    pd.testing.assert_frame_equal(table, expected.astype(table.dtypes), check_exact=True)
    assert list(table)[:2] == ["seed", "language"]
    assert table["suppressed"].any() and table.loc[table["suppressed"], ["count", "share"]].isna().all(axis=None)


def test_a_failed_run_stops_no_other_and_is_tried_again(sweep, tmp_path):
    cell = ((), f"from pathlib import Path\nif seed == 3 and not Path({str(tmp_path / 'cured')!r}).exists(): 1 / 0")
    swept = sweep(seeds(4), cell, (["publish"], PUBLISH))
    assert [(case.values, error) for case, error in swept.failed] == [({"seed": 3}, "01_tiny (en), cell 6: ZeroDivisionError: division by zero")]
    assert [(row["seed"], row["status"]) for row in rows(swept.folder / "runs.csv")] == [("1", "done"), ("2", "done"), ("3", "failed"), ("4", "done")]
    assert [float(row["mean"]) for row in rows(swept.folder / "tiny-draws.csv")] == [0.25, 0.5, 1.0]
    assert "ZeroDivisionError" in (swept.folder / "failed" / "3.ipynb").read_text()
    assert sweep.seeds() == [1, 2, 3, 4]
    (tmp_path / "cured").touch()
    swept = sweep(seeds(4), cell, (["publish"], PUBLISH))
    assert sweep.seeds() == [3] and not swept.failed
    assert [float(row["mean"]) for row in rows(swept.folder / "tiny-draws.csv")] == [0.25, 0.5, 0.75, 1.0]
    assert not (swept.folder / "failed").exists()


def test_only_what_is_not_done_is_run(sweep):
    cell = (["publish"], PUBLISH)
    told = []
    sweep(seeds(2), cell)
    assert sweep.seeds() == [1, 2]
    swept = sweep(seeds(3), cell, tell=told.append)
    assert sweep.seeds() == [3]
    assert told[0] == Progress(done=2, failed=0, total=3, left=None) and (told[-1].done, told[-1].left) == (3, 0)
    assert [list(row) for row in rows(swept.folder / "tiny-draws.csv")] == [["seed", "measure", "mean", "suppressed"]] * 3
    sweep(seeds(2), cell, fresh=True)
    assert sweep.seeds() == [1, 2]
    swept = sweep(seeds(2), (["publish"], PUBLISH.replace("tiny-draws", "other-draws")))
    assert sweep.seeds() == [1, 2]
    assert sorted(path.name for path in swept.folder.glob("*.csv")) == ["other-draws.csv", "runs.csv"]


def test_a_key_that_no_run_published_is_told(sweep):
    swept = sweep({**seeds(1), "collect": ["tiny-draws", "tiny-drawers"]}, (["publish"], PUBLISH))
    assert (swept.keys, swept.missing) == (["tiny-draws"], ["tiny-drawers"])


def test_studies_may_be_what_differs(sweep):
    studies = ["data/demo", "data/demo-2024"]
    swept = sweep({"cases": [{"study": study, "seed": 8} for study in studies]}, (["publish"], PUBLISH))
    assert [(row["study"], row["seed"], row["mean"]) for row in rows(swept.folder / "tiny-draws.csv")] == [(study, "8", "2.0") for study in studies]
    assert swept.folder.parts[-3:] == ("outputs", "sweeps", "tiny")


def test_errors_do_not_quote_answers(sweep):
    secret = max(open_study(DEMO).confidential, key=len)
    swept = sweep(seeds(1), ((), f"raise ValueError({secret!r})"))
    assert "[withheld]" in swept.failed[0][1]
    assert secret not in (swept.folder / "runs.csv").read_text()


def test_a_sweep_killed_in_the_middle_loses_the_runs_under_way_only(sweep, tmp_path):
    cells = (((), "import time\ntime.sleep(0.2)"), (["publish"], PUBLISH))
    sweep(seeds(1), *cells)  # writes notebook and grid
    (tmp_path / "tiny.yaml").write_text(json.dumps({"notebook": "01_tiny", "study": str(DEMO), **seeds(9)}))
    script = textwrap.dedent(f"""
        from pathlib import Path
        from helpers.running.cases import read_grid
        from helpers.running.sweep import run_sweep
        folder = Path({str(tmp_path)!r})
        run_sweep(read_grid(folder / "tiny.yaml", notebooks=folder / "notebooks"), outputs=folder / "outputs")
    """)
    kept = tmp_path / "outputs" / "demo" / "sweeps" / "tiny" / "runs"
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120  # nothing is warm yet, and a busy machine takes a minute for the first four
    while len(list(kept.glob("*.json"))) < 4 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    whole = len(list(kept.glob("*.json")))
    assert 4 <= whole < 9
    first = sweep.seeds()
    swept = sweep(seeds(9), *cells)
    assert len(sweep.seeds()) == 9 - whole and first[:1] == [1] and len(first) - whole <= 2
    assert [float(row["mean"]) for row in rows(swept.folder / "tiny-draws.csv")] == [seed / 4 for seed in range(1, 10)]
    assert [path.name for path in swept.folder.rglob(".*") if path.name != ".lock"] == []


def test_the_same_sweep_runs_once_at_a_time(sweep):
    def again(progress):
        if progress.done == 0:
            with pytest.raises(LockedError, match="the same sweep is at work"):
                sweep(seeds(1), (["publish"], PUBLISH))

    assert sweep(seeds(1), (["publish"], PUBLISH), tell=again).keys == ["tiny-draws"]


def test_a_torn_result_is_done_again(sweep):
    swept = sweep(seeds(2), (["publish"], PUBLISH))
    torn = next((swept.folder / "runs").glob("*.json"))
    torn.write_text(torn.read_text()[:40])
    assert len(sweep.seeds()) == 2
    assert len(rows(sweep(seeds(2), (["publish"], PUBLISH)).folder / "tiny-draws.csv")) == 2
    assert len(sweep.seeds()) == 1


def test_no_more_runs_are_handed_out_than_the_window_holds(monkeypatch):
    monkeypatch.setattr("helpers.running.sweep.attempt", lambda run: Attempt(1.0))
    drawn = []

    def runs():
        for place in range(70):
            drawn.append(place)
            yield place, Run(Path("a.ipynb"), "en", Path("b.ipynb"))

    with ThreadPoolExecutor(3) as pool:
        ahead = [len(drawn) - done for done, _ in enumerate(attempts(runs(), pool, window=7), start=1)]
    assert len(ahead) == 70 and max(ahead) == 6


def test_a_worker_that_cannot_say_what_happened_fails_its_run():
    class Dead(Executor):
        def submit(self, function, run):
            future = Future()
            future.set_exception(MemoryError("no room\nat all"))
            return future

    ((_, came),) = attempts(iter([(0, Run(Path("a.ipynb"), "en", Path("b.ipynb")))]), Dead(), window=2)
    assert came.error == "MemoryError: no room"


NUMBERS = st.one_of(st.none(), st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False))
PUBLISHED = st.lists(st.lists(st.tuples(NUMBERS, st.sampled_from(["a", "=b", "c,d", 'e"', "f\ng"])), max_size=3), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(PUBLISHED)
def test_numbers_and_texts_come_back_as_they_were(published):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        results = Results(folder / "runs")
        for number, table in enumerate(published):
            results.keep(str(number), Attempt(1.0, {"key": {"columns": ["n", "text"], "data": [list(row) for row in table]}}))
        Tables(folder, ["n"]).write([({"n": number}, str(number)) for number in range(len(published))], results, only=[])
        found = list(csv.reader((folder / "key.csv").open(encoding="utf-8", newline="")))
    expected = [
        [str(number), "" if value is None else repr(value), f"'{text}" if text == "=b" else text]
        for number, table in enumerate(published)
        for value, text in table
    ]
    assert found == [["parameter_n", "n", "text"], *expected]


@pytest.mark.parametrize(("failed", "missing", "code"), [(0, (), DONE), (25, (), RUN_FAILED), (0, ("design-powr",), STUDY_IS_WRONG)])
def test_the_command_says_what_failed_in_words_and_in_its_exit_code(monkeypatch, capsys, failed, missing, code):
    def swept(plan, *, tell, **more):
        tell(Progress(0, 0, 120, None))
        tell(Progress(120, failed, 120, 0.0))
        return Swept(Path("there"), ["design-simulation"], [(case, "08_design (en), cell 3: no") for case in plan.cases[:failed]], missing)

    monkeypatch.setattr("helpers.running.sweep.run_sweep", swept)
    assert run_command(ROOT / "notebooks" / "sweeps" / "design.yaml") == code
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == "0 of 120 runs" and "written: 1 tables and runs.csv in there" in said.out
    assert len(re.findall("^failed: n=30, effect=0.5, replicates=100, seed=", said.err, re.M)) == min(failed, 20)
    assert ("25 of 120 runs failed" in said.err, "design-powr" in said.err) == (failed > 0, bool(missing))


def test_the_command_refuses_a_wrong_grid_before_anything_runs(tmp_path, capsys):
    assert run_command(tmp_path / "none.yaml") == STUDY_IS_WRONG
    assert "none.yaml: there is no such file" in capsys.readouterr().err


def run_command(grid):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.execute(parser.parse_args([str(grid)]), Console(force_terminal=False, soft_wrap=True))
