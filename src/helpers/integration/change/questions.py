"""Questions: which of them can be compared between two waves, and which cannot, with the reason."""

from __future__ import annotations

import pandas as pd

from helpers.quantitative.columns import is_number

ONLY_BEFORE, ONLY_NOW, KIND, ANSWERS, WORDING = "only_before", "only_now", "kind", "answers", "wording"


def questions_apart(
    before: pd.DataFrame, now: pd.DataFrame, *, words_before: pd.Series | None = None, words_now: pd.Series | None = None
) -> pd.DataFrame:
    """Questions that are not compared between two waves.

    Parameters
    ----------
    before, now : DataFrame
        One row per respondent, one column per question; only the columns count.
    words_before, words_now : Series, optional
        How each question was put in each wave, index = column (see `question_words`); of questions in both.

    Returns
    -------
    DataFrame
        One row per question: ``question``, ``reason``: "only_before", "only_now" (asked in one wave only), "kind" (a number in one wave, a
        choice in the other), "answers" (other answers to choose from, or in another order), "wording" (put in other words). No row where
        all can be compared.

    Examples
    --------
    >>> before = pd.DataFrame({"plan": pd.Categorical(["yes"], categories=["yes", "no"]), "staff": [2.0]})
    >>> now = pd.DataFrame({"plan": pd.Categorical(["yes"], categories=["yes", "partly", "no"]), "budget": [1.0]})
    >>> questions_apart(before, now)
      question       reason
    0     plan      answers
    1    staff  only_before
    2   budget     only_now
    """
    reasons = {str(name): _reason(before[name], now[name]) if name in now else ONLY_BEFORE for name in before}
    reasons |= {str(name): ONLY_NOW for name in now if name not in before}
    if words_before is not None and words_now is not None:
        same = words_before.index.intersection(words_now.index)
        reworded = same[words_before[same].to_numpy() != words_now[same].to_numpy()]
        reasons |= {name: WORDING for name in reasons if not reasons[name] and name in reworded}
    rows = [(name, reason) for name, reason in reasons.items() if reason]
    return pd.DataFrame(rows, columns=["question", "reason"])


def comparable(before: pd.DataFrame, now: pd.DataFrame) -> list[str]:
    """Columns that hold the same choices in both tables, in the order of the later one; numbers are none.

    Raises
    ------
    ValueError
        If column names repeat.

    Examples
    --------
    >>> comparable(pd.DataFrame({"fairs": [True], "staff": [2.0]}), pd.DataFrame({"staff": [3.0], "fairs": [False]}))
    ['fairs']
    """
    if again := int(before.columns.duplicated().sum() + now.columns.duplicated().sum()):
        raise ValueError(f"{again} column names occur more than once in a wave; each question needs a name of its own")
    return [str(name) for name in now if name in before and _kind(now[name]) in ("ticks", "choice") and not _reason(before[name], now[name])]


def question_words(variables: pd.DataFrame, levels: pd.DataFrame, *, language: str) -> pd.Series:
    """How each question was put: the words of its set, its own, and those of its answers.

    Parameters
    ----------
    variables : DataFrame
        One row per variable, index = name: ``set`` (a variable, or ""), ``label_de``, ``label_en``.
    levels : DataFrame
        One row per answer: ``variable`` (or set), ``label_de``, ``label_en``, in their order.
    language : {"de", "en"}

    Returns
    -------
    Series
        Index = variable; one text per variable, a line for each part.

    Examples
    --------
    >>> variables = pd.DataFrame({"set": ["", ""], "label_en": ["A plan?", "Staff"]}, index=["plan", "staff"])
    >>> levels = pd.DataFrame({"variable": ["plan", "plan"], "label_en": ["yes", "no"]})
    >>> question_words(variables, levels, language="en").to_dict()
    {'plan': 'A plan?\\nyes\\nno', 'staff': 'Staff'}
    """
    label = f"label_{language}"
    answers = levels.groupby("variable", sort=False)[label].agg("\n".join)
    parents = variables["set"]
    parts = [parents.map(variables[label]), variables[label], parents.where(parents.isin(answers.index), parents.index.to_series()).map(answers)]
    texts = pd.concat([part.fillna("") for part in parts], axis=1)
    return texts.agg("\n".join, axis=1).str.strip("\n").rename("words")


def _reason(before: pd.Series, now: pd.Series) -> str:
    """Why two columns are not compared; "" where they can be."""
    if _kind(before) != _kind(now):
        return KIND
    same = _kind(now) != "choice" or list(before.cat.categories) == list(now.cat.categories)
    return "" if same else ANSWERS


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "ticks"
    if isinstance(column.dtype, pd.CategoricalDtype):
        return "choice"
    return "number" if is_number(column) else "text"
