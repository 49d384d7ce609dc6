"""What cannot be compared is told, with the reason."""

import pandas as pd
import pytest

from helpers.integration.change.questions import comparable, question_words, questions_apart


def choice(*answers):
    return pd.Series(pd.Categorical([answers[0]], categories=list(answers)))


BEFORE = pd.DataFrame({"plan": choice("yes", "no"), "scale": choice("a", "b"), "fairs": [True], "staff": [2.0], "old": [True], "odd": [1.0]})
NOW = pd.DataFrame({"new": [1.0], "plan": choice("yes", "no"), "scale": choice("b", "a"), "fairs": [False], "staff": [3.0], "odd": choice("1", "2")})


def test_reasons():
    table = questions_apart(BEFORE, NOW)
    assert dict(table.to_numpy().tolist()) == {"scale": "answers", "old": "only_before", "odd": "kind", "new": "only_now"}
    assert comparable(BEFORE, NOW) == ["plan", "fairs"]
    assert questions_apart(BEFORE, BEFORE).empty
    assert list(questions_apart(BEFORE, BEFORE)) == ["question", "reason"]


def test_reworded_questions_are_told_unless_they_differ_in_more():
    first = pd.Series({"plan": "A plan?", "fairs": "Fairs", "scale": "How?"})
    later = pd.Series({"fairs": "Fairs", "scale": "How so?", "plan": "A written plan?", "elsewhere": "x"})
    table = questions_apart(BEFORE, NOW, words_before=first, words_now=later)
    assert dict(table.to_numpy().tolist()) == {"plan": "wording", "scale": "answers", "old": "only_before", "odd": "kind", "new": "only_now"}


def test_words_hold_set_question_and_answers():
    variables = pd.DataFrame({"set": ["", "views", ""], "label_de": ["Inwieweit?", "Kontakte", "Plan?"]}, index=["views", "contacts", "plan"])
    levels = pd.DataFrame({"variable": ["views", "views", "plan"], "label_de": ["wenig", "viel", "ja"]})
    words = question_words(variables, levels, language="de")
    assert words.to_dict() == {"views": "Inwieweit?\nwenig\nviel", "contacts": "Inwieweit?\nKontakte\nwenig\nviel", "plan": "Plan?\nja"}
    changed = question_words(variables, levels.replace("viel", "sehr viel"), language="de")
    assert words[words != changed].index.tolist() == ["views", "contacts"]


def test_repeated_columns_are_refused():
    with pytest.raises(ValueError, match="1 column names occur more than once"):
        comparable(BEFORE, NOW[["plan", "plan"]])
