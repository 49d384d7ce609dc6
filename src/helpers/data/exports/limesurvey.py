"""LimeSurvey's CSV and Excel exports, with any style of header and with the structure (.lss) where it is there."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.data.exports import plain
from helpers.data.exports.assembly import Question, assembled, spoken
from helpers.data.exports.delivery import Delivery
from helpers.data.exports.heads import first_rows
from helpers.data.limesurvey import SYSTEM_COLUMNS, column_code
from helpers.data.problems import Problem, StudyError, collect
from helpers.data.structure import Structure, read_structure
from helpers.data.tabular import NAMELESS

# Other tables may have an id, a token or a seed, too.
_TELLING = set(SYSTEM_COLUMNS) - {"id", "token", "seed"}
_ITEM = re.compile(r"^(?P<question>[A-Za-z]\w*)\[(?P<item>[^\]]*)\]$")
_ITEM_TEXT = re.compile(r"^(?P<question>(?:[^\[].*?)?)\s*\[(?P<item>[^\[\]]*|(?<=^\[).*)\]\s*$", re.DOTALL)


def looks_like(path: Path) -> bool:
    """By the first row: LimeSurvey's own columns, codes with items in brackets, or codes before the words of the questions."""
    return any(_telling(heads) for heads in first_rows(path))


def _telling(heads: list[str]) -> bool:
    codes = [column_code(head) for head in heads]
    worded = sum(code != head for code, head in zip(codes, heads, strict=True))
    return len(_TELLING & set(codes)) > 1 or any(_ITEM.match(code) for code in codes) or worded > len(heads) / 2


def read(path: Path, *, companion: Path | None = None, encoding: str | None = None, separator: str | None = None, sheet: str | int = 0) -> Delivery:
    """Read an export.

    Parameters
    ----------
    path : Path
    companion : Path, optional
        The survey's structure; where it is missing, the one .lss file beside the export whose questions are those of the export.
    encoding, separator, sheet
        See `read_texts`.

    Returns
    -------
    Delivery
        Columns are named by their codes; where two columns carry one code, both keep their heads. An export with answer texts keeps them: the
        words of levels.csv come before those of the questionnaire (see `type_answers`). Without an .lss file the structure holds what the heads
        say: the wording of the questions, whose ``kind`` is "".

    Raises
    ------
    StudyError
        As `read_texts` and `read_structure`, both at once; or if the companion is of another survey.
    """
    table = plain.read(path, companion=companion, encoding=encoding, separator=separator, sheet=sheet)
    codes = {head: column_code(head) for head in table.records.columns}
    held = list(codes.values())
    if companion and table.structure and not _shared(table.structure, held):
        what, remedy = "none of its questions is in the export, so it is of another survey", "Export the structure of the survey that was answered."
        raise StudyError([Problem(companion.name, what, remedy=remedy)])
    records = table.records.rename(columns={head: code for head, code in codes.items() if held.count(code) == 1})
    return Delivery(records, table.structure or structure_beside(path, held) or _said_by_heads(codes, spoken(records)))


def structure_beside(path: Path, codes: list[str]) -> Structure | None:
    """The only .lss file beside the export that fits it; one that does not fit, or cannot be read, is another survey's."""
    beside = [collect([], read_structure, other) for other in sorted(path.parent.glob("*.lss"))]
    fitting = [structure for structure in beside if structure is not None and fits(structure, codes)]
    return fitting[0] if len(fitting) == 1 else None


def fits(structure: Structure, codes: list[str]) -> bool:
    """Whether most of the questionnaire's questions are in the export."""
    return len(_shared(structure, codes)) > len(_questions(structure)) / 2


def _shared(structure: Structure, codes: list[str]) -> set[str]:
    return _questions(structure) & ({re.split(r"[\[_]", code)[0] for code in codes} | set(codes))


def _questions(structure: Structure) -> set[str]:
    return set(structure.questions.loc[structure.questions["parent"] == "", "code"])


def _said_by_heads(codes: dict[str, str], language: str) -> Structure | None:
    """Questions and items in the words of the header; None where it has codes only."""
    worded = {code: head[len(code) + 1 :].strip() for head, code in codes.items() if head != code}
    asked = {code: words for code, words in worded.items() if code not in SYSTEM_COLUMNS and not code.startswith(NAMELESS)}
    if not asked:
        return None
    rows: dict[tuple[str, str], Question] = {}
    for code, words in asked.items():
        item, text = _ITEM.match(code), _ITEM_TEXT.match(words)
        if item is None:
            rows["", code] = Question(code, words, "", "")
            continue
        question = item["question"]
        rows.setdefault(("", question), Question(question, text["question"] if text else "", "", ""))
        rows[question, item["item"]] = Question(item["item"], text["item"] if text else words, "", "", parent=question)
    return assembled(rows.values(), [], language=language)
