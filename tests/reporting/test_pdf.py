"""The print: tagged, with bookmarks, title and language; nothing where Chromium is missing or fails."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from browser.paper import bookmarks, is_tagged, require_chromium
from conftest import ROOT
from helpers import open_study
from helpers.data.interviews.material import no_interviews
from helpers.data.problems import StudyError
from helpers.reporting import charts
from helpers.reporting.items import figure_items, table_items
from helpers.reporting.page import bind_page, make_chapter
from helpers.reporting.pdf import CHROMIUM_NAMES, PrintError, find_chromium, print_pdf
from helpers.reporting.publish import MIME

PROVENANCE = {"files": {"study.yaml": "0" * 64}, "versions": {"pandas": "3"}, "code": "abc"}


def page_of(language):
    """A report of one chapter with a figure, a table and a table too wide for upright paper."""
    study = open_study(ROOT / "data" / "demo", language=language)
    shares = pd.DataFrame(
        {"question": "target_regions", "option": ["europe", "north_america"], "count": [37, 27], "n": 48, "share": [37 / 48, 27 / 48]}
    )
    shares = shares.assign(low=shares["share"] - 0.1, high=shares["share"] + 0.1)
    wide = shares.assign(rank=1.0, rank_low=1.0, rank_high=2.0, first=0.5, probability=0.5, weighted_share=0.5, frame_share=0.4, median=3.0, mean=4.0)
    items = figure_items(study, shares, charts.draw_shares, "descriptives.sets", each="question")
    items += [item for table in (shares, wide) for item in table_items(study, table, "descriptives.set_table")]
    prose = nbformat.v4.new_markdown_cell("# Kapitel\n## Abschnitt", metadata={"tags": [language]})
    outputs = [nbformat.v4.new_output("display_data", data={MIME: vars(item), "text/html": item.html}) for item in items]
    code = nbformat.v4.new_code_cell("", metadata={"tags": ["publish"]}, outputs=outputs)
    chapter = make_chapter(nbformat.v4.new_notebook(cells=[prose, code]), "02_example", language)
    alone = replace(study, interviews=no_interviews(), claims=study.claims.head(0))
    return bind_page(alone, [chapter], provenance=PROVENANCE)


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The page and its print, per language."""
    require_chromium()
    folder = tmp_path_factory.mktemp("print")
    for language in ("de", "en"):
        html = folder / f"report-{language}.html"
        html.write_text(page_of(language), encoding="utf-8")
        print_pdf(html, html.with_suffix(".pdf"))
    return folder


def text_of(pdf):
    """The words of a print, page by page."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext (poppler-utils) on this machine")
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return told.stdout.split("\f")[:-1]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_print_is_tagged_and_says_its_language_and_title(printed, language):
    content = (printed / f"report-{language}.pdf").read_bytes()
    assert is_tagged(content)
    assert f"/Lang ({language})".encode() in content
    html = (printed / f"report-{language}.html").read_text(encoding="utf-8")
    title = re.search("<title>(.*)</title>", html)
    assert title and "/Title ({})".format(title[1].replace("(", "\\(").replace(")", "\\)")).encode() in content
    assert b"/Alt" in content, "the figure has its text alternative"


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_bookmarks_are_the_headings(printed, language):
    html = (printed / f"report-{language}.html").read_text(encoding="utf-8")
    content = (printed / f"report-{language}.pdf").read_bytes()
    assert bookmarks(content) == len(re.findall(r"<h[1-6][ >]", html))


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_has_a_running_title_and_its_number(printed, language):
    pages = text_of(printed / f"report-{language}.pdf")
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"\b{number} ?/ ?{len(pages)}\s*$", page)
        assert {"de": "synthetische Daten", "en": "synthetic data"}[language] in page.strip().splitlines()[0]


def test_the_words_can_be_searched_and_what_paper_cannot_do_is_left_out(printed):
    words = " ".join(" ".join(text_of(printed / "report-de.pdf")).split())
    assert "Europa" in words and "77,1" in words
    for absent in ("Zum Inhalt springen", "Zahlen (CSV)", "Zu den Zahlen", "English"):
        assert absent not in words


def test_a_wide_table_lies_across_and_the_rest_keeps_its_size(printed):
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", (printed / "report-de.pdf").read_bytes())
    across = [float(width) > float(height) for width, height in boxes]
    assert 0 < sum(across) < len(across)
    assert {round(min(float(side) for side in box)) for box in boxes} == {595}, "A4"


def test_fonts_are_in_the_file_and_nothing_tells_when_and_where_it_was_made(printed):
    content = (printed / "report-de.pdf").read_bytes()
    assert b"/FontFile2" in content or b"/FontFile3" in content
    assert content.count(b"D:19800101000000") == 2
    assert b"Linux" not in content and b"Mozilla" not in content


def test_the_same_page_gives_the_same_bytes(printed, tmp_path):
    print_pdf(printed / "report-de.html", tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == (printed / "report-de.pdf").read_bytes()


def test_without_chromium_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(StudyError, match="this machine has none") as caught:
        find_chromium()
    (problem,) = caught.value.problems
    assert problem.remedy == "Install Chromium, or run without --pdf and print the HTML report from any browser."
    assert all(name in problem.allowed for name in CHROMIUM_NAMES)


def stand_in(folder, monkeypatch, script):
    """A program in the place of Chromium."""
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(program))


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo no display >&2; exit 3", "report.html: Chromium ended with code 3. It said: no display"),
        ("exit 0", "report.html: Chromium wrote no PDF. It said: nothing"),
        ('for one in "$@"; do case $one in --print-to-pdf=*) printf %%PDF-1.4 > "${one#*=}";; esac; done', "report.html: Chromium wrote no PDF"),
        ("exec sleep 30", "report.html: Chromium was still printing after 0.3 seconds and was stopped"),
    ],
)
def test_a_print_that_fails_leaves_nothing_behind(tmp_path, monkeypatch, script, said):
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(PrintError) as caught:
        print_pdf(Path(tmp_path / "report.html"), tmp_path / "report.pdf", seconds=0.3 if "sleep" in script else 30)
    assert said in str(caught.value)
    assert not (tmp_path / "report.pdf").exists()
