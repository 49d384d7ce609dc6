"""SIGKILL at random moments, to the runner, a kernel, the parent of the kernels, or a worker of a scheduler: `python tests/bench/kills.py [TIMES] [SEED]`."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import nbformat
from distributed import Client

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from running import launched  # noqa: E402  (the tests are not installed)
from running.launched import Launched, Marked, kill, tiny_study, whole  # noqa: E402

PARAMETERS = 'study_dir = "data/demo"\nlanguage = "en"\nseed = 1\nresamples = 200\nmin_cell = 5'
LATEST = {"runner": 7.0, "kernel": 1.0, "warm parent": 5.0, "worker": 6.0}  # seconds after it is there (worker: the run), within which it is killed
TIMES = 50


def write_notebooks(folder):
    """Three notebooks, each of which takes a moment."""
    folder.mkdir()
    for name in ("01_first", "02_second", "03_third"):
        cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell("import time\ntime.sleep(0.4)")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / f"{name}.ipynb")


@contextmanager
def cluster(folder):
    """The address of a scheduler with a worker that nobody kills."""
    file = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
    started = [Marked(sys.executable, "-m", "dask.__main__", "scheduler", *options)]
    try:
        while not file.is_file():
            time.sleep(0.05)
        with Client(scheduler_file=str(file)) as client:
            started.append(worker(client, folder, 1))
            yield client
    finally:
        for one in started[::-1]:
            one.process.terminate()
            one.process.communicate()


def worker(client, folder, number):
    """One more worker, once the scheduler has so many."""
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder)
    started = Marked(sys.executable, "-m", "dask.__main__", "worker", client.scheduler.address, *options)
    client.wait_for_workers(number)
    return started


def kill_worker(client, base, words, delay):
    """Kill a worker in the middle of a run: the run, the worker, and whether it came in time."""
    doomed = worker(client, base, 2)
    run = Launched(*words, "--scheduler", client.scheduler.address)
    time.sleep(delay)
    in_time = run.process.poll() is None
    os.kill(doomed.process.pid, signal.SIGKILL)
    return run, doomed, in_time


def once(client, base, victim, delay):
    """One kill and the next run: whether it came in time, the exit code, seconds until nothing was left, and what is wrong."""
    words = (base / "notebooks", base / "outputs", "run", base / "tiny", "--fresh")
    home = base / "outputs" / "tiny"
    before = (home / "latest" / "public" / "report-de.html").read_bytes()
    if victim == "worker":
        run, killed, in_time = kill_worker(client, base, words, delay)
    else:
        run = killed = Launched(*words)
        in_time = kill(run, victim, delay)
    killed.process.wait()
    ended = time.monotonic()
    left = killed.left_after(5.0)
    gone = time.monotonic() - ended
    if killed is not run:
        killed.finish()
    code, _, err = run.finish()
    next_code = Launched(*words).finish()[0]
    wrong = {
        "an orphan after 5 s": bool(left),
        "half a report": not whole(home / "latest") or (home / "latest/public/report-de.html").read_bytes() != before,
        "a traceback": "Traceback" in err,
        "another exit code": in_time and code not in {"runner": (-9,), "worker": (0,)}.get(victim, (0, 2)),
        "the next run failed": next_code != 0,
        "leftovers": len(list((home / "builds").iterdir())) != 1,
    }
    return in_time, code, gone, [name for name, found in wrong.items() if found]


def kills(times, seed):
    """So many kills, each victim in turn: a line for each, and for each whether all was well."""
    moments = random.Random(seed)
    base = Path(tempfile.mkdtemp())
    write_notebooks(base / "notebooks")
    tiny_study(base / "tiny")
    subprocess.run([sys.executable, launched.__file__, base / "notebooks", base / "outputs", "run", base / "tiny"], check=True, capture_output=True)
    with cluster(base) as client:
        for number in range(times):
            victim = list(LATEST)[number % len(LATEST)]
            delay = moments.uniform(0, LATEST[victim])
            in_time, code, gone, wrong = once(client, base, victim, delay)
            told = f"{victim:12} {delay:5.2f} s  exit {code:3}  gone after {gone:.2f} s  {', '.join(wrong) or 'well'}"
            yield {"victim": victim, "came": "in time" if in_time else "too late", "code": code, "gone": gone, "wrong": wrong, "told": told}
    shutil.rmtree(base)


def of_kills(times=TIMES):
    """How many are borne."""
    seed = random.randrange(10**6)
    found = list(kills(times, seed))
    print(*(f"seed {seed}, {number}: {one['told']}" for number, one in enumerate(found, 1) if one["wrong"]), sep="\n", end="", file=sys.stderr)
    yield "kills that leave all well", "of so many at random moments", sum(not one["wrong"] for one in found), len(found)


def main(times=TIMES, seed=None):
    seed = random.randrange(10**6) if seed is None else seed
    found = []
    for number, one in enumerate(kills(times, seed), 1):
        found.append(one)
        print(f"{number:3} {one['told']}", flush=True)
    for (victim, came, code), count in sorted(Counter((one["victim"], one["came"], one["code"]) for one in found).items()):
        print(f"{count:3} x {victim}, {came}: exit code {code}")
    failed = sum(bool(one["wrong"]) for one in found)
    print(
        f"{times} kills (seed {seed}), {failed} with something wrong; the last process was gone after {max(one['gone'] for one in found):.2f} s at the latest"
    )
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
