from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.qualitative.dictionary.sentences import sentences


def told(text, *passage):
    return [text[start:end] for start, end in sentences(text, *passage)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ja. Nein! Wirklich? Gut", ["Ja.", "Nein!", "Wirklich?", "Gut"]),
        ("Wir waren z. B. in Linz, d. h. nebenan. Danach?", ["Wir waren z. B. in Linz, d. h. nebenan.", "Danach?"]),
        ("Am 3. März und im 12. Jahr. 2024 war das. Dann", ["Am 3. März und im 12. Jahr.", "2024 war das.", "Dann"]),
        ("Das kostet ca. Drei Mio. Euro bzw. Mehr. Aus", ["Das kostet ca. Drei Mio. Euro bzw. Mehr.", "Aus"]),
        ("Er sagte: „Komm!“ Dann ging er. (Pause.) So.", ["Er sagte: „Komm!“", "Dann ging er.", "(Pause.)", "So."]),
        ("Ich … weiß nicht… Doch ... aber ja", ["Ich … weiß nicht…", "Doch ... aber ja"]),
        ("ach! sagte sie. Öl fehlt. über uns", ["ach! sagte sie.", "Öl fehlt. über uns"]),
        ("Zeile eins\n\n  Zeile zwei \nDrei.", ["Zeile eins", "Zeile zwei", "Drei."]),
        ("Wirklich?! 😀 Ja", ["Wirklich?!", "😀 Ja"]),
        ("Version 1.2 und www.example.org bleiben ganz.", ["Version 1.2 und www.example.org bleiben ganz."]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_sentences_of_speech(text, expected):
    assert told(text) == expected


def test_a_passage_is_split_by_itself_and_keeps_the_places_of_the_text():
    text = "I: Was denn?\nB: Viel. Sehr viel.\nI: Aha."
    assert told(text, 16, 32) == ["Viel.", "Sehr viel."]
    assert list(sentences(text, 16, 32)) == [(16, 21), (22, 32)]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aAäÖ. !?…\n3„“()😀\u0308", max_size=60))
def test_sentences_hold_every_letter_once_and_in_order(text):
    spans = list(sentences(text))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(start < end and text[start:end] == text[start:end].strip() for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert not any("\n" in text[start:end] for start, end in spans)
