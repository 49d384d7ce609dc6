"""What the interviews say of a statement, and whether that goes together with what the answers say of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.integration.statements.rule import AGAINST, DOUBTFUL, OPEN, SUPPORTED, TENDENCY

FOR, CONTRA, MIXED, SILENT = "for", "against", "mixed", "silent"
NEITHER = "neither"
AGREE, PARTIAL, DISSONANT, UNDECIDED = "agree", "partial", "dissonant", "undecided"
# Of the interviews that speak of a statement, so many have to be on one side for the interviews to have a voice.
ONE_SIDED = 2 / 3
# Of all interviews, so many have to be on that side for the two strands to agree, not only in part.
WIDESPREAD = 1 / 3


def interview_evidence(claims: pd.DataFrame, stances: pd.DataFrame, *, interviews: int, least: int) -> pd.DataFrame:
    """In how many interviews each statement is spoken for, against, and both ways.

    Parameters
    ----------
    claims : DataFrame
        ``id``; several rows of a statement count once.
    stances : DataFrame
        The agreed version, one row per interview and statement: ``document``, ``claim``, ``stance`` ("for", "against", "mixed"); an interview
        without a row does not speak of the statement. Codes are not asked: they say what is spoken of, not on which side.
    interviews : int
        All interviews that were rated, whether they speak of the statement or not.
    least : int
        Where fewer interviews speak of a statement, the interviews are silent: from so few nothing is concluded, or published.

    Returns
    -------
    DataFrame
        One row per statement, in the order of the claims: ``id``, ``speak_for``, ``speak_against``, ``mixed``, ``speak`` (their sum), ``interviews``
        and ``voice``: "for" or "against" where at least two thirds of those that speak of it are on this side, "mixed", or "silent". Interviews
        are counted, not passages: a talkative one counts once.

    Raises
    ------
    ValueError
        If an interview has two stances on a statement, a stance is none, or more interviews speak than there are.

    Examples
    --------
    >>> stances = pd.DataFrame({"document": ["I01", "I02", "I03"], "claim": "C04", "stance": ["for", "for", "mixed"]})
    >>> interview_evidence(pd.DataFrame({"id": ["C04"]}), stances, interviews=4, least=3)[["speak_for", "mixed", "speak", "voice"]].values.tolist()
    [[2, 1, 3, 'for']]
    """
    _refuse_malformed(stances, interviews)
    ids = pd.Index(claims["id"].drop_duplicates(), name="id")
    counts = pd.crosstab(stances["claim"], stances["stance"]).reindex(index=ids, columns=[FOR, CONTRA, MIXED], fill_value=0)
    counts = counts.set_axis(["speak_for", "speak_against", MIXED], axis=1).astype("int64")
    speak = counts.sum(axis=1)
    sides = [speak < max(least, 1), counts["speak_for"] >= ONE_SIDED * speak, counts["speak_against"] >= ONE_SIDED * speak]
    voice = pd.Series(np.select(sides, [SILENT, FOR, CONTRA], default=MIXED), index=ids, dtype="str")
    return counts.assign(speak=speak, interviews=interviews, voice=voice).reset_index()


def stance_cells(evidence: pd.DataFrame) -> pd.DataFrame:
    """The numbers behind the voices as cells, so that disclosure control can hide what rests on few interviews.

    Parameters
    ----------
    evidence : DataFrame
        See `interview_evidence`.

    Returns
    -------
    DataFrame
        Three rows per statement, which share out all interviews: ``id``, ``answer`` ("for", "against", or "neither": both ways or silent),
        ``count`` and ``n`` (interviews). Who speaks both ways and who is silent are not told apart: such groups are small, and hiding them would
        hide the sides too.

    Examples
    --------
    >>> evidence = pd.DataFrame({"id": ["C04"], "speak_for": [9], "speak_against": [3], "interviews": [14]})
    >>> stance_cells(evidence).values.tolist()
    [['C04', 'for', 9, 14], ['C04', 'against', 3, 14], ['C04', 'neither', 2, 14]]
    """
    sides = evidence.set_index("id")[["speak_for", "speak_against"]].set_axis([FOR, CONTRA], axis=1)
    rest = evidence.set_index("id")["interviews"] - sides.sum(axis=1)
    cells = sides.assign(**{NEITHER: rest}).rename_axis(columns="answer").stack().rename("count").reset_index()
    return cells.assign(n=cells["id"].map(evidence.set_index("id")["interviews"]))


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
        one is on a side and the other on none, or the agreeing interviews are fewer than a third of all. "undecided": both are on none, which is
        no agreement on anything.

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
    sides = {SUPPORTED: 1, TENDENCY: 1, DOUBTFUL: -1, AGAINST: -1, OPEN: 0}
    answers, voices = verdicts.map(sides), heard["voice"].map({FOR: 1, CONTRA: -1, MIXED: 0})
    own = heard["speak_for"].where(voices > 0, heard["speak_against"])
    wide = own >= WIDESPREAD * heard["interviews"]
    product = answers * voices
    neither = answers.eq(0) & voices.eq(0)
    chosen = np.select([product.isna(), product < 0, (product > 0) & wide, neither], [SILENT, DISSONANT, AGREE, UNDECIDED], default=PARTIAL)
    return pd.Series(chosen, index=verdicts.index, name="convergence")


def _refuse_malformed(stances: pd.DataFrame, interviews: int) -> None:
    """Two stances of one interview on one statement would count it twice."""
    twice = int(stances.duplicated(["document", "claim"]).sum())
    if twice:
        raise ValueError(f"{twice} interviews have a second stance on the same statement; give the agreed version, one coder's or the consensus")
    wrong = int((~stances["stance"].isin([FOR, CONTRA, MIXED])).sum())
    if wrong:
        raise ValueError(f"{wrong} stances are none; allowed are {FOR}, {CONTRA} and {MIXED}, silence has no row")
    rated = stances["document"].nunique()
    if rated > interviews:
        raise ValueError(f"{rated} interviews speak, and there are only {interviews}")
