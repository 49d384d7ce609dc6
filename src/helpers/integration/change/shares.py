"""Change of every share between two waves: of this population, of the units that answered both times, and of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.integration.change.intervals import share_change
from helpers.integration.change.overlap import UNLIMITED, Populations, estimate_correlation
from helpers.integration.change.paired import mcnemar_exact, paired_correlation
from helpers.integration.change.panel import Panel, panel_values
from helpers.integration.change.questions import comparable
from helpers.quantitative.columns import YES, tick_matrix
from helpers.quantitative.counts import share_of
from helpers.quantitative.multiplicity import holm

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Sets = Mapping[str, Sequence[str]]
NAMES = ["question", "item", "option", "answer"]
ALL, PANEL, OTHERS = "all", "panel", "others"
_WAVES = ["count_before", "n_before", "share_before", "count_now", "n_now", "share_now"]
_NUMBERS = [*_WAVES, "n", "share_difference", "low", "high", "p_value", "p_holm"]


def change_in_shares(
    before: pd.DataFrame,
    now: pd.DataFrame,
    *,
    unit: str,
    sets: Sets | None = None,
    families: Mapping[str, str] | None = None,
    populations: Populations = UNLIMITED,
    level: float = 0.95,
) -> pd.DataFrame:
    """How every share changed since the previous wave.

    The leading rows, ``units`` "all", are about this population: the share of all units eligible now minus the share of all that were
    eligible before, so that the change is the difference of the two published shares. All respondents count; the interval takes in that
    some of them are the same units (their answers go along with each other, which makes it shorter) and that both populations are finite.
    Beside them stand the change among the units that answered both times ("panel": who changed, free of who came and went) and between
    those who answered only once ("others"). Where these two differ much, part of the change is one of who answered.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent: the unit's identifier (no output holds it), and categorical (or boolean) columns. Columns of one wave only,
        columns with other answers, and other kinds of columns are left out: `questions_apart` lists them.
    unit : str
        The column with the identifier; who has none is no panel unit.
    sets : mapping, optional
        Name of a multiple-response set or battery -> its columns; it becomes their ``question``.
    families : mapping, optional
        ``question`` -> family of tests. Without it each question (and each set) is a family.
    populations : Populations
        Eligible units of both waves. Without them there is no finite population correction. For questions that only some were asked these
        numbers are too large, and the intervals somewhat too wide.
    level : float
        Confidence level, a proportion in (0, 1).

    Returns
    -------
    DataFrame
        Three rows ("all", "panel", "others" in ``units``) per share: ``question``, ``item`` (of a battery), ``option`` (of a set; a tick is
        the counted answer), ``answer``; ``count_before``, ``n_before``, ``share_before``, ``count_now``, ``n_now``, ``share_now``; ``n``
        (respondents of the smaller wave), ``share_difference`` (now minus before), ``low``, ``high``; ``p_value``; ``p_holm``, adjusted
        within family and ``units``, the two answers of a yes/no question counting once. The p-value of the panel is that of the exact
        McNemar test, which knows no finite population; those of the other rows belong to their intervals. Nan where nobody answered.

    Raises
    ------
    ValueError
        If a wave has no identifiers, two answers of one unit, or more answers than its population has units.

    References
    ----------
    See `helpers.integration.change.intervals` and `.overlap`. Simulated with 50 of 112 and 50 of 118 units, about 30 of them the same: the
    intervals of "all" cover the change of the population in .945 to .975 of samples, those of "panel" in .95 to .99.

    Examples
    --------
    >>> before = pd.DataFrame({"unit": ["a", "b", "c", "d"], "plan": [True, False, False, False]})
    >>> now = pd.DataFrame({"unit": ["a", "b", "c", "e"], "plan": [True, True, False, True]})
    >>> table = change_in_shares(before, now, unit="unit", populations=Populations(6, 6, 5))
    >>> table[["question", "answer", "units", "n_before", "n_now", "share_difference"]]
      question answer   units  n_before  n_now  share_difference
    0     plan    yes     all         4      4          0.500000
    1     plan    yes   panel         3      3          0.333333
    2     plan    yes  others         1      1          1.000000
    """
    shared = [name for name in comparable(before, now) if name != unit]
    if not shared:
        return pd.DataFrame(columns=[*NAMES, "units", *_NUMBERS])
    (names, first), (_, second) = (_indicators(table[shared], sets or {}) for table in (before, now))
    panel = panel_values(before, now, first, second, unit=unit)
    correlation = _correlation(panel)
    tables = {
        ALL: _changes(first, second, correlation=correlation, panel=panel.n, populations=populations, level=level),
        PANEL: _changes(panel.before, panel.now, correlation=correlation, panel=panel.n, populations=populations.stayers, level=level),
        OTHERS: _changes(panel.others_before, panel.others_now, correlation=correlation, panel=0 * panel.n, populations=populations, level=level),
    }
    risen, fallen = (panel.now > panel.before).sum(axis=0), (panel.now < panel.before).sum(axis=0)
    tables[PANEL]["p_value"] = np.where(panel.n > 0, mcnemar_exact(risen, fallen), np.nan)
    table = pd.concat([names.assign(units=units, **columns) for units, columns in tables.items()])
    table = table.sort_index(kind="stable").reset_index(drop=True)
    return table.assign(p_holm=_adjusted(table, families or {}))[[*NAMES, "units", *_NUMBERS]]


def cells_by_wave(changes: pd.DataFrame) -> pd.DataFrame:
    """The counts behind the changes, one row per share and wave, to be checked for small cells.

    Parameters
    ----------
    changes : DataFrame
        See `change_in_shares`; the rows about all units count.

    Returns
    -------
    DataFrame
        ``question``, ``item``, ``option``, ``answer``, ``wave`` ("before", "now"), ``count``, ``n``, ``share``. Each wave is a table of its own, as
        it was, or will be, published alone, so that the same cells are hidden.
    """
    about_all = changes[changes["units"].eq(ALL)]
    numbers = {wave: {name: about_all[f"{name}_{wave}"] for name in ("count", "n", "share")} for wave in ("before", "now")}
    return pd.concat([about_all[NAMES].assign(wave=wave, **columns) for wave, columns in numbers.items()], ignore_index=True)


def cells_now(cells: pd.DataFrame) -> pd.DataFrame:
    """Of the cells of both waves those of the later one, as the other chapters publish them; what does not apply is missing, not empty."""
    now = cells[cells["wave"].eq("now")].drop(columns="wave").reset_index(drop=True)
    return now.assign(**{name: now[name].astype(object).where(now[name].ne(""), None) for name in NAMES})


def without_hidden(changes: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The changes of all units whose shares are published in both waves.

    Parameters
    ----------
    changes : DataFrame
        See `change_in_shares`.
    cells : DataFrame
        See `cells_by_wave`, with a column ``suppressed``.

    Returns
    -------
    DataFrame
        The rows about all units: a change would give away the share that is hidden in one wave. Panel and others are left out, as their
        counts together are those of all.
    """
    hidden = cells.groupby(NAMES, dropna=False, sort=False)["suppressed"].any().rename("hidden").reset_index()
    about_all = changes[changes["units"].eq(ALL)].reset_index(drop=True)
    return about_all[~about_all[NAMES].merge(hidden, on=NAMES, how="left")["hidden"].eq(True).to_numpy()].reset_index(drop=True)


def _changes(before: Numbers, now: Numbers, *, correlation: Numbers, panel: Counts, populations: Populations, level: float) -> dict[str, Any]:
    """Shares and their change, between two samples that have ``panel`` units in common."""
    (count_before, n_before), (count_now, n_now) = _count(before), _count(now)
    share_before, share_now = share_of(count_before, n_before), share_of(count_now, n_now)
    asked = (n_before > 0) & (n_now > 0)
    r = estimate_correlation(correlation, panel, n_before, n_now, populations)[asked]
    first, second = (count_before[asked], n_before[asked]), (count_now[asked], n_now[asked])
    found = np.full((3, len(n_now)), np.nan)
    found[:, asked] = share_change(first, second, correlation=r, populations=populations, level=level)
    waves = [count_before, n_before, share_before, count_now, n_now, share_now]
    change = {"n": np.minimum(n_before, n_now), "share_difference": share_now - share_before}
    return dict(zip(_WAVES, waves, strict=True)) | change | dict(zip(("low", "high", "p_value"), found, strict=True))


def _count(indicators: Numbers) -> tuple[Counts, Counts]:
    """Who has each property, and who answered."""
    return (indicators == 1).sum(axis=0), (~np.isnan(indicators)).sum(axis=0)


def _correlation(panel: Panel) -> Numbers:
    """Correlation of each property before and now, among the units with both answers."""
    cells = [((panel.before == first) & (panel.now == second)).sum(axis=0) for first, second in ((1, 1), (1, 0), (0, 1), (0, 0))]
    return np.asarray(paired_correlation(*cells))


def _indicators(answers: pd.DataFrame, sets: Sets) -> tuple[pd.DataFrame, Numbers]:
    """One column per share (1 has it, 0 has not, nan no answer), and what the shares are of."""
    question_of = {column: name for name, columns in sets.items() for column in columns}
    names, parts = list[dict[str, str]](), list[Numbers]()
    for column, values in answers.items():
        ticks, in_set = pd.api.types.is_bool_dtype(values.dtype), column in question_of
        counted, box = [YES] if ticks else list(values.cat.categories), ticks and in_set
        place = {"question": question_of.get(column, column), "item": column if in_set and not box else "", "option": column if box else ""}
        names += [place | {"answer": "" if box else str(answer)} for answer in counted]
        parts.append(tick_matrix(values.to_frame()) if ticks else _answer_matrix(values))
    return pd.DataFrame(names, columns=NAMES), np.hstack(parts)


def _answer_matrix(answers: pd.Series) -> Numbers:
    """One column per declared answer."""
    code = answers.cat.codes.to_numpy()[:, None]
    return np.where(code < 0, np.nan, (code == np.arange(len(answers.cat.categories))).astype(float))


def _adjusted(table: pd.DataFrame, families: Mapping[str, str]) -> pd.Series:
    """Holm's p-values within each family; of two answers that exclude each other the second repeats the test of the first."""
    one = [table[name] for name in ("units", "question", "item", "option")]
    answers = table.groupby(one, sort=False)["answer"]
    repeated = answers.transform("size").eq(2) & answers.cumcount().eq(1)
    family = table["question"].map(lambda name: families.get(name, name))
    adjusted = table["p_value"].mask(repeated).groupby([family, table["units"]], sort=False).transform(lambda p_values: holm(p_values))
    return adjusted.fillna(adjusted.groupby(one, sort=False).ffill())
