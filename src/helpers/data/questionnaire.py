"""Questionnaire: a codebook as the LimeSurvey structure that would ask for it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.data.codebook import Codebook
from helpers.data.structure import Structure, kind_of

LANGUAGES = ("de", "en")
_YES_NO = {"Y", "N"}
_SET_LETTERS = {"multiple": "M", "ordinal": "F", "number": "K", "share": "K", "text": "Q", "single": "F"}
_OTHER = "other"


def asked(codebook: Codebook) -> list[str]:
    """Names of the variables with a column of their own that the questionnaire asks for, in its order."""
    variables = codebook.variables
    own = variables["code"].ne("") & variables["type"].ne("set")
    return [name for name in variables.index[own] if variables.at[name, "code"] != "token"]


def page_of(code: str) -> str:
    """The page of a question: the letters its code begins with.

    Examples
    --------
    >>> page_of("C3[SQ001]")
    'C'
    """
    return code.rstrip("]").split("[")[0].rstrip("0123456789")


def questionnaire(codebook: Codebook, *, pages: Mapping[str, Mapping[str, str]], filters: Mapping[str, Mapping[str, str]]) -> Structure:
    """The structure that asks for the variables of a codebook.

    Parameters
    ----------
    codebook : Codebook
    pages : mapping
        Page letter -> language -> title, in order.
    filters : mapping
        Question or set -> ``question`` and ``answer`` that it needs to be shown.

    Returns
    -------
    Structure
        In German and English. A column ``X[other]`` becomes the field for other answers of question X.
    """
    variables = codebook.variables[codebook.variables["code"].ne("") & codebook.variables["code"].ne("token")]
    with_other = {code.split("[")[0] for code in variables["code"] if code.endswith(f"[{_OTHER}]")}
    rows = []
    for name, variable in _named_rows(variables):
        question, _, item = variable["code"].rstrip("]").partition("[")
        if item == _OTHER:
            continue
        letter = type_letter(name, codebook)
        rows.append(
            {
                **{"code": item or question, "parent": question if item else "", "kind": kind_of(letter, item=bool(item)), "type": letter},
                **{"page": list(pages).index(page_of(question)) + 1, "other": not item and question in with_other},
                **{"relevance": _relevance(filters.get(name), codebook)},
                **{f"label_{language}": variable[f"label_{language}"] for language in LANGUAGES},
            }
        )
    titles = pd.DataFrame([{f"label_{language}": title[language] for language in LANGUAGES} for title in pages.values()])
    titles.insert(0, "page", range(1, len(titles) + 1))
    return Structure(pd.DataFrame(rows), _answers(variables, codebook), titles, LANGUAGES)


def type_letter(name: str, codebook: Codebook) -> str:
    """LimeSurvey's letter for a variable or set; items carry that of their set."""
    kind = codebook.variables.at[name, "type"]
    parent = name if kind == "set" else str(codebook.variables.at[name, "set"])
    if parent:
        return _SET_LETTERS[str(codebook.variables.at[codebook.members(parent)[0], "type"])]
    if kind in ("single", "ordinal"):
        return "Y" if set(codebook.answers(name)["code"]) == _YES_NO else "L"
    if kind in ("number", "share"):
        return "N"
    return "T" if codebook.variables.at[name, "sensitivity"] == "free" else "S"


def _relevance(needed: Mapping[str, str] | None, codebook: Codebook) -> str:
    if needed is None:
        return "1"
    code = str(codebook.variables.at[needed["question"], "code"])
    return f'(({code}.NAOK == "{needed["answer"]}"))'


def _named_rows(variables: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    return [(str(name), row) for name, row in variables.iterrows()]


def _answers(variables: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    rows = []
    for name, variable in _named_rows(variables):
        if variable["set"] or type_letter(name, codebook) not in "LF":
            continue
        for order, level in enumerate(codebook.answers(name).to_dict("records"), start=1):
            labels = {f"label_{language}": level[f"label_{language}"] for language in LANGUAGES}
            rows.append({"question": variable["code"], "code": level["code"], "order": order, **labels})
    return pd.DataFrame(rows)
