"""Alpha for unitising: Krippendorff's own examples, the formula written out stretch by stretch, and what must hold for any text."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.unitizing import unitizing_alpha, unitizing_by_code


def marked(rows):
    """Stretches from (coder, code, start, length)."""
    return pd.DataFrame([(coder, code, start, start + size) for coder, code, start, size in rows], columns=["coder", "code", "start", "end"])


# Krippendorff (2004), "Content Analysis", 2nd ed., p. 254: a continuum from 150 to 450, two observers, categories c and k.
CONTENT_ANALYSIS = marked([
    ("i", "c", 225, 70), ("i", "c", 370, 30), ("j", "c", 220, 80), ("j", "c", 355, 20), ("j", "c", 400, 20),
    ("i", "k", 180, 60), ("i", "k", 300, 50), ("j", "k", 180, 60), ("j", "k", 300, 50),
]).assign(start=lambda rows: rows["start"] - 150, end=lambda rows: rows["end"] - 150)  # fmt: skip

# Krippendorff (1995), Sociological Methodology 25:47-76, p. 57: four pairs of coders of 24 units of length; start and length of each stretch.
PAIRS_1995 = {
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": ([(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)], [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)]),
}


def stretched(times):
    rows = [
        (coder, code, start * times, size * times)
        for code, both in PAIRS_1995.items()
        for coder, stretches in enumerate(both)
        for start, size in stretches
    ]
    return unitizing_by_code(marked(rows), length=24 * times).set_index("code")


def test_published_example_of_2004():
    found = unitizing_by_code(CONTENT_ANALYSIS, length=300).set_index("code")
    assert found.loc["c", ["observed", "expected", "alpha"]].tolist() == pytest.approx([0.0144, 0.0532, 0.7286], abs=6e-5)
    assert found.loc["k", ["observed", "expected", "alpha"]].tolist() == pytest.approx([0, 0.0490, 1], abs=6e-5)
    assert unitizing_alpha(CONTENT_ANALYSIS, length=300) == pytest.approx(0.859, abs=5e-4)
    assert found["units"].tolist() == [5, 4]


def test_published_examples_of_1995():
    assert stretched(1)["observed"].tolist() == pytest.approx([0.03125, 2.26736, 0.02778, 0.38715], abs=1e-5)
    # The article also prints what chance and alpha tend to as the text is measured in ever smaller units. Those of A and D follow from the
    # formula of 2004; those of B (1.17731) and C (.08642, the squared lengths not subtracted) do not quite, and are not compared.
    limit = stretched(50_000).loc[["A", "D"]]
    assert limit["expected"].tolist() == pytest.approx([0.06990, 0.41445], abs=6e-6)
    assert limit["alpha"].tolist() == pytest.approx([0.553, 0.066], abs=6e-4)


# The formula, written out.


def sections(stretches, length):
    """All of a coder's text, in order: (start, end, whether marked)."""
    found, place = [], 0
    for start, end in sorted(stretches):
        if start > place:
            found.append((place, start, False))
        found.append((start, end, True))
        place = end
    return found + ([(place, length, False)] if length > place else [])


def written_out(segments, lengths, coders):
    """Observed and expected disagreement of one code, section by section, after Krippendorff (2004)."""
    total, m = sum(lengths.values()), len(coders)
    texts = {
        (coder, document): sections(
            [(row.start, row.end) for row in segments.itertuples() if (row.coder, row.document) == (coder, document)], lengths[document]
        )
        for coder in coders
        for document in lengths
    }
    observed = 0
    for one in coders:
        for two in coders:
            for document in lengths if one != two else []:
                for start, end, is_marked in texts[one, document]:
                    for other_start, other_end, other_marked in texts[two, document]:
                        if is_marked and other_marked and start < other_end and other_start < end:
                            observed += (start - other_start) ** 2 + (end - other_end) ** 2
                        elif is_marked and not other_marked and other_start <= start and end <= other_end:
                            observed += 2 * (end - start) ** 2
    sizes = [end - start for parts in texts.values() for start, end, is_marked in parts if is_marked]
    gaps = [end - start for parts in texts.values() for start, end, is_marked in parts if not is_marked]
    expected = sum(
        (len(sizes) - 1) / 3 * (2 * size**3 - 3 * size**2 + size) + size**2 * sum(gap - size + 1 for gap in gaps if gap >= size) for size in sizes
    )
    expected *= 2 / total / (m * total * (m * total - 1) - sum(size * (size - 1) for size in sizes))
    return observed / (m * (m - 1) * total**2), expected


LENGTHS = {"I01": 20, "I02": 9}
rows = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(["I01", "I02"]), st.sampled_from("pq"), st.integers(0, 8), st.integers(1, 9)), max_size=10
)


def disjoint(rows):
    """Stretches of one coder and code that do not overlap, within their texts."""
    kept = []
    for coder, document, code, start, size in rows:
        end = min(start + size, LENGTHS[document])
        if not any((coder, document, code) == own[:3] and start < own[4] and own[3] < end for own in kept):
            kept.append((coder, document, code, start, end))
    return pd.DataFrame(kept, columns=["coder", "document", "code", "start", "end"])


@settings(max_examples=60, deadline=None)
@given(rows.map(disjoint), st.sampled_from([["A", "B"], ["A", "B", "C"]]))
def test_equals_the_formula_written_out(segments, coders):
    found = unitizing_by_code(segments, length=LENGTHS, coders=coders).set_index("code")
    assert sorted(found.index) == sorted(segments["code"].unique())
    for code, own in segments.groupby("code"):
        assert found.loc[code, ["observed", "expected"]].tolist() == pytest.approx(written_out(own, LENGTHS, coders))


@settings(max_examples=40, deadline=None)
@given(rows.map(disjoint), st.permutations(["p", "q"]))
def test_names_and_orders_do_not_matter(segments, names):
    value = unitizing_alpha(segments, length=LENGTHS, coders=["A", "B"])
    changed = segments.iloc[::-1].replace({"code": dict(zip("pq", names, strict=True)), "coder": {"A": "Z"}})
    again = unitizing_alpha(changed, length=pd.Series(LENGTHS).iloc[::-1], coders=["B", "Z"])
    assert again == pytest.approx(value, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(rows.map(disjoint).filter(len))
def test_the_same_stretches_are_full_agreement(segments):
    both = pd.concat([segments.assign(coder=coder) for coder in "AB"]).drop_duplicates()
    if len(both) == 2 * len(both.drop_duplicates(["document", "code", "start", "end"])):
        assert unitizing_alpha(both, length=LENGTHS) == 1


def test_stretches_at_random_agree_no_more_than_by_chance():
    rng = np.random.default_rng(3)
    alphas = []
    for _ in range(100):
        rows = []
        for coder in "AB":
            borders = np.sort(rng.choice(400, 8, replace=False))
            rows += [(coder, "code", start, end - start) for start, end in borders.reshape(-1, 2)]
        alphas.append(unitizing_alpha(marked(rows), length=400))
    assert np.mean(alphas) == pytest.approx(0, abs=4 * np.std(alphas) / np.sqrt(100))
    assert np.std(alphas) < 0.6


def test_overlapping_stretches_of_one_coder_are_joined_and_touching_ones_are_not():
    whole = marked([("A", "x", 0, 10), ("B", "x", 0, 10)])
    assert unitizing_alpha(marked([("A", "x", 0, 6), ("A", "x", 4, 6), ("B", "x", 0, 10)]), length=50) == 1
    assert unitizing_alpha(marked([("A", "x", 0, 5), ("A", "x", 5, 5), ("B", "x", 0, 10)]), length=50) < 1
    assert unitizing_alpha(whole, length=50) == 1


def test_one_code_without_a_column_for_it():
    segments = CONTENT_ANALYSIS.query("code == 'c'")
    assert unitizing_alpha(segments.drop(columns="code"), length=300) == unitizing_alpha(segments, length=300)


def test_gaps_do_not_span_documents():
    """A stretch of 8 fits nowhere else in a text of 9 but one place further; in one text of 29 it could be elsewhere."""
    segments = pd.DataFrame({"coder": list("AB"), "document": ["I02"] * 2, "start": [0, 1], "end": [8, 9]})
    apart = unitizing_by_code(segments, length=LENGTHS)["expected"].item()
    together = unitizing_by_code(segments.drop(columns="document").assign(start=[20, 21], end=[28, 29]), length=29)["expected"].item()
    assert apart < together


def test_a_coder_who_marked_nothing_still_counts():
    only = marked([("A", "x", 5, 5)])
    assert unitizing_alpha(only, length=50, coders=["A", "B"]) < 0
    with pytest.raises(ValueError, match="1 coders marked something"):
        unitizing_alpha(only, length=50)
    assert np.isnan(unitizing_alpha(only.iloc[:0], length=50, coders=["A", "B"]))


def test_wrong_input_is_told():
    with pytest.raises(ValueError, match="1 of 9 stretches end beyond their text"):
        unitizing_alpha(CONTENT_ANALYSIS, length=269)
    with pytest.raises(ValueError, match="lacks the columns end"):
        unitizing_alpha(CONTENT_ANALYSIS.drop(columns="end"), length=300)
    with pytest.raises(ValueError, match="give a mapping"):
        unitizing_alpha(CONTENT_ANALYSIS.assign(document="I01"), length=300)
    with pytest.raises(ValueError, match="no column document"):
        unitizing_alpha(CONTENT_ANALYSIS, length={"I01": 300})
    with pytest.raises(ValueError, match="9 of 9 segments belong to none of the 1 documents"):
        unitizing_alpha(CONTENT_ANALYSIS.assign(document="I02"), length={"I01": 300})


def test_the_input_is_not_changed():
    before = CONTENT_ANALYSIS.copy()
    unitizing_alpha(CONTENT_ANALYSIS, length=300)
    pd.testing.assert_frame_equal(CONTENT_ANALYSIS, before)
