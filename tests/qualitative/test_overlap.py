"""Matched passages of two coders."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from helpers.qualitative.overlap import code_overlap


def coded(*rows):
    return pd.DataFrame(rows, columns=["document", "start", "end", "code", "coder"])


TWO = coded(
    ("I01", 0, 10, "trust", "A"), ("I01", 2, 10, "trust", "B"),  # 8 of 10
    ("I01", 20, 30, "trust", "A"), ("I01", 26, 36, "trust", "B"),  # 4 of 16
    ("I01", 40, 50, "costs", "A"), ("I01", 40, 50, "trust", "B"),  # another code
    ("I02", 0, 9, "trust", "A"), ("I01", 60, 64, "costs", "B"), ("I01", 60, 66, "costs", "A"),  # I02 by A only; 4 of 6
)  # fmt: skip


def test_by_hand():
    found = code_overlap(TWO, coders=["A", "B"]).set_index("code")
    assert found.loc["trust"].tolist() == pytest.approx([2, 3, 1, 2 / 5, 0.8])
    assert found.loc["costs"].tolist() == pytest.approx([2, 1, 1, 2 / 3, 2 / 3])
    assert found.loc[""].tolist() == pytest.approx([4, 4, 2, 1 / 2, (0.8 + 2 / 3) / 2])
    assert found.index.tolist() == ["costs", "trust", ""]


@pytest.mark.parametrize("threshold, matched", [(0.8, 1), (0.81, 0), (0.25, 3), (0.26, 2), (2 / 3, 2)])
def test_threshold_is_reached_or_not(threshold, matched):
    assert code_overlap(TWO, coders=["A", "B"], threshold=threshold)["matched"].iloc[-1] == matched


def test_no_passage_is_matched_twice_and_the_best_goes_first():
    chain = coded(("d", 0, 10, "c", "A"), ("d", 10, 20, "c", "A"), ("d", 3, 13, "c", "B"), ("d", 13, 30, "c", "B"))
    # A1-B1 7 of 13, A2-B2 7 of 20, A2-B1 3 of 17: the best and then the one left.
    found = code_overlap(chain, coders=["A", "B"], threshold=0.1).iloc[0]
    assert (found["matched"], found["mean_iou"]) == (2, pytest.approx((7 / 13 + 7 / 20) / 2))
    greedy = coded(("d", 0, 10, "c", "A"), ("d", 10, 14, "c", "A"), ("d", 2, 13, "c", "B"))
    assert code_overlap(greedy, coders=["A", "B"], threshold=0.1).iloc[0]["mean_iou"] == pytest.approx(8 / 13)


passages = st.lists(st.tuples(st.sampled_from("de"), st.integers(0, 20), st.integers(1, 8), st.sampled_from("cx"), st.sampled_from("AB")), max_size=14).map(
    lambda rows: coded(("d", 0, 1, "c", "A"), ("e", 30, 31, "c", "A"), ("d", 0, 1, "c", "B"), ("e", 30, 31, "c", "B"),
                       *((document, start, start + size, code, coder) for document, start, size, code, coder in rows))
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(passages, st.sampled_from([0.5, 0.6, 0.9]))
def test_from_a_half_on_no_matching_finds_more_and_order_does_not_matter(codings, threshold):
    found = code_overlap(codings, coders=["A", "B"], threshold=threshold)
    turned = code_overlap(codings.iloc[::-1], coders=["B", "A"], threshold=threshold).rename(columns={"n_first": "n_second", "n_second": "n_first"})
    pd.testing.assert_frame_equal(found, turned[found.columns])
    most = 0
    for _, own in codings.groupby(["document", "code"]):
        first, second = (pieces(own[own["coder"] == coder]) for coder in "AB")
        good = np.array([[len(one & two) / len(one | two) >= threshold for two in second] for one in first], dtype=float)
        most += good[linear_sum_assignment(-good)].sum() if good.size else 0
    assert found["matched"].iloc[-1] == most


def pieces(own):
    """Sets of characters, overlapping passages joined."""
    found = []
    for start, end in sorted(zip(own["start"], own["end"], strict=True)):
        if found and start <= max(found[-1]):
            found[-1] |= set(range(start, end))
        else:
            found.append(set(range(start, end)))
    return found


@settings(max_examples=30, deadline=None)
@given(passages)
def test_a_coder_agrees_with_a_copy(codings):
    own = codings[codings["coder"] == "A"]
    found = code_overlap(pd.concat([own, own.assign(coder="copy")]), coders=["A", "copy"], threshold=1)
    assert (found["share"] == 1).all()
    assert (found["mean_iou"] == 1).all()


def test_without_common_documents_nothing_is_compared():
    found = code_overlap(coded(("d", 0, 5, "c", "A"), ("e", 0, 5, "c", "B")), coders=["A", "B"])
    assert found["code"].tolist() == [""]
    assert found[["n_first", "n_second", "matched"]].to_numpy().sum() == 0
    assert found[["share", "mean_iou"]].isna().all(axis=None)


def test_wrong_arguments_are_told():
    for threshold in (0, 1.1):
        with pytest.raises(ValueError, match="threshold"):
            code_overlap(TWO, coders=["A", "B"], threshold=threshold)
    with pytest.raises(ValueError, match="no coding: C"):
        code_overlap(TWO, coders=["A", "C"])
    with pytest.raises(ValueError, match="between two"):
        code_overlap(pd.concat([TWO, TWO.assign(coder="C")]), coders=["A", "B", "C"])
    with pytest.raises(ValueError, match="lacks the columns code"):
        code_overlap(TWO.drop(columns="code"), coders=["A", "B"])
