"""Answers: the texts of an export become typed values, or a reason why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data.codebook import LEVELS_FILE, VARIABLES_FILE, Codebook
from helpers.data.problems import Problem, named

NOT_SHOWN_TEXT = "N/A"
NOT_SHOWN, SKIPPED, NOT_REACHED = "not_shown", "skipped", "not_reached"
_TICKED = {"Y": True, "Yes": True, "Ja": True, "1": True, "true": True, "True": True, "TRUE": True}
_UNTICKED = {"N": False, "No": False, "Nein": False, "0": False, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True)
class TypedAnswers:
    """Typed values and reasons, both one row per record and one column per variable.

    Parameters
    ----------
    values : DataFrame
        ``single`` unordered and ``ordinal`` ordered categoricals of level codes, ``number`` and ``share`` float64 (shares as proportions),
        ``multiple`` nullable booleans, ``text`` strings.
    missing : DataFrame
        Why there is no value: ``not_shown``, ``skipped``, ``not_reached`` or a declared reason; ``""`` where there is one.
    problems : list of Problem
        Values outside what the codebook declares.
    """

    values: pd.DataFrame
    missing: pd.DataFrame
    problems: list[Problem]


def type_answers(
    texts: pd.DataFrame, codebook: Codebook, *, file: str, partial: pd.Series | None = None, offered: Mapping[str, Mapping[str, str]] | None = None
) -> TypedAnswers:
    """Give every text its declared type.

    Parameters
    ----------
    texts : DataFrame
        One row per record, index = spreadsheet row, one column per variable (named as in the codebook), in questionnaire order.
    codebook : Codebook
    file : str
        Name of the file in messages.
    partial : Series of bool, optional
        Records that were not finished: what is empty after their last answer was not reached.
    offered : mapping, optional
        Per export code: answer text -> answer code, as the questionnaire's structure words it, for exports with labels.

    Returns
    -------
    TypedAnswers
    """
    empty = texts.eq("")
    reached = _reached(empty) if partial is None else _reached(empty) | ~partial.to_numpy()[:, None]
    values, missing, problems = {}, {}, []
    for name in texts.columns:
        column = _type_column(texts[name], name, codebook, offered or {})
        blank = np.where(reached[name], SKIPPED, NOT_REACHED)
        reason = pd.Series(np.where(empty[name], blank, column.reason), index=texts.index)
        values[name], missing[name] = column.value, reason
        problems += [Problem(file, what, allowed, remedy, rows=rows, column=_export_code(codebook, name)) for what, allowed, remedy, rows in column.wrong]
    table = pd.DataFrame(values, index=texts.index)
    reasons = pd.DataFrame(missing, index=texts.index)
    for name in codebook.sets("multiple"):
        _complete_set(table, reasons, [option for option in codebook.members(name) if option in table])
    return TypedAnswers(table, reasons.astype("category") if reasons.size else reasons, problems)


@dataclass(frozen=True)
class _Column:
    value: pd.Series
    reason: pd.Series
    wrong: list[tuple[str, str, str, list[int]]]


def _type_column(texts: pd.Series, name: str, codebook: Codebook, offered: Mapping[str, Mapping[str, str]]) -> _Column:
    kind = codebook.variables.at[name, "type"]
    levels = codebook.answers(name)
    code = codebook.variables.at[name, "code"]
    declared = dict(zip(levels["code"], levels["code"], strict=True))
    words = {**{label: level for side in ("label_de", "label_en") for level, label in zip(levels["code"], levels[side], strict=True)}, **offered.get(code, {}), **declared}
    as_codes = texts.map(words).where(lambda found: found.isin(list(declared)))
    reasons = dict(zip(levels["code"], levels["missing"], strict=True))
    reason = as_codes.map(reasons).fillna("").astype(str)
    reason = reason.mask((texts == NOT_SHOWN_TEXT) & (NOT_SHOWN_TEXT not in declared), NOT_SHOWN)
    open_texts = texts.where(reason.eq("") & texts.ne(""))
    if kind in ("single", "ordinal"):
        return _choice(open_texts, as_codes, reason, levels, ordered=kind == "ordinal")
    if kind in ("number", "share"):
        return _number(open_texts, reason, codebook.variables.loc[name])
    if kind == "multiple":
        return _tick(open_texts, as_codes, reason, levels)
    return _Column(open_texts, reason, [])


def _choice(texts: pd.Series, codes: pd.Series, reason: pd.Series, levels: pd.DataFrame, *, ordered: bool) -> _Column:
    real = list(levels.loc[levels["missing"].eq(""), "code"])
    unknown = texts.notna() & codes.isna()
    value = pd.Series(pd.Categorical(codes.where(codes.isin(real)), categories=real, ordered=ordered), index=texts.index)
    return _Column(value, reason, _wrong(unknown, "an answer that is not declared", named(levels["code"]), f"Correct the file, or declare the answer in {LEVELS_FILE}."))


def _number(texts: pd.Series, reason: pd.Series, variable: pd.Series) -> _Column:
    """German and English decimals; a share is exported in per cent and kept as a proportion."""
    plain = texts.str.replace(r"\s*%$", "", regex=True)
    comma = plain.str.fullmatch(r"-?\d+,\d+", na=False)
    number = pd.to_numeric(plain.where(~comma, plain.str.replace(",", ".", regex=False)), errors="coerce").astype("float64")
    share = variable["type"] == "share"
    low = 0.0 if share and np.isnan(variable["low"]) else variable["low"]
    high = 100.0 if share and np.isnan(variable["high"]) else variable["high"]
    limits = f"{'' if np.isnan(low) else f'from {low:g} '}{'' if np.isnan(high) else f'up to {high:g}'}{' per cent' if share else ''}".strip()
    outside = (number < low) | (number > high)
    wrong = [
        *_wrong(texts.notna() & number.isna(), "not a number", limits or "a number", "Correct the file."),
        *_wrong(outside, "a number outside its range", limits, f"Correct the file, or the range in {VARIABLES_FILE}."),
    ]
    return _Column((number / 100 if share else number).mask(outside), reason, wrong)


def _tick(texts: pd.Series, codes: pd.Series, reason: pd.Series, levels: pd.DataFrame) -> _Column:
    """The usual words for ticked and not ticked; other codes as declared, the first of them being the tick."""
    real = levels[levels["missing"].eq("")]
    own = {code: order == 1 for code, order in zip(real["code"], real["order"], strict=True) if code not in {**_TICKED, **_UNTICKED}}
    meaning = {**own, **_TICKED, **_UNTICKED}
    value = texts.map(meaning).fillna(codes.map(meaning)).where(texts.notna())
    allowed = named([*own, "Y, Yes, Ja, 1", "N, No, Nein, 0", "empty"])
    return _Column(value.astype("boolean"), reason, _wrong(texts.notna() & value.isna(), "not a tick", allowed, "Correct the file."))


def _wrong(bad: pd.Series, what: str, allowed: str, remedy: str) -> list[tuple[str, str, str, list[int]]]:
    rows = [int(row) for row in bad.index[bad.to_numpy(dtype=bool)]]
    return [(what if len(rows) == 1 else f"{what} ({len(rows)} times)", allowed, remedy, rows)] if rows else []


def _complete_set(values: pd.DataFrame, reasons: pd.DataFrame, options: list[str]) -> None:
    """Where one box of a set was filled, an empty box means "not ticked"; where none was, the set was skipped."""
    answered = values[options].notna().any(axis=1)
    for option in options:
        unticked = answered & values[option].isna() & reasons[option].isin([SKIPPED, NOT_REACHED])
        values[option] = values[option].mask(unticked, False)
        reasons[option] = reasons[option].mask(unticked, "")


def _reached(empty: pd.DataFrame) -> pd.DataFrame:
    """True up to the last answered column of each record."""
    answered = ~empty.to_numpy()
    last = np.where(answered.any(axis=1), answered.shape[1] - 1 - answered[:, ::-1].argmax(axis=1), -1) if answered.shape[1] else np.empty(0)
    return pd.DataFrame(np.arange(answered.shape[1])[None, :] <= last[:, None], index=empty.index, columns=empty.columns)


def _export_code(codebook: Codebook, name: str) -> str:
    return str(codebook.variables.at[name, "code"]) or name
