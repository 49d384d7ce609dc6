import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from helpers.qualitative.cooccurrence import cooccurrences, jaccard, phi
from qualitative.coded import codings, from_presence, shuffled
from reference.expected import expected

# 20 pairs: 8 have both features, 2 the first only, 3 the second only, 7 neither (the counts behind the reference values).
FIRST = [1] * 8 + [1] * 2 + [0] * 3 + [0] * 7
SECOND = [1] * 8 + [0] * 2 + [1] * 3 + [0] * 7
features = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=15)


def answers(numbers, present):
    """Segments of 10 characters, so many per interview, and one passage per yes of segments x codes."""
    document = np.repeat([f"I{place:02}" for place in range(len(numbers))], numbers)
    start = np.concatenate([10 * np.arange(number) for number in numbers])
    segments = pd.DataFrame({"document": document, "start": start, "end": start + 9})
    row, column = np.nonzero(present)
    found = segments.iloc[row].reset_index(drop=True).assign(code=[f"c{place}" for place in column], coder="consensus")
    return found, segments, pd.DataFrame({"code": [f"c{place}" for place in range(np.shape(present)[1])], "parent": ""})


def test_phi_and_jaccard_match_the_reference():
    assert {"phi.xy": phi(FIRST, SECOND)} == expected("phi.xy")
    assert {"jaccard.xy": jaccard(FIRST, SECOND)} == expected("jaccard.xy")


@settings(max_examples=80, deadline=None)
@given(features)
def test_phi_is_the_correlation_and_jaccard_a_share(pairs):
    first, second = np.array(pairs).T
    assert phi(first, second) == pytest.approx(phi(second, first), nan_ok=True)
    assert jaccard(first, second) == pytest.approx(jaccard(second, first), nan_ok=True)
    if first.std() and second.std():
        assert phi(first, second) == pytest.approx(np.corrcoef(first, second)[0, 1]) == pytest.approx(-phi(first, ~second))
    else:
        assert np.isnan(phi(first, second))
    assert np.isnan(jaccard(first, second)) == (not (first | second).any())
    assert jaccard(first, first) == (1 if first.any() else pytest.approx(np.nan, nan_ok=True))


@pytest.mark.parametrize("work", [phi, jaccard])
def test_features_are_checked(work):
    with pytest.raises(ValueError, match="one value per unit"):
        work([1, 0], [1])
    with pytest.raises(ValueError, match="2 values are neither"):
        work([1, np.nan], [2, 0])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=2, max_size=9))
def test_the_table_agrees_with_the_coefficients(present):
    found, documents, codes = from_presence(present)
    carried = pd.DataFrame(present, columns=codes["code"])
    table = cooccurrences(found, documents, codes=codes)
    used = [code for code in codes["code"] if carried[code].any()]
    assert list(zip(table["first"], table["second"], strict=True)) == [(a, b) for i, a in enumerate(used) for b in used[i + 1 :]]
    for row in table.itertuples():
        one, other = carried[row.first], carried[row.second]
        assert (row.both, row.either, row.units) == ((one & other).sum(), (one | other).sum(), len(carried))
        assert row.expected == pytest.approx(one.sum() * other.sum() / len(carried))
        assert (row.phi, row.jaccard) == pytest.approx((phi(one, other), jaccard(one, other)), nan_ok=True)
        assert np.isnan(row.p_value) == (one.all() or other.all())


def test_a_planted_pair_is_found_and_an_avoidance_too():
    rng = np.random.default_rng(1)
    first = np.arange(40) % 2 == 0
    present = np.column_stack([first, first ^ (rng.random(40) < 0.1), ~first ^ (rng.random(40) < 0.1), rng.random((40, 3)) < 0.5])
    table = cooccurrences(*from_presence(present)[:2], codes=from_presence(present)[2]).set_index(["first", "second"])
    assert table.loc[("c00", "c01"), "p_holm"] <= 0.05 and table.loc[("c00", "c01"), "phi"] > 0.5
    assert table.loc[("c00", "c02"), "p_holm"] <= 0.05 and table.loc[("c00", "c02"), "phi"] < -0.5
    assert table.drop([("c00", "c01"), ("c00", "c02"), ("c01", "c02")])["p_holm"].min() > 0.05


def test_independent_codes_are_rejected_in_about_five_percent():
    # 25 x 45 pairs over 40 interviews; the test is exact, so at most 5 %, less only for the steps of a discrete statistic.
    p_values = []
    for seed in range(25):
        found, documents, codes = from_presence(np.random.default_rng(seed).random((40, 10)) < 0.5)
        p_values.append(cooccurrences(found, documents, codes=codes)["p_value"])
    assert 0.015 <= (pd.concat(p_values) <= 0.05).mean() <= 0.055


def test_talkative_interviews_make_no_cooccurrence_of_answers():
    # In half of the interviews everything is mentioned often, in the others hardly: independent within each of them.
    rates = np.repeat([0.7, 0.05], 8)
    rejected, naive = [], []
    for seed in range(12):
        present = np.random.default_rng(seed).random((16 * 12, 5)) < np.repeat(rates, 12)[:, None]
        found, segments, codes = answers([12] * 16, present)
        rejected.append(cooccurrences(found, segments, codes=codes, within="segment")["p_value"])
        one = segments.assign(document="I", start=10 * np.arange(len(segments)), end=10 * np.arange(len(segments)) + 9)
        moved = found.assign(document="I", start=one["start"].to_numpy()[np.nonzero(present)[0]]).assign(end=lambda table: table["start"] + 9)
        naive.append(cooccurrences(moved, one, codes=codes, within="segment")["p_value"])
    assert (pd.concat(rejected) <= 0.05).mean() <= 0.1
    assert (pd.concat(naive) <= 0.05).mean() > 0.9


def test_a_pair_planted_within_the_answers_of_interviews_is_found():
    rng = np.random.default_rng(4)
    first = rng.random(96) < np.repeat([0.6, 0.1], 48)
    present = np.column_stack([first, first ^ (rng.random(96) < 0.05), rng.random((96, 2)) < 0.3])
    found, segments, codes = answers([12] * 8, present)
    table = cooccurrences(found, segments, codes=codes, within="segment")
    assert table["p_holm"][0] <= 0.05 < table["p_holm"][1:].min()


def test_codes_meet_in_the_same_answer_not_only_in_the_same_interview():
    found, segments, codes = answers([4, 4, 4], [[1, 0], [0, 1], [1, 0], [0, 1]] * 3)
    assert cooccurrences(found, segments, codes=codes, within="segment")["both"].tolist() == [0]
    documents = segments[["document"]].drop_duplicates()
    assert cooccurrences(found, documents, codes=codes)["both"].tolist() == [3]


def test_a_code_is_not_paired_with_those_above_it():
    codes = pd.DataFrame({"code": ["a", "b", "c", "d"], "parent": ["", "a", "b", ""]})
    found = codings(*(("I01", 0, 5, code) for code in "abcd"), ("I02", 0, 5, "d"))
    table = cooccurrences(found, pd.DataFrame({"document": ["I01", "I02"]}), codes=codes)
    assert list(zip(table["first"], table["second"], strict=True)) == [("a", "d"), ("b", "d"), ("c", "d")]


def test_rare_codes_can_be_left_out():
    found, documents, codes = from_presence([[1, 1, 0], [1, 1, 0], [0, 1, 1], [0, 0, 0]])
    table = cooccurrences(found, documents, codes=codes, least=2)
    assert table[["first", "second"]].to_numpy().tolist() == [["c00", "c01"]]
    assert cooccurrences(found.head(0), documents, codes=codes).empty


@pytest.mark.parametrize("within", ["interview", "segment"])
def test_the_order_of_rows_and_new_names_change_nothing(within):
    present = np.random.default_rng(3).random((30, 4)) < 0.4
    found, segments, codes = answers([10, 12, 8], present)
    if within == "interview":
        found, segments, codes = answers([1] * 30, present)
    units = segments
    table = cooccurrences(found, units, codes=codes, within=within)
    again = cooccurrences(shuffled(found), shuffled(units), codes=codes, within=within)
    pd.testing.assert_frame_equal(again, table)
    names = {"c0": "z", "c1": "m", "c2": "b", "c3": "a"}
    renamed = cooccurrences(found.replace({"code": names}), units, codes=codes.replace({"code": names}), within=within)
    pd.testing.assert_frame_equal(renamed.drop(columns=["first", "second"]), table.drop(columns=["first", "second"]))


def test_holm_corrects_for_the_tests_that_were_done():
    # The third code is everywhere: two of the three pairs cannot be tested, and do not count.
    found, documents, codes = from_presence([[1, 1, 1]] * 5 + [[0, 0, 1]] * 5)
    table = cooccurrences(found, documents, codes=codes)
    assert table["p_value"].isna().tolist() == [False, True, True] and table["p_holm"].isna().tolist() == [False, True, True]
    assert table["p_holm"][0] == table["p_value"][0] == pytest.approx(2 / 252, abs=0.01)
    alike = np.arange(20)[:, None] % 2 ^ (np.random.default_rng(1).random((20, 5)) < 0.15)
    several = cooccurrences(*from_presence(alike)[:2], codes=codes_of(5))
    assert several["p_holm"].to_numpy() == pytest.approx(multipletests(several["p_value"], method="holm")[1])
    assert several.loc[several["p_value"] == several["p_value"].min(), "p_holm"].nunique() == 1


def codes_of(number):
    return pd.DataFrame({"code": [f"c{place:02}" for place in range(number)], "parent": ""})


def test_a_misspelt_place_is_refused():
    with pytest.raises(ValueError, match='"interview" or within "segment"'):
        cooccurrences(codings(), pd.DataFrame({"document": ["I01"]}), codes=codes_of(1), within="sentence")
