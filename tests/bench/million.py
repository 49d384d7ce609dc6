"""A million respondents and sixty items: the readers and every table of 02_descriptives, beside a plain loop over the items.

Alone: ``python tests/bench/million.py``; with fewer respondents, once: ``python tests/bench/million.py 100000 1``.
"""

import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median

import nbformat
import numpy as np
import pandas as pd
from clock import REPEATS, peak
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q, mcnemar
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW
from survey import plain_permutations, plain_ranks, same

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_descriptives.ipynb"
RESPONDENTS, BLOCK, POPULATION = 1_000_000, 50_000, 5_000_000
IN_LOOP = 2  # resamples that the plain loops do, before their time is scaled up
# Items: 12 questions with one answer, three sets of eight boxes, three batteries of five, four ratings, three numbers, two shares.
SINGLE = {f"single{place}": [f"A{answer}" for answer in range(1, size + 1)] for place, size in enumerate([10, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6])}
SETS = {f"boxes{place}": [f"boxes{place}_{box}" for box in range(8)] for place in range(3)}
BATTERIES = {f"battery{place}": [f"battery{place}_{item}" for item in range(5)] for place in range(3)}
RATINGS, SCALE = [f"rating{place}" for place in range(4)], [f"A{answer}" for answer in range(1, 6)]
NUMBERS, SHARES = ["number0", "number1", "number2"], ["share0", "share1"]
OF, BY = ["single1", "single6", "rating0"], ["sector", "size"]
SETTINGS = {
    "title": {"de": "Eine Million", "en": "A million"},
    "synthetic": True,
    "place": {"de": "Nirgendwo", "en": "nowhere"},
    "units": {"de": "Befragte", "en": "respondents"},
    "instrument": {"de": "Fragebogen", "en": "questionnaire"},
    "fieldwork": {"start": "2025-11-03", "end": "2026-03-06"},
    "population": POPULATION,
    "files": {"responses": "responses.csv"},
    "groups": {
        "sector": {
            "of": "single0",
            "label": {"de": "Branche", "en": "sector"},
            "levels": [
                {"code": f"s{place}", "from": SINGLE["single0"][place : place + 5], "label": {"de": f"Teil {place}", "en": f"part {place}"}}
                for place in (0, 5)
            ],
        },
        "size": {
            "of": "number0",
            "label": {"de": "Größe", "en": "size"},
            "levels": [
                {"code": "small", "up_to": 30, "label": {"de": "klein", "en": "small"}},
                {"code": "medium", "up_to": 60, "label": {"de": "mittel", "en": "medium"}},
                {"code": "large", "label": {"de": "groß", "en": "large"}},
            ],
        },
    },
    "cross": {"of": OF, "by": BY},
}


def write_study(folder, respondents):
    """Study, codebook and a LimeSurvey export, every value in quotation marks as that tool writes it."""
    variables, levels = [], []
    for name, answers in (SINGLE | dict.fromkeys(RATINGS, SCALE)).items():
        variables.append([name, name, "ordinal" if answers is SCALE else "single", ""])
        levels += [[name, answer, place] for place, answer in enumerate(answers, start=1)]
    for kind, sets in {"multiple": SETS, "ordinal": BATTERIES}.items():
        for name, items in sets.items():
            variables += [[name, name, "set", ""], *([item, _code(item), kind, name] for item in items)]
            levels += [[name, answer, place] for place, answer in enumerate(SCALE, start=1)] if kind == "ordinal" else []
    variables += [[name, name, name[:-1], ""] for name in NUMBERS + SHARES]
    book = pd.DataFrame(variables, columns=["name", "code", "type", "set"]).assign(unit="", low="", high="", sensitivity="open")
    said = pd.DataFrame(levels, columns=["variable", "code", "order"]).assign(missing="")
    book.assign(label_de=book["name"], label_en=book["name"]).to_csv(folder / "codebook.csv", index=False)
    said.assign(label_de=said["code"], label_en=said["code"]).to_csv(folder / "levels.csv", index=False)
    (folder / "study.yaml").write_text(json.dumps(SETTINGS), encoding="utf-8")
    rng = np.random.default_rng(20251103)
    asked = [name for name in book["name"][book["type"] != "set"]]
    with (folder / "responses.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(",".join(f'"{head}"' for head in ["id", "submitdate", "startlanguage", *map(_code, asked)]) + "\n")
        for start in range(0, respondents, BLOCK):
            file.writelines(_lines(rng, start, min(BLOCK, respondents - start)))


def _code(name):
    """The code of an item as LimeSurvey has it: boxes0[3]."""
    question, _, item = name.partition("_")
    return f"{question}[{item}]" if item else name


def _lines(rng, start, size):
    """So many records of the export."""
    seconds = np.datetime64("2025-11-03T08:00:00") + np.arange(start, start + size)
    columns = [list(map(str, range(start + 1, start + size + 1))), np.char.replace(seconds.astype(str), "T", " ").tolist()]
    columns.append(rng.choice(np.array(["de", "en"], dtype=object), size).tolist())
    for answers in SINGLE.values():
        columns.append(_drawn(rng, ["", *answers], [0.05, *[0.95 / len(answers)] * len(answers)], size))
    columns += [_drawn(rng, ["", *SCALE], [0.05, 0.1, 0.2, 0.2, 0.25, 0.2], size) for _ in RATINGS]
    for place, boxes in enumerate(SETS.values()):
        hidden = rng.random(size) < 0.1 * place
        for box in range(len(boxes)):
            ticked = rng.random(size) < 0.2 + 0.07 * box
            columns.append(np.array(["", "Y", "N/A"], dtype=object)[np.where(hidden, 2, ticked)].tolist())
    columns += [_drawn(rng, ["", *SCALE], [0.05, 0.05, 0.1, 0.2, 0.3, 0.3], size) for items in BATTERIES.values() for _ in items]
    columns += [np.where(rng.random(size) < 0.05, "", rng.poisson(40, size).astype(str)).tolist() for _ in NUMBERS]
    columns += [np.where(rng.random(size) < 0.05, "", rng.integers(0, 101, size).astype(str)).tolist() for _ in SHARES]
    return [f'"{record}"\n' for record in map('","'.join, zip(*columns, strict=True))]


def _drawn(rng, answers, chances, size):
    return rng.choice(np.array(answers, dtype=object), size, p=chances).tolist()


class Times(defaultdict):
    """Seconds per part of the work."""

    def __init__(self):
        super().__init__(float)

    def of(self, part, work, *arguments, times=1.0, **options):
        """Do the work, and count its time so many times."""
        started = time.perf_counter()
        found = work(*arguments, **options)
        self[part] += (time.perf_counter() - started) * times
        return found


def ours(folder, times):
    """The notebook's own cells, with what publishes only keeping its table."""
    from helpers.quantitative.shares import answer_shares, option_shares
    from helpers.reporting import publish

    tables = {}
    for name in ("publish_table", "publish_figure"):
        how = {
            "publish_table": lambda _, table, key, **__: tables.update({key: table}),
            "publish_figure": lambda _, table, __, key, **___: tables.update({key: table}),
        }
        setattr(publish, name, how[name])
    publish.publish_sentence = lambda *_, **__: None
    names = {}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            times.of("resampled" if "resamples=" in cell.source else "tables", exec, cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"study_dir": str(folder), "resamples": names["resamples"]}
    most = peak()
    study = names["study"]
    # What a library without finite populations computes, too; not timed.
    tables["unlimited"] = answer_shares(study.answers(*study.asked("single", "ordinal")))
    tables["unlimited sets"] = study.across(SETS, option_shares, interval="wilson")
    return tables, most, names["resamples"]


def plain(folder, times):
    """Read the file, then item by item."""
    survey = times.of("tables", lambda: pd.read_csv(folder / "responses.csv").rename(columns={_code(name): name for name in _items()}))
    tables = times.of("tables", _plain_tables, survey)
    for boxes in SETS.values():
        ticks = survey.loc[survey[boxes].notna().any(axis=1), boxes].eq("Y")
        times.of("resampled", plain_ranks, ticks, IN_LOOP, times=1 / IN_LOOP)
    for question in OF:
        for by in BY:
            given = survey[[question, by]].dropna()
            tables["chi2", question, by] = stats.chi2_contingency(pd.crosstab(given[question], given[by]), correction=False).statistic
            # One permutation for the test, one sample for the interval of the effect.
            times.of("resampled", plain_permutations, given[question].to_numpy(), given[by].to_numpy(), IN_LOOP, times=2 / IN_LOOP)
    return tables, peak(), 1


def _items():
    return [*SINGLE, *RATINGS, *(item for items in (SETS | BATTERIES).values() for item in items), *NUMBERS, *SHARES]


def _plain_tables(survey):
    """Shares, intervals, tests, means and cross-tables, one item at a time."""
    tables = {}
    for name, answers in (SINGLE | dict.fromkeys(RATINGS, SCALE)).items():
        counts = survey[name].value_counts()
        for answer in answers:
            tables["share", name, answer] = [counts[answer], counts.sum(), *proportion_confint(counts[answer], counts.sum(), method="beta")]
    for name, boxes in SETS.items():
        ticks = survey.loc[survey[boxes].notna().any(axis=1), boxes].eq("Y")
        for box in boxes:
            count, n = ticks[box].sum(), len(ticks)
            exact = proportion_confint(count, n, method="beta")
            tables["box", name, box] = [count, n, *proportion_confint(count, n, method="wilson"), *exact]
        tables["cochran", name] = cochrans_q(ticks).statistic
        order = ticks.mean().sort_values(ascending=False, kind="stable").index
        tables["mcnemar", name] = [mcnemar(pd.crosstab(ticks[one], ticks[other]), exact=True).pvalue for one, other in pairwise(order)]
    for items in BATTERIES.values():
        for item in items:
            counts = survey[item].value_counts()
            tables["item", item] = [counts[answer] / counts.sum() for answer in SCALE]
    for name in NUMBERS + SHARES:
        given = survey[name].dropna()
        tables["number", name] = [given.mean(), given.median(), *given.quantile([0.25, 0.75])]
        DescrStatsW(given).tconfint_mean()
    survey["sector"] = np.where(survey["single0"].isin(SINGLE["single0"][:5]), "s0", np.where(survey["single0"].isna(), None, "s5"))
    survey["size"] = pd.cut(survey["number0"], [-np.inf, 30, 60, np.inf], labels=["small", "medium", "large"])
    for by in BY:
        for question in OF:
            tables["cross", question, by] = pd.crosstab(survey[question], survey[by], normalize="columns")
        for item in _rated():
            values = survey[item].str[1:].astype(float)
            tables["kruskal", item, by] = stats.kruskal(*(given.dropna() for _, given in values.groupby(survey[by], observed=True))).statistic
    return tables


def _rated():
    return [item for items in BATTERIES.values() for item in items]


def _compare(mine, theirs):
    """Stop unless both ways give the same numbers where they compute the same."""
    shares = mine["unlimited"].set_index(["question", "answer"])
    same(shares[["count", "n", "low", "high"]], [theirs["share", question, answer] for question, answer in shares.index])
    boxes = mine["unlimited sets"].set_index(["question", "option"])
    same(boxes[["count", "n", "low", "high"]], [theirs["box", question, option][:4] for question, option in boxes.index])
    same(mine["descriptives.single"]["count"], shares["count"])
    same(mine["descriptives.cochran"]["statistic"], [theirs["cochran", name] for name in SETS])
    pairs = mine["descriptives.differences"].groupby("question", sort=False)["p_value"]
    for name, found in pairs:
        same(found, theirs["mcnemar", name])
    same(mine["descriptives.likert"]["share"], np.concatenate([theirs["item", item] for item in _rated()]))
    numbers = mine["descriptives.numbers"].set_index("question")[["mean", "median", "quartile_low", "quartile_high"]]
    same(numbers, [theirs["number", name] for name in numbers.index])
    cross = mine["descriptives.cross"].query("group != 'not_stated'")
    same(cross["share"], [theirs["cross", row.question, row.by].loc[row.answer, row.group] for row in cross.itertuples()])
    tests, rated = mine["descriptives.effects"], mine["descriptives.kruskal"]
    same(tests["statistic"], [theirs["chi2", row.question, row.by] for row in tests.itertuples()])
    same(rated["effect"], [theirs["kruskal", row.item, row.by] / (row.n - 1) for row in rated.itertuples()])


def _in_process(way, folder):
    """Told by the measured process itself: seconds per part, peak memory in MB, resamples done of each kind; the tables stand beside."""
    times = Times()
    tables, most, resamples = {"ours": ours, "plain": plain}[way](folder, times)
    (folder / f"{way}.pickle").write_bytes(pickle.dumps(tables))
    print(json.dumps({**times, "peak": most, "resamples": resamples}))


def measured(way, folder):
    """Seconds and peak memory of one way, in a process of its own."""
    return json.loads(subprocess.check_output([sys.executable, __file__, way, str(folder)], text=True).splitlines()[-1])


def of_a_million(repeats=REPEATS, respondents=RESPONDENTS):
    """The deterministic tables whole; everything, with the plain loops' resamples scaled up; and the memory of both processes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_study(folder, respondents)
        turns = [{way: measured(way, folder) for way in ("ours", "plain")} for _ in range(repeats)]
        _compare(*(pickle.loads((folder / f"{way}.pickle").read_bytes()) for way in ("ours", "plain")))
    mine, theirs = ({part: median(turn[way][part] for turn in turns) for part in turns[0][way]} for way in ("ours", "plain"))
    size, resamples = f"{respondents:,} respondents x {len(_items())} items", int(mine["resamples"])
    yield "readers and tables of 02 without resampling", size, mine["tables"], theirs["tables"]
    work = f"{size}, {resamples:,} resamples, the plain loops scaled up from {IN_LOOP}"
    yield "readers and all tables of 02", work, mine["tables"] + mine["resampled"], theirs["tables"] + resamples * theirs["resampled"]
    yield "readers and all tables of 02, peak memory, MB", size, mine["peak"], theirs["peak"]


if __name__ == "__main__":
    if sys.argv[1:2] in (["ours"], ["plain"]):
        _in_process(sys.argv[1], Path(sys.argv[2]))
    else:
        respondents, repeats = (int(given) for given in (sys.argv[1:] + [RESPONDENTS, REPEATS][len(sys.argv) - 1 :]))
        for row in of_a_million(repeats, respondents):
            print(*row, f"{row[-1] / row[-2]:.2f}x", sep="; ", flush=True)
