"""Stack: what a kernel is forked with; importing this module loads it all.

Only the parent of the kernels imports it. Whatever it loads is loaded once, and every kernel begins with it in a state of its own.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
from contextlib import suppress

import helpers

# What the helpers import only where they use it, and what a kernel needs to be one.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "ipykernel.zmqshell",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "statsmodels.formula.api",
    "formulaic",
    "seaborn",
    "openpyxl",
    "docx",
    "babel.numbers",
)


def load() -> None:
    """Import the libraries and every room but `running`; what cannot be imported is left for the notebook that needs it to say."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the debugger would complain of the interpreter on stderr, in every run
    rooms = [module.name for module in pkgutil.walk_packages(helpers.__path__, "helpers.") if not module.name.startswith("helpers.running")]
    for name in (*LIBRARIES, *rooms):
        with suppress(Exception):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the kernels leave these objects alone, and share their memory


load()
