"""From every published number back to notebook, cell, input files and code."""

import csv
import json
import re
import shutil

import nbformat
import pandas as pd
import pytest

from conftest import ROOT
from helpers.data.opening import open_study
from helpers.data.problems import StudyError
from helpers.data.settings import read_settings
from helpers.reporting.items import Item
from helpers.reporting.publish import MIME
from helpers.reporting.tables import table_csv
from helpers.reporting.wording import Wording
from helpers.running import builds
from helpers.running.cli import main
from helpers.running.commands.outcome import DONE, STUDY_IS_WRONG
from helpers.running.gates import leak_problems, visible_text
from helpers.running.manifest import DELIMITERS, input_files, published, row_names
from helpers.running.trace import TraceError, lines, trace, values

DEMO = ROOT / "data" / "demo"
RANKS = "descriptives-sets-target-regions"


@pytest.fixture(scope="module")
def entries(demo_outputs):
    return json.loads((demo_outputs / "internal" / "manifest.json").read_text(encoding="utf-8"))["published"]


@pytest.fixture(scope="module")
def outputs(demo_outputs):
    return demo_outputs.parents[1]


@pytest.fixture
def doctored(demo_outputs, tmp_path):
    """The outputs of a demo whose manifest says something else."""

    def doctor(**changes):
        internal = tmp_path / "outputs" / "demo" / "latest" / "internal"
        internal.mkdir(parents=True)
        shutil.copy(demo_outputs / "internal" / "02_descriptives-en.ipynb", internal)
        made = json.loads((demo_outputs / "internal" / "manifest.json").read_text(encoding="utf-8"))
        kept = {name: value for name, value in {**made, **changes}.items() if value is not None}
        (internal / "manifest.json").write_text(json.dumps(kept), encoding="utf-8")
        return tmp_path / "outputs"

    return doctor


def table(latest, anchor, language):
    with (latest / "public" / "tables" / f"{anchor}-{language}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=DELIMITERS[language]))


def made_by(*items, source="publish_table(study, table, 'x')"):
    """An executed notebook with some items in its second cell."""
    shown = [{"data": {MIME: vars(item)}, "output_type": "display_data"} for item in items]
    quiet = {"cell_type": "code", "metadata": {}, "source": "study = 1", "outputs": []}
    return {"cells": [quiet, {"cell_type": "code", "metadata": {"tags": ["publish"]}, "source": source, "outputs": shown}]}


def small_table(language, answers):
    wording, columns = Wording(language), ["answer", "count", "n", "suppressed"]
    cells = pd.DataFrame([[answer, 7, 20, False] for answer in answers], columns=columns)
    return Item("table", "x", language, "", title=f"Title {language}", csv=table_csv(cells, wording), cells=cells.to_dict("split"))


def test_everything_in_the_report_has_an_entry_and_every_entry_its_place(demo_outputs, entries):
    tables = {path.name[:-7] for path in (demo_outputs / "public" / "tables").glob("*-de.csv")}
    assert {anchor for anchor, entry in entries.items() if entry["columns"]} == tables
    for language in ("de", "en"):
        page = (demo_outputs / "public" / f"report-{language}.html").read_text(encoding="utf-8")
        ids = set(re.findall(r'\sid="([^"]+)"', page))
        assert set(entries) <= ids
        shown = set(re.findall(r'<(?:figure id|div class="table" id)="([^"]+)"', page))
        assert shown == {anchor for anchor, entry in entries.items() if entry["kind"] in ("figure", "table")}
        assert len(shown) > 40


def test_columns_and_rows_of_every_entry_are_those_of_its_files(demo_outputs, entries):
    for anchor, entry in entries.items():
        assert entry["files"] == ([f"tables/{anchor}-{language}.csv" for language in ("de", "en")] if entry["columns"] else [])
        for language in ("de", "en") if entry["columns"] else ():
            head, *rows = table(demo_outputs, anchor, language)
            assert [words[language] for words in entry["columns"].values()] == head, anchor
            assert len(entry["rows"]) == len(set(entry["rows"])) == len(rows), anchor
            assert all(re.fullmatch(r"[\w.+-]+", name) for name in entry["rows"]), anchor


def test_every_number_of_a_chapter_leads_to_a_cell_that_publishes_it(demo_outputs, outputs, entries):
    chapter = [anchor for anchor, entry in entries.items() if entry["notebook"] == "02_descriptives.ipynb"]
    notebook = nbformat.read(ROOT / "notebooks" / "02_descriptives.ipynb", as_version=4)
    executed = nbformat.read(demo_outputs / "internal" / "02_descriptives-en.ipynb", as_version=4)
    assert len(chapter) > 20
    for anchor in chapter[::4]:
        origin = trace(anchor, DEMO, outputs=outputs)
        cell = notebook.cells[origin.current_cell - 1]
        assert cell.source == origin.source
        assert cell.metadata.tags == ["publish"]
        assert "publish_" in cell.source
    for anchor in chapter:
        cell = executed.cells[entries[anchor]["cell"] - 1]
        assert anchor in [output.data[MIME]["anchor"] for output in cell.outputs]


def test_what_was_published_under_a_key_is_what_the_files_say(demo_outputs, outputs, entries):
    found = values(trace(RANKS, DEMO, outputs=outputs))
    assert len(found) == len(entries[RANKS]["rows"]) * (len(entries[RANKS]["columns"]) - 1)
    for language in ("de", "en"):
        _, *rows = table(demo_outputs, RANKS, language)
        told = [texts[language] for texts in found.values()]
        assert told == [cell or {"•": "•", "": "x"}[row[-1]] for row in rows for cell in row[:-1]]
    name, head_de = entries[RANKS]["rows"][2], entries[RANKS]["columns"]["share"]["de"]
    whole = {f"{RANKS}/{name}/share": found[f"{RANKS}/{name}/share"]}
    for row, column in ((name, "share"), ("3", "share"), ("3", head_de), (name, entries[RANKS]["columns"]["share"]["en"])):
        origin = trace(f"{RANKS}/{row}/{column}", DEMO, outputs=outputs)
        assert (origin.key, origin.row, origin.column) == (f"{RANKS}/{name}/share", 3, "share")
        assert values(origin) == whole


def test_a_suppressed_number_is_told_as_suppressed(outputs, entries):
    found = values(trace("descriptives-cross-sector-group", DEMO, outputs=outputs))
    assert {"•"} < {texts["en"] for key, texts in found.items() if key.endswith("/share")}
    assert all(set(texts) == {"de", "en"} and "" not in texts.values() for texts in found.values())


def test_a_sentence_is_its_words_and_has_no_rows(outputs, entries):
    sentence = next(anchor for anchor, entry in entries.items() if entry["kind"] == "sentence")
    assert values(trace(sentence, DEMO, outputs=outputs)) == {sentence: entries[sentence]["title"]}
    with pytest.raises(TraceError, match="is of the kind 'sentence' and has no rows and columns"):
        trace(f"{sentence}/1/share", DEMO, outputs=outputs)


def test_the_manifest_tells_nothing_personal_and_no_values(entries):
    study = open_study(DEMO)
    assert leak_problems([json.dumps(entries, ensure_ascii=False)], study) == []
    known = {"notebook", "cell", "source", "kind", "title", "files", "columns", "rows"}
    assert all(set(entry) == known for entry in entries.values())
    # Beside each other stand themes and statements; a row of theirs bears the names of both, never of a quotation.
    named = {*study.interviews.codes["code"], *study.claims["id"]}
    rows = [row for entry in entries.values() if entry["kind"] == "quotes" for row in entry["rows"]]
    assert all(row.isdigit() or set(row.split(".")) <= named for row in rows)


def test_the_report_names_the_key_and_tells_how_to_trace(demo_outputs, entries):
    for language, word in (("de", "Schlüssel:"), ("en", "Key:")):
        page = (demo_outputs / "public" / f"report-{language}.html").read_text(encoding="utf-8")
        for anchor in (anchor for anchor, entry in entries.items() if entry["kind"] in ("figure", "table")):
            assert page.count(f'<p>{word} <a href="#{anchor}">{anchor}</a></p>') == 1
        data = visible_text(page[page.index('<section id="data"') :])
        assert "study trace" in data
        assert "datapackage.json" in data


def test_all_that_was_found_is_printed(outputs, entries):
    told = lines(trace(f"{RANKS}/1/share", DEMO, outputs=outputs), with_values=True)
    text = "\n".join(told)
    for said in (
        f"report-de.html#{RANKS}",
        f"tables/{RANKS}-en.csv, row 1, column 'Share'",
        f"tables/{RANKS}-de.csv, row 1, column 'Anteil'",
        "notebook    02_descriptives.ipynb, cell ",
        "    | publish_figure(",
        "resamples = ",
        "survey/responses.csv: unchanged",
        "still the current version",
        "pandas",
        "(de), 0.",
    ):
        assert said in text, said
    assert "  value" not in "\n".join(lines(trace(RANKS, DEMO, outputs=outputs)))


def test_input_files_that_changed_are_told(outputs, tmp_path):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    study = tmp_path / "data" / "demo"
    assert set(trace(RANKS, study, outputs=outputs).files.values()) == {"unchanged"}
    with (study / "frame.csv").open("a", encoding="utf-8") as frame:
        frame.write("\n")
    (study / "survey" / "responses.csv").unlink()
    transcript = min((study / "interviews" / "transcripts").iterdir())
    transcript.write_bytes(transcript.read_bytes() + b" ")
    origin = trace(RANKS, study, outputs=outputs)
    became = {name: state for name, state in origin.files.items() if state != "unchanged"}
    assert became == {"frame.csv": "changed", "survey/responses.csv": "missing", "interviews/": "changed"}
    text = "\n".join(lines(origin))
    assert "frame.csv: CHANGED since the report was made" in text
    assert "survey/responses.csv: MISSING now" in text
    (study / "study.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(StudyError):
        trace(RANKS, study, outputs=outputs)


def test_a_file_that_was_no_part_of_the_report_and_other_code_are_told(doctored, demo_outputs):
    made = json.loads((demo_outputs / "internal" / "manifest.json").read_text(encoding="utf-8"))
    files = {name: digest for name, digest in made["files"].items() if name != "frame.csv"}
    text = "\n".join(lines(trace(RANKS, DEMO, outputs=doctored(files=files, code="0123456789ab", commit="c0ffee"))))
    assert "frame.csv: NEW, was no part of the report" in text
    assert f"0123456789ab, changed since: now {made['code']}; commit c0ffee" in text


def test_a_cell_that_was_changed_since_is_told(outputs, tmp_path):
    notebooks = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks)
    path = notebooks / "02_descriptives.ipynb"
    notebook = nbformat.read(path, as_version=4)
    was = trace(RANKS, DEMO, outputs=outputs, notebooks=notebooks)
    assert was.current_code == was.made["code"]
    notebook.cells[was.current_cell - 1].source += "  # changed"
    nbformat.write(notebook, path)
    now = trace(RANKS, DEMO, outputs=outputs, notebooks=notebooks)
    assert (now.current_cell, now.source) == (0, was.source)
    assert "the cell is no longer there as it was" in "\n".join(lines(now))
    assert now.current_code not in ("", now.made["code"])
    path.unlink()
    gone = trace(RANKS, DEMO, outputs=outputs, notebooks=notebooks)
    assert gone.current_code == ""
    assert "a notebook of the report is gone" in "\n".join(lines(gone))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("descriptive-set-target-region", f"there is no published item 'descriptive-set-target-region'. Nearest: {RANKS}"),
        (f"{RANKS}/atlantis/share", f"there is no row of {RANKS} 'atlantis'. Nearest: "),
        (f"{RANKS}/0/share", f"there is no row of {RANKS} '0'. Nearest: "),
        (f"{RANKS}/1/shares", f"there is no column of {RANKS} 'shares'. Nearest: share"),
        (f"{RANKS}/1", f"the key of a number is {RANKS}/ROW/COLUMN. Columns: option, count, n, share"),
    ],
)
def test_an_unknown_key_names_the_nearest(outputs, key, said):
    with pytest.raises(TraceError, match=re.escape(said)):
        trace(key, DEMO, outputs=outputs)


def test_without_a_report_or_without_keys_it_says_so(doctored, tmp_path):
    with pytest.raises(TraceError, match="there is no report of 'demo' yet"):
        trace(RANKS, DEMO, outputs=tmp_path)
    with pytest.raises(TraceError, match="made by a version that gave no keys"):
        trace(RANKS, DEMO, outputs=doctored(published=None))


def test_the_command_and_its_exit_codes(outputs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(builds, "OUTPUTS", outputs)
    assert main(["trace", f"{RANKS}/1/share", "--value"]) == DONE
    assert f"value       {RANKS}/" in capsys.readouterr().out
    assert main(["trace", "nothing", "--study", "data/demo"]) == STUDY_IS_WRONG
    assert "there is no published item 'nothing'" in capsys.readouterr().err
    monkeypatch.setattr(builds, "OUTPUTS", tmp_path)
    assert main(["trace", RANKS]) == STUDY_IS_WRONG
    assert "there is no report of 'demo' yet" in capsys.readouterr().err


def test_keys_of_both_languages_become_one_entry():
    found = published(("01_x.ipynb", made_by(small_table(language, ["yes", "no"]))) for language in ("de", "en"))
    assert list(found) == ["x"]
    entry = found["x"]
    assert (entry["notebook"], entry["cell"], entry["kind"]) == ("01_x.ipynb", 2, "table")
    assert entry["title"] == {"de": "Title de", "en": "Title en"}
    assert entry["columns"]["count"] == {"de": "Anzahl", "en": "Number"}
    assert entry["rows"] == ["yes", "no"]
    assert published([("01_x.ipynb", made_by(small_table("en", ["yes"]), source="other"))])["x"]["source"] != entry["source"]


def test_rows_that_only_words_tell_apart_have_numbers():
    tables = [("01_x.ipynb", made_by(small_table(*one))) for one in (("de", ["ja", "nein"]), ("en", ["yes", "no"]))]
    assert published(tables)["x"]["rows"] == ["1", "2"]


def test_the_wave_before_is_an_input_too(tmp_path):
    shutil.copytree(DEMO, tmp_path / "now")
    shutil.copytree(ROOT / "data" / "demo-2024", tmp_path / "before")
    settings = read_settings(DEMO).model_copy(update={"previous": "../before"})
    found = input_files(tmp_path / "now", settings)
    assert found["before/frame.csv"] == [tmp_path / "before" / "frame.csv"]
    assert found["frame.csv"] == [tmp_path / "now" / "frame.csv"]
    assert {"study.yaml", "before/study.yaml", "survey/responses.csv", "claims.csv", "interviews/", "figures.csv"} <= set(found)
    assert not [name for name in input_files(DEMO, settings.model_copy(update={"previous": None})) if name.startswith("before")]


def test_rows_that_their_codes_do_not_tell_apart_have_numbers():
    assert row_names(small_table("en", ["yes", "no", "yes"])) == ["1", "2", "3"]
    assert row_names(small_table("en", ["1 / 2", "more_than+half"])) == ["1-2", "more_than+half"]
    assert row_names(small_table("en", [])) == []
