"""Material: the interviews of a study with their codes, codings and quotations, ready to compute with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from helpers.data.interviews.codes import no_codes
from helpers.data.interviews.codings import DICTIONARY, no_codings
from helpers.data.interviews.hints import find_hints
from helpers.data.interviews.marks import marked
from helpers.data.interviews.quotations import no_quotations
from helpers.data.interviews.stances import no_stances
from helpers.data.interviews.turns import no_segments

DOCUMENT_COLUMNS = ("document", "consent", "date", "minutes", "role_de", "role_en", "words", "respondent")


@dataclass(frozen=True, repr=False)
class Interviews:
    """The interviews of a study.

    Parameters
    ----------
    documents : DataFrame
        One row per interview, index 0, 1, ...: ``document`` (its id), ``consent`` (bool: to be quoted), ``date``, ``minutes``, ``role_de``,
        ``role_en``, ``words`` (spoken by the interviewee), ``respondent`` (bool: linked to an answer of the survey), and every public variable and
        grouping of the unit's answer; of a unit that did not answer, what the frame knows. Never the unit itself.
    texts : mapping of str
        Canonical text per interview.
    segments : DataFrame
        One row per paragraph of a transcript (see `find_segments`).
    codes : DataFrame
        The code system (see `read_codes`).
    codings : DataFrame
        One row per coded passage, of all coders (see `read_codings`).
    quotations : DataFrame
        Passages cleared for publication (see `read_quotations`).
    coders : sequence of str
        Who coded independently of each other.
    consensus : str or None
        The coder name of the agreed version.
    identifiers : frozenset of str
        Keys of units, and names of initiatives, that the survey holds.
    stances : DataFrame
        One row per interview, statement and coder (see `read_stances`); without rows where nobody rated.
    """

    documents: pd.DataFrame
    texts: Mapping[str, str]
    segments: pd.DataFrame
    codes: pd.DataFrame
    codings: pd.DataFrame
    quotations: pd.DataFrame
    coders: Sequence[str] = ()
    consensus: str | None = None
    identifiers: frozenset[str] = frozenset()
    stances: pd.DataFrame = field(default_factory=no_stances)

    def __repr__(self) -> str:
        return f"Interviews: {len(self.documents)}, {len(self.codes)} codes, {len(self.codings)} codings"

    def __len__(self) -> int:
        return len(self.documents)

    @property
    def answers(self) -> pd.DataFrame:
        """The segments that the interviewees spoke."""
        return self.segments[self.segments["kind"].eq("answer")]

    def agreed(self) -> pd.DataFrame:
        """The codings of the agreed version; where study.yaml names none, those of the first coder."""
        return agreed_codings(self.codings, self.coders, self.consensus)

    def agreed_stances(self) -> pd.DataFrame:
        """The stances of the agreed version, one row per interview and statement; where study.yaml names none, those of the first who rated."""
        rating = [coder for coder in self.coders if coder in set(self.stances["coder"])]
        return agreed_codings(self.stances, independent_coders(self.stances, rating, self.consensus), self.consensus)

    def independent(self) -> pd.DataFrame:
        """The codings of those who coded independently of each other."""
        return self.codings[self.codings["coder"].isin(self.coders)]

    def label(self, code: str, language: str) -> str:
        """What readers see for a code."""
        return str(self.codes.set_index("code").at[code, f"label_{language}"])

    def passages(self, codings: pd.DataFrame) -> pd.DataFrame:
        """Codings, segments or quotations with what was said there, as ``text``; for the researcher's eyes: marks are not hidden."""
        places = zip(codings["document"], codings["start"], codings["end"], strict=True)
        return codings.assign(text=pd.Series([self.texts[document][start:end] for document, start, end in places], index=codings.index, dtype="str"))

    @cached_property
    def marked(self) -> frozenset[str]:
        """What the marks in the transcripts hide: none of it may be published."""
        return frozenset(hidden for text in self.texts.values() for hidden in marked(text))

    def hints(self) -> pd.DataFrame:
        """Where transcripts may still name somebody (see `find_hints`)."""
        return find_hints(self.texts, self.identifiers)


def no_interviews() -> Interviews:
    """What a study without interviews has."""
    columns = {"document": "str", "consent": "bool", "date": "datetime64[ns]", "minutes": "float64", "role_de": "str", "role_en": "str"}
    documents = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return Interviews(documents, {}, no_segments(), no_codes(), no_codings(), no_quotations())


def agreed_codings(codings: pd.DataFrame, coders: Sequence[str], consensus: str | None) -> pd.DataFrame:
    """The version of the codings that counts: the consensus, else the first coder's."""
    return codings[codings["coder"].eq(consensus or next(iter(coders), ""))]


def independent_coders(codings: pd.DataFrame, declared: Sequence[str], consensus: str | None) -> list[str]:
    """The coders as declared; where none are, everybody who coded, by name, apart from the consensus and the dictionary."""
    return list(declared) or sorted(set(codings["coder"]) - {consensus, DICTIONARY})


def spoken_words(segments: pd.DataFrame, texts: Mapping[str, str]) -> pd.Series:
    """Words that the interviewee of each document speaks; index = document."""
    answers = segments[segments["kind"].eq("answer")]
    places = zip(answers["document"], answers["start"], answers["end"], strict=True)
    spoken = pd.Series([texts[document][start:end] for document, start, end in places], index=answers.index, dtype="str")
    words = spoken.str.count(r"\w+(?:[-'’.,]\w+)*").groupby(answers["document"]).sum()
    return words.reindex(list(texts), fill_value=0).astype("int64")
