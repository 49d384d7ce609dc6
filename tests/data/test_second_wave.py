"""The simulated previous wave: the same units, their answers two years earlier, and changes that are known."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from helpers.data import opening
from helpers.data.codebook import read_codebook
from helpers.data.opening import keep_open, open_study
from helpers.data.settings import read_settings
from helpers.data.simulate import PARAMETERS_FILE, Simulation, merged, read_parameters, simulate, write_demo
from helpers.data.simulation import draws
from helpers.data.simulation.frame import eligible_units

DATA = Path(__file__).parents[2] / "data"
DEMO, EARLIER = DATA / "demo", DATA / "demo-2024"
HANDMADE = ("codebook.csv", "levels.csv", "study.yaml", PARAMETERS_FILE)
WRITTEN = ("frame.csv", "survey/responses.csv")


def made(folder: Path, **changes: Any) -> Simulation:
    parameters, book = read_parameters(folder), read_codebook(folder)
    return simulate(merged(parameters, changes), book.variables, book.levels, seed=parameters["seed"])


@pytest.fixture(scope="module")
def now() -> pd.DataFrame:
    return made(DEMO).truth.set_index("unit_id")


@pytest.fixture(scope="module")
def before() -> Simulation:
    return made(EARLIER)


@pytest.fixture(scope="module")
def large() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both waves with many units, so that declared values show."""
    parameters, book = read_parameters(EARLIER), read_codebook(EARLIER)
    other = parameters["panel"]["parameters"] | {"units": 6000}
    panel = parameters["panel"] | {"parameters": other, "stays": {"count": 5000, "lean": {"age": 0.08}}}
    earlier = simulate(parameters | {"units": 5600, "panel": panel}, book.variables, book.levels, seed=3).truth
    later = simulate(other, book.variables, book.levels, seed=other["seed"]).truth
    return earlier.set_index("unit_id"), later.set_index("unit_id")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for folder in (DEMO, EARLIER):
        (tmp_path / folder.name).mkdir()
        for name in HANDMADE:
            shutil.copy(folder / name, tmp_path / folder.name / name)
    return tmp_path


# ------------------------------------------------------------------------------------------------------------- the same bytes
def test_the_committed_wave_comes_out_byte_for_byte_and_leaves_the_other_alone(folders: Path) -> None:
    write_demo(folders / "demo-2024")
    assert {name: (folders / "demo-2024" / name).read_bytes() == (EARLIER / name).read_bytes() for name in WRITTEN} == dict.fromkeys(WRITTEN, True)
    assert sorted(path.name for path in (folders / "demo").iterdir()) == sorted(HANDMADE)


def test_another_seed_keeps_the_units_that_the_other_wave_knows_as_they_are_there(folders: Path) -> None:
    other = write_demo(folders / "demo-2024", seed=9).frame.set_index("unit_id")
    frame = pd.read_csv(DEMO / "frame.csv", index_col="unit_id")
    again = other.index.intersection(frame.index)
    assert len(again) == 104
    assert other.loc[again, "sector"].tolist() == frame.loc[again, "sector"].tolist()


def test_the_questionnaire_is_the_same() -> None:
    for name in ("codebook.csv", "levels.csv"):
        assert (EARLIER / name).read_bytes() == (DEMO / name).read_bytes()
    planned = {"roles", "partial", "repeated", "groups", "indices", "model", "disclosure"}
    first, second = (read_settings(folder).model_dump(include=planned) for folder in (EARLIER, DEMO))
    assert first == second


def test_every_parameter_says_where_it_comes_from() -> None:
    def leaves(tree: Any, path: str = "") -> list[tuple[str, Any]]:
        if isinstance(tree, dict) and set(tree) != {"value", "source"}:
            return [leaf for name, branch in tree.items() for leaf in leaves(branch, f"{path}/{name}")]
        return [(path, tree)]

    declared = leaves(yaml.safe_load((EARLIER / PARAMETERS_FILE).read_text(encoding="utf-8")))
    assert [path for path, leaf in declared if not isinstance(leaf, dict) or len(str(leaf["source"]).removeprefix("assumption - ")) < 10] == []


def test_the_study_can_be_opened() -> None:
    study = open_study("data/demo-2024")
    assert study.population == 112
    assert len(study.responses) == pytest.approx(50, abs=3)
    assert (study.settings.roles.unit, len(study.interviews)) == ("unit_id", 0)


# ------------------------------------------------------------------------------------------------------------------ the panel
def test_units_come_and_go(before: Simulation, now: pd.DataFrame) -> None:
    frame = before.frame.set_index("unit_id")
    again = frame.index.intersection(now.index)
    assert (len(frame), len(again), frame.index.is_unique, frame.index.is_monotonic_increasing) == (112, 104, True, True)
    for known in ("sector", "region", "type", "founded"):
        assert frame.loc[again, known].tolist() == now.loc[again, known].tolist()
    assert (frame["age"] == 2023 - frame["founded"]).all()
    times = frame.loc[again, "members"] / now.loc[again, "members"]
    assert times.median() == pytest.approx(0.95, abs=0.03)
    assert times.between(0.55, 1.35).all()
    # Who is not there yet is younger than the others, on average.
    assert now.drop(again)["age"].mean() < now.loc[again, "age"].mean()


def test_answers_go_along_with_later_ones(large: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    earlier, later = large
    again = earlier.index.intersection(later.index)
    for latent in ("degree", "potential", "contacts"):
        assert np.corrcoef(earlier.loc[again, latent], later.loc[again, latent])[0, 1] > 0.8, latent
    for box, declared in (("europe", 0.82), ("motive_skilled", 0.25), ("barrier_law", 0.35)):
        ticked = earlier.loc[again, box].eq("Y"), later.loc[again, box].eq("Y")
        chance = declared**2 + (1 - declared) ** 2
        assert (ticked[0] == ticked[1]).mean() > chance + 0.5 * (1 - chance), box
    strangers = earlier.index.difference(later.index)
    shuffled = later.iloc[: len(strangers)]
    assert abs(np.corrcoef(earlier.loc[strangers, "potential"], shuffled["potential"])[0, 1]) < 0.15


def test_more_units_answer_both_times_than_by_chance() -> None:
    answered = [pd.read_csv(folder / "survey" / "responses.csv", dtype=str, encoding="utf-8-sig")["token"].dropna() for folder in (EARLIER, DEMO)]
    assert 30 <= len(set(answered[0]) & set(answered[1])) > 1.15 * len(set(answered[0])) * len(set(answered[1])) * 104 / (112 * 118)


def test_the_correlation_of_the_draws_is_the_declared_one() -> None:
    rows = (*range(9000, 0, -1), *[-1] * 1000)
    panel = draws.Panel(own=1, other=2, size=10_000, rows=rows, correlation=0.6)
    here, there = draws.normal(panel, "x", 10_000), draws.normal(2, "x", 10_000)
    assert np.corrcoef(here[:9000], there[list(rows[:9000])])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert here[9000:] == pytest.approx(draws.normal(1, "x", 10_000)[9000:])
    assert (here.mean(), here.std()) == pytest.approx((0, 1), abs=0.02)
    assert np.corrcoef(here, draws.normal(panel, "y", 10_000))[0, 1] == pytest.approx(0, abs=0.03)
    with pytest.raises(ValueError, match="x: 5 numbers are drawn for a panel of 10000 units"):
        draws.uniform(panel, "x", 5)


def test_a_third_wave_goes_along_with_the_second(folders: Path) -> None:
    """A wave may refer to one that refers to another itself."""
    (folders / "third").mkdir()
    for name in HANDMADE:
        shutil.copy(EARLIER / name, folders / "third" / name)
    text = (EARLIER / PARAMETERS_FILE).read_text(encoding="utf-8").replace("../demo\n", "../demo-2024\n").replace("value: 4", "value: 5")
    (folders / "third" / PARAMETERS_FILE).write_text(text, encoding="utf-8")
    third, second = made(folders / "third").truth.set_index("unit_id"), made(folders / "demo-2024").truth.set_index("unit_id")
    again = third.index.intersection(second.index)
    assert len(again) == 104
    assert np.corrcoef(third.loc[again, "degree"], second.loc[again, "degree"])[0, 1] > 0.7


def test_more_units_than_there_are_cannot_stay() -> None:
    with pytest.raises(ValueError, match="113 units are to be in both waves, which have 112 and 118; lower 'count' under 'stays'"):
        made(EARLIER, panel={"stays": {"count": 113}})


def test_the_seed_of_the_other_wave_is_refused() -> None:
    parameters, book = read_parameters(EARLIER), read_codebook(EARLIER)
    with pytest.raises(ValueError, match="the seed 1 is that of another wave of the panel"):
        simulate(parameters, book.variables, book.levels, seed=1)


@pytest.mark.parametrize("seed", range(5, 11))
def test_new_units_get_identifiers_that_nobody_had(seed: int) -> None:
    parameters, book = read_parameters(EARLIER), read_codebook(EARLIER)
    short = {"token": parameters["token"] | {"length": 2}}
    other = eligible_units(parameters["panel"]["parameters"] | short, book, seed=1).columns["unit_id"]
    panel = parameters["panel"] | {"parameters": parameters["panel"]["parameters"] | short}
    units = eligible_units(parameters | short | {"panel": panel}, book, seed=seed).columns["unit_id"]
    assert (len(set(units)), len(set(units) & set(other))) == (112, 104)


def test_the_parameters_are_left_as_they_were() -> None:
    parameters, book = read_parameters(EARLIER), read_codebook(EARLIER)
    kept = copy.deepcopy(parameters)
    simulate(parameters, book.variables, book.levels, seed=3)
    assert parameters == kept


# ----------------------------------------------------------------------------------------------------------- the known changes
KNOWN = {("measures_taken", "Y"): 0.18, ("strategy", "full"): 0.10, ("south_east_asia", "Y"): 0.15, ("barrier_staff", "Y"): -0.14}


def test_the_known_changes_are_those_that_the_waves_declare(large: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    earlier, later = large
    for (name, answer), change in KNOWN.items():
        assert later[name].eq(answer).mean() - earlier[name].eq(answer).mean() == pytest.approx(change, abs=0.025), name
    assert later["degree"].mean() - earlier["degree"].mean() == pytest.approx(4, abs=0.5)
    assert later["potential"].mean() - earlier["potential"].mean() == pytest.approx(0, abs=0.5)


def test_all_else_is_unchanged(large: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    earlier, later = large
    parameters = read_parameters(DEMO)
    boxes = [option for rule in parameters["ticks"].values() for option in rule["options"]]
    for box in set(boxes) - {name for name, _ in KNOWN}:
        assert later[box].eq("Y").mean() == pytest.approx(earlier[box].eq("Y").mean(), abs=0.03), box
    for question in set(parameters["questions"]) - {"measures_taken", "strategy"}:
        first, second = (wave[question].value_counts(normalize=True) for wave in large)
        assert first.to_dict() == pytest.approx(second.to_dict(), abs=0.03), question


def test_free_answers_are_used_once_and_only_here() -> None:
    texts = [pd.read_csv(folder / "survey" / "responses.csv", dtype=str, encoding="utf-8-sig")[["H3", "D2[other]"]] for folder in (EARLIER, DEMO)]
    first, second = (table.stack().dropna() for table in texts)
    assert len(first) >= 12
    assert first.is_unique
    assert not set(first) & set(second)
    assert first.str.len().between(20, 120).all()


def test_a_study_that_was_opened_ahead_has_the_same_wave_before() -> None:
    plain = open_study(DEMO, language="de", min_cell=8, waves=2)
    keep_open(DEMO, unchanged=lambda: True)
    ahead = open_study(DEMO, language="de", min_cell=8, waves=2)
    assert not opening._KEPT
    for now, other in ((plain, ahead), (plain.previous, ahead.previous)):
        assert now is not None and other is not None
        pd.testing.assert_frame_equal(now.responses, other.responses)
        assert (now.language, now.min_cell, now.confidential) == (other.language, other.min_cell, other.confidential)
    assert not ahead.previous.confidential - ahead.confidential
