"""Scripts: what LimeSurvey's R and SPSS syntax files say of the columns of the data file beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpers.data.exports.spss_syntax import read_syntax

# As LimeSurvey writes them: RSyntaxWriter.php of its plugin ExportR, and exportspss() of its admin controller for exports.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_R_READS = re.compile(r"^\s*data\s*<-\s*read\.(csv|table)\((.*)\)\s*$", re.MULTILINE)
_R_KIND = re.compile(r"^\s*data\[, ?(\d+)\] <- as\.(numeric|character)\(", re.MULTILINE)
_R_LABEL = re.compile(rf"^\s*attributes\(data\)\$variable\.labels\[(\d+)\] <- {_TEXT}", re.MULTILINE | re.DOTALL)
_R_NAME = re.compile(rf"^\s*names\(data\)\[(\d+)\] <- {_TEXT}", re.MULTILINE)
_CODE = rf'(?:{_QUOTED}|[^\s,"()]+)'
_R_ANSWERS = re.compile(
    rf"^\s*data\[, ?(\d+)\] <- (factor|ordered)\(data\[, ?\d+\],\s*levels\s*=\s*c\(\s*({_CODE}(?:\s*,\s*{_CODE})*)\s*\)\s*,"
    rf"\s*labels\s*=\s*c\(\s*({_QUOTED}(?:\s*,\s*{_QUOTED})*)\s*\)([^\n]*)$",
    re.MULTILINE | re.DOTALL,
)
_DATA_FILE = re.compile(r"read\.(?:csv|table)\(\s*\"([^\"]+)\"|/FILE=\s*['\"]([^'\"]+)['\"]")
_SPSS_FIRST = re.compile(r"/TYPE=TXT.*/VARIABLES=\s*V1 ", re.IGNORECASE | re.DOTALL)
_SPSS_LEVEL = re.compile(r"^VARIABLE LEVEL\s+(\S+?)\s*\((\w+)\)", re.IGNORECASE | re.MULTILINE)
_SPSS_NAME = re.compile(r"^RENAME VARIABLES?\s*\(\s*(\S+)\s*=\s*(.+?)\s*\)\s*\.", re.IGNORECASE | re.MULTILINE)
# An answer, whose quotation marks LimeSurvey leaves single.
_SPSS_ANSWER = re.compile(r"^(\s+(?:\"[^\"]*\"|[^\s\"]+)\s+\")(.*)(\"\.?\s*)$", re.MULTILINE)


@dataclass
class Column:
    """A column of the data file.

    Parameters
    ----------
    name, label : str
        As the script names it (``C3_SQ001``), and the words of the question, an item's before it in brackets.
    kind : str
        number, text or date.
    answers : dict
        Code -> label.
    ordered : bool
    """

    name: str = ""
    label: str = ""
    kind: str = "text"
    answers: dict[str, str] = field(default_factory=dict)
    ordered: bool = False


@dataclass(frozen=True)
class Script:
    """What a syntax file says: how the data file is written, its columns in order, and whether each of them has its name (at the end of the file)."""

    quote: str
    headed: bool
    columns: list[Column]
    complete: bool


def is_script(text: str) -> bool:
    """Whether this is a syntax file of LimeSurvey; its first lines are enough."""
    return bool(_R_READS.search(text) and "attributes(data)$variable.labels[" in text) or bool(_SPSS_FIRST.search(text))


def data_file(text: str) -> str:
    """Name of the data file that a syntax file reads, from its first lines, whatever machine it was edited on."""
    found = _DATA_FILE.search(text)
    return re.split(r"[\\/]+", (found[1] or found[2]) if found else "")[-1]


def read_script(text: str, *, file: str) -> Script:
    """Read an R or SPSS syntax file of LimeSurvey.

    Raises
    ------
    StudyError
        If it is cut off.
    """
    return _from_r(text) if _R_READS.search(text) else _from_spss(text, file)


def _from_r(text: str) -> Script:
    reads = _R_READS.search(text)
    how = reads[2] if reads else ""
    columns: dict[int, Column] = {}
    for place, kind in _R_KIND.findall(text):
        columns[int(place)] = Column(kind="number" if kind == "numeric" else "text")
    for place, label in _R_LABEL.findall(text):
        columns.setdefault(int(place), Column()).label = _unescaped(label)
    for place, name in _R_NAME.findall(text):
        columns.setdefault(int(place), Column()).name = _unescaped(name)
    for found in _R_ANSWERS.finditer(text):
        column = columns.setdefault(int(found[1]), Column())
        codes = [_unquoted(code) for code in re.findall(_CODE, found[3], re.DOTALL)]
        labels = [_unquoted(label) for label in re.findall(_QUOTED, found[4], re.DOTALL)]
        column.answers = dict(zip(codes, labels, strict=False))
        column.ordered = found[2] == "ordered" or "ordered=TRUE" in found[5]
    headed = bool(reads and reads[1] == "csv") or "header=T" in how.replace(" ", "")
    # A place that the script passes over has a column without a name.
    listed = [columns.get(place, Column()) for place in range(1, max(columns, default=0) + 1)]
    quote = '"' if re.search(r'quote\s*=\s*"\'?\\"', how) else "'"
    return Script(quote, headed, listed, bool(columns) and all(column.name and column.label for column in columns.values()))


def _from_spss(text: str, file: str) -> Script:
    syntax = read_syntax(_SPSS_ANSWER.sub(_doubled, text), file=file)
    ordered = {place for place, level in _SPSS_LEVEL.findall(text) if level.upper() == "ORDINAL"}
    names = dict(_SPSS_NAME.findall(text))
    columns = [
        Column(
            name=names.get(place, place),
            label=" ".join(syntax.variable_labels.get(place, "").split()),
            kind=_kind(form),
            answers={code: " ".join(label.split()) for code, label in syntax.value_labels.get(place, {}).items()},
            ordered=place in ordered,
        )
        for place, form in syntax.columns.items()
    ]
    return Script("'", False, columns, bool(columns) and set(names) >= set(syntax.columns))


def _doubled(answer: re.Match[str]) -> str:
    return answer[1] + answer[2].replace('""', '"').replace('"', '""') + answer[3]


def _kind(form: str) -> str:
    if "DATE" in form.upper():
        return "date"
    return "text" if form.upper().startswith("A") else "number"


def _unquoted(text: str) -> str:
    return _unescaped(text[1:-1]) if text.startswith('"') else text


def _unescaped(text: str) -> str:
    return " ".join(re.sub(r"\\(.)", r"\1", text).split())
