"""Sheet: one coder's codings of a study's transcripts, saved at every step, with undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from helpers.data.interviews.codes import CODES_FILE, read_codes, write_codes
from helpers.data.interviews.codes import COLUMNS as CODE_COLUMNS
from helpers.data.interviews.codings import CODINGS_FILE, DICTIONARY, no_codings, read_codings, write_codings
from helpers.workbench.code_words import new_row, renamed_row, row_of
from helpers.workbench.notices import Notice, Refusal
from helpers.workbench.steps import KEY, Passage, Step, passages, with_code, with_codings
from helpers.workbench.stored import StoredTable


class Sheet:
    """Codings and codes in a folder, and what one coder does to them.

    Every step is on disk when its method returns. What others changed meanwhile is read first and never written over.

    Parameters
    ----------
    folder : Path
        Holds codings.csv and codes.csv; each may still be missing.
    coder : str
        Who codes; empty for reading only.
    text_of : callable
        The canonical text of a document, for its name.

    Raises
    ------
    ValueError
        If the coder's name is that of the automatic suggestions, or has blanks around it or line breaks in it.
    StudyError
        If a file cannot be read.
    """

    def __init__(self, folder: Path, *, coder: str, text_of: Callable[[str], str]) -> None:
        if coder == DICTIONARY:
            raise ValueError(f"{DICTIONARY!r} is the coder of automatic suggestions; code under another name")
        if coder != " ".join(coder.split()):
            raise ValueError("a coder's name has no blanks around it and no line breaks")
        self.coder, self._text_of = coder, text_of
        self._codings = StoredTable(folder / CODINGS_FILE, read=read_codings, write=write_codings, empty=no_codings())
        no_codes = pd.DataFrame(columns=list(CODE_COLUMNS), dtype="str")
        self._codes = StoredTable(folder / CODES_FILE, read=read_codes, write=write_codes, empty=no_codes)
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._news: list[Notice] = []

    @property
    def codings(self) -> pd.DataFrame:
        """Everybody's codings, as in the file."""
        return self._codings.table

    @property
    def codes(self) -> pd.DataFrame:
        """The code system, one row per code."""
        return self._codes.table

    @property
    def own(self) -> pd.DataFrame:
        """The coder's own codings."""
        return self.codings[self.codings["coder"].eq(self.coder)]

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    def take_news(self) -> list[Notice]:
        """What happened to the files meanwhile, since the last time somebody asked."""
        news, self._news = self._news, []
        return news

    def look(self) -> None:
        """Read what others have changed."""
        for stored in (self._codings, self._codes):
            before = self._mine()
            if stored.refresh():
                lost = not before.equals(self._mine()) and bool(self._done or self._undone)
                self._news.append(Notice("changed_own" if lost else "changed", {"file": stored.path.name}))
                if lost:
                    self._done, self._undone = [], []

    def apply(self, document: str, start: int, end: int, code: str) -> Passage:
        """Give a passage a code. Blanks at its ends are left out; a passage that overlaps one of the same code becomes one with it.

        Raises
        ------
        Refusal
            If nothing is left of the passage, it lies outside the text, there is no such code, or the passage has it already.
        """
        self._ready()
        row_of(self.codes, code)
        start, end = trimmed(self._text_of(document), start, end)
        mine = [other for other in passages(self.own) if other.document == document and other.code == code]
        met = [other for other in mine if other.start < end and start < other.end]
        if any(other.start <= start and end <= other.end for other in met):
            raise Refusal("already")
        whole = Passage(document, min([start, *(other.start for other in met)]), max([end, *(other.end for other in met)]), code)
        self._do(Step(gone=frozenset(met), come=frozenset({whole})))
        return whole

    def remove(self, document: str, start: int, end: int, code: str) -> None:
        """Take a coding away.

        Raises
        ------
        Refusal
            If the coder has no such coding.
        """
        self._ready()
        passage = Passage(document, start, end, code)
        if passage not in passages(self.own):
            raise Refusal("nothing_to_remove")
        self._do(Step(gone=frozenset({passage})))

    def add_code(self, words: Mapping[str, str], *, language: str) -> str:
        """Add a code (see `new_row`); its identifier."""
        self._ready()
        row = new_row(self.codes, words, language=language)
        self._do(Step(after=row))
        return row["code"]

    def rename_code(self, code: str, label: str, *, language: str) -> None:
        """Change a code's label (see `renamed_row`)."""
        self._ready()
        after = renamed_row(self.codes, code, label, language=language)
        self._do(Step(before=row_of(self.codes, code), after=after))

    def undo(self) -> None:
        """Take back the last step."""
        self._ready()
        if not self._done:
            raise Refusal("nothing_to_undo")
        self._save(self._done[-1].reversed())
        self._undone.append(self._done.pop())

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._ready()
        if not self._undone:
            raise Refusal("nothing_to_redo")
        self._save(self._undone[-1])
        self._done.append(self._undone.pop())

    def _ready(self) -> None:
        if not self.coder:
            raise Refusal("no_coder")
        self.look()

    def _do(self, step: Step) -> None:
        self._save(step)
        self._done.append(step)
        self._undone = []

    def _save(self, step: Step) -> None:
        codings, codes = with_codings(self.codings, step, coder=self.coder), with_code(self.codes, step)
        if step.before and not step.after:
            self._refuse_if_used(step.before["code"])
        if not {passage.code for passage in step.come} <= set(codes["code"]):
            raise Refusal("no_code")
        for stored, table, touched in ((self._codes, codes, bool(step.before or step.after)), (self._codings, codings, bool(step.gone or step.come))):
            if stored.gone():
                self._news.append(Notice("missing", {"file": stored.path.name}))
                touched = True
            if touched:
                stored.save(table)

    def _refuse_if_used(self, code: str) -> None:
        count = int(self.codings["code"].eq(code).sum())
        if count or self.codes["parent"].eq(code).any():
            raise Refusal("code_in_use", count=count)

    def _mine(self) -> pd.DataFrame:
        """What the history of steps rests on: own codings and all codes, in one table."""
        own = self.own.sort_values(KEY)
        return pd.concat([own, self.codes], ignore_index=True)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage without the blanks at its ends.

    Examples
    --------
    >>> trimmed("Ja,  genau. ", 3, 12)
    (5, 11)
    """
    if not 0 <= start <= end <= len(text):
        raise Refusal("outside")
    passage = text[start:end]
    if not passage.strip():
        raise Refusal("empty_passage")
    return start + len(passage) - len(passage.lstrip()), end - (len(passage) - len(passage.rstrip()))
