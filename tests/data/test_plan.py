"""The plan in study.yaml: what is fixed before the data are seen, and what makes no sense there."""

import math

import pytest
from pydantic import ValidationError

from helpers.data.opening import open_study
from helpers.data.plan import Change, Index, Model, term_variable

WORDS = {"de": "a", "en": "a"}
ITEM = {"variable": "a", "low": 0, "high": 1}


def test_changes_are_amounts_or_factors():
    assert Change(term="log(members)", times=2, label=WORDS).by == pytest.approx(math.log(2))
    assert Change(term="age", plus=10, label=WORDS).by == 10


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"term": "log(members)", "plus": 1}, "'times' where the term is a logarithm"),
        ({"term": "age", "times": 2}, "'plus' elsewhere"),
        ({"term": "age"}, "'plus' elsewhere"),
        ({"term": "age", "plus": 0}, "a change of nothing"),
        ({"term": "log(members)", "times": 1}, "a change of nothing"),
        ({"term": "log(members)", "times": -2}, "greater than 0"),
    ],
)
def test_changes_that_make_no_sense(change, said):
    with pytest.raises(ValidationError, match=said):
        Change(label=WORDS, **change)


def test_a_change_needs_its_term():
    with pytest.raises(ValidationError, match="terms that the model does not have: age"):
        Model(outcome="degree", terms=["members"], changes=[{"term": "age", "plus": 1, "label": WORDS}])


def test_indices_are_formative_unless_said_otherwise():
    assert not Index(label=WORDS, items=[ITEM, ITEM]).reflective


def test_the_variable_of_a_term():
    assert [term_variable(term) for term in ("log(members)", "age")] == ["members", "age"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_study_knows_its_plan_in_words(language):
    study = open_study("data/demo", language=language)
    assert study.plan().label(language) == {"de": "Internationalisierungsgrad", "en": "degree of internationalisation"}[language]
    assert study.model_parts() == {"sector_part": ["sector_group"], "membership_part": study.plan().terms[1:]}
    assert study.changes()["log(members)"] == pytest.approx(math.log(2))
    assert list(study.index_items()) == ["degree", "potential"]
    assert study.codebook.label("membership_part", language) == {"de": "Mitgliederstruktur", "en": "membership structure"}[language]


def test_a_study_without_a_plan_says_so(tmp_path):
    study = open_study("data/demo")
    bare = study.settings.model_copy(update={"model": None, "indices": {}})
    object.__setattr__(study, "settings", bare)
    assert {"indices", "model"} <= set(study.absent())
    assert (study.plan().outcome, study.plan().terms, study.model_parts(), study.changes(), study.index_items()) == (None, [], {}, {}, {})
