"""``study run --pdf``: both reports on paper beside their pages, or, without Chromium, a word on what to do before anything runs."""

import json
import re
import shutil

import pytest

from browser.paper import bookmarks, is_tagged, pages, require_chromium
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG
from running.launched import stand_in, tiny_study

SHARES = """from helpers import open_study
from helpers.quantitative.shares import answer_shares
from helpers.reporting import charts
from helpers.reporting.publish import publish_figure
study = open_study(study_dir, language=language)
publish_figure(study, answer_shares(study.responses[["likes"]]), charts.draw_shares, "descriptives.headline", each="question")"""


@pytest.fixture
def small(tmp_path, write_notebook, monkeypatch):
    """A study of twelve answers, a notebook with one figure, and where their reports go."""
    stand_in(write_notebook("01_tiny", (("publish",), SHARES)), tmp_path / "outputs", monkeypatch.setattr)
    return tiny_study(tmp_path / "tiny"), tmp_path / "outputs"


def test_both_reports_are_printed_tagged_and_with_bookmarks(small, capsys):
    require_chromium()
    study, outputs = small
    assert main(["run", str(study), "--pdf"]) == DONE
    public = outputs / "tiny" / "latest" / "public"
    told = " ".join(capsys.readouterr().out.split())
    for language in ("de", "en"):
        content, html = (public / f"report-{language}.pdf").read_bytes(), (public / f"report-{language}.html").read_text(encoding="utf-8")
        assert 1 <= pages(content) <= 10
        assert is_tagged(content)
        assert bookmarks(content) == len(re.findall(r"<h[1-6][ >]", html)) > 5
        assert f"report-{language}.pdf" in told.replace(" ", "")
    described = json.loads((public / "datapackage.json").read_text(encoding="utf-8"))
    assert {"report-de.pdf", "report-en.pdf"} <= {resource["path"] for resource in described["resources"]}


def test_a_run_without_the_word_prints_nothing(small):
    study, outputs = small
    assert main(["run", str(study)]) == DONE
    assert sorted(path.suffix for path in (outputs / "tiny" / "latest" / "public").glob("report-*")) == [".html", ".html"]


def test_without_chromium_nothing_runs_and_the_user_is_told_what_to_do(small, capsys, monkeypatch):
    study, outputs = small
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *rest, **more: None if "chrom" in str(name).lower() or name == "msedge" else which(name))
    assert main(["run", str(study), "--pdf"]) == STUDY_IS_WRONG
    said = " ".join(capsys.readouterr().err.split())
    assert "the report is printed by Chromium, and this machine has none" in said
    assert "Install Chromium, or run without --pdf and print the HTML report from any browser." in said
    assert "Traceback" not in said and not outputs.exists()
