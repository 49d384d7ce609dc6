from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.weights import effective_size, rake, trim_weights
from reference.expected import expected, numbered, reference_data

# Population margins of the Californian schools in the help page of survey::rake (Lumley).
SCHOOLS = {"stype": {"E": 4421, "H": 755, "M": 1018}, "sch.wide": {"No": 1072, "Yes": 5122}}


@pytest.fixture(scope="module")
def schools():
    return pd.read_csv(reference_data("apiclus1.csv"))


def test_raking_matches_r_survey(schools):
    weights = rake(schools, SCHOOLS, base=schools["pw"], tolerance=1e-12)
    assert numbered("svy.rake.weights_unique", np.unique(weights.round(9))) == expected("svy.rake.weights_unique")
    assert np.average(schools["api00"], weights=weights) == expected("svy.rake.mean[0]")["svy.rake.mean[0]"]
    assert {"svy.kish": effective_size(weights)} == expected("svy.kish")


def test_margins_may_be_value_counts_of_the_frame_and_equal_bases_change_nothing(schools):
    counted = {
        "stype": pd.Series({"M": 1018, "H": 755, "E": 4421}),
        "sch.wide": pd.Series([1072, 5122, 0], index=pd.CategoricalIndex(["No", "Yes", "Unknown"])),
    }
    typed = schools.assign(stype=schools["stype"].astype("category"))
    weights = rake(typed, counted)
    assert weights.name == "weight" and weights.index.equals(schools.index)
    assert weights.to_numpy() == pytest.approx(rake(schools, SCHOOLS, base=schools["pw"]).to_numpy())


def test_weights_meet_every_margin_and_add_to_the_population(schools):
    weights = rake(schools, SCHOOLS)
    for column, totals in SCHOOLS.items():
        assert weights.groupby(schools[column]).sum().to_dict() == pytest.approx(totals, rel=1e-9)
    assert weights.sum() == pytest.approx(6194)


def test_one_margin_is_post_stratification_and_keeps_ratios_of_the_base():
    sample = pd.DataFrame({"region": list("aab")}, index=[7, 3, 5])
    weights = rake(sample, {"region": {"a": 30, "b": 70}}, base=pd.Series([1.0, 2.0, 9.0], index=[7, 3, 5]))
    assert weights.to_dict() == pytest.approx({7: 10, 3: 20, 5: 70})


def test_every_reason_is_told_at_once_and_no_answer_is_shown():
    sample = pd.DataFrame({"region": ["north", "secret place", None, "north"], "size": ["small"] * 4})
    with pytest.raises(ValueError) as caught:
        rake(sample, {"region": {"north": 40, "south": 60}, "size": {"small": 50, "large": 40}, "age": {"old": 100}}, base=pd.Series([1, 1, 0, 1]))
    message = str(caught.value)
    for part in (
        "'region': 1 of 4 cases have no category",
        "'region': 1 cases (rows 2) are in a category without a population total; totals exist for north, south",
        "'region': no case is in south",
        "'size': no case is in large",
        "lacks the column 'age'",
        "different populations (region 100, size 90, age 100)",
        "base weights must give every case",
    ):
        assert part in message
    assert "secret" not in message and message.count("\n- ") == 7


@pytest.mark.parametrize(
    "sample, margins, message",
    [
        (pd.DataFrame({"region": ["a"]}), {}, "no margin"),
        (pd.DataFrame({"region": []}), {"region": {"a": 1}}, "no cases"),
        (pd.DataFrame({"region": ["a", "b"]}), {"region": {"a": 1, "b": -1}}, "number of at least 0"),
        (pd.DataFrame({"region": ["a", "b"]}), {"region": {"a": 1, "b": np.nan}}, "number of at least 0"),
        (pd.DataFrame({"region": ["a", "b"]}), {"region": {"a": 1, "b": 0}}, "without a population total"),
        (pd.DataFrame({"region": ["a", "b"]}), {"region": pd.Series([1, 2, 3], index=["a", "a", "b"])}, "one total"),
    ],
)
def test_margins_that_make_no_sense_are_refused(sample, margins, message):
    with pytest.raises(ValueError, match=message):
        rake(sample, margins)


@pytest.mark.parametrize("base", [pd.Series([1.0, 1.0], index=[0, 9]), pd.Series([1.0, np.inf]), pd.Series([1.0, np.nan])])
def test_bases_that_do_not_fit_are_refused(base):
    with pytest.raises(ValueError, match="base weights"):
        rake(pd.DataFrame({"region": ["a", "b"]}), {"region": {"a": 1, "b": 1}}, base=base)


def test_margins_that_contradict_each_other_do_not_settle_and_nothing_warns(recwarn):
    # All large ones are in the south: the south then has at least as many units as there are large ones.
    sample = pd.DataFrame({"region": ["north", "south"], "size": ["small", "large"]})
    with pytest.raises(ValueError, match="did not settle within 50 rounds"):
        rake(sample, {"region": {"north": 60, "south": 40}, "size": {"small": 50, "large": 50}}, max_iterations=50)
    assert not recwarn.list


def test_margins_rounded_differently_are_met_within_that_rounding():
    sample = pd.DataFrame({"region": list("aabb"), "size": list("xyxy")})
    weights = rake(sample, {"region": {"a": 1 / 3, "b": 2 / 3}, "size": {"x": 0.4999999, "y": 0.5}})
    assert weights.groupby(sample["region"]).sum().tolist() == pytest.approx([1 / 3, 2 / 3])


@st.composite
def populations(draw):
    """A population with every cell of two margins, and one respondent or more from each cell."""
    cells = [(region, size) for region in "abc" for size in "xy"]
    taken = [draw(st.integers(1, 4)) for _ in cells]
    units = [count + draw(st.integers(0, 30)) for count in taken]
    frame = pd.DataFrame([cell for cell, count in zip(cells, units, strict=True) for _ in range(count)], columns=["region", "size"])
    sample = pd.DataFrame([cell for cell, count in zip(cells, taken, strict=True) for _ in range(count)], columns=["region", "size"])
    return frame, sample


@settings(max_examples=50, deadline=None)
@given(populations(), st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_raking_hits_margins_whatever_scale_order_and_names(population, scale, random):
    frame, sample = population
    margins = {column: frame[column].value_counts() for column in frame}
    weights = rake(sample, margins)
    for column in margins:
        assert weights.groupby(sample[column]).sum().to_dict() == pytest.approx(margins[column].to_dict(), rel=1e-8)
    assert rake(sample, {name: totals * scale for name, totals in margins.items()}).tolist() == pytest.approx((weights * scale).tolist(), rel=1e-7)
    assert rake(sample, margins, base=pd.Series(scale, index=sample.index)).tolist() == pytest.approx(weights.tolist())
    order = random.sample(range(len(sample)), len(sample))
    assert rake(sample.iloc[order], margins).sort_index().tolist() == pytest.approx(weights.tolist())
    turned = rake(sample, dict(reversed(margins.items())))
    assert turned.tolist() == pytest.approx(weights.tolist(), rel=1e-6)
    assert 1 <= effective_size(weights) <= len(sample) + 1e-9


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=30), st.floats(1, 6))
def test_trimming_keeps_the_total_the_limit_and_the_order(values, ratio):
    weights = pd.Series(values)
    trimmed = trim_weights(weights, ratio=ratio)
    assert trimmed.sum() == pytest.approx(weights.sum())
    assert trimmed.max() <= ratio * weights.mean() * (1 + 1e-9)
    assert (np.diff(trimmed[weights.sort_values().index]) >= -1e-9 * trimmed.max()).all()
    assert effective_size(trimmed) >= effective_size(weights) * (1 - 1e-9)
    if weights.max() <= ratio * weights.mean():
        assert trimmed.tolist() == values


def test_trimming_spreads_in_proportion_until_nobody_is_over():
    # Mean 10, limit 20: cutting 33 to 20 lifts 19 over the limit, so it is cut too; the rest share what is left as 1 to 2 to 5.
    weights = pd.Series([33.0, 19, 1, 2, 5, 0.0001], index=list("abcdef"), name="weight")
    trimmed = trim_weights(weights, ratio=2)
    assert trimmed["a"] == trimmed["b"] == pytest.approx(2 * weights.mean())
    assert (trimmed["d"] / trimmed["c"], trimmed["e"] / trimmed["c"]) == pytest.approx((2, 5)) and trimmed.name == "weight"
    assert trim_weights(weights, ratio=1).tolist() == pytest.approx([weights.mean()] * 6)


def test_effective_size_is_that_of_equal_weights_on_any_scale():
    assert effective_size(pd.Series([0.3] * 50)) == pytest.approx(50)
    assert effective_size(pd.Series([1.0, 1, 2])) == pytest.approx(effective_size(pd.Series([10.0, 10, 20])))


@pytest.mark.parametrize("weights", [pd.Series([1.0, 0]), pd.Series([1.0, np.nan]), pd.Series([], dtype=float), pd.Series([1.0, np.inf])])
def test_weights_that_are_not_positive_are_refused(weights):
    with pytest.raises(ValueError, match="positive weight"):
        effective_size(weights)
    with pytest.raises(ValueError, match="positive weight"):
        trim_weights(weights, ratio=3)


def test_a_limit_below_the_mean_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        trim_weights(pd.Series([1.0, 2.0]), ratio=0.5)
