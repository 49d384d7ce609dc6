"""The first steps of a researcher: notebooks 00 and 02 in a real JupyterLab, in a real browser."""

import re
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.lab import PATIENCE, menu, opened, parameter, serve, wait_for_kernel, wait_until

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "data" / "demo")
CODE = ".jp-Notebook .jp-CodeCell"
ERRORS = ", ".join(f"{CODE} [data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("stderr", "error"))
FIGURES, TABLES = (f"{CODE} .jp-OutputArea-output {drawn}:visible" for drawn in ("figure .wide svg", ".table table"))
# JupyterLab draws only the cells in sight unless it is told otherwise.
WHOLE = '{"windowingMode": "none"}'


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    home = tmp_path_factory.mktemp("lab")
    for name in ("00_start_here", "02_descriptives"):
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        nbformat.write(parameter(notebook, study_dir=DEMO, resamples=200), home / f"{name}.ipynb")
    settings = home / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(WHOLE, encoding="utf-8")
    with serve(home) as address:
        yield address


@pytest.fixture(scope="module")
def start(browser, lab):
    with opened(browser, lab("00_start_here")) as page:
        run_all(page)
        yield page


def run_all(page):
    """Run all cells, and wait until each has a number of this run."""
    wait_for_kernel(page)
    before = max(numbers(page), default=0)
    menu(page, "Run", "Run All Cells")
    wait_until(lambda: finished(page, before), lambda: f"the cells to run; their numbers are {numbers(page)}", patience=2 * PATIENCE)


def numbers(page):
    """The numbers of the cells that have run, as they stand beside them."""
    prompts = page.locator(f"{CODE} .jp-InputArea-prompt").all_inner_texts()
    return [int(told[1]) for told in (re.fullmatch(r"\[(\d+)\]:", text) for text in prompts) if told]


def finished(page, before):
    """Whether all cells have run after a certain number, or one of them failed."""
    told = numbers(page)
    return (len(told) == page.locator(CODE).count() and min(told) > before) or (told and max(told) > before and errors(page) != [])


def errors(page):
    return page.locator(ERRORS).all_inner_texts()


def raw(page):
    """Outputs that show as nothing but the text of an object."""
    return page.locator(f"{CODE} .jp-OutputArea-output.jp-RenderedText").all_inner_texts()


def described(page):
    return page.locator(f"{CODE} .study-shown:has(svg), {CODE} .study-shown:has(.bar)").first


def set_parameter(page, name, value):
    """Type another value into the first cell, as somebody would: click into its line, to the end, and over it."""
    page.locator(f"{CODE} .cm-line", has_text=f"{name} = ").first.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(f"{name} = {value}  # tried out")


def test_the_first_notebook_runs_and_shows_the_study_a_question_and_tables(start):
    assert errors(start) == [] and raw(start) == []
    assert start.locator(".study-shown .title").first.inner_text().startswith("Internationalisation of cluster initiatives")
    told = described(start)
    assert "target_regions" not in told.inner_text()  # the first question with several answers is another one
    assert told.locator(".bar span").count() > 3 and told.locator(".bar span").first.bounding_box()["width"] > 5
    assert start.locator(".jp-RenderedHTMLCommon table.dataframe:visible").count() == 3


def test_nothing_is_asked_of_other_machines_and_the_console_is_quiet(start):
    assert start.abroad == []
    assert start.complaints == []


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_descriptions_are_readable_in_light_and_dark(start, theme):
    menu(start, "Settings", "Theme", theme)
    start.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str(theme.endswith("Light")).lower())
    found = Axe().run(start, context=".study-shown").response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in found if rule["id"] == "color-contrast"] == []


def test_a_changed_parameter_changes_what_is_shown(start):
    set_parameter(start, "described", '"members"')
    run_all(start)
    assert errors(start) == []
    told = described(start)
    assert told.locator(".title code").inner_text() == "members"
    assert told.locator("svg rect").count() > 3 and "49" in told.inner_text()


def test_a_wrong_name_shows_as_one_message(start):
    set_parameter(start, "described", '"member"')
    run_all(start)
    (shown,) = errors(start)
    assert re.fullmatch(r"UnknownName: .*'member'\. Is it one of these: members.*\?.*", shown.strip())


def test_the_descriptive_notebook_shows_figures_and_tables_and_follows_its_parameters(browser, lab):
    with opened(browser, lab("02_descriptives")) as page:
        run_all(page)
        assert errors(page) == [] and raw(page) == []
        figures, tables = page.locator(FIGURES), page.locator(TABLES)
        assert figures.count() >= 5 and tables.count() >= 5
        assert all(box["width"] > 200 and box["height"] > 80 for box in map(bounding_box, figures.all()))
        assert all(box["width"] > 200 and box["height"] > 80 for box in map(bounding_box, tables.all()))
        menu(page, "Settings", "Theme", "JupyterLab Light")  # whatever another test has left
        page.wait_for_function("document.body.dataset.jpThemeLight === 'true'")
        light = fills(page)
        menu(page, "Settings", "Theme", "JupyterLab Dark")
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        assert light.isdisjoint(fills(page))
        english, withheld = [*figures.all_text_contents(), *tables.all_text_contents()], hidden(page)
        set_parameter(page, "language", '"de"')
        set_parameter(page, "min_cell", "12")
        run_all(page)
        assert errors(page) == [] and raw(page) == []
        german = [*figures.all_text_contents(), *tables.all_text_contents()]
        assert len(german) == len(english) and not set(german) & set(english)
        assert hidden(page) > withheld > 0


def fills(page):
    """The colours in which figures write."""
    return set(page.locator(f"{FIGURES} text").evaluate_all("texts => texts.map(text => getComputedStyle(text).fill)"))


def bounding_box(element):
    return element.bounding_box()


def hidden(page):
    """How many numbers of the tables in sight are withheld."""
    return page.locator(f"{TABLES} abbr.suppressed").count()
