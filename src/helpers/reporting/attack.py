"""Attack: what readers could work out about suppressed cells from all published tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reporting.disclosure import NAMED, STATISTIC, identifying, is_contingency, split_totals, suppress
from helpers.reporting.feasible import Equation, extremes

COLUMNS = ["table", *NAMED, "low", "high", "safe"]
TICKED = "yes"  # the answer in rows that count who ticked an option
ELSE = "(else)"  # every answer that no table names
REST = "(rest)"  # the respondents whom a table leaves out

Answers = frozenset[str]
Variable = tuple[str, ...]


class Place(NamedTuple):
    """Some respondents: a grouping, how many there are in all its groups, a group."""

    by: str
    total: float
    group: str


class Cell(NamedTuple):
    """A cell of a published table as the attacker sees it; numbers that are not published are nan."""

    table: int
    row: int
    names: dict[Hashable, object]
    variable: Variable
    place: Place
    answers: Answers
    respondents: float
    n: float
    alone: bool  # counted against its complement, not beside other answers


class Unknowns(dict):
    """Numbers the unknown counts of the attacker's equations as they come up."""

    def __missing__(self, name: tuple[object, ...]) -> int:
        """Give the next number."""
        return self.setdefault(name, len(self))


def audit(tables: Sequence[pd.DataFrame], *, k: int) -> pd.DataFrame:
    """Bound every suppressed cell of a report by all that its tables publish together.

    The attacker knows every published count and n; that the answers of a distribution share out n; that tables on the same variable are
    about the same respondents, so that counts sum over groups to the one-way table, and merged answers ("a+b") are the sum of their parts;
    and that a table on fewer respondents is about some of them, so that subtraction tells about the rest.

    Parameters
    ----------
    tables : sequence of DataFrame
        Tidy tables as `suppress` returns them. Tables without ``count`` are passed over.
    k : int
        The fewest respondents that a published cell, complement or total may have.

    Returns
    -------
    DataFrame
        One row per suppressed cell, and per cell that should have been: ``table`` (position), ``question``, ``item``, ``option``, ``by``,
        ``group``, ``answer`` (missing where the table has no such column), ``low``, ``high`` (the fewest and the most respondents that
        agree with what is published), ``safe`` (these differ, and k or more are possible, in the complement too where a row is counted
        against it). Respondents whom a table leaves out are the group "(rest)", listed only where not safe.

    Raises
    ------
    ValueError
        If tables contradict each other.

    References
    ----------
    The attacker's problems of Fischetti and Salazar (2001), "Solving the cell suppression problem on tabular data with linear
    constraints", Management Science 47:1008-1027.
    """
    variables: dict[Variable, list[Cell]] = defaultdict(list)
    for position, table in enumerate(tables):
        for cell in cells_of(table, position) if "count" in table else ():
            variables[cell.variable].append(cell)
    found = [bound for cells in variables.values() for bound in bounds(cells, k=k)]
    found.sort(key=itemgetter("table", "row"))
    return pd.DataFrame(found, columns=COLUMNS).astype({"low": float, "high": float, "safe": bool})


def attack(table: pd.DataFrame, suppressed: pd.DataFrame, *, k: int) -> pd.DataFrame:
    """Bound every suppressed cell of one table by what is published of it and of its totals.

    Parameters
    ----------
    table, suppressed : DataFrame
        The table that `suppress` was given, tidy or a contingency table, and what it returned (or any other suppression of it).
    k : int
        As in `suppress`.

    Returns
    -------
    DataFrame
        As from `audit`; rows and columns of a contingency table are ``answer`` and ``group``. The attacker also has the one-way table of
        each question, suppressed in its turn.

    Raises
    ------
    ValueError
        As in `suppress` and `audit`.
    """
    if is_contingency(table):
        table, hidden = as_tidy(table), as_tidy(suppressed)["count"].isna()
        suppressed = suppress(table, k=k).assign(count=table["count"].mask(hidden))
    found = audit([suppressed, *answer_totals(table, k=k)], k=k)
    return found[found["table"] == 0]


def answer_totals(table: pd.DataFrame, *, k: int) -> Iterator[pd.DataFrame]:
    """The one-way tables that belong to a cross-table, one for each grouping, suppressed."""
    names = [name for name in identifying(table) if name != "group"]
    shared = [name for name in names if name != "answer"]
    if "by" in shared:
        asked = table.drop_duplicates([*shared, "group"]).groupby(shared, dropna=False, observed=True)["n"].sum().reset_index()
        totals = table.groupby(names, dropna=False, observed=True)["count"].sum().reset_index().merge(asked, on=shared)
        for _, one_way in totals.groupby("by", observed=True):
            yield suppress(one_way.drop(columns="by"), k=k)


def as_tidy(table: pd.DataFrame) -> pd.DataFrame:
    """The cells of a contingency table, totals left out: ``answer``, ``group``, ``count``, ``n``."""
    rows, columns = (np.sort(split_totals(labels)[0]) for labels in table.axes)
    body = table.iloc[rows, columns]
    answers, groups = ([str(label) for label in labels] for labels in body.axes)
    return pd.DataFrame(
        {
            "question": "rows",
            "by": "columns",
            "answer": np.repeat(answers, len(groups)),
            "group": np.tile(groups, len(answers)),
            "count": body.to_numpy().ravel(),
            "n": np.tile(body.sum().to_numpy(), len(answers)),
        }
    )


def cells_of(table: pd.DataFrame, position: int) -> list[Cell]:
    """The cells of one table."""
    given = table.reindex(columns=list(NAMED)).astype(object)
    given = given.where(given.notna(), None)
    others = table[[name for name in identifying(table) if name not in NAMED]].astype(str)
    counts, n = (pd.to_numeric(table[name], errors="coerce").astype(float) for name in ("count", "n"))
    cells = []
    for row, (names, other) in enumerate(zip(given.to_dict("records"), others.itertuples(index=False, name=None), strict=True)):
        own = {str(role): str(name) for role, name in names.items() if name is not None}
        name = next((own[role] for role in ("item", "option", "question") if role in own), f"table {position}")
        variable = (name, "answers" if {"answer", "option"} & set(own) else "rows", *other)
        place = Place(own.get("by", ""), 0, own.get("group", ""))
        answers = Answers(own.get("answer", TICKED).split("+"))
        cells.append(Cell(position, row, names, variable, place, answers, counts.iloc[row], n.iloc[row], False))
    return with_companions([cell for cell in cells if STATISTIC not in cell.answers])


def with_companions(cells: list[Cell]) -> list[Cell]:
    """Tell how many respondents the groups of a table add up to (nan if one is hidden), and which cells are alone in their group."""
    companions = Counter((cell.variable, cell.place) for cell in cells)
    total: dict[tuple[Variable, str], float] = defaultdict(float)
    for (variable, place), n in {(cell.variable, cell.place): cell.n for cell in cells}.items():
        total[variable, place.by] += n
    return [
        cell._replace(place=cell.place._replace(total=total[cell.variable, cell.place.by]), alone=companions[cell.variable, cell.place] == 1)
        for cell in cells
    ]


def bounds(cells: list[Cell], *, k: int) -> list[dict[Hashable, object]]:
    """The doubtful cells of one variable, each with its bounds."""
    cells, answers = merge_alike(of_one_size(cells))
    doubtful = [cell for cell in cells if not cell.respondents >= k or (cell.alone and cell.n - cell.respondents < k)] + left_out(cells)
    if not doubtful:
        return []
    unknown = Unknowns()
    system = list(equations(cells, answers, unknown))
    inside = [[unknown[*cell.place, answer] for answer in cell.answers] for cell in doubtful]
    outside = [[unknown[*cell.place, answer] for answer in answers - cell.answers] if cell.alone else [] for cell in doubtful]
    try:
        found = extremes(system, inside, outside, len(unknown))
    except ArithmeticError:
        numbers = ", ".join(str(number) for number in sorted({cell.table for cell in cells}))
        raise ValueError(
            f"tables {numbers} contradict each other on {cells[0].variable[0]!r}: no answers of the same respondents give all their numbers; "
            "where they are about different respondents, say so in a text column of each"
        ) from None
    return [
        {"table": cell.table, "row": cell.row, **cell.names, "low": low, "high": high}
        | {"safe": low < high and high >= k and (not cell.alone or complement >= k)}
        for cell, low, high, complement in zip(doubtful, *found, strict=True)
        if cell.place.group != REST or high < k
    ]


def of_one_size(cells: list[Cell]) -> list[Cell]:
    """Take tables that hide an n to be about as many respondents as the largest table (-1 if none tells)."""
    largest = np.nanmax([-1, *(cell.place.total for cell in cells)])
    return [cell._replace(place=cell.place._replace(total=largest)) if np.isnan(cell.place.total) else cell for cell in cells]


def left_out(cells: list[Cell]) -> list[Cell]:
    """One cell for every answer of the respondents whom a table leaves out."""
    largest = max(cell.place.total for cell in cells)
    some = {(cell.place.by, cell.place.total, cell.names["answer"]): cell for cell in cells if cell.place.total < largest}
    return [
        cell._replace(names=cell.names | {"group": REST}, place=cell.place._replace(group=REST), respondents=np.nan, n=np.nan, alone=False)
        for cell in some.values()
    ]


def all_answers(cells: list[Cell]) -> Answers:
    """The answers to a variable; and some else, unless a distribution names all of them and no n exceeds its counts."""
    distributions = defaultdict(list)
    for cell in cells:
        distributions[cell.table, cell.place].append(cell)
    answers = Answers().union(*(cell.answers for cell in cells))
    whole = [rows for rows in distributions.values() if Answers().union(*(cell.answers for cell in rows)) == answers]
    short = any(sum(cell.respondents for cell in rows) < rows[0].n for rows in whole)
    return answers if any(len(rows) > 1 for rows in whole) and not short else answers | {ELSE}


def merge_alike(cells: list[Cell]) -> tuple[list[Cell], Answers]:
    """Make two answers of any number that no published count tells apart: one, and the others; also returned are all answers now.

    The counts of such answers are published as a sum at most, so the bounds of any of them are the bounds of one.
    """
    answers = all_answers(cells)
    published = {(cell.place, cell.answers) for cell in cells if cell.respondents >= 0}
    alike: dict[frozenset[tuple[Place, Answers]], list[str]] = defaultdict(list)
    for answer in sorted(answers):
        alike[frozenset(told for told in published if answer in told[1])].append(answer)

    def merged(some: Answers) -> Answers:
        one = {first for first, *others in alike.values() if not some.isdisjoint([first, *others])}
        return Answers(one | {"+".join(others) for first, *others in alike.values() if others and some.issuperset([first, *others])})

    return [cell._replace(answers=merged(cell.answers)) for cell in cells], merged(answers)


def equations(cells: list[Cell], answers: Answers, unknown: Unknowns) -> Iterator[Equation]:
    """All that is published on a variable, as sums of unknown counts."""
    groups: dict[tuple[str, float], set[str]] = defaultdict(set)
    for cell in cells:
        groups[cell.place.by, cell.place.total].add(cell.place.group)
    largest = max(total for _, total in groups)
    for (by, total), some in groups.items():
        everybody = some if total == largest else some | {REST}
        for answer in answers:
            yield [unknown[by, total, group, answer] for group in everybody], [unknown[answer]], 0
    for place, n in {(cell.place, cell.n) for cell in cells if cell.n >= 0}:
        yield [unknown[*place, answer] for answer in answers], [], n
    for place, together, respondents in {(cell.place, cell.answers, cell.respondents) for cell in cells if cell.respondents >= 0}:
        yield [unknown[*place, answer] for answer in together], [], respondents
