"""What the chapter on change says: the wording follows the evidence, in both languages, and nothing hidden comes out."""

import re
import shutil
from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
import pytest
import yaml

from conftest import ROOT
from helpers.data.languages import LANGUAGES
from helpers.data.opening import open_study
from helpers.integration.change import basis, rankings, summaries
from helpers.integration.change.shares import cells_by_wave, cells_now
from helpers.integration.change.studies import two_waves
from helpers.integration.statements.rule import UNTESTED, VERDICTS
from helpers.quantitative.likert import likert_distribution
from helpers.reporting.attack import audit
from helpers.reporting.charts import draw_waves
from helpers.reporting.disclosure import suppress
from helpers.reporting.figures import draw_figure
from helpers.reporting.items import Item, figure_items, sentence_items, table_items
from helpers.reporting.labels import label_table
from helpers.reporting.page import Chapter
from helpers.reporting.publish import MIME
from helpers.reporting.wording import Wording, entries
from helpers.running.gates import chapter_problems


@pytest.fixture(scope="module")
def demo():
    return open_study(ROOT / "data" / "demo", language="de", waves=2)


@pytest.fixture(scope="module")
def studies():
    return {language: open_study(ROOT / "data" / "demo", language=language) for language in LANGUAGES}


def share(found, direction="risen", change=0.2):
    words = {"question": "Gibt es einen Plan?", "option": "Ja", "direction": direction}
    numbers = {"n_before": 49, "share_before": 0.6, "n": 47, "share_now": 0.6 + change, "change": change, "change_low": change - 0.1}
    counts = {"found": found, "changed": 3, "compared": 110, "ended": 2024}
    return pd.DataFrame([words | numbers | {"change_high": change + 0.1, "p_holm": 0.01} | counts])


LEAD = {
    ("de", "one"): (" einer von 110", "„Ja“ auf die Frage „Gibt es einen Plan?“ ist gestiegen, von 60\N{NO-BREAK SPACE}% auf 80\N{NO-BREAK SPACE}%"),
    ("de", "several"): ("3 von 110", "am sichersten der Anteil"),
    ("de", "none"): (" keiner von 110", "nicht ausschließen"),
    ("en", "one"): (" one of 110", "“Yes” to the question “Is there a plan?” has risen, from 60% to 80%"),
    ("en", "several"): ("3 of 110", "most surely the share"),
    ("en", "none"): (" none of 110", "cannot be ruled out"),
}


@pytest.mark.parametrize(("language", "found"), LEAD)
def test_the_lead_changes_with_the_evidence(studies, language, found):
    table = share(found)
    if language == "en":
        table = table.assign(question="Is there a plan?", option="Yes")
    (item,) = sentence_items(studies[language], "waves.lead.{found}", table, place="lead")
    assert all(words in item.title for words in LEAD[language, found])
    others = [words for (spoken, other), words in LEAD.items() if spoken == language and other != found]
    assert not any(words[0] in item.title for words in others)
    assert "2024" in item.title
    assert ("+20" in item.title) == (found != "none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_that_fell_has_fallen(studies, language):
    (item,) = sentence_items(studies[language], "waves.lead.{found}", share("one", "fallen", -0.2), place="lead")
    assert {"de": "ist gefallen", "en": "has fallen"}[language] in item.title
    assert "−20" in item.title and "−30" in item.title and "−10" in item.title


MEANS = {
    ("de", "risen"): "gestiegen",
    ("de", "fallen"): "gefallen",
    ("de", "same"): "keine Veränderung über den Zufall hinaus",
    ("en", "risen"): "risen on average",
    ("en", "fallen"): "fallen on average",
    ("en", "same"): "no change beyond chance",
}


@pytest.mark.parametrize(("language", "direction"), MEANS)
def test_an_index_is_said_to_have_moved_only_where_it_did(studies, language, direction):
    numbers = {"n_before": 49, "mean_before": 34.5, "n": 49, "mean_now": 39.9, "points_difference": 5.4, "points_low": 1.9, "points_high": 8.9}
    table = pd.DataFrame([{"question": "degree", "direction": direction} | numbers | {"p_holm": 0.01}])
    (item,) = sentence_items(studies[language], "waves.index.{direction}", table, place="lead")
    said = [words for (spoken, _), words in MEANS.items() if spoken == language and words in item.title]
    assert said == [MEANS[language, direction]]
    assert re.search(r"34[.,]5.*39[.,]9.*\+5[.,]4.*\+1[.,]9.*\+8[.,]9", item.title)


FINDING = {
    (
        "de",
        "one",
    ): "wird eine anders beurteilt als in der vorigen Befragung (beendet 2024), „Europa führt“: damals „Tendenz dagegen“, jetzt „gestützt“.",
    (
        "de",
        "several",
    ): "werden 2 anders beurteilt als in der vorigen Befragung (beendet 2024), am deutlichsten „Europa führt“: damals „Tendenz dagegen“, jetzt „gestützt“.",
    ("en", "one"): "one is judged otherwise than in the previous survey (ended 2024), “Europa führt”: then “tendency against”, now “supported”.",
    (
        "en",
        "several",
    ): "2 are judged otherwise than in the previous survey (ended 2024), most of all “Europa führt”: then “tendency against”, now “supported”.",
}
MOVED = {
    ("de", "yes"): "Auch die Zahlen dahinter haben sich nachweisbar verändert.",
    ("de", "no"): "Eine Veränderung der Zahlen dahinter ist aber nicht nachweisbar.",
    ("de", "unknown"): "Ob sich die Zahlen dahinter verändert haben, ist nicht bei allen geprüft.",
    ("en", "yes"): "The numbers behind it have demonstrably changed, too.",
    ("en", "no"): "A change of the numbers behind it cannot be demonstrated, though.",
    ("en", "unknown"): "Whether the numbers behind it have changed was not tested for all of them.",
}


@pytest.mark.parametrize("moved", ["yes", "no", "unknown"])
@pytest.mark.parametrize(("language", "found"), FINDING)
def test_the_summary_says_which_verdict_changed_and_whether_more_than_the_verdict_did(studies, language, found, moved):
    told = {"statement": "Europa führt", "verdict_before": "doubtful", "verdict_now": "supported", "direction": "stronger", "n": 48}
    table = pd.DataFrame([told | {"found": found, "moved": moved, "changed": 2, "ended": 2024}])
    (item,) = sentence_items(studies[language], "waves.finding.{found}.{moved}", table)
    assert item.title.endswith(f"{FINDING[language, found]} {MOVED[language, moved]}")
    assert "2024" in item.title and item.certainty == ""


SUMMARY = {
    ("de", "none"): "hat sich keiner von 110 verglichenen Anteilen nachweisbar verändert.",
    ("de", "one"): "ist ein Anteil nachweisbar gestiegen, von 60\N{NO-BREAK SPACE}% auf 80\N{NO-BREAK SPACE}%",
    ("de", "several"): "haben sich 3 von 110 verglichenen Anteilen nachweisbar verändert. Am sichersten ist dieser gestiegen, von 60",
    ("en", "none"): "none of 110 shares compared has demonstrably changed.",
    ("en", "one"): "one share has demonstrably risen, from 60% to 80%",
    ("en", "several"): "3 of 110 shares compared have demonstrably changed. Most surely this one has risen, from 60% to 80%",
}


@pytest.mark.parametrize(("language", "found"), SUMMARY)
def test_the_summary_says_first_whether_shares_changed(studies, language, found):
    (item,) = sentence_items(studies[language], "waves.summary.{found}", share(found), place="finding")
    assert SUMMARY[language, found] in item.title and "2024" in item.title and item.place == "finding"
    assert ("60" in item.title) == (found != "none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_names_the_indices_that_changed_and_no_other(studies, language):
    numbers = {"n_before": 49, "mean_before": 34.5, "n": 49, "mean_now": 39.9, "points_difference": 5.4, "points_low": 1.9, "points_high": 8.9}
    rows = [{"question": name, "direction": kind} | numbers | {"p_holm": 0.01} for name, kind in (("degree", "risen"), ("potential", "same"))]
    (item,) = sentence_items(studies[language], "waves.summary.index.{direction}", summaries.moved_indices(pd.DataFrame(rows)), place="finding")
    assert {"de": "nachweisbar gestiegen, von 34,5 auf 39,9", "en": "demonstrably risen on average since the previous survey, from 34.5 to 39.9"}[
        language
    ] in item.title


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["waves.verdicts.{found}", "waves.shares.headline.{found}", "waves.means.headline.{found}", "waves.moved.{found}"])
def test_none_one_and_several_are_told_apart(studies, language, key):
    move = {"option": "Europa", "question": "Wohin?", "direction": "vorn", "rank_before": 2, "rank_now": 1}
    said = [Wording(language).say(key.format(found=found), compared=11, changed=3, moved=3, **move) for found in ("none", "one", "several")]
    assert len(set(said)) == 3
    assert "3" in said[2] and "3" not in said[0] + said[1]


LEADERS = {
    ("de", "same"): "wie damals „Europa“ am häufigsten genannt, damals von 60\N{NO-BREAK SPACE}%, jetzt von 70\N{NO-BREAK SPACE}% der Befragten.",
    ("de", "close"): "auch eine andere Antwort vorn liegen kann.",
    ("de", "moved"): "damals war es „Asien“ (60\N{NO-BREAK SPACE}%). Dieser Wechsel geht über den Zufall hinaus.",
    ("de", "other"): "damals war es „Asien“ (60\N{NO-BREAK SPACE}%). Dieser Wechsel geht nicht über den Zufall hinaus.",
    ("en", "same"): "“Europa” is named most often as before, by 60% of respondents then and 70% now.",
    ("en", "close"): "another option may come first.",
    ("en", "moved"): "then it was “Asien” (60%). This change is beyond chance.",
    ("en", "other"): "then it was “Asien” (60%). This is no change beyond chance.",
}


@pytest.mark.parametrize(("language", "found"), LEADERS)
def test_who_leads_is_said_with_how_sure_that_is(studies, language, found):
    row = {"question": "Wohin?", "found": found, "option": "Europa", "share_now": 0.7, "other": "Asien", "share_before": 0.6, "n_before": 49, "n": 48}
    (item,) = sentence_items(studies[language], "waves.leader.{found}", pd.DataFrame([row]))
    said = [words for (spoken, other), words in LEADERS.items() if spoken == language and item.title.endswith(words)]
    assert said == [LEADERS[language, found]] and "Wohin?" in item.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_have_the_words_that_the_ledger_gives_them(language):
    words = Wording(language)
    for wave in ("before", "now"):
        told = {verdict: words.say(f"verdict_{wave}.{verdict}") for verdict in VERDICTS if verdict != UNTESTED}
        assert told == {verdict: words.say(f"certainty.{verdict}") for verdict in told}


def test_whatever_a_table_may_hold_has_words():
    reasons = ["only_before", "only_now", "kind", "answers", "wording"]
    kinds = ["both", "lost", "gone", "only_before", "added", "new", "only_now", "unnamed", "alone_before", "alone_now"]
    directions = ["risen", "fallen", "same", "ahead", "behind", "stronger", "weaker", "unchanged"]
    keys = [*(f"reason.{name}" for name in reasons), *(f"answer.{name}" for name in kinds), *(f"direction.{name}" for name in directions)]
    assert [key for key in keys if key not in entries()] == []


@pytest.fixture(scope="module")
def changes(demo):
    return summaries.share_changes(two_waves(demo.previous, demo), demo.claims)


def published(study, changes):
    cells = suppress(cells_by_wave(changes), k=study.min_cell)
    shown = summaries.shown_changes(changes, cells, study.codebook, language="de")
    stated = summaries.stated_changes(shown, study.claims)
    figures = figure_items(study, stated, draw_waves, "waves.shares", variant=summaries.how_many(stated), changed=1)
    return shown, [*table_items(study, shown, "waves.all", place="appendix"), *figures]


def test_what_one_wave_hides_appears_nowhere(demo, changes):
    """Nearly everybody has too few staff: the few others would be told. And answers that few gave, with what they could be worked out from."""
    shown, items = published(demo, changes)
    everything = " ".join(item.html + item.csv for item in items)
    assert "Zu wenig Zeit" in everything and "Zu wenig Personal" not in everything
    for wave in (demo, demo.previous):
        for name in ("importance", "commitment", "contact_frequency"):
            counts = wave.responses[name].value_counts()
            whole = pd.DataFrame({"question": name, "answer": counts.index.astype(str), "count": counts.to_numpy(), "n": int(counts.sum())})
            hidden = suppress(whole, k=demo.min_cell)
            assert hidden["suppressed"].any()
            assert not {(name, answer) for answer in hidden.loc[hidden["suppressed"], "answer"]} & set(shown.index)


def test_no_published_share_rests_on_few(demo, changes):
    shown, _ = published(demo, changes)
    for share_of, n in (("share_before", "n_before"), ("share_now", "n")):
        counts = (shown[share_of] * shown[n]).round()
        assert counts.min() >= demo.min_cell and (shown[n] - counts).min() >= demo.min_cell
    assert len(shown) > 50


def test_steps_of_a_battery_are_not_told_beside_its_sides(demo, changes):
    """The chapter on answers shows batteries by sides where a step has too few; a share of a single step beside that would give it away."""
    ratings = demo.across(demo.sets("ordinal"), likert_distribution, least=demo.min_cell)
    cells = suppress(cells_by_wave(changes), k=demo.min_cell)
    assert cells["item"].isin(ratings.loc[ratings["answer"].str.contains("+", regex=False), "item"]).any()
    found = audit([suppress(ratings, k=demo.min_cell), cells_now(cells)], k=demo.min_cell)
    assert len(found) and found["safe"].all()


def test_the_audit_of_the_report_sees_the_counts_behind_the_shares(demo, changes):
    shown, cells = published(demo, changes)[0], suppress(cells_by_wave(changes), k=demo.min_cell)
    (item,) = table_items(demo, shown, "waves.all", place="appendix", behind=cells_now(cells))
    steps = demo.responses["factor_proximity"].value_counts(sort=False)
    place = {"question": "factors", "item": "factor_proximity"}
    whole = pd.DataFrame({**place, "answer": steps.index.astype(str), "count": steps.to_numpy(), "n": int(steps.sum())})
    (fine,) = table_items(demo, whole, "waves.all")
    told = Chapter(name="07", title="", items=[item, fine], body="", methods="", limits="", tables="", sections=[])
    assert steps.min() < demo.min_cell
    assert any("could be derived" in problem for problem in chapter_problems([told], k=demo.min_cell))
    assert not chapter_problems([replace(told, items=[item])], k=demo.min_cell)


def test_numbers_of_those_who_answered_twice_are_not_published(demo, changes):
    panel = changes[changes["units"].eq("panel")]
    shown, items = published(demo, changes)
    assert set(shown["n"]).isdisjoint(panel["n_now"]) and panel["n_now"].max() < shown["n"].min()
    assert all(len(item.cells["data"]) in (len(shown), len(summaries.stated_changes(shown, demo.claims))) for item in items)


def test_units_are_told_without_a_name(demo):
    table = basis.answered_units(two_waves(demo.previous, demo), least=demo.min_cell)
    (item,) = table_items(demo, table, "waves.units")
    assert {"beide Male geantwortet", "nur jetzt, neu in der Grundgesamtheit"} <= set(re.findall(r"<th scope=\"row\">([^<]*)", item.html))
    assert not any(unit in item.html + item.csv for unit in [*demo.units, *demo.previous.units] if unit)
    assert "•" not in item.html.partition("</table>")[0]


def test_a_row_on_too_few_is_withheld_by_the_door(demo):
    (item,) = table_items(demo, share("one").drop(columns=["found", "changed", "compared", "ended"]).assign(n=4), "waves.all")
    assert "60,0" not in item.html and "80,0" not in item.html and "•" in item.html


CHART = pd.DataFrame(
    {
        "question": ["Frage A", "Frage A", "Frage A", "Frage B", "Frage B"],
        "option": ["eins", "zwei", "drei", "vier", "geheim"],
        "direction": ["risen", "fallen", "same", "same", "risen"],
        "share_before": [0.21, 0.72, 0.4, 0.5, 0.3717],
        "share_now": [0.43, 0.51, 0.45, 0.5, 0.3717],
        "change": [0.22, -0.21, 0.05, 0.0, 0.3717],
        "change_low": [0.1, -0.33, -0.1, -0.15, 0.3717],
        "change_high": [0.34, -0.08, 0.2, 0.15, 0.3717],
        "n": [50, 50, 50, 50, 3],
    }
)


def drawn(study, table, language="de"):
    wording = Wording(language)
    labelled = label_table(suppress(table, k=5), study.codebook, wording)
    figure = draw_figure(draw_waves, labelled, wording=wording, headline="h", subtitle="s", name="x", notes=[], synthetic=True)
    return figure, draw_waves.describe(labelled, wording)


def test_the_text_alternative_says_how_many_changed_and_the_ends(demo):
    _, said = drawn(demo, CHART)
    assert "4 Vergleichen" in said and "2 Veränderungen" in said
    assert "„Frage A eins“ mit 21\N{NO-BREAK SPACE}% damals und 43\N{NO-BREAK SPACE}% jetzt, gestiegen" in said
    assert "„Frage A zwei“ mit 72\N{NO-BREAK SPACE}% damals und 51\N{NO-BREAK SPACE}% jetzt, gefallen" in said
    assert "1 Angabe wird zum Schutz" in said and "geheim" not in said and "37" not in said
    _, english = drawn(demo, CHART.iloc[[0]], "en")
    assert "“Frage A eins” at 21% then and 43% now, risen" in english


def texts(svg):
    return [re.sub(r"<[^>]+>", "", text).replace("\N{NO-BREAK SPACE}", " ") for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)]


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_changed_rows_are_marked_in_words_and_colour(demo, width):
    figure, _ = drawn(demo, CHART)
    said = " ".join(texts(getattr(figure, width)))
    assert "Eins: gestiegen, +22 (+10 bis +34)" in said and "Zwei: gefallen, −21 (−33 bis −8)" in said
    assert "Drei: nicht unterscheidbar, +5 (−10 bis +20)" in said
    assert {"21 %", "43 %", "72 %", "51 %"} <= set(texts(getattr(figure, width)))
    assert "jetzt, gestiegen" in said and "jetzt, gefallen" in said
    quiet, _ = drawn(demo, CHART.iloc[[2, 3]])
    loud, still = getattr(figure, width), getattr(quiet, width)
    assert "accent" in loud and "warm" in loud
    assert "accent" not in still and "warm" not in still and "jetzt, gestiegen" not in " ".join(texts(still))


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_hidden_rows_hold_no_number_and_nothing_leaves_the_sheet(demo, width):
    svg = getattr(drawn(demo, CHART)[0], width)
    assert {"Geheim", "•"} <= set(texts(svg))
    assert not re.search(r"37[ \N{NO-BREAK SPACE}]?%|\+37", svg)
    edge = drawn(demo, CHART.iloc[[0]].assign(share_before=0.02, share_now=0.99, n=500))[0]
    (end,) = re.findall(r'text-anchor="end" x="([\d.]+)"[^>]*>2\s%', getattr(edge, width))
    assert float(end) >= 20


def test_indices_have_a_scale_of_a_hundred_points(demo):
    numbers = {"mean_before": [34.5], "mean_now": [39.9], "points_difference": [5.4], "points_low": [1.9], "points_high": [8.9], "n": [49]}
    figure, said = drawn(demo, pd.DataFrame({"question": ["degree"], "direction": ["risen"]} | numbers))
    assert {"0", "100", "34,5", "39,9"} <= set(texts(figure.wide))
    assert "Internationalisierungsgrad: gestiegen, +5,4 (+1,9 bis +8,9)" in " ".join(texts(figure.wide))
    assert "„Internationalisierungsgrad“ mit 34,5 damals und 39,9 jetzt, gestiegen" in said


def test_a_change_without_interval_is_told_without_one(demo):
    figure, _ = drawn(demo, CHART.iloc[[0]].assign(change_low=np.nan, change_high=np.nan))
    assert "Eins: gestiegen" in texts(figure.wide)


def test_every_ranked_option_has_a_row_and_only_where_both_waves_publish_it(demo, changes):
    shown, _ = published(demo, changes)
    ranks = rankings.rank_changes(two_waves(demo.previous, demo), resamples=200, seed=1)
    table = rankings.shown_ranks(ranks, shown)
    (item,) = table_items(demo, table, "waves.ranking", place="appendix")
    ticked = [variable for variable, answer in shown.index if not answer]
    assert len(table) == len(ticked) > 25 and len(ranks) > len(table)
    assert "Zu wenig Zeit" in item.html and "Zu wenig Personal" not in item.html + item.csv
    assert "Bitte kreuzen" not in item.html
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)', item.html)
    assert [head for head in heads if "amals" in head or "etzt" in head][:6] and len(set(heads)) == len(heads)


def run_chapter(name, folder, monkeypatch, **given):
    """The items that a notebook publishes, its code cells run one after the other in this process."""
    shown, names = [], {}
    monkeypatch.setattr("helpers.reporting.publish.display", lambda bundle, raw: shown.append(Item(**bundle[MIME])))
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
            names |= {"study_dir": str(folder), **given} if "parameters" in cell.metadata.get("tags", []) else {}
    return shown


def stricter_before(folder, *, k):
    """The two demo studies; the earlier one publishes nothing on fewer than k, and asked ten respondents one more question."""
    for name in ("demo", "demo-2024"):
        shutil.copytree(ROOT / "data" / name, folder / name)
    before = folder / "demo-2024"
    settings = yaml.safe_load((before / "study.yaml").read_text(encoding="utf-8")) | {"disclosure": {"k": k}}
    (before / "study.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    codebook, levels = (pd.read_csv(before / file, dtype=str, keep_default_na=False) for file in ("codebook.csv", "levels.csv"))
    once = codebook[codebook["name"].eq("importance")]
    further = {"codebook.csv": (codebook, once.assign(code="ONCE")), "levels.csv": (levels, levels[levels["variable"].eq("importance")])}
    for file, tables in further.items():
        pd.concat([tables[0], tables[1].replace({"importance": "asked_once"})]).to_csv(before / file, index=False)
    file = before / "survey" / "responses.csv"
    answers = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    given = answers[once["code"].item()].where(answers[once["code"].item()].str.startswith("A"), "")
    answers.assign(ONCE=given.where(given.ne("").cumsum().le(10), "")).to_csv(file, index=False)
    return folder / "demo"


def test_the_earlier_study_s_larger_number_holds_for_all_that_is_compared(tmp_path, monkeypatch):
    folder, k = stricter_before(tmp_path, k=14), 14
    items = run_chapter("07_waves", folder, monkeypatch, language="de", resamples=50)
    assert len({item.anchor for item in items}) == len(items)
    tables = {item.anchor: pd.DataFrame(item.cells["data"], columns=item.cells["columns"]) for item in items}
    assert {"waves-all", "waves-means", "waves-ranking", "waves-unchanged", "waves-units", "waves-apart"} <= set(tables)
    for table in tables.values():
        told = table[~table["suppressed"].astype(bool)]
        assert not told[[name for name in ("n", "n_before", "count") if name in told]].lt(k).any(axis=None)
    every = tables["waves-all"]
    for share_of, n in (("share_before", "n_before"), ("share_now", "n")):
        counts = (every[share_of] * every[n]).astype(float).round()
        assert counts.min() >= k and (every[n] - counts).min() >= k
    ranked = tables["waves-ranking"]["option"]
    assert 10 < len(ranked) < 25 and set(ranked) <= set(every["option"])
    (left,) = tables["waves-apart"].to_dict("records")
    assert (left["reason"], left["n"], left["suppressed"]) == ("only_before", None, True)
    assert "weniger als 14" in next(item.html for item in items if item.anchor == "waves-apart")


def test_without_a_previous_wave_the_chapter_runs_and_publishes_nothing(tmp_path, monkeypatch):
    assert run_chapter("07_waves", ROOT / "data" / "demo-2024", monkeypatch, language="de", resamples=50) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_without_a_previous_wave_says_so(studies, language):
    study = studies[language]
    assert "previous" not in study.absent()  # named, though not opened here
    alone = replace(study, settings=study.settings.model_copy(update={"previous": None}))
    assert alone.absent()[-1] == "previous"
    assert {"de": "Eine frühere Befragung", "en": "no previous survey"}[language] in Wording(language).say("absent.previous")
