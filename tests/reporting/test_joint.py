"""The joint display: a row per theme, cleared quotations only, words for verdict and convergence, and no number of interviews."""

import csv
import io
import re
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.languages import LANGUAGES
from helpers.data.opening import open_study
from helpers.integration.statements.display import joint_display
from helpers.reporting.joint import joint_items
from helpers.reporting.ledger import cleared_quotations, ledger_items, together_words
from helpers.reporting.page import Chapter
from helpers.reporting.quotes import publishable, quote_items, spoken_text
from helpers.reporting.wording import Wording
from helpers.running.gates import leak_problems, page_problems, quote_problems

KEY = "synthesis.joint"
KINDS = ("agree", "partial", "silent", "dissonant", "undecided")
VERDICTS = ("supported", "tendency", "open", "doubtful", "against")


@pytest.fixture(scope="module")
def studies():
    return {language: open_study(ROOT / "data" / "demo", language=language) for language in LANGUAGES}


def ledger(study, **more):
    """Statements whose verdicts and voices are set, not computed."""
    ids = study.claims["id"].drop_duplicates().reset_index(drop=True)
    places = range(len(ids))
    table = {
        "id": ids,
        "verdict": [VERDICTS[place % 5] for place in places],
        "voice": ["for"] * len(ids),
        "convergence": [KINDS[place % 4] for place in places],
    }
    return pd.DataFrame(table).assign(**more)


def display(study, **more):
    interviews = study.interviews
    return joint_display(study.claims, ledger(study, **more), cleared_quotations(study), interviews.codes, interviews.agreed_stances())


def published(study, table=None, **more):
    (item,) = joint_items(study, display(study, **more) if table is None else table, KEY)
    return item


def rows(item):
    """Of each row its head and its three cells."""
    return [
        (re.sub(r"<[^>]+>", "", head), *re.findall(r"<td[^>]*>(.*?)</td>", cells))
        for head, cells in re.findall(r'<tr role="row"><th role="rowheader" scope="row">(.*?)</th>(.*?)</tr>', item.html)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_of_a_statement_has_one_row(studies, language):
    study = studies[language]
    named = dict.fromkeys(code for cell in study.claims["codes"] for code in cell.split("|") if code)
    assert [row[0] for row in rows(published(study))] == [study.interviews.label(code, language).replace("&", "&amp;") for code in named]
    assert len(named) >= 10
    sources = [note.split(":")[0] for note in published(study).notes[-2:]]
    assert sources == [{"de": "Quelle", "en": "Source"}[language]] * 2, "the sheet in the workbook tells where both strands come from"


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_it_stand_the_statement_its_verdict_and_the_words_of_the_ledger(studies, language):
    study, words = studies[language], Wording(language)
    told = {row[0]: row for row in rows(published(study))}
    table = ledger(study).set_index("id")
    for code, name in (("contacts", "C05"), ("trust", "C10"), ("border_space", "C12")):
        _, survey, interviews, together = told[study.interviews.label(code, language)]
        assert study.claims.set_index("id").loc[[name], f"statement_{language}"].iloc[0] in survey
        assert f'href="#statement-{name.lower()}"' in survey
        assert words.say(f"certainty.{table.at[name, 'verdict']}").capitalize() in survey
        assert words.say("voice.for") in interviews
        kind, open_answers = table.at[name, "convergence"], table.at[name, "verdict"] == "open"
        partly = f"convergence.partial.{'answers' if open_answers else 'few'}"
        assert together == "<p>" + words.say(partly if kind == "partial" else f"convergence.{kind}") + "</p>"


def test_a_theme_of_two_statements_says_for_each_whether_the_strands_go_together(studies):
    study = studies["en"]
    claims = study.claims.assign(codes=study.claims["codes"].where(study.claims["id"].ne("C01"), "contacts"))
    told = {row[0]: row for row in rows(published(replace(study, claims=claims)))}
    _, survey, interviews, together = told["Existing contacts"]
    assert re.findall(r'href="#(statement-\w+)"', survey) == ["statement-c01", "statement-c05"]
    assert together == "<p>Statement 1: Survey and interviews agree.</p><p>Statement 5: Survey and interviews agree.</p>"
    assert interviews.count("<blockquote>") == 1 and interviews.count("speak mostly for it") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotations_are_as_spoken_and_translated_where_the_reader_needs_it(studies, language):
    html = published(studies[language]).html
    quotes = re.findall(r"<blockquote>(.*?)</blockquote>", html)
    assert len(quotes) >= 10
    assert all(quote.startswith('<p lang="de">') for quote in quotes)
    assert all(('class="translation"' in quote) == (language == "en") for quote in quotes)
    who = r"<footer>Interview \d+(, [^·<]+)? · [^<]+</footer>"
    assert all(re.search(who, quote) for quote in quotes)


def test_a_passage_that_is_not_cleared_is_not_shown(studies):
    """I11 gave no consent; the other passage was never chosen."""
    study = studies["de"]
    places = {"I11": (0, 400), "I06": (0, 300)}
    for document, (start, end) in places.items():
        table = display(study).assign(document=document, start=start, end=end, code="contacts")
        item = published(study, table)
        assert "<blockquote>" not in item.html
        assert item.html.count("Hierzu ist kein Zitat freigegeben.") == table["theme"].nunique()
        spoken = spoken_text(study.interviews, document, start, end)
        assert spoken[:40] and spoken[:40] not in item.html + item.csv


def test_where_too_few_speak_nothing_is_quoted(studies):
    study = replace(studies["de"], min_cell=15)
    assert "<blockquote>" not in published(study).html
    assert cleared_quotations(study).empty and len(cleared_quotations(studies["de"])) > 10


def chapter(*items):
    return Chapter(name="06", title="T", items=items, body="", methods="", limits="", tables="", sections=[])


def test_a_quotation_that_stands_elsewhere_too_counts_once(studies):
    study = studies["de"]
    elsewhere, own = chapter(*quote_items(study, study.interviews.quotations, "interviews.quotes")), chapter(published(study))
    assert quote_problems([elsewhere, own], per_interview=2) == quote_problems([elsewhere], per_interview=2) == []


def test_quotations_shown_here_count_towards_the_number_per_interview(studies):
    study = studies["de"]
    quoted = [(row[4], row[5]) for row in published(study).cells["data"] if row[5]]
    most = max(sum(interview == one for interview, _ in set(quoted)) for one, _ in quoted)
    assert most == 2
    assert quote_problems([chapter(published(study))], per_interview=1)
    # Numbers of interviews are the same here and where quotations stand alone.
    (alone, *_) = quote_items(study, study.interviews.quotations.head(1), "interviews.quotes")
    assert [(alone.cells["data"][0][2], alone.cells["data"][0][3])] == [
        (int(one), place) for one, place in quoted if place == alone.cells["data"][0][3]
    ]


def test_the_study_s_number_per_interview_holds_here(studies):
    study = studies["de"]
    quotes = study.settings.interviews.quotes.model_copy(update={"per_interview": 1})
    interviews = study.settings.interviews.model_copy(update={"quotes": quotes})
    strict = replace(study, settings=study.settings.model_copy(update={"interviews": interviews}))
    quoted = {(row[4], row[5]) for row in published(strict).cells["data"] if row[5]}
    assert len(quoted) == len({interview for interview, _ in quoted}) > 3
    assert quote_problems([chapter(published(strict))], per_interview=1) == []


def test_how_many_interviews_are_on_a_side_changes_nothing_that_is_shown(studies):
    study = studies["en"]
    few, many = (published(study, speak_for=number, speak_against=1, mixed=0, speak=number + 1, interviews=14) for number in (3, 11))
    assert few == many


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_holds_what_the_table_shows(studies, language):
    study = studies[language]
    item = published(study)
    written = list(csv.DictReader(io.StringIO(item.csv), delimiter=";" if language == "de" else ","))
    heads = {"de": ("Thema", "Zitat", "Urteil über die Aussage"), "en": ("Theme", "Quotation", "Verdict on the statement")}[language]
    shown = rows(item)
    assert len(written) == len(item.cells["data"]) >= len(shown)
    assert list(dict.fromkeys(line[heads[0]] for line in written)) == [row[0] for row in shown]
    assert all(line[heads[2]] for line in written)
    assert sum(bool(line[heads[1]]) for line in written) == item.html.count("<blockquote>")
    assert leak_problems([item.html, item.csv], study) == []
    assert page_problems(item.html, study) == []


def test_the_ledger_warns_of_agreement_and_the_table_warns_once(studies):
    study = studies["en"]
    said = "no independent confirmation"
    assert published(study).html.count(said) == 1
    numbers = {"count": None, "n": 48, "share": None, "low": None, "high": None, "effect": 0.3, "effect_low": 0.1, "effect_high": 0.5}
    found = {"option": "new_cooperation", "other": "existing_contacts", "verdict": "tendency", "probability": 0.9, "assumption": "population"}
    place = {"id": "C05", "part": 1, "kind": "association", "step": ""}
    for kind, times in (("agree", 1), ("partial", 0)):
        line = ledger(study, convergence=kind).query("id == 'C05'").assign(**place)
        (item,) = ledger_items(study, pd.DataFrame([place | found | numbers]), line, "synthesis.ledger")
        together = Wording("en").say("convergence.partial.few" if kind == "partial" else f"convergence.{kind}")
        assert item.html.count(said) == times and together in item.html


PARTLY = {("open", "for"): "answers", ("open", "against"): "answers", ("tendency", "mixed"): "voices", ("doubtful", "against"): "few"}


@pytest.mark.parametrize(("verdict", "voice"), PARTLY)
def test_where_the_strands_agree_in_part_it_is_said_which_one_leaves_the_question_open(studies, verdict, voice):
    row = SimpleNamespace(convergence="partial", verdict=verdict, voice=voice)
    assert together_words(row, Wording("de")) == Wording("de").say(f"convergence.partial.{PARTLY[verdict, voice]}")


def test_without_interviews_or_themes_there_is_no_table(studies):
    study = studies["de"]
    bare = replace(study, claims=study.claims.assign(codes=""))
    assert joint_items(bare, display(bare), KEY) == []
    nobody = replace(study.interviews, documents=study.interviews.documents.head(0), texts={})
    assert joint_items(replace(study, interviews=nobody), display(study), KEY) == []


def test_one_list_of_cleared_quotations_serves_the_whole_synthesis(studies):
    study = studies["de"]
    per_interview = study.settings.interviews.quotes.per_interview
    expected = publishable(study.interviews, study.interviews.quotations, k=study.min_cell, per_interview=per_interview)
    assert cleared_quotations(study).equals(expected)
