"""What must not be published stops the publication."""

import nbformat
import pytest

from conftest import ROOT
from helpers import open_study
from helpers.reporting.items import Item
from helpers.reporting.page import Chapter
from helpers.reporting.publish import MIME
from helpers.running.gates import chapter_problems, language_problems, leak_problems, notebook_problems, page_problems, visible_text


@pytest.fixture(scope="module")
def study():
    return open_study(ROOT / "data" / "demo", language="en")


def chapter(*items):
    return Chapter(name="01", title="T", items=items, body="", methods="", limits="", tables="", sections=[])


def item(anchor, cells=None):
    return Item("table", anchor, "en", "<p></p>", cells=cells or {})


def cell(*outputs, count=1, tags=("publish",)):
    return nbformat.v4.new_code_cell("x", metadata={"tags": list(tags)}, outputs=list(outputs), execution_count=count)


def test_a_clean_page_passes(study):
    assert page_problems("<html><body><p>87% of the respondents</p></body></html>", study) == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ('<script src="https://example.org/x.js"></script>', "would fetch something"),
        ('<img src="picture.png">', "would fetch something"),
        ('<link rel="stylesheet" href="style.css">', "would fetch something"),
        ("<style>@import 'x.css'</style>", "would fetch something"),
        ("<p>Traceback (most recent call last)</p>", "readers would see Traceback"),
        ("<p>SQ003</p>", "readers would see SQ003"),
        ("<td>nan</td>", "readers would see nan"),
        ("<p>target_regions</p>", "variable names: target_regions"),
        ('<p id="a"></p><p id="a"></p>', "ids that occur twice: a"),
        ("x" * 1_500_001, "allowed are 1,500,000"),
    ],
)
def test_what_a_reader_must_not_get(study, page, said):
    assert any(said in problem for problem in page_problems(page, study))


def test_data_uris_and_links_to_sources_pass(study):
    assert (
        page_problems(
            '<a href="https://example.org">source</a><a href="data:text/csv;base64,QQ==" download="a">A</a><link rel="icon" href="data:,">', study
        )
        == []
    )


def test_a_leak_is_counted_and_not_quoted(study):
    secrets = sorted(study.confidential, key=len)[-2:]
    (problem,) = leak_problems([f"<p>{secrets[0]}</p>", f"a,b\n{secrets[1].upper()},1"], study)
    assert problem.startswith("2 identifiers or free-text answers")
    assert not any(secret in problem for secret in secrets)
    assert leak_problems(["<p>nothing of the kind</p>"], study) == []


def test_notebook_gates():
    good = nbformat.v4.new_output("display_data", data={MIME: {}})
    stream = nbformat.v4.new_output("stream", name="stdout", text="hello")
    warning = nbformat.v4.new_output("stream", name="stderr", text="careful")
    error = nbformat.v4.new_output("error", ename="E", evalue="x", traceback=[])
    assert notebook_problems(nbformat.v4.new_notebook(cells=[cell(good), cell(stream, count=2, tags=())])) == []
    assert "did not go through the door (stream)" in notebook_problems(nbformat.v4.new_notebook(cells=[cell(good, stream)]))[0]
    assert "wrote to stderr" in notebook_problems(nbformat.v4.new_notebook(cells=[cell(warning, tags=())]))[0]
    assert "ended with an error" in notebook_problems(nbformat.v4.new_notebook(cells=[cell(error, tags=())]))[0]
    assert notebook_problems(nbformat.v4.new_notebook(cells=[cell(count=None)])) == ["cell 1: not run, or not in order"]
    assert notebook_problems(nbformat.v4.new_notebook(cells=[cell(count=2)])) == ["cell 1: not run, or not in order"]


def test_languages_must_match_and_anchors_be_unique():
    both = {"de": [chapter(item("a"), item("b"))], "en": [chapter(item("a"))]}
    assert language_problems(both) == ["the two languages publish different things: b"]
    assert language_problems({"de": [chapter(item("b"), item("a"))], "en": [chapter(item("a"), item("b"))]})
    assert language_problems({"de": [chapter(item("a"))], "en": [chapter(item("a"))]}) == language_problems({"de": [chapter(item("a"))]}) == []
    assert chapter_problems([chapter(item("a"), item("a"))], k=5) == ["published twice under the same name: a"]


def test_a_derivable_cell_is_found_across_tables():
    """One answer is withheld by hand, and its table still gives n and all other answers."""
    columns = ["question", "answer", "count", "n", "suppressed"]
    rows = [["q", "a", 30, 50, False], ["q", "b", 18, 50, False], ["q", "c", None, 50, True]]
    (problem,) = chapter_problems([chapter(item("t", {"columns": columns, "data": rows, "index": [0, 1, 2]}))], k=5)
    assert "1 suppressed cells could be derived" in problem


def test_visible_text_is_what_readers_see():
    assert visible_text("<style>a{}</style><script>b</script><p title='c'>d <b>e</b></p>") == "d e"
