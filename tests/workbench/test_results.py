"""Where the results of a study are: links from the notebook to what the last run published."""

import datetime
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

import helpers
from helpers.workbench.results import results

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study():
    return helpers.open_study(ROOT / "data" / "demo", language="en", waves=1)


def test_links_lead_from_the_notebook_to_the_files(study, tmp_path, monkeypatch):
    public = tmp_path / "outputs" / "demo" / "latest" / "public"
    (public / "tables").mkdir(parents=True)
    for name in ("report-en.html", "a & b.csv"):
        (public / name).write_text("x", encoding="utf-8")
        os.utime(public / name, (0, datetime.datetime(2026, 3, 7, 12).timestamp()))
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    told = results(study, outputs=tmp_path / "outputs")
    links = ElementTree.fromstring(f"<div>{told._repr_html_()}</div>").findall(".//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("a & b.csv", "../outputs/demo/latest/public/a%20%26%20b.csv"),
        ("report-en.html", "../outputs/demo/latest/public/report-en.html"),
    ]
    assert "Published on 7 March 2026, in outputs/demo/latest/public" in told._repr_html_()
    assert repr(told).splitlines()[1:] == [str(public / name) for name in ("a & b.csv", "report-en.html")]


def test_before_the_first_run_it_says_how_to_get_there(study, tmp_path):
    told = results(study, outputs=tmp_path)
    assert repr(told) == "Nothing published yet. In a terminal: study run data/demo"
    assert "study run data/demo" in told._repr_html_() and "<a" not in told._repr_html_()
