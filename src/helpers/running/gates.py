"""Gates: what must hold before anything is published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

import pandas as pd

from helpers.data.languages import LANGUAGES
from helpers.data.study import Study
from helpers.reporting.attack import audit
from helpers.reporting.confidential import unsafe_values
from helpers.reporting.page import Chapter
from helpers.reporting.publish import MIME
from helpers.reporting.quotes import quoted, spoken_text
from helpers.reporting.verbatim import verbatim_passages
from helpers.reporting.wording import entries

LARGEST_PAGE = 1_500_000
_FETCHED = re.compile(
    r"""<(?:script|img|iframe|object|embed|source|video|audio)\b|@import|url\(\s*['"]?(?!data:|#)|<link\b[^>]*href=["'](?!data:)""", re.IGNORECASE
)
_NOT_FOR_READERS = re.compile(r"Traceback \(most recent call last\)|\bSQ\d{3}\b|\bnan\b|\bNone\b|\bNaN\b|<NA>|Warning:")


def notebook_problems(notebook: Mapping[str, Any]) -> list[str]:
    """What is wrong with an executed notebook: cells not run, out of order, errors, stderr, outputs past the door.

    Returns
    -------
    list of str
        One text per problem, ``cell 7: ...``; cells are counted from 1, as papermill does.
    """
    problems = []
    expected = 1
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        if cell["execution_count"] != expected:
            problems.append(f"cell {number}: not run, or not in order")
        expected += 1
        problems += [f"cell {number}: {what}" for what in _output_problems(cell)]
    return problems


def _output_problems(cell: Mapping[str, Any]) -> list[str]:
    outputs = cell["outputs"]
    problems = []
    if any(output["output_type"] == "error" for output in outputs):
        problems.append("ended with an error")
    if any(output["output_type"] == "stream" and output["name"] == "stderr" for output in outputs):
        problems.append("wrote to stderr (a warning, for instance); repair its cause")
    if "publish" in cell["metadata"].get("tags", []):
        past = [output["output_type"] for output in outputs if MIME not in output.get("data", {})]
        if past:
            remedy = "use publish_table, publish_figure, publish_sentence or another of the publish functions"
            problems.append(f"is tagged 'publish' and shows something that did not go through the door ({', '.join(past)}); {remedy}")
    return problems


def language_problems(chapters: Mapping[str, Sequence[Chapter]]) -> list[str]:
    """Both languages must publish the same things, in the same order."""
    anchors = [[item.anchor for chapter in told for item in chapter.items] for told in chapters.values()]
    if len(anchors) < len(LANGUAGES) or all(listed == anchors[0] for listed in anchors):
        return []
    apart = sorted(set.symmetric_difference(*(set(listed) for listed in anchors)))
    return [f"the two languages publish different things: {', '.join(apart) or 'another order'}"]


def chapter_problems(chapters: Sequence[Chapter], *, k: int) -> list[str]:
    """In the chapters of one language every anchor must stand once, and no hidden cell may be derived."""
    items = [item for chapter in chapters for item in chapter.items]
    twice = sorted(anchor for anchor, often in Counter(item.anchor for item in items).items() if often > 1)
    problems = [f"published twice under the same name: {', '.join(twice)}"] if twice else []
    items = [item for item in items if item.cells]
    tables = [pd.DataFrame(cells["data"], columns=cells["columns"]) for cells in (item.behind or item.cells for item in items)]
    try:
        attacked = audit(tables, k=k)
    except ValueError as error:  # tables on one question that contradict each other
        return [*problems, f"the published tables cannot be checked together: {error}"]
    unsafe = attacked[~attacked["safe"].astype(bool)]
    where = ", ".join(sorted({items[place].anchor for place in unsafe["table"]}))
    return [*problems, *([f"{len(unsafe)} suppressed cells could be derived from what is published, in {where}"] if len(unsafe) else [])]


def quote_problems(chapters: Sequence[Chapter], *, per_interview: int) -> list[str]:
    """Whether the chapters together quote an interview more often than the study allows; the same passage counts once."""
    shown = {quotation for chapter in chapters for item in chapter.items for quotation in quoted(item.html)}
    often = [interview for interview, passages in Counter(interview for interview, _ in shown).items() if passages > per_interview]
    return [f"{len(often)} interviews are quoted more than {per_interview} times; choose fewer passages"] if often else []


def leak_problems(texts: Iterable[str], study: Study) -> list[str]:
    """Whether an identifier, a free-text answer, or a passage of an interview that was not cleared, stands in what would be published."""
    confidential = sorted(study.confidential)
    whole = "\n".join(texts)
    # What somebody typed may be an everyday word ("none"); where it stands in the report's own words, finding it proves nothing.
    everyday = set(unsafe_values(_own_words(study), confidential))
    leaked = set(unsafe_values(whole, confidential)) - everyday
    problems = [f"{len(leaked)} identifiers or free-text answers would be published; take them out of what is published"] if leaked else []
    passages = _passages(whole, study)
    return [*problems, *([f"{passages} passages of interviews would be published that are no cleared quotations"] if passages else [])]


def _passages(text: str, study: Study) -> int:
    interviews = study.interviews
    spoken = [interviews.texts[row.document][row.start : row.end] for row in interviews.answers.itertuples()]
    consented = interviews.documents.loc[interviews.documents["consent"], "document"]
    chosen = interviews.quotations[interviews.quotations["document"].isin(consented)]
    cleared = [spoken_text(interviews, row.document, row.start, row.end) for row in chosen.itertuples()]
    return verbatim_passages(text, spoken, cleared=[*cleared, _own_words(study)])


def page_problems(page: str, study: Study) -> list[str]:
    """What must not be in a report."""
    text = visible_text(page)
    problems = []
    if _FETCHED.search(page):
        problems.append("the page would fetch something from elsewhere")
    if len(page.encode()) > LARGEST_PAGE:
        problems.append(f"the page has {len(page.encode()):,} bytes; allowed are {LARGEST_PAGE:,}")
    found = set(_NOT_FOR_READERS.findall(text)) - set(_NOT_FOR_READERS.findall(_own_words(study)))
    if found:
        problems.append(f"readers would see {', '.join(sorted(found))}")
    words = set(re.findall(r"\w+", text))
    names = [name for name in study.codebook.variables.index if "_" in name and name in words]
    if names:
        problems.append(f"readers would see variable names: {', '.join(names[:5])}")
    ids = re.findall(r'\sid="([^"]+)"', page)
    twice = sorted({name for name in ids if ids.count(name) > 1}) if len(ids) != len(set(ids)) else []
    return [*problems, *([f"ids that occur twice: {', '.join(twice[:5])}"] if twice else [])]


def _own_words(study: Study) -> str:
    """Everything the report may say of itself: labels, settings and wording, in the study's language, and the keys under which it publishes."""
    language = study.language
    labels = [*study.codebook.variables[f"label_{language}"], *study.codebook.levels[f"label_{language}"]]
    codes = [*study.interviews.codes[f"label_{language}"], *study.interviews.codes[f"definition_{language}"]]
    return " ".join(
        [
            *labels,
            *codes,
            study.settings.model_dump_json(),
            *(versions[language] for versions in entries().values()),
            *(key.replace(".", "-") for key in entries()),
        ]
    )


def visible_text(page: str) -> str:
    """The words of a page without mark-up, styles and attributes."""
    reader = _Words()
    reader.feed(page)
    return " ".join(reader.words)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("style", "script"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.words.append(data.strip())
