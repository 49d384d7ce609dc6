import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from helpers.data.claims import read_claims
from helpers.data.opening import open_study
from helpers.integration.statements.ledger import statement_ledger
from helpers.integration.verdicts import COLUMNS, statement_verdicts

EMPTY = dict.fromkeys(("question", "answer", "options", "with", "sign"), "")
CLAIMS = pd.DataFrame(
    [
        {**EMPTY, "id": "C1", "part": 1, "kind": "majority", "question": "took_part", "answer": "Y"},
        {**EMPTY, "id": "C2", "part": 1, "kind": "minority", "question": "plan", "answer": "full|part"},
        {**EMPTY, "id": "C3", "part": 1, "kind": "leading", "question": "regions", "options": "europe"},
        {**EMPTY, "id": "C4", "part": 1, "kind": "leading_set", "question": "regions", "options": "europe|asia"},
        {**EMPTY, "id": "C5", "part": 1, "kind": "ordering", "question": "regions", "options": "europe>asia>africa"},
        {**EMPTY, "id": "C6", "part": 1, "kind": "association", "question": "plan", "answer": "full", "with": "contacts", "sign": "+"},
        {**EMPTY, "id": "C6", "part": 2, "kind": "majority", "question": "europe"},
        {**EMPTY, "id": "C7", "part": 1, "kind": "ratings", "question": "factors", "answer": "A3", "options": "trust|language"},
        {**EMPTY, "id": "C8", "part": 1, "kind": "interviews"},
    ]
)
SETS = {"regions": ["europe", "asia", "africa"]}


def answers(n=50, seed=1):
    rng = np.random.default_rng(seed)
    rating = {
        name: pd.Categorical.from_codes(rng.integers(0, 3, n), categories=["A1", "A2", "A3"], ordered=True)
        for name in ("trust", "language", "contacts")
    }
    table = pd.DataFrame(
        {
            "took_part": pd.Categorical(rng.choice(["Y", "N"], n, p=[0.8, 0.2]), categories=["Y", "N"]),
            "plan": pd.Categorical(rng.choice(["full", "part", "none"], n), categories=["full", "part", "none"]),
            **rating,
            **{name: rng.random(n) < share for name, share in {"europe": 0.8, "asia": 0.5, "africa": 0.2}.items()},
        }
    )
    table = table.astype(dict.fromkeys(SETS["regions"], "boolean"))
    table.loc[:2, ["plan", *SETS["regions"]]] = pd.NA
    return table


def verdicts(responses, claims=CLAIMS, population=118, resamples=300, seed=1, **options):
    return statement_verdicts(responses, claims, SETS, population=population, resamples=resamples, seed=seed, **options)


def test_one_row_per_test():
    found = verdicts(answers())
    assert list(found) == list(COLUMNS)
    assert found["id"].tolist() == ["C1", "C2", "C3", "C4", *["C5"] * 3, "C6", "C6", *["C7"] * 3, "C8"]
    assert found["step"].tolist() == ["", "", "", "", "first", "next_2", "whole", "", "", "item", "item", "whole", ""]
    assert found["n"].tolist() == [50, 47, *[47] * 7, 50, 50, 50, 0]
    assert found["verdict"].iloc[-1] == "untested" and found["assumption"].iloc[-1] == "interviews"
    assert (found["assumption"].iloc[:-1] == "population").all() and (found["eligible"].iloc[:-1] == 118).all()
    assert found["verdict"].isin(["supported", "tendency", "open", "doubtful", "against", "untested"]).all()
    assert statement_ledger(found)["id"].tolist() == [f"C{number}" for number in range(1, 9)]


def test_input_is_not_changed_and_a_row_does_not_depend_on_the_others():
    responses = answers()
    before = responses.copy()
    whole = verdicts(responses)
    pd.testing.assert_frame_equal(responses, before)
    alone = pd.concat([verdicts(responses, CLAIMS.iloc[[place]]) for place in range(len(CLAIMS))], ignore_index=True)
    pd.testing.assert_frame_equal(whole, alone, check_dtype=False)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_respondents_changes_nothing(seed):
    responses = answers(30)
    shuffled = responses.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(verdicts(responses, resamples=50), verdicts(shuffled, resamples=50))


@settings(max_examples=5, deadline=None)
@given(st.integers(1, 20))
def test_respondents_who_answered_nothing_change_nothing(more):
    responses = answers()
    longer = responses.reindex(range(len(responses) + more))
    pd.testing.assert_frame_equal(verdicts(responses, resamples=50), verdicts(longer, resamples=50))


def test_who_was_not_asked_is_none_of_the_units_that_a_question_is_about():
    responses = answers()
    reasons = pd.DataFrame("", index=responses.index, columns=responses.columns)
    reasons.loc[:1, SETS["regions"]] = "not_shown"
    reasons.loc[2, SETS["regions"]] = "skipped"
    found = verdicts(responses, reasons=reasons).set_index(["id", "step"])
    assert found.loc[("C3", ""), ["n", "eligible", "assumption"]].tolist() == [47, 116, "asked_some"]
    assert found.loc[("C2", ""), ["n", "eligible", "assumption"]].tolist() == [47, 118, "population"]
    # One more unit, and it was not asked: for this question nothing has changed.
    longer = responses.reindex(range(51))
    more = pd.concat([reasons, pd.DataFrame("not_shown", index=[50], columns=reasons.columns)])
    regions = CLAIMS[CLAIMS["question"] == "regions"]
    pd.testing.assert_frame_equal(verdicts(responses, regions, reasons=reasons), verdicts(longer, regions, population=119, reasons=more))
    # Reasons need not know every column: the frame's own are never missing for this cause.
    assert verdicts(responses, reasons=reasons[["took_part"]])["eligible"].dropna().eq(118).all()


def test_where_everybody_answered_nothing_is_left_open():
    responses = answers().iloc[3:]
    found = verdicts(responses, population=47, resamples=20)
    assert set(found["probability"].dropna()) <= {0.0, 1.0}
    assert set(found["verdict"].iloc[:-1]) <= {"supported", "against"} and found["survives"].iloc[:-1].all()


def test_an_unknown_population_gives_tendencies_at_most():
    found = verdicts(answers(), population=None).iloc[:-1]
    assert set(found["verdict"]) <= {"tendency", "open", "doubtful"}
    assert (found["assumption"] == "unbounded").all() and found["eligible"].isna().all() and not found["survives"].any()
    assert found[["worst_low", "worst_high"]].isna().all(axis=None) and (found["probability"] > 0.95).any()


def test_questions_that_nobody_answered_leave_the_statement_open():
    responses = answers()
    responses[[*SETS["regions"], "took_part", "contacts", "trust", "language"]] = pd.NA
    responses = responses.astype({**dict.fromkeys(SETS["regions"], "boolean"), **answers().dtypes[["took_part", "contacts", "trust", "language"]]})
    found = verdicts(responses)
    silent = found[~found["id"].isin(["C2", "C8"])]
    assert (silent["assumption"] == "no_answers").all() and (silent["verdict"] == "open").all() and (silent["n"] == 0).all()


def test_verdicts_flip_with_the_evidence():
    responses = answers()
    assert verdicts(responses, CLAIMS[:1])["verdict"].item() == "tendency"
    swapped = responses.assign(took_part=responses["took_part"].cat.rename_categories({"Y": "N", "N": "Y"}))
    assert verdicts(swapped, CLAIMS[:1])["verdict"].item() == "doubtful"
    assert verdicts(responses.assign(africa=responses["europe"], europe=responses["africa"]), CLAIMS[2:3])["verdict"].item() == "doubtful"


def test_the_stated_direction_is_the_one_that_is_judged():
    for place, change in ((1, {"kind": "majority"}), (5, {"sign": "-"})):
        own = CLAIMS.iloc[[place]]
        both = [verdicts(answers(), claims)["probability"].item() for claims in (own, own.assign(**change))]
        assert sum(both) == pytest.approx(1, abs=0.05) and abs(both[0] - 0.5) > 0.05


def test_the_statements_of_the_demo_are_all_judged():
    study = open_study(ROOT / "data" / "demo")
    claims = read_claims(study.folder / "claims.csv", study.codebook, parts=study.model_parts())
    tests = statement_verdicts(
        study.responses, claims, study.sets("multiple"), population=study.population, resamples=500, seed=1, reasons=study.missing
    )
    ledger = statement_ledger(tests).set_index("id")
    assert ledger.index.tolist() == [f"C{number:02}" for number in range(1, 13)]
    # Fewer than half of the units answered, so nothing on this population is beyond all doubt.
    assert set(ledger["verdict"]) <= {"tendency", "open", "doubtful"}
    assert ledger.loc["C01", "verdict"] == "tendency" and ledger.loc["C07", "assumption"] == "no_model"
    assert ledger.loc["C02", "assumption"] == "asked_some"


def test_everything_unknown_is_said_at_once():
    wrong = CLAIMS.copy()
    wrong.loc[0, "kind"] = "most"
    wrong.loc[1, "question"] = "plans"
    wrong.loc[2, "options"] = "europa"
    wrong.loc[3, "options"] = ""
    wrong.loc[5, "with"] = "contact"
    wrong.loc[7, "options"] = "trust|speech"
    with pytest.raises(ValueError) as raised:
        verdicts(answers(), wrong)
    assert str(raised.value).split("; ") == [
        "C1: no such kind (majority, minority, ratings, leading, leading_set, ordering, association, interviews, importance)",
        "C2: the answers have no column plans",
        "C3: the set has no option europa",
        "C4: no option is named",
        "C6: the answers have no column contact",
        "C7: the answers have no column speech",
    ]
