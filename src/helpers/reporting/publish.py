"""Publish: the one door into the report. Nothing else gets from a notebook into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from helpers.data.study import Study
from helpers.reporting.charts.palette import PALETTE
from helpers.reporting.items import Item, figure_items, sentence_items, table_items
from helpers.reporting.joint import joint_items
from helpers.reporting.ledger import finding_items, ledger_items
from helpers.reporting.quotes import quote_items
from helpers.reporting.recommendations import recommendation_items

MIME = "application/vnd.cluster-study.published+json"
_NOTEBOOK_FILE = Path(__file__).parent / "templates" / "notebook.css"


def publish_table(
    study: Study,
    table: pd.DataFrame,
    key: str,
    *,
    spread: str | None = None,
    each: str | None = None,
    place: str = "",
    behind: pd.DataFrame | None = None,
) -> None:
    """Publish a table: title, numbers, notes, download.

    Parameters
    ----------
    study : Study
    table : DataFrame
        A tidy result table with ``n``, and ``count`` where its rows are cells (see `suppress`).
    key : str
        Its texts: ``{key}.title``, ``{key}.note``.
    spread : str, optional
        Column whose values become columns, showing shares.
    each : str, optional
        One table per value of this column.
    place : {"", "appendix"}
        Where it stands.
    behind : DataFrame, optional
        Of a table whose shares come without counts: the suppressed cells behind them, with their codes. They are not shown; the audit of the
        whole report holds them against all other tables.

    Raises
    ------
    ValueError
        If the table cannot be checked for small cells.
    KeyError
        If a text is missing.
    """
    _show(table_items(study, table, key, spread=spread, each=each, place=place, behind=behind))


def publish_figure(
    study: Study, table: pd.DataFrame, draw: Callable, key: str, *, each: str | None = None, variant: str = "", place: str = "", **more: Any
) -> None:
    """Publish a figure: headline, subtitle, drawing, the same numbers as a table, downloads.

    Parameters
    ----------
    study : Study
    table : DataFrame
        As for `publish_table`.
    draw : callable
        One of `helpers.reporting.charts`.
    key : str
        Its texts: ``{key}.headline``, ``{key}.subtitle`` (of one part: ``{key}.subtitle.{value}``), ``{key}.note``. They may use the leading
        row: ``{label}``, ``{share:percent}``, ``{n:integer}``.
    each : str, optional
        One figure per value of this column; its words are ``{each}``.
    variant : str
        Which of several headlines the evidence calls for: ``{key}.headline.{variant}``; may hold names of columns, as in "{verdict}".
    place : {"", "appendix"}
        Where it stands.
    **more
        Further values for the texts; never counts of respondents.
    """
    _show(figure_items(study, table, draw, key, each=each, variant=variant, place=place, **more))


def publish_sentence(study: Study, key: str, evidence: pd.DataFrame, *, place: str = "") -> None:
    """Publish one sentence per row of evidence; a row with a small cell says that it is withheld.

    Parameters
    ----------
    study : Study
    key : str
        The sentence; may hold names of columns: ``"finding.{kind}.{verdict}"``.
    evidence : DataFrame
        The numbers the sentence uses, with ``n``, and ``count`` where they are cells.
    place : {"", "lead", "finding"}
        ``lead`` opens the chapter, ``finding`` the report too.
    """
    _show(sentence_items(study, key, evidence, place=place))


def publish_quotes(study: Study, quotations: pd.DataFrame, key: str) -> None:
    """Publish quotations under their themes: the words as spoken, a translation where the reader needs one, role and number of the interview.

    Left out are passages of interviews without consent, of codes that come up in fewer than k interviews, and those beyond the number that
    study.yaml allows from one interview. What is marked as identifying appears as its kind, such as "[Name]".

    Parameters
    ----------
    study : Study
    quotations : DataFrame
        Rows of ``study.interviews.quotations``.
    key : str
        Its text: ``{key}.title``, which may use ``{theme}``.

    Raises
    ------
    ValueError
        If a passage reaches into what the interviewer said.
    """
    _show(quote_items(study, quotations, key))


def publish_findings(study: Study, tests: pd.DataFrame, ledger: pd.DataFrame) -> None:
    """Publish the statements that open the report, each with the numbers of the test that decides on it.

    Parameters
    ----------
    study : Study
        Its claims say by ``headline`` which statements these are, and in which order.
    tests : DataFrame
        See `helpers.integration.verdicts.statement_verdicts`.
    ledger : DataFrame
        See `helpers.integration.statements.ledger.statement_ledger`.
    """
    _show(finding_items(study, tests, ledger))


def publish_ledger(study: Study, tests: pd.DataFrame, ledger: pd.DataFrame, key: str) -> None:
    """Publish all statements with their verdicts; every line unfolds to its numbers, interviews, quotations and assumptions.

    Parameters
    ----------
    study, tests, ledger
        As for `publish_findings`.
    key : str
        Its texts: ``{key}.title``, ``{key}.note``, ``{key}.unfold``.
    """
    _show(ledger_items(study, tests, ledger, key))


def publish_joint_display(study: Study, display: pd.DataFrame, key: str) -> None:
    """Publish both strands side by side: a row per theme of the interviews, with statements, verdicts, a quotation and whether they go together.

    Quotations are the study's own, under the rules of `publish_quotes`; one that stands elsewhere in the report counts once. No numbers of
    interviews are shown.

    Parameters
    ----------
    study : Study
    display : DataFrame
        See `helpers.integration.statements.display.joint_display`.
    key : str
        Its texts: ``{key}.title``, ``{key}.note``, the heads ``{key}.theme``, ``.survey``, ``.interviews``, ``.together``, and ``{key}.no_quote``.
    """
    _show(joint_items(study, display, key))


def publish_recommendations(study: Study, backing: pd.DataFrame, ledger: pd.DataFrame, key: str) -> None:
    """Publish the recommendations by addressee, each with the statements on which it rests and whether these carry it.

    Parameters
    ----------
    study : Study
    backing : DataFrame
        See `helpers.integration.statements.recommendations.recommendation_backing`.
    ledger : DataFrame
        As for `publish_findings`; the verdicts are the reason that stands under each recommendation.
    key : str
        Its text: ``{key}.title``, which may use ``{addressee}``.
    """
    _show(recommendation_items(study, backing, ledger, key))


@cache
def _in_notebook() -> str:
    """What stands in for the page's style sheet in JupyterLab, with the colours of figures in its dark theme."""
    dark = ";".join(f"--{name}:{night}" for name, (_, night) in PALETTE.items())
    return f'<style>[data-jp-theme-light="false"] figure{{{dark}}}\n{_NOTEBOOK_FILE.read_text(encoding="utf-8")}</style>'


def _show(items: Iterable[Item]) -> None:
    """Hand items to the notebook: their content for the report, their HTML for JupyterLab."""
    for item in items:
        display({MIME: asdict(item), "text/html": _in_notebook() + item.html}, raw=True)
