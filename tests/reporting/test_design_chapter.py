"""What the chapter on design says of the verdicts: the words follow the numbers, in both languages, and nothing is said without a population."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.languages import LANGUAGES
from helpers.data.opening import open_study
from helpers.integration.statements.operating import KINDS
from helpers.integration.statements.power import power_summary, verdict_power, verdict_reach
from helpers.integration.statements.rule import VERDICTS
from helpers.reporting.charts.power import draw_power, power_in_words
from helpers.reporting.figures import draw_figure
from helpers.reporting.items import figure_items, sentence_items, table_items
from helpers.reporting.wording import Wording

EXACT = {"replicates": 200, "n": 49, "low": 0.1, "high": 0.9}


@pytest.fixture(scope="module")
def studies():
    return {language: open_study(ROOT / "data" / "demo", language=language) for language in LANGUAGES}


def line(kind, order, truth, supported, tendency):
    case = ("false", "leaning")[order] if order < 2 else "true"
    shares = {"supported": supported, "tendency": tendency, "open": 1 - supported - tendency, "doubtful": 0.0, "against": 0.0}
    told = {"kind": kind, "order": order, "case": case, "truth": truth, "willing": 2.0 if order == 1 else 1.0}
    return [{**told, "verdict": verdict, "share": share, **EXACT} for verdict, share in shares.items()]


def rates(wrongly=0.024, n=49):
    rows = line("majority", 0, 0.5, wrongly, 0.2) + line("majority", 1, 0.5, 0.0, 0.93) + line("majority", 2, 0.55, 0.1, 0.42)
    rows += line("majority", 3, 0.7, 0.4, 0.55) + line("importance", 0, 0.0, 0.01, 0.16) + line("importance", 1, 0.0, 0.01, 0.15)
    return pd.DataFrame(rows + line("importance", 2, 0.05, 0.2, 0.3) + line("importance", 3, 0.2, 0.6, 0.3)).assign(n=n)


def items(study, language, table):
    told = power_in_words(table, Wording(language))
    found = told[table["verdict"].isin(["supported", "tendency"])]
    numbers = power_summary(table).to_dict("index").get(0, {})
    drawn = figure_items(study, found, draw_power, "power.verdicts", **numbers)
    return drawn, table_items(study, told, "power.rates", spread="direction")


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL).replace("\N{NO-BREAK SPACE}", " "))


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_have_the_words_that_the_ledger_gives_them(language):
    words = Wording(language)
    assert [words.say(f"direction.{verdict}") for verdict in VERDICTS] == [words.say(f"certainty.{verdict}") for verdict in VERDICTS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_statement_has_words_for_what_it_is_and_what_is_true(language):
    words = Wording(language)
    table = pd.concat([pd.DataFrame(line(kind, 2, 0.1, 0.1, 0.2)) for kind in KINDS])
    told = power_in_words(table, words)
    assert all("10" in one for one in told["true_state"])
    assert len({words.say(f"statement.{kind}") for kind in KINDS}) == len(KINDS)
    assert all(": " in words.say(f"statement.{kind}") for kind in KINDS)


REACH = {
    ("de", "out"): ("Bei 49 Antworten von 118", "Erreichbar ist eine Tendenz"),
    ("de", "in"): ("mindestens 75", "nicht mehr überstimmen"),
    ("de", "unknown"): ("ist nicht bekannt", "lässt sich nicht berechnen"),
    ("de", "beyond"): ("Mehr Antworten (200)", "nicht berechnet"),
    ("en", "out"): ("With 49 answers of 118", "reached is a tendency"),
    ("en", "in"): ("at least 75", "could not outvote"),
    ("en", "unknown"): ("is not known", "cannot be computed"),
    ("en", "beyond"): ("more answers (200)", "not been computed"),
}


@pytest.mark.parametrize(("language", "reach"), REACH)
def test_what_can_be_supported_is_said(studies, language, reach):
    n, population = {"out": (49, 118), "in": (80, 118), "unknown": (49, None), "beyond": (200, 118)}[reach]
    study = replace(studies[language], population=population)
    (item,) = sentence_items(study, "power.reach.{reach}", verdict_reach(population, n))
    assert all(words in item.title for words in REACH[language, reach])
    others = [words for (spoken, other), words in REACH.items() if spoken == language and other != reach]
    assert not any(words[1] in item.title for words in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_give_the_numbers_of_the_simulation(studies, language):
    summary = power_summary(rates())
    found, wrong = (
        sentence_items(studies[language], key, summary)[0].title.replace("\N{NO-BREAK SPACE}", " ") for key in ("power.found", "power.wrong")
    )
    assert [float(number) for number in re.findall(r"\d+", found)] == [5, 50, 52, 20, 90, 95]
    assert re.findall(r"[\d.]+(?= ?%)", wrong.replace(",", ".")) == ["17", "22", "2.4", "93", "93"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figure_leads_with_how_often_it_is_wrong_and_says_how_many_surveys_it_rests_on(studies, language):
    (figure,), (table,) = items(studies[language], language, rates())
    (other,), _ = items(studies[language], language, rates(wrongly=0.051))
    assert re.findall(r"[\d.]+(?=\s?%)", figure.title.replace(",", ".")) == ["17", "22", "2.4"] and "5.1" in other.title.replace(",", ".")
    said = text(figure.html)
    assert {"de": "200 simulierte Befragungen", "en": "200 simulated surveys"}[language] in said
    assert {"de": "um bis zu 7 Prozentpunkte", "en": "up to 7 percentage points"}[language] in said
    assert not re.search(r"majority|importance|order|leaning", said + figure.csv + text(table.html) + table.csv)
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', table.html)
    assert heads[1:] == [Wording(language).say(f"certainty.{verdict}") for verdict in reversed(VERDICTS)]
    assert len(table.csv.splitlines()) == 1 + 8 * 5 and len(figure.csv.splitlines()) == 1 + 8 * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_population_nothing_is_drawn(studies, language):
    study = replace(studies[language], population=None)
    none = verdict_power(None, 49, distances=[0.1], willing=2, replicates=20, seed=1)
    assert items(study, language, none) == ([], [])
    assert sentence_items(study, "power.found", power_summary(none)) == []


def test_with_fewer_answers_than_may_be_shown_no_rate_is_shown(studies):
    (figure,), (table,) = items(studies["en"], "en", rates(n=4))
    assert "2.4" not in text(figure.html) and "2.4" not in text(table.html) and "42" not in table.csv


def drawing(table, language="en"):
    words = Wording(language)
    told = power_in_words(table, words).assign(suppressed=False)
    told = told.assign(
        statement=[words.say(f"statement.{kind}") for kind in table["kind"]], direction=[words.say(f"direction.{one}") for one in table["verdict"]]
    )
    return draw_figure(draw_power, told, wording=words, headline="H", subtitle="S", name="x")


def test_bars_are_as_high_as_the_rates_and_false_ones_are_marked():
    drawn = drawing(rates())
    for svg in (drawn.wide, drawn.narrow):
        written = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
        assert {"Majority", "22", "93", "52", "95", "50*", "0*", "55", "70"} <= set(written)
        assert all(f"var(--{name}" in svg for name in ("accent", "accent-soft", "warm", "warm-soft"))
    assert drawn.description.startswith("Majority: at least a tendency where false 22%, where those who speak for it answer more readily 93%")
    none_wrong = rates().assign(share=lambda table: np.where(table["order"].le(1), 0.0, table["share"]))
    bars = [svg[: svg.index("true, supported")] if "true, supported" in svg else svg for svg in (drawing(none_wrong).wide, drawn.wide)]
    assert bars[0].count("var(--warm-soft") < bars[1].count("var(--warm-soft")
