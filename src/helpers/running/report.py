"""Report: a study goes in, two reports come out, or none."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from helpers.data.folders import ROOT, find_folder
from helpers.data.languages import LANGUAGES
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.data.study import Study
from helpers.reporting.page import Chapter
from helpers.reporting.pdf import PrintError, find_chromium, print_pdf
from helpers.running import manifest, parameters
from helpers.running.binding import bind_report
from helpers.running.builds import OUTPUTS, Build, new_build
from helpers.running.events import Event
from helpers.running.executors import executor
from helpers.running.failures import failed_folder, keep_notebooks, without_personal
from helpers.running.fingerprints import Fingerprints, digest
from helpers.running.gates import language_problems
from helpers.running.kernels.calls import LostCallError, call_all
from helpers.running.kernels.parent import environment, load_kernels
from helpers.running.leftovers import private_folder
from helpers.running.package import write_package
from helpers.running.runs import MEMORY, TIME_LIMIT, Done, Run, RunError, execute_all
from helpers.running.store import Store

NOTEBOOKS = ROOT / "notebooks"
RESULTS = "CLUSTER_STUDY_RESULTS"  # where the runs of a report leave for each other what `helpers.quantitative.kept` keeps


class GateError(RunError):
    """Something that must not be published; the message lists all of it."""


@dataclass(frozen=True)
class Order:
    """What to run.

    Parameters
    ----------
    folder : Path
        The study.
    languages : sequence of str
    only : sequence of str
        Beginnings of notebook names, such as ``02``; empty means all.
    parameters : dict
        Given to every notebook that has them.
    jobs : int
        Runs at the same time.
    wait : float
        Seconds to wait for another run of the same study.
    fresh : bool
        Do all runs again, whether or not something has changed.
    time_limit : float
        Seconds that a notebook may take.
    pdf : bool
        Print the reports as PDF, too.
    scheduler : str, optional
        Run on the workers of this Dask scheduler, see `executor`.
    outputs, notebooks : Path
    """

    folder: Path
    languages: Sequence[str] = LANGUAGES
    only: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    jobs: int = 2
    wait: float = 0.0
    fresh: bool = False
    time_limit: float = TIME_LIMIT
    pdf: bool = False
    scheduler: str | None = None
    outputs: Path = OUTPUTS
    notebooks: Path = NOTEBOOKS

    @property
    def whole(self) -> bool:
        """Whether the order is for the whole report."""
        return not self.only and set(self.languages) == set(LANGUAGES)

    def chosen(self) -> list[Path]:
        """The notebooks to run, in order.

        Raises
        ------
        ParameterError
            If ``only`` names none.
        """
        found = sorted(self.notebooks.glob("[0-9][0-9]_*.ipynb"))
        chosen = [path for path in found if not self.only or path.stem.startswith(tuple(self.only))]
        if not chosen:
            raise parameters.ParameterError(
                f"no notebook begins with {', '.join(self.only) or 'a number'}. Allowed: {', '.join(path.stem for path in found)}."
            )
        return chosen


def make_report(order: Order, *, tell: Callable[[Event], None]) -> Path:
    """Run the notebooks in every language, check, bind and publish.

    Parameters
    ----------
    order : Order
    tell : callable
        Called with everything that happens; the text of an event is one line of progress.

    Returns
    -------
    Path
        ``outputs/<study>/latest``, or ``outputs/<study>/partial`` where not the whole report was ordered.

    Raises
    ------
    StudyError, ParameterError
        If the study or a parameter is wrong; nothing was run.
    RunError
        If a notebook failed or a gate refused; the last good report stays, the failed notebooks are under ``outputs/failed``.
    LockedError
        If another run of the study is at work.
    """
    notebooks = order.chosen()
    parameters.check(order.parameters, notebooks)
    if order.pdf:
        find_chromium()  # before anything runs
    folder = find_folder(order.folder)
    fingerprints = Fingerprints()
    made_of = _made_of(order, folder, notebooks, fingerprints)
    if order.whole and not order.fresh and manifest.stands(order.outputs / folder.name / "latest", made_of):
        tell(Event("unchanged", folder.name))
        return order.outputs / folder.name / "latest"
    if order.scheduler is None:
        load_kernels(folder)  # while the study is read here
    study = open_study(folder, min_cell=order.parameters.get("min_cell"), waves=2)
    studies = {language: study.in_language(language) for language in order.languages}
    tell(Event("opened", folder.name, {"description": repr(studies[order.languages[0]])}))
    with new_build(folder.name, outputs=order.outputs, wait=order.wait) as build:
        done = _run_notebooks(order, _runs(order, folder, notebooks, build.internal), fingerprints, studies, build, tell)
        tell(Event("binding", folder.name))
        provenance = {
            "files": manifest.file_hashes(study),
            "versions": manifest.versions(),
            "code": manifest.code_hash(notebooks),
        }
        chapters = _bind(order, studies, done, provenance, build)
        if order.pdf:
            _print(order.languages, build)
        write_package(studies, chapters, build.public, code=str(provenance["code"]))
        _write_manifest(order, folder, done, provenance, made_of, build)
        return build.swap_in("latest" if order.whole else "partial")


def _runs(order: Order, folder: Path, notebooks: list[Path], into: Path) -> list[Run]:
    """Every notebook in every language."""
    return [
        Run(
            notebook,
            language,
            into / f"{notebook.stem}-{language}.ipynb",
            {**parameters.fitting(order.parameters, notebook), "study_dir": str(folder)},
            order.time_limit,
        )
        for language in order.languages  # of one after the other: what the first has worked out, the second takes over
        for notebook in notebooks
    ]


def _made_of(order: Order, folder: Path, notebooks: list[Path], fingerprints: Fingerprints) -> str:
    """One hash over all that a report is made of; empty where the study is too wrong to tell."""
    try:
        runs = [fingerprints.of(run) for run in _runs(order, folder, notebooks, Path())]
    except StudyError:
        return ""
    return digest([*runs, manifest.code_hash(notebooks), folder.name, order.pdf, *order.languages])


def _run_notebooks(
    order: Order, runs: list[Run], fingerprints: Fingerprints, studies: Mapping[str, Study], build: Build, tell: Callable[[Event], None]
) -> list[Done]:
    """Do what has not been done before, and keep it for the next time."""
    store = Store(build.home / "runs")
    known = {place: fingerprints.of(run) for place, run in enumerate(runs)}
    done = {} if order.fresh else {place: found for place, run in enumerate(runs) if (found := store.find(run, known[place]))}
    for found in done.values():
        nbformat.write(found.notebook, found.run.output)
    due = [place for place in known if place not in done]
    name, kept, counted = build.home.name, len(done), itertools.count(len(done) + 1)

    def tell_done(place: int, one: Done) -> None:
        store.keep(one, known[due[place]])
        tell(Event("run", name, {"run": one.run.name, "seconds": round(one.seconds, 3), "done": next(counted), "kept": kept, "of": len(runs)}))

    where = f"on the workers of {order.scheduler}" if order.scheduler else f"{order.jobs} at a time"
    tell(Event("started", name, {"kept": kept, "of": len(runs), "due": len(due), "languages": list(order.languages), "where": where}))
    with private_folder() as results, environment({RESULTS: str(results)}), executor(order.jobs, order.scheduler) as pool:
        new, failed = execute_all([runs[place] for place in due], pool, tell=tell_done)
    if failed:
        message = without_personal("\n".join(str(error) for error in failed), studies)
        where = keep_notebooks(build.internal, failed_folder(order.outputs, name))
        raise RunError(f"{message}\nNothing was published; the last good report stays. {where}")
    return [one for _, one in sorted([*done.items(), *zip(due, new, strict=True)])]


def _bind(order: Order, studies: Mapping[str, Study], done: Sequence[Done], provenance: Mapping[str, Any], build: Build) -> dict[str, list[Chapter]]:
    """The reports with their tables, the languages side by side; what is wrong with any of them is told at once."""
    executed = {language: {one.run.notebook.stem: one.run.output for one in done if one.run.language == language} for language in studies}
    given = [(study, executed[language], provenance, build.public) for language, study in studies.items()]
    try:
        bound = call_all(bind_report, given, side_by_side=order.jobs > 1 and not order.scheduler)
    except LostCallError:
        raise RunError(f"{build.home.name}: the binding was killed. {MEMORY}\nNothing was published; the last good report stays.") from None
    chapters = {language: told for language, (told, _) in zip(studies, bound, strict=True)}
    problems = [problem for _, found in bound for problem in found] + language_problems(chapters)
    if problems:
        raise GateError("\n".join([*problems, "Nothing was published; the last good report stays."]))
    return chapters


def _print(languages: Iterable[str], build: Build) -> None:
    """The reports on paper, beside the pages they are printed from."""
    for language in languages:
        page = build.public / f"report-{language}.html"
        try:
            print_pdf(page, page.with_suffix(".pdf"))
        except PrintError as error:
            raise RunError(f"{error}\nNothing was published; the last good report stays.") from error


def _write_manifest(order: Order, folder: Path, done: Sequence[Done], provenance: Mapping[str, Any], made_of: str, build: Build) -> None:
    content = {
        "study": folder.name,
        "commit": manifest.commit(),
        "parameters": dict(order.parameters),
        "runs": [{"notebook": run.run.notebook.name, "language": run.run.language, "seconds": round(run.seconds, 2)} for run in done],
        **provenance,
        "made_of": made_of,
        "public": manifest.tree_hashes(build.public),
        "published": manifest.published((run.run.notebook.name, run.notebook) for run in done),
    }
    (build.internal / "manifest.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
