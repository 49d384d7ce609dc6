"""Desk: code transcripts in JupyterLab, by mouse or keyboard; every step is saved in the study's folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd

from helpers.data.folders import find_folder
from helpers.data.interviews.reading import TRANSCRIPTS_FOLDER
from helpers.data.problems import StudyError
from helpers.data.settings import read_settings
from helpers.workbench.code_words import least_used
from helpers.workbench.material import Material
from helpers.workbench.notices import Notice, Refusal, words
from helpers.workbench.sheet import Sheet
from helpers.workbench.view import code_view, document_view, mark_view, page_view, shortcut_keys

Message = Mapping[str, Any]
SAVING = ("apply", "remove", "undo", "redo", "add_code", "rename_code")


def coding_desk(
    study_dir: str | os.PathLike[str], *, coder: str, language: str = "de", document: str | None = None, show: Sequence[str] = ()
) -> CodingDesk:
    """Open the desk on a study's transcripts; in JupyterLab it shows itself.

    Parameters
    ----------
    study_dir : path
        The folder that holds study.yaml; a relative path means the project root.
    coder : str
        Who codes: the name that stands in codings.csv. Empty for reading only.
    language : {"de", "en"}
        Language of the desk.
    document : str, optional
        The transcript to open first.
    show : sequence of str
        Other coders whose codings are shown, to accept or dismiss: ``["dictionary"]`` for automatic suggestions, ``["A", "B"]`` for finding a
        consensus. Nobody's by default: coding is independent.

    Returns
    -------
    CodingDesk

    Raises
    ------
    StudyError
        If study.yaml, codes.csv, codings.csv or interviews.csv is wrong.
    ValueError
        If the coder's name is not possible, there is no such language or no such transcript.
    """
    folder = find_folder(study_dir)
    interviews = read_settings(folder).interviews
    material = Material(folder / interviews.folder, interviewers=interviews.interviewers)
    return CodingDesk(material, coder=coder, language=language, document=document, show=show)


class CodingDesk(anywidget.AnyWidget):
    """The desk as a widget.

    What is coded reaches the browser in messages, never in the widget's state: a notebook saved with its widgets, or run without a browser, holds
    no word of a transcript.
    """

    _esm = Path(__file__).with_name("desk.js")
    _css = Path(__file__).with_name("desk.css")

    def __init__(self, material: Material, *, coder: str, language: str = "de", document: str | None = None, show: Sequence[str] = ()) -> None:
        super().__init__()
        self._words, self._language, self._show = words(language), language, tuple(show)
        self._material, self._roles = material, material.roles(language)
        self.sheet = Sheet(material.folder, coder=coder, text_of=material.text)
        self._document = document if document is not None else next(iter(material.paths), "")
        if document is not None:
            material.transcript(document)
        self._keys: dict[str, str] = {}
        self._dismissed: set[tuple[Any, ...]] = set()
        self._saved = ""
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return f"Coding desk: {len(self._material.paths)} transcripts, {len(self.sheet.own)} codings by {self.sheet.coder or 'nobody'}"

    def _receive(self, _: Any, message: Message, __: Any) -> None:
        self.send(self.answer(message))

    def answer(self, message: Message) -> dict[str, Any]:
        """Do what a message of the browser asks for; what it is to show then.

        Parameters
        ----------
        message : mapping
            ``do`` names the act, the other keys its arguments.

        Returns
        -------
        dict
            ``did``, ``refusal`` (a sentence, empty where all went well), ``news`` (sentences), ``state``; ``page`` where a transcript is opened.
        """
        did, refusal, parts = str(message["do"]), "", dict[str, Any]()
        try:
            parts = self._do(did, message)
        except Refusal as refused:
            refusal = refused.notice.text(self._language)
        except (StudyError, OSError) as failed:
            refusal = Notice("not_saved" if did in SAVING else "not_read", {"reason": str(failed)}).text(self._language)
        else:
            self._saved = datetime.now().strftime("%H:%M") if did in SAVING else self._saved
        news = [notice.text(self._language) for notice in (*self.sheet.take_news(), *parts.pop("news", []))]
        return {"did": did, "refusal": refusal, "news": news, **parts, "state": self._state()}

    def _do(self, act: str, message: Message) -> dict[str, Any]:
        acts: dict[str, Callable[[], Any]] = {
            "hello": lambda: self._hello(),
            "open": lambda: self._open(message["document"]),
            "look": lambda: self.sheet.look(),
            "apply": lambda: self.sheet.apply(*_place(message)),
            "remove": lambda: self.sheet.remove(*_place(message)),
            "dismiss": lambda: self._dismissed.add((*_place(message), message["coder"])),
            "undo": lambda: self.sheet.undo(),
            "redo": lambda: self.sheet.redo(),
            "add_code": lambda: self._add_code(message["words"], message["then"]),
            "rename_code": lambda: self.sheet.rename_code(message["code"], message["label"], language=self._language),
        }
        done = acts[act]()
        return done if act in ("hello", "open") else {}

    def _hello(self) -> dict[str, Any]:
        greeting = {"words": self._words, "language": self._language, "coder": self.sheet.coder}
        if self._document:
            return {**greeting, **self._open(self._document)}
        folder = "/".join([*self._material.folder.parts[-2:], TRANSCRIPTS_FOLDER])
        return {**greeting, "news": [Notice("no_transcripts", {"folder": folder})]}

    def _open(self, document: str) -> dict[str, Any]:
        transcript = self._material.transcript(document)
        self._document = document
        self.sheet.look()
        beyond = int((self._here()["end"] > len(transcript.text)).sum())
        return {"page": page_view(transcript), "news": [Notice("beyond", {"count": beyond})] if beyond else []}

    def _add_code(self, words: Mapping[str, str], passage: Message | None) -> None:
        code = self.sheet.add_code(words, language=self._language)
        if passage:
            self.sheet.apply(*_place({**passage, "code": code}))

    def _here(self) -> pd.DataFrame:
        """Everybody's codings of the open transcript."""
        return self.sheet.codings[self.sheet.codings["document"].eq(self._document)]

    def _state(self) -> dict[str, Any]:
        sheet = self.sheet
        self._keys = shortcut_keys(sheet.codes, language=self._language, kept=self._keys)
        marks = mark_view(self._here(), coder=sheet.coder, shown=self._show)
        return {
            "document": self._document,
            "documents": document_view(self._material.paths, sheet.own, roles=self._roles),
            "marks": [mark for mark in marks if (self._document, mark["start"], mark["end"], mark["code"], mark["coder"]) not in self._dismissed],
            "codes": code_view(sheet.codes, sheet.own, keys=self._keys, language=self._language),
            "next_colour": least_used(sheet.codes),
            "count": len(sheet.own),
            "saved": self._saved,
            "can_undo": sheet.can_undo,
            "can_redo": sheet.can_redo,
        }


def _place(message: Message) -> tuple[str, int, int, str]:
    return str(message["document"]), int(message["start"]), int(message["end"]), str(message["code"])
