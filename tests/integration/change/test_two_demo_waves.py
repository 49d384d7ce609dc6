"""The known changes between the two demo studies are found again."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.data.answers import type_answers
from helpers.data.codebook import Codebook, read_codebook
from helpers.data.limesurvey import match_columns
from helpers.data.records import by_question, finished, select_records
from helpers.data.settings import read_settings
from helpers.data.simulate import read_parameters, simulate, write_demo
from helpers.data.tabular import read_texts
from helpers.integration.change.means import change_in_means
from helpers.integration.change.questions import question_words, questions_apart
from helpers.integration.change.shares import change_in_shares
from helpers.integration.change.units import populations, wave_units
from helpers.quantitative.index.tables import with_indices

DATA = Path(__file__).parents[3] / "data"
SHARES = {("measures_taken", "", "Y"): 0.18, ("strategy", "", "full"): 0.10, ("target_regions", "south_east_asia", ""): 0.15}
SHARES |= {("barriers", "barrier_staff", ""): -0.14}
DEGREE = 4.0
CLEAR = [place for place in SHARES if place[0] != "strategy"]  # large enough to be told from no change
UNIT = "unit_id"


@dataclass(frozen=True)
class Wave:
    """One row per respondent with the unit and the indices, the units that were eligible, the questionnaire."""

    answers: pd.DataFrame
    eligible: pd.Series
    book: Codebook
    indices: list[str]


def wave(folder):
    """A wave of the survey alone, read as `open_study` reads it; there the unit of an answer is not told."""
    settings, book = read_settings(folder), read_codebook(folder)
    file = settings.files.responses
    export = match_columns(read_texts(folder / file, name=file), book, file=file, headers="limesurvey")
    counted = export.answers[[name for name in export.answers if name == UNIT or book.variables.at[name, "sensitivity"] != "identifier"]]
    options = {"least": settings.partial.least, "repeated": settings.repeated, "unit": UNIT, "file": file}
    rows = select_records(by_question(counted, book), export.system, **options).rows
    typed = type_answers(export.answers, book, file=file, partial=~finished(export.system)).values.loc[rows]
    items = {name: [(item.variable, item.low, item.high, item.weight) for item in index.items] for name, index in settings.indices.items()}
    tables = {name: pd.DataFrame(own, columns=["variable", "low", "high", "weight"]) for name, own in items.items()}
    public = book.variables.index[~book.variables["sensitivity"].isin(["identifier", "free"])]
    answers = with_indices(typed[[name for name in public if name in typed]], tables).assign(**{UNIT: typed[UNIT].astype(str)})
    return Wave(answers, pd.read_csv(folder / "frame.csv")[UNIT], book, list(items))


def changes(before, now):
    known = populations(before.eligible, now.eligible)
    sets = {name: now.book.members(name) for kind in ("multiple", "ordinal") for name in now.book.sets(kind)}
    shares = change_in_shares(before.answers, now.answers, unit=UNIT, sets=sets, populations=known)
    indices = [UNIT, *now.indices]
    return shares, change_in_means(before.answers[indices], now.answers[indices], unit=UNIT, populations=known)


@pytest.fixture(scope="module")
def now():
    return wave(DATA / "demo")


@pytest.fixture(scope="module")
def before():
    return wave(DATA / "demo-2024")


@pytest.fixture(scope="module")
def found(before, now):
    return changes(before, now)


def known_rows(shares):
    return shares[shares["units"].eq("all")].set_index(["question", "option", "answer"]).loc[list(SHARES)]


def test_known_changes_lie_in_their_intervals_and_have_the_right_sign(found):
    shares, means = found
    rows, declared = known_rows(shares), np.array(list(SHARES.values()))
    assert ((rows["low"] <= declared) & (declared <= rows["high"])).all()
    assert (np.sign(rows["share_difference"]) == np.sign(declared)).all()
    degree = means.set_index(["question", "units"]).loc[("degree", "all")]
    assert 0 < degree["points_low"] < DEGREE < degree["points_high"]


def test_clear_changes_are_told_from_none(found):
    assert (known_rows(found[0]).loc[CLEAR, "p_value"] < 0.05).all()


def test_the_changes_of_the_units_themselves_are_covered(found):
    """What all 112 and 118 units would have answered is known: of all shares, about 95 % of the intervals hold their change."""
    truths = []
    for folder in (DATA / "demo-2024", DATA / "demo"):
        parameters, book = read_parameters(folder), read_codebook(folder)
        truths.append(simulate(parameters, book.variables, book.levels, seed=parameters["seed"]).truth)
    rows = found[0][found[0]["units"].eq("all") & found[0]["question"].ne("measures")]
    column = rows["option"].where(rows["option"].ne(""), rows["item"]).where(lambda name: name.ne(""), rows["question"])
    answer = rows["answer"].where(rows["option"].eq(""), "Y")
    change = [truths[1][name].eq(said).mean() - truths[0][name].eq(said).mean() for name, said in zip(column, answer, strict=True)]
    covered = (rows["low"] <= change) & (change <= rows["high"])
    assert len(covered) > 150
    assert 0.90 <= covered.mean() <= 0.99


def test_nothing_else_is_larger(found):
    """After Holm the undeclared changes that remain are few and smaller than the largest declared one."""
    shares, means = found
    rows = shares[shares["units"].eq("all") & ~shares["question"].isin(["measures_taken", "strategy"])]
    rows = rows[~rows["option"].isin(["south_east_asia", "barrier_staff"]) & (rows["p_holm"] < 0.05)]
    assert len(rows) <= 0.05 * shares["question"].ne("").sum() / 3
    potential = means.set_index(["question", "units"]).loc[("potential", "all")]
    assert potential["points_low"] < 0 < potential["points_high"]


def test_the_declared_seed_is_the_first_that_does_not_mislead(tmp_path, now):
    for name in ("demo", "demo-2024"):
        shutil.copytree(DATA / name, tmp_path / name, ignore=shutil.ignore_patterns("interviews"))

    def misleads(seed):
        write_demo(tmp_path / "demo-2024", seed=seed)
        shares, means = changes(wave(tmp_path / "demo-2024"), now)
        rows, declared = known_rows(shares), np.array(list(SHARES.values()))
        degree = means.set_index(["question", "units"]).loc[("degree", "all")]
        right = (np.sign(rows["share_difference"]) == np.sign(declared)) & (rows["low"] <= declared) & (declared <= rows["high"])
        clear = (rows.loc[CLEAR, "p_value"] < 0.05).all() and 0 < degree["points_low"] < DEGREE < degree["points_high"]
        return not (right.all() and clear)

    seed = read_parameters(DATA / "demo-2024")["seed"]
    assert [tried for tried in range(2, seed + 1) if not misleads(tried)] == [seed]


def test_both_studies_ask_the_same_and_know_their_units(before, now):
    words = [question_words(one.book.variables, one.book.levels, language="de") for one in (before, now)]
    assert questions_apart(before.answers, now.answers, words_before=words[0], words_now=words[1]).empty
    table = wave_units(before.answers, now.answers, unit=UNIT, eligible_before=before.eligible, eligible_now=now.eligible)
    units = table.set_index("answer")["count"]
    assert 25 <= units["both"] <= 38
    assert (units[["lost", "gone", "added", "new"]] > 0).all()
    assert units.sum() == len(before.answers) + len(now.answers) - units["both"]
