from __future__ import annotations

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.reporting.attack import attack, audit, unsafe_values
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
    assert hidden.loc["none", "All"] == 35 and hidden.loc["All"].tolist() == [25, 25, 50]


def test_a_small_answer_hides_the_next_smallest_and_nothing_more():
    table = suppress(one_way({"full": 3, "part": 12, "none": 20, "other": 15}), k=K)
    assert table["suppressed"].tolist() == [True, True, False, False]
    assert table["count"].isna().tolist() == [True, True, False, False] and table["n"].tolist() == [50] * 4
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
    assert table["suppressed"].tolist() == [True, False, True, False] and table["n"].tolist() == [15, 32, 12, 50]


def test_a_group_below_k_loses_its_n_and_so_does_the_next_smallest():
    table = suppress(cross([[10, 9, 1], [12, 8, 2]]), k=K)
    assert table["suppressed"].tolist() == [False, False, True, True, True, True]
    assert table["n"].isna().tolist() == [False, False, True, True, True, True]
    assert suppress(ticked([1, 1, 20], [3, 4, 40]), k=K)["n"].isna().tolist() == [True, True, False]


def test_an_answer_that_is_hidden_alone_is_hidden_in_every_group():
    # a0 is given by 4, so a1 (20 respondents, all cells large) must not be found by adding up its groups.
    grid = [[2, 2, 0], [7, 7, 6], [30, 30, 40]]
    assert hidden_grid(cross(grid))[:2] == [[True] * 3] * 2


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
    assert table["suppressed"].tolist() == [True, False] and table.loc[0, ["n", "p_value"]].isna().all() and table.loc[1, "p_value"] == 0.2
    means = pd.DataFrame({"question": "members", "answer": "mean", "count": [40], "n": [40], "mean": [61.5]})
    assert not suppress(means, k=K)["suppressed"].any()


def test_labels_do_not_split_a_distribution_but_a_wave_does():
    table = one_way({"full": 3, "part": 12, "none": 20})
    assert suppress(table.assign(words=["Ja", "Zum Teil", "Nein"]), k=K)["suppressed"].tolist() == [True, True, False]
    waves = pd.concat([table.assign(wave="2015"), one_way({"full": 9, "part": 7, "none": 20}).assign(wave="2026")])
    assert suppress(waves, k=K)["suppressed"].tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize(
    "table, complaint",
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
    return sizes.flatmap(lambda size: st.lists(cells, min_size=size[0] * size[1], max_size=size[0] * size[1]).map(lambda flat: np.reshape(flat, size)))


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
    assert len(found) == suppressed["suppressed"].sum() and found["safe"].all()
    true = table.loc[suppressed["suppressed"].to_numpy(), "count"].to_numpy()
    assert (found["low"] <= true).all() and (true <= found["high"]).all()


@settings(max_examples=40, deadline=None)
@given(grids(), st.integers(2, 6))
def test_no_hidden_cell_of_a_contingency_table_can_be_worked_out(grid, k):
    table = pd.DataFrame(grid)
    suppressed = suppress(table, k=k)
    found = attack(table, suppressed, k=k)
    assert not (suppressed < k).any(axis=None)
    assert len(found) == suppressed.isna().sum(axis=None) and found["safe"].all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), min_size=1, max_size=8), st.integers(2, 6))
def test_no_hidden_tick_can_be_worked_out(groups, k):
    yes, no = np.array(groups).T
    table = ticked(yes, yes + no)
    report = [suppress(table, k=k), suppress(totals(table), k=k)]
    assert small_numbers(report[0], k) == small_numbers(report[1], k) == 0
    found = audit(report, k=k)
    assert len(found) == sum(part["suppressed"].sum() for part in report) and found["safe"].all()


@settings(max_examples=60, deadline=None)
@given(surveys(), st.integers(2, 6))
def test_tables_that_share_respondents_are_safe_together_and_in_any_selection(tables, k):
    suppressed = [suppress(table, k=k) for table in tables]
    for report in (suppressed, suppressed[1:], suppressed[:2]):
        found = audit(report, k=k)
        assert len(found) == sum(table["suppressed"].sum() for table in report)
        assert found["safe"].all()


@settings(max_examples=60, deadline=None)
@given(surveys(), st.randoms(use_true_random=False), st.integers(2, 6))
def test_the_order_of_rows_only_moves_rows_and_the_input_stays(tables, random, k):
    for table in tables:
        kept, order = table.copy(deep=True), random.sample(range(len(table)), len(table))
        expected = suppress(table, k=k)
        pd.testing.assert_frame_equal(suppress(table.iloc[order], k=k), expected.iloc[order])
        pd.testing.assert_frame_equal(suppress(table, k=k), expected)
        pd.testing.assert_frame_equal(table, kept)


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


def tiny_surveys():
    """One question, two answers, in two groups by one grouping and three by another; eleven respondents at most."""
    cubes = st.lists(st.sampled_from([0, 0, 0, 1, 1, 2, 3]), min_size=12, max_size=12).filter(lambda counts: 3 <= sum(counts) <= 11)
    return cubes.map(lambda counts: np.reshape(counts, (2, 2, 3)))


@settings(max_examples=40, deadline=None)
@given(tiny_surveys())
def test_whoever_tries_all_tables_there_are_finds_what_the_audit_finds(cube):
    sector, size = cross(cube.sum(axis=2)), cross(cube.sum(axis=1), by="size")
    report = [suppress(table, k=3) for table in (totals(sector), sector, size)]
    by_counting = ranges_by_counting(report)
    assert all(low < high and high >= 3 for low, high in by_counting)
    found = audit(report, k=3)
    assert list(zip(found["low"], found["high"], strict=True)) == by_counting


@settings(max_examples=40, deadline=None)
@given(tiny_surveys(), st.lists(st.booleans(), min_size=8, max_size=8))
def test_the_audit_finds_what_counting_finds_when_any_cells_are_hidden(cube, mask):
    table = cross(cube.sum(axis=1)) if mask[0] else cross(cube.sum(axis=2))
    report = [totals(table), table]
    hidden = np.array((mask * 2)[: len(table)])
    report[1] = table.assign(count=table["count"].mask(hidden))
    report[0] = report[0].assign(count=report[0]["count"].mask(np.array(mask[-2:])))
    found = audit(report, k=1)
    found = found[[pd.isna(report[row.table]["count"].iloc[place]) for row, place in zip(found.itertuples(), places_of(found, report), strict=True)]]
    assert list(zip(found["low"], found["high"], strict=True)) == ranges_by_counting(report)
