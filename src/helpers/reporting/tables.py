"""Tables: a suppressed, labelled result table as HTML and as CSV."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.reporting.labels import identifying
from helpers.reporting.symbols import AMOUNTS, CHANCES, NOTHING, SIGNS, legend, missing_sign
from helpers.reporting.wording import NOT_DEFINED, SUPPRESSED, Wording, capital

# How the numbers of a column are written, its unit standing in the head.
FORMATS = {
    **dict.fromkeys(
        (
            "share",
            "low",
            "high",
            "worst_low",
            "worst_high",
            "frame_share",
            "weighted_share",
            "published",
            "published_low",
            "published_high",
            "share_low",
            "share_high",
        ),
        "per_cent",
    ),
    **dict.fromkeys(("first", "probability", "share_difference", "loss", "cell_share", "pairs_ordered"), "per_cent"),
    **dict.fromkeys(("by_chance", "excess", "excess_low", "excess_high", "detectable", "partial_r2", "null_low", "null_high"), "per_cent"),
    **dict.fromkeys(("alone", "total", "robustness_value", "robustness_value_alpha", "coverage", "rejected"), "per_cent"),
    **dict.fromkeys(
        (
            "count",
            "n",
            "records",
            "rank",
            "rank_low",
            "rank_high",
            "rank_before",
            "rank_before_low",
            "rank_before_high",
            "rank_now",
            "rank_now_low",
            "rank_now_high",
            "published_n",
            "dof",
            "effective",
            "controls",
            "replicates",
        ),
        "integer",
    ),
    **dict.fromkeys(("effect", "effect_low", "effect_high", "difference", "statistic", "z", "lightest", "heaviest"), "decimal"),
    **dict.fromkeys(("mean", "frame_mean", "median", "quartile_low", "quartile_high", "points", "points_low", "points_high"), "one_decimal"),
    **dict.fromkeys(
        ("deviations", "deviations_low", "deviations_high", "correlation", "reliability", "reliability_low", "reliability_high"), "decimal"
    ),
    **dict.fromkeys(("gvif", "scaled", "truth", "bias"), "decimal"),
    **dict.fromkeys(("alpha", "alpha_low", "alpha_high", "kappa", "brennan_prediger", "ac1", "alpha_u", "phi"), "decimal"),
    **dict.fromkeys(("prevalence", "percent", "overlap", "precision", "recall", "f1"), "per_cent"),
    **dict.fromkeys(("documents", "mentions", "occurrences", "both", "interviews", "redrawn"), "integer"),
    **dict.fromkeys(("expected", "codes", "codes_low", "codes_high"), "one_decimal"),
    **dict.fromkeys(("p_value", "p_holm", "p_permutation"), "p_value"),
    **dict.fromkeys(("share_before", "share_now", "change", "change_low", "change_high"), "per_cent"),
    **dict.fromkeys(("mean_before", "mean_now", "points_difference"), "one_decimal"),
    "n_before": "integer",
    "year": "year",
}
WORDS = ' class="words"'  # of cells that hold no numbers; without a class a cell is set as a number, as most are
BRIEF = 22  # letters of a text that stays on one line on paper
RANGES = {
    "low": "high",
    "worst_low": "worst_high",
    "rank_low": "rank_high",
    "rank_before_low": "rank_before_high",
    "rank_now_low": "rank_now_high",
    "effect_low": "effect_high",
    "published_low": "published_high",
    "quartile_low": "quartile_high",
    "points_low": "points_high",
    "deviations_low": "deviations_high",
    "excess_low": "excess_high",
    "null_low": "null_high",
    "reliability_low": "reliability_high",
    "alpha_low": "alpha_high",
    "codes_low": "codes_high",
    "change_low": "change_high",
}
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HIDDEN = ("suppressed", "order", "side", "verdict", "p_joint", "specifications")  # what texts and charts need


# By what a number is multiplied, and how many decimals are shown.
_WRITTEN = {"per_cent": (100.0, 1), "integer": (1.0, 0), "one_decimal": (1.0, 1), "decimal": (1.0, 2)}


def write_value(value: object, column: str, wording: Wording, *, hidden: bool = False) -> str:
    """One number as the language writes it; zero amounts, and numbers that are withheld, unknown or not meaningful, as their symbol."""
    form = FORMATS.get(column)
    if bool(pd.isna(value)):  # type: ignore[call-overload]
        return "" if form is None else missing_sign(column, hidden=hidden)
    if form is None:
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    if number == 0 and column in AMOUNTS:
        return NOTHING
    if form == "p_value":
        return wording.p_value(number)
    if form == "year":
        return str(int(number))
    factor, digits = _WRITTEN[form]
    rounds_to_zero = abs(number * factor) <= 0.5 * 10.0**-digits  # a minus before a zero would mislead; halves go to the even digit
    return wording.number(0.0 if rounds_to_zero else number * factor, digits)


def display_table(table: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """All cells as texts, ranges in one column, heads in words.

    Parameters
    ----------
    table : DataFrame
        Suppressed and labelled; ``suppressed`` marks rows whose numbers are withheld.
    wording : Wording

    Returns
    -------
    DataFrame
        Texts; one column per identifying column, then one per number or range.
    """

    def written(column: str) -> list[str]:
        return [write_value(value, column, wording, hidden=gone) for value, gone in zip(table[column], hidden, strict=True)]

    table = told_apart(table)
    hidden = table["suppressed"].to_list() if "suppressed" in table else [False] * len(table)
    shown: dict[str, list[str]] = {}
    for column in table.columns.difference([*HIDDEN, *RANGES.values()], sort=False):
        texts = written(column)
        if column in RANGES:
            texts = [_range(low, high, wording) for low, high in zip(texts, written(RANGES[column]), strict=True)]
        shown[wording.say(f"column.{column}")] = texts
    return pd.DataFrame(shown, index=table.index)


def table_html(table: pd.DataFrame, wording: Wording, *, caption: str, k: int, spread: str | None = None) -> str:
    """A table with caption, scopes and row groups, inside a box that scrolls on its own; below it what its symbols mean.

    Parameters
    ----------
    table : DataFrame
        Suppressed and labelled.
    wording : Wording
    caption : str
    k : int
        The fewest respondents of a published cell.
    spread : str, optional
        Column whose values become columns of their own (``group``), showing shares.
    """
    names = identifying(table)
    if spread:
        texts, names = _spread(table, wording, spread)
    else:
        texts = display_table(table, wording)
    grouped = len(names) > 1 and bool(texts.iloc[:, 0].duplicated().any())
    body = _grouped_body(texts, len(names)) if grouped else f"<tbody>{''.join(_row(row, len(names)) for row in texts.to_numpy())}</tbody>"
    heads = list(texts.columns)[1:] if grouped else list(texts.columns)
    numbers = len(names) - int(grouped)
    head = "".join(f'<th scope="col"{"" if place >= numbers else WORDS}>{escape(str(name))}</th>' for place, name in enumerate(heads))
    label = escape(caption, quote=True)
    return (
        f'<div class="table-box" role="group" tabindex="0" aria-label="{label}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>{body}</table></div>{_legend_html(table, texts, wording, k=k, spread=bool(spread))}"
    )


def _legend_html(table: pd.DataFrame, texts: pd.DataFrame, wording: Wording, *, k: int, spread: bool) -> str:
    """The symbols that occur among the numbers; of groups side by side all columns are shares."""
    heads = {wording.say(f"column.{column}"): column for column in told_apart(table) if column in FORMATS and column not in RANGES.values()}
    names = [wording.say(f"column.{name}") for name in identifying(table)]
    numbers = list(texts.columns.difference(names, sort=False)) if spread else [head for head in texts if head in heads]
    amounts = numbers if spread else [head for head in numbers if heads[head] in (*AMOUNTS, *CHANCES)]
    told = " ".join(legend(texts[numbers], wording, k=k, amounts=amounts))
    return f'<p class="note symbols">{escape(told)}</p>' if told else ""


def table_csv(table: pd.DataFrame, wording: Wording) -> str:
    """The table as CSV for the spreadsheet of the language: German with ``;`` and decimal comma.

    Shares are proportions, numbers are not rounded beyond six digits. Cells without a number are empty, so that programs read the columns as
    numbers; where they are withheld, the last column holds the symbol.
    """
    german, table = wording.language == "de", told_apart(table)
    plain = table.drop(columns=[column for column in HIDDEN if column in table and column != "suppressed"])
    plain = plain.assign(suppressed=[SUPPRESSED if hidden else "" for hidden in plain["suppressed"]])
    plain = plain.map(_safe_text).rename(columns={column: file_head(column, wording) for column in plain})
    return plain.to_csv(index=False, sep=";" if german else ",", decimal="," if german else ".", float_format="%.6g", lineterminator="\r\n")


def file_head(column: str, wording: Wording) -> str:
    """The head of a column in a file, where shares are proportions and a range has two columns."""
    return wording.say(f"column.plain.{column}" if f"column.plain.{column}" in wording else f"column.{column}")


def _range(low: str, high: str, wording: Wording) -> str:
    """Both ends of a range; where others have published one end only, the value lies beyond it. A dash beside a minus would mislead."""
    if low == SUPPRESSED or (low in SIGNS and high in SIGNS):
        return low
    return f"> {low}" if high == NOT_DEFINED else f"< {high}" if low == NOT_DEFINED else _both(low, high, wording)


def _both(low: str, high: str, wording: Wording) -> str:
    return wording.say("chart.published.range", low=low, high=high) if "−" in low + high else f"{low} – {high}"


def told_apart(table: pd.DataFrame) -> pd.DataFrame:
    """The table under the names of its heads: the ends of an interval are those of an effect, where there is one, and not of a share."""
    return table.rename(columns={"low": "effect_low", "high": "effect_high"}) if "effect" in table else table


def _safe_text(value: object) -> object:
    """No cell may start a formula when the file is opened in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS_A_FORMULA) else value


def _spread(table: pd.DataFrame, wording: Wording, spread: str) -> tuple[pd.DataFrame, list[str]]:
    names = [name for name in identifying(table) if name not in (spread, "by")]
    cells = zip(table["share"], table["suppressed"], strict=True)
    written = table.assign(cell=[write_value(value, "share", wording, hidden=gone) for value, gone in cells])
    wide = written.pivot_table(index=names, columns=spread, values="cell", aggfunc="first", sort=False, observed=True).reset_index()
    wide = wide[[*names, *dict.fromkeys(table[spread])]].fillna(NOT_DEFINED)
    return wide.rename(columns={name: wording.say(f"column.{name}") for name in names}), names


def _grouped_body(texts: pd.DataFrame, names: int) -> str:
    """One body per value of the first column, that value as its head."""
    parts = []
    for value, rows in texts.groupby(texts.columns[0], sort=False):
        head = f'<tr class="group"><th scope="rowgroup" colspan="{texts.shape[1] - 1}">{escape(capital(str(value)))}</th></tr>'
        parts.append(f"<tbody>{head}{''.join(_row(row, names - 1) for row in rows.iloc[:, 1:].to_numpy())}</tbody>")
    return "".join(parts)


def _row(cells, names: int) -> str:  # type: ignore[no-untyped-def]
    first, rest = f'<th scope="row">{escape(str(cells[0]))}</th>', []
    for place, cell in enumerate(cells[1:], start=1):
        look = "" if place >= names else ' class="brief"' if len(str(cell)) <= BRIEF else WORDS
        rest.append(f"<td{look}>{_marked(str(cell))}</td>")
    return f"<tr>{first}{''.join(rest)}</tr>"


def _marked(text: str) -> str:
    return f'<abbr class="suppressed">{SUPPRESSED}</abbr>' if text == SUPPRESSED else escape(text)
