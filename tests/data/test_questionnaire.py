"""The questionnaire for the next wave: what the codebook declares, as LimeSurvey asks for it."""

from __future__ import annotations

import argparse
import io
from dataclasses import replace
from pathlib import Path

import defusedxml.ElementTree
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from helpers.data.codebook import Codebook, read_codebook
from helpers.data.drafting.codebook import draft_codebook
from helpers.data.drafting.folder import draft_study
from helpers.data.drafting.questions import questions
from helpers.data.exports.delivery import Delivery
from helpers.data.letters import built_in_answers, kind_of
from helpers.data.next_wave import next_wave
from helpers.data.problems import StudyError
from helpers.data.structure import Structure, read_structure, write_structure
from helpers.running.commands import questionnaire as command

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
REAL = ROOT.parent / "shared" / "real" / "limesurvey" / "limesurvey_two_languages.lss"
ASKED = ("questions", "answers", "pages", "columns", "second")
PARTS = (*ASKED, "settings")
QUEXML = REAL.with_name("limesurvey_hejuniors_survey_structure.xml")
ANSWERS = REAL.with_name("limesurvey_hejuniors_dummy_data_codeandtext.csv")
VARIABLE = ["name", "code", "type", "set", "unit", "low", "high", "label_de", "label_en", "sensitivity"]
LEVEL = ["variable", "code", "order", "label_de", "label_en", "missing"]
WORDS = st.text("abc äöü?<>&", min_size=1, max_size=8).map(lambda text: f"x{text}")
PLAIN = st.text("abcäöü?", min_size=1, max_size=8).map(lambda text: f"x{text}")


def table(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    types = {"page": "int64", "order": "int64", "other": "bool"}
    return pd.DataFrame(rows, columns=columns).astype({name: types.get(name, "str") for name in columns})


@st.composite
def structures(draw: st.DrawFn, letters: str = "LYNMKFSTQ!A5HOPCBEGDU", texts: st.SearchStrategy[str] = WORDS) -> Structure:
    """Questionnaires in two or three languages, with codes as LimeSurvey takes them."""
    languages = draw(st.sampled_from([("de", "en"), ("en", "de", "fr")]))
    labels, shown = [f"label_{language}" for language in languages], st.sampled_from(["1", '((Q1.NAOK == "A1"))'])
    last, questions, answers, kept = draw(st.integers(1, 3)), [], [], []
    pages = sorted([*range(1, last + 1), *draw(st.lists(st.integers(1, last), max_size=4))])
    for number, page in enumerate(pages, start=1):
        letter = draw(st.sampled_from(letters))
        words = {label: f"{draw(texts)} {number}" for label in labels}
        other = letter in "LMP!" and draw(st.booleans())
        for attribute, language, value in (("mandatory", "", "Y"), ("help", languages[0], f"{draw(texts)} {number}")):
            kept += [{"question": f"Q{number}", "attribute": attribute, "value": value, "language": language}] if draw(st.booleans()) else []
        questions.append({"code": f"Q{number}", "parent": "", "type": letter, "page": page, "other": other, "relevance": draw(shown), **words})
        for item in range(1, draw(st.integers(1, 3)) + 1 if kind_of(letter) == "set" else 1):
            words = {label: f"{draw(texts)} {number} {item}" for label in labels}
            questions.append({"code": f"SQ{item}", "parent": f"Q{number}", "type": letter, "page": page, "other": False, "relevance": "1", **words})
        for order in range(1, draw(st.integers(1, 3)) + 1 if letter in "LF!HO" else 1):
            words = {label: f"{draw(texts)} {order}" for label in labels}
            answers.append({"question": f"Q{number}", "code": f"A{order}", "order": order, **words})
    kinds = [kind_of(row["type"], item=bool(row["parent"])) for row in questions]
    return Structure(
        table(
            [row | {"kind": kind} for row, kind in zip(questions, kinds, strict=True)],
            [*["code", "parent", "kind", "type", "page", "other", "relevance"], *labels],
        ),
        table(answers, ["question", "code", "order", *labels]),
        table(
            [{"page": page, "relevance": draw(shown), **{label: f"{draw(texts)} {page}" for label in labels}} for page in range(1, last + 1)],
            ["page", "relevance", *labels],
        ),
        languages,
        table([], ["question", "code", *labels]),
        table([], ["question", "code", "order", *labels]),
        settings=table(kept, ["question", "attribute", "value", "language"]),
        own_language=languages[0],
    )


def drafted(structure: Structure) -> Codebook:
    """The codebook that declares what a questionnaire asks for: one variable per column of its export."""
    variables, levels = [], []
    for row in structure.questions.to_dict("records"):
        code = f"{row['parent']}[{row['code']}]" if row["parent"] else row["code"]
        words = {name: row[name] for name in ("label_de", "label_en")}
        own = {"name": name_of(code), "code": code, "type": row["kind"], "set": name_of(row["parent"]), "unit": "", "low": None, "high": None}
        variables.append({**own, **words, "sensitivity": {"T": "free", "S": "identifier", "Q": "free"}.get(row["type"], "open")})
        comment = {**own, "type": "text", "set": "", **words, "sensitivity": "free"}
        if row["type"] == "P" and row["parent"]:
            variables.append({**comment, "name": name_of(code) + "_comment", "code": code.replace("]", "comment]")})
        if row["type"] == "O":
            variables.append({**comment, "name": name_of(code) + "_comment", "code": f"{code}[comment]"})
        if row["other"]:
            variables.append({**comment, "name": name_of(code) + "_other", "code": f"{code}[other]"})
        if not row["parent"] and row["kind"] != "text":
            codes = sorted(built_in_answers(row["type"]))
            levels += [
                {"variable": own["name"], "code": each, "order": order, "label_de": each, "label_en": each, "missing": ""}
                for order, each in enumerate(codes, start=1)
            ]
    for row in structure.answers.to_dict("records"):
        levels.append({"variable": name_of(row["question"]), **{name: row[name] for name in LEVEL[1:5]}, "missing": ""})
    book = pd.DataFrame(variables, columns=VARIABLE).astype({"low": "float64", "high": "float64"})
    return Codebook(book.set_index("name"), pd.DataFrame(levels, columns=LEVEL))


def name_of(code: str) -> str:
    return code.lower().replace("[", "_").replace("]", "")


def same(one: Structure, other: Structure, parts: tuple[str, ...] = PARTS) -> None:
    assert one.languages == other.languages
    for part in parts:
        pd.testing.assert_frame_equal(getattr(one, part), getattr(other, part))


@settings(max_examples=25, deadline=None)
@given(before=structures())
def test_a_questionnaire_comes_back_from_its_codebook_whole(before: Structure) -> None:
    after = next_wave(drafted(before), before)
    same(after.structure, before)
    assert (after.left_out, after.structure.own_language) == ([], before.own_language)


@settings(max_examples=25, deadline=None)
@given(structure=structures("LYNMKFSTQOP"))
def test_a_codebook_comes_back_from_its_questionnaire_whole(structure: Structure, tmp_path_factory: pytest.TempPathFactory) -> None:
    book, path = drafted(structure), tmp_path_factory.mktemp("wave") / "next.lss"
    write_structure(next_wave(book).structure, path, title={"de": "Titel", "en": "title"})
    again = drafted(read_structure(path))
    pd.testing.assert_frame_equal(again.variables, book.variables, check_dtype=False)
    pd.testing.assert_frame_equal(again.levels, book.levels, check_dtype=False)


@settings(max_examples=25, deadline=None)
@given(before=structures("LYNMKFST!A5HC", PLAIN))
def test_a_study_that_was_drafted_from_an_export_asks_the_same_again(before: Structure) -> None:
    book = drafted(before)
    columns = book.variables[book.variables["type"].ne("set")]
    records = pd.DataFrame({code: [an_answer(name, book), ""] for name, code in columns["code"].items()}, index=[2, 3], dtype="str")
    draft = draft_codebook(questions(Delivery(records, before))[0])
    numbers = {name: pd.to_numeric(draft.variables[name]) for name in ("low", "high")}
    variables = draft.variables.assign(**numbers).set_index("name")
    same(next_wave(Codebook(variables, draft.levels.assign(order=pd.to_numeric(draft.levels["order"]))), before).structure, before)


def an_answer(name: str, book: Codebook) -> str:
    offered = book.answers(name)["code"].tolist()
    return offered[0] if offered else {"multiple": "Y", "number": "3"}.get(book.variables.at[name, "type"], "some words")


def test_the_demo_asks_the_same_again() -> None:
    before = read_structure(DEMO / "survey" / "structure.lss")
    same(next_wave(read_codebook(DEMO), before).structure, before, ASKED)  # the codebook adds the smallest and largest numbers


def test_the_smallest_and_largest_numbers_become_settings() -> None:
    wave = next_wave(read_codebook(DEMO)).structure
    limits = wave.settings.set_index(["question", "attribute"])["value"]
    # codebook.csv: staff (A6) 0 to 40; the shares of A5, each 0 to 100; target_countries (B6) 0 to 60.
    assert limits.loc["A6"].to_dict() == {"min_num_value_n": "0", "max_num_value_n": "40"}
    assert limits.loc["A5"].to_dict() == {"min_num_value_n": "0", "max_num_value_n": "100"}
    assert limits.loc[("B6", "max_num_value_n")] == "60"


def test_without_a_questionnaire_the_letters_of_the_codes_tell_the_pages() -> None:
    pages = next_wave(read_codebook(DEMO)).structure.questions.drop_duplicates("page").set_index("page")["code"].str[0]
    assert pages.to_dict() == dict(enumerate("ABCDEFGH", start=1))


@pytest.mark.skipif(not REAL.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")
def test_the_real_questionnaire_gains_a_language_and_loses_none() -> None:
    before = read_structure(REAL)
    book = drafted(replace(before, questions=before.questions.assign(label_de="Frage", label_en="question")))
    wave = next_wave(book, before).structure
    assert wave.languages == ("et", "en", "de")
    assert wave.questions[["code", "type", "relevance", "label_de", "label_en"]].values.tolist() == [["Q1", "T", "1", "Frage", "question"]]
    pd.testing.assert_frame_equal(wave.settings, before.settings)


def small() -> Structure:
    """A question with an explanation before it, an array on two scales, an array of numbers, a ranking, and one that is to be dropped."""
    heads = [("Hint", "X"), ("A1", "L"), ("A2", "1"), ("B1", ":"), ("B2", "R"), ("Gone", "S")]
    shown = {"B1": '((Gone.NAOK == "x"))', "B2": "((118001X1X7.NAOK > 1))"}
    words = {"label_de": "Frage", "label_en": "question"}
    rows = [
        {"code": code, "parent": "", "type": letter, "page": 1 + (code[0] == "B"), "other": False, "relevance": shown.get(code, "1"), **words}
        for code, letter in heads
    ]
    rows += [rows[place] | {"code": "SQ1", "parent": parent, "relevance": "1"} for place, parent in ((2, "A2"), (3, "B1"))]
    rows = sorted(rows, key=lambda row: [code for code, _ in heads].index(row["parent"] or row["code"]))
    kinds = [kind_of(row["type"], item=bool(row["parent"])) for row in rows]
    offered = [{"question": code, "code": "A1", "order": 1, **words} for code in ("A1", "A2", "B2")]
    labels = list(words)
    return Structure(
        table(
            [row | {"kind": kind} for row, kind in zip(rows, kinds, strict=True)],
            [*["code", "parent", "kind", "type", "page", "other", "relevance"], *labels],
        ),
        table(offered, ["question", "code", "order", *labels]),
        table([{"page": page, **words} for page in (1, 2)], ["page", *labels]),
        ("de", "en"),
        table([{"question": "B1", "code": "C1", **words}], ["question", "code", *labels]),
        table([{"question": "A2", "code": "Z1", "order": 1, **words}], ["question", "code", "order", *labels]),
    )


def small_codebook(*codes: tuple[str, str]) -> Codebook:
    rows = [
        {
            "name": name_of(code),
            "code": code,
            "type": kind,
            "set": "",
            "unit": "",
            "low": None,
            "high": None,
            "label_de": "Frage",
            "label_en": "question",
        }
        | {"sensitivity": "free" if kind == "text" else "open"}
        for code, kind in codes
    ]
    levels = [
        {"variable": row["name"], "code": "A1", "order": 1, "label_de": "Frage", "label_en": "question", "missing": ""}
        for row in rows
        if row["type"] == "single"
    ]
    book = pd.DataFrame(rows, columns=VARIABLE).astype({"low": "float64", "high": "float64"})
    return Codebook(book.set_index("name"), pd.DataFrame(levels, columns=LEVEL))


def test_what_a_codebook_cannot_describe_is_taken_over_whole() -> None:
    book = small_codebook(("A1", "single"), ("A2[SQ1][1]", "single"), ("A2[SQ1][2]", "single"), ("B1[SQ1_C1]", "number"), ("B2[1]", "single"))
    before, wave = small(), next_wave(book, small())
    kept = before.questions[before.questions["code"].ne("Gone")]
    pd.testing.assert_frame_equal(wave.structure.questions, kept)
    for part in ("answers", "columns", "second", "pages"):
        pd.testing.assert_frame_equal(getattr(wave.structure, part), getattr(before, part))


def test_what_is_gone_and_filters_that_need_it_are_named() -> None:
    wave = next_wave(small_codebook(("A1", "single"), ("B1[SQ1_C1]", "number"), ("B2[1]", "single")), small())
    assert (wave.left_out, wave.unsure) == (["A2", "Gone"], ["B1", "B2"])


def test_a_question_asked_in_another_way_keeps_its_help_and_that_it_has_to_be_answered() -> None:
    kept = {"help": "Bitte schätzen", "mandatory": "Y", "encrypted": "Y", "text_input_width": "6", "preg": "/[0-9]+/"}
    rows = [{"question": "Gone", "attribute": attribute, "value": value, "language": ""} for attribute, value in kept.items()]
    before = replace(small(), settings=table(rows, ["question", "attribute", "value", "language"]))
    wave = next_wave(small_codebook(("A1", "single"), ("Gone", "number")), before).structure
    assert wave.questions.set_index("code").at["Gone", "type"] == "N"  # a short text before
    assert wave.settings["attribute"].tolist() == ["help", "mandatory", "encrypted"]
    same(next_wave(small_codebook(("A1", "single")), before).structure, replace(wave, settings=before.settings[:0]), ("settings",))


def test_filters_of_pages_are_kept_and_doubtful_ones_named() -> None:
    before = small()
    before = replace(before, pages=before.pages.assign(relevance=["", '((Gone.NAOK == "x"))']))
    wave = next_wave(small_codebook(("A1", "single"), ("B2[1]", "single")), before)
    assert wave.structure.pages["relevance"].tolist() == ["", '((Gone.NAOK == "x"))']
    assert wave.unsure == ["B2"]
    again = next_wave(
        small_codebook(("A1", "single"), ("Gone", "text"), ("B2[1]", "single")), replace(before, questions=before.questions.assign(relevance="1"))
    )
    assert again.unsure == []


def test_a_new_question_stands_on_the_page_of_the_one_before_it() -> None:
    wave = next_wave(small_codebook(("A1", "single"), ("New", "text"), ("B2[1]", "single"), ("Last", "number")), small())
    assert wave.structure.questions[["code", "page"]].values.tolist() == [["Hint", 1], ["A1", 1], ["New", 1], ["B2", 2], ["Last", 2]]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("1A", "would change the question codes of 1a"),
        ("A_1", "would change the question codes of a_1"),
        ("A" * 21, f"would change the question codes of {'a' * 21}"),
        ("TOKEN", "would change the question codes of token"),
        ("A1[SQ-1]", "would change the item codes of a1_sq-1"),
        ("A1[time]", "would change the item codes of a1_time"),
        ("A1[SQ1_C1]", "does not tell the rows from the columns of a1_sq1_c1"),
        ("A1[SQ1][1]", "does not tell the rows from the columns of a1_sq1_1"),
    ],
)
def test_codes_that_limesurvey_would_change_are_refused(code: str, what: str) -> None:
    with pytest.raises(StudyError) as caught:
        next_wave(small_codebook((code, "number"), ("Fine", "number")))
    (problem,) = caught.value.problems
    assert (problem.file, problem.column) == ("codebook.csv", "code")
    assert what in problem.what and problem.allowed and problem.remedy


# LimeSurvey's manual, question types: 5 point choice, arrays (5 and 10 point, yes/no/uncertain, increase/same/decrease), yes/no, gender.
@pytest.mark.parametrize(
    ("letter", "codes"),
    [("5", "1 2 3 4 5"), ("A", "1 2 3 4 5"), ("B", "1 10 2 3 4 5 6 7 8 9"), ("C", "N U Y"), ("E", "D I S"), ("Y", "N Y"), ("G", "F M")],
)
def test_types_that_bring_their_answers_along(letter: str, codes: str) -> None:
    assert sorted(built_in_answers(letter)) == codes.split()


@pytest.mark.parametrize(("code", "fine"), [("often", True), ("often6", False), ("-9", False), ("very", True), ("a b", False), ("-oth-", True)])
def test_answer_codes_have_five_letters_or_digits(code: str, fine: bool) -> None:
    book = small_codebook(("A1", "single"))
    book = Codebook(book.variables, book.levels.assign(code=code))
    if fine:
        assert next_wave(book).structure.questions["other"].tolist() == [code == "-oth-"]
    else:
        with pytest.raises(StudyError, match="LimeSurvey would drop answers of a1"):
            next_wave(book)


def test_answers_that_limesurvey_would_drop_and_sets_of_single_columns_are_refused_at_once() -> None:
    book = small_codebook(("A1", "single"), ("A2", "set"), ("A3", "number"))
    book = Codebook(book.variables.assign(set=["", "", "a2"]), book.levels.assign(code="very often"))
    with pytest.raises(StudyError) as caught:
        next_wave(book)
    assert [(problem.file, problem.what) for problem in caught.value.problems] == [
        ("codebook.csv", "the items of these sets are not items of one question: a2"),
        ("levels.csv", "LimeSurvey would drop answers of a1, for their codes"),
    ]


def run(*, folder: Path, to: Path) -> tuple[int, str]:
    said = io.StringIO()
    code = command.execute(argparse.Namespace(folder=folder, to=to), Console(file=said, soft_wrap=True))
    return code, said.getvalue()


def test_the_command_writes_a_file_and_says_what_is_in_it(tmp_path: Path) -> None:
    code, said = run(folder=DEMO, to=tmp_path / "new" / "wave.lss")
    assert code == 0
    assert "36 questions (10 with items) on 8 pages, in de, en" in said
    same(read_structure(tmp_path / "new" / "wave.lss"), read_structure(DEMO / "survey" / "structure.lss"), ASKED)
    assert "help texts" not in said
    assert "<surveyls_title><![CDATA[Internationalisation of cluster initiatives" in (tmp_path / "new" / "wave.lss").read_text(encoding="utf-8")


@pytest.mark.skipif(not QUEXML.is_file(), reason="the real LimeSurvey files (../shared/real) are not here")
def test_a_study_drafted_from_quexml_is_asked_again_with_all_it_told(tmp_path: Path) -> None:
    draft_study(tmp_path / "mine", ANSWERS, structure=QUEXML)
    code, said = run(folder=tmp_path / "mine", to=tmp_path / "wave.lss")
    assert code == 0, said
    assert "Not in the file: filters, help texts, required answers," in said
    wave, book = read_structure(tmp_path / "wave.lss"), read_codebook(tmp_path / "mine")
    asked = {f"{row.parent}[{row.code}]" if row.parent else row.code for row in wave.questions.itertuples()}
    fields = {code for code in book.variables["code"] if code.endswith(("[other]", "comment]"))}
    assert set(book.variables["code"]) - asked - fields == set()
    offered = set(zip(wave.answers["question"], wave.answers["code"], strict=True))
    assert len(wave.pages) == len(defusedxml.ElementTree.parse(QUEXML).getroot().findall("section"))
    lists = book.variables[
        book.variables["type"].isin(["single", "ordinal"]) & book.variables["set"].eq("") & ~book.variables["code"].str.contains("[", regex=False)
    ]
    declared = {(row.code, code) for name, row in lists.iterrows() for code in book.answers(name)["code"] if code != "-oth-"}
    assert len(declared) > 150 and declared - offered == set()


def test_a_study_without_answers_is_enough(folder, tmp_path: Path) -> None:
    folder.write()
    (folder.path / "survey" / "responses.csv").unlink()
    (folder.path / "frame.csv").unlink()
    code, said = run(folder=folder.path, to=tmp_path / "wave.lss")
    assert code == 0, said
    asked = read_structure(tmp_path / "wave.lss").questions
    assert list(asked.loc[asked["parent"].eq(""), "code"]) == ["A1", "B1", "B2", "B3", "B4", "B5", "B6", "C1"]
    assert list(asked.drop_duplicates("page")["code"]) == ["A1", "B1", "C1"]


def test_the_present_questionnaire_is_not_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = (DEMO / "survey" / "structure.lss").read_bytes()
    assert run(folder=DEMO, to=DEMO / "survey" / "structure.lss")[0] == 1
    assert (DEMO / "survey" / "structure.lss").read_bytes() == kept
    assert "this is the questionnaire of the present wave. Name another file after --to." in capsys.readouterr().err


def test_everything_wrong_with_the_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "study.yaml").write_text("title: 1\n", encoding="utf-8")
    assert run(folder=tmp_path, to=tmp_path / "wave.lss")[0] == 1
    said = capsys.readouterr().err
    assert "study.yaml" in said and "codebook.csv" in said and not (tmp_path / "wave.lss").exists()
