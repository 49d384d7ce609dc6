"""Results: what the last run of a study has published, as links that JupyterLab opens."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from helpers.data.folders import ROOT
from helpers.data.study import Study
from helpers.reporting.wording import Wording
from helpers.workbench.describe import words
from helpers.workbench.shown import framed

OUTPUTS = ROOT / "outputs"


@dataclass(frozen=True, repr=False)
class Results:
    """The files that may be handed on; none before the first run.

    Parameters
    ----------
    files : list of Path
    folder : Path
        The study's.
    language : str
    """

    files: list[Path]
    folder: Path
    language: str

    def __repr__(self) -> str:
        return "\n".join([self._about(), *(str(path) for path in self.files)])

    def _repr_html_(self) -> str:
        links = "".join(f'<li><a href="{escape(_link(path), quote=True)}">{escape(path.name)}</a></li>' for path in self.files)
        return framed([f'<p class="facts">{escape(self._about())}</p>', f"<ul>{links}</ul>" if links else ""])

    def _about(self) -> str:
        said = words(self.language)
        if not self.files:
            given = self.folder.relative_to(ROOT) if self.folder.is_relative_to(ROOT) else self.folder
            return str(said["no_results"].format(folder=given.as_posix()))
        last = datetime.datetime.fromtimestamp(max(path.stat().st_mtime for path in self.files)).date()
        return str(said["results"].format(study=self.folder.name, day=Wording(self.language).date(last)))


def results(study: Study, *, outputs: Path = OUTPUTS) -> Results:
    """What ``study run`` has published of a study.

    Parameters
    ----------
    study : Study
    outputs : Path
        The folder in which runs leave their results.
    """
    public = outputs / study.folder.name / "latest" / "public"
    return Results(sorted(path for path in public.glob("*") if path.is_file()), study.folder, study.language)


def _link(path: Path) -> str:
    """The way from the notebook, which is how JupyterLab knows a file."""
    try:
        return quote(Path(os.path.relpath(path)).as_posix())
    except ValueError:  # on another drive
        return path.as_uri()
