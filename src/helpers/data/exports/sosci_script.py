"""SoSci Survey's import scripts for GNU R and SPSS: what they say of the columns of a data set."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.data.exports.decoding import text_of
from helpers.data.exports.spss_syntax import Syntax, read_syntax
from helpers.data.problems import Problem, StudyError

_TEXT = r'"(?:[^"\\]|\\.)*"'
_TEXTS = rf"c\(((?:\s*(?:\w+\s*=\s*)?{_TEXT}\s*(?:,|(?=\))))*)\s*\)"
_COLUMN = r"\w+\$`?([\w.]+)`?"
_NAMES = re.compile(rf"col\.names\s*=\s*{_TEXTS}")
_CLASSES = re.compile(rf"colClasses\s*=\s*{_TEXTS}")
_FACTOR = re.compile(rf"{_COLUMN}\s*(?:=|<-)\s*factor\(\s*{_COLUMN}\s*,\s*levels\s*=\s*{_TEXTS}\s*,\s*labels\s*=\s*{_TEXTS}")
_ANSWER = re.compile(rf'attr\(\s*{_COLUMN}\s*,\s*"([^"]*)"\s*\)\s*(?:=|<-)\s*({_TEXT})')
_COMMENT = re.compile(rf"comment\(\s*{_COLUMN}\s*\)\s*(?:=|<-)\s*({_TEXT})")
_CLASS_OF = {"numeric": "number", "integer": "number", "logical": "box", "POSIXct": "time"}
_NOT_TICKED = re.compile(r"(nicht|not) ", re.IGNORECASE)
_AGAIN = "Export it again in SoSci Survey ('Daten herunterladen', or 'Download data'), for GNU R or SPSS; the file is cut off."


@dataclass(frozen=True)
class Script:
    """What an import script declares.

    Parameters
    ----------
    file : str
        Its name.
    columns : dict
        Name -> what it holds: text, number, box or time; in the order of the data.
    labels : dict
        Name -> "title of the question: text of the item".
    answers : dict
        Name -> code -> label; of a box: T and F, or 2 and 1.
    missing : dict
        Name -> codes that the script itself declares as missing.
    listed : frozenset of str
        Columns whose answers the script gives as a list of options, not as the points of a scale.
    data : list of str, optional
        Lines of data inside the script.
    """

    file: str
    columns: dict[str, str]
    labels: dict[str, str]
    answers: dict[str, dict[str, str]]
    missing: dict[str, tuple[str, ...]]
    listed: frozenset[str]
    data: list[str] | None = None


def is_script(text: str) -> bool:
    """Whether this is one of SoSci Survey's scripts: it names the columns of the interview."""
    return all(re.search(word, text) for word in (r"\bCASE\b", r"\bQUESTNNR\b", r"col\.names|DATA LIST|GET DATA|VARIABLE LABELS"))


def read_script(path: Path) -> Script:
    """Read a script for GNU R (``import_*.r``) or SPSS (``*.sps``).

    Raises
    ------
    StudyError
        If it is no script of SoSci Survey, or is cut off.
    """
    text = text_of(path)
    if not is_script(text):
        remedy = "Name the script that SoSci Survey offers with the data set, for GNU R or SPSS."
        raise StudyError([Problem(path.name, "this is not an import script of SoSci Survey", "import_*.r, *.sps", remedy)])
    script = _from_r(text, path.name) if "col.names" in text else _from_spss(read_syntax(text, file=path.name), path.name)
    described = [column for column in script.columns if column in script.labels]
    last = list(script.columns)[-1:]
    if not described or last != described[-1:]:
        raise StudyError([Problem(path.name, "the script ends before it has described every column", remedy=_AGAIN)])
    return script


def _from_r(text: str, file: str) -> Script:
    # A line that is commented out declares nothing.
    text = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
    named, classed = _NAMES.search(text), _CLASSES.search(text)
    if not named or not classed:
        raise StudyError([Problem(file, "the script names no columns (col.names and colClasses)", remedy=_AGAIN)])
    names, classes = _texts(named[1]), _texts(classed[1])
    answers: dict[str, dict[str, str]] = {}
    listed = set()
    for column, _, codes, words in _FACTOR.findall(text):
        answers[column] = dict(zip(_texts(codes), map(_words, _texts(words)), strict=False))
        listed.add(column)
    for column, code, word in _ANSWER.findall(text):
        answers.setdefault(column, {})[code] = _words(_unquoted(word))
    return Script(
        file=file,
        columns=dict(zip(names, (_CLASS_OF.get(kind, "text") for kind in classes), strict=False)),
        labels={column: _words(_unquoted(word)) for column, word in _COMMENT.findall(text)},
        answers=answers,
        missing={},
        listed=frozenset(listed),
    )


def _from_spss(syntax: Syntax, file: str) -> Script:
    columns = {name: _storage(form, syntax.value_labels.get(name, {})) for name, form in syntax.columns.items()}
    if not columns:
        # The data stand in a file of their own; the labels are in its order.
        columns = {name: _storage("", syntax.value_labels.get(name, {})) for name in syntax.variable_labels}
    return Script(
        file=file,
        columns=columns,
        labels={name: _words(label) for name, label in syntax.variable_labels.items()},
        answers={name: {code: _words(label) for code, label in labels.items()} for name, labels in syntax.value_labels.items()},
        missing=syntax.missing_values,
        listed=frozenset(),
        data=syntax.data,
    )


def _storage(form: str, labels: Mapping[str, str]) -> str:
    """SPSS has no boxes: two numbers with the words for not ticked and ticked."""
    if set(labels) == {"1", "2"} and _NOT_TICKED.match(labels["1"]) and not _NOT_TICKED.match(labels["2"]):
        return "box"
    letter = form[:1].upper()
    return "text" if letter == "A" else "time" if letter == "D" else "number"


def _texts(inside: str) -> list[str]:
    return [_unquoted(text) for text in re.findall(_TEXT, inside)]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda escape: {"n": "\n", "t": "\t"}.get(escape[1], escape[1]), text[1:-1])


def _words(label: str) -> str:
    """Blanks in one piece, entities as letters, without SoSci's mark of an answer that is none."""
    return " ".join(html.unescape(label).split()).removeprefix("[NA] ")
