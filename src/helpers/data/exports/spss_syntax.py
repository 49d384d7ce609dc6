"""SPSS syntax: what a syntax file that comes with an export says of its columns, their labels and missing values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpers.data.problems import Problem, StudyError, named

END = "\n"  # the end of a command among its tokens
_TOKEN = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[/()=,+]|[^\s'"/()=,+]+""")
_COMMENT = re.compile(r"\*|COMMENT\s", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_COMMANDS = {
    **dict.fromkeys(["VARIABLE LABELS", "VARIABLE LABEL", "VAR LABELS", "VAR LABEL"], "variable labels"),
    **dict.fromkeys(["VALUE LABELS", "VALUE LABEL", "VAL LABELS", "ADD VALUE LABELS"], "value labels"),
    **dict.fromkeys(["MISSING VALUES", "MISSING VALUE"], "missing values"),
    **dict.fromkeys(["DATA LIST", "GET DATA"], "columns"),
}


@dataclass(frozen=True)
class Syntax:
    """What a syntax file declares.

    Parameters
    ----------
    columns : dict
        Name -> format (such as ``F8.0`` or ``A255``), in the order of the data; empty where the syntax reads no data.
    variable_labels : dict
        Name -> label.
    value_labels : dict
        Name -> value, as text -> label.
    missing_values : dict
        Name -> values declared as missing, as texts; ``LO THRU -1`` is the pair ``("LO", "-1")`` in `missing_ranges`.
    missing_ranges : dict
        Name -> lowest and highest value of the range declared as missing.
    data : list of str, optional
        The lines between BEGIN DATA and END DATA; None where the data are in a file of their own.
    """

    columns: dict[str, str] = field(default_factory=dict)
    variable_labels: dict[str, str] = field(default_factory=dict)
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)
    missing_values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing_ranges: dict[str, tuple[str, str]] = field(default_factory=dict)
    data: list[str] | None = None


def read_syntax(text: str, *, file: str) -> Syntax:
    """Read DATA LIST or GET DATA, VARIABLE LABELS, VALUE LABELS and MISSING VALUES; every other command is passed over.

    Parameters
    ----------
    text : str
        The syntax.
    file : str
        Its name in messages.

    Raises
    ------
    StudyError
        If the file ends within its data, a quotation mark is never closed, or a column is declared twice.

    References
    ----------
    IBM SPSS Statistics Command Syntax Reference: a command ends with a full stop at the end of a line, or with an empty line.
    """
    # Not splitlines: it takes a line end for more than SPSS does.
    lines, data = _without_data(text.replace("\r\n", "\n").split("\n"), file)
    syntax = Syntax(data=data)
    for command, tokens in _commands(_tokens(lines, file)):
        if command == "columns":
            syntax.columns.update(_columns(tokens, file))
        elif command == "variable labels":
            syntax.variable_labels.update(_variable_labels(tokens))
        elif command == "value labels":
            for names, labels in _value_labels(tokens):
                for name in _spread(names, syntax.columns):
                    syntax.value_labels.setdefault(name, {}).update(labels)
        elif command == "missing values":
            for names, values in _missing(tokens):
                for name in _spread(names, syntax.columns):
                    _declare_missing(syntax, name, values)
    return syntax


def _without_data(lines: list[str], file: str) -> tuple[list[str], list[str] | None]:
    words = [" ".join(line.split()).upper().rstrip(".") for line in lines]
    if "BEGIN DATA" not in words:
        return lines, None
    begin = words.index("BEGIN DATA")
    if "END DATA" not in words[begin:]:
        remedy = "Export it again; the file is cut off."
        raise StudyError([Problem(file, "the data begin here and never end (END DATA is missing)", rows=[begin + 1], remedy=remedy)])
    end = words.index("END DATA", begin)
    # Empty lines in place of the data: the rows of later problems stay right.
    return [*lines[:begin], *[""] * (end + 1 - begin), *lines[end + 1 :]], lines[begin + 1 : end]


def _tokens(lines: list[str], file: str) -> Iterator[str]:
    """Words, marks and quoted texts, with an END after every command; comments are left out."""
    comment, starting = False, True
    for row, line in enumerate(lines, start=1):
        plain = line.strip()
        comment = bool(plain) and (comment or (starting and bool(_COMMENT.match(plain))))
        starting = not plain or plain.endswith(".")
        if not comment:
            words = plain.removesuffix(".")
            if _TOKEN.sub("", words).strip():
                raise StudyError([Problem(file, "a quotation mark is never closed", rows=[row], remedy="Export the syntax again.")])
            yield from _TOKEN.findall(words)
            if starting:
                yield END
        comment = comment and not starting


def _commands(tokens: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    """The commands that are read, each with its tokens."""
    held: list[str] = []
    for token in [*tokens, END]:
        if token != END:
            held.append(token)
            continue
        words = " ".join(held[:3]).upper()
        name = next((name for name in _COMMANDS if f"{words} ".startswith(f"{name} ")), None)
        if name:
            yield _COMMANDS[name], held[len(name.split()) :]
        held = []


def _columns(tokens: list[str], file: str) -> dict[str, str]:
    """``NAME (F8.0)`` after the first slash of DATA LIST, ``NAME F8.0`` after VARIABLES= of GET DATA."""
    upper = [token.upper() for token in tokens]
    start = upper.index("VARIABLES") + 1 if "VARIABLES" in upper else upper.index("/") if "/" in upper else len(tokens)
    # Other subcommands may follow the names.
    rest = [token for token in tokens[start:] if token not in ("/", "=", "(", ")", ",")]
    names = rest[: rest.index("MAP")] if "MAP" in rest else rest
    twice = sorted({name for name in names[::2] if names[::2].count(name) > 1})
    if twice:
        raise StudyError([Problem(file, f"the syntax names columns twice: {named(twice)}", remedy="Export it again, every column once.")])
    return dict(zip(names[::2], names[1::2], strict=False))


def _variable_labels(tokens: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for token in tokens:
        if _is_text(token):
            # A long label is several texts with + between them.
            found[name] = found.get(name, "") + _plain(token)
        elif token not in ("/", "+"):
            name = token
    return found


def _value_labels(tokens: list[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    names: list[str] = []
    labels: dict[str, str] = {}
    value: str | None = None
    for token in [*tokens, "/"]:
        if token == "/":
            if names and labels:
                yield names, labels
            names, labels, value = [], {}, None
        elif value is None and not labels and not _is_text(token) and not _NUMBER.fullmatch(token):
            names.append(token)
        elif value is None:
            value = _plain(token)
        elif token != "+":
            labels[value] = labels.get(value, "") + _plain(token)
            value = None


def _missing(tokens: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    names: list[str] = []
    values: list[str] | None = None
    for token in tokens:
        if token == "(":
            values = []
        elif token == ")":
            yield names, values or []
            names, values = [], None
        elif values is not None and token != ",":
            values.append(_plain(token))
        elif token not in ("/", ","):
            names.append(token)


def _declare_missing(syntax: Syntax, name: str, values: list[str]) -> None:
    upper = [value.upper() for value in values]
    place = next((upper.index(word) for word in ("THRU", "THROUGH") if word in upper), None)
    if place is not None and 0 < place < len(values) - 1:
        syntax.missing_ranges[name] = (values[place - 1], values[place + 1])
        values = values[: place - 1] + values[place + 2 :]
    syntax.missing_values[name] = tuple(values)


def _spread(names: list[str], columns: dict[str, str]) -> list[str]:
    """``A TO C`` means every column from A to C."""
    order, found = list(columns), list[str]()
    for place, name in enumerate(names):
        if name.upper() == "TO" and 0 < place < len(names) - 1 and {names[place - 1], names[place + 1]} <= set(order):
            found += order[order.index(names[place - 1]) + 1 : order.index(names[place + 1])]
        else:
            found.append(name)
    return found


def _is_text(token: str) -> bool:
    return token[0] in "'\""


def _plain(token: str) -> str:
    """Without its quotation marks; a doubled one inside is one."""
    return token[1:-1].replace(token[0] * 2, token[0]) if _is_text(token) else token
