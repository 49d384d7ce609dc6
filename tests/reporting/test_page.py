"""The page: what gets into a chapter, what is moved, and that nothing else does."""

from dataclasses import asdict, replace

import nbformat
import pandas as pd
import pytest

from conftest import ROOT
from helpers import open_study
from helpers.data.interviews.material import no_interviews
from helpers.reporting.items import Item, sentence_items, table_items
from helpers.reporting.ledger import finding_items
from helpers.reporting.page import bind_page, make_chapter
from helpers.reporting.publish import MIME

PROVENANCE = {"files": {"study.yaml": "0" * 64}, "versions": {"pandas": "3"}, "code": "abc"}


@pytest.fixture(scope="module")
def study():
    return open_study(ROOT / "data" / "demo", language="de")


def prose(text, *tags):
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)})


def code(*items, tags=("publish",)):
    outputs = [nbformat.v4.new_output("display_data", data={MIME: asdict(item), "text/html": item.html}) for item in items]
    return nbformat.v4.new_code_cell("secret_name = 1", metadata={"tags": list(tags)}, outputs=outputs)


def chapter(*cells):
    return make_chapter(nbformat.v4.new_notebook(cells=list(cells)), "02_example", "de")


@pytest.fixture
def items(study):
    summary = pd.DataFrame({"known": ["known"], "count": [49], "n": [118], "share": [49 / 118]})
    table = pd.DataFrame(
        {"question": "target_regions", "option": ["europe", "north_america"], "count": [37, 27], "n": 48, "share": [37 / 48, 27 / 48]}
    )
    (lead,) = sentence_items(study, "response.lead.{known}", summary, place="lead")
    (shares,) = table_items(study, table, "descriptives.set_table")
    return lead, shares


def test_only_prose_of_the_language_and_published_items(items):
    made = chapter(
        prose("# Titel", "de"),
        prose("# Title", "en"),
        prose("Deutsch.", "de"),
        prose("English.", "en"),
        prose("Nobody's."),
        code(items[1]),
        code(tags=()),
    )
    assert made.title == "Titel"
    assert "Deutsch." in made.body
    for absent in ("English.", "Nobody", "secret_name", "Titel"):
        assert absent not in made.body
    assert f'id="{items[1].anchor}"' in made.body
    assert "77,1" in made.body


def test_the_lead_opens_the_chapter_and_appendix_tables_leave_it(items):
    lead, shares = items
    appendix = Item(**{**asdict(shares), "place": "appendix"})
    made = chapter(prose("# T", "de"), prose("Text davor.", "de"), code(lead), code(appendix))
    assert made.body.index(lead.html) < made.body.index("Text davor.")
    assert appendix.html not in made.body
    assert made.tables == appendix.html


def test_methods_and_limits_go_to_the_appendix(items):
    made = chapter(prose("# T", "de"), code(items[0]), prose("So gerechnet.", "de", "methods"), prose("Das fehlt.", "de", "limits"))
    assert ("So gerechnet." in made.methods, "Das fehlt." in made.limits) == (True, True)
    assert "gerechnet" not in made.body


def test_sections_get_addresses_and_empty_ones_are_left_out(items):
    made = chapter(
        prose("# T", "de"), prose("## Voll", "de"), code(items[1]), prose("## Leer\nOhne Zahlen.", "de"), code(), prose("## Nur Text\nText.", "de")
    )
    assert made.sections == [("chapter-02-example-1", "Voll"), ("chapter-02-example-2", "Nur Text")]
    assert "Ohne Zahlen" not in made.body


def test_page_is_whole_and_says_what_is_missing(study, items):
    silent = replace(study, interviews=no_interviews(), claims=study.claims.head(0))
    page = bind_page(silent, [chapter(prose("# T", "de"), code(*items)), chapter(prose("# Leer", "de"))], provenance=PROVENANCE)
    assert page.startswith('<!DOCTYPE html>\n<html lang="de">')
    assert "Interviews liegen dieser Auswertung nicht zugrunde" in page
    assert ">Leer<" not in page
    assert '<a class="switch" href="report-en.html" hreflang="en" lang="en"' in page
    assert "Synthetische Daten." in page


def test_findings_link_to_the_first_figure_or_table_of_their_question(study, items):
    test = {"id": "C06", "part": 1, "kind": "ordering", "step": "first", "option": "europe", "other": "north_america", "count": 37, "n": 48}
    test |= {"share": 37 / 48, "effect": 0.23, "effect_low": 0.13, "effect_high": 0.35, "probability": 1.0, "assumption": "population"}
    ledger = study.claims[["id"]].drop_duplicates().assign(verdict="tendency", part=1, step="first")
    own = replace(study, claims=study.claims[study.claims["id"] == "C06"])
    (finding,) = finding_items(own, pd.DataFrame([test]), ledger)
    page = bind_page(study, [chapter(prose("# T", "de"), code(finding, items[1]))], provenance=PROVENANCE)
    assert f'<a href="#{items[1].anchor}">Zu den Zahlen' in page
    assert '<span class="certainty tendency">Tendenz</span>' in page
    assert "Von 48 Befragten nennen 79\u00a0% „Europa“" in page
