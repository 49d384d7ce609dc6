"""What the interviews say of a statement, and whether that goes together with what the answers say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.integration.statements.rule import DOUBTFUL
from helpers.integration.verdicts import AGAINST, SUPPORTED, TENDENCY

FOR, CONTRA, MIXED, SILENT = "for", "against", "mixed", "silent"
AGREE, PARTIAL, DISSONANT = "agree", "partial", "dissonant"
# Of the interviews that speak of a statement, so many have to be on one side for the interviews to have a voice.
ONE_SIDED = 2 / 3
# Of all interviews, so many have to be on that side for the two strands to agree, not only in part.
WIDESPREAD = 1 / 3


def interview_evidence(claims: pd.DataFrame, codings: pd.DataFrame, codes: pd.DataFrame, *, interviews: int, least: int) -> pd.DataFrame:
    """In how many interviews each statement is spoken for, and against.

    Parameters
    ----------
    claims : DataFrame
        ``id``, ``codes``, ``codes_against`` (ids of codes, joined by "|"); the codes of all rows of a statement count.
    codings : DataFrame
        One row per coded passage, of one coder or of the consensus: ``document``, ``code``.
    codes : DataFrame
        ``code``, ``parent``: a main code stands for its subcodes too.
    interviews : int
        All interviews that were coded, whether they speak of the statement or not.
    least : int
        Where fewer interviews speak of a statement, the interviews are silent: from so few nothing is concluded, or published.

    Returns
    -------
    DataFrame
        One row per statement: ``id``, ``speak_for``, ``speak_against`` (interviews with such a passage; some may have both), ``speak`` (with
        either), ``interviews`` and ``voice``: "for" or "against" where at least two thirds of those that speak of it are on this side and
        fewer on the other, "mixed", or "silent". Interviews are counted, not passages: a talkative one counts once.

    Examples
    --------
    >>> claims = pd.DataFrame({"id": ["C04"], "codes": ["agenda"], "codes_against": [""]})
    >>> codings = pd.DataFrame({"document": ["I01", "I01", "I02", "I03"], "code": ["agenda_members"] * 4})
    >>> codes = pd.DataFrame({"code": ["agenda", "agenda_members"], "parent": ["", "agenda"]})
    >>> interview_evidence(claims, codings, codes, interviews=4, least=3)[["speak_for", "speak", "voice"]].values.tolist()
    [[3, 3, 'for']]
    """
    rows = []
    for name, own in claims.groupby("id", sort=False):
        speaking = [_documents(own[column], codings, codes) for column in ("codes", "codes_against")]
        numbers = len(speaking[0]), len(speaking[1]), len(speaking[0] | speaking[1])
        rows.append((name, *numbers, interviews, _voice(*numbers, least=least)))
    return pd.DataFrame(rows, columns=["id", "speak_for", "speak_against", "speak", "interviews", "voice"])


def convergence(verdicts: pd.Series, evidence: pd.DataFrame) -> pd.Series:
    """Whether the interviews and the answers go together, statement by statement.

    The interviewees are among the respondents: where both say the same, they complement each other, and nothing has been replicated.

    Parameters
    ----------
    verdicts : Series
        Verdict on each statement from the answers, index = id.
    evidence : DataFrame
        See `interview_evidence`.

    Returns
    -------
    Series
        Index = id. "silent": the interviews do not speak of it, or the answers were not asked about it ("untested"). "agree": both are on the
        same side, the interviews' side being heard in at least a third of all interviews. "dissonant": they are on opposite sides. "partial":
        one is on a side and the other on none, or the agreeing interviews are fewer than a third of all.

    References
    ----------
    Farmer, Robinson, Elliott and Eyles (2006), "Developing and implementing a triangulation protocol for qualitative health research",
    Qualitative Health Research 16:377-394 (agreement, partial agreement, silence, dissonance).

    Examples
    --------
    >>> evidence = pd.DataFrame({"id": ["C04"], "speak_for": [7], "speak_against": [1], "interviews": [14], "voice": ["for"]})
    >>> [convergence(pd.Series({"C04": verdict}), evidence).item() for verdict in ("tendency", "open", "doubtful")]
    ['agree', 'partial', 'dissonant']
    """
    heard = evidence.set_index("id").reindex(verdicts.index)
    sides = {SUPPORTED: 1, TENDENCY: 1, DOUBTFUL: -1, AGAINST: -1, "open": 0}
    answers, voices = verdicts.map(sides), heard["voice"].map({FOR: 1, CONTRA: -1, MIXED: 0})
    own = heard["speak_for"].where(voices > 0, heard["speak_against"])
    wide = own >= WIDESPREAD * heard["interviews"]
    product = answers * voices
    chosen = np.select([product.isna(), product < 0, (product > 0) & wide], [SILENT, DISSONANT, AGREE], default=PARTIAL)
    return pd.Series(chosen, index=verdicts.index, name="convergence")


def _documents(named: pd.Series, codings: pd.DataFrame, codes: pd.DataFrame) -> set[str]:
    """Interviews with a passage of one of the codes, or of one below it."""
    wanted = {code for cell in named for code in cell.split("|") if code}
    below = set(codes.loc[codes["parent"].isin(wanted), "code"])
    return set(codings.loc[codings["code"].isin(wanted | below), "document"])


def _voice(speak_for: int, speak_against: int, speak: int, *, least: int) -> str:
    if speak < max(least, 1):
        return SILENT
    sides = speak_for >= ONE_SIDED * speak, speak_against >= ONE_SIDED * speak
    return {(True, False): FOR, (False, True): CONTRA}.get(sides, MIXED)
