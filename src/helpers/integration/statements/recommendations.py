"""Whether the data back a recommendation: it needs statements, and these have their verdicts."""

from __future__ import annotations

import pandas as pd

from helpers.integration.statements.interviews import CONTRA, FOR, MIXED, SILENT
from helpers.integration.statements.rule import AGAINST, DOUBTFUL, SUPPORTED, TENDENCY, UNTESTED

BACKED, PARTLY, NOT_BACKED = "backed", "partly_backed", "not_backed"
# How far a statement carries what rests on it, from the least to the most.
REFUTED, UNSHOWN, IN_PART, CARRIED = "refuted", "unshown", "in_part", "carried"
CARRYING = (REFUTED, UNSHOWN, IN_PART, CARRIED)
NOT = "!"
_OPPOSITE_VERDICT = {SUPPORTED: AGAINST, TENDENCY: DOUBTFUL, DOUBTFUL: TENDENCY, AGAINST: SUPPORTED}
_OPPOSITE_VOICE = {FOR: CONTRA, CONTRA: FOR}
# Verdict of the answers, and the voices of the interviews with which it carries; with any other voice it does so in part.
_CARRYING_VOICES = {SUPPORTED: (FOR, SILENT, MIXED), TENDENCY: (FOR, SILENT)}


def recommendation_backing(recommendations: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Whether each recommendation is backed by the statements that it needs.

    Parameters
    ----------
    recommendations : DataFrame
        ``id``, ``addressee``, ``claims`` (ids joined by "|"; "!C03" needs the opposite of C03), see `helpers.data.recommendations`.
    ledger : DataFrame
        ``id``, ``verdict`` and, where there are interviews, ``voice`` (see `statement_ledger`).

    Returns
    -------
    DataFrame
        One row per recommendation, in their order: ``id``, ``addressee``, ``backing`` ("backed", "partly_backed", "not_backed": by these data), and
        the statements that it needs, as written and joined by "|": ``carried``, ``in_part``, ``unshown``, ``refuted``.

    Raises
    ------
    ValueError
        If a statement is not in the ledger, or a recommendation needs none.

    Notes
    -----
    A statement is *carried* where it is supported and the interviews do not speak against it, or where it is a tendency and the interviews speak
    for it or are silent. It is carried *in part* where it is supported or a tendency and the interviews are more divided than that, and where
    the answers were not asked about it and the interviews speak for it: they alone do not tell how common something is. It is *refuted* where
    its opposite is carried, else *unshown*. A recommendation is *backed* where all statements that it needs are carried; *not backed* where one is
    refuted, or all are unshown; else *partly backed*. The opposite of a statement has the opposite verdict ("against" for "supported", "doubtful" for
    "tendency") and the opposite voice, so a statement and its opposite are treated alike.

    Examples
    --------
    >>> ledger = pd.DataFrame({"id": ["C01", "C03"], "verdict": ["supported", "doubtful"], "voice": ["for", "silent"]})
    >>> needs = ["C01", "C01|!C03", "C01|C03"]
    >>> recommendations = pd.DataFrame({"id": ["R1", "R2", "R3"], "addressee": "policy", "claims": needs})
    >>> recommendation_backing(recommendations, ledger)[["backing", "carried", "refuted"]].values.tolist()
    [['backed', 'C01', ''], ['backed', 'C01|!C03', ''], ['not_backed', 'C01', 'C03']]
    """
    known = ledger.assign(voice=ledger["voice"].fillna(SILENT) if "voice" in ledger else SILENT).set_index("id")[["verdict", "voice"]]
    needs = recommendations["claims"].str.split("|")
    _refuse_unknown(recommendations, known.index)
    carrying = {str(row.Index): carrying_of(row.verdict, row.voice) for row in known.itertuples()}
    carrying |= {f"{NOT}{row.Index}": carrying_of(*_opposite(row.verdict, row.voice)) for row in known.itertuples()}
    levels = [[carrying[name] for name in names] for names in needs]
    columns = {
        level: ["|".join(name for name in names if carrying[name] == level) for names in needs] for level in (CARRIED, IN_PART, UNSHOWN, REFUTED)
    }
    return recommendations[["id", "addressee"]].reset_index(drop=True).assign(backing=[_backing(own) for own in levels], **columns)


def carrying_of(verdict: str, voice: str) -> str:
    """How far a statement carries what rests on it.

    Parameters
    ----------
    verdict : str
        From the answers; "untested" where these were not asked.
    voice : str
        Of the interviews: "for", "against", "mixed", "silent".

    Returns
    -------
    str
        "carried", "in_part", "unshown" or "refuted" (see `recommendation_backing`).

    Examples
    --------
    >>> [carrying_of("tendency", voice) for voice in ("for", "silent", "mixed", "against")]
    ['carried', 'carried', 'in_part', 'in_part']
    >>> carrying_of("open", "for"), carrying_of("doubtful", "against"), carrying_of("untested", "for")
    ('unshown', 'refuted', 'in_part')
    """
    if voice in _CARRYING_VOICES.get(verdict, ()):
        return CARRIED
    if verdict in _CARRYING_VOICES or (verdict, voice) == (UNTESTED, FOR):
        return IN_PART
    opposite, voice_of_opposite = _opposite(verdict, voice)
    return REFUTED if voice_of_opposite in _CARRYING_VOICES.get(opposite, ()) else UNSHOWN


def _opposite(verdict: str, voice: str) -> tuple[str, str]:
    return _OPPOSITE_VERDICT.get(verdict, verdict), _OPPOSITE_VOICE.get(voice, voice)


def _backing(levels: list[str]) -> str:
    if REFUTED in levels or set(levels) == {UNSHOWN}:
        return NOT_BACKED
    return BACKED if set(levels) == {CARRIED} else PARTLY


def _refuse_unknown(recommendations: pd.DataFrame, statements: pd.Index) -> None:
    bare = recommendations["claims"].eq("")
    if bare.any():
        raise ValueError(f"{int(bare.sum())} recommendations rest on no statement: name at least one for each")
    needed = recommendations["claims"].str.split("|").explode().str.removeprefix(NOT)
    if unknown := sorted(set(needed) - set(statements)):
        raise ValueError(f"the ledger has no statement {', '.join(unknown)}; it has {', '.join(statements)}")
