"""What a researcher sees of a variable, a question or an index in JupyterLab."""

import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import papermill
import pytest
from IPython.core.completer import IPCompleter
from IPython.core.oinspect import Inspector
from nbclient import NotebookClient
from papermill.exceptions import PapermillExecutionError

import helpers
from helpers.data.problems import StudyError
from helpers.data.study import Study

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def study():
    return helpers.open_study(ROOT / "data" / "demo", language="en")


@pytest.fixture(scope="module")
def german():
    return helpers.open_study(ROOT / "data" / "demo", language="de")


def test_what_opens_a_study_gives_one_that_describes_itself(study):
    assert isinstance(study, helpers.Study)
    assert isinstance(study, Study)
    assert repr(study).startswith("Study 'Internationalisation")


def test_answers_stand_in_their_order_with_counts_and_shares(study):
    levels = study.describe("importance").levels
    counted = Counter(study.responses["importance"].dropna())
    assert levels["answer"].tolist() == ["Very low", "Low", "Medium", "High", "Very high"]
    assert levels["count"].tolist() == [counted[code] for code in study.responses["importance"].cat.categories]
    assert levels["share"].tolist() == pytest.approx([count / sum(counted.values()) for count in levels["count"]])


def test_ticks_are_shares_of_those_who_answered_the_question(study):
    told = study.describe("target_regions")
    boxes = study.answers("target_regions").astype(object).where(study.answers("target_regions").notna(), None)
    answered = [row for row in boxes.to_numpy().tolist() if any(tick is not None for tick in row)]
    ticked = [sum(row[place] or 0 for row in answered) for place in range(len(study.codebook.members("target_regions")))]
    assert told.levels["count"].tolist() == ticked
    assert told.levels["share"].tolist() == pytest.approx([count / len(answered) for count in ticked])
    assert told.facts == ["question C1", f"{len(answered)} of {len(study.responses)} respondents answered"]


def test_gaps_are_told_by_reason(study, german):
    reasons = Counter(reason for reason in study.missing["strategy"].astype(str) if reason)
    assert set(reasons) == {"skipped", "dont_know"}  # levels.csv declares 'dk' of B3 as dont_know
    told = study.describe("strategy").missing.set_index("reason")["count"].to_dict()
    assert told == {"shown, not answered": reasons["skipped"], "Don’t know": reasons["dont_know"]} or told == {
        "shown, not answered": reasons["skipped"],
        "Don't know": reasons["dont_know"],
    }
    assert "gezeigt, nicht beantwortet" in german.describe("strategy").missing["reason"].tolist()


def test_what_was_not_shown_is_not_called_skipped(study):
    told = study.describe("measures").missing.set_index("reason")["count"]
    rows = study.missing[study.codebook.members("measures")].astype(str)
    assert told["not shown"] == sum(all(reason == "not_shown" for reason in row) for row in rows.itertuples(index=False))


def test_numbers_are_summarised_as_the_standard_library_does(study):
    values = study.responses["members"].dropna().tolist()
    told = study.describe("members").levels.iloc[0]
    quartiles = statistics.quantiles(values, n=4, method="inclusive")
    assert told[["quarter", "median", "three_quarters"]].tolist() == pytest.approx(quartiles)
    assert told[["n", "mean", "deviation"]].tolist() == pytest.approx([len(values), statistics.mean(values), statistics.stdev(values)])
    assert told[["least", "most"]].tolist() == [min(values), max(values)]


def test_an_index_is_described_by_its_scores(study):
    answers = study.responses
    places = {name: answers[name].cat.codes.where(answers[name].notna()) + 1 for name in ("contact_frequency", "commitment")}
    ends = {
        **{"target_countries": (0, 15), "international_projects": (0, 8), "effort_share": (0, 0.3), "active_members_share": (0, 0.6)},
        **{"contact_frequency": (1, 5), "commitment": (1, 5)},
    }
    scores = []
    for row in answers.index:
        points = [((places.get(name, answers[name])[row]) - low) / (high - low) for name, (low, high) in ends.items()]
        known = [100 * min(max(float(point), 0), 1) for point in points if point == point]
        scores += [statistics.mean(known)] if len(known) >= 3 else []
    assert study.describe("degree").levels["median"].item() == pytest.approx(statistics.median(scores))


def test_every_name_shows_in_both_languages_and_nothing_confidential_does(study, german):
    secrets = [text for text in study.confidential if len(text) > 7]
    assert secrets
    names = study.describe.names()
    shown = [study._repr_html_(), study.describe._repr_html_(), *(study.describe(name)._repr_html_() for name in names)]
    shown += [german._repr_html_(), german.describe._repr_html_(), *(german.describe(name)._repr_html_() for name in names[::7])]
    texts = [repr(study.describe), *(repr(study.describe(name)) for name in names[::7])]
    for page in shown:
        ElementTree.fromstring(f"<div>{page}</div>")
    assert not any(secret in page for secret in secrets for page in (*shown, *texts))
    assert "49 Antworten von 118 Einheiten" in german._repr_html_()


def test_labels_are_text_and_never_markup(study):
    variables = study.codebook.variables.copy()
    variables.loc["importance", "label_en"] = "<script>alert(1)</script>"
    spoiled = replace(study, codebook=replace(study.codebook, variables=variables))
    assert "<script>" not in spoiled.describe("importance")._repr_html_() + spoiled.describe._repr_html_()


@pytest.mark.parametrize(
    ("wrong", "near"), [("target_region", "target_regions"), ("Importance", "importance"), ("regions", "target_regions"), ("degre", "degree")]
)
def test_a_wrong_name_is_answered_with_the_nearest_ones(study, wrong, near):
    with pytest.raises(StudyError, match=f"no variable, question or index '{wrong}'") as caught:
        study.describe(wrong)
    assert near in str(caught.value).split("Is it one of these: ")[1].split("?")[0].split(", ")


def test_a_wrong_attribute_is_answered_with_the_nearest_ones_too(study):
    assert not hasattr(study.describe, "target_region")
    with pytest.raises(StudyError, match="Is it one of these: target_regions"):
        _ = study.describe.target_region


def test_help_speaks_of_the_name_and_not_of_how_it_is_made(study):
    shown = Inspector(theme_name="nocolor").info(study.describe, oname="study.describe")
    assert "name : str" in shown["docstring"] and "index_scores" not in shown["docstring"] + (shown["init_docstring"] or "")
    assert shown["string_form"] == "109 variables, questions and indices"


def test_a_name_like_no_other_is_not_guessed_at(study):
    with pytest.raises(StudyError, match=r"index 'zzz'\. study\.describe lists all names\."):
        study.describe("zzz")


@pytest.mark.parametrize("typed", ["study.describe.target_reg", "study.describe['target_reg"])
def test_names_complete_with_tab(study, typed):
    completer = IPCompleter(namespace={"study": study}, use_jedi=False)
    assert "target_regions" in "".join(completer.complete(typed)[1])
    assert study.describe.target_regions.name == study.describe["target_regions"].name == "target_regions"


def test_opening_the_package_loads_no_slow_library():
    code = "import sys, helpers; print(sorted({'matplotlib', 'scipy', 'statsmodels', 'seaborn', 'IPython'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_a_wrong_study_shows_as_its_message_and_a_bug_as_its_traceback():
    cells = [nbformat.v4.new_code_cell(source) for source in ("from helpers import open_study\nopen_study('nowhere')", "1 / 0")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
    NotebookClient(notebook, allow_errors=True, kernel_name="python3", timeout=60).execute()
    ours, bug = (cell.outputs[0] for cell in notebook.cells)
    (line,) = ours.traceback
    assert line.startswith("StudyError: ") and "there is no such folder" in line
    assert (ours.ename, ours.evalue) == ("StudyError", line.removeprefix("StudyError: "))
    assert "ZeroDivisionError" in bug.traceback[-1] and len(bug.traceback) > 2


def test_papermill_still_names_the_error(write_notebook, tmp_path):
    folder = write_notebook("01_wrong", ([], "from helpers import open_study\nopen_study('nowhere')"))
    with pytest.raises(PapermillExecutionError, match=r"StudyError: .*there is no such folder") as caught:
        papermill.execute_notebook(str(folder / "01_wrong.ipynb"), str(tmp_path / "done.ipynb"), progress_bar=False, kernel_name="python3")
    assert caught.value.ename == "StudyError"
