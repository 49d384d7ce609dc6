"""The ledger, the findings and the recommendations follow the data: other parameters of the demo, other verdicts, in both languages."""

import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from conftest import ROOT
from helpers import open_study
from helpers.data.interviews.material import no_interviews
from helpers.data.simulate import write_demo
from helpers.integration.statements.interviews import interview_evidence
from helpers.integration.statements.ledger import statement_ledger
from helpers.integration.statements.recommendations import recommendation_backing
from helpers.integration.verdicts import statement_verdicts, verdict_counts
from helpers.quantitative.likert import likert_distribution
from helpers.quantitative.shares import answer_shares
from helpers.reporting import evidence
from helpers.reporting.evidence import evidence_cells
from helpers.reporting.items import sentence_items
from helpers.reporting.ledger import finding_items, ledger_items
from helpers.reporting.recommendations import recommendation_items
from helpers.reporting.wording import Wording
from helpers.running.report import Order, make_report

LANGUAGES = ("de", "en")
RATHER_NOT = [0.45, 0.35, 0.1, 0.06, 0.04]


def turned(parameters):
    """Parameters under which eight statements of the demo are false."""
    questions, ticks, batteries = parameters["questions"], parameters["ticks"], parameters["batteries"]
    questions["measures_taken"]["value"]["shares"] = {"N": 0.85, "Y": 0.15}
    questions["strategy"]["value"]["shares"] = {"none": 0.05, "prep": 0.05, "part": 0.05, "full": 0.85}
    questions["agenda_lead"]["value"]["shares"] = {"fund": 0.7, "mgmt": 0.2, "memb": 0.1}
    regions = ticks["target_regions"]["value"]["options"]
    regions["europe"], regions["east_asia"], regions["south_east_asia"] = 0.2, 0.85, 0.1
    motives = ticks["motives"]["value"]["options"]
    motives["motive_market"], motives["motive_sales"], motives["motive_research"] = 0.15, 0.15, 0.9
    barriers = ticks["barriers"]["value"]["options"]
    barriers["barrier_staff"], barriers["barrier_trust"], barriers["barrier_law"] = 0.1, 0.9, 0.9
    batteries["factors"]["value"]["items"] |= {"factor_trust": RATHER_NOT, "factor_language": RATHER_NOT}
    batteries["statements"]["value"]["items"]["agree_sme"] = RATHER_NOT


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    other = tmp_path_factory.mktemp("turned") / "demo"
    shutil.copytree(ROOT / "data" / "demo", other)
    shutil.copytree(ROOT / "data" / "demo-2024", other.parent / "demo-2024")
    parameters = yaml.safe_load((other / "simulation.yaml").read_text(encoding="utf-8"))
    turned(parameters)
    (other / "simulation.yaml").write_text(yaml.safe_dump(parameters, allow_unicode=True, sort_keys=False), encoding="utf-8")
    write_demo(other)
    return {"as declared": ROOT / "data" / "demo", "turned": other}


def judged(study):
    tests = statement_verdicts(
        study.responses, study.claims, study.sets("multiple"), population=study.population, resamples=1000, seed=1, reasons=study.missing
    )
    heard = interview_evidence(study.claims, study.interviews.agreed_stances(), interviews=len(study.interviews), least=study.min_cell)
    return tests, statement_ledger(tests, heard)


@pytest.fixture(scope="module")
def worlds(folders):
    studies = {(world, language): open_study(folder, language=language) for world, folder in folders.items() for language in LANGUAGES}
    found = {world: judged(studies[world, "en"]) for world in folders}
    return {place: (study, *found[place[0]]) for place, study in studies.items()}


FALSE = ["C01", "C03", "C04", "C06", "C08", "C09", "C10", "C11"]


def test_verdicts_turn_with_the_parameters(worlds):
    declared, other = (worlds[world, "en"][2].set_index("id")["verdict"] for world in ("as declared", "turned"))
    assert not declared.isin(["doubtful", "against"]).any()
    assert other[FALSE].isin(["doubtful", "against"]).all()
    assert (declared[FALSE].drop(["C04", "C11"]) == "tendency").all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_findings_turn(worlds, language):
    against = {"de": ("Dagegen sprechen die Daten eher", "Widerlegt ist"), "en": ("The data rather speak against this", "This is contradicted")}[
        language
    ]
    for world, holds in (("as declared", True), ("turned", False)):
        study, tests, ledger = worlds[world, language]
        findings = finding_items(study, tests, ledger)
        assert [item.anchor for item in findings] == ["finding-c01", "finding-c03", "finding-c06", "finding-c09", "finding-c07"]
        for item in findings[:4]:
            assert item.title.startswith(against) != holds
            assert (item.certainty in ("supported", "tendency")) == holds
            assert re.search(r"\d+\s?%", item.title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_counts_what_the_ledger_says(worlds, language):
    for world in ("as declared", "turned"):
        study, _, ledger = worlds[world, language]
        (item,) = sentence_items(study, "synthesis.lead", verdict_counts(ledger), place="lead")
        numbers = [int(number) for number in re.findall(r"\d+", item.title)]
        assert numbers == [
            len(ledger),
            *(int((ledger["verdict"] == name).sum()) for name in ("supported", "tendency", "open", "doubtful", "against")),
        ]


def test_recommendations_lose_their_ground(worlds):
    backing = {world: recommendation_backing(worlds[world, "en"][0].recommendations, worlds[world, "en"][2]) for world in ("as declared", "turned")}
    declared, other = (table.set_index("id")["backing"] for table in backing.values())
    assert (declared == "backed").any()
    rests = worlds["as declared", "en"][0].recommendations.set_index("id")["claims"]
    lost = [name for name in rests.index if set(rests[name].split("|")) & set(FALSE) and "!" not in rests[name] and declared[name] != "not_backed"]
    assert len(lost) >= 3
    assert (other[lost] != "backed").all() and (other[lost] == "not_backed").any()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_has_its_line_with_parts_interviews_and_assumptions(worlds, language):
    study, tests, ledger = worlds["as declared", language]
    (item,) = ledger_items(study, tests, ledger, "synthesis.ledger")
    lines = re.findall(r'<li id="statement-(\w+)"><details>', item.html)
    assert lines == [name.lower() for name in study.claims["id"].drop_duplicates()]
    assert item.html.count("<summary>") == len(ledger) == 12
    said = {"de": ("Interviews:", "Annahmen:"), "en": ("Interviews:", "Assumptions:")}[language]
    assert all(item.html.count(word) >= 10 for word in said)
    assert not re.search(r"\b(?:nan|None)\b|\{|measures_taken<", item.html)
    survey, interviews = {"de": ("Quelle: Online", "Quelle: Telefon"), "en": ("Source: online", "Source: Telephone")}[language]
    below = " ".join(item.notes)
    assert survey in below and interviews in below, "a sheet of both strands has both sources"
    assert Wording(language).say("synthesis.ledger.unfold") in item.html and Wording(language).say("synthesis.ledger.unfold") not in below


def test_recommendations_lead_to_the_ledger(worlds):
    study, tests, ledger = worlds["as declared", "de"]
    items = recommendation_items(study, recommendation_backing(study.recommendations, ledger), ledger, "synthesis.recommendations")
    assert len(items) == 3
    (lines,) = ledger_items(study, tests, ledger, "synthesis.ledger")
    targets = {target for item in items for target in re.findall(r'href="#(statement-\w+)"', item.html)}
    assert targets and targets <= set(re.findall(r'id="(statement-\w+)"', lines.html))


def test_no_number_on_few_respondents_is_told(worlds):
    study, tests, ledger = worlds["as declared", "de"]
    cells = evidence_cells(study, tests)
    counted = tests["count"].notna()
    small = counted & ((tests["count"] < study.min_cell) | (tests["n"] - tests["count"] < study.min_cell))
    few = tests.assign(count=tests["count"].where(~counted, 3).astype("Int64"), share=tests["share"].where(~counted, 0.0625))
    assert cells.loc[small, "suppressed"].all()
    assert evidence_cells(study, few).loc[counted, "suppressed"].all()
    (item,) = ledger_items(study, few, ledger, "synthesis.ledger")
    assert not re.search(r"(?<!\d)6\N{NO-BREAK SPACE}%", item.html) and "0,0625" not in item.csv
    assert "Wahrscheinlichkeit" not in re.search(r'id="statement-c01-numbers">(.*?)</ul>', item.html)[1], "a probability would tell the number"


def test_a_study_without_statements_publishes_none(worlds):
    study = worlds["as declared", "de"][0]
    empty = replace(study, claims=study.claims.head(0), recommendations=study.recommendations.head(0))
    tests, ledger = judged(empty)
    assert finding_items(empty, tests, ledger) == ledger_items(empty, tests, ledger, "synthesis.ledger") == []
    assert verdict_counts(ledger).empty
    assert recommendation_items(empty, recommendation_backing(empty.recommendations, ledger), ledger, "synthesis.recommendations") == []
    assert isinstance(tests, pd.DataFrame)


def test_without_statements_interviews_and_a_previous_wave_both_chapters_run_and_the_report_says_what_it_lacks(tmp_path):
    folder = tmp_path / "small"
    shutil.copytree(ROOT / "data" / "demo", folder, ignore=shutil.ignore_patterns("interviews", "claims.csv", "recommendations.csv"))
    settings = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    settings = {key: value for key, value in settings.items() if key not in ("interviews", "previous", "model")}
    (folder / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    order = Order(folder, languages=("en",), only=("06", "07"), parameters={"resamples": 99}, outputs=tmp_path / "outputs")
    page = (make_report(order, tell=print) / "public" / "report-en.html").read_text(encoding="utf-8")
    limits = page.partition('<section id="limits"')[2].partition("</section>")[0]
    for said in ("No statements to test are declared", "No interviews went into this analysis", "The study names no previous survey to compare with"):
        assert said in limits
    assert not re.search(r'id="(verdicts|synthesis-joint|findings)"|side by side|then and now', page)


def line_of(item, name):
    return re.search(rf'<li id="statement-{name}">(.*?)</details>', item.html)[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_says_which_part_decides_only_where_the_parts_differ(worlds, language):
    study, tests, ledger = worlds["as declared", language]
    (item,) = ledger_items(study, tests, ledger, "synthesis.ledger")
    parts = study.claims[study.claims["id"].eq("C11")][f"part_{language}"].tolist()
    said = Wording(language).say("ledger.decides.open", deciding=[Wording(language).quoted(parts[1])], others=[Wording(language).quoted(parts[0])])
    assert said in line_of(item, "c11")
    alike = tests.assign(verdict=tests["verdict"].where(tests["id"].ne("C11"), "open"))
    (without,) = ledger_items(study, alike, ledger, "synthesis.ledger")
    assert 'class="decides"' not in line_of(without, "c11") and 'class="decides"' not in line_of(item, "c01")


@pytest.mark.parametrize(("probability", "told"), [(0.9996, "über 99\xa0%"), (0.57, "57\xa0%"), (0.0004, "unter 1\xa0%")])
def test_every_test_tells_its_probability_and_none_is_told_to_be_certain(worlds, probability, told):
    study, tests, ledger = worlds["as declared", "de"]
    (item,) = ledger_items(study, tests.assign(probability=probability), ledger, "synthesis.ledger")
    assert f"Wahrscheinlichkeit {told}." in line_of(item, "c01")


def test_a_withheld_number_names_its_item(worlds):
    study, tests, ledger = worlds["as declared", "de"]
    few = tests.assign(count=tests["count"].mask(tests["option"].eq("factor_culture"), 3))
    (item,) = ledger_items(study, few, ledger, "synthesis.ledger")
    assert "„Kulturelle Nähe“: aus Datenschutzgründen nicht gezeigt." in line_of(item, "c10")
    assert "Alles zugleich" not in line_of(item, "c10"), "the probability of the whole would tell of the item"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_on_a_ranking_names_all_its_options_and_one_on_the_model_all_its_parts(worlds, language):
    study, tests, ledger = worlds["as declared", language]
    share = tests["kind"].eq("importance")
    modelled = tests.assign(
        n=tests["n"].mask(share, 46),
        effect=tests["effect"].mask(share, 0.11),
        effect_low=tests["effect_low"].mask(share, 0.0),
        effect_high=tests["effect_high"].mask(share, 0.3),
        p_value=tests["p_value"].mask(share, 0.01),
        assumption=tests["assumption"].mask(share, "process"),
    )
    findings = {item.anchor: item.title.replace("\xa0", " ") for item in finding_items(study, modelled, ledger)}
    words = {"de": ("Europa", "Nordamerika", "Südostasien", "Ostasien"), "en": ("Europe", "North America", "South-East Asia", "East Asia")}[language]
    assert all(word in findings["finding-c06"] for word in words)
    assert [re.sub(r"\s", "", part) for part in re.findall(r"\d+ ?%(?=[ \w]*[„“])", findings["finding-c06"])][:3] == ["79%", "56%", "29%"]
    assert all(
        word in findings["finding-c07"] for word in {"de": ("Branche:", "Mitgliederstruktur:"), "en": ("Sector:", "Member structure:")}[language]
    )
    assert len(re.findall(r"\d+ ?% „|\d+% “", findings["finding-c09"])) == 5


def test_a_share_reads_alike_in_the_ledger_and_in_the_chart_to_which_it_leads(worlds):
    study, tests, _ = worlds["as declared", "de"]
    shown = answer_shares(study.answers("strategy"), population=study.population, interval="wilson").set_index("answer").loc["full"]
    stated = tests.set_index("id").loc["C03"]
    assert (stated["low"], stated["high"]) == pytest.approx((shown["low"], shown["high"]), abs=1e-12)


def test_a_battery_is_told_by_sides_as_its_chart_shows_it(worlds):
    """What its chart shows by sides may be told by sides; and the rule on when it does is the chart's."""
    study, tests, _ = worlds["as declared", "de"]
    items = study.sets("ordinal")["factors"]
    chart = likert_distribution(study.responses[items], least=study.min_cell)
    for item in items:
        (told,) = evidence.told_elsewhere(study, item)
        own = chart[chart["item"] == item]
        assert told[["answer", "count"]].values.tolist() == own[["answer", "count"]].values.tolist()
    cells = evidence_cells(study, tests)
    assert not cells.loc[tests["option"].eq("factor_proximity") & tests["step"].eq("item"), "suppressed"].any()
    crossed = study.settings.model_copy(update={"cross": study.settings.cross.model_copy(update={"of": ["factor_proximity"]})})
    both = replace(study, settings=crossed)
    assert len(evidence.told_elsewhere(both, "factor_proximity")) == 2
    assert evidence_cells(both, tests).loc[tests["option"].eq("factor_proximity") & tests["step"].eq("item"), "suppressed"].all()


REASONS = {
    ("de", "C03"): "Aussage 3</a> (Tendenz; die Interviews sprechen dafür)",
    ("en", "C03"): "statement 3</a> (tendency; the interviews speak for it)",
}


@pytest.mark.parametrize(("language", "name"), REASONS)
def test_under_each_recommendation_stands_the_reason_for_its_badge(worlds, language, name):
    study, _, ledger = worlds["as declared", language]
    backing = recommendation_backing(study.recommendations, ledger)
    html = "".join(item.html for item in recommendation_items(study, backing, ledger, "synthesis.recommendations"))
    assert REASONS[language, name] in html
    silent = replace(study, interviews=no_interviews())
    alone = "".join(item.html for item in recommendation_items(silent, backing, ledger, "synthesis.recommendations"))
    assert REASONS[language, name].partition(";")[0] + ")" in alone and "Interviews" not in alone and "interviews" not in alone


def test_without_interviews_a_line_promises_none(worlds):
    study, tests, ledger = worlds["as declared", "de"]
    (item,) = ledger_items(replace(study, interviews=no_interviews()), tests, ledger.drop(columns=["voice", "convergence"]), "synthesis.ledger")
    assert "Interviews" not in item.html and "Zitate" not in item.html and "lässt sich aufklappen" in item.html
