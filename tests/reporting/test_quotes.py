"""Quotations: consent, pseudonyms, few per interview, nothing from small groups, and nothing past the door."""

from dataclasses import replace

import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.opening import open_study
from helpers.reporting.items import Item
from helpers.reporting.page import Chapter
from helpers.reporting.quotes import publishable, quote_items, spoken_text
from helpers.running.gates import leak_problems, quote_problems


@pytest.fixture(scope="module")
def studies():
    return {language: open_study(ROOT / "data" / "demo", language=language) for language in ("de", "en")}


def passage(interviews, document, text, code="contacts"):
    """A quotation of exactly these words."""
    start = interviews.texts[document].index(text)
    return pd.DataFrame([{"document": document, "start": start, "end": start + len(text), "code": code, "text_en": "in English"}])


def published(study, quotations):
    return "".join(item.html for item in quote_items(study, quotations, "interviews.quotes"))


def test_the_demo_quotes_every_interview_with_consent_at_most_twice(studies):
    study = studies["de"]
    allowed = publishable(study.interviews, study.interviews.quotations, k=5, per_interview=2)
    assert len(allowed) == len(study.interviews.quotations)
    assert allowed["document"].value_counts().max() == 2
    assert "I11" not in set(allowed["document"])


def test_without_consent_nothing_is_quoted(studies):
    interviews = studies["de"].interviews
    first = interviews.quotations.head(1)
    silent = replace(interviews, documents=interviews.documents.assign(consent=interviews.documents["document"].ne(first["document"].item())))
    assert len(publishable(interviews, first, k=5, per_interview=2)) == 1
    assert publishable(silent, first, k=5, per_interview=2).empty


@pytest.mark.parametrize(("k", "stays"), [(14, True), (15, False)])
def test_a_theme_of_too_few_interviews_is_not_quoted(studies, k, stays):
    interviews = studies["de"].interviews
    contacts = interviews.quotations[interviews.quotations["code"].eq("contacts")].head(1)
    assert bool(len(publishable(interviews, contacts, k=k, per_interview=2))) == stays


def test_those_first_in_the_file_are_kept(studies):
    interviews = studies["de"].interviews
    two = interviews.quotations[interviews.quotations["document"].eq("I01")]
    assert publishable(interviews, two, k=5, per_interview=1)["start"].tolist() == [two["start"].min()]


def test_what_is_marked_appears_as_its_kind(studies):
    study = studies["de"]
    words = "ihr Schwager arbeitet bei [Firma: KANARIE-GGHD], und beim Geburtstag"
    html = published(study, passage(study.interviews, "I01", words))
    assert "bei [Firma], und" in html and "KANARIE" not in html


def test_a_passage_with_words_of_the_interviewer_is_refused(studies):
    study = studies["de"]
    text = study.interviews.texts["I01"]
    start = text.index("Das war nicht geplant.")
    quotation = pd.DataFrame([{"document": "I01", "start": start, "end": text.index("keine Strategie dahinter"), "code": "contacts", "text_en": ""}])
    with pytest.raises(ValueError, match="1 quotations, the first of them number 1, hold what the interviewer said"):
        quote_items(study, quotation, "interviews.quotes")


def test_two_paragraphs_of_one_answer_are_one_quotation(studies):
    interviews = studies["de"].interviews
    text = interviews.texts["I02"]
    start, end = text.index("die Kundschaft kennt man dort auf beiden Seiten."), text.index("Und was andere Cluster angeht") + 29
    assert spoken_text(interviews, "I02", start, end) == "die Kundschaft kennt man dort auf beiden Seiten. Und was andere Cluster angeht"


def test_original_and_translation_say_their_language(studies):
    quotation = passage(studies["en"].interviews, "I06", "Alles andere ist Lotterie.")
    english, german = published(studies["en"], quotation), published(studies["de"], quotation)
    assert '<p lang="de">„Alles andere ist Lotterie.“</p><p class="translation">Translation: “in English”</p>' in english
    assert "translation" not in german and "Alles andere ist Lotterie." in german


def test_beside_it_stand_role_and_number_only(studies):
    study = studies["de"]
    quotation = passage(study.interviews, "I06", "Alles andere ist Lotterie.")
    assert "<footer>Interview 6, Geschäftsstelle · Bestehende Kontakte</footer>" in published(study, quotation)
    rare = study.interviews.documents.assign(
        role_de=["Leitung" if name == "I06" else "Clustermanagement" for name in study.interviews.documents["document"]]
    )
    alone = replace(study, interviews=replace(study.interviews, documents=rare))
    assert "<footer>Interview 6 · Bestehende Kontakte</footer>" in published(alone, quotation)


def test_the_report_as_a_whole_keeps_to_the_number_per_interview(studies):
    study = studies["de"]

    def chapter(*words):
        items = [item for text in words for item in quote_items(study, passage(study.interviews, "I06", text), "interviews.quotes")]
        return Chapter(name="05", title="T", items=items, body="", methods="", limits="", tables="", sections=[])

    said = ["Alles andere ist Lotterie.", "Die, die zahlen.", "War das eine"]
    assert quote_problems([chapter(said[0], said[1]), chapter(said[0])], per_interview=2) == []
    three = [chapter(said[0], said[1], "Eigentlich vom ersten Tag an.")]
    assert quote_problems(three, per_interview=2) == ["1 interviews are quoted more than 2 times; choose fewer passages"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>Trickfilm, Spiele, Mode, ein paar Agenturen sind dabei</p>", "passages of interviews"),  # no consent
        ("<p>Bei uns sitzen Maschinenbaufirmen, die seit Jahrzehnten exportieren</p>", "passages of interviews"),  # consent, but not chosen
        ("<p>KANARIE-GGHD</p>", "identifiers"),
        ("<p>die Mitglieder sagen, wohin, und ich buche die Halle</p>", ""),  # chosen
        ("<p>Die Mitglieder, vor allem die zahlenden, geben Themen, Länder oder Vorhaben vor.</p>", ""),  # a definition
    ],
)
def test_nothing_but_cleared_quotations_leaves_the_interviews(studies, text, said):
    found = leak_problems([text], studies["de"])
    assert (said in found[0]) if said else found == []


def test_a_quotation_in_the_ledger_counts_like_one_that_stands_alone(studies):
    study = studies["de"]
    alone = quote_items(study, passage(study.interviews, "I06", "Alles andere ist Lotterie."), "interviews.quotes")[0]
    other = quote_items(study, passage(study.interviews, "I06", "Die, die zahlen."), "interviews.quotes")[0]
    ledger = Item("ledger", "ledger", "de", f"<table><tr><td>{other.html}{alone.html}</td></tr></table>")
    chapter = Chapter(name="06", title="T", items=[alone, ledger], body="", methods="", limits="", tables="", sections=[])
    assert quote_problems([chapter], per_interview=2) == []
    assert quote_problems([chapter], per_interview=1) == ["1 interviews are quoted more than 1 times; choose fewer passages"]
