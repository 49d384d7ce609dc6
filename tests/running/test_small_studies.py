"""Studies that their model asks too much of: the chapters still appear and say in one sentence what is left out."""

import csv
import io
import re
import shutil

import pytest
import yaml

from conftest import ROOT
from helpers.running.report import Order, make_report

DEMO = ROOT / "data" / "demo"
LOWEST = {"B6": "0", "B7": "0", "B8": "0", "B9": "0", "B10": "A1", "B11": "A1"}  # the least that every item of the degree can be

NUMBERS = ["log(members)", "sme_share", "research_share", "fee_share", "age"]


def few(rows):
    return rows[:7]


def constant(rows):
    return [{**row, **{name: least for name, least in LOWEST.items() if row[name]}} for row in rows]


def nothing(rows):
    return [{**row, "A3": ""} for row in rows]


def one_sector(rows):
    return rows


CASES = {
    "few": (few, "nicht mehr vollständige Fälle als Koeffizienten", {"terms": NUMBERS, "changes": []}),
    "constant": (constant, "alle haben denselben Wert", {}),
    "nothing": (nothing, "kein Fall hat alle Angaben", {}),
    "rare": (one_sector, "Gruppen mit weniger als 5 Fällen sind nicht im Modell", {"terms": ["sector", "log(members)"], "changes": []}),
    "no model": (one_sector, "Ein Modell ist für diese Studie nicht festgelegt", None),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_answers_do_not_carry_is_said(tmp_path, name):
    change, said, model = CASES[name]
    study = tmp_path / "study"
    shutil.copytree(DEMO, study, ignore=shutil.ignore_patterns("interviews", "claims.csv", "recommendations.csv"))
    responses = study / "survey" / "responses.csv"
    rows = list(csv.DictReader(io.StringIO(responses.read_text(encoding="utf-8-sig"))))
    with responses.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(change(rows))
    settings = yaml.safe_load((study / "study.yaml").read_text(encoding="utf-8"))
    settings = {key: value for key, value in settings.items() if key not in ("weights", "interviews", "previous")}
    settings["model"] = {**settings["model"], **model} if model is not None else None
    settings["roles"]["sector"] = "sector" if name == "rare" else settings["roles"]["sector"]
    settings = {key: value for key, value in settings.items() if value is not None}
    (study / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    only = ("03", "04", "08") if name == "few" else ("04",) if name != "no model" else ("03", "04")
    few_draws = {"resamples": 199, **({"replicates": 20} if "08" in only else {})}
    order = Order(study, languages=("de",), only=only, parameters=few_draws, outputs=tmp_path / "outputs")
    page = (make_report(order, tell=print) / "public" / "report-de.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert said in text
    assert ("im Mittel" in text) == ("03" in only) and ("Womit hängt das zusammen?" in text) == (name != "no model")
