"""Evidence: the numbers behind the verdict on a statement, as sentences; what rests on too few is withheld."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.data.study import Study
from helpers.reporting.attack import audit
from helpers.reporting.disclosure import suppress
from helpers.reporting.items import answer_counts
from helpers.reporting.labels import variable_label
from helpers.reporting.wording import Wording, capital

LEAST_TOLD = 0.01  # nothing is told to be more certain than this
KEPT = ["count", "n", "share", "low", "high", "effect", "effect_low", "effect_high", "worst_low", "worst_high"]


def evidence_cells(study: Study, tests: pd.DataFrame) -> pd.DataFrame:
    """The numbers of every test as cells that can be checked and published.

    Parameters
    ----------
    study : Study
    tests : DataFrame
        See `helpers.integration.statements.verdicts.statement_verdicts`.

    Returns
    -------
    DataFrame
        One row per test, same index: ``question``, ``option``, ``answer`` (of several, joined by "+"), the numbers of the test, ``suppressed``: where
        it is True, all numbers are missing.
    """
    claims = study.claims.set_index(["id", "part"])
    rows = [_cell(claims.loc[(test.id, test.part)], test) for test in tests.itertuples()]
    cells = pd.DataFrame(rows, index=tests.index, columns=["question", "option", "answer"]).join(tests[[name for name in KEPT if name in tests]])
    checked = [_checked(study, cells.loc[[row]]) for row in cells.index]
    return pd.concat(checked) if checked else cells.assign(suppressed=False)


def evidence_sentence(study: Study, test: pd.Series, cell: pd.Series, wording: Wording, *, whole: bool = False) -> str:
    """What a test found, in one sentence with its numbers; of a ranking, on wish, with the shares of all options that the statement names."""
    names = {name: variable_label(test[name], study.codebook, wording) for name in ("option", "other") if test[name]}
    if cell["suppressed"]:
        return wording.say("evidence.withheld.of" if test["step"] == "item" else "evidence.withheld", **names)
    if test["assumption"] in ("no_answers", "no_model", "interviews"):
        return wording.say(f"evidence.{test['assumption']}")
    values = {**cell.to_dict(), **names}
    shares = named_shares(study, test, cell, wording) if test["kind"] == "leading_set" or whole else {}
    return wording.say(f"evidence.{test['kind']}{'.whole' if shares else ''}", **values, **shares)


def named_shares(study: Study, test: pd.Series, cell: pd.Series, wording: Wording) -> dict[str, object]:
    """Of a ranking, the options that its statement names and the one beside them, with their shares; nothing where one of these is withheld."""
    if test["kind"] not in ("ordering", "leading_set"):
        return {}
    line = study.claims.set_index(["id", "part"]).loc[(test["id"], test["part"])]
    named = line["options"].replace(">", "|").split("|")
    ticks = study.responses[list(dict.fromkeys([*named, test["other"]]))].dropna().astype(bool)
    counts = pd.DataFrame({"question": line["question"], "option": ticks.columns, "count": ticks.sum().to_numpy(), "n": len(ticks)})
    if len(ticks) != cell["n"] or suppress(counts, k=study.min_cell)["suppressed"].any():
        return {}
    shares = ticks.mean()
    ordered = named if test["kind"] == "ordering" else shares[named].sort_values(ascending=False, kind="stable").index
    told = [f"{wording.percent(shares[name])} {wording.quoted(variable_label(name, study.codebook, wording))}" for name in ordered]
    return {"shares": told, "other_share": shares[test["other"]]}


def chance_sentence(test: pd.Series, wording: Wording) -> str:
    """How probable it is that what a test is about holds, or how often chance alone would show it."""
    if test["kind"] == "importance" and pd.notna(test["p_value"]):
        return wording.say("evidence.by_chance", p_value=test["p_value"])
    if pd.isna(test["probability"]):
        return ""
    kept = min(max(float(test["probability"]), LEAST_TOLD), 1 - LEAST_TOLD)
    bound = "" if kept == test["probability"] else "above" if kept > 0.5 else "below"
    return wording.say(f"evidence.probability{'.' if bound else ''}{bound}", probability=kept)


def _cell(claim: pd.Series, test: Any) -> tuple[str, str | None, str | None]:
    """Question, option and answer that a test is about."""
    if test.kind in ("majority", "minority"):
        return claim["question"], None, claim["answer"].replace("|", "+") or None
    if test.kind == "ratings":
        return test.option or claim["question"], None, claim["answer"].replace("|", "+")
    return claim["question"], test.option or None, None


def _checked(study: Study, row: pd.DataFrame) -> pd.DataFrame:
    """A row, suppressed where it or an answer beside it in its distribution could be worked out."""
    cell = row.drop(columns=["count"]) if row["count"].isna().all() else row
    cell = cell.dropna(axis=1, how="all")
    hidden = suppress(cell, k=study.min_cell)
    question = row["question"].item()
    if not hidden["suppressed"].item() and "answer" in cell and question in study.responses:
        told = [suppress(counts, k=study.min_cell) for counts in told_elsewhere(study, question)]
        hidden = hidden if audit([*told, hidden], k=study.min_cell)["safe"].all() else suppress(cell.assign(count=0), k=study.min_cell)
    return hidden.reindex(columns=[*row.columns, "suppressed"])


def told_elsewhere(study: Study, question: str) -> list[pd.DataFrame]:
    """The distributions of a question that the report may hold: of a battery by sides, where one of its items has too few on a step."""
    answers = answer_counts(study, question)
    battery = next((items for items in study.sets("ordinal").values() if question in items), [])
    steps = [answer_counts(study, item)["count"] for item in battery]
    if all((counts >= study.min_cell).all() for counts in steps if counts.sum()):
        return [answers]
    side = np.sign(np.arange(len(answers)) - (len(answers) - 1) / 2)
    joined = answers.groupby(side, sort=False).agg({"question": "first", "answer": "+".join, "count": "sum", "n": "first"})
    return [joined, answers] if question in study.settings.cross.of else [joined]


def verdict_word(verdict: str, wording: Wording) -> str:
    """A verdict as readers see it."""
    return capital(wording.say(f"certainty.{verdict}"))
