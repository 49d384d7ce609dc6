from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reporting.attack import attack, audit
from helpers.reporting.confidential import unsafe_values
from helpers.reporting.disclosure import suppress

K = 5


def one_way(counts: dict[str, int], *, n: int | None = None, question: str = "plan") -> pd.DataFrame:
    asked = sum(counts.values()) if n is None else n
    return pd.DataFrame({"question": question, "answer": list(counts), "count": list(counts.values()), "n": asked})


def cross(grid, *, by: str = "sector", question: str = "plan") -> pd.DataFrame:
    """A tidy cross-table of a grid of counts: answers a0, a1 ... in its rows, groups g0, g1 ... in its columns."""
    grid = np.asarray(grid)
    answers, groups = ([f"{letter}{place}" for place in range(size)] for letter, size in zip("ag", grid.shape, strict=True))
    places = itertools.product(enumerate(groups), enumerate(answers))
    rows = [(question, answer, by, group, grid[row, column], grid[:, column].sum()) for (column, group), (row, answer) in places]
    return pd.DataFrame(rows, columns=["question", "answer", "by", "group", "count", "n"])


def ticked(yes, n, *, option: str = "fairs", by: str = "sector") -> pd.DataFrame:
    groups = [f"g{place}" for place in range(len(yes))]
    return pd.DataFrame({"option": option, "by": by, "group": groups, "count": yes, "n": n})


def totals(table: pd.DataFrame) -> pd.DataFrame:
    """The one-way table that belongs to a cross-table."""
    names = [name for name in ("question", "option", "answer") if name in table]
    return table.groupby(names)[["count", "n"]].sum().reset_index()


def hidden_grid(table: pd.DataFrame, k: int = K) -> list[list[bool]]:
    """Which cells of a cross-table are suppressed, answers x groups."""
    return suppress(table, k=k).pivot(index="answer", columns="group", values="suppressed").to_numpy().tolist()


# --- examples worked by hand ---------------------------------------------------------------------------------------------------


def test_one_small_cell_of_a_grid_takes_three_others_with_it_and_they_are_the_smallest_corners():
    # Row and column of the 3 need a partner each, and these two a common one. Candidates for the three: (9, 8, 20), (9, 30, 25), (30, 8, 7) ...
    grid = [[3, 9, 30], [8, 20, 7], [40, 30, 25]]
    assert hidden_grid(cross(grid)) == [[True, True, False], [True, True, False], [False, False, False]]
    # (a1, g2) = 7 instead would need (a0, g2) = 30. Made cheap, it is taken.
    grid = [[3, 9, 6], [8, 20, 7], [40, 30, 25]]
    assert hidden_grid(cross(grid)) == [[True, False, True], [True, False, True], [False, False, False]]


def test_a_contingency_table_is_treated_alike_and_keeps_its_shape():
    table = pd.DataFrame([[3, 9, 30], [8, 20, 7], [40, 30, 25]], index=list("xyz"), columns=[1, 2, 3])
    expected = table.astype("Int64")
    expected.iloc[:2, :2] = pd.NA
    pd.testing.assert_frame_equal(suppress(table, k=K), expected)


def test_small_totals_of_a_contingency_table_go_with_their_row_and_the_next_smallest():
    answers = pd.Series(["full"] * 3 + ["part"] * 12 + ["none"] * 35, name="plan")
    groups = pd.Series(["north", "south"] * 25, name="region")
    hidden = suppress(pd.crosstab(answers, groups, margins=True), k=K)
    assert hidden.loc[["full", "part"]].isna().all(axis=None)
    assert hidden.loc["none", "All"] == 35
    assert hidden.loc["All"].tolist() == [25, 25, 50]


def test_a_small_answer_hides_the_next_smallest_and_nothing_more():
    table = suppress(one_way({"full": 3, "part": 12, "none": 20, "other": 15}), k=K)
    assert table["suppressed"].tolist() == [True, True, False, False]
    assert table["count"].isna().tolist() == [True, True, False, False]
    assert table["n"].tolist() == [50] * 4
    # 3 + 2 hide each other: either may be 5.
    assert suppress(one_way({"full": 3, "part": 2, "none": 20}), k=K)["suppressed"].tolist() == [True, True, False]
    # 2 + 2 do not: the reader would know that either is at most 4.
    assert suppress(one_way({"full": 2, "part": 2, "none": 20}), k=K)["suppressed"].all()
    # Nobody is also a disclosure, and two answers that nobody gave betray each other.
    assert suppress(one_way({"full": 0, "part": 0, "none": 20, "other": 6}), k=K)["suppressed"].tolist() == [True, True, False, True]


def test_all_numbers_of_a_suppressed_row_go_but_its_n_and_order():
    table = one_way({"full": 3, "part": 12, "none": 20}).assign(share=0.5, rank=1, order=[1, 2, 3], first=True, side="left", label=["a", "b", "c"])
    rows = suppress(table, k=K).iloc[:2]
    assert rows[["count", "share", "rank", "first"]].isna().all(axis=None)
    assert rows[["n", "order", "side", "label"]].notna().all(axis=None)


def test_an_option_is_counted_against_those_who_did_not_tick_it():
    table = pd.DataFrame({"option": ["fairs", "visits", "offices", "none"], "count": [46, 45, 5, 4], "n": 50})
    assert suppress(table, k=K)["suppressed"].tolist() == [True, False, False, True]


def test_an_answer_alone_is_counted_against_all_others():
    assert suppress(one_way({"full": 46}, n=50), k=K)["suppressed"].all()
    assert not suppress(one_way({"full": 45}, n=50), k=K)["suppressed"].any()


def test_an_option_hidden_in_one_group_is_hidden_in_a_second_one():
    # g0: 2 of 15. g2 (6 of 12) leaves 14 no's; g1 would cost 20 respondents more.
    table = suppress(ticked([2, 22, 6, 30], [15, 32, 12, 50]), k=K)
    assert table["suppressed"].tolist() == [True, False, True, False]
    assert table["n"].tolist() == [15, 32, 12, 50]


def test_a_group_below_k_loses_its_n_and_so_does_the_next_smallest():
    table = suppress(cross([[10, 9, 1], [12, 8, 2]]), k=K)
    assert table["suppressed"].tolist() == [False, False, True, True, True, True]
    assert table["n"].isna().tolist() == [False, False, True, True, True, True]
    assert suppress(ticked([1, 1, 20], [3, 4, 40]), k=K)["n"].isna().tolist() == [True, True, False]


def test_an_answer_hidden_in_the_one_way_table_is_hidden_in_every_group():
    # a0 is given by 4, so the one-way table hides a1 too; (a2, g0) and (a2, g1) together would be cheaper here than (a1, g1) = 30.
    grid = [[2, 1, 1], [5, 30, 5], [6, 6, 40], [60, 60, 60]]
    assert hidden_grid(cross(grid)) == [[True] * 3, [True] * 3, [False] * 3, [False] * 3]


def test_fewer_than_k_respondents_leave_nothing():
    assert suppress(one_way({"full": 2, "part": 2}), k=K)[["count", "n"]].isna().all(axis=None)
    assert suppress(cross([[1, 1], [1, 1]]), k=K)[["count", "n"]].isna().all(axis=None)


def test_a_distribution_with_answers_left_out_is_published_whole_or_not_at_all():
    assert not suppress(one_way({"full": 10, "part": 20}, n=50), k=K)["suppressed"].any()
    assert suppress(one_way({"full": 10, "part": 20}, n=33), k=K)["suppressed"].all()
    assert suppress(one_way({"full": 3, "part": 20, "some": 11}, n=50), k=K)["suppressed"].all()
    table = cross([[10, 20], [15, 15]]).assign(n=[40, 40, 40, 40])
    assert not suppress(table, k=K)["suppressed"].any()
    assert suppress(table.assign(n=[40, 40, 36, 36]), k=K)["suppressed"].all()


def test_statistics_are_suppressed_by_their_n():
    table = suppress(pd.DataFrame({"question": ["a", "b"], "n": [4, 5], "p_value": [0.1, 0.2]}), k=K)
    assert table["suppressed"].tolist() == [True, False]
    assert table.loc[0, ["n", "p_value"]].isna().all()
    assert table.loc[1, "p_value"] == 0.2
    means = pd.DataFrame({"question": "members", "answer": "mean", "count": [40], "n": [40], "mean": [61.5]})
    assert not suppress(means, k=K)["suppressed"].any()


def test_labels_do_not_split_a_distribution_but_a_wave_does():
    table = one_way({"full": 3, "part": 12, "none": 20})
    assert suppress(table.assign(words=["Ja", "Zum Teil", "Nein"]), k=K)["suppressed"].tolist() == [True, True, False]
    waves = pd.concat([table.assign(wave="2015"), one_way({"full": 9, "part": 7, "none": 20}).assign(wave="2026")])
    assert suppress(waves, k=K)["suppressed"].tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (pd.DataFrame({"question": ["plan"], "share": [0.5]}), "cannot be checked.*needs `n`"),
        (pd.DataFrame({"question": ["plan"], "count": [20]}), "cannot be checked.*needs `n`"),
        (one_way({"full": 30, "part": 30}, n=50), "counts exceed n in 1 groups"),
        (one_way({"full": 30, "part": 30}).assign(n=[60, 61]), "n differs .* in 1 rows"),
        (pd.concat([one_way({"full": 30})] * 2), "1 rows describe a cell that an earlier row describes"),
        (one_way({"full": 30}).assign(count=[0.6]), "'count' is no count in 1 of 1 rows"),
        (one_way({"full": 30}).assign(n=[None]), "'n' is no count in 1 of 1 rows"),
        (pd.DataFrame({"north": [0.5], "south": [0.5]}), "'north' is no count"),
        (pd.DataFrame({"north": [20, 21], "south": [20, 20]}, index=["x", "All"]), "totals named 'All' are not the sums"),
    ],
)
def test_what_cannot_be_checked_is_refused(table, complaint):
    with pytest.raises(ValueError, match=complaint):
        suppress(table, k=K)


def test_k_is_at_least_one():
    with pytest.raises(ValueError, match="k is 0"):
        suppress(one_way({"full": 30}), k=0)


# --- properties ----------------------------------------------------------------------------------------------------------------


def grids(most: int = 30, sides: int = 5):
    """Grids with many small cells as well as with few."""
    sizes = st.tuples(st.integers(2, sides), st.integers(2, sides))
    cells = st.one_of(st.integers(0, 7), st.integers(0, most), st.integers(4, most))
    return sizes.flatmap(lambda size: st.lists(cells, min_size=size[0] * size[1], max_size=size[0] * size[1]).map(partial(np.reshape, shape=size)))


@st.composite
def surveys(draw):
    """All tables of one question: one-way, and crossed by two groupings of the same respondents."""
    joint = draw(st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(2, 3)))
    kinds = st.sampled_from([(0, 2), (0, 6), (2, 12)])
    counts = draw(st.lists(kinds.flatmap(lambda kind: st.integers(*kind)), min_size=int(np.prod(joint)), max_size=int(np.prod(joint))))
    cube = np.reshape(counts, joint)
    sector, size = cross(cube.sum(axis=2)), cross(cube.sum(axis=1), by="size")
    return [totals(sector), sector, size]


def small_numbers(suppressed: pd.DataFrame, k: int) -> int:
    """How many published counts, n's and (where rows are alone) complements are below k."""
    shown = suppressed[~suppressed["suppressed"]]
    complements = shown["n"] - shown["count"] if "answer" not in shown else shown["n"]
    return int((shown["count"] < k).sum() + (suppressed["n"].dropna() < k).sum() + (complements < k).sum())


@settings(max_examples=60, deadline=None)
@given(grids(), st.integers(2, 6))
def test_no_hidden_cell_of_a_cross_table_can_be_worked_out(grid, k):
    table = cross(grid)
    suppressed = suppress(table, k=k)
    found = attack(table, suppressed, k=k)
    assert small_numbers(suppressed, k) == 0
    assert len(found) == suppressed["suppressed"].sum()
    assert found["safe"].all()
    true = table.loc[suppressed["suppressed"].to_numpy(), "count"].to_numpy()
    assert (found["low"] <= true).all()
    assert (true <= found["high"]).all()


@settings(max_examples=30, deadline=None)
@given(grids())
def test_no_cell_is_hidden_that_could_be_published(grid):
    table = cross(grid)
    suppressed, totals_shown = suppress(table, k=K), suppress(totals(table), k=K).set_index("answer")["count"].notna()
    spare = suppressed["suppressed"] & (table["count"] >= K) & suppressed["n"].notna() & table["answer"].map(totals_shown)
    for row in np.flatnonzero(spare)[:4]:
        published = suppressed["count"].where(np.arange(len(table)) != row, table["count"])
        assert not attack(table, suppressed.assign(count=published), k=K)["safe"].all()


@settings(max_examples=40, deadline=None)
@given(grids(), st.integers(2, 6))
def test_no_hidden_cell_of_a_contingency_table_can_be_worked_out(grid, k):
    table = pd.DataFrame(grid)
    suppressed = suppress(table, k=k)
    found = attack(table, suppressed, k=k)
    assert not (suppressed < k).any(axis=None)
    assert len(found) == suppressed.isna().sum(axis=None)
    assert found["safe"].all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=8), st.integers(2, 6))
def test_no_hidden_tick_can_be_worked_out(groups, k):
    yes, no = np.array(groups).T
    table = ticked(yes, yes + no)
    report = [suppress(table, k=k), suppress(totals(table), k=k)]
    assert small_numbers(report[0], k) == small_numbers(report[1], k) == 0
    found = audit(report, k=k)
    assert len(found) == sum(part["suppressed"].sum() for part in report)
    assert found["safe"].all()


@settings(max_examples=60, deadline=None)
@given(surveys(), st.integers(2, 6))
def test_tables_that_share_respondents_are_safe_together_and_in_any_selection(tables, k):
    suppressed = [suppress(table, k=k) for table in tables]
    for report in (suppressed, suppressed[1:], suppressed[:2]):
        found = audit(report, k=k)
        assert len(found) == sum(table["suppressed"].sum() for table in report)
        assert found["safe"].all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([2, 6, 6, 9]), min_size=12, max_size=12), st.permutations(range(12)))
def test_the_order_of_rows_only_moves_rows_and_the_input_stays(counts, order):
    table = cross(np.reshape(counts, (4, 3)))
    kept, expected = table.copy(deep=True), suppress(table, k=K)
    pd.testing.assert_frame_equal(suppress(table, k=K), expected)
    pd.testing.assert_frame_equal(suppress(table.iloc[list(order)], k=K), expected.iloc[list(order)])
    pd.testing.assert_frame_equal(table, kept)


def test_of_equal_counts_the_first_label_goes():
    table = suppress(one_way({"full": 3, "part": 12, "none": 12, "other": 20}), k=K)
    assert table["suppressed"].tolist() == [True, False, True, False]


@settings(max_examples=30, deadline=None)
@given(grids())
def test_nothing_is_hidden_where_all_is_large(grid):
    assert not suppress(cross(grid + K), k=K)["suppressed"].any()
    assert suppress(pd.DataFrame(grid + K), k=K).notna().all(axis=None)
    assert audit([suppress(cross(grid + K), k=K)], k=K).empty


# --- an attacker who counts ----------------------------------------------------------------------------------------------------


def splits(total: int, parts: int):
    """All ways to share out a total."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *others) for others in splits(total - first, parts - 1))


def possible_grids(table: pd.DataFrame, total: int) -> np.ndarray:
    """Every grid (rows of a suppressed cross-table in its order) with the published counts and n, by trying all there are."""
    columns = table.groupby("group", sort=False)
    names, sizes = list(columns.groups), columns["n"].first()
    answers = len(table) // len(names)
    grids = []
    for asked in splits(total, len(names)):
        if all(pd.isna(sizes[name]) or sizes[name] == n for name, n in zip(names, asked, strict=True)):
            ways = [[way for way in splits(n, answers) if fits(way, columns.get_group(name)["count"])] for name, n in zip(names, asked, strict=True)]
            grids += [np.concatenate(combination) for combination in itertools.product(*ways)]
    return np.array(grids)


def fits(way, published: pd.Series) -> bool:
    return all(pd.isna(count) or count == number for count, number in zip(published, way, strict=True))


def ranges_by_counting(report: list[pd.DataFrame]) -> list[tuple[int, int]]:
    """Feasible range of every hidden cell of a one-way table and of cross-tables with it, over all combinations of grids."""
    alone, *crossed = report
    total, answers = int(alone["n"].iloc[0]), len(alone)
    sums = [way for way in splits(total, answers) if fits(way, alone["count"])]
    possible = [possible_grids(table, total) for table in crossed]
    added = [grids.reshape(len(grids), -1, answers).sum(axis=1) for grids in possible]
    common = set(sums).intersection(*(set(map(tuple, rows.tolist())) for rows in added))
    candidates = [np.array(sorted(common))]
    candidates += [grids[[tuple(row) in common for row in rows.tolist()]] for grids, rows in zip(possible, added, strict=True)]
    return [
        (int(values[:, place].min()), int(values[:, place].max()))
        for table, values in zip(report, candidates, strict=True)
        for place in np.flatnonzero(table["count"].isna())
    ]


def tiny_surveys(*shape: int, most: int):
    """One question, crossed by two groupings, and so few respondents that all tables there may be can be tried."""
    size = int(np.prod(shape))
    counts = st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 3]), min_size=size, max_size=size).filter(lambda flat: 3 <= sum(flat) <= most)
    return counts.map(partial(np.reshape, shape=shape))


@settings(max_examples=40, deadline=None)
@given(tiny_surveys(2, 2, 3, most=11))
def test_whoever_tries_all_tables_there_may_be_finds_what_the_audit_finds(cube):
    sector, size = cross(cube.sum(axis=2)), cross(cube.sum(axis=1), by="size")
    report = [suppress(table, k=3) for table in (totals(sector), sector, size)]
    by_counting = ranges_by_counting(report)
    assert all(low < high and high >= 3 for low, high in by_counting)
    found = audit(report, k=3)
    assert list(zip(found["low"], found["high"], strict=True)) == by_counting


@settings(max_examples=60, deadline=None)
@given(tiny_surveys(4, 2, 1, most=8), st.lists(st.booleans(), min_size=12, max_size=12))
def test_the_audit_finds_what_counting_finds_whatever_is_hidden(cube, mask):
    table = cross(cube.sum(axis=2))
    report = [part.assign(count=part["count"].mask(np.array(hidden))) for part, hidden in ((totals(table), mask[:4]), (table, mask[4:]))]
    found = audit(report, k=0)
    assert list(zip(found["low"], found["high"], strict=True)) == ranges_by_counting(report)


# --- the audit of a report -----------------------------------------------------------------------------------------------------


def hide_small(table: pd.DataFrame) -> pd.DataFrame:
    """What must not happen: cells below k are hidden, and nothing else."""
    small = table["count"] < K
    return table.assign(count=table["count"].mask(small), suppressed=small)


def test_the_audit_finds_cells_that_do_not_hide_each_other():
    alone = audit([hide_small(one_way({"full": 3, "part": 12, "none": 20}))], k=K)
    assert alone[["low", "high", "safe"]].values.tolist() == [[3, 3, False]]
    two = audit([hide_small(one_way({"full": 2, "part": 2, "none": 20}))], k=K)
    assert two[["low", "high", "safe"]].values.tolist() == [[0, 4, False]] * 2
    grid = cross([[3, 9, 30], [8, 20, 7], [40, 30, 25]])
    assert attack(grid, hide_small(grid), k=K)[["answer", "group", "high", "safe"]].values.tolist() == [["a0", "g0", 3, False]]
    table = pd.DataFrame([[3, 9], [8, 20]])
    assert attack(table, table.astype("Int64").mask(table < K), k=K)[["answer", "group", "low", "high"]].values.tolist() == [["0", "0", 3, 3]]


def test_the_audit_finds_small_cells_and_small_complements_that_were_not_hidden_at_all():
    report = [one_way({"full": 3, "part": 32}), pd.DataFrame({"option": ["fairs"], "count": [46], "n": [50]})]
    found = audit(report, k=K)
    assert found[["table", "low", "high", "safe"]].values.tolist() == [[0, 3, 3, False], [1, 46, 46, False]]


def test_the_audit_finds_a_hidden_answer_that_a_cross_table_gives_away():
    table = cross([[2, 2, 0], [7, 7, 6], [30, 30, 40]])
    report = [suppress(totals(table), k=K), table.assign(count=table["count"].mask(table["answer"] == "a0"))]
    assert not audit(report, k=K)["safe"].any()
    assert audit([suppress(part, k=K) for part in (totals(table), table)], k=K)["safe"].all()


def test_the_audit_finds_a_hidden_answer_that_a_sentence_gives_away():
    shares = one_way({"full": 3, "part": 12, "none": 20})
    sentence = suppress(shares.iloc[[1]], k=K)
    assert not sentence["suppressed"].any()
    assert audit([suppress(shares, k=K)], k=K)["safe"].all()
    assert not audit([suppress(shares, k=K), sentence], k=K)["safe"].any()


def test_the_audit_finds_an_answer_that_merging_gives_away():
    fine, coarse = one_way({"full": 3, "part": 12, "none": 20, "other": 30}), one_way({"full+none": 23, "part+other": 42})
    assert not audit([suppress(fine, k=K), suppress(coarse, k=K)], k=K)["safe"].any()
    harmless = one_way({"full+part": 15, "none+other": 50})
    assert audit([suppress(fine, k=K), suppress(harmless, k=K)], k=K)["safe"].all()


def test_the_audit_finds_respondents_whom_a_table_left_out():
    table = cross([[10, 12, 2], [14, 9, 1]])
    shown = table[table["group"] != "g2"]  # the three who did not state their group
    found = audit([suppress(totals(table), k=K), suppress(shown, k=K)], k=K)
    assert found[["table", "group", "answer", "low", "high", "safe"]].values.tolist() == [
        [1, "(rest)", "a0", 2, 2, False],
        [1, "(rest)", "a1", 1, 1, False],
    ]
    many = cross([[10, 12, 20], [14, 9, 10]])
    assert audit([suppress(totals(many), k=K), suppress(many[many["group"] != "g2"], k=K)], k=K).empty


def test_nothing_is_known_of_fewer_than_k_respondents():
    found = audit([suppress(one_way({"full": 2, "part": 2}), k=K)], k=K)
    assert found[["low", "high", "safe"]].to_numpy().tolist() == [[0, np.inf, True]] * 2


def test_ticks_as_an_option_and_as_a_question_answered_yes_or_no_are_the_same_respondents():
    option = pd.DataFrame({"option": ["fairs"], "count": [3], "n": [30]})
    answers = cross([[1, 2], [14, 13]], question="fairs").replace({"a0": "yes", "a1": "no"})
    assert not audit([suppress(option, k=K), answers], k=K)["safe"].any()
    assert audit([suppress(option, k=K), suppress(answers, k=K)], k=K)["safe"].all()


def test_tables_that_contradict_each_other_are_named():
    with pytest.raises(ValueError, match="tables 0, 1 contradict each other on 'plan'"):
        audit([one_way({"full": 3, "part": 32}), one_way({"full": 10, "part": 25})], k=K)


def test_tables_read_back_from_a_page_are_audited_like_those_that_went_in():
    report = [suppress(part, k=K) for part in (one_way({"full": 3, "part": 12, "none": 20}), cross([[3, 9], [8, 20]], question="q"))]
    plain = [table.astype(object).where(table.notna(), None) for table in report]
    pd.testing.assert_frame_equal(audit(plain, k=K), audit(report, k=K))


def test_a_report_without_small_cells_or_without_cells_has_nothing_to_audit():
    report = [pd.DataFrame({"question": ["plan"], "n": [50], "p_value": [0.3]}), suppress(one_way({"full": 25, "part": 25}), k=K)]
    columns = ["table", "question", "item", "option", "by", "group", "answer", "low", "high", "safe"]
    for tables in ([], report):
        found = audit(tables, k=K)
        assert found.empty
        assert found.columns.tolist() == columns


def test_a_report_of_thirty_tables_is_suppressed_and_audited():
    rng = np.random.default_rng(1)
    sector, size = rng.choice(6, 55, p=[0.3, 0.25, 0.2, 0.15, 0.07, 0.03]), rng.choice(3, 55)
    tables = []
    for battery in range(3):
        ticks = rng.random((65, 55)) < rng.random((65, 1))
        for by, groups in (("sector", sector), ("size", size)):
            parts = [ticked(np.bincount(groups, row), np.bincount(groups), option=f"o{battery}_{place}", by=by) for place, row in enumerate(ticks)]
            tables += [pd.concat(parts, ignore_index=True), totals(pd.concat(parts)), *(totals(part) for part in parts[:3])]
    report = [suppress(table, k=K) for table in tables]
    found = audit(report, k=K)
    assert found["safe"].all()
    assert len(found) > 500


# --- confidential texts --------------------------------------------------------------------------------------------------------

CONFIDENTIAL = ["Müller & Söhne GmbH", "Messe Prag", "Rhein", "Verein zur\n Förderung", "12.345", "12345", "ABC", None, 12345.0, "<Wind>kraft"]


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("<p>Nothing to see: 12.345 or 12345, ABC</p>", []),
        ("<p>M&uuml;ller &amp; S&#246;hne   gmbh</p>", [0]),
        ("MÜLLER &amp;amp; SÖHNE GMBH", [0]),
        ("die messe\u00a0PRAG und der Verein\n\tzur   FÖRDERUNG e. V.", [1, 3]),
        ("Oberrheinische", [2]),
        ("offen: &lt;Wind&gt;kraft", [9]),
        ("Fo\u0308rderung: Verein zur Fo\u0308rderung", [3]),
        ("<tspan>Verein zur</tspan><tspan>Förderung</tspan>", [3]),
    ],
)
def test_confidential_texts_are_found_however_they_are_written(text, positions):
    assert unsafe_values(text, CONFIDENTIAL) == positions
    assert unsafe_values(text, [*CONFIDENTIAL, *(f"somebody {number}" for number in range(2000))]) == positions


def test_a_statistic_of_a_single_small_group_cannot_be_worked_out_from_all():
    means = pd.DataFrame({"question": "degree", "by": "sector", "group": ["a", "b", "c"], "n": [3, 20, 9], "mean": [40.0, 50.0, 60.0]})
    assert suppress(means, k=5)["suppressed"].tolist() == [True, False, True]
    assert suppress(means.assign(n=[3, 20, 3]), k=5)["suppressed"].tolist() == [True, False, True]
    assert suppress(means.assign(n=[7, 20, 9]), k=5)["suppressed"].tolist() == [False, False, False]
    assert suppress(means.assign(n=[0, 20, 9]), k=5)["suppressed"].tolist() == [True, False, False]  # nobody to protect
