"""The change of a mean: textbook numbers at both ends, coverage between them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.integration.change.means import change_in_means
from helpers.integration.change.overlap import UNLIMITED, Populations
from helpers.quantitative.multiplicity import holm
from integration.change.waves import POPULATIONS, tables, two_waves

RNG = np.random.default_rng(8)
UNITS = [f"u{place}" for place in range(20)]
FIRST = RNG.uniform(10, 60, 20)
SECOND = FIRST + RNG.normal(5, 8, 20)


def rows(before, now, **options):
    table = change_in_means(before, now, unit="unit", **options)
    return {units: row for units, row in table.set_index("units").iterrows()}


def test_with_the_same_units_and_no_population_it_is_the_paired_t_test():
    found = rows(pd.DataFrame({"unit": UNITS, "degree": FIRST}), pd.DataFrame({"unit": UNITS, "degree": SECOND}))["panel"]
    test = stats.ttest_rel(SECOND, FIRST)
    low, high = test.confidence_interval(0.95)
    assert [found["p_value"], found["points_low"], found["points_high"]] == pytest.approx([test.pvalue, low, high])
    assert found["points_difference"] == pytest.approx((SECOND - FIRST).mean())


def test_with_other_units_it_is_welchs():
    strangers = [f"x{place}" for place in range(20)]
    found = rows(pd.DataFrame({"unit": UNITS, "degree": FIRST}), pd.DataFrame({"unit": strangers, "degree": SECOND}))
    test = stats.ttest_ind(SECOND, FIRST, equal_var=False)
    low, high = test.confidence_interval(0.95)
    for units in ("all", "others"):
        assert found[units][["p_value", "points_low", "points_high"]].tolist() == pytest.approx([test.pvalue, low, high])
    assert found["panel"]["n"] == 0
    assert np.isnan(found["panel"]["points_low"])


def test_with_the_same_units_the_error_of_all_is_that_of_the_differences():
    before, now = pd.DataFrame({"unit": UNITS, "degree": FIRST}), pd.DataFrame({"unit": UNITS, "degree": SECOND})
    found = rows(before, now, populations=Populations(40, 40, 40))
    half = {units: (found[units]["points_high"] - found[units]["points_low"]) / 2 for units in ("all", "panel")}
    error = (SECOND - FIRST).std(ddof=1) * np.sqrt(1 / 20 - 1 / 40)
    assert half["panel"] == pytest.approx(error * stats.t.ppf(0.975, 19))
    first, second = FIRST.var(ddof=1), SECOND.var(ddof=1)
    freedom = (first + second) ** 2 / ((first**2 + second**2) / 19)
    assert half["all"] == pytest.approx(error * stats.t.ppf(0.975, freedom))


def test_a_census_is_certain_and_a_single_answer_tells_no_spread():
    before, now = pd.DataFrame({"unit": ["a", "b"], "degree": [10.0, 20.0]}), pd.DataFrame({"unit": ["a", "b"], "degree": [30.0, 20.0]})
    sure = rows(before, now, populations=Populations(2, 2, 2))
    assert sure["all"][["points_low", "points_high", "p_value"]].tolist() == [10.0, 10.0, 0.0]
    one = rows(before.head(1), now, populations=Populations(9, 9, 9))
    assert one["all"][["points_low", "points_high", "p_value"]].isna().all()
    assert one["all"]["points_difference"] == 15
    equal = rows(before.assign(degree=10.0), now, populations=Populations(9, 9, 9))
    assert equal["all"][["points_low", "points_high", "p_value"]].isna().all()
    with pytest.raises(ValueError, match="2 answers from a population of 1"):
        rows(before, now, populations=Populations(1, 2, 1))


def test_every_index_of_both_waves_and_holm_over_them():
    before = pd.DataFrame({"unit": UNITS, "degree": FIRST, "potential": FIRST[::-1], "old": FIRST, "kind": ["x"] * 20})
    now = pd.DataFrame({"unit": UNITS[::-1], "potential": SECOND, "degree": SECOND[::-1], "fairs": [True] * 20})
    table = change_in_means(before, now, unit="unit")
    assert table["question"].tolist() == ["potential"] * 3 + ["degree"] * 3
    for _, part in table.groupby("units"):
        assert part["p_holm"].tolist() == pytest.approx(holm(part["p_value"]).tolist(), nan_ok=True)
    assert change_in_means(before[["unit"]], now[["unit"]], unit="unit").empty


def skewed(shift):
    return lambda z: np.clip(stats.beta.ppf(stats.norm.cdf(z), 1.2, 3.5) * 100 + shift, 0, 100)


@pytest.mark.parametrize(
    ("made", "correlation"),
    [([lambda z: 36 + 15 * z, lambda z: 40 + 15 * z], 0.8), ([skewed(0), skewed(4)], 0.9), ([lambda z: 40 + 15 * z, lambda z: 40 + 20 * z], 0.2)],
)
def test_intervals_cover_the_change_of_the_population(made, correlation):
    """50 of 112 and 50 of 118 units answer, about 32 of them twice; Monte Carlo error of a coverage .005."""
    waves = two_waves(2000, correlation=correlation, made=made, seed=3)
    table = change_in_means(*tables(waves), unit="unit", populations=POPULATIONS)
    found = {units: part.reset_index(drop=True) for units, part in table.groupby("units")}
    for units, change in {"all": waves.change, "panel": waves.change_of_stayers, "others": waves.change}.items():
        covered = ((found[units]["points_low"] <= change) & (change <= found[units]["points_high"])).mean()
        assert 0.93 <= covered <= 0.975, (units, covered)
    assert (found["all"]["points_difference"] - waves.change).mean() == pytest.approx(0, abs=0.2)
    unlimited = change_in_means(*tables(waves), unit="unit", populations=UNLIMITED).query("units == 'all'")
    assert (unlimited["points_high"] - unlimited["points_low"]).mean() > 1.1 * (found["all"]["points_high"] - found["all"]["points_low"]).mean()
