"""Take the README's picture of the report: the demo, in English, as it opens on a desk."""

from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]

if __name__ == "__main__":
    report = ROOT / "outputs" / "demo" / "latest" / "public" / "report-en.html"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1200, "height": 980})
        page.goto(report.as_uri())
        page.screenshot(path=ROOT / "docs" / "report.png")
        chromium.close()
