"""Claims: the statements that a study puts to the test, in both languages, each with how it is tested."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.data.codebook import CONFIDENTIAL, Codebook
from helpers.data.plan import MEMBERSHIP, SECTOR
from helpers.data.problems import Problem, StudyError, collect, named
from helpers.data.tabular import read_texts

CLAIMS_FILE = "claims.csv"
COLUMNS = (
    *("id", "part", "statement_de", "statement_en", "kind", "question", "answer", "options", "with", "sign"),
    *("codes", "part_de", "part_en", "headline"),
)
# What each kind of test needs, and what it may have; all else stays empty.
_NEEDED = {
    "majority": ("question",),
    "minority": ("question",),
    "leading": ("question", "options"),
    "leading_set": ("question", "options"),
    "ordering": ("question", "options"),
    "association": ("question", "with", "sign"),
    "importance": ("question",),
    "ratings": ("question", "answer", "options"),
    "interviews": ("codes",),
}
_POSSIBLE = {"majority": ("answer",), "minority": ("answer",), "association": ("answer",)}
_TESTED_BY = ("question", "answer", "options", "with", "sign")
KINDS = tuple(_NEEDED)
MOST_HEADLINES = 5
# Column, what is wrong, what is allowed, what to do.
_Wrong = tuple[str, str, str, str]


def read_claims(
    path: str | os.PathLike[str], codebook: Codebook, codes: Collection[str] | None = None, *, parts: Collection[str] = (SECTOR, MEMBERSHIP)
) -> pd.DataFrame:
    """Read and check claims.csv.

    Parameters
    ----------
    path : path
        A CSV file, or an Excel workbook.
    codebook : Codebook
        With the groupings of study.yaml.
    codes : collection of str, optional
        Ids of the codes of the interviews; None where the study has none to check against.
    parts : collection of str
        Parts of the study's model whose importance can be tested.

    Returns
    -------
    DataFrame
        One row per part of a statement, in the file's order, with the columns of the file. All are texts, but ``part`` (a number from 1 within
        the statement) and ``headline`` (place in the summary, missing where it has none); the statement is repeated in all its rows.

    Raises
    ------
    StudyError
        With everything that is wrong, at once.
    """
    file = Path(path).name
    texts = read_texts(Path(path), name=file)
    if lacking := [column for column in COLUMNS if column not in texts]:
        what = f"columns are missing: {named(lacking)}"
        raise StudyError([Problem(file, what, ", ".join(COLUMNS), "data/README.md says what they mean.", rows=[1])])
    if texts.empty:
        raise StudyError([Problem(file, "the file has a header and no statements", remedy="Write one row per part of a statement.")])
    texts = texts[list(COLUMNS)]
    rules = _Rules(codebook, codes, parts)
    problems = [*_statement_problems(file, texts), *_test_problems(file, texts, rules)]
    if problems:
        raise StudyError(problems)
    claims = texts.assign(part=texts["part"].replace("", "1").astype("int64"), headline=pd.to_numeric(texts["headline"]).astype("Int64"))
    words = ["statement_de", "statement_en"]
    claims[words] = claims.groupby("id", sort=False)[words].transform("first")
    return claims.reset_index(drop=True)


def claim_ids(path: Path) -> list[str]:
    """The ids of the statements in a file; none where there is no such file, or it cannot be read: what is wrong with it, `read_claims` tells."""
    texts = collect([], read_texts, path)
    return [] if texts is None or "id" not in texts else list(texts["id"].unique())


def no_claims() -> pd.DataFrame:
    """The table of a study without claims."""
    return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS}).astype({"part": "int64", "headline": "Int64"})


def _statement_problems(file: str, texts: pd.DataFrame) -> list[Problem]:
    """What is wrong with statements: their ids, words, parts and places."""
    name, headline = texts["id"], texts["headline"]
    first = ~name.duplicated()
    several = name.duplicated(keep=False) & name.ne("")
    apart = name.ne(name.shift()) & ~first
    misnumbered = texts["part"].ne((texts.groupby("id").cumcount() + 1).astype(str)) & (several | texts["part"].ne(""))
    numbers = [str(place) for place in range(1, MOST_HEADLINES + 1)]
    checks: list[tuple[pd.Series, str, str, str, str]] = [
        (~name.str.fullmatch(r"[A-Za-z][A-Za-z0-9_]*"), "id", "the id is empty or malformed", "letters, digits and _, a letter first", ""),
        (apart, "id", "the parts of a statement are not below one another", "", "Move them together, or give the other statement its own id."),
        (misnumbered, "part", "the parts of a statement are numbered", "1, 2, 3 ... in the order of the rows", ""),
        (headline.ne("") & ~headline.isin(numbers), "headline", "no place in the summary", f"{named(numbers)}, or nothing", ""),
        (headline.ne("") & headline.duplicated(keep=False), "headline", "the place is given twice", "", "Give each statement its own."),
        (headline.ne("") & ~first, "headline", "the place stands in the first row of a statement", "", "Leave it empty here."),
    ]
    for column in ("statement_de", "statement_en"):
        checks.append((first & texts[column].eq(""), column, "the statement has no words in this language", "", "Write it."))
        checks.append((~first & texts[column].ne(""), column, "the words stand in the first row of a statement", "", "Leave it empty here."))
    for column in ("part_de", "part_en"):
        checks.append((several & texts[column].eq(""), column, "a statement of several parts needs words for each", "", "Write a few."))
    return [
        Problem(file, what, allowed, cure or "Correct it.", rows=[int(row) for row in texts.index[bad]], column=column)
        for bad, column, what, allowed, cure in checks
        if bad.any()
    ]


def _test_problems(file: str, texts: pd.DataFrame, rules: _Rules) -> list[Problem]:
    """What is wrong with the tests; the same fault in several rows is told once."""
    found: dict[_Wrong, list[int]] = {}
    for row, line in zip(texts.index, texts.to_dict("records"), strict=True):
        for wrong in rules.wrong(line):
            found.setdefault(wrong, []).append(int(row))
    return [Problem(file, what, allowed, cure or "Correct it.", rows=rows, column=column) for (column, what, allowed, cure), rows in found.items()]


@dataclass(frozen=True)
class _Rules:
    """What a test may name in this study."""

    codebook: Codebook
    codes: Collection[str] | None
    parts: Collection[str]

    def wrong(self, line: dict[str, str]) -> Iterator[_Wrong]:
        """Everything that is wrong with one row."""
        yield from self._unknown_codes(line)
        kind = line["kind"]
        if kind not in _NEEDED:
            yield "kind", "no such kind of test", ", ".join(KINDS), ""
            return
        needed = _NEEDED[kind]
        for column in needed:
            if not line[column]:
                yield column, f"{kind} needs it", "", "Fill it in."
        for column in _TESTED_BY:
            if line[column] and column not in (*needed, *_POSSIBLE.get(kind, ())):
                yield column, f"{kind} does not use it", "nothing", "Leave it empty, or choose another kind."
        if line["question"] and "question" in needed:
            yield from self._checked(kind, line)

    def _checked(self, kind: str, line: dict[str, str]) -> Iterator[_Wrong]:
        if kind in ("majority", "minority"):
            yield from self._shares(line)
        elif kind in ("leading", "leading_set", "ordering"):
            yield from self._ranking(kind, line)
        elif kind == "association":
            yield from self._association(line)
        elif kind == "ratings":
            yield from self._ratings(line)
        elif line["question"] not in self.parts:
            yield "question", "the study's model has no such part", named(self.parts) or "none: the model has no parts", "Correct it."

    def _shares(self, line: dict[str, str]) -> Iterator[_Wrong]:
        question = line["question"]
        if question in self._public("multiple"):
            if line["answer"]:
                yield "answer", "a tick box has no answers to choose", "nothing", "Leave it empty."
        elif question in self._public("single", "ordinal"):
            yield from self._answers("answer", line["answer"], question)
        else:
            yield "question", "the codebook has no choice question or tick box of this name", "", "Correct the name, or add the variable."

    def _ranking(self, kind: str, line: dict[str, str]) -> Iterator[_Wrong]:
        sets = self.codebook.sets("multiple")
        if line["question"] not in sets:
            yield "question", "the codebook has no such set of tick boxes", named(sets), ""
            return
        separator = ">" if kind == "ordering" else "|"
        options = line["options"].split(separator) if line["options"] else []
        among = self.codebook.members(line["question"])
        yield from _of("options", options, among, f"not options of this set, separated by '{separator}'")
        least, most = (1, 1) if kind == "leading" else (2, len(among) - (kind == "leading_set"))
        if options and not least <= len(options) <= most:
            allowed = "one option" if kind == "leading" else f"{least} to {most} options of this set"
            yield "options", f"{kind} names another number of options", allowed, ""

    def _ratings(self, line: dict[str, str]) -> Iterator[_Wrong]:
        items = [item for item in self.codebook.members(line["question"]) if item in self._public("single", "ordinal")]
        if not items:
            yield "question", "the codebook has no such battery", named(self.codebook.sets("ordinal")), ""
            return
        yield from _of("options", line["options"].split("|") if line["options"] else [], items, "not items of this battery, separated by '|'")
        if line["answer"]:
            yield from self._answers("answer", line["answer"], items[0])

    def _association(self, line: dict[str, str]) -> Iterator[_Wrong]:
        if line["sign"] and line["sign"] not in ("+", "-"):
            yield "sign", "no such sign", "+ or -", ""
        choices = self._public("single", "ordinal")
        for column in ("question", "with"):
            name = line[column]
            if not name or (column == "question" and line["answer"] and name in choices):
                continue
            if name not in [*choices, *self._public("multiple", "number", "share")]:
                yield column, "the codebook has no choice question, tick box or number of this name", "", "Correct the name, or add the variable."
            elif name in self._public("single") and len(self.codebook.real_answers(name)) != 2:
                allowed = "an ordinal question, a number, a share, a tick box, a choice of two"
                yield column, "the answers have no order", allowed, "In 'answer' say which answers to 'question' count."
        if line["answer"]:
            if line["question"] in choices:
                yield from self._answers("answer", line["answer"], line["question"])
            else:
                yield "answer", "only a choice question has answers", "nothing", "Leave it empty."
        if line["question"] and line["question"] == line["with"]:
            yield "with", "a variable always goes with itself", "", "Name another one."

    def _answers(self, column: str, answer: str, question: str) -> Iterator[_Wrong]:
        known = self.codebook.real_answers(question)
        if not answer:
            yield column, "which answer counts is not said", named(known), "Name it; several are separated by '|'."
            return
        yield from _of(column, answer.split("|"), known, "not answers to this question, separated by '|'")
        if set(answer.split("|")) >= set(known):
            yield column, "every answer counts, so there is nothing to test", "some of the answers", ""

    def _unknown_codes(self, line: dict[str, str]) -> Iterator[_Wrong]:
        codes = line["codes"].split("|") if line["codes"] else []
        yield from _of("codes", codes, codes if self.codes is None else self.codes, "not codes of the interviews, separated by '|'")

    def _public(self, *types: str) -> list[str]:
        secret = self.codebook.variables["sensitivity"].isin(CONFIDENTIAL)
        return [name for name in self.codebook.of_type(*types) if not secret[name]]


def _of(column: str, names: list[str], known: Collection[str], what: str) -> Iterator[_Wrong]:
    """Names that are not known, or there twice."""
    if any(name not in known for name in names):
        yield column, what, named(known, 40), ""
    if len(set(names)) < len(names):
        yield column, "a name is there twice", "", "Keep one of them."
