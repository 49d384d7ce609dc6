"""Fieldwork: who of the simulated units answers, how far and when, as the records of an export."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.codebook import Codebook
from helpers.data.questionnaire import page_of
from helpers.data.simulation import draws

_DAY = datetime.timedelta(days=1)
_COMPLETE, _STOPPED, _OPENED, _BEFORE, _TRIAL = "complete", "stopped", "opened", "before", "trial"


def records(given: pd.DataFrame, truth: pd.DataFrame, codebook: Codebook, parameters: Mapping[str, Any], *, seed: draws.Seed) -> pd.DataFrame:
    """The records of an export.

    Parameters
    ----------
    given : DataFrame
        One row per eligible unit, one column per question: what it would answer, as texts.
    truth : DataFrame
        Same rows: what is known of the units.
    codebook : Codebook
    parameters : mapping
        As `read_parameters` returns them.
    seed : int or Panel
        Of the units; who answers in a wave of a panel goes along with who did in the other.

    Returns
    -------
    DataFrame
        One row per record, by the time it began: LimeSurvey's own columns, then one column per question code.
    """
    alone = draws.own(seed)
    sent = _timed(_sent(truth, parameters, seed), parameters, alone)
    pages = list(parameters["pages"])
    answers = given.iloc[sent["unit"]].reset_index(drop=True)
    codes = {str(name): str(codebook.variables.at[name, "code"]) for name in given}
    _blank(answers, sent, codes, codebook, parameters)
    complete = sent["role"].eq(_COMPLETE) | (sent["role"].eq(_BEFORE) & sent["page"].eq(pages[-1]))
    token = truth[parameters["unit"]].iloc[sent["unit"]].reset_index(drop=True)
    system = pd.DataFrame(
        {
            "id": [str(number) for number in range(1, len(sent) + 1)],
            "submitdate": sent["end"].dt.strftime("%Y-%m-%d %H:%M:%S").where(complete, ""),
            "lastpage": [str(pages.index(page) + 1) if page else "0" for page in sent["page"]],
            "startlanguage": np.where(draws.uniform(alone, "language", len(sent)) < parameters["response"]["english"], "en", "de"),
            "seed": [str(int(place * 2**31)) for place in draws.uniform(alone, "record", len(sent))],
            "startdate": sent["start"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "datestamp": sent["end"].dt.strftime("%Y-%m-%d %H:%M:%S"),
            "token": token.where(sent["role"].ne(_TRIAL), ""),
        }
    )
    return pd.concat([system, answers.rename(columns=codes)], axis=1)


def _sent(truth: pd.DataFrame, parameters: Mapping[str, Any], seed: draws.Seed) -> pd.DataFrame:
    """One row per record: ``unit`` (row of ``truth``), ``role``, ``page`` (the last one sent, empty for none)."""
    response, pages = parameters["response"], list(parameters["pages"])
    stopped = [page for page, count in response["stopped_after"].items() for _ in range(count)]
    roles = [(_COMPLETE, pages[-1])] * response["complete"] + [(_STOPPED, page) for page in stopped] + [(_OPENED, "")] * response["opened"]
    size, trials = len(truth), response["trials"]
    if len(roles) + trials > size:
        raise ValueError(f"{len(roles)} units are to respond and {trials} to be trials, and there are {size}; lower the numbers under 'response'")
    score = sum((slope * draws.amount(dict(truth.items()), term) for term, slope in response["lean"].items()), np.zeros(size))
    order = draws.preferred(seed, "response", score)
    shuffled = order[: len(roles)][np.argsort(draws.uniform(draws.own(seed), "roles", len(roles)), kind="stable")]
    rows = [(unit, role, page) for unit, (role, page) in zip(shuffled, roles, strict=True)]
    rows += [(unit, _BEFORE, page) for unit, page in zip(shuffled, response["answered_before"], strict=False)]
    rows += [(unit, _TRIAL, pages[0]) for unit in order[len(roles) : len(roles) + trials]]
    return pd.DataFrame(rows, columns=["unit", "role", "page"])


def _timed(sent: pd.DataFrame, parameters: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """Begin and end of each record, on working days; trials before the fieldwork, second answers in its second half."""
    first, last = parameters["fieldwork"]
    days = pd.bdate_range(first, last)
    for closed, until in parameters["response"]["closed"]:
        days = days[(days < pd.Timestamp(closed)) | (days > pd.Timestamp(until))]
    place = draws.uniform(seed, "day", len(sent)) ** 1.6
    again = sent["unit"].duplicated(keep=False)
    place = np.where(again, place / 2 + np.where(sent["role"].eq(_BEFORE), 0, 0.5), place)
    before = pd.bdate_range(end=first - _DAY, periods=3)[0]
    day = days[(place * len(days)).astype(int)].to_series(index=sent.index).mask(sent["role"].eq(_TRIAL), before)
    seconds = np.floor((8.25 + 9 * draws.uniform(seed, "hour", len(sent))) * 3600)
    duration = dict(parameters["response"]["minutes"])
    minutes = draws.lognormal(draws.uniform(seed, "minutes", len(sent)), **duration, step=1 / 60)
    pages = list(parameters["pages"])
    done = np.array([(pages.index(page) + 1) / len(pages) if page else 0.0 for page in sent["page"]])
    start = day + pd.to_timedelta(seconds, unit="s")
    end = start + pd.to_timedelta(np.floor(60 * minutes * done), unit="s")
    return sent.assign(start=start, end=end).sort_values(["start", "unit"], kind="stable").reset_index(drop=True)


def _blank(answers: pd.DataFrame, sent: pd.DataFrame, codes: Mapping[str, str], codebook: Codebook, parameters: Mapping[str, Any]) -> None:
    """Take out what a record did not reach, what a first answer left open, and what a filter did not show."""
    pages = list(parameters["pages"])
    reached = pd.Series([pages.index(page) if page else -1 for page in sent["page"]], index=answers.index)
    secret = codebook.variables["sensitivity"]
    for name, code in codes.items():
        gone = reached < pages.index(page_of(code))
        if secret[name] == "free":
            gone |= sent["role"].eq(_BEFORE) | _set_empty(answers, code, codes)
        if secret[name] == "identifier":
            gone |= sent["role"].eq(_TRIAL)
        answers[name] = answers[name].mask(gone, "")
    for name, needed in parameters["filters"].items():
        hidden = answers[needed["question"]].ne(needed["answer"])
        for item in codebook.members(name) or [name]:
            answers[item] = answers[item].mask(hidden, NOT_SHOWN_TEXT)


def _set_empty(answers: pd.DataFrame, code: str, codes: Mapping[str, str]) -> pd.Series:
    """Whether every box beside a field for other answers is empty; a field of its own has none."""
    question, bracket, _ = code.partition("[")
    boxes = [name for name, other in codes.items() if bracket and other.startswith(f"{question}[") and other != code]
    return (answers[boxes] == "").all(axis=1) if boxes else pd.Series(False, index=answers.index)
