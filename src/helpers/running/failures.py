"""Failures: what is kept of a failed report for those who look for the cause; internal, and never more than the last time of each study."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Mapping
from pathlib import Path

from helpers.data.opening import open_study
from helpers.data.study import Study

LOG = "error.log"


def failed_folder(outputs: Path, study: str) -> Path:
    """Where it is kept."""
    return outputs / "failed" / study


def keep_notebooks(notebooks: Path, kept: Path) -> str:
    """Keep the notebooks of a failed report in the place of those of the last; a sentence that says where, or why not."""
    shutil.rmtree(kept, ignore_errors=True)
    try:
        shutil.copytree(notebooks, kept)
    except OSError:  # a full disk; half a folder would help nobody
        shutil.rmtree(kept, ignore_errors=True)
        return f"The notebooks could not be kept in {kept}."
    return f"The notebooks are in {kept}."


def keep_traceback(error: Exception, folder: Path, kept: Path) -> str:
    """Keep the traceback of an error that nobody foresaw; what to tell of it.

    The message of such an error may be an answer, so it is told to nobody; in the file, the answers of the study are withheld.

    Parameters
    ----------
    error : Exception
    folder : Path
        The study.
    kept : Path
        See `failed_folder`.
    """
    place = traceback.extract_tb(error.__traceback__)[-1]
    told = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}: an error of this program, not of the study."
    try:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / LOG).write_text(_trace(error, folder), encoding="utf-8")
    except OSError:
        return f"{told} Its log could not be written to {kept / LOG}."
    return f"{told} Please report it, with what stands in {kept / LOG}."


def without_personal(message: str, studies: Mapping[str, Study]) -> str:
    """An error of a library may quote an answer."""
    for study in studies.values():
        for text in sorted(study.confidential, key=len, reverse=True):
            if len(text) > 3:
                message = message.replace(text, "[withheld]")
    return message


def _trace(error: Exception, folder: Path) -> str:
    """The traceback without answers; without any message where the study cannot be opened to know them."""
    try:
        return without_personal("".join(traceback.format_exception(error)), {"": open_study(folder, waves=2)})
    except Exception:
        return "".join([*traceback.format_tb(error.__traceback__), type(error).__name__, "\n"])
