import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.themes import code_matrix, frequencies, frequencies_by, with_parents
from qualitative.coded import CODES, codings, from_presence, shuffled

DOCUMENTS = pd.DataFrame({"document": ["I01", "I02", "I03", "I04"], "sector": ["ict", "agri", "ict", None]})
CODINGS = codings(
    ("I01", 0, 9, "staff"),
    ("I01", 0, 9, "money"),
    ("I01", 20, 30, "staff"),
    ("I02", 0, 9, "trust"),
    ("I03", 5, 9, "barriers"),
    ("I03", 5, 9, "money"),
    ("I04", 1, 4, "trust"),
)
passages = st.lists(
    st.tuples(st.sampled_from(["I01", "I02", "I03"]), st.integers(0, 3), st.integers(4, 6), st.sampled_from(CODES["code"].tolist())), max_size=12
)


def test_a_passage_counts_once_for_the_code_above():
    lines = with_parents(CODINGS, CODES)
    barriers = lines[lines["code"] == "barriers"]
    assert list(zip(barriers["document"], barriers["start"], strict=True)) == [("I01", 0), ("I01", 20), ("I03", 5)]
    assert len(lines) == len(CODINGS) + 2 and CODINGS["code"].tolist().count("barriers") == 1


def test_passages_of_two_coders_stay_apart():
    both = pd.concat([codings(("I01", 0, 9, "staff"), coder=name) for name in "AB"])
    assert with_parents(both, CODES)["coder"].tolist() == ["A", "A", "B", "B"]


def test_an_unknown_code_has_no_parents():
    with pytest.raises(ValueError, match="2 codings have a code that is not in the code system"):
        with_parents(CODINGS, CODES.iloc[:3])
    with pytest.raises(ValueError, match="lack the columns end, coder"):
        with_parents(CODINGS.drop(columns=["end", "coder"]), CODES)


def test_grandparents_count_too():
    codes = pd.DataFrame({"code": ["a", "b", "c"], "parent": ["", "a", "b"]})
    assert with_parents(codings(("I01", 0, 1, "c")), codes)["code"].tolist() == ["c", "b", "a"]


@settings(max_examples=60, deadline=None)
@given(passages)
def test_doing_it_again_changes_nothing(drawn):
    once = with_parents(codings(*drawn).astype({"code": str, "start": np.int64, "end": np.int64}), CODES)
    pd.testing.assert_frame_equal(with_parents(once, CODES), once)
    assert set(once.loc[once["code"].isin(["staff", "money"]), "document"]) <= set(once.loc[once["code"] == "barriers", "document"])


def test_frequencies_lead_with_interviews_and_keep_codes_that_never_come_up():
    codes = pd.concat([CODES, pd.DataFrame({"code": ["law"], "parent": ["barriers"]})], ignore_index=True)
    table = frequencies(CODINGS, DOCUMENTS, codes=codes)
    assert list(table.columns) == ["code", "parent", "level", "interviews", "share", "mentions", "documents"]
    assert table["code"].tolist() == ["barriers", "staff", "money", "trust", "law"] and table["level"].tolist() == [1, 2, 2, 1, 2]
    assert table["interviews"].tolist() == [2, 1, 2, 2, 0] and table["mentions"].tolist() == [3, 2, 2, 2, 0]
    assert table["share"].tolist() == [0.5, 0.25, 0.5, 0.5, 0] and table["documents"].eq(4).all()


def test_frequencies_without_interviews_have_no_share():
    assert frequencies(CODINGS.head(0), DOCUMENTS.head(0), codes=CODES)["share"].isna().all()


@pytest.mark.parametrize("order", [["ict", "agri"], ["agri", "ict"]])
def test_groups_follow_their_categories_and_count_what_is_left_out(order):
    documents = DOCUMENTS.assign(sector=pd.Categorical(DOCUMENTS["sector"], categories=[*order, "health"]))
    table = frequencies_by(CODINGS, documents, by="sector", codes=CODES)
    assert table["group"].tolist() == order * 4 and table["left_out"].eq(1).all() and table["by"].eq("sector").all()
    found = table.set_index(["code", "group"])
    assert found.loc[("money", "ict"), ["interviews", "documents", "share"]].tolist() == [2, 2, 1]
    assert found.loc[("barriers", "agri"), ["interviews", "documents", "share"]].tolist() == [0, 1, 0]
    assert found.loc[("trust", "agri"), "share"] == 1


def test_groups_of_everybody_add_up_to_the_frequencies():
    documents = DOCUMENTS.assign(size=[True, False, False, True])
    table = frequencies_by(CODINGS, documents, by="size", codes=CODES)
    assert table["left_out"].eq(0).all() and table["group"].tolist() == [False, True] * 4
    assert table.groupby("code", sort=False)["interviews"].sum().tolist() == frequencies(CODINGS, documents, codes=CODES)["interviews"].tolist()


def test_a_grouping_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"no column 'size'; there are document, sector"):
        frequencies_by(CODINGS, DOCUMENTS, by="size", codes=CODES)


def test_the_matrix_holds_the_mentions():
    matrix = code_matrix(CODINGS, DOCUMENTS, codes=CODES)
    assert matrix.loc["barriers"].tolist() == [2, 0, 1, 0] and matrix["I04"].tolist() == [0, 0, 0, 1]
    assert matrix.sum(axis=1).tolist() == frequencies(CODINGS, DOCUMENTS, codes=CODES)["mentions"].tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=6), st.integers(0, 99))
def test_order_of_rows_and_names_do_not_matter(present, seed):
    found, documents, codes = from_presence(present)
    table = frequencies(found, documents, codes=codes)
    pd.testing.assert_frame_equal(frequencies(shuffled(found, seed), shuffled(documents, seed), codes=codes), table)
    renamed, documents, codes = from_presence(present, ["z", "a", "m"])
    counts = ["interviews", "share", "mentions"]
    pd.testing.assert_frame_equal(frequencies(renamed, documents, codes=codes)[counts], table[counts])
    assert table["interviews"].tolist() == np.sum(present, axis=0).tolist()


def test_the_input_stays_as_it_was():
    before, tree, documents = CODINGS.copy(), CODES.copy(), DOCUMENTS.copy()
    for work in (frequencies, code_matrix):
        work(CODINGS, DOCUMENTS, codes=CODES)
    frequencies_by(CODINGS, DOCUMENTS, by="sector", codes=CODES)
    for now, then in ((CODINGS, before), (CODES, tree), (DOCUMENTS, documents)):
        pd.testing.assert_frame_equal(now, then)


@pytest.mark.parametrize("work", [frequencies, code_matrix])
def test_codings_that_fit_nowhere_are_counted_in_the_error(work):
    with pytest.raises(ValueError, match="2 codings have a code that is not listed"):
        work(CODINGS, DOCUMENTS, codes=CODES.iloc[:3])
    with pytest.raises(ValueError, match="3 codings belong to no interview"):
        work(CODINGS, DOCUMENTS.iloc[[0, 1]], codes=CODES)
    with pytest.raises(ValueError, match="3 codings belong to no interview"):
        work(CODINGS, DOCUMENTS.iloc[1:], codes=CODES)
    with pytest.raises(ValueError, match="2 coders are mixed"):
        work(CODINGS.assign(coder=list("AABBAAB")), DOCUMENTS, codes=CODES)
