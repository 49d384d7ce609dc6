"""Stack: what a kernel is forked with; importing this module loads it all.

Only the parent of the kernels imports it. Whatever it loads is loaded once, and every kernel begins with it in a state of its own.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
from contextlib import suppress
from pathlib import Path

import helpers
from helpers.data.opening import keep_open
from helpers.data.problems import StudyError
from helpers.running.fingerprints import study_files
from helpers.running.kernels.parent import STUDY

# What the helpers import only where they use it, what a kernel needs to be one, and what is called in a fork.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "sqlite3",
    "tornado.platform.asyncio",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "statsmodels.formula.api",
    "formulaic",
    "openpyxl",
    "docx",
    "babel.numbers",
    "helpers.running.binding",
)
# What no kernel of a report needs; the coding desk brings widgets, which are slow to load.
LEFT_OUT = ("helpers.running", "helpers.workbench.desk")


def load() -> None:
    """Import the libraries and every room, but what is left out; what cannot be imported is left for the notebook that needs it to say."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the debugger would complain of the interpreter on stderr, in every run
    rooms = [module.name for module in pkgutil.walk_packages(helpers.__path__, "helpers.") if not module.name.startswith(LEFT_OUT)]
    for name in (*LIBRARIES, *rooms):
        with suppress(Exception):
            importlib.import_module(name)
    with suppress(Exception):
        rehearse()
    if folder := os.environ.pop(STUDY, ""):
        with suppress(Exception):  # what is wrong with it is told by whoever needs it
            keep(Path(folder))
    gc.collect()
    gc.freeze()  # the kernels leave these objects alone, and share their memory


def rehearse() -> None:
    """What is read from disk when it is first used: words, number formats, letters."""
    from helpers.data.languages import LANGUAGES
    from helpers.reporting.charts.canvas import Canvas
    from helpers.reporting.charts.svg import body
    from helpers.reporting.wording import Wording, entries

    letters = "".join(sorted({letter for versions in entries().values() for text in versions.values() for letter in text}))
    for language in LANGUAGES:
        canvas = Canvas(400, wording=Wording(language))
        for bold in (False, True):
            canvas.text(0, 10, Wording(language).percent(0.5) + str(canvas.measure(letters, bold=bold)))
        body(canvas.close())


def keep(folder: Path) -> None:
    """Open the study that the notebooks will open."""

    def state() -> list[tuple[str, int, int]]:
        return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in study_files(folder)]

    before = state()

    def unchanged() -> bool:
        try:
            return state() == before
        except (OSError, StudyError):  # whoever reads the files anew tells all that is wrong
            return False

    keep_open(folder, unchanged=unchanged)


load()
