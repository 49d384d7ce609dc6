"""Next wave: the questionnaire that asks again what a codebook declares, on the pages and with the filters of the wave before."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.data.languages import LANGUAGES
from helpers.data.letters import built_in_answers, kind_of, offers_answers
from helpers.data.problems import StudyError
from helpers.data.questionnaire import answer_rows, page_of, parts, question_rows
from helpers.data.structure import Structure
from helpers.data.survey_codes import code_problems

# Arrays on two scales and rankings, of which a codebook tells only the columns; explanations and formulas, of which it tells nothing.
_WHOLE, _UNASKED = ":;1R", "X*"
_BY_NUMBER = re.compile(r"\d+X\d+X\d+")
# What LimeSurvey and drafts call an item outside its question: "How much do you trust ...? [the banks]".
_QUESTION_AND_ITEM = re.compile(r"(?P<question>.+) \[(?P<item>.+)\]$", re.DOTALL)
_PAGE = {"de": "Teil {page}", "en": "Part {page}"}
_LASTING = ("help", "mandatory", "encrypted")
_WITH_COMMENT = {"L": "O", "M": "P"}


@dataclass(frozen=True)
class NextWave:
    """A questionnaire for the next wave, and what of the wave before it does not carry over.

    Parameters
    ----------
    structure : Structure
    left_out : list of str
        Codes of questions of the wave before that the codebook does not know.
    unsure : list of str
        Codes of questions whose filter, or that of their page, speaks of a question that is left out, or of one by its number in the old survey.
    """

    structure: Structure
    left_out: list[str]
    unsure: list[str]


def next_wave(codebook: Codebook, before: Structure | None = None) -> NextWave:
    """The questionnaire that asks for the variables of a codebook.

    Parameters
    ----------
    codebook : Codebook
        Its words, codes and order hold.
    before : Structure, optional
        The questionnaire of the wave before. Pages, filters, types, settings and further languages of the questions that are still there come
        from it, and explanations and formulas, which the codebook does not know. Without it the codes tell the pages: A1, A2, B1 stand on two.

    Raises
    ------
    StudyError
        With every code that LimeSurvey would change or drop, and arrays on two scales that only an earlier questionnaire can describe.
    """
    whole = _whole(codebook, before)
    problems = code_problems(codebook, whole=frozenset(whole))
    if problems:
        raise StudyError(problems)
    rest = _without(codebook, whole)
    asked, answers = _with_parents(_lettered(question_rows(rest), codebook, before), before), answer_rows(rest)
    if before is None:
        return _first(asked, answers, codebook)
    return _again(asked, answers, codebook, before)


def _whole(codebook: Codebook, before: Structure | None) -> set[str]:
    """Questions on two scales and rankings that both the codebook and the wave before know."""
    if before is None:
        return set()
    heads = before.questions[before.questions["parent"].eq("") & before.questions["type"].isin(list(_WHOLE))]
    return set(heads["code"]) & {parts(code)[0] for code in codebook.variables["code"]}


def _without(codebook: Codebook, whole: set[str]) -> Codebook:
    """The codebook without these questions, and without the comments that belong to other questions."""
    split = [parts(code) for code in codebook.variables["code"]]
    keep = [question not in whole and not item.endswith("comment") for question, item in split]
    return Codebook(codebook.variables[keep], codebook.levels)


def _lettered(asked: pd.DataFrame, codebook: Codebook, before: Structure | None) -> pd.DataFrame:
    """Types: as in the wave before where they fit what the codebook says of the question, else its usual one."""
    commented = {question for question, item in map(parts, codebook.variables["code"]) if item.endswith("comment")}
    known = {} if before is None else _heads(before).set_index("code")["type"].to_dict()
    answers = answer_rows(codebook).groupby("question")["code"].agg(set).to_dict()
    letters = {}
    for question, usual in zip(asked["parent"].where(asked["parent"].ne(""), asked["code"]), asked["type"], strict=True):
        usual = _WITH_COMMENT.get(usual, usual) if question in commented else usual
        letters[question] = known[question] if question in known and _fits(known[question], usual, answers.get(question, set())) else usual
    own = asked["parent"].where(asked["parent"].ne(""), asked["code"]).map(letters)
    kinds = [kind_of(letter, item=bool(parent)) for letter, parent in zip(own, asked["parent"], strict=True)]
    return asked.assign(type=own, kind=kinds)


def _fits(letter: str, usual: str, codes: set[str]) -> bool:
    """Whether a type asks for the same kind of answer as the usual one; ordered or not makes no difference to a questionnaire."""
    same = [_plain(letter, item=item) == _plain(usual, item=item) for item in (False, True)]
    return all(same if _plain(letter) == "set" else same[:1]) and (offers_answers(letter) or not codes or codes <= built_in_answers(letter))


def _plain(letter: str, *, item: bool = False) -> str:
    return kind_of(letter, item=item).replace("ordinal", "single")


def _heads(structure: Structure) -> pd.DataFrame:
    return structure.questions[structure.questions["parent"].eq("")]


def _with_parents(asked: pd.DataFrame, before: Structure | None) -> pd.DataFrame:
    """An item that stands alone in the codebook gets its question, in the words of the wave before or its own."""
    words = {} if before is None else _heads(before).set_index("code").to_dict("index")
    known, heads, rows = set(asked.loc[asked["parent"].eq(""), "code"]), set(), []
    for row in asked.to_dict("records"):
        question = row["parent"]
        if question and question not in known:
            told = {f"label_{language}": _QUESTION_AND_ITEM.match(row[f"label_{language}"]) for language in LANGUAGES}
            labels = {name: words.get(question, {}).get(name) or (match["question"] if match else row[name]) for name, match in told.items()}
            rows += [row | {"name": "", "code": question, "parent": "", "kind": kind_of(row["type"])} | labels] if question not in heads else []
            row |= {name: match["item"] for name, match in told.items() if match}
            heads.add(question)
        rows.append(row)
    return pd.DataFrame(rows, columns=asked.columns)


def _first(asked: pd.DataFrame, answers: pd.DataFrame, codebook: Codebook) -> NextWave:
    """Without a wave before: pages by the letters of the codes, or a single one where nearly every question has its own."""
    questions = asked["parent"].where(asked["parent"].ne(""), asked["code"])
    runs = {question: page for page, (_, run) in enumerate(groupby(dict.fromkeys(questions), key=page_of), start=1) for question in run}
    several = len(set(runs.values())) <= len(runs) / 2
    asked = asked.assign(page=questions.map(runs) if several else 1, place=questions.map(list(runs).index)).sort_values("place", kind="stable")
    titles = [{"page": page, **{f"label_{language}": _PAGE[language].format(page=page) for language in LANGUAGES}} for page in asked["page"].unique()]
    structure = Structure(asked.drop(columns=["name", "place"]), _offered(answers, asked), pd.DataFrame(titles), LANGUAGES)
    return NextWave(_with_limits(structure, codebook), [], [])


def _again(asked: pd.DataFrame, answers: pd.DataFrame, codebook: Codebook, before: Structure) -> NextWave:
    """What the codebook asks, on the pages and with the filters of the wave before."""
    languages = (*before.languages, *(own for own in LANGUAGES if own not in {language[:2] for language in before.languages}))
    taken = [*_whole(codebook, before), *_heads(before).loc[_heads(before)["type"].isin(list(_UNASKED)), "code"]]
    old = before.questions.assign(question=before.questions["parent"].where(before.questions["parent"].ne(""), before.questions["code"]))
    new = asked.assign(page=0, question=asked["parent"].where(asked["parent"].ne(""), asked["code"]))
    order = _order([parts(code)[0] for code in codebook.variables["code"]], set(new["question"]) | set(taken), list(_heads(before)["code"]))
    questions = _joined(new.drop(columns="name"), old, taken, ("parent", "code"), languages)
    questions = _on_pages(questions.sort_values("question", key=lambda of: of.map(order.index), kind="stable"))
    pages = _joined(before.pages[:0], before.pages.assign(question=""), [""], ("page",), languages).drop(columns="question")
    left_out = [code for code in _heads(before)["code"] if code not in order]
    structure = Structure(
        questions.drop(columns="question"),
        _joined(_offered(answers, asked), before.answers, taken, ("question", "code"), languages),
        _titled(pages, questions, languages),
        languages,
        _joined(before.columns[:0], before.columns, taken, ("question", "code"), languages),
        _joined(before.second[:0], before.second, taken, ("question", "code"), languages),
        _kept_settings(before, _types(questions)),
        before.own_language,
    )
    return NextWave(_with_limits(structure, codebook), left_out, _unsure(questions, structure.pages, left_out))


def _kept_settings(before: Structure, types: dict[str, str]) -> pd.DataFrame:
    """Settings of questions that are still there; of one that is asked in another way, those that do not depend on the way."""
    own, lasting = before.settings["question"], before.settings["attribute"].isin(_LASTING)
    return before.settings[own.map(_types(before.questions)).eq(own.map(types)) | own.isin(types) & lasting]


def _order(codes: list[str], present: set[str], earlier: list[str]) -> list[str]:
    """Questions in the codebook's order; what it does not know stands before the question that it stood before."""
    order = [code for code in dict.fromkeys(codes) if code in present]
    for place in reversed(range(len(earlier))):
        if earlier[place] in present and earlier[place] not in order:
            following = next((code for code in earlier[place + 1 :] if code in order), None)
            order.insert(len(order) if following is None else order.index(following), earlier[place])
    return order


def _joined(new: pd.DataFrame, old: pd.DataFrame, taken: list[str], key: tuple[str, ...], languages: tuple[str, ...]) -> pd.DataFrame:
    """The codebook's rows with what the wave before knows of them, then the rows of questions that are taken over whole."""
    earlier = {tuple(row[part] for part in key): row for row in old.to_dict("records")}
    rows = []
    for row in new.to_dict("records"):
        was = earlier.get(tuple(row[part] for part in key), {})
        kept = {name: was[name] for name in ("page", "relevance") if name in was and name in row}
        rows.append(row | kept | ({"other": row["other"] or was.get("other", False)} if "other" in row else {}) | _words(row, was, languages))
    rows += [row | _words({}, row, languages) for row in old.to_dict("records") if row["question"] in taken]
    columns = [*(column for column in old.columns if not column.startswith("label_")), *(f"label_{language}" for language in languages)]
    types = {"page": "int64", "order": "int64", "other": "bool"}
    return pd.DataFrame(rows, columns=columns).astype({column: types.get(column, "str") for column in columns})


def _words(row: dict[Hashable, Any], was: dict[Hashable, Any], languages: tuple[str, ...]) -> dict[Hashable, Any]:
    """German and English as the codebook has them, other languages as the wave before had them; where one is missing, English or any."""
    any_words = row.get("label_en") or next((text for name, text in was.items() if str(name).startswith("label_") and text), "")
    own = {language: row.get(f"label_{language[:2]}") for language in languages}
    alike = {language: next((was[name] for name in was if str(name).startswith(f"label_{language[:2]}") and was[name]), "") for language in languages}
    return {f"label_{language}": own[language] or was.get(f"label_{language}") or alike[language] or any_words for language in languages}


def _on_pages(questions: pd.DataFrame) -> pd.DataFrame:
    """A new question stands on the page of the one before it."""
    pages = questions["page"].where(questions["page"].gt(0)).ffill().bfill().fillna(1).astype("int64")
    return questions.assign(page=pages).sort_values("page", kind="stable").reset_index(drop=True)


def _titled(pages: pd.DataFrame, questions: pd.DataFrame, languages: tuple[str, ...]) -> pd.DataFrame:
    """Pages with a title each."""
    lacking = [page for page in questions["page"].unique() if page not in set(pages["page"])]
    names = [{f"label_{language}": _PAGE.get(language[:2], _PAGE["en"]).format(page=page) for language in languages} for page in lacking]
    new = pd.DataFrame([{"page": page, **labels} for page, labels in zip(lacking, names, strict=True)], columns=pages.columns)
    return pd.concat([pages, new]).fillna("").sort_values("page", ignore_index=True) if lacking else pages


def _offered(answers: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Without the answers of types that bring their own."""
    offering = [question for question, letter in _types(asked).items() if offers_answers(letter)]
    return answers[answers["question"].isin(offering)].reset_index(drop=True)


def _types(questions: pd.DataFrame) -> dict[str, str]:
    heads = questions[questions["parent"].eq("")]
    return dict(zip(heads["code"], heads["type"], strict=True))


def _with_limits(structure: Structure, codebook: Codebook) -> Structure:
    """The codebook's smallest and largest numbers as settings, where the wave before has none and all items of a question have the same."""
    numbers = codebook.variables[codebook.variables["type"].isin(["number", "share"])]
    share, of = numbers["type"].eq("share"), numbers["code"].map(lambda code: parts(code)[0])
    limits = pd.DataFrame({"low": numbers["low"].fillna(share.map({True: 0.0})), "high": numbers["high"].fillna(share.map({True: 100.0}))})
    given = set(zip(structure.settings["question"], structure.settings["attribute"], strict=True))
    rows = []
    for question, letter in _types(structure.questions).items():
        for side, attribute in (("low", "min_num_value_n"), ("high", "max_num_value_n")):
            values = limits.loc[of.eq(question), side].unique()
            if letter in "NK" and len(values) == 1 and pd.notna(values[0]) and (question, attribute) not in given:
                rows.append({"question": question, "attribute": attribute, "value": f"{values[0]:.10g}", "language": ""})
    return replace(structure, settings=pd.concat([structure.settings, pd.DataFrame(rows)], ignore_index=True) if rows else structure.settings)


def _unsure(questions: pd.DataFrame, pages: pd.DataFrame, left_out: list[str]) -> list[str]:
    gone = re.compile("|".join([_BY_NUMBER.pattern, *(rf"\b{re.escape(code)}\b" for code in left_out)]))
    shown = dict(zip(pages["page"], pages["relevance"], strict=True)) if "relevance" in pages else {}
    filters = zip(questions["question"], questions["relevance"], questions["page"], strict=True)
    return list(dict.fromkeys(question for question, own, page in filters if gone.search(own) or gone.search(shown.get(page, ""))))
