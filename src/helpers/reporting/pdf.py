"""PDF: a finished report on paper, printed by the Chromium of this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from helpers.data.problems import Problem, StudyError

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_ON_A_MAC = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
_PRINT = ("--headless", "--no-pdf-header-footer", "--export-tagged-pdf", "--generate-pdf-document-outline")
_ALONE = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--no-first-run", "--no-default-browser-check")
_NO_NETWORK = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Without it the file would name the operating system of whoever printed it.
_NAME = "--user-agent=Chromium"
_STAMP = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


class PrintError(RuntimeError):
    """Chromium did not print the page; the message says what it told."""


def find_chromium() -> Path:
    """Where Chromium is on this machine.

    Returns
    -------
    Path

    Raises
    ------
    StudyError
        If there is none.
    """
    found = next((path for name in (*CHROMIUM_NAMES, *_ON_A_MAC) if (path := shutil.which(name))), None)
    if found is None:
        what = "the report is printed by Chromium, and this machine has none"
        remedy = "Install Chromium, or run without --pdf and print the HTML report from any browser."
        raise StudyError([Problem("--pdf", what, ", ".join(CHROMIUM_NAMES), remedy)])
    return Path(found)


def print_pdf(html: Path, pdf: Path, *, seconds: float = 120.0) -> None:
    """Print a page as it looks on paper: tagged, with bookmarks from its headings, its title and its language.

    The same page gives the same bytes with the same Chromium and the same fonts; the file bears no date.

    Parameters
    ----------
    html : Path
        A page that needs no other file.
    pdf : Path
        Where the print goes; it is whole or not there.
    seconds : float
        How long Chromium may take.

    Raises
    ------
    StudyError
        If there is no Chromium.
    PrintError
        If it fails, takes too long or writes no PDF.
    """
    chromium = find_chromium()
    with tempfile.TemporaryDirectory(prefix="print-", ignore_cleanup_errors=True) as scratch:
        printed = Path(scratch) / "page.pdf"
        # Chromium refuses to start as root inside its sandbox, as in containers.
        sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        options = [*_PRINT, *_ALONE, *_NO_NETWORK, *sandbox, _NAME, f"--user-data-dir={scratch}/profile", f"--print-to-pdf={printed}"]
        said = _run([str(chromium), *options, html.resolve().as_uri()], html.name, seconds, Path(scratch) / "said.txt")
        content = printed.read_bytes() if printed.is_file() else b""
    if not (content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")):
        raise PrintError(f"{html.name}: Chromium wrote no PDF. It said: {said or 'nothing'}")
    pdf.write_bytes(_STAMP.sub(rb"\g<1>19800101000000", content))


def _run(command: list[str], name: str, seconds: float, told: Path) -> str:
    """Run Chromium to its end, and return what it said; into a file, as its helpers would keep a pipe open after it was stopped."""
    with told.open("wb") as sink:
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            raise PrintError(f"{name}: Chromium was still printing after {seconds:g} seconds and was stopped") from None
    said = told.read_text(encoding="utf-8", errors="replace").strip()[-300:]
    if done.returncode:
        raise PrintError(f"{name}: Chromium ended with code {done.returncode}. It said: {said or 'nothing'}")
    return said
