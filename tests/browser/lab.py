"""A real JupyterLab in a real browser, with nothing of this machine's settings."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

PATIENCE = 60  # seconds; a busy machine takes its time to start JupyterLab
_PLACES = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}


def wait_until(true, what, patience=PATIENCE):
    """Wait for something that the browser does not tell; fail with what was waited for."""
    for _ in range(patience * 10):
        if true():
            return
        time.sleep(0.1)
    pytest.fail(f"waited {patience} seconds for {what()}")


def parameter(notebook, **values):
    """Write values into a notebook's first cell, in place of its own."""
    for name, value in values.items():
        written = re.sub(rf"^{name} = \S+", lambda _, name=name, value=value: f"{name} = {value!r}", notebook.cells[0].source, flags=re.M)
        assert written != notebook.cells[0].source or f"{name} = {value!r}" in written, f"the notebook has no parameter {name}"
        notebook.cells[0].source = written
    return notebook


@contextmanager
def serve(home, token="lab"):
    """A JupyterLab on a folder; gives what makes the address of one of its notebooks, alone in a workspace."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **{name: str(home / folder) for name, folder in _PLACES.items()}}
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={home}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (home / "lab.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: _answers(f"{address}/api?token={token}"), lambda: f"JupyterLab ({home / 'lab.log'})")
        yield lambda name: f"{address}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _answers(address):
    try:
        with urllib.request.urlopen(address, timeout=1) as reply:
            return reply.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def opened(browser, address):
    """A page on a notebook; ``complaints`` and ``abroad`` collect what the console says and what is asked of other machines."""
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.complaints, page.abroad = [], []
    page.on("console", lambda message: page.complaints.append(message.text) if _complains(message) else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "request", lambda request: page.abroad.append(request.url) if not re.match(r"(http|ws)://127\.0\.0\.1|data:|blob:", request.url) else None
    )
    page.goto(address)
    yield page
    context.close()


def _complains(message):
    """Errors and warnings, but for what JupyterLab itself says when a kernel is restarted, or on a slow machine."""
    return message.type in ("error", "warning") and not re.search(r"debugger state|Connection lost|Plugin .* to activate", message.text)


def menu(page, *labels):
    """Choose from the menu bar."""
    page.click(f'.lm-MenuBar-itemLabel:text-is("{labels[0]}")')
    for label in labels[1:-1]:
        page.hover(f'.lm-Menu-itemLabel:text-is("{label}")')
    page.click(f'.lm-Menu-itemLabel:text-is("{labels[-1]}")')


def wait_for_kernel(page):
    """Wait until a notebook is there and its kernel has nothing to do."""
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector("text=Python 3 (ipykernel) | Idle")
