"""``study`` with other notebooks and outputs, as a process of its own with a mark by which all that it starts is found.

Run as ``python launched.py NOTEBOOKS OUTPUTS WORD ...``.
"""

import functools
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

MARK = "STUDY_TEST_MARK"
TINY = {
    "study.yaml": """title: {de: Klein, en: Small}
synthetic: true
place: {de: hier, en: here}
units: {de: Vereine, en: clubs}
instrument: {de: Befragung, en: survey}
fieldwork: {start: 2026-01-01, end: 2026-01-02}
files: {responses: answers.csv, reader: csv}
roles: {unit: club}
""",
    "codebook.csv": """name,code,type,set,unit,low,high,label_de,label_en,sensitivity
club,club,text,,,,,Verein,Club,identifier
likes,likes,single,,,,,Gefällt es?,Do you like it?,open
why,why,text,,,,,Warum?,Why?,free
""",
    "levels.csv": "variable,code,order,label_de,label_en,missing\nlikes,y,1,ja,yes,\nlikes,n,2,nein,no,\n",
    "answers.csv": "club,likes,why\n" + "".join(f"club{number},{'yn'[number % 2]},because of reason {number}\n" for number in range(12)),
}


def tiny_study(folder):
    """A study of twelve answers, for what does not depend on a study."""
    folder.mkdir()
    for name, text in TINY.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def stand_in(notebooks, outputs, replace=setattr):
    """Let the command work on these folders; `replace` sets an attribute of a module."""
    from helpers.running import builds, report

    replace(builds, "OUTPUTS", Path(outputs))
    replace(report, "Order", functools.partial(report.Order, notebooks=Path(notebooks), outputs=Path(outputs)))


class Marked:
    """A process, and all that it starts."""

    def __init__(self, *command):
        self.mark = f"{MARK}={secrets.token_hex(8)}".encode()
        name, value = self.mark.decode().split("=")
        self.process = subprocess.Popen(
            list(map(str, command)),
            env={**os.environ, name: value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def living(self):
        """All its processes that live, and the process that started each."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark in (folder / "environ").read_bytes().split(b"\0"):
                    state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
                    if state not in "ZX":
                        found[int(folder.name)] = int(parent)
            except OSError:
                continue
        return found

    def left_after(self, seconds):
        """The processes that still live after so long, at the latest."""
        end = time.monotonic() + seconds
        while (living := self.living()) and time.monotonic() < end:
            time.sleep(0.05)
        return living

    def finish(self):
        """Exit code, stdout and stderr; whatever is left of it is ended."""
        try:
            stdout, stderr = self.process.communicate(timeout=60)
        finally:
            for number in self.living():
                os.kill(number, signal.SIGKILL)
        return self.process.returncode, stdout, stderr


class Launched(Marked):
    """The command at work."""

    def __init__(self, notebooks, outputs, *words):
        super().__init__(sys.executable, __file__, notebooks, outputs, *words)

    def warm_parent(self):
        """The one that forks kernels, if it lives."""
        servers = [number for number, parent in self.living().items() if parent == self.process.pid and b"forkserver" in _command(number)]
        return servers[0] if servers else None

    def kernel(self):
        """A kernel that lives, if there is one."""
        server = self.warm_parent()
        kernels = [number for number, parent in self.living().items() if server and parent == server]
        return kernels[0] if kernels else None

    def wait_for(self, find, seconds=120.0):
        """What is found, as soon as there is something; None where the command ends before."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            if found := find():
                return found
            time.sleep(0.01)
        return None


VICTIMS = {"runner": lambda launched: launched.process.pid, "kernel": Launched.kernel, "warm parent": Launched.warm_parent}


def kill(launched, victim, delay, number=signal.SIGKILL):
    """A signal to the runner, to one of its kernels or to their parent, so long after it is there; whether it was in time."""
    found = launched.wait_for(lambda: VICTIMS[victim](launched))
    if found is None:
        return False
    time.sleep(delay)
    try:
        os.kill(found, number)
    except ProcessLookupError:
        return False
    return True


def whole(report):
    """Whether a report is as its manifest says that it was written, and nothing else lies there."""
    from helpers.running.manifest import tree_hashes

    written = json.loads((report / "internal" / "manifest.json").read_text(encoding="utf-8"))
    return bool(written["public"]) and written["public"] == tree_hashes(report / "public")


def _command(number):
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    from helpers.running.cli import main

    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background has it ignored
    stand_in(sys.argv[1], sys.argv[2])
    sys.exit(main(sys.argv[3:]))
