from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.quantitative.likert import cliffs_delta, dunn_tests, epsilon_squared, kruskal_tests, likert_distribution
from reference.expected import expected, numbered, reference_data

SCALE = ["A1", "A2", "A3", "A4", "A5"]

# Hollander and Wolfe (1973), page 69: permeability of the human chorioamnion at term and at 12 to 26 weeks (as in R's ?wilcox.test).
AT_TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLIER = [1.15, 0.88, 0.90, 0.74, 1.21]


def battery(answers: dict[str, list], scale=SCALE) -> pd.DataFrame:
    return pd.DataFrame({item: pd.Categorical(given_answers, categories=scale, ordered=True) for item, given_answers in answers.items()})


@pytest.fixture
def motives():
    return battery({"markets": ["A5"] * 6 + ["A4"] * 3 + ["A3"] + [None] * 2, "cost": ["A1"] * 4 + ["A2"] * 2 + ["A3"] * 3 + ["A4"] + ["A5"] * 2})


@pytest.fixture(scope="module")
def ozone():
    days = pd.read_csv(reference_data("airquality.csv"))
    return days.assign(Month=pd.Categorical(days["Month"]))


def test_every_answer_of_the_scale_has_a_row(motives):
    table = likert_distribution(motives)
    assert list(table) == ["item", "answer", "order", "side", "count", "n", "share"]
    assert table["item"].tolist() == ["markets"] * 5 + ["cost"] * 5 and table["answer"].tolist() == SCALE * 2
    assert table["order"].tolist() == [1, 2, 3, 4, 5] * 2
    assert table["side"].tolist() == ["negative", "negative", "neutral", "positive", "positive"] * 2
    assert table["count"].tolist() == [0, 0, 1, 3, 6, 4, 2, 3, 1, 2] and table["n"].tolist() == [10] * 5 + [12] * 5


def test_an_even_scale_has_no_neutral(motives):
    even = battery({"trust": ["B1", "B4", "B4"]}, scale=["B1", "B2", "B3", "B4"])
    assert likert_distribution(even)["side"].tolist() == ["negative", "negative", "positive", "positive"]
    assert likert_distribution(even, least=1)["answer"].tolist() == ["B1+B2", "B3+B4"]
    assert likert_distribution(even, least=1)["side"].tolist() == ["negative", "positive"]


def test_one_small_cell_coarsens_the_whole_battery(motives):
    table = likert_distribution(motives, least=1)
    assert table["answer"].tolist() == ["A1+A2", "A3", "A4+A5"] * 2 and table["order"].tolist() == [1, 2, 3] * 2
    assert table["side"].tolist() == ["negative", "neutral", "positive"] * 2
    assert table["count"].tolist() == [0, 1, 9, 6, 3, 3]


def test_large_cells_and_unanswered_items_do_not_coarsen():
    full = battery({"trust": SCALE * 3, "distance": [None] * 15})
    assert likert_distribution(full, least=3)["answer"].tolist() == SCALE * 2
    assert likert_distribution(full, least=4)["answer"].tolist() == ["A1+A2", "A3", "A4+A5"] * 2
    assert likert_distribution(full, least=3)["share"].isna().tolist() == [False] * 5 + [True] * 5


def test_batteries_without_a_common_order_are_refused():
    for items in (
        pd.DataFrame(),
        pd.DataFrame({"trust": pd.Categorical(["A1"])}),
        pd.concat([battery({"trust": ["A1"]}), battery({"cost": ["A1"]}, scale=["A1", "A2"])], axis=1),
    ):
        with pytest.raises(ValueError, match="ordered on the same scale"):
            likert_distribution(items)
    with pytest.raises(ValueError, match="at least two answers"):
        likert_distribution(battery({"trust": ["A1"]}, scale=["A1"]))


ANSWERS = st.lists(st.sampled_from([*SCALE, None]), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.integers(0, 6), st.integers(2, 5))
def test_shares_add_to_one_coarsening_keeps_totals_and_mirroring_mirrors(answers, least, length):
    scale = SCALE[:length]
    kept = [answer if answer in scale else None for answer in answers]
    items = battery({"trust": kept, "cost": kept[::-1]}, scale=scale)
    table, fine = likert_distribution(items, least=least), likert_distribution(items)
    for _, item in table.groupby("item"):
        assert item["share"].sum() == pytest.approx(1) if item["n"].iloc[0] else item["share"].isna().all()
    sides = table.groupby(["item", "side"])["count"].sum()
    pd.testing.assert_series_equal(sides, fine.groupby(["item", "side"])["count"].sum())
    mirrored = likert_distribution(battery({"trust": kept, "cost": kept[::-1]}, scale=scale[::-1]), least=least)
    turned = {"negative": "positive", "neutral": "neutral", "positive": "negative"}
    assert mirrored.groupby(["item", "side"])["count"].sum().to_dict() == {(item, turned[side]): count for (item, side), count in sides.items()}


def test_kruskal_wallis_and_its_effect_match_the_reference(ozone):
    row = kruskal_tests(ozone[["Ozone"]], ozone[["Month"]]).iloc[0]
    assert (row["item"], row["by"], row["n"]) == ("Ozone", "Month", 116)
    assert numbered("kw.airq", [row["statistic"], row["p_value"]]) == expected("kw.airq")
    assert {"eps2.airq": row["effect"]} == expected("eps2.airq") == {"eps2.airq": epsilon_squared(row["statistic"], 116)}


def test_dunn_matches_the_reference(ozone):
    table = dunn_tests(ozone["Ozone"], ozone["Month"])
    assert list(table) == ["group", "other", "z", "p_value", "p_holm"]
    assert table[["group", "other"]].to_numpy().tolist()[:4] == [[5, 6], [5, 7], [5, 8], [5, 9]]
    # rstatix subtracts the first group from the second; here z is positive where `group` answers higher.
    assert numbered("dunn.airq.z", -table["z"]) == expected("dunn.airq.z")
    assert numbered("dunn.airq.padj", table["p_holm"]) == expected("dunn.airq.padj")


def test_cliffs_delta_matches_the_reference():
    assert {"cliff.perm": cliffs_delta(pd.Series(AT_TERM), pd.Series(EARLIER))} == expected("cliff.perm")


def test_ordered_answers_are_tested_by_their_order_only(ozone):
    ordered = ozone.assign(Ozone=pd.Categorical(ozone["Ozone"], ordered=True))
    pd.testing.assert_frame_equal(kruskal_tests(ordered[["Ozone"]], ozone[["Month"]]), kruskal_tests(ozone[["Ozone"]], ozone[["Month"]]))
    pd.testing.assert_frame_equal(dunn_tests(ordered["Ozone"], ozone["Month"]), dunn_tests(ozone["Ozone"], ozone["Month"]))


def test_holm_counts_every_item_and_grouping_as_one_family(ozone):
    rng = np.random.default_rng(4)
    groups = ozone[["Month"]].assign(half=rng.random(len(ozone)) < 0.5)
    table = kruskal_tests(ozone[["Ozone", "Wind"]], groups)
    assert table[["item", "by"]].to_numpy().tolist() == [["Ozone", "Month"], ["Ozone", "half"], ["Wind", "Month"], ["Wind", "half"]]
    assert table["p_holm"].min() == pytest.approx(4 * table["p_value"].min())


def test_constant_answers_or_a_single_group_give_nan_without_a_warning(recwarn):
    items = battery({"trust": ["A3"] * 6, "cost": ["A1", "A2", "A3", "A4", "A5", None]})
    groups = pd.DataFrame(
        {"region": pd.Categorical(["north"] * 3 + ["south"] * 3), "one": pd.Categorical(["a"] * 6), "none": pd.Categorical([None] * 6)}
    )
    table = kruskal_tests(items, groups).set_index(["item", "by"])
    assert table["statistic"].notna().tolist() == [False, False, False, True, False, False]
    assert table.loc[("trust", "region"), ["p_value", "p_holm", "effect"]].isna().all()
    assert dunn_tests(items["trust"], groups["region"])["z"].isna().all()
    assert dunn_tests(items["cost"], groups["one"]).empty and dunn_tests(items["cost"], groups["none"]).empty
    assert np.isnan(cliffs_delta(pd.Series([], dtype=float), pd.Series([1.0]))) and np.isnan(epsilon_squared(1.0, 1))
    assert kruskal_tests(items, groups[[]]).empty
    assert not recwarn.list


def test_answers_without_order_and_other_respondents_are_refused(ozone):
    with pytest.raises(ValueError, match="Month: the categories have no order"):
        kruskal_tests(ozone[["Month"]], ozone[["Month"]])
    with pytest.raises(ValueError, match="ordered categories or numbers"):
        dunn_tests(pd.Series(["high", "low"]), pd.Series(pd.Categorical(["a", "b"])))
    with pytest.raises(ValueError, match="different respondents"):
        kruskal_tests(ozone[["Ozone"]].iloc[:5], ozone[["Month"]])
    with pytest.raises(ValueError, match="different scales"):
        cliffs_delta(battery({"trust": ["A1"]})["trust"], battery({"trust": ["A1"]}, scale=["A1", "A2"])["trust"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=25), st.lists(st.integers(0, 6), min_size=1, max_size=25))
def test_cliffs_delta_is_its_definition_and_turns_with_the_groups(first, second):
    delta = cliffs_delta(pd.Series(first), pd.Series(second))
    assert delta == pytest.approx(np.sign(np.subtract.outer(first, second)).mean())
    assert cliffs_delta(pd.Series(second), pd.Series(first)) == pytest.approx(-delta) and -1 <= delta <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SCALE), st.sampled_from("abc")), min_size=6, max_size=40), st.permutations("abc"))
def test_rank_tests_follow_the_scale_and_the_names_of_the_groups(cases, relabelled):
    answers, groups = (
        battery({"trust": [answer for answer, _ in cases]}),
        pd.DataFrame({"region": pd.Categorical([group for _, group in cases], list("abc"))}),
    )
    mirrored = battery({"trust": [answer for answer, _ in cases]}, scale=SCALE[::-1])
    renamed = groups.assign(region=groups["region"].cat.rename_categories(dict(zip("abc", relabelled, strict=True))))
    plain = kruskal_tests(answers, groups)
    for other in (kruskal_tests(mirrored, groups), kruskal_tests(answers, renamed)):
        pd.testing.assert_frame_equal(other, plain)
    pairs = dunn_tests(answers["trust"], groups["region"])
    assert dunn_tests(mirrored["trust"], groups["region"])["z"].tolist() == pytest.approx((-pairs["z"]).tolist(), nan_ok=True)
    assert not ((plain["effect"] < -1e-12) | (plain["effect"] > 1 + 1e-12)).any()
