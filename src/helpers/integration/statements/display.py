"""The joint display: for each theme of the interviews what the survey found, what the interviews say, and a quotation, side by side."""

from __future__ import annotations

import pandas as pd

from helpers.integration.statements.interviews import CONTRA, FOR

SHOWN = ["theme", "id", "verdict", "voice", "convergence"]
PLACE = ["document", "start", "end", "code"]


def joint_display(claims: pd.DataFrame, ledger: pd.DataFrame, quotations: pd.DataFrame, codes: pd.DataFrame, stances: pd.DataFrame) -> pd.DataFrame:
    """One row per theme of the interviews and statement to which it belongs, with both strands.

    Parameters
    ----------
    claims : DataFrame
        ``id``, ``codes`` (ids of codes joined by "|": the themes that belong to a statement; those of all its rows count).
    ledger : DataFrame
        See `statement_ledger`, with evidence of the interviews.
    quotations : DataFrame
        Passages cleared for publication, in the order in which they shall be considered: ``document``, ``start``, ``end``, ``code``.
    codes : DataFrame
        ``code``, ``parent``: a main code stands for its subcodes too.
    stances : DataFrame
        Agreed version: ``document``, ``claim``, ``stance``.

    Returns
    -------
    DataFrame
        Themes in the order in which the statements name them, the rows of a theme below one another: ``theme`` (a code), ``id`` (of the
        statement), its ``verdict``, ``voice`` and ``convergence``; and the quotation of the theme, the same in all its rows (see
        `illustrations`): ``document``, ``start``, ``end``, ``code``, missing where there is none. Statements without a theme have no row.

    References
    ----------
    Guetterman, Fetters and Creswell (2015), "Integrating Quantitative and Qualitative Results in Health Science Mixed Methods Research
    Through Joint Displays", Annals of Family Medicine 13:554-561.
    """
    named = claims[["id"]].assign(theme=claims["codes"].str.split("|")).explode("theme")
    named = named[named["theme"].ne("")].drop_duplicates()
    order = {theme: place for place, theme in enumerate(named["theme"].drop_duplicates())}
    shown = named.merge(ledger[["id", "verdict", "voice", "convergence"]], on="id")
    shown = shown.sort_values("theme", key=lambda themes: themes.map(order), kind="stable")[SHOWN]
    quoted = illustrations(shown, quotations, codes, stances).astype({"start": "Int64", "end": "Int64"})
    return shown.merge(quoted, on="theme", how="left", validate="many_to_one")


def illustrations(themes: pd.DataFrame, quotations: pd.DataFrame, codes: pd.DataFrame, stances: pd.DataFrame) -> pd.DataFrame:
    """The quotation that illustrates each theme.

    Parameters
    ----------
    themes : DataFrame
        One row per theme and statement: ``theme``, ``id``, ``voice``.
    quotations, codes, stances : DataFrame
        As in `joint_display`.

    Returns
    -------
    DataFrame
        One row per theme that has a quotation: ``theme``, ``document``, ``start``, ``end``, ``code``. It is the first of the theme from an
        interview that is on the side of the voice; a quotation that contradicts what most say is shown only where there is no other.

    Examples
    --------
    >>> themes = pd.DataFrame({"theme": ["relation"], "id": ["C05"], "voice": ["for"]})
    >>> codes = pd.DataFrame({"code": ["relation", "contacts"], "parent": ["", "relation"]})
    >>> quotations = pd.DataFrame({"document": ["I04", "I06"], "start": [0, 5], "end": [9, 8], "code": "contacts"})
    >>> stances = pd.DataFrame({"document": ["I04", "I06"], "claim": "C05", "stance": ["against", "for"]})
    >>> illustrations(themes, quotations, codes, stances).values.tolist()
    [['relation', 'I06', 5, 8, 'contacts']]
    """
    itself_and_below = pd.concat([codes.assign(theme=codes["code"]), codes.assign(theme=codes["parent"])])[["theme", "code"]]
    placed = quotations[PLACE].assign(place=range(len(quotations)))
    candidates = themes[["theme", "id", "voice"]].merge(itself_and_below, on="theme").merge(placed, on="code")
    candidates = candidates.merge(stances.rename(columns={"claim": "id"})[["id", "document", "stance"]], on=["id", "document"], how="left")
    beside = candidates["voice"].isin([FOR, CONTRA]) & candidates["stance"].ne(candidates["voice"])
    best = candidates.assign(beside=beside).sort_values(["beside", "place"], kind="stable").drop_duplicates("theme")
    return best.sort_index()[["theme", *PLACE]].reset_index(drop=True)
