"""SIGKILL at random moments, to the runner, a kernel, or the parent of the kernels: `python tests/bench/kills.py [TIMES] [SEED]`."""

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from running.launched import VICTIMS, Launched, kill, tiny_study, whole  # noqa: E402  (the tests are not installed)

PARAMETERS = 'study_dir = "data/demo"\nlanguage = "en"\nseed = 1\nresamples = 200\nmin_cell = 5'
LATEST = {"runner": 7.0, "kernel": 1.0, "warm parent": 5.0}  # seconds after it is there, within which the signal comes


def write_notebooks(folder):
    """Three notebooks, each of which takes a moment."""
    folder.mkdir()
    for name in ("01_first", "02_second", "03_third"):
        cells = [nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell("import time\ntime.sleep(0.4)")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / f"{name}.ipynb")


def once(base, victim, delay):
    """One kill and the next run: whether it came in time, the exit code, seconds until nothing was left, and what is wrong."""
    words = (base / "notebooks", base / "outputs", "run", str(base / "tiny"), "--fresh")
    home = base / "outputs" / "tiny"
    before = (home / "latest" / "public" / "report-de.html").read_bytes()
    launched = Launched(*words)
    in_time = kill(launched, victim, delay)
    launched.process.wait()
    ended = time.monotonic()
    left = launched.left_after(5.0)
    gone = time.monotonic() - ended
    code, _, err = launched.finish()
    next_code = Launched(*words).finish()[0]
    wrong = {
        "an orphan after 5 s": bool(left),
        "half a report": not whole(home / "latest") or (home / "latest/public/report-de.html").read_bytes() != before,
        "a traceback": "Traceback" in err,
        "another exit code": in_time and code not in ((-9,) if victim == "runner" else (0, 2)),
        "the next run failed": next_code != 0,
        "leftovers": len(list((home / "builds").iterdir())) != 1,
    }
    return in_time, code, gone, [name for name, found in wrong.items() if found]


def main(times=50, seed=None):
    seed = random.randrange(10**6) if seed is None else seed
    moments = random.Random(seed)
    base = Path(tempfile.mkdtemp())
    write_notebooks(base / "notebooks")
    tiny_study(base / "tiny")
    subprocess.run([sys.executable, Launched.__init__.__code__.co_filename, base / "notebooks", base / "outputs", "run", base / "tiny"], check=True)
    codes, slowest, failures = Counter(), 0.0, []
    for number in range(times):
        victim = list(VICTIMS)[number % len(VICTIMS)]
        delay = moments.uniform(0, LATEST[victim])
        in_time, code, gone, wrong = once(base, victim, delay)
        codes[victim, "in time" if in_time else "too late", code] += 1
        slowest = max(slowest, gone)
        failures += [f"{number + 1}: {victim} after {delay:.2f} s: {', '.join(wrong)}"] if wrong else []
        print(f"{number + 1:3} {victim:12} {delay:5.2f} s  exit {code:3}  gone after {gone:.2f} s  {', '.join(wrong) or 'well'}", flush=True)
    for (victim, came, code), count in sorted(codes.items()):
        print(f"{count:3} x {victim}, {came}: exit code {code}")
    print(f"{times} kills (seed {seed}), {len(failures)} of them with something wrong; the last process was gone after {slowest:.2f} s at the latest")
    print(*failures, sep="\n")
    shutil.rmtree(base)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
