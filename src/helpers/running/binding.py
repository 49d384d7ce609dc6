"""Binding: what the notebooks published in one language becomes a report with its tables, if nothing speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from helpers.data.study import Study
from helpers.reporting.page import Chapter, bind_page, make_chapter
from helpers.reporting.workbook import write_workbook
from helpers.running.gates import chapter_problems, leak_problems, page_problems, quote_problems


def bind_report(study: Study, executed: Mapping[str, Path], provenance: Mapping[str, Any], public: Path) -> tuple[list[Chapter], list[str]]:
    """Bind the report of one language, and write it with its tables and workbook where it may be published.

    Parameters
    ----------
    study : Study
        In the language of the report.
    executed : dict
        Executed notebooks, by the name of their chapter, in order.
    provenance : dict
        See `bind_page`.
    public : Path
        Folder for what is published.

    Returns
    -------
    list of Chapter
    list of str
        What speaks against publishing it; nothing is written then.
    """
    chapters = [make_chapter(nbformat.read(path, as_version=4), name, study.language) for name, path in executed.items()]
    problems = chapter_problems(chapters, k=study.min_cell)
    problems += quote_problems(chapters, per_interview=study.settings.interviews.quotes.per_interview)
    page = bind_page(study, chapters, provenance=provenance)
    items = [item for chapter in chapters for item in chapter.items if item.csv]
    problems += [*page_problems(page, study), *leak_problems([page, *(item.csv for item in items)], study)]
    if not problems:
        (public / f"report-{study.language}.html").write_text(page, encoding="utf-8", newline="\n")
        tables = public / "tables"
        tables.mkdir(exist_ok=True)
        for item in items:
            (tables / f"{item.anchor}-{study.language}.csv").write_text("\ufeff" + item.csv, encoding="utf-8", newline="")
        write_workbook(items, study, public / f"tables-{study.language}.xlsx")
    return chapters, [f"report-{study.language}: {problem}" for problem in problems]
