"""Records: which of those that came count as answers, and a ledger that loses none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT, answered
from helpers.data.codebook import Codebook
from helpers.data.problems import Problem

_DATE_FORMATS = ("ISO8601", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")


@dataclass(frozen=True)
class Selection:
    """The records that count.

    Parameters
    ----------
    rows : Index
        Spreadsheet rows that count, in file order.
    complete : Series of bool
        Whether a record that counts was finished.
    ledger : DataFrame
        One row per step: ``step``, ``records``: what came, what each rule took, what remains. ``came`` equals the sum of the others.
    problems : list of Problem
    """

    rows: pd.Index
    complete: pd.Series
    ledger: pd.DataFrame
    problems: list[Problem]


def coarse_ledger(ledger: pd.DataFrame, *, least: int) -> pd.DataFrame:
    """The ledger as it may be published: steps that took few records are told together, or not at all.

    Parameters
    ----------
    ledger : DataFrame
        See `Selection`.
    least : int
        Where a rule took at least one record but fewer than this, all rules are told as ``left_out``; likewise ``complete`` and ``partial`` as
        ``counted``. What is still fewer is not told, nor is ``came``, which would give it away.

    Returns
    -------
    DataFrame
        ``step``, ``records``, ``n`` (all records told); steps without records are left out.
    """
    records = ledger.set_index("step")["records"]
    parts = [records[["came"]]]
    for together, steps in {"left_out": ["empty", "repeated", "partial_few"], "counted": ["complete", "partial"]}.items():
        few = records[steps].between(1, least - 1).any()
        parts.append(pd.Series({together: records[steps].sum()}) if few else records[steps])
    told = pd.concat(parts)
    if told.between(1, least - 1).any():
        told = told[told >= least].drop("came", errors="ignore")
    told = told[told > 0]
    return pd.DataFrame({"step": told.index, "records": told.to_numpy(), "n": told.drop("came", errors="ignore").sum()})


def finished(system: pd.DataFrame) -> pd.Series:
    """Whether each record was submitted; an export that does not say counts as finished."""
    if "submitdate" not in system:
        return pd.Series(True, index=system.index)
    return answered(system, ["submitdate"])["submitdate"]


def by_question(texts: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The answers with one column per question: the boxes of a multiple-response set, and a field for other answers, belong together.

    Parameters
    ----------
    texts : DataFrame
        One row per record, one column per variable.
    codebook : Codebook

    Returns
    -------
    DataFrame
        Same rows; a question of several columns holds ``answered`` where one of them was filled, ``N/A`` where none was shown, else nothing.
    """
    variables = codebook.variables
    asked = {code: str(name) for name, code in variables["code"].items() if code}
    together: dict[str, list[str]] = {}
    for name in map(str, texts.columns):
        code, parent = str(variables.at[name, "code"]), str(variables.at[name, "set"])
        question = parent if variables.at[name, "type"] == "multiple" else name
        together.setdefault(asked.get(code.removesuffix("[other]"), name) if code.endswith("[other]") else question, []).append(name)
    return pd.DataFrame({question: _one_text(texts[names]) for question, names in together.items()}, index=texts.index)


def _one_text(columns: pd.DataFrame) -> pd.Series:
    if columns.shape[1] == 1:
        return columns.iloc[:, 0]
    hidden = np.logical_and.reduce([columns[name].eq(NOT_SHOWN_TEXT) for name in columns])
    filled = answered(columns, columns.columns).any(axis=1).to_numpy()
    code = np.where(filled, 0, np.where(hidden, 1, 2))
    return pd.Series(pd.Categorical.from_codes(code, categories=pd.Index(["answered", NOT_SHOWN_TEXT, ""], dtype="str")), index=columns.index)


def select_records(answers: pd.DataFrame, system: pd.DataFrame, *, unit: str | None, least: float, repeated: str, file: str) -> Selection:
    """Apply the rules, in this order: opened without an answer, repeated unit, partial with too few answers.

    Parameters
    ----------
    answers : DataFrame
        Texts, one row per record, one column per question (see `by_question`); identifiers other than the unit left out.
    system : DataFrame
        The tool's own columns, same rows.
    unit : str, optional
        Column of ``answers`` that names the unit.
    least : float
        Share of the shown questions that a partial record must have answered.
    repeated : {"refuse", "keep_latest"}
        What to do where a unit answered more than once: a problem, or keep the finished, latest record.
    file : str
        Name of the file in messages.
    """
    complete = finished(system)
    questions = [name for name in answers.columns if name != unit]
    given = answered(answers, questions).sum(axis=1)
    shown = (answers[questions] != NOT_SHOWN_TEXT).sum(axis=1)
    empty = given.eq(0)
    again, problems = pd.Series(False, index=answers.index), _repeated_ids(system, file)
    if unit:
        units = answers.loc[~empty & answered(answers, [unit])[unit], unit]
        again, found = _repeated_units(units, complete, system, repeated, file)
        again, problems = again.reindex(answers.index, fill_value=False), problems + found
    few = ~complete & ~empty & ~again & (given / shown.clip(lower=1) < least)
    counts = ~(empty | again | few)
    steps = {"came": len(answers), "empty": empty.sum(), "repeated": again.sum(), "partial_few": few.sum()}
    remains = {"complete": (counts & complete).sum(), "partial": (counts & ~complete).sum()}
    ledger = pd.DataFrame({"step": [*steps, *remains], "records": [int(number) for number in [*steps.values(), *remains.values()]]})
    return Selection(answers.index[counts], complete[counts], ledger, problems)


def _repeated_ids(system: pd.DataFrame, file: str) -> list[Problem]:
    if "id" not in system:
        return []
    twice = system["id"].duplicated(keep=False) & system["id"].ne("")
    remedy = "Export it again; nothing was chosen."
    return (
        [Problem(file, "the record number occurs more than once", remedy=remedy, rows=list(system.index[twice]), column="id")] if twice.any() else []
    )


def _repeated_units(units: pd.Series, complete: pd.Series, system: pd.DataFrame, repeated: str, file: str) -> tuple[pd.Series, list[Problem]]:
    """Records that another record of the same unit replaces."""
    twice = units.duplicated(keep=False)
    rows = list(units.index[twice])
    if repeated == "refuse" and rows:
        remedy = "Take out the records that do not count, or set 'repeated: keep_latest' in study.yaml."
        return twice & False, [Problem(file, "a unit answered more than once", remedy=remedy, rows=rows, column=str(units.name))]
    dated = next((column for column in ("datestamp", "submitdate") if column in system), None)
    when = _moments(system.loc[rows, dated]) if dated else pd.Series(pd.NaT, index=rows)
    unclear = [row for row in rows if dated == "datestamp" and pd.isna(when[row])]
    if unclear:
        remedy = "Export it again, or write the dates as 2025-11-03 12:36:35."
        return twice & False, [
            Problem(file, "which record of a unit is the latest cannot be told from the date", remedy=remedy, rows=unclear, column="datestamp")
        ]
    order = pd.DataFrame({"unit": units[twice], "complete": complete.loc[rows], "when": when})
    kept = order.sort_values(["complete", "when"], kind="stable", na_position="first").drop_duplicates("unit", keep="last").index
    return twice & ~units.index.isin(kept), []


def _moments(texts: pd.Series) -> pd.Series:
    """Dates as LimeSurvey writes them, or as a German spreadsheet does after it opened the file."""
    moments = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[s]")
    for form in _DATE_FORMATS:
        moments = moments.fillna(pd.to_datetime(texts, format=form, errors="coerce").astype("datetime64[s]"))
    return moments
