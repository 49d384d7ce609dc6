"""Records: which of those that came count as answers, and a ledger that loses none."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.problems import Problem


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
    """The ledger as it may be published: steps that took few records are told together.

    Parameters
    ----------
    ledger : DataFrame
        See `Selection`.
    least : int
        Where a rule took at least one record but fewer than this, all rules are told as ``left_out``; likewise ``complete`` and ``partial`` as ``counted``.

    Returns
    -------
    DataFrame
        ``step``, ``records``, ``n`` (records that came); steps without records are left out.
    """
    records = ledger.set_index("step")["records"]
    parts = [records[["came"]]]
    for together, steps in {"left_out": ["empty", "repeated", "partial_few"], "counted": ["complete", "partial"]}.items():
        few = records[steps].between(1, least - 1).any()
        parts.append(pd.Series({together: records[steps].sum()}) if few else records[steps])
    told = pd.concat(parts)
    told = told[told > 0]
    return pd.DataFrame({"step": told.index, "records": told.to_numpy(), "n": records["came"]})


def finished(system: pd.DataFrame) -> pd.Series:
    """Whether each record was submitted; an export that does not say counts as finished."""
    if "submitdate" not in system:
        return pd.Series(True, index=system.index)
    return system["submitdate"].ne("") & system["submitdate"].ne(NOT_SHOWN_TEXT)


def select_records(answers: pd.DataFrame, system: pd.DataFrame, *, unit: str | None, least: float, repeated: str, file: str) -> Selection:
    """Apply the rules, in this order: opened without an answer, repeated unit, partial with too few answers.

    Parameters
    ----------
    answers : DataFrame
        Texts, one row per record, one column per variable; identifiers other than the unit left out.
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
    questions = answers.drop(columns=[unit] if unit else [])
    shown = questions.ne(NOT_SHOWN_TEXT)
    answered = (questions.ne("") & shown).sum(axis=1)
    empty = answered.eq(0)
    problems = _repeated_ids(system, file)
    again = pd.Series(False, index=answers.index)
    if unit:
        again, found = _repeated_units(answers.loc[~empty, unit], complete, system, repeated, file)
        again, problems = again.reindex(answers.index, fill_value=False), problems + found
    few = ~complete & ~empty & ~again & (answered / shown.sum(axis=1).clip(lower=1) < least)
    counts = ~(empty | again | few)
    steps = {"came": len(answers), "empty": empty.sum(), "repeated": again.sum(), "partial_few": few.sum()}
    remains = {"complete": (counts & complete).sum(), "partial": (counts & ~complete).sum()}
    ledger = pd.DataFrame({"step": [*steps, *remains], "records": [int(number) for number in [*steps.values(), *remains.values()]]})
    return Selection(answers.index[counts], complete[counts], ledger, problems)


def _repeated_ids(system: pd.DataFrame, file: str) -> list[Problem]:
    if "id" not in system:
        return []
    twice = system["id"].duplicated(keep=False) & system["id"].ne("")
    return [Problem(file, "the record number occurs more than once", remedy="Export it again; nothing was chosen.", rows=list(system.index[twice]), column="id")] if twice.any() else []


def _repeated_units(units: pd.Series, complete: pd.Series, system: pd.DataFrame, repeated: str, file: str) -> tuple[pd.Series, list[Problem]]:
    """Records that another record of the same unit replaces."""
    twice = units.duplicated(keep=False) & units.ne("")
    if repeated == "refuse" and twice.any():
        remedy = "Take out the records that do not count, or set 'repeated: keep_latest' in study.yaml."
        return pd.Series(False, index=units.index), [Problem(file, "a unit answered more than once", remedy=remedy, rows=list(units.index[twice]), column=str(units.name))]
    when = system["datestamp"] if "datestamp" in system else pd.Series("", index=system.index)
    order = pd.DataFrame({"unit": units, "complete": complete.reindex(units.index), "when": when.reindex(units.index)})[twice]
    kept = order.sort_values(["complete", "when"], kind="stable").drop_duplicates("unit", keep="last").index
    return twice & ~units.index.isin(kept), []
