"""Whatever is killed, and whenever: the last report stays whole, nothing is left running, and the next run succeeds."""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest
from filelock import FileLock

from conftest import public_files
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, RUN_FAILED
from helpers.running.leftovers import PREFIX, remove_abandoned
from running.launched import Launched, kill, stand_in, tiny_study, whole

PATIENCE = 120.0  # seconds that a busy machine may take to start everything
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.fixture
def home(write_notebook, tmp_path, tmp_path_factory, monkeypatch):
    """A study with a good report."""
    stand_in(tmp_path / "notebooks", tmp_path / "outputs", monkeypatch.setattr)
    good = tmp_path_factory.getbasetemp() / "killed"
    if good.exists():
        shutil.copytree(good, tmp_path, symlinks=True, dirs_exist_ok=True)
    else:
        write_notebook("01_slow", ((), "import time\ntime.sleep(0.5)"))
        tiny_study(tmp_path / "tiny")
        assert again(tmp_path) == DONE
        shutil.copytree(tmp_path, good, symlinks=True)
    return tmp_path / "outputs" / "tiny"


def again(tmp_path):
    return main(["run", str(tmp_path / "tiny"), "--fresh"])


def launch(tmp_path, *words):
    return Launched(tmp_path / "notebooks", tmp_path / "outputs", "run", str(tmp_path / "tiny"), "--fresh", *words)


# Seconds after the process is there: the parent of the kernels is there before it has loaded anything, a kernel lives for about a second.
# tests/bench/kills.py does it fifty times at random moments.
@pytest.mark.parametrize(("victim", "delay"), [("runner", 1.0), ("runner", 3.5), ("runner", 5.0), ("kernel", 0.2), ("warm parent", 0.5)])
def test_nothing_remains_of_a_kill_but_the_last_report(victim, delay, home, tmp_path):
    before = public_files(home / "latest" / "public")
    launched = launch(tmp_path)
    in_time = kill(launched, victim, delay)
    launched.process.wait()
    left = launched.left_after(5.0)
    code, _, err = launched.finish()
    assert left == {}
    assert code in ({-signal.SIGKILL} if victim == "runner" else {DONE, RUN_FAILED}) or not in_time
    assert "Traceback" not in err
    assert whole(home / "latest") and public_files(home / "latest" / "public") == before
    assert again(tmp_path) == DONE
    assert whole(home / "latest") and public_files(home / "latest" / "public") == before
    assert len(list((home / "builds").iterdir())) == 1


def test_a_parent_that_is_still_loading_ends_with_its_runner(home, tmp_path):
    launched = launch(tmp_path)

    def in_the_middle():
        parent = launched.warm_parent()
        return parent and "numpy" in Path(f"/proc/{parent}/maps").read_text() and parent

    parent = launched.wait_for(in_the_middle, PATIENCE)
    os.kill(parent, signal.SIGSTOP)  # as deaf as an import of a large library
    os.kill(launched.process.pid, signal.SIGKILL)
    launched.process.wait()
    left = launched.left_after(5.0)
    launched.finish()
    assert left == {}


@pytest.mark.parametrize(("number", "moment"), [(signal.SIGINT, Launched.warm_parent), (signal.SIGTERM, Launched.kernel)])
def test_a_run_that_is_stopped_ends_at_once_and_by_its_signal(number, moment, home, tmp_path):
    before, build = public_files(home / "latest"), (home / "latest").resolve()
    launched = launch(tmp_path, "--log", "json")
    assert launched.wait_for(lambda: moment(launched), PATIENCE)
    stopped = time.monotonic()
    os.kill(launched.process.pid, number)
    launched.process.wait()
    assert time.monotonic() - stopped < 2
    FileLock(home / ".lock").acquire(timeout=0).lock.release()
    left = launched.left_after(5.0)
    code, out, err = launched.finish()
    assert (left, code) == ({}, -number)
    assert err == "tiny: stopped before the end. The last good report stays.\n"
    ended = json.loads(out.splitlines()[-1])
    assert (ended["event"], ended["outcome"], ended["exit_code"]) == ("ended", "stopped", 128 + number)
    assert public_files(home / "latest") == before and [path.resolve() for path in (home / "builds").iterdir()] == [build]
    remove_abandoned()
    assert not list(Path(tempfile.gettempdir()).glob(f"{PREFIX}{launched.process.pid}-*"))
