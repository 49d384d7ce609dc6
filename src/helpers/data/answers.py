"""Answers: the texts of an export become typed values, or a reason why there is none."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

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
    unreached = _unreached(texts, codebook, partial) if partial is not None and partial.any() else None
    values, missing, problems = {}, {}, []
    for place, name in enumerate(map(str, texts.columns)):
        column = _type_column(texts[name], name, codebook, offered or {})
        reason = column.reason
        if unreached is not None:
            reason = reason.mask((reason == SKIPPED) & unreached[:, place], NOT_REACHED)
        values[name], missing[name] = column.value, reason
        code = str(codebook.variables.at[name, "code"]) or name
        problems += [problem for wrong in column.wrong for problem in _problem(*wrong, file=file, column=code)]
    for name in codebook.sets("multiple"):
        options = [option for option in codebook.members(name) if option in values]
        _complete_set(values, missing, options, _others_named(texts, name, codebook))
    reasons = pd.DataFrame({name: _occurring_only(reason) for name, reason in missing.items()}, index=texts.index)
    return TypedAnswers(pd.DataFrame(values, index=texts.index), reasons, problems)


@dataclass(frozen=True)
class _Typed:
    """Typed values, one per text; and what is wrong: whether it is, per text, what, what is allowed, remedy."""

    value: pd.api.extensions.ExtensionArray | np.ndarray
    wrong: list[tuple[Sequence[bool], str, str, str]]


@dataclass(frozen=True)
class _Column:
    """The same per record, with the reasons."""

    value: pd.Series
    reason: pd.Series
    wrong: list[tuple[pd.Series, str, str, str]]


def _type_column(texts: pd.Series, name: str, codebook: Codebook, offered: Mapping[str, Mapping[str, str]]) -> _Column:
    """Every text that occurs is typed once, however often it does."""
    places, found = occurring(texts)
    variable, levels = codebook.variables.loc[name], codebook.answers(name)
    kind = str(variable["type"])
    if kind in ("number", "share"):
        # LimeSurvey writes 12.0000000000; a declared code such as -99 must be recognised in it.
        found = [re.sub(r"^([+-]?\d+)[.,]0+$", r"\1", text) for text in found]
    words = _meanings(levels, offered.get(str(variable["code"]).partition("[")[0], {}))
    codes = [words.get(text) for text in found]
    reasons: dict[str | None, str] = dict(zip(levels["code"], levels["missing"], strict=True))
    not_shown = {NOT_SHOWN_TEXT: NOT_SHOWN} if NOT_SHOWN_TEXT not in reasons else {}
    reason = [reasons.get(code, "") or not_shown.get(text, "") for code, text in zip(codes, found, strict=True)]
    given = [None if why or not text else text for why, text in zip(reason, found, strict=True)]
    if kind in ("single", "ordinal"):
        typed = _choice(given, codes, levels, ordered=kind == "ordinal")
    elif kind in ("number", "share"):
        typed = _number(given, variable)
    elif kind == "multiple":
        typed = _tick(given, codes, levels)
    else:
        typed = _Typed(pd.array(given, dtype="str"), [])
    value = pd.Series(typed.value[places], index=texts.index)
    wrong = [(pd.Series(np.asarray(bad, dtype=bool)[places], index=texts.index), *words_of) for bad, *words_of in typed.wrong if any(bad)]
    why = pd.Categorical([SKIPPED if text == "" else said for text, said in zip(found, reason, strict=True)], categories=_reasons(reason))
    return _Column(value, pd.Series(why[places], index=texts.index), wrong)  # type: ignore[arg-type]


def _occurring_only(reasons: pd.Series) -> pd.Series:
    """The same without reasons that nobody has; counted, as sorting a million of them takes its time."""
    counts = np.bincount(reasons.cat.codes, minlength=len(reasons.cat.categories))
    return reasons.cat.set_categories(reasons.cat.categories[counts > 0])


def _reasons(declared: list[str]) -> list[str]:
    """Every reason that a column may have, and none."""
    return sorted({"", SKIPPED, NOT_REACHED, *declared})


def _meanings(levels: pd.DataFrame, offered: Mapping[str, str]) -> dict[str, str]:
    """Text -> level code: codes as they stand, else labels, else the questionnaire's words; a label of two answers means neither."""
    found: dict[str, set[str]] = defaultdict(set)
    for side in ("label_de", "label_en"):
        for label, code in zip(levels[side], levels["code"], strict=True):
            found[label].add(code)
    labels = {label: code for label, (code, *others) in ((label, [*codes]) for label, codes in found.items()) if not others}
    declared = dict(zip(levels["code"], levels["code"], strict=True))
    return {**{text: code for text, code in offered.items() if code in declared and text not in found}, **labels, **declared}


def _choice(texts: list[str | None], codes: list[str | None], levels: pd.DataFrame, *, ordered: bool) -> _Typed:
    real = list(levels.loc[levels["missing"] == "", "code"])
    place = {code: number for number, code in enumerate(real)}
    value = pd.Categorical.from_codes([place.get(str(code), -1) for code in codes], categories=real, ordered=ordered)
    unknown = [text is not None and code is None for text, code in zip(texts, codes, strict=True)]
    remedy = f"Correct the file, or declare the answer in {LEVELS_FILE}."
    return _Typed(value, [(unknown, "an answer that is not declared", named(levels["code"]), remedy)])


def _number(texts: list[str | None], variable: pd.Series) -> _Typed:
    """German and English decimals; a share is exported in per cent and kept as a proportion."""
    plain = [re.sub(r"\s*%$", "", text) if text is not None else "" for text in texts]
    number = np.array([_value(text) for text in plain], dtype=float)
    share = variable["type"] == "share"
    low = 0.0 if share and np.isnan(variable["low"]) else variable["low"]
    high = 100.0 if share and np.isnan(variable["high"]) else variable["high"]
    limits = f"{'' if np.isnan(low) else f'from {low:g} '}{'' if np.isnan(high) else f'up to {high:g}'}{' per cent' if share else ''}".strip()
    outside = (number < low) | (number > high)
    # 1.250 is 1250 in a German spreadsheet; where another value has other decimals, it is 1.25.
    thousands = [bool(re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", text)) for text in plain]
    alike = all(thousand or not re.search("[.,]", text) for thousand, text in zip(thousands, plain, strict=True))
    wrong: list[tuple[Sequence[bool], str, str, str]] = [
        (
            [thousand and alike for thousand in thousands],
            "a number with three decimals, or with a mark for thousands",
            "1250, or 1.25",
            "Write it so that it is clear.",
        ),
        (
            [text is not None and bool(bad) for text, bad in zip(texts, np.isnan(number), strict=True)],
            "not a number",
            limits or "a number",
            "Correct the file.",
        ),
        (list(outside), "a number outside its range", limits, f"Correct the file, or the range in {VARIABLES_FILE}."),
    ]
    return _Typed(np.where(outside, np.nan, number / 100 if share else number), wrong)


def _value(text: str) -> float:
    """NaN for what is no finite number."""
    if not re.fullmatch(r"\s*[+-]?(\d+,\d+|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)\s*", text):
        return np.nan
    value = float(text.replace(",", "."))
    return value if np.isfinite(value) else np.nan


def _tick(texts: list[str | None], codes: list[str | None], levels: pd.DataFrame) -> _Typed:
    """Declared answers, the first of them being the tick; besides, the usual words for ticked and not ticked."""
    real = levels[levels["missing"] == ""]
    own = {code: place == 0 for place, code in enumerate(real["code"])}
    usual = {**dict.fromkeys(TICKED, True), **dict.fromkeys(UNTICKED, False)}
    value = [None if text is None else own.get(code, usual.get(text.casefold())) for code, text in zip(codes, texts, strict=True)]
    allowed = named([*own, "Y, Yes, Ja, 1", "N, No, Nein, 0", "empty"])
    neither = [text is not None and tick is None for text, tick in zip(texts, value, strict=True)]
    return _Typed(pd.array(value, dtype="boolean"), [(neither, "not a tick", allowed, "Correct the file.")])


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
    given = {name: texts[name].ne("") & texts[name].ne(NOT_SHOWN_TEXT) for name in names}
    return pd.DataFrame(given, index=texts.index, dtype=bool)


def occurring(texts: pd.Series) -> tuple[NDArray[np.signedinteger], list[str]]:
    """The place of each text among those that occur, and these."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        return texts.cat.codes.to_numpy(), texts.cat.categories.to_numpy(dtype=object).tolist()
    places, found = pd.factorize(texts.to_numpy(dtype=object))
    return places, found.tolist()


def _complete_set(values: dict[str, pd.Series], reasons: dict[str, pd.Series], options: list[str], others: pd.Series) -> None:
    """Where one box of a set was filled, an empty box means "not ticked"; where none was, the set was skipped."""
    filled = others.to_numpy(copy=True)
    for option in options:
        filled |= values[option].notna().to_numpy()
    for option in options:
        unticked = filled & values[option].isna() & reasons[option].isin([SKIPPED, NOT_REACHED])
        values[option] = values[option].mask(unticked, False)
        reasons[option] = reasons[option].mask(unticked, "")


def _unreached(texts: pd.DataFrame, codebook: Codebook, partial: pd.Series) -> NDArray[np.bool_]:
    """True after the last answered question of each partial record. An identifier is no answer: the tool may have filled it in."""
    identifiers = codebook.variables["sensitivity"].reindex(texts.columns).eq("identifier").to_numpy()
    given = answered(texts, texts.columns).to_numpy(dtype=bool) & ~identifiers
    later = np.logical_or.accumulate(given[:, ::-1], axis=1)[:, ::-1]
    return ~later & partial.to_numpy(dtype=bool)[:, None]
