"""Forked kernels: quick, fresh, obedient, and gone when they should be."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jupyter_core.utils
import pytest
from jupyter_client.manager import start_new_kernel
from jupyter_client.provisioning import KernelProvisionerFactory

from helpers.running.kernels.parent import warm_parent
from helpers.running.kernels.provisioner import _CHOICE, NAME, warm_kernels
from helpers.running.runs import Run, RunError, execute
from running.launched import tiny_study

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kernels are forked where the system can fork")


@pytest.fixture
def say(write_notebook, tmp_path):
    """Run cells in a forked kernel; what they printed."""

    def run(*cells):
        folder = write_notebook("01_say", *(((), cell) for cell in cells))
        with warm_kernels():
            done = execute(Run(folder / "01_say.ipynb", "en", tmp_path / "out.ipynb"))
        return "".join(output.get("text", "") for cell in done.notebook.cells for output in cell.get("outputs", []))

    return run


def alive(pid):
    """Whether a process is there and not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def gone(pids, seconds=5.0):
    end = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def test_a_kernel_is_a_child_of_the_warm_parent_and_has_the_stack_loaded(say):
    said = say("import os, sys\nprint(os.getppid(), 'statsmodels.api' in sys.modules, 'helpers.integration.verdicts' in sys.modules)")
    assert said.split() == [str(warm_parent()._forkserver_pid), "True", "True"]


def test_the_event_loop_of_a_thread_is_closed_with_its_run(write_notebook, tmp_path):
    folder = write_notebook("01_say", ((), "1 + 1"))
    with warm_kernels(), ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            pool.submit(execute, Run(folder / "01_say.ipynb", "en", tmp_path / "out.ipynb")).result()
            assert pool.submit(lambda: jupyter_core.utils._loop.get().is_closed()).result()


def test_the_parent_opens_the_study_for_its_kernels_until_a_file_changes(write_notebook, tmp_path):
    study = tiny_study(tmp_path / "tiny")
    cell = """from helpers import open_study
from helpers.data import opening
kept = [path.name for path in opening._KEPT]
first, second = open_study(study_dir, language=language), open_study(study_dir, language=language)
print(kept, list(opening._KEPT), first is second, first.language, len(first.responses))"""
    folder = write_notebook("01_open", ((), cell))
    # In a process of its own, whose parent of kernels is not there yet.
    ours = f"""
from pathlib import Path
from helpers.running.kernels.parent import load_kernels
from helpers.running.kernels.provisioner import warm_kernels
from helpers.running.runs import Run, execute
study = Path({str(study)!r})
load_kernels(study)
with warm_kernels():
    for language in ("de", "en"):
        done = execute(Run(Path({str(folder)!r}) / "01_open.ipynb", language, Path({str(tmp_path)!r}) / "out.ipynb", {{"study_dir": str(study)}}))
        print(done.notebook.cells[-1].outputs[0].text, end="")
        (study / "answers.csv").write_text("club,likes,why\\nclub1,y,\\n")
    (study / "study.yaml").write_text("title: [")
    (study / "levels.csv").unlink()
    try:
        execute(Run(Path({str(folder)!r}) / "01_open.ipynb", "de", Path({str(tmp_path)!r}) / "out.ipynb", {{"study_dir": str(study)}}))
    except Exception as error:
        print("levels.csv" in str(error), "study.yaml" in str(error))
"""
    ran = subprocess.run([sys.executable, "-c", ours], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["['tiny'] [] False de 12", "['tiny'] [] False en 1", "True True"]


def test_every_kernel_begins_afresh(say):
    cell = "import numpy as np, random, helpers\nprint(hasattr(helpers, 'mark'), np.random.random(), random.random())\nhelpers.mark = 1"
    first, second = say(cell).split(), say(cell).split()
    assert first[0] == second[0] == "False"
    assert first[1] != second[1] and first[2] != second[2]


def test_the_choice_of_kernel_stays_in_this_process(say):
    assert say(f"import os\nprint({_CHOICE!r} in os.environ, os.environ['OMP_NUM_THREADS'])").split() == ["False", "1"]
    assert _CHOICE not in os.environ and KernelProvisionerFactory.instance().default_provisioner_name != NAME


def test_a_kernel_runs_in_the_notebooks_folder_and_imports_from_there(say, tmp_path):
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    (tmp_path / "notebooks" / "beside.py").write_text("here = 'beside the notebook'\n")
    assert say("import beside, pathlib\nprint(beside.here, pathlib.Path.cwd().name)") == "beside the notebook notebooks\n"


def test_figures_of_pyplot_are_shown_in_the_notebook(write_notebook, tmp_path):
    folder = write_notebook("01_plot", ((), "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"))
    with warm_kernels():
        done = execute(Run(folder / "01_plot.ipynb", "en", tmp_path / "out.ipynb"))
    assert [list(output["data"]) for output in done.notebook.cells[-1]["outputs"]] == [["image/png", "text/plain"]]


def test_a_notebook_may_start_processes_of_its_own(say):
    assert say("import multiprocessing as m\nwith m.get_context('forkserver').Pool(1) as pool:\n    print(pool.apply(abs, (-3,)))") == "3\n"


def test_a_kernel_can_be_interrupted_and_killed():
    with warm_kernels():
        manager, client = start_new_kernel()
    try:
        client.execute("import time\ntime.sleep(60)")
        time.sleep(0.5)
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=10)
        assert reply["content"]["ename"] == "KeyboardInterrupt"
    finally:
        pid = manager.provisioner.pid
        manager.shutdown_kernel(now=True)
        client.stop_channels()
    assert gone([pid], 1) == []


def test_a_cell_that_hangs_is_ended_at_the_time_limit(write_notebook, tmp_path):
    folder = write_notebook("01_hung", ((), "import time\ntime.sleep(60)"))
    with warm_kernels(), pytest.raises(RunError, match=r"01_hung \(en\).* longer than "):
        execute(Run(folder / "01_hung.ipynb", "en", tmp_path / "out.ipynb", time_limit=1))


def test_a_kernel_that_dies_fails_its_run_and_the_next_one_succeeds(say, write_notebook, tmp_path):
    folder = write_notebook("02_dies", ((), "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    with warm_kernels(), pytest.raises(RunError, match=r"02_dies \(en\)"):
        execute(Run(folder / "02_dies.ipynb", "en", tmp_path / "died.ipynb"))
    assert say("print('well')") == "well\n"


def test_after_the_death_of_the_warm_parent_there_is_a_new_one(say):
    before = int(say("import os\nprint(os.getppid())"))
    os.kill(before, signal.SIGKILL)
    assert gone([before]) == []
    assert int(say("import os\nprint(os.getppid())")) != before


RUNNER = """
    import sys
    from pathlib import Path
    from helpers.running.kernels.provisioner import warm_kernels
    from helpers.running.runs import Run, execute
    with warm_kernels():
        execute(Run(Path(sys.argv[1]), "en", Path(sys.argv[2])))
"""
BUSY = """
    import os, pathlib, subprocess
    child = subprocess.Popen(["sleep", "60"])
    pathlib.Path({pids!r}).write_text(f"{{os.getpid()}} {{os.getppid()}} {{child.pid}} ")
    sum(range(10**12))
"""


@pytest.mark.parametrize("whom", ["runner", "warm parent"])
def test_no_process_outlives_its_runner_or_its_parent(whom, write_notebook, tmp_path):
    pids = tmp_path / "pids"
    folder = write_notebook("01_busy", ((), textwrap.dedent(BUSY.format(pids=str(pids)))))
    runner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(RUNNER), str(folder / "01_busy.ipynb"), str(tmp_path / "out.ipynb")], stderr=-3)
    try:
        end = time.monotonic() + 120  # nothing is warm yet, and a busy machine takes half a minute to load everything
        while not (pids.exists() and pids.read_text().endswith(" ")) and runner.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        kernel, parent, child = map(int, pids.read_text().split())
        os.kill(runner.pid if whom == "runner" else parent, signal.SIGKILL)
        assert gone([kernel, parent, child]) == []
    finally:
        runner.kill()
        runner.wait()
