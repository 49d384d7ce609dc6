"""The coding desk as a researcher meets it: a real JupyterLab, a real browser, and the files afterwards."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.lab import menu, opened, parameter, serve, wait_for_kernel, wait_until
from helpers.data.interviews.codes import read_codes
from helpers.data.interviews.codings import read_codings
from workbench.study import FIRST, SECOND, place, write_study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk") / "study"
    write_study(folder)
    shutil.copy(ROOT / "data" / "demo" / "study.yaml", folder)
    return folder


@pytest.fixture(scope="module")
def page(browser, study):
    """A JupyterLab on a copy of the notebook, whose first cell names the study and a coder."""
    notebook = nbformat.read(ROOT / "notebooks" / "coding_desk.ipynb", as_version=4)
    nbformat.write(parameter(notebook, study_dir=str(study), coder="A", language="en"), study.parent / "coding_desk.ipynb")
    with serve(study.parent) as address, opened(browser, address("coding_desk")) as page:
        run_all(page)
        yield page


def run_all(page):
    wait_for_kernel(page)
    menu(page, "Run", "Run All Cells")
    page.wait_for_selector(".coding-desk .text p")


def own(study):
    codings = read_codings(study / "interviews" / "codings.csv")
    return [tuple(row) for row in codings[codings["coder"].eq("A")].drop(columns="coder").itertuples(index=False)]


def saved(study, *expected):
    wait_until(lambda: own(study) == sorted(expected), lambda: f"the file to hold {sorted(expected)}; it has {own(study)}")


def drag_over(page, words, meanwhile=lambda: None):
    """Select words with the mouse, from just before the first letter to just behind the last, with something happening while the button is down."""
    box = page.evaluate(
        """words => { const walker = document.createTreeWalker(document.querySelector('.coding-desk .text'), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) { const at = node.data.indexOf(words); if (at < 0) continue;
              node.parentElement.scrollIntoView({block: 'center'}); const range = document.createRange();
              range.setStart(node, at); range.setEnd(node, at + words.length); const { left, right, top, bottom } = range.getBoundingClientRect();
              return { left, right, middle: (top + bottom) / 2 }; } }""",
        words,
    )
    page.mouse.move(box["left"] + 0.5, box["middle"])
    page.mouse.down()
    page.mouse.move((box["left"] + box["right"]) / 2, box["middle"], steps=3)
    meanwhile()
    page.mouse.move(box["right"] - 0.5, box["middle"], steps=3)
    page.mouse.up()


def test_code_with_mouse_and_keyboard_undo_new_code_and_find_it_all_after_a_restart(page, study):
    market = ("I01", *place(FIRST, "Die Ma\u0308rkte waren fremd."), "markets")
    lasting = ("I01", *place(FIRST, "Vertrauen braucht Zeit."), "staff")
    slowly = ("I01", *place(FIRST, "nur langsam"), "patience")
    help_needed = ("I01", *place(FIRST, "Personal 👩‍👧 fu\u0308r Messen".replace("u\u0308", "ü")), "barriers")

    # The mouse: select behind an emoji and among decomposed umlauts, click a code.
    drag_over(page, "Die Ma\u0308rkte waren fremd.")
    page.click('.coding-desk [data-code="markets"] .row')
    saved(study, market)
    page.wait_for_selector(".coding-desk .text [data-marks]")
    assert page.locator(".coding-desk .text [data-marks]").inner_text() == "Die Ma\u0308rkte waren fremd."
    page.wait_for_selector('.coding-desk .status:text-matches("^1 codings by A · saved [0-9]{2}:[0-9]{2}$")')

    # The keyboard: a sentence with Space, its code by key; letters with Shift and arrows; Delete; undo and redo.
    page.locator(".coding-desk .text p", has_text="Vertrauen").click(position={"x": 120, "y": 12})
    page.keyboard.press("End")
    page.keyboard.press("Space")
    page.keyboard.press("s")
    page.keyboard.press("Delete")  # faster than the kernel: it waits for what it is to delete
    saved(study, market)
    page.keyboard.press("Control+z")
    saved(study, market, lasting)
    page.keyboard.press("Control+y")
    saved(study, market)
    page.keyboard.press("Control+z")
    saved(study, market, lasting)
    page.keyboard.press("Control+z")
    saved(study, market)
    page.keyboard.press("Control+y")
    saved(study, market, lasting)
    drag_over(page, "Personal")
    page.keyboard.press("Shift+ArrowRight")
    for _ in "👪 für Messen":
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("/")
    page.keyboard.type("barr")
    page.keyboard.press("Enter")
    saved(study, market, lasting, help_needed)

    # A new code, with the passage it is meant for.
    drag_over(page, "nur langsam")
    page.click(".coding-desk .add")
    page.keyboard.type("Patience")
    page.click('.coding-desk button:text-is("Create and apply")')
    page.wait_for_selector(".coding-desk .wrong:not(:empty)")
    page.fill(".coding-desk textarea[name=definition_en]", "Something takes its time.")
    page.click('.coding-desk button:text-is("Create and apply")')
    saved(study, market, lasting, help_needed, slowly)
    codes = read_codes(study / "interviews" / "codes.csv").set_index("code")
    assert tuple(codes.loc["patience", ["label_en", "definition_en", "origin"]]) == ("Patience", "Something takes its time.", "inductive")

    # Another transcript, and what somebody else writes meanwhile.
    page.click('.coding-desk .documents button:has-text("I02")')
    page.wait_for_selector('.coding-desk .text p:has-text("Geduld")')
    path = study / "interviews" / "codings.csv"
    path.write_text(path.read_text(encoding="utf-8") + "I02,0,9,staff,B\n", encoding="utf-8")
    drag_over(page, "Geduld")
    page.keyboard.press("m")
    saved(study, market, lasting, help_needed, slowly, ("I02", *place(SECOND, "Geduld"), "markets"))
    page.wait_for_selector('.coding-desk .notice:has-text("changed by somebody else")')
    assert read_codings(path)["coder"].value_counts().to_dict() == {"A": 5, "B": 2, "dictionary": 1}

    # Everything is there after a reload of the page and a new kernel.
    page.reload()
    wait_for_kernel(page)
    menu(page, "Kernel", "Restart Kernel…")
    page.click('.jp-Dialog button:has-text("Restart")')
    page.wait_for_selector(".jp-Dialog", state="detached")
    run_all(page)
    page.wait_for_function("document.querySelectorAll('.coding-desk .text [data-marks]').length === 4")
    page.wait_for_function("Array.from(document.querySelectorAll('.coding-desk .documents .count'), (one) => one.textContent).join() === '4,1'")
    assert page.locator('.coding-desk [data-code="patience"] .count').inner_text() == "1"
    before = own(study)
    page.locator(".coding-desk .text [data-marks]").first.click()
    page.click('.coding-desk .chip button[aria-label="Remove: Markets"]')
    saved(study, *(row for row in before if row != market))


def test_an_answer_that_comes_while_the_mouse_selects_leaves_the_selection_alone(page, study):
    path, before = study / "interviews" / "codings.csv", own(study)
    start, end = place(FIRST, "waren fremd")
    path.write_text(path.read_text(encoding="utf-8") + f"I01,{start},{end},markets,A\n", encoding="utf-8")
    page.evaluate("document.activeElement.blur()")
    drag_over(page, "ging es los", meanwhile=lambda: page.wait_for_timeout(800))  # the desk looks into its files as soon as it has the focus
    page.wait_for_selector('.coding-desk .text [data-marks]:text-is("waren fremd")')
    page.keyboard.press("m")
    saved(study, *before, ("I01", start, end, "markets"), ("I01", *place(FIRST, "ging es los"), "markets"))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing(page, theme):
    menu(page, "Settings", "Theme", theme)
    page.wait_for_function("light => document.body.dataset.jpThemeLight === light", arg=str(theme.endswith("Light")).lower())
    drag_over(page, "Wie fing es an?" if page.locator('.coding-desk p:has-text("Wie fing")').count() else "Was hilft?")
    page.click('.coding-desk button:text-is("Keys")')
    assert findings(page) == []
    page.click(".coding-desk .add")
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.click('.coding-desk button:text-is("Keys")')


def findings(page):
    return [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in Axe().run(page, context=".coding-desk").response["violations"]]


def test_every_part_is_reached_by_tab_and_the_text_stays_as_it_is(page):
    text = page.locator(".coding-desk .text")
    before = text.inner_text()
    text.click()
    page.keyboard.insert_text("typed")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+x")
    assert text.inner_text() == before
    page.locator(".coding-desk .documents button").first.focus()
    reached = set()
    for _ in range(14):
        reached.add(page.evaluate("document.activeElement.closest('.documents, .text, .find, .tree, .definition, .here')?.className ?? ''"))
        page.keyboard.press("Tab")
    assert {"documents", "text", "find", "tree", "definition"} <= reached


def test_keys_of_the_desk_are_not_jupyterlabs(page):
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    for part in (".coding-desk .tree [role=treeitem][tabindex='0']", ".coding-desk .documents button >> nth=0"):
        page.locator(part).focus()
        for key in ("x", "a", "d", "d"):
            page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.evaluate("document.activeElement.closest('.coding-desk') !== null")


def test_nothing_is_asked_of_other_machines_and_the_console_is_quiet(page):
    assert page.abroad == []
    assert page.complaints == []


def test_a_saved_notebook_holds_no_word_of_a_transcript(page, study):
    menu(page, "File", "Save Notebook")
    notebook = study.parent / "coding_desk.ipynb"
    wait_until(lambda: "widget-view" in notebook.read_text(encoding="utf-8"), lambda: "the notebook to be saved")
    kept = json.dumps(nbformat.read(notebook, as_version=4))
    assert "fremd" not in kept and "Geduld" not in kept
