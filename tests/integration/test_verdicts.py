"""Verdicts change with the evidence, and the posterior is the one it claims to be."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.integration.comparison import beside_published, inside_interval
from helpers.integration.verdicts import headline_bounds, headline_verdicts, population_shares, verdict_counts


def study(yes, no, missing=0):
    said = pd.Categorical(["Y"] * yes + ["N"] * no + [None] * missing, categories=["Y", "N"])
    return pd.DataFrame({"took_part": said})


def verdict(responses, kind="majority", population=118, question="took_part", answer="Y", sets=None):
    line = pd.DataFrame({"kind": [kind], "question": [question], "answer": [answer], "phrase": ["..."]})
    return headline_verdicts(responses, line, sets or {}, population=population, resamples=4000, seed=1).iloc[0]


@pytest.mark.parametrize(
    ("yes", "no", "population", "kind", "expected"),
    [
        (42, 8, 118, "majority", "tendency"),  # sure, but 68 did not answer: the worst case turns it round
        (42, 8, 60, "majority", "supported"),  # here the worst case leaves 42 of 60
        (29, 21, 118, "majority", "tendency"),
        (26, 24, 118, "majority", "open"),
        (8, 42, 118, "majority", "against"),
        (8, 42, 60, "minority", "supported"),
        (8, 42, 118, "minority", "tendency"),
        (42, 8, 118, "minority", "against"),
        (42, 8, None, "majority", "tendency"),  # nobody knows how many did not answer
    ],
)
def test_majority_and_minority(yes, no, population, kind, expected):
    assert verdict(study(yes, no), kind, population)["verdict"] == expected


def test_numbers_beside_the_verdict():
    row = verdict(study(42, 8, missing=3))
    assert (row["count"], row["n"]) == (42, 50)
    assert row["share"] == pytest.approx(0.84)
    assert (row["worst_low"], row["worst_high"]) == pytest.approx((42 / 118, (42 + 68) / 118))
    assert row["low"] < 0.84 < row["high"]


def test_leading_option_and_tie():
    ticks = pd.DataFrame({"europe": [True] * 40 + [False] * 8, "america": [True] * 20 + [False] * 28, "asia": [False] * 48}).astype("boolean")
    leading = verdict(ticks, "leading", question="regions", answer=None, sets={"regions": list(ticks)})
    assert (leading["option"], leading["other"], leading["verdict"], leading["kind"]) == ("europe", "america", "tendency", "leading")
    tied = ticks.assign(america=ticks["europe"].to_numpy()[::-1])
    row = verdict(tied, "leading", question="regions", answer=None, sets={"regions": list(tied)})
    assert (row["kind"], row["verdict"]) == ("tied", "open")
    assert row["probability"] == pytest.approx(0.5, abs=0.05)


def test_verdicts_are_counted():
    verdicts = pd.DataFrame({"verdict": ["tendency", "open", "tendency"], "n": [48, 41, 47]})
    assert verdict_counts(verdicts).to_dict("records") == [{"statements": 3, "supported": 0, "tendency": 2, "open": 1, "against": 0, "n": 41}]
    assert verdict_counts(verdicts.head(0)).empty


def test_a_census_of_answers_leaves_nothing_open():
    assert verdict(study(51, 49), population=100)["verdict"] == "supported"
    assert verdict(study(51, 49), population=100)["probability"] == 1


def test_the_polya_posterior_of_one_share_is_beta_binomial():
    """Ghosh and Meeden (1997): with yes of n seen, the unseen yes are beta-binomial(N - n, yes, n - yes)."""
    ticks = np.repeat([1.0, 0.0], [30, 20])[:, None]
    draws = population_shares(ticks, population=118, resamples=40_000, seed=3)[:, 0] * 118 - 30
    exact = stats.betabinom(68, 30, 20)
    assert draws.mean() == pytest.approx(exact.mean(), abs=0.15)
    assert draws.std() == pytest.approx(exact.std(), rel=0.02)
    assert np.mean(draws > 29) == pytest.approx(exact.sf(29), abs=0.01)


def test_published_figures_stand_beside_ours():
    figures = pd.DataFrame(
        {
            "measure_de": ["Messen", "Ausland"],
            "measure_en": ["fairs", "abroad"],
            "value": [0.7, np.nan],
            "low": [np.nan, 0.9],
            "high": [np.nan, np.nan],
            "n": [100, np.nan],
            "year": [2015, 2017],
            "source": ["a", "b"],
            "format_de": ["x", "y"],
            "format_en": ["x", "y"],
        },
        index=["fairs", "abroad"],
    )
    responses = study(30, 18, missing=2).assign(fairs=pd.array([True] * 34 + [False] * 14 + [None] * 2, dtype="boolean"))
    pairs = pd.DataFrame({"figure": ["fairs", "abroad"], "column": ["fairs", "took_part"], "answer": [None, "Y"]})
    table = beside_published(responses, pairs, figures, population=118, language="en")
    assert table["measure"].tolist() == ["fairs", "abroad"]
    assert table["count"].tolist() == [34, 30]
    assert table["n"].tolist() == [48, 48]
    assert inside_interval(table) == 1


def test_what_would_give_a_withheld_answer_away_is_left_out():
    """Of a question with a rare answer, no share appears under other words."""
    plan = pd.Series(pd.Categorical(["full"] * 20 + ["part"] * 25 + ["none"] * 3, categories=["full", "part", "none"]))
    responses = study(30, 18).assign(plan=plan)
    lines = pd.DataFrame(
        {"kind": ["majority", "minority"], "question": ["took_part", "plan"], "answer": ["Y", "full"], "phrase": ["took part", "have a plan"]}
    )
    verdicts = headline_verdicts(responses, lines, {}, population=118, resamples=500, seed=1)
    assert headline_bounds(verdicts, responses, least=5)["measure"].tolist() == ["took part"]
    assert headline_bounds(verdicts, responses, least=3)["measure"].tolist() == ["took part", "have a plan"]
    unknown = headline_verdicts(responses, lines, {}, population=None, resamples=500, seed=1)
    assert headline_bounds(unknown, responses, least=3).empty
