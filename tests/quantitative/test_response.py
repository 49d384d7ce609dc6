from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.response import imbalance, representativeness, response_rates

SECTORS = ["mobility", "health", "ict", "energy"]


@pytest.fixture
def frame():
    rng = np.random.default_rng(8)
    return pd.DataFrame(
        {
            "sector": pd.Categorical(rng.choice(SECTORS[:3], 118), categories=SECTORS),
            "funded": pd.array(rng.random(118) < 0.4, dtype="boolean"),
            "members": rng.lognormal(4, 0.8, 118).round(),
        }
    )


def test_response_rates_are_those_of_aapor():
    table = response_rates(eligible=118, complete=52, partial=6)
    assert list(table) == ["measure", "count", "n", "share"]
    assert table.to_numpy().tolist() == [["RR1", 52, 118, 52 / 118], ["RR2", 58, 118, 58 / 118]]


@pytest.mark.parametrize("eligible, complete, partial", [(118, 110, 9), (118, -1, 0), (0, 0, 0)])
def test_impossible_response_is_refused(eligible, complete, partial):
    with pytest.raises(ValueError, match="answers are a part"):
        response_rates(eligible=eligible, complete=complete, partial=partial)


def test_differences_are_in_standard_deviations_of_the_frame(frame):
    respondents = frame.iloc[:50]
    table = representativeness(respondents, frame)
    assert list(table) == ["question", "answer", "count", "n", "share", "frame_share", "mean", "frame_mean", "difference"]
    assert table["answer"].tolist() == [*SECTORS, "yes", "no", "mean"]
    mobility, members = table.iloc[0], table.iloc[-1]
    own, whole = (respondents["sector"] == "mobility").mean(), (frame["sector"] == "mobility").mean()
    assert (mobility["count"], mobility["n"], mobility["share"], mobility["frame_share"]) == (own * 50, 50, own, whole)
    assert mobility["difference"] == pytest.approx((own - whole) / np.sqrt(whole * (1 - whole)))
    means = respondents["members"].mean(), frame["members"].mean()
    assert (members["mean"], members["frame_mean"]) == pytest.approx(means)
    assert members["difference"] == pytest.approx((means[0] - means[1]) / frame["members"].std(ddof=0))
    assert np.isnan(members["share"]) and np.isnan(mobility["mean"])


def test_an_empty_category_and_the_whole_frame_differ_by_nothing(frame):
    assert (representativeness(frame, frame)["difference"] == 0).all()
    assert (imbalance(frame, frame)["difference"] == 0).all()


def test_several_categories_make_the_distance_of_yang_and_dalton(frame):
    respondents = frame.iloc[:40]
    table = imbalance(respondents, frame)
    assert table["question"].tolist() == ["sector", "funded", "members"] and table["n"].tolist() == [40, 40, 40]
    own, whole = (units["sector"].value_counts(normalize=True, sort=False).to_numpy() for units in (respondents, frame))
    covariance = np.diag(whole) - np.outer(whole, whole)
    distance = np.sqrt((own - whole) @ np.linalg.pinv(covariance) @ (own - whole))
    assert table["difference"][0] == pytest.approx(distance)


def test_two_categories_and_means_are_the_absolute_difference(frame):
    respondents = frame.iloc[60:]
    single = representativeness(respondents, frame).set_index("question")["difference"].abs()
    table = imbalance(respondents, frame).set_index("question")["difference"]
    assert table["funded"] == pytest.approx(single["funded"].iloc[0]) and table["members"] == pytest.approx(single["members"])


def test_missing_values_leave_only_their_own_variable(frame):
    respondents = frame.iloc[:30].copy()
    respondents.loc[respondents.index[:5], "members"] = np.nan
    respondents.loc[respondents.index[:3], "sector"] = np.nan
    n = representativeness(respondents, frame).groupby("question", sort=False)["n"].first()
    assert n.to_dict() == {"sector": 27, "funded": 30, "members": 25}


def test_without_respondents_differences_are_unknown_and_nothing_warns(frame, recwarn):
    assert representativeness(frame.iloc[:0], frame)["difference"].isna().all()
    assert imbalance(frame.iloc[:0], frame)["difference"].isna().all()
    assert imbalance(frame[[]], frame[[]]).empty
    assert not recwarn.list


def test_tables_that_do_not_fit_are_refused(frame):
    with pytest.raises(ValueError, match="in one of them only: members"):
        representativeness(frame.drop(columns="members"), frame)
    with pytest.raises(ValueError, match="numeric in one table, categories in the other: members"):
        representativeness(frame.assign(members=frame["sector"]), frame)
    elsewhere = frame.iloc[:20].assign(sector=pd.Categorical(["energy"] * 2 + ["ict"] * 18, categories=SECTORS))
    with pytest.raises(ValueError, match="sector: 2 respondents are in a category that nobody in the frame is in"):
        representativeness(elsewhere, frame)
    undeclared = frame.iloc[:20].assign(sector=pd.Categorical(["secret place"] + ["ict"] * 19))
    with pytest.raises(ValueError, match="sector: 1 respondents") as caught:
        imbalance(undeclared, frame)
    assert "secret" not in str(caught.value)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(SECTORS), min_size=4, max_size=40), st.integers(1, 40), st.permutations(SECTORS), st.floats(-5, 5), st.floats(0.1, 9))
def test_imbalance_ignores_names_and_units(sectors, answered, relabelled, shift, scale):
    frame = pd.DataFrame({"sector": pd.Categorical(sectors, categories=SECTORS), "members": np.arange(len(sectors)) ** 1.5})
    respondents = frame.iloc[:answered]
    renamed = frame.assign(
        sector=frame["sector"].cat.rename_categories(dict(zip(SECTORS, relabelled, strict=True))), members=shift + scale * frame["members"]
    )
    expected = imbalance(respondents, frame)["difference"].tolist()
    assert imbalance(renamed.iloc[:answered], renamed)["difference"].tolist() == pytest.approx(expected, abs=1e-9)
    assert min(expected) >= 0
