"""Sweeps beside papermill's commands, its interface, and the computing alone; how they grow; one Dask worker beside two.

One part alone: ``python tests/bench/sweep.py of_sweeps``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import nbformat
import pandas as pd
import papermill
from clock import REPEATS

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "data" / "demo"
RUNS, SMALL, LARGE = 200, 20, 1000
IN_LOOP, IN_POOL = 10, 40  # runs that the plain ways do, before their time is scaled up
PARAMETERS = f'study_dir = "{STUDY}"\nlanguage = "en"\nseed = 1'
# How often a t test finds a difference, by simulation: a few hundredths of a second of computing.
WORK = """import numpy as np
import pandas as pd
from scipy import stats
rng = np.random.default_rng(seed)
first, second = rng.normal(0.0, 1.0, (20_000, 50)), rng.normal(0.4, 1.0, (20_000, 50))
found = stats.ttest_ind(first, second, axis=1).pvalue < 0.05
table = pd.DataFrame({"measure": ["found"], "share": [found.mean()]})"""
PUBLISH = """from IPython.display import display
item = {"kind": "table", "anchor": "power", "language": language, "html": "", "cells": table.to_dict("split")}
display({"application/vnd.cluster-study.published+json": item}, raw=True)"""
BUSY = """import time
from IPython.display import display
until = time.process_time() + 0.5
while time.process_time() < until:
    sum(range(1000))
cells = {"columns": ["mean"], "data": [[seed]]}
item = {"kind": "table", "anchor": "busy", "language": language, "html": "", "cells": cells}
display({"application/vnd.cluster-study.published+json": item}, raw=True)"""
OURS = """import sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from clock import peak
from helpers.running.kernels.parent import load_kernels
if not sys.argv[3]:
    load_kernels()  # as the command does
from helpers.running.cases import read_grid
from helpers.running.sweep import run_sweep
folder = Path(sys.argv[1])
swept = run_sweep(read_grid(folder / sys.argv[2], notebooks=folder), jobs=2, scheduler=sys.argv[3] or None, outputs=folder / sys.argv[2][:-5])
print(len(swept.failed), peak(), swept.folder)"""


def write(folder, *cells):
    """A notebook of these cells, the last of which publishes."""
    made = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})]
    made += [nbformat.v4.new_code_cell(source, metadata={"tags": ["publish"] if source == cells[-1] else []}) for source in cells]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / "small.ipynb")


def sweep(folder, runs, scheduler=""):
    """A sweep in a process of its own, from a cold start: seconds, peak memory of that process in MB, and where its tables are."""
    grid = f"grid{time.monotonic_ns()}.yaml"
    (folder / grid).write_text(json.dumps({"notebook": "small", "study": str(STUDY), "grid": {"seed": {"from": 1, "to": runs}}}))
    started = time.perf_counter()
    told = subprocess.check_output([sys.executable, "-c", OURS, str(folder), grid, scheduler, str(Path(__file__).parent)], text=True).split()
    if told[0] != "0":
        raise SystemExit(f"{told[0]} runs failed, see {told[2]}")
    return time.perf_counter() - started, float(told[1]), Path(told[2])


def by_command(folder):
    """The command, once per run."""
    for seed in range(1, IN_LOOP + 1):
        words = [Path(sys.executable).with_name("papermill"), folder / "small.ipynb", folder / f"loop{seed}.ipynb", "-p", "seed", str(seed)]
        subprocess.run(words, check=True, capture_output=True)


def one_by_papermill(notebook, out, seed):
    """papermill's own Python interface."""
    papermill.execute_notebook(notebook, out, parameters={"seed": seed}, progress_bar=False)


def by_pool(folder):
    """The interface on a pool of two processes."""
    with ProcessPoolExecutor(2) as pool:
        waiting = [pool.submit(one_by_papermill, str(folder / "small.ipynb"), str(folder / f"pool{seed}.ipynb"), seed) for seed in range(IN_POOL)]
        for one in waiting:
            one.result()


def by_computing():
    """The same cells, one run after the other in this process, nothing around them."""
    shares = []
    for seed in range(1, RUNS + 1):
        names = {}
        exec(PARAMETERS, names)
        names["seed"] = seed
        exec(WORK, names)
        shares.append(names["table"]["share"].item())
    return shares


def taken(work, *arguments):
    """Seconds."""
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def of_sweeps(repeats=REPEATS):
    """200 runs: a sweep, and the plain ways in turn."""
    times = {name: [] for name in ("ours", "loop", "pool", "pure")}
    os.environ.pop("JUPYTER_DEFAULT_PROVISIONER_NAME", None)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder, WORK, PUBLISH)
        for _ in range(repeats):
            ours, _, tables = sweep(folder, RUNS)
            times["ours"].append(ours)
            times["loop"].append(taken(by_command, folder) * RUNS / IN_LOOP)
            times["pool"].append(taken(by_pool, folder) * RUNS / IN_POOL)
            started = time.perf_counter()
            shares = by_computing()
            times["pure"].append(time.perf_counter() - started)
            found = pd.read_csv(tables / "power.csv")["share"]
            if found.to_list() != shares:
                raise SystemExit("the two ways compute different numbers")
    ours, loop, pool, pure = (median(times[name]) for name in ("ours", "loop", "pool", "pure"))
    work = f"{RUNS} runs of a small notebook"
    yield "sweep beside a loop of papermill commands", work, ours, loop
    yield "sweep beside papermill's interface, 2 processes", work, ours, pool
    yield "sweep beside the computing alone, 1 process", work, ours, pure


def of_growth(repeats=REPEATS):
    """What one more run costs, among few and among many; and the memory of the runner."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder, WORK, PUBLISH)
        turns = [{runs: sweep(folder, runs)[:2] for runs in (SMALL, RUNS, LARGE)} for _ in range(repeats)]
    small, middle, large = (median(turn[runs][0] for turn in turns) for runs in (SMALL, RUNS, LARGE))
    yield "one more run", f"{RUNS} to {LARGE}, beside {SMALL} to {RUNS}", (large - middle) / (LARGE - RUNS), (middle - small) / (RUNS - SMALL)
    most = {runs: median(turn[runs][1] for turn in turns) for runs in (RUNS, LARGE)}
    yield "peak memory of the runner, MB", f"{LARGE} runs, beside {RUNS}", most[LARGE], most[RUNS]


def dask(*words):
    """One of Dask's commands, as a process."""
    return subprocess.Popen([sys.executable, "-m", "dask.__main__", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def on_workers(folder, count):
    """Seconds of a sweep on so many workers whose kernels are warm."""
    address = folder / f"scheduler{time.monotonic_ns()}.json"
    with ExitStack() as processes:
        started = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address))]
        processes.callback(lambda: [(one.terminate(), one.wait()) for one in started[::-1]])
        while not (address.exists() and address.read_text().endswith("}")):
            time.sleep(0.05)
        at = json.loads(address.read_text())["address"]
        for _ in range(count):
            started.append(dask("worker", at, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)))
        sweep(folder, 4 * count, at)
        return sweep(folder, RUNS, at)[0]


def of_workers(repeats=REPEATS):
    """Runs of half a second of computing."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(folder, BUSY)
        turns = [(on_workers(folder, 2), on_workers(folder, 1)) for _ in range(repeats)]
    yield "two Dask workers beside one", f"{RUNS} runs of half a second", *(median(times) for times in zip(*turns, strict=True))


if __name__ == "__main__":
    parts = {part.__name__: part for part in (of_sweeps, of_growth, of_workers)}
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else REPEATS
    for row in parts[sys.argv[1]](repeats):
        print(*row, f"{row[-1] / row[-2]:.2f}x", sep="; ", flush=True)
