"""The ledger: every statement with its verdict, unfolding to the evidence of both strands; and the findings that open the report."""

from __future__ import annotations

from html import escape

import pandas as pd

from helpers.data.study import Study
from helpers.reporting.evidence import chance_sentence, evidence_cells, evidence_sentence, verdict_word
from helpers.reporting.items import Item, both_sources, make_anchor, notes_with_key, split, synthetic_notes
from helpers.reporting.labels import variable_label
from helpers.reporting.quotes import publishable, quote_html
from helpers.reporting.tables import table_csv
from helpers.reporting.wording import Wording, capital

LEDGER = "synthesis-ledger"
MOST_QUOTES = 2


def finding_items(study: Study, tests: pd.DataFrame, ledger: pd.DataFrame) -> list[Item]:
    """The statements that open the report, each as a sentence with the numbers of the test that decides."""
    wording = Wording(study.language)
    places = study.claims.dropna(subset=["headline"]).sort_values("headline")["id"]
    tests = tests[tests["id"].isin(places)]
    cells = evidence_cells(study, tests)
    return [_finding(study, tests, cells, ledger.set_index("id").loc[name], name, wording) for name in places]


def ledger_items(study: Study, tests: pd.DataFrame, ledger: pd.DataFrame, key: str) -> list[Item]:
    """The ledger as one item; none where the study has no statements."""
    if ledger.empty:
        return []
    wording, cells = Wording(study.language), evidence_cells(study, tests)
    first = tests.drop_duplicates("assumption").set_index("assumption")["id"]
    quotes = _quotes(study, wording)
    lines = "".join(
        _line(study, tests[tests["id"] == row.id], cells, row, number, first, quotes[row.id], wording)
        for number, row in enumerate(ledger.itertuples(), 1)
    )
    title = capital(wording.say(f"{key}.title"))
    notes = [wording.say(f"{key}.note"), *both_sources(study, wording)]
    table = _table(study, tests, ledger, cells, wording)
    unfold = wording.say(f"{key}.unfold" if study.interviews else f"{key}.unfold.alone")
    html = (
        f'<div class="ledger" id="{LEDGER}"><p class="note on-screen">{escape(unfold)}</p>'
        f'<ol aria-label="{escape(title, quote=True)}">{lines}</ol>'
        f"{notes_with_key([*notes, *synthetic_notes(study, wording)], wording, LEDGER)}</div>"
    )
    csv = table_csv(table, wording)
    return [Item("ledger", LEDGER, study.language, html, title=title, csv=csv, cells=split(table), place="ledger", notes=notes)]


def _finding(study: Study, tests: pd.DataFrame, cells: pd.DataFrame, line: pd.Series, name: str, wording: Wording) -> Item:
    row = _deciding(tests, line, name)
    evidence = " ".join(_found(study, tests.loc[part], cells.loc[part], wording, whole=True) for part in _told(tests, row))
    text = wording.say(f"statement.{line['verdict']}", statement=statement_words(study, name), evidence=evidence)
    anchor = make_anchor("finding", name)
    chip = f'<span class="certainty {line["verdict"]}">{escape(verdict_word(line["verdict"], wording))}</span>'
    html = f'<p id="{anchor}" class="sentence finding">{escape(text)} {chip}</p>'
    return Item(
        "sentence",
        anchor,
        study.language,
        html,
        text,
        cells=split(cells.loc[_told(tests, row)].dropna(axis=1, how="all")),
        place="finding",
        certainty=line["verdict"],
    )


def _deciding(tests: pd.DataFrame, line: pd.Series, name: str) -> object:
    """The row of the test that decides on a statement."""
    own = tests[(tests["id"] == name) & (tests["part"] == line["part"]) & (tests["step"] == line["step"])]
    return own["probability"].fillna(0).idxmin()


def _told(tests: pd.DataFrame, row: object) -> list[object]:
    """The tests that a finding tells of: the one that decides; of parts of the model all, as the statement names them together."""
    own = tests[tests["id"].eq(tests.at[row, "id"]) & tests["kind"].eq("importance")]
    return list(own.index) if row in own.index else [row]


def _line(  # type: ignore[type-arg]
    study: Study, tests: pd.DataFrame, cells: pd.DataFrame, row: tuple, number: int, first: pd.Series, quotes: str, wording: Wording
) -> str:
    """One statement: verdict and words, and behind them tests, interviews, quotations and what the verdict assumes."""
    name, verdict = row.id, row.verdict  # type: ignore[attr-defined]
    chip = f'<span class="certainty {verdict}">{escape(verdict_word(verdict, wording))}</span>'
    evidence = "".join(f"<li>{_test(study, tests.loc[test], cells.loc[test], wording)}</li>" for test in tests.index if _is_told(tests, cells, test))
    said = "".join(f"<p>{escape(text)}</p>" for text in _interviews(row, wording)) if study.interviews else ""
    # On paper all lines are unfolded, and one telling of each assumption is enough.
    again = {key: "" if first[key] == name else ' class="on-screen"' for key in dict.fromkeys(tests["assumption"])}
    assumed = "".join(f"<p{look}>{escape(wording.say(f'assumption.{key}'))}</p>" for key, look in again.items())
    return (
        f'<li id="{make_anchor("statement", name)}"><details><summary>{number}. {chip} {escape(statement_words(study, name))}'
        f"{_deciding_part(study, tests, row, wording)}</summary>"
        f'<ul id="{make_anchor("statement", name)}-numbers">{evidence}</ul>{said}{quotes}'
        f'<div class="note">{assumed}</div></details></li>'
    )


def _test(study: Study, test: pd.Series, cell: pd.Series, wording: Wording) -> str:
    """What one test found, with a way to the numbers."""
    if test["step"] == "whole":
        return escape(f"{wording.say('evidence.together')} {chance_sentence(test, wording)}")
    link = f'<a href="#about-{escape(str(cell["question"]), quote=True)}">{escape(wording.say("page.evidence"))}</a>'
    chance = "" if cell["suppressed"] else chance_sentence(test, wording)
    return f"{escape(f'{_found(study, test, cell, wording)} {chance}'.strip())} {link}"


def _is_told(tests: pd.DataFrame, cells: pd.DataFrame, row: object) -> bool:
    """Every test but that of a whole one of whose steps is withheld."""
    same = tests["part"].eq(tests.at[row, "part"])
    return tests.at[row, "step"] != "whole" or not cells.loc[same[same].index, "suppressed"].any()


def _found(study: Study, test: pd.Series, cell: pd.Series, wording: Wording, *, whole: bool = False) -> str:
    """What one test found, under the words of its part."""
    part = _part_words(study, test["id"], test["part"])
    if not part and test["kind"] == "importance":
        part = variable_label(test["option"], study.codebook, wording)
    found = evidence_sentence(study, test, cell, wording, whole=whole)
    return f"{capital(part)}: {found}" if part else found


def _part_words(study: Study, name: str, part: int) -> str:
    return str(study.claims.set_index(["id", "part"]).at[(name, part), f"part_{study.language}"])


def _deciding_part(study: Study, tests: pd.DataFrame, row: tuple, wording: Wording) -> str:  # type: ignore[type-arg]
    """Of a statement whose parts have different verdicts, the weakest and, beside them, the others."""
    verdict = row.verdict  # type: ignore[attr-defined]
    weakest = tests["verdict"].eq(verdict).groupby(tests["part"]).any()
    words = {part: _part_words(study, row.id, part) for part in weakest.index}  # type: ignore[attr-defined]
    if weakest.all() or not all(words.values()):
        return ""
    deciding, others = ([wording.quoted(words[part]) for part in weakest.index[weakest.eq(weak)]] for weak in (True, False))
    return f' <span class="decides">{escape(wording.say(f"ledger.decides.{verdict}", deciding=deciding, others=others))}</span>'


def _interviews(row: tuple, wording: Wording) -> list[str]:  # type: ignore[type-arg]
    """What the interviews say of a statement, and whether that goes together with the answers."""
    caution = f" {wording.say('convergence.caution')}" if row.convergence == "agree" else ""  # type: ignore[attr-defined]
    return [wording.say(f"voice.{row.voice}"), together_words(row, wording) + caution]  # type: ignore[attr-defined]


def together_words(row: tuple, wording: Wording) -> str:  # type: ignore[type-arg]
    """Whether the interviews go together with the answers; where they do in part, which of them leaves the question open."""
    kind = row.convergence  # type: ignore[attr-defined]
    open_side = {"open": "answers", "mixed": "voices"}
    side = open_side.get(row.verdict) or open_side.get(row.voice, "few")  # type: ignore[attr-defined]
    return wording.say(f"convergence.partial.{side}" if kind == "partial" else f"convergence.{kind}")


def _quotes(study: Study, wording: Wording) -> dict[str, str]:
    """Of each statement, quotations on its themes."""
    allowed = cleared_quotations(study)
    codes = study.claims.groupby("id")["codes"].agg("|".join)
    chosen = {name: allowed[allowed["code"].isin([code for code in own.split("|") if code])].head(MOST_QUOTES) for name, own in codes.items()}
    return {str(name): "".join(quote_html(study, quote, wording) for quote in quotes.itertuples()) for name, quotes in chosen.items()}


def cleared_quotations(study: Study) -> pd.DataFrame:
    """The quotations that the synthesis may show: of the study's whole list, so that all of them together keep to its number per interview."""
    per_interview = study.settings.interviews.quotes.per_interview
    return publishable(study.interviews, study.interviews.quotations, k=study.min_cell, per_interview=per_interview)


def statement_words(study: Study, name: str) -> str:
    """A statement in the study's language."""
    return str(study.claims.loc[study.claims["id"] == name, f"statement_{study.language}"].iloc[0])


def _table(study: Study, tests: pd.DataFrame, ledger: pd.DataFrame, cells: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    """The ledger for a spreadsheet: one row per test with its numbers, and the verdict on it and on its statement."""
    whole = ledger.set_index("id")["verdict"]
    claims = study.claims.set_index(["id", "part"])
    places = list(zip(tests["id"], tests["part"], strict=True))
    table = pd.DataFrame({"statement": [statement_words(study, name) for name in tests["id"]]}, index=tests.index)
    table["part"] = [claims.at[place, f"part_{study.language}"] for place in places]
    table["evidence"] = [evidence_sentence(study, tests.loc[row], cells.loc[row], wording) for row in tests.index]
    table["verdict_on_part"] = [verdict_word(verdict, wording) for verdict in tests["verdict"]]
    table["verdict_on_statement"] = [verdict_word(whole[name], wording) for name in tests["id"]]
    numbers = cells[["n", "share", "low", "high", "effect", "effect_low", "effect_high", "suppressed"]]
    return table.join(numbers.rename(columns={"low": "share_low", "high": "share_high"}))
