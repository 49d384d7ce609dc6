"""The simulated survey: reproducible, as declared, and as messy as a real export."""

from __future__ import annotations

import copy
import datetime
import io
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

from helpers.data.codebook import Codebook, read_codebook
from helpers.data.questionnaire import asked, questionnaire
from helpers.data.settings import Settings, read_settings
from helpers.data.simulate import PARAMETERS_FILE, Simulation, read_parameters, simulate, write_demo
from helpers.data.structure import read_structure

DEMO = Path(__file__).parents[2] / "data" / "demo"
HANDMADE = ("codebook.csv", "levels.csv", "study.yaml", PARAMETERS_FILE)
WRITTEN = ("frame.csv", "survey/responses.csv", "survey/structure.lss")
SYSTEM = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp", "token"]
SOURCES = (
    *(
        "assumption - ",
        "Cluster-Atlas Baden-Württemberg 2015",
        "ClusterAgentur Baden-Württemberg",
        "clusterplattform.de 2015",
        "clusterportal-bw 2016",
    ),
    *("kooperation-international.de", "Dissertation zu Clustermanagements", "Fraunhofer MOEZ 2011", "European Cluster Collaboration Platform"),
)


@pytest.fixture(scope="module")
def book() -> Codebook:
    return read_codebook(DEMO)


@pytest.fixture(scope="module")
def study() -> Settings:
    return read_settings(DEMO)


@pytest.fixture
def parameters() -> dict[str, Any]:
    return read_parameters(DEMO)


@pytest.fixture(scope="module")
def export() -> pd.DataFrame:
    return pd.read_csv(DEMO / "survey" / "responses.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_csv(DEMO / "frame.csv", index_col="unit_id")


@cache
def simulated(seed: int, units: int = 118, complete: int = 44, lean: float | None = None) -> Simulation:
    parameters, book = read_parameters(DEMO), read_codebook(DEMO)
    response = parameters["response"] | {"complete": complete} | ({} if lean is None else {"lean": {"log(members)": lean}})
    return simulate(parameters | {"units": units, "response": response}, book.variables, book.levels, seed=seed)


@pytest.fixture(scope="module")
def everybody() -> pd.DataFrame:
    """The finished answers of a large population, with everybody equally ready to answer."""
    answers = simulated(5, 12_000, 11_900, 0.0).answers
    return answers[answers["submitdate"].ne("") & answers["token"].ne("")].drop_duplicates("token", keep="last")


def usable(answers: pd.DataFrame) -> pd.DataFrame:
    """One record per unit, the last of those that came past the middle of the questionnaire."""
    reached = answers["lastpage"].astype(int).ge(5) & answers["token"].ne("")
    return answers[reached].drop_duplicates("token", keep="last")


# ------------------------------------------------------------------------------------------------------------- the same bytes
def test_the_committed_demo_comes_out_byte_for_byte(tmp_path: Path) -> None:
    for name in HANDMADE:
        shutil.copy(DEMO / name, tmp_path / name)
    write_demo(tmp_path)
    assert {name: (tmp_path / name).read_bytes() == (DEMO / name).read_bytes() for name in WRITTEN} == dict.fromkeys(WRITTEN, True)


def test_another_seed_gives_other_answers_and_the_same_questionnaire(tmp_path: Path) -> None:
    for name in HANDMADE:
        shutil.copy(DEMO / name, tmp_path / name)
    write_demo(tmp_path, seed=2)
    assert {name: (tmp_path / name).read_bytes() == (DEMO / name).read_bytes() for name in WRITTEN} == dict(
        zip(WRITTEN, (False, False, True), strict=True)
    )


def test_the_parameters_are_left_as_they_were(parameters: dict[str, Any], book: Codebook) -> None:
    before = copy.deepcopy(parameters)
    simulate(parameters, book.variables, book.levels, seed=3)
    assert parameters == before


def test_one_question_less_leaves_the_other_answers_alone(parameters: dict[str, Any], book: Codebook) -> None:
    rest = {name: rule for name, rule in parameters["questions"].items() if name != "interested"}
    levels, variables = book.levels, book.variables.drop(index="interested")
    missing = {name: reasons for name, reasons in parameters["declared_missing"].items() if name != "interested"}
    fewer = simulate(parameters | {"questions": rest, "declared_missing": missing}, variables, levels, seed=1).answers
    pd.testing.assert_frame_equal(fewer, simulated(1).answers.drop(columns="G1"))


# --------------------------------------------------------------------------------------------------------- parameters, sources
def leaves(tree: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(tree, dict) and set(tree) != {"value", "source"}:
        return [leaf for name, branch in tree.items() for leaf in leaves(branch, f"{path}/{name}")]
    return [(path, tree)]


def test_every_parameter_says_where_it_comes_from() -> None:
    declared = leaves(yaml.safe_load((DEMO / PARAMETERS_FILE).read_text(encoding="utf-8")))
    assert len(declared) > 60
    assert [path for path, leaf in declared if not isinstance(leaf, dict) or not str(leaf["source"]).startswith(SOURCES)] == []
    assert [path for path, leaf in declared if str(leaf["source"]).strip() == "assumption -"] == []


def test_offsets_of_an_index_cancel_out(parameters: dict[str, Any], study: Settings) -> None:
    for name, index in study.indices.items():
        rules = [parameters["scales"][item.variable] for item in index.items]
        assert {rule["follows"] for rule in rules} == {name}
        assert sum(rule.get("offset", 0) for rule in rules) == 0
        assert [rule["high"] for rule in rules if "high" in rule] == [item.high for item in index.items if item.low == 0]


def test_sectors_that_are_merged_share_their_coefficient(parameters: dict[str, Any], study: Settings) -> None:
    points = parameters["latents"]["degree"]["levels"]["sector"]
    for level in study.groups["sector_group"].levels:
        assert len({points[sector] for sector in level.from_}) == 1


# ------------------------------------------------------------------------------------------------------------------ the frame
def test_the_frame_has_the_published_margins(frame: pd.DataFrame) -> None:
    assert len(frame) == 118
    assert frame.index.is_unique
    assert frame.index.str.fullmatch("CI-[2-9A-HJKLMNP-Z]{5}").all()
    assert frame["members"].mean() == pytest.approx(61, abs=1)
    assert (frame["founded"] < 2000).mean() == pytest.approx(0.2, abs=0.01)
    assert (frame["age"] == 2025 - frame["founded"]).all()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_seed_keeps_close_to_the_published_margins(seed: int) -> None:
    truth = simulated(seed).truth
    assert truth["members"].mean() == pytest.approx(61, abs=1)
    assert truth["sme_share"].mean() == pytest.approx(84, abs=3)
    assert truth["public_share"].mean() == pytest.approx(38, abs=4)
    assert (truth[["fee_share", "public_share", "other_income_share"]].sum(axis=1) == 100).all()
    assert 45 <= len(usable(simulated(seed).answers)) <= 55


# ------------------------------------------------------------------------------------------------------------ declared margins
def test_single_questions_have_their_declared_shares(everybody: pd.DataFrame, parameters: dict[str, Any], book: Codebook) -> None:
    for name, rule in parameters["questions"].items():
        given = everybody[book.variables.at[name, "code"]]
        real = given[given.isin(list(rule["shares"]))]
        found = real.value_counts(normalize=True)
        assert found.to_dict() == pytest.approx(rule["shares"], abs=0.02), name


def test_tick_boxes_have_their_declared_shares(everybody: pd.DataFrame, parameters: dict[str, Any], book: Codebook) -> None:
    for name, rule in parameters["ticks"].items():
        boxes = everybody[[book.variables.at[option, "code"] for option in rule["options"]]].eq("Y")
        answered = boxes[boxes.any(axis=1)]
        # Boxes behind a filter lie a little higher: those who pass it are more international.
        tolerance = 0.04 if name in parameters["filters"] else 0.025
        assert answered.mean().tolist() == pytest.approx(list(rule["options"].values()), abs=tolerance), name


def test_batteries_have_their_declared_shares(everybody: pd.DataFrame, parameters: dict[str, Any], book: Codebook) -> None:
    for rule in parameters["batteries"].values():
        for item, shares in rule["items"].items():
            given = everybody[book.variables.at[item, "code"]]
            found = given[given.str.fullmatch("A[1-5]")].value_counts(normalize=True).sort_index()
            assert found.tolist() == pytest.approx(shares, abs=0.02), item


def test_skipped_and_declared_missing_answers_occur_as_often_as_declared(everybody: pd.DataFrame, parameters: dict[str, Any], book: Codebook) -> None:
    for name, reasons in parameters["declared_missing"].items():
        for item in book.members(name) or [name]:
            given = everybody[book.variables.at[item, "code"]]
            for code, share in reasons.items():
                assert given.eq(code).mean() == pytest.approx(share, abs=0.012), item
    assert everybody["A5[FEE]"].eq("").mean() == pytest.approx(parameters["skipped"]["funding"], abs=0.012)
    assert (everybody["A5[FEE]"].eq("") == everybody["A5[PUB]"].eq("")).all()


def test_answers_go_along_with_what_they_are_declared_to_follow(everybody: pd.DataFrame) -> None:
    truth = simulated(5, 12_000, 11_900, 0.0).truth.set_index("unit_id").loc[everybody["token"]]
    taken = everybody["B1"].to_numpy() == "Y"
    assert truth["degree"][taken].mean() > truth["degree"][~taken].mean() + 8
    assert np.corrcoef(truth["degree"], truth["potential"])[0, 1] > 0.2
    assert truth["contacts"][everybody["B13"].to_numpy() == "Y"].mean() > truth["contacts"][everybody["B13"].to_numpy() == "N"].mean() + 5


# --------------------------------------------------------------------------------------------------------------- coefficients
TERMS = ["log(members)", "sme_share", "research_share", "fee_share", "age"]


def degree(answers: pd.DataFrame, book: Codebook, study: Settings) -> pd.Series:
    """The index from the exported answers, complete cases only."""
    parts = []
    for item in study.indices["degree"].items:
        given, kind = answers[book.variables.at[item.variable, "code"]], book.variables.at[item.variable, "type"]
        values = given.map({"A1": 1, "A2": 2, "A3": 3, "A4": 4, "A5": 5}) if kind == "ordinal" else pd.to_numeric(given, errors="coerce")
        parts.append(((values / (100 if kind == "share" else 1) - item.low) / (item.high - item.low)).clip(0, 1))
    return 100 * pd.concat(parts, axis=1).mean(axis=1, skipna=False)


def regression(simulation: Simulation, answers: pd.DataFrame, book: Codebook, study: Settings) -> pd.DataFrame:
    """Plain least squares of the index on sector group and member structure: ``estimate``, ``std_error``, ``truth`` per term, and the rows used."""
    answers = answers.set_index("token")
    frame = simulation.frame.set_index("unit_id").loc[answers.index]
    levels = study.groups["sector_group"].levels
    group = frame["sector"].map({sector: level.code for level in levels for sector in level.from_})
    columns = {level.code: group.eq(level.code) for level in levels[1:]} | {
        "log(members)": np.log(frame["members"].astype(float)),
        "age": frame["age"],
    }
    columns |= {name: pd.to_numeric(answers[book.variables.at[name, "code"]], errors="coerce") / 100 for name in TERMS[1:4]}
    design = pd.DataFrame(columns).astype(float)
    outcome = degree(answers, book, study)
    rows = design.notna().all(axis=1) & outcome.notna()
    x, y = np.column_stack([np.ones(rows.sum()), design[rows]]), outcome[rows].to_numpy()
    estimate = np.linalg.lstsq(x, y, rcond=None)[0]
    free = len(y) - x.shape[1]
    error = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * ((y - x @ estimate) ** 2).sum() / free)
    found = pd.DataFrame({"estimate": estimate, "std_error": error, "free": free}, index=["start", *design])
    declared = read_parameters(DEMO)["latents"]["degree"]
    sectors = {level.code: declared["levels"]["sector"][level.from_[0]] for level in levels[1:]}
    return found.assign(truth=pd.Series(sectors | declared["slopes"] | {"start": declared["start"]}))


def test_least_squares_finds_the_true_coefficients(everybody: pd.DataFrame, book: Codebook, study: Settings) -> None:
    found = regression(simulated(5, 12_000, 11_900, 0.0), everybody, book, study)
    assert found["free"].iloc[0] > 8000
    # Whoever stands near an end of the scale is held on it, which draws the coefficients a few per cent towards 0.
    assert (found["estimate"] - found["truth"]).abs().le(4 * found["std_error"] + 0.03 * found["truth"].abs()).all()
    assert np.sign(found["estimate"]).equals(np.sign(found["truth"]))


def test_the_declared_seed_is_the_first_that_does_not_mislead(parameters: dict[str, Any], book: Codebook, study: Settings) -> None:
    def misleads(seed: int) -> bool:
        simulation = simulated(seed)
        answers = usable(simulation.answers)
        sectors = simulation.frame.set_index("unit_id").loc[answers["token"], "sector"]
        fewest = min(sectors.isin(level.from_).sum() for level in study.groups["sector_group"].levels)
        found = regression(simulation, answers, book, study)
        covered = (found["estimate"] - found["truth"]).abs() <= stats.t.ppf(0.975, found["free"]) * found["std_error"]
        return fewest < 8 or not covered.all()

    declared = parameters["seed"]
    assert [seed for seed in range(1, declared + 1) if not misleads(seed)] == [declared]


# -------------------------------------------------------------------------------------------------------------- the export
def test_the_export_is_written_as_limesurvey_writes_it(book: Codebook) -> None:
    raw = (DEMO / "survey" / "responses.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    lines = raw.decode("utf-8-sig").splitlines()
    assert all(line.startswith('"') and line.endswith('"') for line in lines)
    assert lines[0].count(",") == len(book.variables.index[book.variables["code"].ne("") & book.variables["type"].ne("set")]) + len(SYSTEM) - 2


def test_every_variable_of_the_codebook_is_in_the_export_or_the_frame(export: pd.DataFrame, frame: pd.DataFrame, book: Codebook) -> None:
    asked_for = book.variables[book.variables["type"].ne("set")]
    assert list(export.columns) == SYSTEM + [code for code in asked_for["code"] if code not in ("", "token")]
    assert list(frame.columns) == list(asked_for.index[asked_for["code"].eq("")])


def test_every_answer_code_is_declared(export: pd.DataFrame, frame: pd.DataFrame, book: Codebook) -> None:
    table = export.rename(columns={code: name for name, code in book.variables["code"].items()}).join(frame, on="unit_id")
    for name in book.of_type("single", "ordinal"):
        used = set(table[name].dropna()) - {""}
        assert used <= set(book.answers(name)["code"]), name
    for name in book.of_type("multiple"):
        assert set(table[name]) <= {"Y", "", "N/A"}, name


def test_numbers_lie_in_their_declared_ranges(export: pd.DataFrame, frame: pd.DataFrame, book: Codebook) -> None:
    table = export.rename(columns={code: name for name, code in book.variables["code"].items()}).join(frame, on="unit_id")
    for name in book.of_type("number", "share"):
        values = pd.to_numeric(table[name].replace("", np.nan)).dropna()
        assert values.between(book.variables.at[name, "low"], book.variables.at[name, "high"]).all(), name
    assert table["staff"].str.contains(r"^\d+\.5$").any()
    assert not table["staff"].str.contains(r"\.\d*0$").any()


def test_the_records_are_as_many_as_declared(export: pd.DataFrame, parameters: dict[str, Any]) -> None:
    response = parameters["response"]
    again = len(response["answered_before"])
    stopped = sum(response["stopped_after"].values())
    assert len(export) == response["complete"] + stopped + response["opened"] + again + response["trials"]
    assert export["id"].tolist() == [str(number) for number in range(1, len(export) + 1)]
    assert export["submitdate"].ne("").sum() == response["complete"] + response["answered_before"].count("H")
    assert export["token"].eq("").sum() == response["trials"]
    counted = export.loc[export["token"].ne(""), "token"].value_counts()
    assert sorted(counted[counted > 1]) == [2] * again
    assert 45 <= len(usable(export)) <= 55


def test_opened_records_hold_no_answer(export: pd.DataFrame, parameters: dict[str, Any]) -> None:
    opened = export[export["lastpage"].eq("0")]
    assert len(opened) == parameters["response"]["opened"] >= 5
    assert opened.drop(columns=SYSTEM).isin(["", "N/A"]).all(axis=None)
    assert opened["submitdate"].eq("").all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_unfinished_records_end_where_they_stopped(seed: int) -> None:
    export = simulated(seed).answers
    for record in export[export["submitdate"].eq("")].to_dict("records"):
        later = [code for code in export.columns.drop(SYSTEM) if ord(code[0]) - ord("A") >= int(record["lastpage"])]
        assert {record[code] for code in later} <= {"", "N/A"}


def test_a_second_answer_comes_later_and_is_finished(export: pd.DataFrame) -> None:
    twice = export[export["token"].ne("") & export["token"].duplicated(keep=False)].sort_values("datestamp", kind="stable")
    for _, records in twice.groupby("token"):
        assert records["submitdate"].iloc[1] != ""
        assert records["datestamp"].iloc[0] < records["startdate"].iloc[1]
        assert records["H3"].iloc[0] == ""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_filter_shows_the_measures_to_those_who_took_some(seed: int, book: Codebook) -> None:
    export = simulated(seed).answers
    boxes = export[[book.variables.at[name, "code"] for name in book.members("measures")]]
    shown = export["B1"].eq("Y")
    assert boxes[~shown].eq("N/A").all(axis=None)
    assert not boxes[shown].eq("N/A").any(axis=None)
    assert not export.drop(columns=boxes.columns).eq("N/A").any(axis=None)


def test_the_box_that_stands_alone_excludes_the_others(everybody: pd.DataFrame, book: Codebook) -> None:
    boxes = everybody[[book.variables.at[name, "code"] for name in book.members("target_regions")]].eq("Y")
    alone = boxes["C1[NONE]"]
    assert boxes[alone].sum(axis=1).eq(1).all()
    assert alone.any()


def test_all_kinds_of_missing_answers_occur(export: pd.DataFrame, book: Codebook) -> None:
    finished = export[export["submitdate"].ne("")]
    assert finished.drop(columns=SYSTEM).eq("N/A").any(axis=None)
    assert finished["A6"].eq("").any()
    for reason in ("dont_know", "no_answer", "not_applicable"):
        codes = book.levels.loc[book.levels["missing"].eq(reason), "code"].unique()
        assert export.isin(list(codes)).any(axis=None), reason


def test_larger_initiatives_answer_more_readily() -> None:
    simulation = simulated(7, 8_000, 3_000)
    responded = simulation.frame["unit_id"].isin(simulation.answers["token"])
    members = np.log(simulation.frame["members"].astype(float))
    # Weights exp(0.25 log members) on members of spread 0.8 shift the mean of log members by up to 0.25 * 0.8 ** 2.
    assert 0.05 < members[responded].mean() - members[~responded].mean() < 0.25


def test_time_stamps_lie_in_the_fieldwork(export: pd.DataFrame, study: Settings) -> None:
    days = pd.to_datetime(export["startdate"]).dt.date
    trial = export["token"].eq("")
    assert days[~trial].between(study.fieldwork.start, study.fieldwork.end).all()
    assert (days[trial] < study.fieldwork.start).all()
    assert (days.map(datetime.date.weekday) < 5).all()
    assert not days.between(datetime.date(2025, 12, 24), datetime.date(2026, 1, 6)).any()
    assert (export["startdate"] <= export["datestamp"]).all()
    assert export["startdate"].is_monotonic_increasing


# ------------------------------------------------------------------------------------------------------- identifiers, free text
def test_identifiers_name_nobody(export: pd.DataFrame) -> None:
    named = export[export["A1"].ne("")]
    assert (named["A1"] == "Initiative " + named["token"]).all()
    addressed = export[export["A2"].ne("")]
    assert (addressed["A2"] == "kontakt@" + addressed["token"] + ".example.org").all()
    assert len(addressed) > 20


def test_free_answers_can_be_traced_to_one_unit(export: pd.DataFrame) -> None:
    texts = pd.concat([export["H3"], export["D2[other]"]])
    texts = texts[texts.ne("")]
    assert len(texts) >= 12
    assert texts.is_unique
    assert texts.str.len().between(20, 120).all()
    assert texts.str.contains(r"\d").any()
    assert not texts.str.contains(r"[{}@]").any()


def test_other_barriers_are_only_named_beside_ticked_ones(everybody: pd.DataFrame, export: pd.DataFrame, book: Codebook) -> None:
    boxes = [book.variables.at[name, "code"] for name in book.members("barriers")]
    for table in (everybody, export):
        assert table.loc[table["D2[other]"].ne(""), boxes].eq("Y").any(axis=1).all()


# ------------------------------------------------------------------------------------------------------------- questionnaire
def test_the_questionnaire_asks_for_every_exported_variable(book: Codebook, parameters: dict[str, Any]) -> None:
    questions = questionnaire(book, pages=parameters["pages"], filters=parameters["filters"]).questions
    columns = [f"{row.parent}[{row.code}]" if row.parent else row.code for row in questions.itertuples() if row.kind != "set"]
    columns += [f"{code}[other]" for code in questions.loc[questions["other"], "code"]]
    assert sorted(columns) == sorted(book.variables.loc[asked(book), "code"])


def test_the_committed_questionnaire_is_that_of_the_codebook(book: Codebook, parameters: dict[str, Any]) -> None:
    made, read = questionnaire(book, pages=parameters["pages"], filters=parameters["filters"]), read_structure(DEMO / "survey" / "structure.lss")
    for part in ("questions", "answers", "pages"):
        pd.testing.assert_frame_equal(getattr(made, part), getattr(read, part))


# ------------------------------------------------------------------------------------------- another study, and what is refused
SMALL = {
    "codebook.csv": """name,code,type,set,unit,low,high,label_de,label_en,sensitivity
key,token,text,,,,,Schlüssel,Key,identifier
beds,,number,,beds,1,900,Betten,Beds,quasi
mood,Q1,single,,,,,Wie geht es?,How are you?,open
""",
    "levels.csv": "variable,code,order,label_de,label_en,missing\nmood,good,1,Gut,Good,\nmood,bad,2,Schlecht,Bad,\n",
    "study.yaml": """title: {de: Kliniken, en: Hospitals}
synthetic: true
place: {de: hier, en: here}
units: {de: Kliniken, en: hospitals}
instrument: {de: Befragung, en: survey}
fieldwork: {start: 2024-02-05, end: 2024-02-16}
files: {responses: answers.csv, frame: all.csv}
roles: {unit: key}
""",
    "simulation.yaml": """seed: 4
units: 30
token: {prefix: K, length: 3, alphabet: ABCDEFGH}
frame: {beds: {kind: lognormal, median: 120, sigma: 0.6, low: 10, high: 900}}
questions: {mood: {shares: {good: 0.7, bad: 0.3}, loadings: {log(beds): 0.4}}}
skipped: {default: 0.1}
response:
  lean: {}
  complete: 20
  stopped_after: {Q: 2}
  opened: 1
  answered_before: []
  trials: 0
  minutes: {median: 5, sigma: 0.2, low: 2, high: 9}
  closed: []
  english: 0
pages: {Q: {de: Fragen, en: Questions}}
""",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_another_study_is_simulated_from_its_own_files_alone(small: Path) -> None:
    simulation = write_demo(small)
    answers = pd.read_csv(io.BytesIO((small / "answers.csv").read_bytes()), keep_default_na=False, encoding="utf-8-sig")
    assert list(answers.columns) == [*SYSTEM, "Q1"]
    assert len(answers) == 23
    assert set(answers["Q1"]) <= {"good", "bad", ""}
    assert set(answers["token"]) <= set(simulation.frame["key"])
    assert not list(small.glob("*.lss"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{good: 0.7, bad: 0.3}", "{good: 0.7, bad: 0.2}", r"shares of good, bad add up to 0\.9; they must add up to 1"),
        ("log(beds): 0.4", "log(beds): 1.0", "mood: the squares of the loadings add up to 1 or more"),
        ("complete: 20", "complete: 40", "43 units are to respond .* there are 30; lower the numbers"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(small: Path, old: str, new: str, message: str) -> None:
    text = SMALL["simulation.yaml"].replace(old, new)
    (small / "simulation.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        write_demo(small)
    assert not (small / "answers.csv").exists()
