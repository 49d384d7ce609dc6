"""A real cluster: a Dask scheduler and workers as processes over TCP, some of which are killed; and Slurm, where it is installed."""

import csv
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from distributed import Client

from conftest import ROOT, public_files
from helpers.running import executors
from helpers.running.cases import read_grid
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, RUN_FAILED
from helpers.running.executors import SchedulerError, executor
from helpers.running.kernels.parent import warm_parent
from helpers.running.sweep import attempts, run_sweep
from running.launched import stand_in, tiny_study

DEMO = ROOT / "data" / "demo"
DASK = [sys.executable, "-m", "dask.__main__"]
SLURM = ("munged", "slurmctld", "slurmd", "srun")
NOTE = """import os, time
with open({noted!r}, 'a') as file:
    file.write(f"{{seed}} {{os.getpid()}}\\n")
time.sleep(0.2)"""
PUBLISH = """from IPython.display import display
item = {"kind": "table", "anchor": "tiny-draws", "language": language, "html": ""}
cells = {"columns": ["mean", "measure"], "data": [[seed / 4, os.environ.get("SLURM_JOB_ID", "")]]}
display({"application/vnd.cluster-study.published+json": {**item, "cells": cells}}, raw=True)"""
THROUGH_THE_DOOR = """import pandas as pd
from helpers import open_study
from helpers.reporting.publish import publish_table
study = open_study(study_dir, language=language)
rows = {"question": "likes", "answer": ["y", "n"], "count": [6, 6], "n": 12, "share": 0.5}
publish_table(study, pd.DataFrame(rows), "response.ledger")"""


@contextmanager
def running(*command, **more):
    """A process in a group of its own; ended with all that it started."""
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, **more)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(what, seconds=60.0):
    """Wait for something to become true; what it is in the end."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


@contextmanager
def scheduler(folder, **more):
    """A Dask scheduler on a free port: its address and its process."""
    file = folder / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
    with running(*DASK, "scheduler", *options, cwd=folder, **more) as process:
        assert until(file.is_file)
        yield until(lambda: json.loads(file.read_text() or "{}").get("address")), process


def worker(address, folder):
    """A worker without a nanny, which would start it anew: what is killed is gone."""
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder)]
    return running(*DASK, "worker", address, *options, cwd=folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """The address of a scheduler with one worker."""
    folder = tmp_path_factory.mktemp("cluster")
    with scheduler(folder) as (address, _), worker(address, folder) as process:
        yield address
        assert process.poll() is None


@pytest.fixture
def tiny(write_notebook, tmp_path):
    """A plan of so many runs, and what they noted: seed and process of the kernel."""
    noted = tmp_path / "noted"

    def plan(count, *cells):
        folder = write_notebook("01_tiny", ((), NOTE.format(noted=str(noted))), *cells, (["publish"], PUBLISH))
        (tmp_path / "tiny.yaml").write_text(json.dumps({"notebook": "01_tiny", "study": str(DEMO), "grid": {"seed": {"from": 1, "to": count}}}))
        return read_grid(tmp_path / "tiny.yaml", notebooks=folder)

    plan.noted = lambda: [tuple(map(int, line.split())) for line in noted.read_text().splitlines()] if noted.exists() else []
    return plan


def alive(pid):
    """Whether a process is there and not merely waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def column(swept, name):
    return [row[name] for row in csv.DictReader((swept.folder / "tiny-draws.csv").open(encoding="utf-8"))]


def test_a_worker_killed_in_the_middle_costs_its_run_a_retry_and_not_the_sweep(cluster, tiny, tmp_path):
    plan, told = tiny(10), []
    with worker(cluster, tmp_path) as doomed:

        def kill(progress):
            told.append(progress)
            if progress.done == 4:
                os.kill(doomed.pid, signal.SIGKILL)

        with Client(cluster) as client:
            client.wait_for_workers(2)
        swept = run_sweep(plan, scheduler=cluster, outputs=tmp_path / "outputs", tell=kill)
        assert doomed.wait() == -signal.SIGKILL
    assert not swept.failed and told[-1].done == 10
    assert [float(mean) for mean in column(swept, "mean")] == [seed / 4 for seed in range(1, 11)]
    ran = tiny.noted()
    assert {seed for seed, _ in ran} == set(range(1, 11)) and len(ran) <= 11
    assert until(lambda: not any(alive(kernel) for _, kernel in ran), 5.0)


def test_a_worker_lost_while_the_workers_get_ready_costs_nothing(cluster, tiny, tmp_path):
    with worker(cluster, tmp_path) as doomed:
        with Client(cluster) as client:
            client.wait_for_workers(2)
        os.kill(doomed.pid, signal.SIGSTOP)  # so that the others wait for it
        threading.Timer(1.0, doomed.kill).start()
        swept = run_sweep(tiny(2), scheduler=cluster, outputs=tmp_path / "outputs")
        assert doomed.wait() == -signal.SIGKILL
    assert not swept.failed and len(tiny.noted()) == 2


def test_a_run_that_fails_there_fails_once(cluster, tiny, tmp_path):
    swept = run_sweep(tiny(3, ((), "if seed == 2: 1 / 0")), scheduler=cluster, outputs=tmp_path / "outputs")
    assert [(case.values, error) for case, error in swept.failed] == [({"seed": 2}, "01_tiny (en), cell 6: ZeroDivisionError: division by zero")]
    assert sorted(seed for seed, _ in tiny.noted()) == [1, 2, 3]
    assert (swept.folder / "failed" / "2.ipynb").is_file()


@pytest.mark.parametrize("window", [1, 8])
def test_a_scheduler_that_is_lost_ends_the_sweep(tiny, tmp_path, window):
    runs = ((place, case.run) for place, case in enumerate(tiny(8).cases))
    with scheduler(tmp_path) as (address, process), pytest.raises(SchedulerError, match="the scheduler is gone"), executor(1, address) as pool:
        threading.Timer(0.3, process.kill).start()
        list(attempts(runs, pool, window=window))


@pytest.fixture
def report(write_notebook, tmp_path, monkeypatch, capfd):
    """Write a notebook with a cell; what makes the report of a small study of it: exit code, stderr, and what is published."""
    study = tiny_study(tmp_path / "small")
    stand_in(tmp_path / "notebooks", tmp_path / "outputs", monkeypatch.setattr)

    def write(cell):
        write_notebook("01_tiny", ((), cell), (["publish"], THROUGH_THE_DOOR))
        return run

    def run(*words):
        code = main(["run", str(study), "--fresh", *words])
        return code, capfd.readouterr().err, public_files(tmp_path / "outputs" / "small" / "latest" / "public")

    return write


def test_a_report_is_the_same_wherever_its_runs_are_done(cluster, report, tmp_path):
    note = f"import os\nwith open({str(tmp_path / 'parents')!r}, 'a') as file:\n    _ = file.write(f'{{os.getppid()}} ')"
    run = report(note)
    here, there = run(), run("--scheduler", cluster)
    assert here == there and here[:2] == (DONE, "")
    assert {"report-de.html", "report-en.html", "tables/response-ledger-en.csv"} <= set(there[2])
    first, second, third, fourth = (tmp_path / "parents").read_text().split()
    assert first == second == str(warm_parent()._forkserver_pid) and third == fourth != first


def test_a_report_fails_there_as_it_does_here(cluster, report):
    whole = report("1 + 1")()[2]
    run = report("1 / 0")
    here, there = run(), run("--scheduler", cluster)
    assert sorted(here[1].splitlines()) == sorted(there[1].splitlines()) and "01_tiny (de), cell 5: ZeroDivisionError" in there[1]
    assert (there[0], there[2]) == (RUN_FAILED, whole)


def test_a_run_of_which_workers_die_ends_the_report(report, tmp_path):
    once = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with scheduler(tmp_path, env=once) as (address, _), worker(address, tmp_path) as doomed:
        code, said, _ = report(f"import os, signal\nos.kill({doomed.pid}, signal.SIGKILL)")("--scheduler", address)
        assert (code, doomed.wait()) == (RUN_FAILED, -signal.SIGKILL)
    assert said.startswith("a run was begun 1 times, and its worker died of it every time.") and said.endswith("The last good report stays.\n")


def test_a_scheduler_that_is_lost_ends_the_report(report, tmp_path):
    begun = tmp_path / "begun"
    run = report(f"import pathlib, time\npathlib.Path({str(begun)!r}).touch()\ntime.sleep(5)")
    with scheduler(tmp_path) as (address, process), worker(address, tmp_path):
        threading.Thread(target=lambda: until(begun.exists) and process.kill()).start()
        code, said, _ = run("--scheduler", address)
    assert (code, said) == (RUN_FAILED, "the scheduler is gone. The last good report stays.\n")


@pytest.fixture
def another_code(monkeypatch):
    """This process has loaded other helpers than a worker will."""
    monkeypatch.setattr(executors, "code_hash", lambda notebooks: "another")
    executors._loaded_code.cache_clear()
    yield
    executors._loaded_code.cache_clear()


def test_workers_with_other_helpers_are_refused(cluster, another_code):
    with Client(cluster) as client:
        client.wait_for_workers(1)
    with pytest.raises(SchedulerError, match="has loaded other helpers than this machine"), executor(1, cluster):
        pass


def test_a_worker_with_other_helpers_that_comes_later_does_not_start(another_code, tmp_path):
    with scheduler(tmp_path) as (address, _), executor(1, address) as pool:
        run = pool.submit(os.getpid)
        with worker(address, tmp_path) as late:
            assert late.wait(60) is not None and not run.done()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "somewhere", "tcp://"])
def test_a_scheduler_that_does_not_answer_is_told_within_the_time_limit(monkeypatch, address):
    monkeypatch.setattr(executors, "ANSWER", 1.0)
    started = time.monotonic()
    with pytest.raises(SchedulerError, match=f"no Dask scheduler answers at {address} within 1 s.*Allowed: an address such as"), executor(1, address):
        pass
    assert time.monotonic() - started < 15


def test_without_dask_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SchedulerError, match="install the project with its extra"), executor(1, "tcp://127.0.0.1:1"):
        pass


def test_dask_is_not_imported_where_it_is_not_asked_for():
    code = "import sys, helpers.running.cli, helpers.running.sweep\nprint('distributed' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def free_ports(count):
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


CONFIGURATION = """ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A Slurm of one node, with a key, ports and folders of its own."""
    missing = [name for name in SLURM if not shutil.which(name)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian's slurm-wlm and munge)")
    if os.geteuid():
        pytest.skip("Slurm's own processes need to be started as root")
    host = socket.gethostname().split(".")[0]
    key, file = tmp_path / "munge.key", tmp_path / "slurm.conf"
    key.touch(0o600)
    key.write_bytes(secrets.token_bytes(1024))
    for name in ("state", "spool"):
        (tmp_path / name).mkdir()
    file.write_text(CONFIGURATION.format(host=host, ports=free_ports(2), folder=tmp_path))
    own = {name: tmp_path / f"munge.{name}" for name in ("socket", "pid", "seed", "log")}
    munge = ["--force", "--foreground", f"--key-file={key}", f"--socket={own['socket']}", f"--pid-file={own['pid']}"]
    monkeypatch.setenv("SLURM_CONF", str(file))
    with running("munged", *munge, f"--seed-file={own['seed']}", f"--log-file={own['log']}"):
        assert until(own["socket"].exists, 10)
        with running("slurmctld", "-D", "-c", "-f", file), running("slurmd", "-D", "-c", "-N", host, "-f", file):
            assert until(lambda: subprocess.run(["srun", "--immediate=1", "true"], capture_output=True).returncode == 0, 20)
            yield file


def test_the_workers_may_be_tasks_of_a_slurm_job(slurm, tiny, tmp_path):
    with scheduler(tmp_path) as (address, _):
        options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
        with running("srun", "--ntasks=2", "--cpus-per-task=1", "--job-name=sweep", *DASK, "worker", address, *options, cwd=tmp_path):
            swept = run_sweep(tiny(6), scheduler=address, outputs=tmp_path / "outputs")
            told = subprocess.check_output(["squeue", "--noheader", "--name=sweep", "--format=%i %t %C"], text=True).split()
    assert not swept.failed
    assert [float(mean) for mean in column(swept, "mean")] == [seed / 4 for seed in range(1, 7)]
    assert set(column(swept, "measure")) == {told[0]} and told[1:] == ["R", "2"]
    assert until(lambda: not any(alive(kernel) for _, kernel in tiny.noted()), 5.0)
