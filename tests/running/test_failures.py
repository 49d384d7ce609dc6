"""Runs that fail for another reason than a wrong cell: exit code 2, one paragraph, and the last good report untouched."""

import os
import re
import resource
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from conftest import public_files
from helpers.running import binding, failures, leftovers, report
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, RUN_FAILED
from helpers.running.failures import keep_notebooks
from helpers.running.leftovers import PREFIX, remove_abandoned
from running.launched import stand_in, tiny_study


@contextmanager
def tmpfs(place, size="4m"):
    """A small disk in memory."""
    place.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=True)


def may_mount():
    with tempfile.TemporaryDirectory() as place, tmpfs(Path(place)) as mounted:
        return mounted


MOUNTS = bool(shutil.which("mount")) and may_mount()
LEFT = {"for nothing": 0, "for no notebook": 2_500, "for no report": 12_000}
FULL = [("small disk", left) for left in LEFT if MOUNTS] + [("limit on file size", left) for left in LEFT if not MOUNTS or left == "for no report"]


@contextmanager
def full(disk, outputs, left):
    """So many bytes are left: on the disk, or for any one file."""
    if disk == "small disk":
        filler = outputs / "filler"
        with filler.open("wb") as file:
            file.write(bytes(max(shutil.disk_usage(outputs).free - left, 0)))
        yield
        filler.unlink()
    else:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (left, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def study(write_notebook, tmp_path, monkeypatch, capsys):
    """Run ``study run tiny --fresh`` on a report of one small notebook, and perhaps a second; exit code and stderr."""
    folder = write_notebook("01_good", ((), "1 + 1"))
    tiny_study(tmp_path / "tiny")
    stand_in(folder, tmp_path / "outputs", monkeypatch.setattr)

    def run(*cells, words=()):
        (folder / "02_bad.ipynb").unlink(missing_ok=True)
        if cells:
            write_notebook("02_bad", *(((), cell) for cell in cells))
        code = main(["run", str(tmp_path / "tiny"), "--fresh", *words])
        return code, capsys.readouterr().err

    return run


@pytest.fixture
def fails(study, tmp_path, tmp_path_factory):
    """Make a run fail where there is a good report; what was said."""
    good = tmp_path_factory.getbasetemp() / "good"

    def run(*cells, words=(), when=None):
        home = tmp_path / "outputs" / "tiny"
        if not good.exists():
            assert study()[0] == DONE
            shutil.copytree(home, good, symlinks=True)
        elif not home.exists():
            shutil.copytree(good, home, symlinks=True)
        whole = public_files(home / "latest")
        build = (home / "latest").resolve()
        if when:
            with when:
                code, said = study(*cells, words=words)
        else:
            code, said = study(*cells, words=words)
        assert code == RUN_FAILED
        assert "Traceback" not in said and "he last good report stays" in said
        assert public_files(home / "latest") == whole and (home / "latest").resolve() == build
        assert [path.name for path in (home / "builds").iterdir()] == [build.name]
        assert not [path.name for path in home.iterdir() if path.name not in {".lock", "builds", "latest", "runs"}]
        return said

    return run


@pytest.mark.parametrize(("disk", "left"), FULL)
def test_a_full_disk(disk, left, fails, study, tmp_path):
    outputs = tmp_path / "outputs"
    with tmpfs(outputs) if disk == "small disk" else nullcontext():
        alone = [] if disk == "small disk" else ["--jobs", "1"]  # the limit is this process's, and forks would be of one without
        said = fails(when=full(disk, outputs, LEFT[left]), words=alone)
        assert "The disk is full, or a limit on it is reached: make room" in said
        assert len(said.splitlines()) == 1
        assert study()[0] == DONE


def test_outputs_that_cannot_be_written(fails, study, tmp_path):
    @contextmanager
    def closed():
        """For root, who may write anywhere, only a disk mounted for reading is closed."""
        if os.geteuid():
            (outputs / "tiny").chmod(0o500)
            yield
            (outputs / "tiny").chmod(0o700)
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(outputs)], check=True)
            yield
            subprocess.run(["mount", "-o", "remount,rw", str(outputs)], check=True)

    outputs = tmp_path / "outputs"
    with nullcontext() if os.geteuid() else tmpfs(outputs):
        if os.geteuid() == 0 and not MOUNTS:
            pytest.skip("this root may not mount a disk")
        said = fails(when=closed())
        assert "It may not be read or written" in said and str(outputs / "tiny") in said
        assert study()[0] == DONE


def test_a_file_in_the_place_of_the_outputs(study, tmp_path):
    (tmp_path / "outputs").write_text("not a folder")
    code, said = study()
    assert code == RUN_FAILED
    assert "A file stands where a folder belongs" in said and "Traceback" not in said
    (tmp_path / "outputs").unlink()
    assert study()[0] == DONE


def test_outputs_that_vanish_in_the_middle(study, tmp_path):
    assert study()[0] == DONE
    code, said = study(f"import shutil\nshutil.rmtree({str(tmp_path / 'outputs')!r})")
    assert code == RUN_FAILED
    assert "Traceback" not in said and "It vanished while it was used" in said
    assert study()[0] == DONE


STUBBORN = """import time
while True:
    try:
        time.sleep(1)
    except KeyboardInterrupt:
        pass"""


@pytest.mark.parametrize(
    "cells",
    [["import time\ntime.sleep(60)"], [STUBBORN], ["import time\ntime.sleep(0.15)"] * 40],
    ids=["a cell that hangs", "a cell that cannot be interrupted", "many short cells"],
)
def test_a_notebook_that_takes_too_long_is_ended_and_named(cells, fails, tmp_path):
    marked = [f"import os\nwith open({str(tmp_path / 'kernels')!r}, 'a') as file:\n    _ = file.write(f'{{os.getpid()}} ')", *cells]
    said = fails(*marked, words=["--time-limit", "1.5", "--language", "en"])
    assert re.search(r"02_bad \(en\), cell \d+: the notebook took longer than the 1.5 s that it may take, and was ended", said)
    assert "--time-limit SECONDS" in said
    assert (tmp_path / "outputs/failed/tiny/02_bad-en.ipynb").is_file()
    assert not [number for number in (tmp_path / "kernels").read_text().split() if Path(f"/proc/{number}").exists()]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "the kernel was killed. Where nobody did so, the memory was not enough"),
        ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33))\nlarge = bytearray(2**34)", "MemoryError"),
    ],
    ids=["killed by the system", "refused by the system"],
)
def test_a_kernel_without_memory(cell, told, fails):
    said = fails(cell)
    for language in ("de", "en"):
        assert f"02_bad ({language}), cell 5: {told}" in said


def test_an_error_of_the_program_is_kept_in_a_log_without_answers(fails, tmp_path, monkeypatch):
    secret = "because of reason 7"

    def bind_page(*given, **more):
        raise KeyError(secret)

    log = tmp_path / "outputs/failed/tiny/error.log"
    with monkeypatch.context() as broken:
        assert "the last" in fails("1 / 0").lower()
        broken.setattr(binding, "bind_page", bind_page)
        said = fails(words=["--jobs", "1"])
    assert said.startswith("tiny: KeyError in test_failures.py, line ") and str(log) in said
    assert secret not in said and len(said.splitlines()) == 1
    assert "in make_report" in log.read_text() and "KeyError: '[withheld]'" in log.read_text()


def test_an_error_of_the_program_keeps_no_message_where_the_answers_are_not_known(study, tmp_path, monkeypatch):
    def open_nothing(*given, **more):
        raise KeyError("Erika Mustermann")

    monkeypatch.setattr(report, "open_study", open_nothing)
    monkeypatch.setattr(failures, "open_study", open_nothing)
    code, said = study()
    log = (tmp_path / "outputs/failed/tiny/error.log").read_text()
    assert code == RUN_FAILED
    assert "in make_report" in log and log.endswith("KeyError\n") and "Mustermann" not in log.replace('KeyError("Erika Mustermann")', "") + said


def test_notebooks_that_cannot_be_kept_are_not_half_kept(tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "01_good.ipynb").write_text("{}")
    (tmp_path / "made" / "02_bad.ipynb").symlink_to(tmp_path / "nowhere")  # cannot be copied, whatever there is room for
    kept = tmp_path / "failed" / "tiny"
    assert keep_notebooks(tmp_path / "made", kept) == f"The notebooks could not be kept in {kept}."
    assert not kept.exists()
    (tmp_path / "made" / "02_bad.ipynb").unlink()
    assert keep_notebooks(tmp_path / "made", kept) == f"The notebooks are in {kept}."
    assert [path.name for path in kept.iterdir()] == ["01_good.ipynb"]


def test_sockets_of_a_killed_runner_are_removed_and_those_of_a_living_one_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    names = [f"{PREFIX}{ended.pid}-a_b1", f"{PREFIX}{os.getpid()}-ab", f"{PREFIX}x-ab", "another"]
    for name in names:
        (tmp_path / name).mkdir()
    remove_abandoned()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[1:])
