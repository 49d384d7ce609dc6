"""No passage of an interview gets out, except the quotations that were cleared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.reporting.verbatim import RUN, verbatim_passages

SPOKEN = ["Ehrlich gesagt haben wir den Markt in Übersee nie wirklich verstanden, und dann kam auch noch der Zoll dazu."]


@pytest.mark.parametrize(
    "page",
    [
        "<p>haben wir den Markt in Übersee nie wirklich</p>",
        "<p>HABEN WIR den\n Markt <em>in</em> Übersee, nie wirklich</p>",
        "<p>haben wir den Markt in &Uuml;bersee nie wirklich</p>",
        '<img alt="haben wir den Markt in Übersee nie wirklich">',
        "haben wir den Markt in Übersee nie wirklich;12;3",
        "haben wir den Markt in U\u0308bersee nie wirklich",
    ],
)
def test_a_passage_is_found_however_it_is_written(page):
    assert verbatim_passages(page, SPOKEN) == 3


def test_fewer_words_than_a_run_are_everyday_language():
    assert verbatim_passages("und dann kam auch noch etwas anderes", SPOKEN) == 0


def test_a_cleared_quotation_may_be_published_and_no_word_more():
    cleared = ["haben wir den Markt in Übersee nie wirklich verstanden"]
    assert verbatim_passages("<blockquote>„haben wir den Markt in Übersee nie wirklich verstanden“</blockquote>", SPOKEN, cleared=cleared) == 0
    assert verbatim_passages("haben wir den Markt in Übersee nie wirklich verstanden, und dann kam", SPOKEN, cleared=cleared) == 3


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=RUN, max_size=30), st.data())
def test_any_run_of_what_was_said_is_found(words, data):
    start = data.draw(st.integers(0, len(words) - RUN))
    assert verbatim_passages(f"Anfang {' '.join(words[start : start + RUN])} Ende", [" ".join(words)]) >= 1
