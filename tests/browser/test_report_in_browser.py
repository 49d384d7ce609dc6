"""The reports as readers meet them: in a browser, without a network, on a desk and on a phone, in the dark and on paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser.paper import pages

REPORTS = [(study, language) for study in ("demo", "rse") for language in ("de", "en")]
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
each_report = pytest.mark.parametrize(("study", "language"), REPORTS, ids=lambda value: value)


@pytest.fixture
def report(request):
    def path(study, language):
        return request.getfixturevalue(f"{study}_outputs") / "public" / f"report-{language}.html"

    return path


@pytest.fixture
def open_page(browser):
    """Open a file with the network off; every request beyond the file, and every message of the console, is noted."""
    contexts = []

    def open_one(path, viewport=DESK, **options):
        context = browser.new_context(viewport=viewport, accept_downloads=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.requests, page.messages = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.messages.append(message.text))
        page.on("pageerror", lambda error: page.messages.append(str(error)))
        context.set_offline(True)
        page.goto(path.resolve().as_uri())
        return page

    yield open_one
    for context in contexts:
        context.close()


@each_report
def test_no_request_no_message_no_sideways_scroll(report, open_page, study, language):
    page = open_page(report(study, language))
    for unfold in (False, True):
        page.evaluate("unfold => document.querySelectorAll('details').forEach(part => part.open = unfold)", unfold)
        for viewport in (DESK, PHONE, {"width": 320, "height": 600}):
            page.set_viewport_size(viewport)
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert [url for url in page.requests if not url.startswith("data:")][1:] == []
    assert page.messages == []


# Both languages and studies in each width and scheme at least once; a run over the whole page takes seconds.
LOOKS = [(*report, "light", DESK) for report in REPORTS] + [
    ("demo", "de", "dark", PHONE),
    ("rse", "en", "dark", PHONE),
    ("demo", "en", "light", PHONE),
]


@pytest.mark.parametrize(
    ("study", "language", "scheme", "viewport"), LOOKS, ids=lambda value: str(value["width"] if isinstance(value, dict) else value)
)
def test_axe_finds_nothing(report, open_page, study, language, scheme, viewport):
    page = open_page(report(study, language), viewport, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page)
    assert [(rule["id"], rule["nodes"][0]["html"][:150]) for rule in found.response["violations"]] == []


@each_report
def test_size_and_language(report, open_page, study, language):
    path = report(study, language)
    assert path.stat().st_size < 1_500_000
    page = open_page(path)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.locator("main").count() == page.locator("h1").count() == 1


@each_report
def test_a_phone_shows_a_finding_on_its_first_screen_and_unfolds_the_contents(report, open_page, study, language):
    page = open_page(report(study, language), PHONE)
    assert page.locator(".findings li").first.bounding_box()["y"] < PHONE["height"] - 100
    assert page.locator(".contents.beside").is_hidden() and page.locator(".contents.folded a").first.is_hidden()
    page.click(".contents.folded summary")
    page.click(".contents.folded a[href='#limits']")
    page.wait_for_function("Math.abs(document.getElementById('limits').getBoundingClientRect().top) < 60")


@each_report
def test_contents_and_evidence_links_arrive(report, open_page, study, language):
    page = open_page(report(study, language))
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(link => link.getAttribute('href').slice(1))")
    assert len(targets) > 10
    assert page.evaluate("names => names.filter(name => !document.getElementById(name))", targets) == []
    page.click(".contents.beside a[href='#methods']")
    page.wait_for_function("Math.abs(document.getElementById('methods').getBoundingClientRect().top) < 60")


def test_the_language_switch_works_both_ways(report, open_page):
    page = open_page(report("demo", "de"))
    page.click("a.switch")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("a.switch")
    assert page.evaluate("document.documentElement.lang") == "de"


@pytest.mark.parametrize("language", ["de", "en"])
def test_downloads_bring_the_files(report, open_page, language):
    page = open_page(report("demo", language))
    links = page.locator("#descriptives-sets-target-regions .downloads a")
    files = {}
    for place in range(links.count()):
        with page.expect_download() as waiting:
            links.nth(place).click()
        files[waiting.value.suggested_filename] = waiting.value.path().read_bytes()
    csv, svg = files[f"descriptives-sets-target-regions-{language}.csv"], files[f"descriptives-sets-target-regions-{language}.svg"]
    published = report("demo", language).parent / "tables" / f"descriptives-sets-target-regions-{language}.csv"
    assert csv == published.read_bytes()
    assert svg.startswith(b"<svg") or svg.startswith(b"<?xml")
    assert ("Synthetische Daten" if language == "de" else "Synthetic data").encode() in svg


@pytest.mark.parametrize("language", ["de", "en"])
def test_synthetic_is_said_on_the_page_and_in_every_figure(report, open_page, language):
    page = open_page(report("demo", language))
    words = {"de": "Synthetische Daten", "en": "Synthetic data"}[language]
    assert words in page.locator(".banner").inner_text()
    drawn = page.eval_on_selector_all("figure svg", "pictures => pictures.map(picture => picture.textContent)")
    assert len(drawn) > 20
    assert all(words in text for text in drawn)


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_real_study_is_not_called_synthetic(report, language):
    assert not re.search("synthetic|synthetisch", report("rse", language).read_text(encoding="utf-8"), re.IGNORECASE)


@each_report
def test_every_figure_has_title_description_table_and_downloads(report, open_page, study, language):
    page = open_page(report(study, language))
    lacking = page.eval_on_selector_all(
        "figure",
        """figures => figures.filter(figure => !(figure.querySelector('svg title') && figure.querySelector('svg desc')
           && figure.querySelector('details table caption') && figure.querySelectorAll('.downloads a').length === 2
           && figure.querySelector('h4').textContent.trim())).map(figure => figure.id)""",
    )
    assert lacking == []


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_one_drawing_is_shown_and_its_text_is_at_least_12_pixels_on_a_phone(report, open_page, viewport):
    page = open_page(report("demo", "de"), viewport)
    count = "figures => figures.map(figure => [...figure.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0).length)"
    shown = page.eval_on_selector_all("figure", count)
    assert set(shown) == {1}
    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll('figure svg')].filter(svg => svg.getBoundingClientRect().width > 0).map(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return Math.min(...[...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale)); }))"""
    )
    assert smallest >= 12


@pytest.mark.parametrize("language", ["de", "en"])
def test_print_view_has_pages_with_title_and_numbers_and_no_navigation(report, open_page, tmp_path, language):
    page = open_page(report("demo", language))
    page.emulate_media(media="print")
    assert not any(part.is_visible() for part in page.locator(".contents").all())
    assert page.locator(".downloads").first.is_hidden()
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True, print_background=True)
    assert 8 <= pages(paper.read_bytes()) <= 80


def test_keyboard_first_stop_is_the_skip_link(report, open_page):
    page = open_page(report("demo", "en"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
