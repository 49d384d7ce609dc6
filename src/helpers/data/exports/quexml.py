"""queXML: LimeSurvey's answers as CSV or Excel with the questionnaire as queXML, whose words become codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from helpers.data.answers import NOT_SHOWN_TEXT
from helpers.data.codebook import TICKED, UNTICKED
from helpers.data.exports.assembly import assembled, spoken
from helpers.data.exports.decoding import beginning
from helpers.data.exports.delivery import Delivery
from helpers.data.exports.heads import first_rows
from helpers.data.exports.quexml_document import Document, document_of, root_of, variable_names
from helpers.data.limesurvey import SYSTEM_COLUMNS, column_code
from helpers.data.offered import OTHER, offered_answers
from helpers.data.problems import Problem, StudyError, named
from helpers.data.structure import Structure
from helpers.data.tabular import EXCEL_KINDS, NAMELESS, TEXT_KINDS, read_texts

# LimeSurvey exports its own word for it, whatever the questionnaire says.
_OTHER_WORDS = ("Other", "Sonstiges", "Andere", "Anderes")
_QUEXML = re.compile(r"<questionnaire[\s>]")
_TIMES = re.compile(r"(interviewtime|groupTime\d*|.+Time)(\[.*\])?")
_FIELDS = ("[other]", "[comment]")
_TICKS = {**dict.fromkeys(TICKED, "Y"), **dict.fromkeys(UNTICKED, "N")}
_EXPORT = "Export the answers in LimeSurvey as CSV with question codes as headings, and the survey as queXML, of the same survey."


def looks_like(path: Path) -> bool:
    """Whether it is a queXML file, or answers beside the one queXML file whose questions they have."""
    if not path.is_file():
        return False
    if path.suffix.lower() == ".xml":
        return bool(_QUEXML.search(beginning(path, 2_000)))
    return len(_documents_of(path)) == 1


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None) -> Delivery:
    """Read answers with their queXML file; either may be named first, and the other is looked for beside it.

    Parameters
    ----------
    path : Path
        The answers, with codes or with words as values, or the queXML file.
    companion : Path, optional
        The other one.
    encoding : str, optional
        Of the answers.

    Returns
    -------
    Delivery
        Words of answers are turned into codes, ticks into ``Y`` and ``N``; ``N/A`` (not shown) and empty stay. Times that LimeSurvey took are
        left out.

    Raises
    ------
    StudyError
        If one of the two is missing, cut off, or of another survey.
    """
    data, questionnaire = _pair(path, companion)
    root = root_of(questionnaire)
    table = read_texts(data, name=data.name, encoding=encoding)
    codes = [column_code(head) for head in table.columns]
    _refuse_foreign(codes, root, data.name, questionnaire.name)
    places = _places(codes)
    document = document_of(root, lambda name: places.get(name, places.get(_bare(name))))
    structure = assembled(document.questions, document.answers, language=spoken(table.set_axis(codes, axis=1)), pages=document.pages)
    asked = set(_asked(document))
    times = [code for code in codes if _TIMES.fullmatch(code) and code not in asked]
    records = table.set_axis(codes, axis=1).drop(columns=times)
    recoded, foreign = _recoded(records, document, structure)
    unread = _unread(document, records, times, questionnaire.name)
    return Delivery(recoded, structure, unread + foreign)


def _pair(path: Path, companion: Path | None) -> tuple[Path, Path]:
    if not path.is_file():
        raise StudyError([Problem(path.name, "there is no such file", remedy="Put it there, or correct the path in study.yaml.")])
    first = path.suffix.lower() == ".xml"
    found = [companion] if companion else (_answers_of(path) if first else _documents_of(path))
    if len(found) != 1:
        lacking = "the answers (CSV or Excel) to this questionnaire" if first else "the queXML file (.xml) that explains these answers"
        what = f"several files could be {lacking}" if found else f"{lacking} is missing, or of another survey"
        allowed = named(other.name for other in found)
        raise StudyError([Problem(path.name, what, allowed, _EXPORT if not found else "Leave only the right one in the folder, or name it.")])
    return (found[0], path) if first else (path, found[0])


def _documents_of(data: Path) -> list[Path]:
    codes = {_bare(column_code(head)) for heads in first_rows(data) for head in heads}
    return [other for other in sorted(data.parent.glob("*.xml")) if codes and _shared(other, codes)]


def _answers_of(questionnaire: Path) -> list[Path]:
    beside = [other for other in sorted(questionnaire.parent.iterdir()) if other.suffix.lower() in (*TEXT_KINDS, *EXCEL_KINDS)]
    return [other for other in beside if _shared(questionnaire, {_bare(column_code(head)) for heads in first_rows(other) for head in heads})]


def _shared(questionnaire: Path, codes: set[str]) -> bool:
    """Whether more than half of the questionnaire's variables are among the codes."""
    try:
        root = root_of(questionnaire) if _QUEXML.search(beginning(questionnaire, 2_000)) else None
    except StudyError:
        # What is wrong with it is for the reading to say, where it is the only one.
        return len(list(questionnaire.parent.glob("*.xml"))) == 1
    names = {_bare(name) for name in variable_names(root)} if root is not None else set()
    return 2 * len(names & codes) > len(names)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _places(codes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name of a variable -> question and item: ``A8_SQ001``, in older versions ``A8SQ001``, is the column ``A8[SQ001]``."""
    places: dict[str, tuple[str, str]] = {}
    for code in codes:
        question, _, item = code.rstrip("]").partition("[")
        if item:
            places.setdefault(_bare(code), (question, item))
    for code in codes:
        question, _, item = code.rstrip("]").partition("[")
        places[f"{question}_{item}" if item else code] = (question, item)
    return places


def _refuse_foreign(codes: list[str], root: Element, file: str, questionnaire: str) -> None:
    known = {_bare(name) for name in variable_names(root)}
    twice = sorted({code for code in codes if codes.count(code) > 1})
    problems = []
    if twice:
        problems.append(Problem(file, f"several columns carry the same question code: {named(twice)}", remedy="Keep one of each.", rows=[1]))
    if not known & {_bare(code) for code in codes if code not in SYSTEM_COLUMNS}:
        what = f"no column carries the code of a question of {questionnaire}"
        problems.append(Problem(file, what, "question codes, alone or before the words of the question", _EXPORT, rows=[1]))
    if problems:
        raise StudyError(problems)


def _asked(document: Document) -> list[str]:
    return [f"{row.parent}[{row.code}]" if row.parent else row.code for row in document.questions if row.kind != "set"]


def _recoded(records: pd.DataFrame, document: Document, structure: Structure) -> tuple[pd.DataFrame, list[str]]:
    """Codes in the place of words, and a sentence on each column with answers that the questionnaire does not offer; those stay as they are."""
    words, kinds = _words(document, structure), {row.parent or row.code: row.kind for row in document.questions if row.kind != "set"}
    columns, foreign = {}, []
    for column in map(str, records.columns):
        values, question = records[column], column.partition("[")[0]
        meant = _TICKS if kinds.get(question) == "multiple" else words.get(question, {})
        if meant and not column.endswith(_FIELDS):
            values = values.map(lambda text, meant=meant: meant.get(" ".join(text.split()), meant.get(text.casefold(), text)))
            unknown = int((~values.isin([*meant.values(), NOT_SHOWN_TEXT, ""])).sum())
            if unknown:
                foreign.append(f"Column '{column}': {unknown} answers are not among those that the questionnaire offers; they stay as they are.")
        columns[column] = values.astype("str")
    return pd.DataFrame(columns, index=records.index), foreign


def _words(document: Document, structure: Structure) -> dict[str, dict[str, str]]:
    """Question -> words or code of an answer -> its code; words that two answers of a question share mean neither."""
    listed: dict[str, list[str]] = {}
    for answer in document.answers:
        listed.setdefault(answer.question, []).append(" ".join(answer.label.split()))
    offered = offered_answers(structure)
    meant: dict[str, dict[str, str]] = {}
    for question, labels in listed.items():
        known = {words: code for words, code in offered.get(question, {}).items() if labels.count(words) < 2}
        codes = {answer.code: answer.code for answer in document.answers if answer.question == question}
        others = dict.fromkeys([document.others[question], *_OTHER_WORDS, OTHER], OTHER) if question in document.others else {}
        meant[question] = others | known | codes
    return meant


def _unread(document: Document, records: pd.DataFrame, times: list[str], questionnaire: str) -> list[str]:
    asked = set(_asked(document))
    unexplained = [column for column in records if column not in asked and column not in SYSTEM_COLUMNS and not str(column).endswith(_FIELDS)]
    said = {
        "Times that LimeSurvey took are not read": times,
        f"Questions of {questionnaire} that are not in the answers": document.unplaced,
        f"Columns of which {questionnaire} says nothing": [column for column in unexplained if not str(column).startswith(NAMELESS)],
    }
    return [f"{what}: {named(names)}." for what, names in said.items() if names]
