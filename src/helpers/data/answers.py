"""Answers: the texts of an export become typed values, or a reason why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.data.codebook import LEVELS_FILE, TICKED, UNTICKED, VARIABLES_FILE, Codebook
from helpers.data.problems import Problem, named

NOT_SHOWN_TEXT = "N/A"
NOT_SHOWN, SKIPPED, NOT_REACHED = "not_shown", "skipped", "not_reached"


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
        Records that were not finished: what is empty after their last answer was not reached. None: all were finished.
    offered : mapping, optional
        Per question code: answer text -> answer code, as the questionnaire's structure words it, for exports with labels.

    Returns
    -------
    TypedAnswers
    """
    reached = _reached(texts, codebook)
    if partial is None or not partial.any():
        reached[:] = True
    else:
        reached = reached | ~partial.to_numpy()[:, None]
    values, missing, problems = {}, {}, []
    for name in map(str, texts.columns):
        column = _type_column(texts[name], name, codebook, offered or {})
        blank = np.where(reached[name], SKIPPED, NOT_REACHED)
        values[name], missing[name] = column.value, pd.Series(np.where(texts[name] == "", blank, column.reason), index=texts.index)
        code = str(codebook.variables.at[name, "code"]) or name
        problems += [problem for wrong in column.wrong for problem in _problem(*wrong, file=file, column=code)]
    table = pd.DataFrame(values, index=texts.index)
    reasons = pd.DataFrame(missing, index=texts.index)
    for name in codebook.sets("multiple"):
        options = [option for option in codebook.members(name) if option in table]
        _complete_set(table, reasons, options, _others_named(texts, name, codebook))
    return TypedAnswers(table, reasons.astype("category") if reasons.size else reasons, problems)


@dataclass(frozen=True)
class _Column:
    """Typed values and reasons, one per text; and what is wrong: which texts, what, what is allowed, remedy."""

    value: pd.Series
    reason: pd.Series
    wrong: list[tuple[pd.Series, str, str, str]]


def _type_column(texts: pd.Series, name: str, codebook: Codebook, offered: Mapping[str, Mapping[str, str]]) -> _Column:
    """Every text that occurs is typed once, however often it does."""
    places, occurring = pd.factorize(texts)
    typed = _type_texts(pd.Series(occurring, dtype="str"), name, codebook, offered)
    value, reason = typed.value.take(places).set_axis(texts.index), typed.reason.take(places).set_axis(texts.index)
    return _Column(value, reason, [(bad.take(places).set_axis(texts.index), *words) for bad, *words in typed.wrong])  # type: ignore[misc]


def _type_texts(texts: pd.Series, name: str, codebook: Codebook, offered: Mapping[str, Mapping[str, str]]) -> _Column:
    variable = codebook.variables.loc[name]
    kind, levels = str(variable["type"]), codebook.answers(name)
    if kind in ("number", "share"):
        # LimeSurvey writes 12.0000000000; a declared code such as -99 must be recognised in it.
        texts = texts.str.replace(r"^([+-]?\d+)[.,]0+$", r"\1", regex=True)
    words = _meanings(levels, offered.get(str(variable["code"]).partition("[")[0], {}))
    codes = pd.Series([words.get(text) for text in texts], index=texts.index, dtype=object)
    reasons = dict(zip(levels["code"], levels["missing"], strict=True))
    not_shown = {NOT_SHOWN_TEXT: NOT_SHOWN} if NOT_SHOWN_TEXT not in reasons else {}
    told = [reasons.get(code, "") or not_shown.get(text, "") for code, text in zip(codes, texts, strict=True)]
    reason = pd.Series(told, index=texts.index, dtype=object)
    given = texts.where((reason == "") & (texts != ""))
    if kind in ("single", "ordinal"):
        return _choice(given, codes, reason, levels, ordered=kind == "ordinal")
    if kind in ("number", "share"):
        return _number(given, reason, variable)
    if kind == "multiple":
        return _tick(given, codes, reason, levels)
    return _Column(given, reason, [])


def _meanings(levels: pd.DataFrame, offered: Mapping[str, str]) -> dict[str, str]:
    """Text -> level code: codes as they stand, else labels, else the questionnaire's words; a label of two answers means neither."""
    found: dict[str, set[str]] = defaultdict(set)
    for side in ("label_de", "label_en"):
        for label, code in zip(levels[side], levels["code"], strict=True):
            found[label].add(code)
    labels = {label: code for label, (code, *others) in ((label, [*codes]) for label, codes in found.items()) if not others}
    declared = dict(zip(levels["code"], levels["code"], strict=True))
    return {**{text: code for text, code in offered.items() if code in declared and text not in found}, **labels, **declared}


def _choice(texts: pd.Series, codes: pd.Series, reason: pd.Series, levels: pd.DataFrame, *, ordered: bool) -> _Column:
    real = list(levels.loc[levels["missing"] == "", "code"])
    unknown = texts.notna() & codes.isna()
    value = pd.Series(pd.Categorical(codes.where(codes.isin(real)), categories=real, ordered=ordered), index=texts.index)
    remedy = f"Correct the file, or declare the answer in {LEVELS_FILE}."
    return _Column(value, reason, [(unknown, "an answer that is not declared", named(levels["code"]), remedy)])


def _number(texts: pd.Series, reason: pd.Series, variable: pd.Series) -> _Column:
    """German and English decimals; a share is exported in per cent and kept as a proportion."""
    plain = texts.str.replace(r"\s*%$", "", regex=True)
    comma = plain.str.fullmatch(r"[+-]?\d+,\d+", na=False)
    number = pd.to_numeric(plain.where(~comma, plain.str.replace(",", ".", regex=False)), errors="coerce").astype("float64")
    number = number.where(np.isfinite(number))
    share = variable["type"] == "share"
    low = 0.0 if share and np.isnan(variable["low"]) else variable["low"]
    high = 100.0 if share and np.isnan(variable["high"]) else variable["high"]
    limits = f"{'' if np.isnan(low) else f'from {low:g} '}{'' if np.isnan(high) else f'up to {high:g}'}{' per cent' if share else ''}".strip()
    outside = (number < low) | (number > high)
    # 1.250 is 1250 in a German spreadsheet; where another value has other decimals, it is 1.25.
    thousands = plain.str.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", na=False)
    unclear = thousands & (thousands | ~plain.str.contains("[.,]", na=False)).all()
    wrong = [
        (unclear, "a number with three decimals, or with a mark for thousands", "1250, or 1.25", "Write it so that it is clear."),
        (texts.notna() & number.isna(), "not a number", limits or "a number", "Correct the file."),
        (outside, "a number outside its range", limits, f"Correct the file, or the range in {VARIABLES_FILE}."),
    ]
    return _Column((number / 100 if share else number).mask(outside), reason, wrong)


def _tick(texts: pd.Series, codes: pd.Series, reason: pd.Series, levels: pd.DataFrame) -> _Column:
    """Declared answers, the first of them being the tick; besides, the usual words for ticked and not ticked."""
    real = levels[levels["missing"] == ""]
    own = {code: place == 0 for place, code in enumerate(real["code"])}
    usual = {**dict.fromkeys(TICKED, True), **dict.fromkeys(UNTICKED, False)}
    value = [own.get(code, usual.get(str(text).casefold())) for code, text in zip(codes, texts, strict=True)]
    ticks = pd.Series(pd.array(value, dtype="boolean"), index=texts.index)
    allowed = named([*own, "Y, Yes, Ja, 1", "N, No, Nein, 0", "empty"])
    return _Column(ticks, reason, [(texts.notna() & ticks.isna(), "not a tick", allowed, "Correct the file.")])


def _problem(bad: pd.Series, what: str, allowed: str, remedy: str, *, file: str, column: str) -> list[Problem]:
    rows = [int(row) for row in bad.index[bad.to_numpy(dtype=bool)]]
    times = "" if len(rows) == 1 else f" ({len(rows)} times)"
    return [Problem(file, what + times, allowed, remedy, rows=rows, column=column)] if rows else []


def _others_named(texts: pd.DataFrame, name: str, codebook: Codebook) -> pd.Series:
    """Whether the field for other answers that belongs to a set was filled."""
    variables = codebook.variables
    field = f"{variables.at[name, 'code']}[other]"
    return answered(texts, (column for column in texts.columns if variables.at[column, "code"] == field)).any(axis=1)


def answered(texts: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Whether a text is an answer: neither empty nor not shown."""
    chosen = texts[list(names)]
    return (chosen != "") & (chosen != NOT_SHOWN_TEXT)


def _complete_set(values: pd.DataFrame, reasons: pd.DataFrame, options: list[str], others: pd.Series) -> None:
    """Where one box of a set was filled, an empty box means "not ticked"; where none was, the set was skipped."""
    filled = values[options].notna().any(axis=1) | others
    for option in options:
        unticked = filled & values[option].isna() & reasons[option].isin([SKIPPED, NOT_REACHED])
        values[option] = values[option].mask(unticked, False)
        reasons[option] = reasons[option].mask(unticked, "")


def _reached(texts: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """True up to the last answered question of each record. An identifier is no answer: the tool may have filled it in."""
    identifiers = codebook.variables["sensitivity"].reindex(texts.columns).eq("identifier").to_numpy()
    given = answered(texts, texts.columns).to_numpy(dtype=bool) & ~identifiers
    later = np.logical_or.accumulate(given[:, ::-1], axis=1)[:, ::-1]
    return pd.DataFrame(later, index=texts.index, columns=texts.columns)
