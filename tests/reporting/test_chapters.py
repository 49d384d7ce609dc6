"""What the chapters on indices and regression say: the wording follows the evidence, in both languages, and nothing small comes out."""

import re

import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.languages import LANGUAGES
from helpers.data.opening import open_study
from helpers.quantitative.regression.refusal import KINDS
from helpers.reporting.charts import draw_means, draw_points
from helpers.reporting.items import figure_items, sentence_items, table_items
from helpers.reporting.wording import entries


@pytest.fixture(scope="module")
def studies():
    return {language: open_study(ROOT / "data" / "demo", language=language) for language in LANGUAGES}


def explained(verdict, excess=0.11):
    numbers = {"share": 0.17, "by_chance": 0.06, "excess": excess, "excess_low": 0.01, "excess_high": 0.32, "detectable": 0.23}
    return pd.DataFrame([{"measure": "sector_part", "n": 46, "verdict": verdict, "outcome": "degree", **numbers}])


SAID = {
    ("de", "supported"): ("mehr als durch Zufall zu erwarten", "höchstens 5 von 100"),
    ("de", "tendency"): ("ein Zusammenhang, der Zufall sein kann", "in 5 bis 20 von 100"),
    ("de", "open"): ("lassen die Daten offen", "mindestens 23\N{NO-BREAK SPACE}% der übrigen"),
    ("en", "supported"): ("more than expected by chance", "at most 5 of 100"),
    ("en", "tendency"): ("which may be chance", "in 5 to 20 of 100"),
    ("en", "open"): ("the data leave open", "at least 23% of the remaining"),
}


@pytest.mark.parametrize(("language", "verdict"), SAID)
def test_sentences_change_with_the_evidence(studies, language, verdict):
    table = explained(verdict).rename(columns={"verdict": "found"})
    lead, sure = (sentence_items(studies[language], key, table)[0] for key in ("regression.lead.{found}", "regression.sure.{found}"))
    said = SAID[language, verdict]
    assert said[0] in lead.title and said[1] in sure.title
    assert lead.certainty == "" and "gestützt" not in lead.title + sure.title, "verdicts are passed on statements only"
    others = [words for (spoken, other), words in SAID.items() if spoken == language and other != verdict and words[0] not in said[0]]
    assert not any(words[1] in sure.title for words in others)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", ["supported", "tendency", "open"])
def test_headlines_change_with_the_evidence(studies, language, verdict):
    told = pd.DataFrame({"by": "sector_part", "measure": ["a", "b"], "points": [4.8, -9.9], "points_low": [-1.0, -16.0], "points_high": [10.0, -3.6]})
    told = told.assign(n=46, verdict=verdict)
    figures = figure_items(studies[language], told, draw_points, "regression.effects", each="by", variant="{verdict}", outcome="Grad")
    assert len(figures) == 1
    assert entries()[f"regression.effects.headline.{verdict}"][language].partition("}")[2] in figures[0].title
    assert verdict not in figures[0].csv and "supported" not in figures[0].html


def test_every_reason_for_which_a_model_is_refused_has_words():
    assert [kind for kind in KINDS if f"regression.refused.{kind}" not in entries()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_model_is_said_in_one_sentence(studies, language):
    (item,) = sentence_items(studies[language], "regression.{of}", pd.DataFrame({"of": ["refused.constant"], "groups": 0, "n": 49}), place="lead")
    assert item.title.count(":") == 1 and not re.search("constant|refused", item.title)


def test_no_mean_of_a_small_group_and_none_from_which_it_follows(studies):
    means = pd.DataFrame({"question": "degree", "by": "sector_group", "group": ["production", "mobility", "digital", "life"], "n": [4, 20, 15, 10]})
    (item,) = figure_items(
        studies["de"], means.assign(mean=[71.3, 52.4, 43.5, 34.6], points_low=1.0, points_high=99.0), draw_means, "indices.groups", each="question"
    )
    assert "71,3" not in item.html and "34,6" not in item.html
    assert "52,4" in item.html and "43,5" in item.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_effects_stand_in_the_words_of_the_study(studies, language):
    study = studies[language]
    effects = pd.DataFrame({"term": ["sector_group", "log(members)", "age"], "level": ["digital", "", ""], "points": [1.0, 2.0, 3.0], "n": 46})
    told = study.in_words(effects)
    assert told["by"].tolist() == ["sector_part", "membership_part", "membership_part"]
    expected = {"de": ["Digitales und Kreatives", "doppelt so viele Mitglieder", "zehn Jahre älter"]}
    expected["en"] = ["digital and creative", "twice as many members", "ten years older"]
    assert told["measure"].tolist() == expected[language]
    (table,) = table_items(study, told, "regression.coefficients")
    assert {"de": "Mitgliederstruktur", "en": "Membership structure"}[language] in table.html
    columns = study.in_words(pd.DataFrame({"term": ["sector_group"], "column": ["sector_group[T.life]"], "n": 46}))
    assert columns["measure"].tolist() == [{"de": "Gesundheit, Umwelt, Ernährung", "en": "health, environment, food"}[language]]
