"""The runner: two reports or none, and a message that names the place."""

import base64
import csv
import io
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from conftest import ROOT, public_files
from helpers.data.opening import open_study
from helpers.reporting.verbatim import verbatim_passages
from helpers.running.cli import main
from helpers.running.commands.outcome import LOCKED, RUN_FAILED, STUDY_IS_WRONG
from helpers.running.parameters import ParameterError
from helpers.running.report import Order, make_report
from helpers.running.runs import RunError

DEMO = ROOT / "data" / "demo"
GOOD = """from helpers import open_study
from helpers.quantitative.summaries import response_summary
from helpers.reporting.publish import publish_sentence
study = open_study(study_dir, language=language)
publish_sentence(study, "response.lead.{known}", response_summary(eligible=118, complete=44, partial=5), place="lead")"""


def order(notebooks, tmp_path, **more):
    return Order(DEMO, notebooks=notebooks, outputs=tmp_path / "outputs", **more)


def run(notebooks, tmp_path, **more):
    return make_report(order(notebooks, tmp_path, **more), tell=lambda line: None)


def test_the_demo_gives_two_reports_and_tables(demo_outputs):
    files = public_files(demo_outputs / "public")
    assert {"report-de.html", "report-en.html", "tables-de.xlsx", "tables-en.xlsx"} <= set(files)
    tables = {name[7:-7] for name in files if name.startswith("tables/") and name.endswith("-de.csv")}
    assert tables == {name[7:-7] for name in files if name.startswith("tables/") and name.endswith("-en.csv")}
    assert {"response-ledger", "descriptives-sets-target-regions", "descriptives-cross-size-class"} <= tables


def test_the_same_inputs_give_the_same_bytes(demo_outputs, tmp_path):
    # Alone, it takes nothing over from the other language.
    again = make_report(Order(DEMO, languages=("en",), outputs=tmp_path), tell=print)
    both = (public_files(folder / "public") for folder in (demo_outputs, again))
    first, second = ({name: content for name, content in files.items() if "-en." in name} for files in both)
    assert list(first) == list(second) and len(first) > 50
    assert [name for name in first if first[name] != second[name]] == []


def test_both_languages_publish_the_same_numbers(demo_outputs):
    tables = demo_outputs / "public" / "tables"
    for german in sorted(tables.glob("*-de.csv")):
        rows_de = list(csv.reader(io.StringIO(german.read_text(encoding="utf-8-sig")), delimiter=";"))
        rows_en = list(csv.reader(io.StringIO((tables / german.name.replace("-de.csv", "-en.csv")).read_text(encoding="utf-8-sig"))))
        numbers = [[re.sub(",", ".", cell) for cell in row if re.fullmatch(r"-?\d+(,\d+)?", cell)] for row in rows_de[1:]]
        assert numbers == [[cell for cell in row if re.fullmatch(r"-?\d+(\.\d+)?", cell)] for row in rows_en[1:]], german.name


def test_no_published_table_has_a_small_cell(demo_outputs):
    seen = 0
    for path in sorted((demo_outputs / "public" / "tables").glob("*-en.csv")):
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            if row.get("Number") and row.get("n"):
                seen += 1
                assert int(float(row["Number"])) >= 5, path.name
                assert (
                    int(float(row["n"])) == int(float(row["Number"])) or int(float(row["n"])) - int(float(row["Number"])) >= 5 or "Answer" in row
                ), path.name
    assert seen > 50


def test_the_workbook_has_a_sheet_per_table_and_says_synthetic(demo_outputs):
    book = openpyxl.load_workbook(demo_outputs / "public" / "tables-de.xlsx")
    assert len(book.sheetnames) == 1 + len(list((demo_outputs / "public" / "tables").glob("*-de.csv")))
    assert all("Synthetische Daten" in str(sheet["A2"].value) for sheet in book.worksheets[1:])


def test_a_canary_in_every_identifier_and_free_text_is_nowhere_in_public(tmp_path):
    study = tmp_path / "study"
    shutil.copytree(DEMO, study)
    shutil.copytree(DEMO.with_name("demo-2024"), tmp_path / "demo-2024")
    codebook = list(csv.DictReader((DEMO / "codebook.csv").open(encoding="utf-8")))
    secret = {row["code"] for row in codebook if row["sensitivity"] in ("identifier", "free")} - {""}
    responses = study / "survey" / "responses.csv"
    rows = list(csv.reader(io.StringIO(responses.read_text(encoding="utf-8-sig"))))
    units = {}
    for number, row in enumerate(rows[1:]):
        for place, head in enumerate(rows[0]):
            if head == "token":
                row[place] = units.setdefault(row[place], f"CANARY{len(units)}") if row[place] else ""
            elif head in secret:
                row[place] = f"CANARY text of row {number} in {head}"
    for file in ("frame.csv", "interviews/interviews.csv"):
        text = (study / file).read_text(encoding="utf-8")
        for token, canary in units.items():
            text = text.replace(token, canary) if token else text
        (study / file).write_text(text, encoding="utf-8")
    with responses.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    assert any("CANARY" in text for text in open_study(study).confidential)
    silent = open_study(study).interviews.texts["I11"]  # no consent to quote
    # In English, because there quotations stand in both languages; the chapters that tell of answers and of conversations.
    public = (
        make_report(
            Order(study, languages=("en",), only=("01", "02", "05", "06", "07"), parameters={"resamples": 300}, outputs=tmp_path / "outputs"),
            tell=print,
        )
        / "public"
    )
    assert len(list(public.rglob("*"))) > 10
    for path in public.rglob("*"):
        if path.is_file():
            held = everything_in(path).lower()
            assert b"canary" not in held and b"kanarie" not in held, path.name
            assert verbatim_passages(held.decode("utf-8", "ignore"), [silent]) == 0, path.name


def everything_in(path: Path) -> bytes:
    """The bytes of a file, of what it carries in base64, and of what is zipped in it."""
    raw = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return b"".join(book.read(name) for name in book.namelist())
    return raw + b"".join(base64.b64decode(found) for found in re.findall(rb"base64,([A-Za-z0-9+/=]+)", raw))


BAD = {
    "02_printed": (["publish"], "print('by the way')", "'publish' and shows something that did not go through the door (stream)"),
    "03_shown": (["publish"], "study_dir", "'publish' and shows something that did not go through the door (execute_result)"),
    "04_warned": ([], "import warnings; warnings.warn('careful')", "wrote to stderr"),
    "05_failed": ([], "1 / 0", "ZeroDivisionError: division by zero"),
}


def test_bad_cells_stop_the_run_and_are_named_all_at_once(write_notebook, tmp_path):
    folder = write_notebook("01_good", (["publish"], GOOD))
    run(folder, tmp_path)
    before = public_files(tmp_path / "outputs/demo/latest/public")
    for name, (tags, source, _) in BAD.items():
        write_notebook(name, (["publish"], GOOD), (tags, source))
    with pytest.raises(RunError, match="the last good report stays") as failed:
        run(folder, tmp_path)
    lines = str(failed.value).splitlines()
    for name, (_, _, said) in BAD.items():
        for language in ("de", "en"):
            assert [said in line for line in lines if line.startswith(f"{name} ({language}), cell 6")] == [True]
            assert (tmp_path / f"outputs/failed/demo/{name}-{language}.ipynb").is_file()
    assert public_files(tmp_path / "outputs/demo/latest/public") == before


def test_a_language_that_publishes_less_is_refused(write_notebook, tmp_path):
    folder = write_notebook("01_lopsided", (["publish"], GOOD.replace("publish_sentence(study", 'if language == "de": publish_sentence(study')))
    with pytest.raises(RunError, match="the two languages publish different things: response-lead"):
        run(folder, tmp_path)


def test_errors_do_not_quote_answers(write_notebook, tmp_path):
    secret = max(open_study(DEMO).confidential, key=len)
    with pytest.raises(RunError) as failed:
        run(write_notebook("01_quoting", ([], f"raise ValueError({secret!r})")), tmp_path)
    assert secret not in str(failed.value)
    assert "[withheld]" in str(failed.value)


def test_parameters_reach_the_notebook_and_unknown_ones_stop_everything(write_notebook, tmp_path):
    folder = write_notebook("01_good", (["publish"], GOOD), ([], "if resamples != 77: raise SystemError(resamples)"))
    run(folder, tmp_path, parameters={"resamples": 77})
    with pytest.raises(RunError, match="SystemError: 200"):
        run(folder, tmp_path)
    with pytest.raises(ParameterError, match="there is no parameter 'resample'"):
        run(folder, tmp_path, parameters={"resample": 77})


def test_a_partial_run_leaves_the_whole_report(write_notebook, tmp_path):
    folder = write_notebook("01_good", (["publish"], GOOD))
    run(folder, tmp_path)
    before = public_files(tmp_path / "outputs/demo/latest/public")
    link = run(folder, tmp_path, languages=("de",))
    assert link.name == "partial"
    assert sorted(path.name for path in (link / "public").glob("*.html")) == ["report-de.html"]
    assert public_files(tmp_path / "outputs/demo/latest/public") == before


def test_exit_codes_of_the_command(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == STUDY_IS_WRONG
    assert main(["run", str(tmp_path)]) == STUDY_IS_WRONG
    assert main(["run", str(DEMO), "-p", "resample", "10"]) == STUDY_IS_WRONG
    assert "there is no parameter 'resample'" in capsys.readouterr().err
    assert (RUN_FAILED, LOCKED) == (2, 3)
