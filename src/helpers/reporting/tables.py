"""Tables: a suppressed, labelled result table as HTML and as CSV."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.reporting.labels import identifying
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
        ("count", "n", "records", "rank", "rank_low", "rank_high", "published_n", "dof", "effective", "controls", "replicates"),
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
    **dict.fromkeys(("documents", "mentions", "occurrences", "both", "interviews"), "integer"),
    **dict.fromkeys(("expected", "codes", "codes_low", "codes_high"), "one_decimal"),
    **dict.fromkeys(("p_value", "p_holm", "p_permutation"), "p_value"),
    **dict.fromkeys(("share_before", "share_now", "change", "change_low", "change_high"), "per_cent"),
    **dict.fromkeys(("mean_before", "mean_now", "points_difference"), "one_decimal"),
    "n_before": "integer",
    "year": "year",
}
RANGES = {
    "low": "high",
    "worst_low": "worst_high",
    "rank_low": "rank_high",
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
HIDDEN = ("suppressed", "order", "side", "verdict", "p_joint", "specifications")  # what texts and charts need


def write_value(value: object, column: str, wording: Wording, *, hidden: bool = False) -> str:
    """One number as the language writes it; one that was suppressed, or is not defined, as its symbol."""
    form = FORMATS.get(column)
    if bool(pd.isna(value)):  # type: ignore[call-overload]
        return "" if form is None or form == "year" else SUPPRESSED if hidden else NOT_DEFINED
    if form is None:
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    writers = {
        "per_cent": lambda: wording.number(number * 100, 1),
        "integer": lambda: wording.integer(number),
        "one_decimal": lambda: wording.number(number, 1),
        "decimal": lambda: wording.number(number, 2),
        "p_value": lambda: wording.p_value(number),
        "year": lambda: str(int(number)),
    }
    return writers[form]()


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

    table = _told_apart(table)
    hidden = table["suppressed"].to_list() if "suppressed" in table else [False] * len(table)
    shown: dict[str, list[str]] = {}
    for column in table.columns.difference([*HIDDEN, *RANGES.values()], sort=False):
        texts = written(column)
        if column in RANGES:
            texts = [_range(low, high, wording) for low, high in zip(texts, written(RANGES[column]), strict=True)]
        shown[wording.say(f"column.{column}")] = texts
    return pd.DataFrame(shown, index=table.index)


def table_html(table: pd.DataFrame, wording: Wording, *, caption: str, spread: str | None = None) -> str:
    """A table with caption, scopes and row groups, inside a box that scrolls on its own.

    Parameters
    ----------
    table : DataFrame
        Suppressed and labelled.
    wording : Wording
    caption : str
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
    head = "".join(f'<th scope="col"{_number_class(place >= numbers)}>{escape(str(name))}</th>' for place, name in enumerate(heads))
    label = escape(caption, quote=True)
    return (
        f'<div class="table-box" role="group" tabindex="0" aria-label="{label}"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>{body}</table></div>"
    )


def table_csv(table: pd.DataFrame, wording: Wording) -> str:
    """The table as CSV for the spreadsheet of the language: German with ``;`` and decimal comma.

    Shares are proportions, numbers are not rounded beyond six decimals; suppressed cells hold the symbol.
    """
    german, table = wording.language == "de", _told_apart(table)
    plain = table.drop(columns=[column for column in HIDDEN if column in table and column != "suppressed"])
    names = {column: wording.say(f"column.plain.{column}" if f"column.plain.{column}" in wording else f"column.{column}") for column in plain}
    plain = plain.assign(suppressed=[SUPPRESSED if hidden else "" for hidden in plain["suppressed"]])
    plain = plain.map(_safe_text).rename(columns=names)
    return plain.to_csv(index=False, sep=";" if german else ",", decimal="," if german else ".", float_format="%.6g", lineterminator="\r\n")


def _range(low: str, high: str, wording: Wording) -> str:
    """Both ends of a range; where others have published one end only, the value lies beyond it. A dash beside a minus would mislead."""
    if low == SUPPRESSED or (low, high) == (NOT_DEFINED, NOT_DEFINED):
        return low
    return f"> {low}" if high == NOT_DEFINED else f"< {high}" if low == NOT_DEFINED else _both(low, high, wording)


def _both(low: str, high: str, wording: Wording) -> str:
    return wording.say("chart.published.range", low=low, high=high) if "−" in low + high else f"{low} – {high}"


def _told_apart(table: pd.DataFrame) -> pd.DataFrame:
    """The ends of an interval are those of an effect, where a table has one, and not of a share."""
    return table.rename(columns={"low": "effect_low", "high": "effect_high"}) if "effect" in table else table


def _safe_text(value: object) -> object:
    """No cell may start a formula when the file is opened in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t")) else value


def _spread(table: pd.DataFrame, wording: Wording, spread: str) -> tuple[pd.DataFrame, list[str]]:
    names = [name for name in identifying(table) if name not in (spread, "by")]
    written = table.assign(cell=[write_value(value, "share", wording, hidden=True) for value in table["share"]])
    wide = written.pivot_table(index=names, columns=spread, values="cell", aggfunc="first", sort=False, observed=True).reset_index()
    wide = wide[[*names, *dict.fromkeys(table[spread])]].fillna("")
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
        rest.append(f"<td{_number_class(place >= names)}>{_marked(str(cell))}</td>")
    return f"<tr>{first}{''.join(rest)}</tr>"


def _marked(text: str) -> str:
    return f'<abbr class="suppressed">{SUPPRESSED}</abbr>' if text == SUPPRESSED else escape(text)


def _number_class(number: bool) -> str:
    return ' class="number"' if number else ""
